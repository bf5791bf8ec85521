#include "check/checks.h"

/* Head against something else. */
const PgsCheck pgs_checks_drift[] = {
    {
        .id = "drift.model",
        .title = "head and the model are the same schema",
        .severity = PGS_STATUS_FAILED,
        .needs = "a folder of migrations, a throwaway server, and model: in pgstair.yaml",
        .what = "Makes each model in an empty database (an SQL file as psql would run it, or a "
                "command such as an ORM's create_all) after what prepare: says, as the role that "
                "migrations run as, and compares its whole catalog with the migrations' head: "
                "every object, every attribute, in both directions. Left out are what belongs to "
                "the server (roles, tablespaces), large objects, the tools' bookkeeping tables, "
                "and what ignore: names. Expected is what the migrations make, actual is the "
                "model.",
        .why = "Code is written against the model and runs against what the migrations made. A "
               "delete rule or a default that only one of them has shows in production.",
        .mend = "Write a migration that makes what the model says, or correct the model. tolerate: "
                "accepts differences of a sort, ignore: an object.",
        .example = "-- schema.sql, the model\n"
                   "CREATE TABLE orders (user_id int REFERENCES users ON DELETE CASCADE);\n"
                   "-- what the migrations make\n"
                   "CREATE TABLE orders (user_id int REFERENCES users);\n",
    },
    {
        .id = "drift.live",
        .title = "head and a live database are the same schema",
        .severity = PGS_STATUS_FAILED,
        .needs = "a folder of migrations, a throwaway server, and live: in pgstair.yaml",
        .what = "Reads the catalog of the database that live: names, in one read-only transaction, "
                "and compares it with the migrations' head. Left out are what belongs to the "
                "server (roles, tablespaces), large objects, the tools' bookkeeping tables, and, "
                "unless strict: true, what naturally differs from one server to the next: owners, "
                "privileges and default privileges, the database's own properties, tablespaces, "
                "the versions of extensions, user mappings, subscriptions and security labels. "
                "Expected is what the migrations make, actual is the live database.",
        .why =
            "A hot fix by hand, or a migration that was stamped and never run, leaves a database "
            "that no revision describes; the next migration then fails there and nowhere else.",
        .mend = "Write a migration that makes what was done by hand, or undo it there. tolerate: "
                "accepts differences of a sort.",
        .example = "-- on production, by hand, on a Friday night\n"
                   "CREATE INDEX CONCURRENTLY hotfix ON orders (customer_id);\n"
                   "-- mended: a migration with CREATE INDEX IF NOT EXISTS hotfix …\n",
    },
    {
        .id = "drift.autogenerate",
        .title = "head and the models that Alembic's env.py names are the same schema",
        .severity = PGS_STATUS_FAILED,
        .needs = "an Alembic project whose env.py sets target_metadata, a throwaway server",
        .what = "What \"alembic check\" does (also in versions of Alembic that have no such "
                "command), on a database that stands at head: autogenerate compares it with "
                "target_metadata by the rules that env.py sets (compare_type, include_object, "
                "process_revision_directives, …). Each operation that it would write is a finding. "
                "Autogenerate sees less than the catalog holds: no check constraints, triggers, "
                "views or privileges; drift.model with create_all as its command compares all.",
        .why = "The application is written against the models. What only they have is not in the "
               "database that migrations make; and the next \"alembic revision --autogenerate\" "
               "writes it into a migration that has nothing to do with it.",
        .mend = "Have Alembic write the migration that is missing, or correct the models. Where "
                "a difference is meant, leave it out by include_object in env.py, or accept it.",
        .example = "# models.py has a column that no migration adds\n"
                   "class Order(Base):\n"
                   "    __tablename__ = \"orders\"\n"
                   "    id = Column(Integer, primary_key=True)\n"
                   "    note = Column(Text)\n"
                   "# mended: alembic revision --autogenerate -m \"orders.note\"\n",
    },
    {0},
};

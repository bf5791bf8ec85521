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
    },
    {0},
};

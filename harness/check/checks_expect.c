#include "check/checks.h"

#define NEEDS "expectations in pgstair.yaml, or assertions of a suite"
#define SPELLED                                                                                    \
    " Types, defaults and expressions are compared in the server's own spelling, so that it does " \
    "not matter how they are written."
/* The rule of all of them. */
#define WHOLE                                                                                      \
    " What is described is described whole: an attribute that is not said has to be as in a "      \
    "plain "                                                                                       \
    "object, and \"any\" leaves it open."
#define MEND                                                                                       \
    "The finding says what was expected, what is there, and what looks most like it. Mend the "    \
    "migration; or, when the schema is right, the expectation."

/* What pgstair.yaml, or a suite, expects. */
const PgsCheck pgs_checks_expect[] = {
    {
        .id = "expect.table",
        .title = "tables that should be there",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what =
            "Looks for each table, and for what it is: unless it is said otherwise a permanent, "
            "ordinary one, without row security, parents, partitions or storage parameters.",
        .why = "A table that a migration forgets, or makes in another schema, is missed by the "
               "first query of the first user.",
        .mend = MEND,
        .example =
            "expect:\n"
            "  tables:\n"
            "    invoices: {}    # CREATE TABLE billing.invoices (…): made in another schema\n",
    },
    {
        .id = "expect.column",
        .title = "columns: type, nullability, default",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Holds each column's type, nullability, default, identity, generation and "
                "collation against what is expected." WHOLE SPELLED,
        .why = "A default that only the application knows is missing for everybody else; a "
               "column one size too small is found by the first long name.",
        .mend = MEND,
        .example = "expect:\n"
                   "  tables:\n"
                   "    users:\n"
                   "      columns:\n"
                   "        id: uuid not null default gen_random_uuid()    # id uuid NOT NULL: the "
                   "default is the ORM's\n",
    },
    {
        .id = "expect.primary-key",
        .title = "primary keys",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares the columns of each primary key, in order." WHOLE,
        .why = "References, replication and every ORM rest on it.",
        .mend = MEND,
        .example = "expect:\n"
                   "  tables:\n"
                   "    memberships:\n"
                   "      primary-key: [team_id, user_id]    # PRIMARY KEY (user_id, team_id)\n",
    },
    {
        .id = "expect.unique",
        .title = "unique rules",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Looks for a unique constraint, or a valid unique index without a predicate, over "
                "exactly the columns that are expected, in order." WHOLE,
        .why = "Two sessions can always both see that a value is free; only the database can "
               "keep the second one out.",
        .mend = MEND,
        .example = "expect:\n"
                   "  tables:\n"
                   "    users:\n"
                   "      unique:\n"
                   "        users_email_key: [tenant_id, email]    # UNIQUE (email): one tenant's "
                   "user shuts out another's\n",
    },
    {
        .id = "expect.foreign-key",
        .title = "foreign keys and what they do on delete and on update",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares columns, target, delete and update rules (pg_constraint's confdeltype "
                "and confupdtype), MATCH, deferrability and validity." WHOLE
                " A plain one has NO ACTION for both rules, is not deferrable, and is validated.",
        .why = "An ORM's create_all makes foreign keys without delete rules, silently: rows "
               "stay that should go, or go that should stay.",
        .mend = MEND,
        .example = "expect:\n"
                   "  tables:\n"
                   "    orders:\n"
                   "      foreign-keys:\n"
                   "        - {column: user_id, references: users (id), on-delete: RESTRICT}    # "
                   "REFERENCES users: NO ACTION\n",
    },
    {
        .id = "expect.check",
        .title = "check constraints, by name and by meaning",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares the expression of each check constraint, and that it is validated and "
                "enforced." SPELLED " Forms that differ only in redundant casts do differ.",
        .why = "A check that was widened, or never validated, lets through what it was made to "
               "keep out.",
        .mend = MEND,
        .example = "expect:\n"
                   "  tables:\n"
                   "    orders:\n"
                   "      checks:\n"
                   "        ck_total: total >= 0    # CHECK (total >= -1)\n",
    },
    {
        .id = "expect.index",
        .title = "indexes: columns, predicate, uniqueness, method",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares keys in order, predicate, uniqueness, method and included columns, and "
                "that the index is valid." WHOLE " A plain one is a btree over all rows, not "
                "unique." SPELLED,
        .why = "A query that has lost its index is noticed under load; a unique index with the "
               "wrong predicate lets duplicates in.",
        .mend = MEND,
        .example = "expect:\n"
                   "  tables:\n"
                   "    orders:\n"
                   "      indexes:\n"
                   "        ix_open: {columns: [created_at], where: state = 'open'}    # made "
                   "without WHERE\n",
    },
    {
        .id = "expect.enum",
        .title = "enum types: labels in order",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares the labels of each enum type, in their order.",
        .why = "Labels sort and compare in the order in which they stand, and a misspelt one "
               "refuses every insert that uses it.",
        .mend = MEND,
        .example = "expect:\n"
                   "  enums:\n"
                   "    order_state: [open, paid, sent]    # CREATE TYPE order_state AS ENUM "
                   "('open', 'sent', 'paid')\n",
    },
    {
        .id = "expect.trigger",
        .title = "triggers",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares timing, events, level, condition and function of each trigger, and that "
                "it is enabled." WHOLE,
        .why = "A trigger that is switched off, or fires at another time, is as good as none.",
        .mend = MEND,
        .example = "-- the trigger that expect: lists is there, and switched off\n"
                   "ALTER TABLE orders DISABLE TRIGGER orders_touch;\n",
    },
    {
        .id = "expect.object",
        .title = "functions, views, sequences, extensions, schemas, policies and the rest",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Looks for objects of any other kind, and compares what is said of them with what "
                "\"pgstair snapshot\" shows." WHOLE,
        .why = "What an application calls has to be there, and to be what was agreed.",
        .mend = MEND,
        .example = "-- pgstair.yaml lists the view active_users; a migration drops it along with a "
                   "column\n"
                   "ALTER TABLE users DROP COLUMN deleted_at CASCADE;\n"
                   "-- mended: the view is made anew, in the same migration\n",
    },
    {
        .id = "expect.absent",
        .title = "what must not be there",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Makes sure that tables, columns, constraints, foreign keys, indexes, types and "
                "whatever else is named do not exist.",
        .why = "What was to be dropped and was not goes on being written to; a foreign key "
               "where there should be none refuses rows that are meant to be accepted.",
        .mend = "Drop it in a migration, or take it out of \"absent\".",
        .example = "expect:\n"
                   "  absent:\n"
                   "    columns: [orders.legacy_number]    # the migration that should drop it was "
                   "never written\n",
    },
    {
        .id = "expect.unlisted",
        .title = "what no expectation lists, where a list is exact",
        .severity = PGS_STATUS_FAILED,
        .needs = "\"exact: true\" in a block of expectations or in one of its tables",
        .what = "Reports every object of the database, and every part of a table that is listed, "
                "that no expectation is about. What comes with something listed (a key's index, a "
                "column's own sequence, a partition's inherited parts) does not count, nor do the "
                "schema public, plpgsql, and what is the server's: roles, privileges, settings.",
        .why = "What nobody has asked for is maintained by nobody.",
        .mend = "List it, or drop it in a migration.",
        .example = "expect:\n"
                   "  exact: true\n"
                   "  tables:\n"
                   "    orders: {}    # and somebody has made orders_backup_2024\n",
    },
    {0},
};

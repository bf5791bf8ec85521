#include "check/checks.h"

#define NEEDS "the cycle's head: a folder of migrations and a throwaway server"

/* What comes free with a snapshot of head. */
const PgsCheck pgs_checks_redundancy[] = {
    {
        .id = "redundancy.duplicate-index",
        .title = "indexes that repeat another",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS,
        .what = "Looks for indexes with the same table, method, keys (collations, operator classes "
                "and order included), included columns and predicate. A primary key or unique "
                "constraint is an index too: a plain index with its keys repeats it. Of two, the "
                "one behind a constraint is kept, then the unique one.",
        .why = "Each write keeps both up to date, and no query is faster for the second.",
        .mend =
            "Drop the one that the finding names, in a migration of its own; on a busy database "
            "with DROP INDEX CONCURRENTLY. When a specification asks for it by name, accept the "
            "finding in pgstair.yaml and say so.",
        .example = "CREATE TABLE users (email text UNIQUE);\n"
                   "CREATE INDEX users_email_idx ON users (email);    -- the unique constraint has "
                   "one already\n",
    },
    {
        .id = "redundancy.covered-index",
        .title = "indexes whose keys are the first ones of another",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS,
        .what = "Looks for non-unique btree indexes all of whose keys another btree on the table "
                "begins with: the same collations, operator classes, order and predicate.",
        .why = "The longer index answers whatever the shorter one does; the shorter one costs a "
               "write each time all the same.",
        .mend = "Drop it, unless the longer one is so much wider that the short one is worth its "
                "writes: then accept the finding with that reason.",
        .example = "CREATE INDEX orders_user ON orders (user_id);    -- the next one answers "
                   "whatever this one does\n"
                   "CREATE INDEX orders_user_day ON orders (user_id, day);\n",
    },
    {
        .id = "redundancy.foreign-key-index",
        .title = "foreign keys without an index",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS,
        .what = "Looks, for each foreign key, for an index on the referencing table whose first "
                "keys are the key's columns in any order: a valid btree (or hash, for one column) "
                "that is not partial.",
        .why =
            "PostgreSQL indexes the referenced side only. Without an index on the other, deleting "
            "one referenced row scans the whole referencing table, and a CASCADE does so for "
            "each row.",
        .mend = "Create the index that the finding spells out; on a busy database CONCURRENTLY. "
                "When referenced rows are never deleted and their keys never change, accept it.",
        .example = "CREATE TABLE orders (user_id int REFERENCES users);\n"
                   "-- mended:\n"
                   "CREATE INDEX ON orders (user_id);\n",
    },
    {
        .id = "redundancy.not-validated",
        .title = "constraints that were never validated",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS,
        .what = "Lists foreign keys, checks, not-null and domain constraints that are still NOT "
                "VALID at head.",
        .why = "NOT VALID is the first half of a change without a long lock. Until the second, old "
               "rows may break the rule, and the planner does not rely on it.",
        .mend = "VALIDATE CONSTRAINT in a later migration.",
        .example = "ALTER TABLE orders ADD CONSTRAINT ck_total CHECK (total >= 0) NOT VALID;\n"
                   "-- mended, in a later migration:\n"
                   "ALTER TABLE orders VALIDATE CONSTRAINT ck_total;\n",
    },
    {
        .id = "redundancy.invalid-index",
        .title = "indexes that are invalid",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS,
        .what = "Lists indexes that the server does not use: what a failed CREATE INDEX "
                "CONCURRENTLY leaves, and a partitioned table's index to which parts are missing.",
        .why = "It costs writes and serves no query; and IF NOT EXISTS takes it for a good one.",
        .mend = "REINDEX INDEX CONCURRENTLY, or drop it and create it again; for a partitioned "
                "table attach what is missing.",
        .example =
            "CREATE TABLE events (at date) PARTITION BY RANGE (at);\n"
            "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO "
            "('2027-01-01');\n"
            "CREATE INDEX events_at ON ONLY events (at);    -- invalid until each part has one\n"
            "-- mended:\n"
            "CREATE INDEX events_2026_at ON events_2026 (at);\n"
            "ALTER INDEX events_at ATTACH PARTITION events_2026_at;\n",
    },
    {0},
};

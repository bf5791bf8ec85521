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
    },
    {0},
};

#include "check/checks.h"

#define NEEDS "expectations in pgstair.yaml, or assertions of a suite"
#define SPELLED                                                                                    \
    " Types, defaults and expressions are compared in the server's own spelling, so that it does " \
    "not matter how they are written."
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
        .what = "Looks for each table, and for what is said of the table itself: row security, "
                "persistence, its comment.",
        .why = "A table that a migration forgets, or makes in another schema, is missed by the "
               "first query of the first user.",
        .mend = MEND,
    },
    {
        .id = "expect.column",
        .title = "columns: type, nullability, default",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Holds each column's type, nullability, default, identity, generation and "
                "collation against what is expected." SPELLED,
        .why = "A default that only the application knows is missing for everybody else; a "
               "column one size too small is found by the first long name.",
        .mend = MEND,
    },
    {
        .id = "expect.primary-key",
        .title = "primary keys",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares the columns of each primary key, in order.",
        .why = "References, replication and every ORM rest on it.",
        .mend = MEND,
    },
    {
        .id = "expect.unique",
        .title = "unique rules",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Looks for a unique constraint, or a valid unique index without a predicate, over "
                "exactly the columns that are expected, in order.",
        .why = "Two sessions can always both see that a value is free; only the database can "
               "keep the second one out.",
        .mend = MEND,
    },
    {
        .id = "expect.foreign-key",
        .title = "foreign keys and what they do on delete and on update",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares columns, target, delete and update rules (pg_constraint's confdeltype "
                "and confupdtype), MATCH, deferrability and validity. What is not said has to be "
                "as in a plain foreign key (ON UPDATE NO ACTION, not deferrable, validated), but "
                "for the delete rule: that has to be said to be asked. \"any\" stands for "
                "whatever is there.",
        .why = "An ORM's create_all makes foreign keys without delete rules, silently: rows "
               "stay that should go, or go that should stay.",
        .mend = MEND,
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
    },
    {
        .id = "expect.index",
        .title = "indexes: columns, predicate, uniqueness, method",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares keys in order, predicate, uniqueness, method and included columns, and "
                "that the index is valid. What is not said has to be as in a plain index: not "
                "unique, btree, not partial; \"any\" stands for whatever is there." SPELLED,
        .why = "A query that has lost its index is noticed under load; a unique index with the "
               "wrong predicate lets duplicates in.",
        .mend = MEND,
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
    },
    {
        .id = "expect.trigger",
        .title = "triggers",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares timing, events, level, condition and function of each trigger, and that "
                "it is enabled.",
        .why = "A trigger that is switched off, or fires at another time, is as good as none.",
        .mend = MEND,
    },
    {
        .id = "expect.object",
        .title = "functions, views, sequences, extensions, schemas, policies and the rest",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Looks for objects of any other kind, and compares what is said of them with what "
                "\"pgstair snapshot\" shows.",
        .why = "What an application calls has to be there, and to be what was agreed.",
        .mend = MEND,
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
    },
    {
        .id = "expect.unlisted",
        .title = "what no expectation lists, where a list is exact",
        .severity = PGS_STATUS_FAILED,
        .needs = "\"exact: true\" in a block of expectations or in one of its tables",
        .what = "Reports every table, column, constraint, index, trigger, type, function, view and "
                "sequence that no expectation is about. What comes with something listed (a "
                "key's index, a column's own sequence, a partition's inherited parts) does "
                "not count.",
        .why = "What nobody has asked for is maintained by nobody.",
        .mend = "List it, or drop it in a migration.",
    },
    {0},
};

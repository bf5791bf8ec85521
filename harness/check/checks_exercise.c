#include "check/checks.h"

#define NEEDS "a folder of migrations and a throwaway server; rows are made up"
#define NEEDS_CASES "cases in pgstair.yaml (exercise:), or a test suite's assertions"
#define PROOF                                                                                      \
    "What refuses is proven: by SQLSTATE and name, by a refused row that differs from an "         \
    "accepted one only in the rule's own columns, and by the same row being accepted once "        \
    "the rule is dropped. All of it on a clone, in transactions that are rolled back."
#define WHY                                                                                        \
    "The catalog says what was declared. A trigger, a rewrite rule, a disabled trigger or "        \
    "a rule that means something else than it was written for can make the server do "             \
    "otherwise, and only rows show that."
#define MEND                                                                                       \
    "The finding has what was tried, expected and actual, and statements that show it "            \
    "again. Mend the rule, or what stands in its way, in a migration. What is so on "              \
    "purpose can be accepted (accept:) with its object."

/* Rules exercised on made-up rows. */
const PgsCheck pgs_checks_exercise[] = {
    {
        .id = "exercise.foreign-key",
        .title = "foreign keys do to rows what the catalog says",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Makes parents and children for each foreign key, and deletes a parent and changes "
                "its key: children must be gone, kept from it, or set to NULL or their defaults, "
                "as the action says, and nobody else's. A child without a parent must be "
                "refused. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.not-null",
        .title = "NOT NULL columns refuse NULL",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts a row with a value and the same row with NULL. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.primary-key",
        .title = "primary keys refuse the same key twice",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts two rows with different keys and two with the same; of a key of several "
                "columns, rows that differ in each one of them. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.unique",
        .title = "unique constraints and indexes refuse the same key twice",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "As exercise.primary-key; with keys that are NULL, with rows outside of a partial "
                "index, and with different values for which an index's expression gives the "
                "same. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.check",
        .title = "CHECK constraints accept and refuse rows",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Takes the values that the expression speaks of, and their neighbours: both edges "
                "of ranges, members of lists and what is none, lengths, patterns, blanks. The "
                "server evaluates the expression over them; one row that it accepts and one that "
                "it refuses, near each other, are inserted. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.exclusion",
        .title = "exclusion constraints refuse what conflicts",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts pairs of rows of which the constraint's own operators say that they "
                "conflict, and that they do not. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.enum",
        .title = "columns of enum types take their labels and nothing else",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts a row with each label, and one with a text that is none; on a clone that "
                "text is then added as a label, and must be accepted.",
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.domain",
        .title = "domains accept and refuse values",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Tries the values that a domain's constraints speak of, and their neighbours, on "
                "the domain itself. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.limit",
        .title = "lengths and precisions are kept",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts the longest text or largest number that the column's type has room for, "
                "and the next one. " PROOF,
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.generated",
        .title = "generated columns are what their expression gives",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Compares what is stored with what the server makes of the expression, before and "
                "after an update; a value of one's own must be refused.",
        .why = WHY,
        .mend = MEND,
    },
    {
        .id = "exercise.identity",
        .title = "identity and serial columns number rows",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts rows that leave the column out: each gets another number, which no row "
                "has. GENERATED ALWAYS must refuse a number of one's own unless it is overridden.",
        .why = "A sequence that is behind the rows that are there refuses the first inserts of "
               "whoever comes next.",
        .mend = MEND,
    },
    {
        .id = "exercise.rows",
        .title = "rows that are there obey the rules",
        .severity = PGS_STATUS_FAILED,
        .needs = "rows at head: those of migrations, and sample data (seed:)",
        .what = "Holds the rows that migrations and sample data have left against all foreign "
                "keys, checks, NOT NULLs and domains: also those that are NOT VALID, or whose "
                "triggers were off when the rows came.",
        .why = "The server looks at a row when it is written. One that came past a rule stays, and "
               "fails the next dump, or whoever relies on the rule.",
        .mend = "The finding has a query for the rows. Mend them in a migration, then VALIDATE "
                "CONSTRAINT.",
    },
    {
        .id = "exercise.settings",
        .title = "no setting switches rules off",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Looks for session_replication_role set for the database, a role, or the server.",
        .why = "With replica, foreign keys and triggers do nothing in such sessions, whatever the "
               "catalog says.",
        .mend = "ALTER DATABASE … RESET session_replication_role, or ALTER ROLE …, as the finding "
                "says.",
    },
    {
        .id = "exercise.tautology",
        .title = "rules that never refuse anything",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS,
        .what = "Tells of CHECK and domain constraints for which every value that could make a "
                "difference was tried, and none refused.",
        .why = "Such a rule protects nothing, and who reads it believes it does: a NULL, an OR or "
               "a type has taken its sense away.",
        .mend = "The finding has the expression and how many values were tried. Write what was "
                "meant, or drop it.",
    },
    {
        .id = "exercise.contradiction",
        .title = "rules that never accept anything",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Tells of CHECK and domain constraints, or of several of one table together, for "
                "which every value that could make a difference was tried, and all were refused.",
        .why = "No row can ever be inserted.",
        .mend = "The finding has the expression. Write what was meant, or drop it.",
    },
    {
        .id = "exercise.case",
        .title = "cases of the project's own",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_CASES,
        .what = "Makes the rows that a case is given, does what it says, and looks whether it is "
                "accepted, or refused by the constraint that was named, and whether the rows are "
                "there, gone or changed afterwards. What a case does not say of a row is made up "
                "so that the server accepts it.",
        .why = "A specification has sentences that no single rule in the catalog stands for.",
        .mend = "The finding has what was expected, what came of it, and the statements. Mend the "
                "schema in a migration, or the case when it asks for something else than was "
                "agreed.",
    },
    {
        .id = "exercise.coverage",
        .title = "how many rules were exercised",
        .severity = PGS_STATUS_INFO,
        .needs = NEEDS,
        .what = "Counts the schema's rules and those that were exercised, and lists the others, "
                "each with its reason. Passed when it was all of them. Names the seed number that "
                "the rows were made from: the same number gives the same rows (--seed).",
        .why = "What was not tried must not pass for tried.",
        .mend = "The reasons say what stands in the way. A case in pgstair.yaml (exercise:) or a "
                "test suite can show by hand what no row could be found for.",
    },
    {0},
};

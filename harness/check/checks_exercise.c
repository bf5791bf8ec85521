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
        .example =
            "CREATE TABLE accounts (id int PRIMARY KEY);\n"
            "CREATE TABLE invoices (account_id int REFERENCES accounts ON DELETE CASCADE);\n"
            "-- keeps the invoices, whatever the key says; the parent is gone, and the child "
            "points at nothing\n"
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END "
            "$$;\n"
            "CREATE TRIGGER keep BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION keep();\n"
            "-- mended: DROP TRIGGER keep ON invoices; or ON DELETE RESTRICT\n",
    },
    {
        .id = "exercise.not-null",
        .title = "NOT NULL columns refuse NULL",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS,
        .what = "Inserts a row with a value and the same row with NULL. " PROOF,
        .why = WHY,
        .mend = MEND,
        .example = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);\n"
                   "-- proven by rows: a row with a name is accepted, the same row without one is "
                   "refused with 23502, and\n"
                   "-- it is accepted once the rule is dropped.  A rule that only stands in the "
                   "catalog is a failure.\n",
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
        .example =
            "CREATE TABLE members (team_id int, user_id int, PRIMARY KEY (team_id, user_id));\n"
            "-- proven by rows: (1, 1) beside (1, 2) and (2, 1) is accepted, (1, 1) twice is "
            "refused with 23505\n",
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
        .example =
            "CREATE TABLE users (email text, deleted_at timestamptz);\n"
            "CREATE UNIQUE INDEX users_email ON users (lower(email)) WHERE deleted_at IS NULL;\n"
            "-- proven by rows: \"ada\" beside \"ADA\" is refused with 23505, beside a deleted "
            "\"ada\" it is accepted\n",
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
        .example = "CREATE TABLE orders (id int PRIMARY KEY, total int CHECK (total BETWEEN 0 AND "
                   "1000));\n"
                   "-- proven by rows at both edges: 0 and 1000 are accepted, -1 and 1001 refused "
                   "with 23514 by this\n"
                   "-- constraint.  The values are in the finding: read them, since the server "
                   "knows no better what was meant.\n",
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
        .example = "CREATE TABLE bookings (during tsrange, EXCLUDE USING gist (during WITH &&));\n"
                   "-- proven by rows: two ranges that overlap are refused with 23P01, two that do "
                   "not are accepted\n",
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
        .example = "CREATE TYPE order_state AS ENUM ('open', 'paid');\n"
                   "CREATE TABLE orders (state order_state);\n"
                   "-- proven by rows: \"open\" and \"paid\" are accepted, a text that is no label "
                   "is refused with 22P02\n",
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
        .example = "CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);\n"
                   "-- proven by values: 0 and 100 are accepted, -1 and 101 refused with 23514 by "
                   "this domain\n",
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
        .example = "CREATE TABLE countries (code varchar(2), rate numeric(4,2));\n"
                   "-- proven by rows: two letters and 99.99 are accepted, three letters and 100 "
                   "are refused\n",
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
        .example = "CREATE FUNCTION stamp(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$\n"
                   "BEGIN RETURN $1 || clock_timestamp(); END $$;    -- not immutable at all\n"
                   "CREATE TABLE notes (body text, stamped text GENERATED ALWAYS AS (stamp(body)) "
                   "STORED);\n"
                   "-- mended: a column with DEFAULT now()\n",
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
        .example =
            "CREATE TABLE users (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);\n"
            "INSERT INTO users (id) VALUES (1), (2), (3);    -- the sequence still stands at 1\n"
            "-- mended: SELECT setval(pg_get_serial_sequence('users', 'id'), max(id)) FROM "
            "users;\n",
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
        .example =
            "INSERT INTO books (author_id) VALUES (99);    -- there is no author 99\n"
            "ALTER TABLE books ADD FOREIGN KEY (author_id) REFERENCES authors NOT VALID;\n"
            "-- mended: the rows are put right, then ALTER TABLE books VALIDATE CONSTRAINT …\n",
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
        .example = "CREATE TABLE ships (id int PRIMARY KEY);\n"
                   "CREATE TABLE crews (ship_id int REFERENCES ships);\n"
                   "CREATE ROLE loader LOGIN;\n"
                   "GRANT SELECT, INSERT, UPDATE, DELETE ON ships, crews TO loader;\n"
                   "-- for the import, and never taken back: no foreign key and no trigger fires "
                   "for this role\n"
                   "ALTER ROLE loader SET session_replication_role = replica;\n"
                   "-- mended:\n"
                   "ALTER ROLE loader RESET session_replication_role;\n",
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
        .example = "CREATE TABLE orders (state text CHECK (state <> 'open' OR state <> 'paid'));   "
                   " -- always true\n"
                   "-- mended:\n"
                   "CREATE TABLE orders (state text CHECK (state IN ('open', 'paid')));\n",
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
        .example = "CREATE TABLE rooms (seats int NOT NULL CHECK (seats > 10 AND seats < 5));    "
                   "-- no row ever\n"
                   "-- mended: CHECK (seats BETWEEN 5 AND 10)\n",
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
        .example = "exercise:\n"
                   "  cases:\n"
                   "    - case: a user who manages a team cannot be deleted    # REFERENCES users "
                   "ON DELETE CASCADE: he can\n"
                   "      given: {boss: users, team: {table: teams, row: {manager_id: $boss.id}}}\n"
                   "      delete: boss\n"
                   "      refused: teams_manager_id_fkey\n",
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
        .example = "-- told as not exercised: no row was found that the expression refuses\n"
                   "CREATE TABLE tickets (code text CHECK (md5(code) <> "
                   "'d41d8cd98f00b204e9800998ecf8427f'));\n",
    },
    {0},
};

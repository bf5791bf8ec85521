#include "check/checks.h"

#define NEEDS_SUITE "a test suite written against libpgstair (docs/library.md)"
#define MEND_BEHAVIOUR                                                                             \
    "The finding has the statement, the server's words and the assertion's place. Mend the "       \
    "migration, or the assertion when it asks for something else than was agreed."

/* What the C library's assertions say; those about one object are expect's. */
const PgsCheck pgs_checks_suite[] = {
    {
        .id = "suite.open",
        .title = "whether a suite could be opened",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Tells of a suite whose server did not start, or whose migrations or sample data "
                "failed, so that none of its tests ran.",
        .why = "What was not tested must not pass for tested.",
        .mend = "The finding says what is wrong, with file and line where there is one.",
        .example =
            "pgs_suite_open(…);    /* the migrations of the suite fail: none of its tests ran */\n",
    },
    {
        .id = "suite.end",
        .title = "whether a suite came to its end",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Stands in the record from the moment a suite is opened until it is closed, and "
                "stays when it never is: a test called exit(), or the suite's process was killed.",
        .why = "A suite that died has judged nothing of what it had not come to, and a record that "
               "an older run has left must not speak for it.",
        .mend = "The suite's own output ends with the test that it was in.",
        .example = "exit(0);    /* in a test: all that come after it are never run */\n",
    },
    {
        .id = "suite.case",
        .title = "a test of a suite, as a whole",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Each test is a case. It passes when all its assertions held and it came to its "
                "end; a test that ends early, by another assertion than pgstair's or by a crash, "
                "fails.",
        .why = "A requirement is proven by whole tests. One that stopped half way proves nothing, "
               "whatever held until then.",
        .mend = "The findings beside it, or the test's own output, say what stopped it.",
        .example = "assert_int_equal(n_rows, 3);    /* cmocka's own: the test ends here, whatever "
                   "held until then */\n",
    },
    {
        .id = "suite.refused",
        .title = "a statement that must be refused",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Tries the statement in a savepoint, has deferred constraints checked, and "
                "compares SQLSTATE and constraint with what was asked for. Nothing of it stays.",
        .why = "A rule that stands in the catalog and lets rows through protects nobody; one that "
               "refuses for another reason hides the rule that is missing.",
        .mend = MEND_BEHAVIOUR,
        .example = "pgs_assert_refused(database, \"INSERT INTO orders (total) VALUES (-1)\", …);\n"
                   "-- ALTER TABLE orders DROP CONSTRAINT ck_total: accepted, since a migration "
                   "dropped the CHECK\n",
    },
    {
        .id = "suite.accepted",
        .title = "a statement that must be accepted",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Runs the statement and has deferred constraints checked. What it did stays for "
                "the rest of the test.",
        .why = "A rule that is too narrow refuses what the application has to write.",
        .mend = MEND_BEHAVIOUR,
        .example =
            "pgs_assert_accepted(database, \"INSERT INTO users (name) VALUES ('O''Neill')\", …);\n"
            "-- CHECK (name ~ '^[A-Za-z ]+$') refuses the apostrophe\n",
    },
    {
        .id = "suite.result",
        .title = "what a query gives",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Runs the query and compares its rows, as psql -At prints them, with the text that "
                "was asked for.",
        .why = "Triggers, defaults and generated columns are right only when their rows are.",
        .mend = MEND_BEHAVIOUR,
        .example = "-- the test asks for 3 of SELECT total FROM carts, and the trigger that adds "
                   "up forgets DELETE\n"
                   "CREATE TRIGGER carts_total AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION "
                   "add_up();\n",
    },
    {
        .id = "suite.affected",
        .title = "how many rows a statement changes",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Runs the statement and compares the number of rows that it inserts, updates or "
                "deletes. What it did stays for the rest of the test.",
        .why = "A statement that changes no row succeeds too.",
        .mend = MEND_BEHAVIOUR,
        .example = "-- the test asks for 1 row, and gets 0\n"
                   "UPDATE users SET name = 'Ada' WHERE email = 'ADA@example.com';\n",
    },
    {
        .id = "suite.true",
        .title = "a fact that a test established",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Tells what a test found out by itself, by the test's own words; whether all that "
                "pgstair.yaml expects holds; and whether the schema is, or is not, what the "
                "migrations make.",
        .why = "Not everything that is required can be said as a statement and its result.",
        .mend = "The finding has the test's words and its place.",
        .example =
            "-- the test compares the schema before and after a script that must not change it\n",
    },
    {
        .id = "suite.migration",
        .title = "a migration that a test runs",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SUITE,
        .what = "Migrates the test's database up or down, or has a migration refused: with the "
                "SQLSTATE, at the place and with the words that were asked for, and with the "
                "schema left as it was.",
        .why = "Migrations meet rows that no empty database has. One that must stop when the data "
               "is not fit for it has to stop before it has changed anything.",
        .mend = "The finding has the file, the line and the server's words.",
        .example = "-- 006_unique.up.sql: must stop with 23505 on rows that are there twice, and "
                   "deletes them instead\n"
                   "DELETE FROM users a USING users b WHERE a.email = b.email AND a.id > b.id;\n"
                   "ALTER TABLE users ADD UNIQUE (email);\n",
    },
    {0},
};

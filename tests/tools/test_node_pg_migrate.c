/* Covers harness/migration/node_pg_migrate.c beside node-pg-migrate itself. */
#include "tools/tool_fixture.h"

#define UP "node-pg-migrate", "up", "--verbose", "false"
#define DOWN "node-pg-migrate", "down", "--verbose", "false"

static const char *const up[] = {UP, NULL};
static const char *const up_1[] = {UP, "1", NULL};
static const char *const up_2[] = {UP, "2", NULL};
static const char *const down_1[] = {DOWN, "1", NULL};
static const char *const down_9[] = {DOWN, "9", NULL};

static void
check(void **state, const PgsToolTurn *turns, gsize n_turns)
{
    pgs_tool_assert_same(*state, "migrations", "node-pg-migrate", turns, n_turns);
}

static void
test_up_and_down(void **state)
{
    static const PgsToolTurn turns[] = {
        {.command = up,
         .revision = PGS_TOOL_HEAD,
         .ask = "SELECT string_agg(name, ',' ORDER BY id) FROM people"},
        {.command = down_1, .revision = 2},
        {.command = down_9, .revision = -1},
    };
    pgs_tool_require("node-pg-migrate");
    pgs_tool_write(*state, "migrations/1700000000000_people.sql",
                   "-- Up Migration\n"
                   "CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL);\n"
                   "INSERT INTO people (name) VALUES ('a;b'), ('c')\n\n"
                   "-- Down Migration\nDROP TABLE people;\n");
    /* The second, by the moment that it names. */
    pgs_tool_write(*state, "migrations/20231115000000000_mood.sql",
                   "-- Down Migration\nALTER TABLE people DROP COLUMN mood; DROP TYPE mood;\n"
                   "-- Up Migration\nCREATE TYPE mood AS ENUM ('sad', 'ok');\n"
                   "ALTER TABLE people ADD COLUMN mood mood DEFAULT 'ok';\n");
    pgs_tool_write(*state, "migrations/1800000000000_b.sql",
                   "-- Up Migration\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\n"
                   "BEGIN\n  -- Up Migration; of a function\n  RETURN 1;\nEND $$;\n"
                   "-- Down Migration\nDROP FUNCTION f();\n");
    pgs_tool_write(*state, "migrations/1800000000000_a.sql",
                   "-- Up Migration\nCREATE VIEW names AS SELECT name FROM people;\n"
                   "-- Down Migration\nDROP VIEW names;\n");
    check(state, turns, G_N_ELEMENTS(turns));
}

/* All that is run in one go is one transaction: nothing of it is left. */
static void
test_a_failure_undoes_the_run(void **state)
{
    static const PgsToolTurn turns[] = {
        {.command = up_2, .revision = 1},
        {.command = up, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = "does not exist"},
    };
    pgs_tool_require("node-pg-migrate");
    pgs_tool_write(*state, "migrations/1_a.sql", "-- Up Migration\nCREATE TABLE a ();\n");
    pgs_tool_write(*state, "migrations/2_b.sql", "-- Up Migration\nCREATE TABLE b ();\n");
    pgs_tool_write(*state, "migrations/10_c.sql",
                   "-- Up Migration\nCREATE TABLE c ();\nDROP TABLE nothing;\n");
    check(state, turns, G_N_ELEMENTS(turns));
}

/* A value that is added to an enum cannot be used in the same transaction, so in the same run. */
static void
test_one_transaction_for_all(void **state)
{
    static const PgsToolTurn turns[] = {
        {.command = up_1, .revision = 0},
        {.command = up,
         .revision = PGS_TOOL_HEAD,
         .fails = TRUE,
         .says = "unsafe use of new value \"good\" of enum type mood"},
    };
    pgs_tool_require("node-pg-migrate");
    pgs_tool_write(*state, "migrations/1_a.sql",
                   "-- Up Migration\nCREATE TYPE mood AS ENUM ('sad');\n");
    pgs_tool_write(*state, "migrations/2_b.sql",
                   "-- Up Migration\nALTER TYPE mood ADD VALUE 'good';\n");
    pgs_tool_write(*state, "migrations/3_c.sql",
                   "-- Up Migration\nCREATE TABLE t (m mood DEFAULT 'good');\n");
    check(state, turns, G_N_ELEMENTS(turns));
}

static void
test_refusals(void **state)
{
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\n",
         "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"},
        {"CREATE TABLE a (id int);\nCOPY a FROM STDIN;\n1\n\\.\n", NULL},
        {"CREATE TABLE a (id int);\nSELECT 'it\n", "unterminated quoted string"},
        {"DROP TABLE pgmigrations;\n", "relation \"public.pgmigrations\" does not exist"},
        {"SET TRANSACTION READ ONLY;\n", "read-only transaction"},
    };
    PgsToolFixture *fixture = *state;
    static const PgsToolTurn good = {
        .command = up, .revision = PGS_TOOL_HEAD, .ask = "SELECT n FROM a"};
    pgs_tool_require("node-pg-migrate");
    pgs_tool_write(fixture, "migrations/1_a.sql",
                   "CREATE TABLE a (n text);\nINSERT INTO a VALUES ('caf\xe9 \xe2\x82');\n"
                   "COPY a TO STDOUT;\n");
    check(state, &good, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsToolTurn bad = {
            .command = up, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = cases[i].says};
        pgs_tool_tear_down(state);
        pgs_tool_set_up(state);
        pgs_tool_write(fixture, "migrations/1_a.sql", cases[i].sql);
        check(state, &bad, 1);
    }
}

/* What the texts themselves do to the run's transaction. */
static void
test_a_commit_within(void **state)
{
    static const PgsToolTurn turns[] = {
        {.command = up, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = "division by zero"},
    };
    pgs_tool_require("node-pg-migrate");
    pgs_tool_write(*state, "migrations/1_a.sql", "CREATE TABLE a ();\nCOMMIT;\n");
    pgs_tool_write(*state, "migrations/2_b.sql", "CREATE TABLE b ();\n");
    pgs_tool_write(*state, "migrations/3_c.sql", "SELECT 1/0;\n");
    check(state, turns, G_N_ELEMENTS(turns));
}

/* What the tool refuses as a whole, pgstair does. */
static void
test_refused_folders(void **state)
{
    static const struct {
        const char *file, *tool_says, *says;
    } cases[] = {
        {"x.sql", "Cannot determine numeric prefix for \"x.sql\"", "numeric prefix"},
    };
    PgsToolFixture *fixture = *state;
    pgs_tool_require("node-pg-migrate");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *output = NULL;
        g_autofree char *folder = g_build_filename(fixture->folder, "migrations", NULL);
        g_autofree char *file = g_build_filename("migrations", cases[i].file, NULL);
        pgs_tool_write(fixture, "migrations/1_a.sql", "SELECT 1;\n");
        pgs_tool_write(fixture, file, "SELECT 2;\n");
        assert_int_not_equal(pgs_tool_run(fixture, "postgres", up, NULL, &output), 0);
        assert_non_null(strstr(output, cases[i].tool_says));
        assert_null(pgs_history_read(folder, "node-pg-migrate", &error));
        assert_non_null(strstr(error->message, cases[i].says));
        pgs_tool_tear_down(state);
        pgs_tool_set_up(state);
    }
}

static void
test_no_way_down(void **state)
{
    PgsToolFixture *fixture = *state;
    static const PgsToolTurn turn = {.command = up, .revision = PGS_TOOL_HEAD};
    g_autofree char *output = NULL;
    pgs_tool_require("node-pg-migrate");
    pgs_tool_write(fixture, "migrations/1_a.sql", "-- Up Migration\nSELECT 1;\n");
    check(state, &turn, 1);
    assert_int_not_equal(pgs_tool_run(fixture, fixture->database, down_1, NULL, &output), 0);
    assert_non_null(strstr(output, "User has disabled down migration"));
    assert_null(((PgsRevision *)g_ptr_array_index(fixture->history->revisions, 0))->down);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_up_and_down),
        PGS_TOOL_TEST(test_a_failure_undoes_the_run),
        PGS_TOOL_TEST(test_one_transaction_for_all),
        PGS_TOOL_TEST(test_refusals),
        PGS_TOOL_TEST(test_a_commit_within),
        PGS_TOOL_TEST(test_refused_folders),
        PGS_TOOL_TEST(test_no_way_down),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

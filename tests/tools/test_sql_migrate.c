/* Covers harness/migration/sql_migrate.c, beside sql-migrate itself.  Debian's is of December 2019;
 * what has changed since (the last semicolon of a statement is cut off) the server does not see. */
#include "tool_fixture.h"

static const char *const up[] = {"sql-migrate", "up",   "-config", "dbconfig.yml",
                                 "-env",        "test", NULL};
static const char *const down[] = {"sql-migrate", "down", "-config", "dbconfig.yml",
                                   "-env",        "test", NULL};

static const char ledger[] = "SELECT string_agg(id, ',' ORDER BY id) FROM gorp_migrations";
static const char body[] = "SELECT prosrc FROM pg_proc WHERE proname = 'f'";

/* Its configuration: the environment "test" of the tool's database. */
static void
write_config(const PgsToolFixture *fixture)
{
    pgs_tool_write(fixture, "dbconfig.yml",
                   "test:\n  dialect: postgres\n  datasource: host=$PGHOST port=$PGPORT "
                   "user=$PGUSER dbname=$PGDATABASE sslmode=disable\n  dir: migrations\n");
}

static void
test_climb(void **state)
{
    PgsToolFixture *fixture = *state;
    const PgsToolTurn turns[] = {
        {.command = up, .revision = PGS_TOOL_HEAD, .ask = ledger},
        {.command = down, .revision = 2, .ask = body},
        {.command = down, .revision = 1, .ask = body},
        {.command = down, .revision = 0, .ask = ledger},
        {.command = down, .revision = -1, .ask = ledger},
        {.command = up, .revision = PGS_TOOL_HEAD, .ask = body},
    };
    pgs_tool_require("sql-migrate");
    write_config(fixture);
    pgs_tool_write(fixture, "migrations/1_a.sql",
                   "junk\n-- +migrate Up\nCREATE TABLE a (i int PRIMARY KEY); -- c;\n"
                   "-- +migrate StatementBegin\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql "
                   "AS $$\n-- gone;\nBEGIN\n  -- stays;\n  RETURN 1;\n--stays\nEND\n$$;\n"
                   "CREATE TABLE b (i int);\n-- +migrate StatementEnd\n\n-- +migrate Down\n"
                   "DROP TABLE b;\nDROP FUNCTION f;\nDROP TABLE a;\n");
    pgs_tool_write(fixture, "migrations/02_b.sql",
                   "-- +migrate Up notransaction\r\nCREATE INDEX CONCURRENTLY x ON a (i);\r\n"
                   "-- +migrate Down notransaction\r\n\r\nDROP INDEX CONCURRENTLY x;\r\n");
    pgs_tool_write(fixture, "migrations/10_c.sql",
                   "-- +migrate Up\nCREATE TABLE c (i int);\n-- +migrate Down\nDROP TABLE c;\n"
                   "-- +migrate Up\nCREATE TABLE d (i int);\n-- +migrate Down\nDROP TABLE d;\n");
    pgs_tool_write(fixture, "migrations/later.sql",
                   "-- +migrate Up\nDROP TABLE d;\n-- +migrate "
                   "Down\nCREATE TABLE d (i int);\n");
    pgs_tool_write(fixture, "migrations/notes.txt", "no migration");
    pgs_tool_assert_same(fixture, "migrations", "sql-migrate", turns, G_N_ELEMENTS(turns));
}

static void
test_refused(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"-- +migrate Up\nCREATE INDEX CONCURRENTLY i ON a (i);\n",
         "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"},
        {"-- +migrate Up notransaction\nCREATE TABLE b (i int);\nSELECT * FROM nowhere;\n",
         "relation \"nowhere\" does not exist"},
        {"-- +migrate Up notransaction\nCREATE TABLE b (i int); SELECT * FROM nowhere;\n",
         "relation \"nowhere\" does not exist"},
        {"-- +migrate Up\nCREATE TABLE b (i int);\nCOMMIT;\n",
         "pq: unexpected transaction status idle"},
        {"-- +migrate Up\nCOPY a FROM stdin;\n1;\n", "pq: unknown response for simple query: 'G'"},
        {"-- +migrate Up\nDO $$\nBEGIN;\nEND;\n$$;\n", "unterminated dollar-quoted string"},
        /* Its own bookkeeping. */
        {"-- +migrate Up\nSELECT set_config('search_path', '', false);\n",
         "relation \"gorp_migrations\" does not exist"},
        {"-- +migrate Up\nDROP TABLE gorp_migrations;\n",
         "relation \"gorp_migrations\" does not exist"},
    };
    pgs_tool_require("sql-migrate");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsToolTurn turns[] = {
            {.command = up, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = cases[i].says}};
        write_config(fixture);
        pgs_tool_write(
            fixture, "migrations/1_a.sql",
            "-- +migrate Up\nCREATE TABLE a (i int);\n-- +migrate Down\nDROP TABLE a;\n");
        pgs_tool_write(fixture, "migrations/2_b.sql", cases[i].text);
        pgs_tool_assert_same(fixture, "migrations", "sql-migrate", turns, G_N_ELEMENTS(turns));
        pgs_tool_tear_down(state);
        pgs_tool_set_up(state);
    }
}

/* One file that it cannot read, and sql-migrate runs nothing: pgstair reads nothing either. */
static void
test_unreadable(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "no Up/Down annotations found"},
        {"SELECT 1;\n", "no Up/Down annotations found"},
        {"\xef\xbb\xbf-- +migrate Up\nSELECT 1;\n", "no Up/Down annotations found"},
        {"-- +migrate Up\nSELECT 1\n", "last statement must be ended by a semicolon"},
        {"-- +migrate Up\nSELECT 1;\n--x\n", "last statement must be ended by a semicolon"},
        {"-- +migrate Up\nSELECT 1\n-- +migrate Down\n", "last statement must be ended"},
        {"-- +migrate Up\n-- +migrate StatementBegin\nSELECT 1;\n",
         "saw '-- +migrate StatementBegin' with no matching '-- +migrate StatementEnd'"},
        {"-- +migrate   \n", "incomplete migration command"},
    };
    pgs_tool_require("sql-migrate");
    g_autoptr(GError) none = NULL;
    g_autofree char *database =
        pgs_server_create_database(fixture->server, "unreadable", NULL, &none);
    assert_non_null(database);
    write_config(fixture);
    pgs_tool_write(fixture, "migrations/1_a.sql", "-- +migrate Up\nCREATE TABLE a (i int);\n");
    g_autofree char *folder = g_build_filename(fixture->folder, "migrations", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *output = NULL;
        pgs_tool_write(fixture, "migrations/2_b.sql", cases[i].text);
        assert_int_not_equal(pgs_tool_run(fixture, database, up, NULL, &output), 0);
        assert_null(pgs_history_read(folder, "sql-migrate", &error));
        if (strstr(output, cases[i].says) == NULL || strstr(error->message, cases[i].says) == NULL)
            fail_msg("not in both: \"%s\"\nsql-migrate: %s\npgstair: %s", cases[i].says, output,
                     error->message);
    }
    pgs_server_drop_database(fixture->server, database, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_climb),
        PGS_TOOL_TEST(test_refused),
        PGS_TOOL_TEST(test_unreadable),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

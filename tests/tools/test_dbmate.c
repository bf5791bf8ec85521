/* Covers harness/migration/dbmate.c, beside dbmate itself (of npm). */
#include "tool_fixture.h"

static const char *const up[] = {
    "dbmate", "--url", "{url}&sslmode=disable", "--no-dump-schema", "-d", "migrations", "up", NULL};
static const char *const down[] = {"dbmate",           "--url", "{url}&sslmode=disable",
                                   "--no-dump-schema", "-d",    "migrations",
                                   "rollback",         NULL};

static const char ledger[] =
    "SELECT string_agg(version, ',' ORDER BY version) FROM schema_migrations";

static const PgsToolTurn climb[] = {
    {.command = up, .revision = PGS_TOOL_HEAD, .ask = ledger},
    {.command = down, .revision = 1, .ask = ledger},
    {.command = down, .revision = 0, .ask = ledger},
    {.command = down, .revision = -1, .ask = ledger},
    {.command = up, .revision = PGS_TOOL_HEAD, .ask = ledger},
};

static void
test_climb(void **state)
{
    PgsToolFixture *fixture = *state;
    pgs_tool_require("dbmate");
    pgs_tool_write(fixture, "migrations/10_a.sql",
                   "-- users\n-- migrate:up\nCREATE TABLE a (i int PRIMARY KEY);\n"
                   "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  -- one;\n"
                   "  RETURN 1;\nEND\n$$;\n\n-- migrate:down\nDROP FUNCTION f;\nDROP TABLE a;\n");
    pgs_tool_write(fixture, "migrations/2_b.sql",
                   "--migrate:up transaction:false\r\nCREATE INDEX CONCURRENTLY b ON a (i);\r\n"
                   "-- migrate:down  transaction:false\r\nDROP INDEX CONCURRENTLY b\r\n");
    pgs_tool_write(fixture, "migrations/3_c.sql", "-- migrate:up\n\n-- migrate:down\n-- nothing\n");
    pgs_tool_write(fixture, "migrations/schema.sql", "SELECT no_migration;\n");
    pgs_tool_assert_same(fixture, "migrations", "dbmate", climb, G_N_ELEMENTS(climb));
}

/* What dbmate refuses, pgstair does, and says it in its words. */
static void
test_refused(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"SELECT 1;\n", "dbmate requires each migration to define an up block"},
        {"\xef\xbb\xbf-- migrate:up\n-- migrate:down\n", "define an up block"},
        {"-- migrate:up\nSELECT 1;\n", "define a down block with '-- migrate:down'"},
        {"SELECT 1;\n-- migrate:up\n-- migrate:down\n", "does not support statements preceding"},
        {"-- migrate:up\n-- migrate:down\n-- migrate:down\n", "to be preceded by a"},
        {"-- migrate:up\nCREATE INDEX CONCURRENTLY i ON a (i);\n-- migrate:down\n",
         "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"},
        {"-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (i);\nSELECT 1;\n"
         "-- migrate:down\n",
         "CREATE INDEX CONCURRENTLY cannot"},
        {"-- migrate:up\nCREATE TABLE b (i int);\nCOMMIT;\n-- migrate:down\n",
         "pq: unexpected transaction status idle"},
        {"-- migrate:up\nCOPY a FROM stdin;\n-- migrate:down\n", "driver: bad connection"},
        {"-- migrate:up\nSELECT E'\\\\d' FROM nowhere;\n-- migrate:down\n",
         "relation \"nowhere\" does not exist"},
        /* Its own bookkeeping: the version is recorded once a section, in the first schema. */
        {"-- migrate:up\nCREATE TABLE b (i int);\n-- migrate:down\n-- migrate:up\n"
         "CREATE TABLE c (i int);\n-- migrate:down\n",
         "duplicate key value violates unique constraint \"schema_migrations_pkey\""},
        {"-- migrate:up\nCREATE SCHEMA s;\nSET search_path = s, public;\n-- migrate:down\n",
         "relation \"s.schema_migrations\" does not exist"},
        {"-- migrate:up\nDROP TABLE schema_migrations;\n-- migrate:down\n",
         "relation \"public.schema_migrations\" does not exist"},
    };
    pgs_tool_require("dbmate");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsToolTurn turns[] = {
            {.command = up, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = cases[i].says}};
        pgs_tool_write(fixture, "migrations/1_a.sql",
                       "-- migrate:up\nCREATE TABLE a (i int);\n-- migrate:down\nDROP TABLE a;\n");
        pgs_tool_write(fixture, "migrations/2_b.sql", cases[i].text);
        pgs_tool_assert_same(fixture, "migrations", "dbmate", turns, G_N_ELEMENTS(turns));
        pgs_tool_tear_down(state);
        pgs_tool_set_up(state);
    }
}

/* An empty search_path is no trouble: dbmate then takes public. */
static void
test_search_path(void **state)
{
    PgsToolFixture *fixture = *state;
    pgs_tool_require("dbmate");
    pgs_tool_write(fixture, "migrations/1_a.sql",
                   "-- migrate:up\nSELECT set_config('search_path', '', false);\n"
                   "CREATE TABLE public.a (i int);\n-- migrate:down\nDROP TABLE a;\n");
    pgs_tool_write(fixture, "migrations/2_b.sql",
                   "-- migrate:up\nCREATE TABLE public.b (i int);\n-- migrate:down\nDROP TABLE "
                   "b;\n");
    PgsToolTurn turns[] = {{.command = up, .revision = PGS_TOOL_HEAD, .ask = ledger}};
    pgs_tool_assert_same(fixture, "migrations", "dbmate", turns, G_N_ELEMENTS(turns));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_climb),
        PGS_TOOL_TEST(test_refused),
        PGS_TOOL_TEST(test_search_path),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

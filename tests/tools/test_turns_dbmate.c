/* Covers harness/ledger/ledger_dbmate.c and "pgstair migrate", taking turns with dbmate itself. */
#include "tools/take_turns.h"

static const char *const up[] = {
    "dbmate", "--url", "{url}&sslmode=disable", "--no-dump-schema", "-d", "migrations", "up", NULL};
static const char *const down[] = {"dbmate",           "--url", "{url}&sslmode=disable",
                                   "--no-dump-schema", "-d",    "migrations",
                                   "rollback",         NULL};

/* A section without a transaction, search_path set for good, names and texts with all sorts. */
static const char *files[][2] = {
    {"0001_people.sql",
     "-- migrate:up\nCREATE TABLE people (id serial PRIMARY KEY, \"O'Neil \"\"x\"\"\" text);\n"
     "-- migrate:down\nDROP TABLE public.people;\n"},
    {"0002_index.sql",
     "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON people (id)\n"
     "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY public.i\n"},
    {"20240101000000_path.sql",
     "-- migrate:up\nSELECT pg_catalog.set_config('search_path', '', false);\n"
     "CREATE SCHEMA other;\nCREATE TABLE other.things ();\n"
     "-- migrate:down\nDROP TABLE other.things;\nDROP SCHEMA other;\n"},
    {"3_last.sql", "-- migrate:up\nCREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$ "
                   "SELECT ';--'::text $$;\n"
                   "-- migrate:down\nDROP FUNCTION public.f();\n"},
};

static void
test_interchange(void **state)
{
    const Turns dbmate = {
        .format = "dbmate",
        .up = up,
        .down = down,
        .files = files,
        .n_files = 1,
        .n_revisions = G_N_ELEMENTS(files),
        .ask = "SELECT string_agg(version, ',' ORDER BY version) FROM schema_migrations",
    };
    pgs_tool_require("dbmate");
    turns_check(*state, &dbmate);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_interchange),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

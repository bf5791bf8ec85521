/* Covers harness/ledger/ledger_golang_migrate.c and "pgstair migrate", taking turns with
 * golang-migrate's own command, where PGSTAIR_TEST_GOLANG_MIGRATE says where that is: it is in no
 * registry that ci/install-tools knows. */
#include "tools/take_turns.h"

static const char *files[][2] = {
    {"0001_people.up.sql", "CREATE TABLE people (id serial PRIMARY KEY, name text);\n"},
    {"0001_people.down.sql", "DROP TABLE public.people;\n"},
    {"0002_index.up.sql", "CREATE INDEX CONCURRENTLY i ON people (name)"},
    {"0002_index.down.sql", "DROP INDEX CONCURRENTLY public.i;"},
    {"0010_path.up.sql", "SELECT pg_catalog.set_config('search_path', '', false);\n"
                         "CREATE SCHEMA other;\nCREATE TABLE other.things ();\n"},
    {"0010_path.down.sql", "DROP TABLE other.things;\nDROP SCHEMA other;\n"},
    {"20240101000000_last.up.sql",
     "BEGIN;\nALTER TABLE public.people ADD COLUMN age int;\nCOMMIT;\n"},
    {"20240101000000_last.down.sql", "ALTER TABLE public.people DROP COLUMN age;\n"},
};

static void
test_interchange(void **state)
{
    const char *program = g_getenv("PGSTAIR_TEST_GOLANG_MIGRATE");
    if (program == NULL) {
        print_message("skipped: PGSTAIR_TEST_GOLANG_MIGRATE names no golang-migrate\n");
        skip();
    }
    const char *const up[] = {program, "-path", "migrations", "-database", "{url}&sslmode=disable",
                              "up",    NULL};
    const char *const down[] = {
        program, "-path", "migrations", "-database", "{url}&sslmode=disable", "down", "1", NULL};
    const Turns golang_migrate = {
        .format = "golang-migrate",
        .up = up,
        .down = down,
        .files = files,
        .n_files = 2,
        .n_revisions = G_N_ELEMENTS(files) / 2,
        .ask = "SELECT string_agg(version || ' ' || dirty, ',') FROM schema_migrations",
    };
    turns_check(*state, &golang_migrate);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_interchange),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

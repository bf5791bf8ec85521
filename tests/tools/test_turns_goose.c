/* Covers harness/ledger/ledger_goose.c and "pgstair migrate", taking turns with goose's own
 * command, where PGSTAIR_TEST_GOOSE says where that is: it is in no registry that ci/install-tools
 * knows. */
#include "tools/take_turns.h"

static const char *files[][2] = {
    {"00001_people.sql", "-- +goose Up\nCREATE TABLE people (id serial PRIMARY KEY, name text);\n"
                         "-- +goose Down\nDROP TABLE people;\n"},
    {"00002_index.sql",
     "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON people (name);\n"
     "-- +goose Down\nDROP INDEX CONCURRENTLY i;\n"},
    {"00010_function.sql",
     "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS "
     "$$\nBEGIN\n  RETURN 1;\nEND\n$$;\n-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION "
     "f();\n"},
    {"20240101000000_last.sql", "-- +goose Up\nALTER TABLE people ADD COLUMN age int;\n"
                                "-- +goose Down\nALTER TABLE people DROP COLUMN age;\n"},
};

static void
test_interchange(void **state)
{
    const char *program = g_getenv("PGSTAIR_TEST_GOOSE");
    if (program == NULL) {
        print_message("skipped: PGSTAIR_TEST_GOOSE names no goose\n");
        skip();
    }
    const char *const up[] = {program, "-dir", "migrations", "postgres", "{url}&sslmode=disable",
                              "up",    NULL};
    const char *const down[] = {program, "-dir", "migrations", "postgres", "{url}&sslmode=disable",
                                "down",  NULL};
    const Turns goose = {
        .format = "goose",
        .up = up,
        .down = down,
        .files = files,
        .n_files = 1,
        .n_revisions = G_N_ELEMENTS(files),
        .ask = "SELECT string_agg(format('%s %s %s', version_id, is_applied, tstamp > now() - "
               "interval '1 day'), ',' ORDER BY id) FROM goose_db_version",
    };
    turns_check(*state, &goose);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_interchange),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

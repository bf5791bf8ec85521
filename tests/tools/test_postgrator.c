/* Covers harness/migration/postgrator.c beside Postgrator itself. */
#include "tools/tool_fixture.h"

#define POSTGRATOR                                                                                 \
    "postgrator", "migrate", "--no-config", "--host", "{host}", "--username", "{user}",            \
        "--database", "{database}", "--to"

static const char *const to_max[] = {POSTGRATOR, "max", NULL};
static const char *const to_2[] = {POSTGRATOR, "2", NULL};
static const char *const to_0[] = {POSTGRATOR, "0", NULL};

static void
check(void **state, const PgsToolTurn *turns, gsize n_turns)
{
    pgs_tool_assert_same(*state, "migrations", "postgrator", turns, n_turns);
}

static void
write_people(PgsToolFixture *fixture)
{
    pgs_tool_write(fixture, "migrations/001.do.people.sql",
                   "CREATE TABLE people (id serial PRIMARY KEY, name text);\n"
                   "INSERT INTO people (name) VALUES ('a;b');\n");
    pgs_tool_write(fixture, "migrations/001.undo.people.sql", "DROP TABLE people;\n");
}

static void
test_up_and_down(void **state)
{
    static const PgsToolTurn turns[] = {
        {.command = to_2, .revision = 1},
        {.command = to_max,
         .revision = PGS_TOOL_HEAD,
         .ask = "SELECT string_agg(name || f(), ',' ORDER BY id) FROM people"},
        {.command = to_0, .revision = -1},
    };
    pgs_tool_require("postgrator");
    write_people(*state);
    pgs_tool_write(*state, "migrations/2.do.sql", "ALTER TABLE people ADD COLUMN age int\n");
    pgs_tool_write(*state, "migrations/002.undo.sql", "ALTER TABLE people DROP COLUMN age\n");
    pgs_tool_write(*state, "migrations/0x0a.do.function.of.mine.sql",
                   "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n");
    pgs_tool_write(*state, "migrations/10.undo.function.sql", "DROP FUNCTION f();\n");
    pgs_tool_write(*state, "migrations/notes.sql", "no SQL at all\n");
    pgs_tool_write(*state, "migrations/3.other.sql", "no SQL at all\n");
    check(state, turns, G_N_ELEMENTS(turns));
}

/* A file is one message and so one transaction; those before it stay. */
static void
test_a_failure(void **state)
{
    static const PgsToolTurn turns[] = {
        {.command = to_max, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = "does not exist"},
        {.command = to_0, .revision = -1},
    };
    pgs_tool_require("postgrator");
    write_people(*state);
    pgs_tool_write(*state, "migrations/2.do.b.sql", "CREATE TABLE b ();\nDROP TABLE nothing;\n");
    check(state, turns, G_N_ELEMENTS(turns));
}

/* All that succeeds, in one folder: each file is a message of its own. */
static void
test_files_that_succeed(void **state)
{
    static const char *const texts[] = {
        "CREATE INDEX CONCURRENTLY i ON people (name)",
        "",
        "-- nothing\n",
        "CREATE TABLE b ();\nSET LOCAL search_path = '';",
        "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b';",
        "COPY people TO STDOUT;",
        "-- caf\xe9\nINSERT INTO people (name) VALUES ('caf\xe9');",
    };
    static const PgsToolTurn turn = {.command = to_max,
                                     .revision = PGS_TOOL_HEAD,
                                     .ask = "SELECT string_agg(name, ',' ORDER BY id) FROM people"};
    pgs_tool_require("postgrator");
    write_people(*state);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *name = g_strdup_printf("migrations/%u.do.b.sql", i + 2);
        pgs_tool_write(*state, name, texts[i]);
    }
    check(state, &turn, 1);
}

static void
test_each_file_by_itself(void **state)
{
    static const struct {
        const char *sql;
        const char *says;
    } cases[] = {
        {"SELECT 1; CREATE INDEX CONCURRENTLY i ON people (name);",
         "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"},
        {"CREATE TABLE b (); COMMIT; CREATE TABLE c (); SELECT 1/0;", "division by zero"},
        {"COPY people FROM STDIN;\n1\ta\n\\.\n", NULL},
        {"SET search_path = '';", "relation \"schemaversion\" does not exist"},
        {"SET default_transaction_read_only = on;", "read-only transaction"},
        {"SELECT 1;\nSELECT $$;", "unterminated dollar-quoted string"},
    };
    PgsToolFixture *fixture = *state;
    pgs_tool_require("postgrator");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsToolTurn turn = {
            .command = to_max, .revision = PGS_TOOL_HEAD, .fails = TRUE, .says = cases[i].says};
        write_people(fixture);
        pgs_tool_write(fixture, "migrations/2.do.b.sql", cases[i].sql);
        check(state, &turn, 1);
        pgs_tool_tear_down(state);
        pgs_tool_set_up(state);
    }
}

static void
test_two_of_one_version(void **state)
{
    PgsToolFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;
    pgs_tool_require("postgrator");
    pgs_tool_write(fixture, "migrations/1.do.a.sql", "SELECT 1;\n");
    pgs_tool_write(fixture, "migrations/01.do.b.sql", "SELECT 1;\n");
    assert_int_not_equal(pgs_tool_run(fixture, "postgres", to_max, NULL, &output), 0);
    assert_non_null(strstr(output, "Two migrations found with version 1 and action do"));
    g_autofree char *folder = g_build_filename(fixture->folder, "migrations", NULL);
    assert_null(pgs_history_read(folder, NULL, &error));
    assert_non_null(strstr(error->message, "two migrations with version 1 and action do"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_up_and_down),        PGS_TOOL_TEST(test_a_failure),
        PGS_TOOL_TEST(test_files_that_succeed), PGS_TOOL_TEST(test_each_file_by_itself),
        PGS_TOOL_TEST(test_two_of_one_version),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

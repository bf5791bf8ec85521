/* Covers harness/driver/commands.c with Knex, as docs/recipes.md has it. */
#include "command_project.h"

static void
copy_project(PgsToolFixture *fixture)
{
    pgs_command_copy(fixture, "knex");
    g_autofree char *knex = pgs_tool_find("knex");
    g_autofree char *bin = g_path_get_dirname(knex);
    g_autofree char *modules = g_path_get_dirname(bin);
    g_autofree char *link = g_build_filename(fixture->folder, "node_modules", NULL);
    assert_int_equal(symlink(modules, link), 0);
}

static void
test_same_catalog(void **state)
{
    PgsToolFixture *fixture = *state;
    static const char *const latest[] = {"knex", "migrate:latest", NULL};
    static const char *const down[] = {"knex", "migrate:down", NULL};
    static const PgsToolTurn turns[] = {
        {.command = latest, .revision = PGS_TOOL_HEAD},
        {.command = down, .revision = 0},
        {.command = latest, .revision = PGS_TOOL_HEAD},
    };
    pgs_tool_require("knex");
    copy_project(fixture);
    pgs_command_assert_same(fixture, "blog", turns, G_N_ELEMENTS(turns));
}

static void
test_sound(void **state)
{
    PgsToolFixture *fixture = *state;
    pgs_tool_require("knex");
    copy_project(fixture);
    pgs_command_assert_verdict(fixture, 0, "2 revisions, commands", "VERIFIED", NULL);
}

/* The enum is forgotten; so the second upgrade fails as well. */
static void
test_faulty(void **state)
{
    PgsToolFixture *fixture = *state;
    pgs_tool_require("knex");
    copy_project(fixture);
    pgs_command_replace(fixture, "migrations/20240102000000_posts.js",
                        "  await knex.raw(\"DROP TYPE post_state\");\n", "");
    pgs_command_assert_verdict(fixture, 1, "enum type public.post_state is left behind",
                               "type \"post_state\" already exists",
                               "migrations/20240102000000_posts.js", NULL);
}

/* It connects where its own file says: nobody's migrations are run there. */
static void
test_elsewhere(void **state)
{
    PgsToolFixture *fixture = *state;
    pgs_tool_require("knex");
    copy_project(fixture);
    fixture->database = pgs_server_create_database(fixture->server, "elsewhere", NULL, NULL);
    assert_non_null(fixture->database);
    /* All of it: what is missing node-postgres takes from PGHOST, PGDATABASE, … */
    g_autofree char *text = pgs_tool_expand(
        fixture, fixture->database,
        "{ host: \"{host}\", port: \"{port}\", user: \"{user}\", database: \"{database}\" }");
    pgs_command_replace(fixture, "knexfile.js", "process.env.DATABASE_URL", text);
    g_autofree char *output = NULL;
    int status = pgs_command_verify(fixture, &output);
    if (status < 2 || strstr(output, "does not go to the database that it was given") == NULL)
        fail_msg("status %d: %s", status, output);
    g_autofree char *tables = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login_reader(fixture->server, fixture->database, PGS_TOOL_TIMEOUT_MS, NULL, &error);
    assert_true(pgs_connection_value(
        connection,
        "SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relkind = 'r' AND "
        "relnamespace = 'public'::regnamespace AND relname !~ '^knex_'",
        &tables, &error));
    assert_string_equal(tables, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_same_catalog),
        PGS_TOOL_TEST(test_sound),
        PGS_TOOL_TEST(test_faulty),
        PGS_TOOL_TEST(test_elsewhere),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

/* Covers harness/driver/commands.c with Django, as docs/recipes.md has it. */
#include "command_project.h"

/* A Python that has Django and psycopg: g_free(); NULL: there is none. */
static char *
find_python(void)
{
    static const char *const candidates[] = {"python3", "/usr/bin/python3"};
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        g_autoptr(PgsProcess) process = pgs_process_new(candidates[i]);
        pgs_process_add_many(process, "-c", "import django, django.db.backends.postgresql.base",
                             NULL);
        if (pgs_process_run_checked(process, NULL, NULL))
            return g_strdup(candidates[i]);
    }
    return NULL;
}

/* The project in the test's folder; its Python: g_free(). */
static char *
copy_project(PgsToolFixture *fixture)
{
    char *python = find_python();
    if (python == NULL && g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS"), "1") == 0)
        fail_msg("no Python here has Django: ci/install-deps --tools");
    if (python == NULL) {
        print_message("skipped: no Python here has Django (ci/install-deps --tools)\n");
        skip();
    }
    pgs_command_copy(fixture, "django");
    pgs_command_replace(fixture, "pgstair.yaml", "python3", python);
    return python;
}

static void
test_same_catalog(void **state)
{
    PgsToolFixture *fixture = *state;
    g_autofree char *python = copy_project(fixture);
    const char *const all[] = {python, "-B", "manage.py", "migrate", NULL};
    const char *const without[] = {python, "-B", "manage.py", "migrate", "stock", "zero", NULL};
    const PgsToolTurn turns[] = {
        {.command = all, .revision = PGS_TOOL_HEAD},
        {.command = without, .revision = 0},
        {.command = all, .revision = PGS_TOOL_HEAD},
    };
    pgs_command_assert_same(fixture, "shop", turns, G_N_ELEMENTS(turns));
}

static void
test_sound(void **state)
{
    PgsToolFixture *fixture = *state;
    g_autofree char *python = copy_project(fixture);
    pgs_command_assert_verdict(fixture, 0, "3 revisions, commands", "VERIFIED", NULL);
}

static void
test_faulty(void **state)
{
    PgsToolFixture *fixture = *state;
    g_autofree char *python = copy_project(fixture);
    pgs_command_replace(fixture, "shop/migrations/0002_price.py", "\"DROP INDEX shop_item_cheap\"",
                        "migrations.RunSQL.noop");
    pgs_command_assert_verdict(fixture, 1, "FAILED  stairway.down  shop.0002_price",
                               "index public.shop_item_cheap", NULL);
}

/* What cannot be undone says so itself. */
static void
test_irreversible(void **state)
{
    PgsToolFixture *fixture = *state;
    g_autofree char *python = copy_project(fixture);
    pgs_command_replace(fixture, "shop/migrations/0002_price.py",
                        ", \"DROP INDEX shop_item_cheap\"", "");
    pgs_command_assert_verdict(fixture, 1, "shop.0002_price", "is not reversible", NULL);
}

/* Settings that take no notice of what they are told. */
static void
test_elsewhere(void **state)
{
    PgsToolFixture *fixture = *state;
    g_autofree char *python = copy_project(fixture);
    pgs_command_replace(fixture, "settings.py", "django.db.backends.postgresql",
                        "django.db.backends.sqlite3");
    g_autofree char *output = NULL;
    int status = pgs_command_verify(fixture, &output);
    if (status < 2 || strstr(output, "does not go to the database that it was given") == NULL)
        fail_msg("status %d: %s", status, output);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_same_catalog), PGS_TOOL_TEST(test_sound),     PGS_TOOL_TEST(test_faulty),
        PGS_TOOL_TEST(test_irreversible), PGS_TOOL_TEST(test_elsewhere),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}

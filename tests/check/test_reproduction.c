/* Covers harness/check/reproduction.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "check/reproduction.h"

#include <string.h>

typedef struct {
    char *folder;
    PgsSystem *system;
    PgsHistory *history;
} Fixture;

static int
set_up(void **state)
{
    static const char *const files[] = {"1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"};
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, files[i], NULL);
        g_file_set_contents(path, "SELECT 1;\n\nSELECT 2;\n", -1, NULL);
    }
    fixture->system = pgs_system_new(fixture->folder);
    fixture->history = pgs_history_read(fixture->folder, "plain", NULL);
    *state = fixture;
    return fixture->history != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    pgs_history_free(fixture->history);
    pgs_system_free(fixture->system);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

/* {} in wanted is the folder. */
static void
assert_reproduction(const Fixture *fixture, gint at, gint to, const char *wanted)
{
    g_autofree char *text = pgs_reproduction_of_step(fixture->system, fixture->history, at, to);
    GString *full = g_string_new(wanted);
    g_string_replace(full, "{}", fixture->folder, 0);
    assert_non_null(text);
    assert_string_equal(text, full->str);
    g_string_free(full, TRUE);
}

static PgsRevision *
revision(const Fixture *fixture, guint index)
{
    return g_ptr_array_index(fixture->history->revisions, index);
}

static void
test_files(void **state)
{
    const Fixture *fixture = *state;
    assert_reproduction(fixture, -1, 0, "pgstair shell '{}' --at base\n\\i {}/1_a.up.sql");
    assert_reproduction(fixture, 1, 0, "pgstair shell '{}' --at 2\n\\i {}/2_b.down.sql");
}

/* Both directions in one file: psql's \i would run the other one as well. */
static void
test_a_file_with_both_directions(void **state)
{
    const Fixture *fixture = *state;
    PgsStep *up = revision(fixture, 1)->up;
    g_free(revision(fixture, 1)->down->path);
    revision(fixture, 1)->down->path = g_strdup(up->path);
    assert_reproduction(fixture, 0, 1,
                        "pgstair shell '{}' --at 1\n"
                        "-- then the statements in lines 1 to 3 of {}/2_b.up.sql");
}

static void
test_alembic(void **state)
{
    const Fixture *fixture = *state;
    PgsAlembicSettings *settings = &fixture->history->own_settings->alembic;
    fixture->history->driver = PGS_DRIVER_ALEMBIC;
    fixture->history->root = g_strdup("/a project");
    assert_reproduction(fixture, -1, 0, "cd '/a project'\nalembic upgrade 1");
    assert_reproduction(fixture, 0, 1, "cd '/a project'\nalembic upgrade 1\nalembic upgrade 2");
    assert_reproduction(fixture, 1, 0, "cd '/a project'\nalembic upgrade 2\nalembic downgrade 1");
    assert_reproduction(fixture, 0, -1,
                        "cd '/a project'\nalembic upgrade 1\nalembic downgrade base");
    /* A branch of its own. */
    revision(fixture, 1)->parents = g_new0(char *, 1);
    settings->section = g_strdup("shop");
    g_strfreev(settings->arguments);
    settings->arguments = g_strsplit("tenant=a b", "|", -1);
    assert_reproduction(fixture, 0, 1,
                        "cd '/a project'\nalembic -n shop -x 'tenant=a b' upgrade 2");
}

static void
test_commands(void **state)
{
    const Fixture *fixture = *state;
    PgsCommandSettings *settings = &fixture->history->own_settings->commands;
    fixture->history->driver = PGS_DRIVER_COMMANDS;
    assert_null(pgs_reproduction_of_step(fixture->system, fixture->history, -1, 0));
    settings->up = g_strsplit("./go|up|{revision}|--url={url}", "|", -1);
    settings->base = g_strdup("zero");
    assert_reproduction(fixture, 0, 1,
                        "cd {}\n./go up 1 --url=$DATABASE_URL\n./go up 2 --url=$DATABASE_URL");
    assert_null(pgs_reproduction_of_step(fixture->system, fixture->history, 0, -1));
    settings->down = g_strsplit("./go|down|{revision}", "|", -1);
    assert_reproduction(fixture, 0, -1, "cd {}\n./go up 1 --url=$DATABASE_URL\n./go down zero");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_files),
        TEST(test_a_file_with_both_directions),
        TEST(test_alembic),
        TEST(test_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

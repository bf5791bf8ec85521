/* Covers harness/project/environment.c and environment_fields.c: the databases that a system is run
 * on. */
#include "cmocka_all.h"

#include "project/project.h"

#include <glib/gstdio.h>
#include <string.h>

#define FULL PGS_TEST_DIR "/full"

static PgsProject *
read_full(void)
{
    g_autoptr(GError) error = NULL;
    PgsProject *project = pgs_project_read(FULL "/pgstair.yaml", &error);
    if (project == NULL)
        fail_msg("%s", error->message);
    return project;
}

static const PgsEnvironment *
find(const PgsProject *project, const char *system, const char *name)
{
    g_autoptr(GError) error = NULL;
    const PgsSystem *found = pgs_project_find(project, system, NULL);
    assert_non_null(found);
    const PgsEnvironment *environment = pgs_environment_find(found->environments, name, &error);
    if (environment == NULL)
        fail_msg("%s", error->message);
    return environment;
}

static void
test_every_key(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_full();
    const PgsEnvironment *production = find(project, "listed", "production");
    assert_string_equal(production->url, "$PRODUCTION_URL");
    assert_true(production->is_protected);
    assert_false(production->backup);
    assert_string_equal(production->backup_folder, FULL "/backups");
    assert_int_equal(production->backup_timeout, 2 * 3600 * 1000);
    assert_true(production->verify_first);
    assert_int_equal(production->lock_timeout, 10000);
    assert_int_equal(production->statement_timeout, 2 * 3600 * 1000);
    assert_int_equal(production->lock_wait, 5 * 60 * 1000);
    assert_int_equal(production->retries, 0);
    assert_int_equal(production->pool_size, 20);
    assert_int_equal(production->pool_overflow, 5);
    assert_int_equal(production->pool_recycle, 600);
    assert_int_equal(production->pool_timeout, 5000);
}

static void
test_short_form_and_defaults(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_full();
    const PgsEnvironment *test = find(project, "listed", "test");
    assert_string_equal(test->url, "host=localhost dbname=app_test");
    assert_false(test->is_protected);
    assert_true(test->backup);
    assert_null(test->backup_folder);
    assert_int_equal(test->lock_timeout, 5000);
    assert_int_equal(test->statement_timeout, 3600 * 1000);
    assert_int_equal(test->lock_wait, 60 * 1000);
    assert_int_equal(test->retries, 5);
}

/* Those of the file are each of its own systems', but not those of a file that it includes. */
static void
test_of_the_file(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_full();
    assert_string_equal(find(project, "full", "everywhere")->url, "postgresql://db.example/app");
    assert_int_equal(pgs_project_find(project, "more", NULL)->environments->len, 0);
}

static void
test_nearest(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_full();
    g_autoptr(GError) error = NULL;
    const PgsSystem *listed = pgs_project_find(project, "listed", NULL);
    assert_null(pgs_environment_find(listed->environments, "prodution", &error));
    assert_non_null(strstr(error->message, "did you mean \"production\"?"));
}

/* A part of a URL that looks like a variable would be sent to the server as it stands. */
static void
test_variables(void **state)
{
    static const struct {
        const char *yaml, *place; /* NULL: it is taken */
    } cases[] = {
        {"environments:\n  a: $A_1\n", NULL},
        {"environments:\n  a: postgresql://u$r@h/d\n", NULL},
        {"environments:\n  a: ${A}\n", ":2:6: "},
        {"environments:\n  a: $A/d\n", ":2:6: "},
        {"environments:\n  a: postgresql://u:${PW}@h/d\n", ":2:6: "},
        {"environments:\n  a:\n    url: host=h dbname=${DB}\n", ":3:10: "},
    };
    (void)state;
    g_autofree char *folder = g_dir_make_tmp("pgstair-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "pgstair.yaml", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text =
            g_strconcat(cases[i].yaml, "systems:\n  s:\n    migrations: .\n", NULL);
        assert_true(g_file_set_contents(path, text, -1, NULL));
        g_autoptr(PgsProject) project = pgs_project_read(path, &error);
        if ((project != NULL) != (cases[i].place == NULL))
            fail_msg("%zu: %s", i, error != NULL ? error->message : "taken");
        if (error != NULL) {
            assert_non_null(strstr(error->message, cases[i].place));
            assert_non_null(strstr(error->message, "url: $NAME"));
        }
    }
    assert_int_equal(g_remove(path), 0);
    assert_int_equal(g_rmdir(folder), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key),   cmocka_unit_test(test_short_form_and_defaults),
        cmocka_unit_test(test_of_the_file), cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Covers harness/server/installation.c. */
#include "server/helper.h"

#include "base/fs.h"
#include "server/installation.h"
#include "server/server.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static int
set_up(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    int rc = pgs_fs_remove_tree(*state, NULL) ? 0 : -1;
    g_unsetenv("PGSTAIR_PG_BINDIR");
    g_free(*state);
    return rc;
}

/* A folder with binaries that say they are of that version (NULL: that do not run). */
static char *
make_binaries(const char *scratch, const char *name, const char *version)
{
    char *folder = g_build_filename(scratch, name, NULL);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    static const char *const programs[] = {"postgres", "initdb", "psql"};
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *path = g_build_filename(folder, programs[i], NULL);
        g_autofree char *script =
            version != NULL
                ? g_strdup_printf("#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version)
                : g_strdup("#!/bin/sh\nexit 127\n");
        assert_true(g_file_set_contents(path, script, -1, NULL));
        assert_int_equal(chmod(path, 0700), 0);
    }
    return folder;
}

static guint
count_of(GPtrArray *all, const char *bindir)
{
    guint count = 0;
    for (guint i = 0; i < all->len; i++) {
        const PgsInstallation *installation = g_ptr_array_index(all, i);
        count += strcmp(installation->bindir, bindir) == 0;
    }
    return count;
}

static void
test_versions(void **state)
{
    static const struct {
        const char *said, *version;
        int number;
    } cases[] = {
        {"15.18 (Debian 15.18-0+deb12u1)", "15.18", 150018},
        {"13.0", "13.0", 130000},
        {"18beta1", "18beta1", 180000},
        {"19devel", "19devel", 190000},
        {"98rc2 (x)", "98rc2", 980000},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = make_binaries(*state, "bin", cases[i].said);
        g_setenv("PGSTAIR_PG_BINDIR", folder, TRUE);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsInstallation) found = pgs_installation_find(0, &error);
        assert_non_null(found);
        assert_string_equal(found->version, cases[i].version);
        assert_int_equal(found->version_number, cases[i].number);
        assert_string_equal(found->found_by, "PGSTAIR_PG_BINDIR");
        assert_string_equal(found->bindir, folder);
        g_autoptr(PgsInstallation) by_major =
            pgs_installation_find(cases[i].number / 10000, &error);
        assert_non_null(by_major);
    }
}

static void
test_named_folder_is_not_passed_over(void **state)
{
    g_autofree char *old = make_binaries(*state, "old", "12.22");
    g_autofree char *broken = make_binaries(*state, "broken", NULL);
    const struct {
        const char *folder, *part;
    } cases[] = {
        {old, "holds PostgreSQL 12.22; 13 is the oldest"},
        {broken, "holds no PostgreSQL server that runs"},
        {"/no/such/folder", "PGSTAIR_PG_BINDIR is \"/no/such/folder\""},
        {*state, "holds no PostgreSQL server"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_setenv("PGSTAIR_PG_BINDIR", cases[i].folder, TRUE);
        g_autoptr(GError) error = NULL;
        assert_null(pgs_installation_find(0, &error));
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
        assert_non_null(strstr(error->message, cases[i].part));
        assert_non_null(strstr(error->message, "\nHINT: "));
    }
}

static void
test_order_and_links(void **state)
{
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autofree char *newer = make_binaries(*state, "newer", "98.1");
    g_autofree char *older = make_binaries(*state, "older", "97.5");
    g_autofree char *client = g_build_filename(*state, "client", NULL);
    g_autofree char *link = g_build_filename(*state, "link", NULL);
    g_autofree char *psql = g_build_filename(client, "psql", NULL);
    assert_int_equal(g_mkdir(client, 0700), 0);
    assert_true(g_file_set_contents(psql, "", 0, NULL));
    assert_int_equal(symlink(newer, link), 0);
    g_autofree char *new_path =
        g_strdup_printf("%s:%s:%s:%s:relative:%s", client, older, link, newer, path);
    g_setenv("PATH", new_path, TRUE);
    g_autoptr(GPtrArray) all = pgs_installation_find_all();
    g_autoptr(PgsInstallation) newest = pgs_installation_find(0, NULL);
    g_autoptr(PgsInstallation) asked = pgs_installation_find(97, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsInstallation) none = pgs_installation_find(96, &error);
    g_setenv("PATH", path, TRUE);

    assert_int_equal(count_of(all, newer), 1);
    assert_int_equal(count_of(all, older), 1);
    assert_int_equal(count_of(all, client), 0);
    for (guint i = 1; i < all->len; i++) {
        const PgsInstallation *before = g_ptr_array_index(all, i - 1);
        const PgsInstallation *after = g_ptr_array_index(all, i);
        assert_true(before->version_number >= after->version_number);
    }
    assert_string_equal(newest->bindir, newer);
    assert_string_equal(newest->found_by, "PATH");
    assert_string_equal(asked->bindir, older);
    g_autofree char *program = pgs_installation_program(asked, "psql");
    assert_non_null(program);
    g_autofree char *absent = pgs_installation_program(asked, "pg_dump");
    assert_null(absent);

    assert_null(none);
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND));
    assert_non_null(strstr(error->message, "PostgreSQL 96 on this machine; found: 98.1 in "));
    assert_non_null(strstr(error->message, "97.5 in "));
    assert_non_null(strstr(error->message, "\nHINT: install PostgreSQL 96"));
    assert_non_null(strstr(error->message, "--server docker:96"));
}

/* Named, but of another version than asked for: then the others count. */
static void
test_named_folder_of_another_version(void **state)
{
    g_autofree char *named = make_binaries(*state, "named", "97.1");
    g_autofree char *other = make_binaries(*state, "other", "98.1");
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autofree char *new_path = g_strdup_printf("%s:%s", other, path);
    g_setenv("PATH", new_path, TRUE);
    g_setenv("PGSTAIR_PG_BINDIR", named, TRUE);
    g_autoptr(PgsInstallation) by_default = pgs_installation_find(0, NULL);
    g_autoptr(PgsInstallation) asked = pgs_installation_find(98, NULL);
    g_setenv("PATH", path, TRUE);
    assert_string_equal(by_default->bindir, named);
    assert_string_equal(asked->bindir, other);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_versions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_named_folder_is_not_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_and_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_named_folder_of_another_version, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("server.installation", tests, NULL, NULL);
}

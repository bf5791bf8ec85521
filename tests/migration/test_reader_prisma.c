/* Covers harness/migration/prisma.c. */
#include "migration/steps.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("prisma/good", NULL);
    /* As localeCompare() has it: 20240101_ comes before 20240101000000_. */
    assert_history(history, "prisma", "there is migration_lock.toml",
                   "20240101|early|20240101_early up\n"
                   "20240101000000|init|20240101000000_init up\n"
                   "20240102000000|more|20240102000000_more up\n",
                   "W folder.unmatched seed.sql\n");
    assert_true(history->forward_only);
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    assert_non_null(strstr(first->up->after, "_prisma_migrations"));
}

static void
test_a_folder_without_its_file(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("prisma/missing", NULL);
    assert_int_equal(history->revisions->len, 2);
    const PgsRevision *second = g_ptr_array_index(history->revisions, 1);
    g_autofree char *step = describe_step(second->up);
    assert_string_equal(step, "refused 1: could not find the migration file migration.sql");
    assert_true(g_str_has_suffix(second->up->path, "/2_b/migration.sql"));
}

/* Git knows no empty folders, but a working tree may have one. */
static void
test_an_empty_folder(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *root = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *empty = g_build_filename(root, "2_empty", NULL);
    g_autofree char *folder = g_build_filename(root, "1_a", NULL);
    g_autofree char *file = g_build_filename(folder, "migration.sql", NULL);
    assert_int_equal(g_mkdir(empty, 0700) | g_mkdir(folder, 0700), 0);
    assert_true(g_file_set_contents(file, "SELECT 1;", -1, NULL));
    PgsHistory *history = pgs_history_read(root, NULL, &error);
    assert_int_equal(g_remove(file) | g_remove(folder) | g_remove(empty) | g_remove(root), 0);
    assert_non_null(history);
    g_autofree char *revisions = describe_revisions(history);
    assert_string_equal(revisions, "1|a|1_a up\n2|empty|2_empty up statements\n");
    pgs_history_free(history);
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("prisma/mysql", NULL, PGS_MIGRATION_ERROR_FORMAT, "/migration_lock.toml",
                      "its provider is \"mysql\"", "P3019", NULL);
    assert_unreadable("prisma/no-provider", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/migration_lock.toml", "<PROVIDER NOT FOUND>", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_a_folder_without_its_file),
        cmocka_unit_test(test_an_empty_folder),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

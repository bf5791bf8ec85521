/* Covers harness/migration/postgrator.c. */
#include "migration/read.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("postgrator/good", NULL);
    /* By number, whatever the zeros in front; only the third part is the name. */
    assert_history(history, "postgrator", "files named as 0.do.zero.sql",
                   "001|users|001.users up down\n"
                   "2||2 up\n"
                   "10|ten|10.ten up down\n"
                   "11|alone|11.alone down\n",
                   "W folder.unmatched 0.do.zero.sql\n"
                   "W folder.unmatched 12.up.x.sql\n"
                   "I folder.name-mismatch 0010.undo.sql\n"
                   "W folder.orphan-down 11.undo.alone.sql\n"
                   "W folder.unmatched README.sql\n");
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    assert_int_equal(pgs_script_n_statements(first->up->script), 2);
    assert_non_null(strstr(history->prepare, "schemaversion"));
    assert_non_null(strstr(first->up->after, "INSERT INTO \"schemaversion\""));
    assert_false(history->is_batch);
    assert_false(history->forward_only);
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("postgrator/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE, "/001.do.b.sql",
                      "/1.do.a.sql", "two migrations with version 1 and action do", NULL);
    assert_unreadable("postgrator/script", NULL, PGS_MIGRATION_ERROR_FORMAT, "/2.do.b.js",
                      "JavaScript", "commands:", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

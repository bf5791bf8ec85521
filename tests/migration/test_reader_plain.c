/* Covers harness/migration/plain.c. */
#include "migration/read.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("plain/good", NULL);
    assert_history(history, "plain",
                   "its files are named as pairs, and nothing says which tool runs them",
                   "1|a|1_a up statements tx down statements tx\n"
                   "02|b|02-b up statements tx down statements tx\n"
                   "0010||0010 up statements tx\n"
                   "99999999999999999999999|huge|99999999999999999999999_huge up statements tx\n",
                   "I folder.name-mismatch 2-b.down.sql\n"
                   "W folder.unmatched 1x.up.sql\n"
                   "I folder.format -\n");
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    const PgsStatement *copy = pgs_script_statement(first->up->script, 0);
    assert_int_equal(copy->data_end - copy->data_start, 2);
}

static void
test_duplicate(void **state)
{
    (void)state;
    assert_unreadable("plain/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE, "/1_a.up.sql",
                      "/001_b.up.sql", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_duplicate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

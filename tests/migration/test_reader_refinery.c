/* Covers harness/migration/refinery.c. */
#include "migration/read.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("refinery/good", NULL);
    /* U only means that it may come late: it is no way down. */
    assert_history(history, "refinery", "there is refinery.toml",
                   "1|first|V1__first up tx\n"
                   "2|second|V2__second up tx\n"
                   "3|third_3|V3__third_3 up tx\n"
                   "10|tenth|U10__tenth up tx\n",
                   "W folder.unmatched V4_name.sql\n"
                   "W folder.unmatched V5__not-a-word.sql\n");
    assert_true(history->forward_only);
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    const PgsRevision *second = g_ptr_array_index(history->revisions, 1);
    assert_non_null(first->up->after);
    /* Its entry is made in another transaction, for which that is not set any more. */
    assert_null(second->up->after);
}

static void
test_large_versions(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("refinery/large", "refinery");
    assert_history(history, "refinery", "it was asked for",
                   "20240101000000|a|V20240101000000__a up tx\n", "I folder.format -\n");
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("refinery/rust", NULL, PGS_MIGRATION_ERROR_FORMAT, "/V2__second.rs", "Rust",
                      "commands:", NULL);
    assert_unreadable("refinery/dotted", "refinery", PGS_MIGRATION_ERROR_FORMAT, "/V1.1__first.sql",
                      "InvalidVersion", NULL);
    assert_unreadable("refinery/duplicate", "refinery", PGS_MIGRATION_ERROR_DUPLICATE, "/V1__a.sql",
                      "/more/U01__b.sql", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_large_versions),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

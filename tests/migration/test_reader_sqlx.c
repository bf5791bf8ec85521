/* Covers harness/migration/sqlx.c and manifest.c (Cargo.toml). */
#include "migration/read.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("sqlx/project/migrations", NULL);
    assert_history(history, "sqlx", "../Cargo.toml names sqlx",
                   "-5|before|-5_before up tx\n"
                   "1|first|1_first up tx\n"
                   "02|second|02_second up tx down tx\n"
                   "20240101000000|only|20240101000000_only down tx\n",
                   "I folder.name-mismatch 2_second.down.sql\n"
                   "W folder.orphan-down 20240101000000_only.down.sql\n"
                   "W folder.unmatched notes.sql\n");
}

/* The first bytes of each file decide, for it alone. */
static void
test_mark(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("sqlx/marked", NULL);
    assert_history(history, "sqlx", "1_a.up.sql begins with \"-- no-transaction\"",
                   "1|a|1_a up down tx\n", "");
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    assert_string_equal(revision->up->transaction_why, "it begins with \"-- no-transaction\"");
    assert_null(revision->down->transaction_why);
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("sqlx/word", "sqlx", PGS_MIGRATION_ERROR_FORMAT,
                      "/one_a.sql: \"one\" is no 64-bit number", NULL);
    assert_unreadable("sqlx/duplicate", "sqlx", PGS_MIGRATION_ERROR_DUPLICATE, "/1_a.sql",
                      "/1_a.up.sql", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_mark),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

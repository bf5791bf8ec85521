/* Covers harness/migration/golang_migrate.c, pairs.c and manifest.c (go.mod). */
#include "migration/read.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("golang-migrate/project/db/migrations", NULL);
    assert_history(history, "golang-migrate",
                   "../../go.mod names github.com/golang-migrate/migrate/v4",
                   "1|first|1_first up down\n"
                   "002|second|002_second up down\n"
                   "10|tenth|10_tenth up\n"
                   "11|only_down|11_only_down down\n"
                   "12|up.and.up|12_up.and.up up down\n"
                   "18446744073709551615|largest|18446744073709551615_largest up\n",
                   "I folder.name-mismatch 2_undo_second.down.sql\n"
                   "W folder.orphan-down 11_only_down.down.sql\n"
                   "W folder.unmatched 18446744073709551616_too_large.up.sql\n"
                   "W folder.unmatched seed.sql\n");
    assert_string_equal(history->ledger[0], "schema_migrations");
    assert_int_equal(pgs_history_flags(history), PGS_STATEMENT_BEGIN | PGS_STATEMENT_COMMIT |
                                                     PGS_STATEMENT_NO_TRANSACTION |
                                                     PGS_STATEMENT_DESTROYS);
    const PgsRevision *second = g_ptr_array_index(history->revisions, 1);
    assert_true(g_str_has_suffix(second->up->path, "/project/db/migrations/002_second.up.sql"));
    assert_int_equal(pgs_script_n_statements(second->up->script), 3);
}

static void
test_duplicate(void **state)
{
    (void)state;
    assert_unreadable("golang-migrate/duplicate", "golang-migrate", PGS_MIGRATION_ERROR_DUPLICATE,
                      "/1_a.up.sql", "/01_b.up.sql", "are both the up of", NULL);
}

/* The project does not use what its dependencies use. */
static void
test_indirect(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("golang-migrate/indirect/migrations", NULL);
    assert_string_equal(history->format, "plain");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_duplicate),
        cmocka_unit_test(test_indirect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

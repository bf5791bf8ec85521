/* Covers harness/migration/maragudk.c. */
#include "migration/read.h"

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("maragudk/project/sql", NULL);
    /* By file name: 10 comes before 2, and - before the dot of .up.sql; the dots of its patterns
     * are any character. */
    assert_history(history, "maragudk", "../go.mod names maragu.dev/migrate",
                   "1|accounts-more|1-accounts-more up tx\n"
                   "1|accounts|1-accounts up tx down tx\n"
                   "10|late|10-late up tx\n"
                   "2|user|2-user down tx\n"
                   "2|users|2-users up tx\n"
                   "3|x|3-x up tx\n"
                   "4|y.orig|4-y.orig down tx\n",
                   "W folder.name-mismatch 2-user.down.sql\n"
                   "W folder.orphan-down 4-y.down.sql.orig\n"
                   "W folder.unmatched 5-z.v2.up.sql\n");
    assert_string_equal(history->ledger[0], "migrations");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

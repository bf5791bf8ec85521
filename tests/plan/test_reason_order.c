/* harness/plan/reason_order.c */
#include "cmocka_all.h"

#include "reason_fixture.h"

#define USELESS PGS_SERVED_USELESS

static const ReasonCase cases[] = {
    {"directions", "CREATE INDEX ix ON t (created, id)",
     "SELECT * FROM t ORDER BY created DESC, id LIMIT 10", NULL, PGS_SERVED_CHOSEN, NULL, NULL,
     NULL},
    {"NULLS LAST", "CREATE INDEX ix ON t (created DESC)",
     "SELECT * FROM t ORDER BY created DESC NULLS LAST LIMIT 10", NULL, USELESS,
     "wants the order of created DESC NULLS LAST: read forwards it gives that of created DESC",
     NULL, "(created DESC NULLS LAST)"},
    {"another column", "CREATE INDEX ix ON t (day)", "SELECT * FROM t ORDER BY created LIMIT 10",
     NULL, USELESS, "wants the order of created, and it gives that of day", NULL,
     "btree (created)"},
    {"hash knows no order", "CREATE INDEX ix ON t USING hash (created)",
     "SELECT * FROM t ORDER BY created LIMIT 10", NULL, USELESS, "a hash index knows no order",
     NULL, "btree (created)"},
    {"the order of an expression", "CREATE INDEX ix ON t (email)",
     "SELECT * FROM t ORDER BY lower(email) LIMIT 10", NULL, USELESS,
     "wants the order of lower(email), and it gives that of email", NULL, "(lower(email))"},
    {"an operator class", "CREATE INDEX ix ON t (email text_pattern_ops)",
     "SELECT * FROM t ORDER BY email COLLATE \"en-x-icu\" LIMIT 10", NULL, USELESS,
     "it gives that of email text_pattern_ops", NULL, "COLLATE \"en-x-icu\""},
    {"a collation", "CREATE INDEX ix ON t (email)",
     "SELECT * FROM t ORDER BY email COLLATE \"en-x-icu\" LIMIT 10", NULL, USELESS,
     "wants the order of email COLLATE \"en-x-icu\"", NULL, "COLLATE \"en-x-icu\""},
    {"what a condition fixes comes first", "CREATE INDEX ix ON t (id, created)",
     "SELECT * FROM t WHERE a = 7 ORDER BY created LIMIT 5", NULL, USELESS,
     "wants the order of created", NULL, "(a, created)"},
    {"read, but not for its order", "CREATE INDEX ix ON t (a) WHERE b = 1",
     "SELECT a FROM t ORDER BY a + 1", NULL, USELESS,
     "wants the order of a + 1, and it gives that of a", NULL, "((a + 1))"},
    {"its own order", "CREATE INDEX ix ON t (created)", "SELECT * FROM t ORDER BY created LIMIT 10",
     NULL, PGS_SERVED_CHOSEN, NULL, NULL, NULL},
    {"its own order backwards", "CREATE INDEX ix ON t (created DESC, id)",
     "SELECT * FROM t ORDER BY created, id DESC LIMIT 10", NULL, PGS_SERVED_CHOSEN, NULL, NULL,
     NULL},
};

static void
test_cases(void **state)
{
    reason_check_all(*state, cases, G_N_ELEMENTS(cases));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_cases)};
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

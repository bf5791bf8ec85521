/* Covers harness/exercise/result.c. */
#include "cmocka_all.h"

#include "exercise/result.h"

static void
test_results(void **state)
{
    (void)state;
    for (guint i = 0; i < PGS_N_RULE_KINDS; i++) {
        assert_true(g_str_has_prefix(pgs_rule_kind_check(i), "exercise."));
        assert_non_null(pgs_rule_kind_name(i));
    }
    PgsRule rule = {.kind = PGS_RULE_CHECK};
    g_autoptr(PgsRuleResult) result = pgs_rule_result_new(&rule);
    assert_int_equal(result->verdict, PGS_VERDICT_NOT_EXERCISED);
    assert_string_equal(result->check, "exercise.check");
    assert_false(pgs_rule_result_is_exercised(result));
    result->verdict = PGS_VERDICT_NEVER_REFUSES;
    assert_false(pgs_rule_result_is_exercised(result));
    result->verdict = PGS_VERDICT_NOT_EXERCISED;
    assert_non_null(result->message);
    pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, "%s", "");
    assert_null(result->message);
    assert_true(pgs_rule_result_is_exercised(result));
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%d rows", 3);
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "more");
    pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, "fine");
    assert_int_equal(result->verdict, PGS_VERDICT_BROKEN);
    assert_string_equal(result->message, "3 rows");
    pgs_rule_result_note(result, "seen with %s", "a");
    pgs_rule_result_note(result, "seen with %s", "b");
    pgs_rule_result_note(result, "seen with %s", "a");
    assert_int_equal(result->notes->len, 2);
    pgs_rule_result_add(result, "order = 6", "INSERT", TRUE, g_strdup("accepted"));
    const PgsEvidence *evidence = result->evidence->pdata[0];
    assert_string_equal(evidence->statement, "INSERT");
    assert_string_equal(evidence->outcome, "accepted");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Covers exercise/ as a whole: the constructs of torture.sql, of which 98 % have to be exercised,
 * and none accused. */
#include "cmocka_all.h"

#include "exercise/exercise.h"

#include "exercise_fixture.h"

#include <stdlib.h>

#define CONSTRUCTS 40

/* torture.sql as a server of that major version understands it; *constructs: how many it has. */
static char *
read_torture(int major, guint *constructs)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(PGS_SOURCE_DIR "/tests/exercise/torture.sql", &text, NULL, NULL))
        fail_msg("torture.sql cannot be read");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    *constructs = 0;
    for (char **line = lines; *line != NULL; line++) {
        int since = 0, length = 0;
        if (sscanf(*line, "--%d+ %n", &since, &length) == 1 && length > 0 && major >= since)
            memset(*line, ' ', (gsize)length);
        *constructs += g_regex_match_simple("^-- [0-9]{2}: ", *line, 0, 0);
    }
    return g_strjoinv("\n", lines);
}

static void
tell(const PgsRuleResult *result)
{
    g_autofree char *rule =
        result->rule != NULL ? pgs_rule_describe(result->rule) : g_strdup(result->subject);
    fprintf(stderr, "%s: %s\n", rule, result->message);
}

static PgsExercise *
exercise_torture(const Fixture *fixture, guint *constructs)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql =
        read_torture(pgs_server_version_number(fixture->server) / 10000, constructs);
    run_sql(fixture, sql);
    PgsExerciseOptions options = {0};
    PgsExercise *exercise = pgs_exercise_run(fixture->connection, &options, &error);
    if (exercise == NULL)
        fail_msg("%s", error->message);
    return exercise;
}

static void
test_98_percent_are_exercised_and_none_is_accused(void **state)
{
    guint constructs = 0, accused = 0;
    g_autoptr(PgsExercise) exercise = exercise_torture(*state, &constructs);
    assert_true(constructs >= CONSTRUCTS);
    const GPtrArray *results = pgs_exercise_results(exercise);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = g_ptr_array_index(results, i);
        if (result->verdict == PGS_VERDICT_EXERCISED)
            continue;
        tell(result);
        assert_non_null(result->message);
        accused += result->verdict != PGS_VERDICT_NOT_EXERCISED;
    }
    guint n = pgs_exercise_n_rules(exercise), exercised = pgs_exercise_n_exercised(exercise);
    print_message("torture: %u constructs, %u of %u rules exercised\n", constructs, exercised, n);
    assert_int_equal(accused, 0);
    assert_true(n > 500);
    assert_true(exercised * 100 >= n * 98);
}

/* Every rule that says it was exercised has a row that was refused among its evidence. */
static void
test_evidence_has_a_refusal(void **state)
{
    guint constructs = 0;
    g_autoptr(PgsExercise) exercise = exercise_torture(*state, &constructs);
    const GPtrArray *results = pgs_exercise_results(exercise);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = g_ptr_array_index(results, i);
        gboolean refused = FALSE;
        /* A default's sequence refuses nothing. */
        if (result->rule == NULL || result->verdict != PGS_VERDICT_EXERCISED ||
            result->rule->kind == PGS_RULE_IDENTITY)
            continue;
        for (guint j = 0; j < result->evidence->len; j++) {
            const PgsEvidence *evidence = g_ptr_array_index(result->evidence, j);
            assert_true(evidence->as_expected);
            refused = refused || g_str_has_prefix(evidence->outcome, "refused");
        }
        if (!refused) {
            g_autofree char *rule = pgs_rule_describe(result->rule);
            fail_msg("%s: exercised without a refusal", rule);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_98_percent_are_exercised_and_none_is_accused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_evidence_has_a_refusal, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

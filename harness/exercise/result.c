#include "exercise/result.h"

static const char *const kind_checks[PGS_N_RULE_KINDS] = {
    [PGS_RULE_NOT_NULL] = "exercise.not-null",
    [PGS_RULE_PRIMARY_KEY] = "exercise.primary-key",
    [PGS_RULE_UNIQUE] = "exercise.unique",
    [PGS_RULE_CHECK] = "exercise.check",
    [PGS_RULE_EXCLUSION] = "exercise.exclusion",
    [PGS_RULE_FOREIGN_KEY] = "exercise.foreign-key",
    [PGS_RULE_ENUM] = "exercise.enum",
    [PGS_RULE_LENGTH] = "exercise.limit",
    [PGS_RULE_PRECISION] = "exercise.limit",
    [PGS_RULE_GENERATED] = "exercise.generated",
    [PGS_RULE_IDENTITY] = "exercise.identity",
    [PGS_RULE_DOMAIN_CHECK] = "exercise.domain",
    [PGS_RULE_DOMAIN_NOT_NULL] = "exercise.domain",
};

const char *
pgs_rule_kind_check(PgsRuleKind kind)
{
    return kind_checks[kind];
}

static void
evidence_free(gpointer data)
{
    PgsEvidence *evidence = data;
    g_free(evidence->what);
    g_free(evidence->statement);
    g_free(evidence->outcome);
    g_free(evidence);
}

PgsRuleResult *
pgs_rule_result_new(const PgsRule *rule)
{
    PgsRuleResult *result = g_new0(PgsRuleResult, 1);
    result->rule = rule;
    result->check = rule != NULL ? pgs_rule_kind_check(rule->kind) : NULL;
    result->verdict = PGS_VERDICT_NOT_EXERCISED;
    result->message = g_strdup("nothing was tried");
    result->evidence = g_ptr_array_new_with_free_func(evidence_free);
    result->notes = g_ptr_array_new_with_free_func(g_free);
    return result;
}

void
pgs_rule_result_free(PgsRuleResult *result)
{
    if (result == NULL)
        return;
    char *texts[] = {result->subject, result->message, result->hint,     result->expected,
                     result->actual,  result->sql,     result->reproduce};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(result->evidence);
    g_ptr_array_unref(result->notes);
    g_free(result);
}

void
pgs_rule_result_add(PgsRuleResult *result, const char *what, const char *statement,
                    gboolean as_expected, char *outcome)
{
    PgsEvidence *evidence = g_new0(PgsEvidence, 1);
    evidence->what = g_strdup(what);
    evidence->statement = g_strdup(statement);
    evidence->as_expected = as_expected;
    evidence->outcome = outcome;
    g_ptr_array_add(result->evidence, evidence);
}

void
pgs_rule_result_note(PgsRuleResult *result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *note = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    for (guint i = 0; i < result->notes->len; i++) {
        if (g_str_equal(result->notes->pdata[i], note))
            return;
    }
    g_ptr_array_add(result->notes, g_steal_pointer(&note));
}

void
pgs_rule_result_judge(PgsRuleResult *result, PgsVerdict verdict, const char *format, ...)
{
    if (result->verdict == PGS_VERDICT_BROKEN)
        return;
    result->verdict = verdict;
    g_clear_pointer(&result->message, g_free);
    if (verdict == PGS_VERDICT_EXERCISED)
        return;
    va_list arguments;
    va_start(arguments, format);
    result->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

gboolean
pgs_rule_result_is_exercised(const PgsRuleResult *result)
{
    return result->verdict == PGS_VERDICT_EXERCISED || result->verdict == PGS_VERDICT_BROKEN;
}

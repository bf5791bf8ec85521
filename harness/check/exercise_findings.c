#include "check/exercise_findings.h"

#include "base/text.h"

#include <string.h>

/* ---- What it is called ---- */

/* Behind what the rule is about. */
static const struct {
    gboolean is_named; /* the rule has a name of its own that belongs in the title */
    const char *does;
} titles[PGS_N_RULE_KINDS] = {
    [PGS_RULE_NOT_NULL] = {FALSE, "refuses NULL"},
    [PGS_RULE_PRIMARY_KEY] = {TRUE, "refuses the same key twice"},
    [PGS_RULE_UNIQUE] = {TRUE, "refuses the same key twice"},
    [PGS_RULE_CHECK] = {TRUE, "accepts and refuses rows"},
    [PGS_RULE_EXCLUSION] = {TRUE, "refuses what conflicts"},
    [PGS_RULE_FOREIGN_KEY] = {TRUE, "does to rows what it says"},
    [PGS_RULE_ENUM] = {FALSE, "takes its labels and nothing else"},
    [PGS_RULE_LENGTH] = {FALSE, "keeps to its length"},
    [PGS_RULE_PRECISION] = {FALSE, "keeps to its precision"},
    [PGS_RULE_GENERATED] = {FALSE, "is what its expression gives"},
    [PGS_RULE_IDENTITY] = {FALSE, "numbers rows"},
    [PGS_RULE_DOMAIN_CHECK] = {TRUE, "accepts and refuses values"},
    [PGS_RULE_DOMAIN_NOT_NULL] = {FALSE, "refuses NULL"},
};

/* "public.theses", "public.theses.order", "public.email". */
static char *
rule_subject(const PgsRule *rule)
{
    if (rule->relation == NULL)
        return g_strdup(rule->type->sql);
    if (titles[rule->kind].is_named || rule->n_columns != 1)
        return g_strdup(rule->relation->identity);
    return g_strdup_printf("%s.%s", rule->relation->identity, rule->columns[0]->quoted);
}

/* Another one for each rule, so that reports tell them apart. */
static char *
rule_title(const PgsRule *rule)
{
    g_autofree char *subject = rule_subject(rule);
    if (titles[rule->kind].is_named && rule->name != NULL)
        return g_strdup_printf("%s: %s %s", subject, rule->name, titles[rule->kind].does);
    return g_strdup_printf("%s %s", subject, titles[rule->kind].does);
}

/* Of what is no rule's own: rows that are there, a setting. */
static char *
other_title(const PgsRuleResult *result)
{
    const char *subject = result->subject != NULL ? result->subject : result->check;
    if (result->verdict == PGS_VERDICT_BROKEN && strcmp(result->check, "exercise.rows") == 0)
        return g_strdup_printf("rows that are there obey %s", subject);
    if (result->verdict == PGS_VERDICT_BROKEN && strcmp(result->check, "exercise.settings") == 0)
        return g_strdup_printf("rules act in sessions of %s", subject);
    return g_strdup(subject);
}

/* ---- What was tried ---- */

static void
add_line(GString *text, const char *mark, const char *line)
{
    g_string_append_printf(text, "%s%s%s", text->len > 0 ? "\n" : "", mark, line);
}

static void
add_evidence(GString *text, const PgsRuleResult *result, gboolean as_expected)
{
    for (guint i = 0; i < result->evidence->len; i++) {
        const PgsEvidence *evidence = g_ptr_array_index(result->evidence, i);
        if (!evidence->as_expected != !as_expected)
            continue;
        g_autofree char *line = g_strdup_printf("%s: %s", evidence->what, evidence->outcome);
        add_line(text, as_expected ? "" : "NOT AS EXPECTED: ", line);
    }
}

/* The evidence, a line each, what is wrong first, and the notes; NULL: there is none. */
static char *
describe_evidence(const PgsRuleResult *result)
{
    g_autoptr(GString) text = g_string_new(NULL);
    add_evidence(text, result, FALSE);
    add_evidence(text, result, TRUE);
    for (guint i = 0; i < result->notes->len; i++)
        add_line(text, "note: ", g_ptr_array_index(result->notes, i));
    if (result->n_candidates > 0) {
        g_autofree char *tried =
            pgs_text_count(result->n_candidates, "candidate tried", "candidates tried");
        add_line(text, "", tried);
    }
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

/*
 * A relation without a row keeps many rules from being exercised, each by a way of its own ("a
 * needs a row of b (fk): no row of b was accepted …"): the reason, which is then the same, or the
 * whole.
 */
static const char *
find_reason(const char *message)
{
    const char *last = message != NULL ? g_strrstr(message, ": no row of ") : NULL;
    return last != NULL ? last + 2 : message;
}

/* Puts before the detail what the reason leaves out of the message. */
static void
tell_reason(PgsFinding *finding, const char *message)
{
    const char *reason = find_reason(message);
    finding->message = g_strdup(reason);
    if (reason == message)
        return;
    g_autofree char *detail = finding->detail;
    finding->detail = g_strdup_printf("%s%s%s", message, detail != NULL ? "\n" : "",
                                      detail != NULL ? detail : "");
}

/* ---- A finding ---- */

static const struct {
    PgsStatus status;
    const char *check; /* NULL: the result's own */
} verdicts[] = {
    [PGS_VERDICT_EXERCISED] = {PGS_STATUS_PASSED, NULL},
    [PGS_VERDICT_NOT_EXERCISED] = {PGS_STATUS_SKIPPED, NULL},
    [PGS_VERDICT_BROKEN] = {PGS_STATUS_FAILED, NULL},
    [PGS_VERDICT_NEVER_REFUSES] = {PGS_STATUS_WARNING, "exercise.tautology"},
    [PGS_VERDICT_NEVER_ACCEPTS] = {PGS_STATUS_FAILED, "exercise.contradiction"},
};

static PgsFinding *
new_finding(const PgsRuleResult *result, const PgsExerciseContext *context, const char *title)
{
    const char *check = verdicts[result->verdict].check;
    PgsFinding *finding =
        pgs_finding_new(check != NULL ? check : result->check, verdicts[result->verdict].status,
                        context->system, context->revision, title);
    finding->detail = describe_evidence(result);
    if (result->verdict == PGS_VERDICT_NOT_EXERCISED)
        tell_reason(finding, result->message);
    else
        finding->message = g_strdup(result->message);
    finding->expected = g_strdup(result->expected);
    finding->actual = g_strdup(result->actual);
    finding->sql = g_strdup(result->sql);
    finding->hint = g_strdup(result->hint);
    finding->reproduce = g_strdup(result->reproduce);
    finding->duration = result->duration;
    return finding;
}

/* The ids of what expectations ask of the object, "kind identity". */
static void
add_requirements(PgsFinding *finding, const char *object, const PgsExerciseContext *context)
{
    for (guint i = 0; context->expectations != NULL && i < context->expectations->len; i++) {
        const PgsFinding *expectation = g_ptr_array_index(context->expectations, i);
        gboolean is_of_it = g_str_has_prefix(expectation->check, "expect.") &&
                            g_strcmp0(expectation->revision, context->revision) == 0 &&
                            g_strcmp0(expectation->object, object) == 0;
        for (guint n = 0;
             is_of_it && expectation->requirements != NULL && n < expectation->requirements->len;
             n++)
            pgs_finding_add_requirement(finding, g_ptr_array_index(expectation->requirements, n));
    }
}

static void
set_rule(PgsFinding *finding, const PgsRule *rule, const PgsExerciseContext *context)
{
    finding->object = g_strdup_printf("%s %s", rule->object_kind, rule->object_identity);
    add_requirements(finding, finding->object, context);
    if (rule->kind != PGS_RULE_ENUM || rule->type == NULL)
        return;
    g_autofree char *type = g_strdup_printf("enum type %s", rule->type->sql);
    add_requirements(finding, type, context);
}

PgsFinding *
pgs_exercise_finding(const PgsRuleResult *result, const PgsExerciseContext *context)
{
    const PgsRule *rule = result->rule;
    g_autofree char *title =
        rule != NULL && result->subject == NULL ? rule_title(rule) : other_title(result);
    PgsFinding *finding = new_finding(result, context, title);
    if (rule != NULL)
        set_rule(finding, rule, context);
    /* That tables are empty is as it should be. */
    if (g_strcmp0(result->message, PGS_EXERCISE_NO_ROWS) == 0)
        finding->status = PGS_STATUS_INFO;
    return finding;
}

PgsFinding *
pgs_exercise_case_finding(const PgsRuleResult *result, const PgsExerciseCase *of,
                          const PgsExerciseContext *context)
{
    PgsFinding *finding = new_finding(result, context, of->title);
    /* What somebody asks for in so many words, and could not be tried, is no matter of course. */
    if (result->verdict == PGS_VERDICT_NOT_EXERCISED)
        finding->status = PGS_STATUS_ERROR;
    finding->file = g_strdup(of->place.file);
    finding->line = of->place.line;
    finding->column = of->place.column;
    for (char **id = of->requirements; *id != NULL; id++)
        pgs_finding_add_requirement(finding, *id);
    return finding;
}

/* ---- Coverage ---- */

static char *
describe_unexercised(const PgsExercise *exercise)
{
    const GPtrArray *results = pgs_exercise_results(exercise);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = g_ptr_array_index(results, i);
        gboolean is_of_rule = result->rule != NULL && result->subject == NULL;
        if (!is_of_rule || pgs_rule_result_is_exercised(result))
            continue;
        g_autofree char *rule = pgs_rule_describe(result->rule);
        g_autofree char *line = g_strdup_printf("%s: %s", rule, result->message);
        add_line(text, "", line);
    }
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

PgsFinding *
pgs_exercise_coverage_finding(const PgsExercise *exercise, const PgsExerciseContext *context)
{
    guint n = pgs_exercise_n_rules(exercise), exercised = pgs_exercise_n_exercised(exercise);
    PgsFinding *finding =
        pgs_finding_new("exercise.coverage", exercised == n ? PGS_STATUS_PASSED : PGS_STATUS_INFO,
                        context->system, context->revision, PGS_EXERCISE_COVERAGE_TITLE);
    g_autofree char *share = g_strdup_printf("%u of %u rules exercised, seed %" G_GUINT64_FORMAT,
                                             exercised, n, pgs_exercise_seed(exercise));
    finding->expected = g_strdup_printf("%u of %u rules", n, n);
    finding->actual = g_strdup(share);
    finding->detail = describe_unexercised(exercise);
    if (exercised < n)
        finding->message = g_steal_pointer(&share);
    return finding;
}

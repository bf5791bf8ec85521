#include "check/plan_words.h"

#include "base/text.h"
#include "project/names.h"

#include <string.h>

enum {
    MAX_SUBSTITUTES = 5, /* of dozens nobody reads the names */
};

/* The server names the function that raised it; what pgstair itself turns down has none. */
gboolean
pgs_plan_is_told_by_server(const PgsFailure *failure)
{
    return failure->function != NULL;
}

char *
pgs_plan_refusal(const PgsFailure *failure)
{
    return g_strdup_printf(
        "%s%s", pgs_plan_is_told_by_server(failure) ? "the server refuses the query: " : "",
        failure->message);
}

/* A reason names the index itself. */
char *
pgs_plan_message(const PgsQuestion *question, const PgsJudgement *judgement)
{
    if (judgement->failure != NULL)
        return pgs_plan_refusal(judgement->failure);
    if (judgement->served == PGS_SERVED_CHOSEN)
        return NULL;
    if (judgement->reason != NULL)
        return g_strdup(judgement->reason);
    return g_strdup_printf("%s: %s", question->index != NULL ? question->index->name : "any index",
                           pgs_served_name(judgement->served));
}

char *
pgs_plan_actual(const PgsJudgement *judgement)
{
    if (judgement->evidence->len == 0)
        return NULL;
    const PgsPlanEvidence *evidence = g_ptr_array_index(judgement->evidence, 0);
    for (guint i = 1; judgement->is_by_generic && i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *other = g_ptr_array_index(judgement->evidence, i);
        if (other->role == PGS_ROLE_GENERIC)
            evidence = other;
    }
    return g_strdup_printf("%s; %s", pgs_served_name(judgement->served), evidence->what);
}

char *
pgs_plan_hint(const PgsJudgement *judgement)
{
    gboolean says_it = judgement->hint != NULL && judgement->trial_sql != NULL &&
                       strstr(judgement->hint, judgement->trial_sql) != NULL;
    if (judgement->trial_sql == NULL || says_it)
        return g_strdup(judgement->hint);
    return g_strdup_printf("%s%sthe planner takes this one: %s",
                           judgement->hint != NULL ? judgement->hint : "",
                           judgement->hint != NULL ? "; " : "", judgement->trial_sql);
}

static void
add_line(GString *text, const char *mark, const char *line)
{
    g_string_append_printf(text, "%s%s%s", text->len > 0 ? "\n" : "", mark, line);
}

/* "'failed', NULL": the values of $1, $2, …; NULL: there are none. */
static char *
describe_parameters(const PgsQuestion *question)
{
    if (question->parameters->len == 0)
        return NULL;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < question->parameters->len; i++) {
        const char *value = g_ptr_array_index(question->parameters, i);
        g_autofree char *literal = value != NULL ? pgs_text_literal(value) : g_strdup("NULL");
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", literal);
    }
    return g_string_free(text, FALSE);
}

/* EXPLAIN's own Settings: what is not the default; NULL: nothing. */
static const char *
settings_of(const PgsJudgement *judgement)
{
    if (judgement->evidence->len == 0)
        return NULL;
    const PgsPlanEvidence *first = g_ptr_array_index(judgement->evidence, 0);
    return first->plan->settings;
}

/* What serves in its place, one after the other. */
static void
add_substitutes(GString *text, const GPtrArray *substitutes)
{
    guint told = substitutes->len > MAX_SUBSTITUTES + 1 ? MAX_SUBSTITUTES : substitutes->len;
    for (guint i = 0; i < told; i++) {
        const PgsIndex *substitute = g_ptr_array_index(substitutes, i);
        add_line(text,
                 i == 0 ? "  without it this serves: " : "  and then: ", substitute->identity);
    }
    if (told < substitutes->len)
        g_string_append_printf(text, "\n  and then %u more", substitutes->len - told);
}

void
pgs_plan_describe(GString *text, const PgsQuestion *question, const PgsJudgement *judgement)
{
    g_autofree char *parameters = describe_parameters(question);
    g_autofree char *sql = pgs_text_fold_space(question->sql);
    add_line(text, "", sql);
    if (parameters != NULL)
        add_line(text, "parameters: ", parameters);
    add_line(text, "verdict: ", pgs_served_name(judgement->served));
    for (guint i = 0; i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *evidence = g_ptr_array_index(judgement->evidence, i);
        add_line(text, "  ", evidence->what);
    }
    if (judgement->served == PGS_SERVED_CHOSEN)
        add_substitutes(text, judgement->substitutes);
    for (guint i = 0; i < judgement->notes->len; i++)
        add_line(text, "  note: ", g_ptr_array_index(judgement->notes, i));
    if (settings_of(judgement) != NULL)
        add_line(text, "  settings: ", settings_of(judgement));
}

/* The look-up of children has no other. */
static gboolean
is_generic(const PgsQuestion *question, const PgsJudgement *judgement)
{
    return question->kind == PGS_QUESTION_REFERENCE || judgement->is_by_generic;
}

/* What the project says of the planner. */
static void
add_set(GString *text, const GPtrArray *set)
{
    for (guint i = 0; set != NULL && i < set->len; i++) {
        const PgsPlanSetting *setting = g_ptr_array_index(set, i);
        g_autofree char *value = pgs_text_literal(setting->value);
        g_string_append_printf(text, "\nSET %s = %s;", setting->name, value);
    }
}

char *
pgs_plan_reproduction(const PgsQuestion *question, const PgsJudgement *judgement,
                      const GPtrArray *set)
{
    const PgsQuery query = pgs_question_query(question);
    const char *settings = settings_of(judgement);
    g_autofree char *script = g_strchomp(
        pgs_explain_script(&query, is_generic(question, judgement) ? PGS_EXPLAIN_GENERIC : 0));
    GString *text = g_string_new("-- on rows made as plan.volume has it");
    if (settings != NULL)
        add_line(text, "-- settings: ", settings);
    add_set(text, set);
    add_line(text, "", script);
    return g_string_free(text, FALSE);
}

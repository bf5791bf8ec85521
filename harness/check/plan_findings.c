#include "check/plan_findings.h"

#include "base/text.h"
#include "check/plan_words.h"

#include <string.h>

/* ---- Requirements ---- */

static void
add_ids(PgsFinding *finding, char *const *ids)
{
    for (; ids != NULL && *ids != NULL; ids++)
        pgs_finding_add_requirement(finding, *ids);
}

/* Whether it is about the index, or about the constraint that the index belongs to. */
static gboolean
is_about(const PgsFinding *expectation, const PgsIndex *index)
{
    const char *object = expectation->object;
    if (object == NULL || !g_str_has_prefix(expectation->check, "expect."))
        return FALSE;
    g_autofree char *suffix = g_strdup_printf(" %s", index->identity);
    return g_str_has_suffix(object, suffix) &&
           (index->constraint != NULL || g_str_has_prefix(object, "index "));
}

static void
add_expected_ids(PgsFinding *finding, const PgsIndex *index, const PgsPlanContext *context)
{
    const GPtrArray *expectations = context->expectations;
    for (guint i = 0; expectations != NULL && i < expectations->len; i++) {
        const PgsFinding *expectation = g_ptr_array_index(expectations, i);
        if (expectation->requirements == NULL || !is_about(expectation, index) ||
            g_strcmp0(expectation->revision, context->revision) != 0)
            continue;
        for (guint n = 0; n < expectation->requirements->len; n++)
            pgs_finding_add_requirement(finding, g_ptr_array_index(expectation->requirements, n));
    }
}

/* ---- Evidence ---- */

/* JSON has no line end within a string: EXPLAIN's indentation is a third of it. */
static char *
fold_json(const char *json)
{
    GString *text = g_string_new(NULL);
    for (const char *at = json; *at != '\0';) {
        gsize line = strcspn(at, "\n");
        g_string_append_len(text, at, (gssize)line);
        at += line;
        at += strspn(at, "\n ");
    }
    return g_string_free(text, FALSE);
}

static void
add_plan(PgsFinding *finding, const PgsQuestion *question, const PgsPlanEvidence *evidence,
         gboolean with_json)
{
    const PgsPlan *plan = evidence->plan;
    const PgsPlanNode *root = plan->root;
    PgsRecordPlan *row =
        pgs_finding_add_plan(finding, pgs_plan_role_name(evidence->role), evidence->what);
    row->query = g_strdup(question->sql);
    for (guint i = 0; i < question->parameters->len; i++)
        g_ptr_array_add(row->parameters, g_strdup(question->parameters->pdata[i]));
    row->settings = g_strdup(plan->settings);
    row->text = g_strdup(plan->text);
    row->json = with_json ? fold_json(plan->json) : NULL;
    row->cost = plan->cost;
    row->rows = root->rows;
    if (!root->is_analyzed)
        return;
    row->actual_rows = root->actual_rows;
    row->shared_hit = root->shared_hit;
    row->shared_read = root->shared_read;
}

static gboolean
is_decisive(PgsPlanRole role)
{
    return role == PGS_ROLE_VERDICT || role == PGS_ROLE_GENERIC;
}

/* The last plan without the index: what shows that the query needs it; NULL: there is none. */
static const PgsPlanEvidence *
find_proof(const PgsJudgement *judgement)
{
    for (guint i = judgement->evidence->len; i > 0; i--) {
        const PgsPlanEvidence *evidence = g_ptr_array_index(judgement->evidence, i - 1);
        if (evidence->role == PGS_ROLE_CONTROL || evidence->role == PGS_ROLE_BARE)
            return evidence;
    }
    return NULL;
}

/* brief: derived questions are many; of one that is as it should be, what decides and its proof. */
static void
add_plans(PgsFinding *finding, const PgsQuestion *question, const PgsJudgement *judgement,
          gboolean brief)
{
    gboolean whole = !brief || judgement->served != PGS_SERVED_CHOSEN;
    const PgsPlanEvidence *proof = find_proof(judgement);
    for (guint i = 0; i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *evidence = g_ptr_array_index(judgement->evidence, i);
        gboolean decides = is_decisive(evidence->role);
        if (whole || decides || evidence == proof)
            add_plan(finding, question, evidence, whole || decides);
    }
}

/* What is told of a question, and of each that stands with it in the finding. */
static void
set_question(PgsFinding *finding, const PgsQuestion *question, const PgsJudgement *judgement,
             const PgsPlanContext *context)
{
    finding->message = pgs_plan_message(question, judgement);
    finding->actual = pgs_plan_actual(judgement);
    finding->sql = g_strdup(question->sql);
    finding->hint = pgs_plan_hint(judgement);
    finding->reproduce = pgs_plan_reproduction(question, judgement, context->set);
}

static void
set_index(PgsFinding *finding, const PgsIndex *index)
{
    finding->object = g_strdup_printf("index %s", index->identity);
}

/* A refusal as it came; what was never sent has its whole story in the message. */
static void
set_refusal(PgsFinding *finding, const PgsFailure *failure)
{
    if (failure == NULL)
        return;
    if (finding->hint == NULL)
        finding->hint = g_strdup(failure->hint);
    if (!pgs_plan_is_told_by_server(failure))
        return;
    g_autofree char *before = finding->detail, *text = pgs_failure_to_string(failure);
    finding->detail =
        before != NULL ? g_strconcat(before, "\n", text, NULL) : g_steal_pointer(&text);
}

/* ---- A declared query ---- */

/* "ix_a, ix_b", "an index": what it names; g_free(). */
static char *
name_indexes(const PgsPlanQuery *query)
{
    return query->indexes[0] != NULL ? g_strjoinv(", ", query->indexes) : g_strdup("an index");
}

static PgsFinding *
new_query_finding(const PgsPlanQuery *query, PgsStatus status, const char *subject,
                  const PgsPlanContext *context)
{
    g_autofree char *title = g_strdup_printf("%s: served by %s", query->title, subject);
    PgsFinding *finding =
        pgs_finding_new("plan.query", status, context->system, context->revision, title);
    finding->file = g_strdup(query->place.file);
    finding->line = query->place.line;
    finding->column = query->place.column;
    finding->sql = g_strdup(query->sql);
    add_ids(finding, query->requirements);
    add_ids(finding, context->requirements);
    return finding;
}

/* A chosen index that nobody would miss proves nothing. */
static const char *
say_not_needed(const PgsJudgement *judgement)
{
    for (guint i = 0; i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *evidence = g_ptr_array_index(judgement->evidence, i);
        if (evidence->role == PGS_ROLE_CONTROL)
            return "with all indexes of the table gone it is still not read sequentially: nothing "
                   "shows that the query needs one";
    }
    return "it is chosen, but the plan without it could not be made, which would show that the "
           "query needs it";
}

static PgsStatus
judge_query(const PgsPlanQuery *query, const PgsJudgement *judgement)
{
    if (judgement->failure != NULL)
        return PGS_STATUS_FAILED;
    switch (judgement->served) {
    case PGS_SERVED_CHOSEN:
        return judgement->turns_sequential ? PGS_STATUS_PASSED : PGS_STATUS_WARNING;
    case PGS_SERVED_SERVABLE:
        if (judgement->is_sequential)
            return PGS_STATUS_FAILED;
        return query->servable_is_enough ? PGS_STATUS_PASSED : PGS_STATUS_WARNING;
    case PGS_SERVED_USELESS:
        return PGS_STATUS_FAILED;
    default:
        return PGS_STATUS_ERROR;
    }
}

/* What is known of the rows of the table that the question is about; NULL: nothing. */
static const PgsVolumeTable *
find_table(const PgsPlanContext *context, const PgsQuestion *question)
{
    const PgsRelation *own = question->index != NULL ? question->index->relation : NULL;
    for (guint i = 0; i < context->tables->len; i++) {
        const PgsVolumeTable *table = g_ptr_array_index(context->tables, i);
        if (own != NULL ? table->relation == own : table->relation->oid == question->relation)
            return table;
    }
    return NULL;
}

/* A sequential scan is cheaper: of more rows it may not be. */
static void
hint_at_rows(PgsFinding *finding, const PgsQuestion *question, const PgsPlanContext *context)
{
    const PgsVolumeTable *table = find_table(context, question);
    if (table == NULL || table->rows >= PGS_VOLUME_ROWS || finding->hint != NULL)
        return;
    g_autofree char *rows = pgs_text_count((guint64)table->rows, "row", NULL);
    finding->hint = g_strdup_printf("%s has %s here; with more (plans: rows:, tables:, or --rows) "
                                    "the index may be cheaper",
                                    table->relation->identity, rows);
}

/* About the index; where none is named, about the table. */
static PgsFinding *
new_question_finding(const PgsPlanQuery *query, const PgsQuestion *question, PgsStatus status,
                     const PgsPlanContext *context)
{
    const PgsVolumeTable *table = question->index == NULL ? find_table(context, question) : NULL;
    const char *identity = table != NULL ? table->relation->identity : NULL;
    g_autofree char *any =
        identity != NULL ? g_strdup_printf("an index of %s", identity) : g_strdup("an index");
    PgsFinding *finding = new_query_finding(
        query, status, question->index != NULL ? question->index->identity : any, context);
    if (question->index != NULL)
        set_index(finding, question->index);
    else if (identity != NULL)
        finding->object = g_strdup_printf("table %s", identity);
    return finding;
}

static PgsFinding *
question_finding(const PgsPlanQuery *query, const PgsQuestion *question,
                 const PgsJudgement *judgement, const PgsPlanContext *context)
{
    PgsStatus status = judge_query(query, judgement);
    PgsFinding *finding = new_question_finding(query, question, status, context);
    g_clear_pointer(&finding->sql, g_free);
    set_question(finding, question, judgement, context);
    if (status == PGS_STATUS_PASSED)
        g_clear_pointer(&finding->message, g_free);
    else if (finding->message == NULL)
        finding->message = g_strdup(say_not_needed(judgement));
    finding->expected = g_strdup(query->servable_is_enough ? "chosen, or servable" : "chosen");
    finding->duration = judgement->duration;
    GString *text = g_string_new(NULL);
    pgs_plan_describe(text, question, judgement);
    finding->detail = g_string_free(text, FALSE);
    set_refusal(finding, judgement->failure);
    if (judgement->served == PGS_SERVED_SERVABLE && judgement->is_sequential)
        hint_at_rows(finding, question, context);
    add_plans(finding, question, judgement, FALSE);
    return finding;
}

PgsFinding *
pgs_plan_unasked_finding(const PgsPlanQuery *query, PgsStatus status, const PgsPlanContext *context)
{
    g_autofree char *subject = name_indexes(query);
    return new_query_finding(query, status, subject, context);
}

/* Why nothing could be asked. */
static PgsFinding *
trouble_finding(const PgsPlanResult *result, const PgsPlanContext *context)
{
    PgsStatus status = result->is_fault ? PGS_STATUS_FAILED : PGS_STATUS_ERROR;
    PgsFinding *finding = pgs_plan_unasked_finding(result->query, status, context);
    finding->message =
        result->failure != NULL ? pgs_plan_refusal(result->failure) : g_strdup(result->trouble);
    set_refusal(finding, result->failure);
    return finding;
}

void
pgs_plan_findings_add_query(const PgsPlanResult *result, const PgsPlanContext *context,
                            GPtrArray *findings)
{
    if (result->trouble != NULL)
        g_ptr_array_add(findings, trouble_finding(result, context));
    for (guint i = 0; i < result->judgements->len; i++)
        g_ptr_array_add(findings,
                        question_finding(result->query, g_ptr_array_index(result->questions, i),
                                         g_ptr_array_index(result->judgements, i), context));
}

/* ---- An index's own queries ---- */

/* A question of ours that cannot be judged is no fault of theirs. */
static PgsStatus
judge_derived(const PgsJudgement *judgement)
{
    if (judgement->failure != NULL)
        return PGS_STATUS_SKIPPED;
    switch (judgement->served) {
    case PGS_SERVED_CHOSEN:
        return PGS_STATUS_PASSED;
    case PGS_SERVED_SERVABLE:
        return judgement->is_sequential ? PGS_STATUS_WARNING : PGS_STATUS_INFO;
    case PGS_SERVED_USELESS:
        return PGS_STATUS_FAILED;
    default:
        return PGS_STATUS_SKIPPED;
    }
}

/* What weighs most in a finding about several: what is known of one is more than nothing. */
static guint
weight_of(PgsStatus status)
{
    static const guint weights[PGS_N_STATUSES] = {
        [PGS_STATUS_SKIPPED] = 0, [PGS_STATUS_PASSED] = 1, [PGS_STATUS_INFO] = 2,
        [PGS_STATUS_WARNING] = 3, [PGS_STATUS_FAILED] = 4,
    };
    return weights[status];
}

/* The first of the worst. */
static guint
find_worst(const PgsPlanResult *result, PgsStatus *status)
{
    guint worst = 0;
    for (guint i = 0; i < result->judgements->len; i++) {
        PgsStatus of = judge_derived(g_ptr_array_index(result->judgements, i));
        if (i > 0 && weight_of(of) <= weight_of(*status))
            continue;
        worst = i;
        *status = of;
    }
    return worst;
}

static guint
count_chosen(const PgsPlanResult *result)
{
    guint n = 0;
    for (guint i = 0; i < result->judgements->len; i++) {
        const PgsJudgement *judgement = g_ptr_array_index(result->judgements, i);
        n += judgement->served == PGS_SERVED_CHOSEN;
    }
    return n;
}

static void
set_derived(PgsFinding *finding, const PgsPlanResult *result, guint worst,
            const PgsPlanContext *context)
{
    guint n = result->judgements->len, chosen = count_chosen(result);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        const PgsQuestion *question = g_ptr_array_index(result->questions, i);
        const PgsJudgement *judgement = g_ptr_array_index(result->judgements, i);
        finding->duration += judgement->duration;
        g_string_append_printf(text, "%s%s:", i > 0 ? "\n" : "", question->title);
        pgs_plan_describe(text, question, judgement);
        add_plans(finding, question, judgement, TRUE);
    }
    const PgsQuestion *question = g_ptr_array_index(result->questions, worst);
    set_question(finding, question, g_ptr_array_index(result->judgements, worst), context);
    if (finding->message != NULL && n > 1) {
        g_autofree char *message = g_steal_pointer(&finding->message);
        finding->message = g_strdup_printf("%s: %s", question->title, message);
    }
    g_autofree char *queries = pgs_text_count(n, "query", "queries");
    g_free(finding->actual);
    finding->expected = g_strdup_printf("chosen by %s", queries);
    finding->actual = g_strdup_printf("chosen by %u", chosen);
    finding->detail = g_string_free(text, FALSE);
}

/* Of a partitioned table's index some parts may be of use. */
static gboolean
is_left_invalid(const PgsIndex *index)
{
    gboolean has_parts = index->children != NULL && index->children->len > 0;
    return !index->valid && !has_parts;
}

/* Whatever could be asked of it. */
static void
set_invalid(PgsFinding *finding, const PgsIndex *index)
{
    finding->status = PGS_STATUS_FAILED;
    g_free(finding->message);
    finding->message = g_strdup_printf("%s is INVALID: no query uses it", index->name);
    g_free(finding->hint);
    finding->hint =
        g_strdup_printf("build it again: REINDEX INDEX %s; or drop it", index->identity);
}

PgsFinding *
pgs_plan_index_finding(const PgsPlanResult *result, const PgsPlanContext *context)
{
    PgsStatus status = result->is_fault ? PGS_STATUS_FAILED : PGS_STATUS_SKIPPED;
    guint worst = 0;
    if (result->judgements->len > 0)
        worst = find_worst(result, &status);
    g_autofree char *title =
        g_strdup_printf("%s serves what it was made for", result->index->identity);
    PgsFinding *finding =
        pgs_finding_new("plan.index", status, context->system, context->revision, title);
    set_index(finding, result->index);
    add_expected_ids(finding, result->index, context);
    if (result->judgements->len > 0)
        set_derived(finding, result, worst, context);
    else
        finding->message = g_strdup(result->trouble);
    if (status != PGS_STATUS_FAILED && is_left_invalid(result->index))
        set_invalid(finding, result->index);
    return finding;
}

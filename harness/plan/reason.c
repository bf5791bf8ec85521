#include "plan/reason.h"

#include "plan/reason_case.h"
#include "sql/token.h"

#include <string.h>

/*
 * In the order in which they are tried: the first that is proven is the reason.  What the index is
 * comes before what the query asks, the same key otherwise compared before other keys.
 */
static const struct {
    PgsProposeFunc propose;
    gboolean of_any; /* also asked of a table's indexes when none was named */
} hypotheses[] = {
    {pgs_reason_unread, FALSE},   {pgs_reason_result, FALSE},   {pgs_reason_invalid, TRUE},
    {pgs_reason_partition, TRUE}, {pgs_reason_predicate, TRUE}, {pgs_reason_value, TRUE},
    {pgs_reason_pattern, TRUE},   {pgs_reason_collation, TRUE}, {pgs_reason_operator, TRUE},
    {pgs_reason_operand, TRUE},   {pgs_reason_branch, TRUE},    {pgs_reason_later_key, TRUE},
    {pgs_reason_order, TRUE},     {pgs_reason_column, FALSE},
};

/* An index on many rows takes its time. */
#define MOST_TRIALS 16

typedef struct {
    const PgsReasonCase *reason_case;
    PgsJudgement *judgement;
    GPtrArray *kept; /* PgsProposal that were not proven, for when nothing is */
    gboolean of_any; /* the index was not asked for by name */
    char *besides;   /* a reason that is certain, and is not all; or NULL */
    guint n_trials;
    gboolean is_found;
} Inquiry;

/* ---- what is said ---- */

static char *
subject(const PgsReasonCase *reason_case)
{
    return reason_case->index != NULL
               ? g_strdup_printf("%s cannot serve it: ", reason_case->index->name)
               : g_strdup("");
}

static void
say_reason(const Inquiry *inquiry, const char *reason, const char *doubt)
{
    g_autofree char *begin = subject(inquiry->reason_case);
    g_free(inquiry->judgement->reason);
    inquiry->judgement->reason = g_strdup_printf(
        "%s%s%s%s%s%s%s", begin, inquiry->besides != NULL ? inquiry->besides : "",
        inquiry->besides != NULL ? "; besides, " : "", reason, doubt != NULL ? " (" : "",
        doubt != NULL ? doubt : "", doubt != NULL ? ")" : "");
}

/* How much the trial has shown. */
static const char *
trial_words(PgsTrialOutcome outcome)
{
    static const char *const words[] = {
        [PGS_TRIAL_REFUSED] = "",
        [PGS_TRIAL_UNUSED] = "",
        [PGS_TRIAL_POSSIBLE] = "this could serve, though here the planner takes it only with "
                               "enable_seqscan = off; tried",
        [PGS_TRIAL_ALONE] = "this would serve if no other index did; tried",
        [PGS_TRIAL_CHOSEN] = "this would serve; tried",
    };
    return words[outcome];
}

static void
say_hint(const Inquiry *inquiry, const char *advice, const PgsIndexTrial *trial)
{
    PgsJudgement *judgement = inquiry->judgement;
    /* With a reason besides it is what helps against that. */
    g_autofree char *before = g_steal_pointer(&judgement->hint);
    g_autofree char *own = NULL;
    if (trial == NULL || trial->sql == NULL)
        own = g_strdup(advice);
    else
        own = g_strdup_printf("%s%s%s: %s", advice != NULL ? advice : "",
                              advice != NULL ? ". Or build another: " : "",
                              trial_words(trial->outcome), trial->sql);
    if (inquiry->besides != NULL && own != NULL)
        judgement->hint = g_strdup_printf("%s. And %s", before, own);
    else
        judgement->hint =
            inquiry->besides != NULL ? g_steal_pointer(&before) : g_steal_pointer(&own);
}

static gboolean
find_scan(const PgsPlanNode *node, gpointer data)
{
    const PgsPlanNode **found = data;
    if (*found == NULL && node->index != NULL)
        *found = node;
    return *found == NULL;
}

/* The trial's plan is the judgement's then. */
static void
show_plan(const Inquiry *inquiry, const PgsProposal *proposal, PgsIndexTrial *trial)
{
    const PgsPlanNode *node = NULL;
    pgs_plan_walk(trial->plan, find_scan, &node);
    g_autofree char *line = pgs_plan_node_describe(node != NULL ? node : trial->plan->root);
    const char *what = trial->sql != NULL        ? trial->sql
                       : proposal->probe != NULL ? proposal->probe
                                                 : "a plan for these values";
    char *text = g_strdup_printf("with %s: %s, cost %.2f", what, line, trial->plan->cost);
    pgs_judgement_add(inquiry->judgement, PGS_ROLE_TRIAL, g_steal_pointer(&trial->plan), text);
}

/* trial: NULL when there was none, or it proved nothing. */
static void
accept_proposal(Inquiry *inquiry, const PgsProposal *proposal, PgsIndexTrial *trial,
                const char *doubt)
{
    PgsJudgement *judgement = inquiry->judgement;
    inquiry->is_found = TRUE;
    say_reason(inquiry, proposal->reason, doubt);
    say_hint(inquiry, proposal->advice, trial);
    if (trial == NULL)
        return;
    g_free(judgement->trial_sql);
    judgement->trial_sql = g_strdup(trial->sql);
    show_plan(inquiry, proposal, trial);
}

/* ---- what is tried ---- */

static PgsIndexTrial *
run_trial(const Inquiry *inquiry, const PgsProposal *proposal, GError **error)
{
    const PgsReasonCase *reason_case = inquiry->reason_case;
    g_autoptr(GPtrArray) tails = g_ptr_array_new();
    if (proposal->tail != NULL)
        g_ptr_array_add(tails, proposal->tail);
    if (proposal->second != NULL)
        g_ptr_array_add(tails, proposal->second);
    PgsTrialWish wish = {
        .tails = tails,
        .index = proposal->with_index ? reason_case->index : NULL,
        .sql = proposal->probe,
        .extension = proposal->extension,
        .aims = proposal->aims,
        .is_custom = proposal->is_custom,
    };
    /* Where nothing is to be sorted, any plan would keep the order. */
    if (reason_case->asked->order->len == 0)
        wish.aims &= ~(guint)PGS_TRIAL_ORDER;
    return pgs_index_trial_run(reason_case->ground, &wish, error);
}

/* What the server said of an expression that no index can be on; or NULL. */
static const char *
immutability(const PgsIndexTrial *trial)
{
    return trial->failure != NULL && strcmp(trial->failure->sqlstate, "42P17") == 0
               ? trial->failure->message
               : NULL;
}

static void
keep_unindexable(Inquiry *inquiry, const PgsProposal *proposal, const PgsIndexTrial *trial)
{
    if (immutability(trial) == NULL)
        return;
    PgsProposal *kept =
        pgs_proposal_add(inquiry->kept, g_strdup(proposal->reason), g_strdup(proposal->advice));
    kept->refusal = g_strdup_printf("that cannot be indexed: %s", immutability(trial));
}

/* Why what the proposal says could not be indexed; or NULL. */
static const char *
refusal_of(const Inquiry *inquiry, const PgsProposal *proposal)
{
    for (guint i = 0; i < inquiry->kept->len; i++) {
        const PgsProposal *kept = inquiry->kept->pdata[i];
        if (strcmp(kept->reason, proposal->reason) == 0)
            return kept->refusal;
    }
    return NULL;
}

/* There must be another reason, or it would have been taken in the trial. */
static void
keep_besides(Inquiry *inquiry, const PgsProposal *proposal)
{
    if (inquiry->of_any)
        return;
    g_free(inquiry->besides);
    inquiry->besides = g_strdup(proposal->reason);
    g_free(inquiry->judgement->hint);
    inquiry->judgement->hint = g_strdup(proposal->advice);
}

static gboolean
is_triable(const PgsProposal *proposal)
{
    return proposal->tail != NULL || proposal->probe != NULL || proposal->with_index;
}

static gboolean
same_text(gconstpointer one, gconstpointer other)
{
    return g_strcmp0(one, other) == 0;
}

/* A plan for these values holds them: an index for just one value is no advice. */
static gboolean
holds_parameter(const Inquiry *inquiry, const char *sql)
{
    const GPtrArray *parameters = inquiry->reason_case->ground->question->parameters;
    if (sql == NULL || parameters->len == 0)
        return FALSE;
    g_autofree char *own = g_strdup(sql);
    g_autoptr(GArray) tokens = pgs_token_scan_all(own);
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        gboolean is_quoted = token->length >= 2 && token->text[0] == '\'';
        g_autofree char *text = g_strndup(token->text + is_quoted, token->length - 2 * is_quoted);
        if (g_ptr_array_find_with_equal_func((GPtrArray *)parameters, text, same_text, NULL))
            return TRUE;
    }
    return FALSE;
}

static gboolean
try_proposal(Inquiry *inquiry, const PgsProposal *proposal, GError **error)
{
    const char *obstacle = inquiry->reason_case->ground->obstacle;
    gboolean is_idle = holds_parameter(inquiry, proposal->tail);
    if (is_idle && !proposal->is_certain)
        return TRUE;
    gboolean can_try =
        is_triable(proposal) && !is_idle && (obstacle == NULL || proposal->tail == NULL);
    /* Of an index that nobody has named only what is proven matters. */
    if (!can_try && proposal->goes_on && inquiry->of_any)
        return TRUE;
    if (!can_try) {
        accept_proposal(inquiry, proposal, NULL, proposal->is_certain ? NULL : obstacle);
        return TRUE;
    }
    if (!proposal->is_certain && inquiry->n_trials++ >= MOST_TRIALS)
        return TRUE;
    g_autoptr(PgsIndexTrial) trial = run_trial(inquiry, proposal, error);
    if (trial == NULL)
        return FALSE;
    if (trial->outcome >= PGS_TRIAL_POSSIBLE)
        accept_proposal(inquiry, proposal, trial,
                        proposal->probe != NULL ? refusal_of(inquiry, proposal) : NULL);
    else if (proposal->goes_on)
        keep_besides(inquiry, proposal);
    else if (proposal->is_certain)
        accept_proposal(inquiry, proposal, NULL, NULL);
    else
        keep_unindexable(inquiry, proposal, trial);
    return TRUE;
}

static gboolean
try_hypothesis(Inquiry *inquiry, PgsProposeFunc propose, GError **error)
{
    g_autoptr(GPtrArray) proposals = pgs_proposals_new();
    if (!propose(inquiry->reason_case, proposals, error))
        return FALSE;
    for (guint i = 0; !inquiry->is_found && i < proposals->len; i++) {
        if (!try_proposal(inquiry, proposals->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

/* What the server refused to index is a reason where nothing else is proven. */
static gboolean
try_all(Inquiry *inquiry, GError **error)
{
    for (guint i = 0; !inquiry->is_found && i < G_N_ELEMENTS(hypotheses); i++) {
        if (inquiry->of_any && !hypotheses[i].of_any)
            continue;
        if (inquiry->kept->len > 0 && hypotheses[i].propose == pgs_reason_column)
            break;
        if (!try_hypothesis(inquiry, hypotheses[i].propose, error))
            return FALSE;
    }
    if (!inquiry->is_found && inquiry->kept->len > 0) {
        const PgsProposal *kept = inquiry->kept->pdata[0];
        accept_proposal(inquiry, kept, NULL, kept->refusal);
    }
    return TRUE;
}

/* ---- when nothing is proven ---- */

static void
say_general(const Inquiry *inquiry)
{
    const PgsReasonCase *reason_case = inquiry->reason_case;
    g_autofree char *asked = pgs_asked_words(reason_case->asked);
    g_autofree char *reason = NULL;
    if (*asked == '\0')
        reason = g_strdup_printf("the query asks nothing of %s that an index could answer",
                                 reason_case->ground->relation_sql);
    else
        reason = g_strdup_printf("nothing in it answers what the query asks of %s: %s",
                                 reason_case->ground->relation_sql, asked);
    say_reason(inquiry, reason, reason_case->ground->obstacle);
}

/* ---- an index, or any ---- */

static gboolean
inquire(Inquiry *inquiry, const PgsTrialGround *ground, const PgsIndex *index, const PgsPlan *alone,
        gboolean of_any, GError **error)
{
    g_autoptr(PgsReasonCase) reason_case = pgs_reason_case_new(ground, index, alone, error);
    if (reason_case == NULL)
        return FALSE;
    inquiry->reason_case = reason_case;
    inquiry->of_any = of_any;
    g_ptr_array_set_size(inquiry->kept, 0);
    if (!try_all(inquiry, error))
        return FALSE;
    if (!inquiry->is_found && !of_any)
        say_general(inquiry);
    return TRUE;
}

/* No index was named: one that nearly fits says more than one that is not there. */
static gboolean
inquire_any(Inquiry *inquiry, const PgsTrialGround *ground, const PgsPlan *alone, GError **error)
{
    g_autoptr(GPtrArray) own = pgs_indexes_of(ground->indexes, ground->relation);
    for (guint i = 0; !inquiry->is_found && i < own->len; i++) {
        if (!inquire(inquiry, ground, own->pdata[i], alone, TRUE, error))
            return FALSE;
    }
    return inquiry->is_found || inquire(inquiry, ground, NULL, alone, FALSE, error);
}

gboolean
pgs_plan_explain_useless(PgsConnection *connection, const PgsIndexes *indexes,
                         const PgsQuestion *question, const PgsPlan *alone, PgsJudgement *judgement,
                         GError **error)
{
    g_autoptr(PgsTrialGround) ground =
        pgs_trial_ground_read(connection, indexes, question, question->index, error);
    if (ground == NULL)
        return FALSE;
    ground->is_generic = alone->is_generic;
    g_autoptr(GPtrArray) kept = pgs_proposals_new();
    Inquiry inquiry = {.judgement = judgement, .kept = kept};
    gboolean is_done = question->index != NULL
                           ? inquire(&inquiry, ground, question->index, alone, FALSE, error)
                           : inquire_any(&inquiry, ground, alone, error);
    g_free(inquiry.besides);
    return is_done;
}

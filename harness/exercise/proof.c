#include "exercise/proof.h"

#include "exercise/proof_mask.h"
#include "synthesis/synthesis.h"

#include <stdarg.h>
#include <string.h>

enum {
    MAX_ROUNDS = 9,
    MAX_MASKS = 8, /* for one row */
};

typedef enum {
    TRY_OPEN,
    TRY_ACCEPTED,
    TRY_REFUSED, /* by the rule */
    TRY_STUCK,   /* by something else, for good: it says nothing of the rule */
} TryState;

/* A row as it is tried, again and again with more taken away. */
typedef struct {
    TryState state;
    gboolean is_without; /* the rule itself is dropped */
    GPtrArray *masks;    /* const PgsMask *: taken away before */
    gboolean triggers_off;
    guint attempt;
    guint first, insert; /* of the attempt's statements: the first INSERT, and this one */
    char *said;          /* what came of it */
} Try;

/* A row of the caller's. */
typedef struct {
    const PgsProofRow *row;
    gboolean has_triggers;
    char *statement;
    Try as_is, without;
    gboolean has_control; /* its watched value, as the server writes it, is asked for */
    guint control;
    char *expected;
} Case;

typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    GPtrArray *drops; /* of the rule; or NULL */
    GPtrArray *cases; /* Case */
    GPtrArray *masks; /* PgsMask: all that were found */
    PgsRuleResult *result;
} Proof;

PgsProofRow *
pgs_proof_row_new(PgsDraft *draft, gboolean refused, const char *format, ...)
{
    PgsProofRow *row = g_new0(PgsProofRow, 1);
    row->draft = draft;
    row->refused = refused;
    va_list arguments;
    va_start(arguments, format);
    row->what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return row;
}

void
pgs_proof_row_free(PgsProofRow *row)
{
    if (row == NULL)
        return;
    pgs_draft_free(row->draft);
    g_free(row->what);
    g_free(row);
}

/* ---- cases ---- */

static void
case_free(gpointer data)
{
    Case *item = data;
    g_ptr_array_unref(item->as_is.masks);
    g_ptr_array_unref(item->without.masks);
    g_free(item->as_is.said);
    g_free(item->without.said);
    g_free(item->statement);
    g_free(item->expected);
    g_free(item);
}

static Case *
case_new(const Proof *proof, const PgsProofRow *row)
{
    Case *item = g_new0(Case, 1);
    item->row = row;
    item->has_triggers = pgs_mask_has_triggers(row->draft);
    item->statement = pgs_draft_insert(row->draft, NULL);
    item->as_is.masks = g_ptr_array_new();
    item->without.masks = g_ptr_array_new();
    item->without.is_without = TRUE;
    if (!row->refused || proof->drops == NULL)
        item->without.state = TRY_STUCK;
    item->has_control = row->watched != NULL && item->has_triggers &&
                        pgs_draft_get(row->draft, row->watched).kind != PGS_VALUE_DEFAULT;
    return item;
}

static void
try_end(Try *try, TryState state, char *said)
{
    try->state = state;
    g_free(try->said);
    try->said = said;
}

/* ---- a round ---- */

static guint
add_statements(PgsBatch *batch, const GPtrArray *statements)
{
    for (guint i = 0; i < statements->len; i++)
        pgs_batch_add(batch, statements->pdata[i]);
    return statements->len;
}

/*
 * What is taken away before; returns how many statements that takes.  Rows that were stored before
 * may have left checks for later; no table can be changed while there are any.
 */
static guint
add_drops(const Proof *proof, PgsBatch *batch, const Try *try)
{
    if (!try->is_without && try->masks->len == 0)
        return 0;
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    pgs_batch_add(batch, "SET CONSTRAINTS ALL DEFERRED");
    /* The rule first: a partition that is detached does not lose it with its parent any more. */
    guint n = 2 + (try->is_without ? add_statements(batch, proof->drops) : 0);
    for (guint i = 0; i < try->masks->len; i++) {
        const PgsMask *mask = try->masks->pdata[i];
        n += add_statements(batch, mask->statements);
    }
    return n;
}

static void
add_insert(PgsBatch *batch, const Case *item)
{
    g_autofree char *watching =
        item->has_control ? pgs_draft_insert(item->row->draft, item->row->watched->quoted) : NULL;
    pgs_batch_add(batch, watching != NULL ? watching : item->statement);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
}

static void
add_try(const Proof *proof, PgsBatch *batch, const Case *item, Try *try)
{
    if (try->state != TRY_OPEN)
        return;
    try->attempt = pgs_batch_begin(batch);
    try->first = try->insert = add_drops(proof, batch, try);
    add_insert(batch, item);
}

/*
 * All rows without the rule in one attempt, for to drop it costs more than a row does.  The first
 * that is refused ends it; from then on each has an attempt of its own.
 */
static void
add_together(const Proof *proof, PgsBatch *batch)
{
    guint n = 0, first = 0, attempt = 0;
    for (guint i = 0; i < proof->cases->len; i++) {
        Case *item = proof->cases->pdata[i];
        Try *try = &item->without;
        if (try->state != TRY_OPEN)
            continue;
        if (n == 0) {
            attempt = pgs_batch_begin(batch);
            n = first = add_drops(proof, batch, try) + 1;
            pgs_batch_add(batch, "SAVEPOINT pgstair_row");
        }
        try->attempt = attempt;
        try->first = first;
        try->insert = n;
        add_insert(batch, item);
        pgs_batch_add(batch, "ROLLBACK TO SAVEPOINT pgstair_row");
        n += 3;
    }
}

static void
add_control(PgsBatch *batch, Case *item)
{
    g_autoptr(GString) value = g_string_new(NULL);
    pgs_value_append(value, pgs_draft_get(item->row->draft, item->row->watched));
    item->control = pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, "SELECT (%s)::%s", value->str, item->row->watched->type_sql);
}

static PgsBatch *
make_round(Proof *proof, gboolean is_first)
{
    PgsBatch *batch = pgs_batch_new();
    for (guint i = 0; i < proof->cases->len; i++) {
        Case *item = proof->cases->pdata[i];
        if (is_first && item->has_control)
            add_control(batch, item);
        add_try(proof, batch, item, &item->as_is);
        if (!is_first)
            add_try(proof, batch, item, &item->without);
    }
    if (is_first)
        add_together(proof, batch);
    return batch;
}

/* ---- what came of it ---- */

static char *
only_value(const PGresult *result)
{
    return PQntuples(result) > 0 && !PQgetisnull(result, 0, 0) ? g_strdup(PQgetvalue(result, 0, 0))
                                                               : NULL;
}

static void
take_control(const PgsBatch *batch, Case *item)
{
    const PgsBatchResult *result = pgs_batch_result(batch, item->control);
    if (result->failure != NULL)
        item->has_control = FALSE;
    else
        item->expected = only_value(result->results->pdata[0]);
}

/* Why an accepted row says nothing, or NULL. */
static const char *
find_interference(const Case *item, const Try *try, const PgsBatchResult *result)
{
    const PGresult *insert = result->results->pdata[try->insert];
    if (strcmp(PQcmdTuples((PGresult *)insert), "0") == 0)
        return "it was swallowed: no row was stored";
    if (!item->has_control)
        return NULL;
    g_autofree char *stored = only_value(insert);
    return g_strcmp0(stored, item->expected) != 0 ? "its value was rewritten" : NULL;
}

static const PgsMask *
keep_mask(Proof *proof, PgsMask *mask)
{
    for (guint i = 0; i < proof->masks->len; i++) {
        PgsMask *known = proof->masks->pdata[i];
        if (known->what == mask->what) {
            pgs_mask_free(mask);
            return known;
        }
    }
    g_ptr_array_add(proof->masks, mask);
    return mask;
}

/* Takes mask over; said as well, for when it is of no use. */
static void
retry_without(Proof *proof, Try *try, PgsMask *mask, char *said)
{
    if (mask == NULL) {
        try_end(try, TRY_STUCK, said);
        return;
    }
    const PgsMask *kept = keep_mask(proof, mask);
    try->triggers_off = try->triggers_off || kept->is_triggers;
    if (g_ptr_array_find(try->masks, kept, NULL) || try->masks->len >= MAX_MASKS) {
        try_end(try, TRY_STUCK, said);
        return;
    }
    g_ptr_array_add(try->masks, (gpointer)kept);
    try_end(try, TRY_OPEN, said);
}

static gboolean
may_switch_off(const Case *item, const Try *try)
{
    return item->has_triggers && !try->triggers_off;
}

/* What triggers have had a hand in proves nothing before it was seen without them. */
static void
settle(Proof *proof, Case *item, Try *try, TryState state, char *said)
{
    TryState wanted = try->is_without || !item->row->refused ? TRY_ACCEPTED : TRY_REFUSED;
    if (state != wanted && may_switch_off(item, try))
        retry_without(proof, try, pgs_mask_new_triggers(proof->bench, item->row->draft), said);
    else
        try_end(try, state, said);
}

static void
take_accepted(Proof *proof, Case *item, Try *try, const PgsBatchResult *result)
{
    const char *interference = find_interference(item, try, result);
    if (interference == NULL)
        settle(proof, item, try, TRY_ACCEPTED, g_strdup("accepted"));
    else
        retry_without(proof, try,
                      may_switch_off(item, try)
                          ? pgs_mask_new_triggers(proof->bench, item->row->draft)
                          : NULL,
                      g_strdup(interference));
}

static void
take_refused(Proof *proof, Case *item, Try *try, const PgsBatchResult *result)
{
    char *said = pgs_outcome_describe(result);
    if (pgs_rule_is_named(proof->bench, proof->rule, result->failure)) {
        settle(proof, item, try, try->is_without ? TRY_STUCK : TRY_REFUSED, said);
        return;
    }
    retry_without(
        proof, try,
        pgs_mask_new(proof->bench, item->row->draft, result->failure, may_switch_off(item, try)),
        said);
}

static void
take_try(Proof *proof, const PgsBatch *batch, Case *item, Try *try)
{
    if (try->state != TRY_OPEN)
        return;
    const PgsBatchResult *result = pgs_batch_result(batch, try->attempt);
    if (result->failure == NULL || result->refused_at > try->insert + 1)
        take_accepted(proof, item, try, result);
    else if (result->refused_at < try->first)
        try_end(try, TRY_STUCK, pgs_outcome_describe(result));
    else if (result->refused_at >= try->insert)
        take_refused(proof, item, try, result);
}

static gboolean
run_round(Proof *proof, gboolean is_first, gboolean *is_open, GError **error)
{
    g_autoptr(PgsBatch) batch = make_round(proof, is_first);
    if (!pgs_batch_run(batch, pgs_bench_connection(proof->bench), error))
        return FALSE;
    *is_open = FALSE;
    for (guint i = 0; i < proof->cases->len; i++) {
        Case *item = proof->cases->pdata[i];
        if (is_first && item->has_control)
            take_control(batch, item);
        take_try(proof, batch, item, &item->as_is);
        take_try(proof, batch, item, &item->without);
        *is_open = *is_open || item->as_is.state == TRY_OPEN || item->without.state == TRY_OPEN;
    }
    return TRUE;
}

/* ---- what it proves ---- */

static const char *
rule_name(const PgsRule *rule)
{
    if (rule->name != NULL)
        return rule->name;
    return rule->n_columns > 0 ? rule->columns[0]->name : pgs_rule_kind_name(rule->kind);
}

char *
pgs_proof_reproduce(PgsBench *bench, const char *statement)
{
    g_autofree char *script = pgs_synthesis_script(bench);
    gboolean is_whole = *script == '\0' || g_str_has_suffix(script, "\n");
    return g_strdup_printf("BEGIN;\n%s%s%s;\nROLLBACK;", script, is_whole ? "" : "\n", statement);
}

static void
accuse(Proof *proof, const Case *item)
{
    PgsRuleResult *result = proof->result;
    const char *name = rule_name(proof->rule);
    if (result->verdict == PGS_VERDICT_BROKEN)
        return;
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN,
                          item->row->refused ? "%s lets a row in that it has to refuse: %s"
                                             : "%s refuses a row that it has to accept: %s",
                          name, item->row->what);
    result->expected =
        item->row->refused ? g_strdup_printf("refused by %s", name) : g_strdup("accepted");
    result->actual = g_strdup(item->as_is.said);
    g_free(result->sql);
    result->sql = g_strdup(item->statement);
    result->reproduce = pgs_proof_reproduce(proof->bench, item->statement);
}

static gboolean
is_as_expected(const Case *item)
{
    return item->as_is.state == (item->row->refused ? TRY_REFUSED : TRY_ACCEPTED);
}

/*
 * It lets in what it has to refuse, and it was there: with other rules this one may have gone. That
 * it refuses what was thought to be right is no lie: the server has judged the row by it.
 */
static gboolean
is_guilty(const Case *item)
{
    if (!item->row->refused || item->as_is.state != TRY_ACCEPTED)
        return FALSE;
    for (guint i = 0; i < item->as_is.masks->len; i++) {
        const PgsMask *mask = item->as_is.masks->pdata[i];
        if (!mask->is_triggers)
            return FALSE;
    }
    return TRUE;
}

/* What proves nothing is a note; what does is evidence. */
static void
add_evidence(Proof *proof, const Case *item)
{
    PgsRuleResult *result = proof->result;
    const char *what = item->row->what;
    const Try *without = &item->without;
    gboolean refused = item->row->refused;
    if (!is_as_expected(item) && !is_guilty(item)) {
        pgs_rule_result_note(result, "%s says nothing: %s", what, item->as_is.said);
        return;
    }
    gboolean is_proven = refused && without->state == TRY_ACCEPTED;
    char *outcome = g_strconcat(item->as_is.said, is_proven ? "; accepted without it" : "", NULL);
    pgs_rule_result_add(result, what, item->statement, is_as_expected(item), outcome);
    if (refused && without->state == TRY_STUCK && without->said != NULL)
        pgs_rule_result_note(result, "%s: could not be tried without the rule (%s)", what,
                             without->said);
    if (refused && result->sql == NULL)
        result->sql = g_strdup(item->statement);
}

static gboolean
is_used(const Proof *proof, const PgsMask *mask, gboolean without)
{
    for (guint i = 0; i < proof->cases->len; i++) {
        const Case *item = proof->cases->pdata[i];
        const Try *try = without ? &item->without : &item->as_is;
        if (try->state != TRY_STUCK && g_ptr_array_find(try->masks, mask, NULL))
            return TRUE;
    }
    return FALSE;
}

static void
note_masks(const Proof *proof)
{
    for (guint i = 0; i < proof->masks->len; i++) {
        const PgsMask *mask = proof->masks->pdata[i];
        if (is_used(proof, mask, FALSE))
            pgs_rule_result_note(proof->result,
                                 mask->is_triggers ? "seen only with %s switched off"
                                                   : "seen only without %s, which stands before it",
                                 mask->name);
        else if (is_used(proof, mask, TRUE))
            pgs_rule_result_note(proof->result,
                                 mask->is_triggers ? "accepted without it once %s are switched off"
                                                   : "accepted without it once %s is gone as well",
                                 mask->name);
    }
}

typedef struct {
    guint n_given, n_right;
    const Case *odd; /* the first that says nothing */
} Tally;

static Tally
count(const Proof *proof, gboolean refused)
{
    Tally tally = {0};
    for (guint i = 0; i < proof->cases->len; i++) {
        const Case *item = proof->cases->pdata[i];
        if (item->row->refused != refused)
            continue;
        tally.n_given++;
        tally.n_right += is_as_expected(item);
        if (!is_as_expected(item) && tally.odd == NULL)
            tally.odd = item;
    }
    return tally;
}

static void
judge_tally(Proof *proof, Tally refused, Tally accepted)
{
    const Tally *poor = refused.n_right == 0 ? &refused : &accepted;
    const char *kind = refused.n_right == 0 ? "refused" : "accepted";
    if (refused.n_right > 0 && (accepted.n_right > 0 || accepted.n_given == 0))
        pgs_rule_result_judge(proof->result, PGS_VERDICT_EXERCISED, NULL);
    else if (poor->odd == NULL)
        pgs_rule_result_judge(proof->result, PGS_VERDICT_NOT_EXERCISED,
                              "no row is known that has to be %s", kind);
    else
        pgs_rule_result_judge(proof->result, PGS_VERDICT_NOT_EXERCISED,
                              "no row could be shown to be %s by it: %s: %s", kind,
                              poor->odd->row->what, poor->odd->as_is.said);
}

static void
judge(Proof *proof)
{
    for (guint i = 0; i < proof->cases->len; i++) {
        const Case *item = proof->cases->pdata[i];
        add_evidence(proof, item);
        if (is_guilty(item))
            accuse(proof, item);
    }
    note_masks(proof);
    if (proof->result->verdict != PGS_VERDICT_BROKEN)
        judge_tally(proof, count(proof, TRUE), count(proof, FALSE));
}

gboolean
pgs_proof_run(PgsBench *bench, const PgsRule *rule, const GPtrArray *rows, PgsRuleResult *result,
              GError **error)
{
    g_autoptr(GPtrArray) drops = pgs_rule_drop(bench, rule);
    g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func(case_free);
    g_autoptr(GPtrArray) masks = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_mask_free);
    Proof proof = {
        .bench = bench,
        .rule = rule,
        .drops = drops,
        .cases = cases,
        .masks = masks,
        .result = result,
    };
    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(cases, case_new(&proof, rows->pdata[i]));
    gboolean is_open = TRUE;
    for (guint round = 0; is_open && round < MAX_ROUNDS; round++)
        if (!run_round(&proof, round == 0, &is_open, error))
            return FALSE;
    judge(&proof);
    return TRUE;
}

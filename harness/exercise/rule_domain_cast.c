#include "exercise/rule_domain_cast.h"

enum {
    MAX_ROUNDS = 6,
};

/* A value that is cast, as things are, or with rules dropped. */
typedef struct {
    const PgsProofRow *row;
    char *statement;
    gboolean is_without; /* the rule itself is dropped */
    gboolean is_open;
    GPtrArray *dropped; /* const PgsRule *: others that stood before it */
    guint attempt, cast;
    gboolean accepted, by_rule; /* what came of it at last */
    char *said;
} Cast;

typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    PgsRuleResult *result;
    GPtrArray *casts; /* Cast: of each row one, and of a refused one a second, without the rule */
} Casting;

static void
cast_free(gpointer data)
{
    Cast *cast = data;
    g_ptr_array_unref(cast->dropped);
    g_free(cast->statement);
    g_free(cast->said);
    g_free(cast);
}

static void
add_cast(Casting *casting, const PgsProofRow *row, const PgsColumn *column, gboolean is_without)
{
    PgsValue value = pgs_draft_get(row->draft, column);
    g_autoptr(GString) sql = g_string_new("SELECT CAST(");
    g_string_append(sql, value.kind == PGS_VALUE_EXPRESSION ? "(" : "");
    if (value.kind == PGS_VALUE_DEFAULT)
        g_string_append(sql, "NULL");
    else
        pgs_value_append(sql, value);
    g_string_append_printf(sql, "%s AS %s)", value.kind == PGS_VALUE_EXPRESSION ? ")" : "",
                           casting->rule->type->sql);
    Cast *cast = g_new0(Cast, 1);
    cast->row = row;
    cast->statement = g_strdup(sql->str);
    cast->is_without = is_without;
    cast->is_open = TRUE;
    cast->dropped = g_ptr_array_new();
    g_ptr_array_add(casting->casts, cast);
}

/* ---- rounds ---- */

static void
add_drop(PgsBatch *batch, Casting *casting, Cast *cast, const PgsRule *rule)
{
    g_autoptr(GPtrArray) statements = pgs_rule_drop(casting->bench, rule);
    for (guint i = 0; statements != NULL && i < statements->len; i++) {
        pgs_batch_add(batch, statements->pdata[i]);
        cast->cast++;
    }
}

static void
add_attempt(PgsBatch *batch, Casting *casting, Cast *cast)
{
    cast->attempt = pgs_batch_begin(batch);
    cast->cast = 0;
    if (cast->is_without || cast->dropped->len > 0) {
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
        cast->cast++;
    }
    for (guint i = 0; i < cast->dropped->len; i++)
        add_drop(batch, casting, cast, cast->dropped->pdata[i]);
    if (cast->is_without)
        add_drop(batch, casting, cast, casting->rule);
    pgs_batch_add(batch, cast->statement);
}

/* Another of the domain's rules, or of one that it is made of, refuses it first. */
static gboolean
drop_other(Casting *casting, Cast *cast, const PgsBatchResult *answer)
{
    const PgsRule *other = pgs_rule_find_named(casting->bench, answer->failure);
    if (other == NULL || other == casting->rule || answer->refused_at != cast->cast ||
        g_ptr_array_find(cast->dropped, other, NULL))
        return FALSE;
    g_ptr_array_add(cast->dropped, (gpointer)other);
    return TRUE;
}

static void
take_answer(const PgsBatch *batch, Casting *casting, Cast *cast)
{
    const PgsBatchResult *answer = pgs_batch_result(batch, cast->attempt);
    g_free(cast->said);
    cast->said = pgs_outcome_describe(answer);
    cast->accepted = answer->failure == NULL;
    cast->by_rule = !cast->accepted && answer->refused_at == cast->cast &&
                    pgs_rule_is_named(casting->bench, casting->rule, answer->failure);
    cast->is_open = !cast->accepted && !cast->by_rule && drop_other(casting, cast, answer);
}

static gboolean
run_round(Casting *casting, gboolean *is_open, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < casting->casts->len; i++) {
        Cast *cast = casting->casts->pdata[i];
        if (cast->is_open)
            add_attempt(batch, casting, cast);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(casting->bench), error))
        return FALSE;
    *is_open = FALSE;
    for (guint i = 0; i < casting->casts->len; i++) {
        Cast *cast = casting->casts->pdata[i];
        if (!cast->is_open)
            continue;
        take_answer(batch, casting, cast);
        *is_open = *is_open || cast->is_open;
    }
    return TRUE;
}

/* ---- what they prove ---- */

static void
note_dropped(Casting *casting, const Cast *cast)
{
    for (guint i = 0; i < cast->dropped->len; i++) {
        g_autofree char *name = pgs_rule_describe(cast->dropped->pdata[i]);
        pgs_rule_result_note(casting->result, "seen only without %s, which stands before it", name);
    }
}

static void
accuse(Casting *casting, const Cast *cast)
{
    PgsRuleResult *result = casting->result;
    const char *name = casting->rule->name != NULL ? casting->rule->name : "NOT NULL";
    if (result->verdict == PGS_VERDICT_BROKEN)
        return;
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN,
                          cast->row->refused ? "%s lets a value in that it has to refuse: %s"
                                             : "%s refuses a value that it has to accept: %s",
                          name, cast->row->what);
    result->expected =
        cast->row->refused ? g_strdup_printf("refused by %s", name) : g_strdup("accepted");
    result->actual = g_strdup(cast->said);
    g_free(result->sql);
    result->sql = g_strdup(cast->statement);
}

typedef struct {
    guint n_refused, n_accepted, n_given_accepted;
    const Cast *stuck;
} Tally;

/* without: the same value with the rule dropped, or NULL. */
static void
take_cast(Casting *casting, const Cast *cast, const Cast *without, gboolean may_accuse,
          Tally *tally)
{
    const PgsProofRow *row = cast->row;
    gboolean expected = row->refused ? cast->by_rule : cast->accepted;
    gboolean is_proven = without != NULL && without->accepted;
    gboolean is_wrong = (row->refused ? cast->accepted : cast->by_rule) &&
                        (cast->dropped->len == 0 || !row->refused);
    pgs_rule_result_add(casting->result, row->what, cast->statement, expected,
                        g_strconcat(cast->said, is_proven ? "; accepted without it" : "", NULL));
    if (expected)
        note_dropped(casting, cast);
    tally->n_refused += expected && row->refused;
    tally->n_accepted += expected && !row->refused;
    tally->n_given_accepted += !row->refused;
    if (!expected && tally->stuck == NULL)
        tally->stuck = cast;
    if (expected && row->refused && casting->result->sql == NULL)
        casting->result->sql = g_strdup(cast->statement);
    if (expected && row->refused && !is_proven && without != NULL)
        pgs_rule_result_note(casting->result, "%s: could not be tried without the rule (%s)",
                             row->what, without->said);
    if (is_wrong && may_accuse)
        accuse(casting, cast);
}

static void
judge(Casting *casting, gboolean may_accuse)
{
    Tally tally = {0};
    for (guint i = 0; i < casting->casts->len; i++) {
        const Cast *cast = casting->casts->pdata[i];
        const Cast *next = i + 1 < casting->casts->len ? casting->casts->pdata[i + 1] : NULL;
        if (!cast->is_without)
            take_cast(casting, cast, next != NULL && next->is_without ? next : NULL, may_accuse,
                      &tally);
    }
    if (casting->result->verdict == PGS_VERDICT_BROKEN)
        return;
    if (tally.n_refused > 0 && (tally.n_accepted > 0 || tally.n_given_accepted == 0))
        pgs_rule_result_judge(casting->result, PGS_VERDICT_EXERCISED, NULL);
    else if (tally.stuck != NULL)
        pgs_rule_result_judge(casting->result, PGS_VERDICT_NOT_EXERCISED,
                              "no value could be shown to be %s by it: %s: %s",
                              tally.n_refused == 0 ? "refused" : "accepted", tally.stuck->row->what,
                              tally.stuck->said);
    else
        pgs_rule_result_judge(casting->result, PGS_VERDICT_NOT_EXERCISED,
                              "no value is known that has to be refused");
}

gboolean
pgs_domain_casts_run(PgsBench *bench, const PgsRule *rule, const PgsColumn *column,
                     const GPtrArray *rows, gboolean may_accuse, PgsRuleResult *result,
                     GError **error)
{
    g_autoptr(GPtrArray) casts = g_ptr_array_new_with_free_func(cast_free);
    Casting casting = {bench, rule, result, casts};
    for (guint i = 0; i < rows->len; i++) {
        const PgsProofRow *row = rows->pdata[i];
        add_cast(&casting, row, column, FALSE);
        if (row->refused)
            add_cast(&casting, row, column, TRUE);
    }
    gboolean is_open = casts->len > 0;
    for (guint round = 0; is_open && round < MAX_ROUNDS; round++) {
        if (!run_round(&casting, &is_open, error))
            return FALSE;
    }
    judge(&casting, may_accuse);
    return TRUE;
}

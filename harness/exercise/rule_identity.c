#include "base/text.h"
#include "exercise/rule_rows.h"
#include "exercise/rules.h"

#include <string.h>

#define REMEMBERED "identity: troubles"
#define OVERRIDING " OVERRIDING SYSTEM VALUE"

enum {
    MAX_RUNS = 4,
};

/* A column that takes its values from a sequence. */
typedef struct {
    PgsBench *bench;
    PgsRuleResult *result;
    const PgsColumn *column;
    gboolean is_always;
    char *plain;      /* an INSERT that gives a value */
    char *overriding; /* the same, where it is always generated */
    char *by_default; /* one that leaves it out */
    char *again;      /* another such row's; or NULL */
    char *start; /* what sets the sequence first, so that it gives what others refer to; or NULL */
    guint first, said, overridden, without; /* attempts */
} Identity;

static void
identity_clear(Identity *identity)
{
    g_free(identity->plain);
    g_free(identity->overriding);
    g_free(identity->by_default);
    g_free(identity->again);
    g_free(identity->start);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Identity, identity_clear)

/* ---- statements ---- */

/* The sequence's next value said by hand: it is one that the column's other rules take. */
static PgsValue
next_value(const Identity *identity)
{
    g_autoptr(GString) sql = g_string_new("pg_catalog.nextval(");
    pgs_text_append_literal(sql, identity->column->sequence);
    g_string_append_c(sql, ')');
    return pgs_bench_expression(identity->bench, sql->str);
}

/* The word stands behind the row's own list of columns, in front of any value of it; rows that come
   with it stand in front. */
static char *
without_overriding(const PgsRelation *relation, const char *insert)
{
    g_autofree char *own = g_strdup_printf(") INSERT INTO %s (", relation->identity);
    const char *start = g_str_has_prefix(insert, "WITH ") ? strstr(insert, own) : insert;
    const char *at = start != NULL ? strstr(start, ")" OVERRIDING " VALUES (") : NULL;
    if (at == NULL)
        return g_strdup(insert);
    return g_strdup_printf("%.*s%s", (int)(at + 1 - insert), insert, at + 1 + strlen(OVERRIDING));
}

static void
make_statements(Identity *identity, const PgsDraft *draft, const PgsDraft *other)
{
    const PgsColumn *column = identity->column;
    const PgsValue left_out = {.kind = PGS_VALUE_DEFAULT};
    g_autoptr(PgsDraft) by_default = pgs_draft_with(draft, column, left_out);
    g_autoptr(PgsDraft) said = pgs_draft_with(draft, column, next_value(identity));
    identity->by_default = pgs_draft_insert(by_default, column->quoted);
    identity->overriding = pgs_draft_insert(said, column->quoted);
    identity->plain = identity->is_always
                          ? without_overriding(column->relation, identity->overriding)
                          : g_strdup(identity->overriding);
    if (other == NULL)
        return;
    g_autoptr(PgsDraft) again = pgs_draft_with(other, column, left_out);
    identity->again = pgs_draft_insert(again, column->quoted);
}

/*
 * Rows that come with this one, or it itself, refer to the draft's own value: that is what the
 * sequence has to give.
 */
static void
start_at_draft(Identity *identity, const PgsDraft *draft)
{
    const PgsColumn *column = identity->column;
    g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.setval(");
    pgs_text_append_literal(sql, column->sequence);
    g_string_append(sql, ", ");
    pgs_value_append(sql, pgs_draft_get(draft, column));
    g_string_append(sql, ", false)");
    identity->start = g_string_free(g_steal_pointer(&sql), FALSE);
    g_clear_pointer(&identity->again, g_free);
    g_autofree char *value = pgs_value_describe(pgs_draft_get(draft, column));
    pgs_rule_result_note(identity->result,
                         "with the sequence set to %s, for rows that come with it refer to that",
                         value);
}

static guint
add_attempt(const Identity *identity, PgsBatch *batch, const char *first, const char *second)
{
    guint attempt = pgs_batch_begin(batch);
    if (identity->start != NULL)
        pgs_batch_add(batch, identity->start);
    pgs_batch_add(batch, first);
    if (second != NULL)
        pgs_batch_add(batch, second);
    return attempt;
}

static void
add_attempts(Identity *identity, PgsBatch *batch)
{
    identity->first = add_attempt(identity, batch, identity->by_default, identity->again);
    identity->said = add_attempt(identity, batch, identity->plain, NULL);
    if (!identity->is_always)
        return;
    identity->overridden = add_attempt(identity, batch, identity->overriding, NULL);
    g_autoptr(GPtrArray) drops = pgs_rule_drop(identity->bench, identity->result->rule);
    identity->without = pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    for (guint i = 0; drops != NULL && i < drops->len; i++)
        pgs_batch_add(batch, drops->pdata[i]);
    if (identity->start != NULL)
        pgs_batch_add(batch, identity->start);
    pgs_batch_add(batch, identity->plain);
}

/* ---- what came of it ---- */

static void
accuse(Identity *identity, const char *what, const char *statement, const char *expected,
       const char *actual)
{
    PgsRuleResult *result = identity->result;
    if (result->verdict == PGS_VERDICT_BROKEN)
        return;
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "%s: %s", identity->column->name, what);
    result->expected = g_strdup(expected);
    result->actual = g_strdup(actual);
    result->sql = g_strdup(statement);
    if (statement != NULL)
        result->reproduce = pgs_proof_reproduce(identity->bench, statement);
}

static gboolean
see(Identity *identity, const PgsBatch *batch, guint attempt, const char *what,
    const char *statement)
{
    const PgsBatchResult *answer = pgs_batch_result(batch, attempt);
    pgs_rule_result_add(identity->result, what, statement, answer->failure == NULL,
                        pgs_outcome_describe(answer));
    return answer->failure == NULL;
}

static void
judge_refused(PgsRuleResult *result, const char *what, const PgsBatchResult *answer)
{
    g_autofree char *outcome = pgs_outcome_describe(answer);
    pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s: %s", what, outcome);
}

/* A value said for what is always generated. */
static gboolean
see_said(Identity *identity, const PgsBatch *batch)
{
    PgsRuleResult *result = identity->result;
    const PgsBatchResult *said = pgs_batch_result(batch, identity->said);
    gboolean is_refused =
        said->failure != NULL && pgs_rule_is_named(identity->bench, result->rule, said->failure);
    gboolean is_proven = pgs_batch_result(batch, identity->without)->failure == NULL;
    g_autofree char *outcome = pgs_outcome_describe(said);
    pgs_rule_result_add(result, "a value is given", identity->plain, is_refused,
                        g_strconcat(outcome, is_proven ? "; accepted when BY DEFAULT" : "", NULL));
    if (is_refused && result->sql == NULL)
        result->sql = g_strdup(identity->plain);
    return is_refused;
}

static void
see_always(Identity *identity, const PgsBatch *batch)
{
    PgsRuleResult *result = identity->result;
    gboolean left_out =
        see(identity, batch, identity->first, "it is left out", identity->by_default);
    gboolean is_refused = see_said(identity, batch);
    gboolean overridden = see(identity, batch, identity->overridden,
                              "a value is given, OVERRIDING SYSTEM VALUE", identity->overriding);
    const PgsBatchResult *said = pgs_batch_result(batch, identity->said);
    if (said->failure == NULL)
        accuse(identity, "a value may be given, although it is GENERATED ALWAYS", identity->plain,
               "refused (428C9)", "accepted");
    else if (!is_refused)
        judge_refused(result, "a row with a value of its own", said);
    else if (!left_out)
        judge_refused(result, "a row that leaves it out", pgs_batch_result(batch, identity->first));
    else if (!overridden)
        judge_refused(result, "a row with a value of its own, OVERRIDING SYSTEM VALUE",
                      pgs_batch_result(batch, identity->overridden));
    else
        pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, NULL);
}

static const char *
returned(const PgsBatchResult *answer, guint statement)
{
    if (answer->results->len <= statement)
        return NULL;
    const PGresult *result = answer->results->pdata[statement];
    return PQntuples(result) == 1 && !PQgetisnull(result, 0, 0) ? PQgetvalue(result, 0, 0) : NULL;
}

/* Triggers may have numbers of their own. */
static void
see_two(Identity *identity, const PgsBatch *batch)
{
    const PgsBatchResult *answer = pgs_batch_result(batch, identity->first);
    const char *first = returned(answer, 0);
    const char *second = returned(answer, 1);
    if (identity->start != NULL || first == NULL || second == NULL)
        return;
    gboolean differ = strcmp(first, second) != 0;
    pgs_rule_result_add(identity->result, "two rows that leave it out", identity->by_default,
                        differ, g_strdup_printf("%s, %s", first, second));
    if (!differ && identity->column->relation->triggers->len == 0)
        accuse(identity, "two rows that leave it out get the same value", identity->by_default,
               "two values", first);
}

static void
see_by_default(Identity *identity, const PgsBatch *batch)
{
    PgsRuleResult *result = identity->result;
    gboolean left_out =
        see(identity, batch, identity->first, "it is left out", identity->by_default);
    gboolean said = see(identity, batch, identity->said, "a value is given", identity->plain);
    if (left_out && said) {
        pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, NULL);
        return;
    }
    judge_refused(result, left_out ? "a row with a value of its own" : "a row that leaves it out",
                  pgs_batch_result(batch, left_out ? identity->said : identity->first));
}

/* ---- rows that are there ---- */

static gboolean
is_key(const PgsRule *rule, const PgsColumn *column)
{
    return (rule->kind == PGS_RULE_PRIMARY_KEY || rule->kind == PGS_RULE_UNIQUE) &&
           rule->n_columns == 1 && rule->columns[0] == column && rule->predicate == NULL &&
           (rule->keys == NULL || rule->keys->len == 1);
}

static const PgsRule *
find_key(const PgsColumn *column)
{
    for (guint i = 0; i < column->relation->rules->len; i++) {
        const PgsRule *rule = column->relation->rules->pdata[i];
        if (is_key(rule, column))
            return rule;
    }
    return NULL;
}

/* How far ahead a row may be that has what the sequence comes to. */
#define FAR_AHEAD "1000"

/*
 * What the sequence gives next, whether it has no more, and of the rows that are there the first
 * that it comes to and the largest.  No row: neither it nor they are in the way.
 */
#define LOOK                                                                                       \
    "SELECT n.value, n.is_at_end, r.met, r.largest FROM (SELECT q.seqincrement AS step, "          \
    "s.last_value::pg_catalog.numeric OPERATOR(pg_catalog.+) "                                     \
    "CASE WHEN s.is_called THEN q.seqincrement ELSE 0 END AS value, "                              \
    "s.is_called AND NOT q.seqcycle AND NOT s.last_value::pg_catalog.numeric "                     \
    "OPERATOR(pg_catalog.+) q.seqincrement BETWEEN q.seqmin AND q.seqmax AS is_at_end "            \
    "FROM %s s, pg_catalog.pg_sequence q WHERE q.seqrelid OPERATOR(pg_catalog.=) "                 \
    "pg_catalog.to_regclass(%s)::pg_catalog.oid) n, LATERAL (%s) r "                               \
    "WHERE n.is_at_end OR r.met IS NOT NULL"
#define NO_ROWS "SELECT NULL AS met, NULL AS largest"
#define ROWS                                                                                       \
    "SELECT CASE WHEN n.step OPERATOR(pg_catalog.>) 0 THEN pg_catalog.min(k.v) "                   \
    "ELSE pg_catalog.max(k.v) END AS met, (SELECT pg_catalog.max(%s) FROM %s) AS largest "         \
    "FROM (SELECT %s::pg_catalog.numeric AS v FROM %s) k WHERE "                                   \
    "(k.v OPERATOR(pg_catalog.-) n.value) OPERATOR(pg_catalog.%%) n.step "                         \
    "OPERATOR(pg_catalog.=) 0 AND (k.v OPERATOR(pg_catalog.-) n.value) OPERATOR(pg_catalog./) "    \
    "n.step BETWEEN 0 AND " FAR_AHEAD

static gboolean
has_sequence(const PgsRule *rule)
{
    return rule->kind == PGS_RULE_IDENTITY && rule->relation->kind != 'f' &&
           rule->columns[0]->sequence != NULL;
}

/* Rows that came with values of their own are in the way only where no two may have the same. */
static char *
rows_of(const PgsColumn *column)
{
    const char *table = column->relation->identity;
    if (!column->relation->has_rows || find_key(column) == NULL)
        return g_strdup(NO_ROWS);
    return g_strdup_printf(ROWS, column->quoted, table, column->quoted, table);
}

static void
add_look(PgsBatch *batch, const PgsColumn *column)
{
    g_autofree char *rows = rows_of(column);
    g_autoptr(GString) sequence = g_string_new(NULL);
    pgs_text_append_literal(sequence, column->sequence);
    pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, LOOK, column->sequence, sequence->str, rows);
}

/* What is wrong with a sequence. */
typedef struct {
    char *next, *met, *largest; /* met NULL: it has no more values */
} Trouble;

static void
trouble_free(gpointer data)
{
    Trouble *trouble = data;
    g_free(trouble->next);
    g_free(trouble->met);
    g_free(trouble->largest);
    g_free(trouble);
}

static Trouble *
trouble_new(const PGresult *row)
{
    Trouble *trouble = g_new0(Trouble, 1);
    trouble->next = g_strdup(PQgetvalue(row, 0, 0));
    if (strcmp(PQgetvalue(row, 0, 1), "t") == 0)
        return trouble;
    trouble->met = g_strdup(PQgetvalue(row, 0, 2));
    trouble->largest = g_strdup(PQgetvalue(row, 0, 3));
    return trouble;
}

/* Of each rule whose sequence is in trouble; belongs to the bench. */
static void
remember_troubles(PgsBench *bench, const GPtrArray *rules, const PgsBatch *batch)
{
    GHashTable *troubles = g_hash_table_new_full(NULL, NULL, NULL, trouble_free);
    for (guint i = 0; i < rules->len; i++) {
        const PgsBatchResult *answer = pgs_batch_result(batch, i);
        if (answer->failure == NULL && PQntuples(answer->results->pdata[0]) == 1)
            g_hash_table_insert(troubles, rules->pdata[i], trouble_new(answer->results->pdata[0]));
    }
    pgs_bench_remember(bench, REMEMBERED, troubles, (GDestroyNotify)g_hash_table_unref);
}

gboolean
pgs_rule_identity_prepare(PgsBench *bench, GError **error)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(bench));
    g_autoptr(GPtrArray) looked_at = g_ptr_array_new();
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (!has_sequence(rule))
            continue;
        add_look(batch, rule->columns[0]);
        g_ptr_array_add(looked_at, (gpointer)rule);
    }
    if (looked_at->len == 0)
        return TRUE;
    gboolean ok =
        pgs_bench_begin(bench, error) && pgs_batch_run(batch, pgs_bench_connection(bench), error);
    if (ok)
        remember_troubles(bench, looked_at, batch);
    pgs_bench_rollback(bench);
    return ok;
}

/* The next row that leaves it out is refused, for the sequence has given all that it has. */
static void
accuse_end(Identity *identity)
{
    const PgsColumn *column = identity->column;
    accuse(identity, "its sequence has no more values, and does not begin again", NULL,
           "a row that leaves it out is accepted", "refused: 2200H");
    identity->result->hint = g_strdup_printf("ALTER SEQUENCE %s … MAXVALUE", column->sequence);
}

/*
 * Rows that came with values of their own leave the sequence behind; then a row that leaves it out
 * is refused by the key.
 */
static void
accuse_row(Identity *identity, const Trouble *trouble)
{
    const PgsColumn *column = identity->column;
    gboolean is_next = strcmp(trouble->next, trouble->met) == 0;
    g_autofree char *what =
        is_next ? g_strdup_printf("its sequence gives %s next, and a row has that already",
                                  trouble->met)
                : g_strdup_printf("its sequence gives %s next and comes to %s, which a row has",
                                  trouble->next, trouble->met);
    g_autofree char *actual =
        g_strdup_printf("refused: 23505 by %s: %s is taken (the largest is %s)",
                        find_key(column)->name, trouble->met, trouble->largest);
    accuse(identity, what, NULL, "a row that leaves it out is accepted", actual);
    identity->result->hint = g_strdup_printf(
        "SELECT setval('%s', (SELECT max(%s) FROM %s)) behind the statement that gives values",
        column->sequence, column->quoted, column->relation->identity);
}

static void
see_sequence(Identity *identity)
{
    GHashTable *troubles = pgs_bench_recall(identity->bench, REMEMBERED);
    const Trouble *trouble =
        troubles != NULL ? g_hash_table_lookup(troubles, identity->result->rule) : NULL;
    if (trouble == NULL)
        return;
    if (trouble->met == NULL)
        accuse_end(identity);
    else
        accuse_row(identity, trouble);
}

/* ---- the rule ---- */

static gboolean
is_refused_as(const PgsBatch *batch, const Identity *identity, const char *sqlstate)
{
    const PgsFailure *failure = pgs_batch_result(batch, identity->first)->failure;
    return failure != NULL && strcmp(failure->sqlstate, sqlstate) == 0;
}

/* A row of this run's may have what the sequence gives; the next time it gives another value. */
static PgsBatch *
run_attempts(Identity *identity, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_attempts(identity, batch);
    for (guint i = 0; i < MAX_RUNS; i++) {
        if (!pgs_batch_run(batch, pgs_bench_connection(identity->bench), error))
            return NULL;
        if (!is_refused_as(batch, identity, "23505"))
            break;
    }
    return g_steal_pointer(&batch);
}

static gboolean
prove(Identity *identity, const PgsDraft *draft, const PgsDraft *other, GError **error)
{
    make_statements(identity, draft, other);
    g_autoptr(PgsBatch) batch = run_attempts(identity, error);
    if (batch != NULL && is_refused_as(batch, identity, "23503") &&
        pgs_draft_get(draft, identity->column).kind == PGS_VALUE_TEXT) {
        start_at_draft(identity, draft);
        pgs_batch_free(batch);
        batch = run_attempts(identity, error);
    }
    if (batch == NULL)
        return FALSE;
    if (identity->is_always)
        see_always(identity, batch);
    else
        see_by_default(identity, batch);
    see_two(identity, batch);
    PgsRuleResult *result = identity->result;
    if (result->verdict == PGS_VERDICT_BROKEN && result->sql == NULL) {
        result->sql = g_strdup(identity->by_default);
        result->reproduce = pgs_proof_reproduce(identity->bench, identity->by_default);
    }
    return TRUE;
}

static gboolean
prove_all(Identity *identity, GError **error)
{
    const PgsRelation *relation = identity->column->relation;
    g_autoptr(PgsDraft) draft = NULL;
    g_autoptr(PgsDraft) other = NULL;
    see_sequence(identity);
    return pgs_rule_draft(identity->bench, identity->result, relation, NULL, 0, &draft, error) &&
           (draft == NULL ||
            (pgs_rule_try_draft(identity->bench, relation, NULL, 0, &other, error) &&
             prove(identity, draft, other, error)));
}

gboolean
pgs_rule_identity_exercise(PgsBench *bench, PgsRuleResult *result, GError **error)
{
    const PgsColumn *column = result->rule->columns[0];
    g_auto(Identity) identity = {
        .bench = bench,
        .result = result,
        .column = column,
        .is_always = column->identity == 'a',
    };
    if (column->sequence == NULL) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "it has no sequence");
        return TRUE;
    }
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = prove_all(&identity, error);
    pgs_bench_rollback(bench);
    return ok;
}

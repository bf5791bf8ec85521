#include "exercise/rule_rows.h"
#include "exercise/rules.h"

#include <string.h>

#define REMEMBERED "identity: taken"
#define OVERRIDING " OVERRIDING SYSTEM VALUE"

/* A column that takes its values from a sequence. */
typedef struct {
    PgsBench *bench;
    PgsRuleResult *result;
    const PgsColumn *column;
    gboolean is_always;
    char *plain;                            /* an INSERT that gives a value */
    char *overriding;                       /* the same, where it is always generated */
    char *by_default;                       /* one that leaves it out */
    char *again;                            /* another such row's; or NULL */
    guint first, said, overridden, without; /* attempts */
} Identity;

static void
identity_clear(Identity *identity)
{
    g_free(identity->plain);
    g_free(identity->overriding);
    g_free(identity->by_default);
    g_free(identity->again);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Identity, identity_clear)

/* ---- statements ---- */

/* The sequence's next value said by hand: it is one that the column's other rules take. */
static PgsValue
next_value(const Identity *identity)
{
    g_autoptr(GString) sql = g_string_new("pg_catalog.nextval(");
    pgs_literal_append(sql, identity->column->sequence);
    g_string_append_c(sql, ')');
    return pgs_bench_expression(identity->bench, sql->str);
}

/* The word stands behind the list of columns, in front of any value. */
static char *
without_overriding(const char *insert)
{
    const char *at = strstr(insert, ")" OVERRIDING " VALUES (");
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
    identity->plain = without_overriding(identity->overriding);
    if (other == NULL)
        return;
    g_autoptr(PgsDraft) again = pgs_draft_with(other, column, left_out);
    identity->again = pgs_draft_insert(again, column->quoted);
}

static guint
add_attempt(PgsBatch *batch, const char *first, const char *second)
{
    guint attempt = pgs_batch_begin(batch);
    pgs_batch_add(batch, first);
    if (second != NULL)
        pgs_batch_add(batch, second);
    return attempt;
}

static void
add_attempts(Identity *identity, PgsBatch *batch)
{
    identity->first = add_attempt(batch, identity->by_default, identity->again);
    identity->said = add_attempt(batch, identity->plain, NULL);
    if (!identity->is_always)
        return;
    identity->overridden = add_attempt(batch, identity->overriding, NULL);
    g_autoptr(GPtrArray) drops = pgs_rule_drop(identity->bench, identity->result->rule);
    identity->without = pgs_batch_begin(batch);
    pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    for (guint i = 0; drops != NULL && i < drops->len; i++)
        pgs_batch_add(batch, drops->pdata[i]);
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

/* A value said for what is always generated. */
static void
see_always(Identity *identity, const PgsBatch *batch)
{
    PgsRuleResult *result = identity->result;
    const PgsBatchResult *said = pgs_batch_result(batch, identity->said);
    gboolean is_refused =
        said->failure != NULL && pgs_rule_is_named(identity->bench, result->rule, said->failure);
    gboolean is_proven = pgs_batch_result(batch, identity->without)->failure == NULL;
    g_autofree char *outcome = pgs_outcome_describe(said);
    pgs_rule_result_add(result, "a value is given", identity->plain, is_refused,
                        g_strconcat(outcome, is_proven ? "; accepted when BY DEFAULT" : "", NULL));
    see(identity, batch, identity->overridden, "a value is given, OVERRIDING SYSTEM VALUE",
        identity->overriding);
    if (is_refused)
        pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, NULL);
    else if (said->failure == NULL)
        accuse(identity, "a value may be given, although it is GENERATED ALWAYS", identity->plain,
               "refused (428C9)", "accepted");
    else
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED,
                              "a row with a value of its own: %s", outcome);
    if (is_refused && result->sql == NULL)
        result->sql = g_strdup(identity->plain);
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
    if (first == NULL || second == NULL)
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
    g_autofree char *outcome =
        pgs_outcome_describe(pgs_batch_result(batch, left_out ? identity->said : identity->first));
    pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s: %s",
                          left_out ? "a row with a value of its own" : "a row that leaves it out",
                          outcome);
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

/* The value that the sequence gives next, if a row has it, and the largest one; else "". */
#define TAKEN                                                                                      \
    "SELECT n.value, (SELECT pg_catalog.max(%s) FROM %s) FROM (SELECT CASE WHEN s.is_called "      \
    "THEN s.last_value OPERATOR(pg_catalog.+) q.seqincrement ELSE s.last_value END AS value "      \
    "FROM %s s, pg_catalog.pg_sequence q WHERE q.seqrelid OPERATOR(pg_catalog.=) "                 \
    "pg_catalog.to_regclass(%s)::pg_catalog.oid) n "                                               \
    "WHERE EXISTS (SELECT FROM %s WHERE %s OPERATOR(pg_catalog.=) n.value)"

/* Whether a row that came with a value of its own may be in the sequence's way. */
static gboolean
may_be_taken(const PgsRule *rule)
{
    return rule->kind == PGS_RULE_IDENTITY && rule->relation->kind != 'f' &&
           rule->relation->has_rows && rule->columns[0]->sequence != NULL &&
           find_key(rule->columns[0]) != NULL;
}

static void
add_look(PgsBatch *batch, const PgsColumn *column)
{
    const char *table = column->relation->identity;
    g_autoptr(GString) sequence = g_string_new(NULL);
    pgs_literal_append(sequence, column->sequence);
    pgs_batch_begin(batch);
    pgs_batch_add_printf(batch, TAKEN, column->quoted, table, column->sequence, sequence->str,
                         table, column->quoted);
}

static void
taken_free(gpointer data)
{
    g_strfreev(data);
}

/* A row of two values of each rule whose next value is taken; belongs to the bench. */
static GHashTable *
remember_taken(PgsBench *bench, const GPtrArray *rules, const PgsBatch *batch)
{
    GHashTable *taken = g_hash_table_new_full(NULL, NULL, NULL, taken_free);
    for (guint i = 0; i < rules->len; i++) {
        const PgsBatchResult *answer = pgs_batch_result(batch, i);
        if (answer->failure != NULL || PQntuples(answer->results->pdata[0]) == 0)
            continue;
        const PGresult *row = answer->results->pdata[0];
        char **values = g_new0(char *, 3);
        values[0] = g_strdup(PQgetvalue(row, 0, 0));
        values[1] = g_strdup(PQgetvalue(row, 0, 1));
        g_hash_table_insert(taken, rules->pdata[i], values);
    }
    pgs_bench_remember(bench, REMEMBERED, taken, (GDestroyNotify)g_hash_table_unref);
    return taken;
}

gboolean
pgs_rule_identity_prepare(PgsBench *bench, GError **error)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(bench));
    g_autoptr(GPtrArray) looked_at = g_ptr_array_new();
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (!may_be_taken(rule))
            continue;
        add_look(batch, rule->columns[0]);
        g_ptr_array_add(looked_at, (gpointer)rule);
    }
    if (looked_at->len == 0)
        return TRUE;
    gboolean ok =
        pgs_bench_begin(bench, error) && pgs_batch_run(batch, pgs_bench_connection(bench), error);
    if (ok)
        remember_taken(bench, looked_at, batch);
    pgs_bench_rollback(bench);
    return ok;
}

/*
 * Rows that came with values of their own leave the sequence behind; then the next row that leaves
 * it out is refused by the key.
 */
static void
see_rows(Identity *identity)
{
    const PgsColumn *column = identity->column;
    GHashTable *taken = pgs_bench_recall(identity->bench, REMEMBERED);
    char **values = taken != NULL ? g_hash_table_lookup(taken, identity->result->rule) : NULL;
    if (values == NULL)
        return;
    g_autofree char *what =
        g_strdup_printf("its sequence gives %s next, and a row has that already", values[0]);
    g_autofree char *actual =
        g_strdup_printf("refused: 23505 by %s: %s is taken (the largest is %s)",
                        find_key(column)->name, values[0], values[1]);
    accuse(identity, what, NULL, "a row that leaves it out is accepted", actual);
    g_free(identity->result->hint);
    identity->result->hint = g_strdup_printf(
        "SELECT setval('%s', (SELECT max(%s) FROM %s)) behind the statement that gives values",
        column->sequence, column->quoted, column->relation->identity);
}

/* ---- the rule ---- */

static gboolean
prove(Identity *identity, const PgsDraft *draft, const PgsDraft *other, GError **error)
{
    make_statements(identity, draft, other);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    add_attempts(identity, batch);
    if (!pgs_batch_run(batch, pgs_bench_connection(identity->bench), error))
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
    see_rows(identity);
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

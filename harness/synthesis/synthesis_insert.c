#include "base/error.h"
#include "base/text.h"
#include "synthesis/synthesis_try.h"

#include <string.h>

/*
 * Statements whose effect stays in the open transaction, which is as usable afterwards when the
 * server refuses one: all in one message, in a savepoint.
 */

#define CHECK_ALL "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

typedef struct {
    PGresult *rows;      /* of the last statement that gives some; or NULL */
    PgsFailure *failure; /* or NULL */
    gboolean is_deleted; /* a DELETE found rows */
} Answer;

static void
answer_clear(Answer *answer)
{
    PQclear(answer->rows);
    pgs_failure_free(answer->failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static gboolean
take_results(PgsConnection *connection, Answer *answer, GError **error)
{
    GError *local = NULL;
    PGresult *result;
    while ((result = pgs_connection_next(connection, &local)) != NULL) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_TUPLES_OK) {
            PQclear(answer->rows);
            answer->rows = result;
            continue;
        }
        if (g_str_has_prefix(PQcmdStatus(result), "DELETE"))
            answer->is_deleted = strcmp(PQcmdTuples(result), "0") != 0;
        if (status == PGRES_FATAL_ERROR && answer->failure == NULL)
            answer->failure = pgs_failure_new(result, pgs_connection_raw(connection));
        PQclear(result);
    }
    if (local != NULL)
        g_propagate_error(error, local);
    else if (PQstatus(pgs_connection_raw(connection)) == CONNECTION_BAD)
        return pgs_connection_lose(connection, error);
    return local == NULL;
}

static gboolean
run_kept(PgsConnection *connection, const char *sql, Answer *answer, GError **error)
{
    g_autofree char *text =
        g_strdup_printf("SAVEPOINT pgs_row; %s; RELEASE SAVEPOINT pgs_row", sql);
    if (!pgs_connection_send(connection, text, error) || !take_results(connection, answer, error))
        return FALSE;
    if (answer->failure == NULL)
        return TRUE;
    if (pgs_failure_is_shortage(answer->failure)) {
        g_autofree char *words = pgs_failure_to_string(answer->failure);
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE, NULL, "%s", words);
        return FALSE;
    }
    return pgs_connection_run(connection,
                              "ROLLBACK TO SAVEPOINT pgs_row; RELEASE SAVEPOINT pgs_row", error);
}

/* ---- keys of rows ---- */

char *
pgs_build_key_condition(const PgsDraft *draft, const PgsRule *key)
{
    if (key->kind == PGS_RULE_EXCLUSION || key->n_columns == 0 || key->predicate != NULL ||
        (key->keys != NULL && key->keys->len != key->n_columns))
        return NULL;
    GString *sql = g_string_new(NULL);
    for (guint i = 0; i < key->n_columns; i++) {
        const PgsColumn *column = pgs_relation_own_column(draft->relation, key->columns[i]);
        PgsValue value = pgs_draft_get(draft, column);
        if (value.kind != PGS_VALUE_TEXT) {
            g_string_free(sql, TRUE);
            return NULL;
        }
        g_string_append_printf(sql, "%spg_catalog.concat(%s) OPERATOR(pg_catalog.=) ",
                               i > 0 ? " AND " : "", column->quoted);
        pgs_value_append(sql, value);
    }
    return g_string_free(sql, FALSE);
}

gboolean
pgs_build_displace(PgsBuild *build, const PgsDraft *draft, GError **error)
{
    g_autoptr(GPtrArray) keys = pgs_relation_keys(draft->relation);
    for (guint i = 0; i < keys->len; i++) {
        g_autofree char *condition = pgs_build_key_condition(draft, g_ptr_array_index(keys, i));
        if (condition == NULL)
            continue;
        g_autofree char *known = g_strdup_printf("%s %s", draft->relation->identity, condition);
        if (g_hash_table_contains(build->state->keys, known))
            continue;
        g_autofree char *sql =
            g_strdup_printf("DELETE FROM %s WHERE %s", draft->relation->identity, condition);
        g_auto(Answer) answer = {0};
        if (!run_kept(pgs_bench_connection(build->bench), sql, &answer, error))
            return FALSE;
        if (answer.is_deleted)
            pgs_synthesis_state_log(build->state, sql);
    }
    return TRUE;
}

/* ---- a row ---- */

/* Only what the draft's relation has: a trigger cannot add columns, but a rewrite rule may return
   something else. */
static void
note_keys(PgsSynthesisState *state, const PgsStored *stored)
{
    g_autoptr(PgsDraft) as_stored = pgs_draft_new(stored->draft->relation);
    g_autoptr(GPtrArray) keys = pgs_relation_keys(as_stored->relation);
    for (guint i = 0; i < as_stored->relation->columns->len; i++)
        as_stored->values[i] =
            pgs_stored_get(stored, g_ptr_array_index(as_stored->relation->columns, i));
    for (guint i = 0; i < keys->len; i++) {
        g_autofree char *condition = pgs_build_key_condition(as_stored, g_ptr_array_index(keys, i));
        if (condition != NULL)
            g_hash_table_add(state->keys,
                             g_strdup_printf("%s %s", as_stored->relation->identity, condition));
    }
}

static PgsStored *
stored_new(PgsBench *bench, const PgsDraft *draft, const char *statement, const PGresult *rows)
{
    guint n_columns = draft->relation->columns->len;
    PgsStored *stored = g_new0(PgsStored, 1);
    stored->draft = pgs_draft_copy(draft);
    stored->statement = g_strdup(statement);
    stored->stored = g_new0(char *, n_columns + 1);
    for (guint i = 0; i < n_columns && (int)i < PQnfields(rows); i++) {
        if (!PQgetisnull(rows, 0, (int)i))
            stored->stored[i] = g_strdup(PQgetvalue(rows, 0, (int)i));
    }
    PgsSynthesisState *state = pgs_synthesis_state(bench);
    pgs_synthesis_state_log(state, statement);
    g_hash_table_add(state->touched, (gpointer)draft->relation);
    note_keys(state, stored);
    return stored;
}

/*
 * Only for these, deferred rules are looked at with each row: triggers that wait for the
 * transaction's end may want to see more rows than this one (MusicBrainz deletes what nothing
 * refers to).
 */
static gboolean
has_deferrable(const PgsRelation *relation)
{
    g_autoptr(GPtrArray) rules = pgs_relation_keys(relation);
    g_ptr_array_extend(rules, relation->references, NULL, NULL);
    for (guint i = 0; i < rules->len; i++) {
        if (((const PgsRule *)g_ptr_array_index(rules, i))->deferrable)
            return TRUE;
    }
    return FALSE;
}

/* The draft's row, inserted, as answer's only one; none when it is not there. */
static gboolean
insert_row(PgsBench *bench, const PgsDraft *draft, Answer *answer, GError **error)
{
    const PgsRelation *relation = draft->relation;
    g_autofree char *insert = pgs_draft_insert(draft, relation->columns->len > 0 ? "*" : "true");
    g_autofree char *sql =
        g_strconcat(insert, has_deferrable(relation) ? "; " CHECK_ALL : "", NULL);
    return run_kept(pgs_bench_connection(bench), sql, answer, error);
}

/*
 * Likewise of a relation with rewrite rules, which the server may have no RETURNING for: the row
 * that was not there before.
 */
static gboolean
insert_rewritten(PgsBench *bench, const PgsDraft *draft, Answer *answer, GError **error)
{
    const PgsRelation *relation = draft->relation;
    g_autofree char *insert = pgs_draft_insert(draft, NULL);
    g_autofree char *sql = g_strdup_printf(
        "CREATE TEMPORARY TABLE pgs_before AS SELECT tableoid AS home, ctid AS place FROM %s; "
        "%s%s; "
        "SELECT %s FROM %s AS t WHERE NOT EXISTS (SELECT FROM pg_temp.pgs_before AS b "
        "WHERE b.home = t.tableoid AND b.place = t.ctid) LIMIT 1; "
        "DROP TABLE pg_temp.pgs_before",
        relation->identity, insert, has_deferrable(relation) ? "; " CHECK_ALL : "",
        relation->columns->len > 0 ? "t.*" : "true", relation->identity);
    return run_kept(pgs_bench_connection(bench), sql, answer, error);
}

PgsStored *
pgs_build_insert(PgsBench *bench, const PgsDraft *draft, PgsTry **try, GError **error)
{
    g_auto(Answer) answer = {0};
    if (!insert_row(bench, draft, &answer, error))
        return NULL;
    if (draft->relation->rewrites->len > 0 && answer.failure != NULL &&
        strcmp(answer.failure->sqlstate, "0A000") == 0) {
        answer_clear(&answer);
        answer = (Answer){0};
        if (!insert_rewritten(bench, draft, &answer, error))
            return NULL;
    }
    if (answer.failure != NULL || answer.rows == NULL || PQntuples(answer.rows) == 0) {
        *try = pgs_try_new(answer.failure, 0);
        return NULL;
    }
    g_autofree char *statement = pgs_draft_insert(draft, NULL);
    return stored_new(bench, draft, statement, answer.rows);
}

/* ---- the relation itself ---- */

static gboolean
change_relation(PgsBuild *build, const char *format, gboolean *is_done, GError **error)
{
    g_autoptr(GString) statement = g_string_new(format);
    g_string_replace(statement, "%s", build->relation->identity, 0);
    /* ALTER TABLE wants no event of deferred rules pending. */
    g_autofree char *settled = g_strdup_printf(
        "SET CONSTRAINTS ALL IMMEDIATE; %s; SET CONSTRAINTS ALL DEFERRED", statement->str);
    const char *const ways[] = {statement->str, settled};
    *is_done = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(ways) && !*is_done; i++) {
        g_auto(Answer) answer = {0};
        if (!run_kept(pgs_bench_connection(build->bench), ways[i], &answer, error))
            return FALSE;
        *is_done = answer.failure == NULL;
    }
    if (*is_done)
        pgs_synthesis_state_log(build->state, statement->str);
    return TRUE;
}

/* Rows that refer to it, over any number of foreign keys, were made in this transaction. */
static gboolean
is_in_use(const PgsSynthesisState *state, const PgsRelation *relation)
{
    GHashTableIter iter;
    gpointer touched;
    g_hash_table_iter_init(&iter, state->touched);
    while (g_hash_table_iter_next(&iter, &touched, NULL)) {
        if (touched == relation || pgs_relation_needs(touched, relation, FALSE))
            return TRUE;
    }
    return FALSE;
}

/* By themselves, or else with all that refers to them. */
static gboolean
delete_rows(PgsBuild *build, gboolean *is_done, GError **error)
{
    if (g_hash_table_contains(build->state->touched, build->relation))
        return TRUE;
    if (!change_relation(build, "DELETE FROM %s", is_done, error))
        return FALSE;
    return *is_done || is_in_use(build->state, build->relation) ||
           change_relation(build, "TRUNCATE %s CASCADE", is_done, error);
}

gboolean
pgs_build_ready(PgsBuild *build, GError **error)
{
    const PgsRecipe *recipe = build->recipe;
    gboolean is_done = TRUE;
    if ((!recipe->without_triggers && !recipe->emptied) ||
        g_hash_table_contains(build->state->readied, build->relation))
        return TRUE;
    g_hash_table_add(build->state->readied, (gpointer)build->relation);
    if (recipe->without_triggers &&
        !change_relation(build, "ALTER TABLE %s DISABLE TRIGGER USER", &is_done, error))
        return FALSE;
    if (is_done && recipe->emptied && !delete_rows(build, &is_done, error))
        return FALSE;
    return is_done;
}

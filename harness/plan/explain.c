#include "plan/explain.h"

#include "base/error.h"
#include "base/text.h"
#include "inventory/value.h"
#include "plan/explain_text.h"

#include <string.h>

#define SAVEPOINT_SQL "SAVEPOINT pgstair_explain"
#define BACK_SQL "ROLLBACK TO SAVEPOINT pgstair_explain"
#define RELEASE_SQL "; RELEASE SAVEPOINT pgstair_explain"
/* A prepared statement is not the transaction's: no rollback takes it away. */
#define DEALLOCATE_SQL "; DEALLOCATE pgstair_explain"
#define PREPARE_SQL "PREPARE pgstair_explain AS\n"

/* Times of nodes cost time; that of the whole is in the JSON alone, so that a text is the same
 * when the plan is. */
#define JSON_OPTIONS "FORMAT JSON, VERBOSE, SETTINGS, SUMMARY"
#define TEXT_OPTIONS "VERBOSE, SETTINGS, SUMMARY OFF"
#define ANALYZE_OPTIONS ", ANALYZE, BUFFERS, TIMING OFF"

typedef struct {
    PgsConnection *connection;
    const PgsQuery *query;
    PgsExplainFlags flags;
    const PgsExplainText *text;
    char *explained;  /* what EXPLAIN is put in front of */
    GArray *literals; /* guint: where each parameter's value begins in it, in characters */
    gboolean is_prepared;
    PgsFailure *failure; /* what the server refused */
} Explaining;

/* ---- texts ---- */

static const char *
cache_mode(PgsExplainFlags flags)
{
    return (flags & PGS_EXPLAIN_GENERIC) != 0 ? "force_generic_plan" : "force_custom_plan";
}

/* "EXECUTE pgstair_explain('a', NULL)" */
static char *
execute_sql(const PgsQuery *query, const char *name, GArray *literals)
{
    GString *sql = g_string_new("EXECUTE ");
    g_string_append_printf(sql, "%s(", name);
    for (guint i = 0; i < query->n_parameters; i++) {
        g_string_append(sql, i > 0 ? ", " : "");
        guint at = (guint)g_utf8_strlen(sql->str, (gssize)sql->len);
        if (literals != NULL)
            g_array_append_val(literals, at);
        if (query->parameters[i] == NULL)
            g_string_append(sql, "NULL");
        else
            pgs_text_append_literal(sql, query->parameters[i]);
    }
    g_string_append(sql, ")");
    return g_string_free(sql, FALSE);
}

static char *
options_sql(const char *options, PgsExplainFlags flags)
{
    return g_strdup_printf("EXPLAIN (%s%s)\n", options,
                           (flags & PGS_EXPLAIN_ANALYZE) != 0 ? ANALYZE_OPTIONS : "");
}

/* ---- what is asked ---- */

/* A refusal becomes e->failure; shortage is none: it says nothing of the query. */
static PGresult *
ask(Explaining *e, PgsShape shape, const char *sql, GError **error)
{
    g_autoptr(GError) local = NULL;
    PGresult *result =
        pgs_connection_query(e->connection, shape, sql, 0, NULL, &e->failure, &local);
    if (result != NULL)
        return result;
    if (g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE))
        g_clear_pointer(&e->failure, pgs_failure_free);
    if (e->failure == NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    return NULL;
}

static gboolean
begin(Explaining *e, gboolean is_again, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("%s; SET LOCAL plan_cache_mode = %s", is_again ? BACK_SQL : SAVEPOINT_SQL,
                        cache_mode(e->flags));
    return pgs_connection_run(e->connection, sql, error);
}

/* Whatever came before: a savepoint takes back a transaction that has failed as well. */
static gboolean
end(Explaining *e, GError **error)
{
    if (!pgs_connection_is_alive(e->connection)) {
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST, NULL, "the connection was lost");
        return FALSE;
    }
    return pgs_connection_run(
        e->connection, e->is_prepared ? BACK_SQL RELEASE_SQL DEALLOCATE_SQL : BACK_SQL RELEASE_SQL,
        error);
}

static gboolean
prepare(Explaining *e, GError **error)
{
    if (e->query->n_parameters == 0) {
        e->explained = g_strdup(e->text->body);
        return TRUE;
    }
    g_autofree char *sql = g_strconcat(PREPARE_SQL, e->text->body, NULL);
    g_autoptr(PGresult) result = ask(e, PGS_SHAPE_NONE, sql, error);
    if (result == NULL) {
        if (e->failure != NULL)
            pgs_explain_text_mend(e->text, strlen(PREPARE_SQL), e->failure);
        return FALSE;
    }
    e->is_prepared = TRUE;
    e->literals = g_array_new(FALSE, FALSE, sizeof(guint));
    e->explained = execute_sql(e->query, "pgstair_explain", e->literals);
    return TRUE;
}

/* A value that its type does not take: the position is one in our own text, and says which. */
static void
mend_value(Explaining *e, guint prefix)
{
    guint position = e->failure->position;
    e->failure->position = 0;
    for (guint i = e->literals->len; i-- > 0;) {
        if (position < prefix + g_array_index(e->literals, guint, i) + 1)
            continue;
        if (e->failure->hint == NULL)
            e->failure->hint = g_strdup_printf("this is the value of $%u", i + 1);
        return;
    }
}

static PGresult *
explain(Explaining *e, PgsShape shape, const char *options, GError **error)
{
    g_autofree char *prefix = options_sql(options, e->flags);
    g_autofree char *sql = g_strconcat(prefix, e->explained, NULL);
    PGresult *result = ask(e, shape, sql, error);
    if (e->failure == NULL)
        return result;
    if (e->is_prepared)
        mend_value(e, (guint)strlen(prefix));
    else
        pgs_explain_text_mend(e->text, (guint)strlen(prefix), e->failure);
    return result;
}

/* FORMAT TEXT: a row for each line. */
static char *
lines_of(const PGresult *result)
{
    GString *lines = g_string_new(NULL);
    for (int i = 0; i < PQntuples(result); i++)
        g_string_append_printf(lines, "%s%s", i > 0 ? "\n" : "", PQgetvalue(result, i, 0));
    return g_string_free(lines, FALSE);
}

static PgsPlan *
parse(Explaining *e, const char *json, const char *text, GError **error)
{
    g_autoptr(GError) local = NULL;
    PgsPlan *plan = pgs_plan_parse(json, text, &local);
    if (plan != NULL)
        plan->is_generic = e->is_prepared && (e->flags & PGS_EXPLAIN_GENERIC) != 0;
    else if (strstr(json, "\"Plan\"") == NULL) /* [] or ["Notify"] */
        e->failure = pgs_failure_new_printf(
            "0A000", "name what the rule's own statement reads, or leave the query out",
            "a rule (CREATE RULE … DO INSTEAD) leaves nothing of the query: it has no plan");
    else
        g_propagate_error(error, g_steal_pointer(&local));
    return plan;
}

/* Each time from the same state: the first run may have changed rows. */
static PgsPlan *
explain_twice(Explaining *e, GError **error)
{
    g_autoptr(PGresult) json = explain(e, PGS_SHAPE_VALUE, JSON_OPTIONS, error);
    if (json == NULL)
        return NULL;
    if ((e->flags & PGS_EXPLAIN_ANALYZE) != 0 && !begin(e, TRUE, error))
        return NULL;
    g_autoptr(PGresult) text = explain(e, PGS_SHAPE_ANY, TEXT_OPTIONS, error);
    if (text == NULL)
        return NULL;
    g_autofree char *lines = lines_of(text);
    return parse(e, PQgetvalue(json, 0, 0), lines, error);
}

static PgsPlan *
run(Explaining *e, GError **error)
{
    if (!begin(e, FALSE, error))
        return NULL;
    g_autoptr(GError) first = NULL;
    g_autoptr(PgsPlan) plan = prepare(e, &first) ? explain_twice(e, &first) : NULL;
    g_autoptr(GError) second = NULL;
    gboolean has_ended = end(e, &second);
    if (first == NULL && has_ended)
        return g_steal_pointer(&plan);
    g_clear_pointer(&e->failure, pgs_failure_free);
    g_propagate_error(error, first != NULL ? g_steal_pointer(&first) : g_steal_pointer(&second));
    return NULL;
}

/* In our own words: the server would name our prepared statement. */
static PgsFailure *
count_failure(const PgsQuery *query, const PgsExplainText *text)
{
    if (query->n_parameters == text->n_parameters)
        return NULL;
    return pgs_failure_new_printf("42601", "give one value for each of $1, $2, …",
                                  "the query has %u parameter%s, and %u value%s given",
                                  text->n_parameters, text->n_parameters == 1 ? "" : "s",
                                  query->n_parameters, query->n_parameters == 1 ? " is" : "s are");
}

/* To the caller, or, where it wants none, as an error. */
static void
tell(PgsFailure *refused, PgsFailure **failure, GError **error)
{
    if (refused == NULL)
        return;
    if (failure != NULL) {
        *failure = refused;
        return;
    }
    g_autofree char *words = pgs_failure_to_string(refused);
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT, NULL, "%s", words);
    pgs_failure_free(refused);
}

PgsPlan *
pgs_explain(PgsConnection *connection, const PgsQuery *query, PgsExplainFlags flags,
            PgsFailure **failure, GError **error)
{
    PgsPlan *plan = NULL;
    Explaining e = {.connection = connection, .query = query, .flags = flags};
    g_autoptr(PgsExplainText) text = pgs_explain_text_new(query->sql, &e.failure);
    if (text != NULL)
        e.failure = count_failure(query, text);
    e.text = text;
    if (e.failure == NULL)
        plan = run(&e, error);
    tell(e.failure, failure, error);
    g_clear_pointer(&e.literals, g_array_unref);
    g_free(e.explained);
    return plan;
}

/* ---- the same for psql ---- */

char *
pgs_explain_script(const PgsQuery *query, PgsExplainFlags flags)
{
    PgsFailure *failure = NULL;
    g_autoptr(PgsExplainText) text = pgs_explain_text_new(query->sql, &failure);
    pgs_failure_free(failure);
    const char *body = text != NULL ? text->body : query->sql;
    g_autofree char *options = options_sql(TEXT_OPTIONS, flags);
    options[strlen(options) - 1] = '\0'; /* the line's end */
    gboolean analyze = (flags & PGS_EXPLAIN_ANALYZE) != 0;
    GString *script = g_string_new(analyze ? "BEGIN;\n" : NULL);
    if (query->n_parameters == 0) {
        g_string_append_printf(script, "%s\n%s;\n", options, body);
    } else {
        g_autofree char *execute = execute_sql(query, "q", NULL);
        g_string_append_printf(script,
                               "PREPARE q AS\n%s;\nSET plan_cache_mode = %s;\n%s %s;\n"
                               "RESET plan_cache_mode;\nDEALLOCATE q;\n",
                               body, cache_mode(flags), options, execute);
    }
    g_string_append(script, analyze ? "ROLLBACK;\n" : "");
    return g_string_free(script, FALSE);
}

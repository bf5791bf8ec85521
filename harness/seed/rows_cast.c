#include "seed/rows_cast.h"

#include "seed/target.h"

#include <string.h>

/* Whether the error is only that the server refuses. */
static gboolean
is_refusal(const GError *error)
{
    return g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT);
}

/* *there FALSE when no such cast is known, or one of the types is not. */
static gboolean
find_cast(PgsConnection *connection, const char *from, const char *to, gboolean *there,
          GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *value = NULL;
    g_autofree char *sql =
        g_strdup_printf("SELECT CAST(CAST(NULL::pg_catalog.text AS %s) AS %s)", from, to);
    *there = pgs_connection_value(connection, sql, &value, &cause);
    if (*there || is_refusal(cause))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

/*
 * A cast goes by the session's own time zone, as the migration's did, and texts are written in UTC,
 * as they are read.  format() writes as the type's output function does, which ::text does not.
 * What the cast refuses is NULL.
 */
static char *
make_function(const char *name, const char *from, const char *to, const char *zone)
{
    return g_strdup_printf(
        "CREATE FUNCTION pg_temp.%s(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS "
        "$pgstair$ DECLARE new %s; BEGIN "
        "PERFORM pg_catalog.set_config('timezone', %s, true); "
        "new := CAST(CAST($1 AS %s) AS %s); "
        "PERFORM pg_catalog.set_config('timezone', 'UTC', true); "
        "RETURN CASE WHEN new IS NOT NULL THEN pg_catalog.format('%%s', new) END; "
        "EXCEPTION WHEN OTHERS THEN RETURN NULL; END $pgstair$; ",
        name, to, zone, from, to);
}

static char *
session_zone(PgsConnection *connection, GError **error)
{
    g_autofree char *zone = NULL;
    if (!pgs_connection_value(connection,
                              "SELECT pg_catalog.quote_literal(reset_val) "
                              "FROM pg_catalog.pg_settings WHERE name = 'TimeZone'",
                              &zone, error))
        return NULL;
    return g_steal_pointer(&zone);
}

static gboolean
make_functions(PgsConnection *connection, const char *from, const char *to, GError **error)
{
    g_autofree char *zone = session_zone(connection, error);
    if (zone == NULL)
        return FALSE;
    g_autofree char *there = make_function("pgs_there", from, to, zone);
    g_autofree char *back = make_function("pgs_back", to, from, zone);
    return pgs_connection_run(connection, there, error) &&
           pgs_connection_run(connection, back, error);
}

static PGresult *
query_casts(PgsConnection *connection, const GPtrArray *values, GError **error)
{
    g_autoptr(GString) literal = g_string_new("{");
    for (guint i = 0; i < values->len; i++) {
        if (i > 0)
            g_string_append_c(literal, ',');
        pgs_array_append(literal, g_ptr_array_index(values, i));
    }
    g_string_append_c(literal, '}');
    const char *params[] = {literal->str};
    return pgs_connection_query(
        connection, PGS_SHAPE_ANY,
        "SELECT t.v, pg_temp.pgs_back(t.v) FROM ("
        "SELECT n, pg_temp.pgs_there(v) AS v FROM "
        "pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS u (v, n)"
        " OFFSET 0) AS t ORDER BY t.n",
        1, params, NULL, error);
}

static void
take_casts(const PGresult *result, gboolean must_come_back, const GPtrArray *values,
           GStringChunk *texts, GHashTable *casts)
{
    for (int i = 0; i < PQntuples(result) && i < (int)values->len; i++) {
        char *value = g_ptr_array_index(values, i);
        gboolean comes_back =
            !PQgetisnull(result, i, 1) && strcmp(PQgetvalue(result, i, 1), value) == 0;
        if (!PQgetisnull(result, i, 0) && (comes_back || !must_come_back))
            g_hash_table_insert(casts, value,
                                g_string_chunk_insert_const(texts, PQgetvalue(result, i, 0)));
    }
}

gboolean
pgs_rows_cast(PgsConnection *connection, const char *from, const char *to, const GPtrArray *values,
              GStringChunk *texts, GHashTable *casts, GError **error)
{
    gboolean there;
    if (!find_cast(connection, from, to, &there, error))
        return FALSE;
    if (!there)
        return TRUE;
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result = NULL;
    if (pgs_connection_run(connection, "BEGIN READ WRITE; " PGS_ROWS_SETTINGS, &cause) &&
        make_functions(connection, from, to, &cause))
        result = query_casts(connection, values, &cause);
    if (cause == NULL || is_refusal(cause))
        pgs_connection_run(connection, "ROLLBACK", cause == NULL ? &cause : NULL);
    if (cause != NULL && !is_refusal(cause)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    gboolean is_json = strcmp(from, "json") == 0 && strcmp(to, "jsonb") == 0;
    if (result != NULL)
        take_casts(result, !is_json, values, texts, casts);
    return TRUE;
}

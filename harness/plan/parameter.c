#include "plan/parameter.h"

#include "base/embedded.h"
#include "inventory/sandbox.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

/* There is no operator to group by, or to order by. */
#define SQLSTATE_NO_OPERATOR "42883"

/* The rows' values; aliases of its own, so that nothing in the expression means them. */
#define VALUES_SQL                                                                                 \
    "(SELECT (%s) AS pgs_value FROM %s AS pgs_row WHERE (%s)) AS pgs_values "                      \
    "WHERE pgs_value IS DISTINCT FROM NULL"

/* A text by its bytes: whatever the collation is, the same one is the least. */
#define BYTES_OF(value) value "::pg_catalog.text COLLATE pg_catalog.\"C\""

/* ---- asking ---- */

/* One row of n_values texts, or none.  *lacks_operator: the type has none for that; nothing else
 * is wrong then. */
static gboolean
ask(PgsConnection *connection, const char *sql, guint n_values, char **values,
    gboolean *lacks_operator, GError **error)
{
    g_auto(PgsSandbox) sandbox = {NULL, FALSE};
    *lacks_operator = FALSE;
    if (!pgs_sandbox_begin(&sandbox, connection, "", error))
        return FALSE;
    PgsFailure *failure = NULL;
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) rows =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, &failure, &local);
    g_autoptr(PgsFailure) owned = failure;
    if (rows == NULL) {
        *lacks_operator = owned != NULL && g_strcmp0(owned->sqlstate, SQLSTATE_NO_OPERATOR) == 0;
        if (!*lacks_operator)
            g_propagate_error(error, g_steal_pointer(&local));
        return *lacks_operator;
    }
    for (guint i = 0; i < n_values && PQntuples(rows) > 0; i++)
        values[i] = PQgetisnull(rows, 0, (int)i) ? NULL : g_strdup(PQgetvalue(rows, 0, (int)i));
    return TRUE;
}

static char *
values_sql(const char *relation_sql, const char *expression, const char *where)
{
    return g_strdup_printf(VALUES_SQL, expression, relation_sql, where != NULL ? where : "true");
}

/* ---- one value ---- */

/* value: "pgs_value", or how it is told apart where its type has no equality. */
static char *
count_sql(const char *values, const char *value, gboolean most)
{
    return g_strdup_printf(
        "SELECT pgs_text FROM (SELECT pg_catalog.min(" BYTES_OF(
            "pgs_value") ") AS pgs_text, "
                         "pg_catalog.count(*) AS pgs_count FROM %s GROUP BY %s) AS pgs_groups "
                         "ORDER BY pgs_count%s, " BYTES_OF("pgs_text") " LIMIT 1",
        values, value, most ? " DESC" : "");
}

static char *
middle_sql(const char *values, const char *value)
{
    return g_strdup_printf("SELECT pg_catalog.percentile_disc(0.5) WITHIN GROUP (ORDER BY %s)"
                           "::pg_catalog.text FROM %s",
                           value, values);
}

static char *
pick_sql(PgsPick pick, const char *values, const char *value)
{
    return pick == PGS_PICK_MIDDLE ? middle_sql(values, value)
                                   : count_sql(values, value, pick == PGS_PICK_COMMON);
}

gboolean
pgs_parameter_pick(PgsConnection *connection, const char *relation_sql, const char *expression,
                   const char *where, PgsPick pick, char **value, GError **error)
{
    static const char *const ways[] = {"pgs_value", BYTES_OF("pgs_value")};
    g_autofree char *values = values_sql(relation_sql, expression, where);
    gboolean lacks_operator = TRUE;
    *value = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(ways) && lacks_operator; i++) {
        g_autofree char *sql = pick_sql(pick, values, ways[i]);
        if (!ask(connection, sql, 1, value, &lacks_operator, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- two values ---- */

/* A query of sql/ on these values. */
static char *
range_sql(PgsConnection *connection, const char *file, const char *values, double share)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(number, sizeof number, "%.6f", share);
    g_autofree char *text = pgs_query_expand(pgs_embedded_find(pgs_plan_files, file),
                                             pgs_connection_version(connection));
    GString *sql = g_string_new(text);
    g_string_replace(sql, "{values}", values, 0);
    g_string_replace(sql, "{share}", number, 0);
    return g_string_free(sql, FALSE);
}

gboolean
pgs_parameter_range(PgsConnection *connection, const char *relation_sql, const char *expression,
                    const char *where, double share, char **low, char **high, GError **error)
{
    static const char *const files[] = {"parameter_middle.sql", "parameter_narrowest.sql"};
    g_autofree char *values = values_sql(relation_sql, expression, where);
    char *bounds[2] = {NULL, NULL};
    gboolean lacks_operator = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(files) && bounds[0] == NULL && !lacks_operator; i++) {
        g_autofree char *sql = range_sql(connection, files[i], values, share);
        if (!ask(connection, sql, 2, bounds, &lacks_operator, error))
            return FALSE;
    }
    *low = bounds[0];
    *high = bounds[1];
    return TRUE;
}

gboolean
pgs_parameter_edge(PgsConnection *connection, const char *relation_sql, const char *expression,
                   const char *where, double share, gboolean upper, char **value, GError **error)
{
    g_autofree char *values = values_sql(relation_sql, expression, where);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(number, sizeof number, "%.6f", upper ? 1 - share : share);
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.percentile_disc(%s) WITHIN GROUP (ORDER BY pgs_value)::pg_catalog.text "
        "FROM %s",
        number, values);
    gboolean lacks_operator;
    *value = NULL;
    return ask(connection, sql, 1, value, &lacks_operator, error);
}

/* ---- a prefix ---- */

/* The text in the middle, and those so many rows before and behind it: by bytes, so that equal
 * beginnings stand together. */
#define NEIGHBOURS_SQL                                                                             \
    "WITH pgs_numbered AS MATERIALIZED (SELECT pgs_value::pg_catalog.text AS pgs_value, "          \
    "pg_catalog.row_number() OVER (ORDER BY " BYTES_OF(                                            \
        "pgs_value") ") AS pgs_number, "                                                           \
                     "pg_catalog.count(*) OVER () AS pgs_total FROM %s), "                         \
                     "pgs_wanted AS (SELECT greatest(1, "                                          \
                     "pg_catalog.round(pg_catalog.max(pgs_total) * %s))"                           \
                     "::pg_catalog.int8 AS pgs_rows FROM pgs_numbered) "                           \
                     "SELECT pgs_middle.pgs_value, pgs_before.pgs_value, pgs_behind.pgs_value "    \
                     "FROM pgs_wanted JOIN pgs_numbered AS pgs_middle "                            \
                     "ON pgs_middle.pgs_number = (pgs_middle.pgs_total + 1) / 2 "                  \
                     "LEFT JOIN pgs_numbered AS pgs_before "                                       \
                     "ON pgs_before.pgs_number = pgs_middle.pgs_number - pgs_rows "                \
                     "LEFT JOIN pgs_numbered AS pgs_behind "                                       \
                     "ON pgs_behind.pgs_number = pgs_middle.pgs_number + pgs_rows"

/* Bytes of text up to and with the first character in which other differs. */
static gsize
differs_within(const char *text, const char *other)
{
    gsize same = 0;
    while (other != NULL && text[same] != '\0' && text[same] == other[same])
        same++;
    gsize length = 0;
    while (length <= same && text[length] != '\0')
        length = (gsize)(g_utf8_next_char(text + length) - text);
    return length;
}

gboolean
pgs_parameter_prefix(PgsConnection *connection, const char *relation_sql, const char *expression,
                     const char *where, double share, char **prefix, GError **error)
{
    g_autofree char *values = values_sql(relation_sql, expression, where);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(number, sizeof number, "%.6f", share);
    g_autofree char *sql = g_strdup_printf(NEIGHBOURS_SQL, values, number);
    char *texts[3] = {NULL, NULL, NULL};
    gboolean lacks_operator;
    *prefix = NULL;
    if (!ask(connection, sql, 3, texts, &lacks_operator, error))
        return FALSE;
    g_autofree char *middle = texts[0], *before = texts[1], *behind = texts[2];
    if (middle != NULL && middle[0] != '\0')
        *prefix =
            g_strndup(middle, MAX(differs_within(middle, before), differs_within(middle, behind)));
    return TRUE;
}

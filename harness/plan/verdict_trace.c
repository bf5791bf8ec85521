#include "plan/verdict_trace.h"

#include "base/embedded.h"
#include "snapshot/query.h"

extern const PgsEmbedded pgs_plan_files[];

/* VACUUM gives pages back where there are more than a sixteenth of them (vacuumlazy.c:
 * REL_TRUNCATE_FRACTION), and none of an index's. */
#define SIXTEENTH 16

GHashTable *
pgs_trace_sizes(PgsConnection *connection, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "verdict_sizes.sql"),
                                            pgs_connection_version(connection));
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return NULL;
    GHashTable *sizes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int i = 0; i < PQntuples(result); i++)
        g_hash_table_insert(sizes, g_strdup(PQgetvalue(result, i, 0)),
                            g_strdup(PQgetvalue(result, i, 1)));
    return sizes;
}

/* Whether one of the sizes has grown by more than a fraction of it; 0: at all. */
static gboolean
has_grown(const char *before, const char *after, gint64 fraction)
{
    g_auto(GStrv) old = g_strsplit(before, " ", -1);
    g_auto(GStrv) now = g_strsplit(after, " ", -1);
    for (guint i = 0; old[i] != NULL && now[i] != NULL; i++) {
        gint64 size = g_ascii_strtoll(old[i], NULL, 10);
        gint64 grown = g_ascii_strtoll(now[i], NULL, 10) - size;
        if (grown > (fraction > 0 ? size / fraction : 0))
            return TRUE;
    }
    return FALSE;
}

/* char *: tables, in order; NULL with error. */
static GPtrArray *
find_grown(PgsConnection *connection, GHashTable *before, gint64 fraction, GError **error)
{
    g_autoptr(GHashTable) after = pgs_trace_sizes(connection, error);
    if (after == NULL)
        return NULL;
    GPtrArray *grown = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer table, sizes;
    g_hash_table_iter_init(&iter, before);
    while (g_hash_table_iter_next(&iter, &table, &sizes)) {
        const char *now = g_hash_table_lookup(after, table);
        if (now != NULL && has_grown(sizes, now, fraction))
            g_ptr_array_add(grown, g_strdup(table));
    }
    return grown;
}

/* Whose table it is not is told by a warning alone. */
static gboolean
vacuum(PgsConnection *connection, const GPtrArray *tables, const char *options, GError **error)
{
    for (guint i = 0; i < tables->len; i++) {
        g_autofree char *sql = g_strdup_printf("VACUUM %s%s", options, (char *)tables->pdata[i]);
        if (!pgs_connection_run(connection, sql, error))
            return FALSE;
    }
    return TRUE;
}

static char *
join(const GPtrArray *tables)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", (char *)tables->pdata[i]);
    return g_string_free(names, FALSE);
}

/* An index that is built anew may become smaller than it was: only where it has grown much. */
gboolean
pgs_trace_clean_up(PgsConnection *connection, GHashTable *before, char **kept, GError **error)
{
    *kept = NULL;
    g_autoptr(GPtrArray) grown = find_grown(connection, before, 0, error);
    if (grown == NULL || !vacuum(connection, grown, "", error))
        return FALSE;
    if (grown->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) swollen = find_grown(connection, before, SIXTEENTH, error);
    if (swollen == NULL || !vacuum(connection, swollen, "(FULL) ", error) ||
        !vacuum(connection, swollen, "", error))
        return FALSE;
    if (swollen->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) left = find_grown(connection, before, SIXTEENTH, error);
    if (left != NULL && left->len > 0)
        *kept = join(left);
    return left != NULL;
}

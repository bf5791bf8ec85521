#include "plan/hiding.h"

#include "base/embedded.h"
#include "snapshot/query.h"

extern const PgsEmbedded pgs_plan_files[];

/* ---- a superuser's way ---- */

/* "{16401,16402}" */
static char *
oid_array(const GPtrArray *indexes)
{
    GString *array = g_string_new("{");
    for (guint i = 0; i < indexes->len; i++) {
        const PgsIndex *index = indexes->pdata[i];
        g_string_append_printf(array, "%s%u", i > 0 ? "," : "", index->oid);
    }
    g_string_append_c(array, '}');
    return g_string_free(array, FALSE);
}

static gboolean
mark(PgsConnection *connection, const GPtrArray *indexes, PgsFailure **failure, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "hide_indexes.sql"),
                                            pgs_connection_version(connection));
    g_autofree char *oids = oid_array(indexes);
    const char *params[] = {oids};
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_NONE, sql, 1, params, failure, error);
    return result != NULL;
}

/* ---- anybody else's ---- */

/* A partition's index goes with the one above, and not by itself. */
static gboolean
goes_with_another(const PgsIndex *index, const GPtrArray *indexes)
{
    for (guint i = 0; i < indexes->len; i++) {
        const PgsIndex *other = indexes->pdata[i];
        if (other != index && pgs_index_is_part_of(index, other))
            return TRUE;
    }
    return FALSE;
}

static char *
drop_sql(PgsConnection *connection, const PgsIndex *index)
{
    g_autofree char *name = pgs_connection_quote(
        connection, index->constraint != NULL ? index->constraint : index->name);
    if (index->constraint != NULL)
        return g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s CASCADE", index->relation_sql,
                               name);
    g_autofree char *schema = pgs_connection_quote(connection, index->schema);
    return g_strdup_printf("DROP INDEX %s.%s CASCADE", schema, name);
}

static gboolean
drop(PgsConnection *connection, const GPtrArray *indexes, PgsFailure **failure, GError **error)
{
    for (guint i = 0; i < indexes->len; i++) {
        const PgsIndex *index = indexes->pdata[i];
        if (goes_with_another(index, indexes))
            continue;
        g_autofree char *sql = drop_sql(connection, index);
        g_autoptr(PGresult) result =
            pgs_connection_query(connection, PGS_SHAPE_NONE, sql, 0, NULL, failure, error);
        if (result == NULL)
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_indexes_hide(PgsConnection *connection, const GPtrArray *indexes, PgsFailure **failure,
                 GError **error)
{
    if (indexes->len == 0)
        return TRUE;
    return pgs_connection_is_superuser(connection) ? mark(connection, indexes, failure, error)
                                                   : drop(connection, indexes, failure, error);
}

#include "snapshot/contents.h"

#include "base/embedded.h"

#include <string.h>

extern const PgsEmbedded pgs_snapshot_files[];

#define READABLE_BYTES (64 * 1024 * 1024)

/* One line a relation that holds rows: how many, and a sum over them that does not depend on their
 * order. */
static gboolean
read_rows(PgsConnection *connection, GString *query, GString *out, GError **error)
{
    if (query->len == 0)
        return TRUE;
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, query->str, 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++) {
        g_string_append_printf(out, "%s %s %s\n", PQgetvalue(result, i, 0),
                               PQgetvalue(result, i, 1), PQgetvalue(result, i, 2));
    }
    return TRUE;
}

gboolean
pgs_contents_fingerprint(PgsConnection *connection, char **fingerprint, GError **error)
{
    const char *sql = pgs_embedded_find(pgs_snapshot_files, "_contents.sql");
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) query = g_string_new(NULL);
    guint64 bytes = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        const char *relation = PQgetvalue(result, i, 0);
        if (!PQgetisnull(result, i, 2)) {
            g_string_append_printf(out, "%s at %s\n", relation, PQgetvalue(result, i, 2));
            continue;
        }
        bytes += g_ascii_strtoull(PQgetvalue(result, i, 1), NULL, 10);
        char *name = PQescapeLiteral(pgs_connection_raw(connection), relation, strlen(relation));
        g_string_append_printf(query,
                               "%sSELECT %s, pg_catalog.count(*), pg_catalog.sum("
                               "pg_catalog.hashtextextended(t::pg_catalog.text, 0)) FROM %s AS t",
                               query->len > 0 ? " UNION ALL " : "", name, relation);
        PQfreemem(name);
    }
    if (bytes > READABLE_BYTES) {
        *fingerprint = NULL;
        return TRUE;
    }
    if (!read_rows(connection, query, out, error))
        return FALSE;
    *fingerprint = g_string_free(g_steal_pointer(&out), FALSE);
    return TRUE;
}

#include "base/embedded.h"
#include "plan/explain.h"
#include "snapshot/query.h"

extern const PgsEmbedded pgs_plan_files[];

/* "work_mem = 16MB (session; default 4096 kB)" */
static void
append_line(GString *lines, const PGresult *result, int row)
{
    const char *value = PQgetvalue(result, row, 1);
    g_string_append_printf(lines, "%s%s = %s (%s", row > 0 ? "\n" : "", PQgetvalue(result, row, 0),
                           *value != '\0' ? value : "''", PQgetvalue(result, row, 2));
    if (!PQgetisnull(result, row, 3))
        g_string_append_printf(lines, "; default %s", PQgetvalue(result, row, 3));
    g_string_append_c(lines, ')');
}

char *
pgs_planner_settings(PgsConnection *connection, GError **error)
{
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_plan_files, "planner_settings.sql"),
                         pgs_connection_version(connection));
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return NULL;
    GString *lines = g_string_new(NULL);
    for (int row = 0; row < PQntuples(result); row++)
        append_line(lines, result, row);
    return g_string_free(lines, FALSE);
}

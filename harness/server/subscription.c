#include "server/subscription.h"

#include "pg/connection.h"

#include <string.h>

static const char *const steps[] = {
    "ALTER SUBSCRIPTION %s DISABLE",
    "ALTER SUBSCRIPTION %s SET (slot_name = NONE)",
    "DROP SUBSCRIPTION %s",
};

static void
drop_one(PgsConnection *connection, const char *name)
{
    char *quoted = PQescapeIdentifier(pgs_connection_raw(connection), name, strlen(name));
    for (gsize i = 0; quoted != NULL && i < G_N_ELEMENTS(steps); i++) {
        g_auto(GStrv) parts = g_strsplit(steps[i], "%s", 2);
        g_autofree char *sql = g_strconcat(parts[0], quoted, parts[1], NULL);
        pgs_connection_run(connection, sql, NULL);
    }
    PQfreemem(quoted);
}

void
pgs_subscription_drop_all(const char *conninfo, const char *database, guint statement_timeout,
                          GCancellable *cancellable)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(conninfo, database, statement_timeout, cancellable, NULL);
    if (connection == NULL)
        return;
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_ANY,
        "SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d "
        "ON d.oid OPERATOR(pg_catalog.=) s.subdbid "
        "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()",
        0, NULL, NULL, NULL);
    for (int i = 0; result != NULL && i < PQntuples(result); i++)
        drop_one(connection, PQgetvalue(result, i, 0));
}

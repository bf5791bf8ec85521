#include "server/obstacle.h"

#include "server/subscription.h"

#include <string.h>

/* %s: the name, quoted. */
static void
run_on(PgsConnection *connection, const char *statement, const char *name)
{
    g_autofree char *quoted = pgs_connection_quote(connection, name);
    g_auto(GStrv) parts = g_strsplit(statement, "%s", 2);
    g_autofree char *sql = g_strconcat(parts[0], quoted, parts[1], NULL);
    pgs_connection_run(connection, sql, NULL);
}

static void
drop_slots(PgsConnection *admin, const char *database)
{
    g_autoptr(PGresult) dropped = pgs_connection_query(
        admin, PGS_SHAPE_ANY,
        "SELECT pg_catalog.pg_drop_replication_slot(s.slot_name) "
        "FROM pg_catalog.pg_replication_slots AS s "
        "WHERE s.database::pg_catalog.text OPERATOR(pg_catalog.=) $1 AND NOT s.active",
        1, &database, NULL, NULL);
}

/* They can be ended from within their database alone. */
static void
end_prepared(PgsConnection *inside)
{
    g_autoptr(PGresult) found = pgs_connection_query(
        inside, PGS_SHAPE_ANY,
        "SELECT pg_catalog.format('ROLLBACK PREPARED %L', p.gid) "
        "FROM pg_catalog.pg_prepared_xacts AS p "
        "WHERE p.database OPERATOR(pg_catalog.=) pg_catalog.current_database()",
        0, NULL, NULL, NULL);
    for (int i = 0; found != NULL && i < PQntuples(found); i++)
        pgs_connection_run(inside, PQgetvalue(found, i, 0), NULL);
}

void
pgs_obstacles_clear(PgsConnection *admin, const char *conninfo, const char *database,
                    guint statement_timeout, GCancellable *cancellable)
{
    run_on(admin, "ALTER DATABASE %s IS_TEMPLATE false", database);
    drop_slots(admin, database);
    g_autoptr(PgsConnection) inside =
        pgs_connection_open(conninfo, database, statement_timeout, cancellable, NULL);
    if (inside == NULL)
        return;
    end_prepared(inside);
    g_clear_pointer(&inside, pgs_connection_close);
    pgs_subscription_drop_all(conninfo, database, statement_timeout, cancellable);
}

#include "driver/command_proof.h"

#include "base/error.h"
#include "driver/login.h"

enum { TIMEOUT_MS = 60 * 1000 };

char *
pgs_command_fingerprint(const PgsDriverOptions *options, GError **error)
{
    /* A row's xmin is that of the transaction that wrote it last. */
    static const char sql[] =
        "SELECT pg_catalog.md5(coalesce(pg_catalog.string_agg(t, ',' ORDER BY t), '')) "
        "FROM (SELECT 'r' || oid || ':' || xmin FROM pg_catalog.pg_class WHERE oid >= 16384 "
        "UNION ALL SELECT 'a' || attrelid || ':' || attnum || ':' || xmin "
        "FROM pg_catalog.pg_attribute WHERE attrelid >= 16384 "
        "UNION ALL SELECT 't' || oid || ':' || xmin FROM pg_catalog.pg_type WHERE oid >= 16384 "
        "UNION ALL SELECT 'f' || oid || ':' || xmin FROM pg_catalog.pg_proc WHERE oid >= 16384 "
        "UNION ALL SELECT 'c' || oid || ':' || xmin FROM pg_catalog.pg_constraint "
        "WHERE oid >= 16384 "
        "UNION ALL SELECT 'n' || oid || ':' || xmin FROM pg_catalog.pg_namespace) AS all_rows(t)";
    g_autoptr(PgsConnection) connection = pgs_login_reader(options->server, options->database,
                                                           TIMEOUT_MS, options->cancellable, error);
    char *value = NULL;
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, error))
        return NULL;
    return value;
}

gboolean
pgs_command_close_door(const PgsDriverOptions *options, gboolean is_closed, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_login(options->server, NULL, pgs_server_maintenance_database(options->server),
                  TIMEOUT_MS, options->cancellable, error);
    if (connection == NULL)
        return FALSE;
    g_autofree char *name = pgs_connection_quote(connection, options->database);
    g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s ALLOW_CONNECTIONS %s", name,
                                           is_closed ? "false" : "true");
    return pgs_connection_run(connection, sql, error);
}

gboolean
pgs_command_refuse_stranger(const PgsDriverOptions *options, const char *what, const char *evidence,
                            GError **error)
{
    pgs_error_set(
        error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_STRANGER,
        "hand the database over: it is in DATABASE_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD and "
        "PGDATABASE; url-variable: or environment: in pgstair.yaml set further variables, and "
        "{url} stands for it in a command (docs/recipes.md); a .env file of the project may be "
        "read in their place",
        "%s does not go to the database that it was given (%s): %s", what, options->database,
        evidence);
    return FALSE;
}

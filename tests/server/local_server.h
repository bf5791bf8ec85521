#ifndef PGS_TESTS_LOCAL_SERVER_H
#define PGS_TESTS_LOCAL_SERVER_H

#include "server/helper.h"

#include "pg/connection.h"
#include "server/server.h"

/* A throwaway server of the kind "local", and what is asked of it. */

enum {
    TIMEOUT_MS = 20 * 1000,
};

static inline PgsServer *
local_start(void)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = "local"};
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        g_error("%s", error->message);
    return server;
}

/* One text value from a database of the server. */
static inline char *
local_value(const PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, TIMEOUT_MS, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

/* The run folder, told by the data folder within. */
static inline char *
local_folder(const PgsServer *server)
{
    g_autofree char *data = local_value(server, "postgres", "SHOW data_directory");
    return g_path_get_dirname(data);
}

#endif

/*
 * For ci/bench/container: starts the server that is named, asks one query, stops it, and prints how
 * long the start (to the query's answer) and the stop took, in milliseconds.
 */
#include "pg/connection.h"
#include "server/server.h"

#include <stdio.h>

static double
since(gint64 begin)
{
    return (double)(g_get_monotonic_time() - begin) / 1000;
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s SPECIFICATION\n", argv[0]);
        return 2;
    }
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = argv[1]};
    gint64 begin = g_get_monotonic_time();
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    PgsConnection *connection =
        server != NULL
            ? pgs_connection_open(pgs_server_conninfo(server), "postgres", 10000, NULL, &error)
            : NULL;
    if (connection == NULL || !pgs_connection_run(connection, "SELECT 1", &error)) {
        fprintf(stderr, "%s\n", error->message);
        pgs_server_stop(server);
        return 1;
    }
    double start = since(begin);
    pgs_connection_close(connection);
    gint64 end = g_get_monotonic_time();
    pgs_server_stop(server);
    printf("%.2f %.2f\n", start, since(end));
    return 0;
}

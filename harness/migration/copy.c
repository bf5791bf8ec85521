#include "migration/copy.h"

#include "base/error.h"

#include <errno.h>
#include <poll.h>

enum {
    PIECE = 256 * 1024,
    /* Without a byte moving.  The server's statement_timeout ends a slow statement long before. */
    STALL_MS = 10 * 60 * 1000,
};

static gboolean
refuse(PgsConnection *connection, PgsPgError code, GError **error)
{
    g_autofree char *message = g_strstrip(g_strdup(PQerrorMessage(pgs_connection_raw(connection))));
    pgs_error_set(error, PGS_PG_ERROR, code, NULL, "COPY: %s",
                  *message != '\0' ? message : "no answer from the server");
    return FALSE;
}

static gboolean
wait_for(PgsConnection *connection, short events, GError **error)
{
    struct pollfd fd = {.fd = PQsocket(pgs_connection_raw(connection)), .events = events};
    int ready;
    do
        ready = poll(&fd, 1, STALL_MS);
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return refuse(connection, PGS_PG_ERROR_TIMEOUT, error);
    return PQconsumeInput(pgs_connection_raw(connection)) != 0 ||
           refuse(connection, PGS_PG_ERROR_LOST, error);
}

static gboolean
flush(PgsConnection *connection, GError **error)
{
    for (;;) {
        int left = PQflush(pgs_connection_raw(connection));
        if (left == 0)
            return TRUE;
        if (left < 0)
            return refuse(connection, PGS_PG_ERROR_LOST, error);
        if (!wait_for(connection, POLLIN | POLLOUT, error))
            return FALSE;
    }
}

static gboolean
end_copy(PgsConnection *connection, const char *reason, GError **error)
{
    if (PQputCopyEnd(pgs_connection_raw(connection), reason) != 1)
        return refuse(connection, PGS_PG_ERROR_LOST, error);
    return flush(connection, error);
}

gboolean
pgs_copy_feed(PgsConnection *connection, const char *data, gsize length, GError **error)
{
    for (gsize at = 0; at < length; at += PIECE) {
        int n = (int)MIN(length - at, PIECE);
        if (PQputCopyData(pgs_connection_raw(connection), data + at, n) != 1)
            return refuse(connection, PGS_PG_ERROR_LOST, error);
        if (!flush(connection, error))
            return FALSE;
    }
    return end_copy(connection, NULL, error);
}

gboolean
pgs_copy_refuse(PgsConnection *connection, const char *reason, GError **error)
{
    return end_copy(connection, reason, error);
}

gboolean
pgs_copy_drain(PgsConnection *connection, GError **error)
{
    for (;;) {
        char *row = NULL;
        int n = PQgetCopyData(pgs_connection_raw(connection), &row, 1);
        PQfreemem(row);
        if (n < 0) /* the end, or an error that the command's own result tells */
            return TRUE;
        if (n == 0 && !wait_for(connection, POLLIN, error))
            return FALSE;
    }
}

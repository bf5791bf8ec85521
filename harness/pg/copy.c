#include "pg/copy.h"

#include <poll.h>

enum {
    PIECE = 256 * 1024,
};

static gboolean
end_copy(PgsConnection *connection, const char *reason, GError **error)
{
    if (PQputCopyEnd(pgs_connection_raw(connection), reason) != 1)
        return pgs_connection_lose(connection, error);
    return pgs_connection_flush(connection, error);
}

gboolean
pgs_copy_feed(PgsConnection *connection, const char *data, gsize length, GError **error)
{
    for (gsize at = 0; at < length; at += PIECE) {
        int n = (int)MIN(length - at, PIECE);
        if (PQputCopyData(pgs_connection_raw(connection), data + at, n) != 1)
            return pgs_connection_lose(connection, error);
        if (!pgs_connection_flush(connection, error))
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
        if (n == 0 && !pgs_connection_wait(connection, POLLIN, error))
            return FALSE;
    }
}

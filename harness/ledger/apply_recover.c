#include "ledger/apply_state.h"

#include "base/embedded.h"
#include "base/error.h"

#include <string.h>

enum {
    FIRST_PAUSE_MS = 10,
    LONGEST_PAUSE_MS = 250,
};

extern const PgsEmbedded pgs_ledger_files[];

/* What the lost session had begun goes on in the server until that notices. */
static gboolean
look_for_process(const PgsApply *apply, PgsConnection *connection, gboolean *is_gone,
                 GError **error)
{
    g_autofree char *number = g_strdup_printf("%d", apply->session_pid);
    const char *params[] = {number, apply->session_start};
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_VALUE, pgs_embedded_find(pgs_ledger_files, "session_gone.sql"), 2,
        params, NULL, error);
    if (result == NULL)
        return FALSE;
    *is_gone = strcmp(PQgetvalue(result, 0, 0), "0") == 0;
    return TRUE;
}

/* A session of one's own may be ended; what it did until then is in effect, or not, either way. */
static void
end_process(PgsConnection *connection, int pid)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity AS a"
        " WHERE a.pid OPERATOR(pg_catalog.=) %d"
        " AND a.usename OPERATOR(pg_catalog.=) CURRENT_USER"
        " AND a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()",
        pid);
    pgs_connection_run(connection, sql, NULL);
}

static gboolean
wait_until_gone(const PgsApply *apply, PgsConnection *connection, GError **error)
{
    const PgsDatabase *target = apply->target;
    gint64 deadline = g_get_monotonic_time() + (gint64)target->environment->lock_wait * 1000;
    gboolean is_gone = FALSE;
    for (guint pause = FIRST_PAUSE_MS;; pause = MIN(pause * 2, LONGEST_PAUSE_MS)) {
        if (!look_for_process(apply, connection, &is_gone, error))
            return FALSE;
        if (is_gone)
            return TRUE;
        if (pause == FIRST_PAUSE_MS)
            end_process(connection, apply->session_pid);
        if (g_get_monotonic_time() > deadline)
            break;
        if (!pgs_retry_wait(pause, target->cancellable, error))
            return FALSE;
    }
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOST,
                  "run it again: it waits until that process is gone, and reads the books then",
                  "the connection to %s was lost, and the server's process %d is still at work on "
                  "what was begun",
                  target->place, apply->session_pid);
    return FALSE;
}

gboolean
pgs_apply_recover(PgsApply *apply, gint revision, gboolean *is_done, GError **error)
{
    *is_done = FALSE;
    pgs_apply_close_session(apply);
    g_autoptr(PgsConnection) connection = pgs_database_books(apply->target, error);
    if (connection == NULL || !wait_until_gone(apply, connection, error))
        return FALSE;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(apply->ledger, connection, error);
    if (state == NULL)
        return FALSE;
    /* That a repeatable one is in the books says nothing of this run. */
    if (!pgs_apply_revision(apply, revision)->repeatable)
        *is_done = state->dirty < 0 && state->applied[revision] == apply->run->up;
    return TRUE;
}

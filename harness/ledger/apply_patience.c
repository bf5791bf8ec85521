#include "ledger/apply_patience.h"

#include "base/embedded.h"
#include "base/text.h"

enum {
    PAUSE_MS = 500,
};

extern const PgsEmbedded pgs_ledger_files[];

struct _PgsPatience {
    PgsApply *apply;
    gboolean is_lifted;        /* lock_timeout */
    PgsConnection *connection; /* the thread's own; NULL: nobody watches */
    char *session, *lock;      /* processes of the server, as SQL has them */
    GThread *thread;
    GMutex mutex;
    GCond cond;
    gboolean is_over;
    char *found; /* who waits for this run; the thread's until it has ended */
};

/* ---- the watch ---- */

/* FALSE: it need not be asked again. */
static gboolean
look(PgsPatience *patience)
{
    const char *params[] = {patience->session, patience->lock};
    g_autoptr(PGresult) rows = pgs_connection_query(
        patience->connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "lock_circle.sql"),
        2, params, NULL, NULL);
    if (rows == NULL || PQntuples(rows) == 0)
        return rows != NULL;
    g_autofree char *name = pgs_text_plain(PQgetvalue(rows, 0, 1));
    patience->found =
        g_strdup_printf("pid %s%s%s", PQgetvalue(rows, 0, 0), *name != '\0' ? ", " : "", name);
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.pg_cancel_backend(%s)", patience->session);
    pgs_connection_run(patience->connection, sql, NULL);
    return FALSE;
}

static gpointer
watch(gpointer data)
{
    PgsPatience *patience = data;
    gboolean goes_on = TRUE;
    g_mutex_lock(&patience->mutex);
    while (goes_on) {
        gint64 until = g_get_monotonic_time() + (gint64)PAUSE_MS * 1000;
        while (!patience->is_over && g_cond_wait_until(&patience->cond, &patience->mutex, until))
            ;
        if (patience->is_over)
            break;
        g_mutex_unlock(&patience->mutex);
        goes_on = look(patience);
        g_mutex_lock(&patience->mutex);
    }
    g_mutex_unlock(&patience->mutex);
    return NULL;
}

static gboolean
start_watch(PgsPatience *patience, GError **error)
{
    const PgsApply *apply = patience->apply;
    if (apply->run->lock == NULL)
        return TRUE;
    patience->connection = pgs_database_books(apply->target, error);
    if (patience->connection == NULL)
        return FALSE;
    patience->session = g_strdup_printf("%d", apply->session_pid);
    patience->lock = g_strdup_printf("%d", pgs_migration_lock_pid(apply->run->lock));
    patience->thread = g_thread_new("patience", watch, patience);
    return TRUE;
}

static void
stop_watch(PgsPatience *patience)
{
    if (patience->thread == NULL)
        return;
    g_mutex_lock(&patience->mutex);
    patience->is_over = TRUE;
    g_cond_signal(&patience->cond);
    g_mutex_unlock(&patience->mutex);
    g_thread_join(patience->thread);
}

/* ---- around a statement ---- */

/* What the way to the server has set; a migration's own SET is another source. */
static gboolean
lift_limit(PgsPatience *patience, GError **error)
{
    static const char sql[] =
        "SELECT pg_catalog.count(pg_catalog.set_config('lock_timeout', '0', false))"
        " FROM pg_catalog.pg_settings AS s WHERE s.name OPERATOR(pg_catalog.=) 'lock_timeout'"
        " AND s.source OPERATOR(pg_catalog.=) 'client'";
    g_autofree char *count = NULL;
    if (!pgs_connection_value(patience->apply->session, sql, &count, error))
        return FALSE;
    patience->is_lifted = g_strcmp0(count, "0") != 0;
    return TRUE;
}

PgsPatience *
pgs_patience_begin(PgsApply *apply, GError **error)
{
    PgsPatience *patience = g_new0(PgsPatience, 1);
    patience->apply = apply;
    g_mutex_init(&patience->mutex);
    g_cond_init(&patience->cond);
    if (lift_limit(patience, error) && (!patience->is_lifted || start_watch(patience, error)))
        return patience;
    g_free(pgs_patience_end(patience));
    return NULL;
}

char *
pgs_patience_end(PgsPatience *patience)
{
    if (patience == NULL)
        return NULL;
    stop_watch(patience);
    PgsConnection *session = patience->apply->session;
    if (patience->is_lifted && session != NULL && pgs_connection_is_alive(session))
        pgs_connection_run(session, "RESET lock_timeout", NULL);
    char *found = patience->found;
    g_clear_pointer(&patience->connection, pgs_connection_close);
    g_mutex_clear(&patience->mutex);
    g_cond_clear(&patience->cond);
    g_free(patience->session);
    g_free(patience->lock);
    g_free(patience);
    return found;
}

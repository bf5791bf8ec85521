#include "server/run_databases.h"

#include "base/error.h"
#include "server/server.h"

#include <string.h>

/*
 * The end of a run on a server of somebody's: in the process itself, or in the janitor after its
 * death.
 */

enum {
    STATEMENT_MS = 8 * 1000, /* the janitor may take ten seconds in all */
    ROUNDS = 3,
    HANDS = 4, /* how many databases are dropped at once: each waits for a checkpoint */
};

typedef struct {
    const char *conninfo;
    const char *token;
    GPtrArray *databases; /* PgsRunDatabase: those that are to go */
    gint next;            /* the index of the next one; atomic */
    GMutex mutex;         /* guards error */
    GError *error;        /* the first */
} Work;

/* One that cannot be dropped does not keep the others. */
static void
drop_some(Work *work, PgsConnection *connection)
{
    guint i;
    while ((i = (guint)g_atomic_int_add(&work->next, 1)) < work->databases->len) {
        const PgsRunDatabase *database = g_ptr_array_index(work->databases, i);
        g_autoptr(GError) cause = NULL;
        if (pgs_run_databases_drop(connection, work->token, database->name, &cause))
            continue;
        g_mutex_lock(&work->mutex);
        if (work->error == NULL)
            work->error = g_steal_pointer(&cause);
        g_mutex_unlock(&work->mutex);
    }
}

/* Without a connection of its own (the server may have none left) the others do its work. */
static gpointer
run_hand(gpointer data)
{
    Work *work = data;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(work->conninfo, NULL, STATEMENT_MS, NULL, NULL);
    if (connection != NULL)
        drop_some(work, connection);
    return NULL;
}

/* Those of the run that are there and not kept, their own array; NULL with error. */
static GPtrArray *
find_own(PgsConnection *connection, const char *token, GError **error)
{
    g_autoptr(GPtrArray) all = pgs_run_databases_list(connection, error);
    if (all == NULL)
        return NULL;
    GPtrArray *own = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_run_database_free);
    for (guint i = 0; i < all->len;) {
        const PgsRunDatabase *database = g_ptr_array_index(all, i);
        if (g_strcmp0(database->token, token) == 0 && database->state != PGS_RUN_DATABASE_KEPT)
            g_ptr_array_add(own, g_ptr_array_steal_index(all, i));
        else
            i++;
    }
    return own;
}

/* *left: how many of the run's databases there were. */
static gboolean
drop_all(PgsConnection *connection, const char *conninfo, const char *token, guint *left,
         GError **error)
{
    Work work = {.conninfo = conninfo, .token = token};
    GThread *hands[HANDS - 1];
    g_autoptr(GPtrArray) own = find_own(connection, token, error);
    *left = own != NULL ? own->len : 0;
    if (*left == 0)
        return own != NULL;
    work.databases = own;
    g_mutex_init(&work.mutex);
    guint n = MIN(own->len, HANDS) - 1;
    for (guint i = 0; i < n; i++)
        hands[i] = g_thread_new("pgstair-drop", run_hand, &work);
    drop_some(&work, connection);
    for (guint i = 0; i < n; i++)
        g_thread_join(hands[i]);
    g_mutex_clear(&work.mutex);
    if (work.error == NULL)
        return TRUE;
    g_propagate_error(error, work.error);
    return FALSE;
}

gboolean
pgs_run_databases_end(const char *conninfo, const char *token, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(conninfo, NULL, STATEMENT_MS, NULL, error);
    if (connection == NULL || !pgs_run_databases_end_sessions(connection, token, error))
        return FALSE;
    guint left = 1;
    /* Twice at least: a program that the run had started may have been about to connect. */
    for (guint round = 0; left > 0 && round < ROUNDS; round++) {
        g_autoptr(GError) cause = NULL;
        if (drop_all(connection, conninfo, token, &left, &cause))
            continue;
        if (round + 1 == ROUNDS || !pgs_connection_is_alive(connection)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
    }
    return TRUE;
}

char *
pgs_run_databases_errand(const char *conninfo, const char *token)
{
    return g_strdup_printf("%s\n%s", token, conninfo);
}

gboolean
pgs_run_databases_run_errand(const char *input, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(input, "\n", 2);
    if (g_strv_length(parts) == 2 && strlen(parts[0]) == PGS_RUN_TOKEN_LENGTH &&
        strspn(parts[0], "0123456789abcdef") == PGS_RUN_TOKEN_LENGTH)
        return pgs_run_databases_end(parts[1], parts[0], error);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, NULL,
                  "what tells of the run's databases cannot be understood");
    return FALSE;
}

#include "cycle/trouble.h"

#include "base/error.h"
#include "pg/connection.h"

#include <errno.h>
#include <string.h>

/* A server that has just ended may seem to run for a moment; one that starts again may not answer
 * for one. */
#define SETTLE_US (3 * G_USEC_PER_SEC)
#define SETTLE_PAUSE_US (100 * 1000)

enum {
    LOG_LINES = 20,
    PROBE_TIMEOUT_MS = 5 * 1000,
};

/* ---- gone ---- */

static const char *
hint_of(const char *message)
{
    const char *hint = strstr(message, "\nHINT: ");
    return hint != NULL ? hint + strlen("\nHINT: ") : NULL;
}

void
pgs_trouble_set_gone(PgsServer *server, const char *what, const char *during, GError **error)
{
    const char *hint = hint_of(what);
    g_autofree char *text =
        hint != NULL ? g_strndup(what, (gsize)(hint - what) - strlen("\nHINT: ")) : g_strdup(what);
    g_autofree char *log = pgs_server_log_tail(server, LOG_LINES);
    g_strchomp(log);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_GONE, hint, "%s%s%s%s%s", text,
                  during != NULL ? "\n" : "", during != NULL ? during : "",
                  *log != '\0' ? "\nThe server's log ends:\n" : "", log);
}

gboolean
pgs_trouble_is_gone(PgsServer *server, const char *during, GError **error)
{
    g_autofree char *what = pgs_server_diagnose(server);
    if (what != NULL)
        pgs_trouble_set_gone(server, what, during, error);
    return what != NULL;
}

char *
pgs_trouble_describe_step(const PgsOutcome *outcome)
{
    g_autofree char *place =
        outcome->line > 0 ? g_strdup_printf(":%u", outcome->line) : g_strdup("");
    g_autofree char *statement = g_strdup(outcome->statement != NULL ? outcome->statement : "");
    statement[strcspn(statement, "\n")] = '\0';
    return g_strdup_printf("%s%s%s%.100s", outcome->path, place, *statement != '\0' ? ": " : "",
                           statement);
}

/* ---- no room ---- */

/* Where more is to be had. */
static const struct {
    const char *sqlstate; /* NULL: any */
    const char *kind;     /* of server; NULL: any */
    const char *hint;
} remedies[] = {
    {"53300", NULL, "raise max_connections under settings: in pgstair.yaml"},
    {"53200", NULL,
     "give the machine more memory; for shared memory raise what the server names under settings: "
     "in pgstair.yaml"},
    {NULL, "local", "set PGSTAIR_RUNDIR to a folder with more room"},
    {NULL, "docker",
     "set PGSTAIR_CONTAINER_TMPFS=4g for more room in memory, or to \"off\" for the engine's disk"},
    {NULL, "podman",
     "set PGSTAIR_CONTAINER_TMPFS=4g for more room in memory, or to \"off\" for the engine's disk"},
    {NULL, NULL, "make room on the server, or verify on another one"},
};

static const char *
find_remedy(const PgsServer *server, const char *sqlstate)
{
    gsize i = 0;
    while ((remedies[i].sqlstate != NULL && g_strcmp0(remedies[i].sqlstate, sqlstate) != 0) ||
           (remedies[i].kind != NULL && strcmp(remedies[i].kind, pgs_server_kind(server)) != 0))
        i++;
    return remedies[i].hint;
}

static const char *
name_shortage(const char *sqlstate)
{
    if (strcmp(sqlstate, "53200") == 0)
        return "the server has run out of memory";
    if (strcmp(sqlstate, "53300") == 0)
        return "the server has no connections left";
    if (strcmp(sqlstate, "53100") == 0)
        return "the server has run out of room for its data";
    return "the server cannot write or read its data";
}

/* A server that cannot write its log of changes goes down, and says why in its own log alone. */
static gboolean
went_down_for_room(const PgsServer *server, const PgsOutcome *outcome)
{
    if (!outcome->connection_lost)
        return FALSE;
    g_autofree char *log = pgs_server_log_tail(server, LOG_LINES);
    return strstr(log, g_strerror(ENOSPC)) != NULL;
}

gboolean
pgs_trouble_is_shortage(PgsServer *server, const PgsOutcome *outcome, GError **error)
{
    if (outcome->succeeded)
        return FALSE;
    const char *sqlstate = pgs_failure_is_shortage(outcome->failure) ? outcome->failure->sqlstate
                           : went_down_for_room(server, outcome)     ? "53100"
                                                                     : NULL;
    if (sqlstate == NULL)
        return FALSE;
    g_autofree char *during = pgs_trouble_describe_step(outcome);
    g_autofree char *text = pgs_failure_to_string(outcome->failure);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SHORTAGE, find_remedy(server, sqlstate),
                  "%s, which is no fault of the migration's\n%s\n%s", name_shortage(sqlstate),
                  during, text);
    return TRUE;
}

/* ---- behind an error ---- */

/* Whether it may come of a server that is gone. */
static gboolean
is_suspicious(const GError *error)
{
    return (error->domain == PGS_PG_ERROR && error->code != PGS_PG_ERROR_CANCELLED &&
            error->code != PGS_PG_ERROR_STATEMENT && error->code != PGS_PG_ERROR_SHAPE &&
            error->code != PGS_PG_ERROR_SHORTAGE) ||
           g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE);
}

static gboolean
answers(PgsServer *server, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), pgs_server_maintenance_database(server),
                            PROBE_TIMEOUT_MS, cancellable, error);
    return connection != NULL && pgs_connection_run(connection, "SELECT 1", error);
}

/* TRUE with error when it turns out to be gone. */
static gboolean
watch(PgsServer *server, const char *during, GCancellable *cancellable, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + SETTLE_US;
    for (;;) {
        g_autoptr(GError) cause = NULL;
        if (pgs_trouble_is_gone(server, during, error))
            return TRUE;
        if (g_cancellable_is_cancelled(cancellable) || answers(server, cancellable, &cause))
            return FALSE;
        if (g_get_monotonic_time() > deadline) {
            g_autofree char *what =
                g_strdup_printf("the server does not answer any more: %s", cause->message);
            pgs_trouble_set_gone(server, what, during, error);
            return TRUE;
        }
        g_usleep(SETTLE_PAUSE_US);
    }
}

/* "53200", as pgs_failure_to_string() puts it into a text; NULL: it does not.  g_free(). */
static char *
find_sqlstate(const char *text)
{
    const char *found = strstr(text, "(SQLSTATE ");
    return found != NULL ? g_strndup(found + strlen("(SQLSTATE "), 5) : NULL;
}

/* A statement of pgstair's, or one of sample data. */
static void
explain_shortage(const PgsServer *server, const char *text, GError **error)
{
    g_autofree char *sqlstate = find_sqlstate(text);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SHORTAGE, find_remedy(server, sqlstate),
                  "%s: %s", sqlstate != NULL ? name_shortage(sqlstate) : "the server has no room",
                  text);
}

void
pgs_trouble_explain(PgsServer *server, const char *during, GCancellable *cancellable,
                    GError **error)
{
    g_autoptr(GError) better = NULL;
    if (*error == NULL)
        return;
    if (g_error_matches(*error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE) ||
        (g_error_matches(*error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SHORTAGE) &&
         hint_of((*error)->message) == NULL))
        explain_shortage(server, (*error)->message, &better);
    else if (!is_suspicious(*error) || !watch(server, during, cancellable, &better))
        return;
    g_clear_error(error);
    g_propagate_error(error, g_steal_pointer(&better));
}

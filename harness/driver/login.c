#include "driver/login.h"

#include "driver/database_url.h"
#include "server/conninfo.h"

#include <string.h>

/* How long a server may take to let in a role that it was told to; less, where what it says may be
 * about something else. */
#define ADMISSION_US (5 * G_USEC_PER_SEC)
#define ADMISSION_DOUBTFUL_US (G_USEC_PER_SEC / 2)
#define ADMISSION_PAUSE_US (2 * 1000)

char *
pgs_login_conninfo(const PgsServer *server, const char *role)
{
    if (role == NULL)
        return g_strdup(pgs_server_conninfo(server));
    return pgs_conninfo_with(pgs_server_conninfo(server), "user", role);
}

/* Has the server let in the role that it has just refused.  Whether it did: the server's words for
 * it are in its own language, and their SQLSTATE does not reach us. */
static gboolean
admit(PgsServer *server, const char *role, GCancellable *cancellable, const GError *refusal)
{
    return role != NULL && pgs_server_is_disposable(server) &&
           g_error_matches(refusal, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT) &&
           pgs_server_admit(server, role, cancellable, NULL);
}

PgsConnection *
pgs_login(PgsServer *server, const char *role, const char *database, guint timeout,
          GCancellable *cancellable, GError **error)
{
    g_autofree char *conninfo = pgs_login_conninfo(server, role);
    g_autoptr(GError) first = NULL;
    gint64 deadline = 0;
    for (;;) {
        g_autoptr(GError) local = NULL;
        PgsConnection *connection =
            pgs_connection_open(conninfo, database, timeout, cancellable, &local);
        if (connection != NULL)
            return connection;
        if (first == NULL && admit(server, role, cancellable, local)) {
            gboolean is_clear = strstr(local->message, "authentication failed") != NULL;
            deadline = g_get_monotonic_time() + (is_clear ? ADMISSION_US : ADMISSION_DOUBTFUL_US);
            first = g_steal_pointer(&local);
            continue;
        }
        /* Until it knows of it, it says the same again. */
        if (first == NULL || strcmp(first->message, local->message) != 0 ||
            g_get_monotonic_time() > deadline) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        g_usleep(ADMISSION_PAUSE_US);
    }
}

PgsConnection *
pgs_login_reader(PgsServer *server, const char *database, guint timeout, GCancellable *cancellable,
                 GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_login(server, NULL, database, timeout, cancellable, error);
    if (connection == NULL)
        return NULL;
    return pgs_connection_is_superuser(connection) ||
                   pgs_connection_run(connection, PGS_LOGIN_SEE_ALL, error)
               ? g_steal_pointer(&connection)
               : NULL;
}

/* ---- child processes ---- */

/* What libpq does without being told, or without a Kerberos of its own, is not said, nor whose the
 * socket has to be, which lies in a folder of pgstair's: other clients refuse variables that they
 * do not know (lib/pq PGCHANNELBINDING, PGGSSENCMODE and PGREQUIREPEER). */
static gboolean
is_unsaid(const PQconninfoOption *option)
{
    if (strcmp(option->keyword, "channel_binding") == 0 ||
        strcmp(option->keyword, "gssencmode") == 0)
        return strcmp(option->val, "disable") == 0 || strcmp(option->val, "prefer") == 0;
    if (strcmp(option->keyword, "requirepeer") == 0)
        return TRUE;
    return g_strcmp0(option->val, option->compiled) == 0 &&
           strcmp(option->keyword, "sslmode") != 0 && strcmp(option->keyword, "port") != 0;
}

/* g_free(); NULL where the scheme's driver cannot get there. */
static char *
same_kind_of_url(const char *value, const char *conninfo, const char *database)
{
    const char *end = strstr(value, "://");
    g_autofree char *scheme =
        end != NULL ? g_strndup(value, (gsize)(end - value)) : g_strdup("postgresql");
    return pgs_database_url(conninfo, database, scheme);
}

/* On a throwaway server, whatever variable a program takes the way from: it does not lead to a
 * database of somebody's.  It is not just removed, since settings of an application may want it. */
static void
redirect(PgsProcess *process, const char *conninfo, const char *database)
{
    g_auto(GStrv) before = g_strdupv((char **)pgs_process_environment(process));
    for (char **entry = before; *entry != NULL; entry++) {
        g_auto(GStrv) parts = g_strsplit(*entry, "=", 2);
        if (parts[0] == NULL || parts[1] == NULL || !pgs_conninfo_is_one(parts[1]))
            continue;
        g_autofree char *url = same_kind_of_url(parts[1], conninfo, database);
        pgs_process_set_env(process, parts[0], url);
    }
}

void
pgs_login_set_environment(PgsProcess *process, const PgsServer *server, const char *role,
                          const char *database)
{
    g_autofree char *conninfo = pgs_login_conninfo(server, role);
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    /* The user's own PGSERVICE and the like are about other servers. */
    pgs_process_clear_env(process, "PG");
    if (strcmp(pgs_server_kind(server), "target") != 0)
        redirect(process, conninfo, database);
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (option->envvar != NULL && option->val != NULL && *option->val != '\0' &&
            !is_unsaid(option))
            pgs_process_set_env(process, option->envvar, option->val);
    }
    pgs_process_set_env(process, "PGDATABASE", database);
    g_autofree char *url = pgs_database_url(conninfo, database, "postgresql");
    g_autofree char *jdbc = pgs_database_url(conninfo, database, "jdbc:postgresql");
    pgs_process_set_env(process, "DATABASE_URL", url);
    pgs_process_set_env(process, "JDBC_DATABASE_URL", jdbc);
    PQconninfoFree(options);
}

char *
pgs_login_hide_password(const PgsServer *server, const char *text)
{
    g_autofree char *password = pgs_conninfo_value(pgs_server_conninfo(server), "password");
    GString *hidden = g_string_new(text);
    if (*password != '\0') {
        g_autofree char *escaped = g_uri_escape_string(password, NULL, FALSE);
        g_string_replace(hidden, escaped, "***", 0);
        g_string_replace(hidden, password, "***", 0);
    }
    return g_string_free(hidden, FALSE);
}

#include "cycle/login.h"

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

/* The value of a keyword, or ""; belongs to options. */
static const char *
value_of(const PQconninfoOption *options, const char *keyword)
{
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
         option++) {
        if (strcmp(option->keyword, keyword) == 0 && option->val != NULL)
            return option->val;
    }
    return "";
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

/* "postgresql://user:password@host:5432/database", as drivers in any language read it. */
static char *
make_url(const PQconninfoOption *options, const char *database)
{
    const char *host = value_of(options, "host"), *port = value_of(options, "port");
    const char *sslmode = value_of(options, "sslmode");
    g_autofree char *user = g_uri_escape_string(value_of(options, "user"), NULL, FALSE);
    g_autofree char *password = g_uri_escape_string(value_of(options, "password"), NULL, FALSE);
    g_autofree char *path = g_uri_escape_string(database, NULL, FALSE);
    g_autofree char *login =
        g_strdup_printf("%s%s%s", user, *password != '\0' ? ":" : "", password);
    /* A folder, or several servers: no driver takes them for a host's name. */
    if (*host == '/' || *host == '\0' || strchr(host, ',') != NULL) {
        g_autofree char *place = g_uri_escape_string(host, ",", FALSE);
        return g_strdup_printf("postgresql://%s@/%s?host=%s&port=%s", login, path, place, port);
    }
    gboolean is_v6 = strchr(host, ':') != NULL;
    gboolean needs_tls =
        g_str_has_prefix(sslmode, "require") || g_str_has_prefix(sslmode, "verify");
    return g_strdup_printf("postgresql://%s@%s%s%s:%s/%s%s%s", login, is_v6 ? "[" : "", host,
                           is_v6 ? "]" : "", *port != '\0' ? port : "5432", path,
                           needs_tls ? "?sslmode=" : "", needs_tls ? sslmode : "");
}

/* The same as Java's driver wants it; NULL: it knows no sockets. */
static char *
make_jdbc_url(const PQconninfoOption *options, const char *database)
{
    const char *host = value_of(options, "host"), *port = value_of(options, "port");
    if (*host == '/' || *host == '\0')
        return NULL;
    g_autofree char *user = g_uri_escape_string(value_of(options, "user"), NULL, FALSE);
    g_autofree char *password = g_uri_escape_string(value_of(options, "password"), NULL, FALSE);
    gboolean is_v6 = strchr(host, ':') != NULL;
    return g_strdup_printf("jdbc:postgresql://%s%s%s:%s/%s?user=%s&password=%s", is_v6 ? "[" : "",
                           host, is_v6 ? "]" : "", *port != '\0' ? port : "5432", database, user,
                           password);
}

void
pgs_login_set_environment(PgsProcess *process, const PgsServer *server, const char *role,
                          const char *database)
{
    g_autofree char *conninfo = pgs_login_conninfo(server, role);
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    /* The user's own PGSERVICE and the like are about other servers. */
    pgs_process_clear_env(process, "PG");
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (option->envvar != NULL && option->val != NULL && *option->val != '\0')
            pgs_process_set_env(process, option->envvar, option->val);
    }
    pgs_process_set_env(process, "PGDATABASE", database);
    g_autofree char *url = make_url(options, database);
    g_autofree char *jdbc = make_jdbc_url(options, database);
    pgs_process_set_env(process, "DATABASE_URL", url);
    pgs_process_set_env(process, "JDBC_DATABASE_URL", jdbc);
    PQconninfoFree(options);
}

char *
pgs_login_hide_password(const PgsServer *server, const char *text)
{
    PQconninfoOption *options = PQconninfoParse(pgs_server_conninfo(server), NULL);
    const char *password = value_of(options, "password");
    GString *hidden = g_string_new(text);
    if (*password != '\0') {
        g_autofree char *escaped = g_uri_escape_string(password, NULL, FALSE);
        g_string_replace(hidden, escaped, "***", 0);
        g_string_replace(hidden, password, "***", 0);
    }
    PQconninfoFree(options);
    return g_string_free(hidden, FALSE);
}

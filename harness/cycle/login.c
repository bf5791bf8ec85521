#include "cycle/login.h"

#include <string.h>

/* From this version on pg_ident.conf says "all" for any role (server/settings.c). */
#define VERSION_WITH_ALL 160000

/* How long a server may take to read its pg_ident.conf again. */
#define RELOAD_US (5 * G_USEC_PER_SEC)
#define RELOAD_PAUSE_US (2 * 1000)

/* Keeps two runs that share a server from writing its pg_ident.conf at once: "pgs" and "iden". */
#define LOCK "SELECT pg_catalog.pg_advisory_lock(7366515, 1768187246)"

char *
pgs_login_conninfo(const PgsServer *server, const char *role)
{
    if (role == NULL)
        return g_strdup(pgs_server_conninfo(server));
    /* Of a keyword that is given twice libpq takes the last. */
    GString *conninfo = g_string_new(pgs_server_conninfo(server));
    g_string_append(conninfo, " user='");
    for (; *role != '\0'; role++) {
        if (*role == '\'' || *role == '\\')
            g_string_append_c(conninfo, '\\');
        g_string_append_c(conninfo, *role);
    }
    g_string_append(conninfo, "'");
    return g_string_free(conninfo, FALSE);
}

/* The line that lets in as the role whoever may log in as the superuser: as it stands for that one,
 * with the role in quotes in its place. */
static char *
make_line(const char *ident, const char *role)
{
    static const char superuser[] = " postgres";
    g_auto(GStrv) lines = g_strsplit(ident, "\n", -1);
    g_auto(GStrv) parts = g_strsplit(role, "\"", -1);
    g_autofree char *quoted = g_strjoinv("\"\"", parts);
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "pgstair ") && g_str_has_suffix(*line, superuser))
            return g_strdup_printf("%.*s \"%s\"", (int)(strlen(*line) - strlen(superuser)), *line,
                                   quoted);
    }
    return NULL;
}

/* Writes text as the server's pg_ident.conf.  The format with no quotes that could come into play.
 */
static gboolean
write_ident(PgsConnection *admin, const char *text, GError **error)
{
    g_autofree char *path = NULL;
    if (!pgs_connection_value(admin, "SELECT pg_catalog.current_setting('ident_file')", &path,
                              error))
        return FALSE;
    PGconn *raw = pgs_connection_raw(admin);
    char *lines = PQescapeLiteral(raw, text, strlen(text));
    char *file = PQescapeLiteral(raw, path, strlen(path));
    g_autofree char *sql = g_strdup_printf(
        "COPY (SELECT line FROM pg_catalog.regexp_split_to_table(%s, E'\\n') AS line) TO %s "
        "(FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')",
        lines, file);
    PQfreemem(lines);
    PQfreemem(file);
    return pgs_connection_run(admin, sql, error);
}

/* Up to PostgreSQL 15 pg_ident.conf has to name each role. */
static gboolean
let_in(PgsServer *server, const char *role, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) admin =
        pgs_login(server, NULL, "postgres", 60 * 1000, cancellable, error);
    g_autofree char *ident = NULL;
    if (admin == NULL || !pgs_connection_run(admin, LOCK, error) ||
        !pgs_connection_value(
            admin, "SELECT pg_catalog.pg_read_file(pg_catalog.current_setting('ident_file'))",
            &ident, error))
        return FALSE;
    g_strchomp(ident);
    g_autofree char *line = make_line(ident, role);
    if (line == NULL || strstr(ident, line) != NULL)
        return TRUE;
    g_autofree char *text = g_strdup_printf("%s\n%s", ident, line);
    return write_ident(admin, text, error) &&
           pgs_connection_run(admin, "SELECT pg_catalog.pg_reload_conf()", error);
}

PgsConnection *
pgs_login(PgsServer *server, const char *role, const char *database, guint timeout,
          GCancellable *cancellable, GError **error)
{
    g_autofree char *conninfo = pgs_login_conninfo(server, role);
    gboolean named = role == NULL || pgs_server_version_number(server) >= VERSION_WITH_ALL;
    gint64 deadline = 0;
    for (;;) {
        g_autoptr(GError) local = NULL;
        PgsConnection *connection =
            pgs_connection_open(conninfo, database, timeout, cancellable, &local);
        if (connection != NULL)
            return connection;
        gboolean again = !named && g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_CONNECT) &&
                         strstr(local->message, "authentication failed") != NULL &&
                         (deadline == 0 || g_get_monotonic_time() < deadline);
        if (!again) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        if (deadline == 0) {
            deadline = g_get_monotonic_time() + RELOAD_US;
            if (!let_in(server, role, cancellable, error))
                return NULL;
        }
        g_usleep(RELOAD_PAUSE_US);
    }
}

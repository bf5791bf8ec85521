#include "server/url_settings.h"

#include "base/error.h"
#include "project/setting.h"
#include "server/server_settings.h"

#include <stdlib.h>
#include <string.h>

/*
 * Behind what pgstair has set in a database it sets this, which every role may and every client
 * overrides: the catalog's reader leaves out what stands before it and is as it was
 * (snapshot/sql/database.sql).
 */
#define MARK "application_name"
#define MARK_BEGIN "pgstair:"

#define SQLSTATE_FORBIDDEN "42501"

/* A setting that is wanted, and what the server says of it. */
typedef struct {
    const PgsServerRequest *request;
    guint i;
    char *name;
    const char *value;
    /* Of pg_settings; NULL: it is not there, as those of extensions before they are loaded. */
    char *context, *type, *unit, *present, *words;
} Wanted;

static void
wanted_clear(Wanted *wanted)
{
    g_free(wanted->name);
    g_free(wanted->context);
    g_free(wanted->type);
    g_free(wanted->unit);
    g_free(wanted->present);
    g_free(wanted->words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wanted, wanted_clear)

static char *
take(const PGresult *row, int column)
{
    return PQgetisnull(row, 0, column) ? NULL : g_strdup(PQgetvalue(row, 0, column));
}

static gboolean
look_up(const PgsServer *server, PgsConnection *admin, guint i, Wanted *wanted, GError **error)
{
    wanted->request = &server->request;
    wanted->i = i;
    wanted->name = pgs_server_setting_name(server->request.settings[i], &wanted->value);
    const char *params[] = {wanted->name};
    g_autoptr(PGresult) row = pgs_connection_query(
        admin, PGS_SHAPE_ANY,
        "SELECT s.context, s.vartype, s.unit, s.setting, s.enumvals FROM pg_catalog.pg_settings AS "
        "s WHERE pg_catalog.lower(s.name) OPERATOR(pg_catalog.=) $1",
        1, params, NULL, error);
    if (row == NULL)
        return FALSE;
    if (PQntuples(row) > 0) {
        wanted->context = take(row, 0);
        wanted->type = take(row, 1);
        wanted->unit = take(row, 2);
        wanted->present = take(row, 3);
        wanted->words = take(row, 4);
    }
    return TRUE;
}

/* ---- what the server has ---- */

/* Units of guc.c; bytes and microseconds. */
static const struct {
    const char *unit;
    double factor;
} units[] = {
    {"B", 1},
    {"kB", 1024.0},
    {"8kB", 8192.0}, /* of pg_settings alone, with the usual block size */
    {"16kB", 16384.0},
    {"32kB", 32768.0},
    {"4kB", 4096.0},
    {"MB", 1048576.0},
    {"16MB", 16777216.0},
    {"GB", 1073741824.0},
    {"TB", 1099511627776.0},
    {"us", 1},
    {"ms", 1e3},
    {"s", 1e6},
    {"min", 60e6},
    {"h", 3600e6},
    {"d", 86400e6},
};

static gboolean
find_unit(const char *unit, double *factor)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(units[i].unit, unit) == 0) {
            *factor = units[i].factor;
            return TRUE;
        }
    }
    return FALSE;
}

/* "64MB", or "8192" in the setting's own unit; FALSE: no number. */
static gboolean
read_number(const char *text, const char *own_unit, double *number)
{
    char *end;
    double factor = 1;
    *number = g_ascii_strtod(text, &end);
    if (end == text)
        return FALSE;
    while (*end == ' ')
        end++;
    const char *unit = *end != '\0' ? end : own_unit;
    if (unit != NULL && !find_unit(unit, &factor))
        return FALSE;
    *number *= factor;
    return TRUE;
}

/* As parse_bool() takes it; -1: neither. */
static int
read_flag(const char *text)
{
    static const char *const words[2][6] = {{"off", "false", "no", "0", "f", "n"},
                                            {"on", "true", "yes", "1", "t", "y"}};
    for (int flag = 0; flag < 2; flag++) {
        for (gsize i = 0; i < G_N_ELEMENTS(words[flag]); i++) {
            if (g_ascii_strcasecmp(words[flag][i], text) == 0)
                return flag;
        }
    }
    return -1;
}

/* Whether the present list has all that is wanted. */
static gboolean
has_all(const char *present, const char *value)
{
    g_auto(GStrv) has = pgs_setting_split(present);
    g_auto(GStrv) wants = pgs_setting_split(value);
    for (char **item = wants; *item != NULL; item++) {
        if (!g_strv_contains((const char *const *)has, *item))
            return FALSE;
    }
    return TRUE;
}

/* Whether the server has what is wanted, or more of it. */
static gboolean
suffices(const Wanted *wanted)
{
    double has, wants;
    int flag = read_flag(wanted->value);
    if (strcmp(wanted->type, "bool") == 0)
        return flag >= 0 && flag == read_flag(wanted->present);
    if ((strcmp(wanted->type, "integer") == 0 || strcmp(wanted->type, "real") == 0) &&
        read_number(wanted->present, wanted->unit, &has) &&
        read_number(wanted->value, wanted->unit, &wants))
        return strcmp(wanted->context, "postmaster") == 0 ? has >= wants : has == wants;
    if (g_str_has_suffix(wanted->name, "_preload_libraries"))
        return has_all(wanted->present, wanted->value);
    /* {minimal,replica,logical}: each does what those before it do. */
    if (strcmp(wanted->name, "wal_level") == 0) {
        const char *a = strstr(wanted->words, wanted->present);
        g_autofree char *lower = g_ascii_strdown(wanted->value, -1);
        const char *b = strstr(wanted->words, lower);
        return a != NULL && b != NULL && a >= b;
    }
    return g_ascii_strcasecmp(wanted->present, wanted->value) == 0;
}

/* ---- what a session may set ---- */

/* PostgreSQL's documentation, "pg_settings": what can be set for a database. */
static gboolean
is_for_databases(const Wanted *wanted)
{
    static const char *const contexts[] = {"user", "superuser", "backend", "superuser-backend",
                                           NULL};
    return wanted->context == NULL ? strchr(wanted->name, '.') != NULL
                                   : g_strv_contains(contexts, wanted->context);
}

/* Whether SET takes it, so that the server can normalise it. */
static gboolean
is_for_sessions(const Wanted *wanted)
{
    static const char *const contexts[] = {"user", "superuser", NULL};
    return wanted->context == NULL || g_strv_contains(contexts, wanted->context);
}

/* What only a superuser may set need not be set where the server has it. */
static gboolean
is_there_already(const Wanted *wanted)
{
    return g_strcmp0(wanted->context, "superuser") == 0 && suffices(wanted);
}

/* Runs "ALTER DATABASE database SET name …" for one setting, within a transaction. */
static gboolean
set_in_database(const Wanted *wanted, PgsConnection *admin, const char *database, GError **error)
{
    PGconn *raw = pgs_connection_raw(admin);
    char *name = PQescapeIdentifier(raw, database, strlen(database));
    char *literal = PQescapeLiteral(raw, wanted->value, strlen(wanted->value));
    g_autofree char *sql =
        is_for_sessions(wanted)
            ? g_strdup_printf("ALTER DATABASE %s SET %s FROM CURRENT", name, wanted->name)
            : g_strdup_printf("ALTER DATABASE %s SET %s = %s", name, wanted->name, literal);
    PQfreemem(literal);
    PQfreemem(name);
    const char *params[] = {wanted->name, wanted->value};
    /* As postgresql.conf would take it, lists of names too. */
    g_autoptr(PGresult) set =
        is_for_sessions(wanted) ? pgs_connection_query(admin, PGS_SHAPE_VALUE,
                                                       "SELECT pg_catalog.set_config($1, $2, true)",
                                                       2, params, NULL, error)
                                : NULL;
    return (set != NULL || !is_for_sessions(wanted)) && pgs_connection_run(admin, sql, error);
}

/* Takes the cause over. */
static void
set_refused(const Wanted *wanted, GError *cause, GError **error)
{
    g_autofree char *where = pgs_server_setting_where(wanted->request, wanted->i);
    gboolean forbidden = strstr(cause->message, "permission denied") != NULL ||
                         strstr(cause->message, "42501") != NULL;
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  forbidden ? "let a superuser GRANT SET ON PARAMETER to the URL's role (from "
                              "PostgreSQL 15 on), or leave it out, or take a throwaway server"
                            : "correct it, or leave it out",
                  "%sthe server does not take \"%s\" for a database of pgstair's: %.*s", where,
                  wanted->value, (int)strcspn(cause->message, "\n"), cause->message);
    g_error_free(cause);
}

/* ---- what the server must have already ---- */

/* "4096 × 8kB", "30s", "replica". */
static char *
describe_present(const Wanted *wanted)
{
    if (*wanted->present == '\0')
        return g_strdup("nothing");
    return wanted->unit != NULL && g_ascii_isdigit(*wanted->unit)
               ? g_strdup_printf("%s × %s", wanted->present, wanted->unit)
               : g_strconcat(wanted->present, wanted->unit, NULL);
}

static void
tell(const Wanted *wanted, const char *text)
{
    if (wanted->request->progress != NULL)
        wanted->request->progress(text, wanted->request->progress_data);
}

/* What the server reads anew while it runs (autovacuum, checkpoints, the log) makes no difference
 * to what migrations make. */
static gboolean
hold_to_present(const Wanted *wanted, GError **error)
{
    if (suffices(wanted))
        return TRUE;
    g_autofree char *where = pgs_server_setting_where(wanted->request, wanted->i);
    g_autofree char *present = describe_present(wanted);
    g_autofree char *text =
        g_strdup_printf("%s%s is wanted, and the server has %s", where, wanted->value, present);
    if (strcmp(wanted->context, "sighup") == 0) {
        tell(wanted, text);
        return TRUE;
    }
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  "pgstair changes nothing but its own databases there: set it in that server, or "
                  "leave it out, or take a throwaway server",
                  "%s", text);
    return FALSE;
}

/* ---- all of them ---- */

/* Tries it on a database that may be anybody's; nothing of it stays. */
static gboolean
try_session(const Wanted *wanted, PgsConnection *admin, GError **error)
{
    const char *params[] = {wanted->name, wanted->value};
    if (!is_for_sessions(wanted) || is_there_already(wanted))
        return TRUE;
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_run(admin, "BEGIN", &cause)
            ? pgs_connection_query(admin, PGS_SHAPE_VALUE,
                                   "SELECT pg_catalog.set_config($1, $2, true)", 2, params, NULL,
                                   &cause)
            : NULL;
    if (!pgs_connection_is_alive(admin) || !pgs_connection_run(admin, "ROLLBACK", error))
        return FALSE;
    if (result == NULL)
        set_refused(wanted, g_steal_pointer(&cause), error);
    return result != NULL;
}

static gboolean
set_unknown(const PgsServer *server, const Wanted *wanted, GError **error)
{
    g_autofree char *where = pgs_server_setting_where(wanted->request, wanted->i);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  "correct its name, or leave it out: another version of PostgreSQL may have it",
                  "%sPostgreSQL %s knows no such setting", where, server->version);
    return FALSE;
}

/* pg_settings shows some, such as shared_preload_libraries, only to those who may read all. */
static gboolean
check_hidden(const PgsServer *server, const Wanted *wanted, PgsConnection *admin, GError **error)
{
    const char *params[] = {wanted->name};
    g_autoptr(PgsFailure) failure = NULL;
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(admin, PGS_SHAPE_VALUE, "SELECT pg_catalog.current_setting($1)", 1,
                             params, &failure, &cause);
    if (failure == NULL || strcmp(failure->sqlstate, SQLSTATE_FORBIDDEN) != 0)
        return set_unknown(server, wanted, error);
    g_autofree char *where = pgs_server_setting_where(wanted->request, wanted->i);
    g_autofree char *text =
        g_strdup_printf("%swhether the server has \"%s\" is not known: its role may not see it "
                        "(GRANT pg_read_all_settings lets it)",
                        where, wanted->value);
    tell(wanted, text);
    return TRUE;
}

static gboolean
check_one(const PgsServer *server, PgsConnection *admin, guint i, GError **error)
{
    g_auto(Wanted) wanted = {0};
    if (!look_up(server, admin, i, &wanted, error))
        return FALSE;
    if (wanted.context == NULL && strchr(wanted.name, '.') == NULL)
        return check_hidden(server, &wanted, admin, error);
    return is_for_databases(&wanted) ? try_session(&wanted, admin, error)
                                     : hold_to_present(&wanted, error);
}

gboolean
pgs_settings_check_foreign(const PgsServer *server, PgsConnection *admin, GError **error)
{
    for (guint i = 0; server->request.settings[i] != NULL; i++) {
        if (!check_one(server, admin, i, error))
            return FALSE;
    }
    return TRUE;
}

/* Sets those that can be; *n: how many. */
static gboolean
set_all(const PgsServer *server, PgsConnection *admin, const char *database, guint *n,
        GError **error)
{
    *n = 0;
    for (guint i = 0; server->request.settings[i] != NULL; i++) {
        g_auto(Wanted) wanted = {0};
        if (!look_up(server, admin, i, &wanted, error))
            return FALSE;
        if (!is_for_databases(&wanted) || is_there_already(&wanted))
            continue;
        g_autoptr(GError) cause = NULL;
        if (!set_in_database(&wanted, admin, database, &cause)) {
            set_refused(&wanted, g_steal_pointer(&cause), error);
            return FALSE;
        }
        (*n)++;
    }
    return TRUE;
}

/* Marks where what the database has got from pgstair ends. */
static gboolean
set_mark(PgsConnection *admin, const char *database, GError **error)
{
    g_autoptr(PGresult) value = pgs_connection_query(
        admin, PGS_SHAPE_VALUE,
        "SELECT pg_catalog.format('ALTER DATABASE %I SET " MARK " = %L', d.datname, '" MARK_BEGIN
        "' OPERATOR(pg_catalog.||) pg_catalog.hashtextextended(pg_catalog.array_to_string("
        "s.setconfig, E'\\n'), 0)) FROM pg_catalog.pg_database AS d "
        "JOIN pg_catalog.pg_db_role_setting AS s ON s.setdatabase OPERATOR(pg_catalog.=) d.oid "
        "WHERE d.datname OPERATOR(pg_catalog.=) $1 AND s.setrole OPERATOR(pg_catalog.=) 0",
        1, &database, NULL, error);
    return value != NULL && pgs_connection_run(admin, PQgetvalue(value, 0, 0), error);
}

gboolean
pgs_settings_apply_foreign(const PgsServer *server, PgsConnection *admin, const char *database,
                           GError **error)
{
    guint n;
    if (server->request.settings[0] == NULL)
        return TRUE;
    if (!pgs_connection_run(admin, "BEGIN", error))
        return FALSE;
    if (set_all(server, admin, database, &n, error) &&
        (n == 0 || set_mark(admin, database, error)) && pgs_connection_run(admin, "COMMIT", error))
        return TRUE;
    if (pgs_connection_is_alive(admin))
        pgs_connection_run(admin, "ROLLBACK", NULL);
    return FALSE;
}

#include "server/run_databases.h"

#include "base/embedded.h"
#include "base/error.h"
#include "server/conninfo.h"
#include "server/liveness.h"
#include "server/obstacle.h"
#include "server/server.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "pgstair"
#define MARK "pgstair-mark: "

#define TEXT_RUN "pgstair made this database for one run, and drops it when the run has ended."
#define TEXT_KEPT                                                                                  \
    "pgstair made this database, and has left it for people to look at (--keep). Nobody else "     \
    "needs "                                                                                       \
    "it: DROP DATABASE removes it."

enum {
    LEAVE_TIMEOUT_MS = 5 * 1000,
    LEAVE_PAUSE_US = 2 * 1000,
    DROP_STATEMENT_MS = 8 * 1000,
    YOUNG_SECONDS = 60,
};

extern const PgsEmbedded pgs_server_files[];

void
pgs_run_database_free(PgsRunDatabase *database)
{
    if (database == NULL)
        return;
    g_free(database->name);
    g_free(database->token);
    g_free(database->role);
    g_free(database->owner);
    g_free(database->host);
    g_free(database->started);
    g_free(database);
}

static PGresult *
query(PgsConnection *connection, PgsShape shape, const char *file, int n, const char *const *params,
      GError **error)
{
    return pgs_connection_query(connection, shape, pgs_embedded_find(pgs_server_files, file), n,
                                params, NULL, error);
}

/* ------------------------------------------------------------------------------- the token -- */

char *
pgs_run_databases_new_token(void)
{
    g_autofree char *uuid = g_uuid_string_random(); /* from the kernel's own source */
    GString *token = g_string_new(NULL);
    /* Without its 13th and 17th digit, which are not random. */
    for (const char *digit = uuid; *digit != '\0' && token->len < PGS_RUN_TOKEN_LENGTH; digit++) {
        if (*digit != '-' && digit - uuid != 14 && digit - uuid != 19)
            g_string_append_c(token, *digit);
    }
    return g_string_free(token, FALSE);
}

int
pgs_run_databases_seal(const char *token)
{
    guint64 number = g_ascii_strtoull(token, NULL, 16);
    return (int)(0x40000000 | (number & 0x3fffffff));
}

/* The token in "pgstair_<hint>_<token>_<n>"; NULL: the name is another.  g_free(). */
static char *
token_of_name(const char *name)
{
    const char *last = strrchr(name, '_');
    if (last == NULL || last[1] == '\0' || strspn(last + 1, "0123456789") != strlen(last + 1) ||
        last - name < (gssize)(strlen(PREFIX "_") + PGS_RUN_TOKEN_LENGTH) ||
        !g_str_has_prefix(name, PREFIX "_"))
        return NULL;
    const char *token = last - PGS_RUN_TOKEN_LENGTH;
    if (token[-1] != '_' || strspn(token, "0123456789abcdef") != PGS_RUN_TOKEN_LENGTH)
        return NULL;
    return g_strndup(token, PGS_RUN_TOKEN_LENGTH);
}

gboolean
pgs_run_databases_is_name(const char *token, const char *name)
{
    g_autofree char *found = token_of_name(name);
    return g_strcmp0(found, token) == 0;
}

char *
pgs_run_databases_session_name(const char *token)
{
    return g_strdup_printf("pgstair run %s", token);
}

char *
pgs_run_databases_lifeline_name(const char *token)
{
    return g_strdup_printf("pgstair lifeline %s", token);
}

/* The key of its advisory lock, as SQL takes it. */
static char *
lock_key(const char *token)
{
    gint64 key = (gint64)g_ascii_strtoull(token, NULL, 16);
    return g_strdup_printf("%" G_GINT64_FORMAT, key);
}

/* -------------------------------------------------------------------------------- the mark -- */

static void
append_field(GString *text, const char *name, const char *value)
{
    g_autofree char *escaped = g_uri_escape_string(value != NULL ? value : "", " :[]+", FALSE);
    g_string_append_printf(text, "%s%s=%s", g_str_has_suffix(text->str, MARK) ? "" : "; ", name,
                           escaped);
}

/* Its fields, name → value; NULL: the comment holds no mark.  g_hash_table_unref(). */
static GHashTable *
parse_mark(const char *comment)
{
    const char *start = comment != NULL ? strstr(comment, MARK) : NULL;
    if (start == NULL)
        return NULL;
    GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *line = g_strndup(start + strlen(MARK), strcspn(start, "\r\n") - strlen(MARK));
    g_auto(GStrv) parts = g_strsplit(line, "; ", -1);
    for (char **part = parts; *part != NULL; part++) {
        char *equals = strchr(*part, '=');
        char *value = equals != NULL ? g_uri_unescape_string(equals + 1, NULL) : NULL;
        if (value != NULL && *value != '\0')
            g_hash_table_insert(fields, g_strndup(*part, (gsize)(equals - *part)), value);
        else
            g_free(value);
    }
    return fields;
}

static gboolean
write_comment(PgsConnection *connection, const char *database, const char *text, GError **error)
{
    PGconn *raw = pgs_connection_raw(connection);
    char *name = PQescapeIdentifier(raw, database, strlen(database));
    char *literal = PQescapeLiteral(raw, text, strlen(text));
    g_autofree char *sql = name != NULL && literal != NULL
                               ? g_strdup_printf("COMMENT ON DATABASE %s IS %s", name, literal)
                               : NULL;
    PQfreemem(name);
    PQfreemem(literal);
    return pgs_connection_run(connection, sql, error);
}

gboolean
pgs_run_databases_mark(PgsConnection *connection, const char *token, const char *owner,
                       const char *database, GError **error)
{
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_ROW,
        "SELECT oid, pg_catalog.current_database() FROM pg_catalog.pg_database "
        "WHERE datname OPERATOR(pg_catalog.=) $1",
        1, &database, NULL, error);
    if (result == NULL)
        return FALSE;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *started = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *key = lock_key(token);
    g_autoptr(GString) text = g_string_new(TEXT_RUN "\n" MARK);
    append_field(text, "token", token);
    append_field(text, "oid", PQgetvalue(result, 0, 0));
    append_field(text, "started", started);
    append_field(text, "host", g_get_host_name());
    append_field(text, "owner", owner);
    append_field(text, "maintenance", PQgetvalue(result, 0, 1));
    append_field(text, "lock", key);
    return write_comment(connection, database, text->str, error);
}

/* --------------------------------------------------------------------------------- judging -- */

/* The tokens of runs that hold their locks, a set. */
static GHashTable *
read_locks(PgsConnection *connection, GError **error)
{
    g_autoptr(PGresult) result = query(connection, PGS_SHAPE_ANY, "run_locks.sql", 0, NULL, error);
    if (result == NULL)
        return NULL;
    GHashTable *locks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < PQntuples(result); i++)
        g_hash_table_add(locks, g_strdup(PQgetvalue(result, i, 0)));
    return locks;
}

static void
judge_life(PgsRunDatabase *database, GHashTable *locks)
{
    PgsLiveness liveness =
        database->owner != NULL ? pgs_liveness_judge(database->owner) : PGS_LIVENESS_UNKNOWN;
    if (g_hash_table_contains(locks, database->token) || liveness == PGS_LIVENESS_LIVES) {
        database->state = PGS_RUN_DATABASE_LIVE;
        return;
    }
    database->state = PGS_RUN_DATABASE_LEFT;
    database->is_certain = liveness == PGS_LIVENESS_GONE;
}

/* The columns of run_databases.sql. */
enum {
    COLUMN_OID,
    COLUMN_NAME,
    COLUMN_COMMENT,
    COLUMN_LIMIT,
    COLUMN_ROLE,
    COLUMN_MAY_DROP,
    COLUMN_SESSIONS,
};

/*
 * The token, when the name bears it and the mark agrees.  A mark that tells of another OID is that
 * of a database which this one's comment was copied from.  Without any mark the seal must do: the
 * run was killed before it could write one, or its migrations have put a comment of their own in
 * place.
 */
static char *
prove_token(const PGresult *result, int row, GHashTable *mark)
{
    g_autofree char *token = token_of_name(PQgetvalue(result, row, COLUMN_NAME));
    if (token == NULL)
        return NULL;
    gboolean ours =
        mark != NULL ? g_strcmp0(g_hash_table_lookup(mark, "token"), token) == 0 &&
                           g_strcmp0(g_hash_table_lookup(mark, "oid"),
                                     PQgetvalue(result, row, COLUMN_OID)) == 0
                     : atoi(PQgetvalue(result, row, COLUMN_LIMIT)) == pgs_run_databases_seal(token);
    return ours ? g_steal_pointer(&token) : NULL;
}

static PgsRunDatabase *
read_row(const PGresult *result, int row, GHashTable *locks)
{
    PgsRunDatabase *database = g_new0(PgsRunDatabase, 1);
    g_autoptr(GHashTable) mark = parse_mark(PQgetvalue(result, row, COLUMN_COMMENT));
    database->name = g_strdup(PQgetvalue(result, row, COLUMN_NAME));
    database->role = g_strdup(PQgetvalue(result, row, COLUMN_ROLE));
    database->may_drop = *PQgetvalue(result, row, COLUMN_MAY_DROP) == 't';
    database->sessions =
        (guint)g_ascii_strtoull(PQgetvalue(result, row, COLUMN_SESSIONS), NULL, 10);
    database->state = PGS_RUN_DATABASE_UNMARKED;
    database->token = prove_token(result, row, mark);
    if (database->token == NULL)
        return database;
    if (mark != NULL) {
        database->owner = g_strdup(g_hash_table_lookup(mark, "owner"));
        database->host = g_strdup(g_hash_table_lookup(mark, "host"));
        database->started = g_strdup(g_hash_table_lookup(mark, "started"));
    }
    if (mark != NULL && g_hash_table_contains(mark, "kept"))
        database->state = PGS_RUN_DATABASE_KEPT;
    else
        judge_life(database, locks);
    return database;
}

GPtrArray *
pgs_run_databases_list(PgsConnection *connection, GError **error)
{
    /* Databases first: a run that begins in between has its lock before it makes any. */
    const char *all = NULL;
    g_autoptr(PGresult) result =
        query(connection, PGS_SHAPE_ANY, "run_databases.sql", 1, &all, error);
    g_autoptr(GHashTable) locks = result != NULL ? read_locks(connection, error) : NULL;
    if (locks == NULL)
        return NULL;
    GPtrArray *databases = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_run_database_free);
    for (int i = 0; i < PQntuples(result); i++)
        g_ptr_array_add(databases, read_row(result, i, locks));
    return databases;
}

/* The row of one database; *proven: its token, or NULL; *mark likewise.  Both the caller's. */
static PGresult *
read_one(PgsConnection *connection, const char *database, char **proven, GHashTable **mark,
         GError **error)
{
    PGresult *result = query(connection, PGS_SHAPE_ANY, "run_databases.sql", 1, &database, error);
    *proven = NULL;
    *mark = NULL;
    if (result != NULL && PQntuples(result) > 0) {
        *mark = parse_mark(PQgetvalue(result, 0, COLUMN_COMMENT));
        *proven = prove_token(result, 0, *mark);
    }
    return result;
}

static void
set_not_ours(const char *database, GError **error)
{
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE,
                  "whatever is named like pgstair's databases without having been made by this run "
                  "is left alone",
                  "the database \"%s\" has not this run's mark", database);
}

gboolean
pgs_run_databases_find(PgsConnection *connection, const char *token, const char *database,
                       guint *oid, GError **error)
{
    g_autofree char *proven = NULL;
    g_autoptr(GHashTable) mark = NULL;
    g_autoptr(PGresult) result = read_one(connection, database, &proven, &mark, error);
    *oid = 0;
    if (result == NULL)
        return FALSE;
    if (PQntuples(result) == 0)
        return TRUE;
    if (g_strcmp0(proven, token) != 0) {
        set_not_ours(database, error);
        return FALSE;
    }
    *oid = (guint)g_ascii_strtoull(PQgetvalue(result, 0, COLUMN_OID), NULL, 10);
    return TRUE;
}

gboolean
pgs_run_databases_renew(PgsConnection *connection, const char *token, const char *owner,
                        const char *database, guint oid, GError **error)
{
    g_autofree char *proven = NULL;
    g_autoptr(GHashTable) mark = NULL;
    g_autoptr(PGresult) result = read_one(connection, database, &proven, &mark, error);
    if (result == NULL)
        return FALSE;
    if (PQntuples(result) == 0 || g_strcmp0(proven, token) == 0 ||
        g_ascii_strtoull(PQgetvalue(result, 0, COLUMN_OID), NULL, 10) != oid ||
        !pgs_run_databases_is_name(token, database))
        return TRUE;
    return pgs_run_databases_mark(connection, token, owner, database, error);
}

gboolean
pgs_run_databases_mark_kept(PgsConnection *connection, const char *token, const char *database,
                            GError **error)
{
    static const char *const fields[] = {"started", "host", "owner", "maintenance"};
    g_autofree char *proven = NULL;
    g_autoptr(GHashTable) mark = NULL;
    g_autoptr(PGresult) result = read_one(connection, database, &proven, &mark, error);
    if (result == NULL)
        return FALSE;
    if (g_strcmp0(proven, token) != 0) {
        set_not_ours(database, error);
        return FALSE;
    }
    g_autoptr(GString) text = g_string_new(TEXT_KEPT "\n" MARK);
    append_field(text, "token", token);
    append_field(text, "oid", PQgetvalue(result, 0, COLUMN_OID));
    append_field(text, "kept", "yes");
    for (gsize i = 0; mark != NULL && i < G_N_ELEMENTS(fields); i++)
        append_field(text, fields[i], g_hash_table_lookup(mark, fields[i]));
    return write_comment(connection, database, text->str, error);
}

/* -------------------------------------------------------------------------------- the lock -- */

static gboolean
run_with_key(PgsConnection *connection, const char *function, const char *token, gboolean *yes,
             GError **error)
{
    g_autofree char *key = lock_key(token);
    g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.%s(%s)", function, key);
    g_autofree char *value = NULL;
    if (!pgs_connection_value(connection, sql, &value, error))
        return FALSE;
    *yes = g_strcmp0(value, "t") == 0;
    return TRUE;
}

static void
unlock(PgsConnection *connection, const char *token)
{
    gboolean ignored;
    run_with_key(connection, "pg_advisory_unlock", token, &ignored, NULL);
}

gboolean
pgs_run_databases_lock(PgsConnection *connection, const char *token, GError **error)
{
    gboolean taken = FALSE;
    if (!run_with_key(connection, "pg_try_advisory_lock", token, &taken, error))
        return FALSE;
    /* Advisory locks are each database's own, but all are seen. */
    g_autoptr(GHashTable) others = taken ? read_locks(connection, error) : NULL;
    if (taken && others == NULL)
        return FALSE;
    if (taken && !g_hash_table_contains(others, token))
        return TRUE;
    if (taken)
        unlock(connection, token);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE, NULL,
                  "another session has the lock of the run %s", token);
    return FALSE;
}

/* ------------------------------------------------------------------------------- the drop -- */

/* Ends sessions and waits until they have gone, or some seconds have.  oid 0, name NULL: none. */
static gboolean
end_sessions(PgsConnection *connection, guint oid, const char *name, GError **error)
{
    g_autofree char *number = oid != 0 ? g_strdup_printf("%u", oid) : NULL;
    const char *params[] = {number, name};
    gint64 deadline = g_get_monotonic_time() + (gint64)LEAVE_TIMEOUT_MS * 1000;
    g_autoptr(PGresult) ended =
        query(connection, PGS_SHAPE_ANY, "end_sessions.sql", 2, params, error);
    if (ended == NULL)
        return FALSE;
    for (;;) {
        g_autoptr(PGresult) left =
            query(connection, PGS_SHAPE_VALUE, "count_sessions.sql", 2, params, error);
        if (left == NULL)
            return FALSE;
        /* Should somebody stay, the server's own error tells more than one of ours. */
        if (strcmp(PQgetvalue(left, 0, 0), "0") == 0 || g_get_monotonic_time() >= deadline)
            return TRUE;
        g_usleep(LEAVE_PAUSE_US);
    }
}

/* *is_there: it still is, and its sessions are gone. */
static gboolean
clear_way(PgsConnection *connection, const char *token, const char *database, gboolean *is_there,
          GError **error)
{
    guint oid = 0, still = 0;
    *is_there = FALSE;
    if (!pgs_run_databases_find(connection, token, database, &oid, error))
        return FALSE;
    if (oid == 0)
        return TRUE;
    if (!end_sessions(connection, oid, NULL, error) ||
        !pgs_run_databases_find(connection, token, database, &still, error))
        return FALSE;
    *is_there = still == oid; /* or somebody else's hand has been at it */
    return TRUE;
}

static gboolean
try_drop(PgsConnection *connection, const char *token, const char *database, GError **error)
{
    gboolean is_there;
    if (!clear_way(connection, token, database, &is_there, error))
        return FALSE;
    if (!is_there)
        return TRUE;
    PGconn *raw = pgs_connection_raw(connection);
    char *quoted = PQescapeIdentifier(raw, database, strlen(database));
    g_autofree char *sql = g_strdup_printf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);
    PQfreemem(quoted);
    return pgs_connection_run(connection, sql, error);
}

/* FALSE: it is not this run's. */
static gboolean
clear_obstacles(PgsConnection *connection, const char *token, const char *database)
{
    guint oid = 0;
    if (!pgs_run_databases_find(connection, token, database, &oid, NULL) || oid == 0)
        return FALSE;
    g_autofree char *conninfo = pgs_conninfo_complete(pgs_connection_raw(connection), "");
    pgs_obstacles_clear(connection, conninfo, database, DROP_STATEMENT_MS, NULL);
    return TRUE;
}

gboolean
pgs_run_databases_drop(PgsConnection *connection, const char *token, const char *database,
                       GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (try_drop(connection, token, database, &cause))
        return TRUE;
    if (g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT) &&
        clear_obstacles(connection, token, database)) {
        g_clear_error(&cause);
        if (try_drop(connection, token, database, &cause))
            return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

gboolean
pgs_run_databases_end_sessions(PgsConnection *connection, const char *token, GError **error)
{
    g_autofree char *session = pgs_run_databases_session_name(token);
    g_autofree char *lifeline = pgs_run_databases_lifeline_name(token);
    return end_sessions(connection, 0, session, error) &&
           end_sessions(connection, 0, lifeline, error);
}

static gboolean
is_young(const PgsRunDatabase *database)
{
    g_autoptr(GDateTime) started =
        database->started != NULL ? g_date_time_new_from_iso8601(database->started, NULL) : NULL;
    return started != NULL &&
           g_get_real_time() / G_USEC_PER_SEC - g_date_time_to_unix(started) < YOUNG_SECONDS;
}

gboolean
pgs_run_database_is_abandoned(const PgsRunDatabase *database)
{
    return database->state == PGS_RUN_DATABASE_LEFT &&
           (database->is_certain || (database->sessions == 0 && !is_young(database)));
}

gboolean
pgs_run_databases_sweep(PgsConnection *connection, const PgsRunDatabase *database, GError **error)
{
    if (database->token == NULL) {
        set_not_ours(database->name, error);
        return FALSE;
    }
    if (database->state == PGS_RUN_DATABASE_LIVE) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE, NULL,
                      "the run of the database \"%s\" still lives", database->name);
        return FALSE;
    }
    if (!pgs_run_databases_lock(connection, database->token, error))
        return FALSE;
    gboolean ok = pgs_run_databases_drop(connection, database->token, database->name, error);
    unlock(connection, database->token);
    return ok;
}

#include "ledger/lock.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* "pgst" in ASCII, which no other tool is known to take; 1: the run, 2: its sessions. */
#define FIRST_INT "1885827956"
#define KEY(number) FIRST_INT ", " #number

/* The session's own locks on that key. */
#define OWN_LOCKS(number)                                                                          \
    " FROM pg_catalog.pg_locks AS l"                                                               \
    " WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted"                            \
    " AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()"                                \
    " AND l.classid::pg_catalog.int8 OPERATOR(pg_catalog.=) " FIRST_INT                            \
    " AND l.objid::pg_catalog.int8 OPERATOR(pg_catalog.=) " #number                                \
    " AND l.objsubid OPERATOR(pg_catalog.=) 2"

/* In the place of a key. */
#define ROW "row"

enum {
    FIRST_PAUSE_MS = 20,
    LONGEST_PAUSE_MS = 500,
};

extern const PgsEmbedded pgs_ledger_files[];

struct _PgsMigrationLock {
    PgsConnection *connection;
    char *place;
    char **keys; /* as pg_try_advisory_lock() takes them: pgstair's, then the tool's */
    guint n_held;
    gboolean has_row; /* in an open transaction */
};

const char *
pgs_migration_lock_join(void)
{
    return "SELECT pg_catalog.pg_advisory_lock_shared(" KEY(2) ")";
}

const char *
pgs_migration_lock_rejoin(void)
{
    return "SELECT pg_catalog.pg_advisory_lock_shared(" KEY(
        2) ") WHERE NOT EXISTS (SELECT" OWN_LOCKS(2) ")";
}

/* ---- keys ---- */

static void
add_key(GPtrArray *keys, char *key)
{
    if (key != NULL)
        g_ptr_array_add(keys, key);
}

/* g_strfreev(). */
static char **
list_keys(const PgsLedger *ledger, const char *database)
{
    GPtrArray *keys = g_ptr_array_new();
    g_ptr_array_add(keys, g_strdup(KEY(1)));
    if (ledger != NULL && ledger->kind->lock_key != NULL)
        add_key(keys, ledger->kind->lock_key(ledger, database));
    if (ledger != NULL && ledger->kind->lock_key_too != NULL)
        add_key(keys, ledger->kind->lock_key_too(ledger, database));
    g_ptr_array_add(keys, NULL);
    return (char **)g_ptr_array_free(keys, FALSE);
}

/* What pg_locks has of a key. */
typedef struct {
    char class_id[24], object_id[24];
    const char *sub_id;
} KeyParts;

/* Two int4 are classid and objid; one int8 is cut into them (lmgr's SET_LOCKTAG_ADVISORY). */
static void
split_key(const char *key, KeyParts *parts)
{
    char *end;
    gint64 first = g_ascii_strtoll(key, &end, 10);
    const char *comma = strchr(end, ',');
    guint64 high = (guint64)first >> 32, low = (guint64)first & G_MAXUINT32;
    if (comma != NULL) {
        high = (guint32)first;
        low = (guint32)g_ascii_strtoll(comma + 1, NULL, 10);
    }
    g_snprintf(parts->class_id, sizeof parts->class_id, "%" G_GUINT64_FORMAT, high);
    g_snprintf(parts->object_id, sizeof parts->object_id, "%" G_GUINT64_FORMAT, low);
    parts->sub_id = comma != NULL ? "2" : "1";
}

/* ---- who has it ---- */

static char *
describe_holder(const PGresult *row)
{
    const char *application = PQgetvalue(row, 0, 1);
    g_autofree char *name = pgs_text_plain(application);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "pid %s", PQgetvalue(row, 0, 0));
    if (*name != '\0')
        g_string_append_printf(text, ", %s", name);
    if (!PQgetisnull(row, 0, 2)) {
        g_autofree char *user = pgs_text_plain(PQgetvalue(row, 0, 2));
        g_string_append_printf(text, ", as %s", user);
    }
    if (!PQgetisnull(row, 0, 4))
        g_string_append_printf(text, ", from %s", PQgetvalue(row, 0, 4));
    if (!PQgetisnull(row, 0, 3))
        g_string_append_printf(text, ", since %s UTC", PQgetvalue(row, 0, 3));
    return g_string_free(text, FALSE);
}

/* *holder: NULL when nobody has that key. */
static gboolean
find_holder(PgsConnection *connection, const char *key, char **holder, GError **error)
{
    KeyParts parts;
    split_key(key, &parts);
    const char *params[] = {parts.class_id, parts.object_id, parts.sub_id};
    g_autoptr(PGresult) rows = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "lock_holder.sql"), 3,
        params, NULL, error);
    *holder = rows != NULL && PQntuples(rows) > 0 ? describe_holder(rows) : NULL;
    return rows != NULL;
}

char *
pgs_migration_lock_holder(PgsConnection *connection, const PgsLedger *ledger, const char *database,
                          GError **error)
{
    g_auto(GStrv) keys = list_keys(ledger, database);
    char *holder = NULL;
    for (char **key = keys; *key != NULL; key++) {
        if (!find_holder(connection, *key, &holder, error) || holder != NULL)
            return holder;
    }
    find_holder(connection, KEY(2), &holder, error);
    return holder;
}

/* ---- what can only be read ---- */

static gboolean
refuse_reading(const PgsDatabase *target, const char *why, const char *hint, GError **error)
{
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_READ_ONLY, hint,
                  "%s can only be read: %s", target->place, why);
    return FALSE;
}

/* Before a backup is made, and before books are written that cannot be. */
static gboolean
check_writable(const PgsMigrationLock *lock, const PgsDatabase *target, gboolean is_replaced,
               GError **error)
{
    enum { STANDBY, READ_ONLY };
    g_autoptr(PGresult) row =
        pgs_connection_query(lock->connection, PGS_SHAPE_ROW,
                             "SELECT pg_catalog.pg_is_in_recovery(), "
                             "pg_catalog.current_setting('transaction_read_only')",
                             0, NULL, NULL, error);
    if (row == NULL)
        return FALSE;
    if (*PQgetvalue(row, 0, STANDBY) == 't')
        return refuse_reading(target, "its server is a standby",
                              "name the primary; with several hosts in the URL, "
                              "target_session_attrs=read-write finds it",
                              error);
    if (!is_replaced && strcmp(PQgetvalue(row, 0, READ_ONLY), "on") == 0)
        return refuse_reading(target, "default_transaction_read_only is on",
                              "for the server, the database or the role: ALTER DATABASE … RESET "
                              "default_transaction_read_only (or ALTER ROLE …) lets migrations "
                              "write",
                              error);
    return TRUE;
}

/* ---- taking it ---- */

static gboolean
try_key(PgsConnection *connection, const char *key, gboolean *got, GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_try_advisory_lock(%s)", key);
    g_autofree char *value = NULL;
    if (!pgs_connection_value(connection, sql, &value, error))
        return FALSE;
    *got = g_strcmp0(value, "t") == 0;
    return TRUE;
}

/* Whether all sessions of runs before this one are gone: whoever gets the second key alone.  Those
 * of this run come to it later. */
static gboolean
try_sessions(PgsConnection *connection, gboolean *gone, GError **error)
{
    if (!try_key(connection, KEY(2), gone, error))
        return FALSE;
    return !*gone || pgs_connection_run(connection,
                                        "SELECT pg_catalog.pg_advisory_unlock(" KEY(2) ")", error);
}

/* As far as it gets.  *missing: the key that another has; NULL: all are held. */
static gboolean
try_all(PgsMigrationLock *lock, G_GNUC_UNUSED gconstpointer data, const char **missing,
        GError **error)
{
    gboolean got = TRUE;
    *missing = NULL;
    while (got && lock->keys[lock->n_held] != NULL) {
        if (!try_key(lock->connection, lock->keys[lock->n_held], &got, error))
            return FALSE;
        if (got)
            lock->n_held++;
        else
            *missing = lock->keys[lock->n_held];
    }
    if (*missing == NULL && !try_sessions(lock->connection, &got, error))
        return FALSE;
    if (!got && *missing == NULL)
        *missing = KEY(2);
    return TRUE;
}

static const char *
hint_for(const char *missing)
{
    if (strcmp(missing, ROW) == 0)
        return "wait for the tool's run, or take away the lock of one that has died (yoyo "
               "break-lock)";
    if (strcmp(missing, KEY(2)) == 0)
        return "an earlier run of pgstair was ended, and the server is still at work on what it "
               "had begun: wait for it, or end that session with pg_terminate_backend()";
    return "only one run at a time may change a database: wait for it, or raise --lock-wait";
}

static void
set_locked(const PgsMigrationLock *lock, const PgsDatabase *target, const char *missing,
           GError **error)
{
    g_autofree char *holder = NULL;
    if (strcmp(missing, ROW) != 0)
        find_holder(lock->connection, missing, &holder, NULL);
    else
        holder = g_strdup("the tool has its own row there");
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOCKED, hint_for(missing),
                  "another run has the lock on %s (%s), and kept it for %.1f s", target->place,
                  holder != NULL ? holder : "it is gone by now",
                  target->environment->lock_wait / 1000.0);
}

static void
tell_wait(const PgsMigrationLock *lock, const PgsDatabase *target, const char *missing)
{
    g_autofree char *holder = NULL;
    if (strcmp(missing, ROW) == 0)
        pgs_database_tell(target, "waits for the tool's own run on %s", target->place);
    else if (find_holder(lock->connection, missing, &holder, NULL) && holder != NULL)
        pgs_database_tell(target, "waits for another run on %s (%s)", target->place, holder);
}

/* One attempt at it.  *missing: what another has; NULL: it is had. */
typedef gboolean (*TryFunc)(PgsMigrationLock *lock, gconstpointer data, const char **missing,
                            GError **error);

static gboolean
poll_lock(PgsMigrationLock *lock, const PgsDatabase *target, TryFunc attempt, gconstpointer data,
          GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)target->environment->lock_wait * 1000;
    const char *told = NULL;
    for (guint pause = FIRST_PAUSE_MS;; pause = MIN(pause * 2, LONGEST_PAUSE_MS)) {
        const char *missing;
        if (!attempt(lock, data, &missing, error))
            return FALSE;
        if (missing == NULL)
            return TRUE;
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;
        if (left <= 0) {
            set_locked(lock, target, missing, error);
            return FALSE;
        }
        if (told != missing)
            tell_wait(lock, target, missing);
        told = missing;
        /* Not in step with the others that wait. */
        guint wait = pause / 2 + (guint)g_random_int_range(0, (gint32)(pause / 2 + 1));
        if (!pgs_retry_wait(MIN(wait, (guint)left), target->cancellable, error))
            return FALSE;
    }
}

static gboolean
connect_and_take(PgsMigrationLock *lock, const PgsDatabase *target, gboolean is_replaced,
                 GError **error)
{
    lock->n_held = 0;
    lock->has_row = FALSE;
    lock->connection = pgs_database_books(target, error);
    /* It is idle while migrations run, and must not be ended for it (PostgreSQL 14 and later). */
    return lock->connection != NULL && check_writable(lock, target, is_replaced, error) &&
           (pgs_connection_version(lock->connection) < 140000 ||
            pgs_connection_run(lock->connection, "SET idle_session_timeout = 0", error)) &&
           poll_lock(lock, target, try_all, NULL, error);
}

static PgsMigrationLock *
take(const PgsDatabase *target, const PgsLedger *ledger, gboolean is_replaced, GError **error)
{
    g_autoptr(PgsMigrationLock) lock = g_new0(PgsMigrationLock, 1);
    lock->keys = list_keys(ledger, target->database);
    lock->place = g_strdup(target->place);
    return connect_and_take(lock, target, is_replaced, error) ? g_steal_pointer(&lock) : NULL;
}

PgsMigrationLock *
pgs_migration_lock_take(const PgsDatabase *target, const PgsLedger *ledger, GError **error)
{
    return take(target, ledger, FALSE, error);
}

PgsMigrationLock *
pgs_migration_lock_keep_out(const PgsDatabase *target, GError **error)
{
    return take(target, NULL, TRUE, error);
}

/* ---- a tool's lock that is a row ---- */

/* In a transaction the last query's portal stays, with its snapshot, for which CREATE INDEX
 * CONCURRENTLY would wait; a simple query takes its place, and leaves none at READ COMMITTED;
 * above it the snapshot is the whole transaction's. */
static gboolean
drop_snapshot(PgsMigrationLock *lock, GError **error)
{
    return !lock->has_row || pgs_connection_run(lock->connection, "SELECT 1", error);
}

/* Not committed: it goes with the session, whatever becomes of pgstair.  A tool that waits for it
 * goes on then. */
static gboolean
try_row(PgsMigrationLock *lock, gconstpointer sql, const char **missing, GError **error)
{
    if (!pgs_connection_run(lock->connection, "BEGIN ISOLATION LEVEL READ COMMITTED", error))
        return FALSE;
    g_autoptr(PGresult) rows =
        pgs_connection_query(lock->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (rows == NULL)
        return FALSE;
    lock->has_row = PQntuples(rows) > 0;
    *missing = lock->has_row ? NULL : ROW;
    return lock->has_row ? drop_snapshot(lock, error)
                         : pgs_connection_run(lock->connection, "ROLLBACK", error);
}

gboolean
pgs_migration_lock_hold(PgsMigrationLock *lock, const PgsDatabase *target, const PgsLedger *ledger,
                        GError **error)
{
    if (ledger->kind->hold == NULL)
        return TRUE;
    g_autofree char *sql = ledger->kind->hold(ledger);
    return pgs_connection_run(lock->connection, "SET idle_in_transaction_session_timeout = 0",
                              error) &&
           poll_lock(lock, target, try_row, sql, error);
}

/* ---- while it is held ---- */

gboolean
pgs_migration_lock_renew(PgsMigrationLock *lock, const PgsDatabase *target, GError **error)
{
    g_clear_pointer(&lock->connection, pgs_connection_close);
    return connect_and_take(lock, target, FALSE, error);
}

int
pgs_migration_lock_pid(PgsMigrationLock *lock)
{
    return PQbackendPID(pgs_connection_raw(lock->connection));
}

void
pgs_migration_lock_release(PgsMigrationLock *lock)
{
    if (lock == NULL)
        return;
    /* The end of its session gives the keys back; asking for it makes sure that they are when this
     * returns. */
    if (lock->connection != NULL && pgs_connection_is_alive(lock->connection))
        pgs_connection_run(lock->connection, "SELECT pg_catalog.pg_advisory_unlock_all()", NULL);
    pgs_connection_close(lock->connection);
    g_strfreev(lock->keys);
    g_free(lock->place);
    g_free(lock);
}

gboolean
pgs_migration_lock_is_gone(const PgsMigrationLock *lock)
{
    return !pgs_connection_is_alive(lock->connection);
}

/* Behind a pooler another session may answer, which has not the lock. */
gboolean
pgs_migration_lock_check(PgsMigrationLock *lock, GError **error)
{
    static const char sql[] = "SELECT pg_catalog.count(*)" OWN_LOCKS(1);
    g_autoptr(GError) cause = NULL;
    g_autofree char *count = NULL;
    if (pgs_connection_value(lock->connection, sql, &count, &cause) && strcmp(count, "0") != 0 &&
        drop_snapshot(lock, &cause))
        return TRUE;
    if (g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOST,
                  "nothing further was begun; run it again", "the lock on %s was lost: %s",
                  lock->place,
                  cause != NULL ? cause->message
                                : "another session of the server answers (a connection pooler in "
                                  "transaction mode?)");
    return FALSE;
}

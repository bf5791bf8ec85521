#include "base/text.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * yoyo 8.2: yoyo/backends/base.py, apply_one(), rollback_one(), mark_one() and unmark_one();
 * internalmigrations/v2.py has the tables, of its schema's version 2.  What the migration's steps
 * did is committed before its lines are written.  Its lock is a row in yoyo_lock.  Lines that the
 * folder has no file for it takes no notice of.
 */
#define LOG "\"_yoyo_log\""

/* The table of the same schema. */
static char *
beside(const PgsLedger *ledger, const char *quoted)
{
    g_autofree char *schema = ledger->schema != NULL ? pgs_text_identifier(ledger->schema) : NULL;
    return schema != NULL ? g_strconcat(schema, ".", quoted, NULL) : g_strdup(quoted);
}

static char *
create_tables(const PgsLedger *ledger)
{
    g_autofree char *log = beside(ledger, LOG);
    g_autofree char *version = beside(ledger, "\"_yoyo_version\"");
    g_autofree char *lock = beside(ledger, "\"yoyo_lock\"");
    return g_strdup_printf(
        "CREATE TABLE IF NOT EXISTS %1$s (locked INT DEFAULT 1, ctime TIMESTAMP, pid INT NOT NULL, "
        "PRIMARY KEY (locked));\n"
        "CREATE TABLE IF NOT EXISTS %2$s (id VARCHAR(36), migration_hash VARCHAR(64), migration_id "
        "VARCHAR(255), operation VARCHAR(10), username VARCHAR(255), hostname VARCHAR(255), "
        "comment VARCHAR(255), created_at_utc TIMESTAMP, PRIMARY KEY (id));\n"
        "CREATE TABLE IF NOT EXISTS %3$s (version INT NOT NULL PRIMARY KEY, installed_at_utc "
        "TIMESTAMP);\n"
        "CREATE TABLE IF NOT EXISTS %4$s (migration_hash VARCHAR(64), migration_id VARCHAR(255), "
        "applied_at_utc TIMESTAMP, PRIMARY KEY (migration_hash));\n"
        "INSERT INTO %3$s VALUES (2, pg_catalog.clock_timestamp() AT TIME ZONE 'UTC') ON CONFLICT "
        "(version) DO NOTHING;\n",
        lock, log, version, ledger->name);
}

/* ---- reading ---- */

/* Tables of a yoyo before 6.0 have not these columns: it brings them up to date itself. */
static gboolean
read_lines(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *log = beside(ledger, LOG);
    g_autofree char *sql = g_strdup_printf(
        "SELECT m.migration_id, NULL, " PGS_LEDGER_UTC(
            "m.applied_at_utc AT TIME ZONE 'UTC'") ", (SELECT l.username FROM %s AS l WHERE "
                                                   "l.migration_hash = m.migration_hash AND "
                                                   "l.operation IN ('apply', 'mark') ORDER BY "
                                                   "l.created_at_utc DESC LIMIT 1) FROM %s AS m "
                                                   "ORDER BY m.applied_at_utc, m.migration_id",
        log, ledger->name);
    return pgs_ledger_read_rows(ledger, connection, sql, pgs_ledger_find_id, state, error);
}

/* ---- writing ---- */

/* Python's getpass.getuser() */
static const char *
user_name(void)
{
    static const char *const variables[] = {"LOGNAME", "USER", "LNAME", "USERNAME"};
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *name = g_getenv(variables[i]);
        if (name != NULL && *name != '\0')
            return name;
    }
    return g_get_user_name();
}

/* The log's word for it. */
static const char *
operation_of(const PgsLedgerEvent *event)
{
    if (event->is_mark)
        return event->up ? "mark" : "unmark";
    return event->up ? "apply" : "rollback";
}

/* One statement: the log's line and the mark, or its end, stand and fall together. */
static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    g_autofree char *plain = g_compute_checksum_for_string(G_CHECKSUM_SHA256, revision->id,
                                                           (gssize)strlen(revision->id));
    g_autofree char *log = beside(ledger, LOG);
    g_autofree char *hash = pgs_text_literal(plain);
    g_autofree char *id = pgs_text_literal(revision->id);
    g_autofree char *user = pgs_text_literal(user_name());
    g_autofree char *host = pgs_text_literal(g_get_host_name());
    GString *sql = g_string_new(NULL);
    if (event->up && !revision->repeatable) /* hooks are run without being marked */
        g_string_append_printf(sql,
                               "WITH mark AS (INSERT INTO %s (migration_hash, migration_id, "
                               "applied_at_utc) VALUES (%s, %s, pg_catalog.clock_timestamp() AT "
                               "TIME ZONE 'UTC'))\n",
                               ledger->name, hash, id);
    else if (!event->up)
        g_string_append_printf(sql, "WITH mark AS (DELETE FROM %s WHERE migration_hash = %s)\n",
                               ledger->name, hash);
    g_string_append_printf(sql,
                           "INSERT INTO %s (id, migration_hash, migration_id, operation, "
                           "created_at_utc, username, hostname, comment) VALUES "
                           "(pg_catalog.gen_random_uuid()::text, %s, %s, '%s', "
                           "pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', %s, %s, NULL);\n",
                           log, hash, id, operation_of(event), user, host);
    return g_string_free(sql, FALSE);
}

/* _insert_lock_row(), which tries for ten seconds; while this one is not committed, it waits. */
static char *
hold_lock(const PgsLedger *ledger)
{
    g_autofree char *lock = beside(ledger, "\"yoyo_lock\"");
    return g_strdup_printf("INSERT INTO %s (locked, ctime, pid) VALUES (1, pg_catalog."
                           "clock_timestamp() AT TIME ZONE 'UTC', pg_catalog.pg_backend_pid()) ON "
                           "CONFLICT DO NOTHING RETURNING pid",
                           lock);
}

const PgsLedgerKind pgs_ledger_yoyo = {
    .format = "yoyo",
    .table = "_yoyo_migration",
    .place = PGS_LEDGER_BEHIND,
    .holes = PGS_LEDGER_HOLES_APPLIED,
    .create = create_tables,
    .read = read_lines,
    .record = record_line,
    .hold = hold_lock,
};

#include "base/text.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * Prisma Migrate 7, prisma-engines: sql-schema-connector, src/sql_migration_persistence.rs
 * (record_migration_started_impl(), record_successful_step(), record_migration_finished(),
 * record_failed_step(), mark_migration_applied_impl(), mark_migration_rolled_back_by_id()) and the
 * PostgreSQL flavour's create_migrations_table() and acquire_lock(); commands/apply_migrations.rs;
 * schema-connector, src/checksum.rs.  A line that is begun and neither finished nor rolled back
 * is a failed migration, and "migrate deploy" stops at it (P3009).  It knows no way down.
 */

static char *
create_table(const PgsLedger *ledger)
{
    return g_strdup_printf(
        "CREATE TABLE IF NOT EXISTS %s (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) "
        "NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, "
        "rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), "
        "applied_steps_count INTEGER NOT NULL DEFAULT 0);\n",
        ledger->name);
}

/* render_checksum() */
static char *
checksum_of(const char *text, gsize length)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
}

/* script_matches_checksum(): with the line ends of either system. */
static gboolean
matches(const PgsRevision *revision, const char *checksum)
{
    if (revision->up == NULL || revision->up->text == NULL)
        return TRUE;
    gsize length;
    const char *data = g_bytes_get_data(revision->up->text, &length);
    g_autoptr(GString) text = g_string_new_len(data != NULL ? data : "", (gssize)length);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *ours = checksum_of(text->str, text->len);
        if (strcmp(ours, checksum) == 0)
            return TRUE;
        g_string_replace(text, i == 0 ? "\r\n" : "\n", i == 0 ? "\n" : "\r\n", 0);
    }
    return FALSE;
}

/* ---- reading ---- */

static void
add_line(const PgsLedger *ledger, const PGresult *result, int row, PgsLedgerState *state)
{
    enum { NAME, UNUSED, FINISHED_AT, WHO, CHECKSUM };
    const char *name = PQgetvalue(result, row, NAME);
    const char *finished = pgs_ledger_cell(result, row, FINISHED_AT);
    gint index = pgs_ledger_find_label(ledger, name);
    PgsLedgerEntry *entry =
        pgs_ledger_state_add(state, name, NULL, finished, finished != NULL ? index : -1);
    entry->revision = index;
    if (index >= 0 &&
        !matches(pgs_ledger_revision(ledger, index), PQgetvalue(result, row, CHECKSUM)))
        entry->changed = g_strdup("its migration.sql was changed since it was applied: \"prisma "
                                  "migrate dev\" would reset the database");
    if (finished != NULL)
        return;
    entry->is_dirty = TRUE;
    if (state->dirty < 0)
        state->dirty = (gint)state->entries->len - 1;
}

static gboolean
read_lines(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    /* apply_migrations.rs: what was rolled back counts for nothing. */
    g_autofree char *sql = g_strdup_printf(
        "SELECT migration_name, NULL, " PGS_LEDGER_UTC("finished_at") ", NULL, checksum FROM %s "
                                                                      "WHERE rolled_back_at IS "
                                                                      "NULL ORDER BY started_at, "
                                                                      "migration_name",
        ledger->name);
    return pgs_ledger_each_row(ledger, connection, sql, add_line, state, error);
}

/* ---- writing ---- */

static char *
quoted_checksum(const PgsRevision *revision)
{
    gsize length = 0;
    const char *text = revision->up != NULL && revision->up->text != NULL
                           ? g_bytes_get_data(revision->up->text, &length)
                           : NULL;
    g_autofree char *checksum = checksum_of(text != NULL ? text : "", length);
    return pgs_text_literal(checksum);
}

static char *
begin_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    if (!event->up)
        return NULL;
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    g_autofree char *name = pgs_text_literal(revision->label);
    g_autofree char *checksum = quoted_checksum(revision);
    return g_strdup_printf("INSERT INTO %s (id, checksum, started_at, migration_name) VALUES "
                           "(pg_catalog.gen_random_uuid()::text, %s, "
                           "pg_catalog.clock_timestamp(), %s);\n",
                           ledger->name, checksum, name);
}

#define BEGUN "migration_name = %s AND finished_at IS NULL AND rolled_back_at IS NULL"

static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    g_autofree char *name = pgs_text_literal(revision->label);
    if (!event->up)
        return g_strdup_printf("UPDATE %s SET rolled_back_at = pg_catalog.clock_timestamp() WHERE "
                               "migration_name = %s AND rolled_back_at IS NULL;\n",
                               ledger->name, name);
    g_autofree char *checksum = quoted_checksum(revision);
    /* Where no line was begun (a stamp), it is what "migrate resolve --applied" writes. */
    return g_strdup_printf(
        "WITH done AS (UPDATE %1$s SET applied_steps_count = applied_steps_count + 1, finished_at "
        "= pg_catalog.clock_timestamp() WHERE "
        "migration_name = %2$s AND finished_at IS NULL "
        "AND rolled_back_at IS NULL"
        " RETURNING id)\n"
        "INSERT INTO %1$s (id, checksum, logs, started_at, finished_at, migration_name) SELECT "
        "pg_catalog.gen_random_uuid()::text, %3$s, '', m.at, m.at, %2$s FROM (SELECT "
        "pg_catalog.clock_timestamp() AS at) AS m WHERE NOT EXISTS (SELECT FROM done);\n",
        ledger->name, name, checksum);
}

/* "prisma migrate resolve" */
static char *
settle_line(const PgsLedger *ledger, gint index, gboolean applied)
{
    g_autofree char *name = pgs_text_literal(pgs_ledger_revision(ledger, index)->label);
    g_autofree char *gone = g_strdup_printf(
        "UPDATE %s SET rolled_back_at = pg_catalog.clock_timestamp() WHERE " BEGUN ";\n",
        ledger->name, name);
    if (!applied)
        return g_steal_pointer(&gone);
    g_autofree char *record = record_line(ledger, &(PgsLedgerEvent){.revision = index, .up = TRUE});
    return g_strdup_printf("BEGIN;\n%s%sCOMMIT;\n", gone, record);
}

/* The PostgreSQL flavour's acquire_lock(): pg_advisory_lock(). */
static char *
lock_key(G_GNUC_UNUSED const PgsLedger *ledger, G_GNUC_UNUSED const char *database)
{
    return g_strdup("72707369");
}

const PgsLedgerKind pgs_ledger_prisma = {
    .format = "prisma",
    .table = "_prisma_migrations",
    .place = PGS_LEDGER_AROUND,
    /* schema-engine, apply_migrations.rs ("migrate deploy"): neither edited nor unknown ones are
     * looked at */
    .holes = PGS_LEDGER_HOLES_APPLIED,
    .create = create_table,
    .read = read_lines,
    .begin = begin_line,
    .record = record_line,
    .lock_key = lock_key,
    .settle = settle_line,
};

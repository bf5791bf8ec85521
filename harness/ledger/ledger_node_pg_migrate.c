#include "base/text.h"
#include "ledger/ledger_rows.h"
#include "migration/node_pg_migrate_config.h"
#include "migration/reader.h"

/*
 * node-pg-migrate 9.0.0: src/runner.ts, ensureMigrationsTable(), getRunMigrations(), lock() and
 * checkOrder(); src/migration.ts, _getMarkAsRun() and _apply().  Its table is in the schema
 * "public" unless --migrations-schema or --schema says another.  The line is written in the
 * transaction of the run.
 */

static void
close_config(gpointer config)
{
    pgs_node_pg_migrate_config_free(config);
}

static gpointer
open_config(PgsLedger *ledger, GError **error)
{
    g_autoptr(PgsFolder) folder = pgs_folder_open(ledger->history->folder, error);
    if (folder == NULL)
        return NULL;
    PgsNodePgMigrateConfig *config =
        pgs_node_pg_migrate_config_new(folder->real, ledger->history->settings);
    if (!pgs_ledger_is_named(ledger))
        pgs_ledger_rename(ledger, config->books_schema, config->table);
    if (!config->check_order) {
        ledger->holes = PGS_LEDGER_HOLES_APPLIED;
        ledger->unknown = PGS_LEDGER_UNKNOWN_IGNORED;
    }
    return config;
}

static char *
create_table(const PgsLedger *ledger)
{
    const PgsNodePgMigrateConfig *config = ledger->data;
    g_autofree char *schema =
        config->create_books_schema ? pgs_ledger_create_schema(config->books_schema) : g_strdup("");
    /* It makes no "IF NOT EXISTS", but looks first; what is made is the same. */
    return g_strdup_printf("%sCREATE TABLE IF NOT EXISTS %s (id SERIAL PRIMARY KEY, name "
                           "varchar(255) NOT NULL, run_on timestamp NOT NULL);\n",
                           schema, ledger->name);
}

/* runner.ts, checkOrder(): it compares the two line by line. */
static void
compare_order(const PgsLedger *ledger, const PgsLedgerState *state)
{
    gint top = -1;
    for (guint i = 0; i < state->entries->len; i++) {
        PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        if (entry->revision >= 0 && entry->revision < top)
            entry->changed = g_strdup_printf(
                "it was run behind %s, which the folder has above it: node-pg-migrate itself runs "
                "nothing then, unless it is told --no-check-order",
                pgs_ledger_revision(ledger, top)->label);
        top = MAX(top, entry->revision);
    }
}

static gboolean
read_lines(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    /* run_on has no time zone: it is NOW() in that of the session that wrote it. */
    g_autofree char *sql = g_strdup_printf(
        "SELECT name, NULL, " PGS_LEDGER_UTC("run_on::timestamptz") ", NULL FROM %s ORDER BY "
                                                                    "run_on, id",
        ledger->name);
    const PgsNodePgMigrateConfig *config = ledger->data;
    if (!pgs_ledger_read_rows(ledger, connection, sql, pgs_ledger_find_label, state, error))
        return FALSE;
    if (config->check_order)
        compare_order(ledger, state);
    return TRUE;
}

static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *name = pgs_text_literal(pgs_ledger_revision(ledger, event->revision)->label);
    return event->up ? g_strdup_printf("INSERT INTO %s (name, run_on) VALUES (%s, NOW());\n",
                                       ledger->name, name)
                     : g_strdup_printf("DELETE FROM %s WHERE name=%s;\n", ledger->name, name);
}

/* runner.ts, PG_MIGRATE_LOCK_ID */
static char *
lock_key(G_GNUC_UNUSED const PgsLedger *ledger, G_GNUC_UNUSED const char *database)
{
    return g_strdup("7241865325823964");
}

const PgsLedgerKind pgs_ledger_node_pg_migrate = {
    .format = "node-pg-migrate",
    .table = "pgmigrations",
    .schema = "public",
    .place = PGS_LEDGER_WITHIN,
    .holes = PGS_LEDGER_HOLES_REFUSED,  /* checkOrder(), unless --no-check-order */
    .unknown = PGS_LEDGER_UNKNOWN_LAST, /* likewise: it compares as many as both have */
    .open = open_config,
    .close = close_config,
    .create = create_table,
    .read = read_lines,
    .record = record_line,
    .lock_key = lock_key,
};

#include "ledger/ledger_rows.h"

/*
 * diesel, v2.3: diesel/src/migration/setup_migration_table.sql, diesel_migrations'
 * migration_harness.rs.  A row for each version, without dashes, written in the migration's
 * transaction; what is missing below others is applied with the next "migration run".
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "varchar text"},
    {.name = "run_on", .types = "timestamp timestamptz"},
    {.name = NULL},
};

static char *
create(const PgsLedger *ledger)
{
    return g_strdup_printf("CREATE TABLE IF NOT EXISTS %s (\n"
                           "       version VARCHAR(50) PRIMARY KEY NOT NULL,\n"
                           "       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n"
                           ");\n",
                           ledger->name);
}

/* diesel goes down by version (applied_migrations()), whenever each was run. */
static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT version, NULL, " PGS_LEDGER_UTC(
                            "run_on::pg_catalog.timestamptz") ", NULL FROM %s ORDER BY version "
                                                              "COLLATE \"C\"",
                        ledger->name);
    return pgs_ledger_read_rows(ledger, connection, sql, pgs_ledger_find_id, state, error);
}

const PgsLedgerKind pgs_ledger_diesel = {
    .format = "diesel",
    .table = "__diesel_schema_migrations",
    .place = PGS_LEDGER_WITHIN,
    .holes = PGS_LEDGER_HOLES_APPLIED, /* migration_harness.rs, pending_migrations() */
    .create = create,
    .read = read_books,
    .record = pgs_ledger_record_id, /* run_migration(), revert_migration() */
    .columns = columns,
};

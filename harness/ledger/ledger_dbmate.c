#include "ledger/ledger_rows.h"

/*
 * dbmate, v2.36: pkg/driver/postgres/postgres.go, pkg/dbmate/db.go.  A row for each version, as the
 * file spells it, written in the section's transaction.  One that is missing below others is
 * applied with the next "up" (unless --strict).
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "varchar text"},
    {.name = NULL},
};

/* CreateMigrationsTable(), which makes the schema too; varchar(255) and varchar(128) in older
 * versions. */
static char *
create(const PgsLedger *ledger)
{
    g_autofree char *schema =
        ledger->is_said ? pgs_ledger_create_schema(ledger->schema) : g_strdup("");
    return g_strdup_printf("%sCREATE TABLE IF NOT EXISTS %s (version varchar primary key);\n",
                           schema, ledger->name);
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT version, NULL, NULL, NULL FROM %s ORDER BY version COLLATE \"C\"", ledger->name);
    return pgs_ledger_read_rows(ledger, connection, sql, pgs_ledger_find_id, state, error);
}

const PgsLedgerKind pgs_ledger_dbmate = {
    .format = "dbmate",
    .table = "schema_migrations",
    .place = PGS_LEDGER_WITHIN,
    .create = create,
    .read = read_books,
    .record = pgs_ledger_record_id, /* InsertMigration(), DeleteMigration() */
    .where = PGS_LEDGER_CURRENT_OR_PUBLIC,
    .holes = PGS_LEDGER_HOLES_APPLIED, /* db.go, Migrate(), unless --strict */
    .columns = columns,
};

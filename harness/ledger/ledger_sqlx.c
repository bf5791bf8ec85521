#include "base/text.h"
#include "ledger/crc32.h"
#include "ledger/ledger_number.h"
#include "ledger/ledger_rows.h"
#include "ledger/sqlx_config.h"

#include <string.h>

/*
 * sqlx, v0.9: sqlx-postgres/src/migrate.rs, sqlx-core/src/migrate.  A row for each version with the
 * SHA-384 of the file that went up, written in the migration's transaction.  sqlx refuses to run
 * when a file that is applied was changed or is not there (Migrator::run()), and when a row says
 * success = false; what is missing below others it applies.
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "int8"},
    {.name = "description", .types = "text varchar"},
    {.name = "installed_on", .types = "timestamptz"},
    {.name = "success", .types = "bool"},
    {.name = "checksum", .types = "bytea"},
    {.name = "execution_time", .types = "int8"},
    {.name = NULL},
};

static void
close_config(gpointer config)
{
    pgs_sqlx_config_free(config);
}

static gpointer
open_config(PgsLedger *ledger, GError **error)
{
    return pgs_sqlx_config_new(ledger->history->folder, error);
}

/* create_schema_if_not_exists(), ensure_migrations_table() */
static char *
create(const PgsLedger *ledger)
{
    const PgsSqlxConfig *config = ledger->data;
    GString *sql = g_string_new(NULL);
    for (char **schema = config->schemas; *schema != NULL; schema++) {
        g_autofree char *make = pgs_ledger_create_schema(*schema);
        g_string_append(sql, make);
    }
    g_string_append_printf(sql,
                           "CREATE TABLE IF NOT EXISTS %s (\n"
                           "    version BIGINT PRIMARY KEY,\n"
                           "    description TEXT NOT NULL,\n"
                           "    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
                           "    success BOOLEAN NOT NULL,\n"
                           "    checksum BYTEA NOT NULL,\n"
                           "    execution_time BIGINT NOT NULL\n"
                           ");\n",
                           ledger->name);
    return g_string_free(sql, FALSE);
}

/* NULL: there is no file that goes up.  g_free(). */
static char *
checksum_of(const PgsLedger *ledger, const PgsRevision *revision)
{
    return revision->up != NULL ? pgs_sqlx_config_checksum(ledger->data, revision->up->text) : NULL;
}

static void
read_row(const PgsLedger *ledger, const PGresult *result, int row, PgsLedgerState *state)
{
    enum { VERSION, DESCRIPTION, INSTALLED_ON, SUCCESS, CHECKSUM };
    const char *version = PQgetvalue(result, row, VERSION);
    gint index = pgs_ledger_find_number(ledger, version);
    PgsLedgerEntry *entry =
        pgs_ledger_state_add(state, version, PQgetvalue(result, row, DESCRIPTION),
                             PQgetvalue(result, row, INSTALLED_ON), index);
    entry->is_dirty = strcmp(PQgetvalue(result, row, SUCCESS), "t") != 0;
    if (index < 0)
        return;
    if (entry->is_dirty)
        state->applied[index] = FALSE;
    g_autofree char *checksum = checksum_of(ledger, pgs_ledger_revision(ledger, index));
    if (g_strcmp0(checksum, PQgetvalue(result, row, CHECKSUM)) != 0)
        entry->changed = g_strdup("its file has changed since it was applied (SHA-384): sqlx "
                                  "refuses to run with it");
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT version::pg_catalog.text, description, " PGS_LEDGER_UTC(
                            "installed_on") ",\n"
                                            "       success, pg_catalog.encode(checksum, 'hex')\n"
                                            "  FROM %s ORDER BY version",
                        ledger->name);
    return pgs_ledger_each_row(ledger, connection, sql, read_row, state, error);
}

/* source.rs: the name without its ending, as often as that stands there (trim_end_matches()), with
 * blanks for "_". */
static char *
describe(const PgsRevision *revision)
{
    const char *path = revision->up != NULL ? revision->up->path : "";
    const char *ending = g_str_has_suffix(path, ".up.sql") ? ".up.sql" : ".sql";
    GString *text = g_string_new(revision->name);
    while (g_str_has_suffix(text->str, ending))
        g_string_truncate(text, text->len - strlen(ending));
    g_string_replace(text, "_", " ", 0);
    return g_string_free(text, FALSE);
}

/* apply() writes the time, in nanoseconds, behind the transaction, and -1 until then. */
static char *
insert(const PgsLedger *ledger, const PgsLedgerEvent *event, const char *version)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    g_autofree char *text = describe(revision);
    g_autofree char *description = pgs_text_literal(text);
    g_autofree char *checksum = checksum_of(ledger, revision);
    return g_strdup_printf("INSERT INTO %s ( version, description, success, checksum, "
                           "execution_time )\n"
                           "    VALUES ( %s, %s, TRUE, pg_catalog.decode('%s', 'hex'), "
                           "%" G_GINT64_FORMAT " );\n",
                           ledger->name, version, description, checksum != NULL ? checksum : "",
                           event->duration > 0 ? event->duration * 1000 : -1);
}

/* execute_migration(), revert_migration() */
static char *
record(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *version = pgs_ledger_number_of(ledger, event->revision);
    return event->up
               ? insert(ledger, event, version)
               : g_strdup_printf("DELETE FROM %s WHERE version = %s;\n", ledger->name, version);
}

/* A row that says success = false is there already. */
static char *
settle(const PgsLedger *ledger, gint revision, gboolean applied)
{
    const PgsLedgerEvent gone = {.revision = revision};
    const PgsLedgerEvent done = {.revision = revision, .up = TRUE};
    g_autofree char *remove = record(ledger, &gone);
    g_autofree char *add = applied ? record(ledger, &done) : g_strdup("");
    return g_strconcat("BEGIN;\n", remove, add, "COMMIT;\n", NULL);
}

/* generate_lock_id() */
static char *
lock_key(G_GNUC_UNUSED const PgsLedger *ledger, const char *database)
{
    const gint64 salt = 0x3d32ad9e;
    gint64 key = salt * (gint64)pgs_crc32(database, strlen(database));
    return g_strdup_printf("%" G_GINT64_FORMAT, key);
}

const PgsLedgerKind pgs_ledger_sqlx = {
    .format = "sqlx",
    .table = "_sqlx_migrations",
    .place = PGS_LEDGER_WITHIN,
    /* sqlx-core, migrate/migrator.rs, run_direct() and validate_applied_migrations():
     * VersionMissing, VersionMismatch.  ignore_missing is the caller's, no file's. */
    .holes = PGS_LEDGER_HOLES_APPLIED,
    .unknown = PGS_LEDGER_UNKNOWN_REFUSED,
    .refuses_edited = TRUE,
    .open = open_config,
    .close = close_config,
    .create = create,
    .read = read_books,
    .record = record,
    .lock_key = lock_key,
    .settle = settle,
    .columns = columns,
};

#include "base/digest.h"
#include "base/text.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * pgstair's own books, of folders that no tool keeps any for: plain pairs and patterns:.
 * docs/formats.md describes them.  A row for each version, with the SHA-256 of the file that went
 * up.
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "text"},
    {.name = "name", .types = "text"},
    {.name = "applied_at", .types = "timestamptz"},
    {.name = "sha256", .types = "text"},
    {.name = NULL},
};

static char *
create(const PgsLedger *ledger)
{
    return g_strdup_printf("CREATE TABLE IF NOT EXISTS %s (\n"
                           "    version text PRIMARY KEY,\n"
                           "    name text NOT NULL,\n"
                           "    applied_at timestamptz NOT NULL DEFAULT now(),\n"
                           "    sha256 text NOT NULL\n"
                           ");\n",
                           ledger->name);
}

/* Its id; where patterns give several the same one, its label. */
static const char *
version_of(const PgsLedger *ledger, gint index)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, index);
    gint n_same = 0;
    for (guint i = 0; i < ledger->history->revisions->len; i++)
        n_same += strcmp(pgs_ledger_revision(ledger, (gint)i)->id, revision->id) == 0;
    return n_same > 1 ? revision->label : revision->id;
}

static gint
find(const PgsLedger *ledger, const char *version)
{
    gint index = pgs_ledger_find_id(ledger, version);
    return index >= 0 && strcmp(version_of(ledger, index), version) == 0
               ? index
               : pgs_ledger_find_label(ledger, version);
}

static char *
checksum_of(const PgsRevision *revision)
{
    return revision->up != NULL ? pgs_digest_bytes(revision->up->text) : g_strdup("");
}

static void
read_row(const PgsLedger *ledger, const PGresult *result, int row, PgsLedgerState *state)
{
    enum { VERSION, NAME, APPLIED_AT, SHA256 };
    const char *version = PQgetvalue(result, row, VERSION);
    gint index = find(ledger, version);
    PgsLedgerEntry *entry = pgs_ledger_state_add(state, version, PQgetvalue(result, row, NAME),
                                                 PQgetvalue(result, row, APPLIED_AT), index);
    g_autofree char *checksum = index >= 0 ? checksum_of(pgs_ledger_revision(ledger, index)) : NULL;
    if (checksum != NULL && strcmp(checksum, PQgetvalue(result, row, SHA256)) != 0)
        entry->changed = g_strdup("its file has changed since it was applied (SHA-256)");
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT version, name, " PGS_LEDGER_UTC(
                            "applied_at") ", sha256\n"
                                          "  FROM %s ORDER BY applied_at, version COLLATE \"C\"",
                        ledger->name);
    return pgs_ledger_each_row(ledger, connection, sql, read_row, state, error);
}

static char *
record(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    g_autofree char *version = pgs_text_literal(version_of(ledger, event->revision));
    if (!event->up)
        return g_strdup_printf("DELETE FROM %s WHERE version = %s;\n", ledger->name, version);
    g_autofree char *name = pgs_text_literal(revision->name);
    g_autofree char *checksum = checksum_of(revision);
    return g_strdup_printf("INSERT INTO %s (version, name, sha256) VALUES (%s, %s, '%s');\n",
                           ledger->name, version, name, checksum);
}

const PgsLedgerKind pgs_ledger_plain = {
    .format = "plain",
    .table = "pgstair_migrations",
    .place = PGS_LEDGER_WITHIN,
    .holes = PGS_LEDGER_HOLES_APPLIED,
    .create = create,
    .read = read_books,
    .record = record,
    .columns = columns,
};

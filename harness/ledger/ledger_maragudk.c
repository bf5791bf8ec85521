#include "base/text.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * maragu.dev/migrate, v0.6: migrate.go.  One row, the version that the database stands at, which is
 * the file's name as far as ".up.sql"; '' when nothing is applied.  It is written in the
 * migration's transaction; all up to it, in the order of bytes, is applied.
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "text varchar"},
    {.name = NULL},
};

/* createMigrationsTable() */
static char *
create(const PgsLedger *ledger)
{
    return g_strdup_printf("CREATE TABLE IF NOT EXISTS %s (version text not null);\n"
                           "INSERT INTO %s SELECT '' WHERE NOT EXISTS (SELECT FROM %s);\n",
                           ledger->name, ledger->name, ledger->name);
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT version FROM %s LIMIT 1", ledger->name);
    g_autoptr(PGresult) result = pgs_ledger_rows(ledger, connection, sql, error);
    if (result == NULL)
        return FALSE;
    const char *version = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    if (*version == '\0')
        return TRUE;
    state->is_one_line = TRUE;
    pgs_ledger_state_add(state, version, NULL, NULL, pgs_ledger_find_label(ledger, version));
    for (guint i = 0; i < state->n_revisions; i++)
        state->applied[i] = strcmp(pgs_ledger_revision(ledger, (gint)i)->label, version) <= 0;
    return TRUE;
}

/* The version below a revision: of the last one that goes up. */
static const char *
version_below(const PgsLedger *ledger, gint revision)
{
    for (gint i = revision - 1; i >= 0; i--) {
        const PgsRevision *below = pgs_ledger_revision(ledger, i);
        if (below->up != NULL)
            return below->label;
    }
    return "";
}

/* apply(); a table that somebody emptied gets its row back, as createMigrationsTable() does it. */
static char *
record(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const char *version = event->up ? pgs_ledger_revision(ledger, event->revision)->label
                                    : version_below(ledger, event->revision);
    g_autofree char *quoted = pgs_text_literal(version);
    return g_strdup_printf("WITH moved AS (UPDATE %s SET version = %s RETURNING version)\n"
                           "INSERT INTO %s SELECT %s WHERE NOT EXISTS (SELECT FROM moved);\n",
                           ledger->name, quoted, ledger->name, quoted);
}

const PgsLedgerKind pgs_ledger_maragudk = {
    .format = "maragudk",
    .table = "migrations",
    .place = PGS_LEDGER_WITHIN,
    .holes = PGS_LEDGER_HOLES_PASSED,
    .create = create,
    .read = read_books,
    .record = record,
    .columns = columns,
};

#ifndef PGS_LEDGER_LEDGER_ROWS_H
#define PGS_LEDGER_LEDGER_ROWS_H

#include "ledger/ledger.h"

/* What the kinds of books have in common. */

/* A moment as PgsLedgerEntry has it: an expression of type timestamptz in a statement. */
#define PGS_LEDGER_UTC(expression)                                                                 \
    "pg_catalog.to_char((" expression ") AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00'"

/* The index of the revision that a line of the books stands for; -1: the folder has none. */
typedef gint (*PgsLedgerMatch)(const PgsLedger *ledger, const char *version);
/* Adds a row to the state. */
typedef void (*PgsLedgerReadRow)(const PgsLedger *ledger, const PGresult *result, int row,
                                 PgsLedgerState *state);

/* Where the table has not the columns asked for: PGS_LEDGER_ERROR_SHAPE. */
PGresult *pgs_ledger_rows(const PgsLedger *ledger, PgsConnection *connection, const char *sql,
                          GError **error);
/* A column of a row; NULL for SQL NULL.  Belongs to the result. */
const char *pgs_ledger_cell(const PGresult *result, int row, int column);
/* Adds each row of a query to the state. */
gboolean pgs_ledger_each_row(const PgsLedger *ledger, PgsConnection *connection, const char *sql,
                             PgsLedgerReadRow read_row, PgsLedgerState *state, GError **error);
/* Likewise, where the columns are version, name, applied_at and who (each may be NULL but the
 * first). */
gboolean pgs_ledger_read_rows(const PgsLedger *ledger, PgsConnection *connection, const char *sql,
                              PgsLedgerMatch match, PgsLedgerState *state, GError **error);

const PgsRevision *pgs_ledger_revision(const PgsLedger *ledger, gint index);
/* By label, by id; -1: there is none. */
gint pgs_ledger_find_label(const PgsLedger *ledger, const char *label);
gint pgs_ledger_find_id(const PgsLedger *ledger, const char *id);

/* PgsLedgerKind's record, where the column version has the revision's id, and all else a default.
 */
char *pgs_ledger_record_id(const PgsLedger *ledger, const PgsLedgerEvent *event);
/* Makes a schema unless it is there; asks first, since IF NOT EXISTS needs the right to make
 * schemas even where it has nothing to do.  g_free(). */
char *pgs_ledger_create_schema(const char *schema);
/* NULL as well: then "NULL".  Appends it quoted as pgs_text_literal() does. */
void pgs_ledger_append_quoted(GString *sql, const char *text);
/* Whether pgstair.yaml says where they are (ledger:), which wins over the tool's configuration. */
gboolean pgs_ledger_is_named(const PgsLedger *ledger);
/* Says where the books are.  schema NULL: the session's current one. */
void pgs_ledger_rename(PgsLedger *ledger, const char *schema, const char *table);

#endif

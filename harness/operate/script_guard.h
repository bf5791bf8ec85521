#ifndef PGS_OPERATE_SCRIPT_GUARD_H
#define PGS_OPERATE_SCRIPT_GUARD_H

#include "ledger/ledger.h"

/*
 * What stands at the head of an offline script, so that it does nothing to a database that is not
 * at the revision it begins from, or that another run is at work on: a block that finds the books,
 * takes the locks of a run (ledger/lock.h) and fails when the books have other revisions.
 */

/* Of the books that pgstair writes; FALSE: it does not know how to ask them offline, and appended
 * nothing. */
gboolean pgs_script_guard_append(GString *script, const PgsLedger *ledger, gint from);

/* Books that another tool writes. */
typedef struct {
    const char *schema; /* NULL: where says it */
    const char *table;
    PgsLedgerSchema where;
    const GPtrArray *versions; /* that they should have, in any order */
    const char *at;            /* what revision that is, for people */
} PgsScriptBooks;

/* column: of the table, the versions. */
void pgs_script_guard_append_column(GString *script, const PgsScriptBooks *books,
                                    const char *column);

/* A ledger whose statements name its schema: PGS_SCRIPT_SCHEMA (script_text.h) where only the
 * database can say which it is.  All else is borrowed. */
typedef struct {
    PgsLedger ledger;
} PgsScriptLedger;

void pgs_script_ledger_init(PgsScriptLedger *located, const PgsLedger *ledger);
void pgs_script_ledger_clear(PgsScriptLedger *located);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsScriptLedger, pgs_script_ledger_clear)

#endif

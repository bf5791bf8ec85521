#ifndef PGS_OPERATE_SCRIPT_H
#define PGS_OPERATE_SCRIPT_H

#include "ledger/ledger.h"

/*
 * Offline: a script for psql that does what upgrade (or downgrade) does from one revision to
 * another, the books included, without a database.  Texts are in it as they are; \restrict-like
 * care that nothing in them is taken for a command of psql's.  from, to: indexes; -1: base.  to
 * below from: downgrades. An error names what cannot be written offline (an Alembic revision that
 * reads the database, …). g_free().
 */
char *pgs_script_write(const PgsHistory *history, const PgsLedger *ledger, gint from, gint to,
                       GCancellable *cancellable, GError **error);

#endif

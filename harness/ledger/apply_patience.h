#ifndef PGS_LEDGER_APPLY_PATIENCE_H
#define PGS_LEDGER_APPLY_PATIENCE_H

#include "ledger/apply_state.h"

/*
 * What is built CONCURRENTLY waits for all transactions that are older, for as long as it takes,
 * and stands in nobody's way meanwhile: lock_timeout, which would leave it half done, is not for
 * it.  But whoever waits for this run's own lock inside a statement is such a transaction, and
 * each would wait for the other for ever, which the server does not see: it is watched for.
 */
typedef struct _PgsPatience PgsPatience;

/* Before such a statement is sent in the run's session.  Of a session whose lock_timeout a
 * migration has set, it is left alone.  NULL with error. */
PgsPatience *pgs_patience_begin(PgsApply *apply, GError **error);
/* Behind it.  Who was waited for in vain, for a person, when the statement was given up for that
 * (g_free()); or NULL. */
char *pgs_patience_end(PgsPatience *patience);

#endif

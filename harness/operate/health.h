#ifndef PGS_OPERATE_HEALTH_H
#define PGS_OPERATE_HEALTH_H

#include "ledger/ledger.h"
#include "pgstair/pool.h"

/* Of what database, and by what books. */
typedef struct {
    PgsPool *pool;
    const char *conninfo; /* the pool's, for the books of a ledger; NULL: they are not read */
    const PgsHistory *history;
    PgsLedger *ledger; /* NULL: by whichever known books the database has */
    guint timeout;     /* milliseconds for each statement that reads its books; 0: 10 s */
    GCancellable *cancellable;
} PgsHealthRequest;

/*
 * A server's health as one JSON object: "postgres" ("ok" or "error: …"), version, latency, pool,
 * recovery state, replication lag, and the revision by the books.  g_free(); never NULL.  *ok:
 * whether it answers.
 */
char *pgs_health_json(const PgsHealthRequest *request, gboolean *ok);

#endif

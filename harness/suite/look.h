#ifndef PGS_SUITE_LOOK_H
#define PGS_SUITE_LOOK_H

#include "pg/connection.h"
#include "snapshot/snapshot.h"

/*
 * Snapshots of what one session sees, its own open transaction included.  Another connection would
 * not see that, and snapshot/catalog.h's incremental reading does not survive a rollback; here each
 * state of the catalogs is read whole, once, and known again by a fingerprint of its rows.
 */
typedef struct _PgsLook PgsLook;

/* cluster: what all databases share is part of a snapshot.  ledger: as for pgs_catalog_new().  Free
 * with pgs_look_free(). */
PgsLook *pgs_look_new(gboolean cluster, const char *const *ledger);
void pgs_look_free(PgsLook *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLook, pgs_look_free)

/*
 * The session is left as it was: inside a transaction all happens in a savepoint, otherwise in a
 * transaction of its own.  The caller's; pgs_snapshot_unref().
 */
PgsSnapshot *pgs_look_at(PgsLook *look, PgsConnection *connection, GError **error);

#endif

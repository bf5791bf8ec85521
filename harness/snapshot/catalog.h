#ifndef PGS_SNAPSHOT_CATALOG_H
#define PGS_SNAPSHOT_CATALOG_H

#include "pg/connection.h"
#include "snapshot/snapshot.h"

/*
 * Reads one database's catalog, again and again, over one connection.  The first read takes the
 * whole catalog; each later one only what changed since (probe.h says how that is known), so that a
 * rung of the stairway costs what its migration changed rather than what the schema holds.
 */
typedef struct _PgsCatalog PgsCatalog;

#define PGS_CATALOG_ERROR (pgs_catalog_error_quark())
GQuark pgs_catalog_error_quark(void);
typedef enum {
    PGS_CATALOG_ERROR_VERSION, /* a server older than 13 */
} PgsCatalogError;

typedef enum {
    /* Roles, memberships, tablespaces, server-wide role settings too: only for a server that is
       pgstair's own. */
    PGS_CATALOG_CLUSTER = 1 << 0,
} PgsCatalogFlags;

/*
 * connection: borrowed, used by the catalog alone (its search_path is set to empty).  ledger:
 * NULL-terminated names of further bookkeeping relations to leave out, or NULL.  Free with
 * pgs_catalog_free() before the connection.
 */
PgsCatalog *pgs_catalog_new(PgsConnection *connection, PgsCatalogFlags flags,
                            const char *const *ledger, GError **error);
void pgs_catalog_free(PgsCatalog *catalog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCatalog, pgs_catalog_free)

/*
 * What is there now, on a database that nobody changes meanwhile.  The caller's;
 * pgs_snapshot_unref().
 */
PgsSnapshot *pgs_catalog_read(PgsCatalog *catalog, GError **error);
/*
 * The same, everything read anew in one transaction's snapshot: for a live database, and what the
 * incremental way is checked against.
 */
PgsSnapshot *pgs_catalog_read_whole(PgsCatalog *catalog, GError **error);

#endif

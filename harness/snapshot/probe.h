#ifndef PGS_SNAPSHOT_PROBE_H
#define PGS_SNAPSHOT_PROBE_H

#include "pg/connection.h"

/*
 * Tells what changed in a database's catalogs between two looks at them.
 *
 * A row that was written since the last look has a younger xmin; a row that is gone is missed when
 * its catalog has fewer rows than are known.  The raw rows are enough for that, but an object's
 * text also shows the names of what it refers to, whose rows are elsewhere (a renamed column in a
 * view): so all that depends by pg_depend on an object that shows another face counts as changed
 * too.  A schema or a role that is altered may show anywhere: then everything counts as changed.
 * sql/_probe.sql and sql/_dependents.sql hold the queries.
 */
typedef struct _PgsProbe PgsProbe;

/* An object in some catalog, by the catalog's and its own OID. */
typedef struct {
    guint32 class, object;
} PgsCatalogItem;

typedef struct {
    gboolean first;      /* there was no look before: items are all that there is */
    gboolean everything; /* any object may have changed, whatever items say */
    GArray *items;       /* PgsCatalogItem: each changed or affected object, once */
    GHashTable *classes; /* set of GUINT_TO_POINTER(catalog): the catalogs that they and the changed
                            rows lie in */
} PgsChanges;

void pgs_changes_clear(PgsChanges *changes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsChanges, pgs_changes_clear)

/* connection: borrowed.  Free with pgs_probe_free() before it. */
PgsProbe *pgs_probe_new(PgsConnection *connection, GError **error);
void pgs_probe_free(PgsProbe *probe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsProbe, pgs_probe_free)

/*
 * What changed since the call before (the first time: all that is there).  changes is set on
 * success; clear it with pgs_changes_clear().  After a failure the next call is a first one.
 */
gboolean pgs_probe_look(PgsProbe *probe, PgsChanges *changes, GError **error);

/*
 * The relation or type that an object is part of (a constraint, a trigger, a column's default, …),
 * or the item itself.
 */
PgsCatalogItem pgs_probe_anchor(const PgsProbe *probe, PgsCatalogItem item);

#endif

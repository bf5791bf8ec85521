#ifndef PGS_CYCLE_CHANGES_H
#define PGS_CYCLE_CHANGES_H

#include "record/revision.h"
#include "snapshot/snapshot.h"

/* More of one revision are counted, not kept. */
#define PGS_MAX_CHANGES 200

/*
 * What an upgrade has done to the catalog, as a reviewer reads it: PgsRecordChange,
 * g_ptr_array_unref(); at most PGS_MAX_CHANGES, *n_left more.  An object that came or went stands
 * for its parts: the line of a table names its columns and constraints.  Only what is kept is
 * copied: neither snapshot is held.
 */
GPtrArray *pgs_changes_new(PgsSnapshot *before, PgsSnapshot *after, guint *n_left);

#endif

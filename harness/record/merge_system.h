#ifndef PGS_RECORD_MERGE_SYSTEM_H
#define PGS_RECORD_MERGE_SYSTEM_H

#include "record/record.h"

/* What pgs_record_merge() does with a system that both records have. */

/* other keeps what nobody needs any more.  same_run: both say the same of one run, and nothing adds
 * up. */
void pgs_system_merge(PgsRecordSystem *system, PgsRecordSystem *other, gboolean same_run);

/* The requirement of that id, or NULL. */
const PgsRecordRequirement *pgs_system_find_requirement(const PgsRecordSystem *system,
                                                        const char *id);
/* The acceptance that stands at the same place and is held to the same, or NULL. */
const PgsRecordAcceptance *pgs_system_find_acceptance(const PgsRecordSystem *system,
                                                      const PgsRecordAcceptance *wanted);
/* PgsRecordRevision by their labels, all borrowed; g_hash_table_unref(). */
GHashTable *pgs_system_index_revisions(const PgsRecordSystem *system);

#endif

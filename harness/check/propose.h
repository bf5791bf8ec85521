#ifndef PGS_CHECK_PROPOSE_H
#define PGS_CHECK_PROPOSE_H

#include "project/system.h"
#include "snapshot/snapshot.h"

/*
 * A pgstair.yaml that holds a schema as it is, ready to be trimmed: with comments that say what
 * else can be asked.  head NULL: without expectations.  found: the system (its folder, like all
 * paths, as it is to stand in the file), and sample data, models and requirements that were seen
 * near its folder.  notes: what is to be said of the find, a comment each; NULL-terminated, or
 * NULL. Free with g_free().
 */
char *pgs_propose_project(const PgsSystem *found, const PgsSnapshot *head,
                          const char *const *notes);

#endif

#ifndef PGS_CHECK_FOLDER_FINDINGS_H
#define PGS_CHECK_FOLDER_FINDINGS_H

#include "check/sink.h"
#include "migration/merged.h"

/*
 * What the system's pgstair.yaml, or --since-git, names as merged already; *merged NULL: nothing.
 * *since: the index of the revision that is taken for granted (-1: none), by --since or
 * --since-git.  FALSE with error: no such revision, no git, ….
 */
gboolean pgs_folder_ask_merged(const PgsSystem *system, const PgsHistory *history,
                               GCancellable *cancellable, PgsMerged **merged, gint *since,
                               GError **error);

/* What can be told of the folder before anything runs, beside the reader's own notes
 * (climb_findings.h).  merged may be NULL. */
void pgs_findings_add_folder(const PgsSink *sink, const PgsMerged *merged);

#endif

#ifndef PGS_CHECK_EVIDENCE_H
#define PGS_CHECK_EVIDENCE_H

#include "check/check.h"
#include "cycle/stairway.h"
#include "migration/history.h"
#include "project/system.h"
#include "record/record.h"

/* What goes into the record beside the findings: files and their digests, the version control, the
 * schema at head. */

/* The revisions with their files' digests, and the project's own files, into facts. */
void pgs_evidence_note_files(PgsRecordSystem *facts, const PgsSystem *system,
                             const PgsHistory *history);
/* For a comparison: the files beside the revisions that recorded has, as they lie there now.  A run
 * reads more of them (a model's SQL, a script beside the migrations) than the folder's reader. */
void pgs_evidence_note_known(PgsRecordSystem *now, const PgsSystem *system,
                             const PgsRecordSystem *recorded);
/* What each upgrade of the stairway has changed. */
void pgs_evidence_note_changes(PgsRecordSystem *facts, const PgsHistory *history,
                               const PgsStairway *stairway);
/* The relations at head. */
void pgs_evidence_note_schema(PgsRecordSystem *facts, const PgsSnapshot *head);
/* Commit and cleanness of the work tree that the folder lies in, and of the files that were noted
 * before.  Where git is missing or refuses, nothing. */
void pgs_evidence_note_git(PgsRecordSystem *facts, const PgsSystem *system,
                           GCancellable *cancellable);
/* Versions of what pgstair stands on, how it was asked, the CI job; of no server.  checks: those
 * that are made, where not the project's file alone says so; or NULL. */
void pgs_evidence_note_facts(PgsRecordSystem *facts, const PgsSystem *system,
                             const PgsCheckSelection *checks);
/* Of the server that pgs_verify_note_server() noted last: its image, locale and settings. */
void pgs_evidence_note_server(PgsRecordSystem *facts, const PgsSystem *system,
                              const PgsServer *server);

/*
 * How the folder differs now from what the record says of the system: "0007_x.sql: another
 * content", "0008_y.sql: not in the record": char *, g_ptr_array_unref().  Empty: they are the
 * same.
 */
GPtrArray *pgs_evidence_compare(const PgsRecordSystem *recorded, const PgsRecordSystem *now);

#endif

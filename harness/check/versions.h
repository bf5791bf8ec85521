#ifndef PGS_CHECK_VERSIONS_H
#define PGS_CHECK_VERSIONS_H

#include "check/sink.h"
#include "snapshot/snapshot.h"

/*
 * What a run on several servers has to say beyond what was found on each of them.  The record is
 * the merged one: findings name their servers, systems list them.
 */

/* Head of a system, as one of its servers has it. */
typedef struct {
    char *server; /* PgsRecordServer.name */
    PgsSnapshot *snapshot;
} PgsVersionHead;

PgsVersionHead *pgs_version_head_new(const char *server, PgsSnapshot *snapshot);
void pgs_version_head_free(PgsVersionHead *head);

/*
 * Adds one finding for a server that is not to be had and that the run goes on without.  reason: an
 * error's message, its hint with it.
 */
void pgs_versions_add_unavailable(PgsRecord *record, const char *system, const char *server,
                                  const char *reason);

/*
 * servers.verdict: a check that says different things of one case on different servers; and
 * servers.schema: what heads (PgsVersionHead) differ in.  sink: of the system, its record the
 * merged one.  Nothing for a system that was verified on fewer than two.
 */
void pgs_versions_judge(const PgsSink *sink, const GPtrArray *heads);

/*
 * What is of a folder or of the project's file, and not of a server, each of them has found for
 * itself: it is told once, an acceptance that nothing matched only when that is so on all of them.
 */
void pgs_versions_settle(PgsRecord *record);

/* "docker:13, docker:15 and docker:17" of char *; g_free(). */
char *pgs_versions_list(const GPtrArray *names);

#endif

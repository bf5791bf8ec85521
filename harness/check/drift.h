#ifndef PGS_CHECK_DRIFT_H
#define PGS_CHECK_DRIFT_H

#include "cycle/stage.h"
#include "pg/connection.h"
#include "project/system.h"
#include "record/record.h"
#include "snapshot/snapshot.h"

/*
 * Whether migrations' head and something else are the same schema.  Findings are appended to
 * findings: one passed, or one failed for each object that differs (expected: head's; actual: the
 * other's), named as a snapshot names it.
 */

/* Makes each of the system's models in an empty database of the stage and compares: drift.model. */
gboolean pgs_drift_judge_models(PgsStage *stage, const PgsSystem *system, PgsSnapshot *head,
                                GPtrArray *findings, GError **error);
/* The database at url, in read-only transactions: drift.live.  A database that cannot be reached is
 * a finding with status ERROR. */
gboolean pgs_drift_judge_live(const char *url, const PgsSystem *system, const PgsHistory *history,
                              PgsSnapshot *head, GCancellable *cancellable, GPtrArray *findings,
                              GError **error);
/* A session on it that can only read; a pooler that drops that is an error. */
PgsConnection *pgs_drift_open_live(const char *url, GCancellable *cancellable, GError **error);
/* What both come to: how is differs from should.  check: "drift.model"; other: what is is called
 * ("schema_new.sql"); tolerances and strict as the system has them. */
void pgs_drift_compare(const char *check, const PgsSystem *system, const char *other,
                       char **requirements, char **ignore, PgsSnapshot *should, PgsSnapshot *is,
                       GPtrArray *findings);

#endif

#ifndef PGS_CHECK_SYSTEM_WORDS_H
#define PGS_CHECK_SYSTEM_WORDS_H

#include "cycle/stage.h"
#include "diff/diff.h"
#include "migration/history.h"
#include "project/system.h"

/*
 * The words of a system that only the layers above the project know: checks, tolerances,
 * severities, revisions.  Error: PGS_CHECK_ERROR_UNKNOWN or PGS_MIGRATION_ERROR_REVISION, with the
 * place in the project's file and the nearest known word.
 */
gboolean pgs_system_words_validate(const PgsSystem *system, const PgsHistory *history,
                                   GError **error);

/* What its lanes are made on.  Borrows from the system. */
PgsStageOptions pgs_system_stage_options(const PgsSystem *system);

/* Those of its tolerances that hold on a day, "2026-11-21"; NULL: this machine's. */
gboolean pgs_system_tolerances(const PgsSystem *system, const char *today,
                               PgsTolerances *tolerances, GError **error);
/* Whether its last day has passed. */
gboolean pgs_tolerance_is_expired(const PgsTolerance *tolerance, const char *today);

#endif

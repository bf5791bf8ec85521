#ifndef PGS_MIGRATION_LOCATE_H
#define PGS_MIGRATION_LOCATE_H

#include "migration/runner.h"

/*
 * Where in its file a step failed.  statement: the one that failed, or NULL when only the message
 * as a whole is known; sent: the byte offset in the step's text at which the text began that the
 * failure's position counts in.  Fills the outcome's line, column and statement.
 */
void pgs_locate_failure(PgsOutcome *outcome, const PgsStep *step, const PgsStatement *statement,
                        gsize sent);

/* Adds what a person can do about it, where the server gave no hint of its own. */
void pgs_advise_failure(PgsFailure *failure, const PgsStep *step);

#endif

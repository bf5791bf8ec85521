#ifndef PGS_MIGRATION_SQITCH_SCRIPT_H
#define PGS_MIGRATION_SQITCH_SCRIPT_H

#include "migration/sqitch_project.h"
#include "migration/step.h"

/*
 * The step of a script (relative: from the project's root, and there).  By psql itself when psql's
 * own commands or variables are in it; pgstair sends the statements of others as psql would.
 * NULL without error: there is none.  Error: it cannot be read, or it, or what it includes, has a
 * command that would lead psql out of its database or start a program, which pgstair does not run.
 */
PgsStep *pgs_sqitch_script_step(PgsSqitchProject *project, const char *relative,
                                PgsSqitchScript script, GError **error);

/* One that fails as psql does where there is no such file: at the plan's line. */
PgsStep *pgs_sqitch_script_missing(const PgsSqitchProject *project, const char *relative,
                                   const char *plan, guint line);

#endif

#ifndef PGS_CYCLE_PSQL_H
#define PGS_CYCLE_PSQL_H

#include "migration/runner.h"

/*
 * SQL that belongs to no migration (what is prepared, a dump, a model), run as
 * "psql -v ON_ERROR_STOP=1 -f" would: statement by statement, each in a transaction of its own
 * unless the text opens one, COPY with its data.  Of psql's own commands it knows two, \restrict
 * and \unrestrict, which pg_dump writes around a dump since August 2025: they are passed over.
 */

typedef enum {
    /*
     * A CREATE ROLE, USER or GROUP whose role is there already is passed over: what belongs to the
     * whole server is made once, and the text is run in each database.
     */
    PGS_PSQL_KEEP_ROLES = 1 << 0,
} PgsPsqlFlags;

/*
 * path: for people.  A refusal is an outcome, as pgs_runner_run() has it; NULL with error when the
 * run cannot go on.
 */
PgsOutcome *pgs_psql_run(PgsConnection *connection, const char *path, const char *text,
                         gsize length, PgsPsqlFlags flags, GError **error);

/* "file:12:3: ERROR:  … (42P01)\nHINT: …": a failed outcome for a person.  Free with g_free(). */
char *pgs_psql_describe_failure(const PgsOutcome *outcome);

#endif

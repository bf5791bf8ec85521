#ifndef PGS_CLI_MIGRATE_RUN_H
#define PGS_CLI_MIGRATE_RUN_H

#include "cli/migrate.h"
#include "ledger/lock.h"
#include "operate/migration_plan.h"
#include "operate/standing.h"

/* One upgrade or downgrade: look, ask, lock, look again, backup, run, say what came of it. */
typedef struct {
    PgsMigrate *migrate;
    gboolean up;
    const char *revision;  /* as it was given */
    char *settled;         /* the same for the second look: a number of steps is not counted anew */
    PgsStanding *standing; /* of the last look */
    PgsMigrationPlan *plan; /* likewise; NULL: something stands in the way */
    gboolean is_shown;      /* the plan was printed */
    gboolean was_asked;     /* a person has said yes to that plan */
    PgsMigrationLock *lock;
} PgsMigrateRun;

void pgs_migrate_run_clear(PgsMigrateRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsMigrateRun, pgs_migrate_run_clear)

/*
 * Reads where the database stands and makes the plan.  must_be_clear FALSE: what stands in the way
 * (which another run may be about to finish) is no error, and leaves plan NULL.
 */
gboolean pgs_migrate_run_look(PgsMigrateRun *run, gboolean must_be_clear, GError **error);
/* Prints place, standing, concerns and plan, unless it has. */
void pgs_migrate_run_show(PgsMigrateRun *run);
/* Whether the plan has nothing to run; says so. */
gboolean pgs_migrate_run_is_idle(PgsMigrateRun *run);
/* Takes the lock and looks again; a plan that a person has said yes to must be the same still. */
gboolean pgs_migrate_run_lock(PgsMigrateRun *run, GError **error);
/* Runs the plan and prints each revision, and where the database is then.  The exit code. */
int pgs_migrate_run_go(PgsMigrateRun *run, GError **error);
/* "Done: app is at 0042_add_users (head).", asked anew, and what a person should know then. */
void pgs_migrate_run_say_done(const PgsMigrate *migrate);
/* "0007", of the plan's target, for names and questions; belongs to the history. */
const char *pgs_migrate_run_target(const PgsMigrateRun *run);

#endif

#ifndef PGS_OPERATE_MIGRATION_PLAN_H
#define PGS_OPERATE_MIGRATION_PLAN_H

#include "operate/standing.h"
#include "project/system.h"

/* Which revisions an upgrade or a downgrade runs, and where it ends. */
typedef struct {
    gboolean up;
    gint target;       /* the revision asked for; -1: base */
    GArray *revisions; /* gint, in the order in which they are run; empty: nothing is to be done */
} PgsMigrationPlan;

void pgs_migration_plan_free(PgsMigrationPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsMigrationPlan, pgs_migration_plan_free)

/*
 * revision: an id, name or label, "head", or "+2": the next two.  out_of_order: also what is
 * skipped, where the tool would not.  PGS_OPERATE_ERROR_STATE: the database is above it already, or
 * the tool refuses; PGS_MIGRATION_ERROR_REVISION.
 */
PgsMigrationPlan *pgs_migration_plan_up(const PgsStanding *standing, const PgsHistory *history,
                                        const char *revision, gboolean out_of_order,
                                        GError **error);
/*
 * revision: likewise, "base", or "-1": the last one.  PGS_OPERATE_ERROR_STATE: it is not below
 * where the database is, a revision has no way down, or the system's floor forbids it.
 */
PgsMigrationPlan *pgs_migration_plan_down(const PgsStanding *standing, const PgsSystem *system,
                                          const PgsHistory *history, const char *revision,
                                          GError **error);
/* Whether two of them run the same. */
gboolean pgs_migration_plan_equal(const PgsMigrationPlan *a, const PgsMigrationPlan *b);

#endif

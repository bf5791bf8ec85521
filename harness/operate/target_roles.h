#ifndef PGS_OPERATE_TARGET_ROLES_H
#define PGS_OPERATE_TARGET_ROLES_H

#include "ledger/database.h"
#include "migration/history.h"
#include "project/system.h"

/*
 * A copy of a system whose throwaway server has the roles of the target's, so that migrations which
 * name them (GRANT, OWNER TO) can be climbed there: names and memberships alone, and none that the
 * migrations or the project's prepare: make themselves.
 */
typedef struct {
    PgsSystem system; /* borrows all but its prepare */
    PgsSqlText *roles;
} PgsTargetRoles;

gboolean pgs_target_roles_init(PgsTargetRoles *roles, const PgsDatabase *target,
                               const PgsSystem *system, const PgsHistory *history, GError **error);
void pgs_target_roles_clear(PgsTargetRoles *roles);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsTargetRoles, pgs_target_roles_clear)

#endif

#include "base/error.h"
#include "migration/history.h"
#include "migration/sqitch_plan.h"

#include <string.h>

/* What App::Sqitch::Engine asks of a plan before it deploys. */

static gboolean
has_tag(const PgsSqitchChange *change, const char *tag)
{
    return g_ptr_array_find_with_equal_func(change->tags, tag, g_str_equal, NULL);
}

/* App::Sqitch::Plan::ChangeList, find(): the first of that name, or the last one up to the tag.
 * -1: there is none. */
gint
pgs_sqitch_plan_find(const PgsSqitchPlan *plan, const PgsSqitchDepend *depend)
{
    gint found = -1;
    for (guint i = 0; i < plan->changes->len; i++) {
        const PgsSqitchChange *change = g_ptr_array_index(plan->changes, i);
        if (depend->change == NULL || strcmp(change->name, depend->change) == 0)
            found = depend->tag != NULL || found < 0 ? (gint)i : found;
        if (depend->tag != NULL && has_tag(change, depend->tag))
            return found;
    }
    return depend->tag != NULL ? -1 : found;
}

static gboolean
check_conflict(const PgsSqitchPlan *plan, guint index, const PgsSqitchDepend *depend,
               GError **error)
{
    const PgsSqitchChange *change = g_ptr_array_index(plan->changes, index);
    gint found = pgs_sqitch_plan_find(plan, depend);
    if (found < 0) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                      "correct its name, or take it out of the brackets",
                      "%s:%u: unable to find change \"%s\" in the plan", plan->path, change->line,
                      depend->text + 1);
        return FALSE;
    }
    if ((guint)found >= index)
        return TRUE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                  "Sqitch deploys nothing of a plan with such a conflict",
                  "%s:%u: change \"%s\" conflicts with \"%s\", which is deployed before it",
                  plan->path, change->line, change->name, depend->text + 1);
    return FALSE;
}

/* App::Sqitch::Engine, check_deploy_dependencies(), of a deploy of the whole plan. */
gboolean
pgs_sqitch_plan_check(const PgsSqitchPlan *plan, GError **error)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        const PgsSqitchChange *change = g_ptr_array_index(plan->changes, i);
        for (guint j = 0; j < change->depends->len; j++) {
            const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, j);
            if (depend->conflicts && !pgs_sqitch_plan_is_external(plan, depend) &&
                !check_conflict(plan, i, depend, error))
                return FALSE;
        }
    }
    return TRUE;
}

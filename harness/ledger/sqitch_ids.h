#ifndef PGS_LEDGER_SQITCH_IDS_H
#define PGS_LEDGER_SQITCH_IDS_H

#include "migration/sqitch_plan.h"

/* The ids of a plan's changes and tags, as Sqitch has them in its registry. */
typedef struct {
    GPtrArray *changes; /* char *: forty hexadecimal digits, of each change of the plan */
    GPtrArray *tags;    /* GPtrArray of char *, likewise: of its tags */
} PgsSqitchIds;

/* PGS_LEDGER_ERROR_UNSUPPORTED: of a URI that pgstair does not put as Perl's URI would. */
PgsSqitchIds *pgs_sqitch_ids_new(const PgsSqitchPlan *plan, GError **error);
void pgs_sqitch_ids_free(PgsSqitchIds *ids);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqitchIds, pgs_sqitch_ids_free)

/* A dependency as Sqitch writes it: "change@tag", "project:change".  g_free(). */
char *pgs_sqitch_depend_string(const PgsSqitchPlan *plan, const PgsSqitchDepend *depend);

#endif

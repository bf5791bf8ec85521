#ifndef PGS_EXERCISE_RULE_CHECK_SET_H
#define PGS_EXERCISE_RULE_CHECK_SET_H

#include "synthesis/grid.h"

/* The rule's expression for a person, cut when it is long.  g_free(). */
char *pgs_check_expression(const PgsRule *rule);
/*
 * Whether CHECKs of a table leave no row together: proven by the planner of two, or by the grid of
 * all of them when it holds whatever could come out differently (is_whole).  rules: const PgsRule
 * *; it is said only of the one that comes last in the table, which is to be the first here.
 * *words (g_free()): what was proven, for a person; NULL: nothing.  FALSE with error as
 * pgs_batch_run().
 */
gboolean pgs_check_set_prove(PgsBench *bench, const GPtrArray *rules, const PgsGrid *grid,
                             gboolean is_whole, char **words, GError **error);

#endif

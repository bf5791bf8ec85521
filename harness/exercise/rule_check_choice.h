#ifndef PGS_EXERCISE_RULE_CHECK_CHOICE_H
#define PGS_EXERCISE_RULE_CHECK_CHOICE_H

#include "exercise/rules.h"
#include "synthesis/draft.h"

/*
 * Which values a CHECK's columns take, when they are others than the columns' candidates: keys of
 * rows that are there, for foreign keys; NULL; what the functions say that the rule calls.
 */
typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    const GPtrArray *columns; /* const PgsColumn *: that vary; borrowed */
    GHashTable *choices;      /* column → GArray of PgsValue: pgs_grid_evaluate() */
    GHashTable *trusted;      /* column → GHashTable of texts: of a foreign key, that are there */
    GHashTable *taken;        /* likewise: of a key, that are there already */
    GHashTable *own;          /* column → the column of the same relation that it refers to */
} PgsCheckChoice;

void pgs_check_choice_init(PgsCheckChoice *choice, PgsBench *bench, const PgsRule *rule,
                           const GPtrArray *columns);
void pgs_check_choice_clear(PgsCheckChoice *choice);

/*
 * What differs from row to row by itself (a serial, a clock) would not be what the grid has seen:
 * draft gets values instead of such defaults.  FALSE with error as pgs_batch_run(), here and below.
 */
gboolean pgs_check_choice_fix_defaults(PgsCheckChoice *choice, PgsDraft *draft, GError **error);
/* Rows to refer to, so that nothing but the rule stands against a value: draft's own and others. */
gboolean pgs_check_choice_add_parents(PgsCheckChoice *choice, const PgsDraft *draft,
                                      GError **error);
/* NULL where a column may not be NULL, and constants of functions: when nothing else was refused.
 */
gboolean pgs_check_choice_add_unusual(PgsCheckChoice *choice, gboolean *is_more, GError **error);

#endif

#ifndef PGS_EXERCISE_ROWS_CONDITION_H
#define PGS_EXERCISE_ROWS_CONDITION_H

#include "inventory/inventory.h"

/* What is true of a relation's row that breaks a rule. */
typedef struct {
    const PgsRelation *relation; /* whose rows they are */
    const PgsRule *rule;
    const PgsColumn *column; /* that holds values of the domain whose rule it is; or NULL */
    char *sql;               /* the relation is named by its plain name; NULL: see below */
    gboolean only;           /* not of rows of inheriting relations */
    char *also;              /* an expression that tells more of such a row; or NULL */

    /* Of rules about several rows (rows_key.h) in place of sql. */
    char *count;    /* a query for the numbers of rows, and of those that break it (NULL: there are
                       too many to say); NULL when none can be asked */
    char *examples; /* a query for the rows that break it, those that go together first */
} PgsRowCondition;

void pgs_row_condition_free(PgsRowCondition *condition);
/* "foreign key fk_a on public.t"; of a domain's rule with the column.  g_free(). */
char *pgs_row_condition_describe(const PgsRowCondition *condition);

/*
 * PgsRowCondition for the relation's own foreign keys, CHECKs, NOT NULLs and the domains of its own
 * columns.  g_ptr_array_unref().
 */
GPtrArray *pgs_row_conditions(PgsConnection *connection, const PgsRelation *relation);

#endif

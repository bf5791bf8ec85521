#ifndef PGS_PLAN_DERIVE_H
#define PGS_PLAN_DERIVE_H

#include "inventory/bench.h"
#include "plan/question.h"

/*
 * The queries that an index was made for, from its definition alone: equality on its leading keys
 * and on all of them, a range, its order, its predicate, its opclass's operators, its expressions;
 * and for each foreign key whose columns an index leads with the look-up of children.  Values come
 * from the rows that are there (parameter.h): ANALYZEd tables, as pgs_volume_fill() leaves them.
 */
typedef struct {
    GPtrArray *questions; /* PgsQuestion */
    GPtrArray *without;   /* PgsUnasked: indexes for which there is none */
} PgsDerived;

typedef struct {
    const PgsIndex *index;
    char *reason; /* "its table holds 5 rows: …" */
} PgsUnasked;

/* only: const PgsIndex * as a set, or NULL: all that are no partition's part.  g_autoptr. */
PgsDerived *pgs_plan_derive(PgsBench *bench, const PgsIndexes *indexes, GHashTable *only,
                            GError **error);
void pgs_derived_free(PgsDerived *derived);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDerived, pgs_derived_free)

#endif

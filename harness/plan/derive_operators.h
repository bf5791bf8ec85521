#ifndef PGS_PLAN_DERIVE_OPERATORS_H
#define PGS_PLAN_DERIVE_OPERATORS_H

#include "inventory/index.h"

/* What keys of indexes can be asked: the operators of their classes (pg_amop). */
typedef struct _PgsOperators PgsOperators;

typedef struct {
    char *name;        /* "=", "@>" */
    char *sql;         /* as it stands in a query: "=", "OPERATOR(public.=)" */
    guint strategy;    /* of a btree: 1 to 5 for <, <=, =, >=, > */
    gboolean is_order; /* it gives an order: <-> */
    gboolean is_alike; /* both sides have the class's own type */
    char *right_type;  /* as SQL, of the right side where it is another one; NULL: it follows
                          from the left */
    char category;     /* typcategory of the class's type; 0: of "char", which servers differ on */
    char *left_type;   /* the class's: "text", "anyarray" */
} PgsOperator;

PgsOperators *pgs_operators_read(PgsConnection *connection, const PgsIndexes *indexes,
                                 GError **error);
void pgs_operators_free(PgsOperators *operators);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsOperators, pgs_operators_free)

/* const PgsOperator *, by strategy; never NULL; belongs to operators. */
const GPtrArray *pgs_operators_of(const PgsOperators *operators, const PgsIndexKey *key);
/* Of the class's own type, by strategy; or NULL. */
const PgsOperator *pgs_operators_strategy(const PgsOperators *operators, const PgsIndexKey *key,
                                          guint strategy);
/* By name, or NULL. */
const PgsOperator *pgs_operators_named(const PgsOperators *operators, const PgsIndexKey *key,
                                       const char *name);

#endif

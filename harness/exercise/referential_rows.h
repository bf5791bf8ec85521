#ifndef PGS_EXERCISE_REFERENTIAL_ROWS_H
#define PGS_EXERCISE_REFERENTIAL_ROWS_H

#include "exercise/referential_place.h"
#include "exercise/referential_row.h"
#include "exercise/result.h"

/*
 * The rows that a foreign key is exercised on: two parents, a child of each, and the values of a
 * parent that is not there.  Texts are a column's text, NULL for SQL NULL.
 */
typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    PgsRuleResult *result;
    const PgsReferentialPlace *place; /* or NULL */
    PgsStored *parents[2];            /* the second is NULL when there can be only one */
    PgsDraft *child;                  /* the first child's, before it is stored */
    gboolean child_is_there; /* a trigger makes it, or it was there: it cannot be stored again */
    PgsStored *children[2];  /* of each parent; the second may be NULL */
    GPtrArray *spare;        /* a third parent as it would be stored, its columns' texts; or NULL */
    gboolean is_unsettled;   /* they do away with a child that was just stored */
    gboolean settles_first;  /* deferred triggers act before the first child is stored; no second */
    gboolean spare_is_linked; /* it refers to rows that are not there either */
    /* Of each parent, and [2] of none: what a child's columns hold that points at it, in the order
       of rule->columns; [1] and [2] may be NULL. */
    GPtrArray *keys[3];
    char *reason; /* why there are no such rows; or NULL */
} PgsReferentialRows;

PgsReferentialRows *pgs_referential_rows_new(PgsBench *bench, const PgsRule *rule,
                                             PgsRuleResult *result);
void pgs_referential_rows_free(PgsReferentialRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReferentialRows, pgs_referential_rows_free)

/*
 * Inside the bench's transaction: the parents stored, the first child drafted; then the children
 * stored.  reason is set when that cannot be.  FALSE with error as pgs_batch_run().
 */
gboolean pgs_referential_rows_prepare(PgsReferentialRows *rows, GError **error);
gboolean pgs_referential_rows_store(PgsReferentialRows *rows, GError **error);

/* The first child with the key that no parent has. */
PgsDraft *pgs_referential_orphan(const PgsReferentialRows *rows);
/* Whether no parent has the key that a child's draft holds; a query that gives a row then. */
char *pgs_referential_free_sql(const PgsRule *rule, const PgsDraft *child);
gboolean pgs_referential_is_free(PgsBench *bench, const PgsRule *rule, const PgsDraft *child,
                                 gboolean *is_free, GError **error);

/* A row of relation that points by a key at stored, in the bench's transaction; NULL without error:
 * *reason. */
PgsStored *pgs_referential_follow(PgsBench *bench, const PgsRule *rule, const PgsStored *stored,
                                  char **reason, GError **error);
/* A parent's key, from all its columns' texts, as the child's columns write it: an int's "1" is a
 * numeric(8,2)'s "1.00". */
gboolean pgs_referential_key(PgsBench *bench, const PgsRule *rule, const char *const *parent,
                             GPtrArray **key, GError **error);

#endif

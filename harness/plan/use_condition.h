#ifndef PGS_PLAN_USE_CONDITION_H
#define PGS_PLAN_USE_CONDITION_H

#include "inventory/index.h"
#include "sql/expression.h"

/* Conditions as EXPLAIN prints them, against an index's keys. */

/* PGS_USE_CONDITION or PGS_USE_LATER; alias: the scanning node's. */
guint pgs_use_of_condition(const char *index_cond, const char *alias, const PgsIndex *index);

/* Whether a scan's filter holds what the index could take as a condition, or its predicate. */
gboolean pgs_use_is_asked(const char *filter, const char *alias, const PgsIndex *index);

/*
 * The first key of a btree that a scan's filter restricts, though its index_cond (or NULL) does
 * not: the index has it, and cannot take it; or NULL.
 */
const PgsIndexKey *pgs_use_wasted_key(const char *filter, const char *index_cond, const char *alias,
                                      const PgsIndex *index);

#endif

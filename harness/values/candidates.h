#ifndef PGS_VALUES_CANDIDATES_H
#define PGS_VALUES_CANDIDATES_H

#include "inventory/bench.h"

/*
 * Values worth trying for a column, because of what the rules on it say: literals of lists and
 * comparisons and their neighbours, lengths at their limits, texts that match a pattern and that
 * just do not, members that a JSON rule names, what the functions say that a rule calls; partition
 * bounds, predicates of indexes, literals in triggers' bodies; then ordinary values and edges of
 * its type.  NULL is among them when the column may be NULL.
 */
typedef struct {
    const PgsColumn *column;
    GArray *values; /* PgsValue, each once, the most telling first */
    /*
     * Whether, for what rules say of this column, no other value could come out differently: all
     * that is said are comparisons with constants, list membership, null tests and lengths, and for
     * each constant it, its neighbours and the spaces between and beyond are there; or the type has
     * no more values.  Then what holds for all of these holds for every value.
     */
    gboolean is_complete;
} PgsCandidates;

/* For a column of a relation; remembered, belongs to the bench. */
const PgsCandidates *pgs_candidates_of_column(PgsBench *bench, const PgsColumn *column,
                                              GError **error);
/* For a domain: values of its base type, by its constraints and its base domains'. */
const PgsCandidates *pgs_candidates_of_domain(PgsBench *bench, const PgsType *domain,
                                              GError **error);

#endif

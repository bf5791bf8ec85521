#ifndef PGS_PLAN_DERIVE_SEARCH_H
#define PGS_PLAN_DERIVE_SEARCH_H

#include "plan/derive_inquiry.h"

/*
 * What a key of a GIN, GiST, SP-GiST or BRIN index is asked by, beyond equality: the operator of
 * its class that people use it for, and a value made of what rows hold.
 */
typedef struct {
    const PgsOperator *oper;
    const char *title; /* "search of an element in"; static */
} PgsSearch;

/*
 * Adds the key's search to inquiry; expression: the key as a query has it.  *search's operator
 * NULL: the class has none that is known (*is_known FALSE), or no row a value to look for.  FALSE
 * with error as pgs_connection_query().
 */
gboolean pgs_search_add(PgsInquiry *inquiry, const PgsOperators *operators, const PgsIndexKey *key,
                        const char *expression, PgsSearch *search, gboolean *is_known,
                        GError **error);
/* The operator that gives rows by their distance from a value of the key's own type; or NULL. */
const PgsOperator *pgs_search_nearest(const PgsOperators *operators, const PgsIndexKey *key);
/* LIKE 'prefix%', for keys of pattern classes and those that are sorted by bytes.  *value NULL:
 * there is no prefix that few rows have; g_free(). */
gboolean pgs_search_prefix(const PgsInquiry *inquiry, const char *expression, char **value,
                           GError **error);
/* LIKE itself; static. */
const PgsOperator *pgs_search_like(void);

#endif

#ifndef PGS_CHECK_EXPECT_COMPARE_H
#define PGS_CHECK_EXPECT_COMPARE_H

#include "check/expect_value.h"

/* An expectation held against one object, attribute by attribute. */

typedef struct {
    const char *attribute;
    PgsExpectRow row;      /* a row of the table, or one made for an attribute without */
    char *wanted, *actual; /* as the server spells them; NULL: none */
    gboolean is_equal;
    gboolean is_said;           /* by the expectation; FALSE: it is so in a plain object */
    const PgsSpelling *refusal; /* the server does not understand what is wanted; or NULL */
} PgsComparison;

/*
 * Compares all that the expectation says, and what it need not say (expect_rows.h).  Elements:
 * PgsComparison, in the order of a description.  Meaningless while the speller is waiting.
 */
GPtrArray *pgs_expect_compare(const PgsExpectScope *scope, const PgsObject *object);

/* The comparison of that attribute, or NULL. */
const PgsComparison *pgs_comparison_find(const GPtrArray *comparisons, const char *attribute);
guint pgs_comparisons_n_wrong(const GPtrArray *comparisons);

#endif

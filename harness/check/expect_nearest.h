#ifndef PGS_CHECK_EXPECT_NEAREST_H
#define PGS_CHECK_EXPECT_NEAREST_H

#include "check/expect_find.h"

/*
 * What looks most like an object that is expected and not there: one of the same shape under
 * another name, one of the same name elsewhere or of another kind, one whose name is near.  Never
 * NULL; g_free().  May leave the speller waiting.
 */
char *pgs_expect_nearest(const PgsExpectScope *scope);

/* An expectation's relation is not there: the relation whose name is nearest.  g_free(). */
char *pgs_expect_nearest_relation(const PgsExpectScope *scope);

#endif

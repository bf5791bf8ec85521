#ifndef PGS_CHECK_EXPECT_UNLISTED_H
#define PGS_CHECK_EXPECT_UNLISTED_H

#include "check/expect.h"
#include "check/expect_lookup.h"

/*
 * What a block that is exact, or tables that are, must not have: a finding for each object that no
 * expectation is about, or one that all is listed.  listed: a set of const PgsObject * that
 * expectations are about.
 */
void pgs_expect_add_unlisted(const PgsExpectations *expectations, const PgsExpectContext *context,
                             const PgsLookup *lookup, GHashTable *listed, GPtrArray *findings);

#endif

#ifndef PGS_PROJECT_EXPECT_BLOCK_H
#define PGS_PROJECT_EXPECT_BLOCK_H

#include "project/reading.h"

/* "expect": one block of expectations, or a list of them. */
extern const PgsShape pgs_shape_expect;

/* PgsFieldRead for it; target is a PgsSystem, context a PgsReading. */
gboolean pgs_read_expect(const PgsNode *value, const PgsField *field, gpointer target,
                         gpointer context, GError **error);

#endif

#ifndef PGS_PROJECT_EXPECT_ABSENT_H
#define PGS_PROJECT_EXPECT_ABSENT_H

#include "project/reading.h"

/* "absent" of a block of expectations: what must not exist. */
extern const PgsShape pgs_shape_absent;
gboolean pgs_read_absent(const PgsNode *value, const PgsField *field, gpointer target,
                         gpointer context, GError **error);

/* One of "objects" (expect_block.c), there as well. */
extern const PgsShape pgs_shape_object;
gboolean pgs_read_objects(const PgsNode *value, const PgsField *field, gpointer target,
                          gpointer context, GError **error);

/* Whether a function's name has its arguments with it. */
gboolean pgs_check_signature(const PgsNode *name, GError **error);

#endif

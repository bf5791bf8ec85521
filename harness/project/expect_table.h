#ifndef PGS_PROJECT_EXPECT_TABLE_H
#define PGS_PROJECT_EXPECT_TABLE_H

#include "project/attribute.h"

/* "tables" of a block of expectations: name → table, or nothing (it exists). */
extern const PgsShape pgs_shape_tables;

/* PgsFieldRead for it; context is a PgsReading with its block. */
gboolean pgs_read_tables(const PgsNode *value, const PgsField *field, gpointer target,
                         gpointer context, GError **error);

#endif

#ifndef PGS_PROJECT_SAMPLE_FIELDS_H
#define PGS_PROJECT_SAMPLE_FIELDS_H

#include "project/reading.h"

/* "seed": a path, one sample, or a list of these. */
extern const PgsShape pgs_shape_seed;

/* PgsFieldRead for it; target is a PgsSystem, context a PgsReading. */
gboolean pgs_read_seed(const PgsNode *value, const PgsField *field, gpointer target,
                       gpointer context, GError **error);

#endif

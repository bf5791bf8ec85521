#ifndef PGS_PROJECT_EXERCISE_FIELDS_H
#define PGS_PROJECT_EXERCISE_FIELDS_H

#include "project/exercise_case.h"
#include "project/reading.h"

/* "exercise": a seed number and explicit cases. */
extern const PgsShape pgs_shape_exercise;

/* PgsFieldRead for it; target is a PgsSystem, context a PgsReading. */
gboolean pgs_read_exercise(const PgsNode *value, const PgsField *field, gpointer target,
                           gpointer context, GError **error);

#endif

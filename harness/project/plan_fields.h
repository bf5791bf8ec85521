#ifndef PGS_PROJECT_PLAN_FIELDS_H
#define PGS_PROJECT_PLAN_FIELDS_H

#include "project/plan_query.h"
#include "project/reading.h"

/* "plans": queries and the indexes that must serve them. */
extern const PgsShape pgs_shape_plans;

/* PgsFieldRead for it; target is a PgsSystem, context a PgsReading. */
gboolean pgs_read_plans(const PgsNode *value, const PgsField *field, gpointer target,
                        gpointer context, GError **error);

#endif

#ifndef PGS_PROJECT_ENVIRONMENT_FIELDS_H
#define PGS_PROJECT_ENVIRONMENT_FIELDS_H

#include "config/field.h"
#include "project/system.h"

/*
 * environments: of a pgstair.yaml, in a system and at the top of a file for all its systems.
 * Targets are a GPtrArray * of PgsEnvironment at the field's offset.
 */
extern const PgsShape pgs_shape_environments;

gboolean pgs_read_environments(const PgsNode *value, const PgsField *field, gpointer target,
                               gpointer context, GError **error);
/* Adds those of a whole file to a system that does not name them itself. */
void pgs_environments_inherit(PgsSystem *system, const GPtrArray *environments);

#endif

#ifndef PGS_PROJECT_SYSTEM_FIELDS_H
#define PGS_PROJECT_SYSTEM_FIELDS_H

#include "config/field.h"
#include "project/system.h"

/* A system in a pgstair.yaml: nothing, or a mapping. */
extern const PgsShape pgs_shape_system;

/* Reads a checked one.  folder: of the file.  PGS_CONFIG_ERROR. */
PgsSystem *pgs_system_read(const PgsNode *name, const PgsNode *value, const char *folder,
                           GError **error);

#endif

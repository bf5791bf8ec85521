#ifndef PGS_PROJECT_REQUIREMENT_FIELDS_H
#define PGS_PROJECT_REQUIREMENT_FIELDS_H

#include "config/field.h"
#include "project/requirement.h"

/* The root of a requirements file, and what may stand inline instead. */
extern const PgsShape pgs_shape_requirements_file;

/* Reads a checked mapping; path is the file's.  PGS_CONFIG_ERROR. */
PgsRequirements *pgs_requirements_read_node(const PgsNode *node, const char *path, GError **error);
/* Reads a file. */
PgsRequirements *pgs_requirements_read(const char *path, GError **error);

/* Whether these, scalars of the file that names them, are ids of requirements. */
gboolean pgs_requirements_check_ids(const PgsRequirements *requirements, const GPtrArray *ids,
                                    GError **error);

#endif

#ifndef PGS_CONFIG_SCHEMA_H
#define PGS_CONFIG_SCHEMA_H

#include "config/field.h"

/*
 * The JSON Schema (draft-07, what editors' YAML support reads) of the files whose root is shape.
 * It takes what pgs_shape_check() takes, as far as a schema can say it.  Free with g_free().
 */
char *pgs_schema_make(const PgsShape *shape, const char *title);

#endif

#ifndef PGS_CONFIG_REFERENCE_H
#define PGS_CONFIG_REFERENCE_H

#include "config/field.h"

/* The keys of the files whose root is shape, as Markdown: a section for each named shape.  Free
 * with g_free(). */
char *pgs_reference_make(const PgsShape *shape);

#endif

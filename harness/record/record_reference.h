#ifndef PGS_RECORD_RECORD_REFERENCE_H
#define PGS_RECORD_RECORD_REFERENCE_H

#include <glib.h>

/* The record's format, element by element, as Markdown (docs/record.md): made of the schema
 * (reports/record.rng) and its comments, which it cannot disagree with.  Free with g_free(). */
char *pgs_record_reference(void);

#endif

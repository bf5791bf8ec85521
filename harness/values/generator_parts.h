#ifndef PGS_VALUES_GENERATOR_PARTS_H
#define PGS_VALUES_GENERATOR_PARTS_H

#include "values/generator.h"

/* Elements of arrays, bounds of ranges and fields of composites within their texts. */

/* As array_in(), range_in() and record_in() all read it; appended. */
void pgs_part_append(GString *text, const char *part);
/*
 * The parts between the first and the last character of text, as they are written (char *,
 * g_ptr_array_unref()), or NULL when quotes or brackets do not come out.
 */
GPtrArray *pgs_parts_split(const char *text, char delimiter);
/* A part without its quotes; g_free(). */
char *pgs_part_unquote(const char *part);
/* text as a value of the part's type, g_free(); NULL: it could be none. */
char *pgs_part_adapt(PgsBench *bench, const PgsType *part, const char *text);

#endif

#ifndef PGS_DIFF_NATURE_H
#define PGS_DIFF_NATURE_H

#include "diff/diff.h"

/*
 * Of which nature the difference is between two values of one attribute; NULL: it is not there.
 * FALSE when it is none at all: the two orders of columns agree on the columns that both have, and
 * the others are objects that are reported themselves.
 */
gboolean pgs_nature_judge(const PgsObject *object, const char *attribute, const char *before,
                          const char *after, PgsNature *nature);

/* Cuts a list of names or of literals ("a, \"b, c\", 'd, e'") into its parts, as they are written.
 * Free with g_ptr_array_unref(). */
GPtrArray *pgs_nature_split_list(const char *list);

#endif

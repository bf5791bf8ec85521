#ifndef PGS_DIFF_LINE_DIFF_H
#define PGS_DIFF_LINE_DIFF_H

#include <glib.h>

typedef enum {
    PGS_LINE_SAME,
    PGS_LINE_REMOVED,
    PGS_LINE_ADDED,
    PGS_LINE_SKIPPED, /* a run of same lines, far from any change, stands here */
} PgsLineKind;

typedef struct {
    PgsLineKind kind;
    char *text; /* without the newline; NULL: skipped */
} PgsLine;

/*
 * The lines of before and after by their longest common subsequence, with context same lines around
 * each change.  Bounded: where what differs is too large for that, it is all removed and then all
 * added.  Elements are PgsLine; g_ptr_array_unref().
 */
GPtrArray *pgs_line_diff(const char *before, const char *after, guint context);

#endif

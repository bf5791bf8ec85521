#ifndef PGS_VALUES_PATTERN_H
#define PGS_VALUES_PATTERN_H

#include <glib.h>

/*
 * Texts made from a pattern: what should match it, and what is close and should not.  Nobody relies
 * on that: the server says what matches.
 */
typedef enum {
    PGS_PATTERN_REGEX, /* PostgreSQL's advanced regular expressions (docs, 9.7.3) */
    PGS_PATTERN_LIKE,
    PGS_PATTERN_SIMILAR, /* SIMILAR TO, before the server has made a regex of it */
} PgsPatternSyntax;

/*
 * Up to limit texts, shortest forms first, each alternative, bound and class at its edges; the same
 * for the same seed.  char *; g_ptr_array_unref().
 */
GPtrArray *pgs_pattern_examples(PgsPatternSyntax syntax, const char *pattern, guint64 seed,
                                guint limit);
/* Likewise texts that differ from those by one thing: a character more, less, of another class. */
GPtrArray *pgs_pattern_near_misses(PgsPatternSyntax syntax, const char *pattern, guint64 seed,
                                   guint limit);

#endif

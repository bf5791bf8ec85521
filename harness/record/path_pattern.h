#ifndef PGS_RECORD_PATH_PATTERN_H
#define PGS_RECORD_PATH_PATTERN_H

#include <glib.h>

/* Glob patterns over paths: "*", "?" and "[a-z]" stay within a name; a name that is "**" stands for
 * any number of folders, none too.  A "./" in front of either is passed over. */
gboolean pgs_path_matches(const char *pattern, const char *path);

/* The end of path, from the first folder on from which it matches; NULL when none does, or when the
 * pattern has no folder, which would match everywhere.  Points into path. */
const char *pgs_path_match_end(const char *pattern, const char *path);

#endif

#ifndef PGS_PROJECT_PATHS_H
#define PGS_PROJECT_PATHS_H

#include <glib.h>

/*
 * path (or a glob pattern), as it stands in a file in folder: relative to the working folder when
 * folder is, in the shortest spelling that leads to the same place ("migrations/../seeds/a.sql" is
 * "seeds/a.sql", unless migrations is a symbolic link).  Free with g_free().
 */
char *pgs_path_join(const char *folder, const char *path);

/* Whether a path is a glob pattern rather than one file. */
gboolean pgs_path_is_pattern(const char *path);

#endif

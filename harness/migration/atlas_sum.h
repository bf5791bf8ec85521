#ifndef PGS_MIGRATION_ATLAS_SUM_H
#define PGS_MIGRATION_ATLAS_SUM_H

#include "migration/reader.h"

#define PGS_ATLAS_SUM_FILE "atlas.sum"

/*
 * What is wrong with the folder's atlas.sum, which is there, as Atlas says it (g_free()); NULL:
 * nothing.  files: PgsFolderFile, those that Atlas reads, in its order.  *line: of atlas.sum, 0
 * when it is about none; *file: the file that does not match, or NULL.  NULL with error when a file
 * cannot be read.
 */
char *pgs_atlas_sum_fault(const PgsFolder *folder, const GPtrArray *files, guint *line, char **file,
                          GError **error);

/* What atlas.sum has to be for the folder's .sql files as they are now.  NULL with error when a
 * file cannot be read.  g_free(). */
char *pgs_atlas_sum_text(const PgsFolder *folder, GError **error);

/* Whether atlas:sum ignore keeps the file out of it. */
gboolean pgs_atlas_sum_ignores(GBytes *text);

/* Notes (folder.checksum) an atlas.sum that does not match beside files of another tool: Atlas
 * reads some of their formats too.  FALSE when a file cannot be read. */
gboolean pgs_atlas_sum_note(const PgsFolder *folder, PgsHistory *history, GError **error);

#endif

#ifndef PGS_MIGRATION_NODE_TEXT_H
#define PGS_MIGRATION_NODE_TEXT_H

#include "migration/reader.h"

/*
 * Makes the file's text what fs.readFile(…, "utf8") of node gives of it: U+FFFD for each sequence
 * that is no valid UTF-8, which is noted (folder.encoding).  A NUL byte stays, and is refused
 * later. FALSE with error when the file cannot be read.
 */
gboolean pgs_node_text_take(PgsFolderFile *file, PgsHistory *history, GError **error);

#endif

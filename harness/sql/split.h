#ifndef PGS_SQL_SPLIT_H
#define PGS_SQL_SPLIT_H

#include "sql/script.h"

/*
 * Appends the statements of text (valid UTF-8; text[length] is NUL; changed while it is read, not
 * in the end) to statements (of PgsStatement).  On an error (PGS_SQL_ERROR) *offset says where.
 * The time is linear in length.
 */
gboolean pgs_split(char *text, gsize length, gboolean allow_copy_data, GArray *statements,
                   gsize *offset, GError **error);

#endif

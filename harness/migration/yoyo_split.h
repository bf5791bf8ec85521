#ifndef PGS_MIGRATION_YOYO_SPLIT_H
#define PGS_MIGRATION_YOYO_SPLIT_H

#include "sql/script.h"

/*
 * The statements of a text as sqlparse.split() has them, by which yoyo splits its files: of PgsCut,
 * without white space at their ends.  text: valid UTF-8.  g_array_unref().
 */
GArray *pgs_yoyo_split(const char *text, gsize length);
/* str.isspace(), of one character. */
gboolean pgs_yoyo_is_space(gunichar c);

#endif

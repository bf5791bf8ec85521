#ifndef PGS_DIFF_SQL_SPACE_H
#define PGS_DIFF_SQL_SPACE_H

#include <glib.h>

/*
 * sql with each run of white space that means nothing folded to one blank, and none at the ends.
 * What lies in '…', E'…', "…" and $tag$…$tag$ stays as it is.  A line comment keeps the newline
 * that ends it.  Lexical rules: PostgreSQL's documentation, "Lexical Structure".  Free with
 * g_free().
 */
char *pgs_sql_fold_space(const char *sql);

/* Whether two texts differ in nothing but such white space. */
gboolean pgs_sql_equal_but_space(const char *a, const char *b);

#endif

#ifndef PGS_VOLUME_FILL_STATEMENT_H
#define PGS_VOLUME_FILL_STATEMENT_H

#include "volume/fill.h"

/*
 * "INSERT INTO … SELECT …": rows of numbers behind done up to last (counted among fill's numbers),
 * as far as from allows: what is counted (ranks, rows that are referred to) begins with from.  At
 * most limit rows; 0: no limit.  g_free().
 */
char *pgs_fill_statement(const PgsFill *fill, gint64 from, gint64 done, gint64 last, gint64 limit);

#endif

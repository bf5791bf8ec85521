#ifndef PGS_VOLUME_FILL_LINK_H
#define PGS_VOLUME_FILL_LINK_H

#include "volume/fill.h"

/* The foreign keys of fill->relation, as links. */
void pgs_fill_add_links(PgsFill *fill, const PgsFillOptions *options);
void pgs_fill_link_free(PgsFillLink *link);
/* How many rows there are to refer to.  FALSE with error as pgs_connection_query(). */
gboolean pgs_fill_count_parents(PgsFill *fill, GError **error);
/*
 * The rows that can be referred to, as a query: k0, k1, … their values, and n, by which they are
 * numbered from 1 (among those with the same fixed values).  Appended.
 */
void pgs_fill_append_parents(GString *sql, const PgsFill *fill, const PgsFillLink *link);

#endif

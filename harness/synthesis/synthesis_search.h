#ifndef PGS_SYNTHESIS_SYNTHESIS_SEARCH_H
#define PGS_SYNTHESIS_SYNTHESIS_SEARCH_H

#include "synthesis/synthesis_try.h"

/* So many rows are tried before synthesis gives up. */
#define PGS_SEARCH_LIMIT 2000

/*
 * A row that the server accepts, found from one that it refused (draft, try: taken over); the
 * recipe learns from it.  NULL without error: there was none; *last is then the server's last word
 * on the row that came furthest.  *n_tried is added to.
 */
PgsDraft *pgs_build_search(PgsBuild *build, PgsDraft *draft, PgsTry *try, PgsTry **last,
                           guint *n_tried, GError **error);

#endif

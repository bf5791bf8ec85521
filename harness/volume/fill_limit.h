#ifndef PGS_VOLUME_FILL_LIMIT_H
#define PGS_VOLUME_FILL_LIMIT_H

#include "volume/fill.h"

/* Why there can be no more rows, as far as a key says; NULL: none does.  g_free(). */
char *pgs_fill_limit(const PgsFill *fill);

#endif

#ifndef PGS_SEED_PUT_H
#define PGS_SEED_PUT_H

#include "seed/target.h"

/* Puts rows of CSV and JSON into the load's target. */

/* Where a row stands, for messages. */
typedef struct {
    const PgsSeedFile *file;
    guint line;        /* 0: to be found from */
    gsize offset;      /* its byte offset in the file */
    const char *where; /* "document 2", or NULL */
} PgsTargetPlace;

/*
 * Inserts the row (an array of PgsTargetValue), or updates the one that has its key.  Each row is a
 * statement of its own, so that triggers, references to rows in front of it and expressions see
 * what they would see in an application's; but the server's answer is not waited for: it may come
 * with a later row, or with pgs_put_rest().  place->file must last until then; what else there is
 * is copied, but for the values' SQL.
 */
gboolean pgs_put_row(PgsSeedLoad *load, const PgsTargetPlace *place, const GArray *values);

/*
 * Waits for the rows that are on their way, at the end of a file, also of one that has failed: what
 * the server refuses stands in front of that, and is the failure then.
 */
gboolean pgs_put_rest(PgsSeedLoad *load);

typedef struct _PgsPut PgsPut;
void pgs_put_free(PgsPut *put);

#endif

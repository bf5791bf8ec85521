#ifndef PGS_SYNTHESIS_SYNTHESIS_SERIES_H
#define PGS_SYNTHESIS_SYNTHESIS_SERIES_H

#include "inventory/bench.h"

/*
 * Values for a column that has to be different in each row, by number.  Whether its rules accept
 * them all is for the server to say.
 */
typedef enum {
    PGS_SERIES_ORDINARY, /* the generator's n-th */
    PGS_SERIES_POOL,     /* one of a few, in turn */
    PGS_SERIES_ADD,      /* a whole number: stem + n × step */
    PGS_SERIES_DIGITS,   /* n written into the stem at an offset */
    PGS_SERIES_LETTERS,  /* likewise, in letters */
    PGS_SERIES_TURN,     /* letters and digits of the stem, from an offset on, turned on by n */
    PGS_SERIES_HEX,      /* likewise, as digits of a hexadecimal number */
} PgsSeriesKind;

typedef struct {
    PgsSeriesKind kind;
    const PgsColumn *column;
    GArray *pool; /* PgsValue; POOL only */
    char *stem;
    gsize offset;
    gint64 number, step;
    guint start; /* ORDINARY: the number of its first */
} PgsSeries;

PgsSeries *pgs_series_ordinary(const PgsColumn *column, guint start);
/* values (PgsValue) is copied. */
PgsSeries *pgs_series_pool(const PgsColumn *column, const GArray *values);
PgsSeries *pgs_series_copy(const PgsSeries *series);
void pgs_series_free(PgsSeries *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSeries, pgs_series_free)

/* Its n-th value, from 0. */
PgsValue pgs_series_value(PgsBench *bench, const PgsSeries *series, guint n);
/* Series whose members look like value, the most natural first; PgsSeries; g_ptr_array_unref(). */
GPtrArray *pgs_series_like(const PgsColumn *column, PgsValue value);

#endif

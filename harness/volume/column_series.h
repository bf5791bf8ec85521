#ifndef PGS_VOLUME_COLUMN_SERIES_H
#define PGS_VOLUME_COLUMN_SERIES_H

#include "synthesis/synthesis_series.h"

/* Series of values like one that is accepted (synthesis_series.h), as SQL over a number from 1. */

/* Series whose members look like value, the most natural first; PgsSeries; g_ptr_array_unref().
 * room: how many characters a text may have more (G_MAXUINT: as many as it likes). */
GPtrArray *pgs_column_series(const PgsColumn *column, PgsValue value, guint room);
/* Not yet of the column's type.  NULL: such a series cannot be said in SQL.  *limit: how many of
 * its values differ; G_MAXINT64: all.  g_free(). */
char *pgs_series_sql(const PgsSeries *series, const char *number, gint64 *limit);

/* What turns in a text. */
typedef enum {
    PGS_TURN_ALL, /* letters and digits, each within its kind */
    PGS_TURN_DIGITS,
    PGS_TURN_HEX, /* letters are hexadecimal digits */
} PgsTurn;

/*
 * The characters of stem, from the offset (bytes) on, turned on by the number like a mileage
 * counter.  NULL: there are none.  g_free().
 */
char *pgs_turn_sql(const char *stem, gsize offset, PgsTurn turn, const char *number, gint64 *limit);

#endif

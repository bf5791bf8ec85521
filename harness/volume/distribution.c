#include "volume/distribution.h"

#include "volume/column_fill.h"

#include <math.h>

#define FEW 0.02   /* of rows that have the last of two or three values */
#define RATIO 0.4  /* of a value's share to that of the one before it, where there are more */
#define MOST 0.6   /* the first one's share, before the shares are made to sum up */
#define LEAST 0.01 /* likewise any one's */

/* FNV-1a (64 bits): it has to be the same everywhere and for ever, as g_str_hash() need not be. */
static gint64
stream_seed(guint64 seed, const char *stream)
{
    guint64 hash = G_GUINT64_CONSTANT(14695981039346656037);
    for (const char *p = stream; *p != '\0'; p++)
        hash = (hash ^ (guchar)*p) * G_GUINT64_CONSTANT(1099511628211);
    for (guint i = 0; i < 8; i++)
        hash = (hash ^ ((seed >> (8 * i)) & 0xff)) * G_GUINT64_CONSTANT(1099511628211);
    return (gint64)hash;
}

/* hashint8extended() is there from 11 on and mixes what hashint8() does (hashfunc.c). */
char *
pgs_distribution_hash(guint64 seed, const char *stream, const char *number)
{
    return g_strdup_printf("pg_catalog.hashint8extended(%s, '%" G_GINT64_FORMAT
                           "'::pg_catalog.int8)",
                           number, stream_seed(seed, stream));
}

/* 53 bits are what a double holds; 2^-53 is exact. */
char *
pgs_fill_unit(guint64 seed, const char *stream, const char *number)
{
    g_autofree char *hash = pgs_distribution_hash(seed, stream, number);
    return g_strdup_printf("((%s & 9007199254740991)::pg_catalog.float8 *"
                           " '1.1102230246251565e-16'::pg_catalog.float8)",
                           hash);
}

char *
pgs_distribution_skewed(const char *unit, gint64 n_values)
{
    return g_strdup_printf("(1 + pg_catalog.floor(pg_catalog.power(%s, 2) * %" G_GINT64_FORMAT
                           "))::pg_catalog.int8",
                           unit, n_values);
}

double *
pgs_distribution_weights(guint n)
{
    double *weights = g_new0(double, n + 1);
    double ratio = n > 1 ? MIN(RATIO, pow(FEW / MOST, 1.0 / (n - 1))) : 1;
    double least = MIN(LEAST, 0.5 / MAX(n, 1));
    double share = MOST, sum = 0;
    for (guint i = 0; i < n; i++, share *= ratio) {
        weights[i] = MAX(share, least);
        sum += weights[i];
    }
    for (guint i = 0; i < n; i++)
        weights[i] /= sum;
    return weights;
}

char *
pgs_distribution_choice(const char *unit, const double *weights, guint n)
{
    if (n <= 1)
        return g_strdup("0");
    g_autoptr(GString) bounds = g_string_new(NULL);
    double sum = 0;
    for (guint i = 0; i + 1 < n; i++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        sum += weights[i];
        g_ascii_formatd(text, sizeof text, "%.6f", sum);
        g_string_append_printf(bounds, "%s%s", i > 0 ? "," : "", text);
    }
    return g_strdup_printf("pg_catalog.width_bucket(%s, '{%s}'::pg_catalog.float8[])", unit,
                           bounds->str);
}

char *
pgs_distribution_nulls(const char *unit, double share, const char *sql)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(text, sizeof text, "%.6g", share);
    return g_strdup_printf("CASE WHEN %s >= %s THEN %s END", unit, text, sql);
}

#include "values/generator_types.h"

#include <string.h>

/* Families of types that only extensions have. */

/* ISBN, EAN and their kin (contrib/isn): the row's template is how they begin. */

static char
check_digit(const char *digits)
{
    guint sum = 0;
    for (guint i = 0; i < 12; i++)
        sum += (guint)(digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
    return (char)('0' + (10 - sum % 10) % 10);
}

static char *
isn_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    const char *begin = use->scalar->template;
    /* An ISSN's number is followed by the issue's. */
    const char *end = strcmp(begin, "977") == 0 ? "00" : "";
    gint width = (gint)(12 - strlen(begin) - strlen(end));
    guint64 count = 1;
    for (gint i = 0; i < width; i++)
        count *= 10;
    *n_distinct = (guint)MIN(count, G_MAXUINT);
    g_autofree char *digits = g_strdup_printf("%s%0*u%s", begin, width, n % *n_distinct, end);
    return g_strdup_printf("%s%c", digits, check_digit(digits));
}

const PgsScalarFamily pgs_family_isn = {.nth = isn_nth};

/* pgvector: the typmod is the number of dimensions.  Sparse when the row's first is 1. */

#define VECTOR_DIMENSIONS 3
#define VECTOR_RADIX 1000 /* what half precision tells apart */

static char *
vector_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    gboolean is_sparse = use->scalar->first == 1;
    guint dimensions = use->typmod > 0 ? (guint)use->typmod : VECTOR_DIMENSIONS;
    *n_distinct = dimensions > 1 ? VECTOR_RADIX * VECTOR_RADIX : VECTOR_RADIX;
    n %= *n_distinct;
    const guint elements[] = {n % VECTOR_RADIX + 1, n / VECTOR_RADIX + 1};
    GString *text = g_string_new(is_sparse ? "{" : "[");
    for (guint i = 0; i < (is_sparse ? MIN(dimensions, 2) : dimensions); i++) {
        g_string_append(text, i > 0 ? "," : "");
        if (is_sparse)
            g_string_append_printf(text, "%u:", i + 1);
        g_string_append_printf(text, "%u", i < 2 ? elements[i] : 1);
    }
    if (is_sparse)
        g_string_append_printf(text, "}/%u", dimensions);
    else
        g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

const PgsScalarFamily pgs_family_vector = {.nth = vector_nth};

/* PostGIS: sort, dimensions and reference system are in the typmod (liblwgeom.h). */

typedef struct {
    const char *name;
    const char *form; /* 1: a point that varies; 2, 3: fixed ones; *: the dimensions */
} GeometrySort;

static const GeometrySort geometry_sorts[] = {
    {"POINT", "(1)"},
    {"POINT", "(1)"},
    {"LINESTRING", "(1,2)"},
    {"POLYGON", "((1,2,3,1))"},
    {"MULTIPOINT", "(1,2)"},
    {"MULTILINESTRING", "((1,2))"},
    {"MULTIPOLYGON", "(((1,2,3,1)))"},
    {"GEOMETRYCOLLECTION", "(POINT*(1))"},
    {"CIRCULARSTRING", "(1,2,3)"},
    {"COMPOUNDCURVE", "((1,2))"},
    {"CURVEPOLYGON", "((1,2,3,1))"},
    {"MULTICURVE", "((1,2))"},
    {"MULTISURFACE", "(((1,2,3,1)))"},
    {"POLYHEDRALSURFACE", "(((1,2,3,1)))"},
    {"TRIANGLE", "((1,2,3,1))"},
    {"TIN", "(((1,2,3,1)))"},
};

static char *
geometry_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    guint32 typmod = use->typmod > 0 ? (guint32)use->typmod : 0;
    guint sort = (typmod & 0xfc) >> 2;
    guint srid = (typmod & 0x0fffff00) >> 8;
    gboolean z = (typmod & 2) != 0, m = (typmod & 1) != 0;
    if (sort >= G_N_ELEMENTS(geometry_sorts))
        return NULL;
    *n_distinct = 100 * 40 * 1000;
    n %= *n_distinct;
    const char *dimensions = z && m ? " ZM" : z ? " Z" : m ? " M" : "";
    const char *more = z && m ? " 0 0" : z || m ? " 0" : "";
    GString *text = g_string_new(NULL);
    if (srid > 0)
        g_string_append_printf(text, "SRID=%u;", srid);
    g_string_append_printf(text, "%s%s", geometry_sorts[sort].name, dimensions);
    for (const char *p = geometry_sorts[sort].form; *p != '\0'; p++) {
        if (*p == '1')
            g_string_append_printf(text, "%u %u.%03u%s", n % 100 + 1, n / 100 % 40, n / 4000, more);
        else if (*p == '2' || *p == '3')
            g_string_append_printf(text, "%s%s", *p == '2' ? "110 50" : "120 -10", more);
        else if (*p == '*')
            g_string_append(text, dimensions);
        else
            g_string_append_c(text, *p);
    }
    return g_string_free(text, FALSE);
}

const PgsScalarFamily pgs_family_geometry = {.nth = geometry_nth};

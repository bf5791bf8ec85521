#include "base/text.h"
#include "volume/column_fill.h"
#include "volume/column_spread.h"
#include "volume/distribution.h"

#include <string.h>

enum {
    ELEMENTS = 5, /* of an array, at the most */
    DEPTH = 4,    /* of types in types */
    FEW = 50,     /* values that elements of arrays have, so that they come again */
};

/* ---- enums, booleans within other types ---- */

static gboolean
spread_listed(const PgsSpread *spread, PgsSpreadValue *value)
{
    const GPtrArray *labels = spread->type->labels;
    if (spread->type->kind == 'e' && labels != NULL && labels->len > 0) {
        g_autoptr(GString) sql = g_string_new("(ARRAY[");
        for (guint i = 0; i < labels->len; i++) {
            g_string_append(sql, i > 0 ? ", " : "");
            pgs_text_append_literal(sql, labels->pdata[i]);
        }
        g_string_append_printf(sql, "]::pg_catalog.text[])[1 + ((%s - 1) %% %u)]", spread->value,
                               labels->len);
        value->sql = g_strdup(sql->str);
        value->limit = labels->len;
        return TRUE;
    }
    if (!g_str_equal(spread->type->schema, "pg_catalog") ||
        !g_str_equal(spread->type->name, "bool"))
        return FALSE;
    value->sql = g_strdup_printf("((%s) %% 2 = 1)", spread->value);
    value->limit = 2;
    return TRUE;
}

/* A part of the value: its own type, its own stream of chance.  g_free(); NULL: not known. */
static char *
part_sql(const PgsSpread *spread, const PgsType *type, gint32 typmod, const char *type_sql,
         const char *stream, const char *number)
{
    if (type == NULL || spread->depth >= DEPTH)
        return NULL;
    g_autofree char *own = g_strdup_printf("%s %s", spread->stream, stream);
    PgsSpread part = *spread;
    PgsSpreadValue value = {0};
    for (; type->kind == 'd' && type->base != NULL; type = type->base)
        typmod = type->base_typmod;
    part.type = type;
    part.typmod = typmod;
    part.stream = own;
    part.value = number;
    part.is_distinct = TRUE; /* times by the number, not by the row */
    part.depth++;
    if (!spread_listed(&part, &value) && !pgs_spread_value(&part, &value))
        return NULL;
    char *sql = g_strdup_printf("CAST(%s AS %s)", value.sql, type_sql);
    pgs_spread_value_clear(&value);
    return sql;
}

/* ---- arrays ---- */

/* Up to five, of few different ones; none in some rows.  Where rows have to differ, one of its own.
 */
static gboolean
spread_array(const PgsSpread *spread, PgsSpreadValue *value)
{
    const PgsType *element = spread->type->element;
    if (spread->is_distinct) {
        g_autofree char *only =
            part_sql(spread, element, spread->typmod, element->sql, "", spread->value);
        value->sql = only != NULL ? g_strdup_printf("ARRAY[%s]", only) : NULL;
        return only != NULL;
    }
    g_autoptr(GString) sql = g_string_new("(ARRAY[");
    for (guint i = 0; i < ELEMENTS; i++) {
        g_autofree char *stream = g_strdup_printf("%s element %u", spread->stream, i);
        g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(spread->bench), stream, spread->row);
        g_autofree char *number = pgs_distribution_skewed(unit, FEW);
        g_autofree char *one = part_sql(spread, element, spread->typmod, element->sql, "", number);
        if (one == NULL)
            return FALSE;
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", one);
    }
    g_autofree char *length =
        pgs_spread_expand(spread, "pg_catalog.floor($u * " G_STRINGIFY(6) ")::pg_catalog.int4");
    g_string_append_printf(sql, "]::%s[])[1:%s]", element->sql, length);
    value->sql = g_strdup(sql->str);
    return TRUE;
}

/* ---- ranges ---- */

/* Each of its own place, so that those of different numbers do not overlap. */
static gboolean
spread_range(const PgsSpread *spread, PgsSpreadValue *value)
{
    const PgsType *subtype = spread->type->subtype;
    const char *stream = "bound";
    g_autofree char *low_number = g_strdup_printf("(%s * 2)", spread->value);
    g_autofree char *high_number = g_strdup_printf("(%s * 2 + 1)", spread->value);
    g_autofree char *low = part_sql(spread, subtype, -1, subtype->sql, stream, low_number);
    g_autofree char *high = part_sql(spread, subtype, -1, subtype->sql, stream, high_number);
    if (low == NULL || high == NULL)
        return FALSE;
    /* Dates go backwards. */
    g_autofree char *bounds =
        g_strdup_printf("'[\"' || LEAST(%s, %s)::pg_catalog.text || '\",\"' ||"
                        " GREATEST(%s, %s)::pg_catalog.text || '\")'",
                        low, high, low, high);
    value->sql =
        spread->type->kind == 'm' ? g_strdup_printf("'{' || %s || '}'", bounds) : g_strdup(bounds);
    return TRUE;
}

/* ---- composites ---- */

static gboolean
spread_composite(const PgsSpread *spread, PgsSpreadValue *value)
{
    g_autoptr(GString) sql = g_string_new("ROW(");
    for (guint i = 0; i < spread->type->fields->len; i++) {
        const PgsColumn *field = spread->type->fields->pdata[i];
        g_autofree char *one = part_sql(spread, field->type, field->typmod, field->type_sql,
                                        field->name, spread->value);
        if (one == NULL)
            return FALSE;
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", one);
    }
    g_string_append_c(sql, ')');
    value->sql = g_strdup(sql->str);
    return TRUE;
}

gboolean
pgs_spread_compound(const PgsSpread *spread, PgsSpreadValue *value)
{
    const PgsType *type = spread->type;
    if (type->kind == 'c' && type->fields != NULL)
        return spread_composite(spread, value);
    if ((type->kind == 'r' || type->kind == 'm') && type->subtype != NULL)
        return spread_range(spread, value);
    /* Not int2vector and oidvector, which are of another make. */
    if (type->element != NULL && type->category == 'A' && type->name[0] == '_')
        return spread_array(spread, value);
    return FALSE;
}

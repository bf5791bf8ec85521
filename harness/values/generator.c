#include "values/generator.h"

#include "values/generator_compound.h"
#include "values/generator_types.h"
#include "values/generator_unknown.h"

#include <string.h>

/* Longer texts than this nobody asks for. */
#define LENGTH_MAX 20000000

/* The type that decides how a value is written: behind domains. */
static PgsScalarUse
resolve(PgsBench *bench, const PgsType *type, gint32 typmod)
{
    const PgsScalar *scalar = pgs_scalar_find(type);
    while (scalar == NULL && type->kind == 'd' && type->base != NULL) {
        typmod = type->base_typmod;
        type = type->base;
        scalar = pgs_scalar_find(type);
    }
    return (PgsScalarUse){.bench = bench, .type = type, .typmod = typmod, .scalar = scalar};
}

static gboolean
is_unknown(const PgsScalarUse *use)
{
    return use->scalar == NULL && use->type->kind == 'b' && use->type->element == NULL;
}

void
pgs_values_add(PgsBench *bench, GArray *values, const char *text)
{
    pgs_value_add_once(values, pgs_bench_text(bench, text));
}

void
pgs_values_add_expression(PgsBench *bench, GArray *values, const char *expression)
{
    pgs_value_add_once(values, pgs_bench_expression(bench, expression));
}

char *
pgs_generator_text(PgsBench *bench, const PgsType *type, gint32 typmod, guint n, guint *n_distinct,
                   guint depth)
{
    PgsScalarUse use = resolve(bench, type, typmod);
    *n_distinct = 0;
    if (use.scalar != NULL)
        return use.scalar->family->nth(&use, n, n_distinct);
    if (is_unknown(&use))
        return pgs_unknown_nth(bench, use.type, n, n_distinct);
    return pgs_compound_nth(bench, use.type, use.typmod, n, n_distinct, depth);
}

PgsValue
pgs_generator_value(PgsBench *bench, const PgsType *type, gint32 typmod, guint n, guint *n_distinct)
{
    guint count = 0;
    g_autofree char *text = pgs_generator_text(bench, type, typmod, n, &count, 0);
    if (n_distinct != NULL)
        *n_distinct = text != NULL ? count : 0;
    if (text == NULL)
        return (PgsValue){PGS_VALUE_NULL, NULL};
    return pgs_bench_text(bench, text);
}

static void
add_listed_edges(const PgsScalarUse *use, GArray *values)
{
    const PgsScalarFamily *family = use->scalar->family;
    for (const char *const *edge = use->scalar->edges; edge != NULL && *edge != NULL; edge++)
        if (family->fits == NULL || family->fits(use, *edge))
            pgs_values_add(use->bench, values, *edge);
}

void
pgs_generator_edges(PgsBench *bench, const PgsType *type, gint32 typmod, GArray *values)
{
    PgsScalarUse use = resolve(bench, type, typmod);
    if (use.scalar == NULL) {
        pgs_compound_edges(bench, use.type, use.typmod, values);
        return;
    }
    add_listed_edges(&use, values);
    if (use.scalar->family->edges != NULL)
        use.scalar->family->edges(&use, values);
}

/* Of an expression, by the step that SQL has for the type. */
static void
add_expression_neighbours(const PgsScalarUse *use, const char *expression, GArray *values)
{
    if (use->scalar == NULL || use->scalar->step == NULL)
        return;
    g_autofree char *below = g_strdup_printf("((%s) - %s)", expression, use->scalar->step);
    g_autofree char *above = g_strdup_printf("((%s) + %s)", expression, use->scalar->step);
    pgs_values_add_expression(use->bench, values, below);
    pgs_values_add_expression(use->bench, values, above);
}

void
pgs_generator_neighbours(PgsBench *bench, const PgsType *type, gint32 typmod, PgsValue value,
                         GArray *values)
{
    PgsScalarUse use = resolve(bench, type, typmod);
    if (value.kind == PGS_VALUE_EXPRESSION)
        add_expression_neighbours(&use, value.text, values);
    if (value.kind != PGS_VALUE_TEXT)
        return;
    if (use.scalar == NULL)
        pgs_compound_neighbours(bench, use.type, use.typmod, value.text, values);
    else if (use.scalar->family->neighbours != NULL)
        use.scalar->family->neighbours(&use, value.text, values);
}

/* A text that is too long for a literal, made by the server; NULL: none. */
static char *
long_expression(const PgsScalarUse *use, guint length, guint n)
{
    const PgsScalarFamily *family = use->scalar->family;
    if (family == &pgs_family_text) {
        g_autofree char *end = family->sized(use, 8, n);
        return g_strdup_printf("(pg_catalog.repeat('a', %u) || '%s')", length - 8, end);
    }
    if (family == &pgs_family_bytes)
        return g_strdup_printf("pg_catalog.decode(pg_catalog.repeat('00', %u), 'hex')", length);
    if (family == &pgs_family_bits)
        return g_strdup_printf("CAST(pg_catalog.repeat('0', %u) AS pg_catalog.varbit)", length);
    return NULL;
}

PgsValue
pgs_generator_sized(PgsBench *bench, const PgsType *type, gint32 typmod, guint length, guint n)
{
    PgsScalarUse use = resolve(bench, type, typmod);
    g_autofree char *text = NULL, *expression = NULL;
    if (length > LENGTH_MAX)
        return (PgsValue){PGS_VALUE_NULL, NULL};
    if (use.scalar == NULL)
        text = pgs_compound_sized(bench, use.type, use.typmod, length, n);
    else if (use.scalar->family->sized != NULL)
        text = use.scalar->family->sized(&use, length, n);
    if (text != NULL)
        return pgs_bench_text(bench, text);
    if (use.scalar != NULL)
        expression = long_expression(&use, length, n);
    if (expression == NULL)
        return (PgsValue){PGS_VALUE_NULL, NULL};
    return pgs_bench_expression(bench, expression);
}

gboolean
pgs_generator_adapt(PgsBench *bench, const PgsType *type, const char *text, PgsValue *value)
{
    PgsScalarUse use = resolve(bench, type, -1);
    g_autofree char *adapted = NULL;
    if (use.scalar == NULL && !is_unknown(&use))
        adapted = pgs_compound_adapt(bench, use.type, text);
    else if (use.scalar == NULL || use.scalar->family->fits == NULL ||
             use.scalar->family->fits(&use, text))
        adapted = g_strdup(text);
    if (adapted == NULL)
        return FALSE;
    *value = pgs_bench_text(bench, adapted);
    return TRUE;
}

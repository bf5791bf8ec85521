#include "values/generator_range.h"

#include "values/generator_compound.h"
#include "values/generator_parts.h"
#include "values/generator_types.h"

#include <string.h>

static char *
range_text(const char *lower, const char *upper, const char *brackets)
{
    GString *text = g_string_new(NULL);
    g_string_append_c(text, brackets[0]);
    if (lower != NULL)
        pgs_part_append(text, lower);
    g_string_append_c(text, ',');
    if (upper != NULL)
        pgs_part_append(text, upper);
    return g_string_free(g_string_append_c(text, brackets[1]), FALSE);
}

/* Whether the n-th value of a subtype is less than the next. */
static gboolean
is_ascending(const PgsType *subtype, guint n, guint n_distinct)
{
    const PgsScalar *scalar = pgs_scalar_find(pgs_type_base(subtype));
    return scalar != NULL && scalar->ascends && n + 1 < n_distinct &&
           (scalar->max == 0 || n + 1 < (guint64)scalar->max);
}

/* Ranges that do not overlap: from one value to the next, or one value alone where the order is
   not known. */
static char *
plain_range_nth(PgsBench *bench, const PgsType *type, guint n, guint *n_distinct, guint depth)
{
    g_autofree char *lower = pgs_generator_text(bench, type->subtype, -1, n, n_distinct, depth + 1);
    if (lower == NULL)
        return NULL;
    if (*n_distinct < G_MAXUINT)
        n %= *n_distinct;
    guint ignored;
    if (!is_ascending(type->subtype, n, *n_distinct))
        return range_text(lower, lower, "[]");
    g_autofree char *upper =
        pgs_generator_text(bench, type->subtype, -1, n + 1, &ignored, depth + 1);
    return range_text(lower, upper, "[)");
}

char *
pgs_range_nth(PgsBench *bench, const PgsType *type, guint n, guint *n_distinct, guint depth)
{
    g_autofree char *range = plain_range_nth(bench, type, n, n_distinct, depth);
    if (range == NULL || type->kind == 'r')
        return g_steal_pointer(&range);
    return g_strdup_printf("{%s}", range);
}

static void
add_range(PgsBench *bench, const PgsType *type, GArray *values, const char *range)
{
    g_autofree char *text = type->kind == 'm' ? g_strdup_printf("{%s}", range) : g_strdup(range);
    pgs_values_add(bench, values, text);
}

void
pgs_range_edges(PgsBench *bench, const PgsType *type, GArray *values)
{
    pgs_values_add(bench, values, type->kind == 'm' ? "{}" : "empty");
    add_range(bench, type, values, "(,)");
    guint n_distinct;
    g_autofree char *value = pgs_generator_text(bench, type->subtype, -1, 9, &n_distinct, 1);
    if (value == NULL)
        return;
    g_autofree char *from = range_text(value, NULL, "[)");
    g_autofree char *to = range_text(NULL, value, "(]");
    g_autofree char *alone = range_text(value, value, "[]");
    add_range(bench, type, values, from);
    add_range(bench, type, values, to);
    add_range(bench, type, values, alone);
    if (!is_ascending(type->subtype, 19, n_distinct))
        return;
    g_autofree char *above = pgs_generator_text(bench, type->subtype, -1, 19, &n_distinct, 1);
    g_autofree char *wide = range_text(value, above, "[)");
    g_autofree char *open = range_text(value, above, "(]");
    add_range(bench, type, values, wide);
    add_range(bench, type, values, open);
}

/*
 * One bound moved by the subtype's step, below and above; of a single value only away from it.
 * "" is no bound.
 */
static void
move_bound(PgsBench *bench, const PgsType *type, char **bounds, guint which, const char *brackets,
           GArray *values)
{
    g_autoptr(GArray) moved = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    PgsValue bound = {PGS_VALUE_TEXT, bounds[which]};
    pgs_generator_neighbours(bench, type->subtype, -1, bound, moved);
    gboolean is_single = g_str_equal(bounds[0], bounds[1]);
    for (guint i = 0; i < MIN(moved->len, 2); i++) {
        PgsValue value = g_array_index(moved, PgsValue, i);
        if (value.kind != PGS_VALUE_TEXT || (is_single && i != which))
            continue;
        const char *lower = which == 0 ? value.text : bounds[0];
        const char *upper = which == 1 ? value.text : bounds[1];
        g_autofree char *text =
            range_text(*lower != '\0' ? lower : NULL, *upper != '\0' ? upper : NULL, brackets);
        pgs_values_add(bench, values, text);
    }
}

void
pgs_range_neighbours(PgsBench *bench, const PgsType *type, const char *text, GArray *values)
{
    gsize length = strlen(text);
    if (length < 3 || strchr("[(", text[0]) == NULL || strchr("])", text[length - 1]) == NULL)
        return;
    g_autoptr(GPtrArray) parts = pgs_parts_split(text, ',');
    if (parts == NULL || parts->len != 2)
        return;
    g_auto(GStrv) bounds = g_new0(char *, 3);
    for (guint i = 0; i < 2; i++)
        bounds[i] = pgs_part_unquote(g_ptr_array_index(parts, i));
    const char brackets[] = {text[0], text[length - 1], '\0'};
    for (guint i = 0; i < 2 && is_ascending(type->subtype, 0, 2); i++)
        if (*bounds[i] != '\0')
            move_bound(bench, type, bounds, i, brackets, values);
    g_autofree char *other = g_strdup(text);
    other[length - 1] = text[length - 1] == ')' ? ']' : ')';
    pgs_values_add(bench, values, other);
}

static char *
adapt_plain_range(PgsBench *bench, const PgsType *type, const char *text)
{
    if (*text == '[' || *text == '(' || g_ascii_strcasecmp(text, "empty") == 0)
        return g_strdup(text);
    g_autofree char *bound = pgs_part_adapt(bench, type->subtype, text);
    return bound != NULL ? range_text(bound, bound, "[]") : NULL;
}

char *
pgs_range_adapt(PgsBench *bench, const PgsType *type, const char *text)
{
    if (type->kind == 'm' && *text == '{')
        return g_strdup(text);
    g_autofree char *range = adapt_plain_range(bench, type, text);
    if (range == NULL || type->kind == 'r')
        return g_steal_pointer(&range);
    return g_strdup_printf("{%s}", range);
}

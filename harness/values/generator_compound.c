#include "values/generator_compound.h"

#include "values/generator_parts.h"
#include "values/generator_range.h"
#include "values/generator_types.h"

#include <string.h>

/* How deep types are nested at most. */
#define DEPTH_MAX 8
#define ARRAY_MAX 10000
/* Of an element type with one value, arrays differ by their length alone. */
#define LENGTHS_MAX 100

/* Enums */

static char *
enum_nth(const PgsType *type, guint n, guint *n_distinct)
{
    *n_distinct = type->labels->len;
    if (type->labels->len == 0)
        return NULL;
    return g_strdup(g_ptr_array_index(type->labels, n % type->labels->len));
}

static gint
enum_position(const PgsType *type, const char *label)
{
    for (guint i = 0; i < type->labels->len; i++)
        if (g_str_equal(g_ptr_array_index(type->labels, i), label))
            return (gint)i;
    return -1;
}

static void
enum_neighbours(PgsBench *bench, const PgsType *type, const char *label, GArray *values)
{
    gint position = enum_position(type, label);
    if (position < 0)
        return;
    for (gint next = position - 1; next <= position + 1; next += 2)
        if (next >= 0 && next < (gint)type->labels->len)
            pgs_values_add(bench, values, g_ptr_array_index(type->labels, next));
}

/* Arrays */

static char
delimiter_of(const PgsType *element)
{
    const PgsScalar *scalar = pgs_scalar_find(pgs_type_base(element));
    return scalar != NULL && scalar->delimiter != 0 ? scalar->delimiter : ',';
}

/* FALSE when the element type has no value. */
static gboolean
append_element(GString *text, PgsBench *bench, const PgsType *array, gint32 typmod, guint n,
               guint depth)
{
    guint n_distinct;
    g_autofree char *element =
        pgs_generator_text(bench, array->element, typmod, n, &n_distinct, depth + 1);
    if (element == NULL)
        return FALSE;
    if (text->len > 1)
        g_string_append_c(text, delimiter_of(array->element));
    pgs_part_append(text, element);
    return TRUE;
}

/* Arrays of one element, then of two, … */
static char *
array_nth(PgsBench *bench, const PgsType *type, gint32 typmod, guint n, guint *n_distinct,
          guint depth)
{
    guint n_elements = 0;
    g_autofree char *first =
        pgs_generator_text(bench, type->element, typmod, 0, &n_elements, depth + 1);
    if (first == NULL || n_elements == 0) {
        *n_distinct = 1;
        return g_strdup("{}");
    }
    *n_distinct = n_elements == 1 ? LENGTHS_MAX : G_MAXUINT;
    guint64 rest = n % *n_distinct, count = n_elements;
    guint length = 1;
    for (; rest >= count; length++) {
        rest -= count;
        count *= n_elements;
    }
    g_autoptr(GString) text = g_string_new("{");
    for (guint i = 0; i < length; i++) {
        append_element(text, bench, type, typmod, (guint)(rest % n_elements), depth);
        rest /= n_elements;
    }
    return g_strconcat(text->str, "}", NULL);
}

static char *
array_sized(PgsBench *bench, const PgsType *type, gint32 typmod, guint length, guint n)
{
    g_autoptr(GString) text = g_string_new("{");
    for (guint i = 0; i < length; i++)
        if (!append_element(text, bench, type, typmod, n + i, 0))
            return NULL;
    return g_strconcat(text->str, "}", NULL);
}

static void
add_wrapped(PgsBench *bench, GArray *values, const char *part)
{
    g_autoptr(GString) text = g_string_new("{");
    pgs_part_append(text, part);
    g_string_append_c(text, '}');
    pgs_values_add(bench, values, text->str);
}

#define ELEMENT_EDGES_MAX 4

static void
array_edges(PgsBench *bench, const PgsType *type, gint32 typmod, GArray *values)
{
    pgs_values_add(bench, values, "{}");
    for (guint length = 1; length <= 3; length++) {
        g_autofree char *text = array_sized(bench, type, typmod, length, 0);
        if (text != NULL)
            pgs_values_add(bench, values, text);
    }
    pgs_values_add(bench, values, "{NULL}");
    g_autofree char *one = array_sized(bench, type, typmod, 1, 0);
    if (one == NULL)
        return;
    g_autofree char *nested = g_strdup_printf("{%s}", one);
    g_autofree char *twice = g_strdup_printf("{%.*s%c%s", (gint)strlen(one) - 2, one + 1,
                                             delimiter_of(type->element), one + 1);
    pgs_values_add(bench, values, twice);
    pgs_values_add(bench, values, nested);
    g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    pgs_generator_edges(bench, type->element, typmod, elements);
    for (guint i = 0; i < MIN(elements->len, ELEMENT_EDGES_MAX); i++)
        if (g_array_index(elements, PgsValue, i).kind == PGS_VALUE_TEXT)
            add_wrapped(bench, values, g_array_index(elements, PgsValue, i).text);
}

static char *
join_parts(const GPtrArray *parts, guint n, char delimiter)
{
    GString *text = g_string_new("{");
    for (guint i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(text, delimiter);
        g_string_append(text, g_ptr_array_index(parts, i));
    }
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

/* An element less, an element more. */
static void
array_neighbours(PgsBench *bench, const PgsType *type, gint32 typmod, const char *text,
                 GArray *values)
{
    if (*text != '{')
        return;
    char delimiter = delimiter_of(type->element);
    g_autoptr(GPtrArray) parts = pgs_parts_split(text, delimiter);
    if (parts == NULL)
        return;
    if (parts->len > 0) {
        g_autofree char *less = join_parts(parts, parts->len - 1, delimiter);
        pgs_values_add(bench, values, less);
        if (*(const char *)g_ptr_array_index(parts, 0) == '{')
            return;
    }
    g_autofree char *before = join_parts(parts, parts->len, delimiter);
    g_autoptr(GString) more = g_string_new(before);
    g_string_truncate(more, more->len - 1);
    if (!append_element(more, bench, type, typmod, 0, 0))
        return;
    g_string_append_c(more, '}');
    pgs_values_add(bench, values, more->str);
}

/* Composites */

static guint
count_composites(PgsBench *bench, const PgsType *type, guint depth)
{
    guint most = 1;
    for (guint i = 0; i < type->fields->len; i++) {
        const PgsColumn *field = g_ptr_array_index(type->fields, i);
        guint n_values = 0;
        g_free(pgs_generator_text(bench, field->type, field->typmod, 0, &n_values, depth + 1));
        most = MAX(most, n_values);
    }
    return most;
}

/* The n-th value of each field: as many as the field with the most has. */
static char *
composite_nth(PgsBench *bench, const PgsType *type, guint n, guint *n_distinct, guint depth)
{
    GString *text = g_string_new("(");
    *n_distinct = count_composites(bench, type, depth);
    for (guint i = 0; i < type->fields->len; i++) {
        const PgsColumn *field = g_ptr_array_index(type->fields, i);
        guint ignored;
        g_autofree char *value = pgs_generator_text(bench, field->type, field->typmod,
                                                    n % *n_distinct, &ignored, depth + 1);
        if (i > 0)
            g_string_append_c(text, ',');
        if (value != NULL)
            pgs_part_append(text, value);
    }
    return g_string_free(g_string_append_c(text, ')'), FALSE);
}

static void
composite_edges(PgsBench *bench, const PgsType *type, GArray *values)
{
    g_autoptr(GString) text = g_string_new("(");
    for (guint i = 1; i < type->fields->len; i++)
        g_string_append_c(text, ',');
    g_string_append_c(text, ')');
    pgs_values_add(bench, values, text->str);
}

/* Any of them */

static gboolean
is_range(const PgsType *type)
{
    return (type->kind == 'r' || type->kind == 'm') && type->subtype != NULL;
}

char *
pgs_compound_nth(PgsBench *bench, const PgsType *type, gint32 typmod, guint n, guint *n_distinct,
                 guint depth)
{
    if (depth > DEPTH_MAX)
        return NULL;
    if (type->kind == 'e' && type->labels != NULL)
        return enum_nth(type, n, n_distinct);
    if (type->element != NULL)
        return array_nth(bench, type, typmod, n, n_distinct, depth);
    if (is_range(type))
        return pgs_range_nth(bench, type, n, n_distinct, depth);
    if (type->kind == 'c' && type->fields != NULL)
        return composite_nth(bench, type, n, n_distinct, depth);
    return NULL;
}

void
pgs_compound_edges(PgsBench *bench, const PgsType *type, gint32 typmod, GArray *values)
{
    if (type->kind == 'e' && type->labels != NULL && type->labels->len > 0) {
        pgs_values_add(bench, values, g_ptr_array_index(type->labels, 0));
        pgs_values_add(bench, values, g_ptr_array_index(type->labels, type->labels->len - 1));
    } else if (type->element != NULL) {
        array_edges(bench, type, typmod, values);
    } else if (is_range(type)) {
        pgs_range_edges(bench, type, values);
    } else if (type->kind == 'c' && type->fields != NULL) {
        composite_edges(bench, type, values);
    }
}

void
pgs_compound_neighbours(PgsBench *bench, const PgsType *type, gint32 typmod, const char *text,
                        GArray *values)
{
    if (type->kind == 'e' && type->labels != NULL)
        enum_neighbours(bench, type, text, values);
    else if (type->element != NULL)
        array_neighbours(bench, type, typmod, text, values);
    else if (type->kind == 'r' && type->subtype != NULL)
        pgs_range_neighbours(bench, type, text, values);
}

char *
pgs_compound_sized(PgsBench *bench, const PgsType *type, gint32 typmod, guint length, guint n)
{
    if (type->element == NULL || length > ARRAY_MAX)
        return NULL;
    return array_sized(bench, type, typmod, length, n);
}

char *
pgs_compound_adapt(PgsBench *bench, const PgsType *type, const char *text)
{
    if (type->kind == 'e' && type->labels != NULL)
        return enum_position(type, text) >= 0 ? g_strdup(text) : NULL;
    if (is_range(type))
        return pgs_range_adapt(bench, type, text);
    if (type->element == NULL)
        return type->kind == 'c' && *text == '(' ? g_strdup(text) : NULL;
    if (*text == '{')
        return g_strdup(text);
    g_autofree char *element = pgs_part_adapt(bench, type->element, text);
    if (element == NULL)
        return NULL;
    g_autoptr(GString) array = g_string_new("{");
    pgs_part_append(array, element);
    return g_strconcat(array->str, "}", NULL);
}

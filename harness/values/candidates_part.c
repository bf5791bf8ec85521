#include "values/candidates_part.h"

#include "values/candidates_said.h"

#include <string.h>

enum {
    ELEMENTS = 8,      /* of an array that are tried */
    BOUNDS = 12,       /* of a range */
    FIELD_VALUES = 12, /* of a composite's field */
};

/* ---- parts as if they were columns ---- */

static PgsSaying *
saying_behind(const PgsSaying *saying, guint n_steps)
{
    PgsSaying *inner = pgs_saying_copy(saying);
    g_ptr_array_unref(inner->steps);
    inner->steps = g_ptr_array_new_with_free_func(pgs_saying_step_free);
    g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
    for (guint i = n_steps; i < steps->len; i++)
        g_ptr_array_add(inner->steps, pgs_saying_step_copy(g_ptr_array_index(steps, i)));
    return inner;
}

GArray *
pgs_candidates_of_part(PgsCandidateList *list, const PgsType *type, gint32 typmod,
                       const GPtrArray *sayings, guint n_steps)
{
    g_autoptr(GPtrArray) inner = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_saying_free);
    for (guint i = 0; i < sayings->len; i++)
        g_ptr_array_add(inner, saying_behind(g_ptr_array_index(sayings, i), n_steps));
    g_autoptr(PgsCandidateList) part = pgs_candidate_list_new(list->bench, type, typmod);
    pgs_candidates_add_said(part, inner);
    part->rank = PGS_RANK_ORDINARY;
    for (guint i = 0; i < 2; i++)
        pgs_candidate_list_add(part, pgs_generator_value(list->bench, type, typmod, i, NULL));
    guint n_cut;
    return pgs_candidate_list_finish(part, 6, &n_cut);
}

/* The sayings whose first telling step is named so; "" for none at all. */
static GPtrArray *
sayings_through(const GPtrArray *sayings, const char *const *names, const char *argument)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < sayings->len; i++) {
        PgsSaying *saying = g_ptr_array_index(sayings, i);
        g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
        const PgsSayingStep *first = steps->len > 0 ? g_ptr_array_index(steps, 0) : NULL;
        const char *name = first != NULL ? first->name : "";
        if (g_strv_contains(names, name) &&
            (argument == NULL || (first != NULL && g_strcmp0(first->arguments[0], argument) == 0)))
            g_ptr_array_add(found, saying);
    }
    return found;
}

static const char *const no_step[] = {"", NULL};

/* Whole values that a rule names. */
static void
add_whole(PgsCandidateList *list, const GPtrArray *sayings)
{
    g_autoptr(GPtrArray) whole = sayings_through(sayings, no_step, NULL);
    for (guint i = 0; i < whole->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(whole, i);
        list->rank = PGS_RANK_SAID;
        if (saying->kind == PGS_SAYING_COMPARED && saying->sql != NULL)
            pgs_candidate_list_add_sql(list, saying->sql);
        else if (saying->kind == PGS_SAYING_COMPARED)
            pgs_candidate_list_adapt(list, saying->text);
    }
}

/* ---- arrays ---- */

/* The elements of the arrays that a rule compares it with. */
static void
add_elements_said(PgsCandidateList *list, const GPtrArray *sayings, GArray *elements)
{
    g_autoptr(GPtrArray) whole = sayings_through(sayings, no_step, NULL);
    for (guint i = 0; i < whole->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(whole, i);
        g_autoptr(GPtrArray) texts =
            saying->text != NULL ? pgs_array_literal_split(saying->text) : NULL;
        for (guint k = 0; texts != NULL && k < texts->len; k++) {
            const char *text = g_ptr_array_index(texts, k);
            PgsValue value;
            if (text != NULL && pgs_generator_adapt(list->bench, list->base->element, text, &value))
                g_array_append_val(elements, value);
        }
    }
}

static void
add_array(PgsCandidateList *list, const PgsValue *elements, guint n)
{
    g_autoptr(GString) literal = g_string_new("{");
    for (guint i = 0; i < n; i++) {
        if (elements[i].kind == PGS_VALUE_EXPRESSION)
            return;
        pgs_array_literal_append(literal, elements[i].text);
    }
    g_string_append_c(literal, '}');
    pgs_candidate_list_add_text(list, literal->str);
}

/* cardinality(x) <= 3 */
static void
add_sizes(PgsCandidateList *list, const GPtrArray *sayings)
{
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
        if (saying->kind == PGS_SAYING_COMPARED && steps->len == 1 &&
            pgs_saying_step_is_size(g_ptr_array_index(steps, 0)))
            pgs_candidates_add_compared(list, saying);
    }
}

void
pgs_candidates_add_arrays(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const to_elements[] = {
        "any", "[]", "unnest", "array_position", "array_positions", "array_remove", NULL};
    g_autoptr(GPtrArray) inner = sayings_through(sayings, to_elements, NULL);
    g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    add_elements_said(list, sayings, elements);
    g_autoptr(GArray) more = pgs_candidates_of_part(list, list->base->element, -1, inner, 1);
    g_array_append_vals(elements, more->data, more->len);
    const PgsValue *all = (const PgsValue *)(gconstpointer)elements->data;
    guint n = MIN(elements->len, ELEMENTS);
    add_sizes(list, sayings);
    list->rank = PGS_RANK_NEXT;
    add_array(list, all, elements->len);
    for (guint i = 0; i < n; i++)
        add_array(list, &all[i], 1);
    for (guint i = 0; i + 1 < n; i++)
        add_array(list, &all[i], 2);
    add_array(list, NULL, 0);
    if (n == 0)
        return;
    const PgsValue null = {PGS_VALUE_NULL, NULL};
    const PgsValue twice[] = {all[0], all[0], null};
    add_array(list, twice, 2);
    add_array(list, &twice[1], 2);
    add_array(list, &null, 1);
}

/* ---- ranges ---- */

static void
add_range(PgsCandidateList *list, PgsValue low, PgsValue high, const char *brackets)
{
    if (low.kind == PGS_VALUE_EXPRESSION || high.kind == PGS_VALUE_EXPRESSION) {
        g_autoptr(GString) sql = g_string_new(list->base->sql);
        g_string_append_c(sql, '(');
        pgs_value_append(sql, low);
        g_string_append(sql, ", ");
        pgs_value_append(sql, high);
        g_string_append_printf(sql, ", '%s')", brackets);
        pgs_candidate_list_add(list, pgs_bench_expression(list->bench, sql->str));
        return;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%c", brackets[0]);
    const char *const ends[] = {low.text, high.text};
    for (guint i = 0; i < 2; i++) {
        if (i == 1)
            g_string_append_c(text, ',');
        g_autofree char *escaped = ends[i] != NULL ? g_strescape(ends[i], NULL) : NULL;
        if (escaped != NULL)
            g_string_append_printf(text, "\"%s\"", escaped);
    }
    g_string_append_c(text, brackets[1]);
    pgs_candidate_list_add_text(list, list->base->kind == 'm'
                                          ? pgs_bench_keep_printf(list->bench, "{%s}", text->str)
                                          : text->str);
}

/* An element that a range contains: r @> 5. */
static void
add_contained(PgsCandidateList *list, const GPtrArray *sayings, GArray *bounds)
{
    g_autoptr(GPtrArray) whole = sayings_through(sayings, no_step, NULL);
    for (guint i = 0; i < whole->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(whole, i);
        PgsValue value;
        if (saying->kind == PGS_SAYING_COMPARED && saying->text != NULL &&
            strpbrk(saying->text, "[({") == NULL &&
            pgs_generator_adapt(list->bench, list->base->subtype, saying->text, &value))
            g_array_append_val(bounds, value);
    }
}

/* As far as their texts tell; a range that is the wrong way round is refused by its type. */
static gint
compare_bounds(gconstpointer a, gconstpointer b)
{
    const PgsValue *first = a, *second = b;
    double x, y;
    if (first->kind != second->kind)
        return first->kind < second->kind ? -1 : 1;
    if (pgs_text_number(first->text, &x) && pgs_text_number(second->text, &y))
        return (x > y) - (x < y);
    return g_strcmp0(first->text, second->text);
}

/* Both ends of each pair; of expressions it is not known which is the lower one. */
static void
add_pairs(PgsCandidateList *list, const PgsValue *bounds, guint n)
{
    for (guint distance = 1; distance < n; distance++) {
        for (guint i = 0; i + distance < n; i++) {
            PgsValue low = bounds[i], high = bounds[i + distance];
            add_range(list, low, high, "[)");
            if (low.kind == PGS_VALUE_EXPRESSION || high.kind == PGS_VALUE_EXPRESSION)
                add_range(list, high, low, "[)");
        }
    }
}

void
pgs_candidates_add_ranges(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const to_bounds[] = {"lower", "upper", NULL};
    g_autoptr(GPtrArray) inner = sayings_through(sayings, to_bounds, NULL);
    g_autoptr(GArray) bounds = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    add_contained(list, sayings, bounds);
    g_autoptr(GArray) more = pgs_candidates_of_part(list, list->base->subtype, -1, inner, 1);
    g_array_append_vals(bounds, more->data, more->len);
    g_array_set_size(bounds, MIN(bounds->len, BOUNDS));
    g_array_sort(bounds, compare_bounds);
    const PgsValue *all = (const PgsValue *)(gconstpointer)bounds->data;
    guint n = bounds->len;
    const PgsValue none = {PGS_VALUE_NULL, NULL};
    list->rank = PGS_RANK_NEXT;
    add_pairs(list, all, n);
    for (guint i = 0; i < n; i++) {
        add_range(list, all[i], none, "[)");
        add_range(list, none, all[i], "()");
        add_range(list, all[i], all[i], "[]");
        if (i + 1 < n)
            add_range(list, all[i], all[i + 1], "(]");
    }
    add_range(list, none, none, "()");
    pgs_candidate_list_add_text(list, list->base->kind == 'm' ? "{}" : "empty");
}

/* ---- composites ---- */

static void
append_field(GString *row, PgsValue value)
{
    if (value.text == NULL || value.kind != PGS_VALUE_TEXT)
        return;
    g_string_append_c(row, '"');
    for (const char *at = value.text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(row, *at);
        g_string_append_c(row, *at);
    }
    g_string_append_c(row, '"');
}

static void
add_row(PgsCandidateList *list, const PgsValue *values, guint n)
{
    g_autoptr(GString) row = g_string_new("(");
    for (guint i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(row, ',');
        append_field(row, values[i]);
    }
    g_string_append_c(row, ')');
    pgs_candidate_list_add_text(list, row->str);
}

void
pgs_candidates_add_composites(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const to_field[] = {".", NULL};
    guint n = list->base->fields->len;
    g_autofree PgsValue *row = g_new0(PgsValue, n);
    g_autoptr(GPtrArray) choices = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    for (guint i = 0; i < n; i++) {
        const PgsColumn *field = g_ptr_array_index(list->base->fields, i);
        g_autoptr(GPtrArray) inner = sayings_through(sayings, to_field, field->name);
        GArray *values = pgs_candidates_of_part(list, field->type, field->typmod, inner, 1);
        PgsValue null = {PGS_VALUE_NULL, NULL};
        row[i] = values->len > 0 ? g_array_index(values, PgsValue, 0) : null;
        g_array_append_val(values, null);
        g_ptr_array_add(choices, values);
    }
    list->rank = PGS_RANK_NEXT;
    add_row(list, row, n);
    for (guint i = 0; i < n; i++) {
        const GArray *values = g_ptr_array_index(choices, i);
        PgsValue first = row[i];
        for (guint k = 0; k < MIN(values->len, FIELD_VALUES); k++) {
            row[i] = g_array_index(values, PgsValue, k);
            add_row(list, row, n);
        }
        row[i] = first;
    }
    PgsValue null = {PGS_VALUE_NULL, NULL};
    for (guint i = 0; i < n; i++)
        row[i] = null;
    add_row(list, row, n);
}

/* ---- points ---- */

void
pgs_candidates_add_points(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const to_coordinate[] = {"[]", NULL};
    list->rank = PGS_RANK_NEXT;
    pgs_candidate_list_add_text(list, "(0,0)");
    for (guint axis = 0; axis < 2; axis++) {
        g_autoptr(GPtrArray) inner = sayings_through(sayings, to_coordinate, axis == 0 ? "0" : "1");
        for (guint i = 0; i < inner->len; i++) {
            const PgsSaying *saying = g_ptr_array_index(inner, i);
            double number;
            if (!pgs_text_number(saying->text, &number))
                continue;
            for (int offset = -1; offset <= 1; offset++) {
                double value = number + offset * 0.5;
                pgs_candidate_list_add_printf(list, axis == 0 ? "(%.10g,0)" : "(0,%.10g)", value);
            }
        }
    }
}

/* ---- which of them ---- */

typedef void (*PartsFunc)(PgsCandidateList *list, const GPtrArray *sayings);

static PartsFunc
parts_of(const PgsCandidateList *list)
{
    const PgsType *type = list->base;
    if (type->element != NULL && type->category == 'A')
        return pgs_candidates_add_arrays;
    if ((type->kind == 'r' || type->kind == 'm') && type->subtype != NULL)
        return pgs_candidates_add_ranges;
    if (type->kind == 'c' && type->fields != NULL)
        return pgs_candidates_add_composites;
    if (pgs_candidate_list_is(list, "point"))
        return pgs_candidates_add_points;
    if (pgs_candidate_list_is(list, "json") || pgs_candidate_list_is(list, "jsonb") ||
        pgs_candidate_list_is(list, "hstore"))
        return pgs_candidates_add_documents;
    if (pgs_candidate_list_is(list, "xml"))
        return pgs_candidates_add_xml;
    return NULL;
}

gboolean
pgs_candidates_add_parts(PgsCandidateList *list, const GPtrArray *sayings)
{
    PartsFunc add = parts_of(list);
    if (add == NULL)
        return FALSE;
    if (sayings->len > 0) {
        add_whole(list, sayings);
        add(list, sayings);
    }
    return TRUE;
}

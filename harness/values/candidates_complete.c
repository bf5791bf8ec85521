#include "values/candidates_complete.h"

#include "values/candidates_said.h"

#include <math.h>
#include <string.h>

/* How a type's values can be told apart by comparisons. */
typedef enum {
    ORDER_NONE,  /* nothing is sure */
    ORDER_EQUAL, /* only equality, and a text's length */
    ORDER_STEPS, /* each constant's neighbours are the next values there are */
    ORDER_DENSE, /* numbers between constants are needed too */
} Order;

static const struct {
    const char *type;
    Order order;
} orders[] = {
    {"int2", ORDER_STEPS},        {"int4", ORDER_STEPS},    {"int8", ORDER_STEPS},
    {"date", ORDER_STEPS},        {"time", ORDER_STEPS},    {"timestamp", ORDER_STEPS},
    {"timestamptz", ORDER_STEPS}, {"numeric", ORDER_DENSE}, {"float4", ORDER_DENSE},
    {"float8", ORDER_DENSE},      {"text", ORDER_EQUAL},    {"varchar", ORDER_EQUAL},
    {"uuid", ORDER_EQUAL},
};

/* Casts that keep two values apart or equal as they were. */
static const struct {
    const char *from, *to;
} casts[] = {
    {"text", "text"},    {"varchar", "text"},    {"varchar", "varchar"}, {"text", "varchar"},
    {"int2", "int4"},    {"int2", "int8"},       {"int2", "numeric"},    {"int4", "int8"},
    {"int4", "numeric"}, {"int8", "numeric"},    {"int2", "int2"},       {"int4", "int4"},
    {"int8", "int8"},    {"numeric", "numeric"},
};

/* Beyond it the numbers next to one are further away than the steps that are tried. */
#define FLOAT_LIMIT 1e6

static Order
order_of(const PgsCandidateList *list)
{
    if (list->base->kind != 'b' || g_strcmp0(list->base->schema, "pg_catalog") != 0)
        return ORDER_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(orders); i++) {
        if (pgs_candidate_list_is(list, orders[i].type)) {
            /* timestamp(0): its neighbours are rounded away. */
            gboolean is_rounded = list->base->category == 'D' && list->typmod >= 0;
            return is_rounded ? ORDER_NONE : orders[i].order;
        }
    }
    return ORDER_NONE;
}

static gboolean
is_exhausted(const PgsCandidateList *list)
{
    return list->base->kind == 'e' || pgs_candidate_list_is(list, "bool");
}

static gboolean
is_harmless(const PgsCandidateList *list, const PgsSayingStep *step)
{
    if (!g_str_equal(step->name, "cast"))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(casts); i++) {
        if (pgs_candidate_list_is(list, casts[i].from) &&
            g_strcmp0(step->arguments[0], casts[i].to) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The steps but harmless casts at the column. */
static GPtrArray *
steps_that_matter(const PgsCandidateList *list, const PgsSaying *saying)
{
    GPtrArray *steps = g_ptr_array_new();
    for (guint i = 0; i < saying->steps->len; i++) {
        PgsSayingStep *step = g_ptr_array_index(saying->steps, i);
        if (!is_harmless(list, step))
            g_ptr_array_add(steps, step);
    }
    return steps;
}

static gboolean
is_comparison(const char *operator, gboolean is_ordered)
{
    static const char *const operators[] = {"=", "<>", "<", "<=", ">", ">="};
    for (guint i = 0; i < (is_ordered ? G_N_ELEMENTS(operators) : 2); i++) {
        if (g_strcmp0(operator, operators[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_length(const PgsSayingStep *step)
{
    return g_str_equal(step->name, "length") || g_str_equal(step->name, "char_length") ||
           g_str_equal(step->name, "character_length");
}

static gboolean
is_text_order(const PgsCandidateList *list)
{
    return pgs_candidate_list_is(list, "text") || pgs_candidate_list_is(list, "varchar");
}

/* length(x) operator number */
static gboolean
is_plain_length(const PgsCandidateList *list, const PgsSaying *saying, const GPtrArray *steps)
{
    gint64 size;
    return is_text_order(list) && steps->len == 1 && is_length(g_ptr_array_index(steps, 0)) &&
           is_comparison(saying->operator, TRUE) && pgs_text_integer(saying->text, &size) &&
           size < 100000;
}

/* length(trim(x)) operator number, trim(x) = '' */
static gboolean
is_trimmed(const PgsCandidateList *list, const PgsSaying *saying, const GPtrArray *steps)
{
    if (!is_text_order(list) || steps->len == 0)
        return FALSE;
    const PgsSayingStep *trim = g_ptr_array_index(steps, 0);
    gint64 size;
    if (!g_str_equal(trim->name, "btrim") || trim->arguments[0] != NULL)
        return FALSE;
    if (steps->len == 1)
        return is_comparison(saying->operator, FALSE) && g_strcmp0(saying->text, "") == 0;
    return steps->len == 2 && is_length(g_ptr_array_index(steps, 1)) &&
           is_comparison(saying->operator, TRUE) && pgs_text_integer(saying->text, &size) &&
           size < 100000;
}

static gboolean
is_plain_constant(PgsCandidateList *list, const PgsSaying *saying, Order order)
{
    PgsValue value;
    double number;
    if (saying->text == NULL)
        return saying->constant == PGS_CONSTANT_NULL && saying->sql == NULL;
    if (!is_comparison(saying->operator, order != ORDER_EQUAL))
        return FALSE;
    if (list->base->category == 'N')
        return pgs_text_number(saying->text, &number) &&
               (!g_str_has_prefix(list->base->name, "float") || fabs(number) < FLOAT_LIMIT) &&
               fabs(number) < 1e15;
    return pgs_generator_adapt(list->bench, list->base, saying->text, &value);
}

static gboolean
is_plain(PgsCandidateList *list, const PgsSaying *saying, Order order, guint *n_trimmed,
         guint *n_raw)
{
    g_autoptr(GPtrArray) steps = steps_that_matter(list, saying);
    if (saying->kind == PGS_SAYING_NULL)
        return steps->len == 0;
    if (saying->kind == PGS_SAYING_COLUMN) /* x = x: all values alike */
        return steps->len == 0 && saying->other_steps->len == 0 &&
               g_strcmp0(saying->column, saying->other) == 0 &&
               is_comparison(saying->operator, TRUE);
    if (saying->kind != PGS_SAYING_COMPARED)
        return FALSE;
    if (is_trimmed(list, saying, steps)) {
        ++*n_trimmed;
        return TRUE;
    }
    ++*n_raw;
    return is_plain_length(list, saying, steps) ||
           (steps->len == 0 && is_plain_constant(list, saying, order));
}

gboolean
pgs_candidates_are_complete(PgsCandidateList *list, const GPtrArray *mined,
                            const GPtrArray *sayings)
{
    for (guint i = 0; i < mined->len; i++) {
        const PgsMined *one = g_ptr_array_index(mined, i);
        if (!one->is_parsed || !one->is_stateless || !one->is_covered)
            return FALSE;
    }
    if (is_exhausted(list))
        return TRUE;
    Order order = order_of(list);
    guint n_trimmed = 0, n_raw = 0;
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        gboolean is_null_test = saying->kind == PGS_SAYING_NULL && saying->steps->len == 0;
        if (!is_null_test &&
            (order == ORDER_NONE || !is_plain(list, saying, order, &n_trimmed, &n_raw)))
            return FALSE;
    }
    /* A blank text of each length would be needed. */
    return n_trimmed == 0 || n_raw == 0;
}

/* ---- numbers between ---- */

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

void
pgs_candidates_add_between(PgsCandidateList *list, const GPtrArray *sayings)
{
    if (order_of(list) != ORDER_DENSE)
        return;
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        double number;
        if (saying->kind == PGS_SAYING_COMPARED && pgs_text_number(saying->text, &number))
            g_array_append_val(numbers, number);
    }
    g_array_sort(numbers, compare_numbers);
    list->rank = PGS_RANK_NEXT;
    for (guint i = 1; i < numbers->len; i++) {
        double low = g_array_index(numbers, double, i - 1);
        double high = g_array_index(numbers, double, i);
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        if (high > low)
            pgs_candidate_list_add_text(
                list, g_ascii_formatd(text, sizeof text, "%.17g", (low + high) / 2));
    }
}

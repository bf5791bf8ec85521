#include "values/candidates_said.h"

#include "values/candidates_inverse.h"
#include "values/candidates_part.h"
#include "values/candidates_text.h"

#include <math.h>
#include <string.h>

/* ---- numbers, steps ---- */

gboolean
pgs_text_number(const char *text, double *number)
{
    if (text == NULL || *text == '\0' || strspn(text, "+-.0123456789eE") != strlen(text))
        return FALSE;
    char *end = NULL;
    *number = g_ascii_strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

gboolean
pgs_text_integer(const char *text, gint64 *number)
{
    return text != NULL && g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, number, NULL);
}

/* They pass a value on, or say only where it stands. */
static gboolean
is_neutral(const PgsSayingStep *step)
{
    static const char *const names[] = {"body", "case", "collate", "coalesce", "?", "array", "row"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(step->name, names[i]))
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
pgs_saying_telling_steps(const GPtrArray *steps)
{
    GPtrArray *telling = g_ptr_array_new();
    for (guint i = 0; i < steps->len; i++) {
        PgsSayingStep *step = g_ptr_array_index(steps, i);
        if (!is_neutral(step) && !g_str_equal(step->name, "cast"))
            g_ptr_array_add(telling, step);
    }
    return telling;
}

gboolean
pgs_saying_step_is_size(const PgsSayingStep *step)
{
    static const char *const names[] = {
        "length",      "char_length",  "character_length",   "octet_length",      "bit_length",
        "cardinality", "array_length", "jsonb_array_length", "json_array_length", "pg_column_size",
        "array_upper", "bit_count",
    };
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(step->name, names[i]))
            return TRUE;
    }
    return FALSE;
}

/* ---- what a saying's constant becomes on the way back to the column ---- */

/* A number that a function gives is as telling as those around it. */
static GArray *
first_targets(PgsCandidateList *list, const PgsSaying *saying, gboolean is_direct)
{
    GArray *targets = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    PgsValue value = pgs_bench_text(list->bench, saying->text);
    g_array_append_val(targets, value);
    double number;
    if (is_direct || !pgs_text_number(saying->text, &number))
        return targets;
    static const int around[] = {-1, 1};
    for (guint i = 0; i < G_N_ELEMENTS(around); i++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(text, sizeof text, "%.15g", number + around[i]);
        value = pgs_bench_text(list->bench, text);
        g_array_append_val(targets, value);
    }
    return targets;
}

/* Whole numbers on both sides of one that is none. */
static void
add_whole(PgsCandidateList *list, const char *text)
{
    double number;
    if (list->base->category != 'N' || !pgs_text_number(text, &number) || fabs(number) > 1e15)
        return;
    for (int i = -1; i <= 2; i++)
        pgs_candidate_list_add_printf(list, "%.0f", floor(number) + i);
}

static void
add_target(PgsCandidateList *list, PgsValue target, gboolean with_neighbours)
{
    PgsValue value = target;
    if (target.kind == PGS_VALUE_TEXT &&
        !pgs_generator_adapt(list->bench, list->base, target.text, &value))
        add_whole(list, target.text);
    else if (with_neighbours)
        pgs_candidate_list_add_around(list, value);
    else
        pgs_candidate_list_add(list, value);
}

/* A text's neighbours are much the same for each text of a list; behind a function there are the
 * neighbours of what it gives (first_targets()). */
static gboolean
has_neighbours(PgsCandidateList *list, const PgsSaying *saying, const GPtrArray *steps)
{
    return steps->len == 0 &&
           (!pgs_candidate_list_is_text(list) || !saying->in_list || list->values->len == 0);
}

/* Which functions lie between: the constant is taken back through each, outermost first. */
static void
add_through(PgsCandidateList *list, const PgsSaying *saying, const GPtrArray *steps)
{
    g_autoptr(GArray) targets = first_targets(list, saying, steps->len == 0);
    for (guint i = steps->len; i > 0; i--) {
        GArray *inner = pgs_saying_step_inverse(list, g_ptr_array_index(steps, i - 1), targets);
        g_array_unref(targets);
        targets = inner;
    }
    gboolean with_neighbours = has_neighbours(list, saying, steps);
    for (guint i = 0; i < targets->len; i++)
        add_target(list, g_array_index(targets, PgsValue, i), with_neighbours);
}

/* now() - '1 day'::interval and the like */
static void
add_expression(PgsCandidateList *list, const PgsSaying *saying, const GPtrArray *steps)
{
    if (steps->len > 0)
        return;
    g_autofree char *cast = g_strdup_printf("(%s)::%s", saying->sql, list->base->sql);
    pgs_candidate_list_add_around(list, pgs_bench_expression(list->bench, cast));
    static const char *const offsets[] = {"'1 day'", "'1 year'"};
    for (guint i = 0; list->base->category == 'D' && i < G_N_ELEMENTS(offsets); i++) {
        for (guint k = 0; k < 2; k++) {
            g_autofree char *sql = g_strdup_printf("(%s) %c %s::pg_catalog.interval", saying->sql,
                                                   "+-"[k], offsets[i]);
            list->rank = PGS_RANK_NEXT;
            pgs_candidate_list_add_sql(list, sql);
        }
    }
}

void
pgs_candidates_add_compared(PgsCandidateList *list, const PgsSaying *saying)
{
    g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
    list->rank = steps->len == 0 ? PGS_RANK_SAID : PGS_RANK_NEXT;
    if (saying->sql != NULL)
        add_expression(list, saying, steps);
    else if (saying->text != NULL)
        add_through(list, saying, steps);
}

/* What a coalesce() puts in NULL's place. */
static void
add_arguments(PgsCandidateList *list, const PgsSaying *saying)
{
    list->rank = PGS_RANK_FORM;
    for (guint i = 0; i < saying->steps->len; i++) {
        const PgsSayingStep *step = g_ptr_array_index(saying->steps, i);
        if (g_str_equal(step->name, "coalesce") || g_str_equal(step->name, "greatest") ||
            g_str_equal(step->name, "least") || g_str_equal(step->name, "nullif")) {
            for (guint k = 0; step->arguments[k] != NULL; k++)
                pgs_candidate_list_adapt(list, step->arguments[k]);
        }
    }
}

static void
add_saying(PgsCandidateList *list, const PgsSaying *saying)
{
    add_arguments(list, saying);
    switch (saying->kind) {
    case PGS_SAYING_COMPARED:
        if (pgs_candidate_list_is_text(list))
            pgs_candidates_add_pieces(list, saying);
        pgs_candidates_add_compared(list, saying);
        break;
    case PGS_SAYING_PATTERN:
        pgs_candidates_add_pattern(list, saying);
        break;
    case PGS_SAYING_NULL:
        list->rank = PGS_RANK_NEXT;
        if (saying->steps->len == 0)
            pgs_candidate_list_add(list, (PgsValue){PGS_VALUE_NULL, NULL});
        break;
    case PGS_SAYING_TRUTH:
    case PGS_SAYING_COLUMN:
        break;
    }
}

void
pgs_candidates_add_said(PgsCandidateList *list, const GPtrArray *sayings)
{
    /* What is made of parts is put together from all that is said of them. */
    if (pgs_candidates_add_parts(list, sayings))
        return;
    if (pgs_candidate_list_is_text(list))
        pgs_candidates_add_natural(list, sayings);
    for (guint i = 0; i < sayings->len; i++)
        add_saying(list, g_ptr_array_index(sayings, i));
    if (pgs_candidate_list_is_text(list))
        pgs_candidates_add_forms(list, sayings);
}

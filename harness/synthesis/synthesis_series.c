#include "synthesis/synthesis_series.h"

#include "values/generator.h"

#include <string.h>

enum {
    MAX_STEM = 300, /* bytes of a text that others are made like */
};

static PgsSeries *
series_new(PgsSeriesKind kind, const PgsColumn *column)
{
    PgsSeries *series = g_new0(PgsSeries, 1);
    series->kind = kind;
    series->column = column;
    return series;
}

PgsSeries *
pgs_series_ordinary(const PgsColumn *column, guint start)
{
    PgsSeries *series = series_new(PGS_SERIES_ORDINARY, column);
    series->start = start;
    return series;
}

PgsSeries *
pgs_series_pool(const PgsColumn *column, const GArray *values)
{
    PgsSeries *series = series_new(PGS_SERIES_POOL, column);
    series->pool = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_array_append_vals(series->pool, values->data, values->len);
    return series;
}

PgsSeries *
pgs_series_copy(const PgsSeries *series)
{
    PgsSeries *copy = series_new(series->kind, series->column);
    if (series->pool != NULL)
        copy->pool = g_array_ref(series->pool);
    copy->stem = g_strdup(series->stem);
    copy->offset = series->offset;
    copy->number = series->number;
    copy->step = series->step;
    copy->start = series->start;
    return copy;
}

void
pgs_series_free(PgsSeries *series)
{
    if (series == NULL)
        return;
    if (series->pool != NULL)
        g_array_unref(series->pool);
    g_free(series->stem);
    g_free(series);
}

/* ---- values ---- */

/* a, b, …, z, aa, ab, …, in the case of the letter in front of it. */
static char *
spell(guint n, gboolean is_upper)
{
    GString *text = g_string_new(NULL);
    for (guint rest = n + 1; rest > 0; rest = (rest - 1) / 26)
        g_string_prepend_c(text, (char)((is_upper ? 'A' : 'a') + (char)((rest - 1) % 26)));
    return g_string_free(text, FALSE);
}

static PgsValue
insert(PgsBench *bench, const PgsSeries *series, const char *text)
{
    return (PgsValue){
        .kind = PGS_VALUE_TEXT,
        .text = pgs_bench_keep_printf(bench, "%.*s%s%s", (int)series->offset, series->stem, text,
                                      series->stem + series->offset),
    };
}

static const char *
wheel_of(PgsSeriesKind kind, char c)
{
    static const char *const wheels[] = {"0123456789abcdef", "ABCDEF", "0123456789",
                                         "abcdefghijklmnopqrstuvwxyz",
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"};
    for (guint i = kind == PGS_SERIES_HEX ? 0 : 2; i < G_N_ELEMENTS(wheels); i++) {
        if (c != '\0' && strchr(wheels[i], c) != NULL)
            return wheels[i];
    }
    return NULL;
}

/* As a mileage counter does: each character within its kind, the last one first. */
static PgsValue
turn(PgsBench *bench, const PgsSeries *series, guint n)
{
    g_autofree char *text = g_strdup(series->stem);
    for (gsize i = strlen(text); i > series->offset && n > 0; i--) {
        const char *wheel = wheel_of(series->kind, text[i - 1]);
        if (wheel == NULL)
            continue;
        guint size = (guint)strlen(wheel);
        guint place = (guint)(strchr(wheel, text[i - 1]) - wheel) + n % size;
        n = n / size + place / size;
        text[i - 1] = wheel[place % size];
    }
    return pgs_bench_text(bench, text);
}

PgsValue
pgs_series_value(PgsBench *bench, const PgsSeries *series, guint n)
{
    g_autofree char *text = NULL;
    switch (series->kind) {
    case PGS_SERIES_ORDINARY:
        break;
    case PGS_SERIES_POOL:
        return g_array_index(series->pool, PgsValue, n % series->pool->len);
    case PGS_SERIES_ADD:
        text = g_strdup_printf("%" G_GINT64_FORMAT, series->number + series->step * (gint64)n);
        return pgs_bench_text(bench, text);
    case PGS_SERIES_DIGITS:
        text = g_strdup_printf("%u", n + 1);
        return insert(bench, series, text);
    case PGS_SERIES_LETTERS:
        text = spell(n, series->offset > 0 && g_ascii_isupper(series->stem[series->offset - 1]));
        return insert(bench, series, text);
    case PGS_SERIES_TURN:
    case PGS_SERIES_HEX:
        return turn(bench, series, n);
    }
    return pgs_generator_value(bench, series->column->type, series->column->typmod,
                               series->start + n, NULL);
}

/* ---- others like a value ---- */

static void
add_number(GPtrArray *out, const PgsColumn *column, gint64 number, gint64 step)
{
    PgsSeries *series = series_new(PGS_SERIES_ADD, column);
    series->number = number + step;
    series->step = step;
    g_ptr_array_add(out, series);
}

static void
add_stem(GPtrArray *out, const PgsColumn *column, PgsSeriesKind kind, const char *stem,
         gsize offset)
{
    PgsSeries *series = series_new(kind, column);
    series->stem = g_strdup(stem);
    series->offset = offset;
    g_ptr_array_add(out, series);
}

/* Where a word ends. */
static gboolean
is_end(const char *text, gsize offset)
{
    return offset > 0 && g_ascii_isalnum(text[offset - 1]) && !g_ascii_isalnum(text[offset]);
}

GPtrArray *
pgs_series_like(const PgsColumn *column, PgsValue value)
{
    GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_series_free);
    if (value.kind != PGS_VALUE_TEXT || strlen(value.text) > MAX_STEM ||
        !g_utf8_validate(value.text, -1, NULL))
        return out;
    const char *stem = value.text;
    char *end;
    gint64 number = g_ascii_strtoll(stem, &end, 10);
    if (*stem != '\0' && *end == '\0' && ABS(number) < G_MAXINT64 / 2) {
        static const gint64 steps[] = {1, -1, 10, 100, 1000, -10};
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
            add_number(out, column, number, steps[i]);
    }
    char category = pgs_type_base(column->type)->category;
    if (category != 'S' && category != 'G')
        return out;
    gsize length = strlen(stem);
    for (gsize i = 0; i <= length && out->len < 24; i++) {
        if (!is_end(stem, i))
            continue;
        add_stem(out, column, PGS_SERIES_DIGITS, stem, i);
        add_stem(out, column, PGS_SERIES_LETTERS, stem, i);
    }
    if (length == 0) {
        add_stem(out, column, PGS_SERIES_DIGITS, stem, 0);
        add_stem(out, column, PGS_SERIES_LETTERS, stem, 0);
    }
    add_stem(out, column, PGS_SERIES_TURN, stem, 0);
    add_stem(out, column, PGS_SERIES_HEX, stem, 0);
    for (gsize i = 1; i < length && i < 8; i++)
        add_stem(out, column, PGS_SERIES_TURN, stem, i);
    return out;
}

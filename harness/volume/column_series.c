#include "volume/column_series.h"

#include "base/text.h"
#include "inventory/value.h"

#include <string.h>

enum {
    LONGEST = 300, /* bytes of a text that others are made like */
    WORDS = 6,     /* behind which a number is tried */
    DIGITS = 4,    /* that make a counter of their own */
    ROOM = 7,      /* characters that a number may need */
};

#define MOST                                                                                       \
    G_GINT64_CONSTANT(1000000000000) /* values: more wheels than these need stand still            \
                                      */

static const char *
wheel_of(PgsTurn turn, char c)
{
    static const char *const wheels[][4] = {
        [PGS_TURN_ALL] = {"0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
        [PGS_TURN_DIGITS] = {"0123456789"},
        [PGS_TURN_HEX] = {"0123456789abcdef", "ABCDEF"},
    };
    for (guint i = 0; wheels[turn][i] != NULL; i++) {
        if (c != '\0' && strchr(wheels[turn][i], c) != NULL)
            return wheels[turn][i];
    }
    return NULL;
}

/* Between two wheels, or at an end: what stands still.  Nothing when it is empty. */
static void
prepend_still(GString *sql, const char *start, gsize length)
{
    if (length == 0)
        return;
    g_autofree char *text = g_strndup(start, length);
    g_autoptr(GString) literal = g_string_new(NULL);
    pgs_text_append_literal(literal, text);
    g_string_append(literal, sql->len > 0 ? " || " : "");
    g_string_prepend(sql, literal->str);
}

/* The wheel turned on by the number divided by turns; it begins with the stem's own character. */
static void
prepend_wheel(GString *sql, const char *wheel, char c, const char *number, gint64 turns)
{
    int place = (int)(strchr(wheel, c) - wheel);
    g_autofree char *text =
        g_strdup_printf("pg_catalog.substr('%s%.*s', ((%s - 1) / %" G_GINT64_FORMAT
                        " %% %u)::pg_catalog.int4 + 1, 1)%s",
                        wheel + place, place, wheel, number, turns, (guint)strlen(wheel),
                        sql->len > 0 ? " || " : "");
    g_string_prepend(sql, text);
}

char *
pgs_turn_sql(const char *stem, gsize offset, PgsTurn turn, const char *number, gint64 *limit)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    gint64 turns = 1;
    gsize still = strlen(stem); /* where what stands still ends */
    for (gsize i = strlen(stem); i > offset && turns < MOST; i--) {
        const char *wheel = wheel_of(turn, stem[i - 1]);
        if (wheel == NULL)
            continue;
        prepend_still(sql, stem + i, still - i);
        prepend_wheel(sql, wheel, stem[i - 1], number, turns);
        turns *= (gint64)strlen(wheel);
        still = i - 1;
    }
    prepend_still(sql, stem, still);
    *limit = turns >= MOST ? G_MAXINT64 : turns;
    return turns > 1 ? g_strdup(sql->str) : NULL;
}

/* The stem with something in it. */
static char *
insert_sql(const PgsSeries *series, const char *inserted)
{
    g_autoptr(GString) sql = g_string_new(inserted);
    g_autofree char *before = g_strndup(series->stem, series->offset);
    if (*before != '\0') {
        g_autoptr(GString) literal = g_string_new(NULL);
        pgs_text_append_literal(literal, before);
        g_string_append(literal, " || ");
        g_string_prepend(sql, literal->str);
    }
    if (series->stem[series->offset] != '\0') {
        g_string_append(sql, " || ");
        pgs_text_append_literal(sql, series->stem + series->offset);
    }
    return g_strdup(sql->str);
}

/* A hexadecimal number in letters only. */
static char *
letters_sql(const PgsSeries *series, const char *number)
{
    gboolean is_upper = series->offset > 0 && g_ascii_isupper(series->stem[series->offset - 1]);
    g_autofree char *letters =
        g_strdup_printf("pg_catalog.translate(pg_catalog.to_hex(%s), '0123456789abcdef', '%s')",
                        number, is_upper ? "ABCDEFGHIJKLMNOP" : "abcdefghijklmnop");
    return insert_sql(series, letters);
}

/* Of a pool's kind, which has no pool here: only digits turn. */
static PgsTurn
turn_of(const PgsSeries *series)
{
    return series->kind == PGS_SERIES_HEX    ? PGS_TURN_HEX
           : series->kind == PGS_SERIES_POOL ? PGS_TURN_DIGITS
                                             : PGS_TURN_ALL;
}

char *
pgs_series_sql(const PgsSeries *series, const char *number, gint64 *limit)
{
    *limit = G_MAXINT64;
    if (series->kind == PGS_SERIES_ADD)
        return g_strdup_printf("%" G_GINT64_FORMAT " + %" G_GINT64_FORMAT " * (%s - 1)",
                               series->number - series->step, series->step, number);
    if (series->kind == PGS_SERIES_DIGITS) {
        g_autofree char *digits = g_strdup_printf("(%s)::pg_catalog.text", number);
        return insert_sql(series, digits);
    }
    if (series->kind == PGS_SERIES_LETTERS)
        return letters_sql(series, number);
    if (series->kind != PGS_SERIES_ORDINARY)
        return pgs_turn_sql(series->stem, series->offset, turn_of(series), number, limit);
    return NULL;
}

/* ---- series like a value ---- */

static void
add_series(GPtrArray *out, const PgsColumn *column, PgsSeriesKind kind, const char *stem,
           gsize offset)
{
    PgsSeries *series = pgs_series_ordinary(column, 0);
    series->kind = kind;
    series->stem = g_strdup(stem);
    series->offset = offset;
    g_ptr_array_add(out, series);
}

static guint
count_digits(const char *text)
{
    guint n = 0;
    for (const char *p = text; *p != '\0'; p++)
        n += g_ascii_isdigit(*p) ? 1 : 0;
    return n;
}

/* Of a type that is no text: behind each word of what it looks like, and as a counter. */
static void
add_others(GPtrArray *out, const PgsColumn *column, const char *stem)
{
    for (gsize i = strlen(stem); i > 0 && out->len < WORDS; i--) {
        if (g_ascii_isalnum(stem[i - 1]) && !g_ascii_isalnum(stem[i]))
            add_series(out, column, PGS_SERIES_DIGITS, stem, i);
    }
    add_series(out, column, PGS_SERIES_HEX, stem, 2);
    add_series(out, column, PGS_SERIES_TURN, stem, 0);
}

GPtrArray *
pgs_column_series(const PgsColumn *column, PgsValue value, guint room)
{
    GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_series_free);
    char category = pgs_type_base(column->type)->category;
    if (value.kind != PGS_VALUE_TEXT || strlen(value.text) > LONGEST)
        return out;
    if (category == 'S' && count_digits(value.text) >= DIGITS)
        add_series(out, column, PGS_SERIES_POOL, value.text, 0);
    gsize length = strlen(value.text);
    if (category == 'S' && length > 0 && !g_ascii_isalnum(value.text[length - 1]) && room >= ROOM)
        add_series(out, column, PGS_SERIES_DIGITS, value.text, length);
    if (category != 'S' && category != 'N' && length > 2)
        add_others(out, column, value.text);
    g_autoptr(GPtrArray) like = pgs_series_like(column, value);
    g_ptr_array_set_free_func(like, NULL);
    for (guint i = 0; i < like->len; i++) {
        PgsSeries *series = like->pdata[i];
        gboolean is_longer =
            series->kind == PGS_SERIES_DIGITS || series->kind == PGS_SERIES_LETTERS;
        if (is_longer && room < ROOM)
            pgs_series_free(series);
        else
            g_ptr_array_add(out, series);
    }
    return out;
}

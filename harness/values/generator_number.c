#include "values/generator_types.h"

#include <string.h>

/* |a number| × 10^scale, cut: its decimal digits without leading zeros. */
typedef struct {
    gboolean negative;
    GString *digits;
} Decimal;

static void
decimal_clear(Decimal *decimal)
{
    g_string_free(decimal->digits, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Decimal, decimal_clear)

/* A number's exponent beyond this is left to the server. */
#define EXPONENT_MAX 1000

static const char *
skip_digits(const char *text)
{
    while (g_ascii_isdigit(*text))
        text++;
    return text;
}

static gboolean
is_number(const char *text)
{
    const char *p = *text == '-' || *text == '+' ? text + 1 : text;
    const char *after = skip_digits(p);
    gsize n_digits = (gsize)(after - p);
    if (*after == '.') {
        p = after + 1;
        after = skip_digits(p);
        n_digits += (gsize)(after - p);
    }
    if (n_digits == 0)
        return FALSE;
    if (*after != 'e' && *after != 'E')
        return *after == '\0';
    p = after + 1;
    if (*p == '-' || *p == '+')
        p++;
    return *p != '\0' && *skip_digits(p) == '\0';
}

/* How many decimals a number is written with. */
static gint
decimals_of(const char *text)
{
    const char *point = strchr(text, '.');
    gint n = point != NULL ? (gint)(skip_digits(point + 1) - point - 1) : 0;
    const char *exponent = strpbrk(text, "eE");
    if (exponent != NULL)
        n -= (gint)CLAMP(g_ascii_strtoll(exponent + 1, NULL, 10), -EXPONENT_MAX, EXPONENT_MAX);
    return n;
}

/* FALSE when the text is no number.  digits: initialised. */
static gboolean
decimal_parse(const char *text, gint scale, Decimal *decimal)
{
    if (!is_number(text))
        return FALSE;
    decimal->negative = *text == '-';
    g_string_truncate(decimal->digits, 0);
    for (const char *p = text; *p != '\0' && *p != 'e' && *p != 'E'; p++)
        if (g_ascii_isdigit(*p))
            g_string_append_c(decimal->digits, *p);
    gint shift = scale - decimals_of(text);
    for (; shift > 0; shift--)
        g_string_append_c(decimal->digits, '0');
    if (shift < 0)
        g_string_truncate(decimal->digits, (gsize)MAX(0, (gint)decimal->digits->len + shift));
    gsize zeros = strspn(decimal->digits->str, "0");
    g_string_erase(decimal->digits, 0, (gssize)zeros);
    return TRUE;
}

static char *
decimal_text(const Decimal *decimal, gint scale)
{
    g_autoptr(GString) text = g_string_new(decimal->digits->str);
    if (text->len == 0)
        return g_strdup("0");
    for (gint i = scale; i < 0; i++)
        g_string_append_c(text, '0');
    while ((gint)text->len <= scale)
        g_string_prepend_c(text, '0');
    if (scale > 0)
        g_string_insert_c(text, (gssize)text->len - scale, '.');
    if (decimal->negative)
        g_string_prepend_c(text, '-');
    return g_strdup(text->str);
}

/* One unit further from zero. */
static void
decimal_grow(Decimal *decimal)
{
    gsize i = decimal->digits->len;
    while (i > 0 && decimal->digits->str[i - 1] == '9')
        decimal->digits->str[--i] = '0';
    if (i == 0)
        g_string_prepend_c(decimal->digits, '1');
    else
        decimal->digits->str[i - 1]++;
}

static void
decimal_shrink(Decimal *decimal)
{
    gsize i = decimal->digits->len;
    while (decimal->digits->str[i - 1] == '0')
        decimal->digits->str[--i] = '9';
    decimal->digits->str[i - 1]--;
    g_string_erase(decimal->digits, 0, (gssize)strspn(decimal->digits->str, "0"));
}

static void
decimal_step(Decimal *decimal, gboolean up)
{
    if (decimal->digits->len == 0)
        decimal->negative = !up;
    if (decimal->digits->len == 0 || decimal->negative != up)
        decimal_grow(decimal);
    else
        decimal_shrink(decimal);
}

/* text one step of 10^-scale up or down, or NULL: it is no number. */
static char *
step_text(const char *text, gint scale, gboolean up)
{
    g_auto(Decimal) decimal = {FALSE, g_string_new(NULL)};
    if (!decimal_parse(text, scale, &decimal))
        return NULL;
    decimal_step(&decimal, up);
    return decimal_text(&decimal, scale);
}

/* Integers */

/* A number in [min, max] that is written as an integer. */
static gboolean
integer_fits(const PgsScalarUse *use, const char *text)
{
    if (!is_number(text) || strpbrk(text, ".eE") != NULL)
        return FALSE;
    gint64 number;
    return g_ascii_string_to_signed(*text == '+' ? text + 1 : text, 10, use->scalar->min,
                                    use->scalar->max, &number, NULL);
}

/* 1, 2, …, the greatest, 0, -1, …, the least. */
static char *
integer_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    guint64 positive = (guint64)use->scalar->max;
    guint64 all = positive + (guint64)-use->scalar->min + 1;
    *n_distinct = all > 0 && all < G_MAXUINT ? (guint)all : G_MAXUINT;
    if (*n_distinct < G_MAXUINT)
        n %= *n_distinct;
    gint64 number = n < positive ? (gint64)n + 1 : (gint64)positive - (gint64)n;
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static void
integer_edges(const PgsScalarUse *use, GArray *values)
{
    g_autofree char *min = g_strdup_printf("%" G_GINT64_FORMAT, use->scalar->min);
    g_autofree char *max = g_strdup_printf("%" G_GINT64_FORMAT, use->scalar->max);
    pgs_values_add(use->bench, values, max);
    pgs_values_add(use->bench, values, min);
}

static void
integer_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    for (gint up = 0; up <= 1; up++) {
        g_autofree char *next = step_text(text, 0, up == 1);
        if (next != NULL && integer_fits(use, next))
            pgs_values_add(use->bench, values, next);
    }
    /* Of 2.5, which is none: 2 and 3. */
    g_auto(Decimal) decimal = {FALSE, g_string_new(NULL)};
    if (!decimal_parse(text, 0, &decimal))
        return;
    g_autofree char *whole = decimal_text(&decimal, 0);
    if (strpbrk(text, ".eE") != NULL && integer_fits(use, whole))
        pgs_values_add(use->bench, values, whole);
}

const PgsScalarFamily pgs_family_integer = {
    .nth = integer_nth,
    .edges = integer_edges,
    .neighbours = integer_neighbours,
    .fits = integer_fits,
};

/* numeric */

typedef struct {
    gint precision, scale; /* precision 0: none was said */
} Precision;

/* How numeric's typmod is made (numeric.c): the scale has a sign since 15. */
static Precision
precision_of(gint32 typmod)
{
    Precision precision = {0, 0};
    if (typmod < 4)
        return precision;
    precision.precision = ((typmod - 4) >> 16) & 0xffff;
    precision.scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
    return precision;
}

/* 10^exponent, or 10^18 for more than that. */
static guint64
power_of_ten(gint exponent)
{
    guint64 power = 1;
    for (gint i = 0; i < MIN(exponent, 18); i++)
        power *= 10;
    return power;
}

/* The k-th of those above 0: whole ones come first. */
static char *
positive_text(Precision precision, guint64 k)
{
    gint whole_digits = precision.precision - precision.scale;
    guint64 units = k + 1;
    if (precision.scale > 0 && whole_digits > 0) {
        guint64 n_whole = power_of_ten(whole_digits) - 1;
        if (k < n_whole)
            return g_strdup_printf("%" G_GUINT64_FORMAT, k + 1);
        guint64 unit = power_of_ten(precision.scale);
        k -= n_whole;
        units = k / (unit - 1) * unit + k % (unit - 1) + 1;
    }
    g_auto(Decimal) decimal = {FALSE, g_string_new(NULL)};
    g_string_printf(decimal.digits, "%" G_GUINT64_FORMAT, units);
    return decimal_text(&decimal, precision.scale);
}

static char *
numeric_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    Precision precision = precision_of(use->typmod);
    *n_distinct = G_MAXUINT;
    if (precision.precision == 0)
        return g_strdup_printf("%" G_GUINT64_FORMAT, (guint64)n + 1);
    guint64 positive = power_of_ten(precision.precision) - 1;
    if (2 * positive + 1 < G_MAXUINT) {
        *n_distinct = (guint)(2 * positive + 1);
        n %= *n_distinct;
    }
    if (n < positive)
        return positive_text(precision, n);
    if (n == positive)
        return g_strdup("0");
    g_autofree char *text = positive_text(precision, n - positive - 1);
    return g_strconcat("-", text, NULL);
}

static gboolean
numeric_fits(const PgsScalarUse *use, const char *text)
{
    if (g_ascii_strcasecmp(text, "NaN") == 0)
        return TRUE;
    Precision precision = precision_of(use->typmod);
    g_auto(Decimal) decimal = {FALSE, g_string_new(NULL)};
    /* With a place more, so that what is rounded up is seen. */
    if (!decimal_parse(text, precision.scale + 1, &decimal))
        return FALSE;
    if (precision.precision == 0)
        return TRUE;
    GString *digits = decimal.digits;
    gboolean rounds_up = digits->len > 0 && digits->str[digits->len - 1] >= '5';
    g_string_truncate(digits, digits->len > 0 ? digits->len - 1 : 0);
    if (rounds_up)
        decimal_grow(&decimal);
    return digits->len <= (gsize)precision.precision;
}

static void
numeric_edges(const PgsScalarUse *use, GArray *values)
{
    Precision precision = precision_of(use->typmod);
    static const char *const common[] = {"0", "1", "-1"};
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        if (numeric_fits(use, common[i]))
            pgs_values_add(use->bench, values, common[i]);
    if (precision.precision > 0) {
        g_auto(Decimal) decimal = {FALSE, g_string_new("1")};
        g_autofree char *least = decimal_text(&decimal, precision.scale);
        pgs_values_add(use->bench, values, least);
        g_string_truncate(decimal.digits, 0);
        for (gint i = 0; i < precision.precision; i++)
            g_string_append_c(decimal.digits, '9');
        for (gint negative = 0; negative <= 1; negative++) {
            decimal.negative = negative == 1;
            g_autofree char *greatest = decimal_text(&decimal, precision.scale);
            pgs_values_add(use->bench, values, greatest);
        }
    } else {
        pgs_values_add(use->bench, values, "0.01");
        pgs_values_add(use->bench, values, "1000000000000");
        pgs_values_add(use->bench, values, "-1000000000000");
    }
    pgs_values_add(use->bench, values, "NaN");
}

static void
add_steps(const PgsScalarUse *use, const char *text, gint scale, GArray *values)
{
    for (gint up = 0; up <= 1; up++) {
        g_autofree char *next = step_text(text, scale, up == 1);
        if (next != NULL && use->scalar->family->fits(use, next))
            pgs_values_add(use->bench, values, next);
    }
}

static void
numeric_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    Precision precision = precision_of(use->typmod);
    if (precision.precision > 0) {
        add_steps(use, text, precision.scale, values);
        if (precision.scale <= 0)
            return;
    } else {
        add_steps(use, text, MAX(decimals_of(text), 2), values);
    }
    gboolean is_whole = decimals_of(text) <= 0;
    if (is_whole)
        add_steps(use, text, 0, values);
}

const PgsScalarFamily pgs_family_numeric = {
    .nth = numeric_nth,
    .edges = numeric_edges,
    .neighbours = numeric_neighbours,
    .fits = numeric_fits,
};

/* float4, float8, money: numbers whose rows say how many whole ones they tell apart. */

static char *
plain_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    *n_distinct = use->scalar->max < G_MAXUINT ? (guint)use->scalar->max : G_MAXUINT;
    return g_strdup_printf("%" G_GUINT64_FORMAT, (guint64)(n % *n_distinct) + 1);
}

static gboolean
plain_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    return is_number(text);
}

static gboolean
float_fits(const PgsScalarUse *use, const char *text)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i]) == 0)
            return TRUE;
    return plain_fits(use, text);
}

static void
plain_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    if (!is_number(text))
        return;
    gint decimals = CLAMP(decimals_of(text), 0, 12);
    if (use->scalar->family == &pgs_family_money)
        decimals = 2;
    add_steps(use, text, MAX(decimals, 1), values);
    if (decimals_of(text) <= 0)
        add_steps(use, text, 0, values);
}

const PgsScalarFamily pgs_family_float = {
    .nth = plain_nth,
    .neighbours = plain_neighbours,
    .fits = float_fits,
};

const PgsScalarFamily pgs_family_money = {
    .nth = plain_nth,
    .neighbours = plain_neighbours,
    .fits = plain_fits,
};

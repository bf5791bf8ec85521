#include "values/generator_types.h"

#include <string.h>

/* Characters that no type folds together: lower case letters, then digits. */
static const char *const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
#define BASE 36

/* Longer texts are made by the server. */
#define LITERAL_MAX 5000

/* How long a text may be; G_MAXUINT: as long as it likes. */
static guint
text_limit(const PgsScalarUse *use)
{
    if (use->scalar->limit > 0)
        return use->scalar->limit;
    return use->typmod >= 4 ? (guint)use->typmod - 4 : G_MAXUINT;
}

/* base^exponent, or so, when that is beyond counting. */
static guint64
power(guint64 base, guint exponent)
{
    guint64 result = 1;
    for (guint i = 0; i < exponent && result < G_GUINT64_CONSTANT(1) << 48; i++)
        result *= base;
    return result;
}

/* length characters, with n as a number at their end. */
static char *
digits_text(guint64 n, guint length)
{
    char *text = g_malloc(length + 1);
    text[length] = '\0';
    for (guint i = length; i > 0; i--) {
        text[i - 1] = alphabet[n % BASE];
        n /= BASE;
    }
    return text;
}

/* "a1", "a2", … as long as they are short enough; then what does not begin with an a. */
static char *
text_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    guint limit = text_limit(use);
    guint64 numbered = power(10, limit - 1) - 1, rest = (BASE - 1) * power(BASE, limit - 1);
    *n_distinct = (guint)MIN(numbered + rest, G_MAXUINT);
    n %= *n_distinct;
    if (n < numbered)
        return g_strdup_printf("a%" G_GUINT64_FORMAT, (guint64)n + 1);
    n -= (guint)numbered;
    return digits_text(n + power(BASE, limit - 1), limit);
}

static char *
text_sized(const PgsScalarUse *use, guint length, guint n)
{
    (void)use;
    return length <= LITERAL_MAX ? digits_text(n, length) : NULL;
}

static void
text_edges(const PgsScalarUse *use, GArray *values)
{
    guint limit = text_limit(use);
    static const char *const common[] = {"", " ", "a", "A", "0", "é", "a b"};
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        if (g_utf8_strlen(common[i], -1) <= (glong)MIN(limit, 100))
            pgs_values_add(use->bench, values, common[i]);
    if (limit < G_MAXUINT) {
        PgsValue longest = pgs_generator_sized(use->bench, use->type, use->typmod, limit, 0);
        if (longest.kind != PGS_VALUE_NULL)
            g_array_append_val(values, longest);
    }
}

static void
add_within(const PgsScalarUse *use, GArray *values, const char *text)
{
    if (g_utf8_strlen(text, -1) <= (glong)MIN(text_limit(use), G_MAXINT32))
        pgs_values_add(use->bench, values, text);
}

/* One character less, one more at each end, a blank at each end, the other case. */
static void
text_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    if (!g_utf8_validate(text, -1, NULL))
        return;
    glong length = g_utf8_strlen(text, -1);
    g_autofree char *longer = g_strconcat(text, "x", NULL);
    g_autofree char *before = g_strconcat("x", text, NULL);
    g_autofree char *blank = g_strconcat(text, " ", NULL);
    g_autofree char *blank_before = g_strconcat(" ", text, NULL);
    g_autofree char *upper = g_utf8_strup(text, -1);
    g_autofree char *lower = g_utf8_strdown(text, -1);
    if (length > 0) {
        g_autofree char *shorter = g_utf8_substring(text, 0, length - 1);
        add_within(use, values, shorter);
    }
    const char *const others[] = {longer, before, upper, lower, blank, blank_before};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (strcmp(others[i], text) != 0)
            add_within(use, values, others[i]);
}

static gboolean
text_fits(const PgsScalarUse *use, const char *text)
{
    return g_utf8_validate(text, -1, NULL) &&
           g_utf8_strlen(text, -1) <= (glong)MIN(text_limit(use), G_MAXINT32);
}

const PgsScalarFamily pgs_family_text = {
    .nth = text_nth,
    .edges = text_edges,
    .neighbours = text_neighbours,
    .sized = text_sized,
    .fits = text_fits,
};

/* bytea */

static char *
bytes_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    (void)use;
    *n_distinct = G_MAXUINT;
    return g_strdup_printf("\\x%08x", n + 1);
}

static char *
bytes_sized(const PgsScalarUse *use, guint length, guint n)
{
    (void)use;
    if (length > LITERAL_MAX)
        return NULL;
    GString *text = g_string_new("\\x");
    for (guint i = length; i > 0; i--)
        g_string_append_printf(text, "%02x", i > 4 ? 0 : (n >> (8 * (i - 1))) & 0xff);
    return g_string_free(text, FALSE);
}

static void
bytes_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    if (!g_str_has_prefix(text, "\\x"))
        return;
    g_autofree char *longer = g_strconcat(text, "00", NULL);
    pgs_values_add(use->bench, values, longer);
    if (strlen(text) >= 4) {
        g_autofree char *shorter = g_strndup(text, strlen(text) - 2);
        pgs_values_add(use->bench, values, shorter);
    }
}

const PgsScalarFamily pgs_family_bytes = {
    .nth = bytes_nth,
    .neighbours = bytes_neighbours,
    .sized = bytes_sized,
};

/* bit(n) and, where the row's first is 1, varbit(n): the typmod is n itself. */

static gboolean
bits_vary(const PgsScalarUse *use)
{
    return use->scalar->first == 1;
}

static char *
bits_text(guint64 n, guint length)
{
    char *text = g_malloc(length + 1);
    text[length] = '\0';
    for (guint i = length; i > 0; i--) {
        text[i - 1] = n & 1 ? '1' : '0';
        n >>= 1;
    }
    return text;
}

/* Of varying length: 0, 1, 00, 01, …; else n as a number, after 0 what is not 0. */
static char *
bits_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    guint limit = use->typmod > 0 ? (guint)use->typmod : bits_vary(use) ? 64 : 1;
    if (limit > LITERAL_MAX)
        return NULL;
    if (!bits_vary(use)) {
        *n_distinct = limit < 32 ? 1U << limit : G_MAXUINT;
        return bits_text((guint64)n + 1, limit);
    }
    *n_distinct = limit < 31 ? (1U << (limit + 1)) - 2 : G_MAXUINT;
    guint64 m = n % *n_distinct;
    guint length = 1;
    for (; m >= G_GUINT64_CONSTANT(1) << length; length++)
        m -= G_GUINT64_CONSTANT(1) << length;
    return bits_text(m, length);
}

static char *
bits_sized(const PgsScalarUse *use, guint length, guint n)
{
    (void)use;
    return length <= LITERAL_MAX ? bits_text(n, length) : NULL;
}

static void
bits_edges(const PgsScalarUse *use, GArray *values)
{
    guint limit = use->typmod > 0 ? (guint)use->typmod : 1;
    if (limit > LITERAL_MAX)
        return;
    g_autofree char *zeros = bits_text(0, limit);
    g_autofree char *ones = g_strnfill(limit, '1');
    pgs_values_add(use->bench, values, zeros);
    pgs_values_add(use->bench, values, ones);
    if (bits_vary(use))
        pgs_values_add(use->bench, values, "");
}

static gboolean
bits_fit(const PgsScalarUse *use, const char *text)
{
    if (text[strspn(text, "01")] != '\0')
        return FALSE;
    gsize length = strlen(text);
    if (use->typmod <= 0)
        return TRUE;
    return bits_vary(use) ? length <= (gsize)use->typmod : length == (gsize)use->typmod;
}

static void
bits_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    gsize length = strlen(text);
    if (length == 0 || !bits_fit(use, text))
        return;
    g_autofree char *other = g_strdup(text);
    other[length - 1] = other[length - 1] == '0' ? '1' : '0';
    pgs_values_add(use->bench, values, other);
}

const PgsScalarFamily pgs_family_bits = {
    .nth = bits_nth,
    .edges = bits_edges,
    .neighbours = bits_neighbours,
    .sized = bits_sized,
    .fits = bits_fit,
};

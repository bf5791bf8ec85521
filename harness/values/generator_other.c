#include "values/generator_types.h"

#include <string.h>

/* Families of types that are written by a template or a list, and of those with a form of their
   own. */

/* The places of a template, least first, taken from a number; *n is what is left of it. */
static void
fill_place(GString *text, gsize at, guint64 *n, guint radix)
{
    g_autofree char *digits =
        text->str[at] == '@' ? g_strdup_printf("%02x", (guint)(*n % 256))
                             : g_strdup_printf("%" G_GUINT64_FORMAT, radix > 0 ? *n % radix : *n);
    *n /= text->str[at] == '@' ? 256 : MAX(radix, 1);
    g_string_erase(text, (gssize)at, 1);
    g_string_insert(text, (gssize)at, digits);
}

/* How many values a template has. */
static guint
count_template(const PgsScalar *scalar)
{
    guint64 count = 1;
    for (const char *p = scalar->template; *p != '\0' && count < G_MAXUINT; p++) {
        if (*p == '#' && scalar->radix == 0)
            return G_MAXUINT;
        count *= *p == '#' ? scalar->radix : *p == '@' ? 256 : 1;
    }
    count -= MIN(count - 1, (guint64)scalar->first);
    return (guint)MIN(count, G_MAXUINT);
}

static char *
expand_template(const PgsScalar *scalar, guint n)
{
    guint64 number = (guint64)n + (guint64)scalar->first;
    GString *text = g_string_new(scalar->template);
    for (gsize i = text->len; i > 0; i--)
        if (text->str[i - 1] == '#' || text->str[i - 1] == '@')
            fill_place(text, i - 1, &number, scalar->radix);
    return g_string_free(text, FALSE);
}

static char *
pattern_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    *n_distinct = count_template(use->scalar);
    return expand_template(use->scalar, n % *n_distinct);
}

const PgsScalarFamily pgs_family_pattern = {.nth = pattern_nth};

/* uuid, pg_lsn and the like: hexadecimal digits at the end. */
static void
hexadecimal_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    gsize length = strlen(text);
    if (length == 0 || !g_ascii_isxdigit(text[length - 1]))
        return;
    gint digit = g_ascii_xdigit_value(text[length - 1]);
    for (gint step = -1; step <= 1; step += 2) {
        if (digit + step < 0 || digit + step > 15)
            continue;
        g_autofree char *next = g_strdup(text);
        next[length - 1] = "0123456789abcdef"[digit + step];
        pgs_values_add(use->bench, values, next);
    }
}

static gboolean
uuid_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    gsize n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (g_ascii_isxdigit(*p))
            n++;
        else if (strchr("{}-", *p) == NULL)
            return FALSE;
    }
    return n == 32;
}

const PgsScalarFamily pgs_family_uuid = {
    .nth = pattern_nth,
    .neighbours = hexadecimal_neighbours,
    .fits = uuid_fits,
};

/* inet, cidr: of a dotted address without a mask the ones beside it. */
static void
address_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    const char *point = strrchr(text, '.');
    guint64 last;
    if (point == NULL || !g_ascii_string_to_unsigned(point + 1, 10, 0, 255, &last, NULL))
        return;
    for (gint step = -1; step <= 1; step += 2) {
        gint next = (gint)last + step;
        if (next < 0 || next > 255)
            continue;
        g_autofree char *written = g_strdup_printf("%.*s.%d", (gint)(point - text), text, next);
        pgs_values_add(use->bench, values, written);
    }
}

static gboolean
address_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    return g_ascii_isxdigit(*text) || *text == ':';
}

const PgsScalarFamily pgs_family_address = {
    .nth = pattern_nth,
    .neighbours = address_neighbours,
    .fits = address_fits,
};

/* What the row lists. */
static char *
list_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    *n_distinct = 0;
    while (use->scalar->edges[*n_distinct] != NULL)
        (*n_distinct)++;
    return g_strdup(use->scalar->edges[n % *n_distinct]);
}

const PgsScalarFamily pgs_family_list = {.nth = list_nth};

static gboolean
bool_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    static const char *const words[] = {"t", "f", "true", "false", "yes", "no", "on", "off"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i]) == 0)
            return TRUE;
    return FALSE;
}

const PgsScalarFamily pgs_family_bool = {.nth = list_nth, .fits = bool_fits};

/* json, jsonb */

static char *
json_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    (void)use;
    *n_distinct = G_MAXUINT;
    return g_strdup_printf("{\"a\": %" G_GUINT64_FORMAT "}", (guint64)n + 1);
}

/* An array of so many elements. */
static char *
json_sized(const PgsScalarUse *use, guint length, guint n)
{
    (void)use;
    if (length > 1000)
        return NULL;
    GString *text = g_string_new("[");
    for (guint i = 0; i < length; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? ", " : "", i == 0 ? n + 1 : i + 1);
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

static gboolean
json_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    static const char *const words[] = {"null", "true", "false"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(text, words[i]) == 0)
            return TRUE;
    gsize length = strlen(text);
    if (length == 0)
        return FALSE;
    char last = text[length - 1];
    switch (*text) {
    case '{':
        return last == '}';
    case '[':
        return last == ']';
    case '"':
        return length > 1 && last == '"';
    default:
        return g_regex_match_simple("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$", text, 0,
                                    0);
    }
}

const PgsScalarFamily pgs_family_json = {
    .nth = json_nth,
    .sized = json_sized,
    .fits = json_fits,
};

/* path: two of them are equal when they have as many points. */
static char *
path_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    (void)use;
    *n_distinct = 500;
    GString *text = g_string_new("[(0,0)");
    for (guint i = 0; i <= n % *n_distinct; i++)
        g_string_append_printf(text, ",(%u,1)", i + 1);
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

const PgsScalarFamily pgs_family_path = {.nth = path_nth};

#include "inventory/value.h"

#include "base/text.h"
#include "project/names.h"

#include <string.h>

enum {
    SHOWN = 60, /* characters of a value, for a person */
};

gboolean
pgs_value_equal(PgsValue a, PgsValue b)
{
    return a.kind == b.kind && g_strcmp0(a.text, b.text) == 0;
}

void
pgs_value_add_once(GArray *values, PgsValue value)
{
    for (guint i = 0; i < values->len; i++) {
        if (pgs_value_equal(g_array_index(values, PgsValue, i), value))
            return;
    }
    g_array_append_val(values, value);
}

void
pgs_value_append(GString *sql, PgsValue value)
{
    switch (value.kind) {
    case PGS_VALUE_DEFAULT:
        g_string_append(sql, "DEFAULT");
        break;
    case PGS_VALUE_NULL:
        g_string_append(sql, "NULL");
        break;
    case PGS_VALUE_TEXT:
        pgs_text_append_literal(sql, value.text);
        break;
    case PGS_VALUE_EXPRESSION:
        g_string_append(sql, value.text);
        break;
    }
}

/* What a person would write without quotes. */
static gboolean
is_number(const char *text)
{
    const char *p = *text == '-' ? text + 1 : text;
    gsize digits = strspn(p, "0123456789");
    p += digits;
    if (digits > 0 && *p == '.') {
        digits = strspn(p + 1, "0123456789");
        p += 1 + digits;
    }
    return digits > 0 && *p == '\0';
}

/* A character that a person would not see, or would take for a plain blank. */
static gboolean
is_hidden(gunichar c)
{
    return c != ' ' && !g_unichar_isgraph(c);
}

static gboolean
has_hidden(const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        if (is_hidden(g_utf8_get_char(p)))
            return TRUE;
    }
    return FALSE;
}

/* As an escape string has it. */
static void
append_escaped(GString *shown, gunichar c)
{
    static const char *const escapes[] = {
        ['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r", ['\\'] = "\\\\"};
    if (c < G_N_ELEMENTS(escapes) && escapes[c] != NULL)
        g_string_append(shown, escapes[c]);
    else if (is_hidden(c))
        g_string_append_printf(shown, c > 0xffff ? "\\U%08X" : "\\u%04X", c);
    else
        g_string_append_unichar(shown, c);
}

/* "'a b'", or "E'a\tb'" where a character is hidden; text is valid. */
static char *
describe_valid(const char *text, const char *quote)
{
    gboolean is_escaped = has_hidden(text);
    g_autoptr(GString) shown = g_string_new(is_escaped && *quote != '\0' ? "E" : NULL);
    glong length = g_utf8_strlen(text, -1), n = 0;
    g_string_append(shown, quote);
    for (const char *p = text; *p != '\0' && n < SHOWN; p = g_utf8_next_char(p), n++) {
        if (is_escaped)
            append_escaped(shown, g_utf8_get_char(p));
        else
            g_string_append_unichar(shown, g_utf8_get_char(p));
    }
    if (length > SHOWN)
        g_string_append_printf(shown, "…%s (%ld characters)", quote, length);
    else
        g_string_append(shown, quote);
    return g_string_free(g_steal_pointer(&shown), FALSE);
}

/* On one line: "'xxxx…' (100001 characters)". */
static char *
describe_cut(const char *text, const char *quote)
{
    g_autofree char *valid = g_utf8_validate(text, -1, NULL) ? NULL : pgs_text_visible(text, -1);
    return describe_valid(valid != NULL ? valid : text, quote);
}

char *
pgs_value_describe(PgsValue value)
{
    switch (value.kind) {
    case PGS_VALUE_DEFAULT:
        return g_strdup("DEFAULT");
    case PGS_VALUE_NULL:
        return g_strdup("NULL");
    case PGS_VALUE_TEXT:
        return describe_cut(value.text, is_number(value.text) ? "" : "'");
    case PGS_VALUE_EXPRESSION:
        break;
    }
    return describe_cut(value.text, "");
}

#include "migration/goose_variables.h"

#include <string.h>

/* The text that is left to parse, and what has gone wrong with it. */
typedef struct {
    const PgsGooseVariables *variables;
    const char *at, *end;
    char *message; /* NULL: nothing */
} Parser;

static gboolean expand_expression(Parser *parser, gunichar stop, GString *out);

/* 0 at the end; U+FFFD for what is no valid UTF-8, as Go has it. */
static gunichar
peek(const Parser *parser)
{
    if (parser->at >= parser->end)
        return 0;
    if (*parser->at == '\0')
        return 0xfffd;
    gunichar c = g_utf8_get_char_validated(parser->at, (gssize)(parser->end - parser->at));
    return c == (gunichar)-1 || c == (gunichar)-2 ? 0xfffd : c;
}

static void
advance(Parser *parser, gunichar c)
{
    gboolean broken = c == 0xfffd && (guchar)*parser->at != 0xef;
    parser->at += broken ? 1 : g_unichar_to_utf8(c, NULL);
}

static gboolean G_GNUC_PRINTF(2, 3) fail(Parser *parser, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_free(parser->message);
    parser->message = g_strdup_vprintf(format, args);
    va_end(args);
    return FALSE;
}

static gboolean
fail_expected(Parser *parser, const char *what, gunichar found)
{
    char character[7] = {0};
    g_unichar_to_utf8(found, character);
    return fail(parser, "Expected %s, got %s", what,
                found != 0 ? character : "the end of the line");
}

/* The value of NAME among "NAME=value"s; NULL: it is not there. */
static const char *
find_value(char **settings, const char *name)
{
    gsize length = strlen(name);
    for (char **setting = settings; setting != NULL && *setting != NULL; setting++) {
        if (strncmp(*setting, name, length) == 0 && (*setting)[length] == '=')
            return *setting + length + 1;
    }
    return NULL;
}

static const char *
lookup(const Parser *parser, const char *name)
{
    const PgsToolSettings *settings = parser->variables->settings;
    const char *value = find_value(settings->placeholders, name);
    if (value == NULL)
        value = find_value(settings->environment, name);
    return value != NULL ? value : g_getenv(name);
}

/* The value, "" when there is none, which is worth a word. */
static const char *
lookup_noting(const Parser *parser, const char *name)
{
    const char *value = lookup(parser, name);
    if (value == NULL)
        g_hash_table_add(parser->variables->missing, g_strdup(name));
    return value != NULL ? value : "";
}

/* A letter, then letters, numbers and _; NULL with a message. */
static char *
scan_identifier(Parser *parser)
{
    const char *start = parser->at;
    gunichar c = peek(parser);
    if (c == 0 || !g_unichar_isalpha(c)) {
        fail_expected(parser, "identifier to start with a letter", c);
        return NULL;
    }
    while (c != 0 && c != 0xfffd) {
        GUnicodeType type = g_unichar_type(c);
        if (!g_unichar_isalpha(c) && type != G_UNICODE_DECIMAL_NUMBER &&
            type != G_UNICODE_LETTER_NUMBER && type != G_UNICODE_OTHER_NUMBER && c != '_')
            break;
        advance(parser, c);
        c = peek(parser);
    }
    return g_strndup(start, (gsize)(parser->at - start));
}

/* strconv.Atoi(strings.TrimSpace()) of the text up to one of these characters. */
static gboolean
scan_number(Parser *parser, const char *stops, const char *what, gint64 *number)
{
    const char *start = parser->at;
    while (parser->at < parser->end && strchr(stops, *parser->at) == NULL)
        parser->at++;
    g_autofree char *text = g_strndup(start, (gsize)(parser->at - start));
    g_strstrip(text);
    const char *digits = text + (text[0] == '+' && g_ascii_isdigit(text[1]));
    if (!g_ascii_string_to_signed(digits, 10, G_MININT64, G_MAXINT64, number, NULL))
        return fail(parser, "Unable to parse %s: \"%s\"", what, text);
    return TRUE;
}

/* ${NAME:offset} and ${NAME:offset:length}, in bytes; negative ones count from the end. */
static gboolean
expand_substring(Parser *parser, const char *name, GString *out)
{
    gint64 from;
    gint64 count;
    if (!scan_number(parser, ":}", "offset", &from))
        return FALSE;
    gboolean has_length = peek(parser) == ':';
    if (has_length) {
        parser->at++;
        if (!scan_number(parser, "}", "length", &count))
            return FALSE;
    }
    if (out == NULL)
        return TRUE;
    const char *value = lookup_noting(parser, name);
    gint64 size = (gint64)strlen(value);
    from = CLAMP(from < 0 ? from + size : from, 0, size);
    gint64 to = size;
    if (has_length) {
        to = count >= 0 ? (count > size - from ? size : from + count) : size + count;
        to = MIN(MAX(to, from), size);
    }
    g_string_append_len(out, value + from, (gssize)(to - from));
    return TRUE;
}

/* ${NAME:-default} (unset or empty) and ${NAME-default} (unset). */
static gboolean
expand_default(Parser *parser, const char *name, gboolean empty, GString *out)
{
    const char *value = lookup(parser, name);
    gboolean use = value != NULL && (!empty || *value != '\0');
    if (use && out != NULL)
        g_string_append(out, value);
    return expand_expression(parser, '}', use ? NULL : out);
}

/* ${NAME?message} */
static gboolean
expand_required(Parser *parser, const char *name, GString *out)
{
    g_autoptr(GString) message = g_string_new(NULL);
    const char *value = lookup(parser, name);
    if (!expand_expression(parser, '}', value == NULL ? message : NULL))
        return FALSE;
    if (value == NULL && out != NULL)
        return fail(parser, "$%s: %s", name, message->len > 0 ? message->str : "not set");
    if (out != NULL)
        g_string_append(out, value);
    return TRUE;
}

/* Behind ${NAME, which } does not follow. */
static gboolean
expand_operation(Parser *parser, const char *name, GString *out)
{
    gunichar sign = peek(parser);
    if (sign != ':' && sign != '?' && sign != '-')
        return fail_expected(parser, "an operator", sign);
    parser->at++;
    if (sign == '?')
        return expand_required(parser, name, out);
    gboolean empty = sign == ':' && peek(parser) == '-';
    if (empty)
        parser->at++;
    return sign == ':' && !empty ? expand_substring(parser, name, out)
                                 : expand_default(parser, name, empty, out);
}

/* At a $: $NAME or ${…}. */
static gboolean
expand_variable(Parser *parser, GString *out)
{
    parser->at++;
    gboolean braces = peek(parser) == '{';
    if (braces)
        parser->at++;
    g_autofree char *name = scan_identifier(parser);
    if (name == NULL)
        return FALSE;
    if (!braces || peek(parser) == '}') {
        if (braces)
            parser->at++;
        if (out != NULL)
            g_string_append(out, lookup_noting(parser, name));
        return TRUE;
    }
    if (!expand_operation(parser, name, out))
        return FALSE;
    gunichar last = peek(parser);
    if (last != '}')
        return fail_expected(parser, "brace expansion to end with }", last);
    parser->at++;
    return TRUE;
}

/* What stands for itself, or for another text: \\ stays, \$ and $$ are a $, $( stays. */
static gboolean
expand_escape(Parser *parser, GString *out)
{
    static const struct {
        const char *text, *becomes;
    } escapes[] = {{"\\\\", "\\\\"}, {"\\$", "$"}, {"$$", "$"}, {"$(", "$("}};
    for (gsize i = 0; i < G_N_ELEMENTS(escapes); i++) {
        if (parser->end - parser->at < 2 || memcmp(parser->at, escapes[i].text, 2) != 0)
            continue;
        if (out != NULL)
            g_string_append(out, escapes[i].becomes);
        parser->at += 2;
        return TRUE;
    }
    return FALSE;
}

/* Up to stop (0: the end).  out NULL: it is only parsed. */
static gboolean
expand_expression(Parser *parser, gunichar stop, GString *out)
{
    gunichar c;
    while ((c = peek(parser)) != 0 && c != stop) {
        if (expand_escape(parser, out))
            continue;
        if (c == '$' && parser->at + 1 < parser->end) {
            if (!expand_variable(parser, out))
                return FALSE;
            continue;
        }
        const char *start = parser->at;
        advance(parser, c);
        if (out != NULL)
            g_string_append_len(out, start, (gssize)(parser->at - start));
    }
    return TRUE;
}

gboolean
pgs_goose_expand(const PgsGooseVariables *variables, const char *line, gsize length, GString *out,
                 char **message)
{
    Parser parser = {.variables = variables, .at = line, .end = line + length};
    gboolean expanded = expand_expression(&parser, 0, out);
    *message = parser.message;
    return expanded;
}

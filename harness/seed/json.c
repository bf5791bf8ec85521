#include "seed/json.h"

#include <string.h>

/* Deeper than any document of people's; each level is a call of its own here. */
#define MAX_DEPTH 512

typedef struct {
    const char *text;
    gsize length, at;
    guint depth;
    const char *fault;
} Reader;

static PgsJson *read_value(Reader *reader);

void
pgs_json_free(PgsJson *json)
{
    if (json == NULL)
        return;
    g_free(json->string);
    g_clear_pointer(&json->items, g_ptr_array_unref);
    g_clear_pointer(&json->names, g_ptr_array_unref);
    g_free(json);
}

/* Always NULL. */
static gpointer
fail(Reader *reader, const char *fault)
{
    if (reader->fault == NULL)
        reader->fault = fault;
    return NULL;
}

static char
peek(const Reader *reader)
{
    return reader->text[reader->at]; /* NUL at the end */
}

static void
skip_space(Reader *reader)
{
    while (reader->at < reader->length && strchr(" \t\r\n", peek(reader)) != NULL)
        reader->at++;
}

static gboolean
take(Reader *reader, char c)
{
    if (peek(reader) != c)
        return FALSE;
    reader->at++;
    return TRUE;
}

/* ---- strings ---- */

static gboolean
read_hex(Reader *reader, gunichar *unit)
{
    *unit = 0;
    for (guint i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(peek(reader));
        if (digit < 0)
            return FALSE;
        *unit = *unit * 16 + (gunichar)digit;
        reader->at++;
    }
    return TRUE;
}

#define IS_HIGH(unit) ((unit) >= 0xd800 && (unit) < 0xdc00)
#define IS_LOW(unit) ((unit) >= 0xdc00 && (unit) < 0xe000)

/* Behind "\u": four digits, or the two halves of a surrogate pair. */
static const char *
read_unicode(Reader *reader, GString *value)
{
    gunichar unit, low;
    if (!read_hex(reader, &unit))
        return "\\u takes four hexadecimal digits";
    if (unit == 0)
        return "\\u0000 is no character of PostgreSQL's texts";
    if (IS_HIGH(unit)) {
        if (!take(reader, '\\') || !take(reader, 'u') || !read_hex(reader, &low) || !IS_LOW(low))
            return "half a surrogate pair";
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    } else if (IS_LOW(unit)) {
        return "half a surrogate pair";
    }
    g_string_append_unichar(value, unit);
    return NULL;
}

static const char *
read_escape(Reader *reader, GString *value)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    char c = peek(reader);
    const char *letter = c != '\0' ? strchr(letters, c) : NULL;
    if (letter != NULL) {
        reader->at++;
        g_string_append_c(value, values[letter - letters]);
        return NULL;
    }
    return take(reader, 'u') ? read_unicode(reader, value) : "no such escape";
}

/* At the opening quote.  NULL with a fault. */
static char *
read_string(Reader *reader)
{
    if (!take(reader, '"'))
        return fail(reader, "a string in double quotes is needed here");
    g_autoptr(GString) value = g_string_new(NULL);
    while (!take(reader, '"')) {
        guchar c = (guchar)peek(reader);
        if (reader->at == reader->length)
            return fail(reader, "a string has no closing quote");
        if (c < 0x20)
            return fail(reader, "a control character in a string");
        reader->at++;
        const char *fault = NULL;
        if (c == '\\')
            fault = read_escape(reader, value);
        else
            g_string_append_c(value, (char)c);
        if (fault != NULL)
            return fail(reader, fault);
    }
    return g_strdup(value->str);
}

/* ---- the other values ---- */

static gboolean
skip_digits(Reader *reader)
{
    gsize from = reader->at;
    while (g_ascii_isdigit(peek(reader)))
        reader->at++;
    return reader->at > from;
}

static gboolean
skip_number(Reader *reader)
{
    take(reader, '-');
    if (!take(reader, '0') && !skip_digits(reader))
        return FALSE;
    if (take(reader, '.') && !skip_digits(reader))
        return FALSE;
    if (take(reader, 'e') || take(reader, 'E')) {
        if (!take(reader, '+'))
            take(reader, '-');
        return skip_digits(reader);
    }
    return TRUE;
}

static gboolean
read_word(Reader *reader, PgsJson *json)
{
    static const struct {
        const char *word;
        PgsJsonType type;
    } words[] = {{"null", PGS_JSON_NULL}, {"true", PGS_JSON_FLAG}, {"false", PGS_JSON_FLAG}};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize n = strlen(words[i].word);
        if (reader->length - reader->at >= n &&
            memcmp(reader->text + reader->at, words[i].word, n) == 0) {
            reader->at += n;
            json->type = words[i].type;
            return TRUE;
        }
    }
    return FALSE;
}

/* One item of an array, or a member of an object. */
static gboolean
read_item(Reader *reader, PgsJson *json)
{
    skip_space(reader);
    if (json->type == PGS_JSON_OBJECT) {
        char *name = read_string(reader);
        if (name == NULL)
            return FALSE;
        g_ptr_array_add(json->names, name);
        skip_space(reader);
        if (!take(reader, ':')) {
            fail(reader, "a colon is needed behind a member's name");
            return FALSE;
        }
    }
    PgsJson *item = read_value(reader);
    if (item == NULL)
        return FALSE;
    g_ptr_array_add(json->items, item);
    return TRUE;
}

/* Behind the opening bracket. */
static gboolean
read_items(Reader *reader, PgsJson *json, char closing)
{
    json->items = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_json_free);
    if (json->type == PGS_JSON_OBJECT)
        json->names = g_ptr_array_new_with_free_func(g_free);
    skip_space(reader);
    if (take(reader, closing))
        return TRUE;
    do {
        if (!read_item(reader, json))
            return FALSE;
        skip_space(reader);
    } while (take(reader, ','));
    if (take(reader, closing))
        return TRUE;
    fail(reader, closing == '}' ? "a comma or } is needed here" : "a comma or ] is needed here");
    return FALSE;
}

static gboolean
read_any(Reader *reader, PgsJson *json)
{
    char c = peek(reader);
    if (c == '{' || c == '[') {
        json->type = c == '{' ? PGS_JSON_OBJECT : PGS_JSON_ARRAY;
        reader->at++;
        return read_items(reader, json, c == '{' ? '}' : ']');
    }
    if (c == '"') {
        json->type = PGS_JSON_STRING;
        json->string = read_string(reader);
        return json->string != NULL;
    }
    if (c == '-' || g_ascii_isdigit(c)) {
        json->type = PGS_JSON_NUMBER;
        if (skip_number(reader))
            return TRUE;
        fail(reader, "a number lacks digits");
        return FALSE;
    }
    if (read_word(reader, json))
        return TRUE;
    fail(reader, reader->at == reader->length ? "the text ends where a value is needed"
                                              : "a value is needed here");
    return FALSE;
}

static PgsJson *
read_value(Reader *reader)
{
    skip_space(reader);
    if (reader->depth == MAX_DEPTH)
        return fail(reader, "nested too deep");
    g_autoptr(PgsJson) json = g_new0(PgsJson, 1);
    json->start = reader->at;
    reader->depth++;
    if (!read_any(reader, json))
        return NULL;
    reader->depth--;
    json->end = reader->at;
    return g_steal_pointer(&json);
}

PgsJson *
pgs_json_read(const char *text, gsize length, gsize *at, const char **fault)
{
    Reader reader = {.text = text, .length = length, .at = *at};
    PgsJson *json = read_value(&reader);
    if (json != NULL)
        skip_space(&reader);
    *at = reader.at;
    *fault = reader.fault;
    return json;
}

const PgsJson *
pgs_json_member(const PgsJson *json, const char *name)
{
    if (json->type != PGS_JSON_OBJECT)
        return NULL;
    for (guint i = json->names->len; i-- > 0;) {
        if (strcmp(g_ptr_array_index(json->names, i), name) == 0)
            return g_ptr_array_index(json->items, i);
    }
    return NULL;
}

/* A path's first part: a member's name or an item's number. */
static const PgsJson *
find_part(const PgsJson *json, const char *part)
{
    if (json->type != PGS_JSON_ARRAY)
        return pgs_json_member(json, part);
    guint64 index;
    return g_ascii_string_to_unsigned(part, 10, 0, G_MAXUINT32, &index, NULL) &&
                   index < json->items->len
               ? g_ptr_array_index(json->items, (guint)index)
               : NULL;
}

const PgsJson *
pgs_json_find(const PgsJson *json, const char *path)
{
    const PgsJson *whole = find_part(json, path);
    if (whole != NULL)
        return whole;
    const char *dot = strchr(path, '.');
    if (dot == NULL)
        return NULL;
    g_autofree char *part = g_strndup(path, (gsize)(dot - path));
    const PgsJson *inner = find_part(json, part);
    return inner != NULL ? pgs_json_find(inner, dot + 1) : NULL;
}

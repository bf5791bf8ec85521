#include "config/syntax.h"

#include "base/text.h"
#include "config/node.h"

#include <string.h>

/* YAML 1.1, section 5.1, but for the tab and the ends of lines. */
static gboolean
is_control(gunichar c)
{
    if (c == '\t' || c == '\n' || c == '\r' || c == 0x85)
        return FALSE;
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

/* The first character that cannot stand in YAML; length when all can.  text is valid up to length.
 */
static gsize
find_control(const char *text, gsize length)
{
    for (gsize at = 0; at < length;) {
        if (is_control(g_utf8_get_char(text + at)))
            return at;
        at += (gsize)(g_utf8_next_char(text + at) - (text + at));
    }
    return length;
}

static PgsPlace
place_at(const char *file, const char *text, gsize length, gsize offset)
{
    PgsPlace place = {.file = file};
    pgs_text_position(text, length, offset, &place.line, &place.column);
    return place;
}

/* Two bytes that begin UTF-16; UTF-32 begins with the same, or with NUL. */
static gboolean
is_utf16(const char *text, gsize length)
{
    return length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

gboolean
pgs_syntax_check_bytes(const char *file, const char **text, gsize *length, GError **error)
{
    static const char bom[] = "\xef\xbb\xbf";
    PgsPlace place = {file, 1, 1};
    if (is_utf16(*text, *length))
        return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, "save it as UTF-8",
                               "a byte order mark says that the file is UTF-16");
    if (*length >= 3 && memcmp(*text, bom, 3) == 0) {
        *text += 3;
        *length -= 3;
    }
    /* A NUL ends what g_utf8_validate() looks at, as a broken byte does. */
    const char *end;
    gboolean is_valid = g_utf8_validate(*text, (gssize)*length, &end);
    gsize valid = (gsize)(end - *text);
    gsize bad = find_control(*text, valid);
    if (bad < valid) {
        place = place_at(file, *text, *length, bad);
        return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error,
                               "in double quotes it can be written as \\x and two digits",
                               "the character U+%04X cannot stand in YAML",
                               g_utf8_get_char(*text + bad));
    }
    if (is_valid)
        return TRUE;
    place = place_at(file, *text, *length, valid);
    if (*end == '\0')
        return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, "is it a text file?",
                               "there is a NUL byte");
    return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, "save it as UTF-8",
                           "the byte 0x%02X is not UTF-8", (guint)(guchar)*end);
}

/* libyaml's problem, or how it begins, and what it means to a person. */
typedef struct {
    const char *problem;
    char character; /* that it stands at; NUL: any */
    const char *message;
    const char *hint;
} Explanation;

static const Explanation explanations[] = {
    {"found character that cannot start any token", '\t', "a tab stands in the indentation",
     "YAML is indented with blanks only"},
    {"found a tab character", 0, "a tab stands in the indentation",
     "YAML is indented with blanks only"},
    {"found character that cannot start any token", 0, "a value cannot begin with this character",
     "put the value in quotes"},
    {"mapping values are not allowed in this context", 0, "a \": \" stands where no key can be",
     "a value with \": \" in it needs quotes; or the line is indented too far"},
    {"did not find expected key", 0, "a key was expected here",
     "keys of one mapping begin in the same column; a value that goes on after a quote or bracket "
     "needs quotes around all of it"},
    {"could not find expected ':'", 0, "a key without its colon",
     "write \"key: value\"; a text of several lines needs \"|\" or quotes"},
    {"did not find expected '-' indicator", 0, "an item of the list was expected here",
     "items of one list begin in the same column, each with \"- \""},
    {"did not find expected ',' or ']'", 0, "a list in brackets is not closed before this",
     "put \",\" between its items and \"]\" at its end"},
    {"did not find expected ',' or '}'", 0, "a mapping in braces is not closed before this",
     "put \",\" between its pairs and \"}\" at its end; text with a comma needs quotes"},
    {"did not find expected node content", 0, "a value was expected here",
     "an empty text is \"\"; text that begins with a mark needs quotes"},
    {"found unexpected end of stream", 0, "the file ends inside of a quoted text",
     "close the quote"},
    {"found unknown escape character", 0, "this escape is not known in double quotes",
     "a backslash itself is written \"\\\\\"; in single quotes it stands for itself"},
    {"did not find the expected comment or line break", 0, "more stands here than can",
     "a comment begins with a blank and \"#\""},
    {"did not find expected <document start>", 0, "the file's value has ended before this",
     "begin all keys at the top in column 1"},
};

static const Explanation *
explain(const char *problem, char character)
{
    for (gsize i = 0; i < G_N_ELEMENTS(explanations); i++) {
        const Explanation *row = &explanations[i];
        if ((row->character == '\0' || row->character == character) &&
            g_str_has_prefix(problem, row->problem))
            return row;
    }
    return NULL;
}

gboolean
pgs_syntax_error(const yaml_parser_t *parser, const char *file, const char *text, gsize length,
                 GError **error)
{
    if (parser->error == YAML_MEMORY_ERROR)
        g_error("out of memory");
    const char *problem = parser->problem != NULL ? parser->problem : "this is not YAML";
    const yaml_mark_t *mark = &parser->problem_mark;
    gsize offset = pgs_text_char_offset(text, length, mark->index);
    PgsPlace place = {file, (guint)mark->line + 1, (guint)mark->column + 1};
    const Explanation *row = explain(problem, offset < length ? text[offset] : '\0');
    g_autofree char *begun = parser->context != NULL && parser->context_mark.line != mark->line
                                 ? g_strdup_printf(" (what it belongs to begins in line %zu)",
                                                   parser->context_mark.line + 1)
                                 : g_strdup("");
    return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, row != NULL ? row->hint : NULL,
                           "%s%s", row != NULL ? row->message : problem, begun);
}

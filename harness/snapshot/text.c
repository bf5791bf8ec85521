#include "snapshot/text.h"

#include "base/error.h"
#include "base/text.h"
#include "snapshot/kinds.h"

#include <string.h>

/*
 * The text form, line by line:
 *
 *     # pgstair snapshot 1
 *     # server 15.18
 *
 *     column public.users.email          kind and identity
 *       of public.users                  its parent, unless the kind and the identity say it
 *       type: character varying(255)     an attribute
 *       definition:                      an attribute of several lines
 *         | SELECT 1
 *
 * A kind that is not in the table of kinds stands in quotes.  What could be misread or would not
 * survive an editor (a leading or trailing blank, a control character, nothing at all) is written
 * as \"…" with the escapes of C; so is a line of several that needs it, instead of behind "| ".
 */

G_DEFINE_QUARK(pgs_snapshot_text_error, pgs_snapshot_text_error)

#define FORMAT_VERSION 1

static const char server_mark[] = "# server ";
static const char parent_mark[] = "of ";
static const char escape_mark[] = "\\\"";
static const char line_mark[] = "| ";

/* ------------------------------------------------------------------------------- writing -- */

/*
 * Characters that show as nothing, or that change how what follows is shown: controls, line and
 * paragraph separators, marks of direction.  A fixed list: Unicode's own tables grow.
 */
static gboolean
is_invisible(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Whether a piece without newlines can stand as it is.  Tabs are well inside a line of code only.
 */
static gboolean
is_plain(const char *text, gsize length, gboolean tabs)
{
    if (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        return FALSE;
    for (const char *at = text, *end = text + length; at < end;) {
        guchar byte = (guchar)*at;
        if (byte >= 0x20 && byte < 0x7f) {
            at++;
            continue;
        }
        if (byte == '\t' && tabs) {
            at++;
            continue;
        }
        gunichar c = g_utf8_get_char_validated(at, end - at);
        if (c == (gunichar)-1 || c == (gunichar)-2 || is_invisible(c))
            return FALSE;
        at = g_utf8_next_char(at);
    }
    return TRUE;
}

static void
append_escaped(GString *out, const char *text, gsize length)
{
    g_string_append(out, escape_mark);
    for (const char *at = text, *end = text + length; at < end;) {
        gunichar c = g_utf8_get_char_validated(at, end - at);
        const char *next = at + 1;
        if (c != (gunichar)-1 && c != (gunichar)-2 && c != 0)
            next = g_utf8_next_char(at);
        if (*at == '\n')
            g_string_append(out, "\\n");
        else if (*at == '\t')
            g_string_append(out, "\\t");
        else if (*at == '\r')
            g_string_append(out, "\\r");
        else if (*at == '\\' || *at == '"')
            g_string_append_printf(out, "\\%c", *at);
        else if (next == at + 1 && (guchar)*at >= 0x20 && (guchar)*at < 0x7f)
            g_string_append_c(out, *at);
        else if (next > at + 1 && !is_invisible(c))
            g_string_append_len(out, at, next - at);
        else {
            for (; at < next; at++)
                g_string_append_printf(out, "\\x%02x", (guchar)*at);
        }
        at = next;
    }
    g_string_append_c(out, '"');
}

/* On one line, whatever it is. */
static void
append_piece(GString *out, const char *text)
{
    gsize length = strlen(text);
    if (length > 0 && *text != ' ' && *text != '\\' && is_plain(text, length, FALSE))
        g_string_append_len(out, text, (gssize)length);
    else
        append_escaped(out, text, length);
}

static void
append_lines(GString *out, const char *value)
{
    for (const char *line = value;;) {
        gsize length = strcspn(line, "\n");
        g_string_append(out, "\n    ");
        if (length == 0)
            g_string_append_c(out, '|');
        else if (is_plain(line, length, TRUE)) {
            g_string_append(out, line_mark);
            g_string_append_len(out, line, (gssize)length);
        } else
            append_escaped(out, line, length);
        if (line[length] == '\0')
            break;
        line += length + 1;
    }
    g_string_append_c(out, '\n');
}

/*
 * The identity that an object of this kind has its parent's in: everything in front of its own
 * name, which is the last of the names between dots, quoted or not.  0: it has none.
 */
static gsize
parent_length_in(const PgsKind *kind, const char *identity)
{
    if (kind == NULL || !kind->is_part)
        return 0;
    gsize last_dot = 0;
    gboolean quoted = FALSE;
    for (const char *at = identity; *at != '\0'; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '.' && !quoted)
            last_dot = (gsize)(at - identity);
    }
    return last_dot;
}

static gboolean
parent_goes_without_saying(const PgsKind *kind, const PgsObject *object)
{
    gsize length = parent_length_in(kind, object->identity);
    if (object->parent == NULL)
        return length == 0;
    return length > 0 && length == strlen(object->parent) &&
           memcmp(object->identity, object->parent, length) == 0;
}

static void
append_object(GString *out, const PgsObject *object)
{
    const PgsKind *kind = pgs_kind_find(object->kind);
    g_string_append_c(out, '\n');
    if (kind != NULL)
        g_string_append(out, object->kind);
    else
        append_escaped(out, object->kind, strlen(object->kind));
    g_string_append_c(out, ' ');
    append_piece(out, object->identity);
    g_string_append_c(out, '\n');
    if (!parent_goes_without_saying(kind, object)) {
        g_string_append(out, "  of");
        if (object->parent != NULL) {
            g_string_append_c(out, ' ');
            append_piece(out, object->parent);
        }
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < object->n_attributes; i++) {
        const PgsAttribute *attribute = &object->attributes[i];
        g_string_append_printf(out, "  %s:", attribute->name);
        if (strchr(attribute->value, '\n') != NULL)
            append_lines(out, attribute->value);
        else {
            g_string_append_c(out, ' ');
            append_piece(out, attribute->value);
            g_string_append_c(out, '\n');
        }
    }
}

char *
pgs_snapshot_to_text(const PgsSnapshot *snapshot, gsize *length)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%s%d\n", PGS_SNAPSHOT_TEXT_MAGIC, FORMAT_VERSION);
    if (*pgs_snapshot_server_version(snapshot) != '\0') {
        g_string_append(out, server_mark);
        append_piece(out, pgs_snapshot_server_version(snapshot));
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++)
        append_object(out, pgs_snapshot_object(snapshot, i));
    if (length != NULL)
        *length = out->len;
    return g_string_free(out, FALSE);
}

/* ------------------------------------------------------------------------------- reading -- */

typedef struct {
    const char *at, *end; /* what is not read yet */
    const char *line;     /* the current line, without its end; NULL: none left */
    gsize length;
    guint number; /* of the line read last, from 1 */
    char *server_version;
    GPtrArray *objects;     /* those that are complete */
    GHashTable *identities; /* "kind identity" of each: none may be there twice */
    /* The object that is being read. */
    const char *kind; /* interned; NULL: none yet */
    char *identity, *parent;
    GPtrArray *names, *values; /* interned; char * */
} Reader;

static void
reader_clear(Reader *reader)
{
    g_free(reader->server_version);
    g_clear_pointer(&reader->objects, g_ptr_array_unref);
    g_hash_table_unref(reader->identities);
    g_free(reader->identity);
    g_free(reader->parent);
    g_ptr_array_unref(reader->names);
    g_ptr_array_unref(reader->values);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static gboolean fail(const Reader *reader, GError **error, const char *hint, const char *format,
                     ...) G_GNUC_PRINTF(4, 5);

static gboolean
fail(const Reader *reader, GError **error, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    pgs_error_set(error, PGS_SNAPSHOT_TEXT_ERROR, PGS_SNAPSHOT_TEXT_ERROR_SYNTAX, hint,
                  "line %u: %s", reader->number, message);
    return FALSE;
}

/* The next line; one that git or an editor ended with CR LF is the same. */
static void
next_line(Reader *reader)
{
    if (reader->at >= reader->end) {
        reader->line = NULL;
        return;
    }
    const char *newline = memchr(reader->at, '\n', (gsize)(reader->end - reader->at));
    const char *stop = newline != NULL ? newline : reader->end;
    reader->number++;
    reader->line = reader->at;
    reader->length = (gsize)(stop - reader->at);
    if (reader->length > 0 && stop[-1] == '\r')
        reader->length--;
    reader->at = newline != NULL ? newline + 1 : reader->end;
}

static gboolean
line_begins(const Reader *reader, const char *prefix)
{
    gsize length = strlen(prefix);
    return reader->line != NULL && reader->length >= length &&
           memcmp(reader->line, prefix, length) == 0;
}

/* One escape, behind its backslash; NULL when there is no such escape. */
static const char *
append_unescaped(GString *out, const char *at, const char *end)
{
    static const char letters[] = "ntr\\\"";
    static const char meanings[] = "\n\t\r\\\"";
    if (at >= end)
        return NULL;
    const char *letter = *at != '\0' ? strchr(letters, *at) : NULL;
    if (letter != NULL) {
        g_string_append_c(out, meanings[letter - letters]);
        return at + 1;
    }
    if (*at != 'x' || end - at < 3 || !g_ascii_isxdigit(at[1]) || !g_ascii_isxdigit(at[2]))
        return NULL;
    int byte = g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]);
    if (byte == 0)
        return NULL;
    g_string_append_c(out, (char)byte);
    return at + 3;
}

/* A piece that append_escaped() wrote: what it stands for, and where it ends.  NULL: an error. */
static char *
parse_escaped(const Reader *reader, const char *text, const char *end, const char **rest,
              GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *at = text + strlen(escape_mark);
    while (at < end && *at != '"') {
        if (*at != '\\') {
            g_string_append_c(out, *at++);
            continue;
        }
        at = append_unescaped(out, at + 1, end);
        if (at == NULL) {
            fail(reader, error, NULL,
                 "an escape other than \\n, \\t, \\r, \\\\, \\\" and \\x01 to \\xff");
            return NULL;
        }
    }
    if (at >= end) {
        fail(reader, error, NULL, "the closing quote is missing");
        return NULL;
    }
    *rest = at + 1;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
is_escaped(const char *text, const char *end)
{
    return end - text >= 2 && memcmp(text, escape_mark, strlen(escape_mark)) == 0;
}

/* The rest of a line as append_piece() wrote it.  NULL: an error. */
static char *
parse_piece(const Reader *reader, const char *text, GError **error)
{
    const char *end = reader->line + reader->length;
    if (!is_escaped(text, end))
        return g_strndup(text, (gsize)(end - text));
    const char *rest;
    g_autofree char *piece = parse_escaped(reader, text, end, &rest, error);
    if (piece == NULL)
        return NULL;
    if (rest != end) {
        fail(reader, error, NULL, "text after the closing quote");
        return NULL;
    }
    return g_steal_pointer(&piece);
}

static gboolean
read_header(Reader *reader, GError **error)
{
    next_line(reader);
    if (!line_begins(reader, PGS_SNAPSHOT_TEXT_MAGIC))
        return fail(reader, error,
                    "\"pgstair snapshot\" writes such a file; its first line is "
                    "\"" PGS_SNAPSHOT_TEXT_MAGIC "1\".",
                    "this is no pgstair snapshot");
    g_autofree char *version = g_strndup(reader->line + strlen(PGS_SNAPSHOT_TEXT_MAGIC),
                                         reader->length - strlen(PGS_SNAPSHOT_TEXT_MAGIC));
    guint64 number;
    if (!g_ascii_string_to_unsigned(version, 10, 1, G_MAXUINT, &number, NULL))
        return fail(reader, error, NULL, "\"%s\" is no version of the format", version);
    if (number > FORMAT_VERSION) {
        pgs_error_set(error, PGS_SNAPSHOT_TEXT_ERROR, PGS_SNAPSHOT_TEXT_ERROR_VERSION,
                      "Read it with the pgstair that wrote it, or write it anew.",
                      "the snapshot was written by a newer pgstair (format %s)", version);
        return FALSE;
    }
    next_line(reader);
    if (!line_begins(reader, server_mark))
        return TRUE;
    reader->server_version = parse_piece(reader, reader->line + strlen(server_mark), error);
    if (reader->server_version == NULL)
        return FALSE;
    next_line(reader);
    return TRUE;
}

static void
finish_object(Reader *reader)
{
    if (reader->kind == NULL)
        return;
    g_ptr_array_add(reader->objects,
                    pgs_object_new(reader->kind, reader->identity, reader->parent,
                                   (const char *const *)reader->names->pdata,
                                   (const char *const *)reader->values->pdata, reader->names->len));
    reader->kind = NULL;
    g_clear_pointer(&reader->identity, g_free);
    g_clear_pointer(&reader->parent, g_free);
    g_ptr_array_set_size(reader->names, 0);
    g_ptr_array_set_size(reader->values, 0);
}

/* "kind identity" */
static gboolean
read_object_line(Reader *reader, GError **error)
{
    const char *end = reader->line + reader->length;
    const PgsKind *kind = NULL;
    const char *rest;
    if (is_escaped(reader->line, end)) {
        g_autofree char *name = parse_escaped(reader, reader->line, end, &rest, error);
        if (name == NULL)
            return FALSE;
        reader->kind = g_intern_string(name);
    } else {
        kind = pgs_kind_at_start(reader->line, reader->length);
        if (kind == NULL)
            return fail(reader, error,
                        "A paragraph begins with what it describes: \"table public.users\".",
                        "no kind of object that pgstair knows");
        reader->kind = g_intern_static_string(kind->kind);
        rest = reader->line + strlen(kind->kind);
    }
    if (rest >= end || *rest != ' ' || rest + 1 == end)
        return fail(reader, error, NULL, "the object's name is missing");
    reader->identity = parse_piece(reader, rest + 1, error);
    if (reader->identity == NULL)
        return FALSE;
    if (!g_hash_table_add(reader->identities,
                          g_strdup_printf("%s %s", reader->kind, reader->identity)))
        return fail(reader, error, "Did a merge leave both sides?", "%s %s is there twice",
                    reader->kind, reader->identity);
    gsize parent = parent_length_in(kind, reader->identity);
    reader->parent = parent > 0 ? g_strndup(reader->identity, parent) : NULL;
    return TRUE;
}

/* "  of PARENT"; FALSE without an error when the line is something else. */
static gboolean
read_parent_line(Reader *reader, gboolean *is_parent, GError **error)
{
    const char *text = reader->line + 2;
    gsize length = reader->length - 2;
    *is_parent = TRUE;
    if (length == 2 && memcmp(text, parent_mark, 2) == 0) {
        g_clear_pointer(&reader->parent, g_free);
        return TRUE;
    }
    if (length > 3 && memcmp(text, parent_mark, 3) == 0) {
        g_free(reader->parent);
        reader->parent = parse_piece(reader, text + 3, error);
        return reader->parent != NULL;
    }
    *is_parent = FALSE;
    return TRUE;
}

/* The indented lines below "  name:", joined; the reader then stands behind them. */
static char *
read_lines(Reader *reader, GError **error)
{
    g_autoptr(GString) out = NULL;
    while (line_begins(reader, "    ")) {
        const char *text = reader->line + 4;
        gsize length = reader->length - 4;
        g_autofree char *line = NULL;
        if (length == 1 && *text == '|')
            line = g_strdup("");
        else if (length > 2 && memcmp(text, line_mark, 2) == 0)
            line = g_strndup(text + 2, length - 2);
        else if (is_escaped(text, text + length))
            line = parse_piece(reader, text, error);
        else
            fail(reader, error, "Each line of a value begins with \"| \".",
                 "this belongs to no value");
        if (line == NULL)
            return NULL;
        if (out == NULL)
            out = g_string_new(line);
        else
            g_string_append_printf(out, "\n%s", line);
        next_line(reader);
    }
    if (out == NULL) {
        fail(reader, error, NULL, "a value is missing");
        return NULL;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* "  name: value", or "  name:" and lines below it. */
static gboolean
read_attribute(Reader *reader, GError **error)
{
    const char *name = reader->line + 2;
    gsize rest = reader->length - 2;
    const char *colon = memchr(name, ':', rest);
    if (colon == NULL || colon == name || memchr(name, ' ', (gsize)(colon - name)) != NULL)
        return fail(reader, error, "An attribute is written as \"  name: value\".",
                    "neither an attribute nor an object");
    g_autofree char *copy = g_strndup(name, (gsize)(colon - name));
    for (guint i = 0; i < reader->names->len; i++) {
        if (strcmp(g_ptr_array_index(reader->names, i), copy) == 0)
            return fail(reader, error, "Did a merge leave both sides?",
                        "the attribute %s is there twice", copy);
    }
    g_ptr_array_add(reader->names, (gpointer)g_intern_string(copy));
    char *value;
    if (colon + 1 == name + rest) {
        next_line(reader);
        value = read_lines(reader, error);
    } else if (colon[1] != ' ' || colon + 2 == name + rest) {
        return fail(reader, error, NULL, "the value of %s is missing", copy);
    } else {
        value = parse_piece(reader, colon + 2, error);
        next_line(reader);
    }
    if (value == NULL)
        return FALSE;
    g_ptr_array_add(reader->values, value);
    return TRUE;
}

static gboolean
read_body(Reader *reader, GError **error)
{
    while (reader->line != NULL) {
        if (reader->length == 0) {
            next_line(reader);
            continue;
        }
        if (!line_begins(reader, "  ")) {
            finish_object(reader);
            if (!read_object_line(reader, error))
                return FALSE;
            next_line(reader);
            continue;
        }
        gboolean is_parent;
        if (reader->kind == NULL)
            return fail(reader, error, NULL, "an attribute of nothing");
        if (!read_parent_line(reader, &is_parent, error))
            return FALSE;
        if (is_parent)
            next_line(reader);
        else if (!read_attribute(reader, error))
            return FALSE;
    }
    finish_object(reader);
    return TRUE;
}

/* Neither broken UTF-8 nor a NUL byte: both are written as escapes. */
static gboolean
check_bytes(Reader *reader, GError **error)
{
    const char *stop;
    if (g_utf8_validate_len(reader->at, (gsize)(reader->end - reader->at), &stop))
        return TRUE;
    guint column;
    pgs_text_position(reader->at, (gsize)(reader->end - reader->at), (gsize)(stop - reader->at),
                      &reader->number, &column);
    return fail(reader, error, NULL, "a byte that is no UTF-8 text at column %u", column);
}

PgsSnapshot *
pgs_snapshot_from_text(const char *text, gsize length, GError **error)
{
    g_auto(Reader) reader = {
        .at = text,
        .end = text + length,
        .objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref),
        .identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .names = g_ptr_array_new(),
        .values = g_ptr_array_new_with_free_func(g_free),
    };
    if (!check_bytes(&reader, error))
        return NULL;
    if (!read_header(&reader, error) || !read_body(&reader, error))
        return NULL;
    return pgs_snapshot_new(g_steal_pointer(&reader.objects), reader.server_version);
}

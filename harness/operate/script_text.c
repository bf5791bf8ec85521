#include "operate/script_text.h"

#include "base/error.h"
#include "base/text.h"
#include "sql/token.h"

#include <string.h>

/* What is copied, and where to. */
typedef struct {
    GString *to;
    const char *text;
    gsize copied; /* up to this offset */
} Copy;

static void
copy_until(Copy *copy, gsize offset)
{
    if (offset <= copy->copied)
        return;
    g_string_append_len(copy->to, copy->text + copy->copied, (gssize)(offset - copy->copied));
    copy->copied = offset;
}

static gsize
offset_of(const Copy *copy, const PgsToken *token)
{
    return (gsize)(token->text - copy->text);
}

/*
 * psqlscan.l, :{variable_char}+, :'…', :"…", :{?…}: psql would put a variable's value here (:HOST
 * is always set, and anybody may set others).  In SQL a blank behind the colon changes nothing.
 */
static gboolean
is_variable(const Copy *copy, const PgsToken *token)
{
    if (!pgs_token_is_char(token, ':'))
        return FALSE;
    unsigned char c = (unsigned char)token->text[1];
    gboolean first = offset_of(copy, token) == 0 || token->text[-1] != ':';
    return first && (g_ascii_isalnum(c) || c >= 0x80 || strchr("_'\"{", c) != NULL) && c != '\0';
}

static gboolean
is_schema(const PgsToken *token)
{
    static const char name[] = "\"" PGS_SCRIPT_SCHEMA "\"";
    return token->length == strlen(name) && strncmp(token->text, name, token->length) == 0;
}

/* The statement that ends at or in front of a semicolon at offset is the last before *next. */
typedef struct {
    const PgsScript *script;
    PgsScriptMessages messages;
    guint next; /* the statement whose end was not reached yet */
} Ends;

static const PgsStatement *
next_statement(const Ends *ends)
{
    return ends->next < pgs_script_n_statements(ends->script)
               ? pgs_script_statement(ends->script, ends->next)
               : NULL;
}

/* Ends every statement that ends at or before offset. */
static void
end_statements(Copy *copy, Ends *ends, gsize offset)
{
    const PgsStatement *statement;
    while ((statement = next_statement(ends)) != NULL && statement->end <= offset) {
        copy_until(copy, statement->end);
        ends->next++;
        gboolean joins = ends->messages == PGS_SCRIPT_WHOLE && next_statement(ends) != NULL;
        g_string_append(copy->to, joins ? "\\;" : ";");
    }
}

static void
copy_tokens(Copy *copy, Ends *ends, const GArray *tokens)
{
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        gsize offset = offset_of(copy, token);
        end_statements(copy, ends, offset);
        const PgsStatement *statement = next_statement(ends);
        gboolean between = statement == NULL || offset < statement->start;
        if (between && pgs_token_is_char(token, ';')) {
            copy_until(copy, offset);
            copy->copied = offset + 1; /* end_statements() has written it */
        } else if (ends->messages == PGS_SCRIPT_BOOKS && is_schema(token)) {
            copy_until(copy, offset);
            g_string_append(copy->to, ":\"" PGS_SCRIPT_SCHEMA_VARIABLE "\"");
            copy->copied = offset + token->length;
        } else if (is_variable(copy, token)) {
            copy_until(copy, offset + 1);
            g_string_append_c(copy->to, ' ');
        }
    }
}

/* psql reads strings as the server's setting says; the scanner here, as if it were on. */
static gboolean
check_strings(const GArray *tokens, GError **error)
{
    for (guint i = 0; i + 2 < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        const PgsToken *value = token + 2;
        if (!pgs_token_is(token, "STANDARD_CONFORMING_STRINGS") ||
            !(pgs_token_is_char(token + 1, '=') || pgs_token_is(token + 1, "TO")) ||
            pgs_token_is(value, "ON") || pgs_token_is(value, "TRUE") ||
            (value->length == 4 && strncmp(value->text, "'on'", 4) == 0))
            continue;
        pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL,
                      "write the strings behind it as E'…'",
                      "it changes standard_conforming_strings: what is a string behind that cannot "
                      "be told offline");
        return FALSE;
    }
    return TRUE;
}

gboolean
pgs_script_text_append(GString *script, const char *text, gsize length, PgsScriptMessages messages,
                       PgsPosition *position, GError **error)
{
    g_autoptr(PgsScript) parsed = pgs_script_new(text, length, FALSE, position, error);
    if (parsed == NULL)
        return FALSE;
    g_autofree char *own = g_strndup(pgs_script_text(parsed, NULL), length);
    /* A byte order mark belongs to no statement, and psql takes it only at a file's beginning. */
    Copy copy = {script, own, g_str_has_prefix(own, "\xef\xbb\xbf") ? 3 : 0};
    g_autoptr(GArray) tokens = pgs_token_scan_all(own);
    if (!check_strings(tokens, error))
        return FALSE;
    Ends ends = {parsed, messages, 0};
    copy_tokens(&copy, &ends, tokens);
    end_statements(&copy, &ends, length);
    copy_until(&copy, length);
    if (script->len > 0 && script->str[script->len - 1] != '\n')
        g_string_append_c(script, '\n');
    return TRUE;
}

void
pgs_script_text_append_settings(GString *script)
{
    g_string_append(script, "\\set ON_ERROR_STOP on\n"
                            "\\set ON_ERROR_ROLLBACK off\n"
                            "\\set AUTOCOMMIT on\n"
                            "\\set FETCH_COUNT 0\n"
                            "\\set SINGLELINE off\n"
                            "\\encoding UTF8\n");
}

void
pgs_script_text_append_data(GString *script, const char *data, gsize length)
{
    g_string_append_len(script, data, (gssize)length);
    if (length > 0 && data[length - 1] != '\n')
        g_string_append_c(script, '\n');
    g_string_append(script, "\\.\n");
}

void
pgs_script_text_append_comment(GString *script, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *visible = pgs_text_visible(text, -1);
    g_strdelimit(visible, "\r\n", ' ');
    g_string_append_printf(script, "-- %s\n", visible);
}

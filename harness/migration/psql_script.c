#include "migration/psql_script.h"

#include "base/error.h"
#include "sql/token.h"

#include <string.h>

#define ROWS_END "\\.\n"

enum {
    /* Each command means another scan from the beginning: as much is scanned in all. */
    MAX_SCANNED = 256 * 1024 * 1024,
};

void
pgs_meta_command_free(PgsMetaCommand *command)
{
    g_free(command->name);
    g_free(command->arguments);
    g_free(command);
}

/* Turns text into blanks, so that what follows keeps its line. */
static void
blank(char *text, gsize from, gsize to)
{
    for (gsize i = from; i < to; i++) {
        if (text[i] != '\n')
            text[i] = ' ';
    }
}

/* psql's command.c, exec_command(): those that send what was read so far. */
static gboolean
sends_query(const char *name)
{
    static const char *const senders[] = {"g",     "gx",    "gexec", "gset",         "gdesc",
                                          "bind",  "parse", "watch", "crosstabview", "bind_named",
                                          "close", NULL};
    return g_strv_contains(senders, name);
}

/* Behind the line \. that ends the rows of a \copy … from stdin, which stand in the script (psql's
 * copy.c, handleCopyIn()). */
static gsize
behind_rows(const char *text, gsize length, gsize at)
{
    while (at < length) {
        gsize end = at + strcspn(text + at, "\n");
        gsize n = end - at;
        gboolean is_end =
            strncmp(text + at, "\\.", 2) == 0 && (n == 2 || (n == 3 && text[at + 2] == '\r'));
        at = end + (end < length);
        if (is_end)
            break;
    }
    return at;
}

static gboolean
reads_rows(const PgsMetaCommand *command)
{
    if (strcmp(command->name, "copy") != 0)
        return FALSE;
    g_autofree char *lower = g_ascii_strdown(command->arguments, -1);
    g_auto(GStrv) words = g_strsplit_set(lower, " \t", -1);
    gboolean from = FALSE;
    for (char **word = words; *word != NULL; word++) {
        if (from && (g_str_has_prefix(*word, "stdin") || g_str_has_prefix(*word, "pstdin")))
            return strncmp(*word, "stdin", 5) == 0;
        if (**word != '\0')
            from = strcmp(*word, "from") == 0;
    }
    return FALSE;
}

/* Takes the command at position out of text. */
static PgsMetaCommand *
take_command(char *text, gsize length, const PgsPosition *position)
{
    PgsMetaCommand *command = g_new0(PgsMetaCommand, 1);
    gsize at = position->offset + 1;
    gsize end = at + strcspn(text + at, "\n");
    /* psqlscanslash.l, <xslashcmd>: to white space or another backslash. */
    gsize name = text[at] == ';' ? 1 : strcspn(text + at, " \t\r\n\f\v\\");
    command->position = *position;
    command->name = g_strndup(text + at, name);
    if (text[at] == ';')
        end = at + 1;
    command->arguments = g_strstrip(g_strndup(text + at + name, end - at - name));
    if (reads_rows(command))
        end = behind_rows(text, length, end + (end < length));
    blank(text, position->offset, end);
    if (sends_query(command->name) || strcmp(command->name, ";") == 0)
        text[position->offset] = ';';
    return command;
}

/* psql's copy.c, handleCopyIn(): the end of the file ends the rows of a COPY as well.  text has
 * room for it.  How much longer it is now. */
static gsize
end_rows(char *text, gsize length)
{
    const char *end = length > 0 && text[length - 1] != '\n' ? "\n" ROWS_END : ROWS_END;
    memcpy(text + length, end, strlen(end) + 1);
    return strlen(end);
}

PgsScript *
pgs_psql_script_new(const char *text, gsize length, GPtrArray *commands, PgsPosition *position,
                    GError **error)
{
    g_autofree char *copy = g_malloc(length + sizeof "\n" ROWS_END);
    g_autoptr(GError) open = NULL;
    PgsPosition begin = {0};
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    for (gsize scanned = 0; scanned < MAX_SCANNED;) {
        PgsPosition fault = {0};
        g_autoptr(GError) local = NULL;
        PgsScript *script = pgs_script_new(copy, length, TRUE, &fault, &local);
        if (script != NULL)
            return script;
        if (open == NULL && g_error_matches(local, PGS_SQL_ERROR, PGS_SQL_ERROR_UNTERMINATED)) {
            open = g_steal_pointer(&local);
            begin = fault;
            length += end_rows(copy, length);
            continue;
        }
        if (open != NULL || !g_error_matches(local, PGS_SQL_ERROR, PGS_SQL_ERROR_META_COMMAND)) {
            if (position != NULL)
                *position = open != NULL ? begin : fault;
            g_propagate_error(error,
                              open != NULL ? g_steal_pointer(&open) : g_steal_pointer(&local));
            return NULL;
        }
        scanned += fault.offset + 1;
        PgsMetaCommand *command = take_command(copy, length, &fault);
        if (commands != NULL)
            g_ptr_array_add(commands, command);
        else
            pgs_meta_command_free(command);
    }
    pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_META_COMMAND, "split the file",
                  "too many psql commands in one file");
    return NULL;
}

static gboolean
has_variable(const PgsScript *script, const PgsStatement *statement)
{
    g_autofree char *text = pgs_script_statement_text(script, statement);
    if (strchr(text, ':') == NULL)
        return FALSE;
    g_autoptr(GArray) tokens = pgs_token_scan_all(text);
    for (guint i = 0; i + 1 < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (!pgs_token_is_char(token, ':') || token[1].text != token->text + 1)
            continue;
        if (token[1].kind == PGS_TOKEN_WORD || token[1].kind == PGS_TOKEN_NAME ||
            token[1].text[0] == '\'' || token[1].text[0] == '{')
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_psql_script_has_variables(const PgsScript *script)
{
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        if (has_variable(script, pgs_script_statement(script, i)))
            return TRUE;
    }
    return FALSE;
}

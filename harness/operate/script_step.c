#include "operate/script_step.h"

#include "base/error.h"
#include "ledger/manner.h"
#include "migration/step.h"
#include "operate/backup.h"
#include "operate/script_psql.h"
#include "operate/script_text.h"
#include "sql/token.h"

#include <string.h>

enum {
    CONTROL = PGS_STATEMENT_BEGIN | PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK,
};

static gboolean refuse(const PgsStep *step, guint line, const char *hint, GError **error,
                       const char *format, ...) G_GNUC_PRINTF(5, 6);

/* line: of the text, from 1; 0: no place.  Always FALSE. */
static gboolean
refuse(const PgsStep *step, guint line, const char *hint, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *place =
        line > 0 ? g_strdup_printf(":%u", pgs_step_file_line(step, line)) : g_strdup("");
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, hint, "%s%s: %s", step->path,
                  place, what);
    return FALSE;
}

/* Gives a text's error its place.  above: the line of the step's text that it begins in, from 0. */
static gboolean
refuse_text(const PgsStep *step, guint above, const PgsPosition *position, GError *local,
            GError **error)
{
    const char *hint = strstr(local->message, "\nHINT: ");
    g_autofree char *what = g_strndup(local->message, hint != NULL ? (gsize)(hint - local->message)
                                                                   : strlen(local->message));
    refuse(step, above + MAX(position->line, 1), hint != NULL ? hint + strlen("\nHINT: ") : NULL,
           error, "%s", what);
    g_error_free(local);
    return FALSE;
}

static gboolean
append(const PgsStep *step, GString *to, guint above, const char *text, gsize length,
       PgsScriptMessages messages, GError **error)
{
    PgsPosition position = {0};
    GError *local = NULL;
    return pgs_script_text_append(to, text, length, messages, &position, &local) ||
           refuse_text(step, above, &position, local, error);
}

/* ---- what a text does to transactions ---- */

/* COMMIT AND CHAIN opens the next one. */
static gboolean
is_chained(const PgsScript *script, const PgsStatement *statement)
{
    g_autofree char *text = pgs_script_statement_text(script, statement);
    g_autoptr(GArray) tokens = pgs_token_scan_all(text);
    for (guint i = 1; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (pgs_token_is(token, "CHAIN") && !pgs_token_is(token - 1, "NO"))
            return TRUE;
    }
    return FALSE;
}

/* Whether a transaction is open behind a statement. */
static gboolean
is_open_behind(const PgsScript *script, const PgsStatement *statement, gboolean before)
{
    if ((statement->flags & (PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK)) != 0)
        return is_chained(script, statement);
    return before || (statement->flags & PGS_STATEMENT_BEGIN) != 0;
}

static gboolean
is_open_at_end(const PgsStep *step, gboolean before)
{
    gboolean open = before;
    for (guint i = 0; i < pgs_script_n_statements(step->script); i++)
        open = is_open_behind(step->script, pgs_script_statement(step->script, i), open);
    return open;
}

/* It needs psql's "\;": with a transaction around it, it would do something else. */
static gboolean
needs_one_message(const PgsScript *script)
{
    if ((pgs_script_flags(script) & CONTROL) != 0)
        return TRUE;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const char *tag = pgs_script_statement(script, i)->tag;
        if (strstr(tag, "SAVEPOINT") != NULL)
            return TRUE;
    }
    return FALSE;
}

/* ---- sending ---- */

static void
control(PgsScriptOutput *output, const char *command)
{
    g_string_append_printf(output->to, "%s;\n", command);
}

/* In one message, where it makes a difference whether it is one. */
static gboolean
send_whole(PgsScriptOutput *output, const PgsStep *step, GError **error)
{
    gsize length;
    const char *text = pgs_script_text(step->script, &length);
    if ((pgs_script_flags(step->script) & PGS_STATEMENT_COPY_IN) != 0)
        return refuse(step, 0, "write the rows as INSERT statements", error,
                      "%s does not handle the data of COPY%s%s", step->tool->name,
                      step->tool->refuses_copy != NULL ? ": " : "",
                      step->tool->refuses_copy != NULL ? step->tool->refuses_copy : "");
    PgsScriptMessages messages =
        needs_one_message(step->script) ? PGS_SCRIPT_WHOLE : PGS_SCRIPT_SPLIT;
    return append(step, output->to, 0, text, length, messages, error);
}

/* The comments in front of a statement; what else stands there is the tool's own. */
static void
append_comments(GString *to, const char *text, gsize from, gsize until)
{
    if (until <= from)
        return;
    g_autofree char *gap = g_strndup(text + from, until - from);
    g_autoptr(GArray) tokens = pgs_token_scan_all(gap);
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (token->kind == PGS_TOKEN_COMMENT)
            g_string_append_printf(to, "%.*s\n", (int)token->length, token->text);
    }
}

static gboolean
send_copy(PgsScriptOutput *output, const PgsStep *step, const PgsStatement *statement,
          GError **error)
{
    const char *text = pgs_script_text(step->script, NULL);
    g_autofree char *command = pgs_script_statement_text(step->script, statement);
    if (statement->data_start == 0 && step->tool->refuses_copy != NULL)
        return refuse(step, statement->line, "write the rows as INSERT statements", error,
                      "%s does not handle the data of COPY: %s", step->tool->name,
                      step->tool->refuses_copy);
    if (!append(step, output->to, statement->line - 1, command, strlen(command), PGS_SCRIPT_WHOLE,
                error))
        return FALSE;
    pgs_script_text_append_data(output->to, text + statement->data_start,
                                statement->data_end - statement->data_start);
    return TRUE;
}

static gboolean
send_statement(PgsScriptOutput *output, const PgsStep *step, const PgsStatement *statement,
               GError **error)
{
    if ((statement->flags & PGS_STATEMENT_COPY_IN) != 0)
        return send_copy(output, step, statement, error);
    g_autofree char *text = pgs_script_statement_text(step->script, statement);
    return append(step, output->to, statement->line - 1, text, strlen(text), PGS_SCRIPT_WHOLE,
                  error);
}

static gboolean
send_statements(PgsScriptOutput *output, const PgsStep *step, GError **error)
{
    gboolean inside = step->transaction || output->in_batch;
    gboolean open = inside;
    const char *savepoint = step->transaction ? step->tool->savepoint : NULL;
    gsize behind = 0;
    for (guint i = 0; i < pgs_script_n_statements(step->script); i++) {
        const PgsStatement *statement = pgs_script_statement(step->script, i);
        append_comments(output->to, pgs_script_text(step->script, NULL), behind, statement->start);
        if (inside && !open && step->tool->begins_anew) {
            control(output, "BEGIN");
            open = TRUE;
        }
        if (savepoint != NULL)
            control(output, savepoint);
        if (!send_statement(output, step, statement, error))
            return FALSE;
        open = is_open_behind(step->script, statement, open);
        behind = MAX(statement->end, statement->data_end);
    }
    for (guint i = 0; savepoint != NULL && i < step->n_idle; i++)
        control(output, savepoint);
    return TRUE;
}

/* ---- steps ---- */

/* What the runner would not send either, or nobody can tell without the database. */
static gboolean
check(const PgsScriptOutput *output, const PgsStep *step, GError **error)
{
    if (step->condition != NULL)
        return refuse(step, 1, "run it with \"pgstair migrate upgrade\"", error,
                      "%s runs it on a condition that only the database can tell: %s",
                      step->tool->name, step->condition);
    if (step->script == NULL)
        return refuse(step, step->script_error_position.line, NULL, error, "%s",
                      step->script_error != NULL ? step->script_error->message
                                                 : "it cannot be read");
    if (pgs_script_n_statements(step->script) == 0 && step->tool->refuses_empty != NULL)
        return refuse(step, 1, "write a statement, SELECT 1 if there is nothing to do", error,
                      "the file holds no statement, which %s refuses: %s", step->tool->name,
                      step->tool->refuses_empty);
    gboolean inside = step->transaction || output->in_batch;
    gboolean open = is_open_at_end(step, inside);
    if (step->transaction && !open && step->tool->refuses_commit != NULL)
        return refuse(step, 0, "leave BEGIN, COMMIT and ROLLBACK to the tool", error,
                      "it ends the transaction that %s began, and %s then fails: %s",
                      step->tool->name, step->tool->name, step->tool->refuses_commit);
    if (!inside && open)
        return refuse(step, 0, "end it with COMMIT", error,
                      "it leaves a transaction open, and its work is lost");
    return TRUE;
}

gboolean
pgs_script_step_is_atomic(const PgsScriptOutput *output, const PgsStep *step)
{
    if (step->send == PGS_SEND_PSQL || step->script == NULL)
        return FALSE;
    if (step->transaction)
        return ((step->flags | pgs_script_flags(step->script)) & CONTROL) == 0;
    return !output->in_batch && pgs_manner_may_join(step) && !needs_one_message(step->script);
}

/* The text with what the tool sends in front of it. */
static gboolean
append_text(PgsScriptOutput *output, const PgsStep *step, GError **error)
{
    if (step->before != NULL &&
        !append(step, output->to, 0, step->before, strlen(step->before), PGS_SCRIPT_SPLIT, error))
        return FALSE;
    return step->send == PGS_SEND_WHOLE ? send_whole(output, step, error)
                                        : send_statements(output, step, error);
}

/* Books in a transaction that is open already: without a BEGIN and COMMIT of their own. */
static gboolean
append_within(PgsScriptOutput *output, const char *books, GError **error)
{
    g_autoptr(PgsScript) script = pgs_script_new(books, strlen(books), FALSE, NULL, error);
    if (script == NULL)
        return FALSE;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        g_autofree char *text = pgs_script_statement_text(script, statement);
        if ((statement->flags & CONTROL) == 0 &&
            !pgs_script_text_append(output->to, text, strlen(text), PGS_SCRIPT_BOOKS, NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* books: within its transaction, or NULL. */
static gboolean
append_inside(PgsScriptOutput *output, const PgsStep *step, const char *books, GError **error)
{
    gboolean wraps =
        !output->in_batch && (step->transaction || pgs_script_step_is_atomic(output, step));
    if (wraps)
        control(output, "BEGIN");
    if (!append_text(output, step, error))
        return FALSE;
    if (books != NULL && !append_within(output, books, error))
        return FALSE;
    gboolean ended = step->tool->begins_anew && !is_open_at_end(step, TRUE);
    if (wraps && !ended)
        control(output, "COMMIT");
    return TRUE;
}

/* Where the tool's session ends with a text, what it has set ends too: DISCARD ALL, part by part
 * (its reference page), but for the advisory locks, which are the run's. */
static void
end_session(PgsScriptOutput *output, const PgsStep *step)
{
    if (!step->tool->own_session || output->in_batch)
        return;
    g_string_append(output->to, "CLOSE ALL;\nSET SESSION AUTHORIZATION DEFAULT;\nRESET ALL;\n"
                                "DEALLOCATE ALL;\nUNLISTEN *;\nDISCARD PLANS;\n"
                                "DISCARD TEMP;\nDISCARD SEQUENCES;\n\\encoding UTF8\n");
    if (output->history->session != NULL)
        g_string_append_printf(output->to, "%s;\n", output->history->session);
}

/* books: or NULL. */
static gboolean
append_and_record(PgsScriptOutput *output, const PgsStep *step, const char *books, GError **error)
{
    gboolean within = pgs_script_step_is_atomic(output, step);
    if (!append_inside(output, step, within ? books : NULL, error))
        return FALSE;
    end_session(output, step);
    return within || books == NULL || pgs_script_books_append(output, books, error);
}

/* As psql itself runs it, with its own commands. */
static gboolean
append_psql(PgsScriptOutput *output, const PgsStep *step, const char *books, GError **error)
{
    if (step->script != NULL && is_open_at_end(step, FALSE))
        return refuse(step, 0, "end it with COMMIT", error,
                      "it leaves a transaction open, and its work is lost");
    if (!pgs_script_psql_append(output->to, output->history, step, error))
        return FALSE;
    end_session(output, step);
    return books == NULL || pgs_script_books_append(output, books, error);
}

gboolean
pgs_script_step_append(PgsScriptOutput *output, const PgsStep *step, const char *books,
                       GError **error)
{
    if (step->send == PGS_SEND_PSQL)
        return append_psql(output, step, books, error);
    if (!check(output, step, error))
        return FALSE;
    /* node-pg-migrate, migration.ts, _apply(): COMMIT and BEGIN around what it does not wrap. */
    gboolean leaves = output->in_batch && !step->transaction;
    if (!leaves)
        return append_and_record(output, step, books, error);
    control(output, "COMMIT");
    output->in_batch = FALSE;
    gboolean appended = append_and_record(output, step, books, error);
    control(output, "BEGIN");
    output->in_batch = TRUE;
    return appended;
}

gboolean
pgs_script_books_append(PgsScriptOutput *output, const char *sql, GError **error)
{
    g_autoptr(PgsScript) script = pgs_script_new(sql, strlen(sql), FALSE, NULL, error);
    if (script == NULL)
        return FALSE;
    if (output->in_batch)
        return append_within(output, sql, error);
    gboolean wraps =
        pgs_script_n_statements(script) > 1 && (pgs_script_flags(script) & CONTROL) == 0;
    if (wraps)
        control(output, "BEGIN");
    if (!pgs_script_text_append(output->to, sql, strlen(sql), PGS_SCRIPT_BOOKS, NULL, error))
        return FALSE;
    if (wraps)
        control(output, "COMMIT");
    return TRUE;
}

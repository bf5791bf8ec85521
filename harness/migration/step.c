#include "migration/step.h"

#include "base/error.h"

PgsStep *
pgs_step_new_text(const char *path, const char *text, gsize length, guint line, const GArray *cuts,
                  PgsSendRule send, gboolean transaction, const char *why, const PgsTool *tool)
{
    PgsStep *step = g_new0(PgsStep, 1);
    step->path = g_strdup(path);
    step->text = g_bytes_new(text, length);
    step->line = line;
    step->send = send;
    step->transaction = transaction;
    step->transaction_why = g_strdup(why);
    step->tool = tool;
    step->script = cuts != NULL
                       ? pgs_script_new_cut(text, length, cuts, &step->script_error_position,
                                            &step->script_error)
                       : pgs_script_new(text, length, send == PGS_SEND_STATEMENTS,
                                        &step->script_error_position, &step->script_error);
    return step;
}

PgsStep *
pgs_step_new_part(PgsFolderFile *file, gsize offset, gsize length, guint line, const GArray *cuts,
                  PgsSendRule send, gboolean transaction, const char *why, const PgsTool *tool,
                  GError **error)
{
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return NULL;
    const char *text = g_bytes_get_data(bytes, NULL);
    return pgs_step_new_text(file->path, text != NULL ? text + offset : "", length, line, cuts,
                             send, transaction, why, tool);
}

PgsStep *
pgs_step_new(PgsFolderFile *file, PgsSendRule send, gboolean transaction, const char *why,
             const PgsTool *tool, GError **error)
{
    GBytes *bytes = pgs_folder_text(file, error);
    return bytes != NULL ? pgs_step_new_part(file, 0, g_bytes_get_size(bytes), 1, NULL, send,
                                             transaction, why, tool, error)
                         : NULL;
}

PgsStep *
pgs_step_new_tool(const char *path, guint line, const PgsTool *tool)
{
    PgsStep *step = g_new0(PgsStep, 1);
    step->path = g_strdup(path);
    step->text = g_bytes_new_static("", 0);
    step->line = line;
    step->send = PGS_SEND_TOOL;
    step->tool = tool;
    return step;
}

PgsStep *
pgs_step_new_refused(const char *path, guint line, const PgsTool *tool, const char *hint,
                     const char *format, ...)
{
    PgsStep *step = g_new0(PgsStep, 1);
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    step->path = g_strdup(path);
    step->text = g_bytes_new_static("", 0);
    step->line = 1;
    step->send = PGS_SEND_STATEMENTS;
    step->tool = tool;
    step->script_error_position = (PgsPosition){.line = line, .column = 1};
    pgs_error_set(&step->script_error, PGS_SQL_ERROR, PGS_SQL_ERROR_MARK, hint, "%s", message);
    return step;
}

void
pgs_step_set_lines(PgsStep *step, GArray *lines)
{
    g_clear_pointer(&step->lines, g_array_unref);
    step->lines = lines;
}

guint
pgs_step_file_line(const PgsStep *step, guint line)
{
    if (step->lines == NULL || step->lines->len == 0)
        return line + step->line - 1;
    guint index = CLAMP(line, 1, step->lines->len) - 1;
    return g_array_index(step->lines, guint, index);
}

static void
free_one(PgsStep *step)
{
    g_free(step->path);
    g_clear_pointer(&step->text, g_bytes_unref);
    g_free(step->transaction_why);
    g_free(step->after);
    g_clear_pointer(&step->lines, g_array_unref);
    g_free(step->before);
    g_free(step->condition);
    g_strfreev(step->variables);
    pgs_script_free(step->script);
    g_clear_error(&step->script_error);
    g_free(step);
}

void
pgs_step_free(PgsStep *step)
{
    while (step != NULL) {
        PgsStep *next = step->next;
        free_one(step);
        step = next;
    }
}

void
pgs_step_append(PgsStep **step, PgsStep *next)
{
    while (*step != NULL)
        step = &(*step)->next;
    *step = next;
}

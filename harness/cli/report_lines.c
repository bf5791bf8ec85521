#include "cli/report_lines.h"

#include "base/text.h"

#include <stdarg.h>

void
pgs_report_lines_clear(PgsReportLines *lines)
{
    if (lines->text != NULL)
        g_string_free(lines->text, TRUE);
    lines->text = NULL;
}

/* File names and a report's words come from outside: shown, whatever they hold. */
static void append_line(PgsReportLines *lines, const char *mark, const char *format, va_list args)
    G_GNUC_PRINTF(3, 0);

static void
append_line(PgsReportLines *lines, const char *mark, const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    g_autofree char *visible = pgs_text_plain(text);
    g_string_append_printf(lines->text, "%s %s\n", mark, visible);
}

void
pgs_report_lines_confirm(PgsReportLines *lines, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append_line(lines, "✓", format, args);
    va_end(args);
}

void
pgs_report_lines_deny(PgsReportLines *lines, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append_line(lines, "✗", format, args);
    va_end(args);
    if (hint != NULL)
        g_string_append_printf(lines->text, "  HINT: %s\n", hint);
    lines->n_denied++;
}

void
pgs_report_lines_note(PgsReportLines *lines, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append_line(lines, "!", format, args);
    va_end(args);
}

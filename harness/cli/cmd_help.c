#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "diff/diff.h"
#include "migration/reader.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
print_row(const char *name, const char *text, guint width)
{
    g_autofree char *wrapped = pgs_options_wrap(text, 22, width);
    printf("%-22s%s\n", name, wrapped);
}

static void
list_tolerances(guint width)
{
    puts("Differences that --tolerate NAME accepts and counts:\n");
    for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++)
        print_row(info->name, info->summary, width);
}

static void
list_formats(guint width)
{
    puts("Formats, recognised by their own signs or given with --format NAME:\n");
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++)
        print_row(reader->name, reader->summary, width);
}

static void
list_reports(guint width)
{
    puts("Reports, for --report NAME=FILE and for \"pgstair report RECORD… --format NAME\":\n");
    for (const PgsReportFormat *format = pgs_report_table(); format->name != NULL; format++)
        print_row(format->name, format->summary, width);
    puts("\nA stylesheet of your own is one, too: --report my.xsl=FILE (reports/README.md).");
}

static const struct {
    const char *name;
    void (*print)(guint width);
} topics[] = {
    {"tolerances", list_tolerances}, {"formats", list_formats}, {"reports", list_reports}};

int
pgs_cmd_help(const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable, GError **error)
{
    guint width = MIN(pgs_terminal_width(STDOUT_FILENO), 100);
    const char *name = settings->arguments[0];
    g_autofree char *text = NULL;
    if (name == NULL) {
        text = pgs_command_overview(width);
        fputs(text, stdout);
        return PGS_EXIT_VERIFIED;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++) {
        if (strcmp(topics[i].name, name) == 0) {
            topics[i].print(width);
            return PGS_EXIT_VERIFIED;
        }
    }
    const PgsCommand *command = pgs_command_find(name);
    if (command == NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "\"pgstair help\" lists commands",
                      "there is no command \"%s\"", name);
        return PGS_EXIT_USAGE;
    }
    const char *inner = settings->arguments[1];
    if (inner != NULL && command->help_of == NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "pgstair help COMMAND",
                      "\"%s\" has no commands of its own", name);
        return PGS_EXIT_USAGE;
    }
    text = inner != NULL ? command->help_of(inner, width, error) : pgs_command_help(command, width);
    if (text == NULL)
        return PGS_EXIT_USAGE;
    fputs(text, stdout);
    return PGS_EXIT_VERIFIED;
}

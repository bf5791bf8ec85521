#include "cli/command.h"

#include "base/error.h"
#include "base/process.h"
#include "check/verify.h"
#include "cli/source.h"
#include "cli/terminal.h"
#include "record/record_xml.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The command line, as it could be typed again. */
static char *
command_line(const PgsSettings *settings)
{
    g_autoptr(PgsProcess) process = pgs_process_new("pgstair");
    pgs_process_add(process, "verify");
    for (char **folder = settings->arguments; *folder != NULL; folder++)
        pgs_process_add(process, *folder);
    const struct {
        const char *name, *value;
    } strings[] = {{"--format", settings->format},
                   {"--server", settings->server},
                   {"--floor", settings->floor}};
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        if (strings[i].value != NULL)
            pgs_process_add_many(process, strings[i].name, strings[i].value, NULL);
    }
    const struct {
        const char *name;
        char **words;
    } lists[] = {
        {"--only", settings->only}, {"--skip", settings->skip}, {"--tolerate", settings->tolerate}};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (lists[i].words == NULL)
            continue;
        g_autofree char *joined = g_strjoinv(",", lists[i].words);
        pgs_process_add_many(process, lists[i].name, joined, NULL);
    }
    if (settings->strict)
        pgs_process_add(process, "--strict");
    return pgs_process_to_string(process);
}

static gboolean
write_reports(const PgsSettings *settings, const PgsRecord *record, GError **error)
{
    if (settings->record != NULL && !pgs_record_write(record, settings->record, error))
        return FALSE;
    return settings->junit == NULL || pgs_report_write(record, "junit", settings->junit, error);
}

static void
print_summary(const PgsSettings *settings, const PgsRecord *record)
{
    PgsSummaryOptions options = {
        .color = pgs_terminal_has_color(STDOUT_FILENO),
        .width = pgs_terminal_width(STDOUT_FILENO),
        .max_findings = settings->verbose ? 0 : 10,
        .verbose = settings->verbose,
    };
    g_autofree char *text = pgs_report_summary(record, &options);
    if (!settings->quiet || pgs_record_has_failed(record, record->fail_on_warning))
        fputs(text, stdout);
}

static void
say_started(const char *text, gpointer data)
{
    PgsProgress *progress = data;
    if (progress->is_quiet)
        return;
    pgs_progress_end(progress);
    fprintf(stderr, "pgstair: %s\n", text);
}

static gboolean
check_settings(const PgsSettings *settings, const PgsCheckSelection *checks, GError **error)
{
    if (settings->fail_on != NULL && strcmp(settings->fail_on, "warning") != 0) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "write --fail-on warning",
                      "--fail-on does not know \"%s\"", settings->fail_on);
        return FALSE;
    }
    return pgs_check_selection_validate(checks, error);
}

int
pgs_cmd_verify(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    PgsProgress progress;
    pgs_progress_begin(&progress, settings->quiet);
    PgsVerifyOptions options = {
        .checks = {.only = settings->only, .skip = settings->skip},
        .progress = pgs_progress_step,
        .progress_data = &progress,
        .started = settings->verbose ? say_started : NULL,
        .keep = settings->keep,
        .cancellable = cancellable,
    };
    if (!check_settings(settings, &options.checks, error))
        return PGS_EXIT_USAGE;
    gint64 start = g_get_monotonic_time();
    g_autofree char *command = command_line(settings);
    g_autoptr(PgsRecord) record = pgs_record_new(command);
    record->fail_on_warning = settings->fail_on != NULL;
    g_autoptr(GString) kept = g_string_new(NULL);
    for (char **folder = settings->arguments; *folder != NULL; folder++) {
        g_autoptr(PgsSystem) system = pgs_source_system(settings, *folder);
        g_autofree char *note = NULL;
        gboolean ok = pgs_verify_system(system, &options, record, &note, error);
        pgs_progress_end(&progress);
        if (!ok)
            return PGS_EXIT_ENVIRONMENT;
        if (note != NULL)
            g_string_append(kept, note);
    }
    record->duration = g_get_monotonic_time() - start;
    print_summary(settings, record);
    fputs(kept->str, stdout);
    if (!write_reports(settings, record, error))
        return PGS_EXIT_ENVIRONMENT;
    return pgs_record_has_failed(record, record->fail_on_warning) ? PGS_EXIT_FAILED
                                                                  : PGS_EXIT_VERIFIED;
}

#include "cli/command.h"

#include "base/error.h"
#include "base/process.h"
#include "check/verify.h"
#include "cli/source.h"
#include "cli/terminal.h"
#include "record/record_xml.h"
#include "report/report.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Columns of what is no terminal: room for a path and a place. */
#define LOG_WIDTH 120

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
    } strings[] = {{"--format", settings->format}, {"--server", settings->server},
                   {"--floor", settings->floor},   {"--fail-on", settings->fail_on},
                   {"--record", settings->record}, {"--junit", settings->junit}};
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

/* A report to write: "" is no file name, and what an earlier run has left must not pass for this
 * one's. */
static gboolean
prepare_report(const char *option, const char *path, GError **error)
{
    if (path == NULL || strcmp(path, "-") == 0)
        return TRUE;
    if (*path == '\0') {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "name a file, or - for standard output", "%s is given no file", option);
        return FALSE;
    }
    if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
        g_unlink(path);
    return TRUE;
}

/* The file of FORMAT=FILE, within it; NULL: there is none. */
static const char *
report_file(const char *report)
{
    const char *equals = strchr(report, '=');
    return equals != NULL && equals > report ? equals + 1 : NULL;
}

static gboolean
prepare_reports(const PgsSettings *settings, GError **error)
{
    if (!prepare_report("--record", settings->record, error) ||
        !prepare_report("--junit", settings->junit, error))
        return FALSE;
    for (char **report = settings->report; report != NULL && *report != NULL; report++) {
        if (report_file(*report) == NULL) {
            pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                          "write it as --report junit-strict=FILE",
                          "--report needs a format and a file, not \"%s\"", *report);
            return FALSE;
        }
        if (!prepare_report("--report", report_file(*report), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_reports(const PgsSettings *settings, const PgsRecord *record, GError **error)
{
    if (settings->record != NULL && !pgs_record_write(record, settings->record, error))
        return FALSE;
    if (settings->junit != NULL && !pgs_report_write(record, "junit", settings->junit, error))
        return FALSE;
    for (char **report = settings->report; report != NULL && *report != NULL; report++) {
        const char *path = report_file(*report);
        g_autofree char *format = g_strndup(*report, (gsize)(path - 1 - *report));
        if (!pgs_report_write(record, format, path, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_taken(const PgsRecord *record, const char *name)
{
    for (guint i = 0; i < record->systems->len; i++) {
        const PgsRecordSystem *system = g_ptr_array_index(record->systems, i);
        if (strcmp(system->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Two folders of one name are told apart by a number. */
static void
make_name_unique(PgsSystem *system, const PgsRecord *record)
{
    g_autofree char *name = g_strdup(system->name);
    for (guint n = 2; is_taken(record, system->name); n++) {
        g_free(system->name);
        system->name = g_strdup_printf("%s-%u", name, n);
    }
}

/* 0, 1, or 2 when the chosen checks left nothing to verify. */
static int
verdict(const PgsRecord *record)
{
    if (pgs_record_has_failed(record, record->fail_on_warning))
        return PGS_EXIT_FAILED;
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    if (counts.by_status[PGS_STATUS_PASSED] + counts.by_status[PGS_STATUS_WARNING] +
            counts.by_status[PGS_STATUS_INFO] ==
        0)
        return PGS_EXIT_USAGE;
    return PGS_EXIT_VERIFIED;
}

static void
print_summary(const PgsSettings *settings, const PgsRecord *record)
{
    /* What goes to a file or a CI log has no screen to fit. */
    gboolean is_terminal = isatty(STDOUT_FILENO);
    PgsSummaryOptions options = {
        .color = pgs_terminal_has_color(STDOUT_FILENO),
        .width = is_terminal ? pgs_terminal_width(STDOUT_FILENO) : LOG_WIDTH,
        .height = is_terminal ? 0 : G_MAXINT,
        .max_findings = settings->verbose || !is_terminal ? 0 : 10,
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
    if (!check_settings(settings, &options.checks, error) || !prepare_reports(settings, error))
        return PGS_EXIT_USAGE;
    gint64 start = g_get_monotonic_time();
    g_autofree char *command = command_line(settings);
    g_autoptr(PgsRecord) record = pgs_record_new(command);
    record->fail_on_warning = settings->fail_on != NULL;
    g_autoptr(GString) kept = g_string_new(NULL);
    for (char **folder = settings->arguments; *folder != NULL; folder++) {
        g_autoptr(PgsSystem) system = pgs_source_system(settings, *folder);
        make_name_unique(system, record);
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
    fflush(stdout);
    int code = verdict(record);
    g_autoptr(GError) local = NULL;
    if (!write_reports(settings, record, &local)) {
        /* A run that failed has failed, whether or not that could be written down. */
        if (code == PGS_EXIT_VERIFIED) {
            g_propagate_error(error, g_steal_pointer(&local));
            return PGS_EXIT_ENVIRONMENT;
        }
        fprintf(stderr, "pgstair: %s\n", local->message);
    }
    return code;
}

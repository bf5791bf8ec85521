#include "cli/output.h"

#include "base/error.h"
#include "cli/terminal.h"
#include "project/project.h"
#include "record/proof.h"
#include "record/record_xml.h"
#include "report/report.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Columns of what is no terminal: room for a path and a place. */
#define LOG_WIDTH 120

static gboolean
is_same_file(const char *path, const char *other)
{
    GStatBuf status, others;
    return other != NULL && g_stat(path, &status) == 0 && g_stat(other, &others) == 0 &&
           status.st_dev == others.st_dev && status.st_ino == others.st_ino;
}

/* Whether path is one of the files, or the pgstair.yaml in one of the folders. */
static gboolean
is_among(const char *path, char **files)
{
    for (; files != NULL && *files != NULL; files++) {
        g_autofree char *project = g_build_filename(*files, PGS_PROJECT_FILE, NULL);
        if (is_same_file(path, *files) || is_same_file(path, project))
            return TRUE;
    }
    return FALSE;
}

/* Whether path is one of the files that the command reads. */
static gboolean
is_read(const PgsSettings *settings, const char *path)
{
    return is_among(path, settings->arguments) || is_among(path, settings->coverage) ||
           is_same_file(path, settings->config) || is_same_file(path, PGS_PROJECT_FILE);
}

/* A report to write: "" is no file name. */
static gboolean
prepare_report(const PgsSettings *settings, const char *option, const char *path, GError **error)
{
    if (path == NULL || strcmp(path, "-") == 0)
        return TRUE;
    if (*path == '\0') {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "name a file, or - for standard output", "%s is given no file", option);
        return FALSE;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    /* With a wildcard for the records, each run would count what all runs before it have found. */
    if (is_read(settings, path)) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "write to a file that is not among those to read",
                      "%s %s: the same file is to be read", option, path);
        return FALSE;
    }
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

gboolean
pgs_cli_prepare_reports(const PgsSettings *settings, GError **error)
{
    if (settings->fail_on != NULL && strcmp(settings->fail_on, "warning") != 0) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "write --fail-on warning",
                      "--fail-on does not know \"%s\"", settings->fail_on);
        return FALSE;
    }
    if (!prepare_report(settings, "--record", settings->record, error) ||
        !prepare_report(settings, "--junit", settings->junit, error))
        return FALSE;
    for (char **report = settings->report; report != NULL && *report != NULL; report++) {
        if (report_file(*report) == NULL) {
            pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                          "write it as --report junit-strict=FILE",
                          "--report needs a format and a file, not \"%s\"", *report);
            return FALSE;
        }
        if (!prepare_report(settings, "--report", report_file(*report), error))
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
has_failed(const PgsRecord *record)
{
    return pgs_record_has_failed(record, record->fail_on_warning) || pgs_proof_has_failed(record);
}

void
pgs_cli_print_summary(const PgsSettings *settings, const PgsRecord *record)
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
    if (!settings->quiet || has_failed(record))
        fputs(text, stdout);
}

/* 0, 1, or 2 when the chosen checks left nothing to verify. */
static int
verdict(const PgsRecord *record)
{
    if (has_failed(record))
        return PGS_EXIT_FAILED;
    return pgs_record_has_verdict(record) ? PGS_EXIT_VERIFIED : PGS_EXIT_USAGE;
}

int
pgs_cli_conclude(const PgsSettings *settings, const PgsRecord *record, GError **error)
{
    int code = verdict(record);
    g_autoptr(GError) local = NULL;
    fflush(stdout);
    if (write_reports(settings, record, &local))
        return code;
    /* A run that failed has failed, whether or not that could be written down. */
    if (code == PGS_EXIT_VERIFIED) {
        g_propagate_error(error, g_steal_pointer(&local));
        return PGS_EXIT_ENVIRONMENT;
    }
    fprintf(stderr, "pgstair: %s\n", local->message);
    return code;
}

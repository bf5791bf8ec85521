#include "cli/output.h"

#include "base/error.h"
#include "cli/outputs.h"
#include "cli/records.h"
#include "cli/terminal.h"
#include "project/project.h"
#include "record/proof.h"
#include "record/record_xml.h"
#include "report/report.h"
#include "report/writer.h"

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

/* Takes away what an earlier run has left. */
static gboolean
prepare_output(const PgsSettings *settings, const PgsOutput *output, GError **error)
{
    if (strcmp(output->path, "-") == 0 || !g_file_test(output->path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    /* With a wildcard for the records, each run would count what all runs before it have found. */
    if (is_read(settings, output->path)) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "write to a file that is not among those to read",
                      "%s %s: the same file is to be read", output->option, output->path);
        return FALSE;
    }
    g_unlink(output->path);
    return TRUE;
}

gboolean
pgs_cli_prepare_reports(const PgsSettings *settings, gboolean verifies, GError **error)
{
    if (settings->fail_on != NULL && strcmp(settings->fail_on, "warning") != 0) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "write --fail-on warning",
                      "--fail-on does not know \"%s\"", settings->fail_on);
        return FALSE;
    }
    g_autoptr(GPtrArray) outputs = pgs_outputs_new(settings, verifies, error);
    for (guint i = 0; outputs != NULL && i < outputs->len; i++) {
        if (!prepare_output(settings, g_ptr_array_index(outputs, i), error))
            return FALSE;
    }
    return outputs != NULL;
}

/* Of the record as it lies there: what "report --check" makes of it again is then the same. */
static gboolean
write_compliance(const PgsSettings *settings, const PgsOutput *output, GError **error)
{
    char *paths[] = {settings->record, NULL};
    g_autoptr(PgsRecord) written = pgs_records_read_for_signing(paths, error);
    return written != NULL && pgs_report_write(written, output->format, output->path, error);
}

/* report: made when the record was written, whose digest is in it. */
static gboolean
write_output(const PgsSettings *settings, PgsRecord *record, PgsReport **report,
             const PgsOutput *output, GError **error)
{
    if (output->format == NULL)
        return pgs_record_write(record, output->path, error);
    if (settings->record != NULL && strcmp(output->format, PGS_OUTPUT_COMPLIANCE) == 0)
        return write_compliance(settings, output, error);
    if (*report == NULL) {
        *report = pgs_report_new(record);
        pgs_report_limit_markdown(*report, settings->markdown_limit);
    }
    return pgs_report_save(*report, output->format, output->path, error);
}

static gboolean
write_reports(const PgsSettings *settings, PgsRecord *record, GError **error)
{
    /* What is wrong with the command line was said before the run. */
    g_autoptr(GPtrArray) outputs = pgs_outputs_new(settings, FALSE, error);
    g_autoptr(PgsReport) report = NULL;
    for (guint i = 0; outputs != NULL && i < outputs->len; i++) {
        if (!write_output(settings, record, &report, g_ptr_array_index(outputs, i), error))
            return FALSE;
    }
    return outputs != NULL;
}

static gboolean
has_failed(const PgsRecord *record)
{
    return pgs_record_has_failed(record, record->fail_on_warning) || pgs_proof_has_failed(record);
}

/* What a CI system shows beside the code; nothing where there is none. */
static void
print_annotations(const PgsRecord *record, FILE *stream)
{
    const char *forge = pgs_annotations_forge();
    g_autofree char *text = forge != NULL ? pgs_annotations_render(record, forge) : NULL;
    if (text != NULL)
        fputs(text, stream);
}

void
pgs_cli_print_summary(const PgsSettings *settings, const PgsRecord *record)
{
    /* A report that goes to standard output has it for itself. */
    FILE *stream = pgs_outputs_use_stdout(settings) ? stderr : stdout;
    int descriptor = fileno(stream);
    /* What goes to a file or a CI log has no screen to fit. */
    gboolean is_terminal = isatty(descriptor);
    PgsSummaryOptions options = {
        .color = pgs_terminal_has_color(descriptor),
        .width = is_terminal ? pgs_terminal_width(descriptor) : LOG_WIDTH,
        .height = is_terminal ? 0 : G_MAXINT,
        .max_findings = settings->verbose || !is_terminal ? 0 : 10,
        .verbose = settings->verbose,
    };
    if (settings->quiet && !has_failed(record))
        return;
    g_autofree char *text = pgs_report_summary(record, &options);
    g_autofree char *guarded = pgs_annotations_guard(text);
    fputs(guarded, stream);
    print_annotations(record, stream);
    /* What is said on standard error next refers to it. */
    fflush(stream);
}

/* A part of a split run that has judged nothing: it had nothing to do, which is well; or it was
 * kept from it by an upgrade below, which must not look verified. */
static int
verdict_of_part(const PgsRecord *record)
{
    if (record->findings->len == 0)
        return PGS_EXIT_VERIFIED;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->status == PGS_STATUS_SKIPPED && strcmp(finding->check, "stairway.up") == 0)
            return PGS_EXIT_FAILED;
    }
    return PGS_EXIT_USAGE;
}

/* 0, 1, or 2 when the chosen checks left nothing to verify. */
static int
verdict(const PgsRecord *record)
{
    if (has_failed(record))
        return PGS_EXIT_FAILED;
    if (pgs_record_has_verdict(record))
        return PGS_EXIT_VERIFIED;
    return record->shards->len > 0 ? verdict_of_part(record) : PGS_EXIT_USAGE;
}

int
pgs_cli_conclude(const PgsSettings *settings, PgsRecord *record, GError **error)
{
    int code = verdict(record);
    g_autoptr(GError) unsaid = NULL;
    g_autoptr(GError) local = NULL;
    /* The files matter more than a terminal that has gone. */
    pgs_terminal_finish(&unsaid);
    if (write_reports(settings, record, &local) && unsaid == NULL)
        return code;
    GError *first = local != NULL ? g_steal_pointer(&local) : g_steal_pointer(&unsaid);
    /* A run that failed has failed, whether or not that could be written down. */
    if (code == PGS_EXIT_VERIFIED) {
        g_propagate_error(error, first);
        return PGS_EXIT_ENVIRONMENT;
    }
    pgs_terminal_note(first->message, NULL);
    g_error_free(first);
    return code;
}

#include "cli/command.h"

#include "base/error.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/report_check.h"

/* Options that go together, or do not. */
static gboolean
check_options(const PgsSettings *settings, GError **error)
{
    if (settings->output != NULL && settings->render == NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "--format html --output page.html, or --html page.html",
                      "--output names a file for --format, which is not given");
        return FALSE;
    }
    gboolean writes = settings->record != NULL || settings->junit != NULL ||
                      settings->html != NULL || settings->markdown != NULL ||
                      settings->compliance != NULL || settings->report != NULL ||
                      settings->render != NULL || settings->coverage != NULL;
    if (settings->check != NULL && writes) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "leave the options out that name other files",
                      "--check only compares: it writes no report, and takes no coverage");
        return FALSE;
    }
    return TRUE;
}

int
pgs_cmd_report(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    if (!check_options(settings, error))
        return PGS_EXIT_USAGE;
    if (settings->check != NULL)
        return pgs_report_check(settings, cancellable, error);
    if (!pgs_cli_prepare_reports(settings, FALSE, error))
        return PGS_EXIT_USAGE;
    g_autoptr(PgsRecord) record = pgs_records_read(settings, error);
    if (record == NULL)
        return PGS_EXIT_USAGE;
    if (settings->render == NULL)
        pgs_cli_print_summary(settings, record);
    return pgs_cli_conclude(settings, record, error);
}

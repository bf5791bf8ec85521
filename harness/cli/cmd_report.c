#include "cli/command.h"

#include "base/error.h"
#include "base/process.h"
#include "cli/output.h"
#include "record/coverage.h"
#include "record/record_xml.h"

#include <stdio.h>

/* What is worth a word and does not stop anything. */
static void
note(const PgsSettings *settings, const char *path, const char *text)
{
    if (!settings->quiet)
        fprintf(stderr, "pgstair: %s: %s\n", path, text);
}

/* The command line, as it could be typed again. */
static char *
command_line(const PgsSettings *settings)
{
    g_autoptr(PgsProcess) process = pgs_process_new("pgstair");
    pgs_process_add(process, "report");
    for (char **path = settings->arguments; *path != NULL; path++)
        pgs_process_add(process, *path);
    for (char **path = settings->coverage; path != NULL && *path != NULL; path++)
        pgs_process_add_many(process, "--coverage", *path, NULL);
    if (settings->fail_on != NULL)
        pgs_process_add_many(process, "--fail-on", settings->fail_on, NULL);
    if (settings->require_all)
        pgs_process_add(process, "--require-all");
    return pgs_process_to_string(process);
}

/* Takes other over. */
static void
merge(const PgsSettings *settings, PgsRecord *record, const char *path, PgsRecord *other)
{
    g_autoptr(GPtrArray) disagreements = pgs_record_disagreements(record, other);
    for (guint i = 0; i < disagreements->len; i++) {
        g_autofree char *text = g_strdup_printf("%s than the records before it; theirs is taken",
                                                (const char *)g_ptr_array_index(disagreements, i));
        note(settings, path, text);
    }
    if (pgs_record_is_same_run(record, other))
        note(settings, path,
             "the record of a run that was given already; what they share counts "
             "once");
    pgs_record_merge(record, other);
    pgs_record_free(other);
}

/* All records as one; a single one stays as it is. */
static PgsRecord *
read_records(const PgsSettings *settings, GError **error)
{
    g_autoptr(PgsRecord) record = NULL;
    gboolean merged = FALSE;
    for (char **path = settings->arguments; *path != NULL; path++) {
        PgsRecord *next = pgs_record_read(*path, error);
        if (next == NULL)
            return NULL;
        if (record == NULL) {
            record = next;
            continue;
        }
        merged = merged || !pgs_record_is_same_run(record, next);
        merge(settings, record, *path, next);
    }
    if (merged) {
        g_free(record->command);
        record->command = command_line(settings);
    }
    return g_steal_pointer(&record);
}

static gboolean
add_coverage(const PgsSettings *settings, PgsRecord *record, GError **error)
{
    if (settings->coverage == NULL || *settings->coverage == NULL)
        return TRUE;
    g_autoptr(PgsCoverage) coverage = pgs_coverage_new();
    for (char **path = settings->coverage; *path != NULL; path++) {
        if (!pgs_coverage_read(coverage, *path, error))
            return FALSE;
    }
    pgs_coverage_judge(coverage, record);
    return TRUE;
}

int
pgs_cmd_report(const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable, GError **error)
{
    if (!pgs_cli_prepare_reports(settings, error))
        return PGS_EXIT_USAGE;
    g_autoptr(PgsRecord) record = read_records(settings, error);
    if (record == NULL || !add_coverage(settings, record, error))
        return PGS_EXIT_USAGE;
    record->fail_on_warning = record->fail_on_warning || settings->fail_on != NULL;
    record->require_all = record->require_all || settings->require_all;
    pgs_cli_print_summary(settings, record);
    return pgs_cli_conclude(settings, record, error);
}

#include "cli/records.h"

#include "base/process.h"
#include "cli/terminal.h"
#include "record/coverage.h"
#include "record/record_xml.h"
#include "record/sources.h"

#include <stdio.h>
#include <string.h>

#define STANDARD_INPUT "/dev/stdin"

/* What is worth a word and does not stop anything. */
static void
note(const char *path, const char *text)
{
    g_autofree char *line = g_strdup_printf("%s: %s", path, text);
    pgs_terminal_note(line, NULL);
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

static void
tell_disagreements(const PgsRecord *record, const PgsRecord *other, const char *path)
{
    g_autoptr(GPtrArray) disagreements = pgs_record_disagreements(record, other);
    for (guint i = 0; i < disagreements->len; i++) {
        note(path, g_ptr_array_index(disagreements, i));
    }
    if (pgs_record_is_same_run(record, other))
        note(path, "the record of a run that was given already; what they share counts once");
}

/* Adds the file that the record was read from, once. */
static void
add_direct_source(GPtrArray *sources, const PgsRecord *record)
{
    if (record->sources->len == 0)
        return;
    const PgsRecordSource *source = g_ptr_array_index(record->sources, 0);
    for (guint i = 0; i < sources->len; i++) {
        const PgsRecordSource *known = g_ptr_array_index(sources, i);
        if (strcmp(known->sha256, source->sha256) == 0)
            return;
    }
    PgsRecordSource *copy = pgs_record_source_new(source->path, source->sha256);
    copy->whole = source->whole;
    g_ptr_array_add(sources, copy);
}

/* *direct (or NULL): the files themselves, as sources.  *merged: of several runs. */
static PgsRecord *
read_all(char *const *paths, gboolean quiet, GPtrArray *direct, gboolean *merged, GError **error)
{
    g_autoptr(PgsRecord) record = NULL;
    *merged = FALSE;
    for (; *paths != NULL; paths++) {
        const char *path = strcmp(*paths, "-") == 0 ? STANDARD_INPUT : *paths;
        g_autoptr(PgsRecord) next = pgs_record_read(path, error);
        if (next == NULL)
            return NULL;
        if (direct != NULL)
            add_direct_source(direct, next);
        if (record == NULL) {
            record = g_steal_pointer(&next);
            continue;
        }
        if (pgs_sources_has_all(next, record)) {
            PgsRecord *part = g_steal_pointer(&record);
            record = g_steal_pointer(&next);
            next = part;
        }
        if (!quiet)
            tell_disagreements(record, next, *paths);
        pgs_record_note_disagreements(record, next);
        *merged = *merged || !pgs_record_is_same_run(record, next);
        pgs_record_merge(record, next);
    }
    pgs_record_settle_shards(record);
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

static void
replace_sources(PgsRecord *record, GPtrArray *sources)
{
    for (guint i = 0; sources->len > 1 && i < sources->len; i++)
        ((PgsRecordSource *)g_ptr_array_index(sources, i))->whole = FALSE;
    g_ptr_array_unref(record->sources);
    record->sources = sources;
}

static GPtrArray *
new_sources(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_source_free);
}

PgsRecord *
pgs_records_read(const PgsSettings *settings, GError **error)
{
    gboolean merged;
    GPtrArray *direct = settings->record == NULL ? new_sources() : NULL;
    g_autoptr(PgsRecord) record =
        read_all(settings->arguments, settings->quiet, direct, &merged, error);
    if (record == NULL || !add_coverage(settings, record, error)) {
        g_clear_pointer(&direct, g_ptr_array_unref);
        return NULL;
    }
    /* A record that is written keeps what those that it was made of were made of; a report that is
     * to be held against records names those that can be given. */
    if (direct != NULL)
        replace_sources(record, direct);
    if (merged) {
        g_free(record->command);
        record->command = command_line(settings);
    }
    record->fail_on_warning = record->fail_on_warning || settings->fail_on != NULL;
    record->require_all = record->require_all || settings->require_all;
    return g_steal_pointer(&record);
}

PgsRecord *
pgs_records_read_for_signing(char *const *paths, GError **error)
{
    gboolean merged;
    g_autoptr(GPtrArray) direct = new_sources();
    PgsRecord *record = read_all(paths, TRUE, direct, &merged, error);
    if (record != NULL)
        replace_sources(record, g_steal_pointer(&direct));
    return record;
}

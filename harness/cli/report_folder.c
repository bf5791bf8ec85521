#include "cli/report_folder.h"

#include "check/evidence.h"
#include "migration/history.h"
#include "project/project.h"

#include <string.h>

/* The project's file may have other systems by now, or the run may have had names of its own. */
static PgsSystem *
find_system(const PgsProject *project, const PgsRecordSystem *recorded)
{
    for (guint i = 0; i < project->systems->len; i++) {
        PgsSystem *system = g_ptr_array_index(project->systems, i);
        if (strcmp(system->name, recorded->name) == 0)
            return system;
    }
    for (guint i = 0; i < project->systems->len; i++) {
        PgsSystem *system = g_ptr_array_index(project->systems, i);
        if (g_strcmp0(system->folder, recorded->folder) == 0)
            return system;
    }
    return NULL;
}

static guint
count_files(const PgsRecordSystem *recorded)
{
    guint n = recorded->files->len;
    for (guint i = 0; i < recorded->revisions->len; i++) {
        const PgsRecordRevision *revision = g_ptr_array_index(recorded->revisions, i);
        n += revision->files->len;
    }
    return n;
}

static void
tell_git(PgsReportLines *lines, const PgsRecordGit *recorded, const PgsRecordSystem *now)
{
    if (recorded == NULL || recorded->commit == NULL)
        return;
    if (now->git == NULL || now->git->commit == NULL)
        pgs_report_lines_note(lines,
                              "%s: verified at commit %.12s; git does not say which it is now",
                              now->name, recorded->commit);
    else if (strcmp(recorded->commit, now->git->commit) != 0)
        pgs_report_lines_note(lines, "%s: verified at commit %.12s, and this is %.12s", now->name,
                              recorded->commit, now->git->commit);
    if (!recorded->clean)
        pgs_report_lines_note(lines, "%s: the work tree was not clean when it was verified",
                              now->name);
}

static void
tell_differences(PgsReportLines *lines, const PgsRecordSystem *recorded, const PgsRecordSystem *now)
{
    g_autoptr(GPtrArray) differences = pgs_evidence_compare(recorded, now);
    for (guint i = 0; i < differences->len; i++) {
        const char *difference = g_ptr_array_index(differences, i);
        pgs_report_lines_deny(lines, NULL, "%s: %s", recorded->name, difference);
    }
    if (differences->len > 0)
        pgs_report_lines_deny(lines,
                              "check out the commit that was verified, or verify what is there now",
                              "%s: the files in %s are not the ones that were verified",
                              recorded->name, recorded->folder);
    else
        pgs_report_lines_confirm(lines, "%s: the %u files in %s are the ones that were verified",
                                 recorded->name, count_files(recorded), recorded->folder);
}

/* The one that was named for the run, on its command line maybe; NULL: it was found, and is to be
 * found again. */
static const char *
find_format(const PgsRecordSystem *recorded)
{
    for (guint i = 0; i < recorded->facts->len; i++) {
        const PgsRecordFact *fact = recorded->facts->pdata[i];
        if (strcmp(fact->name, "format") == 0)
            return fact->value;
    }
    return NULL;
}

static void
compare(PgsReportLines *lines, const PgsRecordSystem *recorded, PgsSystem *system,
        GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    if (system->format == NULL)
        system->format = g_strdup(find_format(recorded));
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, cancellable, &error);
    if (history == NULL) {
        pgs_report_lines_deny(lines, NULL, "%s: %s", recorded->name, error->message);
        return;
    }
    g_autoptr(PgsRecord) holder = pgs_record_new(NULL);
    PgsRecordSystem *now = pgs_record_add_system(holder, recorded->name, recorded->folder);
    now->format = g_strdup(history->format);
    pgs_evidence_note_files(now, system, history);
    pgs_evidence_note_known(now, system, recorded);
    pgs_evidence_note_git(now, system, cancellable);
    tell_differences(lines, recorded, now);
    tell_git(lines, recorded->git, now);
}

static void
compare_configured(PgsReportLines *lines, const PgsRecordSystem *recorded,
                   GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(recorded->config, &error);
    PgsSystem *system = project != NULL ? find_system(project, recorded) : NULL;
    if (project == NULL)
        pgs_report_lines_deny(lines, "run it where pgstair verify was run: the repository's root",
                              "%s: %s", recorded->name, error->message);
    else if (system == NULL)
        pgs_report_lines_deny(lines, NULL, "%s: %s has no such system now", recorded->name,
                              recorded->config);
    else
        compare(lines, recorded, system, cancellable);
}

void
pgs_report_folder_compare(PgsReportLines *lines, const PgsRecordSystem *recorded,
                          GCancellable *cancellable)
{
    if (count_files(recorded) == 0) {
        pgs_report_lines_deny(lines, "verify again with this pgstair",
                              "%s: the record names no migration file, so none can be compared",
                              recorded->name);
        return;
    }
    if (recorded->folder == NULL || !g_file_test(recorded->folder, G_FILE_TEST_IS_DIR)) {
        pgs_report_lines_deny(lines, "run it where pgstair verify was run: the repository's root",
                              "%s: there is no folder %s here", recorded->name,
                              recorded->folder != NULL ? recorded->folder : "of its migrations");
        return;
    }
    if (recorded->config != NULL) {
        compare_configured(lines, recorded, cancellable);
        return;
    }
    g_autoptr(PgsSystem) system = pgs_system_new(recorded->folder);
    compare(lines, recorded, system, cancellable);
}

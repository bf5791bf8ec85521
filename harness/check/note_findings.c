#include "check/note_findings.h"

#include <string.h>

/* The format's own finding, with what the reader said of its choice. */
static PgsFinding *
format_finding(const PgsSink *sink)
{
    PgsFinding *finding = pgs_finding_new("folder.format", PGS_STATUS_INFO, sink->system->name,
                                          NULL, sink->history->format);
    g_autoptr(GString) message = g_string_new(sink->history->reason);
    for (guint i = 0; i < sink->history->notes->len; i++) {
        const PgsNote *note = g_ptr_array_index(sink->history->notes, i);
        if (strcmp(note->check, finding->check) == 0)
            g_string_append_printf(message, "%s%s", message->len > 0 ? "; " : "", note->message);
    }
    finding->message = g_strdup(message->str);
    return finding;
}

static gboolean
is_same_file(const char *path, const char *other)
{
    if (path == NULL || other == NULL)
        return FALSE;
    g_autofree char *first = g_canonicalize_filename(path, NULL);
    g_autofree char *second = g_canonicalize_filename(other, NULL);
    return g_pattern_match_simple(second, first);
}

/* Whether the system itself says what the file is for: sample data, a model, … */
static gboolean
is_put_to_use(const PgsSystem *system, const char *path)
{
    gboolean is_used = is_same_file(path, system->start);
    for (guint i = 0; i < system->samples->len; i++)
        is_used |=
            is_same_file(path, ((PgsSample *)g_ptr_array_index(system->samples, i))->pattern);
    for (guint i = 0; i < system->models->len; i++)
        is_used |= is_same_file(path, ((PgsModel *)g_ptr_array_index(system->models, i))->sql);
    for (guint i = 0; i < system->prepare->len; i++)
        is_used |= is_same_file(path, ((PgsSqlText *)g_ptr_array_index(system->prepare, i))->path);
    return is_used;
}

void
pgs_findings_add_notes(const PgsSink *sink)
{
    pgs_sink_add(sink, format_finding(sink));
    for (guint i = 0; i < sink->history->notes->len; i++) {
        const PgsNote *note = g_ptr_array_index(sink->history->notes, i);
        if (strcmp(note->check, "folder.format") == 0 ||
            (strcmp(note->check, "folder.unmatched") == 0 &&
             is_put_to_use(sink->system, note->path)))
            continue;
        const PgsCheck *check = pgs_check_find(note->check);
        PgsStatus severity = check != NULL ? check->severity : PGS_STATUS_WARNING;
        PgsFinding *finding = pgs_finding_new(
            note->check, note->level == PGS_NOTE_WARNING ? severity : PGS_STATUS_INFO,
            sink->system->name, NULL, note->path != NULL ? note->path : sink->history->folder);
        finding->message = g_strdup(note->message);
        finding->file = g_strdup(note->path);
        if (check != NULL && note->level == PGS_NOTE_WARNING)
            finding->hint = g_strdup(check->mend);
        pgs_sink_add(sink, finding);
    }
}

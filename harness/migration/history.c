#include "migration/history.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/pairs.h"
#include "migration/recognise.h"

#include <string.h>

G_DEFINE_QUARK(pgs_migration_error, pgs_migration_error)

static void
revision_free(gpointer data)
{
    PgsRevision *revision = data;
    g_free(revision->id);
    g_free(revision->name);
    g_free(revision->label);
    pgs_step_free(revision->up);
    pgs_step_free(revision->down);
    g_free(revision);
}

static void
note_free(gpointer data)
{
    PgsNote *note = data;
    g_free(note->path);
    g_free(note->message);
    g_free(note);
}

void
pgs_history_free(PgsHistory *history)
{
    if (history == NULL)
        return;
    g_free(history->folder);
    g_free(history->reason);
    g_ptr_array_unref(history->revisions);
    g_ptr_array_unref(history->notes);
    g_free(history);
}

/* The format that was asked for. */
static gboolean
choose_named(const char *format, PgsRecognition *recognition, GError **error)
{
    recognition->reader = pgs_reader_find(format);
    recognition->reason = g_strdup("it was asked for");
    recognition->candidates = g_ptr_array_new();
    if (recognition->reader != NULL)
        return TRUE;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++)
        g_ptr_array_add(names, (gpointer)reader->name);
    g_ptr_array_add(names, NULL);
    char **words = (char **)names->pdata;
    const char *nearest = pgs_text_nearest(format, (const char *const *)words);
    for (guint i = 0; words[i] != NULL && nearest == NULL; i++)
        nearest = g_str_has_prefix(words[i], format) ? words[i] : NULL;
    g_autofree char *list = g_strjoinv(", ", words);
    g_autofree char *hint = nearest != NULL
                                ? g_strdup_printf("did you mean %s? known: %s", nearest, list)
                                : g_strdup_printf("known: %s", list);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "no format is called \"%s\"", format);
    return FALSE;
}

static gboolean
refuse_empty(const PgsFolder *folder, const PgsReader *reader, GError **error)
{
    g_auto(GStrv) below = pgs_search_migrations(folder->path);
    g_autofree char *list = g_strjoinv(", ", below);
    g_autofree char *hint = below[0] != NULL
                                ? g_strconcat("name the folder that holds them: ", list, NULL)
                                : g_strconcat("its files: ", reader->summary, NULL);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "no migrations of %s in %s", reader->name, folder->path);
    return FALSE;
}

PgsHistory *
pgs_history_read(const char *folder, const char *format, GError **error)
{
    g_autoptr(PgsFolder) files = pgs_folder_open(folder, error);
    if (files == NULL)
        return NULL;
    g_auto(PgsRecognition) recognition = {0};
    if (format != NULL ? !choose_named(format, &recognition, error)
                       : !pgs_recognise(files, &recognition, error))
        return NULL;
    g_autoptr(PgsHistory) history = g_new0(PgsHistory, 1);
    history->folder = g_strdup(folder);
    history->format = recognition.reader->name;
    history->reason = g_strdup(recognition.reason);
    history->ledger = recognition.reader->ledger;
    history->prepare = recognition.reader->prepare;
    history->revisions = g_ptr_array_new_with_free_func(revision_free);
    history->notes = g_ptr_array_new_with_free_func(note_free);
    if (!recognition.reader->read(files, history, error))
        return NULL;
    if (history->revisions->len == 0 && !refuse_empty(files, recognition.reader, error))
        return NULL;
    if (!pgs_recognition_settle(&recognition, history, error))
        return NULL;
    return g_steal_pointer(&history);
}

static const char *
without_zeros(const char *digits)
{
    while (digits[0] == '0' && digits[1] != '\0')
        digits++;
    return digits;
}

/* "2024-01-01-000000" for diesel's 20240101000000: as its folder is spelled. */
static gboolean
is_spelled(const PgsRevision *revision, const char *name)
{
    gsize length = strlen(name);
    return length > 0 && strncmp(revision->label, name, length) == 0 &&
           revision->label[length] == '_';
}

static gboolean
is_called(const PgsRevision *revision, const char *name)
{
    return is_spelled(revision, name) || strcmp(revision->label, name) == 0 ||
           strcmp(revision->id, name) == 0 ||
           (*name != '\0' && strcmp(revision->name, name) == 0) ||
           strcmp(without_zeros(revision->id), without_zeros(name)) == 0;
}

static gboolean
refuse_revision(const PgsHistory *history, const char *name, GError **error)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new();
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_ptr_array_add(labels, revision->label);
        g_ptr_array_add(labels, revision->id);
        g_ptr_array_add(labels, revision->name);
    }
    g_ptr_array_add(labels, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)labels->pdata);
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    const PgsRevision *last = g_ptr_array_index(history->revisions, history->revisions->len - 1);
    g_autofree char *hint =
        nearest != NULL && *nearest != '\0'
            ? g_strdup_printf("did you mean %s?", nearest)
            : g_strdup_printf("base, head, or one from %s to %s", first->label, last->label);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_REVISION, hint,
                  "no revision \"%s\" in %s", name, history->folder);
    return FALSE;
}

gboolean
pgs_history_find(const PgsHistory *history, const char *revision, gint *index, GError **error)
{
    gint found = -1;
    if (strcmp(revision, "base") == 0 || strcmp(revision, "head") == 0) {
        *index = revision[0] == 'b' ? -1 : (gint)history->revisions->len - 1;
        return TRUE;
    }
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *candidate = g_ptr_array_index(history->revisions, i);
        if (strcmp(candidate->label, revision) == 0) { /* labels are unique */
            *index = (gint)i;
            return TRUE;
        }
        if (!is_called(candidate, revision))
            continue;
        if (found >= 0) {
            const PgsRevision *other = g_ptr_array_index(history->revisions, (guint)found);
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_REVISION,
                          "use the whole name", "\"%s\" may be %s or %s", revision, other->label,
                          candidate->label);
            return FALSE;
        }
        found = (gint)i;
    }
    if (found < 0)
        return refuse_revision(history, revision, error);
    *index = found;
    return TRUE;
}

PgsStatementFlags
pgs_history_flags(const PgsHistory *history)
{
    PgsStatementFlags flags = 0;
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const PgsStep *steps[] = {revision->up, revision->down};
        for (gsize j = 0; j < G_N_ELEMENTS(steps); j++) {
            if (steps[j] != NULL && steps[j]->script != NULL)
                flags |= pgs_script_flags(steps[j]->script);
        }
    }
    return flags;
}

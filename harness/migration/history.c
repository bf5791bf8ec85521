#include "migration/history.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "migration/alembic_project.h"
#include "migration/atlas_sum.h"
#include "migration/books_table.h"
#include "migration/pairs.h"
#include "migration/recognise.h"
#include "migration/search.h"

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
    pgs_step_free(revision->verify);
    g_strfreev(revision->parents);
    g_strfreev(revision->depends);
    g_strfreev(revision->words);
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

static void
history_file_free(gpointer data)
{
    PgsHistoryFile *file = data;
    g_free(file->path);
    g_free(file->sha256);
    g_free(file);
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
    g_ptr_array_unref(history->files);
    g_strfreev(history->heads);
    g_free(history->root);
    pgs_alembic_project_free(history->alembic);
    pgs_tool_settings_free(history->own_settings);
    g_free(history->own_prepare);
    g_free(history->session);
    g_free(history->books_table);
    g_strfreev(history->own_ledger);
    g_strfreev(history->books_schemas);
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
    g_autofree char *hint = g_strconcat("its files: ", reader->summary, NULL);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "no migrations of %s in %s", reader->name, folder->path);
    return FALSE;
}

/* What pgstair.yaml itself describes: no sign of a folder's is asked. */
static const PgsReader *
described_reader(const PgsToolSettings *settings, char **reason)
{
    const struct {
        const char *name, *value;
    } described[] = {
        {"commands", settings->commands.up != NULL ? settings->commands.up[0] : NULL},
        {"patterns", settings->patterns.up},
        {"alembic", settings->alembic.config},
        {"alembic", settings->alembic.python},
        {"alembic", settings->alembic.section},
        {"alembic", settings->alembic.arguments[0]},
        {"alembic", settings->alembic.all_heads ? "heads" : NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(described); i++) {
        if (described[i].value == NULL)
            continue;
        *reason = g_strdup_printf("pgstair.yaml has %s:", described[i].name);
        return pgs_reader_find(described[i].name);
    }
    return NULL;
}

/* Takes the one that was found in the folder's place. */
static gboolean
take_found(PgsFolder **files, const GPtrArray *found, PgsRecognition *recognition, GError **error)
{
    PgsFoundFolder *only = found->pdata[0];
    PgsFolder *folder = pgs_folder_open(only->path, error);
    if (folder == NULL)
        return FALSE;
    pgs_folder_free(*files);
    *files = folder;
    pgs_recognition_clear(recognition);
    *recognition = only->recognition;
    only->recognition = (PgsRecognition){0};
    g_autofree char *why = g_steal_pointer(&recognition->reason);
    recognition->reason = g_strdup_printf("found in %s: %s", only->name, why);
    return TRUE;
}

/* A project's root is none of a tool that reads all that lies below it: only what lies in it itself
 * counts as a sign. */
static gboolean
recognise_root(const PgsFolder *files, PgsRecognition *recognition)
{
    PgsFolder root = *files;
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    g_autoptr(GPtrArray) folders = g_ptr_array_new();
    for (guint i = 0; i < files->files->len; i++) {
        if (pgs_folder_is_top(g_ptr_array_index(files->files, i)))
            g_ptr_array_add(own, g_ptr_array_index(files->files, i));
    }
    root.files = own;
    root.folders = folders;
    return pgs_recognise(&root, recognition);
}

/* What is found below when the folder itself has nothing.  FALSE without error: neither has that.
 */
static gboolean
choose_below(PgsFolder **files, const PgsReader *reader, PgsRecognition *recognition,
             GError **error)
{
    g_autoptr(GPtrArray) found = pgs_search_below(*files, reader);
    if (found->len > 1)
        pgs_search_refuse(*files, found, error);
    return found->len == 1 && take_found(files, found, recognition, error);
}

/* In a project's root, or where nothing is, the folder that is meant is looked for. */
static gboolean
choose_found(PgsFolder **files, PgsRecognition *recognition, GError **error)
{
    g_autoptr(GError) local = NULL;
    gboolean is_root = pgs_search_is_root(*files);
    g_autoptr(GPtrArray) configured = pgs_search_configured(*files, NULL);
    if (configured->len == 1)
        return take_found(files, configured, recognition, error);
    if ((is_root ? recognise_root(*files, recognition) : pgs_recognise(*files, recognition)) ||
        choose_below(files, NULL, recognition, &local) ||
        (local == NULL && is_root && pgs_recognise(*files, recognition)))
        return TRUE;
    if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    else
        pgs_recognise_refuse(*files, error);
    return FALSE;
}

/* Alembic's keys say no folder: from a repository's root its own is looked for. */
static gboolean
choose_described(PgsFolder **files, const PgsToolSettings *settings, PgsRecognition *recognition,
                 GError **error)
{
    g_autoptr(GError) local = NULL;
    if (strcmp(recognition->reader->name, "alembic") != 0)
        return TRUE;
    g_autoptr(PgsAlembicProject) project = pgs_alembic_project_find((*files)->real, settings);
    if (project != NULL || choose_below(files, recognition->reader, recognition, &local) ||
        local == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static gboolean
choose_reader(PgsFolder **files, const char *format, const PgsToolSettings *settings,
              PgsRecognition *recognition, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (format == NULL) {
        recognition->reader = described_reader(settings, &recognition->reason);
        if (recognition->reader == NULL)
            return choose_found(files, recognition, error);
        recognition->candidates = g_ptr_array_new();
        return choose_described(files, settings, recognition, error);
    }
    if (!choose_named(format, recognition, error))
        return FALSE;
    if (recognition->reader->fits == NULL || recognition->reader->fits(*files) ||
        choose_below(files, recognition->reader, recognition, &local) || local == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static PgsHistory *
history_new(const char *folder, const PgsRecognition *recognition)
{
    const PgsReader *reader = recognition->reader;
    PgsHistory *history = g_new0(PgsHistory, 1);
    history->folder = g_strdup(folder);
    history->format = reader->name;
    history->reason = g_strdup(recognition->reason);
    history->ledger = reader->ledger;
    history->prepare = reader->prepare;
    history->forward_only = reader->forward_only;
    history->is_batch = reader->is_batch;
    history->revisions = g_ptr_array_new_with_free_func(revision_free);
    history->notes = g_ptr_array_new_with_free_func(note_free);
    history->files = g_ptr_array_new_with_free_func(history_file_free);
    return history;
}

static void
add_file(PgsHistory *history, const char *path, char *sha256, guint64 size)
{
    PgsHistoryFile *file = g_new0(PgsHistoryFile, 1);
    file->path = g_strdup(path);
    file->sha256 = sha256;
    file->size = size;
    g_ptr_array_add(history->files, file);
}

void
pgs_history_note_file(PgsHistory *history, const char *path)
{
    for (guint i = 0; i < history->files->len; i++) {
        const PgsHistoryFile *file = history->files->pdata[i];
        if (strcmp(file->path, path) == 0)
            return;
    }
    guint64 size;
    char *sha256 = pgs_digest_file(path, &size);
    if (sha256 != NULL)
        add_file(history, path, sha256, size);
}

/* Whoever has opened a file has asked what is in it. */
static void
note_opened(PgsHistory *history, const PgsFolder *files)
{
    for (guint i = 0; i < files->files->len; i++) {
        const PgsFolderFile *file = files->files->pdata[i];
        if (file->text != NULL)
            add_file(history, file->path, pgs_digest_bytes(file->text),
                     g_bytes_get_size(file->text));
    }
}

/* Books of other names are the tool's own affair. */
static void
drop_books(const PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        for (PgsStep *step = revision->up; step != NULL; step = step->next)
            g_clear_pointer(&step->after, g_free);
        for (PgsStep *step = revision->down; step != NULL; step = step->next)
            g_clear_pointer(&step->after, g_free);
    }
}

/* What pgstair.yaml says of the tool's books, beside what is known of them. */
static void
add_ledger(PgsHistory *history, char **more)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_autoptr(GStrvBuilder) schemas = g_strv_builder_new();
    if (more == NULL)
        return;
    if (history->ledger != NULL)
        g_strv_builder_addv(names, (const char **)history->ledger);
    for (char **name = more; *name != NULL; name++) {
        g_autofree char *schema = NULL;
        g_autofree char *table = NULL;
        pgs_tool_settings_parse_table(*name, &schema, &table);
        g_strv_builder_add(names, table);
        if (schema != NULL)
            g_strv_builder_add(schemas, schema);
    }
    drop_books(history);
    g_strfreev(history->own_ledger);
    g_strfreev(history->books_schemas);
    history->books_schemas = g_strv_builder_end(schemas);
    history->own_ledger = g_strv_builder_end(names);
    history->ledger = (const char *const *)history->own_ledger;
}

/* pgstair.yaml wins over the tool's own file. */
static void
note_books(PgsHistory *history, const PgsToolSettings *settings)
{
    gboolean is_said = settings->ledger != NULL && *settings->ledger != NULL;
    history->books_table = pgs_books_table(history->format, history->folder);
    char *configured[] = {history->books_table, NULL};
    add_ledger(history, is_said || history->books_table == NULL ? settings->ledger : configured);
}

/* The history takes own, and borrows settings. */
static PgsHistory *
read_files(PgsFolder *files, const PgsRecognition *recognition, const PgsToolSettings *settings,
           PgsToolSettings *own, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsHistory) history = history_new(files->path, recognition);
    history->settings = settings;
    history->own_settings = own;
    history->cancellable = cancellable;
    if ((recognition->reader->is_deep && !pgs_folder_deepen(files, error)) ||
        !recognition->reader->read(files, history, error) ||
        !pgs_atlas_sum_note(files, history, error))
        return NULL;
    history->cancellable = NULL;
    note_books(history, settings);
    if (history->revisions->len == 0 && !refuse_empty(files, recognition->reader, error))
        return NULL;
    return pgs_recognition_settle(recognition, history, error) ? g_steal_pointer(&history) : NULL;
}

/* settings NULL: the history gets its own. */
static PgsHistory *
read_folder(const char *folder, const char *format, const PgsToolSettings *settings,
            GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsFolder) files = pgs_folder_open(folder, error);
    if (files == NULL)
        return NULL;
    g_auto(PgsRecognition) recognition = {0};
    g_autoptr(PgsToolSettings) own = settings == NULL ? pgs_tool_settings_new() : NULL;
    if (settings == NULL)
        settings = own;
    if (!choose_reader(&files, format, settings, &recognition, error))
        return NULL;
    PgsHistory *history =
        read_files(files, &recognition, settings, g_steal_pointer(&own), cancellable, error);
    if (history != NULL)
        note_opened(history, files);
    return history;
}

PgsHistory *
pgs_history_read_like(PgsFolder *files, const PgsHistory *history, GError **error)
{
    g_auto(PgsRecognition) recognition = {
        .reader = pgs_reader_find(history->format),
        .reason = g_strdup(history->reason),
        .candidates = g_ptr_array_new(),
    };
    return read_files(files, &recognition, history->settings, NULL, NULL, error);
}

PgsHistory *
pgs_history_read(const char *folder, const char *format, GError **error)
{
    return read_folder(folder, format, NULL, NULL, error);
}

PgsHistory *
pgs_history_read_system(const PgsSystem *system, GCancellable *cancellable, GError **error)
{
    return read_folder(system->folder, system->format, system->tool, cancellable, error);
}

char *
pgs_history_say_found(const PgsHistory *history, const char *folder)
{
    if (strcmp(history->folder, folder) == 0)
        return NULL;
    return g_strdup_printf("the migrations are those in %s (%s)", history->folder, history->format);
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
    /* Of a number every other one is near. */
    const char *nearest = strspn(name, "0123456789+-") < strlen(name)
                              ? pgs_text_nearest(name, (const char *const *)labels->pdata)
                              : NULL;
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
pgs_step_all_flags(const PgsStep *step)
{
    PgsStatementFlags flags = 0;
    for (; step != NULL; step = step->next)
        flags |= step->flags | (step->script != NULL ? pgs_script_flags(step->script) : 0);
    return flags;
}

PgsStatementFlags
pgs_history_flags(const PgsHistory *history)
{
    PgsStatementFlags flags = 0;
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        flags |= pgs_step_all_flags(revision->up) | pgs_step_all_flags(revision->down);
    }
    return flags;
}

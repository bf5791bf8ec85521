#include "migration/recognise.h"

#include "base/error.h"
#include "migration/manifest.h"
#include "migration/pairs.h"

#include <string.h>

enum {
    SEARCH_FOLDERS = 2000,
    SEARCH_FOUND = 3,
};

void
pgs_recognition_clear(PgsRecognition *recognition)
{
    g_clear_pointer(&recognition->reason, g_free);
    g_clear_pointer(&recognition->candidates, g_ptr_array_unref);
}

/* The names of readers as a person lists them: "a, b or c". */
static char *
list_names(const GPtrArray *readers, const char *prefix)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < readers->len; i++) {
        const PgsReader *reader = g_ptr_array_index(readers, i);
        if (i > 0)
            g_string_append(list, i + 1 == readers->len ? " or " : ", ");
        g_string_append(list, prefix);
        g_string_append(list, reader->name);
    }
    return g_string_free(list, FALSE);
}

static GPtrArray *
all_readers(void)
{
    GPtrArray *readers = g_ptr_array_new();
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++)
        g_ptr_array_add(readers, (gpointer)reader);
    return readers;
}

static GPtrArray *
fitting_readers(const PgsFolder *folder)
{
    GPtrArray *readers = g_ptr_array_new();
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++) {
        if (reader->fits(folder))
            g_ptr_array_add(readers, (gpointer)reader);
    }
    return readers;
}

/* Whether a folder holds up files, or folders with one; those that do neither are queued. */
static gboolean
looks_like_migrations(const char *path, GQueue *queue)
{
    static const char *const skipped[] = {"node_modules", "target", "vendor", NULL};
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    gboolean found = FALSE;
    while (dir != NULL && !found && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        g_autofree char *up = g_build_filename(below, "up.sql", NULL);
        if (name[0] == '.' || g_strv_contains(skipped, name))
            continue;
        found = g_str_has_suffix(name, ".up.sql") || g_file_test(up, G_FILE_TEST_IS_REGULAR);
        if (!found && g_file_test(below, G_FILE_TEST_IS_DIR) &&
            !g_file_test(below, G_FILE_TEST_IS_SYMLINK))
            g_queue_push_tail(queue, g_steal_pointer(&below));
    }
    return found;
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
pgs_search_migrations(const char *path)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    GQueue queue = G_QUEUE_INIT;
    g_queue_push_tail(&queue, g_strdup(path));
    for (guint i = 0; i < SEARCH_FOLDERS && found->len < SEARCH_FOUND; i++) {
        g_autofree char *next = g_queue_pop_head(&queue);
        if (next == NULL)
            break;
        if (looks_like_migrations(next, &queue) && strcmp(next, path) != 0)
            g_ptr_array_add(found, g_steal_pointer(&next));
    }
    g_queue_clear_full(&queue, g_free);
    g_ptr_array_sort(found, compare_paths);
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&found), FALSE);
}

static gboolean
refuse_unknown(const PgsFolder *folder, GError **error)
{
    g_auto(GStrv) below = pgs_search_migrations(folder->path);
    if (below[0] != NULL) {
        g_autofree char *list = g_strjoinv(", ", below);
        g_autofree char *hint = g_strconcat("name the folder that holds them: ", list, NULL);
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                      "no migrations in %s", folder->path);
        return FALSE;
    }
    g_autoptr(GPtrArray) readers = all_readers();
    g_autofree char *names = list_names(readers, "");
    g_autofree char *hint = g_strdup_printf("formats that are read: %s", names);
    if (folder->files->len == 0)
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                      "no migrations in %s: the folder is empty", folder->path);
    else
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                      "no migrations in %s: no file there is named as one of a known format",
                      folder->path);
    return FALSE;
}

static gboolean
recognise_signs(const PgsFolder *folder, PgsRecognition *recognition)
{
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++) {
        if (reader->recognise == NULL || !reader->recognise(folder, &recognition->reason))
            continue;
        recognition->reader = reader;
        recognition->candidates = g_ptr_array_new();
        g_ptr_array_add(recognition->candidates, (gpointer)reader);
        return TRUE;
    }
    return FALSE;
}

static gboolean
recognise_manifest(const PgsFolder *folder, PgsRecognition *recognition)
{
    recognition->candidates = pgs_manifest_readers(folder, &recognition->reason);
    if (recognition->candidates->len == 0) {
        g_clear_pointer(&recognition->candidates, g_ptr_array_unref);
        return FALSE;
    }
    recognition->reader = g_ptr_array_index(recognition->candidates, 0);
    return TRUE;
}

static gboolean
refuse_foreign(const PgsFolder *folder, gboolean ours, GError **error)
{
    g_autofree char *sign = NULL;
    const char *tool = pgs_foreign_tool(folder, ours, &sign);
    if (tool == NULL)
        return FALSE;
    g_autoptr(GPtrArray) readers = all_readers();
    g_autofree char *names = list_names(readers, "");
    g_autofree char *hint = g_strdup_printf("formats that are read: %s", names);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "%s: migrations of %s (%s), for which this version of pgstair has no reader",
                  folder->path, tool, sign);
    return TRUE;
}

gboolean
pgs_recognise(const PgsFolder *folder, PgsRecognition *recognition, GError **error)
{
    g_autoptr(GPtrArray) fitting = fitting_readers(folder);
    const PgsReader *plain = pgs_reader_find("plain");
    gboolean pairs = plain->fits(folder);
    if (recognise_signs(folder, recognition))
        return TRUE;
    /* Names such as 1_x.sql are those of many tools: only pairs count as ours. */
    if (refuse_foreign(folder, pairs, error))
        return FALSE;
    if (recognise_manifest(folder, recognition))
        return TRUE;
    if (!pairs)
        return refuse_unknown(folder, error);
    recognition->reader = plain;
    recognition->reason = g_strdup("its files are named as pairs, and nothing says which tool "
                                   "runs them");
    recognition->candidates = g_steal_pointer(&fitting);
    return TRUE;
}

/* Each tool sends such statements with another outcome. */
#define DECISIVE                                                                                   \
    (PGS_STATEMENT_NO_TRANSACTION | PGS_STATEMENT_BEGIN | PGS_STATEMENT_COMMIT |                   \
     PGS_STATEMENT_ROLLBACK)

static const PgsStatement *
find_decisive(const PgsStep *step)
{
    if (step == NULL || step->script == NULL || (pgs_script_flags(step->script) & DECISIVE) == 0)
        return NULL;
    for (guint i = 0; i < pgs_script_n_statements(step->script); i++) {
        const PgsStatement *statement = pgs_script_statement(step->script, i);
        if ((statement->flags & DECISIVE) != 0)
            return statement;
    }
    return NULL;
}

static gboolean
refuse_open(const PgsStep *step, const PgsStatement *statement, const GPtrArray *candidates,
            GError **error)
{
    g_autofree char *names = list_names(candidates, "--format ");
    g_autofree char *hint = g_strconcat("name the tool: ", names, NULL);
    gboolean alone = (statement->flags & PGS_STATEMENT_NO_TRANSACTION) != 0;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_AMBIGUOUS, hint,
                  "%s:%u:%u: what becomes of this %s depends on the tool that runs the file, and "
                  "nothing says which one that is",
                  step->path, statement->line, statement->column,
                  alone ? "statement, which cannot run in a transaction," : "transaction control");
    return FALSE;
}

gboolean
pgs_recognition_settle(const PgsRecognition *recognition, PgsHistory *history, GError **error)
{
    const GPtrArray *candidates = recognition->candidates;
    if (candidates->len < 2)
        return TRUE;
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const PgsStep *steps[] = {revision->up, revision->down};
        for (gsize j = 0; j < G_N_ELEMENTS(steps); j++) {
            const PgsStatement *statement = find_decisive(steps[j]);
            if (statement != NULL)
                return refuse_open(steps[j], statement, candidates, error);
        }
    }
    g_autofree char *names = list_names(candidates, "");
    pgs_history_note(history, PGS_NOTE_INFO, "folder.format", NULL,
                     "read as %s; by its names it may be %s (--format says it)",
                     recognition->reader->title, names);
    return TRUE;
}

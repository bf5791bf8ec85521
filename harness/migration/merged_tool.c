#include "migration/merged_base.h"

#include "base/error.h"

#include <string.h>

/*
 * Revisions that the project's own tool runs are told by their files: running the tool on what the
 * base has would take the whole project as it was.  Of Alembic's files the ids are read, too.
 */

/* A revision's file at the base. */
typedef struct {
    char *path; /* as PgsStep has it */
    char *text;
    gsize length;
    char *id;       /* Alembic's revision; or NULL */
    char **parents; /* its down_revision; or NULL */
} BaseFile;

typedef struct {
    PgsMerged *merged;
    const PgsHistory *history;
    GPtrArray *then, *tip; /* BaseFile */
    const char *folder;    /* whose files are read */
    GPtrArray *into;
} Files;

static void
base_file_free(gpointer data)
{
    BaseFile *file = data;
    g_free(file->path);
    g_free(file->text);
    g_free(file->id);
    g_strfreev(file->parents);
    g_free(file);
}

/* ---- what Alembic's script.py.mako writes ---- */

/* What stands behind "name =" or "name: type =" at the beginning of a line, to the statement's end.
 */
static char *
find_assignment(const char *text, const char *name)
{
    g_autofree char *pattern = g_strdup_printf(
        "^%s[ \\t]*(?::[^=\\n]*)?=[ \\t]*(\\([^)]*\\)|\\[[^\\]]*\\]|[^\\n]*)", name);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    return g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
}

static char **
find_strings(const char *value)
{
    g_autoptr(GStrvBuilder) strings = g_strv_builder_new();
    g_autoptr(GRegex) regex = g_regex_new("\"([^\"]*)\"|'([^']*)'", G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    for (g_regex_match(regex, value, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *first = g_match_info_fetch(match, 1);
        g_autofree char *second = g_match_info_fetch(match, 2);
        g_strv_builder_add(strings, first != NULL && *first != '\0' ? first
                                    : second != NULL                ? second
                                                                    : "");
    }
    return g_strv_builder_end(strings);
}

static void
read_ids(BaseFile *file)
{
    g_autofree char *revision = find_assignment(file->text, "revision");
    g_autofree char *parents = find_assignment(file->text, "down_revision");
    g_auto(GStrv) ids = find_strings(revision != NULL ? revision : "");
    if (ids[0] == NULL)
        return;
    file->id = g_strdup(ids[0]);
    file->parents = find_strings(parents != NULL ? parents : "");
}

/* ---- files at the base ---- */

static gboolean
take_file(const PgsGitFile *file, const char *text, gsize length, gpointer data,
          G_GNUC_UNUSED GError **error)
{
    Files *files = data;
    BaseFile *taken = g_new0(BaseFile, 1);
    taken->path = g_build_filename(files->folder, file->name, NULL);
    taken->text = g_strndup(text, length);
    taken->length = length;
    if (files->history->driver == PGS_DRIVER_ALEMBIC)
        read_ids(taken);
    g_ptr_array_add(files->into, taken);
    return TRUE;
}

static gboolean
read_commit(Files *files, const PgsMergedBase *base, const char *commit, GPtrArray *into,
            GError **error)
{
    g_autoptr(GPtrArray) all = pgs_git_list(base->git, commit, error);
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const PgsGitFile *file = g_ptr_array_index(all, i);
        if (strchr(file->name, '/') == NULL)
            g_ptr_array_add(own, (gpointer)file);
    }
    files->into = into;
    return all != NULL && pgs_git_read(base->git, own, take_file, files, error);
}

/* One of the folders that revisions lie in. */
static gboolean
read_folder(Files *files, const char *folder, GCancellable *cancellable, GError **error)
{
    g_auto(PgsMergedBase) base = {0};
    files->folder = folder;
    if (!pgs_merged_base_open(&base, files->history, folder, files->merged->base, cancellable,
                              error) ||
        !read_commit(files, &base, base.parted, files->then, error) ||
        !read_commit(files, &base, base.tip, files->tip, error))
        return FALSE;
    if (files->merged->commit == NULL)
        files->merged->commit = g_strndup(base.parted, 12);
    return TRUE;
}

static gboolean
refuse_unfiled(const PgsHistory *history, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_REVISION,
                  "give commands.files in pgstair.yaml, or name the last merged revision: --since "
                  "REV",
                  "%s: its tool lists revisions without their files, so that git cannot tell which "
                  "of them are merged",
                  history->folder);
    return FALSE;
}

static const char *
path_at(const PgsHistory *history, guint index)
{
    const PgsRevision *revision = g_ptr_array_index(history->revisions, index);
    const PgsStep *step = revision->up != NULL ? revision->up : revision->down;
    return step != NULL ? step->path : NULL;
}

static gboolean
read_folders(Files *files, GCancellable *cancellable, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < files->history->revisions->len; i++) {
        const char *path = path_at(files->history, i);
        if (path == NULL || !g_file_test(path, G_FILE_TEST_IS_REGULAR))
            return refuse_unfiled(files->history, error);
        char *folder = g_path_get_dirname(path);
        if (!g_hash_table_contains(seen, folder) &&
            !read_folder(files, folder, cancellable, error)) {
            g_free(folder);
            return FALSE;
        }
        g_hash_table_add(seen, folder);
    }
    return TRUE;
}

/* ---- comparing ---- */

/* By its id, where there is one, else by its path. */
static const BaseFile *
find_file(const GPtrArray *files, const char *id, const char *path)
{
    for (guint i = 0; i < files->len; i++) {
        const BaseFile *file = g_ptr_array_index(files, i);
        if (file->id != NULL ? g_strcmp0(file->id, id) == 0 : g_strcmp0(file->path, path) == 0)
            return file;
    }
    return NULL;
}

/* Without the function downgrade(), and without lines that say nothing to Python. */
static char *
reduce(const char *text, gboolean without_comments)
{
    GString *reduced = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gboolean is_down = FALSE;
    for (char **line = lines; *line != NULL; line++) {
        const char *bare = *line + strspn(*line, " \t\r");
        if (bare == *line && *bare != '\0' && *bare != '#')
            is_down = g_str_has_prefix(bare, "def downgrade") ||
                      g_str_has_prefix(bare, "async def downgrade");
        g_strchomp(*line);
        if (!is_down && !(without_comments && (*bare == '\0' || *bare == '#')))
            g_string_append_printf(reduced, "%s\n", *line);
    }
    return g_string_free(reduced, FALSE);
}

static void
compare_text(Files *files, gint index, const PgsRevision *now, const BaseFile *then)
{
    g_autofree char *text = NULL;
    gsize length;
    guint line;
    const char *path = path_at(files->history, (guint)index);
    if (!g_file_get_contents(path, &text, &length, NULL) ||
        pgs_merged_same_text(text, length, then->text, then->length, &line))
        return;
    g_autofree char *up = reduce(text, FALSE);
    g_autofree char *old_up = reduce(then->text, FALSE);
    g_autofree char *bare = reduce(text, TRUE);
    g_autofree char *old_bare = reduce(then->text, TRUE);
    gboolean is_repair = files->history->driver == PGS_DRIVER_ALEMBIC && strcmp(up, old_up) == 0;
    PgsMergedFact *fact =
        pgs_merged_add(files->merged, is_repair ? PGS_MERGED_REPAIRED : PGS_MERGED_EDITED, index,
                       now->label, path, NULL);
    fact->line = line;
    fact->silent = strcmp(bare, old_bare) == 0;
}

static void
compare_now(Files *files)
{
    PgsMerged *merged = files->merged;
    merged->since = (gint)merged->n_revisions - 1;
    for (guint i = merged->n_revisions; i > 0; i--) {
        const PgsRevision *now = g_ptr_array_index(files->history->revisions, i - 1);
        const char *path = path_at(files->history, i - 1);
        const BaseFile *then = find_file(files->then, now->id, path);
        if (then != NULL)
            compare_text(files, (gint)i - 1, now, then);
        if (then != NULL || find_file(files->tip, now->id, path) != NULL)
            continue;
        merged->is_new[i - 1] = TRUE;
        merged->n_new++;
        merged->since = (gint)i - 2;
    }
}

static gboolean
is_there(const Files *files, const BaseFile *file)
{
    for (guint i = 0; i < files->history->revisions->len; i++) {
        const PgsRevision *now = g_ptr_array_index(files->history->revisions, i);
        if (file->id != NULL ? strcmp(file->id, now->id) == 0
                             : g_strcmp0(file->path, path_at(files->history, i)) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Without parents of its own it stands on the one before it. */
static gboolean
stands_on(const PgsHistory *history, guint index, const char *id)
{
    const PgsRevision *revision = g_ptr_array_index(history->revisions, index);
    if (revision->parents != NULL)
        return g_strv_contains((const char *const *)revision->parents, id);
    return index > 0 &&
           strcmp(((const PgsRevision *)history->revisions->pdata[index - 1])->id, id) == 0;
}

/* A new revision on the same one: once merged, two of them stand above it. */
static void
find_fork(const Files *files, const BaseFile *tip)
{
    for (guint i = 0; i < files->merged->n_revisions; i++) {
        const PgsRevision *now = g_ptr_array_index(files->history->revisions, i);
        if (!files->merged->is_new[i])
            continue;
        for (char **parent = tip->parents; *parent != NULL; parent++) {
            if (stands_on(files->history, i, *parent))
                pgs_merged_add(files->merged, PGS_MERGED_FORKED, (gint)i, now->label,
                               path_at(files->history, i), tip->id);
        }
    }
}

static gboolean
is_revision(const Files *files, const BaseFile *file)
{
    g_autofree char *name = g_path_get_basename(file->path);
    return files->history->driver == PGS_DRIVER_ALEMBIC
               ? file->id != NULL
               : name[0] != '.' && name[0] != '_'; /* __init__.py */
}

static void
compare_missing(const Files *files)
{
    for (guint i = 0; i < files->then->len; i++) {
        const BaseFile *then = g_ptr_array_index(files->then, i);
        if (is_revision(files, then) && !is_there(files, then))
            pgs_merged_add(files->merged, PGS_MERGED_REMOVED, -1,
                           then->id != NULL ? then->id : then->path, then->path, NULL);
    }
    for (guint i = 0; i < files->tip->len; i++) {
        const BaseFile *tip = g_ptr_array_index(files->tip, i);
        if (!is_revision(files, tip) || is_there(files, tip) ||
            find_file(files->then, tip->id, tip->path) != NULL)
            continue;
        pgs_merged_add(files->merged, PGS_MERGED_BEHIND, -1, tip->id != NULL ? tip->id : tip->path,
                       tip->path, NULL);
        if (tip->parents != NULL)
            find_fork(files, tip);
    }
}

gboolean
pgs_merged_read_tool(PgsMerged *merged, const PgsHistory *history, GCancellable *cancellable,
                     GError **error)
{
    g_autoptr(GPtrArray) then = g_ptr_array_new_with_free_func(base_file_free);
    g_autoptr(GPtrArray) tip = g_ptr_array_new_with_free_func(base_file_free);
    Files files = {.merged = merged, .history = history, .then = then, .tip = tip};
    if (!read_folders(&files, cancellable, error))
        return FALSE;
    compare_now(&files);
    compare_missing(&files);
    return TRUE;
}

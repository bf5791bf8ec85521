#include "migration/merged_base.h"

#include <string.h>

enum {
    MAX_BLOB = 64 * 1024 * 1024,
};

gboolean
pgs_merged_base_open(PgsMergedBase *base, const PgsHistory *history, const char *folder,
                     const char *name, GCancellable *cancellable, GError **error)
{
    base->history = history;
    base->git = pgs_git_open(folder, cancellable, error);
    base->tip = base->git != NULL ? pgs_git_commit(base->git, name, error) : NULL;
    base->parted = base->tip != NULL ? pgs_git_merge_base(base->git, base->tip, name, error) : NULL;
    return base->parted != NULL;
}

void
pgs_merged_base_clear(PgsMergedBase *base)
{
    g_clear_pointer(&base->git, pgs_git_free);
    g_clear_pointer(&base->tip, g_free);
    g_clear_pointer(&base->parted, g_free);
}

static guint
count_slashes(const char *name)
{
    guint n = 0;
    for (; *name != '\0'; name++)
        n += *name == '/';
    return n;
}

/* As pgs_folder_deepen() has it; a tree that git holds may have any names in it. */
static gboolean
is_passed_over(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);
    guint n = g_strv_length(parts);
    for (guint i = 0; i < n; i++) {
        gboolean is_file = i + 1 == n;
        if (parts[i][0] == '\0' || strcmp(parts[i], "..") == 0 ||
            (!is_file && (parts[i][0] == '.' || strcmp(parts[i], "node_modules") == 0)))
            return TRUE;
    }
    return FALSE;
}

/* What lies deep in a whole repository is a reader's only by its kind. */
static gboolean
is_read(const PgsGitFile *file, gboolean is_deep)
{
    static const char *const kinds[] = {".sql", ".conf",       ".plan", ".toml", ".sum",
                                        ".xml", ".properties", ".yaml", ".yml",  ".json"};
    guint depth = count_slashes(file->name);
    if (file->size > MAX_BLOB || is_passed_over(file->name))
        return FALSE;
    for (gsize i = 0; depth > 1 && is_deep && i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_has_suffix(file->name, kinds[i]))
            return TRUE;
    }
    return depth <= 1;
}

static gboolean
add_text(const PgsGitFile *file, const char *text, gsize length, gpointer data, GError **error)
{
    return pgs_folder_add_text(data, file->name, text, length, error);
}

PgsFolder *
pgs_merged_base_folder(const PgsMergedBase *base, const char *commit, const PgsFolder *like,
                       GError **error)
{
    g_autoptr(GPtrArray) files = pgs_git_list(base->git, commit, error);
    if (files == NULL)
        return NULL;
    gboolean is_deep = pgs_reader_find(base->history->format)->is_deep;
    g_autoptr(GPtrArray) wanted = g_ptr_array_new();
    for (guint i = 0; i < files->len; i++) {
        if (is_read(g_ptr_array_index(files, i), is_deep))
            g_ptr_array_add(wanted, g_ptr_array_index(files, i));
    }
    g_autoptr(PgsFolder) folder = pgs_folder_new_bare(like);
    if (!pgs_git_read(base->git, wanted, add_text, folder, error))
        return NULL;
    pgs_folder_settle(folder);
    return g_steal_pointer(&folder);
}

PgsHistory *
pgs_merged_base_history(const PgsMergedBase *base, PgsFolder *files, GError **error)
{
    g_autoptr(GError) local = NULL;
    PgsHistory *history =
        files->files->len > 0 ? pgs_history_read_like(files, base->history, &local) : NULL;
    /* A folder that has no migrations yet. */
    if (local != NULL && !g_error_matches(local, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT))
        g_propagate_error(error, g_steal_pointer(&local));
    return history;
}

/* Past a CR in front of an LF. */
static gsize
skip_return(const char *text, gsize length, gsize at)
{
    return at + 1 < length && text[at] == '\r' && text[at + 1] == '\n' ? at + 1 : at;
}

gboolean
pgs_merged_same_text(const char *first, gsize first_length, const char *second, gsize second_length,
                     guint *line)
{
    gsize i = 0, j = 0;
    *line = 1;
    for (;; i++, j++) {
        i = skip_return(first, first_length, i);
        j = skip_return(second, second_length, j);
        if (i >= first_length || j >= second_length || first[i] != second[j])
            return i >= first_length && j >= second_length;
        *line += first[i] == '\n';
    }
}

PgsMergedFact *
pgs_merged_add(PgsMerged *merged, PgsMergedKind kind, gint revision, const char *label,
               const char *path, const char *other)
{
    PgsMergedFact *fact = g_new0(PgsMergedFact, 1);
    fact->kind = kind;
    fact->revision = revision;
    fact->label = g_strdup(label);
    fact->path = g_strdup(path);
    fact->other = g_strdup(other);
    g_ptr_array_add(merged->facts, fact);
    return fact;
}

#include "migration/git_state.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/git.h"

#include <string.h>

enum {
    TIMEOUT_MS = 10 * 1000,
    MAX_WORDS = 300, /* characters of what git says */
};

void
pgs_git_state_free(PgsGitState *state)
{
    if (state == NULL)
        return;
    g_free(state->commit);
    g_free(state->branch);
    g_ptr_array_unref(state->changed);
    g_free(state);
}

static PgsProcess *
new_process(const char *folder, GCancellable *cancellable)
{
    PgsProcess *process = pgs_git_process(folder, cancellable);
    pgs_process_set_env(process, "GIT_OPTIONAL_LOCKS", "0");
    pgs_process_set_env(process, "GIT_NO_LAZY_FETCH", "1");
    pgs_process_set_timeout(process, TIMEOUT_MS);
    pgs_process_add_many(process, "--no-pager", "-c", "core.fsmonitor=false", "-c",
                         "core.hooksPath=/dev/null", NULL);
    return process;
}

static gboolean
run(PgsProcess *process, PgsProcessResult *result, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (pgs_process_run(process, result, &local))
        return TRUE;
    if (g_error_matches(local, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_NOT_FOUND))
        pgs_error_set(error, PGS_GIT_ERROR, PGS_GIT_ERROR_PROGRAM, NULL, "there is no program git");
    else
        g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* ---- filters ---- */

/* filter.NAME.clean and the like of the repository's own configuration: each is switched off. */
static void
switch_off(PgsProcess *process, const char *key)
{
    const char *dot = strrchr(key, '.');
    g_autofree char *filter = g_strndup(key, (gsize)(dot - key));
    /* Of such a name -c would set another key. */
    if (strchr(filter, '=') != NULL)
        return;
    static const char *const settings[] = {"clean=", "process=", "required=false"};
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        pgs_process_add(process, "-c");
        pgs_process_add_printf(process, "%s.%s", filter, settings[i]);
    }
}

/*
 * git status runs a file's clean filter when its time stamp has changed.  The user's own filters
 * (Git LFS) stay; "scope NUL key NUL" are printed of each.
 */
static gboolean
switch_off_filters(PgsProcess *process, const char *folder, GCancellable *cancellable,
                   GError **error)
{
    g_autoptr(PgsProcess) ask = new_process(folder, cancellable);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add_many(ask, "config", "--includes", "--show-scope", "--name-only", "-z",
                         "--get-regexp", "^filter\\..*\\.(clean|process)$", NULL);
    if (!run(ask, &result, error))
        return FALSE;
    const char *end = result.output + result.output_length;
    /* 1: it has none; what else is wrong git status says too. */
    if (result.exit_status != 0)
        return TRUE;
    for (const char *scope = result.output; scope < end;) {
        const char *key = scope + strlen(scope) + 1;
        if (key >= end)
            break;
        if (strcmp(scope, "local") == 0 || strcmp(scope, "worktree") == 0)
            switch_off(process, key);
        scope = key + strlen(key) + 1;
    }
    return TRUE;
}

/* ---- git status ---- */

/* "branch.oid 3f2a…", "branch.head main"; git-status(1), "Branch Headers". */
static void
take_header(PgsGitState *state, const char *header)
{
    if (g_str_has_prefix(header, "branch.oid ") && strchr(header, '(') == NULL)
        state->commit = g_strdup(header + strlen("branch.oid "));
    else if (g_str_has_prefix(header, "branch.head ") &&
             strcmp(header, "branch.head (detached)") != 0)
        state->branch = g_strdup(header + strlen("branch.head "));
}

/* Behind n words, each with a blank; NULL: there are not so many. */
static const char *
behind_words(const char *line, guint n)
{
    for (; n > 0 && line != NULL; n--) {
        line = strchr(line, ' ');
        line = line != NULL ? line + 1 : NULL;
    }
    return line;
}

/*
 * git-status(1), "Porcelain Format Version 2": "1 XY sub mH mI mW hH hI path", "u XY sub m1 m2 m3
 * mW h1 h2 h3 path", "? path".
 */
static void
take_entry(PgsGitState *state, const char *entry)
{
    char letters[] = {entry[0] != '\0' ? entry[0] : '?', '\0', '\0'};
    const char *path = NULL;
    if (entry[0] == '#') {
        take_header(state, entry + strspn(entry, "# "));
        return;
    }
    if (entry[0] == '?') {
        letters[1] = '?';
        path = behind_words(entry, 1);
    } else if (strlen(entry) > 4) {
        /* The work tree's letter, or where it is as the index has it, the index's. */
        letters[0] = entry[3] != '.' ? entry[3] : entry[2];
        path = behind_words(entry, entry[0] == 'u' ? 10 : 8);
    }
    if (path == NULL)
        return;
    g_autofree char *shown = pgs_text_visible(path, -1);
    g_ptr_array_add(state->changed, g_strconcat(letters, " ", shown, NULL));
}

static gboolean
refuse(const PgsProcessResult *result, GError **error)
{
    if (strstr(result->errors, "not a git repository") != NULL) {
        pgs_error_set(error, PGS_GIT_ERROR, PGS_GIT_ERROR_REPOSITORY, NULL,
                      "the folder lies in no git repository");
        return FALSE;
    }
    g_autofree char *folded = pgs_text_fold_space(result->errors);
    g_autofree char *visible = pgs_text_visible(folded, -1);
    g_autofree char *said = pgs_text_ellipsize(visible, MAX_WORDS);
    pgs_error_set(error, PGS_GIT_ERROR, PGS_GIT_ERROR_REPOSITORY, NULL, "git says: %s",
                  *said != '\0' ? said : "nothing, and fails");
    return FALSE;
}

PgsGitState *
pgs_git_state_read(const char *folder, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsProcess) process = new_process(folder, cancellable);
    g_auto(PgsProcessResult) result = {0};
    if (!switch_off_filters(process, folder, cancellable, error))
        return NULL;
    /* A submodule counts by its commit: to look into it is to run git by its configuration. */
    pgs_process_add_many(process, "status", "--porcelain=v2", "--branch", "-z", "--no-renames",
                         "--untracked-files=normal", "--ignore-submodules=dirty", NULL);
    if (!run(process, &result, error))
        return NULL;
    if (result.exit_status != 0) {
        refuse(&result, error);
        return NULL;
    }
    PgsGitState *state = g_new0(PgsGitState, 1);
    state->changed = g_ptr_array_new_with_free_func(g_free);
    const char *end = result.output + result.output_length;
    for (const char *entry = result.output; entry < end; entry += strlen(entry) + 1)
        take_entry(state, entry);
    return state;
}

/* ---- files that git status passes over ---- */

/* "../seeds/a.sql" as it is seen from the repository's root; NULL: it lies outside. */
static char *
full_name(const char *prefix, const char *name)
{
    if (g_path_is_absolute(name))
        return NULL;
    g_autofree char *joined = g_strconcat(prefix, name, NULL);
    g_auto(GStrv) words = g_strsplit(joined, "/", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (char **word = words; *word != NULL; word++) {
        if (strcmp(*word, "..") != 0) {
            g_ptr_array_add(kept, *word);
            continue;
        }
        if (kept->len == 0)
            return NULL;
        g_ptr_array_set_size(kept, (gint)kept->len - 1);
    }
    g_ptr_array_add(kept, NULL);
    return g_strjoinv("/", (char **)kept->pdata);
}

/* From the root to the folder, "migrations/shop/"; "": it is the root. */
static char *
read_prefix(const char *folder, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsProcess) process = new_process(folder, cancellable);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add_many(process, "rev-parse", "--show-prefix", NULL);
    if (!run(process, &result, error))
        return NULL;
    if (result.exit_status != 0) {
        refuse(&result, error);
        return NULL;
    }
    gsize length = strlen(result.output);
    if (length > 0 && result.output[length - 1] == '\n')
        length--;
    return g_strndup(result.output, length);
}

/* git-ls-files(1), "-v": "H path"; a small letter, and S, for what git was told not to look at. */
static void
take_tracked(PgsGitState *state, GHashTable *wanted, const char *entry)
{
    g_autofree char *shown = pgs_text_visible(strlen(entry) > 2 ? entry + 2 : "", -1);
    if (!g_hash_table_remove(wanted, shown) || (!g_ascii_islower(entry[0]) && entry[0] != 'S'))
        return;
    g_ptr_array_add(state->changed, g_strconcat("h ", shown, NULL));
}

static gboolean
ask_tracked(PgsGitState *state, const char *folder, GHashTable *wanted, GCancellable *cancellable,
            GError **error)
{
    g_autoptr(PgsProcess) process = new_process(folder, cancellable);
    g_auto(PgsProcessResult) result = {0};
    /* All of them: to name them could be more than a command line holds. */
    pgs_process_add_many(process, "ls-files", "-v", "-z", "--full-name", "--", ":/", NULL);
    if (!run(process, &result, error))
        return FALSE;
    if (result.exit_status != 0)
        return refuse(&result, error);
    const char *end = result.output + result.output_length;
    for (const char *entry = result.output; entry < end; entry += strlen(entry) + 1)
        take_tracked(state, wanted, entry);
    return TRUE;
}

/* By its own name, or by that of a folder of which all is new: "?? migrations/". */
static gboolean
is_told(const PgsGitState *state, const char *path)
{
    for (guint i = 0; i < state->changed->len; i++) {
        const char *entry = strchr(state->changed->pdata[i], ' ') + 1;
        if (strcmp(entry, path) == 0 ||
            (g_str_has_suffix(entry, "/") && g_str_has_prefix(path, entry)))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_git_state_hold(PgsGitState *state, const char *folder, const GPtrArray *names,
                   GCancellable *cancellable, GError **error)
{
    g_autofree char *raw = read_prefix(folder, cancellable, error);
    if (raw == NULL)
        return FALSE;
    g_autofree char *prefix = pgs_text_visible(raw, -1);
    g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < names->len; i++) {
        char *path = full_name(prefix, names->pdata[i]);
        if (path != NULL && g_hash_table_add(wanted, g_strdup(path)))
            g_ptr_array_add(paths, path);
        else
            g_free(path);
    }
    if (!ask_tracked(state, folder, wanted, cancellable, error))
        return FALSE;
    for (guint i = 0; i < paths->len; i++) {
        const char *path = paths->pdata[i];
        if (g_hash_table_contains(wanted, path) && !is_told(state, path))
            g_ptr_array_add(state->changed, g_strconcat("!! ", path, NULL));
    }
    return TRUE;
}

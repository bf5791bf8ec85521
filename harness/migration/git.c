#include "migration/git.h"

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"

#include <string.h>

enum {
    TIMEOUT_MS = 60 * 1000,
    BATCH_BYTES = 32 * 1024 * 1024, /* of blobs that one process is asked for */
};

G_DEFINE_QUARK(pgs_git_error, pgs_git_error)

struct _PgsGit {
    char *folder;
    gboolean is_shallow;
    GCancellable *cancellable;
};

static void
git_file_free(gpointer data)
{
    PgsGitFile *file = data;
    g_free(file->name);
    g_free(file->object);
    g_free(file);
}

void
pgs_git_free(PgsGit *git)
{
    if (git == NULL)
        return;
    g_free(git->folder);
    g_clear_object(&git->cancellable);
    g_free(git);
}

/*
 * The folder decides which repository it is, not the environment of a hook that runs pgstair
 * (githooks(5)); and nobody sits there to be asked for a password.
 */
PgsProcess *
pgs_git_process(const char *folder, GCancellable *cancellable)
{
    static const char *const variables[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
                                            "GIT_PREFIX"};
    PgsProcess *process = pgs_process_new("git");
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        pgs_process_set_env(process, variables[i], NULL);
    pgs_process_set_env(process, "GIT_TERMINAL_PROMPT", "0");
    pgs_process_set_env(process, "LC_ALL", "C");
    pgs_process_set_timeout(process, TIMEOUT_MS);
    pgs_process_set_cancellable(process, cancellable);
    pgs_process_add_many(process, "-C", folder, NULL);
    return process;
}

static PgsProcess *
new_process(const PgsGit *git)
{
    return pgs_git_process(git->folder, git->cancellable);
}

/* TRUE when it ran, whatever its exit status. */
static gboolean
run(const PgsGit *git, PgsProcess *process, PgsProcessResult *result, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (pgs_process_run(process, result, &local))
        return TRUE;
    if (g_error_matches(local, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_NOT_FOUND))
        pgs_error_set(error, PGS_GIT_ERROR, PGS_GIT_ERROR_PROGRAM,
                      "install git, or leave out what compares with a git base",
                      "%s: there is no program git to ask what is merged already", git->folder);
    else
        g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* What git has written about it, in one line. */
static char *
say_errors(const PgsProcessResult *result)
{
    g_autofree char *folded = pgs_text_fold_space(result->errors);
    return pgs_text_ellipsize(folded, 300);
}

static gboolean
refuse(const PgsGit *git, const PgsProcessResult *result, PgsGitError code, const char *hint,
       GError **error)
{
    g_autofree char *said = say_errors(result);
    pgs_error_set(error, PGS_GIT_ERROR, (int)code, hint, "%s: git says: %s", git->folder,
                  *said != '\0' ? said : "nothing, and fails");
    return FALSE;
}

static gboolean
ask_repository(PgsGit *git, GError **error)
{
    g_autoptr(PgsProcess) process = new_process(git);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add_many(process, "rev-parse", "--is-shallow-repository", NULL);
    if (!run(git, process, &result, error))
        return FALSE;
    if (result.exit_status != 0)
        return refuse(git, &result, PGS_GIT_ERROR_REPOSITORY,
                      strstr(result.errors, "ownership") != NULL
                          ? "git does not trust a repository of another user: git config --global "
                            "--add safe.directory FOLDER"
                          : "what is merged already is asked of the folder's git repository; leave "
                            "out --since-git and git-base where there is none",
                      error);
    git->is_shallow = g_str_has_prefix(result.output, "true");
    return TRUE;
}

PgsGit *
pgs_git_open(const char *folder, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsGit) git = g_new0(PgsGit, 1);
    git->folder = g_strdup(folder);
    git->cancellable = cancellable != NULL ? g_object_ref(cancellable) : NULL;
    return ask_repository(git, error) ? g_steal_pointer(&git) : NULL;
}

/* The one word that git answers with; NULL when it exits with another status than 0. */
static gboolean
ask_word(const PgsGit *git, const char *command, const char *first, const char *second, char **word,
         PgsProcessResult *result, GError **error)
{
    g_autoptr(PgsProcess) process = new_process(git);
    pgs_process_add_many(process, command, first, second, NULL);
    *word = NULL;
    if (!run(git, process, result, error))
        return FALSE;
    if (result->exit_status == 0)
        *word = g_strstrip(g_strdup(result->output));
    return TRUE;
}

static gboolean
is_known(const PgsGit *git, const char *revision)
{
    g_auto(PgsProcessResult) result = {0};
    g_autofree char *word = NULL;
    g_autofree char *name = g_strconcat(revision, "^{commit}", NULL);
    return ask_word(git, "rev-parse", "--verify", name, &word, &result, NULL) && word != NULL;
}

static void
refuse_revision(const PgsGit *git, const char *revision, GError **error)
{
    g_autofree char *remote = g_strconcat("origin/", revision, NULL);
    g_autofree char *hint = NULL;
    if (is_known(git, remote))
        hint = g_strdup_printf("did you mean %s?", remote);
    else if (g_str_has_prefix(revision, "origin/"))
        hint = g_strdup_printf("fetch it first: git fetch origin %s", revision + strlen("origin/"));
    else
        hint = g_strdup("give a branch, a tag or a commit that this clone has: git fetch brings "
                        "more of them");
    pgs_error_set(error, PGS_GIT_ERROR, PGS_GIT_ERROR_REVISION, hint,
                  "%s: its git repository has no revision \"%s\"", git->folder, revision);
}

char *
pgs_git_commit(const PgsGit *git, const char *revision, GError **error)
{
    g_auto(PgsProcessResult) result = {0};
    g_autofree char *name = g_strconcat(revision, "^{commit}", NULL);
    char *word = NULL;
    /* One that begins so would be taken for an option. */
    if (revision[0] != '-' && revision[0] != '\0' &&
        !ask_word(git, "rev-parse", "--verify", name, &word, &result, error))
        return NULL;
    if (word == NULL)
        refuse_revision(git, revision, error);
    return word;
}

char *
pgs_git_merge_base(const PgsGit *git, const char *commit, const char *base, GError **error)
{
    g_auto(PgsProcessResult) result = {0};
    char *word;
    if (!ask_word(git, "merge-base", "HEAD", commit, &word, &result, error) || word != NULL)
        return word;
    if (result.exit_status == 1)
        pgs_error_set(error, PGS_GIT_ERROR, PGS_GIT_ERROR_UNRELATED,
                      git->is_shallow
                          ? "this clone is shallow: git fetch --unshallow, or fetch-depth: 0 of "
                            "actions/checkout, GIT_DEPTH: 0 of GitLab"
                          : "give the branch that this one will be merged into",
                      "%s: HEAD and %s have no commit in common", git->folder, base);
    else
        refuse(git, &result, PGS_GIT_ERROR_FAILED, NULL, error);
    return NULL;
}

/* "100644 blob <id>    <size>\t<name>"; NULL: no regular file. */
static PgsGitFile *
parse_entry(const char *entry)
{
    const char *tab = strchr(entry, '\t');
    if (tab == NULL || !g_str_has_prefix(entry, "100"))
        return NULL;
    g_autofree char *facts = g_strndup(entry, (gsize)(tab - entry));
    g_autofree char *folded = pgs_text_fold_space(facts);
    g_auto(GStrv) words = g_strsplit(folded, " ", -1);
    if (g_strv_length(words) != 4 || strcmp(words[1], "blob") != 0)
        return NULL;
    PgsGitFile *file = g_new0(PgsGitFile, 1);
    file->name = g_strdup(tab + 1);
    file->object = g_strdup(words[2]);
    file->size = g_ascii_strtoull(words[3], NULL, 10);
    return file;
}

GPtrArray *
pgs_git_list(const PgsGit *git, const char *commit, GError **error)
{
    g_autoptr(PgsProcess) process = new_process(git);
    g_auto(PgsProcessResult) result = {0};
    /* In a folder ls-tree has what lies in it, with names relative to it. */
    pgs_process_add_many(process, "ls-tree", "-r", "-z", "-l", commit, NULL);
    if (!run(git, process, &result, error))
        return NULL;
    if (result.exit_status != 0) {
        refuse(git, &result, PGS_GIT_ERROR_FAILED, NULL, error);
        return NULL;
    }
    GPtrArray *files = g_ptr_array_new_with_free_func(git_file_free);
    const char *end = result.output + result.output_length;
    for (const char *entry = result.output; entry < end; entry += strlen(entry) + 1) {
        PgsGitFile *file = parse_entry(entry);
        if (file != NULL)
            g_ptr_array_add(files, file);
    }
    return files;
}

/* "<id> blob <size>\n<bytes>\n" for each. */
static gboolean
take_batch(const PgsGit *git, const PgsProcessResult *result, const GPtrArray *files, guint from,
           guint to, PgsGitTextFunc take, gpointer data, GError **error)
{
    const char *at = result->output;
    const char *end = at + result->output_length;
    for (guint i = from; i < to; i++) {
        const PgsGitFile *file = g_ptr_array_index(files, i);
        const char *line = memchr(at, '\n', (gsize)(end - at));
        if (line == NULL || (guint64)(end - line - 1) < file->size + 1 ||
            !g_str_has_prefix(at, file->object))
            return refuse(git, result, PGS_GIT_ERROR_FAILED, NULL, error);
        if (!take(file, line + 1, (gsize)file->size, data, error))
            return FALSE;
        at = line + 1 + file->size + 1;
    }
    return TRUE;
}

static gboolean
read_batch(const PgsGit *git, const GPtrArray *files, guint from, guint to, PgsGitTextFunc take,
           gpointer data, GError **error)
{
    g_autoptr(GString) input = g_string_new(NULL);
    for (guint i = from; i < to; i++)
        g_string_append_printf(input, "%s\n", ((PgsGitFile *)files->pdata[i])->object);
    g_autoptr(PgsProcess) process = new_process(git);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add_many(process, "cat-file", "--batch", NULL);
    pgs_process_set_input(process, input->str, (gssize)input->len);
    if (!run(git, process, &result, error))
        return FALSE;
    if (result.exit_status != 0)
        return refuse(git, &result, PGS_GIT_ERROR_FAILED, NULL, error);
    return take_batch(git, &result, files, from, to, take, data, error);
}

gboolean
pgs_git_read(const PgsGit *git, const GPtrArray *files, PgsGitTextFunc take, gpointer data,
             GError **error)
{
    for (guint from = 0, to; from < files->len; from = to) {
        guint64 size = 0;
        for (to = from; to < files->len && (to == from || size < BATCH_BYTES); to++)
            size += ((PgsGitFile *)files->pdata[to])->size;
        if (!read_batch(git, files, from, to, take, data, error))
            return FALSE;
    }
    return TRUE;
}

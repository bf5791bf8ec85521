#include "operate/draft.h"

#include "base/error.h"
#include "migration/atlas_sum.h"
#include "operate/draft_check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
pgs_revision_draft_free(PgsRevisionDraft *draft)
{
    if (draft == NULL)
        return;
    g_clear_pointer(&draft->paths, g_ptr_array_unref);
    g_clear_pointer(&draft->unsaid, g_ptr_array_unref);
    g_free(draft->proof);
    g_free(draft);
}

PgsRevisionDraft *
pgs_revision_draft_new(void)
{
    PgsRevisionDraft *draft = g_new0(PgsRevisionDraft, 1);
    draft->paths = g_ptr_array_new_with_free_func(g_free);
    draft->unsaid = g_ptr_array_new_with_free_func(g_free);
    return draft;
}

/* ---- files ---- */

static gboolean
fail_file(const char *path, int number, GError **error)
{
    gboolean exists = number == EEXIST;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                  exists ? "nothing is overwritten: give it another description" : NULL,
                  "%s cannot be written: %s", path, g_strerror(number));
    return FALSE;
}

static gboolean
write_all(int fd, const char *text)
{
    gsize length = strlen(text);
    while (length > 0) {
        gssize n = write(fd, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        text += n;
        length -= (gsize)n;
    }
    return fsync(fd) == 0;
}

/* What a draft has made so far. */
typedef struct {
    GPtrArray *files;   /* borrowed */
    GPtrArray *folders; /* each behind the one that it lies in */
} Written;

static void
written_clear(Written *written)
{
    g_clear_pointer(&written->folders, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Written, written_clear)

static gboolean
make_folder(const char *path, GPtrArray *made, GError **error)
{
    if (g_mkdir(path, 0777) == 0) {
        g_ptr_array_add(made, g_strdup(path));
        return TRUE;
    }
    if (errno == EEXIST)
        return TRUE; /* what is no folder is told when a file is opened in it */
    if (errno != ENOENT)
        return fail_file(path, errno, error);
    g_autofree char *above = g_path_get_dirname(path);
    if (strcmp(above, path) == 0)
        return fail_file(path, ENOENT, error);
    return make_folder(above, made, error) && make_folder(path, made, error);
}

/* O_EXCL: a file that is there stays as it is, whatever else writes there at that moment. */
static gboolean
write_new(const PgsDraftFile *file, Written *written, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(file->path);
    if (!make_folder(folder, written->folders, error))
        return FALSE;
    int fd = g_open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail_file(file->path, errno, error);
    g_ptr_array_add(written->files, g_strdup(file->path));
    int number = write_all(fd, file->text) ? 0 : errno;
    if (close(fd) != 0 && number == 0)
        number = errno;
    return number == 0 || fail_file(file->path, number, error);
}

/* Nothing else: neither what was there before, nor what somebody has put there since. */
static void
take_back(const Written *written)
{
    for (guint i = written->files->len; i > 0; i--)
        g_unlink(written->files->pdata[i - 1]);
    for (guint i = written->folders->len; i > 0; i--)
        g_rmdir(written->folders->pdata[i - 1]);
}

static gboolean
write_files(const GPtrArray *files, Written *written, GError **error)
{
    for (guint i = 0; i < files->len; i++) {
        if (write_new(files->pdata[i], written, error))
            continue;
        take_back(written);
        return FALSE;
    }
    return TRUE;
}

/* ---- what names all revisions: a plan, a sum ---- */

typedef struct {
    char *path;
    char *before; /* its text; to put it back */
} Index;

static void
index_clear(Index *index)
{
    g_free(index->path);
    g_free(index->before);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Index, index_clear)

/* Written beside it and put in its place: whole or not at all. */
static gboolean
replace_index(Index *index, const char *path, const char *text, GError **error)
{
    index->path = g_strdup(path);
    return g_file_get_contents(path, &index->before, NULL, error) &&
           g_file_set_contents(path, text, -1, error);
}

static gboolean
add_plan_line(Index *index, const char *path, const char *line, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, error))
        return FALSE;
    gboolean is_ended = *text == '\0' || g_str_has_suffix(text, "\n");
    g_autofree char *all = g_strconcat(text, is_ended ? "" : "\n", line, "\n", NULL);
    return replace_index(index, path, all, error);
}

/* atlas migrate hash: of all files, the new one with them. */
static gboolean
renew_sum(Index *index, const PgsRevisionDraft *draft, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(draft->paths->pdata[0]);
    g_autoptr(PgsFolder) folder = pgs_folder_open(directory, error);
    PgsFolderFile *sum = folder != NULL ? pgs_folder_find(folder, PGS_ATLAS_SUM_FILE) : NULL;
    if (folder == NULL || sum == NULL)
        return folder != NULL;
    g_autofree char *text = pgs_atlas_sum_text(folder, error);
    return text != NULL && replace_index(index, sum->path, text, error);
}

/* ---- all ---- */

static gboolean
write_index(const PgsDraftRequest *request, const PgsRevisionDraft *draft, const char *plan,
            const char *plan_line, Index *index, GError **error)
{
    if (plan != NULL)
        return add_plan_line(index, plan, plan_line, error);
    return strcmp(request->history->format, "atlas") != 0 || renew_sum(index, draft, error);
}

/* *plan: what is to be changed too, or NULL; *plan_line: how. */
static GPtrArray *
make_files(const PgsDraftRequest *request, char **plan, char **plan_line, GError **error)
{
    return strcmp(request->history->format, "sqitch") == 0
               ? pgs_draft_sqitch_files(request, plan, plan_line, error)
               : pgs_draft_format_files(request, error);
}

static gboolean
write_revision(const PgsDraftRequest *request, PgsRevisionDraft *draft, GCancellable *cancellable,
               GError **error)
{
    g_autofree char *plan = NULL, *plan_line = NULL;
    g_autoptr(GPtrArray) files = make_files(request, &plan, &plan_line, error);
    g_auto(Written) written = {draft->paths, g_ptr_array_new_with_free_func(g_free)};
    if (files == NULL || !write_files(files, &written, error))
        return FALSE;
    g_auto(Index) index = {0};
    if (write_index(request, draft, plan, plan_line, &index, error) &&
        pgs_draft_check(request, draft, cancellable, error)) {
        if (index.path != NULL)
            g_ptr_array_add(draft->paths, g_strdup(index.path));
        return TRUE;
    }
    take_back(&written);
    if (index.before != NULL)
        g_file_set_contents(index.path, index.before, -1, NULL);
    return FALSE;
}

static gboolean
write_by_alembic(const PgsDraftRequest *request, PgsRevisionDraft *draft, GCancellable *cancellable,
                 GError **error)
{
    char *path = pgs_draft_alembic(request, cancellable, error);
    if (path == NULL)
        return FALSE;
    g_ptr_array_add(draft->paths, path);
    if (pgs_draft_check(request, draft, cancellable, error))
        return TRUE;
    g_unlink(path);
    return FALSE;
}

PgsRevisionDraft *
pgs_revision_draft_write(const PgsSystem *system, const PgsHistory *history,
                         const char *description, const char *note, const char *up,
                         const char *down, GCancellable *cancellable, GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    const PgsDraftRequest request = {
        .system = system,
        .history = history,
        .description = description,
        .note = note,
        .up = up,
        .down = down,
        .now = now,
    };
    g_autoptr(PgsRevisionDraft) draft = pgs_revision_draft_new();
    gboolean ok = strcmp(history->format, "alembic") == 0
                      ? write_by_alembic(&request, draft, cancellable, error)
                      : write_revision(&request, draft, cancellable, error);
    return ok ? g_steal_pointer(&draft) : NULL;
}

static gboolean
refuse_alembic(GError **error)
{
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT, NULL,
                  "Alembic itself chooses the file's name, when it writes it: nothing is known of "
                  "it before");
    return FALSE;
}

static void
name_files(const GPtrArray *files, const char *plan, PgsRevisionDraft *draft)
{
    for (guint i = 0; i < files->len; i++) {
        const PgsDraftFile *file = files->pdata[i];
        g_ptr_array_add(draft->paths, g_strdup(file->path));
    }
    if (plan != NULL)
        g_ptr_array_add(draft->paths, g_strdup(plan));
}

PgsRevisionDraft *
pgs_revision_draft_name(const PgsSystem *system, const PgsHistory *history, const char *description,
                        GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    const PgsDraftRequest request = {
        .system = system,
        .history = history,
        .description = description,
        .now = now,
    };
    g_autofree char *plan = NULL, *plan_line = NULL;
    g_autoptr(PgsRevisionDraft) draft = pgs_revision_draft_new();
    if (strcmp(history->format, "alembic") == 0 && !refuse_alembic(error))
        return NULL;
    g_autoptr(GPtrArray) files = make_files(&request, &plan, &plan_line, error);
    if (files == NULL)
        return NULL;
    name_files(files, plan, draft);
    return g_steal_pointer(&draft);
}

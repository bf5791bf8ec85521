#include "ledger/sqitch_books.h"

#include "base/error.h"
#include "migration/reader.h"

#include <string.h>

void
pgs_sqitch_books_free(PgsSqitchBooks *books)
{
    if (books == NULL)
        return;
    g_clear_pointer(&books->user, pgs_sqitch_user_free);
    g_clear_pointer(&books->ids, pgs_sqitch_ids_free);
    g_clear_pointer(&books->plan, pgs_sqitch_plan_free);
    g_clear_pointer(&books->project, pgs_sqitch_project_free);
    g_clear_pointer(&books->folder, pgs_folder_free);
    g_clear_pointer(&books->hashes, g_ptr_array_unref);
    g_free(books->registry);
    g_free(books);
}

/* Plan/Change.pm, _deploy_hash(). */
static char *
hash_of(const PgsRevision *revision)
{
    gsize length;
    g_autofree char *text = NULL;
    if (revision->up == NULL || !g_file_get_contents(revision->up->path, &text, &length, NULL))
        return NULL;
    return g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)text, length);
}

static gboolean
match_history(PgsSqitchBooks *books, const PgsHistory *history, GError **error)
{
    gboolean fits = history->revisions->len == books->plan->changes->len;
    books->hashes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; fits && i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const PgsSqitchChange *change = g_ptr_array_index(books->plan->changes, i);
        fits = strcmp(revision->name, change->name) == 0;
        g_ptr_array_add(books->hashes, hash_of(revision));
    }
    if (!fits)
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER, "run it again",
                      "%s has changed since it was read", books->plan->path);
    return fits;
}

PgsSqitchBooks *
pgs_sqitch_books_new(const PgsHistory *history, GError **error)
{
    g_autoptr(PgsSqitchBooks) books = g_new0(PgsSqitchBooks, 1);
    books->folder = pgs_folder_open(history->folder, error);
    if (books->folder == NULL)
        return NULL;
    GError *local = NULL;
    books->project =
        pgs_sqitch_project_find(books->folder, history->settings->placeholders, &local);
    if (books->project == NULL && local == NULL)
        pgs_error_set(&local, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER, NULL,
                      "%s: the project is not there any more", history->folder);
    if (local != NULL) {
        g_propagate_error(error, local);
        return NULL;
    }
    books->plan = pgs_sqitch_project_read_plan(books->project, error);
    books->ids = books->plan != NULL ? pgs_sqitch_ids_new(books->plan, error) : NULL;
    books->user = books->ids != NULL ? pgs_sqitch_user_find(books->project->root, error) : NULL;
    if (books->user == NULL || !match_history(books, history, error))
        return NULL;
    return g_steal_pointer(&books);
}

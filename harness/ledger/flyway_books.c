#include "ledger/flyway_books.h"

#include <string.h>

static void
entry_free(gpointer entry)
{
    pgs_flyway_entry_free(entry);
}

void
pgs_flyway_books_free(PgsFlywayBooks *books)
{
    if (books == NULL)
        return;
    g_clear_pointer(&books->config, pgs_flyway_config_free);
    g_clear_pointer(&books->folder, pgs_folder_free);
    g_ptr_array_unref(books->ups);
    g_ptr_array_unref(books->downs);
    g_free(books);
}

static gboolean
fill_entries(PgsFlywayBooks *books, const PgsHistory *history, GError **error)
{
    GError *local = NULL;
    for (guint i = 0; i < history->revisions->len && local == NULL; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_ptr_array_add(books->ups,
                        pgs_flyway_entry_new(books->config, history, revision, TRUE, &local));
        if (local == NULL)
            g_ptr_array_add(books->downs,
                            pgs_flyway_entry_new(books->config, history, revision, FALSE, &local));
    }
    if (local != NULL)
        g_propagate_error(error, local);
    return local == NULL;
}

PgsFlywayBooks *
pgs_flyway_books_new(const PgsHistory *history, GError **error)
{
    g_autoptr(PgsFlywayBooks) books = g_new0(PgsFlywayBooks, 1);
    books->ups = g_ptr_array_new_with_free_func(entry_free);
    books->downs = g_ptr_array_new_with_free_func(entry_free);
    books->folder = pgs_folder_open(history->folder, error);
    if (books->folder != NULL)
        books->config = pgs_flyway_config_new(books->folder, history->settings, error);
    if (books->config == NULL || !fill_entries(books, history, error))
        return NULL;
    return g_steal_pointer(&books);
}

const PgsFlywayEntry *
pgs_flyway_books_entry(const PgsFlywayBooks *books, gint index, gboolean up)
{
    return g_ptr_array_index(up ? books->ups : books->downs, (guint)index);
}

/* api/pattern/ValidatePattern.java, matchesMigration(); states: "missing", "ignored", "future", and
 * "*", which is all others too. */
gboolean
pgs_flyway_books_ignores(const PgsFlywayBooks *books, gboolean is_versioned, const char *state)
{
    for (char **pattern = books->config->ignored; *pattern != NULL; pattern++) {
        g_auto(GStrv) parts = g_strsplit(*pattern, ":", 2);
        if (g_strv_length(parts) != 2)
            continue;
        const char *type = g_strstrip(parts[0]);
        const char *its_state = g_strstrip(parts[1]);
        if ((strcmp(type, "*") == 0 ||
             g_ascii_strcasecmp(type, is_versioned ? "versioned" : "repeatable") == 0) &&
            (strcmp(its_state, "*") == 0 || g_ascii_strcasecmp(its_state, state) == 0))
            return TRUE;
    }
    return FALSE;
}

#ifndef PGS_TESTS_LEDGER_BOOKS_H
#define PGS_TESTS_LEDGER_BOOKS_H

/* What the tests of the tools' books have in common: a folder, a database and its books. */

#include "cmocka_all.h"

#include "base/fs.h"
#include "ledger/ledger.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server; /* of the group */
    char *folder, *database;
    PgsConnection *connection;
    PgsToolSettings *settings;
    PgsHistory *history;
    PgsLedger *ledger;
} Books;

static inline int
books_start(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Books *books = g_new0(Books, 1);
    books->server = server;
    *state = books;
    return 0;
}

static inline int
books_stop(void **state)
{
    Books *books = *state;
    pgs_server_stop(books->server);
    g_free(books);
    return 0;
}

static inline int
books_set_up(void **state)
{
    Books *books = *state;
    books->folder = g_dir_make_tmp("pgstair-books-XXXXXX", NULL);
    books->database = pgs_server_create_database(books->server, "books", NULL, NULL);
    books->connection =
        pgs_connection_open(pgs_server_conninfo(books->server), books->database, 20000, NULL, NULL);
    return books->connection != NULL ? 0 : -1;
}

static inline void
books_close(Books *books)
{
    g_clear_pointer(&books->ledger, pgs_ledger_free);
    g_clear_pointer(&books->history, pgs_history_free);
}

static inline int
books_tear_down(void **state)
{
    Books *books = *state;
    books_close(books);
    g_clear_pointer(&books->connection, pgs_connection_close);
    pgs_server_drop_database(books->server, books->database, NULL);
    pgs_fs_remove_tree(books->folder, NULL);
    g_clear_pointer(&books->database, g_free);
    g_clear_pointer(&books->folder, g_free);
    return 0;
}

#define BOOKS_TEST(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, books_set_up, books_tear_down)

static inline void
books_write(const Books *books, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(books->folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Takes all files away again. */
static inline void
books_empty(const Books *books)
{
    pgs_fs_remove_tree(books->folder, NULL);
    assert_int_equal(g_mkdir_with_parents(books->folder, 0700), 0);
}

/* Reads the folder (anew) and opens its books. */
static inline void
books_open(Books *books, const char *format)
{
    g_autoptr(GError) error = NULL;
    books_close(books);
    books->history = pgs_history_read(books->folder, format, &error);
    if (books->history != NULL)
        books->ledger = pgs_ledger_new(books->history, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
}

static inline void
books_run(Books *books, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(books->connection, sql, &error))
        fail_msg("%s: %s", sql, error->message);
}

static inline char *
books_value(Books *books, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    if (!pgs_connection_value(books->connection, sql, &value, &error))
        fail_msg("%s: %s", sql, error->message);
    return value;
}

static inline void
books_create(Books *books)
{
    g_autofree char *sql = books->ledger->kind->create(books->ledger);
    books_run(books, sql);
}

static inline void
books_record(Books *books, gint revision, gboolean up)
{
    const PgsLedgerEvent event = {.revision = revision, .up = up, .duration = 1500};
    g_autofree char *sql = books->ledger->kind->record(books->ledger, &event);
    books_run(books, sql);
}

/* "1 init [0], 3? [-1], 4! [2] (dirty 2): #.#": each line's version, name and revision, ! dirty,
 * * changed; then which of the revisions are applied. */
static inline char *
books_describe(Books *books)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(books->ledger, books->connection, &error);
    if (state == NULL)
        fail_msg("%s", error->message);
    GString *text = g_string_new(state->exists ? NULL : "none");
    for (guint i = 0; i < state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        g_string_append_printf(text, "%s%s%s%s%s%s [%d]", i > 0 ? ", " : "", entry->version,
                               *entry->name != '\0' ? " " : "", entry->name,
                               entry->is_dirty ? "!" : "", entry->changed != NULL ? "*" : "",
                               entry->revision);
    }
    if (state->dirty >= 0)
        g_string_append_printf(text, " (dirty %d)", state->dirty);
    g_string_append(text, ": ");
    for (guint i = 0; i < state->n_revisions; i++)
        g_string_append_c(text, state->applied[i] ? '#' : '.');
    return g_string_free(text, FALSE);
}

/* What pgstair migrate resolve writes. */
static inline void
books_settle(Books *books, gint revision, gboolean applied)
{
    g_autofree char *sql = books->ledger->kind->settle(books->ledger, revision, applied);
    books_run(books, sql);
}

static inline void
books_assert(Books *books, const char *expected)
{
    g_autofree char *text = books_describe(books);
    assert_string_equal(text, expected);
}

#endif

#include "driver/alembic_books.h"

#include "driver/login.h"

#include <string.h>

enum {
    STATEMENT_MS = 60 * 1000,
    END_US = 10 * 1000 * 1000, /* for a session to end */
    END_PAUSE_US = 2 * 1000,
};

/* As python/alembic_driver.py has it. */
static const char identity_sql[] =
    "SELECT pg_catalog.current_database(), (extract(epoch FROM "
    "pg_catalog.pg_postmaster_start_time()) OPERATOR(pg_catalog.*) 1000000)::bigint::text";

/* Every table of that name: where env.py names no schema, its own search_path has decided. */
static const char find_sql[] =
    "SELECT pg_catalog.format('SELECT version_num FROM %I.%I', n.nspname, c.relname)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = $1 AND ($2 = '' OR n.nspname = $2) AND c.relkind IN ('r', 'p')"
    " AND n.nspname !~ '^pg_' AND EXISTS (SELECT FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = c.oid AND a.attname = 'version_num' AND NOT a.attisdropped)";

/* Tells each that is there to end, and counts them. */
static const char end_sql[] =
    "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(a.pid))"
    " FROM pg_catalog.pg_stat_activity a WHERE a.datname = pg_catalog.current_database()"
    " AND a.pid = ANY ($1::int[])";

void
pgs_alembic_books_init(PgsAlembicBooks *books, const PgsDriverOptions *options)
{
    *books = (PgsAlembicBooks){
        .server = options->server,
        .database = options->database,
        .cancellable = options->cancellable,
        .tables = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev),
    };
    pgs_alembic_books_add_table(books, "", "alembic_version");
    const char *const *names = options->history != NULL ? options->history->ledger : NULL;
    for (; names != NULL && *names != NULL; names++)
        pgs_alembic_books_add_table(books, "", *names);
}

void
pgs_alembic_books_release(PgsAlembicBooks *books)
{
    g_clear_pointer(&books->connection, pgs_connection_close);
}

void
pgs_alembic_books_clear(PgsAlembicBooks *books)
{
    pgs_alembic_books_release(books);
    g_clear_pointer(&books->queries, g_ptr_array_unref);
    g_clear_pointer(&books->tables, g_ptr_array_unref);
}

static gboolean
connect_books(PgsAlembicBooks *books, GError **error)
{
    if (books->connection != NULL && pgs_connection_is_alive(books->connection))
        return TRUE;
    pgs_alembic_books_release(books);
    books->connection =
        pgs_login_reader(books->server, books->database, STATEMENT_MS, books->cancellable, error);
    return books->connection != NULL;
}

/* Asks; once more over a new connection when a migration has ended the old one. */
static PGresult *
ask(PgsAlembicBooks *books, PgsShape shape, const char *sql, int n, const char *const *params,
    GError **error)
{
    g_autoptr(GError) local = NULL;
    if (!connect_books(books, error))
        return NULL;
    PGresult *result = pgs_connection_query(books->connection, shape, sql, n, params, NULL, &local);
    if (result == NULL && !pgs_connection_is_alive(books->connection) &&
        !g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED)) {
        if (!connect_books(books, error))
            return NULL;
        g_clear_error(&local);
        result = pgs_connection_query(books->connection, shape, sql, n, params, NULL, &local);
    }
    if (result == NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    return result;
}

char **
pgs_alembic_books_identity(PgsAlembicBooks *books, GError **error)
{
    g_autoptr(PGresult) result = ask(books, PGS_SHAPE_ROW, identity_sql, 0, NULL, error);
    if (result == NULL)
        return NULL;
    const char *words[] = {PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), NULL};
    return g_strdupv((char **)words);
}

void
pgs_alembic_books_add_table(PgsAlembicBooks *books, const char *schema, const char *name)
{
    for (guint i = 0; i < books->tables->len; i++) {
        char **table = g_ptr_array_index(books->tables, i);
        if (strcmp(table[0], schema) == 0 && strcmp(table[1], name) == 0)
            return;
    }
    const char *words[] = {schema, name, NULL};
    g_clear_pointer(&books->queries, g_ptr_array_unref);
    g_ptr_array_add(books->tables, g_strdupv((char **)words));
}

/* ---- what is in effect ---- */

/* What reads each table of versions that is there now. */
static gboolean
find_tables(PgsAlembicBooks *books, GError **error)
{
    g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < books->tables->len; i++) {
        char **table = g_ptr_array_index(books->tables, i);
        const char *params[] = {table[1], table[0]};
        g_autoptr(PGresult) found = ask(books, PGS_SHAPE_ANY, find_sql, 2, params, error);
        if (found == NULL)
            return FALSE;
        for (int j = 0; j < PQntuples(found); j++)
            g_ptr_array_add(queries, g_strdup(PQgetvalue(found, j, 0)));
    }
    g_clear_pointer(&books->queries, g_ptr_array_unref);
    books->queries = g_steal_pointer(&queries);
    return TRUE;
}

static GHashTable *
ask_tables(PgsAlembicBooks *books, GError **error)
{
    g_autoptr(GHashTable) heads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < books->queries->len; i++) {
        const char *sql = g_ptr_array_index(books->queries, i);
        g_autoptr(PGresult) rows = ask(books, PGS_SHAPE_ANY, sql, 0, NULL, error);
        if (rows == NULL)
            return NULL;
        for (int j = 0; j < PQntuples(rows); j++)
            g_hash_table_add(heads, g_strdup(PQgetvalue(rows, j, 0)));
    }
    return g_steal_pointer(&heads);
}

/* The heads that are written in any of the tables, as a set. */
static GHashTable *
read_heads(PgsAlembicBooks *books, GError **error)
{
    /* Those that were there last time will do, unless there was none, or one is there no more. */
    GHashTable *heads =
        books->queries != NULL && books->queries->len > 0 ? ask_tables(books, NULL) : NULL;
    if (heads != NULL)
        return heads;
    return find_tables(books, error) ? ask_tables(books, error) : NULL;
}

static void
add_names(GHashTable *set, char **names)
{
    for (; names != NULL && *names != NULL; names++)
        g_hash_table_add(set, g_strdup(*names));
}

/* Which revisions are in effect: those at heads and all below them.  A history lists what is below
 * before what is above. */
static gboolean *
in_effect(const PgsHistory *history, GHashTable *heads)
{
    guint n = history->revisions->len;
    gboolean *effect = g_new0(gboolean, n);
    for (guint i = n; i-- > 0;) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        effect[i] = g_hash_table_contains(heads, revision->id);
        if (!effect[i])
            continue;
        add_names(heads, revision->parents);
        add_names(heads, revision->depends);
        if (revision->parents == NULL && i > 0) {
            const PgsRevision *below = g_ptr_array_index(history->revisions, i - 1);
            g_hash_table_add(heads, g_strdup(below->id));
        }
    }
    return effect;
}

static gboolean
is_of(const PgsHistory *history, const char *id)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (strcmp(revision->id, id) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_alembic_books_effect(PgsAlembicBooks *books, const PgsHistory *history, gboolean **effect,
                         gboolean *exists, GPtrArray **strangers, GError **error)
{
    g_autoptr(GHashTable) heads = read_heads(books, error);
    if (heads == NULL)
        return FALSE;
    GHashTableIter iter;
    gpointer id;
    *exists = books->queries->len > 0;
    *strangers = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_iter_init(&iter, heads);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        if (!is_of(history, id))
            g_ptr_array_add(*strangers, g_strdup(id));
    }
    *effect = in_effect(history, heads);
    return TRUE;
}

gboolean
pgs_alembic_books_done(PgsAlembicBooks *books, const PgsHistory *history, const PgsDriverRun *run,
                       guint *done, GError **error)
{
    g_autoptr(GHashTable) heads = read_heads(books, error);
    if (heads == NULL)
        return FALSE;
    g_autofree gboolean *effect = in_effect(history, heads);
    *done = 0;
    while (*done < run->n_revisions && effect[run->revisions[*done]] == run->up)
        ++*done;
    return TRUE;
}

gboolean
pgs_alembic_books_end_sessions(PgsAlembicBooks *books, const GArray *pids, GError **error)
{
    if (pids->len == 0)
        return TRUE;
    g_autoptr(GString) list = g_string_new("{");
    for (guint i = 0; i < pids->len; i++)
        g_string_append_printf(list, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "",
                               g_array_index(pids, gint64, i));
    g_string_append_c(list, '}');
    const char *params[] = {list->str};
    gint64 deadline = g_get_monotonic_time() + END_US;
    for (;;) {
        g_autoptr(PGresult) result = ask(books, PGS_SHAPE_VALUE, end_sql, 1, params, error);
        if (result == NULL)
            return FALSE;
        if (strcmp(PQgetvalue(result, 0, 0), "0") == 0 || g_get_monotonic_time() > deadline)
            return TRUE;
        g_usleep(END_PAUSE_US);
    }
}

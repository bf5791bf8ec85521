#include "ledger/unfinished.h"

#include "base/embedded.h"

#include <stdlib.h>
#include <string.h>

#define TABLE "pgstair_unfinished"

extern const PgsEmbedded pgs_ledger_files[];

void
pgs_unfinished_free(PgsUnfinished *unfinished)
{
    if (unfinished == NULL)
        return;
    g_free(unfinished->revision);
    g_free(unfinished->label);
    g_free(unfinished->other);
    g_free(unfinished->other_label);
    g_free(unfinished->path);
    g_free(unfinished->started_at);
    g_free(unfinished->who);
    g_clear_pointer(&unfinished->before, g_ptr_array_unref);
    g_clear_pointer(&unfinished->leftovers, g_ptr_array_unref);
    g_clear_pointer(&unfinished->remedies, g_ptr_array_unref);
    g_free(unfinished);
}

PgsUnfinished *
pgs_unfinished_new(void)
{
    PgsUnfinished *unfinished = g_new0(PgsUnfinished, 1);
    unfinished->leftovers = g_ptr_array_new_with_free_func(g_free);
    unfinished->remedies = g_ptr_array_new_with_free_func(g_free);
    return unfinished;
}

/* ---- reading ---- */

static char *
column(const PGresult *row, int number)
{
    return g_strdup(PQgetvalue(row, 0, number));
}

static PgsUnfinished *
take_row(const PGresult *row)
{
    PgsUnfinished *unfinished = pgs_unfinished_new();
    unfinished->revision = column(row, 0);
    unfinished->label = column(row, 1);
    unfinished->up = *PQgetvalue(row, 0, 2) == 't';
    unfinished->statement = (guint)atoi(PQgetvalue(row, 0, 3));
    unfinished->n_statements = (guint)atoi(PQgetvalue(row, 0, 4));
    unfinished->path = column(row, 5);
    unfinished->line = (guint)atoi(PQgetvalue(row, 0, 6));
    unfinished->started_at = column(row, 7);
    unfinished->who = column(row, 8);
    return unfinished;
}

static gboolean
was_there(const PgsUnfinished *unfinished, const char *text)
{
    return unfinished->before != NULL &&
           g_ptr_array_find_with_equal_func(unfinished->before, text, g_str_equal, NULL);
}

static gboolean
add_leftovers(PgsConnection *connection, const char *file, PgsUnfinished *unfinished,
              GError **error)
{
    g_autoptr(PGresult) rows = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, file), 0, NULL, NULL, error);
    if (rows == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++) {
        if (was_there(unfinished, PQgetvalue(rows, i, 0)))
            continue;
        g_ptr_array_add(unfinished->leftovers, g_strdup(PQgetvalue(rows, i, 0)));
        g_ptr_array_add(unfinished->remedies, g_strdup(PQgetvalue(rows, i, 1)));
    }
    return TRUE;
}

gboolean
pgs_unfinished_look(PgsConnection *connection, PgsUnfinished *unfinished, GError **error)
{
    return add_leftovers(connection, "leftovers.sql", unfinished, error) &&
           (pgs_connection_version(connection) < 140000 ||
            add_leftovers(connection, "leftovers_detach.sql", unfinished, error));
}

static gboolean
read_before(PgsConnection *connection, const char *table, PgsUnfinished *unfinished, GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.unnest(before) FROM %s", table);
    g_autoptr(PGresult) rows =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (rows == NULL)
        return FALSE;
    unfinished->before = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < PQntuples(rows); i++)
        g_ptr_array_add(unfinished->before, g_strdup(PQgetvalue(rows, i, 0)));
    return TRUE;
}

/* A table without a line was made by hand, or by another version: it says nothing. */
static gboolean
read_table(PgsConnection *connection, const char *table, PgsUnfinished **unfinished, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT revision, label, up, statement, n_statements, path, line,"
        " pg_catalog.to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), who"
        " FROM %s",
        table);
    g_autoptr(PGresult) rows =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (rows == NULL)
        return FALSE;
    if (PQntuples(rows) == 0)
        return TRUE;
    *unfinished = take_row(rows);
    return read_before(connection, table, *unfinished, error) &&
           pgs_unfinished_look(connection, *unfinished, error);
}

gboolean
pgs_unfinished_read(PgsConnection *connection, PgsUnfinished **unfinished, GError **error)
{
    *unfinished = NULL;
    g_autoptr(PGresult) tables = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "unfinished_find.sql"), 0,
        NULL, NULL, error);
    if (tables == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(tables) && *unfinished == NULL; i++) {
        if (!read_table(connection, PQgetvalue(tables, i, 0), unfinished, error)) {
            g_clear_pointer(unfinished, pgs_unfinished_free);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
pgs_unfinished_is_stale(const PgsUnfinished *unfinished, const PgsHistory *history,
                        const PgsLedgerState *state)
{
    if (state->tells_begun && state->dirty < 0)
        return TRUE;
    for (guint i = 0; i < history->revisions->len && i < state->n_revisions; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (strcmp(revision->id, unfinished->revision) == 0 && !revision->repeatable &&
            strcmp(revision->label, unfinished->label) == 0)
            return state->dirty < 0 && state->applied[i] == unfinished->up;
    }
    return FALSE;
}

/* What the books cannot tell: whether it was the way up to the version or down to it. */
static void
take_direction(PgsUnfinished *unfinished, const PgsLedgerEntry *entry, const PgsHistory *history,
               const PgsLedgerState *state)
{
    unfinished->up = state->dirty_down < 0 || state->dirty_down != entry->revision;
    if (state->dirty_down < 0 || !unfinished->up)
        return;
    const PgsRevision *other = g_ptr_array_index(history->revisions, (guint)state->dirty_down);
    unfinished->other = g_strdup(other->id);
    unfinished->other_label = g_strdup(other->label);
}

PgsUnfinished *
pgs_unfinished_of_books(PgsConnection *connection, const PgsHistory *history,
                        const PgsLedgerState *state, GError **error)
{
    const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, (guint)state->dirty);
    const PgsRevision *revision =
        entry->revision >= 0 ? g_ptr_array_index(history->revisions, (guint)entry->revision) : NULL;
    g_autoptr(PgsUnfinished) unfinished = pgs_unfinished_new();
    unfinished->of_books = TRUE;
    unfinished->anywhere = state->is_one_line && revision == NULL;
    take_direction(unfinished, entry, history, state);
    const PgsStep *step =
        revision == NULL ? NULL : (unfinished->up ? revision->up : revision->down);
    unfinished->revision = g_strdup(revision != NULL ? revision->id : entry->version);
    unfinished->label = g_strdup(revision != NULL ? revision->label : entry->version);
    unfinished->path = g_strdup(step != NULL ? step->path : "");
    unfinished->n_statements =
        step != NULL && step->script != NULL ? pgs_script_n_statements(step->script) : 0;
    unfinished->started_at = g_strdup(entry->applied_at != NULL ? entry->applied_at : "");
    unfinished->who = g_strdup(entry->who != NULL ? entry->who : "");
    return pgs_unfinished_look(connection, unfinished, error) ? g_steal_pointer(&unfinished) : NULL;
}

gboolean
pgs_unfinished_concerns(const PgsUnfinished *unfinished, const PgsRevision *revision)
{
    return unfinished->anywhere || strcmp(unfinished->revision, revision->id) == 0 ||
           g_strcmp0(unfinished->other, revision->id) == 0;
}

/* ---- statements ---- */

/* A list of texts as SQL has it; g_free(). */
static char *
quote_list(const GPtrArray *texts)
{
    GString *sql = g_string_new("ARRAY[");
    for (guint i = 0; texts != NULL && i < texts->len; i++) {
        g_autofree char *quoted = pgs_ledger_quote(g_ptr_array_index(texts, i));
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", quoted);
    }
    g_string_append(sql, "]::pg_catalog.text[]");
    return g_string_free(sql, FALSE);
}

/* One line at most: the key of a column that can only be true. */
char *
pgs_unfinished_sql_begin(const PgsUnfinished *unfinished)
{
    g_autofree char *revision = pgs_ledger_quote(unfinished->revision);
    g_autofree char *label = pgs_ledger_quote(unfinished->label);
    g_autofree char *path = pgs_ledger_quote(unfinished->path);
    g_autofree char *who = pgs_ledger_quote(unfinished->who != NULL ? unfinished->who : "");
    g_autofree char *before = quote_list(unfinished->before);
    return g_strdup_printf(
        "CREATE TABLE IF NOT EXISTS " TABLE
        " (one boolean PRIMARY KEY DEFAULT true CHECK (one), revision text NOT NULL,"
        " label text NOT NULL, up boolean NOT NULL, statement integer NOT NULL DEFAULT 0,"
        " n_statements integer NOT NULL, path text NOT NULL, line integer NOT NULL DEFAULT 0,"
        " started_at timestamp with time zone NOT NULL DEFAULT pg_catalog.now(),"
        " who text NOT NULL, before text[] NOT NULL);\n"
        "INSERT INTO " TABLE " (revision, label, up, n_statements, path, who, before)"
        " VALUES (%s, %s, %s, %u, %s, %s, %s);\n",
        revision, label, unfinished->up ? "true" : "false", unfinished->n_statements, path, who,
        before);
}

char *
pgs_unfinished_sql_statement(guint statement, guint line)
{
    return g_strdup_printf("UPDATE " TABLE " SET statement = %u, line = %u;\n", statement, line);
}

gboolean
pgs_unfinished_remove(PgsConnection *connection, GError **error)
{
    g_autoptr(PGresult) tables = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "unfinished_find.sql"), 0,
        NULL, NULL, error);
    if (tables == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(tables); i++) {
        g_autofree char *sql = g_strdup_printf("DROP TABLE IF EXISTS %s", PQgetvalue(tables, i, 0));
        if (!pgs_connection_run(connection, sql, error))
            return FALSE;
    }
    return TRUE;
}

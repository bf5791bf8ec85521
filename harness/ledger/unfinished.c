#include "ledger/unfinished.h"

#include "base/embedded.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define MARK "pgstair_unfinished"

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

/* As unfinished_find.sql has them. */
enum {
    NAME,
    RELATION,
    REVISION,
    LABEL,
    UP,
    STATEMENT,
    STATEMENTS,
    PATH,
    LINE,
    STARTED_AT,
    WHO,
};

static PgsUnfinished *
take_row(const PGresult *rows, int row)
{
    PgsUnfinished *unfinished = pgs_unfinished_new();
    unfinished->revision = g_strdup(PQgetvalue(rows, row, REVISION));
    unfinished->label = g_strdup(PQgetvalue(rows, row, LABEL));
    unfinished->up = *PQgetvalue(rows, row, UP) == 't';
    unfinished->statement = (guint)atoi(PQgetvalue(rows, row, STATEMENT));
    unfinished->n_statements = (guint)atoi(PQgetvalue(rows, row, STATEMENTS));
    unfinished->path = g_strdup(PQgetvalue(rows, row, PATH));
    unfinished->line = (guint)atoi(PQgetvalue(rows, row, LINE));
    unfinished->started_at = g_strdup(PQgetvalue(rows, row, STARTED_AT));
    unfinished->who = g_strdup(PQgetvalue(rows, row, WHO));
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
read_before(PgsConnection *connection, const char *relation, PgsUnfinished *unfinished,
            GError **error)
{
    g_autoptr(PGresult) rows = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "unfinished_before.sql"), 1,
        &relation, NULL, error);
    if (rows == NULL)
        return FALSE;
    unfinished->before = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < PQntuples(rows); i++)
        g_ptr_array_add(unfinished->before, g_strdup(PQgetvalue(rows, i, 0)));
    return TRUE;
}

static PGresult *
find_marks(PgsConnection *connection, GError **error)
{
    return pgs_connection_query(connection, PGS_SHAPE_ANY,
                                pgs_embedded_find(pgs_ledger_files, "unfinished_find.sql"), 0, NULL,
                                NULL, error);
}

gboolean
pgs_unfinished_read(PgsConnection *connection, PgsUnfinished **unfinished, GError **error)
{
    *unfinished = NULL;
    g_autoptr(PGresult) marks = find_marks(connection, error);
    if (marks == NULL)
        return FALSE;
    if (PQntuples(marks) == 0)
        return TRUE;
    *unfinished = take_row(marks, 0);
    if (read_before(connection, PQgetvalue(marks, 0, RELATION), *unfinished, error) &&
        pgs_unfinished_look(connection, *unfinished, error))
        return TRUE;
    g_clear_pointer(unfinished, pgs_unfinished_free);
    return FALSE;
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
        g_autofree char *quoted = pgs_text_literal(g_ptr_array_index(texts, i));
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", quoted);
    }
    g_string_append(sql, "]::pg_catalog.text[]");
    return g_string_free(sql, FALSE);
}

/* As one text of JSON, and since when. */
static char *
sql_facts(const PgsUnfinished *unfinished)
{
    g_autofree char *revision = pgs_text_literal(unfinished->revision);
    g_autofree char *label = pgs_text_literal(unfinished->label);
    g_autofree char *path = pgs_text_literal(unfinished->path);
    g_autofree char *who = pgs_text_literal(unfinished->who != NULL ? unfinished->who : "");
    g_autofree char *before = quote_list(unfinished->before);
    return g_strdup_printf("SELECT pg_catalog.json_build_object('revision', %s::pg_catalog.text,"
                           " 'label', %s::pg_catalog.text, 'up', %s, 'statements', %u,"
                           " 'path', %s::pg_catalog.text, 'started_at', pg_catalog.to_char("
                           "pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),"
                           " 'who', %s::pg_catalog.text, 'before', %s)::pg_catalog.text",
                           revision, label, unfinished->up ? "true" : "false",
                           unfinished->n_statements, path, who, before);
}

/* In one message: never a mark without its facts. */
static gboolean
make_mark(PgsConnection *connection, const PgsUnfinished *unfinished, GError **error)
{
    g_autofree char *ask = sql_facts(unfinished);
    g_autofree char *facts = NULL;
    if (!pgs_connection_value(connection, ask, &facts, error))
        return FALSE;
    g_autofree char *literal = pgs_text_literal(facts);
    g_autofree char *statement = pgs_unfinished_sql_statement(0, 0);
    g_autofree char *sql = g_strdup_printf("CREATE VIEW " MARK " AS SELECT true AS begun;\n"
                                           "COMMENT ON VIEW " MARK " IS %s;\n%s",
                                           literal, statement);
    return pgs_connection_run(connection, sql, error);
}

gboolean
pgs_unfinished_begin(PgsConnection *connection, const PgsUnfinished *unfinished, GError **error)
{
    if (!make_mark(connection, unfinished, error))
        return FALSE;
    g_autoptr(PGresult) given = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "unfinished_privileges.sql"),
        0, NULL, NULL, error);
    if (given == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(given); i++) {
        if (!pgs_connection_run(connection, PQgetvalue(given, i, 0), error))
            return FALSE;
    }
    return TRUE;
}

char *
pgs_unfinished_sql_statement(guint statement, guint line)
{
    return g_strdup_printf("COMMENT ON COLUMN " MARK
                           ".begun IS '{\"statement\": %u, \"line\": %u}';\n",
                           statement, line);
}

gboolean
pgs_unfinished_remove(PgsConnection *connection, GError **error)
{
    g_autoptr(PGresult) marks = find_marks(connection, error);
    for (int i = 0; marks != NULL && i < PQntuples(marks); i++) {
        g_autofree char *sql =
            g_strdup_printf("DROP VIEW IF EXISTS %s", PQgetvalue(marks, i, NAME));
        if (!pgs_connection_run(connection, sql, error))
            return FALSE;
    }
    return marks != NULL;
}

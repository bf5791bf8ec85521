#include "ledger/ledger_rows.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* ---- rows ---- */

PGresult *
pgs_ledger_rows(const PgsLedger *ledger, PgsConnection *connection, const char *sql, GError **error)
{
    g_autoptr(PgsFailure) failure = NULL;
    g_autoptr(GError) local = NULL;
    PGresult *result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, &failure, &local);
    if (result != NULL)
        return result;
    if (failure != NULL && strcmp(failure->sqlstate, "42703") == 0)
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_SHAPE,
                      "say with ledger: in pgstair.yaml which table the tool writes, or look "
                      "whether another version of it made this one",
                      "%s is not a table as %s makes it: %s", ledger->name, ledger->kind->format,
                      failure->message);
    else
        g_propagate_error(error, g_steal_pointer(&local));
    return NULL;
}

const char *
pgs_ledger_cell(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

gboolean
pgs_ledger_each_row(const PgsLedger *ledger, PgsConnection *connection, const char *sql,
                    PgsLedgerReadRow read_row, PgsLedgerState *state, GError **error)
{
    g_autoptr(PGresult) result = pgs_ledger_rows(ledger, connection, sql, error);
    for (int row = 0; result != NULL && row < PQntuples(result); row++)
        read_row(ledger, result, row, state);
    return result != NULL;
}

gboolean
pgs_ledger_read_rows(const PgsLedger *ledger, PgsConnection *connection, const char *sql,
                     PgsLedgerMatch match, PgsLedgerState *state, GError **error)
{
    enum { VERSION, NAME, APPLIED_AT, WHO };
    g_autoptr(PGresult) result = pgs_ledger_rows(ledger, connection, sql, error);
    if (result == NULL)
        return FALSE;
    for (int row = 0; row < PQntuples(result); row++) {
        const char *version = PQgetvalue(result, row, VERSION);
        const char *name = pgs_ledger_cell(result, row, NAME);
        PgsLedgerEntry *entry = pgs_ledger_state_add(
            state, version, name, pgs_ledger_cell(result, row, APPLIED_AT), match(ledger, version));
        entry->who = g_strdup(pgs_ledger_cell(result, row, WHO));
    }
    return TRUE;
}

/* ---- revisions ---- */

const PgsRevision *
pgs_ledger_revision(const PgsLedger *ledger, gint index)
{
    return g_ptr_array_index(ledger->history->revisions, (guint)index);
}

gint
pgs_ledger_find_label(const PgsLedger *ledger, const char *label)
{
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        if (strcmp(pgs_ledger_revision(ledger, (gint)i)->label, label) == 0)
            return (gint)i;
    }
    return -1;
}

gint
pgs_ledger_find_id(const PgsLedger *ledger, const char *id)
{
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        if (strcmp(pgs_ledger_revision(ledger, (gint)i)->id, id) == 0)
            return (gint)i;
    }
    return -1;
}

/* ---- SQL ---- */

char *
pgs_ledger_record_id(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *version = pgs_text_literal(pgs_ledger_revision(ledger, event->revision)->id);
    return event->up
               ? g_strdup_printf("INSERT INTO %s (version) VALUES (%s);\n", ledger->name, version)
               : g_strdup_printf("DELETE FROM %s WHERE version = %s;\n", ledger->name, version);
}

char *
pgs_ledger_create_schema(const char *schema)
{
    g_autofree char *name = pgs_text_identifier(schema);
    g_autofree char *quoted = pgs_text_literal(name);
    g_autofree char *body = g_strdup_printf(
        "BEGIN IF pg_catalog.to_regnamespace(%s) IS NULL THEN CREATE SCHEMA %s; END IF; END",
        quoted, name);
    g_autofree char *text = pgs_text_literal(body);
    return g_strdup_printf("DO %s;\n", text);
}

void
pgs_ledger_append_quoted(GString *sql, const char *text)
{
    if (text != NULL)
        pgs_text_append_literal(sql, text);
    else
        g_string_append(sql, "NULL");
}

void
pgs_ledger_rename(PgsLedger *ledger, const char *schema, const char *table)
{
    g_autofree char *old_schema = g_steal_pointer(&ledger->schema);
    g_autofree char *old_table = g_steal_pointer(&ledger->table);
    ledger->schema = g_strdup(schema);
    ledger->table = g_strdup(table);
    g_autofree char *quoted_schema = schema != NULL ? pgs_text_identifier(schema) : NULL;
    g_autofree char *quoted_table = pgs_text_identifier(table);
    g_free(ledger->name);
    ledger->name = quoted_schema != NULL ? g_strconcat(quoted_schema, ".", quoted_table, NULL)
                                         : g_steal_pointer(&quoted_table);
}

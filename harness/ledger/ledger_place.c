#include "ledger/ledger_place.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "ledger/ledger_rows.h"

#include <string.h>

extern const PgsEmbedded pgs_ledger_files[];

/* ---- place ---- */

void
pgs_ledger_site_clear(PgsLedgerSite *site)
{
    g_clear_pointer(&site->schema, g_free);
    g_clear_pointer(&site->relation, g_free);
}

gboolean
pgs_ledger_site_find(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerSite *site,
                     GError **error)
{
    enum { SCHEMA, RELATION, KIND };
    char rule[2] = {(char)('0' + ledger->kind->where), '\0'};
    const char *const params[] = {ledger->schema, ledger->table, rule};
    const char *sql = pgs_embedded_find(pgs_ledger_files, "ledger_place.sql");
    g_autoptr(PGresult) result = pgs_connection_query(connection, PGS_SHAPE_ROW, sql,
                                                      G_N_ELEMENTS(params), params, NULL, error);
    if (result == NULL)
        return FALSE;
    site->schema = g_strdup(pgs_ledger_cell(result, 0, SCHEMA));
    site->relation = g_strdup(pgs_ledger_cell(result, 0, RELATION));
    site->kind = *PQgetvalue(result, 0, KIND);
    return TRUE;
}

/* ---- shape ---- */

enum { NAME, TYPE, HAS_DEFAULT };

/* What of the kind's columns the table has not; NULL: it has them all.  g_free(). */
static char *
find_missing(const PgsLedgerColumn *columns, const PGresult *result)
{
    for (const PgsLedgerColumn *column = columns; column->name != NULL; column++) {
        gboolean is_there = FALSE;
        for (int row = 0; row < PQntuples(result) && !is_there; row++) {
            if (strcmp(PQgetvalue(result, row, NAME), column->name) != 0)
                continue;
            g_auto(GStrv) types = g_strsplit(column->types, " ", -1);
            const char *type = PQgetvalue(result, row, TYPE);
            is_there = TRUE;
            if (!g_strv_contains((const char *const *)types, type))
                return g_strdup_printf("its column %s is of type %s, not %s", column->name, type,
                                       types[0]);
        }
        if (!is_there)
            return g_strdup_printf("it has no column %s", column->name);
    }
    return NULL;
}

/* A column that the tool does not know, and that has to be said; NULL: none.  g_free(). */
static char *
find_surplus(const PgsLedgerColumn *columns, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        const char *name = PQgetvalue(result, row, NAME);
        const PgsLedgerColumn *column = columns;
        while (column->name != NULL && strcmp(column->name, name) != 0)
            column++;
        if (column->name == NULL && strcmp(PQgetvalue(result, row, HAS_DEFAULT), "t") != 0)
            return g_strdup_printf("its column %s may not be null and has no default", name);
    }
    return NULL;
}

/* Whose table it is by its looks; NULL: nobody's. */
static const char *
guess_owner(const PgsLedger *ledger, const PGresult *result)
{
    for (const PgsLedgerKind *const *kind = pgs_ledger_kinds(); *kind != NULL; kind++) {
        if (*kind == ledger->kind || (*kind)->columns == NULL ||
            strcmp((*kind)->table, ledger->table) != 0)
            continue;
        g_autofree char *missing = find_missing((*kind)->columns, result);
        g_autofree char *surplus = find_surplus((*kind)->columns, result);
        if (missing == NULL && surplus == NULL)
            return (*kind)->format;
    }
    return NULL;
}

static gboolean
refuse_shape(const PgsLedger *ledger, const PgsLedgerSite *site, const char *what,
             const char *owner, GError **error)
{
    g_autofree char *qualified = g_strdup_printf("%s.%s", site->schema, ledger->table);
    g_autofree char *shown = pgs_text_plain(qualified);
    g_autofree char *difference = pgs_text_plain(what);
    g_autofree char *hint =
        owner != NULL ? g_strdup_printf("it looks like the table of %s: is that the tool that this "
                                        "database is migrated with? (--format)",
                                        owner)
                      : g_strdup("another tool or version may have made it; which table holds the "
                                 "books can be said with ledger: in pgstair.yaml");
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_SHAPE, hint,
                  "%s is not the table in which %s keeps its books: %s", shown,
                  ledger->kind->format, difference);
    return FALSE;
}

/* FALSE without error: another table, or one without lines. */
static gboolean
has_lines(const PgsLedger *ledger, PgsConnection *connection, const char *schema,
          const char *relation, char **name, GError **error)
{
    const char *const params[] = {relation};
    g_autoptr(PGresult) columns = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "ledger_columns.sql"), 1,
        params, NULL, error);
    if (columns == NULL)
        return FALSE;
    g_autofree char *missing =
        ledger->kind->columns != NULL ? find_missing(ledger->kind->columns, columns) : NULL;
    if (missing != NULL)
        return FALSE;
    g_autofree char *quoted_schema = pgs_text_identifier(schema);
    g_autofree char *quoted_table = pgs_text_identifier(ledger->table);
    g_autofree char *sql =
        g_strdup_printf("SELECT EXISTS (SELECT FROM %s.%s)", quoted_schema, quoted_table);
    g_autofree char *exists = NULL;
    if (!pgs_connection_value(connection, sql, &exists, error) || strcmp(exists, "t") != 0)
        return FALSE;
    *name = g_strconcat(quoted_schema, ".", quoted_table, NULL);
    return TRUE;
}

char *
pgs_ledger_elsewhere(const PgsLedger *ledger, PgsConnection *connection, GError **error)
{
    enum { SCHEMA, RELATION };
    const char *const params[] = {ledger->schema, ledger->table};
    char *name = NULL;
    GError *problem = NULL;
    if (ledger->schema != NULL && !ledger->is_found)
        return NULL;
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "ledger_elsewhere.sql"),
        G_N_ELEMENTS(params), params, NULL, error);
    for (int row = 0; result != NULL && row < PQntuples(result); row++) {
        if (has_lines(ledger, connection, PQgetvalue(result, row, SCHEMA),
                      PQgetvalue(result, row, RELATION), &name, &problem))
            break;
        if (problem != NULL) {
            g_propagate_error(error, problem);
            break;
        }
    }
    return name;
}

gboolean
pgs_ledger_site_check(const PgsLedger *ledger, PgsConnection *connection, const PgsLedgerSite *site,
                      GError **error)
{
    const PgsLedgerColumn *columns = ledger->kind->columns;
    if (site->kind != 'r' && site->kind != 'p')
        return refuse_shape(ledger, site, "it is no table", NULL, error);
    if (columns == NULL)
        return TRUE;
    const char *const params[] = {site->relation};
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_ledger_files, "ledger_columns.sql"), 1,
        params, NULL, error);
    if (result == NULL)
        return FALSE;
    g_autofree char *missing = find_missing(columns, result);
    g_autofree char *surplus = missing == NULL ? find_surplus(columns, result) : NULL;
    const char *what = missing != NULL ? missing : surplus;
    return what == NULL || refuse_shape(ledger, site, what, guess_owner(ledger, result), error);
}

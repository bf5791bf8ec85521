#include "synthesis/grid_query.h"

#include "base/text.h"
#include "synthesis/grid_cell.h"
#include "synthesis/grid_pieces.h"

#include <stdlib.h>
#include <string.h>

enum {
    ALL_RULES = G_MAXUINT, /* as a piece's group; else the number of one */
};

static void
append_rules(GString *sql, const PgsGridQuery *query, guint group)
{
    g_string_append(sql, "SELECT " PGS_GRID_PLACE);
    for (guint i = 0; i < query->grid->rules->len; i++) {
        const PgsRule *rule = query->grid->rules->pdata[i];
        if (group == ALL_RULES || group == i)
            g_string_append_printf(sql, ", (%s)", rule->expression);
    }
}

/* Whether the objects have a member for it. */
static gboolean
is_given(const PgsGridQuery *query, const PgsColumn *column)
{
    return column->generated == 0 && (g_ptr_array_find(query->grid->columns, column, NULL) ||
                                      g_ptr_array_find(query->fixed, column, NULL));
}

/* The columns that rules read, from an object's members, which have the columns' numbers. */
static void
append_objects(GString *sql, const PgsGridQuery *query, const PgsPiece *piece)
{
    g_autoptr(GString) types = g_string_new(PGS_GRID_PLACE " pg_catalog.int4");
    g_string_append(sql, "(SELECT " PGS_GRID_PLACE);
    for (guint i = 0; i < query->relation->columns->len; i++) {
        const PgsColumn *column = query->relation->columns->pdata[i];
        if (!is_given(query, column))
            continue;
        g_autofree char *member = g_strdup_printf("\"%u\"", column->index);
        g_string_append(sql, ", ");
        pgs_grid_append_value(sql, column, member);
        g_string_append_printf(sql, " AS %s", column->quoted);
        g_string_append_printf(types, ", %s ", member);
        pgs_grid_append_type(types, column);
    }
    g_autoptr(GString) json = g_string_new("[");
    for (guint i = piece->start; i < piece->start + piece->length; i++) {
        g_string_append(json, i > piece->start ? "," : "");
        g_string_append(json, query->objects->pdata[i]);
    }
    g_string_append_c(json, ']');
    g_string_append(sql, " FROM pg_catalog.json_to_recordset(");
    pgs_text_append_literal(sql, json->str);
    g_string_append_printf(sql, ") AS pgs_row (%s))", types->str);
}

/* All in the table's own order, so that they make a row of its type. */
static void
append_rows(GString *sql, const PgsGridQuery *query, const PgsPiece *piece)
{
    if (query->generated->len == 0) {
        append_objects(sql, query, piece);
        return;
    }
    g_string_append(sql, "(SELECT " PGS_GRID_PLACE);
    for (guint i = 0; i < query->relation->columns->len; i++) {
        const PgsColumn *column = query->relation->columns->pdata[i];
        gboolean is_generated = g_ptr_array_find(query->generated, column, NULL);
        if (!is_generated && !is_given(query, column))
            continue;
        g_string_append(sql, ", ");
        if (is_generated)
            g_string_append_printf(sql, "CAST((%s) AS %s) AS %s", column->generated_sql,
                                   column->type_sql, column->quoted);
        else
            g_string_append(sql, column->quoted);
    }
    g_string_append(sql, " FROM ");
    append_objects(sql, query, piece);
    g_string_append(sql, " AS pgs_object)");
}

/* Each as one value of the table's own type, which functions that take a row are told apart by. */
static void
append_whole_rows(GString *sql, const PgsGridQuery *query, const PgsPiece *piece)
{
    g_string_append(sql, "(SELECT " PGS_GRID_PLACE ", CAST(ROW(");
    for (guint i = 0; i < query->relation->columns->len; i++) {
        const PgsColumn *column = query->relation->columns->pdata[i];
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    g_string_append_printf(sql, ") AS %s) AS pgs_row FROM ", query->relation->identity);
    append_rows(sql, query, piece);
    g_string_append(sql, " AS pgs_object) AS pgs_rows, LATERAL "
                         "pg_catalog.json_populate_record(pgs_rows.pgs_row, '{}')");
}

static char *
make_query(const PgsPiece *piece, gpointer data)
{
    const PgsGridQuery *query = data;
    g_autofree char *alias =
        pgs_connection_quote(pgs_bench_connection(query->bench), query->relation->name);
    GString *sql = g_string_new(NULL);
    append_rules(sql, query, piece->group);
    g_string_append(sql, " FROM ");
    if (query->is_whole)
        append_whole_rows(sql, query, piece);
    else
        append_rows(sql, query, piece);
    g_string_append_printf(sql, " AS %s", alias);
    return g_string_free(sql, FALSE);
}

/* ---- the answers ---- */

static void
answer(const PgsGridQuery *query, guint item, guint rule, PgsGridAnswer said)
{
    guint number = g_array_index(query->numbers, guint, item);
    ((PgsGridRow *)query->grid->rows->pdata[number])->answers[rule] = said;
}

static void
take_answers(const PgsPiece *piece, const PGresult *result, gpointer data)
{
    const PgsGridQuery *query = data;
    guint n_rules = piece->group == ALL_RULES ? query->grid->rules->len : 1;
    guint first = piece->group == ALL_RULES ? 0 : piece->group;
    for (int i = 0; i < PQntuples(result); i++) {
        guint place = (guint)strtoul(PQgetvalue(result, i, 0), NULL, 10);
        for (guint k = 0; k < n_rules; k++) {
            int column = (int)k + 1;
            PgsGridAnswer said = PGS_GRID_NULL;
            if (!PQgetisnull(result, i, column))
                said = *PQgetvalue(result, i, column) == 't' ? PGS_GRID_TRUE : PGS_GRID_FALSE;
            answer(query, place, first + k, said);
        }
    }
}

static void
add_piece(GArray *pieces, guint group, guint start, guint length)
{
    PgsPiece piece = {group, start, length};
    g_array_append_val(pieces, piece);
}

static void
give_up(const PgsGridQuery *query, const PgsPiece *piece)
{
    for (guint i = 0; i < piece->length; i++) {
        for (guint k = 0; k < query->grid->rules->len; k++) {
            if (piece->group == ALL_RULES || piece->group == k)
                answer(query, piece->start + i, k, PGS_GRID_ERROR);
        }
    }
}

/*
 * First each rule alone; then fewer and fewer rows.  What cannot even be parsed (class 42) is no
 * better for single rows, and what took all of the time once would take it again and again.
 */
static void
split_query(const PgsPiece *piece, const PgsFailure *failure, GArray *next, gpointer data)
{
    const PgsGridQuery *query = data;
    gboolean is_slow = strcmp(failure->sqlstate, "57014") == 0;
    gboolean is_unparsed = g_str_has_prefix(failure->sqlstate, "42") && failure->context == NULL;
    if (piece->group == ALL_RULES && !is_slow) {
        for (guint i = 0; i < query->grid->rules->len; i++)
            add_piece(next, i, piece->start, piece->length);
    } else if (is_slow || is_unparsed || !pgs_piece_split(piece, next)) {
        give_up(query, piece);
    }
}

gboolean
pgs_grid_query_run(PgsGridQuery *query, GError **error)
{
    static const PgsPieceFuncs funcs = {make_query, take_answers, split_query};
    g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(PgsPiece));
    if (query->objects->len > 0 && query->grid->rules->len > 0)
        add_piece(pieces, ALL_RULES, 0, query->objects->len);
    return pgs_pieces_run(query->bench, pieces, &funcs, query, error);
}

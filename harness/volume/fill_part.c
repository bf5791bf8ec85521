#include "volume/fill_part.h"

void
pgs_fill_part_free(PgsFillPart *part)
{
    if (part == NULL)
        return;
    g_ptr_array_unref(part->columns);
    g_ptr_array_unref(part->proposals);
    g_free(part);
}

const PgsColumnFill *
pgs_fill_part_choice(const PgsFillPart *part)
{
    return part->proposals->pdata[part->choice];
}

PgsFillPart *
pgs_fill_part_new(PgsFill *fill, const PgsColumn *column, gint64 rows, gboolean is_distinct,
                  GError **error)
{
    GPtrArray *proposals =
        pgs_column_fill_propose(fill->bench, fill->accepted, column, rows, is_distinct, error);
    if (proposals == NULL)
        return NULL;
    PgsFillPart *part = g_new0(PgsFillPart, 1);
    part->columns = g_ptr_array_new();
    g_ptr_array_add(part->columns, (gpointer)column);
    part->proposals = proposals;
    part->is_distinct = is_distinct;
    return part;
}

PgsFillPart *
pgs_fill_part_accepted(PgsFill *fill, const GPtrArray *columns)
{
    PgsFillPart *part = g_new0(PgsFillPart, 1);
    PgsColumnFill *fixed = pgs_column_fill_new();
    part->columns = g_ptr_array_new();
    part->proposals = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free);
    for (guint i = 0; i < columns->len; i++) {
        PgsValue value = pgs_draft_get(fill->accepted, columns->pdata[i]);
        g_autoptr(GString) sql = g_string_new(NULL);
        if (value.kind != PGS_VALUE_DEFAULT)
            pgs_value_append(sql, value);
        g_ptr_array_add(part->columns, columns->pdata[i]);
        g_ptr_array_add(fixed->columns, columns->pdata[i]);
        g_ptr_array_add(fixed->expressions, sql->len > 0 ? g_strdup(sql->str) : NULL);
    }
    fixed->n_distinct = 1;
    fixed->what = g_strdup("one value for all rows");
    g_ptr_array_add(part->proposals, fixed);
    return part;
}

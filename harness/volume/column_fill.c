#include "volume/column_fill.h"

PgsColumnFill *
pgs_column_fill_new(void)
{
    PgsColumnFill *fill = g_new0(PgsColumnFill, 1);
    fill->columns = g_ptr_array_new();
    fill->expressions = g_ptr_array_new_with_free_func(g_free);
    return fill;
}

void
pgs_column_fill_free(PgsColumnFill *fill)
{
    if (fill == NULL)
        return;
    g_ptr_array_unref(fill->columns);
    g_ptr_array_unref(fill->expressions);
    g_free(fill->what);
    g_free(fill);
}

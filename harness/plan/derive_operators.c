#include "plan/derive_operators.h"

#include "base/embedded.h"
#include "inventory/inventory_reader.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

struct _PgsOperators {
    GHashTable *by_class; /* OID → GPtrArray of PgsOperator */
    GPtrArray *none;
};

static void
operator_free(gpointer data)
{
    PgsOperator *item = data;
    g_free(item->name);
    g_free(item->sql);
    g_free(item->right_type);
    g_free(item->left_type);
    g_free(item);
}

void
pgs_operators_free(PgsOperators *operators)
{
    if (operators == NULL)
        return;
    g_hash_table_unref(operators->by_class);
    g_ptr_array_unref(operators->none);
    g_free(operators);
}

/* derive_operators.sql's columns */
enum {
    OPERATOR_CLASS,
    OPERATOR_NAME,
    OPERATOR_SQL,
    OPERATOR_STRATEGY,
    OPERATOR_IS_ORDER,
    OPERATOR_IS_ALIKE,
    OPERATOR_RIGHT_TYPE,
    OPERATOR_CATEGORY,
    OPERATOR_LEFT_TYPE,
};

static PgsOperator *
operator_new(const PGresult *result, int row)
{
    PgsOperator *item = g_new0(PgsOperator, 1);
    item->name = pgs_cell_copy(result, row, OPERATOR_NAME);
    item->sql = pgs_cell_copy(result, row, OPERATOR_SQL);
    item->strategy = (guint)pgs_cell_number(result, row, OPERATOR_STRATEGY);
    item->is_order = pgs_cell_flag(result, row, OPERATOR_IS_ORDER);
    item->is_alike = pgs_cell_flag(result, row, OPERATOR_IS_ALIKE);
    item->right_type = pgs_cell_copy(result, row, OPERATOR_RIGHT_TYPE);
    item->category = pgs_cell_char(result, row, OPERATOR_CATEGORY);
    item->left_type = pgs_cell_copy(result, row, OPERATOR_LEFT_TYPE);
    return item;
}

static void
add_operator(PgsOperators *operators, const PGresult *result, int row)
{
    gpointer class_oid = GUINT_TO_POINTER((guint)pgs_cell_number(result, row, OPERATOR_CLASS));
    GPtrArray *list = g_hash_table_lookup(operators->by_class, class_oid);
    if (list == NULL) {
        list = g_ptr_array_new_with_free_func(operator_free);
        g_hash_table_insert(operators->by_class, class_oid, list);
    }
    g_ptr_array_add(list, operator_new(result, row));
}

static char *
class_list(const PgsIndexes *indexes)
{
    GString *list = g_string_new("{");
    const GPtrArray *all = pgs_indexes_all(indexes);
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *index = all->pdata[i];
        for (guint k = 0; k < index->keys->len; k++) {
            const PgsIndexKey *key = index->keys->pdata[k];
            g_string_append_printf(list, "%s%u", list->len > 1 ? "," : "", key->opclass);
        }
    }
    g_string_append_c(list, '}');
    return g_string_free(list, FALSE);
}

PgsOperators *
pgs_operators_read(PgsConnection *connection, const PgsIndexes *indexes, GError **error)
{
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_plan_files, "derive_operators.sql"),
                         pgs_connection_version(connection));
    g_autofree char *list = class_list(indexes);
    const char *parameter = list;
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 1, &parameter, NULL, error);
    if (result == NULL)
        return NULL;
    PgsOperators *operators = g_new0(PgsOperators, 1);
    operators->by_class =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    operators->none = g_ptr_array_new();
    for (int i = 0; i < PQntuples(result); i++)
        add_operator(operators, result, i);
    return operators;
}

const GPtrArray *
pgs_operators_of(const PgsOperators *operators, const PgsIndexKey *key)
{
    const GPtrArray *list =
        g_hash_table_lookup(operators->by_class, GUINT_TO_POINTER(key->opclass));
    return list != NULL ? list : operators->none;
}

const PgsOperator *
pgs_operators_strategy(const PgsOperators *operators, const PgsIndexKey *key, guint strategy)
{
    const GPtrArray *list = pgs_operators_of(operators, key);
    for (guint i = 0; i < list->len; i++) {
        const PgsOperator *item = list->pdata[i];
        if (item->is_alike && item->strategy == strategy)
            return item;
    }
    return NULL;
}

const PgsOperator *
pgs_operators_named(const PgsOperators *operators, const PgsIndexKey *key, const char *name)
{
    const GPtrArray *list = pgs_operators_of(operators, key);
    for (guint i = 0; i < list->len; i++) {
        const PgsOperator *item = list->pdata[i];
        if (strcmp(item->name, name) == 0)
            return item;
    }
    return NULL;
}

#include "volume/column_predicate.h"

#include "base/text.h"
#include "values/mine.h"
#include "volume/column_spread.h"
#include "volume/distribution.h"

#include <string.h>

#define MEMORY "volume.predicates"

#define MOSTLY 0.97

/* Of a partial index. */
typedef struct {
    char *text;
    gboolean is_unique;
} Predicate;

static void
predicate_free(gpointer data)
{
    Predicate *predicate = data;
    g_free(predicate->text);
    g_free(predicate);
}

const PgsIndexes *
pgs_volume_indexes(PgsBench *bench, GError **error)
{
    PgsIndexes *indexes = pgs_bench_recall(bench, "volume.indexes");
    if (indexes != NULL)
        return indexes;
    indexes = pgs_indexes_read(pgs_bench_connection(bench), pgs_bench_inventory(bench), error);
    if (indexes != NULL)
        pgs_bench_remember(bench, "volume.indexes", indexes, (GDestroyNotify)pgs_indexes_free);
    return indexes;
}

/* relation's OID → GPtrArray of Predicate. */
static GHashTable *
recall_predicates(PgsBench *bench, GError **error)
{
    GHashTable *known = pgs_bench_recall(bench, MEMORY);
    if (known != NULL)
        return known;
    const PgsIndexes *indexes = pgs_volume_indexes(bench, error);
    if (indexes == NULL)
        return NULL;
    const GPtrArray *all = pgs_indexes_all(indexes);
    known = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *index = all->pdata[i];
        gpointer key = GUINT_TO_POINTER(index->relation_oid);
        GPtrArray *predicates = g_hash_table_lookup(known, key);
        if (index->predicate == NULL)
            continue;
        if (predicates == NULL) {
            predicates = g_ptr_array_new_with_free_func(predicate_free);
            g_hash_table_insert(known, key, predicates);
        }
        Predicate *predicate = g_new0(Predicate, 1);
        predicate->text = g_strdup(index->predicate);
        predicate->is_unique = index->unique;
        g_ptr_array_add(predicates, predicate);
    }
    pgs_bench_remember(bench, MEMORY, known, (GDestroyNotify)g_hash_table_unref);
    return known;
}

/* ---- what they say ---- */

static void
take_text(PgsColumnPredicates *predicates, const char *text)
{
    if (!g_ptr_array_find_with_equal_func(predicates->texts, text, g_str_equal, NULL))
        g_ptr_array_add(predicates->texts, g_strdup(text));
}

/* "status = 'failed'", "attempts > 3", one element of "kind = ANY ('{a,b}')". */
static void
take_saying(PgsColumnPredicates *predicates, const PgsColumn *column, const PgsSaying *saying)
{
    if (g_strcmp0(saying->column, column->name) != 0 || saying->steps->len > 0 ||
        saying->kind != PGS_SAYING_COMPARED || saying->text == NULL || saying->operator== NULL)
        return;
    if (g_str_equal(saying->operator, "="))
        take_text(predicates, saying->text);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_printf(sql, "(%s OPERATOR(pg_catalog.%s) ", column->quoted, saying->operator);
    pgs_text_append_literal(sql, saying->text);
    g_string_append_c(sql, ')');
    g_ptr_array_add(predicates->conditions, g_strdup(sql->str));
    g_ptr_array_add(predicates->constants, g_strdup(saying->text));
}

/* As pg_get_expr() prints a boolean column within a condition. */
static void
take_truth(PgsColumnPredicates *predicates, const PgsColumn *column, const char *predicate)
{
    static const struct {
        const char *before, *behind;
        gboolean wants_true;
    } forms[] = {
        {"NOT ", "", FALSE},         {"", " = false", FALSE}, {"", " IS FALSE", FALSE},
        {"", " IS NOT TRUE", FALSE}, {"", " = true", TRUE},   {"", " IS TRUE", TRUE},
        {"", " IS NOT FALSE", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *form =
            g_strdup_printf("%s%s%s", forms[i].before, column->quoted, forms[i].behind);
        if (strstr(predicate, form) == NULL)
            continue;
        *(forms[i].wants_true ? &predicates->wants_true : &predicates->wants_false) = TRUE;
        return;
    }
    predicates->wants_true = TRUE;
}

static void
take_predicate(PgsColumnPredicates *predicates, PgsBench *bench, const PgsColumn *column,
               const Predicate *predicate)
{
    g_autoptr(PgsMined) mined = pgs_mine_expression(pgs_bench_inventory(bench), predicate->text);
    const PgsType *type = pgs_type_base(column->type);
    gboolean is_named = FALSE;
    for (guint i = 0; i < mined->sayings->len; i++) {
        const PgsSaying *saying = mined->sayings->pdata[i];
        is_named = is_named || g_strcmp0(saying->column, column->name) == 0;
        if (type->category != 'B')
            take_saying(predicates, column, saying);
    }
    if (is_named && type->category == 'B')
        take_truth(predicates, column, predicate->text);
    /* As pg_get_expr() prints it, alone or among others. */
    g_autofree char *null_test = g_strdup_printf("(%s IS NULL)", column->quoted);
    predicates->is_unique_null =
        predicates->is_unique_null || (predicate->is_unique && strstr(predicate->text, null_test));
}

PgsColumnPredicates *
pgs_column_predicates_read(PgsBench *bench, const PgsRelation *relation, const PgsColumn *column,
                           GError **error)
{
    GHashTable *known = recall_predicates(bench, error);
    if (known == NULL)
        return NULL;
    PgsColumnPredicates *predicates = g_new0(PgsColumnPredicates, 1);
    predicates->conditions = g_ptr_array_new_with_free_func(g_free);
    predicates->constants = g_ptr_array_new_with_free_func(g_free);
    predicates->texts = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *of = g_hash_table_lookup(known, GUINT_TO_POINTER(relation->oid));
    for (guint i = 0; of != NULL && i < of->len; i++)
        take_predicate(predicates, bench, column, of->pdata[i]);
    return predicates;
}

void
pgs_column_predicates_free(PgsColumnPredicates *predicates)
{
    if (predicates == NULL)
        return;
    g_ptr_array_unref(predicates->conditions);
    g_ptr_array_unref(predicates->constants);
    g_ptr_array_unref(predicates->texts);
    g_free(predicates);
}

/* ---- NULLs ---- */

double
pgs_column_null_share(const PgsColumn *column, const PgsColumnPredicates *predicates)
{
    /* What marks a row as out of use, or as one that something went wrong with. */
    static const char names[] =
        " deleted removed archived discarded trashed revoked cancelled canceled disabled suspended"
        " deactivated banned blocked locked withdrawn terminated voided rejected failed failure"
        " error ";
    gboolean is_exception = predicates->is_unique_null || pgs_spread_name_has(column->name, names);
    /* A flag says it by being true or false. */
    return is_exception && pgs_type_base(column->type)->category != 'B' ? MOSTLY : PGS_FILL_RARE;
}

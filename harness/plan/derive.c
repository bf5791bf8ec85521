#include "plan/derive_index.h"

#include "base/text.h"
#include "inventory/inventory_reader.h"
#include "inventory/sandbox.h"

#include <string.h>

enum {
    FEW_ROWS = 1000, /* below, a table is so few pages that any plan costs the same */
};

/* ---- the end ---- */

static void
unasked_free(gpointer data)
{
    PgsUnasked *unasked = data;
    g_free(unasked->reason);
    g_free(unasked);
}

static PgsDerived *
derived_new(void)
{
    PgsDerived *derived = g_new0(PgsDerived, 1);
    derived->questions = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_question_free);
    derived->without = g_ptr_array_new_with_free_func(unasked_free);
    return derived;
}

void
pgs_derived_free(PgsDerived *derived)
{
    if (derived == NULL)
        return;
    g_ptr_array_unref(derived->questions);
    g_ptr_array_unref(derived->without);
    g_free(derived);
}

/* ---- words ---- */

char *
pgs_derive_key_sql(const PgsIndexKey *key)
{
    return key->collation_sql != NULL
               ? g_strdup_printf("(%s COLLATE %s)", key->sql, key->collation_sql)
               : g_strdup(key->sql);
}

char *
pgs_derive_key_title(const char *what, const PgsIndex *index, guint i)
{
    const PgsIndexKey *key = index->keys->pdata[i];
    return g_strdup_printf(key->column != NULL ? "%s %s.%s" : "%s %s (%s)", what,
                           index->relation_name, key->sql);
}

char *
pgs_derive_keys_title(const PgsIndex *index, guint n)
{
    GString *title = g_string_new(index->relation_name);
    g_string_append(title, " (");
    for (guint i = 0; i < n; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        g_string_append_printf(title, "%s%s", i > 0 ? ", " : "", key->sql);
    }
    g_string_append_c(title, ')');
    return g_string_free(title, FALSE);
}

void
pgs_derive_say(PgsDeriving *deriving, const char *format, ...)
{
    if (deriving->reason != NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    deriving->reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

/* ---- questions ---- */

PgsInquiry *
pgs_derive_inquiry(const PgsDeriving *deriving)
{
    return pgs_inquiry_new(deriving->connection, deriving->from, deriving->index->predicate);
}

gboolean
pgs_derive_pick(const PgsDeriving *deriving, const char *condition, const char *key_sql,
                PgsPick pick, char **value, GError **error)
{
    const char *aside[] = {deriving->aside, NULL};
    *value = NULL;
    for (guint i = deriving->aside != NULL ? 0 : 1; i < G_N_ELEMENTS(aside) && *value == NULL;
         i++) {
        g_autofree char *both = aside[i] != NULL && condition != NULL
                                    ? g_strdup_printf("%s AND %s", condition, aside[i])
                                    : g_strdup(aside[i] != NULL ? aside[i] : condition);
        if (!pgs_parameter_pick(deriving->connection, deriving->from, key_sql, both, pick, value,
                                error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_derive_mean(const PgsDeriving *deriving, const GPtrArray *keys, const char *condition,
                double *mean, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL), where = g_string_new(condition);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = keys->pdata[i];
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", key);
        g_string_append_printf(where, "%s(%s) IS NOT NULL", where->len > 0 ? " AND " : "", key);
    }
    g_autofree char *values = g_strdup_printf("(SELECT DISTINCT %s FROM %s WHERE %s) AS pgs_values",
                                              list->str, deriving->from, where->str);
    gint64 n = pgs_inquiry_count_rows(deriving->connection, values, NULL, error);
    gint64 rows = n == G_MININT64 ? n
                                  : pgs_inquiry_count_rows(deriving->connection, deriving->from,
                                                           where->str, error);
    *mean = n > 0 ? (double)rows / (double)n : 0;
    return rows != G_MININT64;
}

/* What INCLUDE adds is there to be read from the index alone. */
static char *
select_list(const PgsIndex *index)
{
    if (index->included->len == 0)
        return g_strdup("*");
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", key->sql);
    }
    for (guint i = 0; i < index->included->len; i++)
        g_string_append_printf(list, ", %s", (const char *)index->included->pdata[i]);
    return g_string_free(list, FALSE);
}

void
pgs_derive_add(PgsDeriving *deriving, PgsQuestionKind kind, const PgsInquiry *inquiry,
               const char *tail, char *title)
{
    g_autofree char *list = select_list(deriving->index);
    PgsQuestion *question = pgs_question_new(kind, deriving->index);
    question->title = title;
    question->sql =
        g_strdup_printf("SELECT %s FROM %s%s%s%s", list, inquiry->from,
                        inquiry->where->len > 0 ? " WHERE " : "", inquiry->where->str, tail);
    for (guint i = 0; i < inquiry->values->len; i++)
        g_ptr_array_add(question->parameters, g_strdup(inquiry->values->pdata[i]));
    g_ptr_array_add(deriving->questions, question);
}

/* The greatest share of a partition's rows that it finds: each is read by a plan of its own. */
#define SHARE_SQL                                                                                  \
    "SELECT coalesce(pg_catalog.max(f.n / w.n), 0) FROM (SELECT x.tableoid, "                      \
    "pg_catalog.count(*)::pg_catalog.float8 AS n FROM %s AS x GROUP BY x.tableoid) AS w JOIN "     \
    "(SELECT tableoid, pg_catalog.count(*) AS n FROM %s WHERE %s GROUP BY tableoid) AS f "         \
    "ON f.tableoid = w.tableoid"

static gboolean
find_share(const PgsDeriving *deriving, const PgsInquiry *inquiry, gint64 n, double *share,
           GError **error)
{
    *share = (double)n / (double)deriving->rows;
    if (deriving->n_parts < 2 || inquiry->literal->len == 0)
        return TRUE;
    g_autofree char *value = NULL;
    g_autofree char *sql =
        g_strdup_printf(SHARE_SQL, deriving->from, deriving->from, inquiry->literal->str);
    if (!pgs_connection_value(deriving->connection, sql, &value, error))
        return FALSE;
    *share = g_ascii_strtod(value, NULL);
    return TRUE;
}

gboolean
pgs_derive_is_fair(PgsDeriving *deriving, const PgsInquiry *inquiry, const char *what,
                   gboolean *fair, GError **error)
{
    double share;
    gint64 n = pgs_inquiry_count(inquiry, error);
    if (n == G_MININT64 || !find_share(deriving, inquiry, n, &share, error))
        return FALSE;
    *fair = share <= PGS_DERIVE_MOST;
    if (!*fair)
        pgs_derive_say(deriving,
                       "%s finds %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                       " rows (%.0f %%%s): so many are read as well without an index",
                       what, n, deriving->rows, 100 * share,
                       deriving->n_parts > 1 ? " of a partition" : "");
    return TRUE;
}

gboolean
pgs_derive_add_fair(PgsDeriving *deriving, PgsQuestionKind kind, const PgsInquiry *inquiry,
                    char *title, const char *what, GError **error)
{
    g_autofree char *owned = title;
    gboolean fair;
    if (!pgs_derive_is_fair(deriving, inquiry, what, &fair, error))
        return FALSE;
    if (fair)
        pgs_derive_add(deriving, kind, inquiry, "", g_steal_pointer(&owned));
    return TRUE;
}

/* The rows of a partial index, when they are few: unless another one finds them as well, and this
 * one is there for its keys. */
static gboolean
add_predicate(PgsDeriving *deriving, GError **error)
{
    const PgsIndex *index = deriving->index;
    if (index->predicate == NULL || pgs_rival_by_predicate(deriving) != NULL ||
        (deriving->questions->len > deriving->n_before &&
         pgs_rival_for_predicate(deriving) != NULL))
        return TRUE;
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    return pgs_derive_add_fair(
        deriving, PGS_QUESTION_PREDICATE, inquiry,
        g_strdup_printf("rows of %s that fulfil %s", index->relation_name, index->predicate),
        "its predicate", error);
}

/* ---- one index ---- */

static void
row_count_free(gpointer data)
{
    PgsRowCount *count = data;
    g_free(count->part);
    g_free(count);
}

/* A table that is not partitioned is its own one part. */
#define COUNT_SQL                                                                                  \
    "SELECT coalesce(pg_catalog.sum(p.n), 0), pg_catalog.count(*), coalesce(pg_catalog.min(p.n), " \
    "0), (pg_catalog.array_agg(p.part ORDER BY p.n, p.part COLLATE pg_catalog.\"C\"))[1] FROM "    \
    "(SELECT pg_catalog.count(*) AS n, x.tableoid::pg_catalog.regclass::pg_catalog.text AS part "  \
    "FROM %s AS x GROUP BY x.tableoid) AS p"

static const PgsRowCount *
find_count(const PgsDeriving *deriving, GError **error)
{
    PgsRowCount *count = g_hash_table_lookup(deriving->counts, deriving->from);
    if (count != NULL)
        return count;
    g_autofree char *sql = g_strdup_printf(COUNT_SQL, deriving->from);
    g_autoptr(PGresult) result =
        pgs_connection_query(deriving->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return NULL;
    count = g_new0(PgsRowCount, 1);
    count->rows = pgs_cell_number(result, 0, 0);
    count->n_parts = pgs_cell_number(result, 0, 1);
    count->fewest = pgs_cell_number(result, 0, 2);
    count->part = pgs_cell_copy(result, 0, 3);
    g_hash_table_insert(deriving->counts, g_strdup(deriving->from), count);
    return count;
}

/* Whether there are so many that an index could pay; if not, why is said. */
static gboolean
has_many_rows(PgsDeriving *deriving, const PgsRowCount *count)
{
    if (count->fewest >= FEW_ROWS)
        return TRUE;
    g_autofree char *rows = pgs_text_count((guint64)count->rows, "row", NULL);
    g_autofree char *fewest = pgs_text_count((guint64)count->fewest, "row", NULL);
    if (count->n_parts <= 1)
        pgs_derive_say(deriving, "%s holds %s: below %d, reading all of them costs no more",
                       deriving->index->relation_sql, rows, FEW_ROWS);
    else
        pgs_derive_say(deriving,
                       "%s holds %s in %" G_GINT64_FORMAT
                       " partitions, and %s but %s: below %d, reading all of them costs no more",
                       deriving->index->relation_sql, rows, count->n_parts, count->part, fewest,
                       FEW_ROWS);
    return FALSE;
}

/* Of those that fulfil its predicate, *any: whether there is one. */
static gboolean
count_indexed(PgsDeriving *deriving, gboolean *any, GError **error)
{
    const PgsIndex *index = deriving->index;
    deriving->n_indexed =
        index->predicate == NULL
            ? deriving->rows
            : pgs_inquiry_count_rows(deriving->connection, deriving->from, index->predicate, error);
    *any = deriving->n_indexed > 0;
    if (deriving->n_indexed == 0)
        pgs_derive_say(deriving,
                       "none of the %" G_GINT64_FORMAT " rows of %s fulfils its predicate %s",
                       deriving->rows, index->relation_sql, index->predicate);
    return deriving->n_indexed != G_MININT64;
}

static gboolean
derive_by_method(PgsDeriving *deriving, GError **error)
{
    static const struct {
        const char *method;
        gboolean (*derive)(PgsDeriving *deriving, GError **error);
    } methods[] = {
        {"btree", pgs_derive_btree},
        {"hash", pgs_derive_btree},
        {"brin", pgs_derive_brin},
    };
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (strcmp(deriving->index->method, methods[i].method) == 0)
            return methods[i].derive(deriving, error);
    }
    return pgs_derive_search(deriving, error);
}

/* A question that is no more than one. */
static void
add_any(PgsDeriving *deriving)
{
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    pgs_derive_add(deriving, PGS_QUESTION_EQUALITY, inquiry, "",
                   g_strdup_printf("rows of %s", deriving->index->relation_name));
}

static gboolean
derive_questions(PgsDeriving *deriving, GError **error)
{
    const PgsRowCount *count = find_count(deriving, error);
    if (count == NULL)
        return FALSE;
    deriving->rows = count->rows;
    deriving->n_parts = count->n_parts;
    deriving->fewest = count->fewest;
    gboolean any;
    /* What was left INVALID is useless whatever rows there are. */
    if (!deriving->index->valid && count->fewest < FEW_ROWS) {
        add_any(deriving);
        return TRUE;
    }
    if (!has_many_rows(deriving, count))
        return TRUE;
    if (!count_indexed(deriving, &any, error))
        return FALSE;
    return !any || (pgs_rival_aside(deriving, &deriving->aside, error) &&
                    derive_by_method(deriving, error) && add_predicate(deriving, error) &&
                    pgs_derive_references(deriving, error));
}

/* What the server refuses to tell (rights, a materialized view without rows) is the reason. */
static gboolean
derive_index(PgsDeriving *deriving, GError **error)
{
    g_auto(PgsSandbox) sandbox = {0};
    if (!pgs_sandbox_begin(&sandbox, deriving->connection,
                           "SET LOCAL search_path = ''; SET LOCAL jit = off", error))
        return FALSE;
    GError *local = NULL;
    if (derive_questions(deriving, &local))
        return TRUE;
    if (!g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT) &&
        !g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT)) {
        g_propagate_error(error, local);
        return FALSE;
    }
    g_clear_pointer(&deriving->reason, g_free);
    g_auto(GStrv) lines = g_strsplit(local->message, "\n", 2);
    pgs_derive_say(deriving, "its rows cannot be asked: %s", lines[0]);
    g_error_free(local);
    return TRUE;
}

/* A plain table that others inherit from is asked alone: they have indexes of their own. */
static char *
from_clause(const PgsIndex *index)
{
    gboolean is_alone = index->relation != NULL && index->relation->kind == 'r' &&
                        index->relation->children->len > 0;
    return g_strconcat(is_alone ? "ONLY " : "", index->relation_sql, NULL);
}

static gboolean
add_index(PgsDerived *derived, PgsDeriving *deriving, GError **error)
{
    deriving->n_before = derived->questions->len;
    deriving->from = from_clause(deriving->index);
    gboolean ok = derive_index(deriving, error);
    if (ok && derived->questions->len == deriving->n_before) {
        PgsUnasked *unasked = g_new0(PgsUnasked, 1);
        unasked->index = deriving->index;
        unasked->reason =
            g_strdup(deriving->reason != NULL ? deriving->reason : "nothing is known to ask of it");
        g_ptr_array_add(derived->without, unasked);
    }
    g_clear_pointer(&deriving->from, g_free);
    g_clear_pointer(&deriving->aside, g_free);
    g_clear_pointer(&deriving->reason, g_free);
    return ok;
}

PgsDerived *
pgs_plan_derive(PgsBench *bench, const PgsIndexes *indexes, GHashTable *only, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(bench);
    g_autoptr(PgsOperators) operators = pgs_operators_read(connection, indexes, error);
    if (operators == NULL)
        return NULL;
    g_autoptr(GHashTable) counts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_count_free);
    g_autoptr(PgsDerived) derived = derived_new();
    const GPtrArray *all = pgs_indexes_all(indexes);
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *index = all->pdata[i];
        if (index->parent != NULL || (only != NULL && !g_hash_table_contains(only, index)))
            continue;
        PgsDeriving deriving = {
            .connection = connection,
            .indexes = indexes,
            .operators = operators,
            .counts = counts,
            .index = index,
            .questions = derived->questions,
        };
        if (!add_index(derived, &deriving, error))
            return NULL;
    }
    return g_steal_pointer(&derived);
}

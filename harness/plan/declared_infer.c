#include "plan/declared_infer.h"
#include "base/text.h"
#include "plan/derive_inquiry.h"
#include "plan/parameter_uses.h"
#include "plan/planning_state.h"
#include "project/names.h"

#include <string.h>

/* Of a table's rows, so that an index is worth it. */
#define SHARE 0.005
/* Of those: what more rows have is not the rarest value (derive_index.h: PGS_DERIVE_MOST). */
#define FEW_SHARE 0.08

/* What a column is called by the server. */
typedef struct {
    char *relation;   /* "public.users" */
    char *column;     /* as SQL: "email" */
    char *expression; /* over it: "email", "lower(email)" */
} Place;

static void
place_clear(Place *place)
{
    g_free(place->relation);
    g_free(place->column);
    g_free(place->expression);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

typedef struct {
    PgsPlanning *planning;
    const GPtrArray *uses;
    const PgsParameterUse *use;
    const Place *place;
    const PgsPlanQuery *query;
} Inference;

typedef gboolean (*InferFunc)(const Inference *inference, char **value, GError **error);

/* ---- where the column is ---- */

/* Of a column without a table every table of the statement may be the one. */
static GPtrArray *
candidates(PgsPlanning *planning, const PgsPlanQuery *query, const PgsParameterUse *use)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    if (use->table != NULL) {
        g_ptr_array_add(names, pgs_planning_spell(planning, use->schema, use->table));
        return names;
    }
    g_autoptr(GPtrArray) tables = pgs_statement_tables(query->sql);
    for (guint i = 0; i < tables->len; i++) {
        const PgsStatementTable *table = tables->pdata[i];
        g_ptr_array_add(names, pgs_planning_spell(planning, table->schema, table->name));
    }
    return names;
}

/* TRUE with an empty place: none, or several, have it. */
static gboolean
find_place(PgsPlanning *planning, const PgsPlanQuery *query, const PgsParameterUse *use,
           Place *place, GError **error)
{
    if (use->column == NULL)
        return TRUE;
    g_autoptr(GPtrArray) names = candidates(planning, query, use);
    g_autofree char *sql = pgs_planning_sql(planning, "column_place.sql");
    g_autofree char *array = pgs_planning_array(names);
    const char *parameters[] = {array, use->column};
    g_autoptr(PGresult) rows =
        pgs_connection_query(planning->connection, PGS_SHAPE_ANY, sql, 2, parameters, NULL, error);
    if (rows != NULL && PQntuples(rows) == 1) {
        place->relation = g_strdup(PQgetvalue(rows, 0, 0));
        place->column = g_strdup(PQgetvalue(rows, 0, 1));
        place->expression =
            g_strdup(use->expression != NULL ? use->expression : PQgetvalue(rows, 0, 1));
    }
    return rows != NULL;
}

/* ---- by what it is compared with ---- */

static gboolean
pick(const Inference *inference, const char *expression, const char *where, PgsPick which,
     char **value, GError **error)
{
    return pgs_parameter_pick(inference->planning->connection, inference->place->relation,
                              expression, where, which, value, error);
}

/* A partial index of few rows, by a predicate on the column, that the query does not name. */
static gboolean
is_for_others(const Inference *inference, const PgsIndex *index, gboolean *yes, GError **error)
{
    PgsConnection *connection = inference->planning->connection;
    const char *relation = inference->place->relation;
    *yes = FALSE;
    if (!index->valid || strcmp(index->relation_sql, relation) != 0 ||
        !pgs_index_predicate_has(index, inference->place->column))
        return TRUE;
    for (char **name = inference->query->indexes; *name != NULL; name++) {
        if (pgs_indexes_find(inference->planning->indexes, *name, NULL) == index)
            return TRUE;
    }
    gint64 all = pgs_inquiry_count_rows(connection, relation, NULL, error);
    gint64 few = all == G_MININT64
                     ? all
                     : pgs_inquiry_count_rows(connection, relation, index->predicate, error);
    *yes = few != G_MININT64 && (double)few <= FEW_SHARE * (double)all;
    return few != G_MININT64;
}

/* The rows that no such index is for; NULL: there is no such index.  Whether its value would be the
 * rarest one is chance, and it would win. */
static gboolean
rows_aside(const Inference *inference, char **where, GError **error)
{
    const GPtrArray *all = pgs_indexes_all(inference->planning->indexes);
    g_autoptr(GString) condition = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *index = all->pdata[i];
        gboolean yes;
        if (!is_for_others(inference, index, &yes, error))
            return FALSE;
        if (yes)
            g_string_append_printf(condition, "%s(%s) IS NOT TRUE",
                                   condition->len > 0 ? " AND " : "", index->predicate);
    }
    *where = condition->len > 0 ? g_strdup(condition->str) : NULL;
    return TRUE;
}

static gboolean
infer_rare(const Inference *inference, char **value, GError **error)
{
    const char *expression = inference->place->expression;
    g_autofree char *where = NULL;
    if (!rows_aside(inference, &where, error) ||
        (where != NULL && !pick(inference, expression, where, PGS_PICK_RARE, value, error)))
        return FALSE;
    return *value != NULL || pick(inference, expression, NULL, PGS_PICK_RARE, value, error);
}

static gboolean
infer_common(const Inference *inference, char **value, GError **error)
{
    return pick(inference, inference->place->expression, NULL, PGS_PICK_COMMON, value, error);
}

/* A value that holds something: what is empty is in all of them. */
static gboolean
infer_contained(const Inference *inference, char **value, GError **error)
{
    const char *expression = inference->place->expression;
    g_autofree char *where = g_strdup_printf(
        "(%s)::pg_catalog.text NOT IN ('{}', '[]', 'null', 'empty', '')", expression);
    return pick(inference, expression, where, PGS_PICK_RARE, value, error);
}

static gboolean
infer_element(const Inference *inference, char **value, GError **error)
{
    g_autofree char *elements =
        g_strdup_printf("pg_catalog.unnest(%s)", inference->place->expression);
    return pick(inference, elements, NULL, PGS_PICK_RARE, value, error);
}

char *
pgs_declared_array_of(const char *text)
{
    g_autoptr(GPtrArray) elements = g_ptr_array_new();
    g_ptr_array_add(elements, (gpointer)text);
    return pgs_planning_array(elements);
}

static void
make_array(char **value)
{
    g_autofree char *element = g_steal_pointer(value);
    if (element != NULL)
        *value = pgs_declared_array_of(element);
}

static gboolean
infer_any(const Inference *inference, char **value, GError **error)
{
    gboolean ok = infer_rare(inference, value, error);
    make_array(value);
    return ok;
}

static gboolean
infer_all(const Inference *inference, char **value, GError **error)
{
    gboolean ok = infer_common(inference, value, error);
    make_array(value);
    return ok;
}

/* Whether another parameter bounds the same expression on the other side. */
static gboolean
has_other_bound(const Inference *inference, char side)
{
    const PgsParameterUse *use = inference->use;
    for (guint i = 0; i < inference->uses->len; i++) {
        const PgsParameterUse *other = inference->uses->pdata[i];
        if (other != use && other->comparison != NULL && other->comparison[0] == side &&
            strlen(other->comparison) <= 2 && strcmp(other->comparison, "<>") != 0 &&
            strcmp(other->comparison, "<@") != 0 && g_strcmp0(other->schema, use->schema) == 0 &&
            g_strcmp0(other->table, use->table) == 0 &&
            g_strcmp0(other->column, use->column) == 0 &&
            g_strcmp0(other->expression, use->expression) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Of a bound that leaves itself out, the next value, where both bounds are the same one. */
static gboolean
infer_beyond(const Inference *inference, char **value, GError **error)
{
    const Place *place = inference->place;
    const char *comparison = inference->use->comparison;
    gboolean is_lower = comparison[0] == '>';
    if (*value == NULL || comparison[1] != '\0')
        return TRUE;
    g_autofree char *literal = pgs_text_literal(*value), *next = NULL;
    g_autofree char *where =
        g_strdup_printf("(%s) %c %s", place->expression, is_lower ? '<' : '>', literal);
    if (!pgs_parameter_edge(inference->planning->connection, place->relation, place->expression,
                            where, 0, is_lower, &next, error))
        return FALSE;
    if (next != NULL) {
        g_free(*value);
        *value = g_steal_pointer(&next);
    }
    return TRUE;
}

static gboolean
infer_bound(const Inference *inference, char **value, GError **error)
{
    gboolean is_lower = inference->use->comparison[0] == '>';
    const Place *place = inference->place;
    PgsConnection *connection = inference->planning->connection;
    if (!has_other_bound(inference, is_lower ? '<' : '>'))
        return pgs_parameter_edge(connection, place->relation, place->expression, NULL, SHARE,
                                  is_lower, value, error);
    g_autofree char *low = NULL, *high = NULL;
    if (!pgs_parameter_range(connection, place->relation, place->expression, NULL, SHARE, &low,
                             &high, error))
        return FALSE;
    *value = g_strdup(is_lower ? low : high);
    return g_strcmp0(low, high) != 0 || infer_beyond(inference, value, error);
}

/* special: characters that a backslash takes the meaning from. */
static gboolean
infer_beginning(const Inference *inference, const char *before, const char *special,
                const char *behind, char **value, GError **error)
{
    g_autofree char *prefix = NULL;
    const Place *place = inference->place;
    if (!pgs_parameter_prefix(inference->planning->connection, place->relation, place->expression,
                              NULL, SHARE, &prefix, error))
        return FALSE;
    if (prefix == NULL)
        return TRUE;
    GString *text = g_string_new(before);
    for (const char *at = prefix; *at != '\0'; at++) {
        if (strchr(special, *at) != NULL)
            g_string_append_c(text, '\\');
        g_string_append_c(text, *at);
    }
    g_string_append(text, behind);
    *value = g_string_free(text, FALSE);
    return TRUE;
}

static gboolean
infer_pattern(const Inference *inference, char **value, GError **error)
{
    return infer_beginning(inference, "", "%_\\", "%", value, error);
}

static gboolean
infer_prefix(const Inference *inference, char **value, GError **error)
{
    return infer_beginning(inference, "", "%_\\", "", value, error);
}

static gboolean
infer_plain_prefix(const Inference *inference, char **value, GError **error)
{
    return infer_beginning(inference, "", "", "", value, error);
}

static gboolean
infer_regular(const Inference *inference, char **value, GError **error)
{
    return infer_beginning(inference, "^", ".*+?()[]{}|^$\\", "", value, error);
}

static const struct {
    const char *comparison;
    InferFunc function;
} ways[] = {
    {"=", infer_rare},        {"ANY", infer_any},         {"ELEMENT", infer_element},
    {"<", infer_bound},       {"<=", infer_bound},        {">", infer_bound},
    {">=", infer_bound},      {"~~", infer_pattern},      {"~~*", infer_pattern},
    {"PREFIX", infer_prefix}, {"^@", infer_plain_prefix}, {"~", infer_regular},
    {"~*", infer_regular},    {"@>", infer_contained},    {"<@", infer_contained},
    {"&&", infer_contained},  {"<->", infer_rare},        {"<>", infer_common},
    {"ALL", infer_all},       {"SET", infer_common},      {"~~=", infer_rare},
};

static InferFunc
function_of(const char *comparison)
{
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (g_strcmp0(comparison, ways[i].comparison) == 0)
            return ways[i].function;
    }
    return NULL;
}

/* ---- the whole ---- */

/* LIMIT and OFFSET; NULL: another. */
static const char *
constant_of(const char *comparison)
{
    return g_strcmp0(comparison, "LIMIT") == 0    ? "10"
           : g_strcmp0(comparison, "OFFSET") == 0 ? "0"
                                                  : NULL;
}

static gboolean
ask(const Inference *inference, InferFunc function, PgsDeclared *declared, GError **error)
{
    g_autofree char *value = NULL;
    g_autoptr(GError) local = NULL;
    const PgsParameterUse *use = inference->use;
    if (!function(inference, &value, &local)) {
        if (pgs_planning_is_fatal(inference->planning, local)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        g_autofree char *line = g_strdelimit(g_strdup(local->message), "\n", ' ');
        pgs_declared_reject(declared, TRUE,
                            "no value for $%u could be picked: %s; " PGS_DECLARED_HOW, use->number,
                            line);
    } else if (value == NULL) {
        pgs_declared_reject(declared, FALSE,
                            "no value for $%u could be picked: %s holds none for "
                            "%s; " PGS_DECLARED_HOW,
                            use->number, inference->place->relation, inference->place->expression);
    } else {
        g_ptr_array_add(declared->values, g_steal_pointer(&value));
    }
    return TRUE;
}

gboolean
pgs_declared_infer(PgsPlanning *planning, const PgsPlanQuery *query, const GPtrArray *uses, guint i,
                   PgsDeclared *declared, GError **error)
{
    const PgsParameterUse *use = uses->pdata[i];
    const char *constant = constant_of(use->comparison);
    if (constant != NULL) {
        g_ptr_array_add(declared->values, g_strdup(constant));
        return TRUE;
    }
    g_auto(Place) place = {NULL, NULL, NULL};
    if (!find_place(planning, query, use, &place, error))
        return FALSE;
    InferFunc function = function_of(use->comparison);
    const Inference inference = {planning, uses, use, &place, query};
    if (function != NULL && place.relation != NULL)
        return ask(&inference, function, declared, error);
    pgs_declared_reject(
        declared, TRUE,
        "the query does not tell which column $%u is compared with; " PGS_DECLARED_HOW,
        use->number);
    return TRUE;
}

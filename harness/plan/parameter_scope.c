#include "plan/parameter_scope.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    MAX_DEPTH = 20, /* of subqueries through which a column is followed */
};

static void
source_free(gpointer data)
{
    PgsSource *source = data;
    g_free(source->name);
    g_free(source->schema);
    g_free(source->table);
    g_free(source);
}

void
pgs_scope_column_clear(PgsScopeColumn *column)
{
    g_free(column->schema);
    g_free(column->table);
    g_free(column->column);
    *column = (PgsScopeColumn){NULL, NULL, NULL};
}

void
pgs_scope_free(PgsScope *scope)
{
    if (scope == NULL)
        return;
    g_ptr_array_unref(scope->sources);
    g_hash_table_unref(scope->queries);
    g_free(scope);
}

static JsonObject *
object_member(JsonObject *object, const char *name)
{
    return object != NULL ? pgs_parsed_object_of(pgs_parsed_member(object, name)) : NULL;
}

JsonObject *
pgs_scope_statement(JsonNode *json)
{
    static const char *const kinds[] = {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt",
                                        "MergeStmt"};
    JsonObject *outer = pgs_parsed_object_of(json);
    JsonObject *inner = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(kinds) && inner == NULL; i++)
        inner = object_member(outer, kinds[i]);
    return inner;
}

/* ---- what is in FROM ---- */

static PgsSource *
add_source(PgsScope *scope, JsonObject *alias, const char *name)
{
    const char *said = alias != NULL ? pgs_parsed_string_member(alias, "aliasname") : "";
    PgsSource *source = g_new0(PgsSource, 1);
    source->name = g_strdup(said[0] != '\0' ? said : name);
    g_ptr_array_add(scope->sources, source);
    return source;
}

static JsonNode *
find_query(const PgsScope *scope, const char *name)
{
    for (; scope != NULL; scope = scope->outer) {
        JsonNode *query = g_hash_table_lookup(scope->queries, name);
        if (query != NULL)
            return query;
    }
    return NULL;
}

static const char *
string_or_null(JsonObject *object, const char *name)
{
    const char *text = pgs_parsed_string_member(object, name);
    return text[0] != '\0' ? text : NULL;
}

static void
add_table(PgsScope *scope, JsonObject *range)
{
    const char *table = string_or_null(range, "relname"),
               *schema = string_or_null(range, "schemaname");
    if (table == NULL)
        return;
    PgsSource *source = add_source(scope, object_member(range, "alias"), table);
    source->query = schema == NULL ? find_query(scope, table) : NULL;
    if (source->query != NULL)
        return;
    source->schema = g_strdup(schema);
    source->table = g_strdup(table);
}

static void
add_from(PgsScope *scope, JsonNode *json)
{
    JsonObject *item = pgs_parsed_object_of(json);
    JsonObject *join = object_member(item, "JoinExpr"),
               *subquery = object_member(item, "RangeSubselect"),
               *table = object_member(item, "RangeVar"),
               *sample = object_member(item, "RangeTableSample");
    if (join != NULL) {
        add_from(scope, pgs_parsed_member(join, "larg"));
        add_from(scope, pgs_parsed_member(join, "rarg"));
    } else if (subquery != NULL) {
        PgsSource *source = add_source(scope, object_member(subquery, "alias"), "");
        source->query = pgs_parsed_member(subquery, "subquery");
    } else if (table != NULL) {
        add_table(scope, table);
    } else if (sample != NULL) {
        add_from(scope, pgs_parsed_member(sample, "relation"));
    } else if (item != NULL) {
        add_source(scope, NULL, ""); /* a function: whose columns are no table's */
    }
}

static void
add_queries(PgsScope *scope, JsonObject *statement)
{
    JsonObject *with = object_member(statement, "withClause");
    JsonArray *list = with != NULL ? pgs_parsed_array_member(with, "ctes") : NULL;
    for (guint i = 0; i < pgs_parsed_length_of(list); i++) {
        JsonObject *item =
            object_member(pgs_parsed_object_of(json_array_get_element(list, i)), "CommonTableExpr");
        JsonNode *query = item != NULL ? pgs_parsed_member(item, "ctequery") : NULL;
        if (query != NULL)
            g_hash_table_replace(scope->queries,
                                 g_strdup(pgs_parsed_string_member(item, "ctename")), query);
    }
}

PgsScope *
pgs_scope_new(const PgsScope *outer, JsonObject *statement)
{
    /* Nodes; "relation" is a RangeVar's inside. */
    static const char *const lists[] = {"fromClause", "usingClause"};
    PgsScope *scope = g_new0(PgsScope, 1);
    scope->outer = outer;
    scope->sources = g_ptr_array_new_with_free_func(source_free);
    scope->queries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    add_queries(scope, statement);
    JsonObject *relation = object_member(statement, "relation");
    if (relation != NULL)
        add_table(scope, relation);
    JsonNode *merged = pgs_parsed_member(statement, "sourceRelation");
    if (merged != NULL)
        add_from(scope, merged);
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        JsonArray *list = pgs_parsed_array_member(statement, lists[i]);
        for (guint j = 0; j < pgs_parsed_length_of(list); j++)
            add_from(scope, json_array_get_element(list, j));
    }
    return scope;
}

/* ---- what a name means ---- */

static gboolean resolve(const PgsScope *scope, JsonArray *fields, guint depth,
                        PgsScopeColumn *column);

/* The leftmost of UNION and the like. */
static JsonObject *
first_select(JsonObject *select)
{
    for (JsonObject *left; (left = object_member(select, "larg")) != NULL;)
        select = left;
    return select;
}

static JsonArray *
fields_of(JsonNode *json)
{
    JsonObject *reference = object_member(pgs_parsed_object_of(json), "ColumnRef");
    return reference != NULL ? pgs_parsed_array_member(reference, "fields") : NULL;
}

static const char *
field(JsonArray *fields, guint i)
{
    return pgs_parsed_name_of(json_array_get_element(fields, i));
}

/* Whether the target gives the column by that name; its fields are then *fields, NULL: it is no
 * column. */
static gboolean
target_gives(JsonNode *json, const char *name, JsonArray **fields)
{
    JsonObject *target = object_member(pgs_parsed_object_of(json), "ResTarget");
    if (target == NULL)
        return FALSE;
    *fields = fields_of(pgs_parsed_member(target, "val"));
    guint n = pgs_parsed_length_of(*fields);
    const char *said = string_or_null(target, "name");
    const char *own = said != NULL ? said : n > 0 ? field(*fields, n - 1) : NULL;
    return g_strcmp0(own, name) == 0;
}

static gboolean
is_star(JsonNode *json)
{
    JsonObject *target = object_member(pgs_parsed_object_of(json), "ResTarget");
    JsonArray *fields = target != NULL ? fields_of(pgs_parsed_member(target, "val")) : NULL;
    guint n = pgs_parsed_length_of(fields);
    return n > 0 && field(fields, n - 1) == NULL;
}

/* A column of what a subquery gives. */
static gboolean
resolve_within(const PgsScope *outer, JsonNode *query, const char *name, guint depth,
               PgsScopeColumn *column)
{
    JsonObject *statement = pgs_scope_statement(query);
    if (statement == NULL || depth > MAX_DEPTH)
        return FALSE;
    statement = first_select(statement);
    g_autoptr(PgsScope) scope = pgs_scope_new(outer, statement);
    JsonArray *targets = pgs_parsed_array_member(statement, "targetList");
    gboolean has_star = FALSE;
    for (guint i = 0; i < pgs_parsed_length_of(targets); i++) {
        JsonArray *fields;
        if (target_gives(json_array_get_element(targets, i), name, &fields))
            return fields != NULL && resolve(scope, fields, depth + 1, column);
        has_star |= is_star(json_array_get_element(targets, i));
    }
    if (!has_star || scope->sources->len != 1)
        return FALSE;
    const PgsSource *source = scope->sources->pdata[0];
    if (source->query != NULL)
        return resolve_within(scope, source->query, name, depth + 1, column);
    *column = (PgsScopeColumn){g_strdup(source->schema), g_strdup(source->table), g_strdup(name)};
    return source->table != NULL;
}

static gboolean
resolve_in_source(const PgsScope *scope, const PgsSource *source, const char *name, guint depth,
                  PgsScopeColumn *column)
{
    if (source->query != NULL)
        return resolve_within(scope, source->query, name, depth, column);
    if (source->table == NULL)
        return FALSE;
    *column = (PgsScopeColumn){g_strdup(source->schema), g_strdup(source->table), g_strdup(name)};
    return TRUE;
}

static const PgsSource *
find_source(const PgsScope *scope, const char *schema, const char *name, const PgsScope **at)
{
    for (; scope != NULL; scope = scope->outer) {
        for (guint i = 0; i < scope->sources->len; i++) {
            const PgsSource *source = scope->sources->pdata[i];
            if (strcmp(source->name, name) == 0 &&
                (schema == NULL || g_strcmp0(source->schema, schema) == 0)) {
                *at = scope;
                return source;
            }
        }
    }
    return NULL;
}

static gboolean
resolve(const PgsScope *scope, JsonArray *fields, guint depth, PgsScopeColumn *column)
{
    guint n = pgs_parsed_length_of(fields);
    const char *name = n > 0 ? field(fields, n - 1) : NULL;
    if (name == NULL || depth > MAX_DEPTH)
        return FALSE;
    if (n == 1) {
        if (scope->sources->len == 1)
            return resolve_in_source(scope, scope->sources->pdata[0], name, depth, column);
        *column = (PgsScopeColumn){NULL, NULL, g_strdup(name)}; /* of one of them */
        return scope->sources->len > 1;
    }
    const PgsScope *at = NULL;
    const char *relation = field(fields, n - 2), *schema = n > 2 ? field(fields, n - 3) : NULL;
    const PgsSource *source = relation != NULL ? find_source(scope, schema, relation, &at) : NULL;
    return source != NULL && resolve_in_source(at, source, name, depth, column);
}

gboolean
pgs_scope_resolve(const PgsScope *scope, JsonObject *reference, PgsScopeColumn *column)
{
    JsonArray *fields = pgs_parsed_array_member(reference, "fields");
    return fields != NULL && resolve(scope, fields, 0, column);
}

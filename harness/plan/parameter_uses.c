#include "plan/parameter_uses.h"
#include "plan/parameter_scope.h"
#include "sql/expression_json.h"

#include <json-glib/json-glib.h>
#include <pg_query.h>
#include <string.h>

enum {
    MAX_PARAMETERS = 65535, /* PQ_QUERY_PARAM_MAX_LIMIT in libpq-int.h */
    MAX_DEPTH = 2000,       /* of nodes */
};

typedef struct {
    const char *sql;
    GPtrArray *uses;   /* PgsParameterUse */
    GPtrArray *tables; /* PgsStatementTable */
    guint depth;
} Walk;

static void walk_node(Walk *walk, const PgsScope *scope, JsonNode *json);
static void walk_statement(Walk *walk, const PgsScope *outer, JsonObject *statement);

void
pgs_parameter_use_free(PgsParameterUse *use)
{
    if (use == NULL)
        return;
    g_free(use->schema);
    g_free(use->table);
    g_free(use->column);
    g_free(use->expression);
    g_free(use->comparison);
    g_free(use);
}

void
pgs_statement_table_free(PgsStatementTable *table)
{
    if (table == NULL)
        return;
    g_free(table->schema);
    g_free(table->name);
    g_free(table);
}

/* ---- nodes ---- */

static JsonObject *
object_member(JsonObject *object, const char *name)
{
    return object != NULL ? pgs_parsed_object_of(pgs_parsed_member(object, name)) : NULL;
}

/* Without casts and collations. */
static JsonNode *
strip(JsonNode *json)
{
    static const char *const wrappers[] = {"TypeCast", "CollateClause"};
    for (guint i = 0; i < G_N_ELEMENTS(wrappers); i++) {
        JsonObject *wrapper = object_member(pgs_parsed_object_of(json), wrappers[i]);
        if (wrapper != NULL)
            return strip(pgs_parsed_member(wrapper, "arg"));
    }
    return json;
}

/* Of a function that gives a text's value in another spelling, what it is called for. */
static JsonNode *
strip_function(JsonNode *json)
{
    static const char *const spellings[] = {"lower", "upper",    "trim",
                                            "btrim", "unaccent", "casefold"};
    JsonObject *call = object_member(pgs_parsed_object_of(strip(json)), "FuncCall");
    JsonArray *arguments = call != NULL ? pgs_parsed_array_member(call, "args") : NULL;
    if (pgs_parsed_length_of(arguments) != 1)
        return strip(json);
    g_autofree char *schema = NULL;
    const char *name = pgs_parsed_last_name(pgs_parsed_array_member(call, "funcname"), &schema);
    for (guint i = 0; i < G_N_ELEMENTS(spellings); i++) {
        if (g_strcmp0(name, spellings[i]) == 0)
            return strip(json_array_get_element(arguments, 0));
    }
    return strip(json);
}

/* 1 for $1; 0: it is no parameter. */
static guint
parameter_number(JsonNode *json)
{
    JsonObject *reference = object_member(pgs_parsed_object_of(json), "ParamRef");
    gint64 number =
        reference != NULL ? json_object_get_int_member_with_default(reference, "number", 0) : 0;
    return number > 0 && number <= MAX_PARAMETERS ? (guint)number : 0;
}

static JsonArray *
elements_of(JsonNode *json)
{
    JsonObject *node = pgs_parsed_object_of(json);
    JsonObject *list = object_member(node, "List"), *row = object_member(node, "RowExpr"),
               *array = object_member(node, "A_ArrayExpr");
    return list != NULL    ? pgs_parsed_array_member(list, "items")
           : row != NULL   ? pgs_parsed_array_member(row, "args")
           : array != NULL ? pgs_parsed_array_member(array, "elements")
                           : NULL;
}

/* ---- what a parameter is compared with ---- */

static PgsParameterUse *
use_of(Walk *walk, guint number)
{
    for (guint n = walk->uses->len + 1; n <= number; n++) {
        PgsParameterUse *use = g_new0(PgsParameterUse, 1);
        use->number = n;
        g_ptr_array_add(walk->uses, use);
    }
    return walk->uses->pdata[number - 1];
}

typedef struct {
    const PgsScope *scope;
    PgsScopeColumn column; /* the first that was found */
    gboolean is_simple;    /* all are of one table */
    guint depth;
} Columns;

static void
find_columns(JsonNode *json, Columns *columns)
{
    JsonObject *reference = object_member(pgs_parsed_object_of(json), "ColumnRef");
    columns->depth++;
    columns->is_simple &= columns->depth <= MAX_DEPTH;
    if (reference != NULL) {
        g_auto(PgsScopeColumn) column = {NULL, NULL, NULL};
        columns->is_simple &= pgs_scope_resolve(columns->scope, reference, &column);
        if (columns->column.column == NULL) {
            columns->column = column;
            column = (PgsScopeColumn){NULL, NULL, NULL};
        } else {
            columns->is_simple &= g_strcmp0(columns->column.table, column.table) == 0 &&
                                  g_strcmp0(columns->column.schema, column.schema) == 0;
        }
    } else if (json != NULL && JSON_NODE_HOLDS_OBJECT(json)) {
        columns->is_simple &= parameter_number(json) == 0 && pgs_scope_statement(json) == NULL;
        g_autoptr(GList) members = json_object_get_values(json_node_get_object(json));
        for (GList *member = members; member != NULL && columns->is_simple; member = member->next)
            find_columns(member->data, columns);
    } else if (json != NULL && JSON_NODE_HOLDS_ARRAY(json)) {
        JsonArray *array = json_node_get_array(json);
        for (guint i = 0; i < json_array_get_length(array) && columns->is_simple; i++)
            find_columns(json_array_get_element(array, i), columns);
    }
    columns->depth--;
}

static void
drop_qualifier(const PgsNode *node, gpointer data)
{
    (void)data;
    if (node->kind == PGS_NODE_COLUMN)
        g_clear_pointer(&((PgsNode *)node)->schema, g_free);
}

/* As SQL, its columns without what stands before their names; NULL: it cannot be said. */
static char *
expression_sql(const Walk *walk, JsonNode *json)
{
    gboolean is_too_deep = FALSE;
    g_autoptr(PgsNode) node = pgs_expression_read_json(json, walk->sql, &is_too_deep);
    if (node == NULL)
        return NULL;
    pgs_node_walk(node, drop_qualifier, NULL);
    return pgs_node_to_sql(node);
}

static void
use_take(PgsParameterUse *use, PgsScopeColumn *column, char *expression, const char *comparison)
{
    use->schema = column->schema;
    use->table = column->table;
    use->column = column->column;
    use->expression = expression;
    *column = (PgsScopeColumn){NULL, NULL, NULL};
    g_free(use->comparison);
    use->comparison = g_strdup(comparison);
}

/* What is known already of the parameter stays. */
static void
learn(Walk *walk, const PgsScope *scope, guint number, JsonNode *other, const char *comparison)
{
    PgsParameterUse *use = use_of(walk, number);
    if (use->column != NULL)
        return;
    Columns columns = {.scope = scope, .is_simple = TRUE};
    find_columns(other, &columns);
    g_auto(PgsScopeColumn) column = columns.column;
    if (column.column == NULL || !columns.is_simple)
        return;
    gboolean is_plain = object_member(pgs_parsed_object_of(strip(other)), "ColumnRef") != NULL;
    g_autofree char *expression = is_plain ? NULL : expression_sql(walk, other);
    if (is_plain || expression != NULL)
        use_take(use, &column, g_steal_pointer(&expression), comparison);
}

static const char *
turn_round(const char *comparison)
{
    static const char *const pairs[][2] = {
        {"<", ">"}, {">", "<"}, {"<=", ">="}, {">=", "<="}, {"@>", "<@"}, {"<@", "@>"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (strcmp(pairs[i][0], comparison) == 0)
            return pairs[i][1];
    }
    return comparison;
}

/* "$1 || '%'": the parameter; 0: it is not that. */
static guint
prefix_number(JsonNode *json)
{
    JsonObject *operation = object_member(pgs_parsed_object_of(json), "A_Expr");
    g_autofree char *schema = NULL;
    JsonArray *name = operation != NULL ? pgs_parsed_array_member(operation, "name") : NULL;
    if (name == NULL || g_strcmp0(pgs_parsed_last_name(name, &schema), "||") != 0)
        return 0;
    return parameter_number(strip_function(pgs_parsed_member(operation, "lexpr")));
}

static void compare(Walk *walk, const PgsScope *scope, JsonNode *left, JsonNode *right,
                    const char *comparison);

/* (a, b) > ($1, $2), (a, b) = ($1, $2): each with its own. */
static gboolean
compare_rows(Walk *walk, const PgsScope *scope, JsonNode *left, JsonNode *right,
             const char *comparison)
{
    JsonArray *ours = elements_of(left), *theirs = elements_of(right);
    if (ours == NULL || pgs_parsed_length_of(ours) != pgs_parsed_length_of(theirs))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(ours); i++)
        compare(walk, scope, json_array_get_element(ours, i), json_array_get_element(theirs, i),
                comparison);
    return TRUE;
}

static void
compare(Walk *walk, const PgsScope *scope, JsonNode *left, JsonNode *right, const char *comparison)
{
    if (left == NULL || right == NULL || compare_rows(walk, scope, left, right, comparison))
        return;
    guint mine = parameter_number(strip_function(left)),
          theirs = parameter_number(strip_function(right));
    gboolean is_pattern = g_str_has_prefix(comparison, "~~");
    if (theirs != 0)
        learn(walk, scope, theirs, left, comparison);
    else if (is_pattern && prefix_number(strip(right)) != 0)
        learn(walk, scope, prefix_number(strip(right)), left, "PREFIX");
    else if (mine != 0 && strcmp(comparison, "ANY") == 0)
        learn(walk, scope, mine, right, "ELEMENT");
    else if (mine != 0)
        learn(walk, scope, mine, right, turn_round(comparison));
}

static void
compare_each(Walk *walk, const PgsScope *scope, JsonNode *left, JsonNode *list,
             const char *const *comparisons, guint n_comparisons)
{
    JsonArray *items = elements_of(strip(list));
    for (guint i = 0; i < pgs_parsed_length_of(items); i++)
        compare(walk, scope, left, json_array_get_element(items, i),
                comparisons[MIN(i, n_comparisons - 1)]);
}

/* By libpg_query's A_Expr_Kind. */
static void
walk_operation(Walk *walk, const PgsScope *scope, JsonObject *operation)
{
    static const char *const between[] = {">=", "<="}, *const outside[] = {"<", ">"};
    const char *kind = pgs_parsed_string_member(operation, "kind");
    JsonNode *left = pgs_parsed_member(operation, "lexpr"),
             *right = pgs_parsed_member(operation, "rexpr");
    g_autofree char *schema = NULL;
    const char *name = pgs_parsed_last_name(pgs_parsed_array_member(operation, "name"), &schema);
    if (left == NULL || right == NULL || name == NULL)
        return;
    if (strstr(kind, "NOT_BETWEEN") != NULL)
        compare_each(walk, scope, left, right, outside, G_N_ELEMENTS(outside));
    else if (strstr(kind, "BETWEEN") != NULL)
        compare_each(walk, scope, left, right, between, G_N_ELEMENTS(between));
    else if (strcmp(kind, "AEXPR_IN") == 0)
        compare_each(walk, scope, left, right, &name, 1);
    else if (strcmp(kind, "AEXPR_OP_ANY") == 0 && elements_of(strip(right)) != NULL)
        compare_each(walk, scope, left, right, &name, 1);
    else if (strcmp(kind, "AEXPR_OP_ANY") == 0 || strcmp(kind, "AEXPR_OP_ALL") == 0)
        compare(walk, scope, left, right, strcmp(kind, "AEXPR_OP_ANY") == 0 ? "ANY" : "ALL");
    else if (strcmp(kind, "AEXPR_NOT_DISTINCT") == 0)
        compare(walk, scope, left, right, "=");
    else
        compare(walk, scope, left, right, name);
}

/* ---- clauses ---- */

static void
walk_limit(Walk *walk, JsonObject *statement, const char *member, const char *comparison)
{
    guint number = parameter_number(strip(pgs_parsed_member(statement, member)));
    PgsParameterUse *use = number != 0 ? use_of(walk, number) : NULL;
    if (use != NULL && use->comparison == NULL)
        use->comparison = g_strdup(comparison);
}

static void
set_column(Walk *walk, JsonObject *relation, JsonNode *value, const char *column)
{
    guint number = parameter_number(strip_function(value));
    PgsParameterUse *use = number != 0 ? use_of(walk, number) : NULL;
    if (use == NULL || use->column != NULL)
        return;
    const char *schema = pgs_parsed_string_member(relation, "schemaname");
    PgsScopeColumn at = {schema[0] != '\0' ? g_strdup(schema) : NULL,
                         g_strdup(pgs_parsed_string_member(relation, "relname")), g_strdup(column)};
    use_take(use, &at, NULL, "SET");
}

static const char *
target_name(JsonArray *targets, guint i)
{
    JsonObject *target =
        object_member(pgs_parsed_object_of(json_array_get_element(targets, i)), "ResTarget");
    return target != NULL ? pgs_parsed_string_member(target, "name") : "";
}

/* UPDATE … SET column = $1, and likewise in ON CONFLICT DO UPDATE. */
static void
walk_set(Walk *walk, JsonObject *statement, JsonObject *relation)
{
    JsonArray *targets =
        statement != NULL ? pgs_parsed_array_member(statement, "targetList") : NULL;
    for (guint i = 0; i < pgs_parsed_length_of(targets); i++) {
        JsonObject *target =
            object_member(pgs_parsed_object_of(json_array_get_element(targets, i)), "ResTarget");
        if (target != NULL)
            set_column(walk, relation, pgs_parsed_member(target, "val"), target_name(targets, i));
    }
}

/* INSERT INTO t (column) VALUES ($1) */
static void
walk_values(Walk *walk, JsonObject *statement, JsonObject *relation)
{
    JsonArray *columns = pgs_parsed_array_member(statement, "cols");
    JsonObject *select = pgs_scope_statement(pgs_parsed_member(statement, "selectStmt"));
    JsonArray *rows = select != NULL ? pgs_parsed_array_member(select, "valuesLists") : NULL;
    for (guint i = 0; i < pgs_parsed_length_of(rows); i++) {
        JsonArray *values = elements_of(json_array_get_element(rows, i));
        guint n = MIN(pgs_parsed_length_of(values), pgs_parsed_length_of(columns));
        for (guint j = 0; j < n; j++)
            set_column(walk, relation, json_array_get_element(values, j), target_name(columns, j));
    }
}

/* ---- the walk ---- */

static void
add_tables(Walk *walk, const PgsScope *scope)
{
    for (guint i = 0; i < scope->sources->len; i++) {
        const PgsSource *source = scope->sources->pdata[i];
        if (source->table == NULL)
            continue;
        PgsStatementTable *table = g_new0(PgsStatementTable, 1);
        table->schema = g_strdup(source->schema);
        table->name = g_strdup(source->table);
        g_ptr_array_add(walk->tables, table);
    }
}

static void
walk_members(Walk *walk, const PgsScope *scope, JsonObject *object)
{
    g_autoptr(GList) names = json_object_get_members(object);
    for (GList *name = names; name != NULL; name = name->next) {
        JsonNode *member = json_object_get_member(object, name->data);
        /* The two sides of UNION and the like stand there without their kind. */
        gboolean is_side = strcmp(name->data, "larg") == 0 || strcmp(name->data, "rarg") == 0;
        JsonObject *side = is_side ? pgs_parsed_object_of(member) : NULL;
        if (side != NULL && json_object_has_member(side, "limitOption"))
            walk_statement(walk, scope, side);
        else
            walk_node(walk, scope, member);
    }
}

static void
walk_statement(Walk *walk, const PgsScope *outer, JsonObject *statement)
{
    g_autoptr(PgsScope) scope = pgs_scope_new(outer, statement);
    JsonObject *relation = object_member(statement, "relation");
    add_tables(walk, scope);
    walk_limit(walk, statement, "limitCount", "LIMIT");
    walk_limit(walk, statement, "limitOffset", "OFFSET");
    if (relation != NULL) {
        walk_set(walk, statement, relation);
        walk_set(walk, object_member(statement, "onConflictClause"), relation);
        walk_values(walk, statement, relation);
    }
    walk_members(walk, scope, statement);
}

static void
walk_object(Walk *walk, const PgsScope *scope, JsonNode *json)
{
    JsonObject *statement = pgs_scope_statement(json);
    if (statement != NULL) {
        walk_statement(walk, scope, statement);
        return;
    }
    guint number = parameter_number(json);
    JsonObject *operation = object_member(json_node_get_object(json), "A_Expr");
    if (number != 0)
        use_of(walk, number);
    if (operation != NULL && scope != NULL)
        walk_operation(walk, scope, operation);
    walk_members(walk, scope, json_node_get_object(json));
}

static void
walk_node(Walk *walk, const PgsScope *scope, JsonNode *json)
{
    if (json == NULL || walk->depth > MAX_DEPTH)
        return;
    walk->depth++;
    if (JSON_NODE_HOLDS_OBJECT(json)) {
        walk_object(walk, scope, json);
    } else if (JSON_NODE_HOLDS_ARRAY(json)) {
        JsonArray *array = json_node_get_array(json);
        for (guint i = 0; i < json_array_get_length(array); i++)
            walk_node(walk, scope, json_array_get_element(array, i));
    }
    walk->depth--;
}

static void
walk_sql(Walk *walk, const char *sql)
{
    walk->sql = sql;
    if (strlen(sql) > PGS_PARAMETER_MAX_LENGTH)
        return;
    PgQueryParseResult parsed = pg_query_parse(sql);
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    if (parsed.error == NULL && json_parser_load_from_data(parser, parsed.parse_tree, -1, NULL))
        walk_node(walk, NULL, json_parser_get_root(parser));
    pg_query_free_parse_result(parsed);
}

GPtrArray *
pgs_parameter_uses(const char *sql)
{
    Walk walk = {
        .uses = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_parameter_use_free),
        .tables = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_statement_table_free),
    };
    walk_sql(&walk, sql);
    g_ptr_array_unref(walk.tables);
    return walk.uses;
}

GPtrArray *
pgs_statement_tables(const char *sql)
{
    Walk walk = {
        .uses = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_parameter_use_free),
        .tables = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_statement_table_free),
    };
    walk_sql(&walk, sql);
    g_ptr_array_unref(walk.uses);
    return walk.tables;
}

#include "sql/expression_json.h"

#include "base/text.h"
#include "sql/parse_json.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef struct {
    const char *sql; /* what libpg_query got: locations count its bytes */
    gsize length;
    guint depth;
    gboolean is_too_deep;
} Reader;

typedef PgsNode *(*ReadFunc)(Reader *reader, JsonObject *object);

static PgsNode *read_json(Reader *reader, JsonNode *json);

/* ---- nodes ---- */

static PgsNode *
new_node(PgsNodeKind kind)
{
    PgsNode *node = g_new0(PgsNode, 1);
    node->kind = kind;
    node->arguments = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_node_free);
    return node;
}

static PgsNode *
new_named(PgsNodeKind kind, const char *name)
{
    PgsNode *node = new_node(kind);
    node->name = g_strdup(name);
    return node;
}

static PgsNode *
new_constant(PgsConstantKind kind, const char *text)
{
    PgsNode *node = new_node(PGS_NODE_CONSTANT);
    node->constant = kind;
    node->text = g_strdup(text);
    return node;
}

static void
add_argument(PgsNode *node, PgsNode *argument)
{
    if (argument != NULL)
        g_ptr_array_add(node->arguments, argument);
}

static void
add_member(Reader *reader, PgsNode *node, JsonObject *object, const char *name)
{
    JsonNode *json = pgs_parsed_member(object, name);
    if (json != NULL)
        add_argument(node, read_json(reader, json));
}

static void
add_list(Reader *reader, PgsNode *node, JsonArray *list)
{
    for (guint i = 0; i < pgs_parsed_length_of(list); i++)
        add_argument(node, read_json(reader, json_array_get_element(list, i)));
}

/* Where the object's text begins in the statement; its end when that is not known. */
static const char *
text_at(const Reader *reader, JsonObject *object)
{
    gint64 location = json_object_get_int_member_with_default(object, "location", -1);
    return location >= 0 && (gsize)location < reader->length ? reader->sql + location
                                                             : reader->sql + reader->length;
}

/* ---- constants, columns ---- */

/* libpg_query 15 leaves out zero and whatever is negative, so integers are read where they stand.
 */
static char *
integer_at(const char *at)
{
    gboolean is_negative = FALSE;
    for (; *at == '-' || *at == '(' || g_ascii_isspace(*at); at++)
        is_negative ^= *at == '-';
    gsize digits = strspn(at, "0123456789");
    return digits > 0 ? g_strdup_printf("%s%.*s", is_negative ? "-" : "", (int)digits, at) : NULL;
}

static PgsNode *
read_integer(Reader *reader, JsonObject *object)
{
    JsonObject *integer = pgs_parsed_object_of(pgs_parsed_member(object, "ival"));
    gint64 known = json_object_get_int_member_with_default(integer, "ival", 0);
    g_autofree char *text = known != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, known)
                                       : integer_at(text_at(reader, object));
    return new_constant(PGS_CONSTANT_NUMBER, text != NULL ? text : "0");
}

static PgsNode *
read_constant(Reader *reader, JsonObject *object)
{
    static const struct {
        const char *member;
        PgsConstantKind kind;
    } rows[] = {
        {"sval", PGS_CONSTANT_STRING},
        {"fval", PGS_CONSTANT_NUMBER},
        {"bsval", PGS_CONSTANT_BITS},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        JsonObject *inner = pgs_parsed_object_of(pgs_parsed_member(object, rows[i].member));
        if (inner != NULL)
            return new_constant(rows[i].kind, pgs_parsed_string_member(inner, rows[i].member));
    }
    JsonObject *truth = pgs_parsed_object_of(pgs_parsed_member(object, "boolval"));
    if (truth != NULL)
        return new_constant(PGS_CONSTANT_BOOLEAN,
                            pgs_parsed_flag_member(truth, "boolval") ? "true" : "false");
    if (pgs_parsed_object_of(pgs_parsed_member(object, "ival")) != NULL)
        return read_integer(reader, object);
    return new_constant(PGS_CONSTANT_NULL, NULL);
}

/* VALUE and a column "value" read alike, but the server prints only the first in capitals. */
static PgsNode *
read_column(Reader *reader, JsonObject *object)
{
    JsonArray *fields = pgs_parsed_array_member(object, "fields");
    g_autofree char *qualifier = NULL;
    const char *name = pgs_parsed_last_name(fields, &qualifier);
    if (name == NULL)
        return new_named(PGS_NODE_OTHER, "A_Star");
    if (qualifier == NULL && g_str_has_prefix(text_at(reader, object), "VALUE"))
        return new_node(PGS_NODE_VALUE);
    PgsNode *node = new_named(PGS_NODE_COLUMN, name);
    node->schema = g_steal_pointer(&qualifier);
    return node;
}

/* "$1" in a function's body stands for a value as a column does. */
static PgsNode *
read_parameter(Reader *reader, JsonObject *object)
{
    (void)reader;
    PgsNode *node = new_node(PGS_NODE_COLUMN);
    gint64 number = json_object_get_int_member_with_default(object, "number", 0);
    node->name = g_strdup_printf("$%" G_GINT64_FORMAT, number);
    return node;
}

/* ---- operators ---- */

static PgsNode *
read_pair(Reader *reader, PgsNode *node, JsonObject *object)
{
    add_member(reader, node, object, "lexpr");
    add_member(reader, node, object, "rexpr");
    return node;
}

/* x BETWEEN a AND b: x >= a AND x <= b.  NOT: x < a OR x > b. */
static PgsNode *
read_between(Reader *reader, JsonObject *object, gboolean negated)
{
    static const char *const operators[2][2] = {{">=", "<="}, {"<", ">"}};
    JsonObject *list = pgs_parsed_object_of(pgs_parsed_member(object, "rexpr"));
    JsonObject *items = list != NULL ? pgs_parsed_object_of(pgs_parsed_member(list, "List")) : NULL;
    JsonArray *bounds = items != NULL ? pgs_parsed_array_member(items, "items") : NULL;
    PgsNode *node = new_node(negated ? PGS_NODE_OR : PGS_NODE_AND);
    for (guint i = 0; i < MIN(pgs_parsed_length_of(bounds), 2); i++) {
        PgsNode *side = new_named(PGS_NODE_OPERATOR, operators[negated ? 1 : 0][i]);
        add_member(reader, side, object, "lexpr");
        add_argument(side, read_json(reader, json_array_get_element(bounds, i)));
        add_argument(node, side);
    }
    return node;
}

static PgsNode *
read_operator(Reader *reader, JsonObject *object)
{
    const char *kind = pgs_parsed_string_member(object, "kind");
    g_autofree char *schema = NULL;
    const char *name = pgs_parsed_last_name(pgs_parsed_array_member(object, "name"), &schema);
    if (strstr(kind, "BETWEEN") != NULL)
        return read_between(reader, object, strstr(kind, "NOT_BETWEEN") != NULL);
    PgsNode *node = new_named(PGS_NODE_OPERATOR, name);
    node->schema = g_steal_pointer(&schema);
    if (g_str_equal(kind, "AEXPR_OP_ANY"))
        node->kind = PGS_NODE_ANY;
    else if (g_str_equal(kind, "AEXPR_OP_ALL"))
        node->kind = PGS_NODE_ALL;
    else if (g_str_equal(kind, "AEXPR_IN"))
        node->kind = g_strcmp0(name, "<>") == 0 ? PGS_NODE_ALL : PGS_NODE_ANY;
    else if (g_str_equal(kind, "AEXPR_DISTINCT") || g_str_equal(kind, "AEXPR_NOT_DISTINCT"))
        node->kind = PGS_NODE_DISTINCT;
    node->negated = g_str_equal(kind, "AEXPR_NOT_DISTINCT");
    if (g_str_equal(kind, "AEXPR_NULLIF")) {
        node->kind = PGS_NODE_FUNCTION;
        g_free(node->name);
        node->name = g_strdup("nullif");
    }
    return read_pair(reader, node, object);
}

static PgsNode *
read_boolean(Reader *reader, JsonObject *object)
{
    const char *operator= pgs_parsed_string_member(object, "boolop");
    PgsNode *node = new_node(g_str_equal(operator, "AND_EXPR")  ? PGS_NODE_AND
                             : g_str_equal(operator, "OR_EXPR") ? PGS_NODE_OR
                                                                : PGS_NODE_NOT);
    add_list(reader, node, pgs_parsed_array_member(object, "args"));
    return node;
}

static PgsNode *
read_null_test(Reader *reader, JsonObject *object)
{
    PgsNode *node = new_node(PGS_NODE_NULL_TEST);
    node->negated = g_str_equal(pgs_parsed_string_member(object, "nulltesttype"), "IS_NOT_NULL");
    add_member(reader, node, object, "arg");
    return node;
}

/* IS_TRUE, IS_NOT_UNKNOWN, … */
static PgsNode *
read_boolean_test(Reader *reader, JsonObject *object)
{
    const char *test = pgs_parsed_string_member(object, "booltesttype");
    gboolean negated = g_str_has_prefix(test, "IS_NOT_");
    const char *word = strrchr(test, '_');
    g_autofree char *name = g_ascii_strdown(word != NULL ? word + 1 : "", -1);
    PgsNode *node = new_named(PGS_NODE_BOOLEAN_TEST, name);
    node->negated = negated;
    add_member(reader, node, object, "arg");
    return node;
}

/* ---- functions and what looks like them ---- */

static PgsNode *
read_function(Reader *reader, JsonObject *object)
{
    g_autofree char *schema = NULL;
    PgsNode *node =
        new_named(PGS_NODE_FUNCTION,
                  pgs_parsed_last_name(pgs_parsed_array_member(object, "funcname"), &schema));
    if (g_strcmp0(schema, "pg_catalog") != 0)
        node->schema = g_steal_pointer(&schema);
    add_list(reader, node, pgs_parsed_array_member(object, "args"));
    return node;
}

/* SVFOP_CURRENT_DATE and the like: a function without arguments. */
static PgsNode *
read_value_function(Reader *reader, JsonObject *object)
{
    (void)reader;
    const char *operator= pgs_parsed_string_member(object, "op");
    g_autofree char *name = g_ascii_strdown(operator, - 1);
    return new_named(PGS_NODE_FUNCTION, g_str_has_prefix(name, "svfop_") ? name + 6 : name);
}

static PgsNode *
read_coalesce(Reader *reader, JsonObject *object)
{
    const char *operator= pgs_parsed_string_member(object, "op");
    PgsNode *node = new_named(PGS_NODE_COALESCE, g_str_equal(operator, "IS_GREATEST") ? "greatest"
                                                 : g_str_equal(operator, "IS_LEAST")  ? "least"
                                                 : strstr(operator, "LEAST") != NULL  ? "least"
                                                                                      : "coalesce");
    add_list(reader, node, pgs_parsed_array_member(object, "args"));
    return node;
}

/* "char" and "bit" are not what the key words are. */
static void
append_identifier(GString *text, const char *name)
{
    gboolean is_plain = g_ascii_islower(name[0]) || name[0] == '_';
    for (const char *at = name; *at != '\0'; at++)
        is_plain &= g_ascii_islower(*at) || g_ascii_isdigit(*at) || *at == '_';
    if (is_plain && !g_str_equal(name, "char") && !g_str_equal(name, "bit")) {
        g_string_append(text, name);
        return;
    }
    pgs_text_append_identifier(text, name);
}

/* "varchar(255)", "public.mood[]", "interval" */
static char *
type_text(Reader *reader, JsonObject *type)
{
    g_autofree char *schema = NULL;
    const char *name = pgs_parsed_last_name(pgs_parsed_array_member(type, "names"), &schema);
    GString *text = g_string_new(NULL);
    if (schema != NULL && !g_str_equal(schema, "pg_catalog")) {
        append_identifier(text, schema);
        g_string_append_c(text, '.');
    }
    append_identifier(text, name != NULL ? name : "");
    JsonArray *modifiers = pgs_parsed_array_member(type, "typmods");
    /* An interval's are its fields, in bits. */
    gboolean is_plain = g_strcmp0(name, "interval") != 0;
    for (guint i = 0; is_plain && i < pgs_parsed_length_of(modifiers); i++) {
        g_autoptr(PgsNode) value = read_json(reader, json_array_get_element(modifiers, i));
        const char *modifier = value != NULL && value->text != NULL ? value->text : "";
        g_string_append_printf(text, "%s%s", i == 0 ? "(" : ",", modifier);
    }
    if (is_plain && pgs_parsed_length_of(modifiers) > 0)
        g_string_append_c(text, ')');
    for (guint i = 0; i < pgs_parsed_length_of(pgs_parsed_array_member(type, "arrayBounds")); i++)
        g_string_append(text, "[]");
    return g_string_free(text, FALSE);
}

static PgsNode *
read_cast(Reader *reader, JsonObject *object)
{
    PgsNode *node = new_node(PGS_NODE_CAST);
    JsonObject *type = pgs_parsed_object_of(pgs_parsed_member(object, "typeName"));
    node->name = type != NULL ? type_text(reader, type) : g_strdup("");
    add_member(reader, node, object, "arg");
    return node;
}

static PgsNode *
read_collate(Reader *reader, JsonObject *object)
{
    g_autofree char *schema = NULL;
    PgsNode *node =
        new_named(PGS_NODE_COLLATE,
                  pgs_parsed_last_name(pgs_parsed_array_member(object, "collname"), &schema));
    if (g_strcmp0(schema, "pg_catalog") != 0)
        node->schema = g_steal_pointer(&schema);
    add_member(reader, node, object, "arg");
    return node;
}

static PgsNode *
read_array(Reader *reader, JsonObject *object)
{
    PgsNode *node = new_node(PGS_NODE_ARRAY);
    add_list(reader, node, pgs_parsed_array_member(object, "elements"));
    return node;
}

/* The right side of IN (…) reads as an array. */
static PgsNode *
read_list(Reader *reader, JsonObject *object)
{
    PgsNode *node = new_node(PGS_NODE_ARRAY);
    add_list(reader, node, pgs_parsed_array_member(object, "items"));
    return node;
}

static PgsNode *
read_row(Reader *reader, JsonObject *object)
{
    PgsNode *node = new_node(PGS_NODE_ROW);
    add_list(reader, node, pgs_parsed_array_member(object, "args"));
    return node;
}

static PgsNode *
read_case(Reader *reader, JsonObject *object)
{
    PgsNode *node = new_node(PGS_NODE_CASE);
    add_member(reader, node, object, "arg");
    JsonArray *branches = pgs_parsed_array_member(object, "args");
    for (guint i = 0; i < pgs_parsed_length_of(branches); i++) {
        JsonObject *branch = pgs_parsed_object_of(json_array_get_element(branches, i));
        JsonObject *when =
            branch != NULL ? pgs_parsed_object_of(pgs_parsed_member(branch, "CaseWhen")) : NULL;
        if (when == NULL)
            continue;
        add_member(reader, node, when, "expr");
        add_member(reader, node, when, "result");
    }
    add_member(reader, node, object, "defresult");
    return node;
}

static void
add_subscript(Reader *reader, PgsNode *node, JsonObject *indices)
{
    add_member(reader, node, indices, "lidx");
    add_member(reader, node, indices, "uidx");
}

/* x.field, x[1], and both in a row: one node around the other. */
static PgsNode *
read_indirection(Reader *reader, JsonObject *object)
{
    JsonNode *inner = pgs_parsed_member(object, "arg");
    PgsNode *node = inner != NULL ? read_json(reader, inner) : NULL;
    JsonArray *steps = pgs_parsed_array_member(object, "indirection");
    for (guint i = 0; node != NULL && i < pgs_parsed_length_of(steps); i++) {
        JsonNode *step = json_array_get_element(steps, i);
        JsonObject *outer = pgs_parsed_object_of(step);
        JsonObject *indices =
            outer != NULL ? pgs_parsed_object_of(pgs_parsed_member(outer, "A_Indices")) : NULL;
        const char *field = pgs_parsed_name_of(step);
        PgsNode *around = NULL;
        if (indices != NULL && node->kind == PGS_NODE_SUBSCRIPT)
            add_subscript(reader, node, indices);
        else if (indices != NULL)
            around = new_node(PGS_NODE_SUBSCRIPT);
        else
            around = new_named(PGS_NODE_FIELD, field != NULL ? field : "*");
        if (around == NULL)
            continue;
        add_argument(around, node);
        if (indices != NULL)
            add_subscript(reader, around, indices);
        node = around;
    }
    return node;
}

/* ---- any node ---- */

static const struct {
    const char *name;
    ReadFunc read;
} readers[] = {
    {"A_ArrayExpr", read_array},
    {"A_Const", read_constant},
    {"A_Expr", read_operator},
    {"A_Indirection", read_indirection},
    {"BoolExpr", read_boolean},
    {"BooleanTest", read_boolean_test},
    {"CaseExpr", read_case},
    {"CoalesceExpr", read_coalesce},
    {"CollateClause", read_collate},
    {"ColumnRef", read_column},
    {"FuncCall", read_function},
    {"List", read_list},
    {"MinMaxExpr", read_coalesce},
    {"NullTest", read_null_test},
    {"ParamRef", read_parameter},
    {"RowExpr", read_row},
    {"SQLValueFunction", read_value_function},
    {"TypeCast", read_cast},
};

/* {"NodeType": {…}}: the one member, when it is so. */
static JsonObject *
node_object(JsonNode *json, const char **name)
{
    JsonObject *outer = pgs_parsed_object_of(json);
    if (outer == NULL || json_object_get_size(outer) != 1)
        return NULL;
    JsonObjectIter iter;
    JsonNode *inner = NULL;
    json_object_iter_init_ordered(&iter, outer);
    if (!json_object_iter_next_ordered(&iter, name, &inner) || !g_ascii_isupper(**name))
        return NULL;
    return pgs_parsed_object_of(inner);
}

static void
collect(Reader *reader, PgsNode *into, JsonNode *json)
{
    const char *name = NULL;
    if (JSON_NODE_HOLDS_ARRAY(json)) {
        JsonArray *array = json_node_get_array(json);
        for (guint i = 0; i < json_array_get_length(array); i++)
            collect(reader, into, json_array_get_element(array, i));
    } else if (node_object(json, &name) != NULL) {
        if (!g_str_equal(name, "String"))
            add_argument(into, read_json(reader, json));
    } else if (JSON_NODE_HOLDS_OBJECT(json)) {
        g_autoptr(GList) values = json_object_get_values(json_node_get_object(json));
        for (GList *at = values; at != NULL; at = at->next)
            collect(reader, into, at->data);
    }
}

/* What nothing is known about is kept for what is found below it. */
static PgsNode *
read_other(Reader *reader, const char *name, JsonObject *object)
{
    PgsNode *node = new_named(PGS_NODE_OTHER, name);
    g_autoptr(GList) values = json_object_get_values(object);
    for (GList *at = values; at != NULL; at = at->next)
        collect(reader, node, at->data);
    return node;
}

/* NULL: nothing is there. */
static PgsNode *
read_json(Reader *reader, JsonNode *json)
{
    const char *name = NULL;
    JsonObject *object = node_object(json, &name);
    if (object == NULL)
        return NULL;
    if (reader->depth >= PGS_EXPRESSION_DEPTH) {
        reader->is_too_deep = TRUE;
        return NULL;
    }
    reader->depth++;
    PgsNode *node = NULL;
    for (guint i = 0; node == NULL && i < G_N_ELEMENTS(readers); i++) {
        if (g_str_equal(readers[i].name, name))
            node = readers[i].read(reader, object);
    }
    if (node == NULL)
        node = read_other(reader, name, object);
    reader->depth--;
    return node;
}

PgsNode *
pgs_expression_read_json(JsonNode *target, const char *sql, gboolean *is_too_deep)
{
    Reader reader = {.sql = sql, .length = strlen(sql)};
    PgsNode *node = read_json(&reader, target);
    *is_too_deep = reader.is_too_deep;
    return node;
}

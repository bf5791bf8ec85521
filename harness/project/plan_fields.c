#include "project/plan_fields.h"

#include "config/document.h"
#include "project/names.h"
#include "project/sql_fields.h"
#include "project/system.h"

#include <string.h>

/* ---- Parameters ---- */

static gboolean
check_picked(const PgsNode *value, GError **error)
{
    g_autofree char *relation = NULL, *column = NULL;
    return pgs_name_split(value->text, &relation, &column) ||
           pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                          "write \"table.column\"; what is more than a column is {sql: SELECT …}",
                          "\"%s\" says no table", value->text);
}

/* The field's offset is the kind. */
static gboolean
read_picked(const PgsNode *value, const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsPlanParameter *into = target;
    into->kind = (PgsParameterKind)field->offset;
    into->text = g_strdup(value->text);
    return into->kind == PGS_PARAMETER_SQL || check_picked(value, error);
}

static const PgsField parameter_fields[] = {
    {"sql", &pgs_shape_text,
     "A query of one value, asked of the rows that were made: `SELECT max(id) FROM runs`.",
     .read = read_picked, .offset = PGS_PARAMETER_SQL},
    {"rare", &pgs_shape_text, "`table.column`: the value that fewest rows have, but some.",
     .read = read_picked, .offset = PGS_PARAMETER_RARE},
    {"common", &pgs_shape_text, "`table.column`: the value that most rows have.",
     .read = read_picked, .offset = PGS_PARAMETER_COMMON},
    {"middle", &pgs_shape_text, "`table.column`: the median.", .read = read_picked,
     .offset = PGS_PARAMETER_MIDDLE},
    {0},
};
static const char *const parameter_keys[] = {"sql", "rare", "common", "middle", NULL};
static const PgsShape parameter_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "parameter",
    .doc = "A value for `$1`, `$2`, …: one of these. Short: its text, or `null`. NULLs are never "
           "picked; among equals it is the least value, so that the same rows give the same one.",
    .example =
        "parameters: [failed, 50, null, {rare: workflow_runs.status}, {sql: SELECT now()}]\n",
    .fields = parameter_fields,
    .one_of = parameter_keys,
};
static const PgsShape *const parameter_choices[] = {&pgs_shape_nothing, &pgs_shape_text,
                                                    &parameter_record, NULL};
static const PgsShape parameter_shape = {.type = PGS_SHAPE_CHOICE, .choices = parameter_choices};
static const PgsShape parameter_list = {.type = PGS_SHAPE_LIST, .element = &parameter_shape};

static gboolean
read_parameters(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                gpointer context, GError **error)
{
    PgsPlanQuery *query = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        PgsPlanParameter *added = g_new0(PgsPlanParameter, 1);
        added->place = item->place;
        g_ptr_array_add(query->parameters, added);
        if (item->type == PGS_NODE_MAPPING &&
            !pgs_fields_read(parameter_fields, item, added, context, error))
            return FALSE;
        if (item->type == PGS_NODE_SCALAR && !pgs_node_is_null(item))
            added->text = g_strdup(item->text);
    }
    return TRUE;
}

/* ---- A query ---- */

static gboolean
read_sql(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
         G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsPlanQuery *query = target;
    g_free(query->sql);
    query->sql = g_strstrip(g_strdup(value->text));
    return query->sql[0] != '\0' ||
           pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, "{query: SELECT …, index: ix_a}",
                          "the query is empty");
}

static const char *const verdict_words[] = {"chosen", "servable", NULL};
static const PgsShape verdict_shape = {.type = PGS_SHAPE_TEXT, .words = verdict_words};

static gboolean
read_verdict(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
             G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsPlanQuery *query = target;
    query->servable_is_enough = g_ascii_strcasecmp(value->text, "servable") == 0;
    return TRUE;
}

static const PgsField query_fields[] = {
    {"query", &pgs_shape_text, "One statement; `$1`, `$2`, … stand for parameters.",
     .required = TRUE, .read = read_sql},
    {"name", &pgs_shape_text, "What people call it.", .standard = "the query's beginning",
     .offset = G_STRUCT_OFFSET(PgsPlanQuery, title)},
    {"index", &pgs_shape_texts, "The index that must serve it; of several, each.",
     .standard = "whichever", .offset = G_STRUCT_OFFSET(PgsPlanQuery, indexes)},
    {"table", &pgs_shape_texts,
     "Where no index is named: the tables that an index, whichever, must serve.",
     .standard = "each that the query filters", .offset = G_STRUCT_OFFSET(PgsPlanQuery, tables)},
    {"parameters", &parameter_list, "Values for `$1`, `$2`, ….",
     .standard = "picked from the rows that were made, by what each is compared with",
     .read = read_parameters},
    {"verdict", &verdict_shape,
     "What is asked for: `chosen`, the planner takes the index by itself; `servable`, it may "
     "prefer another one.",
     .standard = "`chosen`", .read = read_verdict},
    {"generic", &pgs_shape_flag,
     "The plan for any values, as a prepared statement gets it, must be served too.",
     .standard = "`false`", .offset = G_STRUCT_OFFSET(PgsPlanQuery, generic)},
    {"analyze", &pgs_shape_flag,
     "The query is run (and what it does undone), for actual rows and buffers.",
     .standard = "the section's", .offset = G_STRUCT_OFFSET(PgsPlanQuery, analyze)},
    PGS_REQUIREMENTS_FIELD(PgsPlanQuery),
    {0},
};
static const PgsShape query_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "plan query",
    .doc = "A query, and the index that must serve it. Short: the query; an index, whichever, must "
           "serve each table that it filters.",
    .example = "plans:\n"
               "  - query: SELECT * FROM users WHERE lower(email) = lower($1)\n"
               "    index: ix_users_lower_email\n"
               "    requirements: [APP-7]\n"
               "  - name: the worker's next batch\n"
               "    query: SELECT * FROM outbox WHERE published_at IS NULL ORDER BY created_at "
               "LIMIT $1\n"
               "    index: ix_outbox_unpublished\n"
               "    parameters: [100]\n"
               "    generic: true\n",
    .fields = query_fields,
};
static const PgsShape *const query_choices[] = {&pgs_shape_text, &query_record, NULL};
static const PgsShape query_shape = {.type = PGS_SHAPE_CHOICE, .choices = query_choices};

/* What one key says and another contradicts; the record has been read. */
static gboolean
check_query(const PgsNode *node, const PgsPlanQuery *query, GError **error)
{
    const PgsNode *table = pgs_node_get(node, "table");
    if (table != NULL && query->indexes[0] != NULL)
        return pgs_node_error(table, PGS_CONFIG_ERROR_KEY, error,
                              "an index is of one table: leave \"table\" out",
                              "\"index\" and \"table\" cannot stand together");
    if (query->servable_is_enough && query->indexes[0] == NULL)
        return pgs_node_error(pgs_node_get(node, "verdict"), PGS_CONFIG_ERROR_VALUE, error,
                              "say which: {query: …, index: ix_a, verdict: servable}",
                              "\"verdict: servable\" needs an index");
    return TRUE;
}

/* The caller's; NULL with error. */
static PgsPlanQuery *
read_query(const PgsNode *node, gboolean analyze, PgsReading *reading, GError **error)
{
    g_autoptr(PgsPlanQuery) query = pgs_plan_query_new();
    query->place = node->place;
    query->analyze = analyze;
    gboolean is_read = node->type == PGS_NODE_MAPPING
                           ? pgs_fields_read(query_fields, node, query, reading, error) &&
                                 check_query(node, query, error)
                           : read_sql(node, NULL, query, reading, error);
    if (!is_read)
        return NULL;
    pgs_plan_query_set_title(query);
    return g_steal_pointer(&query);
}

static const PgsShape query_list = {.type = PGS_SHAPE_LIST, .element = &query_shape};
static const PgsShape *const queries_choices[] = {&query_record, &query_list, NULL};
static const PgsShape queries_shape = {.type = PGS_SHAPE_CHOICE, .choices = queries_choices};

static gboolean
read_queries(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
             gpointer context, GError **error)
{
    PgsPlanFacts *facts = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        PgsPlanQuery *added = read_query(pgs_node_at(value, i), facts->analyze, context, error);
        if (added == NULL)
            return FALSE;
        g_ptr_array_add(facts->queries, added);
    }
    return TRUE;
}

/* ---- The section ---- */

static const PgsShape rows_shape = {
    .type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = PGS_PLAN_MAX_ROWS};
static const PgsShape tables_shape = {
    .type = PGS_SHAPE_MAP, .element = &rows_shape, .key_name = "table"};

static gboolean
read_tables(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsPlanFacts *facts = target;
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *name = pgs_node_key_at(value, i);
        PgsPlanRows *added = g_new0(PgsPlanRows, 1);
        added->table = g_strdup(name->text);
        added->rows = (guint)g_ascii_strtoull(pgs_node_value_at(value, i)->text, NULL, 10);
        added->place = name->place;
        g_ptr_array_add(facts->of_table, added);
    }
    return TRUE;
}

static const PgsShape settings_shape = {
    .type = PGS_SHAPE_MAP, .element = &pgs_shape_text, .key_name = "setting"};

static gboolean
is_setting_name(const char *name)
{
    static const char letters[] = G_CSET_a_2_z G_CSET_A_2_Z "_";
    return name[0] != '\0' && strchr(letters, name[0]) != NULL &&
           name[strspn(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.")] == '\0';
}

static const PgsPlanSetting *
find_setting(const PgsPlanFacts *facts, const char *name)
{
    for (guint i = 0; i < facts->settings->len; i++) {
        const PgsPlanSetting *setting = g_ptr_array_index(facts->settings, i);
        if (g_ascii_strcasecmp(setting->name, name) == 0)
            return setting;
    }
    return NULL;
}

static gboolean
read_settings(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
              G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsPlanFacts *facts = target;
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *name = pgs_node_key_at(value, i);
        if (!is_setting_name(name->text))
            return pgs_node_error(name, PGS_CONFIG_ERROR_KEY, error,
                                  "settings: {random_page_cost: 1.1, work_mem: 64MB}",
                                  "\"%s\" cannot be a setting's name", name->text);
        if (find_setting(facts, name->text) != NULL)
            return pgs_node_error(name, PGS_CONFIG_ERROR_KEY, error,
                                  "upper and lower case are the same in names of settings",
                                  "the setting %s is there already", name->text);
        PgsPlanSetting *added = g_new0(PgsPlanSetting, 1);
        added->name = g_strdup(name->text);
        added->value = g_strdup(pgs_node_value_at(value, i)->text);
        g_ptr_array_add(facts->settings, added);
    }
    return TRUE;
}

static const PgsField plans_fields[] = {
    {"queries", &queries_shape, "The queries: a mapping, or a list of them.", .read = read_queries},
    {"derive", &pgs_shape_flag,
     "Each index is also asked the queries that it was made for, as its definition has them. When "
     "nothing is said, `--only plan` asks them too.",
     .standard = "`true` where there are no `queries`",
     .offset = G_STRUCT_OFFSET(PgsPlanFacts, derive)},
    {"rows", &rows_shape,
     "How many rows are made for each table that a query reads. `--rows` wins.",
     .standard = "`10000`", .offset = G_STRUCT_OFFSET(PgsPlanFacts, rows)},
    {"tables", &tables_shape, "Table → how many rows it gets.", .read = read_tables},
    {"settings", &settings_shape,
     "Settings that decide plans, as production has them: name → value. They hold for the queries "
     "only.",
     .standard = "the server's", .read = read_settings},
    {"fill", &pgs_shape_sql_texts,
     "SQL that is run once the rows are there, before ANALYZE: one text, or a list of texts and "
     "`{file: path}`.",
     .read = pgs_read_sql_texts, .offset = G_STRUCT_OFFSET(PgsPlanFacts, fill)},
    {"analyze", &pgs_shape_flag,
     "All queries are run (and what they do undone), for actual rows and buffers.",
     .standard = "`false`", .early = TRUE, .offset = G_STRUCT_OFFSET(PgsPlanFacts, analyze)},
    {"requirements", &pgs_shape_texts, "Ids of the requirements that each of the queries serves.",
     .read = pgs_read_requirements, .offset = G_STRUCT_OFFSET(PgsPlanFacts, requirements)},
    {0},
};
static const PgsShape plans_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "plans",
    .doc = "Queries that an index must serve, judged on a copy of head whose tables are filled. "
           "Short: a list of queries.",
    .example = "plans:\n"
               "  rows: 20000\n"
               "  tables: {outbox: 50000}\n"
               "  settings: {random_page_cost: 1.1}\n"
               "  fill:\n"
               "    - UPDATE outbox SET published_at = created_at WHERE id % 50 <> 0\n"
               "  derive: true\n"
               "  queries:\n"
               "    - {query: SELECT * FROM runs WHERE status = $1, index: ix_runs_status, "
               "parameters: [{rare: runs.status}]}\n",
    .fields = plans_fields,
};
static const PgsShape *const plans_choices[] = {&pgs_shape_nothing, &query_list, &plans_record,
                                                NULL};
const PgsShape pgs_shape_plans = {.type = PGS_SHAPE_CHOICE, .choices = plans_choices};

gboolean
pgs_read_plans(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
               GError **error)
{
    PgsPlanFacts *facts = ((PgsSystem *)target)->plans;
    facts->place = value->place;
    facts->is_said = value->type != PGS_NODE_SCALAR;
    if (value->type == PGS_NODE_LIST)
        return read_queries(value, field, facts, context, error);
    if (value->type == PGS_NODE_SCALAR)
        return TRUE;
    facts->derive_is_said = pgs_node_get(value, "derive") != NULL;
    if (!pgs_fields_read(plans_fields, value, facts, context, error))
        return FALSE;
    if (!facts->derive_is_said)
        facts->derive = facts->queries->len == 0;
    return TRUE;
}

/* ---- From a text ---- */

PgsPlanQuery *
pgs_plan_query_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(PgsDocument) document = pgs_document_parse(name, text, strlen(text), error);
    if (document == NULL || !pgs_shape_check(&query_shape, pgs_document_root(document), error))
        return NULL;
    g_autoptr(GPtrArray) claims = g_ptr_array_new();
    PgsReading reading = {.folder = ".", .claims = claims};
    return read_query(pgs_document_root(document), FALSE, &reading, error);
}

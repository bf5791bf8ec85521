#include "inventory/inventory.h"

#include "inventory/inventory_reader.h"
#include "inventory/sandbox.h"

#include <string.h>

static const char *const kind_names[PGS_N_RULE_KINDS] = {
    [PGS_RULE_NOT_NULL] = "not null",
    [PGS_RULE_PRIMARY_KEY] = "primary key",
    [PGS_RULE_UNIQUE] = "unique",
    [PGS_RULE_CHECK] = "check",
    [PGS_RULE_EXCLUSION] = "exclusion",
    [PGS_RULE_FOREIGN_KEY] = "foreign key",
    [PGS_RULE_ENUM] = "enum",
    [PGS_RULE_LENGTH] = "length",
    [PGS_RULE_PRECISION] = "precision",
    [PGS_RULE_GENERATED] = "generated",
    [PGS_RULE_IDENTITY] = "identity",
    [PGS_RULE_DOMAIN_CHECK] = "domain check",
    [PGS_RULE_DOMAIN_NOT_NULL] = "domain not null",
};

/* ---- the end of each ---- */

static void
free_all(char **texts[], guint n)
{
    for (guint i = 0; i < n; i++)
        g_free(*texts[i]);
}

static void
column_free(gpointer data)
{
    PgsColumn *column = data;
    char **texts[] = {&column->name,         &column->quoted,   &column->type_sql,
                      &column->default_sql,  &column->sequence, &column->collation,
                      &column->generated_sql};
    free_all(texts, G_N_ELEMENTS(texts));
    g_free(column);
}

static void
trigger_free(gpointer data)
{
    PgsTriggerFacts *trigger = data;
    g_free(trigger->name);
    g_free(trigger->function);
    g_free(trigger->body);
    g_free(trigger);
}

static void
relation_free(gpointer data)
{
    PgsRelation *relation = data;
    char **texts[] = {&relation->schema, &relation->name, &relation->identity,
                      &relation->partition_constraint};
    free_all(texts, G_N_ELEMENTS(texts));
    g_ptr_array_set_free_func(relation->columns, column_free);
    g_ptr_array_set_free_func(relation->triggers, trigger_free);
    g_ptr_array_set_free_func(relation->rewrites, g_free);
    GPtrArray *lists[] = {relation->columns,       relation->rules,   relation->references,
                          relation->referenced_by, relation->checks,  relation->triggers,
                          relation->rewrites,      relation->children};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
    g_free(relation);
}

static void
type_free(gpointer data)
{
    PgsType *type = data;
    char **texts[] = {&type->schema,    &type->name,     &type->sql,           &type->identity,
                      &type->extension, &type->base_sql, &type->domain_default};
    free_all(texts, G_N_ELEMENTS(texts));
    if (type->fields != NULL)
        g_ptr_array_set_free_func(type->fields, column_free);
    g_clear_pointer(&type->labels, g_ptr_array_unref);
    g_clear_pointer(&type->fields, g_ptr_array_unref);
    g_ptr_array_unref(type->rules);
    g_free(type);
}

static void
rule_free(gpointer data)
{
    PgsRule *rule = data;
    char **texts[] = {&rule->name,       &rule->object_identity, &rule->expression,
                      &rule->definition, &rule->index,           &rule->predicate};
    free_all(texts, G_N_ELEMENTS(texts));
    g_free(rule->columns);
    g_free(rule->referenced_columns);
    g_free(rule->delete_set);
    g_clear_pointer(&rule->keys, g_ptr_array_unref);
    g_clear_pointer(&rule->operators, g_ptr_array_unref);
    g_free(rule);
}

void
pgs_inventory_free(PgsInventory *inventory)
{
    if (inventory == NULL)
        return;
    g_hash_table_unref(inventory->by_identity);
    g_hash_table_unref(inventory->by_name);
    g_hash_table_unref(inventory->functions);
    g_ptr_array_unref(inventory->rules);
    g_ptr_array_unref(inventory->domains);
    g_ptr_array_unref(inventory->all_rules);
    g_ptr_array_unref(inventory->types);
    g_ptr_array_unref(inventory->relations);
    g_free(inventory);
}

static PgsInventory *
inventory_new(void)
{
    PgsInventory *inventory = g_new0(PgsInventory, 1);
    inventory->relations = g_ptr_array_new_with_free_func(relation_free);
    inventory->types = g_ptr_array_new_with_free_func(type_free);
    inventory->all_rules = g_ptr_array_new_with_free_func(rule_free);
    inventory->rules = g_ptr_array_new();
    inventory->domains = g_ptr_array_new();
    inventory->by_identity = g_hash_table_new(g_str_hash, g_str_equal);
    inventory->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    inventory->functions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return inventory;
}

/* ---- reading ---- */

/* By kind; those of one column as the columns stand, others by name. */
static gint
compare_rules(gconstpointer a, gconstpointer b)
{
    const PgsRule *one = *(const PgsRule *const *)a, *other = *(const PgsRule *const *)b;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (strcmp(one->object_kind, "column") == 0)
        return (gint)one->columns[0]->index - (gint)other->columns[0]->index;
    return g_strcmp0(one->name, other->name);
}

static void
list_rules(PgsInventory *inventory)
{
    for (guint i = 0; i < inventory->relations->len; i++) {
        PgsRelation *relation = inventory->relations->pdata[i];
        g_ptr_array_sort(relation->rules, compare_rules);
        if (!relation->is_auxiliary)
            g_ptr_array_extend(inventory->rules, relation->rules, NULL, NULL);
    }
    for (guint i = 0; i < inventory->domains->len; i++) {
        const PgsType *domain = inventory->domains->pdata[i];
        g_ptr_array_sort(domain->rules, compare_rules);
        g_ptr_array_extend(inventory->rules, domain->rules, NULL, NULL);
    }
}

static gboolean
read_parts(PgsInventoryReader *reader, GError **error)
{
    return pgs_reader_relations(reader, error) && pgs_reader_types(reader, error) &&
           pgs_reader_columns(reader, error) && pgs_reader_indexes(reader, error) &&
           pgs_reader_constraints(reader, error) && pgs_reader_domain_constraints(reader, error) &&
           pgs_reader_behaviour(reader, error);
}

PgsInventory *
pgs_inventory_read(PgsConnection *connection, GError **error)
{
    g_auto(PgsSandbox) sandbox = {0};
    /* What is outside of pg_catalog is printed with its schema then. */
    if (!pgs_sandbox_begin(&sandbox, connection, "SET LOCAL search_path = ''; SET LOCAL jit = off",
                           error))
        return NULL;
    g_autoptr(PgsInventory) inventory = inventory_new();
    g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) types = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) parents =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    PgsInventoryReader reader = {
        .inventory = inventory,
        .connection = connection,
        .relations = relations,
        .types = types,
        .parents = parents,
    };
    gboolean ok = read_parts(&reader, error);
    g_free(reader.oids);
    if (!ok)
        return NULL;
    list_rules(inventory);
    return g_steal_pointer(&inventory);
}

/* ---- looking things up ---- */

const GPtrArray *
pgs_inventory_relations(const PgsInventory *inventory)
{
    return inventory->relations;
}

const GPtrArray *
pgs_inventory_rules(const PgsInventory *inventory)
{
    return inventory->rules;
}

const GPtrArray *
pgs_inventory_domains(const PgsInventory *inventory)
{
    return inventory->domains;
}

const PgsRelation *
pgs_inventory_find(const PgsInventory *inventory, const char *name)
{
    const PgsRelation *relation = g_hash_table_lookup(inventory->by_identity, name);
    return relation != NULL ? relation : g_hash_table_lookup(inventory->by_name, name);
}

const PgsColumn *
pgs_relation_column(const PgsRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        if (strcmp(column->name, name) == 0)
            return column;
    }
    return NULL;
}

const PgsRule *
pgs_relation_rule(const PgsRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        if (rule->name != NULL && strcmp(rule->name, name) == 0)
            return rule;
    }
    return NULL;
}

gboolean
pgs_type_is_made_of(const PgsType *type, const PgsType *other)
{
    for (; type != NULL; type = type->element != NULL ? type->element : type->base)
        if (type == other)
            return TRUE;
    return FALSE;
}

const PgsType *
pgs_type_base(const PgsType *type)
{
    while (type->base != NULL)
        type = type->base;
    return type;
}

const char *
pgs_rule_kind_name(PgsRuleKind kind)
{
    return kind_names[kind];
}

char *
pgs_rule_describe(const PgsRule *rule)
{
    const char *kind = kind_names[rule->kind];
    if (rule->relation == NULL) /* a domain's NOT NULL has a name from 17 on alone */
        return rule->name != NULL && rule->kind != PGS_RULE_DOMAIN_NOT_NULL
                   ? g_strdup_printf("%s %s of %s", kind, rule->name, rule->type->identity)
                   : g_strdup_printf("%s of %s", kind, rule->type->identity);
    if (strcmp(rule->object_kind, "column") == 0)
        return g_strdup_printf("%s on %s", kind, rule->object_identity);
    return g_strdup_printf("%s %s on %s", kind, rule->name, rule->relation->identity);
}

const char *
pgs_inventory_function_body(const PgsInventory *inventory, const char *schema, const char *name)
{
    g_autofree char *key = schema != NULL ? g_strconcat(schema, ".", name, NULL) : NULL;
    return g_hash_table_lookup(inventory->functions, key != NULL ? key : name);
}

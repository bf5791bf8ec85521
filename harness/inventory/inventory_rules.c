#include "inventory/inventory_reader.h"

#include <string.h>

void
pgs_reader_add_rule(PgsRule *rule, PgsRelation *relation)
{
    g_ptr_array_add(relation->rules, rule);
    if (rule->kind == PGS_RULE_CHECK && rule->enforced)
        g_ptr_array_add(relation->checks, rule);
    if (rule->kind == PGS_RULE_FOREIGN_KEY)
        g_ptr_array_add(relation->references, rule);
}

static char *
part_identity(const PgsRelation *relation, const char *quoted)
{
    return g_strdup_printf("%s.%s", relation->identity, quoted);
}

/* ---- indexes ---- */

/* indexes.sql's columns */
enum {
    INDEX_RELATION,
    INDEX_OID,
    INDEX_CONSTRAINT,
    INDEX_KIND,
    INDEX_NAME,
    INDEX_SCHEMA,
    INDEX_QUOTED,
    INDEX_COLUMNS,
    INDEX_KEYS,
    INDEX_OPERATORS,
    INDEX_PREDICATE,
    INDEX_DEFINITION,
    INDEX_NULLS_NOT_DISTINCT,
    INDEX_DEFERRABLE,
    INDEX_DEFERRED,
    INDEX_IS_VALID,
    INDEX_IS_KEPT,
    INDEX_PERIOD,
};

/* By the constraint's type; 0: an index without one. */
static const struct {
    char type;
    PgsRuleKind kind;
    const char *object_kind;
} index_kinds[] = {
    {'p', PGS_RULE_PRIMARY_KEY, "primary key"},
    {'u', PGS_RULE_UNIQUE, "unique constraint"},
    {'x', PGS_RULE_EXCLUSION, "exclusion constraint"},
    {0, PGS_RULE_UNIQUE, "index"},
};

static PgsRule *
index_rule_new(PgsInventoryReader *reader, PgsRelation *relation, const PGresult *result, int row)
{
    char type = pgs_cell_char(result, row, INDEX_KIND);
    gboolean period = pgs_cell_flag(result, row, INDEX_PERIOD);
    const char *quoted = pgs_cell(result, row, INDEX_QUOTED);
    guint i = 0;
    while (index_kinds[i].type != type && index_kinds[i].type != 0)
        i++;
    g_autofree char *index = g_strdup_printf("%s.%s", pgs_cell(result, row, INDEX_SCHEMA), quoted);
    PgsRule *rule = pgs_reader_rule(reader, period ? PGS_RULE_EXCLUSION : index_kinds[i].kind,
                                    relation, index_kinds[i].object_kind,
                                    index_kinds[i].type != 0 ? part_identity(relation, quoted)
                                                             : g_strdup(index));
    rule->is_constraint = index_kinds[i].type != 0;
    rule->oid =
        (guint32)pgs_cell_number(result, row, rule->is_constraint ? INDEX_CONSTRAINT : INDEX_OID);
    rule->index = g_steal_pointer(&index);
    rule->period = period;
    return rule;
}

static void
add_index(PgsInventoryReader *reader, const PGresult *result, int row)
{
    PgsRelation *relation =
        pgs_reader_relation(reader, (guint32)pgs_cell_number(result, row, INDEX_RELATION));
    PgsRule *rule = index_rule_new(reader, relation, result, row);
    rule->name = pgs_cell_copy(result, row, INDEX_NAME);
    rule->columns =
        pgs_reader_key(relation, pgs_cell(result, row, INDEX_COLUMNS), &rule->n_columns);
    rule->keys = pgs_cell_strings(result, row, INDEX_KEYS);
    rule->operators = pgs_cell_strings(result, row, INDEX_OPERATORS);
    rule->predicate = pgs_cell_copy(result, row, INDEX_PREDICATE);
    rule->definition = pgs_cell_copy(result, row, INDEX_DEFINITION);
    rule->nulls_not_distinct = pgs_cell_flag(result, row, INDEX_NULLS_NOT_DISTINCT);
    rule->deferrable = pgs_cell_flag(result, row, INDEX_DEFERRABLE);
    rule->deferred = pgs_cell_flag(result, row, INDEX_DEFERRED);
    rule->validated = pgs_cell_flag(result, row, INDEX_IS_VALID);
    rule->enforced = pgs_cell_flag(result, row, INDEX_IS_KEPT);
    pgs_reader_add_rule(rule, relation);
}

gboolean
pgs_reader_indexes(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "indexes.sql", reader->oids, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++)
        add_index(reader, result, i);
    return result != NULL;
}

/* ---- constraints ---- */

/* constraints.sql's columns */
enum {
    CONSTRAINT_RELATION,
    CONSTRAINT_OID,
    CONSTRAINT_KIND,
    CONSTRAINT_NAME,
    CONSTRAINT_QUOTED,
    CONSTRAINT_IS_OWN,
    CONSTRAINT_COLUMNS,
    CONSTRAINT_EXPRESSION,
    CONSTRAINT_DEFINITION,
    CONSTRAINT_DEFERRABLE,
    CONSTRAINT_DEFERRED,
    CONSTRAINT_VALIDATED,
    CONSTRAINT_ENFORCED,
    CONSTRAINT_NO_INHERIT,
    CONSTRAINT_PARENT,
    CONSTRAINT_REFERENCED,
    CONSTRAINT_REFERENCED_COLUMNS,
    CONSTRAINT_ON_DELETE,
    CONSTRAINT_ON_UPDATE,
    CONSTRAINT_MATCH,
    CONSTRAINT_DELETE_SET,
    CONSTRAINT_PERIOD,
    CONSTRAINT_OPERATORS,
};

static void
fill_foreign_key(PgsInventoryReader *reader, PgsRule *rule, const PGresult *result, int row)
{
    PgsRelation *referenced =
        pgs_reader_relation(reader, (guint32)pgs_cell_number(result, row, CONSTRAINT_REFERENCED));
    guint n;
    rule->referenced = referenced;
    rule->referenced_columns =
        pgs_reader_key(referenced, pgs_cell(result, row, CONSTRAINT_REFERENCED_COLUMNS), &n);
    rule->on_delete = pgs_cell_char(result, row, CONSTRAINT_ON_DELETE);
    rule->on_update = pgs_cell_char(result, row, CONSTRAINT_ON_UPDATE);
    rule->match = pgs_cell_char(result, row, CONSTRAINT_MATCH);
    rule->period = pgs_cell_flag(result, row, CONSTRAINT_PERIOD);
    rule->operators = pgs_cell_strings(result, row, CONSTRAINT_OPERATORS);
    rule->delete_set = pgs_reader_key(rule->relation, pgs_cell(result, row, CONSTRAINT_DELETE_SET),
                                      &rule->n_delete_set);
    g_ptr_array_add(referenced->referenced_by, rule);
}

static PgsRule *
add_constraint(PgsInventoryReader *reader, PgsRelation *relation, const PGresult *result, int row)
{
    gboolean is_key = pgs_cell_char(result, row, CONSTRAINT_KIND) == 'f';
    PgsRule *rule =
        pgs_reader_rule(reader, is_key ? PGS_RULE_FOREIGN_KEY : PGS_RULE_CHECK, relation,
                        is_key ? "foreign key" : "check constraint",
                        part_identity(relation, pgs_cell(result, row, CONSTRAINT_QUOTED)));
    rule->oid = (guint32)pgs_cell_number(result, row, CONSTRAINT_OID);
    rule->name = pgs_cell_copy(result, row, CONSTRAINT_NAME);
    rule->is_constraint = TRUE;
    rule->columns =
        pgs_reader_key(relation, pgs_cell(result, row, CONSTRAINT_COLUMNS), &rule->n_columns);
    rule->expression = pgs_cell_copy(result, row, CONSTRAINT_EXPRESSION);
    rule->definition = pgs_cell_copy(result, row, CONSTRAINT_DEFINITION);
    rule->deferrable = pgs_cell_flag(result, row, CONSTRAINT_DEFERRABLE);
    rule->deferred = pgs_cell_flag(result, row, CONSTRAINT_DEFERRED);
    rule->validated = pgs_cell_flag(result, row, CONSTRAINT_VALIDATED);
    rule->enforced = pgs_cell_flag(result, row, CONSTRAINT_ENFORCED);
    /* A foreign key says so of itself where it has no meaning. */
    rule->no_inherit = !is_key && pgs_cell_flag(result, row, CONSTRAINT_NO_INHERIT);
    if (is_key)
        fill_foreign_key(reader, rule, result, row);
    pgs_reader_add_rule(rule, relation);
    return rule;
}

/* The rule is known from the column; PostgreSQL 18 has more to say of it. */
static void
name_not_null(const PgsRelation *relation, const PGresult *result, int row)
{
    guint n;
    g_autofree const PgsColumn **columns =
        pgs_reader_key(relation, pgs_cell(result, row, CONSTRAINT_COLUMNS), &n);
    for (guint i = 0; n == 1 && i < relation->rules->len; i++) {
        PgsRule *rule = relation->rules->pdata[i];
        if (rule->kind != PGS_RULE_NOT_NULL || rule->columns[0] != columns[0])
            continue;
        rule->oid = (guint32)pgs_cell_number(result, row, CONSTRAINT_OID);
        rule->name = pgs_cell_copy(result, row, CONSTRAINT_NAME);
        rule->is_constraint = TRUE;
        rule->validated = pgs_cell_flag(result, row, CONSTRAINT_VALIDATED);
        rule->no_inherit = pgs_cell_flag(result, row, CONSTRAINT_NO_INHERIT);
    }
}

/* ---- what relations have from their parents ---- */

static const PgsRule *
find_check(const PgsInventoryReader *reader, const PgsRelation *relation, const char *name)
{
    const PgsRule *own = NULL;
    for (guint i = 0; own == NULL && i < relation->checks->len; i++) {
        const PgsRule *rule = relation->checks->pdata[i];
        if (rule->relation == relation && !rule->no_inherit && strcmp(rule->name, name) == 0)
            own = rule;
    }
    const GPtrArray *parents = g_hash_table_lookup(reader->parents, relation);
    for (guint i = 0; own == NULL && parents != NULL && i < parents->len; i++)
        own = find_check(reader, parents->pdata[i], name);
    return own;
}

/* The foreign key that a partition's stands for.  parents: constraint → the one it was made of. */
static const PgsRule *
find_origin(GHashTable *keys, GHashTable *parents, guint32 oid)
{
    gpointer parent, at = GUINT_TO_POINTER(oid);
    while ((parent = g_hash_table_lookup(parents, at)) != NULL)
        at = parent;
    return g_hash_table_lookup(keys, at);
}

static void
add_inherited(const PgsInventoryReader *reader, PgsRelation *relation, const PGresult *result,
              int row, GHashTable *keys, GHashTable *parents)
{
    switch (pgs_cell_char(result, row, CONSTRAINT_KIND)) {
    case 'c': {
        const PgsRule *check = find_check(reader, relation, pgs_cell(result, row, CONSTRAINT_NAME));
        if (check != NULL)
            g_ptr_array_add(relation->checks, (gpointer)check);
        break;
    }
    case 'f': {
        const PgsRule *key =
            find_origin(keys, parents, (guint32)pgs_cell_number(result, row, CONSTRAINT_OID));
        if (key != NULL && key->relation != relation &&
            !g_ptr_array_find(relation->references, key, NULL))
            g_ptr_array_add(relation->references, (gpointer)key);
        break;
    }
    default:
        break;
    }
}

static PgsRelation *
constraint_relation(const PgsInventoryReader *reader, const PGresult *result, int row)
{
    return pgs_reader_relation(reader, (guint32)pgs_cell_number(result, row, CONSTRAINT_RELATION));
}

gboolean
pgs_reader_constraints(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_reader_query(reader, "constraints.sql", reader->oids, error);
    if (result == NULL)
        return FALSE;
    g_autoptr(GHashTable) keys = g_hash_table_new(NULL, NULL);    /* OID → own foreign key */
    g_autoptr(GHashTable) parents = g_hash_table_new(NULL, NULL); /* OID → OID */
    for (int i = 0; i < PQntuples(result); i++) {
        PgsRelation *relation = constraint_relation(reader, result, i);
        gpointer oid = GUINT_TO_POINTER(pgs_cell_number(result, i, CONSTRAINT_OID));
        gint64 parent = pgs_cell_number(result, i, CONSTRAINT_PARENT);
        if (parent != 0)
            g_hash_table_insert(parents, oid, GUINT_TO_POINTER(parent));
        if (pgs_cell_char(result, i, CONSTRAINT_KIND) == 'n')
            name_not_null(relation, result, i);
        else if (pgs_cell_flag(result, i, CONSTRAINT_IS_OWN))
            g_hash_table_insert(keys, oid, add_constraint(reader, relation, result, i));
    }
    for (int i = 0; i < PQntuples(result); i++) {
        if (!pgs_cell_flag(result, i, CONSTRAINT_IS_OWN))
            add_inherited(reader, constraint_relation(reader, result, i), result, i, keys, parents);
    }
    return TRUE;
}

/* ---- constraints of domains ---- */

/* domain_constraints.sql's columns */
enum {
    DOMAIN_OID,
    DOMAIN_CONSTRAINT,
    DOMAIN_KIND,
    DOMAIN_NAME,
    DOMAIN_QUOTED,
    DOMAIN_EXPRESSION,
    DOMAIN_DEFINITION,
    DOMAIN_VALIDATED,
};

static void
add_domain_check(PgsInventoryReader *reader, PgsType *domain, const PGresult *result, int row)
{
    PgsRule *rule = pgs_reader_rule(
        reader, PGS_RULE_DOMAIN_CHECK, NULL, "domain constraint",
        g_strdup_printf("%s.%s", domain->identity, pgs_cell(result, row, DOMAIN_QUOTED)));
    rule->type = domain;
    rule->columns = g_new0(const PgsColumn *, 1);
    rule->is_constraint = TRUE;
    rule->oid = (guint32)pgs_cell_number(result, row, DOMAIN_CONSTRAINT);
    rule->name = pgs_cell_copy(result, row, DOMAIN_NAME);
    rule->expression = pgs_cell_copy(result, row, DOMAIN_EXPRESSION);
    rule->definition = pgs_cell_copy(result, row, DOMAIN_DEFINITION);
    rule->validated = pgs_cell_flag(result, row, DOMAIN_VALIDATED);
    g_ptr_array_add(domain->rules, rule);
}

/* Known from the type; named since PostgreSQL 17. */
static void
name_domain_not_null(const PgsType *domain, const PGresult *result, int row)
{
    for (guint i = 0; i < domain->rules->len; i++) {
        PgsRule *rule = domain->rules->pdata[i];
        if (rule->kind != PGS_RULE_DOMAIN_NOT_NULL)
            continue;
        rule->oid = (guint32)pgs_cell_number(result, row, DOMAIN_CONSTRAINT);
        rule->name = pgs_cell_copy(result, row, DOMAIN_NAME);
        rule->is_constraint = TRUE;
    }
}

/* All domains' constraints: those of extensions' domains are no rules to exercise, but hold. */
gboolean
pgs_reader_domain_constraints(PgsInventoryReader *reader, GError **error)
{
    g_autoptr(GString) oids = g_string_new("{");
    const GPtrArray *types = reader->inventory->types;
    for (guint i = 0; i < types->len; i++) {
        const PgsType *type = types->pdata[i];
        if (type->kind == 'd')
            g_string_append_printf(oids, "%s%u", oids->len > 1 ? "," : "", type->oid);
    }
    if (oids->len == 1)
        return TRUE;
    g_string_append_c(oids, '}');
    g_autoptr(PGresult) result =
        pgs_reader_query(reader, "domain_constraints.sql", oids->str, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        PgsType *domain = pgs_reader_type(reader, (guint32)pgs_cell_number(result, i, DOMAIN_OID));
        if (pgs_cell_char(result, i, DOMAIN_KIND) == 'n')
            name_domain_not_null(domain, result, i);
        else
            add_domain_check(reader, domain, result, i);
    }
    return result != NULL;
}

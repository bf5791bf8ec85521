#include "exercise/proof.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_exercise_files[];

enum {
    SINCE_VIRTUAL = 180000, /* generated columns without DROP EXPRESSION */
};

static void add(GPtrArray *statements, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add(GPtrArray *statements, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(statements, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* ---- what stands in the way of a column's change of type ---- */

static char *
column_key(const char *relation, const char *number)
{
    return g_strdup_printf("%s %s", relation, number);
}

/* "relation's OID, column's number" → GPtrArray of statements. */
static GHashTable *
recall_dependents(PgsBench *bench)
{
    GHashTable *dependents = pgs_bench_recall(bench, "proof: dependents");
    if (dependents != NULL)
        return dependents;
    dependents =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_exercise_files, "dependents.sql"),
                                            pgs_bench_server_version(bench));
    g_autoptr(PGresult) result =
        pgs_connection_query(pgs_bench_connection(bench), PGS_SHAPE_ANY, sql, 0, NULL, NULL, NULL);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        if (PQgetisnull(result, i, 2))
            continue;
        g_autofree char *key = column_key(PQgetvalue(result, i, 0), PQgetvalue(result, i, 1));
        GPtrArray *statements = g_hash_table_lookup(dependents, key);
        if (statements == NULL) {
            statements = g_ptr_array_new_with_free_func(g_free);
            g_hash_table_insert(dependents, g_steal_pointer(&key), statements);
        }
        add(statements, "%s", PQgetvalue(result, i, 2));
    }
    pgs_bench_remember(bench, "proof: dependents", dependents, (GDestroyNotify)g_hash_table_unref);
    return dependents;
}

static void
drop_dependents(GPtrArray *statements, PgsBench *bench, const PgsColumn *column)
{
    g_autofree char *relation = g_strdup_printf("%u", column->relation->oid);
    g_autofree char *number = g_strdup_printf("%d", column->number);
    g_autofree char *key = column_key(relation, number);
    const GPtrArray *dependents = g_hash_table_lookup(recall_dependents(bench), key);
    for (guint i = 0; dependents != NULL && i < dependents->len; i++)
        add(statements, "%s", (const char *)dependents->pdata[i]);
}

/* ---- by kind ---- */

static void
drop_constraint(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    g_autofree char *name = pgs_connection_quote(pgs_bench_connection(bench), rule->name);
    add(statements, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s CASCADE", rule->relation->identity,
        name);
}

static void
drop_key(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    if (rule->is_constraint)
        drop_constraint(statements, bench, rule);
    else
        add(statements, "DROP INDEX IF EXISTS %s CASCADE", rule->index);
}

/* An inheriting table has its own. */
static void
drop_primary_keys(GPtrArray *statements, PgsBench *bench, const PgsRelation *relation,
                  const char *column)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        /* WITHOUT OVERLAPS it is of another kind */
        gboolean is_primary = g_strcmp0(rule->object_kind, "primary key") == 0;
        for (guint k = 0; is_primary && k < rule->n_columns; k++)
            if (strcmp(rule->columns[k]->name, column) == 0)
                drop_constraint(statements, bench, rule);
    }
    for (guint i = 0; i < relation->children->len; i++)
        drop_primary_keys(statements, bench, relation->children->pdata[i], column);
}

/* A primary key's column and an identity column cannot be without. */
static void
drop_not_null(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    const PgsColumn *column = rule->columns[0];
    drop_primary_keys(statements, bench, rule->relation, column->name);
    const char *table = rule->relation->identity;
    if (column->identity != 0)
        add(statements, "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY IF EXISTS", table,
            column->quoted);
    add(statements, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table, column->quoted);
}

/* A name in quotation marks has no modifier, not even the one that SQL's own word stands for. */
static char *
unlimited_type(PgsBench *bench, const PgsType *type)
{
    gboolean is_array = type->element != NULL;
    const PgsType *base = pgs_type_base(is_array ? type->element : type);
    if (!is_array && base->element != NULL) /* a domain over an array */
        return unlimited_type(bench, base);
    g_autofree char *name = pgs_connection_quote(pgs_bench_connection(bench), base->name);
    g_autofree char *schema = pgs_connection_quote(pgs_bench_connection(bench), base->schema);
    return g_strdup_printf("%s.%s%s", schema, name, is_array ? "[]" : "");
}

static void
unlimit(GPtrArray *statements, PgsBench *bench, const PgsColumn *column)
{
    g_autofree char *type = unlimited_type(bench, column->type);
    drop_dependents(statements, bench, column);
    add(statements, "ALTER TABLE %s ALTER COLUMN %s TYPE %s", column->relation->identity,
        column->quoted, type);
}

static void
drop_limit(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    if (rule->relation != NULL) {
        unlimit(statements, bench, rule->columns[0]);
        return;
    }
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(bench));
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        for (guint k = 0; k < relation->columns->len; k++) {
            const PgsColumn *column = relation->columns->pdata[k];
            if (!column->is_inherited && column->generated == 0 &&
                pgs_type_is_made_of(column->type, rule->type))
                unlimit(statements, bench, column);
        }
    }
}

static void
drop_generated(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    const PgsColumn *column = rule->columns[0];
    const char *table = rule->relation->identity;
    if (column->generated == 'v' && pgs_bench_server_version(bench) >= SINCE_VIRTUAL)
        add(statements, "ALTER TABLE %s DROP COLUMN %s CASCADE, ADD COLUMN %s %s", table,
            column->quoted, column->quoted, column->type_sql);
    else
        add(statements, "ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION IF EXISTS", table,
            column->quoted);
}

/* A default of nextval() refuses nothing. */
static void
drop_identity(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    (void)bench;
    const PgsColumn *column = rule->columns[0];
    if (column->identity == 'a')
        add(statements, "ALTER TABLE %s ALTER COLUMN %s SET GENERATED BY DEFAULT",
            rule->relation->identity, column->quoted);
}

static void
drop_domain_check(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    g_autofree char *name = pgs_connection_quote(pgs_bench_connection(bench), rule->name);
    add(statements, "ALTER DOMAIN %s DROP CONSTRAINT IF EXISTS %s CASCADE", rule->type->sql, name);
}

static void
drop_domain_not_null(GPtrArray *statements, PgsBench *bench, const PgsRule *rule)
{
    (void)bench;
    add(statements, "ALTER DOMAIN %s DROP NOT NULL", rule->type->sql);
}

typedef void (*DropFunc)(GPtrArray *statements, PgsBench *bench, const PgsRule *rule);

/* An enum's labels cannot be taken away. */
static const DropFunc drops[PGS_N_RULE_KINDS] = {
    [PGS_RULE_NOT_NULL] = drop_not_null,
    [PGS_RULE_PRIMARY_KEY] = drop_key,
    [PGS_RULE_UNIQUE] = drop_key,
    [PGS_RULE_CHECK] = drop_constraint,
    [PGS_RULE_EXCLUSION] = drop_constraint,
    [PGS_RULE_FOREIGN_KEY] = drop_constraint,
    [PGS_RULE_LENGTH] = drop_limit,
    [PGS_RULE_PRECISION] = drop_limit,
    [PGS_RULE_GENERATED] = drop_generated,
    [PGS_RULE_IDENTITY] = drop_identity,
    [PGS_RULE_DOMAIN_CHECK] = drop_domain_check,
    [PGS_RULE_DOMAIN_NOT_NULL] = drop_domain_not_null,
};

GPtrArray *
pgs_rule_drop(PgsBench *bench, const PgsRule *rule)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    if (drops[rule->kind] != NULL)
        drops[rule->kind](statements, bench, rule);
    return statements->len > 0 ? g_steal_pointer(&statements) : NULL;
}

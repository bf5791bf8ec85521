#ifndef PGS_TESTS_RECORD_SAMPLE_SCHEMA_H
#define PGS_TESTS_RECORD_SAMPLE_SCHEMA_H

#include "record/record.h"

/* Relations for the samples, column by column. */

static inline PgsRecordRelation *
sample_relation(PgsRecordSystem *system, const char *kind, const char *name)
{
    g_autofree char *object = g_strdup_printf("%s %s", kind, name);
    PgsRecordRelation *relation = pgs_record_relation_new(kind, name, object);
    pgs_record_system_add_relation(system, relation);
    return relation;
}

static inline PgsRecordColumn *
sample_column(PgsRecordRelation *relation, const char *name, const char *type, gboolean not_null)
{
    PgsRecordColumn *column = pgs_record_column_new(name, type);
    column->not_null = not_null;
    g_ptr_array_add(relation->columns, column);
    return column;
}

/* columns: names with commas between them, or NULL. */
static inline PgsRecordConstraint *
sample_constraint(PgsRecordRelation *relation, const char *kind, const char *name,
                  const char *columns, const char *definition)
{
    /* An index is an object of its schema, everything else one of its table. */
    gboolean is_index = g_str_equal(kind, "index");
    const char *point = strchr(relation->name, '.');
    g_autofree char *object =
        is_index
            ? g_strdup_printf("index %.*s.%s", (int)(point - relation->name), relation->name, name)
            : g_strdup_printf("%s %s.%s", kind, relation->name, name);
    PgsRecordConstraint *constraint = pgs_record_constraint_new(kind, name, object);
    constraint->definition = g_strdup(definition);
    g_auto(GStrv) names = columns != NULL ? g_strsplit(columns, ",", -1) : NULL;
    for (char **next = names; next != NULL && *next != NULL; next++)
        g_ptr_array_add(constraint->columns, g_strdup(*next));
    g_ptr_array_add(relation->constraints, constraint);
    return constraint;
}

/* id and its primary key. */
static inline PgsRecordRelation *
sample_table(PgsRecordSystem *system, const char *name)
{
    PgsRecordRelation *table = sample_relation(system, "table", name);
    sample_column(table, "id", "uuid", TRUE)->value = g_strdup("gen_random_uuid()");
    g_autofree char *key = g_strdup_printf("%s_pkey", strchr(name, '.') + 1);
    sample_constraint(table, "primary key", key, "id", "PRIMARY KEY (id)");
    return table;
}

/* The column, and the foreign key that binds it to the id of another table. */
static inline PgsRecordConstraint *
sample_reference(PgsRecordRelation *table, const char *column, const char *references,
                 const char *on_delete)
{
    sample_column(table, column, "uuid", g_str_equal(on_delete, "CASCADE"));
    g_autofree char *name = g_strdup_printf("fk_%s_%s", strchr(table->name, '.') + 1, column);
    g_autofree char *rule = g_str_equal(on_delete, "NO ACTION")
                                ? g_strdup("")
                                : g_strdup_printf(" ON DELETE %s", on_delete);
    g_autofree char *definition = g_strdup_printf("FOREIGN KEY (%s) REFERENCES %s(id)%s", column,
                                                  strchr(references, '.') + 1, rule);
    PgsRecordConstraint *key = sample_constraint(table, "foreign key", name, column, definition);
    key->references = g_strdup(references);
    g_ptr_array_add(key->referenced, g_strdup("id"));
    key->on_delete = g_strdup(on_delete);
    key->on_update = g_strdup("NO ACTION");
    return key;
}

#endif

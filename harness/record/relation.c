#include "record/relation.h"

PgsRecordColumn *
pgs_record_column_new(const char *name, const char *type)
{
    PgsRecordColumn *column = g_new0(PgsRecordColumn, 1);
    column->name = g_strdup(name);
    column->type = g_strdup(type);
    return column;
}

void
pgs_record_column_free(PgsRecordColumn *column)
{
    g_free(column->name);
    g_free(column->type);
    g_free(column->value);
    g_free(column);
}

PgsRecordConstraint *
pgs_record_constraint_new(const char *kind, const char *name, const char *object)
{
    PgsRecordConstraint *constraint = g_new0(PgsRecordConstraint, 1);
    constraint->kind = g_strdup(kind);
    constraint->name = g_strdup(name);
    constraint->object = g_strdup(object);
    constraint->columns = g_ptr_array_new_with_free_func(g_free);
    constraint->referenced = g_ptr_array_new_with_free_func(g_free);
    return constraint;
}

void
pgs_record_constraint_free(PgsRecordConstraint *constraint)
{
    g_free(constraint->kind);
    g_free(constraint->name);
    g_free(constraint->object);
    g_free(constraint->definition);
    g_ptr_array_unref(constraint->columns);
    g_free(constraint->references);
    g_ptr_array_unref(constraint->referenced);
    g_free(constraint->on_delete);
    g_free(constraint->on_update);
    g_free(constraint);
}

PgsRecordRelation *
pgs_record_relation_new(const char *kind, const char *name, const char *object)
{
    PgsRecordRelation *relation = g_new0(PgsRecordRelation, 1);
    relation->kind = g_strdup(kind);
    relation->name = g_strdup(name);
    relation->object = g_strdup(object);
    relation->columns = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_column_free);
    relation->constraints =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_constraint_free);
    return relation;
}

void
pgs_record_relation_free(PgsRecordRelation *relation)
{
    g_free(relation->kind);
    g_free(relation->name);
    g_free(relation->object);
    g_free(relation->parent);
    g_free(relation->comment);
    g_ptr_array_unref(relation->columns);
    g_ptr_array_unref(relation->constraints);
    g_free(relation);
}

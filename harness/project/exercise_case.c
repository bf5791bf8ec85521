#include "project/exercise_case.h"

PgsCaseValue *
pgs_case_value_new(const char *column)
{
    PgsCaseValue *value = g_new0(PgsCaseValue, 1);
    value->column = g_strdup(column);
    return value;
}

void
pgs_case_value_free(PgsCaseValue *value)
{
    if (value == NULL)
        return;
    g_free(value->column);
    g_free(value->text);
    g_free(value->sql);
    g_free(value->row);
    g_free(value->member);
    g_free(value);
}

PgsCaseRow *
pgs_case_row_new(const char *table)
{
    PgsCaseRow *row = g_new0(PgsCaseRow, 1);
    row->table = g_strdup(table);
    row->values = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_case_value_free);
    return row;
}

void
pgs_case_row_free(PgsCaseRow *row)
{
    if (row == NULL)
        return;
    g_free(row->name);
    g_free(row->table);
    g_ptr_array_unref(row->values);
    g_free(row);
}

PgsExerciseCase *
pgs_exercise_case_new(const char *title)
{
    PgsExerciseCase *added = g_new0(PgsExerciseCase, 1);
    added->title = g_strdup(title);
    added->given = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_case_row_free);
    added->stays = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_case_row_free);
    added->gone = g_new0(char *, 1);
    added->requirements = g_new0(char *, 1);
    return added;
}

void
pgs_exercise_case_free(PgsExerciseCase *exercise_case)
{
    if (exercise_case == NULL)
        return;
    g_free(exercise_case->title);
    g_ptr_array_unref(exercise_case->given);
    pgs_case_row_free(exercise_case->row);
    g_free(exercise_case->sql);
    g_free(exercise_case->constraint);
    g_free(exercise_case->sqlstate);
    g_strfreev(exercise_case->gone);
    g_ptr_array_unref(exercise_case->stays);
    g_strfreev(exercise_case->requirements);
    g_free(exercise_case);
}

PgsExerciseFacts *
pgs_exercise_facts_new(void)
{
    PgsExerciseFacts *facts = g_new0(PgsExerciseFacts, 1);
    facts->cases = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_exercise_case_free);
    return facts;
}

void
pgs_exercise_facts_free(PgsExerciseFacts *facts)
{
    if (facts == NULL)
        return;
    g_ptr_array_unref(facts->cases);
    g_free(facts);
}

const PgsCaseRow *
pgs_exercise_case_find(const PgsExerciseCase *exercise_case, const char *name)
{
    for (guint i = 0; i < exercise_case->given->len; i++) {
        const PgsCaseRow *row = g_ptr_array_index(exercise_case->given, i);
        if (g_strcmp0(row->name, name) == 0)
            return row;
    }
    return NULL;
}

#include "volume/column_trial.h"

#include "synthesis/synthesis_recipe.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST = 40,   /* of a sample's numbers are 1, 2, 3, … */
    SPREAD = 160, /* the others lie between these and the highest */
};

struct _PgsColumnTrial {
    PgsBench *bench;
    const PgsDraft *accepted;
    const GPtrArray *conditions;
    GPtrArray *probes; /* char * */
    PgsBatch *batch;
    GArray *samples; /* PgsColumnSample */
};

static void
sample_clear(gpointer sample)
{
    g_free(((PgsColumnSample *)sample)->n_true);
}

PgsColumnTrial *
pgs_column_trial_new(PgsBench *bench, const PgsDraft *accepted, const GPtrArray *conditions)
{
    PgsColumnTrial *trial = g_new0(PgsColumnTrial, 1);
    trial->bench = bench;
    trial->accepted = accepted;
    trial->conditions = conditions;
    trial->probes = g_ptr_array_new_with_free_func(g_free);
    trial->batch = pgs_batch_new();
    trial->samples = g_array_new(FALSE, TRUE, sizeof(PgsColumnSample));
    g_array_set_clear_func(trial->samples, sample_clear);
    return trial;
}

void
pgs_column_trial_free(PgsColumnTrial *trial)
{
    if (trial == NULL)
        return;
    g_ptr_array_unref(trial->probes);
    g_array_unref(trial->samples);
    pgs_batch_free(trial->batch);
    g_free(trial);
}

guint
pgs_column_trial_probe(PgsColumnTrial *trial, const char *condition)
{
    g_ptr_array_add(trial->probes, g_strdup(condition));
    return trial->probes->len - 1;
}

/* ---- the query ---- */

static guint
append_numbers(GString *sql, gint64 upto)
{
    guint n = 0;
    g_string_append(sql, "pg_catalog.unnest('{");
    for (gint64 i = 1; i <= MIN(FIRST, MAX(upto, 1)); i++, n++)
        g_string_append_printf(sql, "%s%" G_GINT64_FORMAT, i > 1 ? "," : "", i);
    gint64 last = FIRST;
    for (gint64 k = 1; k <= SPREAD; k++) {
        gint64 number = FIRST + (gint64)((double)(upto - FIRST) * (double)k / SPREAD);
        if (number <= last)
            continue;
        g_string_append_printf(sql, ",%" G_GINT64_FORMAT, number);
        last = number;
        n++;
    }
    g_string_append(sql, "}'::pg_catalog.int8[]) AS pgs_numbers (i)");
    return n;
}

static void
append_default(GString *sql, const PgsColumn *column)
{
    if (column->default_sql == NULL)
        g_string_append(sql, column->sequence != NULL ? "i" : "NULL");
    else
        g_string_append(sql, column->sequence != NULL ? "i" : column->default_sql);
}

static void
append_given(GString *sql, const PgsColumnTrial *trial, const PgsColumn *column,
             const GPtrArray *columns, const GPtrArray *expressions)
{
    guint at;
    g_string_append(sql, "CAST(");
    if (g_ptr_array_find((GPtrArray *)columns, column, &at)) {
        g_string_append(sql, expressions->pdata[at]);
    } else {
        PgsValue value = pgs_draft_get(trial->accepted, column);
        if (value.kind == PGS_VALUE_DEFAULT)
            append_default(sql, column);
        else
            pgs_value_append(sql, value);
    }
    g_string_append_printf(sql, " AS %s)", column->type_sql);
    if (column->collation != NULL)
        g_string_append_printf(sql, " COLLATE %s", column->collation);
    g_string_append_printf(sql, " AS %s", column->quoted);
}

/* Those that are tried, those that conditions name, and what these are generated from. */
static GPtrArray *
read_columns(const PgsColumnTrial *trial, const GPtrArray *columns)
{
    const PgsRelation *relation = trial->accepted->relation;
    GPtrArray *read = g_ptr_array_new();
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_add(read, columns->pdata[i]);
    for (guint i = 0; i < trial->conditions->len; i++)
        pgs_relation_named_columns(relation, trial->conditions->pdata[i], read);
    for (guint i = 0; i < trial->probes->len; i++)
        pgs_relation_named_columns(relation, trial->probes->pdata[i], read);
    for (guint i = 0; i < read->len; i++) {
        const PgsColumn *column = read->pdata[i];
        if (column->generated != 0)
            pgs_relation_named_columns(relation, column->generated_sql, read);
    }
    return read;
}

static void
append_rows(GString *sql, const PgsColumnTrial *trial, const GPtrArray *columns,
            const GPtrArray *expressions, const GPtrArray *read, const char *numbers)
{
    g_autoptr(GString) given = g_string_new(NULL);
    g_autoptr(GString) generated = g_string_new("SELECT *");
    guint n_generated = 0;
    for (guint i = 0; i < trial->accepted->relation->columns->len; i++) {
        const PgsColumn *column = trial->accepted->relation->columns->pdata[i];
        if (!g_ptr_array_find((GPtrArray *)read, column, NULL))
            continue;
        if (column->generated != 0) {
            g_string_append_printf(generated, ", CAST((%s) AS %s) AS %s", column->generated_sql,
                                   column->type_sql, column->quoted);
            n_generated++;
            continue;
        }
        g_string_append(given, given->len > 0 ? ", " : "SELECT ");
        append_given(given, trial, column, columns, expressions);
    }
    /* OFFSET 0: each is evaluated once, however often the conditions name it. */
    g_string_append_printf(given, " FROM %s OFFSET 0", numbers);
    if (n_generated > 0)
        g_string_append_printf(sql, "(%s FROM (%s) AS pgs_given OFFSET 0)", generated->str,
                               given->str);
    else
        g_string_append_printf(sql, "(%s)", given->str);
}

static void
append_conditions(GString *sql, const PgsColumnTrial *trial, const char *answer)
{
    g_string_append(sql, ", pg_catalog.count(*) FILTER (WHERE true");
    for (guint i = 0; i < trial->conditions->len; i++)
        g_string_append_printf(sql, " AND (%s) %s", (const char *)trial->conditions->pdata[i],
                               answer);
    g_string_append_c(sql, ')');
}

static void
append_results(GString *sql, const PgsColumnTrial *trial, const GPtrArray *columns)
{
    g_autoptr(GString) row = g_string_new(NULL);
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        g_string_append_printf(row, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    g_string_append(sql, "SELECT pg_catalog.count(*)");
    append_conditions(sql, trial, "IS NOT FALSE");
    append_conditions(sql, trial, "IS TRUE");
    g_string_append_printf(sql, ", pg_catalog.count(DISTINCT ROW(%s)::pg_catalog.text)", row->str);
    for (guint i = 0; i < trial->probes->len; i++)
        g_string_append_printf(sql, ", pg_catalog.count(*) FILTER (WHERE %s)",
                               (const char *)trial->probes->pdata[i]);
}

guint
pgs_column_trial_add(PgsColumnTrial *trial, const GPtrArray *columns, const GPtrArray *expressions,
                     gint64 upto)
{
    g_autoptr(GPtrArray) read = read_columns(trial, columns);
    g_autoptr(GString) numbers = g_string_new(NULL);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autofree char *alias =
        pgs_connection_quote(pgs_bench_connection(trial->bench), trial->accepted->relation->name);
    PgsColumnSample sample = {.n = append_numbers(numbers, upto)};
    append_results(sql, trial, columns);
    g_string_append(sql, " FROM ");
    append_rows(sql, trial, columns, expressions, read, numbers->str);
    g_string_append_printf(sql, " AS %s", alias);
    pgs_batch_begin(trial->batch);
    pgs_batch_add(trial->batch, sql->str);
    g_array_append_val(trial->samples, sample);
    return trial->samples->len - 1;
}

/* ---- the answers ---- */

static guint
number_at(const PGresult *result, guint column)
{
    return (guint)strtoul(PQgetvalue(result, 0, (int)column), NULL, 10);
}

gboolean
pgs_column_trial_run(PgsColumnTrial *trial, GError **error)
{
    if (trial->samples->len == 0)
        return TRUE;
    if (!pgs_batch_run(trial->batch, pgs_bench_connection(trial->bench), error))
        return FALSE;
    for (guint i = 0; i < trial->samples->len; i++) {
        const PgsBatchResult *result = pgs_batch_result(trial->batch, i);
        PgsColumnSample *sample = &g_array_index(trial->samples, PgsColumnSample, i);
        if (result->failure != NULL)
            continue;
        const PGresult *row = result->results->pdata[0];
        sample->is_valid = TRUE;
        sample->n_accepted = number_at(row, 1);
        sample->n_fulfilled = number_at(row, 2);
        sample->n_distinct = number_at(row, 3);
        sample->n_true = g_new0(guint, trial->probes->len + 1);
        for (guint k = 0; k < trial->probes->len; k++)
            sample->n_true[k] = number_at(row, 4 + k);
    }
    return TRUE;
}

const PgsColumnSample *
pgs_column_trial_sample(const PgsColumnTrial *trial, guint attempt)
{
    return &g_array_index(trial->samples, PgsColumnSample, attempt);
}

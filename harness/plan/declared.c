#include "plan/declared.h"

#include "base/text.h"
#include "inventory/sandbox.h"
#include "plan/declared_infer.h"
#include "plan/planning_state.h"
#include "project/names.h"

#include <stdarg.h>
#include <string.h>

static PgsDeclared *
declared_new(void)
{
    PgsDeclared *declared = g_new0(PgsDeclared, 1);
    declared->values = g_ptr_array_new_with_free_func(g_free);
    return declared;
}

void
pgs_declared_free(PgsDeclared *declared)
{
    if (declared == NULL)
        return;
    g_ptr_array_unref(declared->values);
    g_free(declared->trouble);
    pgs_failure_free(declared->failure);
    g_free(declared);
}

void
pgs_declared_reject(PgsDeclared *declared, gboolean is_fault, const char *format, ...)
{
    if (declared->trouble != NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    declared->trouble = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    declared->is_fault = is_fault;
}

typedef struct {
    PgsPlanning *planning;
    const PgsPlanParameter *parameter;
    const PgsParameterUse *use; /* or NULL */
    guint number;
    PgsDeclared *declared;
} Reading;

/* ---- a value ---- */

static gboolean
read_text(const Reading *reading, G_GNUC_UNUSED GError **error)
{
    g_ptr_array_add(reading->declared->values, g_strdup(reading->parameter->text));
    return TRUE;
}

/* ---- a query of one value ---- */

static void
take_rows(const Reading *reading, const PGresult *rows)
{
    g_autofree char *n_rows = pgs_text_count((guint64)PQntuples(rows), "row", NULL);
    g_autofree char *n_columns = pgs_text_count((guint64)PQnfields(rows), "column", NULL);
    if (PQntuples(rows) == 1 && PQnfields(rows) == 1)
        g_ptr_array_add(reading->declared->values,
                        PQgetisnull(rows, 0, 0) ? NULL : g_strdup(PQgetvalue(rows, 0, 0)));
    else
        pgs_declared_reject(reading->declared, PQnfields(rows) != 1,
                            "the query for $%u gives %s of %s, not one value: %s", reading->number,
                            n_rows, n_columns, reading->parameter->text);
}

static gboolean
read_sql(const Reading *reading, GError **error)
{
    PgsPlanning *planning = reading->planning;
    g_auto(PgsSandbox) sandbox = {NULL, FALSE};
    if (!pgs_sandbox_begin(&sandbox, planning->connection, "", error))
        return FALSE;
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) rows =
        pgs_connection_query(planning->connection, PGS_SHAPE_ANY, reading->parameter->text, 0, NULL,
                             &reading->declared->failure, &local);
    if (rows != NULL) {
        take_rows(reading, rows);
    } else if (pgs_planning_is_fatal(planning, local)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    } else {
        g_autofree char *line = g_strdelimit(g_strdup(local->message), "\n", ' ');
        pgs_declared_reject(reading->declared, TRUE, "the query for $%u was refused: %s",
                            reading->number, line);
    }
    return TRUE;
}

/* ---- a column's value ---- */

static const PgsColumn *
find_column(const Reading *reading, const char *relation_name, const char *column_name)
{
    g_autofree char *why = NULL;
    const PgsRelation *relation = pgs_planning_find_table(reading->planning, relation_name, &why);
    if (relation == NULL) {
        pgs_declared_reject(reading->declared, TRUE, "$%u: %s", reading->number, why);
        return NULL;
    }
    g_autofree char *plain = pgs_name_plain(column_name);
    const PgsColumn *column = pgs_relation_column(relation, plain);
    if (column != NULL)
        return column;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < relation->columns->len; i++)
        g_ptr_array_add(names, ((PgsColumn *)relation->columns->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(plain, (const char *const *)names->pdata);
    pgs_declared_reject(reading->declared, TRUE, "$%u: %s has no column \"%s\"%s%s%s",
                        reading->number, relation->identity, plain,
                        nearest != NULL ? ": did you mean \"" : "", nearest != NULL ? nearest : "",
                        nearest != NULL ? "\"?" : "");
    return NULL;
}

static PgsPick
pick_of(PgsParameterKind kind)
{
    return kind == PGS_PARAMETER_RARE     ? PGS_PICK_RARE
           : kind == PGS_PARAMETER_COMMON ? PGS_PICK_COMMON
                                          : PGS_PICK_MIDDLE;
}

static void
take_picked(const Reading *reading, const char *value)
{
    gboolean wants_array =
        reading->use != NULL && (g_strcmp0(reading->use->comparison, "ANY") == 0 ||
                                 g_strcmp0(reading->use->comparison, "ALL") == 0);
    if (value == NULL)
        pgs_declared_reject(reading->declared, FALSE,
                            "no value for $%u could be picked: %s holds "
                            "none",
                            reading->number, reading->parameter->text);
    else
        g_ptr_array_add(reading->declared->values,
                        wants_array ? pgs_declared_array_of(value) : g_strdup(value));
}

static gboolean
read_picked(const Reading *reading, GError **error)
{
    g_autofree char *relation = NULL, *name = NULL, *value = NULL;
    pgs_name_split(reading->parameter->text, &relation, &name);
    const PgsColumn *column = relation != NULL ? find_column(reading, relation, name) : NULL;
    if (column == NULL) {
        pgs_declared_reject(reading->declared, TRUE, "$%u: \"%s\" says no table", reading->number,
                            reading->parameter->text);
        return TRUE;
    }
    g_autoptr(GError) local = NULL;
    if (!pgs_parameter_pick(reading->planning->connection, column->relation->identity,
                            column->quoted, NULL, pick_of(reading->parameter->kind), &value,
                            &local)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    take_picked(reading, value);
    return TRUE;
}

/* ---- the whole ---- */

typedef gboolean (*ReadFunc)(const Reading *reading, GError **error);
static const ReadFunc functions[] = {
    [PGS_PARAMETER_TEXT] = read_text,     [PGS_PARAMETER_SQL] = read_sql,
    [PGS_PARAMETER_RARE] = read_picked,   [PGS_PARAMETER_COMMON] = read_picked,
    [PGS_PARAMETER_MIDDLE] = read_picked,
};

static void
reject_number(PgsDeclared *declared, guint n_parameters, guint n_values)
{
    g_autofree char *parameters = pgs_text_count(n_parameters, "parameter", NULL);
    g_autofree char *values = pgs_text_count(n_values, "value is", "values are");
    pgs_declared_reject(declared, TRUE, "the query has %s, and %s given", parameters, values);
}

static gboolean
read_given(PgsPlanning *planning, const PgsPlanQuery *query, const GPtrArray *uses,
           PgsDeclared *declared, GError **error)
{
    /* What cannot be parsed here is the server's to refuse. */
    if (uses->len > 0 && uses->len != query->parameters->len)
        reject_number(declared, uses->len, query->parameters->len);
    for (guint i = 0; i < query->parameters->len && declared->trouble == NULL; i++) {
        const PgsPlanParameter *parameter = query->parameters->pdata[i];
        const Reading reading = {planning, parameter, i < uses->len ? uses->pdata[i] : NULL, i + 1,
                                 declared};
        if (!functions[parameter->kind](&reading, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
infer_all(PgsPlanning *planning, const PgsPlanQuery *query, const GPtrArray *uses,
          PgsDeclared *declared, GError **error)
{
    for (guint i = 0; i < uses->len && declared->trouble == NULL; i++) {
        if (!pgs_declared_infer(planning, query, uses, i, declared, error))
            return FALSE;
    }
    return TRUE;
}

PgsDeclared *
pgs_declared_read(PgsPlanning *planning, const PgsPlanQuery *query, GError **error)
{
    g_autoptr(PgsDeclared) declared = declared_new();
    if (query->parameters->len == 0 && strlen(query->sql) > PGS_PARAMETER_MAX_LENGTH &&
        strchr(query->sql, '$') != NULL)
        pgs_declared_reject(
            declared, TRUE,
            "the query is longer than 16 KiB: what its parameters are compared with "
            "is not read; " PGS_DECLARED_HOW);
    g_autoptr(GPtrArray) uses = pgs_parameter_uses(query->sql);
    gboolean ok = query->parameters->len > 0 ? read_given(planning, query, uses, declared, error)
                                             : infer_all(planning, query, uses, declared, error);
    return ok ? g_steal_pointer(&declared) : NULL;
}

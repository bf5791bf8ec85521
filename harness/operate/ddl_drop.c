#include "operate/ddl_plan.h"
#include "operate/ddl_ring.h"

#include <string.h>

/* What goes, and what has to be made again since something below it changes. */

#define LOSES_ROWS "data is lost: the rows of this table"
#define LOSES_COLUMN "data is lost: the values of this column"

/* The rank of a drop: of what is made again, and of what is gone for good. */
static const struct {
    const char *kind;
    PgsDdlRank again, gone;
    const char *remark;
    gboolean can_be_remade; /* nothing is lost by that */
} rows[] = {
    {"foreign key", PGS_DDL_DROP_KEY, PGS_DDL_DROP_KEY, NULL, TRUE},
    {"policy", PGS_DDL_DROP_PART, PGS_DDL_DROP_PART, NULL, TRUE},
    {"trigger", PGS_DDL_DROP_PART, PGS_DDL_DROP_PART, NULL, TRUE},
    {"rule", PGS_DDL_DROP_PART, PGS_DDL_DROP_PART, NULL, TRUE},
    {"view", PGS_DDL_DROP_VIEW, PGS_DDL_DROP_VIEW, NULL, TRUE},
    {"materialized view", PGS_DDL_DROP_VIEW, PGS_DDL_DROP_VIEW, NULL, TRUE},
    {"statistics", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"index", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"check constraint", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"primary key", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"unique constraint", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"exclusion constraint", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"domain constraint", PGS_DDL_DROP_INDEX, PGS_DDL_DROP_INDEX, NULL, TRUE},
    {"function", PGS_DDL_DROP_FUNCTION, PGS_DDL_LOSE_FUNCTION, NULL, TRUE},
    {"procedure", PGS_DDL_DROP_FUNCTION, PGS_DDL_LOSE_FUNCTION, NULL, TRUE},
    {"window function", PGS_DDL_DROP_FUNCTION, PGS_DDL_LOSE_FUNCTION, NULL, TRUE},
    {"column", PGS_DDL_LOSE_COLUMN, PGS_DDL_LOSE_COLUMN, LOSES_COLUMN, FALSE},
    {"attribute", PGS_DDL_LOSE_COLUMN, PGS_DDL_LOSE_COLUMN, LOSES_COLUMN, FALSE},
    {"table", PGS_DDL_LOSE_TABLE, PGS_DDL_LOSE_TABLE, LOSES_ROWS, FALSE},
    {"sequence", PGS_DDL_LOSE_SEQUENCE, PGS_DDL_LOSE_SEQUENCE, NULL, FALSE},
    {"enum type", PGS_DDL_LOSE_TYPE, PGS_DDL_LOSE_TYPE, NULL, FALSE},
    {"domain", PGS_DDL_LOSE_TYPE, PGS_DDL_LOSE_TYPE, NULL, FALSE},
    {"range type", PGS_DDL_LOSE_TYPE, PGS_DDL_LOSE_TYPE, NULL, FALSE},
    {"composite type", PGS_DDL_LOSE_TYPE, PGS_DDL_LOSE_TYPE, NULL, FALSE},
    {"type", PGS_DDL_LOSE_TYPE, PGS_DDL_LOSE_TYPE, NULL, FALSE},
    {"extension", PGS_DDL_LOSE_EXTENSION, PGS_DDL_LOSE_EXTENSION, NULL, FALSE},
    {"schema", PGS_DDL_LOSE_SCHEMA, PGS_DDL_LOSE_SCHEMA, NULL, FALSE},
};

static gssize
row_of(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].kind, kind) == 0)
            return (gssize)i;
    }
    return -1;
}

static char *
drop_statement(const PgsObject *object)
{
    const char *noun = pgs_ddl_noun(object->kind);
    const char *name = pgs_ddl_part_name(object);
    if (strcmp(noun, "CONSTRAINT") == 0)
        return g_strdup_printf("ALTER %s %s DROP CONSTRAINT %s",
                               strcmp(object->kind, "domain constraint") == 0 ? "DOMAIN" : "TABLE",
                               object->parent, name);
    if (strcmp(object->kind, "column") == 0)
        return g_strdup_printf("ALTER TABLE %s DROP COLUMN %s", object->parent, name);
    if (strcmp(object->kind, "attribute") == 0)
        return g_strdup_printf("ALTER TYPE %s DROP ATTRIBUTE %s", object->parent, name);
    if (name != object->identity)
        return g_strdup_printf("DROP %s %s ON %s", noun, name, object->parent);
    return g_strdup_printf("DROP %s %s", noun, object->identity);
}

/* ---- drops ---- */

void
pgs_ddl_drop_default(PgsDdlPlan *plan, const PgsObject *column)
{
    if (g_hash_table_add(plan->dropped, g_strconcat("default ", column->identity, NULL)))
        pgs_ddl_plan_add(plan, PGS_DDL_DROP_DEFAULT, column, NULL,
                         g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                                         column->parent, pgs_ddl_part_name(column)));
}

/* What ties a table to something that is made of it goes before both. */
static void
open_ring(PgsDdlPlan *plan, const PgsObject *table)
{
    g_autoptr(GPtrArray) parts = pgs_ddl_ring_parts(plan->from, plan->to->snapshot, table);
    for (guint i = 0; i < parts->len; i++) {
        if (pgs_object_get(parts->pdata[i], "default") != NULL)
            pgs_ddl_drop_default(plan, parts->pdata[i]);
        else
            pgs_ddl_drop(plan, parts->pdata[i], FALSE);
    }
}

/* A sequence goes with the column that owns it, or with its identity. */
static gboolean
goes_with_owner(const PgsDdlPlan *plan, const PgsObject *object)
{
    const char *owner = pgs_object_get(object, "owned-by");
    if (strcmp(object->kind, "sequence") != 0 || owner == NULL)
        return FALSE;
    const PgsObject *before = pgs_snapshot_find(plan->from->snapshot, "column", owner);
    const PgsObject *after = pgs_snapshot_find(plan->to->snapshot, "column", owner);
    return after == NULL || (before != NULL && pgs_object_get(before, "identity") != NULL);
}

void
pgs_ddl_drop(PgsDdlPlan *plan, const PgsObject *object, gboolean again)
{
    gssize row = row_of(object->kind);
    if (row < 0 || pgs_ddl_comes_with_parent(plan->from, object) || goes_with_owner(plan, object) ||
        !g_hash_table_add(plan->dropped, pgs_ddl_key(object)))
        return;
    if (strcmp(object->kind, "table") == 0)
        open_ring(plan, object);
    pgs_ddl_plan_add(plan, again ? rows[row].again : rows[row].gone, object, rows[row].remark,
                     drop_statement(object));
}

/* ---- again ---- */

/* A column cannot be made again: its default, which hangs on something, is put aside. */
static void
put_default_aside(PgsDdlPlan *plan, const PgsObject *column)
{
    if (pgs_object_get(column, "default") == NULL)
        return;
    pgs_ddl_drop_default(plan, column);
    const PgsObject *after = pgs_snapshot_find(plan->to->snapshot, "column", column->identity);
    if (after != NULL)
        pgs_ddl_set_default(plan, after);
}

static gboolean
is_dropped(const PgsDdlPlan *plan, const PgsObject *object)
{
    g_autofree char *key = pgs_ddl_key(object);
    return g_hash_table_contains(plan->dropped, key);
}

static void
remake_dependents(PgsDdlPlan *plan, const PgsObject *before, gboolean only_blocking)
{
    static const char *const blocking[] = {"view",   "materialized view", "rule",      "trigger",
                                           "policy", "function",          "procedure", NULL};
    g_autofree char *key = pgs_ddl_key(before);
    const GPtrArray *dependents = pgs_ddl_side_dependents(plan->from, key);
    for (guint i = 0; dependents != NULL && i < dependents->len; i++) {
        const PgsObject *object = pgs_ddl_side_find_key(plan->from, dependents->pdata[i]);
        /* Its own parts go with it, and are made with it. */
        if (object == NULL || g_strcmp0(object->parent, before->identity) == 0)
            continue;
        if (strcmp(object->kind, "column") == 0 && !only_blocking)
            put_default_aside(plan, object);
        else if (!only_blocking || g_strv_contains(blocking, object->kind))
            pgs_ddl_remake(plan, object);
    }
}

void
pgs_ddl_remake_dependents(PgsDdlPlan *plan, const PgsObject *before)
{
    remake_dependents(plan, before, TRUE);
}

void
pgs_ddl_remake(PgsDdlPlan *plan, const PgsObject *before)
{
    gssize row = row_of(before->kind);
    if (row < 0 || !rows[row].can_be_remade || is_dropped(plan, before) ||
        !g_hash_table_add(plan->dropped,
                          g_strconcat("again ", before->kind, " ", before->identity, NULL)))
        return;
    const PgsObject *after = pgs_snapshot_find(plan->to->snapshot, before->kind, before->identity);
    /* It is made before what hangs on it, and dropped behind that. */
    if (after != NULL)
        pgs_ddl_create(plan, after);
    remake_dependents(plan, before, FALSE);
    /* It stands in the way even when nothing takes its place. */
    pgs_ddl_drop(plan, before, TRUE);
    const GPtrArray *parts = pgs_ddl_side_parts(plan->from, before->identity);
    for (guint i = 0; parts != NULL && i < parts->len; i++)
        g_hash_table_add(plan->dropped, pgs_ddl_key(parts->pdata[i]));
}

void
pgs_ddl_drop_sequence(PgsDdlPlan *plan, const PgsObject *sequence)
{
    if (!g_hash_table_add(plan->dropped, pgs_ddl_key(sequence)))
        return;
    remake_dependents(plan, sequence, FALSE);
    pgs_ddl_plan_add(plan, PGS_DDL_DROP_SEQUENCE, sequence, NULL, drop_statement(sequence));
}

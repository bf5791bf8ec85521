#include "operate/ddl_plan.h"

#include <string.h>

/* Since PostgreSQL 18 a NOT NULL is a constraint with a name, which may be NOT VALID or NO INHERIT.
 */

static gboolean
has(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
}

/* As in diff/rename.c: such a name is the server's own, which nobody gave. */
static gboolean
is_generated_name(const PgsObject *constraint)
{
    static const char suffix[] = "_not_null";
    const char *name = pgs_ddl_part_name(constraint);
    gsize length = strlen(name);
    length -= length > 0 && name[length - 1] == '"';
    while (length > 0 && g_ascii_isdigit(name[length - 1]))
        length--;
    return length >= strlen(suffix) &&
           strncmp(name + length - strlen(suffix), suffix, strlen(suffix)) == 0;
}

/* Whether the column's bare NOT NULL says all of it. */
static gboolean
is_plain(const PgsObject *constraint)
{
    return is_generated_name(constraint) && !has(constraint, "not-valid") &&
           !has(constraint, "no-inherit");
}

static gboolean
is_from_above(const PgsObject *constraint)
{
    return has(constraint, "inherited") && !has(constraint, "local");
}

/* NULL: the column takes NULL, or the server is older. */
static const PgsObject *
constraint_of(const PgsDdlSide *side, const char *table, const char *column)
{
    const GPtrArray *parts = table != NULL ? pgs_ddl_side_parts(side, table) : NULL;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const PgsObject *part = parts->pdata[i];
        if (strcmp(part->kind, "not-null constraint") == 0 &&
            strcmp(pgs_ddl_value(part, "columns", ""), column) == 0)
            return part;
    }
    return NULL;
}

void
pgs_ddl_append_not_null(GString *sql, const PgsDdlSide *side, const PgsObject *column)
{
    if (!has(column, "not-null"))
        return;
    const PgsObject *constraint = constraint_of(side, column->parent, pgs_ddl_part_name(column));
    if (constraint != NULL && has(constraint, "not-valid"))
        return; /* comes behind the table */
    if (constraint != NULL && !is_plain(constraint))
        g_string_append_printf(sql, " CONSTRAINT %s", pgs_ddl_part_name(constraint));
    g_string_append(sql, " NOT NULL");
    if (constraint != NULL && has(constraint, "no-inherit"))
        g_string_append(sql, " NO INHERIT");
}

gboolean
pgs_ddl_not_null_is_said(const PgsDdlSide *side, const PgsObject *column)
{
    const PgsObject *constraint = constraint_of(side, column->parent, pgs_ddl_part_name(column));
    return constraint != NULL && (is_from_above(constraint) || !is_plain(constraint));
}

/* ---- statements ---- */

static void
add(PgsDdlPlan *plan, PgsDdlRank rank, const PgsObject *constraint, const char *remark, char *words)
{
    pgs_ddl_plan_add(plan, rank, constraint, remark,
                     g_strdup_printf("ALTER TABLE %s %s", constraint->parent, words));
    g_free(words);
}

static void
add_constraint(PgsDdlPlan *plan, const PgsObject *constraint)
{
    gboolean is_checked = !has(constraint, "not-valid");
    add(plan, PGS_DDL_CONSTRAINT, constraint,
        is_checked ? "refused while a row has NULL there" : NULL,
        g_strdup_printf("ADD CONSTRAINT %s NOT NULL %s%s%s", pgs_ddl_part_name(constraint),
                        pgs_object_get(constraint, "columns"),
                        has(constraint, "no-inherit") ? " NO INHERIT" : "",
                        is_checked ? "" : " NOT VALID"));
}

static gboolean
is_same_but_for_name(const PgsObject *one, const PgsObject *other)
{
    return has(one, "not-valid") == has(other, "not-valid") &&
           has(one, "no-inherit") == has(other, "no-inherit");
}

/* The column refuses NULL already, by a constraint of another name. */
static void
replace(PgsDdlPlan *plan, const PgsObject *before, const PgsObject *after)
{
    if (is_same_but_for_name(before, after)) {
        add(plan, PGS_DDL_ALTER, after, NULL,
            g_strdup_printf("RENAME CONSTRAINT %s TO %s", pgs_ddl_part_name(before),
                            pgs_ddl_part_name(after)));
        if (has(before, "comment") && !has(after, "comment"))
            pgs_ddl_word(plan, after, "comment", pgs_object_get(before, "comment"), NULL);
        return;
    }
    add(plan, PGS_DDL_DROP_INDEX, before, NULL,
        g_strdup_printf("DROP CONSTRAINT %s", pgs_ddl_part_name(before)));
    add_constraint(plan, after);
}

void
pgs_ddl_create_not_null(PgsDdlPlan *plan, const PgsObject *constraint)
{
    const char *name = pgs_object_get(constraint, "columns");
    if (name == NULL || is_from_above(constraint))
        return;
    g_autofree char *identity = g_strdup_printf("%s.%s", constraint->parent, name);
    const PgsObject *column = pgs_snapshot_find(plan->from->snapshot, "column", identity);
    const PgsObject *before =
        column != NULL ? constraint_of(plan->from, constraint->parent, name) : NULL;
    gboolean is_new = column == NULL;
    if (before != NULL && !(is_plain(before) && is_plain(constraint)))
        replace(plan, before, constraint);
    else if (before == NULL && (is_new ? has(constraint, "not-valid") : !is_plain(constraint)))
        add_constraint(plan, constraint);
    pgs_ddl_words(plan, constraint);
}

gboolean
pgs_ddl_alter_not_null(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *after = difference->after;
    const char *name = pgs_ddl_part_name(after);
    gboolean is_on = difference->after_value != NULL;
    if (strcmp(difference->attribute, "no-inherit") == 0)
        add(plan, PGS_DDL_CONSTRAINT, after, NULL,
            g_strdup_printf("ALTER CONSTRAINT %s %sINHERIT", name, is_on ? "NO " : ""));
    else if (!is_on)
        add(plan, PGS_DDL_FOREIGN_KEY, after, "refused while a row has NULL there",
            g_strdup_printf("VALIDATE CONSTRAINT %s", name));
    else {
        add(plan, PGS_DDL_DROP_INDEX, difference->before, NULL,
            g_strdup_printf("DROP CONSTRAINT %s", name));
        add_constraint(plan, after);
    }
    return TRUE;
}

#include "base/text.h"
#include "operate/loss_candidate.h"

#include <string.h>

/* ---- a column's values of one type ---- */

typedef struct {
    const PgsLossState *origin, *before, *after;
    gint revision;
    GPtrArray *candidates;
} Comparison;

/* A column that holds values of a type, and stays; by the names of the real database. */
typedef struct {
    const PgsLossRelation *relation;
    const PgsLossColumn *column;
    gboolean is_same;
} Place;

/* FALSE: the real database has no such column, it goes as a whole, or its rows are counted with its
 * parent's. */
static gboolean
find_place(const Comparison *comparison, const PgsLossUse *use, Place *place)
{
    place->relation = pgs_loss_state_relation(comparison->origin, use->relation);
    place->column = pgs_loss_state_column(comparison->origin, use->relation, use->number);
    place->is_same = use->is_same;
    return place->relation != NULL && place->column != NULL && !place->column->is_generated &&
           pgs_loss_state_parent(comparison->origin, place->column) == NULL &&
           pgs_loss_state_column(comparison->after, use->relation, use->number) != NULL;
}

/* Rows in which the path leads to something, wherever in the column's value. */
static char *
count_by_path(const Place *place, const char *path)
{
    g_autofree char *literal = pgs_text_literal(path);
    return g_strdup_printf("SELECT pg_catalog.count(*) FROM %s WHERE "
                           "pg_catalog.jsonb_path_exists(pg_catalog.to_jsonb(%s), "
                           "%s::pg_catalog.jsonpath)",
                           place->relation->name, place->column->name, literal);
}

/* Takes count. */
static void
add(const Comparison *comparison, PgsLossKind kind, const Place *place, const char *verb,
    char *count)
{
    PgsLossCandidate *candidate = pgs_loss_candidate_new(kind, comparison->revision, verb);
    candidate->identity =
        g_strdup_printf("column %s.%s", place->relation->name, place->column->name);
    candidate->relation = g_strdup(place->relation->name);
    candidate->count = count;
    g_ptr_array_add(comparison->candidates, candidate);
}

/* ---- labels ---- */

static gboolean
has_label(const PgsLossState *state, guint32 type, const char *label)
{
    for (guint i = 0; i < state->labels->len; i++) {
        const PgsLossLabel *one = state->labels->pdata[i];
        if (one->type_oid == type && strcmp(one->label, label) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_enum(const PgsLossState *state, guint32 type)
{
    for (guint i = 0; i < state->labels->len; i++) {
        if (((const PgsLossLabel *)state->labels->pdata[i])->type_oid == type)
            return TRUE;
    }
    return FALSE;
}

/* The column has enum types from now on, others, and none of them knows the label.  One that stays
 * loses none: its labels are renamed at most. */
static gboolean
forgets(const PgsLossState *after, const PgsLossUse *use, const PgsLossLabel *label)
{
    gboolean any = FALSE;
    for (guint i = 0; i < after->uses->len; i++) {
        const PgsLossUse *now = &g_array_index(after->uses, PgsLossUse, i);
        if (now->relation != use->relation || now->number != use->number)
            continue;
        if (now->type_oid == use->type_oid || has_label(after, now->type_oid, label->label))
            return FALSE;
        any = any || is_enum(after, now->type_oid);
    }
    return any;
}

/* As the real database calls it. */
static const PgsLossLabel *
real_label(const PgsLossState *origin, const PgsLossLabel *label)
{
    for (guint i = 0; i < origin->labels->len; i++) {
        const PgsLossLabel *one = origin->labels->pdata[i];
        if (one->oid == label->oid)
            return one;
    }
    return label;
}

static char *
count_label(const Place *place, const PgsLossLabel *label)
{
    g_autofree char *path = g_strdup_printf("$.** ? (@ == %s)", label->json);
    g_autofree char *literal = pgs_text_literal(label->label);
    if (!place->is_same)
        return count_by_path(place, path);
    return g_strdup_printf(
        "SELECT pg_catalog.count(*) FROM %s WHERE %s::pg_catalog.text OPERATOR(pg_catalog.=) %s",
        place->relation->name, place->column->name, literal);
}

static void
add_label(const Comparison *comparison, const PgsLossLabel *gone)
{
    const PgsLossLabel *label = real_label(comparison->origin, gone);
    g_autofree char *verb =
        g_strdup_printf("has values '%s', which its type will not know", label->label);
    for (guint i = 0; i < comparison->before->uses->len; i++) {
        const PgsLossUse *use = &g_array_index(comparison->before->uses, PgsLossUse, i);
        Place place;
        if (use->type_oid == gone->type_oid && forgets(comparison->after, use, gone) &&
            find_place(comparison, use, &place))
            add(comparison, PGS_LOSS_OTHER, &place, verb, count_label(&place, label));
    }
}

static void
compare_labels(const Comparison *comparison)
{
    for (guint i = 0; i < comparison->before->labels->len; i++)
        add_label(comparison, comparison->before->labels->pdata[i]);
}

/* ---- attributes ---- */

static char *
count_attribute(const Place *place, const PgsLossColumn *attribute)
{
    g_autofree char *path = g_strdup_printf("$.**.%s ? (@ != null)", attribute->json);
    if (!place->is_same)
        return count_by_path(place, path);
    return g_strdup_printf("SELECT pg_catalog.count((%s).%s) FROM %s", place->column->name,
                           attribute->name, place->relation->name);
}

static void
add_attribute(const Comparison *comparison, const PgsLossRelation *type,
              const PgsLossColumn *attribute, PgsLossKind kind, const char *verb)
{
    for (guint i = 0; i < comparison->before->uses->len; i++) {
        const PgsLossUse *use = &g_array_index(comparison->before->uses, PgsLossUse, i);
        Place place;
        if (use->type_oid == type->type && find_place(comparison, use, &place))
            add(comparison, kind, &place, verb, count_attribute(&place, attribute));
    }
}

/* Of composite types, and of tables whose rows are values of a column elsewhere. */
static void
compare_attributes(const Comparison *comparison)
{
    for (guint i = 0; i < comparison->before->columns->len; i++) {
        const PgsLossColumn *gone = comparison->before->columns->pdata[i];
        const PgsLossRelation *type = pgs_loss_state_relation(comparison->origin, gone->relation);
        const PgsLossColumn *attribute =
            pgs_loss_state_column(comparison->origin, gone->relation, gone->number);
        const PgsLossColumn *now =
            pgs_loss_state_column(comparison->after, gone->relation, gone->number);
        if (type == NULL || attribute == NULL || now != NULL)
            continue;
        g_autofree char *verb =
            g_strdup_printf("loses the attribute %s of %s", attribute->name, type->name);
        add_attribute(comparison, type, attribute, PGS_LOSS_COLUMN, verb);
    }
}

void
pgs_loss_compare_inside(const PgsLossState *origin, const PgsLossState *before,
                        const PgsLossState *after, gint revision, GPtrArray *candidates)
{
    const Comparison comparison = {origin, before, after, revision, candidates};
    compare_labels(&comparison);
    compare_attributes(&comparison);
}

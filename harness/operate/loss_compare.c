#include "operate/loss_candidate.h"

#include "base/embedded.h"

#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

PgsLossCandidate *
pgs_loss_candidate_new(PgsLossKind kind, gint revision, const char *verb)
{
    PgsLossCandidate *candidate = g_new0(PgsLossCandidate, 1);
    candidate->kind = kind;
    candidate->revision = revision;
    candidate->verb = g_strdup(verb);
    candidate->noun = g_strdup("row");
    return candidate;
}

void
pgs_loss_candidate_free(PgsLossCandidate *candidate)
{
    if (candidate == NULL)
        return;
    g_free(candidate->identity);
    g_free(candidate->verb);
    g_free(candidate->noun);
    g_free(candidate->relation);
    g_free(candidate->count);
    g_free(candidate->why);
    g_free(candidate);
}

static void
set_noun(PgsLossCandidate *candidate, const char *noun)
{
    g_free(candidate->noun);
    candidate->noun = g_strdup(noun);
}

/* ---- relations ---- */

static void
add_table(GPtrArray *candidates, gint revision, char kind, const char *name)
{
    PgsLossCandidate *candidate = pgs_loss_candidate_new(PGS_LOSS_TABLE, revision, "is dropped");
    candidate->identity =
        g_strdup_printf("%s %s", kind == 'm' ? "materialized view" : "table", name);
    candidate->relation = g_strdup(name);
    candidate->count = g_strdup_printf("SELECT pg_catalog.count(*) FROM %s", name);
    g_ptr_array_add(candidates, candidate);
}

/* A sequence of its own: how far it has counted, when it has. */
static void
add_sequence(GPtrArray *candidates, gint revision, const char *name)
{
    PgsLossCandidate *candidate =
        pgs_loss_candidate_new(PGS_LOSS_OTHER, revision, "is dropped, which has come to");
    candidate->identity = g_strdup_printf("sequence %s", name);
    g_clear_pointer(&candidate->noun, g_free);
    candidate->relation = g_strdup(name);
    candidate->count =
        g_strdup_printf("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM %s", name);
    g_ptr_array_add(candidates, candidate);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(((const PgsLossRelation *)a)->name, ((const PgsLossRelation *)b)->name);
}

/* A materialized view that is dropped for another of its name, as a change of it needs: that one is
 * filled.  One that goes has rows that its query may not find again. */
static gboolean
is_made_again(const PgsLossState *after, const PgsLossRelation *gone)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, after->relations);
    while (gone->kind == 'm' && g_hash_table_iter_next(&iter, NULL, &value)) {
        const PgsLossRelation *relation = value;
        if (relation->kind == 'm' && strcmp(relation->name, gone->name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
compare_relations(const PgsLossState *origin, const PgsLossState *before, const PgsLossState *after,
                  gint revision, GPtrArray *candidates)
{
    g_autoptr(GList) relations = g_hash_table_get_values(before->relations);
    relations = g_list_sort(relations, compare_names);
    for (GList *at = relations; at != NULL; at = at->next) {
        const PgsLossRelation *gone = at->data;
        const PgsLossRelation *real = pgs_loss_state_relation(origin, gone->oid);
        if (real == NULL || pgs_loss_state_relation(after, gone->oid) != NULL)
            continue;
        /* A parent's rows are counted with its children's. */
        gboolean with_parent = gone->parent != 0 &&
                               pgs_loss_state_relation(before, gone->parent) != NULL &&
                               pgs_loss_state_relation(after, gone->parent) == NULL;
        if (real->kind == 'S')
            add_sequence(candidates, revision, real->name);
        else if (real->kind != 'c' && !with_parent && !is_made_again(after, gone))
            add_table(candidates, revision, real->kind, real->name);
    }
}

/* ---- columns ---- */

static void
add_column(GPtrArray *candidates, PgsLossKind kind, gint revision, const PgsLossRelation *relation,
           const PgsLossColumn *column, const char *verb)
{
    PgsLossCandidate *candidate = pgs_loss_candidate_new(kind, revision, verb);
    candidate->identity = g_strdup_printf("column %s.%s", relation->name, column->name);
    set_noun(candidate, "value");
    candidate->relation = g_strdup(relation->name);
    candidate->count =
        g_strdup_printf("SELECT pg_catalog.count(%s) FROM %s", column->name, relation->name);
    g_ptr_array_add(candidates, candidate);
}

/* Whatever it is called now. */
static gboolean
is_same_type(const PgsLossColumn *column, const PgsLossColumn *now)
{
    return column->type_oid == now->type_oid && strchr(now->type, '(') == NULL;
}

/* Its parent's column goes the same way, and is counted with its children's rows. */
static gboolean
is_told_of_parent(const PgsLossState *before, const PgsLossState *after,
                  const PgsLossColumn *column)
{
    const PgsLossColumn *parent = pgs_loss_state_parent(before, column);
    const PgsLossColumn *now =
        parent != NULL ? pgs_loss_state_column(after, parent->relation, parent->number) : NULL;
    return parent != NULL && (now == NULL || strcmp(now->type, parent->type) != 0);
}

static void
compare_columns(const PgsLossState *origin, const PgsLossState *before, const PgsLossState *after,
                gint revision, GPtrArray *candidates)
{
    for (guint i = 0; i < before->columns->len; i++) {
        const PgsLossColumn *column = before->columns->pdata[i];
        const PgsLossRelation *relation = pgs_loss_state_relation(origin, column->relation);
        const PgsLossColumn *real = pgs_loss_state_column(origin, column->relation, column->number);
        if (real == NULL || relation == NULL || strchr("mc", relation->kind) != NULL ||
            real->is_generated || is_told_of_parent(before, after, column) ||
            pgs_loss_state_relation(after, column->relation) == NULL)
            continue;
        const PgsLossColumn *now = pgs_loss_state_column(after, column->relation, column->number);
        if (now == NULL) {
            add_column(candidates, PGS_LOSS_COLUMN, revision, relation, real, "is dropped");
        } else if (!is_same_type(column, now) && !pgs_loss_type_holds(column->type, now->type)) {
            g_autofree char *verb =
                g_strdup_printf("becomes %s (it is %s)", now->type, column->type);
            add_column(candidates, PGS_LOSS_TYPE, revision, relation, real, verb);
        }
    }
}

/* ---- all ---- */

void
pgs_loss_compare(const PgsLossState *origin, const PgsLossState *before, const PgsLossState *after,
                 gint revision, GPtrArray *candidates)
{
    compare_relations(origin, before, after, revision, candidates);
    compare_columns(origin, before, after, revision, candidates);
    pgs_loss_compare_inside(origin, before, after, revision, candidates);
}

/* ---- what the migrations do not know of ---- */

static gboolean
is_schema(const PgsLossState *state, const char *schema)
{
    return g_ptr_array_find_with_equal_func(state->schemas, schema, g_str_equal, NULL);
}

static gboolean
is_candidate(const GPtrArray *candidates, const char *relation)
{
    for (guint i = 0; i < candidates->len; i++) {
        const PgsLossCandidate *candidate = candidates->pdata[i];
        if (candidate->kind == PGS_LOSS_TABLE && strcmp(candidate->relation, relation) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_loss_strangers(const PgsDatabase *target, const PgsLossState *before, const PgsLossState *after,
                   gint revision, GPtrArray *candidates, GError **error)
{
    g_autoptr(PgsConnection) reader = NULL;
    for (guint i = 0; i < before->schemas->len; i++) {
        const char *schema = before->schemas->pdata[i];
        if (is_schema(after, schema))
            continue;
        if (reader == NULL)
            reader = pgs_database_reader(target, error);
        g_autoptr(PGresult) rows =
            reader != NULL ? pgs_connection_query(
                                 reader, PGS_SHAPE_ANY,
                                 pgs_embedded_find(pgs_operate_files, "loss_schema_tables.sql"), 1,
                                 &schema, NULL, error)
                           : NULL;
        if (rows == NULL)
            return FALSE;
        for (int k = 0; k < PQntuples(rows); k++) {
            if (!is_candidate(candidates, PQgetvalue(rows, k, 0)))
                add_table(candidates, revision, 'r', PQgetvalue(rows, k, 0));
        }
    }
    return TRUE;
}

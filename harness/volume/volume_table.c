#include "volume/volume_table.h"

#include "base/text.h"
#include "synthesis/synthesis.h"
#include "volume/fill_limit.h"
#include "volume/fill_part.h"
#include "volume/fill_try.h"
#include "volume/volume_insert.h"
#include "volume/volume_leaf.h"
#include "volume/volume_rows.h"

enum {
    SWEEPS = 2, /* over a table's partitions: what one does not take another may */
};

void
pgs_volume_table_free(PgsVolumeTable *table)
{
    if (table == NULL)
        return;
    g_free(table->reason);
    g_ptr_array_unref(table->notes);
    g_free(table->sql);
    g_free(table);
}

PgsVolumeTable *
pgs_volume_table_new(const PgsVolumeStep *step, gint64 wanted)
{
    PgsVolumeTable *table = g_new0(PgsVolumeTable, 1);
    table->relation = step->relation;
    table->is_asked = step->is_asked;
    table->wanted = wanted;
    table->notes = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void
pgs_volume_table_note(PgsVolumeTable *table, char *note)
{
    if (g_ptr_array_find_with_equal_func(table->notes, note, g_str_equal, NULL))
        g_free(note);
    else
        g_ptr_array_add(table->notes, note);
}

/* The first reason stays. */
static void
say_reason(PgsVolumeTable *table, char *reason)
{
    if (table->reason == NULL)
        table->reason = reason;
    else
        g_free(reason);
}

/* ---- triggers ---- */

static gboolean
has_insert_triggers(const PgsRelation *relation)
{
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = relation->triggers->pdata[i];
        if (trigger->on_insert && (trigger->enabled == 'O' || trigger->enabled == 'A'))
            return TRUE;
    }
    return FALSE;
}

/* ---- one leaf ---- */

/* A table's or partition's filling. */
typedef struct {
    const PgsVolumeGround *ground;
    const PgsVolumeStep *step;
    PgsVolumeTable *table;
    const PgsRelation *leaf;
    guint number, n_leaves; /* of its partitions */
    gint64 missing;         /* rows of this leaf */
    gint64 inserted;
    PgsFailure *refusal; /* the last one */
} Leaf;

static void
leaf_clear(Leaf *leaf)
{
    g_clear_pointer(&leaf->refusal, pgs_failure_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Leaf, leaf_clear)

/* NULL without error: there is none; the table's reason says why. */
static PgsDraft *
find_accepted(Leaf *leaf, GError **error)
{
    PgsBench *bench = leaf->ground->bench;
    g_autofree char *reason = NULL;
    if (!pgs_bench_begin(bench, error))
        return NULL;
    PgsDraft *draft = pgs_synthesis_draft(bench, leaf->leaf, NULL, 0, &reason, error);
    if (draft != NULL)
        draft->relation = pgs_volume_leaf(bench, leaf->leaf);
    const char *remark = pgs_synthesis_remark(bench, leaf->leaf);
    if (draft != NULL && remark != NULL)
        pgs_volume_table_note(leaf->table, g_strdup_printf("a row is accepted %s", remark));
    pgs_bench_rollback(bench);
    if (draft == NULL && reason != NULL)
        say_reason(leaf->table, g_steal_pointer(&reason));
    return draft;
}

/* What was done: "email: different in each row". */
static void
note_choices(Leaf *leaf, const PgsFill *fill)
{
    for (guint i = 0; i < fill->parts->len; i++) {
        const PgsFillPart *part = fill->parts->pdata[i];
        const PgsColumnFill *choice = pgs_fill_part_choice(part);
        const PgsColumn *column = part->columns->pdata[0];
        if (choice->n_distinct <= 1 && part->choice > 0)
            pgs_volume_table_note(leaf->table,
                                  g_strdup_printf("%s: %s", column->name, choice->what));
    }
}

/* Each partition has its own. */
static void
add_statement(PgsVolumeTable *table, const char *statement)
{
    char *sql = table->sql == NULL ? g_strdup(statement)
                                   : g_strdup_printf("%s;\n%s", table->sql, statement);
    g_free(table->sql);
    table->sql = sql;
}

/* As fill has it.  FALSE without error: refused. */
static gboolean
insert(Leaf *leaf, PgsFill *fill, gboolean without_triggers, GError **error)
{
    g_clear_pointer(&leaf->refusal, pgs_failure_free);
    if (!pgs_volume_insert(leaf->ground, fill, without_triggers, leaf->missing, &leaf->inserted,
                           &leaf->refusal, error))
        return FALSE;
    add_statement(leaf->table, fill->statement);
    note_choices(leaf, fill);
    if (leaf->inserted < leaf->missing)
        say_reason(leaf->table, pgs_fill_limit(fill));
    return TRUE;
}

/* A new fill, whose parts' choices were tried.  NULL without error: it will not do. */
static PgsFill *
prepare(Leaf *leaf, const PgsFillOptions *options, gboolean without_triggers, GError **error)
{
    PgsBench *bench = leaf->ground->bench;
    g_autoptr(PgsDraft) accepted = find_accepted(leaf, error);
    if (accepted == NULL || !pgs_bench_begin(bench, error))
        return NULL;
    g_clear_pointer(&leaf->refusal, pgs_failure_free);
    g_autoptr(PgsFill) fill = pgs_fill_new(bench, g_steal_pointer(&accepted), options, error);
    gboolean is_chosen = fill != NULL && fill->obstacle == NULL &&
                         pgs_fill_choose(fill, without_triggers, &leaf->refusal, error);
    pgs_bench_rollback(bench);
    if (fill != NULL && fill->obstacle != NULL)
        say_reason(leaf->table, g_strdup(fill->obstacle));
    else if (fill != NULL && !is_chosen && leaf->refusal == NULL)
        say_reason(leaf->table, pgs_fill_limit(fill));
    return is_chosen ? g_steal_pointer(&fill) : NULL;
}

/* What was tried has left its rows behind, dead: they would make the table larger than it is. */
static gboolean
tidy(const Leaf *leaf, GError **error)
{
    g_autoptr(PgsFailure) refusal = NULL;
    g_autofree char *sql = g_strdup_printf("VACUUM (INDEX_CLEANUP ON) %s", leaf->leaf->identity);
    return pgs_volume_run(leaf->ground, sql, NULL, &refusal, error) || refusal != NULL;
}

/* Rows are held against keys and CHECKs beforehand only when some turn out to break them: ON
 * CONFLICT looks into each unique index twice. */
static gboolean
insert_tidily(Leaf *leaf, PgsFill *fill, gboolean without_triggers, GError **error)
{
    GError *local = NULL;
    do {
        if (!tidy(leaf, &local))
            break;
        if (insert(leaf, fill, without_triggers, &local))
            return TRUE;
    } while (local == NULL && pgs_fill_yield(fill, leaf->refusal));
    if (local != NULL)
        g_propagate_error(error, local);
    return FALSE;
}

/*
 * The ways of filling, one after the other.  What triggers set (updated_at) is often the same in
 * all rows and another one the next time, what they write elsewhere is in the way there, and what
 * they look for in each row may take minutes.
 */
static const struct {
    gboolean with_triggers, late_has_value, is_strict;
} ways[] = {
    {FALSE, FALSE, FALSE},
    {FALSE, TRUE, FALSE},
    {FALSE, FALSE, TRUE},
    {TRUE, FALSE, FALSE},
};

/* Whether a way differs from those before it.  Who may not switch triggers off has them anyway. */
static gboolean
is_of_use(const Leaf *leaf, guint way)
{
    if (ways[way].with_triggers)
        return leaf->ground->may_replicate && has_insert_triggers(leaf->leaf);
    return !ways[way].late_has_value || (leaf->ground->may_replicate && leaf->step->late->len > 0);
}

static gboolean
try_way(Leaf *leaf, guint way, GError **error)
{
    gboolean without_triggers = !ways[way].with_triggers && leaf->ground->may_replicate;
    PgsFillOptions options = {
        .rows = leaf->missing,
        .first = leaf->number + 1,
        .step = leaf->n_leaves,
        .late = leaf->step->late,
        .late_is_null = !ways[way].late_has_value,
        .is_strict = ways[way].is_strict,
        .has_rows = leaf->table->before > 0,
        .bound = leaf->leaf->partition_constraint,
    };
    g_autoptr(PgsFill) fill = prepare(leaf, &options, without_triggers, error);
    if (fill == NULL || !insert_tidily(leaf, fill, without_triggers, error))
        return FALSE;
    if (without_triggers && has_insert_triggers(leaf->leaf))
        pgs_volume_table_note(leaf->table, g_strdup("with its triggers off"));
    return TRUE;
}

/* Values that no expression gives may still be found one by one. */
static gboolean
add_rows(Leaf *leaf, GError **error)
{
    gint64 made = leaf->inserted;
    if (!pgs_volume_rows(leaf->ground, leaf->leaf, leaf->missing - made, &leaf->inserted,
                         leaf->table, leaf->refusal, error))
        return FALSE;
    leaf->inserted += made;
    return TRUE;
}

static gboolean
fill_leaf(Leaf *leaf, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        GError *local = NULL;
        if (!is_of_use(leaf, i))
            continue;
        if (try_way(leaf, i, &local))
            return leaf->inserted > 1 || leaf->missing <= 1 || add_rows(leaf, error);
        if (local != NULL) {
            g_propagate_error(error, local);
            return FALSE;
        }
    }
    /* It is full as it is. */
    if (leaf->table->before > 0 && leaf->refusal == NULL && leaf->table->reason != NULL)
        return TRUE;
    return pgs_volume_rows(leaf->ground, leaf->leaf, leaf->missing, &leaf->inserted, leaf->table,
                           leaf->refusal, error);
}

/* ---- the table ---- */

static gboolean
count_rows(const PgsVolumeGround *ground, const PgsRelation *relation, gint64 *count,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.count(*) FROM %s%s",
                        relation->kind == 'p' ? "" : "ONLY ", relation->identity);
    return pgs_volume_count(ground, sql, count, error);
}

static char *
find_obstacle(const PgsRelation *relation, const GPtrArray *leaves)
{
    if (relation->kind == 'f')
        return g_strdup("it is a foreign table: its rows are on another server");
    if (leaves->len == 0)
        return g_strdup("it has no partition that could take a row");
    return NULL;
}

static gboolean
fill_leaves(const PgsVolumeGround *ground, const PgsVolumeStep *step, PgsVolumeTable *table,
            const GPtrArray *leaves, GError **error)
{
    g_autofree gboolean *is_full = g_new0(gboolean, leaves->len);
    gint64 missing = table->wanted - table->before;
    guint n_open = leaves->len;
    for (guint sweep = 0; sweep < SWEEPS && missing > 0 && n_open > 0; sweep++) {
        gint64 share = (missing + n_open - 1) / n_open;
        for (guint i = 0; i < leaves->len && missing > 0; i++) {
            g_auto(Leaf) leaf = {.ground = ground, .step = step, .table = table};
            leaf.leaf = leaves->pdata[i];
            leaf.number = i;
            leaf.n_leaves = leaves->len;
            leaf.missing = MIN(share, missing);
            if (is_full[i] || leaf.leaf->kind == 'f')
                continue;
            if (!fill_leaf(&leaf, error))
                return FALSE;
            is_full[i] = leaf.inserted < leaf.missing;
            n_open -= is_full[i];
            missing -= leaf.inserted;
        }
    }
    return TRUE;
}

gboolean
pgs_volume_table_fill(const PgsVolumeGround *ground, const PgsVolumeStep *step,
                      PgsVolumeTable *table, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) leaves = pgs_relation_leaves(step->relation);
    table->reason = find_obstacle(step->relation, leaves);
    if (table->reason != NULL)
        return TRUE;
    if (!count_rows(ground, step->relation, &table->before, error))
        return FALSE;
    table->rows = table->before;
    if (table->before < table->wanted) {
        if (!fill_leaves(ground, step, table, leaves, error) ||
            !count_rows(ground, step->relation, &table->rows, error))
            return FALSE;
        if (table->rows < table->wanted)
            say_reason(table, g_strdup("its rules let no more rows in"));
        else
            g_clear_pointer(&table->reason, g_free);
    }
    table->duration = g_get_monotonic_time() - start;
    return TRUE;
}

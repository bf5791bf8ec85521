#include "migration/merged.h"

#include "base/text.h"
#include "migration/merged_base.h"
#include "migration/step.h"

#include <string.h>

/* What is compared: the folder as it is now, as it was where the branch began, and as it is in the
 * base by now. */
typedef struct {
    PgsMerged *merged;
    const PgsHistory *now;
    const PgsHistory *then;                            /* NULL: it had none */
    const PgsHistory *tip;                             /* likewise */
    GHashTable *then_labels, *tip_labels, *now_labels; /* char * → PgsRevision * */
    gboolean *is_kept; /* by index in now: then or the base has one of its name */
} Comparison;

static void
fact_free(gpointer data)
{
    PgsMergedFact *fact = data;
    g_free(fact->label);
    g_free(fact->path);
    g_free(fact->other);
    g_free(fact);
}

void
pgs_merged_free(PgsMerged *merged)
{
    if (merged == NULL)
        return;
    g_free(merged->base);
    g_free(merged->commit);
    g_ptr_array_unref(merged->facts);
    g_free(merged->is_new);
    g_free(merged);
}

static GHashTable *
index_labels(const PgsHistory *history)
{
    GHashTable *labels = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; history != NULL && i < history->revisions->len; i++) {
        PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_hash_table_insert(labels, revision->label, revision);
    }
    return labels;
}

static const PgsRevision *
revision_at(const PgsHistory *history, guint index)
{
    return g_ptr_array_index(history->revisions, index);
}

static const char *
path_of(const PgsRevision *revision)
{
    const PgsStep *step = revision->up != NULL ? revision->up : revision->down;
    return step != NULL ? step->path : NULL;
}

/* ---- texts ---- */

static gboolean
same_step(const PgsStep *now, const PgsStep *then, guint *line)
{
    *line = now != NULL ? now->line : 0;
    if (now == NULL || then == NULL)
        return now == then;
    gsize n, m;
    const char *text = g_bytes_get_data(now->text, &n);
    const char *old = g_bytes_get_data(then->text, &m);
    guint within;
    gboolean same = pgs_merged_same_text(text, n, old, m, &within);
    *line = pgs_step_file_line(now, within);
    return same && now->transaction == then->transaction && now->send == then->send;
}

/* *line, *path: the first difference, of the present text. */
static gboolean
same_steps(const PgsStep *now, const PgsStep *then, guint *line, const char **path)
{
    for (; now != NULL && then != NULL; now = now->next, then = then->next) {
        *path = now->path;
        if (!same_step(now, then, line))
            return FALSE;
    }
    if (now != NULL) {
        *path = now->path;
        *line = now->line;
    }
    return now == NULL && then == NULL;
}

static gboolean
same_statement(const PgsScript *now, const PgsScript *then, guint index)
{
    g_autofree char *text = pgs_script_statement_text(now, pgs_script_statement(now, index));
    g_autofree char *old = pgs_script_statement_text(then, pgs_script_statement(then, index));
    g_autofree char *folded = pgs_text_fold_space(text);
    g_autofree char *old_folded = pgs_text_fold_space(old);
    return strcmp(folded, old_folded) == 0;
}

/* Whether the server is sent the same statements, white space and comments between them aside. */
static gboolean
same_statements(const PgsStep *now, const PgsStep *then)
{
    for (; now != NULL && then != NULL; now = now->next, then = then->next) {
        if (now->script == NULL || then->script == NULL || now->transaction != then->transaction ||
            now->send != then->send ||
            pgs_script_n_statements(now->script) != pgs_script_n_statements(then->script))
            return FALSE;
        for (guint i = 0; i < pgs_script_n_statements(now->script); i++) {
            if (!same_statement(now->script, then->script, i))
                return FALSE;
        }
    }
    return now == NULL && then == NULL;
}

/* ---- the folder against where the branch began ---- */

static void
compare_revision(const Comparison *comparison, guint index, const PgsRevision *then)
{
    const PgsRevision *now = revision_at(comparison->now, index);
    guint line = 0;
    const char *path = path_of(now);
    PgsMergedFact *fact;
    if (now->repeatable) /* is there to be edited */
        return;
    if (!same_steps(now->up, then->up, &line, &path)) {
        fact = pgs_merged_add(comparison->merged, PGS_MERGED_EDITED, (gint)index, now->label, path,
                              NULL);
        fact->silent = same_statements(now->up, then->up);
    } else if (!same_steps(now->down, then->down, &line, &path) ||
               !same_steps(now->verify, then->verify, &line, &path)) {
        fact = pgs_merged_add(comparison->merged, PGS_MERGED_REPAIRED, (gint)index, now->label,
                              path, NULL);
    } else {
        return;
    }
    fact->line = line;
}

/* One of the new revisions that has the same version, or else the same upgrade. */
static gint
find_renamed(const Comparison *comparison, const PgsRevision *then)
{
    gint found = -1;
    for (guint i = 0; i < comparison->now->revisions->len; i++) {
        const PgsRevision *now = revision_at(comparison->now, i);
        guint line;
        const char *path;
        if (comparison->is_kept[i])
            continue;
        if (strcmp(now->id, then->id) == 0)
            return (gint)i;
        if (found < 0 && now->up != NULL && same_steps(now->up, then->up, &line, &path))
            found = (gint)i;
    }
    return found;
}

static void
compare_missing(const Comparison *comparison, const PgsRevision *then)
{
    gint index = find_renamed(comparison, then);
    if (index < 0) {
        pgs_merged_add(comparison->merged, PGS_MERGED_REMOVED, -1, then->label, path_of(then),
                       NULL);
        return;
    }
    const PgsRevision *now = revision_at(comparison->now, (guint)index);
    comparison->is_kept[index] = TRUE;
    PgsMergedFact *fact = pgs_merged_add(comparison->merged, PGS_MERGED_RENAMED, index, now->label,
                                         path_of(now), then->label);
    fact->silent = strcmp(now->id, then->id) == 0;
    compare_revision(comparison, (guint)index, then);
}

static void
compare_with_then(const Comparison *comparison)
{
    for (guint i = 0; i < comparison->now->revisions->len; i++) {
        const char *label = revision_at(comparison->now, i)->label;
        const PgsRevision *then = g_hash_table_lookup(comparison->then_labels, label);
        comparison->is_kept[i] =
            then != NULL || g_hash_table_contains(comparison->tip_labels, label);
        if (then != NULL)
            compare_revision(comparison, i, then);
    }
    for (guint i = 0; comparison->then != NULL && i < comparison->then->revisions->len; i++) {
        const PgsRevision *then = revision_at(comparison->then, i);
        if (!g_hash_table_contains(comparison->now_labels, then->label))
            compare_missing(comparison, then);
    }
}

/* ---- the folder against what the base has become ---- */

/* What the base has got since the branch began. */
static gboolean
is_later(const Comparison *comparison, const PgsRevision *tip)
{
    return !g_hash_table_contains(comparison->then_labels, tip->label) &&
           !g_hash_table_contains(comparison->now_labels, tip->label);
}

static gint
find_new_id(const Comparison *comparison, const char *id)
{
    for (guint i = 0; i < comparison->now->revisions->len; i++) {
        const PgsRevision *now = revision_at(comparison->now, i);
        if (comparison->merged->is_new[i] && !now->repeatable && strcmp(now->id, id) == 0)
            return (gint)i;
    }
    return -1;
}

static void
compare_with_tip(const Comparison *comparison)
{
    for (guint i = 0; comparison->tip != NULL && i < comparison->tip->revisions->len; i++) {
        const PgsRevision *tip = revision_at(comparison->tip, i);
        if (!is_later(comparison, tip))
            continue;
        gint index = find_new_id(comparison, tip->id);
        if (index >= 0) {
            const PgsRevision *now = revision_at(comparison->now, (guint)index);
            pgs_merged_add(comparison->merged, PGS_MERGED_TWICE, index, now->label, path_of(now),
                           tip->label);
        } else {
            pgs_merged_add(comparison->merged, PGS_MERGED_BEHIND, -1, tip->label, path_of(tip),
                           NULL);
        }
    }
}

static gboolean
has_fact(const PgsMerged *merged, PgsMergedKind kind)
{
    for (guint i = 0; i < merged->facts->len; i++) {
        if (((const PgsMergedFact *)merged->facts->pdata[i])->kind == kind)
            return TRUE;
    }
    return FALSE;
}

/* The base's files with those that are new: what there will be once it is merged. */
static PgsFolder *
unite(const PgsFolder *tip, const PgsFolder *then, const PgsFolder *now, GError **error)
{
    g_autoptr(PgsFolder) united = pgs_folder_new_bare(now);
    for (guint i = 0; i < tip->files->len; i++) {
        const PgsFolderFile *file = tip->files->pdata[i];
        gsize length;
        const char *text = g_bytes_get_data(file->text, &length);
        if (!pgs_folder_add_text(united, file->name, text, length, error))
            return NULL;
    }
    for (guint i = 0; i < now->files->len; i++) {
        PgsFolderFile *file = now->files->pdata[i];
        /* What the reader has not read is no migration. */
        if (file->text == NULL || pgs_folder_find(tip, file->name) != NULL ||
            pgs_folder_find(then, file->name) != NULL)
            continue;
        gsize length;
        const char *text = g_bytes_get_data(file->text, &length);
        if (!pgs_folder_add_text(united, file->name, text, length, error))
            return NULL;
    }
    pgs_folder_settle(united);
    return g_steal_pointer(&united);
}

/* New revisions that stand below one that is not. */
static void
find_late(const Comparison *comparison, const PgsHistory *united)
{
    g_autoptr(GHashTable) indexes = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < comparison->now->revisions->len; i++)
        g_hash_table_insert(indexes, revision_at(comparison->now, i)->label,
                            GUINT_TO_POINTER(i + 1));
    const PgsRevision *above = NULL;
    for (guint i = united->revisions->len; i > 0; i--) {
        const PgsRevision *revision = revision_at(united, i - 1);
        guint index = GPOINTER_TO_UINT(g_hash_table_lookup(indexes, revision->label));
        if (revision->repeatable)
            continue;
        if (index == 0 || !comparison->merged->is_new[index - 1])
            above = above != NULL ? above : revision;
        else if (above != NULL)
            pgs_merged_add(comparison->merged, PGS_MERGED_LATE, (gint)index - 1, revision->label,
                           path_of(revision), above->label);
    }
}

/* In a graph, and in a plan, another branch is no matter of order. */
static gboolean
compare_order(const Comparison *comparison, const PgsFolder *tip, const PgsFolder *then,
              PgsFolder *now, GError **error)
{
    if (comparison->now->heads != NULL || comparison->merged->n_new == 0)
        return TRUE;
    if (!has_fact(comparison->merged, PGS_MERGED_BEHIND) ||
        has_fact(comparison->merged, PGS_MERGED_TWICE)) {
        find_late(comparison, comparison->now);
        return TRUE;
    }
    /* Once more, since the history has let go of its files' texts. */
    g_autoptr(PgsHistory) again = pgs_history_read_like(now, comparison->now, error);
    g_autoptr(PgsFolder) files = again != NULL ? unite(tip, then, now, error) : NULL;
    if (files == NULL)
        return FALSE;
    /* What does not go together is told when the base is merged into this branch. */
    g_autoptr(PgsHistory) united = pgs_history_read_like(files, comparison->now, NULL);
    find_late(comparison, united != NULL ? united : comparison->now);
    return TRUE;
}

/* ---- */

static void
note_new(const Comparison *comparison)
{
    PgsMerged *merged = comparison->merged;
    merged->since = (gint)merged->n_revisions - 1;
    for (guint i = merged->n_revisions; i > 0; i--) {
        merged->is_new[i - 1] = !comparison->is_kept[i - 1];
        if (!merged->is_new[i - 1])
            continue;
        merged->n_new++;
        merged->since = (gint)i - 2;
    }
}

static void
comparison_clear(Comparison *comparison)
{
    g_clear_pointer(&comparison->then_labels, g_hash_table_unref);
    g_clear_pointer(&comparison->tip_labels, g_hash_table_unref);
    g_clear_pointer(&comparison->now_labels, g_hash_table_unref);
    g_clear_pointer(&comparison->is_kept, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

static gboolean
read_sql(PgsMerged *merged, const PgsHistory *history, GCancellable *cancellable, GError **error)
{
    g_auto(PgsMergedBase) base = {0};
    g_autoptr(PgsFolder) now = pgs_folder_open(history->folder, error);
    if (now == NULL ||
        !pgs_merged_base_open(&base, history, history->folder, merged->base, cancellable, error))
        return FALSE;
    merged->commit = g_strndup(base.parted, 12);
    g_autoptr(PgsFolder) then_files = pgs_merged_base_folder(&base, base.parted, now, error);
    g_autoptr(PgsFolder) tip_files =
        then_files != NULL ? pgs_merged_base_folder(&base, base.tip, now, error) : NULL;
    if (tip_files == NULL)
        return FALSE;
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsHistory) then = pgs_merged_base_history(&base, then_files, &local);
    g_autoptr(PgsHistory) tip =
        local == NULL ? pgs_merged_base_history(&base, tip_files, &local) : NULL;
    if (local != NULL) {
        g_propagate_prefixed_error(error, g_steal_pointer(&local), "in %s: ", merged->base);
        return FALSE;
    }
    g_auto(Comparison) comparison = {
        .merged = merged,
        .now = history,
        .then = then,
        .tip = tip,
        .then_labels = index_labels(then),
        .tip_labels = index_labels(tip),
        .now_labels = index_labels(history),
        .is_kept = g_new0(gboolean, history->revisions->len),
    };
    compare_with_then(&comparison);
    note_new(&comparison);
    compare_with_tip(&comparison);
    return compare_order(&comparison, tip_files, then_files, now, error);
}

PgsMerged *
pgs_merged_read(const PgsHistory *history, const char *base, GCancellable *cancellable,
                GError **error)
{
    g_autoptr(PgsMerged) merged = g_new0(PgsMerged, 1);
    merged->base = g_strdup(base);
    merged->facts = g_ptr_array_new_with_free_func(fact_free);
    merged->n_revisions = history->revisions->len;
    merged->is_new = g_new0(gboolean, MAX(merged->n_revisions, 1));
    gboolean ok = history->driver == PGS_DRIVER_SQL
                      ? read_sql(merged, history, cancellable, error)
                      : pgs_merged_read_tool(merged, history, cancellable, error);
    return ok ? g_steal_pointer(&merged) : NULL;
}

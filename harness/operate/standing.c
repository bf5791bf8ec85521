#include "operate/standing.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "cycle/graph.h"
#include "ledger/lock.h"
#include "operate/backup.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

static const PgsRevision *
revision_at(const PgsHistory *history, gint index)
{
    return g_ptr_array_index(history->revisions, (guint)index);
}

const char *
pgs_standing_label(const PgsHistory *history, gint revision)
{
    return revision < 0 ? "base" : revision_at(history, revision)->label;
}

const PgsLedgerEntry *
pgs_standing_entry(const PgsLedgerState *state, gint revision)
{
    for (guint i = state->entries->len; i > 0; i--) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i - 1);
        if (entry->revision == revision)
            return entry;
    }
    return NULL;
}

gboolean
pgs_standing_is_pending(const PgsLedgerState *state, const PgsHistory *history, gint index)
{
    const PgsRevision *revision = revision_at(history, index);
    if (revision->is_hook)
        return FALSE;
    if (!state->applied[index])
        return revision->up != NULL;
    if (!revision->repeatable)
        return FALSE;
    const PgsLedgerEntry *entry = pgs_standing_entry(state, index);
    return entry != NULL && entry->changed != NULL;
}

/* A line without a file that the tool orders above a revision; NULL: none. */
static const PgsLedgerEntry *
find_beyond(const PgsStanding *standing, gint revision)
{
    for (guint i = 0; i < standing->state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(standing->state->entries, i);
        if (entry->beyond > revision)
            return entry;
    }
    return NULL;
}

char *
pgs_standing_above(const PgsStanding *standing, const PgsHistory *history, gint skipped)
{
    if (standing->top > skipped)
        return g_strdup(pgs_standing_label(history, standing->top));
    const PgsLedgerEntry *entry = find_beyond(standing, skipped);
    return entry != NULL ? pgs_ledger_entry_title(entry) : g_strdup("");
}

/* In a graph a revision may lie below another in the list that has nothing to do with it. */
static gboolean
is_skipped(const PgsStanding *standing, const PgsHistory *history, gint index)
{
    const PgsRevision *revision = revision_at(history, index);
    return history->heads == NULL &&
           (index < standing->top || find_beyond(standing, index) != NULL) &&
           !revision->repeatable && !standing->state->applied[index] &&
           (standing->is_free == NULL || !standing->is_free(revision));
}

static gint
find_top(const PgsLedgerState *state, const PgsHistory *history)
{
    for (gint i = (gint)history->revisions->len - 1; i >= 0; i--) {
        if (state->applied[i] && !revision_at(history, i)->repeatable)
            return i;
    }
    return -1;
}

static const PgsLedgerEntry *
find_missed(const PgsLedgerState *state)
{
    for (guint i = state->entries->len; i > 0; i--) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i - 1);
        if (entry->is_missed)
            return entry;
    }
    return NULL;
}

/* All that the books say is where the database is, and the folder does not have that. */
static gboolean
ends_unknown(const PgsLedgerState *state)
{
    guint n = state->entries->len;
    return state->is_one_line && n > 0 &&
           ((const PgsLedgerEntry *)g_ptr_array_index(state->entries, n - 1))->revision < 0;
}

static gboolean
has_unknown(const PgsLedgerState *state)
{
    for (guint i = 0; i < state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        if (entry->revision < 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_standing_leads_elsewhere(const PgsLedgerState *state, const PgsHistory *history)
{
    return find_missed(state) != NULL ||
           (history->driver != PGS_DRIVER_SQL && has_unknown(state)) || ends_unknown(state);
}

static void
sort_out(PgsStanding *standing, const PgsHistory *history)
{
    standing->missed = find_missed(standing->state);
    standing->is_elsewhere = pgs_standing_leads_elsewhere(standing->state, history);
    standing->at = pgs_ledger_state_at(standing->state, history);
    standing->top = find_top(standing->state, history);
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        standing->n_revisions += revision->is_hook ? 0 : 1;
        standing->n_applied += standing->state->applied[i] ? 1 : 0;
        if (standing->is_elsewhere || !pgs_standing_is_pending(standing->state, history, i))
            continue;
        gboolean skipped = is_skipped(standing, history, i);
        if (skipped)
            g_array_append_val(standing->skipped, i);
        if (!skipped || standing->holes != PGS_LEDGER_HOLES_PASSED)
            g_array_append_val(standing->pending, i);
    }
}

static gboolean
find_invalid(PgsStanding *standing, PgsConnection *reader, GError **error)
{
    g_autoptr(PGresult) result = pgs_connection_query(
        reader, PGS_SHAPE_ANY, pgs_embedded_find(pgs_operate_files, "invalid_indexes.sql"), 0, NULL,
        NULL, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++)
        g_ptr_array_add(standing->invalid, g_strdup(PQgetvalue(result, i, 0)));
    return TRUE;
}

/* A mark that is none any more is passed over; the tool's own books may say the same as a mark. */
static gboolean
find_unfinished(PgsStanding *standing, PgsConnection *reader, const PgsHistory *history,
                GError **error)
{
    const PgsLedgerState *state = standing->state;
    if (!pgs_unfinished_read(reader, &standing->unfinished, error))
        return FALSE;
    if (standing->unfinished != NULL &&
        pgs_unfinished_is_stale(standing->unfinished, history, state))
        g_clear_pointer(&standing->unfinished, pgs_unfinished_free);
    if (standing->unfinished == NULL && state->dirty >= 0)
        standing->unfinished = pgs_unfinished_of_books(reader, history, state, error);
    return standing->unfinished != NULL || state->dirty < 0;
}

/* Unless it is known already. */
static gboolean
find_holder(PgsStanding *standing, PgsConnection *reader, const PgsDatabase *target,
            const PgsLedger *ledger, GError **error)
{
    GError *problem = NULL;
    if (standing->holder == NULL)
        standing->holder = pgs_migration_lock_holder(reader, ledger, target->database, &problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return problem == NULL;
}

/* The names of the tool's books, beyond those that tools use by default. */
static gboolean
name_books(PgsConnection *reader, const PgsHistory *history, const PgsLedger *ledger,
           GError **error)
{
    g_autofree char *found =
        history->ledger != NULL ? g_strjoinv(",", (char **)history->ledger) : g_strdup("");
    g_autofree char *names = g_strconcat(found, ",", ledger != NULL ? ledger->table : "", NULL);
    const char *params[] = {names};
    g_autoptr(PGresult) row = pgs_connection_query(
        reader, PGS_SHAPE_VALUE, "SELECT pg_catalog.set_config('pgstair.ledger', $1, false)", 1,
        params, NULL, error);
    return row != NULL;
}

static gboolean
find_relations(PgsStanding *standing, PgsConnection *reader, const PgsHistory *history,
               const PgsLedger *ledger, GError **error)
{
    enum { RELATIONS, OTHERS };
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_operate_files, "standing_relations.sql"),
                         pgs_connection_version(reader));
    g_autoptr(PGresult) row =
        name_books(reader, history, ledger, error)
            ? pgs_connection_query(reader, PGS_SHAPE_ROW, sql, 0, NULL, NULL, error)
            : NULL;
    if (row == NULL)
        return FALSE;
    gboolean has_relations = strcmp(PQgetvalue(row, 0, RELATIONS), "0") != 0;
    gboolean has_others = strcmp(PQgetvalue(row, 0, OTHERS), "0") != 0;
    gboolean exists = standing->state->exists;
    standing->is_empty = !exists && !has_relations;
    standing->is_strange =
        exists ? standing->state->entries->len == 0 && has_others : has_relations;
    return TRUE;
}

/* What is asked of the database beside its books. */
static gboolean
look_around(PgsStanding *standing, PgsConnection *reader, const PgsHistory *history,
            const PgsLedger *ledger, GError **error)
{
    if (!find_unfinished(standing, reader, history, error) ||
        !find_invalid(standing, reader, error) ||
        !find_relations(standing, reader, history, ledger, error))
        return FALSE;
    GError *problem = NULL;
    if (ledger != NULL && !standing->state->exists)
        standing->elsewhere = pgs_ledger_elsewhere(ledger, reader, &problem);
    if (ledger != NULL && !standing->state->exists && standing->is_strange && problem == NULL &&
        ledger->kind->baseline != NULL)
        standing->baseline = ledger->kind->baseline(ledger, reader, &problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return problem == NULL;
}

PgsStanding *
pgs_standing_read(const PgsDatabase *target, const PgsHistory *history, const PgsLedger *ledger,
                  GError **error)
{
    g_autoptr(PgsStanding) standing = g_new0(PgsStanding, 1);
    standing->pending = g_array_new(FALSE, FALSE, sizeof(gint));
    standing->skipped = g_array_new(FALSE, FALSE, sizeof(gint));
    standing->invalid = g_ptr_array_new_with_free_func(g_free);
    standing->is_free = ledger != NULL ? ledger->kind->is_free : NULL;
    standing->holes = ledger != NULL ? ledger->holes : PGS_LEDGER_HOLES_APPLIED;
    standing->refuses_edited = ledger != NULL && ledger->refuses_edited;
    g_autoptr(PgsConnection) reader = pgs_database_reader(target, error);
    /* Asked before and behind: a run that ends or begins meanwhile is no broken one. */
    if (reader == NULL || !find_holder(standing, reader, target, ledger, error))
        return NULL;
    standing->state = pgs_apply_read(target, history, ledger, error);
    if (standing->state == NULL || !look_around(standing, reader, history, ledger, error) ||
        !find_holder(standing, reader, target, ledger, error))
        return NULL;
    sort_out(standing, history);
    return g_steal_pointer(&standing);
}

void
pgs_standing_free(PgsStanding *standing)
{
    if (standing == NULL)
        return;
    pgs_ledger_state_free(standing->state);
    g_clear_pointer(&standing->pending, g_array_unref);
    g_clear_pointer(&standing->skipped, g_array_unref);
    g_clear_pointer(&standing->invalid, g_ptr_array_unref);
    pgs_unfinished_free(standing->unfinished);
    g_free(standing->holder);
    g_free(standing->elsewhere);
    g_free(standing->baseline);
    g_free(standing);
}

gboolean
pgs_standing_begins_at_base(const PgsStanding *standing, const PgsHistory *history, GError **error)
{
    if (standing->baseline == NULL)
        return TRUE;
    g_autofree char *version = pgs_text_plain(standing->baseline);
    g_autofree char *hint = g_strdup_printf(
        "when the database has all up to %s: \"pgstair migrate stamp\" with the last "
        "revision of these; else let %s itself run once, or turn its baseline off",
        version, history->format);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_REFUSED, hint,
                  "the database has tables already, but no books: %s is configured to take it for "
                  "one at %s then, and runs only what is above",
                  history->format, version);
    return FALSE;
}

/* Those that an applied one lies above. */
static gboolean *
covered(const PgsStanding *standing, const PgsHistory *history)
{
    gboolean *is_covered = g_new0(gboolean, history->revisions->len + 1);
    g_autoptr(PgsGraph) graph = pgs_graph_new(history);
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        const GArray *below = standing->state->applied[i] ? pgs_graph_below(graph, i) : NULL;
        for (guint k = 0; below != NULL && k < below->len; k++)
            is_covered[g_array_index(below, gint, k)] = TRUE;
    }
    return is_covered;
}

GArray *
pgs_standing_tips(const PgsStanding *standing, const PgsHistory *history)
{
    GArray *tips = g_array_new(FALSE, FALSE, sizeof(gint));
    if (history->heads == NULL) {
        if (standing->at >= 0)
            g_array_append_val(tips, standing->at);
        return tips;
    }
    g_autofree gboolean *is_covered = covered(standing, history);
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        if (standing->state->applied[i] && !is_covered[i])
            g_array_append_val(tips, i);
    }
    return tips;
}

gboolean
pgs_standing_is_running(const PgsStanding *standing)
{
    return standing->unfinished != NULL && standing->holder != NULL;
}

gboolean
pgs_standing_is_head(const PgsStanding *standing)
{
    return !standing->is_elsewhere && standing->pending->len == 0 && standing->skipped->len == 0;
}

gint
pgs_standing_edited(const PgsStanding *standing, const PgsHistory *history)
{
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        const PgsLedgerEntry *entry = pgs_standing_entry(standing->state, i);
        if (entry != NULL && entry->changed != NULL && !revision_at(history, i)->repeatable)
            return i;
    }
    return -1;
}

GPtrArray *
pgs_standing_unknown(const PgsStanding *standing)
{
    GPtrArray *unknown = g_ptr_array_new();
    for (guint i = 0; i < standing->state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(standing->state->entries, i);
        if (entry->revision < 0)
            g_ptr_array_add(unknown, entry->version);
    }
    return unknown;
}

/* ---- What stands in the way ---- */

static gboolean
refuse_running(const PgsStanding *standing, GError **error)
{
    const PgsUnfinished *unfinished = standing->unfinished;
    g_autofree char *label = pgs_text_plain(unfinished->label);
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOCKED,
                  "wait until that run is over; \"pgstair migrate status\" tells whether it was "
                  "finished",
                  "the %s of %s is being run now (%s)", unfinished->up ? "upgrade" : "downgrade",
                  label, standing->holder);
    return FALSE;
}

static gboolean
refuse_unfinished(const PgsStanding *standing, GError **error)
{
    g_autofree char *title = pgs_unfinished_title(standing->unfinished);
    g_autofree char *advice = pgs_unfinished_advice(standing->unfinished);
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY, advice, "%s", title);
    return FALSE;
}

static gboolean
refuse_unknown(const char *version, const PgsHistory *history, GError **error)
{
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER,
                  "the database was migrated by a newer state of the folder, or by another one: "
                  "check that one out",
                  "the books say that the database is at %s, of which %s has no file", version,
                  history->folder);
    return FALSE;
}

static gboolean
refuse_missed(const PgsLedgerEntry *missed, const PgsHistory *history, GError **error)
{
    g_autofree char *name = pgs_ledger_entry_title(missed);
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER,
                  "check out the state of the folder that the database was migrated with; what is "
                  "applied must stay in it as it was",
                  "the books say that %s is applied, and %s has it no more%s%s%s: %s runs nothing "
                  "before it has",
                  name, history->folder, missed->changed != NULL ? " (" : "",
                  missed->changed != NULL ? missed->changed : "",
                  missed->changed != NULL ? ")" : "", history->format);
    return FALSE;
}

static gboolean
refuse_elsewhere(const PgsStanding *standing, const PgsHistory *history, GError **error)
{
    g_autofree char *name = pgs_text_plain(standing->elsewhere);
    g_autofree char *hint =
        g_strdup_printf("set search_path as it was (of the role, the database, or the URL); or say "
                        "which books are meant, with their schema: ledger: [%s] in pgstair.yaml",
                        name);
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER, hint,
                  "there are no books of %s where search_path leads, but there are some in %s",
                  history->format, name);
    return FALSE;
}

gboolean
pgs_standing_is_clear(const PgsStanding *standing, const PgsHistory *history, GError **error)
{
    if (pgs_standing_is_running(standing))
        return refuse_running(standing, error);
    if (standing->unfinished != NULL)
        return refuse_unfinished(standing, error);
    if (standing->elsewhere != NULL)
        return refuse_elsewhere(standing, history, error);
    if (standing->missed != NULL)
        return refuse_missed(standing->missed, history, error);
    g_autoptr(GPtrArray) unknown = pgs_standing_unknown(standing);
    if (standing->is_elsewhere)
        return refuse_unknown(g_ptr_array_index(unknown, unknown->len - 1), history, error);
    return TRUE;
}

#include "exercise/referential_watch.h"

#include <string.h>

enum {
    MAX_LOOSE_ROWS = 200, /* read of a table whose rows cannot be told apart by a key */
};

/* ---- where it is found again ---- */

static gboolean
is_set(const PgsWatched *watched, const PgsColumn *column)
{
    return watched->columns != NULL && g_ptr_array_find(watched->columns, column, NULL);
}

/* A primary key or a unique one of NOT NULL columns, which tells its rows apart; or NULL. */
static const PgsRule *
find_key(const PgsRelation *relation)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->rules, i);
        gboolean plain = (rule->kind == PGS_RULE_PRIMARY_KEY || rule->kind == PGS_RULE_UNIQUE) &&
                         rule->predicate == NULL && rule->n_columns > 0 &&
                         (rule->keys == NULL || rule->keys->len == rule->n_columns);
        for (guint j = 0; plain && j < rule->n_columns; j++)
            plain = rule->columns[j]->not_null;
        if (plain)
            return rule;
    }
    return NULL;
}

/* Whether an UPDATE of the row may change by what it is known: what is computed, what a trigger
   sets. */
static gboolean
may_drift(const PgsWatched *watched)
{
    const PgsRelation *relation = watched->row->draft->relation;
    if (watched->fate != PGS_FATE_SET)
        return FALSE;
    const PgsRule *key = find_key(relation);
    gboolean drifts = key == NULL || relation->kind == 'p' || relation->is_partition;
    for (guint i = 0; !drifts && i < key->n_columns; i++)
        drifts = key->columns[i]->generated != 0;
    for (guint i = 0; !drifts && i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        drifts = trigger->on_update && trigger->enabled != 'D';
    }
    return drifts;
}

/* A condition that finds the row as it is, and as it is wanted to be. */
static char *
condition_of(const PgsWatched *watched)
{
    g_autofree char *before = pgs_stored_condition(watched->row);
    if (watched->columns == NULL)
        return g_steal_pointer(&before);
    PgsStored after = *watched->row;
    guint n = watched->row->draft->relation->columns->len;
    g_autofree char **stored = g_new0(char *, n);
    memcpy(stored, watched->row->stored, n * sizeof *stored);
    for (guint i = 0; i < watched->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(watched->columns, i);
        stored[column->index] = g_ptr_array_index(watched->values, i);
    }
    after.stored = stored;
    g_autofree char *then = pgs_stored_condition(&after);
    return g_strdup_printf("(%s) OR (%s)", before, then);
}

static char *
query_of(const PgsWatched *watched)
{
    const PgsRelation *relation = watched->row->draft->relation;
    GString *sql = g_string_new("SELECT ");
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    g_string_append_printf(sql, " FROM %s%s WHERE ", relation->kind == 'r' ? "ONLY " : "",
                           relation->identity);
    gboolean is_known = find_key(relation) != NULL, is_loose = !is_known || may_drift(watched);
    g_autofree char *condition = is_known ? condition_of(watched) : NULL;
    g_string_append(sql, is_known ? condition : "");
    /* Without a key that stays: what this transaction has written. */
    if (is_loose && relation->kind != 'f')
        g_string_append_printf(sql, "%spg_catalog.age(xmin) <= 0 LIMIT %d", is_known ? " OR " : "",
                               MAX_LOOSE_ROWS);
    return g_string_free(sql, FALSE);
}

PgsWatched *
pgs_watched_new(const PgsStored *row, PgsFate fate, guint level, gboolean is_other,
                const PgsColumn **key, guint n_key, GPtrArray *columns, GPtrArray *values)
{
    PgsWatched *watched = g_new0(PgsWatched, 1);
    watched->row = row;
    watched->fate = fate;
    watched->level = level;
    watched->is_other = is_other;
    watched->key = key;
    watched->n_key = n_key;
    watched->columns = columns;
    watched->values = values;
    watched->query = query_of(watched);
    return watched;
}

void
pgs_watched_free(PgsWatched *watched)
{
    if (watched == NULL)
        return;
    g_clear_pointer(&watched->columns, g_ptr_array_unref);
    g_clear_pointer(&watched->values, g_ptr_array_unref);
    g_free(watched->query);
    g_free(watched);
}

/* ---- what has become of it ---- */

static const char *
cell(const PGresult *result, int row, guint column)
{
    return PQgetisnull(result, row, (int)column) ? NULL : PQgetvalue(result, row, (int)column);
}

static const char *
wanted_text(const PgsWatched *watched, const PgsColumn *column)
{
    for (guint i = 0; watched->columns != NULL && i < watched->columns->len; i++)
        if (g_ptr_array_index(watched->columns, i) == column)
            return g_ptr_array_index(watched->values, i);
    return watched->row->stored[column->index];
}

/* In how many columns a row that was read is as it was, or as it is wanted to be. */
static guint
likeness(const PgsWatched *watched, const PGresult *result, int row)
{
    const PgsRelation *relation = watched->row->draft->relation;
    guint n = 0;
    for (guint i = 0; i < relation->columns->len; i++) {
        const char *now = cell(result, row, i);
        n += g_strcmp0(now, watched->row->stored[i]) == 0 ||
             g_strcmp0(now, wanted_text(watched, g_ptr_array_index(relation->columns, i))) == 0;
    }
    return n;
}

static gboolean
has_texts(const PgsWatched *watched, const PGresult *result, int row,
          const PgsColumn *const *columns, guint n, gboolean may_be_null)
{
    for (guint i = 0; i < n; i++) {
        const char *now = cell(result, row, columns[i]->index);
        if ((now != NULL || !may_be_null) &&
            g_strcmp0(now, watched->row->stored[columns[i]->index]) != 0 &&
            g_strcmp0(now, wanted_text(watched, columns[i])) != 0)
            return FALSE;
    }
    return TRUE;
}

/* It is as another row was before, so it is that one. */
static gboolean
is_another(const PgsWatched *watched, const GPtrArray *all, const PGresult *result, int row)
{
    const PgsRelation *relation = watched->row->draft->relation;
    for (guint i = 0; i < all->len; i++) {
        const PgsWatched *other = g_ptr_array_index(all, i);
        gboolean is_same = other != watched && other->row->draft->relation == relation;
        for (guint j = 0; is_same && j < relation->columns->len; j++)
            is_same = g_strcmp0(cell(result, row, j), other->row->stored[j]) == 0;
        if (is_same)
            return TRUE;
    }
    return FALSE;
}

/* Whether the most of what is not its foreign key is as it was. */
static gboolean
is_like_it(const PgsWatched *watched, const PGresult *result, int row)
{
    const PgsRelation *relation = watched->row->draft->relation;
    guint n = 0, n_same = 0;
    for (guint i = 0; i < relation->columns->len; i++) {
        gboolean is_key = FALSE;
        for (guint j = 0; j < watched->n_key; j++)
            is_key = is_key || watched->key[j]->index == i;
        n += !is_key;
        n_same += !is_key && g_strcmp0(cell(result, row, i), watched->row->stored[i]) == 0;
    }
    return n == 0 || 2 * n_same > n;
}

/* With a key there is one at most, but for one that a trigger has put back beside it; without one
   the foreign key's columns have to say whose child it is. */
static gboolean
may_be_it(const PgsWatched *watched, const GPtrArray *all, const PGresult *result, int row,
          guint like)
{
    const PgsRelation *relation = watched->row->draft->relation;
    const PgsRule *key = find_key(relation);
    if (key != NULL)
        return has_texts(watched, result, row, key->columns, key->n_columns, FALSE);
    return has_texts(watched, result, row, watched->key, watched->n_key, TRUE) &&
           (2 * like > relation->columns->len ||
            (is_like_it(watched, result, row) && !is_another(watched, all, result, row)));
}

/* Which of the rows it is; -1: none.  drifted: known by its foreign key alone, which is as wanted.
 */
static int
find_row(const PgsWatched *watched, const GPtrArray *all, const PGresult *result, gboolean drifted)
{
    guint best = 0;
    int found = -1;
    for (int row = 0; row < PQntuples(result); row++) {
        guint like = likeness(watched, result, row);
        gboolean is_candidate =
            drifted ? has_texts(watched, result, row, watched->key, watched->n_key, FALSE) &&
                          !is_another(watched, all, result, row)
                    : may_be_it(watched, all, result, row, like);
        if (is_candidate && (found < 0 || like > best)) {
            found = row;
            best = like;
        }
    }
    return found;
}

static void
describe_columns(GString *text, const PgsColumn *const *columns, guint n, const PGresult *result,
                 int row)
{
    for (guint i = 0; i < n; i++) {
        const char *now = cell(result, row, columns[i]->index);
        g_autofree char *value = pgs_value_describe(
            (PgsValue){.kind = now != NULL ? PGS_VALUE_TEXT : PGS_VALUE_NULL, .text = now});
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "", columns[i]->quoted, value);
    }
}

static void
look_at(const PgsWatched *watched, const PGresult *result, int row, PgsWatchedState *state)
{
    const PgsRelation *relation = watched->row->draft->relation;
    gboolean is_set_right = TRUE;
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        const char *now = cell(result, row, i);
        gboolean is_changed = g_strcmp0(now, watched->row->stored[i]) != 0;
        if (is_set(watched, column))
            is_set_right = is_set_right && g_strcmp0(now, wanted_text(watched, column)) == 0;
        else if (is_changed)
            g_ptr_array_add(state->touched, (gpointer)column);
    }
    for (guint i = 0; i < watched->n_key; i++) {
        const PgsColumn *column = watched->key[i];
        state->key_changed =
            state->key_changed ||
            g_strcmp0(cell(result, row, column->index), watched->row->stored[column->index]) != 0;
    }
    if (watched->fate == PGS_FATE_SET)
        state->is_as_wanted = is_set_right;
    else
        state->is_as_wanted = watched->fate == PGS_FATE_SAME && !state->key_changed;
    GString *text = g_string_new(NULL);
    if (watched->columns != NULL)
        describe_columns(text, (const PgsColumn *const *)watched->columns->pdata,
                         watched->columns->len, result, row);
    else
        describe_columns(text, watched->key, watched->n_key, result, row);
    state->now = g_string_free(text, FALSE);
}

PgsWatchedState *
pgs_watched_look(const PgsWatched *watched, const GPtrArray *all, const PGresult *result)
{
    PgsWatchedState *state = g_new0(PgsWatchedState, 1);
    state->touched = g_ptr_array_new();
    int row = find_row(watched, all, result, FALSE);
    if (row < 0 && may_drift(watched))
        row = find_row(watched, all, result, TRUE);
    if (row >= 0) {
        look_at(watched, result, row, state);
        return state;
    }
    state->is_gone = TRUE;
    state->is_as_wanted = watched->fate == PGS_FATE_GONE;
    return state;
}

void
pgs_watched_state_free(PgsWatchedState *state)
{
    if (state == NULL)
        return;
    g_ptr_array_unref(state->touched);
    g_free(state->now);
    g_free(state);
}

char *
pgs_watched_name(const PgsWatched *watched)
{
    const char *table = watched->row->draft->relation->identity;
    if (watched->level == 0)
        return g_strdup(watched->is_other ? "another parent row" : "the parent row");
    if (watched->level == 1)
        return g_strdup(watched->is_other ? "another parent's child row" : "the child row");
    return g_strdup_printf(watched->is_other ? "another parent's row of %s further below"
                                             : "the row of %s further below",
                           table);
}

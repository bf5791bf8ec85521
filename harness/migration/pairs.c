#include "migration/pairs.h"

#include "base/error.h"

#include <string.h>

void
pgs_history_note(PgsHistory *history, PgsNoteLevel level, const char *check, const char *path,
                 const char *format, ...)
{
    PgsNote *note = g_new0(PgsNote, 1);
    note->level = level;
    note->check = check;
    note->path = g_strdup(path);
    va_list args;
    va_start(args, format);
    note->message = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(history->notes, note);
}

typedef struct {
    char *key;
    char *label_of[2]; /* by direction; NULL: not there */
    PgsRevision *revision;
} Pair;

struct _PgsPairs {
    GHashTable *by_key; /* char * (the pair's own) → Pair * (borrowed) */
    GPtrArray *pairs;   /* Pair * */
};

static void
pair_free(gpointer data)
{
    Pair *pair = data;
    g_free(pair->key);
    g_free(pair->label_of[PGS_DIRECTION_UP]);
    g_free(pair->label_of[PGS_DIRECTION_DOWN]);
    if (pair->revision != NULL) {
        g_free(pair->revision->id);
        g_free(pair->revision->name);
        g_free(pair->revision->label);
        pgs_step_free(pair->revision->up);
        pgs_step_free(pair->revision->down);
        pgs_step_free(pair->revision->verify);
        g_free(pair->revision);
    }
    g_free(pair);
}

PgsPairs *
pgs_pairs_new(void)
{
    PgsPairs *pairs = g_new0(PgsPairs, 1);
    pairs->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    pairs->pairs = g_ptr_array_new_with_free_func(pair_free);
    return pairs;
}

void
pgs_pairs_free(PgsPairs *pairs)
{
    if (pairs == NULL)
        return;
    g_hash_table_unref(pairs->by_key);
    g_ptr_array_unref(pairs->pairs);
    g_free(pairs);
}

static Pair *
find_pair(PgsPairs *pairs, const char *key)
{
    Pair *pair = g_hash_table_lookup(pairs->by_key, key);
    if (pair != NULL)
        return pair;
    pair = g_new0(Pair, 1);
    pair->key = g_strdup(key);
    pair->revision = g_new0(PgsRevision, 1);
    g_ptr_array_add(pairs->pairs, pair);
    g_hash_table_insert(pairs->by_key, pair->key, pair);
    return pair;
}

static void
set_text(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

gboolean
pgs_pairs_add(PgsPairs *pairs, const char *key, PgsDirection direction, const char *id,
              const char *name, const char *label, PgsStep *step, GError **error)
{
    Pair *pair = find_pair(pairs, key);
    PgsRevision *revision = pair->revision;
    PgsStep **slot = direction == PGS_DIRECTION_UP ? &revision->up : &revision->down;
    if (*slot != NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                      "give one of them a version of its own", "%s and %s are both the %s of %s",
                      (*slot)->path, step->path, direction == PGS_DIRECTION_UP ? "up" : "down", id);
        pgs_step_free(step);
        return FALSE;
    }
    *slot = step;
    pair->label_of[direction] = g_strdup(label);
    if (direction == PGS_DIRECTION_UP || revision->id == NULL) {
        set_text(&revision->id, id);
        set_text(&revision->name, name);
        set_text(&revision->label, label);
    }
    return TRUE;
}

char *
pgs_pairs_number_key(const char *digits)
{
    while (digits[0] == '0' && digits[1] != '\0')
        digits++;
    return g_strdup_printf("%010" G_GSIZE_FORMAT " %s", strlen(digits), digits);
}

static gint
compare_pairs(gconstpointer a, gconstpointer b)
{
    return strcmp((*(Pair *const *)a)->key, (*(Pair *const *)b)->key);
}

static void
note_pair(const Pair *pair, PgsHistory *history)
{
    const PgsRevision *revision = pair->revision;
    const char *up = pair->label_of[PGS_DIRECTION_UP];
    const char *down = pair->label_of[PGS_DIRECTION_DOWN];
    if (up == NULL)
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.orphan-down", revision->down->path,
                         "there is no up to this down");
    else if (down != NULL && strcmp(up, down) != 0)
        pgs_history_note(history, PGS_NOTE_INFO, "folder.name-mismatch", revision->down->path,
                         "the down of %s has another name", up);
}

void
pgs_pairs_finish(PgsPairs *pairs, PgsHistory *history)
{
    g_ptr_array_sort(pairs->pairs, compare_pairs);
    for (guint i = 0; i < pairs->pairs->len; i++) {
        Pair *pair = g_ptr_array_index(pairs->pairs, i);
        note_pair(pair, history);
        g_ptr_array_add(history->revisions, g_steal_pointer(&pair->revision));
    }
    g_hash_table_remove_all(pairs->by_key);
    g_ptr_array_set_size(pairs->pairs, 0);
}

void
pgs_history_note_unmatched(PgsHistory *history, const PgsFolder *folder, GHashTable *used,
                           const char *pattern)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (!pgs_folder_is_top(file) || !g_str_has_suffix(file->name, ".sql") ||
            g_hash_table_contains(used, file->name))
            continue;
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.unmatched", file->path,
                         "%s takes no notice of this file: its name is not like %s",
                         history->format, pattern);
    }
}

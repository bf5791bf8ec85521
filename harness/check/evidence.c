#include "check/evidence.h"

#include "base/text.h"

#include <string.h>

static void
add_changes(PgsRecordRevision *revision, const PgsRung *rung)
{
    revision->n_changes_left = rung->n_changes_left;
    g_clear_pointer(&revision->changes, g_ptr_array_unref);
    revision->changes = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_change_free);
    for (guint i = 0; i < rung->changes->len; i++) {
        const PgsRecordChange *change = rung->changes->pdata[i];
        pgs_record_revision_add_change(
            revision, pgs_record_change_new(change->kind, change->object, change->attribute,
                                            change->before, change->after));
    }
}

void
pgs_evidence_note_changes(PgsRecordSystem *facts, const PgsHistory *history,
                          const PgsStairway *stairway)
{
    for (guint i = 0; i < stairway->rungs->len; i++) {
        const PgsRung *rung = &g_array_index(stairway->rungs, PgsRung, i);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)rung->revision);
        PgsRecordRevision *row = pgs_record_system_find_revision(facts, revision->label);
        if (row != NULL && rung->changes != NULL)
            add_changes(row, rung);
    }
}

/* ---- comparing ---- */

static void
add_files(GPtrArray *all, const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++)
        g_ptr_array_add(all, files->pdata[i]);
}

/* All of a system's files, those of its revisions first; PgsRecordFile, borrowed. */
static GPtrArray *
list_files(const PgsRecordSystem *system)
{
    GPtrArray *all = g_ptr_array_new();
    for (guint i = 0; i < system->revisions->len; i++)
        add_files(all, ((const PgsRecordRevision *)system->revisions->pdata[i])->files);
    add_files(all, system->files);
    return all;
}

static GHashTable *
index_files(const GPtrArray *files)
{
    GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < files->len; i++) {
        PgsRecordFile *file = files->pdata[i];
        if (!g_hash_table_contains(index, file->path))
            g_hash_table_insert(index, file->path, file);
    }
    return index;
}

static void G_GNUC_PRINTF(2, 3) say(GPtrArray *differences, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    /* A file may belong to several revisions. */
    if (g_ptr_array_find_with_equal_func(differences, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(differences, text);
}

static void
compare_files(const PgsRecordSystem *recorded, const PgsRecordSystem *now, GPtrArray *differences)
{
    g_autoptr(GPtrArray) before = list_files(recorded);
    g_autoptr(GPtrArray) after = list_files(now);
    g_autoptr(GHashTable) were = index_files(before);
    g_autoptr(GHashTable) are = index_files(after);
    for (guint i = 0; i < before->len; i++) {
        const PgsRecordFile *file = before->pdata[i];
        const PgsRecordFile *other = g_hash_table_lookup(are, file->path);
        if (other == NULL)
            say(differences, "%s: not there any more", file->path);
        else if (strcmp(file->sha256, other->sha256) != 0)
            say(differences, "%s: another content", file->path);
    }
    for (guint i = 0; i < after->len; i++) {
        const PgsRecordFile *file = after->pdata[i];
        if (!g_hash_table_contains(were, file->path))
            say(differences, "%s: not in the record", file->path);
    }
}

/* The order decides what is run as much as the files do. */
static void
compare_order(const PgsRecordSystem *recorded, const PgsRecordSystem *now, GPtrArray *differences)
{
    guint n = MIN(recorded->revisions->len, now->revisions->len);
    for (guint i = 0; i < n; i++) {
        const PgsRecordRevision *was = recorded->revisions->pdata[i];
        const PgsRecordRevision *is = now->revisions->pdata[i];
        /* The record has it so that it can be read. */
        g_autofree char *shown = pgs_text_visible(is->label, -1);
        if (strcmp(was->label, is->label) != 0 && strcmp(was->label, shown) != 0) {
            say(differences, "revision %u is %s, and was %s", i + 1, shown, was->label);
            return;
        }
    }
    if (recorded->revisions->len != now->revisions->len)
        say(differences, "there are %u revisions, and were %u", now->revisions->len,
            recorded->revisions->len);
}

GPtrArray *
pgs_evidence_compare(const PgsRecordSystem *recorded, const PgsRecordSystem *now)
{
    GPtrArray *differences = g_ptr_array_new_with_free_func(g_free);
    compare_files(recorded, now, differences);
    compare_order(recorded, now, differences);
    if (g_strcmp0(recorded->format, now->format) != 0 && recorded->format != NULL &&
        now->format != NULL)
        say(differences, "the format is %s, and was %s", now->format, recorded->format);
    return differences;
}

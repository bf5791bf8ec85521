#include "operate/align_changes.h"

#include <string.h>

static const struct {
    const char *kind;
    PgsAlignStage stage;
} kinds[] = {
    {"table", PGS_ALIGN_COLUMNS},
    {"column", PGS_ALIGN_COLUMNS},
    {"primary key", PGS_ALIGN_KEYS},
    {"foreign key", PGS_ALIGN_KEYS},
    {"sequence", PGS_ALIGN_KEYS},
    {"not-null constraint", PGS_ALIGN_CONSTRAINTS},
    {"check constraint", PGS_ALIGN_CONSTRAINTS},
    {"unique constraint", PGS_ALIGN_CONSTRAINTS},
    {"exclusion constraint", PGS_ALIGN_CONSTRAINTS},
    {"index", PGS_ALIGN_INDEXES},
};

/* Whether a column is one of a key's: "id" of "public.users.id" in "columns" of a part. */
static gboolean
is_of_key(const PgsSnapshot *snapshot, const PgsObject *column)
{
    gsize length = column->parent != NULL ? strlen(column->parent) : 0;
    if (length == 0 || strlen(column->identity) <= length)
        return FALSE;
    const char *name = column->identity + length + 1;
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        const char *columns = pgs_object_get(object, "columns");
        if (g_strcmp0(object->parent, column->parent) != 0 || columns == NULL ||
            !g_str_has_suffix(object->kind, " key"))
            continue;
        g_auto(GStrv) names = g_strsplit(columns, ", ", -1);
        if (g_strv_contains((const char *const *)names, name))
            return TRUE;
    }
    return FALSE;
}

static PgsAlignStage
stage_of(const PgsDifference *difference, const PgsSnapshot *after)
{
    const PgsObject *object = difference->after != NULL ? difference->after : difference->before;
    if (strcmp(object->kind, "column") == 0 && difference->change == PGS_CHANGE_ATTRIBUTE &&
        is_of_key(after, object))
        return PGS_ALIGN_KEYS;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, object->kind) == 0)
            return kinds[i].stage;
    }
    return PGS_ALIGN_OTHER;
}

void
pgs_align_changes_init(PgsAlignChanges *changes, PgsSnapshot *before, PgsSnapshot *after)
{
    g_autoptr(PgsDiff) diff = pgs_diff_new(before, after, 0);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (difference->nature != PGS_NATURE_REAL)
            continue;
        GPtrArray **lines = &changes->lines[stage_of(difference, after)];
        if (*lines == NULL)
            *lines = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(*lines, pgs_difference_to_string(difference));
    }
}

void
pgs_align_changes_clear(PgsAlignChanges *changes)
{
    for (guint stage = 0; stage < PGS_ALIGN_N_STAGES; stage++)
        g_clear_pointer(&changes->lines[stage], g_ptr_array_unref);
}

char *
pgs_align_changes_sum(const PgsAlignChanges *changes)
{
    GString *text = g_string_new(NULL);
    for (guint stage = 0; stage < PGS_ALIGN_N_STAGES; stage++) {
        if (changes->lines[stage] == NULL)
            continue;
        g_string_append_printf(text, "%s%s %u", text->len > 0 ? ", " : "",
                               pgs_align_stage_name(stage), changes->lines[stage]->len);
    }
    if (text->len == 0)
        g_string_append(text, "nothing in the catalog");
    return g_string_free(text, FALSE);
}

#include "cycle/changes.h"

#include "base/text.h"
#include "diff/diff.h"
#include "snapshot/words.h"

#include <string.h>

enum {
    MAX_VALUE = 4000, /* characters of an attribute's value: a function's body is in its file */
    MAX_TABLE = 1500, /* of the line of a table */
    SAME_BEFORE = 200,
};

/* Kinds whose objects the line of their table tells, in this order. */
static const char *const told_kinds[] = {"column",           "primary key", "unique constraint",
                                         "check constraint", "foreign key", "exclusion constraint"};

static gboolean
has_columns(const PgsObject *object)
{
    return strcmp(object->kind, "table") == 0 || strcmp(object->kind, "foreign table") == 0 ||
           strcmp(object->kind, "composite type") == 0;
}

/* The objects of a snapshot that belong to a relation, by its identity: made once, when it is
 * asked for. */
static GHashTable *
group_parts(const PgsSnapshot *snapshot)
{
    GHashTable *parts =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (object->parent == NULL)
            continue;
        GPtrArray *own = g_hash_table_lookup(parts, object->parent);
        if (own == NULL) {
            own = g_ptr_array_new();
            g_hash_table_insert(parts, object->parent, own);
        }
        g_ptr_array_add(own, (gpointer)object);
    }
    return parts;
}

static const char *
name_below(const PgsObject *object)
{
    gsize length = strlen(object->parent);
    return strncmp(object->identity, object->parent, length) == 0 && object->identity[length] == '.'
               ? object->identity + length + 1
               : object->identity;
}

static void
append_part(GString *text, const PgsObject *object)
{
    g_autofree char *words = pgs_object_define(object);
    g_string_append(text, text->len > 0 ? ", " : "");
    if (strcmp(object->kind, "column") == 0 || strcmp(object->kind, "attribute") == 0)
        g_string_append_printf(text, "%s%s", name_below(object), words != NULL ? " " : "");
    g_string_append(text, words != NULL ? words : "");
}

static void
append_columns(GString *text, const PgsObject *table, const GPtrArray *parts)
{
    const char *order = pgs_object_get(table, "column-order");
    if (order == NULL)
        order = pgs_object_get(table, "attribute-order");
    g_autoptr(GPtrArray) names = pgs_words_split(order != NULL ? order : "");
    for (guint i = 0; i < names->len; i++) {
        for (guint k = 0; k < parts->len; k++) {
            const PgsObject *part = parts->pdata[k];
            if ((strcmp(part->kind, "column") == 0 || strcmp(part->kind, "attribute") == 0) &&
                strcmp(name_below(part), names->pdata[i]) == 0)
                append_part(text, part);
        }
    }
}

/* "id uuid NOT NULL, name text, PRIMARY KEY (id)" */
static char *
define_table(const PgsObject *table, const GPtrArray *parts)
{
    g_autofree char *own = pgs_object_define(table);
    g_autoptr(GString) text = g_string_new(NULL);
    if (parts != NULL) {
        append_columns(text, table, parts);
        for (gsize kind = 1; kind < G_N_ELEMENTS(told_kinds); kind++) {
            for (guint i = 0; i < parts->len; i++) {
                const PgsObject *part = parts->pdata[i];
                if (strcmp(part->kind, told_kinds[kind]) == 0)
                    append_part(text, part);
            }
        }
    }
    g_autofree char *whole = text->len == 0 || own == NULL
                                 ? g_strconcat(text->str, own != NULL ? own : "", NULL)
                                 : g_strdup_printf("%s; %s", text->str, own);
    return *whole != '\0' ? pgs_text_ellipsize(whole, MAX_TABLE) : NULL;
}

/* One side of a comparison, and its relations' parts once somebody asked. */
typedef struct {
    const PgsSnapshot *snapshot;
    GHashTable *parts;
} Side;

static char *
define(Side *side, const PgsObject *object)
{
    if (has_columns(object)) {
        if (side->parts == NULL)
            side->parts = group_parts(side->snapshot);
        return define_table(object, g_hash_table_lookup(side->parts, object->identity));
    }
    g_autofree char *words = pgs_object_define(object);
    return words != NULL ? pgs_text_ellipsize(words, MAX_VALUE) : NULL;
}

/* Of two long values what is the same in front is left out, but for a little of it. */
static gsize
same_length(const char *a, const char *b)
{
    gsize same = 0;
    if (a == NULL || b == NULL || strlen(a) <= MAX_VALUE || strlen(b) <= MAX_VALUE)
        return 0;
    while (a[same] != '\0' && a[same] == b[same])
        same++;
    same = same > SAME_BEFORE ? same - SAME_BEFORE : 0;
    while (same > 0 && ((guchar)a[same] & 0xc0) == 0x80)
        same--;
    return same;
}

static char *
shorten(const char *value, gsize same)
{
    if (value == NULL)
        return NULL;
    g_autofree char *cut = pgs_text_ellipsize(value + same, MAX_VALUE);
    return g_strconcat(same > 0 ? "…" : "", cut, NULL);
}

/* An attribute that is "true" or not there. */
static gboolean
is_flag(const PgsDifference *difference)
{
    const char *before = difference->before_value;
    const char *after = difference->after_value;
    return difference->change == PGS_CHANGE_ATTRIBUTE && (before == NULL || after == NULL) &&
           strcmp(before != NULL ? before : after, "true") == 0;
}

static PgsRecordChange *
make_change(Side *below, Side *above, const PgsDifference *difference)
{
    const PgsObject *object = difference->before != NULL ? difference->before : difference->after;
    g_autofree char *name = g_strdup_printf("%s %s", object->kind, object->identity);
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    if (difference->renamed != NULL)
        return pgs_record_change_new("changed", name, "name", object->identity,
                                     difference->renamed->identity);
    if (is_flag(difference))
        return pgs_record_change_new("changed", name, difference->attribute,
                                     difference->before_value != NULL ? "yes" : "no",
                                     difference->after_value != NULL ? "yes" : "no");
    if (difference->change == PGS_CHANGE_ATTRIBUTE) {
        gsize same = same_length(difference->before_value, difference->after_value);
        before = shorten(difference->before_value, same);
        after = shorten(difference->after_value, same);
        return pgs_record_change_new("changed", name, difference->attribute, before, after);
    }
    gboolean added = difference->change == PGS_CHANGE_ADDED;
    if (added)
        after = define(above, object);
    else
        before = define(below, object);
    return pgs_record_change_new(added ? "added" : "removed", name, NULL, before, after);
}

GPtrArray *
pgs_changes_new(PgsSnapshot *before, PgsSnapshot *after, guint *n_left)
{
    GPtrArray *changes = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_change_free);
    Side below = {.snapshot = before};
    Side above = {.snapshot = after};
    *n_left = 0;
    /* Nearly every revision that only moves rows ends here. */
    if (pgs_snapshot_equal(before, after))
        return changes;
    g_autoptr(PgsDiff) diff = pgs_diff_new(before, after, 0);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        /* The second half of a new name is told with the first. */
        if (difference->change == PGS_CHANGE_ADDED && difference->renamed != NULL)
            continue;
        if (changes->len < PGS_MAX_CHANGES)
            g_ptr_array_add(changes, make_change(&below, &above, difference));
        else
            (*n_left)++;
    }
    g_clear_pointer(&below.parts, g_hash_table_unref);
    g_clear_pointer(&above.parts, g_hash_table_unref);
    return changes;
}

#include "diff/entry.h"
#include "diff/nature.h"

#include <string.h>

/* Stands for an object's own name in what is compared; nothing in a catalog has this byte. */
#define OWN_NAME '\001'

static gboolean
is_name_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || c == '"' || (c & 0x80) != 0;
}

/* Where the last part of a dotted name begins: "c(integer)" in a.b.c(integer). */
static const char *
last_part(const char *identity)
{
    const char *start = identity;
    gboolean quoted = FALSE;
    for (const char *at = identity; *at != '\0' && (quoted || *at != '('); at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '.' && !quoted)
            start = at + 1;
    }
    return start;
}

/* The bytes of that part that are the name: without a function's arguments. */
static gsize
name_length(const char *part)
{
    gboolean quoted = FALSE;
    const char *at = part;
    for (; *at != '\0' && (quoted || *at != '('); at++)
        quoted ^= *at == '"';
    return (gsize)(at - part);
}

static gboolean
matches(const char *at, const char *name, gsize length)
{
    return strncmp(at, name, length) == 0 && !is_name_character(at[length]);
}

/* Appends text with the object's own name, qualified or not, replaced where it is a name: not in a
 * string literal. */
static void
append_nameless(GString *out, const char *text, const PgsObject *object)
{
    const char *part = last_part(object->identity);
    gsize part_length = name_length(part);
    gsize identity_length = (gsize)(part - object->identity) + part_length;
    gboolean in_literal = FALSE, in_name = FALSE;
    while (*text != '\0') {
        gsize length = 0;
        if (!in_literal && !in_name && matches(text, object->identity, identity_length))
            length = identity_length;
        else if (!in_literal && !in_name && matches(text, part, part_length))
            length = part_length;
        if (length > 0) {
            g_string_append_c(out, OWN_NAME);
            text += length;
            continue;
        }
        in_literal ^= *text == '\'';
        in_name = is_name_character(*text);
        g_string_append_c(out, *text++);
    }
}

/* object: what is described; named: whose name is left out of the attributes, or NULL. */
static void
append_object(GString *out, const PgsObject *object, const PgsObject *named)
{
    g_string_append(out, object->kind);
    for (guint i = 0; i < object->n_attributes; i++) {
        g_string_append_printf(out, "\n%s ", object->attributes[i].name);
        if (named != NULL)
            append_nameless(out, object->attributes[i].value, named);
        else
            g_string_append(out, object->attributes[i].value);
    }
    g_string_append_c(out, '\n');
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Their names are part of what a relation is; the relation's own is in each of them. */
static void
append_children(GString *out, const PgsEntry *entry, const PgsObject *named)
{
    const PgsObject *object = pgs_entry_object(entry);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; entry->children != NULL && i < entry->children->len; i++) {
        const PgsObject *child = entry->children->pdata[i];
        GString *text = g_string_new(NULL);
        append_nameless(text, child->identity, object);
        g_string_append_c(text, ' ');
        append_object(text, child, named);
        g_ptr_array_add(texts, g_string_free(text, FALSE));
    }
    g_ptr_array_sort(texts, compare_texts);
    for (guint i = 0; i < texts->len; i++)
        g_string_append(out, texts->pdata[i]);
}

/* The column's place in its relation, from 1; 0: not known. */
static guint
column_place(const PgsSnapshot *snapshot, const PgsObject *column)
{
    static const struct {
        const char *kind, *order;
    } relations[] = {
        {"table", "column-order"},
        {"foreign table", "column-order"},
        {"composite type", "attribute-order"},
    };
    const char *order = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(relations) && order == NULL; i++) {
        const PgsObject *relation = pgs_snapshot_find(snapshot, relations[i].kind, column->parent);
        if (relation != NULL)
            order = pgs_object_get(relation, relations[i].order);
    }
    if (order == NULL)
        return 0;
    g_autoptr(GPtrArray) names = pgs_nature_split_list(order);
    for (guint i = 0; i < names->len; i++) {
        if (strcmp(names->pdata[i], last_part(column->identity)) == 0)
            return i + 1;
    }
    return 0;
}

/* Everything about an object but its name; place: a column's.  in_attributes: the name is left out
 * of its attributes too. */
static char *
describe_nameless(const PgsEntry *entry, guint place, gboolean in_attributes)
{
    const PgsObject *object = pgs_entry_object(entry);
    const char *part = last_part(object->identity);
    GString *out = g_string_new(object->parent != NULL ? object->parent : "");
    /* Overloads are different functions, whatever they are called. */
    g_string_append_printf(out, "\n%s\n%u\n", part + name_length(part), place);
    append_object(out, object, in_attributes ? object : NULL);
    append_children(out, entry, in_attributes ? object : NULL);
    return g_string_free(out, FALSE);
}

/* Those of one description: only when there is one of each is it plain which is which. */
typedef struct {
    PgsEntry *added, *removed;
    guint n_added, n_removed;
} Candidates;

/* Takes description over. */
static void
add_candidate(GHashTable *all, PgsEntry *entry, char *description)
{
    Candidates *candidates = g_hash_table_lookup(all, description);
    if (candidates == NULL) {
        candidates = g_new0(Candidates, 1);
        g_hash_table_insert(all, description, candidates);
    } else {
        g_free(description);
    }
    if (entry->difference.change == PGS_CHANGE_ADDED) {
        candidates->added = entry;
        candidates->n_added++;
    } else {
        candidates->removed = entry;
        candidates->n_removed++;
    }
}

/*
 * Whether the server chose the name of a not-null constraint, as far as one can see: it is made of
 * those that the table and the column had then, "_not_null", and a number when that is taken.
 */
static gboolean
is_generated_name(const PgsObject *object)
{
    static const char suffix[] = "_not_null";
    const char *part = last_part(object->identity);
    gsize length = name_length(part);
    length -= length > 0 && part[length - 1] == '"';
    while (length > 0 && g_ascii_isdigit(part[length - 1]))
        length--;
    return length >= strlen(suffix) &&
           strncmp(part + length - strlen(suffix), suffix, strlen(suffix)) == 0;
}

/* Since PostgreSQL 18 each NOT NULL has a name, which hardly anyone gives it: it tells which names
 * there were when it was made, and nothing of what it does. */
static PgsNature
nature_of_name(const PgsObject *one, const PgsObject *other)
{
    return strcmp(one->kind, "not-null constraint") == 0 && is_generated_name(one) &&
                   is_generated_name(other)
               ? PGS_NATURE_NAME
               : PGS_NATURE_REAL;
}

static void
link_candidates(G_GNUC_UNUSED gpointer key, gpointer value, G_GNUC_UNUSED gpointer data)
{
    Candidates *candidates = value;
    if (candidates->n_added != 1 || candidates->n_removed != 1)
        return;
    PgsDifference *added = &candidates->added->difference;
    PgsDifference *removed = &candidates->removed->difference;
    added->renamed = removed->before;
    removed->renamed = added->after;
    added->nature = removed->nature = nature_of_name(removed->before, added->after);
}

/* Kinds whose names are anyone's choice.  An extension or a role by another name is another one. */
static gboolean
is_renamable(const PgsObject *object)
{
    static const char *const kinds[] = {
        "table",       "foreign table",
        "view",        "materialized view",
        "sequence",    "column",
        "index",       "primary key",
        "foreign key", "unique constraint",
        "trigger",     "exclusion constraint",
        "rule",        "check constraint",
        "policy",      "not-null constraint",
        "statistics",  "domain constraint",
        "domain",      "enum type",
        "range type",  "composite type",
        "function",    "procedure",
        "attribute",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i], object->kind) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Kinds of which both an added and a removed object is there: most often none. */
static GHashTable *
kinds_on_both_sides(const GPtrArray *entries)
{
    g_autoptr(GHashTable) added = g_hash_table_new(NULL, NULL);
    GHashTable *both = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < entries->len; i++) {
        const PgsEntry *entry = entries->pdata[i];
        if (entry->difference.change == PGS_CHANGE_ADDED && !entry->is_folded &&
            is_renamable(entry->difference.after))
            g_hash_table_add(added, (gpointer)entry->difference.after->kind);
    }
    for (guint i = 0; i < entries->len; i++) {
        const PgsEntry *entry = entries->pdata[i];
        if (entry->difference.change == PGS_CHANGE_REMOVED && !entry->is_folded &&
            g_hash_table_contains(added, entry->difference.before->kind))
            g_hash_table_add(both, (gpointer)entry->difference.before->kind);
    }
    return both;
}

static gboolean
is_column(const PgsObject *object)
{
    return strcmp(object->kind, "column") == 0 || strcmp(object->kind, "attribute") == 0;
}

typedef struct {
    GPtrArray *entries;
    GHashTable *kinds;
    const PgsSnapshot *before, *after;
} Search;

static void
find_pairs(const Search *search, gboolean in_attributes)
{
    g_autoptr(GHashTable) candidates =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < search->entries->len; i++) {
        PgsEntry *entry = search->entries->pdata[i];
        const PgsObject *object = pgs_entry_object(entry);
        if (entry->difference.change == PGS_CHANGE_ATTRIBUTE || entry->is_folded ||
            entry->difference.renamed != NULL ||
            !g_hash_table_contains(search->kinds, object->kind))
            continue;
        /* Columns of one type are many: one that is renamed keeps its place. */
        gboolean is_added = entry->difference.change == PGS_CHANGE_ADDED;
        guint place =
            is_column(object) ? column_place(is_added ? search->after : search->before, object) : 0;
        if (place > 0 || !is_column(object))
            add_candidate(candidates, entry, describe_nameless(entry, place, in_attributes));
    }
    g_hash_table_foreach(candidates, link_candidates, NULL);
}

void
pgs_entry_find_renamed(GPtrArray *entries, const PgsSnapshot *before, const PgsSnapshot *after)
{
    g_autoptr(GHashTable) kinds = kinds_on_both_sides(entries);
    if (g_hash_table_size(kinds) == 0)
        return;
    Search all = {.entries = entries, .kinds = kinds, .before = before, .after = after};
    /* Attributes as they are first: an index may be called like a column of its. */
    find_pairs(&all, FALSE);
    find_pairs(&all, TRUE);
}

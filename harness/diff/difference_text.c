#include "base/text.h"
#include "diff/entry.h"
#include "diff/line_diff.h"
#include "diff/sql_space.h"

#include <string.h>

#define TEXT_WIDTH 80
/* A line of a value longer than this is cut down to where the two differ. */
#define MAX_LINE 400
/* Of a value's line diff; what is longer is better read in the files. */
#define MAX_VALUE_LINES 60
/* Of what is the same before it, so many bytes. */
#define SAME_BEFORE 20
#define CONTEXT_LINES 2
/* Of each value in a difference's one line. */
#define STRING_VALUE 60

#define MARK_ADDED "+"
#define MARK_REMOVED "-"
#define MARK_CHANGED "~"

/* ---- words ---- */

/* "not-null" as people read it. */
static char *
attribute_words(const char *attribute)
{
    return g_strdelimit(g_strdup(attribute), "-", ' ');
}

/* "3 policies", "1 index". */
static char *
count_kind(guint n, const char *kind)
{
    gsize length = strlen(kind);
    g_autofree char *plural = NULL;
    if (length > 1 && kind[length - 1] == 'y' && strchr("aeiou", kind[length - 2]) == NULL)
        plural = g_strdup_printf("%.*sies", (int)length - 1, kind);
    else if (g_str_has_suffix(kind, "x"))
        plural = g_strdup_printf("%ses", kind);
    else if (g_str_has_suffix(kind, "s"))
        plural = g_strdup(kind);
    return pgs_text_count(n, kind, plural);
}

/* An attribute that is either "true" or not there. */
static gboolean
is_flag(const char *before, const char *after)
{
    return (before == NULL || strcmp(before, "true") == 0) &&
           (after == NULL || strcmp(after, "true") == 0);
}

/* A value as it stands in a sentence: visible, and never empty. */
static char *
value_words(const char *value, gboolean flag)
{
    if (flag)
        return g_strdup(value != NULL ? "yes" : "no");
    if (value == NULL)
        return g_strdup("(none)");
    return *value != '\0' ? pgs_text_visible(value, -1) : g_strdup("''");
}

/* On one line, what lies in quotes to the letter but for its newlines. */
static char *
one_line(const char *value)
{
    g_autofree char *folded = pgs_sql_fold_space(value);
    return g_strdelimit(pgs_text_visible(folded, -1), "\n\t", ' ');
}

/* A child's name below the heading with its parent's; parent NULL: in full. */
static char *
identity_below(const PgsObject *object, const char *parent)
{
    gsize length = parent != NULL ? strlen(parent) : 0;
    gboolean within = parent != NULL && strncmp(object->identity, parent, length) == 0 &&
                      object->identity[length] == '.';
    return pgs_text_visible(object->identity + (within ? length + 1 : 0), -1);
}

static char *
name_below(const PgsObject *object, const char *parent)
{
    g_autofree char *identity = identity_below(object, parent);
    return g_strdup_printf("%s %s", object->kind, identity);
}

/* A line that is longer than most characters from where it begins to differ from the other one. */
static char *
cut_to_difference(const char *line, const char *other, guint most)
{
    if (g_utf8_strlen(line, -1) <= (glong)most)
        return g_strdup(line);
    gsize same = 0;
    while (line[same] != '\0' && line[same] == other[same])
        same++;
    const char *from = same > SAME_BEFORE ? line + same - SAME_BEFORE : line;
    while (((guchar)*from & 0xc0) == 0x80)
        from++;
    g_autofree char *cut = pgs_text_ellipsize(from, most);
    return g_strconcat(from > line ? "…" : "", cut, NULL);
}

/* ---- what an object is, in one line ---- */

/* Attributes that need no name in front of them. */
static gboolean
speaks_for_itself(const char *attribute)
{
    static const char *const names[] = {"columns", "definition", "expression", "labels", "type"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], attribute) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Attributes that say little about what an object is. */
static gboolean
is_aside(const char *attribute)
{
    static const char *const names[] = {
        "attribute-order", "body",    "column-order", "comment", "cache",
        "index-comment",   "maximum", "minimum",      "options", "owner",
        "privileges",      "start",   "increment",    "local",   "arguments",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], attribute) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
append_item(GString *text, const char *item)
{
    g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", item);
}

/* "5 columns, 1 primary key": children come sorted by kind. */
static void
append_children(GString *text, const GPtrArray *children)
{
    for (guint i = 0; i < children->len;) {
        const char *kind = ((const PgsObject *)children->pdata[i])->kind;
        guint n = 0;
        for (; i < children->len && ((const PgsObject *)children->pdata[i])->kind == kind; i++)
            n++;
        g_autofree char *words = count_kind(n, kind);
        append_item(text, words);
    }
}

static void
append_attributes(GString *text, const PgsObject *object)
{
    for (guint i = 0; i < object->n_attributes; i++) {
        const PgsAttribute *attribute = &object->attributes[i];
        if (is_aside(attribute->name))
            continue;
        g_autofree char *name = attribute_words(attribute->name);
        g_autofree char *value = one_line(attribute->value);
        g_autofree char *item = strcmp(value, "true") == 0 ? g_strdup(name)
                                : speaks_for_itself(attribute->name)
                                    ? g_strdup(value)
                                    : g_strjoin(" ", name, value, NULL);
        append_item(text, item);
    }
}

/* "" when there is nothing to say. */
static char *
object_gist(const PgsEntry *entry, const PgsObject *object)
{
    GString *text = g_string_new(NULL);
    if (entry != NULL && entry->children != NULL)
        append_children(text, entry->children);
    else
        append_attributes(text, object);
    return g_string_free(text, FALSE);
}

/* ---- one line for one difference ---- */

static char *
object_to_string(const char *mark, const PgsObject *object)
{
    g_autofree char *identity = pgs_text_visible(object->identity, -1);
    g_autofree char *gist = object_gist(NULL, object);
    g_autofree char *brief = pgs_text_ellipsize(gist, STRING_VALUE);
    return g_strdup_printf("%s %s %s%s%s", mark, object->kind, identity, *brief != '\0' ? ": " : "",
                           brief);
}

static char *
attribute_to_string(const PgsDifference *difference)
{
    gboolean flag = is_flag(difference->before_value, difference->after_value);
    g_autofree char *name = name_below(difference->before, NULL);
    g_autofree char *attribute = attribute_words(difference->attribute);
    g_autofree char *before = value_words(difference->before_value, flag);
    g_autofree char *after = value_words(difference->after_value, flag);
    g_autofree char *before_line = one_line(before);
    g_autofree char *after_line = one_line(after);
    if (strcmp(before_line, after_line) == 0)
        return g_strdup_printf("%s: %s: only white space differs", name, attribute);
    g_autofree char *from = cut_to_difference(before_line, after_line, STRING_VALUE);
    g_autofree char *to = cut_to_difference(after_line, before_line, STRING_VALUE);
    return g_strdup_printf("%s: %s: %s → %s", name, attribute, from, to);
}

char *
pgs_difference_to_string(const PgsDifference *difference)
{
    const PgsObject *before = difference->before, *after = difference->after;
    if (difference->renamed != NULL) {
        const PgsObject *old = before != NULL ? before : difference->renamed;
        const PgsObject *new = after != NULL ? after : difference->renamed;
        g_autofree char *name = name_below(old, NULL);
        g_autofree char *other = pgs_text_visible(new->identity, -1);
        return g_strdup_printf("%s is called %s", name, other);
    }
    if (difference->change != PGS_CHANGE_ATTRIBUTE)
        return object_to_string(before != NULL ? MARK_REMOVED : MARK_ADDED,
                                before != NULL ? before : after);

    return attribute_to_string(difference);
}

/* ---- the whole diff ---- */

typedef struct {
    GString *out;
    gboolean color;
    guint indent;
} Writer;

/* What is said under one heading: a relation and its children, or one object. */
typedef struct {
    const char *identity;
    const char *kind; /* of the object with that identity; NULL: not known */
    GPtrArray *entries;
} Block;

static const char *
mark_color(char mark)
{
    switch (mark) {
    case '+':
        return "\033[32m";
    case '-':
        return "\033[31m";
    case '~':
        return "\033[33m";
    case '#':
        return "\033[1m";
    default:
        return NULL;
    }
}

/* One line; mark: what colours it. */
static void
put_line(Writer *writer, guint indent, char mark, const char *line)
{
    const char *color = writer->color ? mark_color(mark) : NULL;
    guint margin = *line != '\0' ? writer->indent + indent : 0;
    g_string_append_printf(writer->out, "%*s%s%s%s\n", (int)margin, "", color != NULL ? color : "",
                           line, color != NULL ? "\033[0m" : "");
}

static char *
tolerance_note(const PgsEntry *entry)
{
    const char *name = entry->difference.tolerated;
    return name != NULL ? g_strdup_printf("  [%s]", name) : g_strdup("");
}

static void
put_object(Writer *writer, guint indent, const PgsEntry *entry, const char *name)
{
    char mark = entry->difference.change == PGS_CHANGE_ADDED ? '+' : '-';
    g_autofree char *gist = object_gist(entry, pgs_entry_object(entry));
    g_autofree char *note = tolerance_note(entry);
    g_autofree char *head = g_strdup_printf("%c %s", mark, name);
    guint taken = (guint)g_utf8_strlen(head, -1) + writer->indent + indent + 2;
    if (*gist == '\0') {
        g_autofree char *line = g_strconcat(head, note, NULL);
        put_line(writer, indent, mark, line);
        return;
    }
    /* On one line, or, when little of it would be seen there, on a line of its own. */
    guint length = (guint)g_utf8_strlen(gist, -1);
    if (taken + MIN(length, TEXT_WIDTH / 2) <= TEXT_WIDTH) {
        g_autofree char *cut = pgs_text_ellipsize(gist, TEXT_WIDTH - taken);
        g_autofree char *line = g_strdup_printf("%s: %s%s", head, cut, note);
        put_line(writer, indent, mark, line);
        return;
    }
    g_autofree char *line = g_strconcat(head, note, NULL);
    g_autofree char *cut = pgs_text_ellipsize(gist, TEXT_WIDTH - writer->indent - indent - 4);
    put_line(writer, indent, mark, line);
    put_line(writer, indent + 4, mark, cut);
}

static void
put_renamed(Writer *writer, guint indent, const PgsEntry *entry, const char *name,
            const char *parent)
{
    g_autofree char *other = identity_below(entry->difference.renamed, parent);
    g_autofree char *note = tolerance_note(entry);
    g_autofree char *line = g_strdup_printf("~ %s is called %s%s", name, other, note);
    put_line(writer, indent, '~', line);
}

static void
put_value(Writer *writer, guint indent, char mark, const char *value, const char *other)
{
    g_autofree char *cut = cut_to_difference(value, other, MAX_LINE);
    g_autofree char *line = g_strdup_printf("%c %s", mark, cut);
    put_line(writer, indent, mark, line);
}

static void
put_line_diff(Writer *writer, guint indent, const char *before, const char *after)
{
    static const char marks[] = {
        [PGS_LINE_SAME] = ' ', [PGS_LINE_REMOVED] = '-', [PGS_LINE_ADDED] = '+'};
    g_autoptr(GPtrArray) lines = pgs_line_diff(before, after, CONTEXT_LINES);
    /* Nothing but one line that stands for what is the same. */
    if (lines->len == 1 && ((PgsLine *)lines->pdata[0])->kind == PGS_LINE_SKIPPED) {
        put_line(writer, indent, ' ', "(only the newline at the end differs)");
        return;
    }
    for (guint i = 0; i < lines->len && i < MAX_VALUE_LINES; i++) {
        const PgsLine *line = lines->pdata[i];
        if (line->kind == PGS_LINE_SKIPPED) {
            put_line(writer, indent, ' ', "  …");
            continue;
        }
        g_autofree char *cut = pgs_text_ellipsize(line->text, MAX_LINE);
        g_autofree char *text = g_strdup_printf("%c %s", marks[line->kind], cut);
        put_line(writer, indent, marks[line->kind], g_strchomp(text));
    }
    if (lines->len > MAX_VALUE_LINES) {
        g_autofree char *count = pgs_text_count(lines->len - MAX_VALUE_LINES, "more line", NULL);
        g_autofree char *more = g_strdup_printf("… %s", count);
        put_line(writer, indent, ' ', more);
    }
}

static void
put_attribute(Writer *writer, guint indent, const PgsEntry *entry, const char *name)
{
    const PgsDifference *difference = &entry->difference;
    gboolean flag = is_flag(difference->before_value, difference->after_value);
    g_autofree char *attribute = attribute_words(difference->attribute);
    g_autofree char *before = value_words(difference->before_value, flag);
    g_autofree char *after = value_words(difference->after_value, flag);
    g_autofree char *note = tolerance_note(entry);
    g_autofree char *head =
        g_strdup_printf("~ %s%s%s", name != NULL ? name : "", name != NULL ? ": " : "", attribute);
    gboolean many = strchr(before, '\n') != NULL || strchr(after, '\n') != NULL;
    g_autofree char *line = g_strdup_printf("%s: %s → %s%s", head, before, after, note);
    if (!many && g_utf8_strlen(line, -1) + writer->indent + indent <= TEXT_WIDTH) {
        put_line(writer, indent, '~', line);
        return;
    }
    g_autofree char *heading = g_strconcat(head, note, NULL);
    put_line(writer, indent, '~', heading);
    gboolean one_sided = difference->before_value == NULL || difference->after_value == NULL;
    if (many || one_sided) {
        put_line_diff(writer, indent + 4, difference->before_value != NULL ? before : "",
                      difference->after_value != NULL ? after : "");
        return;
    }
    put_value(writer, indent + 4, '-', before, after);
    put_value(writer, indent + 4, '+', after, before);
}

static void
put_entry(Writer *writer, const Block *block, const PgsEntry *entry)
{
    const PgsObject *object = pgs_entry_object(entry);
    gboolean is_child = object->parent != NULL;
    gboolean is_attribute = entry->difference.change == PGS_CHANGE_ATTRIBUTE;
    guint indent = is_child || is_attribute ? 2 : 0;
    const char *parent = is_child ? block->identity : NULL;
    g_autofree char *name = name_below(object, parent);
    /* A table may have become a view. */
    gboolean is_heading = !is_child && block->kind == object->kind;
    if (entry->difference.renamed != NULL)
        put_renamed(writer, indent, entry, name, parent);
    else if (is_attribute)
        put_attribute(writer, indent, entry, is_heading ? NULL : name);
    else
        put_object(writer, indent, entry, name);
}

/* Whether the block needs a heading of its own: what is added, removed or renamed is one itself. */
static gboolean
needs_heading(const Block *block)
{
    for (guint i = 0; i < block->entries->len; i++) {
        const PgsEntry *entry = block->entries->pdata[i];
        if (pgs_entry_object(entry)->parent != NULL ||
            entry->difference.change == PGS_CHANGE_ATTRIBUTE)
            return TRUE;
    }
    return FALSE;
}

static void
put_block(Writer *writer, const Block *block)
{
    if (needs_heading(block)) {
        g_autofree char *identity = pgs_text_visible(block->identity, -1);
        g_autofree char *heading = g_strdup_printf("%s%s%s", block->kind != NULL ? block->kind : "",
                                                   block->kind != NULL ? " " : "", identity);
        put_line(writer, 0, '#', heading);
    }
    for (guint i = 0; i < block->entries->len; i++)
        put_entry(writer, block, block->entries->pdata[i]);
}

/* ---- blocks ---- */

static void
block_free(gpointer data)
{
    Block *block = data;
    g_ptr_array_unref(block->entries);
    g_free(block);
}

typedef enum {
    SECTION_REAL,
    SECTION_COSMETIC,
    SECTION_TOLERATED,
    N_SECTIONS,
} Section;

static const char *const section_headings[] = {
    [SECTION_COSMETIC] = "only order, white space or a generated name differs:",
    [SECTION_TOLERATED] = "tolerated:",
};

static Section
section_of(const PgsDifference *difference)
{
    if (difference->tolerated != NULL)
        return SECTION_TOLERATED;
    return difference->nature == PGS_NATURE_REAL ? SECTION_REAL : SECTION_COSMETIC;
}

/* Kinds that others are children of.  Another kind's object may have the name of one of these: a
 * collation that of a table. */
static gboolean
has_children(const PgsObject *object)
{
    static const char *const kinds[] = {"table",  "foreign table", "view", "materialized view",
                                        "domain", "composite type"};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i], object->kind) == 0)
            return TRUE;
    }
    return FALSE;
}

/* An object without a family has a block to itself for each kind. */
static Block *
find_block(GPtrArray *blocks, GHashTable *by_key, const PgsObject *object)
{
    gboolean is_child = object->parent != NULL;
    const char *identity = is_child ? object->parent : object->identity;
    g_autofree char *key = is_child || has_children(object)
                               ? g_strdup(identity)
                               : g_strjoin("\n", identity, object->kind, NULL);
    Block *block = g_hash_table_lookup(by_key, key);
    if (block != NULL)
        return block;
    block = g_new0(Block, 1);
    block->identity = identity;
    block->kind = is_child ? NULL : object->kind;
    block->entries = g_ptr_array_new();
    g_ptr_array_add(blocks, block);
    g_hash_table_insert(by_key, g_steal_pointer(&key), block);
    return block;
}

/* Children know their parent's identity only. */
static void
find_kinds(const PgsSnapshot *snapshot, GHashTable *by_identity)
{
    for (guint i = 0; snapshot != NULL && i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        Block *block =
            has_children(object) ? g_hash_table_lookup(by_identity, object->identity) : NULL;
        if (block != NULL && block->kind == NULL)
            block->kind = object->kind;
    }
}

static void
name_kinds(const PgsDiff *diff, const GPtrArray *blocks)
{
    g_autoptr(GHashTable) nameless = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < blocks->len; i++) {
        Block *block = blocks->pdata[i];
        if (block->kind == NULL)
            g_hash_table_insert(nameless, (gpointer)block->identity, block);
    }
    if (g_hash_table_size(nameless) == 0)
        return;
    find_kinds(pgs_diff_side(diff, PGS_CHANGE_REMOVED), nameless);
    find_kinds(pgs_diff_side(diff, PGS_CHANGE_ADDED), nameless);
}

/* A relation's own changes and its children's come under one heading, where the first of them
 * stands. */
static GPtrArray *
collect_blocks(const PgsDiff *diff, Section section)
{
    GPtrArray *blocks = g_ptr_array_new_with_free_func(block_free);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsEntry *entry = (const PgsEntry *)pgs_diff_difference(diff, i);
        const PgsObject *object = pgs_entry_object(entry);
        if (section_of(&entry->difference) != section || pgs_entry_is_second_half(entry))
            continue;
        Block *block = find_block(blocks, by_key, object);
        g_ptr_array_add(block->entries, (gpointer)entry);
    }
    name_kinds(diff, blocks);
    return blocks;
}

char *
pgs_diff_to_text(const PgsDiff *diff, gboolean color)
{
    Writer writer = {.out = g_string_new(NULL), .color = color};
    for (Section section = SECTION_REAL; section < N_SECTIONS; section++) {
        g_autoptr(GPtrArray) blocks = collect_blocks(diff, section);
        if (blocks->len > 0 && section_headings[section] != NULL) {
            writer.indent = 0;
            put_line(&writer, 0, '#', section_headings[section]);
            writer.indent = 2;
        }
        for (guint i = 0; i < blocks->len; i++)
            put_block(&writer, blocks->pdata[i]);
    }
    return g_string_free(writer.out, FALSE);
}

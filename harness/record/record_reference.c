#include "record/record_reference.h"

#include "base/text.h"
#include "record/record_schema.h"
#include "record/xml_members.h"

#include <libxml/parser.h>
#include <string.h>

/*
 * The schema keeps to a few of RELAX NG's patterns: elements and attributes, optional or any number
 * of times, by themselves or behind a reference; a comment stands before what it is about.
 */

/* What is said of one attribute or element within another one. */
typedef struct {
    const xmlNode *node; /* <attribute> or <element> */
    const char *often;
    char *comment; /* or NULL */
} Item;

typedef struct {
    const xmlNode *grammar;
    GPtrArray *sections;  /* const xmlNode *: elements that have something in them, in order */
    GHashTable *comments; /* of them: char * */
} Reference;

static void
item_clear(gpointer data)
{
    g_free(((Item *)data)->comment);
}

static void
reference_clear(Reference *reference)
{
    g_ptr_array_unref(reference->sections);
    g_hash_table_unref(reference->comments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reference, reference_clear)

static const xmlNode *
first_element(const xmlNode *node)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE)
            return child;
    }
    return NULL;
}

/* The pattern that the <ref> stands for. */
static const xmlNode *
find_define(const Reference *reference, const xmlNode *ref)
{
    g_autofree char *wanted = pgs_xml_get_attribute(ref, "name");
    for (const xmlNode *node = reference->grammar->children; node != NULL; node = node->next) {
        if (!pgs_xml_is_element(node, "define"))
            continue;
        g_autofree char *name = pgs_xml_get_attribute(node, "name");
        if (g_strcmp0(name, wanted) == 0)
            return node;
    }
    g_assert_not_reached(); /* the schema is our own, and the tests read it */
}

static char *
comment_text(const xmlNode *comment)
{
    return g_strstrip(pgs_text_fold_space((const char *)comment->content));
}

/* What stands right before the node, or NULL.  Free with g_free(). */
static char *
comment_before(const xmlNode *node)
{
    const xmlNode *before = node->prev;
    while (before != NULL && before->type == XML_TEXT_NODE)
        before = before->prev;
    return before != NULL && before->type == XML_COMMENT_NODE ? comment_text(before) : NULL;
}

/* ---- what is in an element ---- */

static void collect(const Reference *reference, const xmlNode *node, const char *often,
                    const char *said, GArray *items);

static void
add_item(GArray *items, const xmlNode *node, const char *often, const char *said)
{
    Item item = {node, often, g_strdup(said)};
    g_array_append_val(items, item);
}

static void
collect_referred(const Reference *reference, const xmlNode *define, const char *often,
                 const char *said, GArray *items)
{
    g_autofree char *own = comment_before(define);
    collect(reference, define, often, said != NULL ? said : own, items);
}

/* One of a pattern's children; said: the comment before it, or before the pattern. */
static void
collect_child(const Reference *reference, const xmlNode *child, const char *often, const char *said,
              GArray *items)
{
    if (pgs_xml_is_element(child, "attribute") || pgs_xml_is_element(child, "element"))
        add_item(items, child, often, said);
    else if (pgs_xml_is_element(child, "optional"))
        collect(reference, child, "optional", said, items);
    else if (pgs_xml_is_element(child, "zeroOrMore"))
        collect(reference, child, "any number", said, items);
    else if (pgs_xml_is_element(child, "ref"))
        collect_referred(reference, find_define(reference, child), often, said, items);
}

static void
collect(const Reference *reference, const xmlNode *node, const char *often, const char *said,
        GArray *items)
{
    g_autofree char *comment = g_strdup(said);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_COMMENT_NODE) {
            g_free(comment);
            comment = comment_text(child);
        } else if (child->type == XML_ELEMENT_NODE) {
            collect_child(reference, child, often, comment, items);
            g_clear_pointer(&comment, g_free);
        }
    }
}

/* Item. */
static GArray *
items_of(const Reference *reference, const xmlNode *element)
{
    GArray *items = g_array_new(FALSE, FALSE, sizeof(Item));
    g_array_set_clear_func(items, item_clear);
    collect(reference, element, "one", NULL, items);
    return items;
}

/* Whether anything but text is in it. */
static gboolean
has_parts(const Reference *reference, const xmlNode *element)
{
    g_autoptr(GArray) items = items_of(reference, element);
    return items->len > 0;
}

/* The <text/> in it, or NULL. */
static const xmlNode *
find_text(const xmlNode *element)
{
    for (const xmlNode *child = element->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "text"))
            return child;
    }
    return NULL;
}

/* ---- what values there are ---- */

static void append_values(const Reference *reference, const xmlNode *node, GString *text);

static void
append_value(const Reference *reference, const xmlNode *node, const char *said, GString *text)
{
    if (pgs_xml_is_element(node, "value")) {
        g_autofree char *value = pgs_xml_take_text(xmlNodeGetContent(node));
        g_string_append_printf(text, "%s`%s`", text->len > 0 ? ", " : "", value);
        if (said != NULL)
            g_string_append_printf(text, " (%s)", said);
    } else if (pgs_xml_is_element(node, "data")) {
        g_autofree char *type = pgs_xml_get_attribute(node, "type");
        const xmlNode *param = first_element(node);
        g_autofree char *pattern =
            param != NULL ? pgs_xml_take_text(xmlNodeGetContent(param)) : NULL;
        g_string_append(text, type);
        if (pattern != NULL)
            g_string_append_printf(text, ", `%s`", pattern);
    } else if (pgs_xml_is_element(node, "ref")) {
        append_values(reference, find_define(reference, node), text);
    } else {
        append_values(reference, node, text);
    }
}

static void
append_values(const Reference *reference, const xmlNode *node, GString *text)
{
    g_autofree char *said = NULL;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_COMMENT_NODE) {
            g_free(said);
            said = comment_text(child);
        } else if (child->type == XML_ELEMENT_NODE) {
            append_value(reference, child, said, text);
            g_clear_pointer(&said, g_free);
        }
    }
}

/* ---- Markdown ---- */

/* In a cell of a table: "|" would end it, "<" begin a tag. */
static void
append_cell(GString *page, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '|')
            g_string_append(page, "\\|");
        else if (*c == '<')
            g_string_append(page, "&lt;");
        else
            g_string_append_c(page, *c);
    }
}

static void
append_attribute(const Reference *reference, const Item *item, GString *page)
{
    g_autofree char *name = pgs_xml_get_attribute(item->node, "name");
    g_autoptr(GString) values = g_string_new(NULL);
    append_values(reference, item->node, values);
    g_string_append_printf(page, "| `%s` | %s | ", name,
                           strcmp(item->often, "one") == 0 ? "yes" : "");
    append_cell(page, values->len > 0 ? values->str : "text");
    g_string_append(page, " | ");
    append_cell(page, item->comment != NULL ? item->comment : "");
    g_string_append(page, " |\n");
}

static void
append_child(const Reference *reference, const Item *item, GString *page)
{
    g_autofree char *name = pgs_xml_get_attribute(item->node, "name");
    gboolean is_section = has_parts(reference, item->node);
    g_string_append_printf(page, is_section ? "| [`<%s>`](#%s) | %s | " : "| `<%s>` | %s%s | ",
                           name, is_section ? name : "", item->often);
    append_cell(page, item->comment != NULL ? item->comment : "");
    g_string_append(page, " |\n");
}

static void
append_items(const Reference *reference, const GArray *items, const char *kind, const char *head,
             void (*append)(const Reference *, const Item *, GString *), GString *page)
{
    gboolean any = FALSE;
    for (guint i = 0; i < items->len; i++) {
        const Item *item = &g_array_index(items, Item, i);
        if (!pgs_xml_is_element(item->node, kind))
            continue;
        if (!any)
            g_string_append(page, head);
        any = TRUE;
        append(reference, item, page);
    }
}

/* A comment as a sentence of its own. */
static void
append_sentence(GString *page, const char *comment)
{
    g_autofree char *text = g_strdup(comment);
    text[0] = g_ascii_toupper(text[0]);
    g_string_append_c(page, '\n');
    append_cell(page, text);
    g_string_append(page, g_str_has_suffix(text, ".") ? "\n" : ".\n");
}

static void
append_content(const xmlNode *element, GString *page)
{
    const xmlNode *text = find_text(element);
    if (text == NULL)
        return;
    g_autofree char *meaning = comment_before(text);
    g_string_append(page, "\nIts content is text");
    g_string_append(page, meaning != NULL ? ": " : "");
    append_cell(page, meaning != NULL ? meaning : "");
    g_string_append(page, ".\n");
}

static void
append_section(const Reference *reference, const xmlNode *element, GString *page)
{
    g_autofree char *name = pgs_xml_get_attribute(element, "name");
    const char *comment = g_hash_table_lookup(reference->comments, element);
    g_autoptr(GArray) items = items_of(reference, element);
    g_string_append_printf(page, "\n## %s\n", name);
    if (comment != NULL)
        append_sentence(page, comment);
    append_content(element, page);
    append_items(reference, items, "attribute",
                 "\n| attribute | always there | value | meaning |\n|---|---|---|---|\n",
                 append_attribute, page);
    append_items(reference, items, "element",
                 "\n| element, in this order | how many | meaning |\n|---|---|---|\n", append_child,
                 page);
}

/* Depth first, so that what belongs together stands together; each name once. */
static void
find_sections(Reference *reference, const xmlNode *element, const char *comment)
{
    g_autofree char *name = pgs_xml_get_attribute(element, "name");
    for (guint i = 0; i < reference->sections->len; i++) {
        g_autofree char *other = pgs_xml_get_attribute(reference->sections->pdata[i], "name");
        if (strcmp(name, other) == 0)
            return;
    }
    g_ptr_array_add(reference->sections, (gpointer)element);
    char *own =
        pgs_xml_is_element(element->parent, "define") ? comment_before(element->parent) : NULL;
    g_hash_table_insert(reference->comments, (gpointer)element,
                        own != NULL ? own : g_strdup(comment));
    g_autoptr(GArray) items = items_of(reference, element);
    for (guint i = 0; i < items->len; i++) {
        const Item *item = &g_array_index(items, Item, i);
        if (pgs_xml_is_element(item->node, "element") && has_parts(reference, item->node))
            find_sections(reference, item->node, item->comment);
    }
}

char *
pgs_record_reference(void)
{
    const char *schema = pgs_embedded_find(pgs_record_files, "record.rng");
    g_autoptr(xmlDoc) document =
        xmlReadMemory(schema, (int)strlen(schema), "record.rng", NULL, XML_PARSE_NONET);
    const xmlNode *grammar = xmlDocGetRootElement(document);
    g_auto(Reference) reference = {
        .grammar = grammar,
        .sections = g_ptr_array_new(),
        .comments = g_hash_table_new_full(NULL, NULL, NULL, g_free),
    };
    g_autofree char *introduction = comment_before(grammar);
    GString *page = g_string_new("# The run record\n\n");
    append_cell(page, introduction);
    g_string_append(page, "\n\nIts schema is [record.rng](../reports/record.rng) (RELAX NG), of "
                          "which this page is made.\n");
    find_sections(&reference, first_element(first_element(grammar)), NULL);
    for (guint i = 0; i < reference.sections->len; i++)
        append_section(&reference, reference.sections->pdata[i], page);
    return g_string_free(page, FALSE);
}

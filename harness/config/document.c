#include "config/document.h"

#include "base/error.h"
#include "base/text.h"
#include "config/syntax.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

struct _PgsDocument {
    GPtrArray *nodes; /* all of them, each once */
    PgsNode *root;
};

/* A document being read. */
typedef struct {
    yaml_parser_t parser;
    yaml_event_t event; /* the present one */
    const char *file;   /* interned */
    const char *text;
    gsize length;
    GHashTable *anchors; /* name → PgsNode; belongs to document */
    PgsDocument *document;
} Reader;

static void
node_free(gpointer data)
{
    PgsNode *node = data;
    g_free(node->text);
    if (node->keys != NULL)
        g_ptr_array_unref(node->keys);
    if (node->values != NULL)
        g_ptr_array_unref(node->values);
    g_free(node);
}

void
pgs_document_free(PgsDocument *document)
{
    if (document == NULL)
        return;
    g_ptr_array_unref(document->nodes);
    g_free(document);
}

const PgsNode *
pgs_document_root(const PgsDocument *document)
{
    return document->root;
}

static PgsPlace
place_of(const Reader *reader, const yaml_mark_t *mark)
{
    return (PgsPlace){reader->file, (guint)mark->line + 1, (guint)mark->column + 1};
}

static gboolean
next(Reader *reader, GError **error)
{
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->parser, &reader->event))
        return TRUE;
    return pgs_syntax_error(&reader->parser, reader->file, reader->text, reader->length, error);
}

static PgsNode *
add_node(Reader *reader, PgsNodeType type, const yaml_char_t *anchor)
{
    PgsNode *node = g_new0(PgsNode, 1);
    node->type = type;
    node->place = place_of(reader, &reader->event.start_mark);
    node->weight = 1;
    if (type != PGS_NODE_SCALAR) {
        node->values = g_ptr_array_new();
        node->is_open = TRUE;
    }
    if (type == PGS_NODE_MAPPING)
        node->keys = g_ptr_array_new();
    g_ptr_array_add(reader->document->nodes, node);
    if (anchor != NULL)
        g_hash_table_replace(reader->anchors, g_strdup((const char *)anchor), node);
    return node;
}

/* Nothing in a configuration needs a type of its own; !!str is as good as quotes. */
static gboolean
check_tag(Reader *reader, const yaml_char_t *tag, GError **error)
{
    if (tag == NULL || strcmp((const char *)tag, "!") == 0 ||
        strcmp((const char *)tag, YAML_STR_TAG) == 0)
        return TRUE;
    PgsPlace place = place_of(reader, &reader->event.start_mark);
    return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, "leave it out",
                           "the tag \"%s\" is not known here", (const char *)tag);
}

static gboolean
add_weight(PgsNode *node, const PgsNode *child, const PgsPlace *place, GError **error)
{
    node->weight += child->weight;
    if (node->weight <= PGS_DOCUMENT_MAX_NODES)
        return TRUE;
    return pgs_place_error(place, PGS_CONFIG_ERROR_READ, error,
                           "aliases that hold aliases multiply; write out what is meant",
                           "this comes to more than %d values with what its aliases stand for",
                           PGS_DOCUMENT_MAX_NODES);
}

static gboolean read_node(Reader *reader, guint depth, PgsNode **node, GError **error);

static gboolean
read_alias(Reader *reader, PgsNode **node, GError **error)
{
    const char *name = (const char *)reader->event.data.alias.anchor;
    PgsPlace place = place_of(reader, &reader->event.start_mark);
    PgsNode *target = g_hash_table_lookup(reader->anchors, name);
    if (target == NULL)
        return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error,
                               "an anchor (&name) stands before its aliases (*name); text that "
                               "begins with * needs quotes",
                               "there is no anchor \"%s\" before this", name);
    if (target->is_open)
        return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error,
                               "an alias cannot stand inside of what it stands for",
                               "\"*%s\" holds itself: its anchor is in line %u", name,
                               target->place.line);
    *node = target;
    return TRUE;
}

static gboolean
read_scalar(Reader *reader, PgsNode **result, GError **error)
{
    if (!check_tag(reader, reader->event.data.scalar.tag, error))
        return FALSE;
    PgsNode *node = add_node(reader, PGS_NODE_SCALAR, reader->event.data.scalar.anchor);
    const char *text = (const char *)reader->event.data.scalar.value;
    gsize length = reader->event.data.scalar.length;
    node->text = g_strndup(text, length);
    node->is_plain = reader->event.data.scalar.plain_implicit &&
                     reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (strlen(node->text) != length)
        return pgs_node_error(node, PGS_CONFIG_ERROR_READ, error,
                              "PostgreSQL's text cannot hold it either",
                              "the text has a NUL character (\\0) in it");
    *result = node;
    return TRUE;
}

static gboolean
read_list(Reader *reader, guint depth, PgsNode **result, GError **error)
{
    if (!check_tag(reader, reader->event.data.sequence_start.tag, error))
        return FALSE;
    PgsNode *node = add_node(reader, PGS_NODE_LIST, reader->event.data.sequence_start.anchor);
    for (;;) {
        if (!next(reader, error))
            return FALSE;
        if (reader->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        PgsPlace place = place_of(reader, &reader->event.start_mark);
        PgsNode *item;
        if (!read_node(reader, depth + 1, &item, error) || !add_weight(node, item, &place, error))
            return FALSE;
        g_ptr_array_add(node->values, item);
    }
    node->is_open = FALSE;
    *result = node;
    return TRUE;
}

static gboolean
add_pair(PgsNode *node, PgsNode *key, PgsNode *value, const PgsPlace *place, GError **error)
{
    if (!add_weight(node, key, place, error) || !add_weight(node, value, place, error))
        return FALSE;
    g_ptr_array_add(node->keys, key);
    g_ptr_array_add(node->values, value);
    return TRUE;
}

static gboolean
read_key(Reader *reader, guint depth, GHashTable *seen, PgsNode **key, GError **error)
{
    PgsPlace place = place_of(reader, &reader->event.start_mark);
    if (!read_node(reader, depth + 1, key, error))
        return FALSE;
    if ((*key)->type != PGS_NODE_SCALAR)
        return pgs_place_error(&place, PGS_CONFIG_ERROR_KEY, error,
                               "text that begins with [ or { needs quotes", "a key is text, not %s",
                               pgs_node_type_name(*key));
    if ((*key)->text[0] == '\0')
        return pgs_place_error(&place, PGS_CONFIG_ERROR_KEY, error, NULL, "a key is empty");
    const PgsNode *first = g_hash_table_lookup(seen, (*key)->text);
    if (first != NULL)
        return pgs_place_error(&place, PGS_CONFIG_ERROR_KEY, error,
                               "keep one of them, or join what they say",
                               "the key \"%s\" is here twice: first at %s:%u:%u", (*key)->text,
                               first->place.file, first->place.line, first->place.column);
    g_hash_table_insert(seen, (*key)->text, *key);
    return TRUE;
}

/* Adds the pairs of from that node has no key for. */
static gboolean
merge_one(PgsNode *node, GHashTable *seen, const PgsNode *from, const PgsPlace *place,
          GError **error)
{
    if (from->type != PGS_NODE_MAPPING)
        return pgs_place_error(place, PGS_CONFIG_ERROR_VALUE, error,
                               "\"<<\" takes an alias of a mapping, or a list of such aliases",
                               "\"<<\" cannot merge %s", pgs_node_type_name(from));
    for (guint i = 0; i < from->keys->len; i++) {
        PgsNode *key = g_ptr_array_index(from->keys, i);
        if (g_hash_table_contains(seen, key->text))
            continue;
        if (!add_pair(node, key, g_ptr_array_index(from->values, i), place, error))
            return FALSE;
        g_hash_table_insert(seen, key->text, key);
    }
    return TRUE;
}

/* http://yaml.org/type/merge.html: the mapping's own keys win, then the first merged. */
static gboolean
merge(PgsNode *node, GHashTable *seen, const PgsNode *base, const PgsPlace *place, GError **error)
{
    for (guint i = 0; i < pgs_node_count(base); i++) {
        if (!merge_one(node, seen, pgs_node_at(base, i), place, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_merge_key(const PgsNode *key)
{
    return key->is_plain && strcmp(key->text, "<<") == 0;
}

static gboolean
read_mapping(Reader *reader, guint depth, PgsNode **result, GError **error)
{
    if (!check_tag(reader, reader->event.data.mapping_start.tag, error))
        return FALSE;
    PgsNode *node = add_node(reader, PGS_NODE_MAPPING, reader->event.data.mapping_start.anchor);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const PgsNode *base = NULL;
    PgsPlace base_place = {0};
    for (;;) {
        if (!next(reader, error))
            return FALSE;
        if (reader->event.type == YAML_MAPPING_END_EVENT)
            break;
        PgsNode *key, *value;
        if (!read_key(reader, depth, seen, &key, error) || !next(reader, error))
            return FALSE;
        PgsPlace place = place_of(reader, &reader->event.start_mark);
        if (!read_node(reader, depth + 1, &value, error))
            return FALSE;
        if (is_merge_key(key)) {
            base = value;
            base_place = place;
        } else if (!add_pair(node, key, value, &place, error)) {
            return FALSE;
        }
    }
    if (base != NULL && !merge(node, seen, base, &base_place, error))
        return FALSE;
    node->is_open = FALSE;
    *result = node;
    return TRUE;
}

/* Reads the value that begins with the present event. */
static gboolean
read_node(Reader *reader, guint depth, PgsNode **node, GError **error)
{
    if (depth > PGS_DOCUMENT_MAX_DEPTH) {
        PgsPlace place = place_of(reader, &reader->event.start_mark);
        return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, NULL,
                               "this is nested more than %d levels deep", PGS_DOCUMENT_MAX_DEPTH);
    }
    switch (reader->event.type) {
    case YAML_ALIAS_EVENT:
        return read_alias(reader, node, error);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(reader, depth, node, error);
    case YAML_MAPPING_START_EVENT:
        return read_mapping(reader, depth, node, error);
    default: /* libyaml's grammar leaves only YAML_SCALAR_EVENT */
        return read_scalar(reader, node, error);
    }
}

static gboolean
fail_empty(const Reader *reader, GError **error)
{
    PgsPlace place = {reader->file, 1, 1};
    return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, NULL,
                           "the file is empty, or has comments only");
}

/* The one document between the stream's start and its end. */
static gboolean
read_stream(Reader *reader, GError **error)
{
    if (!next(reader, error) || !next(reader, error))
        return FALSE;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return fail_empty(reader, error);
    if (!next(reader, error) || !read_node(reader, 0, &reader->document->root, error))
        return FALSE;
    if (pgs_node_is_null(reader->document->root))
        return fail_empty(reader, error);
    if (!next(reader, error) || !next(reader, error))
        return FALSE;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return TRUE;
    PgsPlace place = place_of(reader, &reader->event.start_mark);
    return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error, "leave out the \"---\" here",
                           "a second document begins; a file holds one");
}

PgsDocument *
pgs_document_parse(const char *name, const char *text, gsize length, GError **error)
{
    /* libyaml takes no NULL, which an empty array's data is. */
    Reader reader = {
        .file = g_intern_string(name), .text = length > 0 ? text : "", .length = length};
    if (!pgs_syntax_check_bytes(reader.file, &reader.text, &reader.length, error))
        return NULL;
    if (!yaml_parser_initialize(&reader.parser))
        g_error("out of memory");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)reader.text, reader.length);
    g_autoptr(GHashTable) anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(PgsDocument) document = g_new0(PgsDocument, 1);
    document->nodes = g_ptr_array_new_with_free_func(node_free);
    reader.anchors = anchors;
    reader.document = document;
    gboolean is_read = read_stream(&reader, error);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return is_read ? g_steal_pointer(&document) : NULL;
}

static gboolean
fail_file(const char *path, const char *hint, GError **error, const char *what)
{
    pgs_error_set(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_READ, hint, "%s: %s", path, what);
    return FALSE;
}

static gboolean
check_file(const char *path, const struct stat *info, GError **error)
{
    if (S_ISDIR(info->st_mode))
        return fail_file(path, "name the file in it", error, "this is a folder");
    /* Reading a pipe may never end. */
    if (!S_ISREG(info->st_mode))
        return fail_file(path, "write it to a file first", error, "this is not a regular file");
    if (info->st_size <= PGS_DOCUMENT_MAX_BYTES)
        return TRUE;
    g_autofree char *size = g_format_size_full((guint64)info->st_size, G_FORMAT_SIZE_IEC_UNITS);
    PgsPlace place = {path, 1, 1};
    return pgs_place_error(&place, PGS_CONFIG_ERROR_READ, error,
                           "is it the right file? one that large is no configuration",
                           "the file has %s, and the limit is 1 MiB", size);
}

/* Everything that fd holds, or no more than the limit and one byte. */
static GByteArray *
read_all(int fd)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 buffer[16 * 1024];
    while (bytes->len <= PGS_DOCUMENT_MAX_BYTES) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return NULL;
        if (n == 0)
            break;
        g_byte_array_append(bytes, buffer, (guint)n);
    }
    return g_steal_pointer(&bytes);
}

static GByteArray *
read_file(const char *path, GError **error)
{
    /* Opening a pipe must not wait for its writer. */
    int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    struct stat info;
    GByteArray *bytes = NULL;
    if (fd < 0 || fstat(fd, &info) != 0)
        fail_file(path, NULL, error, g_strerror(errno));
    else if (check_file(path, &info, error) && (bytes = read_all(fd)) == NULL)
        fail_file(path, NULL, error, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return bytes;
}

PgsDocument *
pgs_document_read(const char *path, GError **error)
{
    g_autoptr(GByteArray) bytes = read_file(path, error);
    if (bytes == NULL)
        return NULL;
    if (bytes->len > PGS_DOCUMENT_MAX_BYTES) {
        fail_file(path, NULL, error, "the file grew past the limit of 1 MiB while it was read");
        return NULL;
    }
    return pgs_document_parse(path, (const char *)bytes->data, bytes->len, error);
}

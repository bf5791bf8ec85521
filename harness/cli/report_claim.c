#include "cli/report_claim.h"

#include "base/text.h"
#include "record/origin.h"

#include <string.h>

#define DATA_BEGIN "<script type=\"application/json\" id=\"pgstair-compliance\">"
#define DATA_END "</script>"
#define DATA_FORMAT "pgstair-compliance"

/* Of a line that differs so much is shown around the place. */
enum { SHOWN_BEFORE = 20, SHOWN = 80 };

/* Its own data nest six deep. */
enum { MAX_DEPTH = 32 };

/* Another value than a text: NULL.  It is somebody's file, and may hold anything. */
static const char *
text_of(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

static gboolean
is_true(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    return node != NULL && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
           json_node_get_boolean(node);
}

/* It is parsed by recursion, and comes from anywhere. */
static gboolean
is_too_deep(const char *text, const char *end)
{
    guint depth = 0;
    gboolean quoted = FALSE;
    for (; text < end; text++) {
        if (quoted && *text == '\\')
            text++;
        else if (*text == '"')
            quoted = !quoted;
        else if (!quoted && (*text == '[' || *text == '{') && ++depth > MAX_DEPTH)
            return TRUE;
        else if (!quoted && (*text == ']' || *text == '}') && depth > 0)
            depth--;
    }
    return FALSE;
}

static JsonObject *
parse_data(const char *text, gsize length)
{
    const char *begin = g_strstr_len(text, (gssize)length, DATA_BEGIN);
    if (begin == NULL)
        return NULL;
    begin += strlen(DATA_BEGIN);
    const char *end = g_strstr_len(begin, (gssize)(length - (gsize)(begin - text)), DATA_END);
    g_autoptr(JsonParser) parser = json_parser_new();
    if (end == NULL || is_too_deep(begin, end) ||
        !json_parser_load_from_data(parser, begin, end - begin, NULL))
        return NULL;
    JsonNode *root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
        return NULL;
    JsonObject *data = json_node_get_object(root);
    return g_strcmp0(text_of(data, "format"), DATA_FORMAT) == 0 ? json_object_ref(data) : NULL;
}

/* FALSE: they are not what such a report has. */
static gboolean
read_records(PgsReportClaim *claim)
{
    JsonNode *node = json_object_get_member(claim->data, "records");
    if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
        return FALSE;
    JsonArray *records = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(records); i++) {
        JsonNode *element = json_array_get_element(records, i);
        if (!JSON_NODE_HOLDS_OBJECT(element))
            return FALSE;
        JsonObject *record = json_node_get_object(element);
        const char *path = text_of(record, "path"), *sha256 = text_of(record, "sha256");
        if (path == NULL || sha256 == NULL)
            return FALSE;
        g_ptr_array_add(claim->records, pgs_record_source_new(path, sha256));
    }
    return claim->records->len > 0;
}

PgsReportClaim *
pgs_report_claim_new(const char *text, gsize length, char **problem)
{
    *problem = NULL;
    JsonObject *data = parse_data(text, length);
    if (data == NULL) {
        *problem = g_strdup("it is no compliance report of pgstair");
        return NULL;
    }
    g_autoptr(PgsReportClaim) claim = g_new0(PgsReportClaim, 1);
    claim->text = g_strndup(text, length);
    claim->length = length;
    claim->data = data;
    claim->records = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_source_free);
    claim->writer = text_of(data, "writer") != NULL ? text_of(data, "writer") : "";
    claim->verified = g_strcmp0(text_of(data, "verdict"), "verified") == 0;
    claim->fail_on_warning = is_true(data, "fail-on-warning");
    claim->require_all = is_true(data, "require-all");
    if (!read_records(claim)) {
        *problem = g_strdup("it names no run record that it was made of");
        return NULL;
    }
    return g_steal_pointer(&claim);
}

void
pgs_report_claim_free(PgsReportClaim *claim)
{
    g_free(claim->text);
    json_object_unref(claim->data);
    g_ptr_array_unref(claim->records);
    g_free(claim);
}

/* A piece of the line around the place, as one line. */
static char *
quote(const char *line, gsize length, gsize place)
{
    gsize from = place > SHOWN_BEFORE ? place - SHOWN_BEFORE : 0;
    while (from > 0 && ((guchar)line[from] & 0xC0) == 0x80)
        from--;
    gsize to = MIN(from + SHOWN, length);
    while (to < length && ((guchar)line[to] & 0xC0) == 0x80)
        to++;
    g_autofree char *visible = pgs_text_visible(line + from, (gssize)(to - from));
    return g_strdup_printf("\"%s%s%s\"", from > 0 ? "…" : "", visible, to < length ? "…" : "");
}

static gsize
line_length(const char *text, const char *end)
{
    const char *newline = memchr(text, '\n', (gsize)(end - text));
    return (gsize)((newline != NULL ? newline : end) - text);
}

static char *
compare_text(const PgsReportClaim *a, const PgsReportClaim *b)
{
    gsize place = 0, shorter = MIN(a->length, b->length);
    guint line = 1;
    gsize start = 0;
    for (; place < shorter && a->text[place] == b->text[place]; place++) {
        if (a->text[place] == '\n') {
            line++;
            start = place + 1;
        }
    }
    if (place == a->length && place == b->length)
        return NULL;
    gsize of_a = line_length(a->text + start, a->text + a->length);
    gsize of_b = line_length(b->text + start, b->text + b->length);
    g_autofree char *said = quote(a->text + start, of_a, place - start);
    g_autofree char *meant = quote(b->text + start, of_b, place - start);
    return g_strdup_printf("line %u says %s where the records give %s", line, said, meant);
}

/* The data without the version that wrote them. */
static char *
canonical_data(const PgsReportClaim *claim)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_node_set_object(node, claim->data);
    g_autofree char *text = json_to_string(node, FALSE);
    g_autoptr(JsonNode) again = json_from_string(text, NULL);
    json_object_remove_member(json_node_get_object(again), "writer");
    return json_to_string(again, TRUE);
}

char *
pgs_report_claim_compare(const PgsReportClaim *a, const PgsReportClaim *b)
{
    if (strcmp(a->writer, b->writer) == 0)
        return compare_text(a, b);
    g_autofree char *said = canonical_data(a);
    g_autofree char *meant = canonical_data(b);
    if (strcmp(said, meant) == 0)
        return NULL;
    PgsReportClaim of_a = {.text = said, .length = strlen(said)};
    PgsReportClaim of_b = {.text = meant, .length = strlen(meant)};
    return compare_text(&of_a, &of_b);
}

#include "seed/json.h"
#include "seed/put.h"
#include "seed/source.h"

#include <string.h>

/* A JSON file that is being loaded. */
typedef struct {
    PgsSeedLoad *load;
    const PgsSeedFile *file;
    GArray *sources;      /* PgsSource: what the sample says; empty: each document's own members */
    char *path;           /* relative to the root */
    GPtrArray *values;    /* PgsJson, as they stand in the file */
    GPtrArray *documents; /* PgsJson; borrowed from values */
} Run;

static char *
slice(const Run *run, const PgsJson *json)
{
    return g_strndup(run->file->text + json->start, json->end - json->start);
}

/* A JSON array as the literal of an array of PostgreSQL's. */
static void
append_literal(const Run *run, GString *literal, const PgsJson *json, gboolean holds_json)
{
    g_string_append_c(literal, '{');
    for (guint i = 0; i < json->items->len; i++) {
        const PgsJson *item = g_ptr_array_index(json->items, i);
        g_autofree char *text = slice(run, item);
        if (i > 0)
            g_string_append_c(literal, ',');
        if (item->type == PGS_JSON_ARRAY && !holds_json)
            append_literal(run, literal, item, holds_json);
        else if (item->type == PGS_JSON_NULL)
            pgs_array_append(literal, NULL);
        else
            pgs_array_append(literal,
                             item->type == PGS_JSON_STRING && !holds_json ? item->string : text);
    }
    g_string_append_c(literal, '}');
}

/* The text of a member for its column; NULL: SQL NULL. */
static char *
member_text(const Run *run, const PgsTargetColumn *column, const PgsJson *json)
{
    if (json == NULL || json->type == PGS_JSON_NULL)
        return NULL;
    if (column->is_json)
        return slice(run, json);
    if (column->is_array && json->type == PGS_JSON_ARRAY) {
        GString *literal = g_string_new(NULL);
        append_literal(run, literal, json, column->holds_json);
        return g_string_free(literal, FALSE);
    }
    return json->type == PGS_JSON_STRING ? g_strdup(json->string) : slice(run, json);
}

static gboolean
put_document(Run *run, const PgsJson *document, const GArray *sources, const char *where)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsTargetValue));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < sources->len; i++) {
        const PgsSource *source = &g_array_index(sources, PgsSource, i);
        PgsTargetValue value;
        if (!pgs_source_value(source, run->path, &value)) {
            gboolean is_document = source->source == PGS_VALUE_DOCUMENT;
            const PgsJson *json = is_document ? document : pgs_json_find(document, source->text);
            char *text =
                is_document ? slice(run, document) : member_text(run, source->column, json);
            g_ptr_array_add(texts, text);
            value.text = text;
            value.is_missing = json == NULL;
            if (json != NULL && !is_document)
                g_hash_table_add(run->load->members, g_strdup(source->text));
        }
        g_array_append_val(values, value);
    }
    PgsTargetPlace place = {.file = run->file, .offset = document->start, .where = where};
    run->load->n_documents++;
    return pgs_put_row(run->load, &place, values);
}

/* Its members go to the columns of their names. */
static gboolean
put_members(Run *run, const PgsJson *document, const char *where)
{
    g_autoptr(GArray) sources = pgs_sources_empty();
    for (guint i = 0; i < document->names->len; i++) {
        const char *name = g_ptr_array_index(document->names, i);
        const PgsJson *item = g_ptr_array_index(document->items, i);
        if (pgs_json_member(document, name) != item) /* said again further on, which counts */
            continue;
        if (!pgs_sources_add_named(run->load, sources, run->load->target, run->file, item->start,
                                   name))
            return FALSE;
    }
    return put_document(run, document, sources, where);
}

static gboolean
put_documents(Run *run)
{
    for (guint i = 0; i < run->documents->len; i++) {
        const PgsJson *document = g_ptr_array_index(run->documents, i);
        g_autofree char *where =
            run->documents->len > 1 ? g_strdup_printf("document %u", i + 1) : NULL;
        if (document->type != PGS_JSON_OBJECT)
            return pgs_seed_fail_at(
                run->load, run->file, document->start, "a row is made of an object: {\"name\": …}",
                "%s%sis no JSON object", where != NULL ? where : "the document", " ");
        if (run->sources->len > 0 ? !put_document(run, document, run->sources, where)
                                  : !put_members(run, document, where))
            return FALSE;
    }
    return TRUE;
}

/* One value, or several one behind the other (JSON Lines). */
static gboolean
read_values(Run *run)
{
    gsize at = 0;
    do {
        const char *fault;
        PgsJson *json = pgs_json_read(run->file->text, run->file->length, &at, &fault);
        if (json == NULL)
            return pgs_seed_fail_at(run->load, run->file, at, NULL, "no valid JSON: %s", fault);
        g_ptr_array_add(run->values, json);
    } while (at < run->file->length);
    return TRUE;
}

/* An array that stands alone is one of documents. */
static void
find_documents(Run *run)
{
    const PgsJson *first = g_ptr_array_index(run->values, 0);
    const GPtrArray *documents =
        run->values->len == 1 && first->type == PGS_JSON_ARRAY ? first->items : run->values;
    for (guint i = 0; i < documents->len; i++)
        g_ptr_array_add(run->documents, g_ptr_array_index(documents, i));
}

gboolean
pgs_seed_load_json(PgsSeedLoad *load, const PgsSeedFile *file)
{
    Run run = {
        .load = load,
        .file = file,
        .sources = pgs_sources_new(load, load->target, file),
        .path = pgs_source_path(load->sample, file),
        .values = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_json_free),
        .documents = g_ptr_array_new(),
    };
    gboolean ok = run.sources != NULL && read_values(&run);
    if (ok) {
        find_documents(&run);
        ok = put_documents(&run);
    }
    g_clear_pointer(&run.sources, g_array_unref);
    g_free(run.path);
    g_ptr_array_unref(run.documents);
    g_ptr_array_unref(run.values);
    return ok;
}

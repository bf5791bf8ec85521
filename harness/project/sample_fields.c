#include "project/sample_fields.h"

#include "project/names.h"
#include "project/paths.h"
#include "project/system.h"

#include <string.h>

/* ---- Where a column's value comes from ---- */

static gboolean
read_source(const PgsNode *value, const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, GError **error)
{
    static const struct {
        const char *key;
        PgsValueSource source;
    } sources[] = {
        {"member", PGS_VALUE_MEMBER},     {"path", PGS_VALUE_PATH},
        {"document", PGS_VALUE_DOCUMENT}, {"constant", PGS_VALUE_CONSTANT},
        {"sql", PGS_VALUE_SQL},
    };
    PgsColumnMap *map = target;
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
        if (strcmp(sources[i].key, field->key) == 0)
            map->source = sources[i].source;
    }
    int flag = field->shape == &pgs_shape_flag ? pgs_node_flag(value) : -1;
    if (flag == 0)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, "leave the column out instead",
                              "\"%s\" is true or not there", field->key);
    map->text = flag == 1 ? NULL : g_strdup(value->text);
    return TRUE;
}

static const PgsField source_fields[] = {
    {"member", &pgs_shape_text,
     "JSON: a member of the document, with dots for those inside it; CSV: a column of the file.",
     .read = read_source},
    {"path", &pgs_shape_flag, "`true`: the file's path, relative to `root`.", .read = read_source},
    {"document", &pgs_shape_flag, "`true`: the whole JSON document.", .read = read_source},
    {"constant", &pgs_shape_text, "This text.", .read = read_source},
    {"sql", &pgs_shape_text,
     "An SQL expression, used when the row is inserted and never to change one.",
     .read = read_source},
    {0},
};
static const char *const source_keys[] = {"member", "path", "document", "constant", "sql", NULL};
static const PgsShape source_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "source",
    .doc = "Where the value of a column comes from: one of these. Short: a member.",
    .example = "columns:\n  label: title.text\n  source_path: {path: true}\n"
               "  created_at: {sql: now()}\n",
    .fields = source_fields,
    .one_of = source_keys,
};
static const PgsShape *const source_choices[] = {&pgs_shape_text, &source_record, NULL};
static const PgsShape source = {.type = PGS_SHAPE_CHOICE, .choices = source_choices};
static const PgsShape sources_shape = {
    .type = PGS_SHAPE_MAP, .element = &source, .key_name = "column"};

static gboolean
read_columns(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
             gpointer context, GError **error)
{
    PgsSample *sample = target;
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *key = pgs_node_key_at(value, i);
        const PgsNode *item = pgs_node_value_at(value, i);
        g_autofree char *column = pgs_name_plain(key->text);
        PgsColumnMap *map = pgs_column_map_new(column, PGS_VALUE_MEMBER, item->text);
        map->place = key->place;
        g_ptr_array_add(sample->columns, map);
        if (item->type == PGS_NODE_MAPPING &&
            !pgs_fields_read(source_fields, item, map, context, error))
            return FALSE;
        if (map->source == PGS_VALUE_DOCUMENT && sample->format != PGS_SAMPLE_JSON)
            return pgs_node_error(item, PGS_CONFIG_ERROR_KEY, error, "name a column: {member: …}",
                                  "\"document\" is for JSON");
    }
    return TRUE;
}

/* ---- A sample ---- */

/* NULL is no text, and an empty value is the empty text. */
static gboolean
read_null_text(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
               G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsSample *sample = target;
    g_free(sample->null_text);
    sample->null_text = g_strdup(value->text);
    return TRUE;
}

static gboolean
read_delimiter(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
               G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsSample *sample = target;
    /* What COPY takes (BeginCopyFrom). */
    if (strlen(value->text) != 1 || strchr("\n\r\"", value->text[0]) != NULL)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, "a tab is \"\\t\"",
                              "a delimiter is one character of one byte, and no quote");
    g_free(sample->delimiter);
    sample->delimiter = g_strdup(value->text);
    return TRUE;
}

static gboolean
read_key(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
         G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsSample *sample = target;
    sample->key = pgs_node_texts(value);
    for (char **column = sample->key; *column != NULL; column++) {
        char *plain = pgs_name_plain(*column);
        g_free(*column);
        *column = plain;
    }
    return TRUE;
}

static const PgsField sample_fields[] = {
    {"sql", &pgs_shape_text, "A file of SQL, or a glob pattern of such files.",
     .read = pgs_read_nothing},
    {"csv", &pgs_shape_text, "A CSV file with a header, or a pattern.", .read = pgs_read_nothing},
    {"json", &pgs_shape_text, "A file with a JSON document, or a pattern: a document is a row.",
     .read = pgs_read_nothing},
    {"at", &pgs_shape_text, "The revision after which it is loaded: its id, or `head`.",
     .standard = "`head`", .offset = G_STRUCT_OFFSET(PgsSample, at)},
    {"idempotent", &pgs_shape_flag, "Loading it twice must give the same rows.",
     .standard = "`true`", .offset = G_STRUCT_OFFSET(PgsSample, idempotent)},
    PGS_REQUIREMENTS_FIELD(PgsSample),
    {"table", &pgs_shape_text, "CSV, JSON: the table.",
     .offset = G_STRUCT_OFFSET(PgsSample, table)},
    {"key", &pgs_shape_texts,
     "CSV, JSON: the columns by which a row that is there is known; it is then changed, not "
     "inserted.",
     .read = read_key},
    {"columns", &sources_shape,
     "CSV, JSON: column → where its value comes from; otherwise by the names in the file.",
     .read = read_columns},
    {"root", &pgs_shape_text, "CSV, JSON: the folder that `path` is relative to.",
     .standard = "this file's folder", .read = pgs_read_path,
     .offset = G_STRUCT_OFFSET(PgsSample, root), .detail = "folder"},
    {"null", &pgs_shape_text_or_nothing, "CSV: what stands for NULL, when it is not in quotes.",
     .standard = "nothing", .read = read_null_text},
    {"delimiter", &pgs_shape_text, "CSV: what stands between values.", .standard = "`,`",
     .read = read_delimiter},
    {0},
};
static const char *const sample_formats[] = {"sql", "csv", "json", NULL};
static const PgsShape sample = {
    .type = PGS_SHAPE_RECORD,
    .name = "sample",
    .doc = "Sample data: one of `sql`, `csv`, `json`, and how it is loaded. Short: the path of an "
           "SQL file.",
    .example = "seed:\n  - {sql: sample.sql, at: 002, requirements: [CANVAS-09]}\n"
               "  - {csv: users.csv, table: users, key: [id]}\n",
    .fields = sample_fields,
    .one_of = sample_formats,
};
static const PgsShape *const sample_choices[] = {&pgs_shape_text, &sample, NULL};
static const PgsShape sample_or_text = {.type = PGS_SHAPE_CHOICE, .choices = sample_choices};
static const PgsShape sample_list = {.type = PGS_SHAPE_LIST, .element = &sample_or_text};
static const PgsShape *const seed_choices[] = {&pgs_shape_text, &sample, &sample_list, NULL};
const PgsShape pgs_shape_seed = {.type = PGS_SHAPE_CHOICE, .choices = seed_choices};

/* Keys that say nothing in some formats, as bits of PgsSampleFormat. */
static const struct {
    const char *key;
    guint formats;
    const char *of; /* for people */
} key_formats[] = {
    {"table", 1u << PGS_SAMPLE_CSV | 1u << PGS_SAMPLE_JSON, "csv or json"},
    {"key", 1u << PGS_SAMPLE_CSV | 1u << PGS_SAMPLE_JSON, "csv or json"},
    {"columns", 1u << PGS_SAMPLE_CSV | 1u << PGS_SAMPLE_JSON, "csv or json"},
    {"root", 1u << PGS_SAMPLE_CSV | 1u << PGS_SAMPLE_JSON, "csv or json"},
    {"null", 1u << PGS_SAMPLE_CSV, "csv"},
    {"delimiter", 1u << PGS_SAMPLE_CSV, "csv"},
};

static gboolean
check_keys(const PgsNode *node, PgsSampleFormat format, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(key_formats); i++) {
        const PgsNode *value = pgs_node_get(node, key_formats[i].key);
        if (value != NULL && (key_formats[i].formats & 1u << format) == 0)
            return pgs_node_error(value, PGS_CONFIG_ERROR_KEY, error, "leave it out",
                                  "\"%s\" is for %s", key_formats[i].key, key_formats[i].of);
    }
    if (format == PGS_SAMPLE_SQL || pgs_node_get(node, "table") != NULL)
        return TRUE;
    return pgs_node_error(node, PGS_CONFIG_ERROR_KEY, error, "add \"table: name\"",
                          "nothing says which table this is for");
}

/* The value that names the file. */
static const PgsNode *
find_path(const PgsNode *node, PgsSampleFormat *format)
{
    *format = PGS_SAMPLE_SQL;
    if (node->type == PGS_NODE_SCALAR)
        return node;
    static const PgsSampleFormat formats[] = {PGS_SAMPLE_SQL, PGS_SAMPLE_CSV, PGS_SAMPLE_JSON};
    guint i = 0;
    while (pgs_node_get(node, sample_formats[i]) == NULL)
        i++;
    *format = formats[i];
    return pgs_node_get(node, sample_formats[i]);
}

static gboolean
check_path(const PgsNode *value, const char *path, GError **error)
{
    if (pgs_path_is_pattern(path) || g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                          "a path is relative to the folder of the file that names it; short, as "
                          "text, it is a file of SQL",
                          "there is no file \"%s\"", path);
}

static gboolean
read_sample(const PgsNode *node, PgsSystem *system, PgsReading *reading, GError **error)
{
    PgsSampleFormat format;
    const PgsNode *file = find_path(node, &format);
    g_autofree char *path = pgs_path_join(reading->folder, file->text);
    if (!check_path(file, path, error))
        return FALSE;
    PgsSample *added = pgs_sample_new(format, path);
    added->place = node->place;
    g_ptr_array_add(system->samples, added);
    if (node->type == PGS_NODE_SCALAR)
        return TRUE;
    if (format != PGS_SAMPLE_SQL)
        added->root = pgs_path_join(reading->folder, ".");
    return check_keys(node, format, error) &&
           pgs_fields_read(sample_fields, node, added, reading, error);
}

gboolean
pgs_read_seed(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
              gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        if (!read_sample(pgs_node_at(value, i), target, context, error))
            return FALSE;
    }
    return TRUE;
}

#include "base/text.h"
#include "seed/csv.h"
#include "seed/put.h"
#include "seed/source.h"

#include <string.h>

/* A CSV file that is being loaded. */
typedef struct {
    PgsSeedLoad *load;
    const PgsSeedFile *file;
    PgsCsv csv;
    GArray *header;  /* PgsCsvField */
    GArray *sources; /* PgsSource */
    GArray *indexes; /* gint: of each source the field that it is; -1: none */
    GArray *key;     /* guint: the sources of the key's columns; empty: none, or not in the file */
    GHashTable *lines;             /* of each key in the file: the line (guint) of its last row */
    guint n_repeats;               /* rows whose key stood there before, … */
    guint repeat_line, first_line; /* … the first of them, and the one before it, … */
    char *repeated;                /* … and their key, for people */
    char *path;                    /* relative to the root */
} Run;

static gint
find_field(const GArray *header, const char *name)
{
    for (guint i = 0; i < header->len; i++) {
        if (strcmp(g_array_index(header, PgsCsvField, i).text, name) == 0)
            return (gint)i;
    }
    return -1;
}

static char *
nearest_field(const GArray *header, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < header->len; i++)
        g_ptr_array_add(names, g_array_index(header, PgsCsvField, i).text);
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    return nearest != NULL ? g_strdup_printf("the nearest is %s", nearest) : NULL;
}

static gboolean
fail_line(Run *run, guint line, const char *hint, const char *message)
{
    return pgs_seed_fail(run->load, run->file->path, line, 0, hint, "%s", message);
}

static gboolean
read_header(Run *run)
{
    guint line;
    const char *fault;
    if (!pgs_csv_next(&run->csv, run->header, &line, &fault))
        return fail_line(run, line, "the first line names the columns",
                         fault != NULL ? fault : "the file is empty");
    for (guint i = 0; i < run->header->len; i++) {
        const char *name = g_array_index(run->header, PgsCsvField, i).text;
        if (*name == '\0')
            return fail_line(run, line, "the first line names the columns",
                             "a column without a name");
        if (find_field(run->header, name) != (gint)i)
            return pgs_seed_fail(run->load, run->file->path, line, 0, NULL,
                                 "the column %s stands there twice", name);
    }
    return TRUE;
}

static gboolean
make_sources(Run *run)
{
    const PgsTarget *target = run->load->target;
    run->sources = pgs_sources_new(run->load, target, run->file);
    if (run->sources == NULL)
        return FALSE;
    for (guint i = 0; run->load->sample->columns->len == 0 && i < run->header->len; i++) {
        const char *name = g_array_index(run->header, PgsCsvField, i).text;
        if (!pgs_sources_add_named(run->load, run->sources, target, run->file, 0, name))
            return FALSE;
    }
    for (guint i = 0; i < run->sources->len; i++) {
        const PgsSource *source = &g_array_index(run->sources, PgsSource, i);
        gint index =
            source->source == PGS_VALUE_MEMBER ? find_field(run->header, source->text) : -1;
        if (source->source == PGS_VALUE_MEMBER && index < 0) {
            g_autofree char *nearest = nearest_field(run->header, source->text);
            return pgs_seed_fail(run->load, run->file->path, 1, 0, nearest,
                                 "the file has no column %s, from which %s comes", source->text,
                                 source->column->name);
        }
        g_array_append_val(run->indexes, index);
    }
    return TRUE;
}

/* Finds what of each row is its key; a part that the server makes cannot be known here. */
static void
find_key(Run *run)
{
    char **names = run->load->target->key;
    for (guint n = 0; names != NULL && names[n] != NULL; n++) {
        for (guint i = 0; i < run->sources->len; i++) {
            const PgsSource *source = &g_array_index(run->sources, PgsSource, i);
            if (source->source != PGS_VALUE_SQL && strcmp(source->column->name, names[n]) == 0)
                g_array_append_val(run->key, i);
        }
        if (run->key->len != n + 1) {
            g_array_set_size(run->key, 0);
            return;
        }
    }
}

/* The row's key as a text that no other key has; NULL: it has none, or one with NULL in it. */
static char *
key_text(const Run *run, const GArray *values)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < run->key->len; i++) {
        guint at = g_array_index(run->key, guint, i);
        const char *part = g_array_index(values, PgsTargetValue, at).text;
        if (part == NULL)
            return NULL;
        g_string_append_printf(text, "%" G_GSIZE_FORMAT ":%s", strlen(part), part);
    }
    return run->key->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

/* "id = 7, lang = de" */
static char *
describe_key(const Run *run, const GArray *values)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < run->key->len; i++) {
        guint at = g_array_index(run->key, guint, i);
        const PgsTargetValue *value = &g_array_index(values, PgsTargetValue, at);
        g_autofree char *folded = pgs_text_fold_space(value->text);
        g_autofree char *brief = pgs_text_ellipsize(folded, 40);
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "", value->column->name, brief);
    }
    return g_string_free(text, FALSE);
}

/* The server takes the row for a change of the one before, and nobody would know. */
static void
look_for_repeat(Run *run, const GArray *values, guint line)
{
    char *key = key_text(run, values);
    if (key == NULL)
        return;
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(run->lines, key));
    g_hash_table_replace(run->lines, key, GUINT_TO_POINTER(line));
    if (before == 0 || run->n_repeats++ > 0)
        return;
    run->first_line = before;
    run->repeat_line = line;
    run->repeated = describe_key(run, values);
}

static void
tell_repeats(Run *run)
{
    if (run->n_repeats == 0 || run->load->note != NULL)
        return;
    g_autofree char *more =
        run->n_repeats > 1 ? pgs_text_count(run->n_repeats - 1, "more such row", NULL) : NULL;
    run->load->note = g_strdup_printf(
        "%s:%u: the key %s stands at %s:%u already: only the last row of a key stays%s%s"
        "\nHINT: leave the other row out, or name more columns with key:",
        run->path, run->repeat_line, run->repeated, run->path, run->first_line,
        more != NULL ? "; " : "", more != NULL ? more : "");
}

/* As COPY has it: a quoted field is text, whatever it says. */
static gboolean
is_null(const Run *run, const PgsCsvField *field)
{
    return !field->is_quoted && strcmp(field->text, run->load->sample->null_text) == 0;
}

static gboolean
put_record(Run *run, const GArray *fields, guint line)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsTargetValue));
    for (guint i = 0; i < run->sources->len; i++) {
        PgsTargetValue value;
        gint index = g_array_index(run->indexes, gint, i);
        if (!pgs_source_value(&g_array_index(run->sources, PgsSource, i), run->path, &value)) {
            const PgsCsvField *field = &g_array_index(fields, PgsCsvField, (guint)index);
            value.text = is_null(run, field) ? NULL : field->text;
        }
        g_array_append_val(values, value);
    }
    look_for_repeat(run, values, line);
    PgsTargetPlace place = {.file = run->file, .line = line};
    return pgs_put_row(run->load, &place, values);
}

static gboolean
put_records(Run *run)
{
    g_autoptr(GArray) fields = pgs_csv_fields_new();
    guint line;
    const char *fault;
    while (pgs_csv_next(&run->csv, fields, &line, &fault)) {
        if (fields->len != run->header->len)
            return pgs_seed_fail(
                run->load, run->file->path, line, 0, "a field that holds the delimiter is quoted",
                "the line has %u fields, and the header has %u", fields->len, run->header->len);
        if (!put_record(run, fields, line))
            return FALSE;
    }
    return fault == NULL || fail_line(run, line, NULL, fault);
}

gboolean
pgs_seed_load_csv(PgsSeedLoad *load, const PgsSeedFile *file)
{
    Run run = {
        .load = load,
        .file = file,
        .header = pgs_csv_fields_new(),
        .indexes = g_array_new(FALSE, FALSE, sizeof(gint)),
        .key = g_array_new(FALSE, FALSE, sizeof(guint)),
        .lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .path = pgs_source_path(load->sample, file),
    };
    pgs_csv_init(&run.csv, file->text, file->length, load->sample->delimiter);
    gboolean ok = read_header(&run) && make_sources(&run);
    if (ok) {
        find_key(&run);
        ok = put_records(&run);
        tell_repeats(&run);
    }
    g_array_unref(run.header);
    g_array_unref(run.indexes);
    g_array_unref(run.key);
    g_hash_table_unref(run.lines);
    g_free(run.repeated);
    g_clear_pointer(&run.sources, g_array_unref);
    g_free(run.path);
    return ok;
}

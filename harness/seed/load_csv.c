#include "base/text.h"
#include "seed/csv.h"
#include "seed/load.h"
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
    char *path;      /* relative to the root */
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
    PgsTargetPlace place = {.file = run->file, .line = line};
    return pgs_target_put(run->load, run->load->target, &place, values);
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
        .path = pgs_source_path(load->sample, file),
    };
    pgs_csv_init(&run.csv, file->text, file->length, load->sample->delimiter);
    gboolean ok = read_header(&run) && make_sources(&run) && put_records(&run);
    g_array_unref(run.header);
    g_array_unref(run.indexes);
    g_clear_pointer(&run.sources, g_array_unref);
    g_free(run.path);
    return ok;
}

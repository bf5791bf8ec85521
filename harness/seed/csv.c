#include "seed/csv.h"

#include <string.h>

void
pgs_csv_init(PgsCsv *csv, const char *text, gsize length, const char *delimiter)
{
    *csv = (PgsCsv){.text = text, .length = length, .delimiter = delimiter, .line = 1};
}

static void
field_clear(gpointer data)
{
    PgsCsvField *field = data;
    g_free(field->text);
}

GArray *
pgs_csv_fields_new(void)
{
    GArray *fields = g_array_new(FALSE, TRUE, sizeof(PgsCsvField));
    g_array_set_clear_func(fields, field_clear);
    return fields;
}

/* The length of the line end at csv->at; 0: there is none. */
static gsize
line_end(const PgsCsv *csv)
{
    const char *at = csv->text + csv->at;
    gsize left = csv->length - csv->at;
    if (left >= 2 && at[0] == '\r' && at[1] == '\n')
        return 2;
    return left >= 1 && at[0] == '\n' ? 1 : 0;
}

static gboolean
at_delimiter(const PgsCsv *csv)
{
    gsize n = strlen(csv->delimiter);
    return csv->length - csv->at >= n && memcmp(csv->text + csv->at, csv->delimiter, n) == 0;
}

static gboolean
at_field_end(const PgsCsv *csv)
{
    return csv->at == csv->length || line_end(csv) > 0 || at_delimiter(csv);
}

/* From behind the opening quote to behind the closing one. */
static gboolean
read_quoted(PgsCsv *csv, GString *value, const char **fault)
{
    for (; csv->at < csv->length; csv->at++) {
        char c = csv->text[csv->at];
        if (c == '"') {
            csv->at++;
            if (csv->at == csv->length || csv->text[csv->at] != '"')
                return TRUE;
        } else if (c == '\n') {
            csv->line++;
        }
        g_string_append_c(value, c);
    }
    *fault = "a quoted field has no closing quote";
    return FALSE;
}

static gboolean
read_field(PgsCsv *csv, PgsCsvField *field, const char **fault)
{
    g_autoptr(GString) value = g_string_new(NULL);
    field->is_quoted = csv->at < csv->length && csv->text[csv->at] == '"';
    if (field->is_quoted) {
        csv->at++;
        if (!read_quoted(csv, value, fault))
            return FALSE;
        if (!at_field_end(csv)) {
            *fault = "text behind a field's closing quote (a quote inside is written twice)";
            return FALSE;
        }
    }
    for (; !at_field_end(csv); csv->at++) {
        if (csv->text[csv->at] == '"') {
            *fault = "a quote inside a field that does not begin with one";
            return FALSE;
        }
        g_string_append_c(value, csv->text[csv->at]);
    }
    field->text = g_strdup(value->str);
    return TRUE;
}

static void
skip_empty_lines(PgsCsv *csv)
{
    gsize n;
    while ((n = line_end(csv)) > 0) {
        csv->at += n;
        csv->line++;
    }
}

gboolean
pgs_csv_next(PgsCsv *csv, GArray *fields, guint *line, const char **fault)
{
    *fault = NULL;
    g_array_set_size(fields, 0);
    skip_empty_lines(csv);
    *line = csv->line;
    if (csv->at == csv->length)
        return FALSE;
    for (;;) {
        PgsCsvField field = {0};
        if (!read_field(csv, &field, fault))
            return FALSE;
        g_array_append_val(fields, field);
        if (!at_delimiter(csv))
            break;
        csv->at += strlen(csv->delimiter);
    }
    gsize n = line_end(csv);
    csv->at += n;
    csv->line += n > 0;
    return TRUE;
}

#include "cli/outputs.h"

#include "base/error.h"

#include <string.h>

/* Options that name a file; the record comes first, since the others may name its digest. */
static const struct {
    const char *option, *format;
    gsize offset;
} file_options[] = {
    {"--record", NULL, offsetof(PgsSettings, record)},
    {"--junit", "junit", offsetof(PgsSettings, junit)},
    {"--html", "html", offsetof(PgsSettings, html)},
    {"--markdown", "markdown", offsetof(PgsSettings, markdown)},
    {"--compliance", PGS_OUTPUT_COMPLIANCE, offsetof(PgsSettings, compliance)},
};

static void
output_free(PgsOutput *output)
{
    g_free(output->format);
    g_free(output->path);
    g_free(output);
}

static void
add(GPtrArray *outputs, const char *option, const char *format, const char *path)
{
    PgsOutput *output = g_new0(PgsOutput, 1);
    output->option = option;
    output->format = g_strdup(format);
    output->path = g_strdup(path);
    g_ptr_array_add(outputs, output);
}

/* The file of FORMAT=FILE, within it; NULL: there is none. */
static const char *
report_file(const char *report)
{
    const char *equals = strchr(report, '=');
    return equals != NULL && equals > report ? equals + 1 : NULL;
}

static gboolean
add_reports(GPtrArray *outputs, char **reports, GError **error)
{
    for (char **report = reports; report != NULL && *report != NULL; report++) {
        const char *path = report_file(*report);
        if (path == NULL) {
            pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                          "write it as --report junit-strict=FILE",
                          "--report needs a format and a file, not \"%s\"", *report);
            return FALSE;
        }
        g_autofree char *format = g_strndup(*report, (gsize)(path - 1 - *report));
        add(outputs, "--report", format, path);
    }
    return TRUE;
}

static GPtrArray *
collect(const PgsSettings *settings, GError **error)
{
    g_autoptr(GPtrArray) outputs = g_ptr_array_new_with_free_func((GDestroyNotify)output_free);
    for (gsize i = 0; i < G_N_ELEMENTS(file_options); i++) {
        const char *path = G_STRUCT_MEMBER(char *, settings, file_options[i].offset);
        if (path != NULL)
            add(outputs, file_options[i].option, file_options[i].format, path);
    }
    if (!add_reports(outputs, settings->report, error))
        return NULL;
    if (settings->render != NULL)
        add(outputs, "--format", settings->render,
            settings->output != NULL ? settings->output : "-");
    return g_steal_pointer(&outputs);
}

static gboolean
is_stdout(const PgsOutput *output)
{
    return strcmp(output->path, "-") == 0;
}

static gboolean
check_path(const PgsOutput *output, GError **error)
{
    if (*output->path != '\0')
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "name a file, or - for standard output", "%s is given no file", output->option);
    return FALSE;
}

/* A stylesheet that is not there is known before a run of an hour, not behind it. */
static gboolean
check_stylesheet(const PgsOutput *output, GError **error)
{
    if (output->format == NULL || !g_str_has_suffix(output->format, ".xsl") ||
        g_file_test(output->format, G_FILE_TEST_EXISTS))
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "\"pgstair help reports\" lists the formats that need none",
                  "%s: there is no stylesheet %s", output->option, output->format);
    return FALSE;
}

/* What is no regular file (a terminal, /dev/null) may be written to twice. */
static gboolean
is_same_place(const PgsOutput *a, const PgsOutput *b)
{
    if (is_stdout(a) || is_stdout(b))
        return is_stdout(a) && is_stdout(b);
    if (g_file_test(a->path, G_FILE_TEST_EXISTS) && !g_file_test(a->path, G_FILE_TEST_IS_REGULAR))
        return FALSE;
    g_autofree char *path = g_canonicalize_filename(a->path, NULL);
    g_autofree char *other = g_canonicalize_filename(b->path, NULL);
    return strcmp(path, other) == 0;
}

static gboolean
check_apart(const GPtrArray *outputs, guint index, GError **error)
{
    const PgsOutput *output = g_ptr_array_index(outputs, index);
    for (guint i = 0; i < index; i++) {
        const PgsOutput *before = g_ptr_array_index(outputs, i);
        if (!is_same_place(before, output))
            continue;
        if (is_stdout(output))
            pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                          "give a file to all but one of them",
                          "%s and %s both go to standard output", before->option, output->option);
        else
            pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "give each a file of its own",
                          "%s and %s both go to %s", before->option, output->option, output->path);
        return FALSE;
    }
    return TRUE;
}

/* Why this command line can make no compliance report; NULL: it can.  *hint: what to do. */
static const char *
compliance_obstacle(const PgsSettings *settings, gboolean verifies, const char **hint)
{
    if (verifies && settings->shard != NULL) {
        *hint = "let each part write its --record, then: pgstair report PART… --record all.xml "
                "--compliance FILE";
        return "a part of a run signs nothing off";
    }
    if (verifies && settings->record == NULL) {
        *hint = "add --record run.xml, and keep both files together";
        return "a compliance report names the digest of the run's record, and no record is written";
    }
    if (settings->record != NULL && strcmp(settings->record, "-") == 0) {
        *hint = "name a file: --record run.xml";
        return "a compliance report names the digest of a record file, and the record goes to "
               "standard output";
    }
    if (settings->record == NULL && settings->coverage != NULL && *settings->coverage != NULL) {
        *hint = "add --record all.xml: it then holds what the coverage files say";
        return "with --coverage a compliance report needs a record that it can be held against";
    }
    return NULL;
}

static gboolean
check_compliance(const PgsSettings *settings, gboolean verifies, const PgsOutput *output,
                 GError **error)
{
    if (g_strcmp0(output->format, PGS_OUTPUT_COMPLIANCE) != 0)
        return TRUE;
    const char *hint = NULL;
    const char *obstacle = compliance_obstacle(settings, verifies, &hint);
    if (obstacle == NULL)
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint, "%s: %s", output->option,
                  obstacle);
    return FALSE;
}

GPtrArray *
pgs_outputs_new(const PgsSettings *settings, gboolean verifies, GError **error)
{
    g_autoptr(GPtrArray) outputs = collect(settings, error);
    if (outputs == NULL)
        return NULL;
    for (guint i = 0; i < outputs->len; i++) {
        const PgsOutput *output = g_ptr_array_index(outputs, i);
        if (!check_path(output, error) || !check_stylesheet(output, error) ||
            !check_apart(outputs, i, error) || !check_compliance(settings, verifies, output, error))
            return NULL;
    }
    return g_steal_pointer(&outputs);
}

gboolean
pgs_outputs_use_stdout(const PgsSettings *settings)
{
    g_autoptr(GPtrArray) outputs = collect(settings, NULL);
    for (guint i = 0; outputs != NULL && i < outputs->len; i++) {
        if (is_stdout(g_ptr_array_index(outputs, i)))
            return TRUE;
    }
    return FALSE;
}

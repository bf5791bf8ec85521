#include "suite/subject.h"

#include "base/error.h"
#include "config/scalar.h"
#include "pgstair/version.h"
#include "server/options.h"
#include "server/spec.h"
#include "suite/suite_error.h"

#include <glob.h>
#include <string.h>

/* Each statement of a test has to end. */
#define STATEMENT_MS (60 * 1000)

static const char *
environment(const char *name)
{
    const char *value = g_getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
has_project(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, PGS_PROJECT_FILE, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* The nearest pgstair.yaml at or above the working folder; a relative path, so that reports do not
 * tell of one machine. */
static char *
find_config(GError **error)
{
    g_autofree char *folder = g_get_current_dir();
    g_autoptr(GString) up = g_string_new(NULL);
    for (;;) {
        if (has_project(folder))
            return g_strconcat(up->str, PGS_PROJECT_FILE, NULL);
        g_autofree char *above = g_path_get_dirname(folder);
        if (strcmp(above, folder) == 0)
            break;
        g_free(folder);
        folder = g_steal_pointer(&above);
        g_string_append(up, "../");
    }
    g_autofree char *here = g_get_current_dir();
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_CONFIG,
                  "name it in the suite's options or in PGSTAIR_CONFIG; \"pgstair init FOLDER\" "
                  "writes one",
                  "there is no " PGS_PROJECT_FILE " at or above \"%s\"", here);
    return NULL;
}

/* "reports/suites" and "canvas" give "reports/suites/canvas.xml". */
static char *
report_path(const char *given, const char *variable, const char *name)
{
    const char *folder = environment(variable);
    if (given != NULL)
        return g_strdup(given);
    if (folder == NULL)
        return NULL;
    g_autofree char *file = g_strconcat(name, ".xml", NULL);
    g_strdelimit(file, "/", '_');
    return g_build_filename(folder, file, NULL);
}

static void
set_name(PgsSubject *subject, const PgsSuiteOptions *options, const char *name)
{
    subject->name = g_strdup(name);
    subject->record = report_path(options->record, "PGSTAIR_RECORD_DIR", name);
    subject->junit = report_path(options->junit, "PGSTAIR_JUNIT_DIR", name);
}

static gboolean
read_project(PgsSubject *subject, const PgsSuiteOptions *options, GError **error)
{
    const char *named = options->config != NULL ? options->config : environment("PGSTAIR_CONFIG");
    g_autofree char *path = named != NULL ? g_strdup(named) : find_config(error);
    if (path == NULL)
        return FALSE;
    subject->project = pgs_project_read(path, error);
    if (subject->project == NULL)
        return FALSE;
    subject->system = pgs_project_find(subject->project, options->system, error);
    return subject->system != NULL;
}

/* A variable that the program has as well; *number stays what it is without it. */
static gboolean
read_number(const char *variable, guint maximum, guint *number, GError **error)
{
    const char *given = environment(variable);
    if (given == NULL || pgs_scalar_number(given, 1, maximum, number))
        return TRUE;
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_CONFIG, NULL,
                  "%s: \"%s\" is no whole number from 1 to %u", variable, given, maximum);
    return FALSE;
}

static gboolean
read_numbers(PgsSubject *subject, GError **error)
{
    guint seed = (guint)subject->system->exercise->seed;
    if (!read_number("PGSTAIR_SEED", PGS_EXERCISE_MAX_SEED, &seed, error) ||
        !read_number("PGSTAIR_ROWS", PGS_PLAN_MAX_ROWS, &subject->rows, error))
        return FALSE;
    subject->seed = seed;
    return TRUE;
}

gboolean
pgs_subject_read(PgsSubject *subject, const PgsSuiteOptions *options, GError **error)
{
    static const PgsSuiteOptions defaults = {0};
    if (options == NULL)
        options = &defaults;
    *subject = (PgsSubject){
        .at = -1,
        .has_samples = !options->no_sample_data,
        .statement_timeout =
            options->statement_timeout > 0 ? (guint)options->statement_timeout : STATEMENT_MS,
    };
    if (options->name != NULL)
        set_name(subject, options, options->name);
    const char *const named[] = {
        options->server != NULL ? options->server : environment("PGSTAIR_SERVER"), NULL};
    if (named[0] != NULL) {
        subject->server = pgs_server_spec_first(named, error);
        if (subject->server == NULL)
            return FALSE;
    }
    if (options->server == NULL)
        subject->shared = g_strdup(environment("PGSTAIR_SHARED_SERVER"));
    if (!read_project(subject, options, error) || !read_numbers(subject, error))
        return FALSE;
    if (subject->server == NULL)
        subject->server =
            pgs_server_spec_first((const char *const *)subject->system->servers, error);
    if (subject->server == NULL)
        return FALSE;
    if (subject->name == NULL)
        set_name(subject, options, subject->system->name);
    subject->history = pgs_history_read_system(subject->system, NULL, error);
    return subject->history != NULL &&
           pgs_history_find(subject->history, options->at != NULL ? options->at : "head",
                            &subject->at, error);
}

void
pgs_subject_clear(PgsSubject *subject)
{
    g_free(subject->name);
    g_clear_pointer(&subject->history, pgs_history_free);
    g_clear_pointer(&subject->project, pgs_project_free);
    g_free(subject->record);
    g_free(subject->junit);
    g_free(subject->server);
    g_free(subject->shared);
    *subject = (PgsSubject){0};
}

GPtrArray *
pgs_subject_samples_at(const PgsSubject *subject, gint revision)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < subject->system->samples->len; i++) {
        PgsSample *sample = g_ptr_array_index(subject->system->samples, i);
        gint at;
        if (pgs_history_find(subject->history, sample->at, &at, NULL) && at == revision)
            g_ptr_array_add(found, sample);
    }
    return found;
}

/* ------------------------------------------------------------------ cluster-wide things -- */

gboolean
pgs_subject_migrates_cluster(const PgsSubject *subject)
{
    return (pgs_history_flags(subject->history) & PGS_STATEMENT_CLUSTER) != 0;
}

static gboolean
text_makes_cluster(const char *text, gsize length)
{
    g_autoptr(PgsScript) script = pgs_script_new(text, length, TRUE, NULL, NULL);
    return script == NULL || (pgs_script_flags(script) & PGS_STATEMENT_CLUSTER) != 0;
}

static gboolean
file_makes_cluster(const char *path)
{
    g_autofree char *text = NULL;
    gsize length;
    return !g_file_get_contents(path, &text, &length, NULL) || text_makes_cluster(text, length);
}

gboolean
pgs_subject_prepares_cluster(const PgsSubject *subject)
{
    const PgsSystem *system = subject->system;
    for (guint i = 0; i < system->prepare->len; i++) {
        const PgsSqlText *sql = g_ptr_array_index(system->prepare, i);
        if (sql->path != NULL ? file_makes_cluster(sql->path)
                              : text_makes_cluster(sql->text, strlen(sql->text)))
            return TRUE;
    }
    return system->owner != NULL || (system->start != NULL && file_makes_cluster(system->start));
}

/* -------------------------------------------------------------------------- fingerprint -- */

/* Length and bytes, so that no two lists of parts look alike. */
static void
add_bytes(GChecksum *sum, const void *bytes, gsize length)
{
    g_autofree char *head = g_strdup_printf("%" G_GSIZE_FORMAT ":", length);
    g_checksum_update(sum, (const guchar *)head, -1);
    g_checksum_update(sum, bytes, (gssize)length);
}

static void
add_text(GChecksum *sum, const char *text)
{
    add_bytes(sum, text != NULL ? text : "\001", text != NULL ? strlen(text) : 1);
}

static void
add_list(GChecksum *sum, char *const *texts)
{
    for (; texts != NULL && *texts != NULL; texts++)
        add_text(sum, *texts);
    add_text(sum, NULL);
}

static void
add_file(GChecksum *sum, const char *path)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    add_text(sum, path);
    if (g_file_get_contents(path, &text, &length, NULL))
        add_bytes(sum, text, length);
}

static void
add_step(GChecksum *sum, const PgsStep *step)
{
    gsize length;
    const void *bytes = g_bytes_get_data(step->text, &length);
    add_text(sum, step->transaction ? "wrapped" : "as it is");
    add_bytes(sum, bytes, length);
}

static void
add_history(GChecksum *sum, const PgsHistory *history, gint at)
{
    add_text(sum, history->format);
    for (gint i = 0; i <= at; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)i);
        add_text(sum, revision->label);
        if (revision->up != NULL)
            add_step(sum, revision->up);
    }
}

static void
add_files(GChecksum *sum, const char *pattern)
{
    glob_t found = {0};
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (gsize i = 0; i < found.gl_pathc; i++)
            add_file(sum, found.gl_pathv[i]);
    } else {
        add_file(sum, pattern);
    }
    globfree(&found);
}

static void
add_sample(GChecksum *sum, const PgsSample *sample)
{
    g_autofree char *numbers =
        g_strdup_printf("%d %d", (int)sample->format, (int)sample->columns->len);
    const char *const texts[] = {numbers,           sample->pattern,   sample->root, sample->table,
                                 sample->null_text, sample->delimiter, sample->at};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        add_text(sum, texts[i]);
    add_list(sum, sample->key);
    for (guint i = 0; i < sample->columns->len; i++) {
        const PgsColumnMap *map = g_ptr_array_index(sample->columns, i);
        g_autofree char *source = g_strdup_printf("%d", (int)map->source);
        add_text(sum, map->column);
        add_text(sum, source);
        add_text(sum, map->text);
    }
    add_files(sum, sample->pattern);
}

char *
pgs_subject_fingerprint(const PgsSubject *subject)
{
    const PgsSystem *system = subject->system;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *at = g_strdup_printf("%d", subject->at);
    PgsServerOptions options = pgs_system_server_options(system, "any");
    g_autofree char *server = pgs_server_options_key(&options);
    add_text(sum, pgs_version());
    add_text(sum, system->name);
    add_text(sum, at);
    add_text(sum, server);
    add_history(sum, subject->history, subject->at);
    for (guint i = 0; i < system->prepare->len; i++) {
        const PgsSqlText *sql = g_ptr_array_index(system->prepare, i);
        if (sql->path != NULL)
            add_file(sum, sql->path);
        else
            add_text(sum, sql->text);
    }
    add_text(sum, system->owner);
    if (system->start != NULL)
        add_file(sum, system->start);
    for (guint i = 0; subject->has_samples && i < system->samples->len; i++)
        add_sample(sum, g_ptr_array_index(system->samples, i));
    return g_strndup(g_checksum_get_string(sum), 16);
}

const char *
pgs_subject_label(const PgsSubject *subject, gint revision)
{
    if (revision < 0)
        return "base";
    return ((PgsRevision *)g_ptr_array_index(subject->history->revisions, (guint)revision))->label;
}

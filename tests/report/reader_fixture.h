#ifndef PGS_TESTS_REPORT_READER_FIXTURE_H
#define PGS_TESTS_REPORT_READER_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "base/process.h"
#include "record/golden.h"
#include "record/sample.h"
#include "report/report.h"

#include <stdarg.h>
#include <string.h>

/*
 * Reports read by the programs that their users have: packages of npm where ci/install-tools puts
 * them, and Debian's.  Each test has an empty folder as its state.  Where a reader is missing the
 * test is skipped with the reason; with PGSTAIR_TEST_REQUIRE_TOOLS=1 it fails.
 */

typedef struct {
    const char *name;
    PgsRecord *(*make)(void);
} ReaderSample;

static const ReaderSample reader_samples[] = {
    {"passing", sample_passing}, {"failing", sample_failing}, {"requirements", sample_requirements},
    {"matrix", sample_matrix},   {"plans", sample_plans},     {"hostile", sample_hostile},
};

static inline int
reader_set_up(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-reader-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static inline int
reader_tear_down(void **state)
{
    pgs_fs_remove_tree(*state, NULL);
    g_clear_pointer(state, g_free);
    return 0;
}

#define READER_TEST(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, reader_set_up, reader_tear_down)

static inline void
reader_missing(const char *what)
{
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS"), "1") == 0)
        fail_msg("%s is not here: ci/install-deps --test, ci/install-tools", what);
    print_message("skipped: %s is not here\n", what);
    skip();
}

/* Where npm's packages are, for this package: g_free(). */
static inline char *
reader_modules(const char *package)
{
    const char *other = g_getenv("PGSTAIR_TOOLS");
    const char *const folders[] = {PGS_TOOLS_DIR, other};
    for (gsize i = 0; i < G_N_ELEMENTS(folders) && folders[i] != NULL; i++) {
        g_autofree char *modules = g_build_filename(folders[i], "node_modules", NULL);
        g_autofree char *path = g_build_filename(modules, package, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            return g_steal_pointer(&modules);
    }
    reader_missing(package);
    return NULL;
}

/* The path of what was written; g_free(). */
static inline char *
reader_write(const char *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* A report by its stylesheet, as a file: its path; g_free(). */
static inline char *
reader_report(const char *folder, const PgsRecord *record, const char *format)
{
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(folder, format, NULL);
    if (!pgs_report_write(record, format, path, &error))
        fail_msg("%s", error->message);
    return path;
}

static inline char *
reader_script(const char *name)
{
    return g_build_filename(PGS_TEST_DIR, "readers", name, NULL);
}

/* What the program wrote (g_free()), whatever its exit status, which is in *status; ended by NULL.
 */
static inline char *
reader_run(int *status, const char *program, ...)
{
    g_autofree char *path = g_find_program_in_path(program);
    if (path == NULL)
        reader_missing(program);
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    va_list arguments;
    va_start(arguments, program);
    for (const char *argument; (argument = va_arg(arguments, const char *)) != NULL;)
        pgs_process_add(process, argument);
    va_end(arguments);
    pgs_process_set_timeout(process, 60000);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    if (*result.errors != '\0')
        print_message("%s: %.2000s\n", program, result.errors);
    *status = result.exit_status;
    return g_strdup(result.output);
}

/* Validates all files in the folder against a schema in JSON. */
static inline void
reader_assert_valid(const char *schema, const char *folder)
{
    int status;
    g_autofree char *modules = reader_modules("ajv");
    g_autofree char *script = reader_script("validate.mjs");
    g_autofree char *output = reader_run(&status, "node", script, modules, schema, folder, NULL);
    if (status != 0)
        fail_msg("%s", output);
}

static inline gint
reader_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of text in the order of their bytes, without the last line's end; g_strfreev(). */
static inline char **
reader_sorted(const char *text)
{
    g_autofree char *chomped = g_strchomp(g_strdup(text));
    char **lines = g_strsplit(chomped, "\n", -1);
    qsort(lines, g_strv_length(lines), sizeof(char *), reader_compare);
    return lines;
}

/* How many lines begin so. */
static inline guint
reader_count(const char *text, const char *prefix)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = 0;
    for (char **line = lines; *line != NULL; line++)
        count += g_str_has_prefix(*line, prefix);
    return count;
}

#endif

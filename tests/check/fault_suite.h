#ifndef PGS_TESTS_CHECK_FAULT_SUITE_H
#define PGS_TESTS_CHECK_FAULT_SUITE_H

#include "base/fs.h"
#include "base/process.h"
#include "fault_ground.h"
#include "record/record_xml.h"

#include <glib/gstdio.h>

/*
 * A system's suite against a copy of its folder in which one migration plants a fault: its file
 * ends with the fault's statements.  The suite is the program that ctest runs, beside pgstair in
 * the build folder.
 */

#define SUITE_TIME_LIMIT (120 * 1000)

static inline gboolean
copy_file(const char *from, const char *to)
{
    g_autofree char *text = NULL;
    gsize length;
    return g_file_get_contents(from, &text, &length, NULL) &&
           g_file_set_contents(to, text, (gssize)length, NULL);
}

static inline void
copy_folder(const char *from, const char *to)
{
    g_autoptr(GDir) folder = g_dir_open(from, 0, NULL);
    assert_non_null(folder);
    assert_int_equal(g_mkdir_with_parents(to, 0700), 0);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *target = g_build_filename(to, name, NULL);
        if (g_file_test(source, G_FILE_TEST_IS_DIR))
            copy_folder(source, target);
        else if (!copy_file(source, target))
            fail_msg("%s: not copied", source);
    }
}

/* In root/migrations/<system>, with root/seeds and its Alembic form beside it: paths in
 * pgstair.yaml lead there. */
static inline char *
copy_system(const Ground *ground, const char *root)
{
    g_autofree char *source = g_build_filename(PGS_SOURCE_DIR, "migrations", ground->system, NULL);
    char *folder = g_build_filename(root, "migrations", ground->system, NULL);
    g_autofree char *seeds = g_build_filename(root, "seeds", NULL);
    copy_folder(source, folder);
    assert_int_equal(symlink(PGS_SOURCE_DIR "/seeds", seeds), 0);
    g_autofree char *alembic = g_strconcat(source, "_alembic", NULL);
    g_autofree char *link = g_strconcat(folder, "_alembic", NULL);
    assert_int_equal(symlink(alembic, link), 0);
    return folder;
}

static inline void
append_fault(const Ground *ground, const char *folder, const char *sql)
{
    g_autofree char *name = g_path_get_basename(ground->revision->up->path);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autofree char *changed = g_strdup_printf("%s\n%s;\n", text, sql);
    assert_true(g_file_set_contents(path, changed, -1, NULL));
}

/* The suite's record; what it wrote is told when there is none. */
static inline PgsRecord *
run_suite(const Ground *ground, const char *root, const char *folder)
{
    g_autofree char *build = g_path_get_dirname(PGS_PROGRAM);
    g_autofree char *name = g_strconcat("suite_", ground->system, NULL);
    g_autofree char *program = g_build_filename(build, "suites", name, NULL);
    g_autofree char *config = g_build_filename(folder, "pgstair.yaml", NULL);
    g_autofree char *records = g_build_filename(root, "record", NULL);
    g_autofree char *counts = g_build_filename(root, "counts", NULL);
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    pgs_process_set_directory(process, PGS_SOURCE_DIR);
    pgs_process_set_timeout(process, SUITE_TIME_LIMIT);
    pgs_process_set_env(process, "PGSTAIR_SHARED_SERVER", NULL);
    pgs_process_set_env(process, "PGSTAIR_JUNIT_DIR", NULL);
    pgs_process_set_env(process, "PGSTAIR_CONFIG", config);
    pgs_process_set_env(process, "PGSTAIR_RECORD_DIR", records);
    /* What runs here is no proof: gcov's counts stay out of the suite's coverage. */
    pgs_process_set_env(process, "GCOV_PREFIX", counts);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s: %s", program, error->message);
    g_autoptr(GDir) written = g_dir_open(records, 0, NULL);
    const char *file = written != NULL ? g_dir_read_name(written) : NULL;
    g_autofree char *path = file != NULL ? g_build_filename(records, file, NULL) : NULL;
    PgsRecord *record = path != NULL ? pgs_record_read(path, &error) : NULL;
    if (record == NULL)
        fail_msg("%s wrote no record: %s\n%s", program, result.output, result.errors);
    return record;
}

/* A set of the requirements that fail in the suite with the fault; sql NULL: without any. */
static inline GHashTable *
suite_failures(const Ground *ground, const char *sql)
{
    g_autofree char *root = g_dir_make_tmp("pgstair-fault-XXXXXX", NULL);
    assert_non_null(root);
    g_autofree char *folder = copy_system(ground, root);
    if (sql != NULL)
        append_fault(ground, folder, sql);
    g_autoptr(PgsRecord) record = run_suite(ground, root, folder);
    assert_true(record->findings->len > 0);
    assert_true(pgs_fs_remove_tree(root, NULL));
    return failed_requirements(record->findings);
}

#endif

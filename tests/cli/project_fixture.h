#ifndef PGS_TESTS_CLI_PROJECT_FIXTURE_H
#define PGS_TESTS_CLI_PROJECT_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"

/* A project in a temporary folder, the program run on it, and what its record says. */
typedef struct {
    const char *name, *text;
} ProjectFile;

static inline void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* *state: the folder. */
static inline int
project_fixture_make(void **state, const ProjectFile *files, gsize n)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(folder);
    for (gsize i = 0; i < n; i++)
        write_file(folder, files[i].name, files[i].text);
    g_unsetenv("PGSTAIR_SEED");
    g_unsetenv("PGSTAIR_ROWS");
    *state = folder;
    return 0;
}

static inline int
remove_project(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

/* Verifies the folder with two words more; its exit code. */
static inline int
verify(const char *folder, const char *first, const char *second, PgsRecord **record)
{
    g_autofree char *path = g_build_filename(folder, "record.xml", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "verify", folder, "--record", path, first, second);
    *record = pgs_record_read(path, &error);
    if (*record == NULL)
        fail_msg("%s\n%s", error->message, output);
    return status;
}

/* The first of the check about the object; NULL: about any. */
static inline const PgsFinding *
find(const PgsRecord *record, const char *check, const char *object)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (strcmp(finding->check, check) == 0 &&
            (object == NULL || g_strcmp0(finding->object, object) == 0))
            return finding;
    }
    fail_msg("there is no finding of %s, %s", check, object != NULL ? object : "any");
    return NULL;
}

static inline guint
count(const PgsRecord *record, const char *group, PgsStatus status)
{
    guint n = 0;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        n += g_str_has_prefix(finding->check, group) && finding->status == status;
    }
    return n;
}

static inline gboolean
serves(const PgsFinding *finding, const char *id)
{
    return finding->requirements != NULL &&
           g_ptr_array_find_with_equal_func(finding->requirements, id, g_str_equal, NULL);
}

#endif

#ifndef PGS_TESTS_CHECK_EVIDENCE_FIXTURE_H
#define PGS_TESTS_CHECK_EVIDENCE_FIXTURE_H

#include "base/digest.h"
#include "base/fs.h"
#include "base/process.h"
#include "check/evidence.h"
#include "cmocka_all.h"
#include "project/project.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with migrations/ in it, and what the test reads of it. */
typedef struct {
    char *folder;
    char *migrations;
    PgsProject *project;
    PgsHistory *history;
    PgsRecord *record;
    PgsRecordSystem *facts;
    PgsSystem *system; /* the project's, or the test's own */
    gboolean own_system;
} Fixture;

static inline void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline int
setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("pgstair-evidence-XXXXXX", NULL);
    fixture->migrations = g_build_filename(fixture->folder, "migrations", NULL);
    write_file(fixture, "migrations/001_a.up.sql", "CREATE TABLE a (id int);\n");
    write_file(fixture, "migrations/001_a.down.sql", "DROP TABLE a;\n");
    write_file(fixture, "migrations/002_b.up.sql", "CREATE TABLE b (id int);\n");
    fixture->record = pgs_record_new("test");
    fixture->facts = pgs_record_add_system(fixture->record, "a", "a");
    *state = fixture;
    return 0;
}

static inline void
forget(Fixture *fixture)
{
    g_clear_pointer(&fixture->history, pgs_history_free);
    if (fixture->own_system)
        pgs_system_free(fixture->system);
    fixture->own_system = FALSE;
    fixture->system = NULL;
    g_clear_pointer(&fixture->project, pgs_project_free);
}

static inline int
teardown(void **state)
{
    Fixture *fixture = *state;
    forget(fixture);
    pgs_record_free(fixture->record);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture->migrations);
    g_free(fixture);
    return 0;
}

/* The folder of migrations without a project file. */
static inline void
read_folder(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    forget(fixture);
    fixture->system = pgs_system_new(fixture->migrations);
    fixture->own_system = TRUE;
    fixture->history = pgs_history_read_system(fixture->system, NULL, &error);
    assert_null(error);
}

static inline void
read_project(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "pgstair.yaml", NULL);
    forget(fixture);
    fixture->project = pgs_project_read(path, &error);
    assert_null(error);
    fixture->system = g_ptr_array_index(fixture->project->systems, 0);
    fixture->history = pgs_history_read_system(fixture->system, NULL, &error);
    assert_null(error);
}

/* "role path" of each, in order, "; " between. */
static inline char *
list(const GPtrArray *files)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < files->len; i++) {
        const PgsRecordFile *file = files->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", file->role, file->path);
    }
    return g_string_free(text, FALSE);
}

static inline void
assert_files(const GPtrArray *files, const char *expected)
{
    g_autofree char *text = list(files);
    assert_string_equal(text, expected);
}

static inline const PgsRecordFile *
find_file(const GPtrArray *files, const char *path)
{
    for (guint i = 0; i < files->len; i++) {
        const PgsRecordFile *file = files->pdata[i];
        if (strcmp(file->path, path) == 0)
            return file;
    }
    return NULL;
}

static inline const PgsRecordRevision *
revision(const PgsRecordSystem *facts, guint index)
{
    assert_true(index < facts->revisions->len);
    return facts->revisions->pdata[index];
}

static inline const char *
fact(const PgsRecordSystem *facts, const char *name)
{
    for (guint i = 0; i < facts->facts->len; i++) {
        const PgsRecordFact *row = facts->facts->pdata[i];
        if (strcmp(row->name, name) == 0)
            return row->value;
    }
    return NULL;
}

#endif

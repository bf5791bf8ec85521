/* Covers check/evidence_model.c, and what evidence_files.c makes of it and of commands. */
#include "check/evidence.h"
#include "check/evidence_model.h"
#include "migration/tree.h"

#include "project/project.h"

typedef struct {
    char *root;
    PgsProject *project;
    PgsRecord *record;
} Fixture;

static int
setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->root = tree_new();
    fixture->record = pgs_record_new("test");
    tree_write(fixture->root, "db/001_a.up.sql", "CREATE TABLE a (id int);\n");
    tree_write(fixture->root, "db/001_a.down.sql", "DROP TABLE a;\n");
    *state = fixture;
    return 0;
}

static int
teardown(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->project, pgs_project_free);
    pgs_record_free(fixture->record);
    tree_free(fixture->root);
    g_free(fixture);
    return 0;
}

static const PgsSystem *
read_system(Fixture *fixture, const char *yaml)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->root, "db", PGS_PROJECT_FILE, NULL);
    tree_write(fixture->root, "db/" PGS_PROJECT_FILE, yaml);
    g_clear_pointer(&fixture->project, pgs_project_free);
    fixture->project = pgs_project_read(path, &error);
    if (fixture->project == NULL)
        fail_msg("%s", error->message);
    return fixture->project->systems->pdata[0];
}

/* The system's own files (not its revisions'), as the record names them. */
static char *
list_files(Fixture *fixture, const PgsSystem *system)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    PgsRecordSystem *facts = pgs_record_add_system(fixture->record, "a", "a");
    pgs_evidence_note_files(facts, system, history);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < facts->files->len; i++) {
        const PgsRecordFile *file = facts->files->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", file->role, file->path);
    }
    return g_string_free(text, FALSE);
}

static void
assert_files(Fixture *fixture, const char *yaml, const char *expected)
{
    g_autofree char *text = list_files(fixture, read_system(fixture, yaml));
    assert_string_equal(text, expected);
}

#define MODEL(folder)                                                                              \
    "systems:\n  a:\n    migrations: .\n    model:\n      - name: m\n"                             \
    "        command: [python3, head.py, --all]\n        folder: " folder "\n"

/* A folder of its own: what people wrote there, and nothing that a run leaves. */
static void
test_own_folder(void **state)
{
    Fixture *fixture = *state;
    static const char *const files[] = {
        "models/head.py",
        "1",
        "models/deep/b.sql",
        "2",
        "models/__pycache__/head.pyc",
        "3",
        "models/run.log",
        "4",
        "models/.venv/lib.py",
        "5",
        "models/node_modules/x.js",
        "6",
        "models/notes.md",
        "7",
        "models/a.py",
        "8",
        NULL,
    };
    tree_write_all(fixture->root, files);
    assert_files(fixture, MODEL("../models"),
                 "project pgstair.yaml; model ../models/head.py; model ../models/a.py; "
                 "model ../models/deep/b.sql");
}

/* One that holds the migrations as well: what the command names. */
static void
test_shared_folder(void **state)
{
    Fixture *fixture = *state;
    tree_write(fixture->root, "head.py", "1");
    tree_write(fixture->root, "other.py", "2");
    assert_files(fixture, MODEL(".."), "project pgstair.yaml; model ../head.py");
}

/* An application, of which its commit tells. */
static void
test_too_many(void **state)
{
    Fixture *fixture = *state;
    tree_write(fixture->root, "models/head.py", "1");
    for (guint i = 0; i < 501; i++) {
        g_autofree char *name = g_strdup_printf("models/m%u.py", i);
        tree_write(fixture->root, name, "1");
    }
    assert_files(fixture, MODEL("../models"), "project pgstair.yaml; model ../models/head.py");
}

/* The way down, and the program that goes it. */
static void
test_commands(void **state)
{
    Fixture *fixture = *state;
    tree_write(fixture->root, "db/changes/1.do", "1");
    tree_write(fixture->root, "db/changes/1.undo", "2");
    tree_write(fixture->root, "go.sh", "3");
    assert_files(
        fixture,
        "systems:\n  a:\n    migrations: changes\n    commands:\n"
        "      files: '*.do'\n      folder: ..\n"
        "      up: [./go.sh, up, '{revision}']\n      down: [./go.sh, down, '{revision}']\n",
        "project ../pgstair.yaml; tool ../../go.sh; tool 1.undo");
}

/* Whether or not the reader has opened it. */
static void
test_unmatched(void **state)
{
    Fixture *fixture = *state;
    static const char *const yaml[] = {
        "systems:\n  a:\n    migrations: .\n",
        "systems:\n  a:\n    migrations: .\n    format: golang-migrate\n",
    };
    tree_write(fixture->root, "db/schema.sql", "SELECT 1;\n");
    for (gsize i = 0; i < G_N_ELEMENTS(yaml); i++)
        assert_files(fixture, yaml[i], "project pgstair.yaml; unmatched schema.sql");
}

/* Of a record that knows more than the folder's reader does. */
static void
test_known(void **state)
{
    Fixture *fixture = *state;
    const PgsSystem *system = read_system(fixture, "systems:\n  a:\n    migrations: .\n");
    tree_write(fixture->root, "db/notes.txt", "1");
    PgsRecordSystem *recorded = pgs_record_add_system(fixture->record, "r", "r");
    g_ptr_array_add(recorded->files, pgs_record_file_new("notes.txt", "tool", "0", 1));
    g_ptr_array_add(recorded->files, pgs_record_file_new("gone.txt", "tool", "0", 1));
    PgsRecordSystem *now = pgs_record_add_system(fixture->record, "n", "n");
    pgs_evidence_note_known(now, system, recorded);
    pgs_evidence_note_known(now, system, recorded);
    assert_int_equal(now->files->len, 1);
    const PgsRecordFile *file = now->files->pdata[0];
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "1", 1);
    assert_string_equal(file->path, "notes.txt");
    assert_string_equal(file->sha256, sum);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_own_folder), TEST(test_shared_folder), TEST(test_too_many),
        TEST(test_commands),   TEST(test_unmatched),     TEST(test_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

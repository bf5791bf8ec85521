/* Covers the whole of a verification, on the folders under migrations/: what must pass, what must
 * be caught, and how. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "run_program.h"

#define MIGRATIONS PGS_SOURCE_DIR "/migrations/"

/* The names of the folders in a folder, sorted; g_ptr_array_unref(). */
static GPtrArray *
list_folders(const char *parent)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(parent, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, (GCompareFunc)g_strcmp0);
    return names;
}

/* Verifies a folder with a record; *record NULL when there is none. */
static int
verify(const char *folder, const char *option, PgsRecord **record)
{
    g_autofree char *scratch = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(scratch, "record.xml", NULL);
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "verify", folder, "--record", path, option);
    g_autoptr(GError) error = NULL;
    *record = g_file_test(path, G_FILE_TEST_EXISTS) ? pgs_record_read(path, &error) : NULL;
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    if (*record == NULL)
        fprintf(stderr, "%s: exit %d\n%s\n", folder, status, output);
    pgs_fs_remove_tree(scratch, NULL);
    return status;
}

static void
check_folders_exit_with(const char *group, const char *option, int wanted)
{
    g_autofree char *parent = g_strconcat(MIGRATIONS, group, NULL);
    g_autoptr(GPtrArray) names = list_folders(parent);
    assert_true(names->len > 0);
    guint wrong = 0;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *folder = g_build_filename(parent, g_ptr_array_index(names, i), NULL);
        g_autofree char *output = NULL;
        int status = RUN_PROGRAM(&output, "verify", folder, option);
        if (status != wanted) {
            fprintf(stderr, "%s: exit %d\n%s\n", folder, status, output);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void
test_sound_folders_pass(void **state)
{
    (void)state;
    check_folders_exit_with("sound", NULL, 0);
}

static void
test_tolerable_folders_pass_unless_strict(void **state)
{
    (void)state;
    check_folders_exit_with("tolerable", NULL, 0);
    check_folders_exit_with("tolerable", "--strict", 1);
}

/* What only warns does not change the exit code, unless that is asked for. */
static void
test_warned_folders_pass_unless_warnings_fail(void **state)
{
    (void)state;
    check_folders_exit_with("warned", NULL, 0);
    check_folders_exit_with("warned", "--fail-on=warning", 1);
}

/* One line of expected.tsv. */
typedef struct {
    const char *folder, *revision, *check, *place, *pattern;
} Expected;

/* All that a finding says. */
static char *
finding_text(const PgsFinding *finding)
{
    return g_strjoin("\n", finding->message ? finding->message : "",
                     finding->detail ? finding->detail : "", NULL);
}

static gboolean
matches(const PgsFinding *finding, const Expected *expected)
{
    if (strcmp(finding->check, expected->check) != 0 || finding->status != PGS_STATUS_FAILED)
        return FALSE;
    if (strcmp(expected->revision, "-") != 0 &&
        g_strcmp0(finding->revision, expected->revision) != 0)
        return FALSE;
    if (strcmp(expected->place, "-") != 0) {
        g_autofree char *place = g_strdup_printf("%s:%u", finding->file, finding->line);
        if (!g_str_has_suffix(place, expected->place))
            return FALSE;
    }
    g_autofree char *text = finding_text(finding);
    return g_regex_match_simple(expected->pattern, text, G_REGEX_DOTALL, 0);
}

static gboolean
is_found(const PgsRecord *record, const Expected *expected)
{
    for (guint i = 0; record != NULL && i < record->findings->len; i++) {
        if (matches(g_ptr_array_index(record->findings, i), expected))
            return TRUE;
    }
    return FALSE;
}

static void
print_failures(const PgsRecord *record)
{
    for (guint i = 0; record != NULL && i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (finding->status != PGS_STATUS_FAILED)
            continue;
        g_autofree char *text = finding_text(finding);
        fprintf(stderr, "  %s %s %s:%u %s\n", finding->check,
                finding->revision ? finding->revision : "-", finding->file ? finding->file : "-",
                finding->line, text);
    }
}

/* Each line of expected.tsv is found, with its place and words; each folder has a line, and exits
 * with 1. */
static void
test_faulty_folders_are_caught(void **state)
{
    (void)state;
    g_autofree char *table = NULL;
    assert_true(g_file_get_contents(MIGRATIONS "faulty/expected.tsv", &table, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    g_autoptr(GPtrArray) names = list_folders(MIGRATIONS "faulty");
    guint wrong = 0;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *folder = g_build_filename(MIGRATIONS "faulty", name, NULL);
        g_autoptr(PgsRecord) record = NULL;
        guint n_lines = 0;
        int status = verify(folder, NULL, &record);
        if (status != 1) {
            fprintf(stderr, "%s: exit %d\n", name, status);
            wrong++;
        }
        for (char **line = lines; *line != NULL; line++) {
            g_auto(GStrv) cells = g_strsplit(*line, "\t", 5);
            if (g_strv_length(cells) != 5 || strcmp(cells[0], name) != 0)
                continue;
            Expected expected = {cells[0], cells[1], cells[2], cells[3], cells[4]};
            n_lines++;
            if (!is_found(record, &expected)) {
                fprintf(stderr, "%s: not found: %s\n", name, *line);
                print_failures(record);
                wrong++;
            }
        }
        if (n_lines == 0) {
            fprintf(stderr, "%s: has no line in expected.tsv\n", name);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_folders_pass),
        cmocka_unit_test(test_tolerable_folders_pass_unless_strict),
        cmocka_unit_test(test_warned_folders_pass_unless_warnings_fail),
        cmocka_unit_test(test_faulty_folders_are_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Covers harness/cli/report_check.c, report_claim.c, report_folder.c and report_lines.c, and what
 * reports/compliance.xsl says: end to end, on a folder that is verified once. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"

#include <glib/gstdio.h>

#define UP "migrations/001_users.up.sql"

static const struct {
    const char *name, *text;
} project[] = {
    {UP, "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);\n"},
    {"migrations/001_users.down.sql", "DROP TABLE users;\n"},
    {"migrations/002_notes.up.sql",
     "CREATE TABLE notes (id int PRIMARY KEY, by int REFERENCES users ON DELETE CASCADE);\n"},
    {"migrations/002_notes.down.sql", "DROP TABLE notes;\n"},
    {"migrations/pgstair.yaml", "systems:\n"
                                "  shop:\n"
                                "    migrations: .\n"
                                "    requirements: requirements.yaml\n"
                                "    only: [cycle, stairway, expect]\n"
                                "    expect:\n"
                                "      tables:\n"
                                "        users: {requirements: S-1}\n"},
    {"migrations/requirements.yaml",
     "phases:\n"
     "  - id: 1\n"
     "    title: core\n"
     "    manual: [read <b>the</b> downgrade]\n"
     "requirements:\n"
     "  - {id: S-1, text: there are users, phase: 1}\n"
     "  - {id: S-2, text: there are plans, phase: 1, deferred: next quarter}\n"},
};

/* A file below the group's folder. */
static char *
path_of(void **state, const char *name)
{
    return g_build_filename(*state, name, NULL);
}

static void
put(void **state, const char *name, const char *text)
{
    g_autofree char *path = path_of(state, name);
    g_autofree char *folder = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *
get(void **state, const char *name)
{
    g_autofree char *path = path_of(state, name);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* The file with one text in another's place; as another file. */
static void
edit(void **state, const char *name, const char *from, const char *to, const char *as)
{
    g_autofree char *text = get(state, name);
    GString *edited = g_string_new(text);
    if (g_string_replace(edited, from, to, 1) != 1)
        fail_msg("%s has no \"%s\"", name, from);
    put(state, as, edited->str);
    g_string_free(edited, TRUE);
}

/* Runs the program in the group's folder. */
static int
run(void **state, char **output, const char *const *arguments)
{
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    for (; *arguments != NULL; arguments++)
        pgs_process_add(process, *arguments);
    pgs_process_clear_env(process, "PGSTAIR_F");
    pgs_process_set_env(process, "NO_COLOR", "1");
    pgs_process_set_directory(process, *state);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    *output = g_strconcat(result.output, result.errors, NULL);
    return result.exit_status;
}

#define RUN(state, output, ...) run(state, output, (const char *const[]){__VA_ARGS__, NULL})

static void
assert_says(const char *output, const char *words)
{
    if (strstr(output, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, output);
}

/* What --check says of the report and the record, and its exit code. */
static void
assert_check(void **state, int expected, const char *report, const char *record, const char *says)
{
    g_autofree char *output = NULL;
    int status = RUN(state, &output, "report", "--check", report, record);
    if (status != expected)
        fail_msg("%s, %s: exit status %d, not %d: %s", report, record, status, expected, output);
    assert_says(output, says);
    assert_says(output, expected == 0 ? "\nCONFIRMED" : "NOT CONFIRMED");
}

static int
verify_once(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-report-check-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(project); i++)
        put(state, project[i].name, project[i].text);
    g_autofree char *output = NULL;
    int status = RUN(state, &output, "verify", "migrations", "--record", "run.xml", "--compliance",
                     "compliance.html");
    if (status != 0)
        fail_msg("exit status %d: %s", status, output);
    return 0;
}

static int
remove_all(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

/* Each test finds the folder as it was verified. */
static int
restore(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(project); i++)
        put(state, project[i].name, project[i].text);
    return 0;
}

static void
test_it_says_what_was_verified(void **state)
{
    g_autofree char *text = get(state, "compliance.html");
    g_autofree char *record = get(state, "run.xml");
    g_autofree char *up = g_compute_checksum_for_string(G_CHECKSUM_SHA256, project[0].text, -1);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, record, -1);
    assert_says(text, "<strong>VERIFIED</strong>");
    assert_says(text, up);
    assert_says(text, digest);
    assert_says(text, "there are users");
    assert_says(text, "next quarter");
    /* By itself a text is no element. */
    assert_says(text, "read &lt;b&gt;the&lt;/b&gt; downgrade");
    assert_says(text, "Signed off by");
    assert_says(text, "default-src 'none'");
    assert_null(strstr(text, "NOT VERIFIED"));
}

static void
test_what_belongs_together_is_confirmed(void **state)
{
    assert_check(state, 0, "compliance.html", "run.xml", "every byte of it");
    /* A record is known by its digest, not by its name. */
    g_autofree char *record = get(state, "run.xml");
    put(state, "kept/evidence.xml", record);
    assert_check(state, 0, "compliance.html", "kept/evidence.xml", "every byte of it");
    assert_check(state, 0, "compliance.html", "kept/evidence.xml",
                 "! kept/evidence.xml: the report");
    g_autofree char *output = NULL;
    assert_int_equal(
        RUN(state, &output, "report", "--check", "compliance.html", "run.xml", "--quiet"), 0);
    assert_string_equal(output, "");
}

/* The record alone makes it: now, later, by which command ever. */
static void
test_it_is_made_again_the_same(void **state)
{
    g_autofree char *output = NULL;
    g_autofree char *first = get(state, "compliance.html");
    assert_int_equal(RUN(state, &output, "report", "run.xml", "--compliance", "again.html"), 0);
    g_autofree char *again = get(state, "again.html");
    assert_string_equal(first, again);
}

static void
test_a_changed_migration_is_found(void **state)
{
    edit(state, UP, "name text", "name  text", UP);
    assert_check(state, 1, "compliance.html", "run.xml", "001_users.up.sql: another content");
    restore(state);
    g_autofree char *down = path_of(state, "migrations/002_notes.down.sql");
    assert_int_equal(g_remove(down), 0);
    assert_check(state, 1, "compliance.html", "run.xml", "002_notes.down.sql: not there any more");
    restore(state);
    put(state, "migrations/003_new.up.sql", "SELECT 1;\n");
    assert_check(state, 1, "compliance.html", "run.xml", "003_new.up.sql: not in the record");
    g_autofree char *added = path_of(state, "migrations/003_new.up.sql");
    assert_int_equal(g_remove(added), 0);
    /* What is asked of the migrations counts as well. */
    edit(state, "migrations/requirements.yaml", "there are users", "there may be users",
         "migrations/requirements.yaml");
    assert_check(state, 1, "compliance.html", "run.xml", "requirements.yaml: another content");
    restore(state);
    assert_check(state, 0, "compliance.html", "run.xml", "are the ones that were verified");
}

static void
test_an_edited_record_is_found(void **state)
{
    edit(state, "run.xml", "status=\"passed\"", "status=\"failed\"", "edited.xml");
    assert_check(state, 1, "compliance.html", "edited.xml", "the report does not name it");
    edit(state, "run.xml", "there are users", "there are Users", "edited.xml");
    assert_check(state, 1, "compliance.html", "edited.xml", "no file given is it");
}

/* One word anywhere: in what is read, in what a program reads, and in the style that could hide. */
static void
test_an_edited_report_is_found(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"there are users", "there are losers"},
        {"– deferred", "✓ proven"},
        {"\"require-all\": false", "\"require-all\": true"},
        {"\"state\": \"proven\"", "\"state\": \"failed\""},
        {"</style>", ".warn { display: none }</style>"},
        {"</body>", "<p>and all of 2027</p></body>"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        edit(state, "compliance.html", rows[i].from, rows[i].to, "edited.html");
        assert_check(state, 1, "edited.html", "run.xml", "does not follow from the records");
    }
    /* Cut off, or with something behind its end. */
    edit(state, "compliance.html", "</html>\n", "", "edited.html");
    assert_check(state, 1, "edited.html", "run.xml", "does not follow from the records");
}

/* Its words may be others there, or were edited together with the version: nobody knows. */
static void
test_another_version_can_not_be_confirmed(void **state)
{
    edit(state, "compliance.html", "\"writer\": \"", "\"writer\": \"0.0.", "old.html");
    assert_check(state, 1, "old.html", "run.xml", "its words could not be compared, only its data");
    assert_check(state, 1, "old.html", "run.xml", "HINT: check it with pgstair 0.0.");
    edit(state, "old.html", "there are users", "there are losers", "old.html");
    assert_check(state, 1, "old.html", "run.xml", "its words could not be compared, only its data");
    edit(state, "old.html", "\"state\": \"proven\"", "\"state\": \"failed\"", "old.html");
    assert_check(state, 1, "old.html", "run.xml", "does not follow from the records");
}

/* What --check takes from the report, the report could say anything with. */
static void
test_a_name_says_nothing_else(void **state)
{
    static const char *const names[] = {
        "run.xml. ALL REQUIREMENTS ARE PROVEN",
        "run.xml\xe2\x80\xae",
        "x12345678901234567890123456789012345678901234567890123456789012345678.xml",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = get(state, "compliance.html");
        g_auto(GStrv) pieces = g_strsplit(text, "run.xml", -1);
        g_autofree char *edited = g_strjoinv(names[i], pieces);
        put(state, "named.html", edited);
        assert_check(state, 1, "named.html", "run.xml", "which is no name that pgstair takes");
    }
    edit(state, "compliance.html", "\"writer\": \"", "\"writer\": [1], \"x\": \"", "odd.html");
    g_setenv("G_DEBUG", "fatal-criticals", TRUE);
    assert_check(state, 1, "odd.html", "run.xml", "NOT CONFIRMED");
    g_unsetenv("G_DEBUG");
}

static void
test_what_is_no_report(void **state)
{
    static const char *const texts[] = {
        "",
        "<p>VERIFIED</p>",
        "<script type=\"application/json\" id=\"pgstair-compliance\">{\"format\":</script>",
        "<script type=\"application/json\" id=\"pgstair-compliance\">[]</script>",
        "<script type=\"application/json\" id=\"pgstair-compliance\">{\"format\":"
        "\"pgstair-compliance\"}</script>",
        "<script type=\"application/json\" id=\"pgstair-compliance\">{\"format\":"
        "\"pgstair-compliance\", \"records\": [7, {\"path\": 1}]}</script>",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        put(state, "odd.html", texts[i]);
        assert_check(state, 1, "odd.html", "run.xml", "✗ odd.html: it ");
    }
    g_autofree char *brackets = g_strnfill(500000, '[');
    g_autofree char *deep = g_strconcat(
        "<script type=\"application/json\" id=\"pgstair-compliance\">{\"a\": ", brackets,
        "</script>", NULL);
    put(state, "odd.html", deep);
    assert_check(state, 1, "odd.html", "run.xml", "✗ odd.html: it ");
    g_autofree char *output = NULL;
    assert_int_equal(RUN(state, &output, "report", "--check", "none.html", "run.xml"), 2);
    assert_says(output, "none.html: cannot be read");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN(state, &output, "report", "--check", "compliance.html", "none.xml"), 2);
    assert_says(output, "none.xml: cannot be read");
}

/* Beside the migrations and in no folder of theirs: noted, and held against it. */
static void
test_a_script_beside_them_is_found(void **state)
{
    put(state, "migrations/schema.sql", "CREATE TABLE other (id int);\n");
    assert_check(state, 1, "compliance.html", "run.xml", "schema.sql: not in the record");
    g_autofree char *output = NULL;
    assert_int_equal(RUN(state, &output, "verify", "migrations", "--record", "beside.xml",
                         "--compliance", "beside.html"),
                     0);
    assert_check(state, 0, "beside.html", "beside.xml", "are the ones that were verified");
    g_autofree char *script = path_of(state, "migrations/schema.sql");
    assert_int_equal(g_remove(script), 0);
    assert_check(state, 1, "beside.html", "beside.xml", "schema.sql: not there any more");
}

/* Each for itself verified: together they are no run of anything. */
static void
test_runs_of_other_files_make_no_whole(void **state)
{
    g_autofree char *output = NULL;
    edit(state, UP, "name text", "name  text", UP);
    assert_int_equal(RUN(state, &output, "verify", "migrations", "--record", "other.xml"), 0);
    g_clear_pointer(&output, g_free);
    assert_int_equal(
        RUN(state, &output, "report", "run.xml", "other.xml", "--compliance", "others.html"), 1);
    assert_says(output, "run.same");
    g_autofree char *text = get(state, "others.html");
    assert_says(text, "<strong>NOT VERIFIED</strong>");
    assert_says(text, "the records differ in file 001_users.up.sql");
}

/* The record shows what cannot be read otherwise; the folder has it as it is. */
static void
test_an_odd_name_is_confirmed(void **state)
{
    put(state, "odd/001_x\x01.up.sql", "SELECT 1;\n");
    put(state, "odd/001_x\x01.down.sql", "SELECT 1;\n");
    g_autofree char *output = NULL;
    assert_int_equal(RUN(state, &output, "verify", "odd", "--only", "cycle", "--record", "odd.xml",
                         "--compliance", "odd.html"),
                     0);
    assert_check(state, 0, "odd.html", "odd.xml", "are the ones that were verified");
}

/* Parts of one report: all of them, in any order. */
static void
test_merged_records_are_all_asked_for(void **state)
{
    g_autofree char *output = NULL;
    assert_int_equal(RUN(state, &output, "verify", "migrations", "--record", "second.xml"), 0);
    g_clear_pointer(&output, g_free);
    assert_int_equal(
        RUN(state, &output, "report", "run.xml", "second.xml", "--compliance", "both.html"), 0);
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN(state, &output, "report", "--check", "both.html", "second.xml", "run.xml"),
                     0);
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN(state, &output, "report", "--check", "both.html", "second.xml", "run.xml",
                         "second.xml"),
                     0);
    g_clear_pointer(&output, g_free);
    assert_check(state, 1, "both.html", "run.xml", "the report names a record second.xml");
    assert_int_equal(
        RUN(state, &output, "report", "--check", "compliance.html", "run.xml", "second.xml"), 1);
    assert_says(output, "second.xml: the report does not name it");
    g_clear_pointer(&output, g_free);
    /* By way of one merged record: that one is asked for. */
    assert_int_equal(RUN(state, &output, "report", "run.xml", "second.xml", "--record", "all.xml",
                         "--compliance", "all.html"),
                     0);
    assert_check(state, 0, "all.html", "all.xml", "every byte of it");
}

/* What a report was held to is in it. */
static void
test_options_need_not_be_said_again(void **state)
{
    g_autofree char *output = NULL;
    assert_int_equal(RUN(state, &output, "report", "run.xml", "--require-all", "--fail-on",
                         "warning", "--compliance", "strict.html"),
                     0);
    assert_check(state, 0, "strict.html", "run.xml", "every byte of it");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN(state, &output, "report", "--check", "strict.html", "run.xml",
                         "--require-all", "--fail-on", "warning"),
                     0);
    g_clear_pointer(&output, g_free);
    /* Who asks for more than it was held to is told. */
    assert_int_equal(
        RUN(state, &output, "report", "--check", "compliance.html", "run.xml", "--require-all"), 1);
    assert_says(output, "the report was not held to --require-all");
    assert_null(strstr(output, "does not follow"));
}

static void
test_a_failed_run_leaves_no_line_to_sign_on(void **state)
{
    g_autofree char *output = NULL;
    edit(state, "migrations/002_notes.down.sql", "DROP TABLE notes", "SELECT 1",
         "migrations/002_notes.down.sql");
    assert_int_equal(RUN(state, &output, "verify", "migrations", "--record", "bad.xml",
                         "--compliance", "bad.html"),
                     1);
    g_autofree char *text = get(state, "bad.html");
    assert_says(text, "<strong>NOT VERIFIED</strong>");
    assert_says(text, "NOT VERIFIED: there is nothing to sign.");
    assert_says(text, "read &lt;b&gt;the&lt;/b&gt; downgrade");
    assert_null(strstr(text, "Signed off by"));
    assert_null(strstr(text, ">VERIFIED"));
    /* It is what it says: nothing that a script may sign. */
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN(state, &output, "report", "--check", "bad.html", "bad.xml"), 1);
    assert_says(output, "every byte of it");
    assert_says(output, "\nCONFIRMED: the report says NOT VERIFIED, and signs nothing off");
}

/* Elsewhere there is nothing to compare with: said, and no confirmation. */
static void
test_it_is_checked_where_the_folder_is(void **state)
{
    g_autofree char *report = path_of(state, "compliance.html");
    g_autofree char *record = path_of(state, "run.xml");
    g_autofree char *elsewhere = path_of(state, "elsewhere");
    assert_int_equal(g_mkdir_with_parents(elsewhere, 0700), 0);
    void *there = elsewhere;
    assert_check(&there, 1, report, record, "HINT: run it where pgstair verify was run");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_what_was_verified),
        cmocka_unit_test(test_what_belongs_together_is_confirmed),
        cmocka_unit_test(test_it_is_made_again_the_same),
        cmocka_unit_test_teardown(test_a_changed_migration_is_found, restore),
        cmocka_unit_test(test_an_edited_record_is_found),
        cmocka_unit_test(test_an_edited_report_is_found),
        cmocka_unit_test(test_another_version_can_not_be_confirmed),
        cmocka_unit_test(test_a_name_says_nothing_else),
        cmocka_unit_test(test_what_is_no_report),
        cmocka_unit_test_teardown(test_a_script_beside_them_is_found, restore),
        cmocka_unit_test_teardown(test_runs_of_other_files_make_no_whole, restore),
        cmocka_unit_test(test_an_odd_name_is_confirmed),
        cmocka_unit_test(test_merged_records_are_all_asked_for),
        cmocka_unit_test(test_options_need_not_be_said_again),
        cmocka_unit_test_teardown(test_a_failed_run_leaves_no_line_to_sign_on, restore),
        cmocka_unit_test(test_it_is_checked_where_the_folder_is),
    };
    return cmocka_run_group_tests(tests, verify_once, remove_all);
}

/* Covers harness/record/record_xml.c, record_schema.c, output.c, reports/record.rng and, with
 * PGSTAIR_REGENERATE=1, makes reports/samples/record-*.xml.  Every member: test_every_member.c. */
#include "cmocka_all.h"

#include "base/process.h"
#include "record/golden.h"
#include "record/output.h"
#include "record/record_schema.h"
#include "record/record_xml.h"
#include "record/sample.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-record-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    GDir *folder = g_dir_open(*state, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(*state, name, NULL);
        g_remove(path);
    }
    g_dir_close(folder);
    int status = g_rmdir(*state);
    g_free(*state);
    return status;
}

static char *
write_record(const char *folder, PgsRecord *record, const char *name, char **path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    *path = g_build_filename(folder, name, NULL);
    assert_true(pgs_record_write(record, *path, &error));
    assert_true(g_file_get_contents(*path, &text, NULL, NULL));
    return text;
}

/* Writes, reads (which validates), writes again: the same bytes. */
static char *
assert_round_trip(const char *folder, PgsRecord *record)
{
    g_autofree char *path = NULL;
    g_autofree char *again_path = NULL;
    char *text = write_record(folder, record, "first.xml", &path);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) read = pgs_record_read(path, &error);
    if (read == NULL)
        fail_msg("%s", error->message);
    g_autofree char *again = write_record(folder, read, "second.xml", &again_path);
    assert_string_equal(again, text);
    return text;
}

static void
test_samples(void **state)
{
    static const struct {
        const char *file;
        PgsRecord *(*make)(void);
    } samples[] = {
        {"record-passing.xml", sample_passing},
        {"record-failing.xml", sample_failing},
        {"record-requirements.xml", sample_requirements},
        {"record-matrix.xml", sample_matrix},
        {"record-plans.xml", sample_plans},
        {"record-hostile.xml", sample_hostile},
        {"record-shard.xml", sample_shard},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(PgsRecord) record = samples[i].make();
        g_autofree char *text = assert_round_trip(*state, record);
        g_autofree char *path =
            g_build_filename(PGS_SOURCE_DIR, "reports", "samples", samples[i].file, NULL);
        assert_golden(path, text);
    }
}

/* libxml2's validator is what pgstair itself uses: xmllint reads the schema and the samples from
 * disk, with nothing of ours in between. */
static void
test_samples_are_valid_for_xmllint(G_GNUC_UNUSED void **state)
{
    g_autofree char *xmllint = g_find_program_in_path("xmllint");
    if (xmllint == NULL)
        skip();
    g_autofree char *schema = g_build_filename(PGS_SOURCE_DIR, "reports", "record.rng", NULL);
    g_autofree char *folder = g_build_filename(PGS_SOURCE_DIR, "reports", "samples", NULL);
    g_autofree char *old = g_build_filename(PGS_TEST_DIR, "record-of-0.1.0.xml", NULL);
    g_autoptr(PgsProcess) process = pgs_process_new(xmllint);
    pgs_process_add_many(process, "--noout", "--nonet", "--huge", "--relaxng", schema, old, NULL);
    pgs_process_set_timeout(process, 20000);
    g_autoptr(GDir) samples = g_dir_open(folder, 0, NULL);
    guint n = 0;
    for (const char *name; (name = g_dir_read_name(samples)) != NULL;) {
        if (!g_str_has_prefix(name, "record-"))
            continue;
        g_autofree char *path = g_build_filename(folder, name, NULL);
        pgs_process_add(process, path);
        n++;
    }
    assert_true(n >= 7);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run_checked(process, &result, &error))
        fail_msg("%s", error->message);
}

/* What follows from the findings is written for readers, and worked out anew when it is read. */
static void
test_a_state_in_the_file_is_not_believed(void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *path = NULL;
    g_autofree char *text = write_record(*state, record, "honest.xml", &path);
    assert_non_null(strstr(text, "id=\"CANVAS-02\" phase=\"1\" state=\"failed\" fails=\"true\""));
    g_auto(GStrv) parts = g_strsplit(text, "state=\"failed\" fails=\"true\"", -1);
    g_autofree char *forged = g_strjoinv("state=\"proven\" fails=\"false\"", parts);
    assert_string_not_equal(forged, text);
    assert_true(g_file_set_contents(path, forged, -1, NULL));
    g_autoptr(PgsRecord) read = pgs_record_read(path, NULL);
    assert_non_null(read);
    /* The other bytes make it another file, which would be named. */
    g_ptr_array_set_size(read->sources, 0);
    g_autofree char *again_path = NULL;
    g_autofree char *again = write_record(*state, read, "again.xml", &again_path);
    assert_string_equal(again, text);
}

/* Written before there were requirements: reads, and comes out as it was. */
static void
test_an_old_record_is_read(void **state)
{
    g_autofree char *path = g_build_filename(PGS_TEST_DIR, "record-of-0.1.0.xml", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) read = pgs_record_read(path, &error);
    if (read == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(read->findings->len, 13);
    g_autofree char *old = NULL;
    g_autofree char *again_path = NULL;
    assert_true(g_file_get_contents(path, &old, NULL, NULL));
    g_autofree char *again = write_record(*state, read, "again.xml", &again_path);
    assert_string_equal(again, old);
}

static void
test_hostile_text_is_made_visible(void **state)
{
    g_autoptr(PgsRecord) record = sample_hostile();
    g_autofree char *text = assert_round_trip(*state, record);
    assert_true(g_utf8_validate(text, -1, NULL));
    assert_non_null(strstr(text, "migra\\xFFtions/\\u0001"));
    assert_non_null(strstr(text, "control \\u0002, broken \\xE2\\x82, U+FFFE \\uFFFE, \\u000D"));
    assert_non_null(strstr(text, "\xf0\x9f\x98\x80"));
    assert_non_null(strstr(text, "line=\"70000\""));
    for (const char *c = text; *c != '\0'; c++)
        assert_true((guchar)*c >= 0x20 || *c == '\n' || *c == '\t');
}

static void
test_occurrences_are_numbered(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    for (guint i = 0; i < 3; i++)
        sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same");
    sample_finding(record, "a.c", PGS_STATUS_PASSED, NULL, "same");
    g_autofree char *text = assert_round_trip(*state, record);
    assert_null(strstr(text, "occurrence=\"1\""));
    assert_non_null(strstr(text, "occurrence=\"2\""));
    assert_non_null(strstr(text, "occurrence=\"3\""));
    assert_null(strstr(strstr(text, "check=\"a.c\""), "occurrence"));
}

#define HEAD                                                                                       \
    "<pgstair-record version=\"1\" pgstair=\"0\" host=\"h\" "                                      \
    "started=\"2025-03-14T09:26:53.5Z\"\n duration=\"0.000001\" fail-on-warning=\"false\">"

static void
test_what_is_no_record_is_refused(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"", ":1: Document is empty"},
        {"<a>\n<b>\n</a>", ":3: Opening and ending tag mismatch"},
        {"<testsuites/>", "its root element is <testsuites>"},
        {"<pgstair-record version=\"2\"/>", "the record has version \"2\""},
        {"<pgstair-record/>", "the record has version \"\""},
        {HEAD "\n<command/>\n<nonsense/></pgstair-record>", ":4: not valid by the record's schema"},
        {HEAD "<command/><finding check=\"a\" status=\"great\" system=\"\" duration=\"1.000000\">"
              "<title/></finding></pgstair-record>",
         ":2: not valid"},
        {HEAD "</pgstair-record>", "not valid by the record's schema"},
        {HEAD "<command/><system name=\"s\" revisions=\"1\" tolerated=\"0\" cosmetic=\"0\" "
              "duration=\"1.000000\">\n<requirement/></system></pgstair-record>",
         ":3: not valid"},
        {"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "it has a document type"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_build_filename(*state, "no-record.xml", NULL);
        assert_true(g_file_set_contents(path, rows[i].text, -1, NULL));
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsRecord) record = pgs_record_read(path, &error);
        assert_null(record);
        assert_true(g_error_matches(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ));
        if (strstr(error->message, rows[i].says) == NULL || !strstr(error->message, "HINT: "))
            fail_msg("row %zu: %s", i, error->message);
        assert_true(g_str_has_prefix(error->message, path));
    }
}

static void
test_the_smallest_record_is_read(void **state)
{
    g_autofree char *path = g_build_filename(*state, "small.xml", NULL);
    assert_true(g_file_set_contents(path, HEAD "<command/></pgstair-record>", -1, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) record = pgs_record_read(path, &error);
    if (record == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(record->duration, 1);
    assert_int_equal(g_date_time_get_microsecond(record->started), 500000);
}

static void
test_a_missing_file_is_named(G_GNUC_UNUSED void **state)
{
    g_autoptr(GError) error = NULL;
    assert_null(pgs_record_read("/nonexistent/record.xml", &error));
    assert_true(g_error_matches(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ));
    assert_true(g_str_has_prefix(error->message, "/nonexistent/record.xml: cannot be read"));
}

static void
test_a_large_detail_comes_back(void **state)
{
    enum { LINES = 11 * 1024 * 512 };
    g_autoptr(PgsRecord) record = sample_passing();
    PgsFinding *finding = record->findings->pdata[0];
    GString *detail = g_string_sized_new(2 * LINES);
    for (guint i = 0; i < LINES; i++)
        g_string_append(detail, "<\n");
    finding->detail = g_string_free(detail, FALSE);
    g_autofree char *text = assert_round_trip(*state, record);
    assert_true(strlen(text) > 2 * LINES);
}

/* ---- output ---- */

static void
test_output_replaces_a_file_and_keeps_a_link(void **state)
{
    g_autofree char *target = g_build_filename(*state, "target", NULL);
    g_autofree char *link = g_build_filename(*state, "link", NULL);
    assert_true(g_file_set_contents(target, "old", -1, NULL));
    assert_int_equal(symlink("target", link), 0);
    assert_true(pgs_output_write(link, "new", 3, NULL));
    assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(target, &text, NULL, NULL));
    assert_string_equal(text, "new");
}

static void
test_output_makes_folders(void **state)
{
    g_autofree char *folder = g_build_filename(*state, "a", "b", NULL);
    g_autofree char *parent = g_build_filename(*state, "a", NULL);
    g_autofree char *path = g_build_filename(folder, "c.xml", NULL);
    assert_true(pgs_output_write(path, "x", 1, NULL));
    assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
    assert_int_equal(g_remove(path), 0);
    assert_int_equal(g_rmdir(folder), 0);
    assert_int_equal(g_rmdir(parent), 0);
}

/* A pipe of our own stands for any device: a test must not put the machine's at risk. */
static void
test_output_writes_into_a_pipe(void **state)
{
    g_autofree char *path = g_build_filename(*state, "pipe", NULL);
    assert_int_equal(mkfifo(path, 0600), 0);
    int pipe = open(path, O_RDWR | O_CLOEXEC);
    assert_true(pgs_output_write(path, "bytes", 5, NULL));
    char bytes[8] = {0};
    gssize length = read(pipe, bytes, sizeof bytes - 1);
    close(pipe);
    assert_int_equal(length, 5);
    assert_string_equal(bytes, "bytes");
}

static void
assert_refused(const char *path, const char *says)
{
    g_autoptr(GError) error = NULL;
    assert_false(pgs_output_write(path, "new", 3, &error));
    assert_true(g_error_matches(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_WRITE));
    assert_true(g_str_has_prefix(error->message, path));
    if (strstr(error->message, says) == NULL)
        fail_msg("%s", error->message);
    assert_non_null(strstr(error->message, "HINT: "));
}

static void
test_output_says_why_it_failed(void **state)
{
    g_autofree char *file = g_build_filename(*state, "file", NULL);
    g_autofree char *below = g_build_filename(file, "below.xml", NULL);
    assert_true(g_file_set_contents(file, "kept", -1, NULL));
    assert_refused(below, "Not a directory");
    assert_refused(*state, "Is a directory");
}

/* A limit to the size of files stands for a full disk. */
static void
test_output_leaves_the_old_file_when_the_disk_is_full(void **state)
{
    g_autofree char *file = g_build_filename(*state, "old", NULL);
    assert_true(g_file_set_contents(file, "old", -1, NULL));
    struct rlimit saved, none = {0};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &saved), 0);
    none.rlim_max = saved.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    g_autoptr(GError) error = NULL;
    gboolean written = pgs_output_write(file, "new", 3, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &saved), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_false(written);
    assert_non_null(strstr(error->message, "File too large"));
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(file, &text, NULL, NULL));
    assert_string_equal(text, "old");
}

static void
test_output_to_a_broken_standard_output(G_GNUC_UNUSED void **state)
{
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int unwritable = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    dup2(unwritable, STDOUT_FILENO);
    g_autoptr(GError) error = NULL;
    gboolean written = pgs_output_write("-", "new", 3, &error);
    __fpurge(stdout);
    dup2(saved, STDOUT_FILENO);
    clearerr(stdout);
    close(saved);
    close(unwritable);
    assert_false(written);
    assert_true(g_str_has_prefix(error->message, "standard output: cannot be written: "));
}

/* ---- several threads, and how long it takes ---- */

static gpointer
write_and_read(gpointer folder)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *name = g_strdup_printf("thread-%p.xml", (void *)g_thread_self());
    g_autofree char *path = g_build_filename(folder, name, NULL);
    for (guint i = 0; i < 20; i++) {
        g_autoptr(PgsRecord) read = NULL;
        if (pgs_record_write(record, path, NULL))
            read = pgs_record_read(path, NULL);
        if (read == NULL || read->findings->len != record->findings->len)
            return GUINT_TO_POINTER(FALSE);
    }
    return GUINT_TO_POINTER(TRUE);
}

static void
test_threads_do_not_meet(void **state)
{
    GThread *threads[4];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("record", write_and_read, *state);
    gboolean all = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        all = GPOINTER_TO_UINT(g_thread_join(threads[i])) && all;
    assert_true(all);
}

static void
test_six_thousand_findings(void **state)
{
    g_autoptr(PgsRecord) record = sample_large(2000);
    g_autofree char *path = g_build_filename(*state, "large.xml", NULL);
    gint64 start = g_get_monotonic_time();
    assert_true(pgs_record_write(record, path, NULL));
    gint64 written = g_get_monotonic_time();
    g_autoptr(PgsRecord) read = pgs_record_read(path, NULL);
    gint64 end = g_get_monotonic_time();
    assert_non_null(read);
    assert_int_equal(read->findings->len, 6000);
    print_message("6,000 findings: written in %.1f ms, validated and read in %.1f ms\n",
                  (double)(written - start) / 1e3, (double)(end - written) / 1e3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_samples_are_valid_for_xmllint),
        cmocka_unit_test(test_a_state_in_the_file_is_not_believed),
        cmocka_unit_test(test_an_old_record_is_read),
        cmocka_unit_test(test_hostile_text_is_made_visible),
        cmocka_unit_test(test_occurrences_are_numbered),
        cmocka_unit_test(test_what_is_no_record_is_refused),
        cmocka_unit_test(test_the_smallest_record_is_read),
        cmocka_unit_test(test_a_missing_file_is_named),
        cmocka_unit_test(test_a_large_detail_comes_back),
        cmocka_unit_test(test_output_replaces_a_file_and_keeps_a_link),
        cmocka_unit_test(test_output_makes_folders),
        cmocka_unit_test(test_output_writes_into_a_pipe),
        cmocka_unit_test(test_output_says_why_it_failed),
        cmocka_unit_test(test_output_leaves_the_old_file_when_the_disk_is_full),
        cmocka_unit_test(test_output_to_a_broken_standard_output),
        cmocka_unit_test(test_threads_do_not_meet),
        cmocka_unit_test(test_six_thousand_findings),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

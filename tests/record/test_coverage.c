/* Covers harness/record/coverage.c. */
#include "cmocka_all.h"

#include "record/coverage.h"
#include "record/proof.h"
#include "record/record_xml.h"
#include "record/sample.h"

#include <glib/gstdio.h>
#include <string.h>

#define DOCTYPE                                                                                    \
    "<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM "                                         \
    "'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>\n"
#define COVERAGE(source, classes)                                                                  \
    DOCTYPE "<coverage line-rate=\"0.1\" version=\"x\"><sources><source>" source                   \
            "</source></sources><packages><package name=\"p\"><classes>" classes                   \
            "</classes></package></packages></coverage>"
#define CLASS(file, lines)                                                                         \
    "<class name=\"c\" filename=\"" file "\"><methods/><lines>" lines "</lines></class>"
#define LINE(number, hits) "<line number=\"" #number "\" hits=\"" #hits "\" branch=\"false\"/>"

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-coverage-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    g_autofree char *path = g_build_filename(*state, "coverage.xml", NULL);
    g_remove(path);
    int status = g_rmdir(*state);
    g_free(*state);
    return status;
}

static gboolean
read_text(const char *folder, PgsCoverage *coverage, const char *text, gssize length,
          GError **error)
{
    g_autofree char *path = g_build_filename(folder, "coverage.xml", NULL);
    assert_true(g_file_set_contents(path, text, length, NULL));
    return pgs_coverage_read(coverage, path, error);
}

static PgsRecord *
record_asking(guint percent, const char *const *patterns)
{
    PgsRecord *record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    sample_requirement(system, "R-0", NULL, "asks for no coverage");
    PgsRecordRequirement *requirement = sample_requirement(system, "R-1", NULL, "text");
    requirement->coverage_lines = percent;
    for (; *patterns != NULL; patterns++)
        g_ptr_array_add(requirement->coverage_files, g_strdup(*patterns));
    return record;
}

/* The finding that comes of these coverage files. */
static PgsFinding *
judge(const char *folder, PgsRecord *record, const char *const *texts)
{
    g_autoptr(PgsCoverage) coverage = pgs_coverage_new();
    for (; *texts != NULL; texts++) {
        g_autoptr(GError) error = NULL;
        if (!read_text(folder, coverage, *texts, -1, &error))
            fail_msg("%s", error->message);
    }
    pgs_coverage_judge(coverage, record);
    assert_int_equal(record->findings->len, 1);
    return record->findings->pdata[0];
}

#define HALF CLASS("suites/canvas/a.c", LINE(1, 1) LINE(2, 0) LINE(3, 7) LINE(4, 0))
#define OTHER_HALF CLASS("suites/canvas/a.c", LINE(1, 0) LINE(2, 3) LINE(3, 0) LINE(4, 0))

static void
test_rates(void **state)
{
    static const struct {
        const char *name;
        const char *texts[3];
        const char *patterns[3];
        guint percent;
        PgsStatus status;
        const char *actual;
    } rows[] = {
        {"half of one file",
         {COVERAGE("/w", HALF)},
         {"suites/canvas/*.c"},
         50,
         PGS_STATUS_PASSED,
         "50.0 % (2 of 4 lines in 1 file)"},
        {"just too little",
         {COVERAGE("/w", HALF)},
         {"suites/canvas/*.c"},
         51,
         PGS_STATUS_FAILED,
         "50.0 % (2 of 4 lines in 1 file)"},
        {"a line is reached when any of the files says so",
         {COVERAGE("/w", HALF), COVERAGE("/w", OTHER_HALF)},
         {"suites/canvas/*.c"},
         75,
         PGS_STATUS_PASSED,
         "75.0 % (3 of 4 lines in 1 file)"},
        {"in whatever order",
         {COVERAGE("/w", OTHER_HALF), COVERAGE("/w", HALF)},
         {"suites/canvas/*.c"},
         75,
         PGS_STATUS_PASSED,
         "75.0 % (3 of 4 lines in 1 file)"},
        {"two checkouts are one project",
         {COVERAGE("/w", HALF), COVERAGE("/v", OTHER_HALF)},
         {"suites/canvas/*.c"},
         75,
         PGS_STATUS_PASSED,
         "75.0 % (3 of 4 lines in 1 file)"},
        {"paths within the sources",
         {COVERAGE("/w/suites", CLASS("canvas/a.c", LINE(1, 1))),
          COVERAGE("/w/suites/canvas", CLASS("a.c", LINE(2, 0)))},
         {"suites/canvas/*.c"},
         50,
         PGS_STATUS_PASSED,
         "50.0 % (1 of 2 lines in 1 file)"},
        {"absolute paths",
         {COVERAGE("", CLASS("/w/suites/canvas/a.c", LINE(1, 1)))},
         {"suites/canvas/*.c"},
         100,
         PGS_STATUS_PASSED,
         "100.0 % (1 of 1 lines in 1 file)"},
        {"a line that a method has too is one line",
         {COVERAGE("/w", "<class filename=\"a.c\"><methods><method><lines>" LINE(
                             1, 1) "</lines></method></methods><lines>" LINE(1, 1)
                             LINE(2, 0) "</lines></class>")},
         {"a.c"},
         50,
         PGS_STATUS_PASSED,
         "50.0 % (1 of 2 lines in 1 file)"},
        {"lines behind a class belong to none",
         {COVERAGE("/w", CLASS("a.c", LINE(1, 1)) LINE(2, 0))},
         {"a.c"},
         100,
         PGS_STATUS_PASSED,
         "100.0 % (1 of 1 lines in 1 file)"},
        {"only the files that are meant",
         {COVERAGE("/w", CLASS("a/x.c", LINE(1, 0)) CLASS("b/x.c", LINE(1, 1) LINE(2, 1))
                             CLASS("b/y.h", LINE(1, 0)) CLASS("b/c/x.c", LINE(1, 0)))},
         {"b/*.c"},
         100,
         PGS_STATUS_PASSED,
         "100.0 % (2 of 2 lines in 1 file)"},
        {"several patterns, and a file that two of them mean",
         {COVERAGE("/w", CLASS("a/x.c", LINE(1, 0)) CLASS("b/x.c", LINE(1, 1) LINE(2, 1)))},
         {"b/*.c", "**/x.c"},
         66,
         PGS_STATUS_PASSED,
         "66.6 % (2 of 3 lines in 2 files)"},
        {"rounded down",
         {COVERAGE("/w", CLASS("a/x.c", LINE(1, 0)) CLASS("b/x.c", LINE(1, 1) LINE(2, 1)))},
         {"**/x.c"},
         67,
         PGS_STATUS_FAILED,
         "66.6 % (2 of 3 lines in 2 files)"},
        {"an entity in a name, and a large count",
         {COVERAGE("/w", CLASS("a&amp;&#98;.c", LINE(1, 99999999999999)))},
         {"a&b.c"},
         100,
         PGS_STATUS_PASSED,
         "100.0 % (1 of 1 lines in 1 file)"},
        {"files of the same name are two",
         {COVERAGE("/w", CLASS("a/x.c", LINE(1, 1)) CLASS("b/x.c", LINE(1, 0)))},
         {"**/x.c"},
         50,
         PGS_STATUS_PASSED,
         "50.0 % (1 of 2 lines in 2 files)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = record_asking(rows[i].percent, rows[i].patterns);
        const PgsFinding *finding = judge(*state, record, rows[i].texts);
        if (finding->status != rows[i].status || g_strcmp0(finding->actual, rows[i].actual) != 0)
            fail_msg("%s: %s, %s", rows[i].name, pgs_status_name(finding->status), finding->actual);
        g_autofree char *expected = g_strdup_printf("at least %u %%", rows[i].percent);
        assert_string_equal(finding->expected, expected);
        assert_string_equal(finding->check, "coverage.lines");
        assert_string_equal(finding->requirements->pdata[0], "R-1");
        assert_int_equal(finding->message != NULL, finding->status == PGS_STATUS_FAILED);
        g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
        assert_int_equal(((PgsProof *)proofs->pdata[1])->state, finding->status == PGS_STATUS_PASSED
                                                                    ? PGS_PROOF_PROVEN
                                                                    : PGS_PROOF_FAILED);
    }
}

static void
test_what_is_not_reached_is_listed(void **state)
{
    static const char *const texts[] = {
        COVERAGE("/w", CLASS("s/a.c", LINE(1, 1) LINE(2, 0)) CLASS("s/b.c", LINE(1, 1))
                           CLASS("s/c.c", LINE(1, 0) LINE(2, 0) LINE(3, 1))),
        NULL,
    };
    static const char *const patterns[] = {"s/*.c", NULL};
    g_autoptr(PgsRecord) record = record_asking(90, patterns);
    const PgsFinding *finding = judge(*state, record, texts);
    assert_string_equal(finding->title, "R-1: tests reach 90 % of the lines of s/*.c");
    assert_string_equal(finding->message, "tests reach only 50.0 % (3 of 6 lines in 3 files)");
    assert_string_equal(finding->detail, "s/c.c: 33.3 %, 2 of 3 lines not reached\n"
                                         "s/a.c: 50.0 %, 1 of 2 lines not reached\n"
                                         "s/b.c: 100.0 %, 0 of 1 lines not reached\n");
}

static void
test_no_file_is_a_failure(void **state)
{
    static const char *const texts[] = {COVERAGE("/w", HALF CLASS("suites/b/e.c", "")), NULL};
    static const struct {
        const char *patterns[2];
        const char *says;
    } rows[] = {
        {{"tests/canvas/*.c"}, "the coverage files have none of its files"},
        {{"canvas.c"}, "the coverage files have none of its files"},
        {{NULL}, "the coverage files have none of its files"},
        {{"suites/b/*.c"}, "the coverage files know no line of its files"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = record_asking(1, rows[i].patterns);
        const PgsFinding *finding = judge(*state, record, texts);
        assert_int_equal(finding->status, PGS_STATUS_FAILED);
        assert_string_equal(finding->message, rows[i].says);
        assert_non_null(strstr(finding->hint, "relative to the project's root"));
    }
}

static void
test_a_file_at_a_time(void **state)
{
    g_autofree char *path = g_build_filename(*state, "coverage.xml", NULL);
    assert_true(g_file_set_contents(path, COVERAGE("/w", HALF), -1, NULL));
    static const char *const patterns[] = {"suites/canvas/*.c", NULL};
    g_autoptr(PgsRecord) record = record_asking(50, patterns);
    assert_true(pgs_coverage_add(record, path, NULL));
    assert_int_equal(((PgsFinding *)record->findings->pdata[0])->status, PGS_STATUS_PASSED);
    g_autoptr(GError) error = NULL;
    assert_false(pgs_coverage_add(record, "/nonexistent/coverage.xml", &error));
    assert_true(g_error_matches(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ));
    assert_true(g_str_has_prefix(error->message, "/nonexistent/coverage.xml: cannot be read: "));
    assert_int_equal(record->findings->len, 1);
}

static void
test_what_is_no_coverage_is_refused(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"", ":1: "},
        {"<coverage><packages></coverage>", ":1: Opening and ending tag mismatch"},
        {"<testsuites/>", ":1: its root element is not <coverage>"},
        {"<coverage>\n<class name=\"x\"/></coverage>", ":2: a <class> needs a filename"},
        {COVERAGE("/w", CLASS("a", "\n<line number=\"x\" hits=\"1\"/>")),
         ":4: a <line> needs a number and its hits"},
        {COVERAGE("/w", CLASS("a", "<line number=\"1\"/>")), ":3: a <line> needs a number"},
        {COVERAGE("/w", CLASS("a", LINE(0, 1))), ":3: a <line> needs a number"},
        {"<!DOCTYPE c [\n<!ENTITY a \"b\">]><coverage>&a;</coverage>", ":2: it declares entities"},
        {"<!DOCTYPE c [<!ENTITY a SYSTEM \"/etc/passwd\">]><coverage>&a;</coverage>",
         ":1: it declares entities"},
        {"<!DOCTYPE c [<!ENTITY % a SYSTEM \"/etc/passwd\">%a;]><coverage/>",
         ":1: it declares entities"},
        {"<coverage x=\"&unknown;\"/>", ":1: Entity 'unknown' not defined"},
        {"\xff\xfe<\x01", ":1: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsCoverage) coverage = pgs_coverage_new();
        g_autoptr(GError) error = NULL;
        if (read_text(*state, coverage, rows[i].text, -1, &error))
            fail_msg("row %zu is read", i);
        assert_true(g_error_matches(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ));
        if (strstr(error->message, rows[i].says) == NULL || !strstr(error->message, "HINT: "))
            fail_msg("row %zu: %s", i, error->message);
    }
    g_autoptr(PgsCoverage) coverage = pgs_coverage_new();
    g_autoptr(GError) error = NULL;
    assert_false(pgs_coverage_read(coverage, *state, &error));
    assert_non_null(strstr(error->message, ": cannot be read: Is a directory"));
}

/* Nesting without end must end in an error, not in the stack. */
static void
test_deep_nesting_is_refused(void **state)
{
    g_autoptr(GString) text = g_string_new("<coverage>");
    for (guint i = 0; i < 200000; i++)
        g_string_append(text, "<a>");
    g_autoptr(PgsCoverage) coverage = pgs_coverage_new();
    g_autoptr(GError) error = NULL;
    assert_false(read_text(*state, coverage, text->str, (gssize)text->len, &error));
    assert_non_null(strstr(error->message, "depth"));
}

/* Every beginning of a file, and a file with each byte damaged: read or refused, nothing else. */
static void
test_damaged_files(void **state)
{
    const char *text = COVERAGE("/w", HALF);
    gsize length = strlen(text);
    guint refused = 0;
    for (gsize i = 0; i < length; i += 3) {
        g_autoptr(PgsCoverage) cut = pgs_coverage_new();
        refused += !read_text(*state, cut, text, (gssize)i, NULL);
        g_autofree char *damaged = g_strdup(text);
        damaged[i] = '<';
        g_autoptr(PgsCoverage) odd = pgs_coverage_new();
        refused += !read_text(*state, odd, damaged, (gssize)length, NULL);
    }
    assert_true(refused > length / 3);
}

static void
test_a_million_lines(void **state)
{
    g_autoptr(GString) text = g_string_new("<coverage><packages>");
    for (guint file = 0; file < 1000; file++) {
        g_string_append_printf(text, "<class filename=\"s/%u.c\"><lines>", file);
        for (guint line = 1; line <= 1000; line++)
            g_string_append_printf(text, "<line number=\"%u\" hits=\"%u\"/>", line, line % 2);
        g_string_append(text, "</lines></class>");
    }
    g_string_append(text, "</packages></coverage>");
    const char *texts[] = {text->str, NULL};
    static const char *const patterns[] = {"s/*.c", NULL};
    g_autoptr(PgsRecord) record = record_asking(50, patterns);
    gint64 start = g_get_monotonic_time();
    const PgsFinding *finding = judge(*state, record, texts);
    assert_string_equal(finding->actual, "50.0 % (500000 of 1000000 lines in 1000 files)");
    print_message("1,000,000 lines: read and judged in %.0f ms\n",
                  (double)(g_get_monotonic_time() - start) / 1e3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_what_is_not_reached_is_listed),
        cmocka_unit_test(test_no_file_is_a_failure),
        cmocka_unit_test(test_a_file_at_a_time),
        cmocka_unit_test(test_what_is_no_coverage_is_refused),
        cmocka_unit_test(test_deep_nesting_is_refused),
        cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_a_million_lines),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

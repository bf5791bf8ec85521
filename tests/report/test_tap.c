/* Covers reports/tap.xsl. */
#include "report/reader_fixture.h"

#include "record/proof.h"

typedef struct {
    guint pass, fail, skip, todo, total;
} Counts;

static Counts
expected_counts(const PgsRecord *record)
{
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    Counts expected = {
        .pass = counts.by_status[PGS_STATUS_PASSED] + counts.by_status[PGS_STATUS_INFO],
        .fail = counts.by_status[PGS_STATUS_FAILED] + counts.by_status[PGS_STATUS_ERROR],
        .skip = counts.by_status[PGS_STATUS_SKIPPED],
        .todo = counts.by_status[PGS_STATUS_ACCEPTED],
        .total = counts.total + proofs->len,
    };
    *(record->fail_on_warning ? &expected.fail : &expected.pass) +=
        counts.by_status[PGS_STATUS_WARNING];
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (proof->fails)
            expected.fail++;
        else if (proof->state == PGS_PROOF_PROVEN)
            expected.pass++;
        else
            expected.skip++;
    }
    return expected;
}

static void
assert_counts(const char *sample, const PgsRecord *record, const char *output)
{
    Counts expected = expected_counts(record);
    g_autofree char *total = g_strdup_printf("total %u\n", expected.total);
    if (reader_count(output, "error ") > 0 || strstr(output, total) == NULL ||
        reader_count(output, "pass\t") != expected.pass ||
        reader_count(output, "fail\t") != expected.fail ||
        reader_count(output, "skip\t") != expected.skip ||
        reader_count(output, "todo\t") != expected.todo)
        fail_msg("%s: not %u pass, %u fail, %u skip, %u todo of %u:\n%.3000s", sample,
                 expected.pass, expected.fail, expected.skip, expected.todo, expected.total,
                 output);
}

static char *
read_by_perl(const char *path)
{
    int status;
    g_autofree char *script = reader_script("tap.pl");
    char *output = reader_run(&status, "perl", script, path, NULL);
    assert_int_equal(status, 0);
    return output;
}

static char *
read_by_node(const char *path)
{
    int status;
    g_autofree char *modules = reader_modules("tap-parser");
    g_autofree char *script = reader_script("tap.mjs");
    char *output = reader_run(&status, "node", script, modules, path, NULL);
    assert_int_equal(status, 0);
    return output;
}

static void
check_reader(const char *folder, char *(*read)(const char *path))
{
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        gboolean is_judged = reader_samples[i].make == sample_requirements;
        for (gint strict = FALSE; strict <= is_judged; strict++) {
            g_autoptr(PgsRecord) record = reader_samples[i].make();
            record->fail_on_warning = strict;
            record->require_all = strict;
            g_autofree char *path = reader_report(folder, record, "tap");
            g_autofree char *output = read(path);
            assert_counts(reader_samples[i].name, record, output);
        }
    }
}

static void
test_perl(void **state)
{
    check_reader(*state, read_by_perl);
}

static void
test_tap_parser(void **state)
{
    check_reader(*state, read_by_node);
}

/* prove, as people run it: 0 when all is well. */
static void
test_prove(void **state)
{
    int status;
    g_autoptr(PgsRecord) good = sample_passing();
    g_autofree char *path = reader_report(*state, good, "tap");
    g_autofree char *passed = reader_run(&status, "prove", "--exec", "cat", path, NULL);
    assert_int_equal(status, 0);
    assert_non_null(strstr(passed, "Result: PASS"));

    g_autoptr(PgsRecord) bad = sample_failing();
    g_autofree char *again = reader_report(*state, bad, "tap");
    g_autofree char *failed = reader_run(&status, "prove", "--exec", "cat", again, NULL);
    assert_int_equal(status, 1);
    assert_non_null(strstr(failed, "Failed tests:  8-10"));
    assert_null(strstr(failed, "Parse errors"));
}

/* What would be a directive, a line of its own, or the end of the YAML. */
static void
test_text_from_outside_stays_text(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("pgstair verify\nBail out!");
    sample_system(record, "canvas", 1);
    PgsFinding *finding =
        sample_finding(record, "a.b", PGS_STATUS_FAILED, NULL, "x # SKIP \\# TODO\nok 2 - y");
    finding->message = g_strdup("say \"no\" \\ # it");
    finding->detail = g_strdup("  ...\nnot ok 7\n  - a: b\tc\n...\n");
    finding->sql = g_strnfill(100000, '"');
    g_autofree char *path = reader_report(*state, record, "tap");
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_non_null(strstr(text, "not ok 1 - canvas a.b: x \\# SKIP \\\\\\# TODO ok 2 - y\n"));
    assert_non_null(strstr(text, "  detail: \"  ...\\nnot ok 7\\n  - a: b\\tc\\n...\\n\"\n"));

    g_autofree char *by_perl = read_by_perl(path);
    assert_int_equal(reader_count(by_perl, "fail\t"), 1);
    assert_non_null(strstr(by_perl, "total 1\n"));
    assert_int_equal(reader_count(by_perl, "error "), 0);
    g_autofree char *by_node = read_by_node(path);
    assert_string_equal(by_node, "fail\tcanvas a.b: x # SKIP \\# TODO ok 2 - y\ntotal 1\n");
}

/* What looks for failures alone must not take it for good. */
static void
test_nothing_verified(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("pgstair verify");
    for (guint n = 0; n < 3; n++) {
        int status;
        g_autofree char *path = reader_report(*state, record, "tap");
        g_autofree char *output = read_by_perl(path);
        g_autofree char *total = g_strdup_printf("total %u\n", n + 1);
        assert_non_null(strstr(output, "fail\tnothing was verified: no check came to a verdict\n"));
        assert_non_null(strstr(output, total));
        g_autofree char *said = reader_run(&status, "prove", "--exec", "cat", path, NULL);
        assert_int_equal(status, 1);
        sample_finding(record, "cycle.up", PGS_STATUS_SKIPPED, NULL, "base to head");
    }
    sample_finding(record, "cycle.down", PGS_STATUS_PASSED, NULL, "head to base");
    g_autofree char *path = reader_report(*state, record, "tap");
    g_autofree char *output = read_by_perl(path);
    assert_int_equal(reader_count(output, "fail\t"), 0);
}

/* A part of a split run that no work fell to. */
static void
test_nothing_to_do(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("pgstair verify --shard 3/3");
    g_ptr_array_add(record->shards, pgs_record_shard_new(3, 3, "b7e23ec29af22b0b4e41da31e868d572"));
    g_autofree char *path = reader_report(*state, record, "tap");
    g_autofree char *output = read_by_perl(path);
    assert_string_equal(output, "total 0\n");
}

static void
test_hidden_characters_are_shown(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("pgstair verify \u202ex");
    PgsFinding *finding = sample_finding(record, "a.b", PGS_STATUS_FAILED, NULL, "0003_\u202egpj");
    finding->message = g_strdup("a\u2066b\u200b");
    g_autofree char *path = reader_report(*state, record, "tap");
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_non_null(strstr(text, "verify \\u202Ex\n"));
    assert_non_null(strstr(text, "a.b: 0003_\\\\u202Egpj\n"));
    assert_non_null(strstr(text, "  message: \"a\\\\u2066b\\\\u200B\"\n"));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        assert_int_not_equal(g_unichar_type(g_utf8_get_char(at)), G_UNICODE_FORMAT);
}

/* Seconds that so many findings take. */
static double
time_findings(const char *folder, guint n)
{
    g_autoptr(PgsRecord) record = sample_record("pgstair verify");
    for (guint i = 0; i < n; i++)
        sample_finding(record, "a.b", PGS_STATUS_WARNING, NULL, "w")->message =
            g_strdup_printf("the same again, for the %u-th time", i);
    gint64 begin = g_get_monotonic_time();
    g_autofree char *path = reader_report(folder, record, "tap");
    return (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC;
}

/* The time grows as the findings do, not as their square. */
static void
test_many_findings(void **state)
{
    double few = time_findings(*state, 2500), many = time_findings(*state, 20000);
    print_message("TAP of 2,500 findings in %.2f s, of 20,000 in %.2f s\n", few, many);
    assert_true(many < 24 * few);
}

static void
test_golden(void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *path = reader_report(*state, record, "tap");
    g_autofree char *text = NULL;
    g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", "requirements.tap", NULL);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_golden(golden, text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_perl),
        READER_TEST(test_tap_parser),
        READER_TEST(test_prove),
        READER_TEST(test_text_from_outside_stays_text),
        READER_TEST(test_nothing_verified),
        READER_TEST(test_nothing_to_do),
        READER_TEST(test_hidden_characters_are_shown),
        READER_TEST(test_many_findings),
        READER_TEST(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

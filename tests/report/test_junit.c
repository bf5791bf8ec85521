/* Covers reports/junit.xsl, junit.rng and junit-strict.rng. */
#include "report/junit_fixture.h"

static void
test_golden_junit(void **state)
{
    static const struct {
        const char *file;
        PgsRecord *(*make)(void);
    } rows[] = {
        {"junit-passing.xml", sample_passing}, {"junit-failing.xml", sample_failing},
        {"junit-hostile.xml", sample_hostile}, {"junit-requirements.xml", sample_requirements},
        {"junit-matrix.xml", sample_matrix},   {"junit-plans.xml", sample_plans},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = rows[i].make();
        g_autofree char *text = render(*state, record, "junit");
        g_autofree char *again = render(*state, record, "junit");
        g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", rows[i].file, NULL);
        assert_string_equal(text, again);
        assert_golden(golden, text);
        g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
        assert_counts(document);
    }
}

static void
test_samples_render_as_their_records_do(void **state)
{
    g_autofree char *path =
        g_build_filename(PGS_SOURCE_DIR, "reports", "samples", "record-failing.xml", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) sample = pgs_record_read(path, &error);
    g_autoptr(PgsRecord) record = sample_failing();
    if (sample == NULL)
        fail_msg("%s", error->message);
    g_autofree char *from_sample = render(*state, sample, "junit");
    g_autofree char *from_record = render(*state, record, "junit");
    assert_string_equal(from_sample, from_record);
}

static void
test_strict_has_only_what_the_xunit_plugin_knows(void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = render(*state, record, "junit-strict");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit-strict.rng");
    assert_int_equal(number(document, "count(//testcase/@file | //testcase/@line)"), 0);
    assert_int_equal(number(document, "count(/testsuites/@skipped | //testcase/properties)"), 0);
    assert_int_equal(number(document, "count(//failure)"), 2);

    g_autofree char *usual = render(*state, record, "junit");
    g_autoptr(xmlDoc) usual_document = assert_valid(usual, "junit.rng");
    assert_int_equal(number(usual_document, "count(//testcase/@file)"), 4);
    assert_int_equal(number(usual_document, "count(//testcase/@line)"), 2);
}

static void
test_a_failure_tells_the_whole_story(void **state)
{
    static const char *const needed[] = {
        "002_canvas_tables up again",
        "migrations/canvas/002_canvas_tables.up.sql:4:1: the second upgrade fails\n",
        "expected: the upgrade succeeds, as it did the first time\n",
        "actual:   type \"lifecycle_lane\" already exists\n",
        "ERROR:  type \"lifecycle_lane\" already exists\nSQLSTATE 42710",
        "statement:\nCREATE TYPE lifecycle_lane AS ENUM\n",
        "HINT: the downgrade must drop",
        "to reproduce:\npgstair verify",
    };
    g_autoptr(PgsRecord) record = sample_failing();
    PgsFinding *again = record->findings->pdata[8];
    again->reproduce = g_strdup("pgstair verify migrations/canvas --only stairway");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    g_autofree char *failure = string(document, "//failure[@type = 'stairway.again']");
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (strstr(failure, needed[i]) == NULL)
            fail_msg("\"%s\" is not in: %s", needed[i], failure);
    }
    g_autofree char *file = string(document, "//testcase[failure/@type = 'stairway.again']/@file");
    assert_string_equal(file, "migrations/canvas/002_canvas_tables.up.sql");
    assert_int_equal(number(document, "//testcase[failure/@type = 'stairway.again']/@line"), 4);
    g_autofree char *skipped = string(document, "//skipped");
    assert_non_null(strstr(skipped, "no queries are given for this system"));
}

static void
test_warnings_fail_when_they_shall(void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *passed = render(*state, record, "junit");
    g_autoptr(xmlDoc) as_passed = assert_valid(passed, "junit.rng");
    assert_int_equal(number(as_passed, "/testsuites/@failures"), 2);
    g_autofree char *said = string(as_passed, "//testsuite[@name = 'canvas.index']//system-out");
    assert_non_null(strstr(said, "WARNING  index.duplicate"));

    record->fail_on_warning = TRUE;
    g_autofree char *failed = render(*state, record, "junit");
    g_autoptr(xmlDoc) as_failed = assert_valid(failed, "junit.rng");
    assert_counts(as_failed);
    assert_int_equal(number(as_failed, "/testsuites/@failures"), 3);
    assert_int_equal(number(as_failed, "count(//failure[@type = 'index.duplicate'])"), 1);
}

/* ---- requirements ---- */

#define CASE(id)                                                                                   \
    "//testsuite[@name = 'canvas.requirements']/testcase[starts-with(@name, '" id ": ')]"

static void
test_each_requirement_is_a_case(void **state)
{
    static const struct {
        const char *id, *as; /* the element in its case */
        const char *message; /* NULL: none */
        const char *as_when_all;
        const char *says;
    } rows[] = {
        {CASE("CANVAS-01"), "system-out", NULL, "system-out", "expect.column: 2 passed\n"},
        {CASE("CANVAS-02"), "failure",
         "CANVAS-02 failed: expect.foreign-key: on delete is not as expected", "failure",
         "expect.foreign-key: 1 failed\n"},
        {CASE("CANVAS-03"), "skipped",
         "expect.comment: there is no comment (its severity is lowered)", "failure",
         "expect.enum: 1 passed\nexpect.comment: 1 warning\n"},
        {CASE("CANVAS-04"), "skipped", "accepted until 2027-01-31: irreversible on purpose",
         "failure", "stairway.down: 1 accepted\n"},
        {CASE("CANVAS-05"), "skipped", "no passed suite", "failure", "needs: data suite\n"},
        {CASE("CANVAS-06"), "skipped", "a warning alone proves nothing", "failure", "NOT COVERED"},
        {CASE("CANVAS-08"), "skipped", "deferred: plans come with a later issue", "skipped",
         "deferred: plans come"},
    };
    for (gint all = 0; all <= 1; all++) {
        g_autoptr(PgsRecord) record = sample_requirements();
        record->require_all = all;
        g_autofree char *text = render(*state, record, "junit");
        g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
        assert_counts(document);
        g_autofree char *strict_text = render(*state, record, "junit-strict");
        g_autoptr(xmlDoc) strict = assert_valid(strict_text, "junit-strict.rng");
        assert_int_equal(number(strict, "count(//testcase)"),
                         number(document, "count(//testcase)"));
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            const char *as = all ? rows[i].as_when_all : rows[i].as;
            g_autofree char *element = g_strdup_printf("%s/%s", rows[i].id, as);
            g_autofree char *count = g_strdup_printf("count(%s)", element);
            g_autofree char *attribute = g_strdup_printf("%s/@message", element);
            g_autofree char *body = string(document, element);
            g_autofree char *message = string(document, attribute);
            if (number(document, count) != 1 || strstr(body, rows[i].says) == NULL ||
                (!all && rows[i].message != NULL && strcmp(message, rows[i].message) != 0))
                fail_msg("%s: %s: %s", element, message, body);
        }
    }
}

static void
test_suites_say_what_they_have_to_do_with(void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    g_autofree char *type = string(document, CASE("CANVAS-02") "/failure/@type");
    assert_string_equal(type, "requirement.failed");
    /* Each in the suite of requirements, and in those whose findings serve it. */
    assert_int_equal(number(document, "count(//testsuite/properties/property[@name = 'requirement' "
                                      "and @value = 'CANVAS-01: proven'])"),
                     3);
    assert_int_equal(number(document, "count(//testsuite[@name = 'canvas.cycle']/properties/"
                                      "property[@name = 'requirement'])"),
                     0);
    g_autofree char *accepted =
        string(document, "//testsuite[@name = 'canvas.stairway']//skipped/@message");
    assert_string_equal(accepted, "accepted until 2027-01-31: irreversible on purpose");
    g_autofree char *forever =
        string(document, "//testsuite[@name = 'canvas.redundancy']//skipped/@message");
    assert_string_equal(forever, "accepted: the specification asks for both");
}

static void
test_server_versions_are_told_apart(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    static const char *const versions[] = {"13.22", "17.6", "17.6"};
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++)
        sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same")->server_version =
            g_strdup(versions[i]);
    g_autofree char *of_one = render(*state, record, "junit");
    assert_null(strstr(of_one, "[PostgreSQL"));
    g_free(system->server_version);
    system->server_version = g_strdup("13.22, 17.6");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_int_equal(number(document, "count(//testcase[@name = 'same [PostgreSQL 13.22]'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same [PostgreSQL 17.6]'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same [PostgreSQL 17.6] (2)'])"),
                     1);
}

/* Two servers of one version too, and no two cases of one name. */
static void
test_servers_are_told_apart(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    sample_add_server(system, "docker:15", "15.18", 1);
    sample_add_server(system, "local:15", "15.18", 1);
    for (guint i = 0; i < 4; i++)
        sample_on_server(record, system, i % 2, "a.b", PGS_STATUS_PASSED, "same");
    /* What is the same on all. */
    sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    static const char *const names[] = {"same", "same [docker:15]", "same [local:15]",
                                        "same [docker:15] (2)", "same [local:15] (2)"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("count(//testcase[@name = '%s'])", names[i]);
        assert_int_equal(number(document, path), 1);
    }
    assert_int_equal(number(document, "count(//property[@name = 'server'])"), 2);
}

/* It stands in each case's name. */
static void
test_a_servers_name_is_one_line(void **state)
{
    g_autoptr(PgsRecord) record = sample_matrix();
    PgsRecordServer *server = ((PgsRecordSystem *)record->systems->pdata[0])->servers->pdata[0];
    for (guint i = 0; i < record->findings->len; i++) {
        PgsFinding *finding = record->findings->pdata[i];
        if (g_strcmp0(finding->server, server->name) == 0) {
            g_free(finding->server);
            finding->server = g_strdup("a\nb");
        }
    }
    g_free(server->name);
    server->name = g_strdup("a\nb");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_true(number(document, "count(//testcase[contains(@name, '[a b]')])") > 0);
}

static void
test_equal_titles_get_names_of_their_own(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    for (guint i = 0; i < 3; i++)
        sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_int_equal(number(document, "count(//testcase[@name = 'same'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same (2)'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same (3)'])"), 1);
}

static void
test_bare_records_and_findings(void **state)
{
    g_autoptr(PgsRecord) empty = sample_record("x");
    g_autofree char *text = render(*state, empty, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_counts(document);
    assert_int_equal(number(document, "/testsuites/@tests"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'something was verified']/error)"),
                     1);
    g_autofree char *strict_text = render(*state, empty, "junit-strict");
    g_autoptr(xmlDoc) strict = assert_valid(strict_text, "junit-strict.rng");
    /* A part that no work fell to is well. */
    g_ptr_array_add(empty->shards, pgs_record_shard_new(3, 3, "b7e23ec29af22b0b4e41da31e868d572"));
    g_autofree char *idle_text = render(*state, empty, "junit");
    g_autoptr(xmlDoc) idle = assert_valid(idle_text, "junit.rng");
    assert_int_equal(number(idle, "/testsuites/@tests"), 0);
    /* So is a suite that skips all of its tests. */
    g_autoptr(PgsRecord) skipping = sample_record("x");
    sample_finding(skipping, "suite.rows", PGS_STATUS_SKIPPED, NULL, "needs PostgreSQL 17");
    g_autofree char *skipping_text = render(*state, skipping, "junit");
    g_autoptr(xmlDoc) skipping_document = assert_valid(skipping_text, "junit.rng");
    assert_int_equal(number(skipping_document, "count(//error)"), 0);

    /* A finding of the run, with nothing but its check; the id has no group. */
    pgs_record_add(empty, pgs_finding_new("odd", PGS_STATUS_FAILED, NULL, NULL, NULL));
    g_autofree char *bare = render(*state, empty, "junit");
    g_autoptr(xmlDoc) bare_document = xmlReadMemory(bare, (int)strlen(bare), "x", NULL, 0);
    g_autofree char *suite = string(bare_document, "//testsuite/@name");
    g_autofree char *name = string(bare_document, "//testcase/@name");
    g_autofree char *message = string(bare_document, "//failure/@message");
    assert_string_equal(suite, "pgstair.odd");
    assert_string_equal(name, "odd");
    assert_string_equal(message, "odd");
}

static void
test_hostile_names_survive(void **state)
{
    g_autoptr(PgsRecord) record = sample_hostile();
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    g_autofree char *name = string(document, "//testcase[failure]/@name");
    assert_string_equal(name, "<b>&amp;\"' \\u001B[31mred\\u0007 \xf0\x9f\x98\x80 ]]>");
    g_autofree char *suite = string(document, "//testsuite[1]/@name");
    assert_string_equal(suite, "sys<tem> & \"co.\" ]]> --> \\u001B[31m.stairway");
    assert_true(number(document, "count(//testcase[string-length(@name) = 10000])") >= 1);
    g_autofree char *strict = render(*state, record, "junit-strict");
    g_autoptr(xmlDoc) strict_document = assert_valid(strict, "junit-strict.rng");
    assert_counts(strict_document);
}

static void
test_six_thousand_findings(void **state)
{
    g_autoptr(PgsRecord) record = sample_large(2000);
    g_autofree char *record_path = g_build_filename(*state, "record.xml", NULL);
    gint64 start = g_get_monotonic_time();
    assert_true(pgs_record_write(record, record_path, NULL));
    gint64 written = g_get_monotonic_time();
    g_autofree char *text = render(*state, record, "junit");
    gint64 end = g_get_monotonic_time();
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_counts(document);
    assert_int_equal(number(document, "count(//testcase)"), 6000);
    print_message("6,000 findings: record in %.1f ms, JUnit in %.1f ms\n",
                  (double)(written - start) / 1e3, (double)(end - written) / 1e3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_junit),
        cmocka_unit_test(test_samples_render_as_their_records_do),
        cmocka_unit_test(test_strict_has_only_what_the_xunit_plugin_knows),
        cmocka_unit_test(test_a_failure_tells_the_whole_story),
        cmocka_unit_test(test_warnings_fail_when_they_shall),
        cmocka_unit_test(test_each_requirement_is_a_case),
        cmocka_unit_test(test_suites_say_what_they_have_to_do_with),
        cmocka_unit_test(test_server_versions_are_told_apart),
        cmocka_unit_test(test_servers_are_told_apart),
        cmocka_unit_test(test_a_servers_name_is_one_line),
        cmocka_unit_test(test_equal_titles_get_names_of_their_own),
        cmocka_unit_test(test_bare_records_and_findings),
        cmocka_unit_test(test_hostile_names_survive),
        cmocka_unit_test(test_six_thousand_findings),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

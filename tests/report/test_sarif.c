/* Covers harness/report/sarif.c, issue.c and json_text.c. */
#include "report/reader_fixture.h"

#include "report/writer.h"

#include <json-glib/json-glib.h>

/* The run of the report, which belongs to *parser. */
static JsonObject *
run_of(const char *text, JsonParser **parser)
{
    g_autoptr(GError) error = NULL;
    *parser = json_parser_new();
    if (!json_parser_load_from_data(*parser, text, -1, &error))
        fail_msg("%s", error->message);
    JsonObject *root = json_node_get_object(json_parser_get_root(*parser));
    return json_array_get_object_element(json_object_get_array_member(root, "runs"), 0);
}

static JsonObject *
result_at(JsonObject *run, guint index)
{
    JsonArray *results = json_object_get_array_member(run, "results");
    assert_true(index < json_array_get_length(results));
    return json_array_get_object_element(results, index);
}

static guint
n_results(JsonObject *run)
{
    return json_array_get_length(json_object_get_array_member(run, "results"));
}

/* The member of the first location, through objects: "artifactLocation", "uri". */
static const char *
uri_of(JsonObject *result)
{
    JsonObject *location =
        json_array_get_object_element(json_object_get_array_member(result, "locations"), 0);
    JsonObject *physical = json_object_get_object_member(location, "physicalLocation");
    JsonObject *artifact = json_object_get_object_member(physical, "artifactLocation");
    return json_object_get_string_member(artifact, "uri");
}

static const char *
fingerprint_of(JsonObject *result)
{
    return json_object_get_string_member(
        json_object_get_object_member(result, "partialFingerprints"), "pgstairCase/v1");
}

static void
write_samples(const char *folder)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        g_autoptr(PgsRecord) record = reader_samples[i].make();
        g_autofree char *name = g_strconcat(reader_samples[i].name, ".sarif", NULL);
        g_autofree char *text = pgs_sarif_render(record);
        g_autofree char *path = reader_write(folder, name, text);
    }
}

static void
test_valid_by_the_schema(void **state)
{
    g_autofree char *modules = reader_modules("@microsoft/sarif-multitool-linux");
    g_autofree char *schema =
        g_build_filename(modules, "@microsoft", "sarif-multitool-linux", "sarif-2.1.0.json", NULL);
    write_samples(*state);
    reader_assert_valid(schema, *state);
}

/* Microsoft's own validator, whose rules ask for more than the schema. */
static void
test_multitool_finds_no_error(void **state)
{
    int status;
    g_autofree char *modules = reader_modules("@microsoft/sarif-multitool-linux");
    g_autofree char *packed =
        g_build_filename(modules, "@microsoft", "sarif-multitool-linux", "Sarif.Multitool", NULL);
    /* npm leaves it without the right to run. */
    g_autofree char *program = g_build_filename(*state, "multitool", NULL);
    g_autofree char *copied = reader_run(&status, "install", "-m", "755", packed, program, NULL);
    assert_int_equal(status, 0);
    write_samples(*state);
    g_autofree char *files = g_build_filename(*state, "*.sarif", NULL);
    g_autofree char *output = reader_run(&status, "env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
                                         program, "validate", files, NULL);
    g_autofree char *all = g_strdup_printf("%u files scanned", (guint)G_N_ELEMENTS(reader_samples));
    if (status != 0 || strstr(output, ": error ") != NULL || strstr(output, all) == NULL)
        fail_msg("status %d: %.3000s", status, output);
}

static void
test_results_say_what_and_where(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = pgs_sarif_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonObject *run = run_of(text, &parser);
    static const struct {
        const char *rule, *level, *uri;
        gint64 line;
    } rows[] = {
        {"stairway.down", "error", "migrations/canvas/002_canvas_tables.down.sql", 1},
        {"stairway.again", "error", "migrations/canvas/002_canvas_tables.up.sql", 4},
        {"drift.model", "error", "models/canvas.sql", 3},
        /* It names no file: its revision's. */
        {"index.duplicate", "warning", "migrations/canvas/002_canvas_tables.up.sql", 1},
        {"folder.unmatched", "note", "migrations/canvas/README.md", 1},
    };
    assert_int_equal(n_results(run), G_N_ELEMENTS(rows));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        JsonObject *result = result_at(run, i);
        JsonObject *location =
            json_array_get_object_element(json_object_get_array_member(result, "locations"), 0);
        JsonObject *region = json_object_get_object_member(
            json_object_get_object_member(location, "physicalLocation"), "region");
        assert_string_equal(json_object_get_string_member(result, "ruleId"), rows[i].rule);
        assert_int_equal(json_object_get_int_member(result, "ruleIndex"), i);
        assert_string_equal(json_object_get_string_member(result, "level"), rows[i].level);
        assert_string_equal(uri_of(result), rows[i].uri);
        assert_int_equal(json_object_get_int_member(region, "startLine"), rows[i].line);
    }
}

static void
test_accepted_is_suppressed(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *text = pgs_sarif_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonObject *run = run_of(text, &parser);
    guint suppressed = 0;
    for (guint i = 0; i < n_results(run); i++) {
        JsonObject *result = result_at(run, i);
        if (!json_object_has_member(result, "suppressions"))
            continue;
        JsonObject *suppression =
            json_array_get_object_element(json_object_get_array_member(result, "suppressions"), 0);
        assert_string_equal(json_object_get_string_member(suppression, "kind"), "external");
        assert_string_equal(json_object_get_string_member(suppression, "status"), "accepted");
        if (suppressed++ == 0)
            assert_string_equal(json_object_get_string_member(suppression, "justification"),
                                "until 2027-01-31: irreversible on purpose");
    }
    assert_int_equal(suppressed, 2);
}

/* With --require-all what is not covered fails the run, though no finding does. */
static void
test_uncovered_requirements_are_results(void **state)
{
    (void)state;
    for (gint all = FALSE; all <= TRUE; all++) {
        g_autoptr(PgsRecord) record = sample_requirements();
        record->require_all = all;
        g_autofree char *text = pgs_sarif_render(record);
        assert_int_equal(strstr(text, "requirement CANVAS-05 is not proven") != NULL, all);
        assert_null(strstr(text, "requirement CANVAS-08 is not proven")); /* deferred */
        assert_null(strstr(text, "requirement CANVAS-02 is not proven")); /* its finding says it */
    }
}

static PgsRecord *
two_alike(guint line)
{
    PgsRecord *record = sample_record("x");
    sample_system(record, "canvas", 1);
    for (guint i = 0; i < 2; i++) {
        PgsFinding *finding =
            sample_finding(record, "a.b", PGS_STATUS_FAILED, "001", "the same title");
        finding->file = g_strdup("./a dir/ü%20#?.sql");
        finding->line = line;
        finding->message = g_strdup_printf("%u left", line);
    }
    return record;
}

static void
test_fingerprints(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) before = two_alike(4), after = two_alike(40);
    g_autofree char *first = pgs_sarif_render(before), *second = pgs_sarif_render(after);
    g_autoptr(JsonParser) first_parser = NULL, second_parser = NULL;
    JsonObject *first_run = run_of(first, &first_parser);
    JsonObject *second_run = run_of(second, &second_parser);
    for (guint i = 0; i < 2; i++)
        assert_string_equal(fingerprint_of(result_at(first_run, i)),
                            fingerprint_of(result_at(second_run, i)));
    assert_string_not_equal(fingerprint_of(result_at(first_run, 0)),
                            fingerprint_of(result_at(first_run, 1)));
    assert_string_equal(uri_of(result_at(first_run, 0)), "a%20dir/%C3%BC%2520%23%3F.sql");
}

/* A whole path below the working folder is relative to it; another stays whole. */
static void
test_whole_paths(void **state)
{
    (void)state;
    g_autofree char *here = g_get_current_dir();
    g_autoptr(PgsRecord) record = two_alike(1);
    PgsFinding *inside = record->findings->pdata[0], *outside = record->findings->pdata[1];
    g_free(inside->file);
    inside->file = g_build_filename(here, "migrations", "x.sql", NULL);
    g_free(outside->file);
    outside->file = g_strconcat(here, "-other/x.sql", NULL);
    g_autofree char *text = pgs_sarif_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonObject *run = run_of(text, &parser);
    assert_string_equal(uri_of(result_at(run, 0)), "migrations/x.sql");
    assert_true(g_str_has_prefix(uri_of(result_at(run, 1)), "file:///"));
}

static void
test_no_more_than_code_scanning_takes(void **state)
{
    (void)state;
    enum { LIMIT = 25000, MORE = 30000 };
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_system(record, "canvas", 1);
    for (guint i = 0; i < MORE; i++) {
        PgsFinding *finding = sample_finding(record, "a.b", PGS_STATUS_WARNING, NULL, "w");
        finding->message = g_strdup_printf("%u", i);
    }
    sample_finding(record, "a.c", PGS_STATUS_FAILED, NULL, "the one that matters");
    g_autofree char *text = pgs_sarif_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonObject *run = run_of(text, &parser);
    assert_int_equal(n_results(run), LIMIT);
    assert_string_equal(json_object_get_string_member(result_at(run, 0), "ruleId"), "a.c");
    assert_non_null(strstr(text, "5001 results are left out"));
}

/* Without results, code scanning would take all that the last run has found for mended. */
static void
test_nothing_verified_is_no_success(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_finding(record, "cycle.up", PGS_STATUS_SKIPPED, NULL, "base to head");
    for (guint n = 0; n < 2; n++) {
        gboolean judged = n == 1;
        g_autofree char *text = pgs_sarif_render(record);
        g_autoptr(JsonParser) parser = NULL;
        JsonArray *invocations = json_object_get_array_member(run_of(text, &parser), "invocations");
        JsonObject *invocation = json_array_get_object_element(invocations, 0);
        assert_int_equal(json_object_get_boolean_member(invocation, "executionSuccessful"), judged);
        assert_int_equal(json_object_has_member(invocation, "toolExecutionNotifications"), !judged);
        sample_finding(record, "cycle.down", PGS_STATUS_PASSED, NULL, "head to base");
    }
}

static void
test_migrations_are_artifacts(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    const PgsRecordSystem *system = record->systems->pdata[0];
    const PgsRecordRevision *revision = system->revisions->pdata[0];
    const PgsRecordFile *file = revision->files->pdata[0];
    g_autofree char *text = pgs_sarif_render(record);
    assert_non_null(strstr(text, file->sha256));
    assert_non_null(strstr(text, system->git->commit));
}

static void
test_golden(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = pgs_sarif_render(record);
    g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", "failing.sarif", NULL);
    assert_golden(golden, text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_valid_by_the_schema),
        READER_TEST(test_multitool_finds_no_error),
        READER_TEST(test_results_say_what_and_where),
        READER_TEST(test_accepted_is_suppressed),
        READER_TEST(test_uncovered_requirements_are_results),
        READER_TEST(test_fingerprints),
        READER_TEST(test_whole_paths),
        READER_TEST(test_no_more_than_code_scanning_takes),
        READER_TEST(test_nothing_verified_is_no_success),
        READER_TEST(test_migrations_are_artifacts),
        READER_TEST(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

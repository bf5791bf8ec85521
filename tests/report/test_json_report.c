/* Covers harness/report/json_report.c, json_report_system.c and reports/record.schema.json. */
#include "report/reader_fixture.h"

#include "report/writer.h"

#include <json-glib/json-glib.h>

static JsonObject *
parse(const char *text, JsonParser **parser)
{
    g_autoptr(GError) error = NULL;
    *parser = json_parser_new();
    if (!json_parser_load_from_data(*parser, text, -1, &error))
        fail_msg("%s", error->message);
    return json_node_get_object(json_parser_get_root(*parser));
}

/* The schema closes its objects: a member that it does not describe is refused too. */
static void
test_valid_by_the_schema(void **state)
{
    g_autofree char *schema =
        g_build_filename(PGS_SOURCE_DIR, "reports", "record.schema.json", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        g_autoptr(PgsRecord) record = reader_samples[i].make();
        g_autofree char *text = pgs_json_render(record);
        g_autofree char *again = pgs_json_render(record);
        g_autofree char *path = reader_write(*state, reader_samples[i].name, text);
        assert_string_equal(text, again);
    }
    reader_assert_valid(schema, *state);
}

static void
test_everything_is_there(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = pgs_json_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonObject *root = parse(text, &parser);
    assert_int_equal(json_object_get_int_member(root, "version"), 1);
    assert_string_equal(json_object_get_string_member(root, "verdict"), "failed");
    assert_true(json_object_get_double_member(root, "duration") == 0.398007);
    JsonObject *counts = json_object_get_object_member(root, "counts");
    assert_int_equal(json_object_get_int_member(counts, "failed"), 2);
    JsonArray *findings = json_object_get_array_member(root, "findings");
    assert_int_equal(json_array_get_length(findings), record->findings->len);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        JsonObject *object = json_array_get_object_element(findings, i);
        assert_string_equal(json_object_get_string_member(object, "title"), finding->title);
        assert_int_equal(json_object_has_member(object, "detail"), finding->detail != NULL);
        assert_string_equal(json_object_get_string_member(object, "status"),
                            pgs_status_name(finding->status));
    }
    JsonObject *system =
        json_array_get_object_element(json_object_get_array_member(root, "systems"), 0);
    const PgsRecordSystem *of_record = record->systems->pdata[0];
    assert_int_equal(json_array_get_length(json_object_get_array_member(system, "revisions")),
                     of_record->revisions->len);
    assert_string_equal(
        json_object_get_string_member(json_object_get_object_member(system, "git"), "commit"),
        of_record->git->commit);
}

static void
test_verdicts(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) passing = sample_passing(), nothing = sample_record("x");
    g_autofree char *verified = pgs_json_render(passing), *none = pgs_json_render(nothing);
    assert_non_null(strstr(verified, "\"verdict\" : \"verified\""));
    assert_non_null(strstr(none, "\"verdict\" : \"nothing verified\""));
}

static void
test_parameters_and_plans_keep_their_types(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_plans();
    g_autofree char *text = pgs_json_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonObject *root = parse(text, &parser);
    JsonObject *finding =
        json_array_get_object_element(json_object_get_array_member(root, "findings"), 0);
    JsonObject *plan =
        json_array_get_object_element(json_object_get_array_member(finding, "plans"), 0);
    JsonArray *parameters = json_object_get_array_member(plan, "parameters");
    assert_true(json_array_get_null_element(parameters, 1));
    assert_true(JSON_NODE_HOLDS_ARRAY(json_object_get_member(plan, "json")));
    assert_true(json_object_get_double_member(plan, "actualRows") == 4.5);
    assert_int_equal(json_object_get_int_member(plan, "sharedRead"), 0);
}

static void
test_large_records_are_written_in_time(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_large(7000);
    gint64 start = g_get_monotonic_time();
    g_autofree char *text = pgs_json_render(record);
    gint64 took = g_get_monotonic_time() - start;
    assert_true(strlen(text) > 1000000);
    /* 0.3 s where this was written; with room for sanitizers, valgrind and busy machines. */
    assert_true(took < 30 * G_USEC_PER_SEC);
}

static void
test_golden(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *text = pgs_json_render(record);
    g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", "requirements.json", NULL);
    assert_golden(golden, text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_valid_by_the_schema),
        READER_TEST(test_everything_is_there),
        READER_TEST(test_verdicts),
        READER_TEST(test_parameters_and_plans_keep_their_types),
        READER_TEST(test_large_records_are_written_in_time),
        READER_TEST(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

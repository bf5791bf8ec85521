/* Covers harness/report/codequality.c. */
#include "report/reader_fixture.h"

#include "report/writer.h"

#include <json-glib/json-glib.h>

/* As GitLab's documentation has it ("Code Quality report format"): these members, of these types.
 */
static void
assert_issue(JsonObject *issue, GHashTable *fingerprints)
{
    static const char *const severities[] = {"info", "minor", "major", "critical", "blocker", NULL};
    const char *fingerprint = json_object_get_string_member(issue, "fingerprint");
    JsonObject *location = json_object_get_object_member(issue, "location");
    JsonObject *lines = json_object_get_object_member(location, "lines");
    const char *path = json_object_get_string_member(location, "path");
    assert_true(*json_object_get_string_member(issue, "description") != '\0');
    assert_non_null(strchr(json_object_get_string_member(issue, "check_name"), '.'));
    assert_true(g_strv_contains(severities, json_object_get_string_member(issue, "severity")));
    assert_true(json_object_get_int_member(lines, "begin") >= 1);
    assert_true(*path != '\0' && *path != '/' && !g_str_has_prefix(path, "./"));
    assert_int_equal(strlen(fingerprint), 64);
    assert_true(g_hash_table_add(fingerprints, g_strdup(fingerprint)));
}

static JsonArray *
parse(const char *text, JsonParser **parser)
{
    g_autoptr(GError) error = NULL;
    *parser = json_parser_new();
    if (!json_parser_load_from_data(*parser, text, -1, &error))
        fail_msg("%s", error->message);
    return json_node_get_array(json_parser_get_root(*parser));
}

static void
test_shape(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        g_autoptr(PgsRecord) record = reader_samples[i].make();
        g_autofree char *text = pgs_codequality_render(record);
        g_autoptr(JsonParser) parser = NULL;
        g_autoptr(GHashTable) fingerprints =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        JsonArray *issues = parse(text, &parser);
        PgsRecordCounts counts = pgs_record_counts(record, NULL);
        for (guint n = 0; n < json_array_get_length(issues); n++)
            assert_issue(json_array_get_object_element(issues, n), fingerprints);
        guint expected = counts.by_status[PGS_STATUS_FAILED] + counts.by_status[PGS_STATUS_ERROR] +
                         counts.by_status[PGS_STATUS_WARNING] + counts.by_status[PGS_STATUS_INFO];
        assert_true(json_array_get_length(issues) >= expected);
    }
}

/* Of issues of one fingerprint GitLab shows but the first. */
static void
test_alike_are_told_apart(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_system(record, "canvas", 1);
    for (guint i = 0; i < 3; i++)
        sample_finding(record, "a.b", PGS_STATUS_FAILED, NULL, "the same");
    g_autofree char *text = pgs_codequality_render(record);
    g_autoptr(JsonParser) parser = NULL;
    g_autoptr(GHashTable) fingerprints =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    JsonArray *issues = parse(text, &parser);
    assert_int_equal(json_array_get_length(issues), 3);
    for (guint i = 0; i < 3; i++)
        assert_issue(json_array_get_object_element(issues, i), fingerprints);
}

static void
test_the_worst_first(void **state)
{
    (void)state;
    static const char *const severities[] = {"critical", "critical", "critical", "minor", "info"};
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = pgs_codequality_render(record);
    g_autoptr(JsonParser) parser = NULL;
    JsonArray *issues = parse(text, &parser);
    assert_int_equal(json_array_get_length(issues), G_N_ELEMENTS(severities));
    for (guint i = 0; i < G_N_ELEMENTS(severities); i++)
        assert_string_equal(
            json_object_get_string_member(json_array_get_object_element(issues, i), "severity"),
            severities[i]);
}

static void
test_nothing_is_an_empty_list(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    g_autofree char *text = pgs_codequality_render(record);
    assert_string_equal(text, "[]\n");
}

static void
test_golden(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = pgs_codequality_render(record);
    g_autofree char *golden =
        g_build_filename(PGS_TEST_DIR, "golden", "failing.codequality.json", NULL);
    assert_golden(golden, text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),           cmocka_unit_test(test_alike_are_told_apart),
        cmocka_unit_test(test_the_worst_first), cmocka_unit_test(test_nothing_is_an_empty_list),
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

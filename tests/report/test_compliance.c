/* Covers reports/compliance.xsl, compliance-data.xsl, compliance-evidence.xsl,
 * compliance-exceptions.xsl and compliance.css. */
#include "cmocka_all.h"

#include "report/reader_fixture.h"

#include <json-glib/json-glib.h>

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Takes the record over. */
static char *
render(PgsRecord *record)
{
    g_autoptr(GError) error = NULL;
    if (record->sources->len == 0)
        g_ptr_array_add(record->sources, pgs_record_source_new("it's run.xml", DIGEST));
    char *text = pgs_report_render(record, "compliance", NULL, &error);
    if (text == NULL)
        fail_msg("%s", error->message);
    pgs_record_free(record);
    return text;
}

static void
assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, text);
}

/* What stands between two words is taken out. */
static void
cut(GString *text, const char *from, const char *to)
{
    char *begin = strstr(text->str, from);
    char *end = begin != NULL ? strstr(begin + strlen(from), to) : NULL;
    assert_non_null(end);
    gsize place = (gsize)(begin - text->str) + strlen(from);
    g_string_erase(text, (gssize)place, end - (text->str + place));
}

static void
test_golden(void **state)
{
    (void)state;
    g_autofree char *rendered = render(sample_requirements());
    g_autofree char *golden =
        g_build_filename(PGS_TEST_DIR, "golden", "compliance-requirements.html", NULL);
    /* What every version and each line of the style would change. */
    GString *text = g_string_new(rendered);
    cut(text, "<style>", "</style>");
    cut(text, "style-src '", "'");
    cut(text, "content=\"pgstair ", "\"");
    cut(text, "\"writer\": \"", "\"");
    assert_golden(golden, text->str);
    g_string_free(text, TRUE);
}

/* The data that it holds; json_object_unref(). */
static JsonObject *
read_data(const char *text)
{
    const char *begin = strstr(text, "id=\"pgstair-compliance\">");
    assert_non_null(begin);
    begin = strchr(begin, '>') + 1;
    g_autoptr(GError) error = NULL;
    g_autofree char *data = g_strndup(begin, (gsize)(strstr(begin, "</script>") - begin));
    g_autoptr(JsonNode) root = json_from_string(data, &error);
    if (root == NULL)
        fail_msg("%s: %s", error->message, data);
    return json_object_ref(json_node_get_object(root));
}

static PgsRecord *
of_status(PgsStatus status)
{
    PgsRecord *record = sample_record("pgstair verify canvas");
    sample_system(record, "canvas", 2);
    sample_finding(record, "stairway.up", PGS_STATUS_SKIPPED, NULL, "left out");
    if (status != PGS_STATUS_SKIPPED)
        sample_finding(record, "cycle.up", status, NULL, "base to head");
    return record;
}

static PgsRecord *
passed(void)
{
    return of_status(PGS_STATUS_PASSED);
}

static PgsRecord *
failed(void)
{
    return of_status(PGS_STATUS_FAILED);
}

static PgsRecord *
not_judged(void)
{
    return of_status(PGS_STATUS_ERROR);
}

static PgsRecord *
warned(void)
{
    return of_status(PGS_STATUS_WARNING);
}

static PgsRecord *
warned_and_counted(void)
{
    PgsRecord *record = of_status(PGS_STATUS_WARNING);
    record->fail_on_warning = TRUE;
    return record;
}

static PgsRecord *
nothing(void)
{
    return of_status(PGS_STATUS_SKIPPED);
}

static PgsRecord *
part(void)
{
    PgsRecord *record = passed();
    g_ptr_array_add(record->shards, pgs_record_shard_new(2, 3, "abc"));
    return record;
}

static PgsRecord *
unmet(void)
{
    PgsRecord *record = passed();
    sample_requirement(record->systems->pdata[0], "R-1", NULL, "it works");
    record->require_all = TRUE;
    return record;
}

static PgsRecord *
uncovered(void)
{
    PgsRecord *record = unmet();
    record->require_all = FALSE;
    return record;
}

/* The verdict is that of the exit code, and a report that is none has nothing to sign. */
static void
test_verdicts(void **state)
{
    (void)state;
    static const struct {
        PgsRecord *(*make)(void);
        gboolean verified;
        const char *says;
    } rows[] = {
        {passed, TRUE, "1 check passed, and nothing failed."},
        {failed, FALSE, "1 check failed, or could not be judged"},
        {not_judged, FALSE, "NOT JUDGED: "},
        {warned, TRUE, "1 warning: section 3"},
        {warned_and_counted, FALSE, "1 check failed"},
        {nothing, FALSE, "nothing was verified"},
        {part, FALSE, "the run is incomplete: here is part 2 of 3"},
        {unmet, FALSE, "1 requirement is not met"},
        {uncovered, TRUE, "1 requirement is not proven (0 deferred)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = render(rows[i].make());
        g_autoptr(JsonObject) data = read_data(text);
        assert_says(text, rows[i].says);
        assert_string_equal(json_object_get_string_member(data, "verdict"),
                            rows[i].verified ? "verified" : "not verified");
        assert_int_equal(strstr(text, "<strong>VERIFIED") != NULL, rows[i].verified);
        assert_int_equal(strstr(text, "Signed off by") != NULL, rows[i].verified);
        assert_int_equal(strstr(text, "NOT VERIFIED") == NULL, rows[i].verified);
    }
}

/* How it is checked stands in it, as a shell takes it. */
static void
test_the_command_that_checks_it(void **state)
{
    (void)state;
    g_autofree char *text = render(passed());
    assert_says(text,
                "pgstair report --check COMPLIANCE-REPORT.html <bdi>'it'\\''s run.xml'</bdi>");
    assert_says(text, "Record SHA-256 0123456789abcdef…");
}

static void
test_exceptions_without_an_end_are_marked(void **state)
{
    (void)state;
    PgsRecord *record = sample_requirements();
    PgsRecordSystem *system = record->systems->pdata[0];
    g_ptr_array_add(system->tolerances, pgs_record_tolerance_new("column-order"));
    g_autofree char *text = render(record);
    assert_says(text, "! no end");
    assert_says(text, "none was given");
    assert_says(text, "the command line");
    assert_says(text, "irreversible on purpose");
}

/* Whatever a name holds, it is text: in the page and in its data. */
static void
test_hostile_names_are_text(void **state)
{
    (void)state;
    PgsRecord *record = sample_hostile();
    g_autofree char *text = render(record);
    g_autoptr(JsonObject) data = read_data(text);
    JsonObject *system =
        json_array_get_object_element(json_object_get_array_member(data, "systems"), 0);
    assert_true(g_str_has_prefix(json_object_get_string_member(system, "name"), "sys<tem> & \""));
    guint n_scripts = 0;
    for (const char *script = text; (script = strstr(script, "<script")) != NULL; script++)
        n_scripts++;
    assert_int_equal(n_scripts, 1);
    assert_null(strstr(text, "<img"));
}

/* The pages that the checkers below look at. */
static char *
write_page(const char *folder, const char *name, PgsRecord *record)
{
    g_autofree char *text = render(record);
    g_autofree char *file = g_strconcat(name, ".html", NULL);
    return reader_write(folder, file, text);
}

static void
assert_script(void **state, const char *script, const char *package)
{
    g_autofree char *modules = reader_modules(package);
    g_autofree char *path = g_build_filename(PGS_TEST_DIR, "page", script, NULL);
    g_autofree char *good = write_page(*state, "passing", sample_passing());
    g_autofree char *bad = write_page(*state, "requirements", sample_requirements());
    int status;
    g_setenv("PGSTAIR_MODULES", modules, TRUE);
    g_autofree char *output = reader_run(&status, "node", path, good, bad, NULL);
    if (status != 0)
        fail_msg("%s: %s", script, output);
}

static void
test_html_validate_finds_nothing(void **state)
{
    assert_script(state, "validate.mjs", "html-validate");
}

/* In light and dark, wide and narrow; nor is anything asked for, or stopped by the policy. */
static void
test_axe_finds_nothing(void **state)
{
    g_autofree char *chromium = g_find_program_in_path("chromium");
    if (chromium == NULL)
        reader_missing("chromium");
    assert_script(state, "accessible.mjs", "axe-core");
}

/* A failed run says so on each sheet. */
static void
test_print(void **state)
{
    g_autofree char *chromium = g_find_program_in_path("chromium");
    if (chromium == NULL)
        reader_missing("chromium");
    g_autofree char *modules = reader_modules("puppeteer-core");
    g_autofree char *script = g_build_filename(PGS_TEST_DIR, "page", "print.mjs", NULL);
    g_autofree char *page = write_page(*state, "requirements", sample_requirements());
    g_autofree char *pdf = g_build_filename(*state, "page.pdf", NULL);
    int status;
    g_setenv("PGSTAIR_MODULES", modules, TRUE);
    g_autofree char *nothing_said = reader_run(&status, "node", script, page, pdf, NULL);
    assert_int_equal(status, 0);
    g_autofree char *text = reader_run(&status, "pdftotext", "-layout", pdf, "-", NULL);
    assert_int_equal(status, 0);
    g_auto(GStrv) sheets = g_strsplit(text, "\f", -1);
    guint n = g_strv_length(sheets) - 1;
    assert_true(n >= 2);
    for (guint i = 0; i < n; i++) {
        g_autofree char *number = g_strdup_printf("Page %u of %u", i + 1, n);
        assert_says(sheets[i], "NOT VERIFIED");
        assert_says(sheets[i], number);
        assert_says(sheets[i], "Record SHA-256 0123456789abcdef");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_the_command_that_checks_it),
        cmocka_unit_test(test_exceptions_without_an_end_are_marked),
        cmocka_unit_test(test_hostile_names_are_text),
        READER_TEST(test_html_validate_finds_nothing),
        READER_TEST(test_axe_finds_nothing),
        READER_TEST(test_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

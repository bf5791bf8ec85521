/* Covers reports/html.xsl, its parts, html.css and html.js.  The scripts of page/ say what
 * Chromium, html-validate and axe-core are asked. */
#include "reader_fixture.h"

#include "large_record.h"
#include "record/record_xml.h"

/* A page is made in one of these, a browser is given the other; they are for machines with much
 * else to do. */
#define RENDER_SECONDS 20.0
#define OPEN_SECONDS "10"
#define LARGEST_PAGE (25 * 1024 * 1024)

static char *
page_write(const char *folder, const PgsRecord *record, const char *name)
{
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(folder, name, NULL);
    if (!pgs_report_write(record, "html", path, &error))
        fail_msg("%s", error->message);
    return path;
}

static char *
page_text(const PgsRecord *record)
{
    g_autoptr(GError) error = NULL;
    gsize length;
    char *text = pgs_report_render(record, "html", &length, &error);
    if (text == NULL)
        fail_msg("%s", error->message);
    return text;
}

/* Runs page/NAME with the arguments, which NULL ends; all that it complains of is the failure. */
static void
page_ask(const char *package, const char *script, const char *const *arguments)
{
    g_autofree char *modules = reader_modules(package);
    g_autofree char *path = g_build_filename(PGS_TEST_DIR, "page", script, NULL);
    g_autofree char *node = g_find_program_in_path("node");
    g_autofree char *chromium = g_find_program_in_path("chromium");
    if (node == NULL)
        reader_missing("node");
    if (chromium == NULL && strcmp(package, "html-validate") != 0)
        reader_missing("chromium");
    g_autoptr(PgsProcess) process = pgs_process_new(node);
    pgs_process_add(process, path);
    for (; *arguments != NULL; arguments++)
        pgs_process_add(process, *arguments);
    pgs_process_set_env(process, "PGSTAIR_MODULES", modules);
    if (chromium != NULL)
        pgs_process_set_env(process, "PGSTAIR_CHROMIUM", chromium);
    pgs_process_set_timeout(process, 180000);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    if (*result.output != '\0')
        print_message("%s", result.output);
    if (result.exit_status == 0)
        return;
    /* A message of cmocka's holds no more than 1,024 bytes. */
    print_error("%s: %.8000s\n", script, result.errors);
    fail_msg("%s: see above", script);
}

/* Text between two marks, from *text on, which is moved behind it; NULL: there is none. */
static char *
between(const char **text, const char *from, const char *to)
{
    const char *begin = strstr(*text, from);
    const char *end = begin != NULL ? strstr(begin + strlen(from), to) : NULL;
    if (end == NULL)
        return NULL;
    begin += strlen(from);
    *text = end;
    return g_strndup(begin, (gsize)(end - begin));
}

/* Without what stands between two marks, wherever they are. */
static void
cut(GString *text, const char *from, const char *to)
{
    gsize place = 0;
    for (char *begin; (begin = strstr(text->str + place, from)) != NULL;) {
        char *inside = begin + strlen(from);
        char *end = strstr(inside, to);
        if (end == NULL)
            return;
        place = (gsize)(inside - text->str);
        g_string_erase(text, (gssize)place, end - inside);
    }
}

/* The page without style, script and drawing: they have tests of their own, and the drawing is laid
 * out by whatever Graphviz is here. */
static void
test_golden(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *page = page_text(record);
    g_autoptr(GString) text = g_string_new(page);
    cut(text, "<style>", "</style>");
    cut(text, "<script>", "</script>");
    cut(text, "'sha256-", "'");
    cut(text, "<div class=\"diagrams\">", "<h4>As tables");
    /* A line for each element: git shows what changed. */
    g_string_replace(text, "><", ">\n<", 0);
    g_autofree char *path =
        g_build_filename(PGS_TEST_DIR, "golden", "html-requirements.html", NULL);
    assert_golden(path, text->str);
}

static char *
source_of(const char *text)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;
    g_checksum_update(checksum, (const guchar *)text, -1);
    g_checksum_get_digest(checksum, digest, &length);
    g_autofree char *base64 = g_base64_encode(digest, length);
    return g_strdup_printf("'sha256-%s'", base64);
}

/* Nothing but the one style and the one script, by their digests. */
static void
test_policy(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_hostile();
    g_autofree char *page = page_text(record);
    const char *rest = page;
    g_autofree char *policy =
        between(&rest, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    g_autofree char *style = between(&rest, "<style>", "</style>");
    g_autofree char *script = between(&rest, "<script>", "</script>");
    assert_non_null(policy);
    assert_non_null(style);
    assert_non_null(script);
    assert_true(strlen(style) > 1000 && strlen(script) > 1000);
    g_autofree char *style_source = source_of(style);
    g_autofree char *script_source = source_of(script);
    g_autofree char *expected =
        g_strdup_printf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; "
                        "form-action 'none'",
                        style_source, script_source);
    assert_string_equal(policy, expected);
    assert_null(strstr(rest, "<script>"));
    assert_true(g_str_has_prefix(page, "<!DOCTYPE html>\n<html lang=\"en\""));
}

/* The same record, the same page: ids do not depend on addresses. */
static void
test_repeatable(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_matrix();
    g_autofree char *first = page_text(record);
    g_autofree char *second = page_text(record);
    assert_string_equal(first, second);
}

static void
assert_verdict(PgsRecord *record, const char *words)
{
    g_autofree char *page = page_text(record);
    const char *rest = page;
    g_autofree char *title = between(&rest, "<title>", ": ");
    assert_string_equal(title, words);
}

static PgsRecord *
record_of(PgsStatus status, const char *check)
{
    PgsRecord *record = sample_record("pgstair verify canvas");
    sample_system(record, "canvas", 1);
    PgsFinding *finding = sample_finding(record, check, status, NULL, "it is so");
    finding->message = g_strdup("a reason");
    return record;
}

static void
test_verdicts(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *check;
        PgsStatus status;
        gboolean fail_on_warning;
        const char *words;
    } rows[] = {
        {"cycle.up", PGS_STATUS_PASSED, FALSE, "Verified"},
        {"cycle.up", PGS_STATUS_FAILED, FALSE, "Not verified"},
        {"cycle.up", PGS_STATUS_ERROR, FALSE, "Not verified"},
        {"cycle.up", PGS_STATUS_SKIPPED, FALSE, "Nothing verified"},
        {"cycle.up", PGS_STATUS_ACCEPTED, FALSE, "Verified"},
        {"folder.format", PGS_STATUS_INFO, FALSE, "Nothing verified"},
        {"accept.unused", PGS_STATUS_WARNING, FALSE, "Nothing verified"},
        {"run.same", PGS_STATUS_WARNING, FALSE, "Nothing verified"},
        {"run.same", PGS_STATUS_ERROR, FALSE, "Not verified"},
        {"cycle.up", PGS_STATUS_WARNING, FALSE, "Verified"},
        {"cycle.up", PGS_STATUS_WARNING, TRUE, "Not verified"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = record_of(rows[i].status, rows[i].check);
        record->fail_on_warning = rows[i].fail_on_warning;
        assert_verdict(record, rows[i].words);
    }
    g_autoptr(PgsRecord) empty = sample_record("pgstair verify nothing");
    assert_verdict(empty, "Nothing verified");
    /* A requirement that fails the run, with findings that all passed. */
    g_autoptr(PgsRecord) required = record_of(PGS_STATUS_PASSED, "cycle.up");
    required->require_all = TRUE;
    pgs_record_system_add_requirement(required->systems->pdata[0], "R-1", "it is never proven");
    assert_verdict(required, "Not verified");
    g_autoptr(PgsRecord) part = sample_shard();
    g_autofree char *page = page_text(part);
    assert_non_null(strstr(page, "Missing of this run’s 3 parts: number 1, 3. "));
}

/* How often the text is there. */
static guint
count_of(const char *text, const char *sought)
{
    guint n = 0;
    for (const char *at = text; (at = strstr(at, sought)) != NULL; at++)
        n++;
    return n;
}

/* A verdict on a part of the checks says so, once, and of which systems where not of all. */
static void
test_left_out(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_of(PGS_STATUS_PASSED, "cycle.up");
    sample_fact(record->systems->pdata[0], "only", "cycle, stairway.up", NULL);
    sample_fact(sample_system(record, "board", 1), "only", "cycle, stairway.up", NULL);
    g_autofree char *all = page_text(record);
    static const char said[] = "Only these checks were made: <bdi>cycle, stairway.up</bdi></p>";
    assert_int_equal(count_of(all, said), 1);
    sample_fact(record->systems->pdata[1], "skip", "plan", NULL);
    g_autofree char *one = page_text(record);
    assert_non_null(strstr(one, "These checks were left out: <bdi>plan</bdi> (of "
                                "<bdi>board</bdi>)"));
}

/* As the terminal has it: one fault that two checks met stands once among the five. */
static void
test_causes(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_record("pgstair verify canvas");
    sample_system(record, "canvas", 1);
    static const char *const checks[] = {"cycle.up", "stairway.up", "cycle.same", "cycle.same"};
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        PgsFinding *finding =
            sample_finding(record, checks[i], PGS_STATUS_FAILED, NULL, "it is so");
        finding->message = g_strdup(i < 2 ? checks[i] : "the same");
        finding->file = i < 2 ? g_strdup("001.up.sql") : NULL;
        finding->line = i < 2 ? 7 : 0;
    }
    g_autofree char *page = page_text(record);
    const char *rest = page;
    g_autofree char *first = between(&rest, "<ol class=\"first\">", "</ol>");
    assert_int_equal(count_of(first, "<li>"), 2);
    assert_non_null(strstr(first, "also <code>stairway.up</code>"));
    assert_non_null(strstr(first, "1 more that say the same"));
}

/* Nobody reads megabytes, and neither the transformation nor a browser is to choke on them. */
static void
test_endless_texts(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_of(PGS_STATUS_FAILED, "cycle.up");
    PgsFinding *finding = record->findings->pdata[0];
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < 200000; i++)
        g_string_append(lines, "+ one more line\n");
    finding->detail = g_string_free(lines, FALSE);
    finding->sql = g_strnfill(3000000, 'x');
    finding->actual = g_strdup("of 13 letters");
    g_autoptr(GTimer) timer = g_timer_new();
    g_autofree char *page = page_text(record);
    assert_true(g_timer_elapsed(timer, NULL) < RENDER_SECONDS);
    assert_true(strlen(page) < 400000);
    assert_non_null(strstr(page, "… and 2,934,464 more characters, which the run record has"));
    assert_int_equal(count_of(page, " more characters, which the run record has"), 2);
    /* What has no hint of its own has its check's. */
    assert_non_null(strstr(page, "<code>pgstair explain cycle.up</code>"));
}

/* Many files are folded, and said of one system of a repository. */
static void
test_not_clean(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_of(PGS_STATUS_PASSED, "cycle.up");
    sample_system(record, "board", 1);
    for (guint i = 0; i < 2; i++) {
        PgsRecordSystem *system = record->systems->pdata[i];
        sample_add_git(system, FALSE);
        for (guint j = 0; j < 8; j++)
            g_ptr_array_add(system->git->dirty, g_strdup_printf("?? notes-%u.txt", j));
        system->git->n_dirty = 10;
    }
    g_autofree char *page = page_text(record);
    assert_int_equal(count_of(page, "<summary>Which files</summary>"), 1);
    assert_int_equal(count_of(page, "notes-7.txt"), 1);
    assert_non_null(strstr(page, "as for <bdi>canvas</bdi>"));
    PgsRecordSystem *other = record->systems->pdata[1];
    other->git->n_dirty = 11;
    g_autofree char *apart = page_text(record);
    assert_int_equal(count_of(apart, "notes-7.txt"), 2);
}

/* Much of each: steps with long names, plans, files that differ. */
static PgsRecord *
make_tall(void)
{
    static const char *const names[] = {
        "003_a",
        "004_unique_email_addresses_of_users",
        "005_x",
        "006_y",
        "007_valid_foreign_keys",
        "008_z",
        "009_indexes",
        "010_a",
        "011_b",
        "012_some.dotted-name",
        "013_c",
    };
    PgsRecord *record = sample_requirements();
    PgsRecordSystem *system = record->systems->pdata[0];
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        sample_revision(system, names[i], names[i]);
        sample_finding(record, "stairway.up", PGS_STATUS_PASSED, names[i], "of no requirement");
        PgsFinding *plan =
            sample_finding(record, "plan.index", PGS_STATUS_PASSED, names[i], "it is used");
        sample_plan(plan, "verdict", "by the index", "Index Scan using x", 8);
    }
    PgsFinding *finding = sample_finding(record, "stairway.again", PGS_STATUS_PASSED, names[0],
                                         "the stairs are walked");
    pgs_finding_add_requirement(finding, "CANVAS-10");
    finding->server = g_strdup("local:17");
    sample_finding(record, "stairway.down", PGS_STATUS_PASSED, names[0], "x")->server =
        g_strdup("local:15");
    return record;
}

static void
test_valid(void **state)
{
    enum { MOST = G_N_ELEMENTS(reader_samples) + 2 };
    char *pages[MOST] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        g_autoptr(PgsRecord) record = reader_samples[i].make();
        g_autofree char *name = g_strconcat(reader_samples[i].name, ".html", NULL);
        pages[i] = page_write(*state, record, name);
    }
    g_autoptr(PgsRecord) tall = make_tall();
    pages[G_N_ELEMENTS(reader_samples)] = page_write(*state, tall, "tall.html");
    page_ask("html-validate", "validate.mjs", (const char *const *)pages);
    for (gsize i = 0; i < MOST; i++)
        g_free(pages[i]);
}

/* What folds on the screen is on paper: of each finding that did not pass. */
static void
assert_printed(const char *pdf)
{
    static const char *const words[] = {
        "Not verified",
        "enum type public.lifecycle_lane: 'build', 'sell', 'milk', 'reframe'",
        "What to do",
        "the downgrade must drop the type that the upgrade makes",
        "the same as the index of constraint canvases_vbu_id_key",
        "list them under plans: in pgstair.yaml",
        "base to head again",
        "gen_random_uuid()",
    };
    int status;
    g_autofree char *text = reader_run(&status, "pdftotext", "-layout", pdf, "-", NULL);
    assert_int_equal(status, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(text, words[i]) == NULL)
            fail_msg("not on paper: %s", words[i]);
    }
}

/* One browser for all of it. */
static void
test_in_chromium(void **state)
{
    g_autoptr(PgsRecord) failing = sample_failing();
    g_autoptr(PgsRecord) tall = make_tall();
    g_autoptr(PgsRecord) hostile = sample_hostile();
    g_autoptr(GError) error = NULL;
    g_autofree char *failing_page = page_write(*state, failing, "failing.html");
    g_autofree char *tall_page = page_write(*state, tall, "tall.html");
    g_autofree char *hostile_page = page_write(*state, hostile, "hostile.html");
    g_autofree char *file = g_build_filename(*state, "record.xml", NULL);
    g_autofree char *pdf = g_build_filename(*state, "page.pdf", NULL);
    if (!pgs_record_write(hostile, file, &error))
        fail_msg("%s", error->message);
    const char *const arguments[] = {
        "accessible.mjs", failing_page, tall_page, "+", "behave.mjs", failing_page, tall_page, "+",
        "hostile.mjs",    hostile_page, file,      "+", "print.mjs",  failing_page, pdf,       NULL,
    };
    g_free(reader_modules("axe-core"));
    page_ask("puppeteer-core", "all.mjs", arguments);
    assert_printed(pdf);
}

static void
test_large(void **state)
{
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    if (g_getenv("PGSTAIR_TEST_SMALL") != NULL)
        skip();
    g_autoptr(PgsRecord) record = pgs_large_record_new(2000, 20000);
    g_autoptr(GTimer) timer = g_timer_new();
    g_autofree char *page = page_write(*state, record, "large.html");
    double seconds = g_timer_elapsed(timer, NULL);
    g_autofree char *text = NULL;
    gsize length;
    assert_true(g_file_get_contents(page, &text, &length, NULL));
    print_message("made in %.2f s, %.1f MB\n", seconds, (double)length / 1e6);
    assert_true(seconds < RENDER_SECONDS);
    assert_true(length < LARGEST_PAGE);
    page_ask("puppeteer-core", "large.mjs", (const char *const[]){page, OPEN_SECONDS, NULL});
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_repeatable),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_causes),
        cmocka_unit_test(test_endless_texts),
        cmocka_unit_test(test_not_clean),
        READER_TEST(test_valid),
        READER_TEST(test_in_chromium),
        READER_TEST(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

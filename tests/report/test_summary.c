/* Covers harness/report/summary.c, summary_systems.c, summary_skipped.c, summary_requirements.c and
 * cause.c. */
#include "cmocka_all.h"

#include "record/golden.h"
#include "record/sample.h"
#include "report/cause.h"
#include "report/layout.h"
#include "report/report.h"

#include <string.h>

#define LINES_OF_A_SCREEN 24

static PgsRecord *
sample_nothing(void)
{
    PgsRecord *record = sample_record("pgstair verify migrations/empty");
    record->duration = 1500;
    return record;
}

static PgsRecord *
sample_unicode(void)
{
    PgsRecord *record = sample_record("pgstair verify 移行");
    PgsRecordSystem *system = sample_system(record, "データベース", 1);
    PgsFinding *finding = pgs_record_add(
        record, pgs_finding_new("stairway.down", PGS_STATUS_FAILED, system->name,
                                "0001_名前を付けるためのとても長いリビジョンの名前です、本当に長い",
                                "0001 を下る"));
    finding->message = g_strdup("テーブル „größe“ は残っています: "
                                "これは一行に収まらない長い文章です。 空白は 時々 しか ありません "
                                "が、 それでも 折り返し は うまく いきます");
    finding->detail = g_strdup("+ table public.\"größe ✓\"\n    é́ combining, 幅の広い文字の列: "
                               "幅の広い文字の列: 幅の広い文字の列: 幅の広い文字の列\n");
    finding->file = g_strdup("移行/0001_名前.down.sql");
    finding->line = 3;
    finding->column = 14;
    finding->hint = g_strdup("DROP TABLE \"größe ✓\"");
    record->duration = 65 * G_USEC_PER_SEC;
    return record;
}

static PgsRecord *
sample_two_thousand(void)
{
    return sample_large(667);
}

static PgsRecord *
sample_many_systems(void)
{
    static const char *const names[] = {"canvas", "boardroom", "workflow", "dashboards"};
    PgsRecord *record = sample_record("pgstair verify");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        sample_system(record, names[i], (guint)i + 2)->n_tolerated = i == 1 ? 3 : 0;
        pgs_record_add(
            record, pgs_finding_new("cycle.up", PGS_STATUS_PASSED, names[i], NULL, "base to head"));
        PgsFinding *skipped = pgs_record_add(
            record, pgs_finding_new("plan.index", PGS_STATUS_SKIPPED, names[i], NULL, "plans"));
        skipped->message = g_strdup("no queries are given");
    }
    PgsFinding *volume = pgs_record_add(
        record, pgs_finding_new("plan.volume", PGS_STATUS_INFO, "boardroom", NULL, "rows"));
    volume->actual = g_strdup("7 of 8 queries served; indexes: 12 chosen");
    PgsFinding *lost =
        pgs_record_add(record, pgs_finding_new("server.alive", PGS_STATUS_ERROR, "workflow",
                                               "0002_steps", "the server stays up"));
    lost->message = g_strdup("the server closed the connection unexpectedly");
    PgsFinding *sweep = pgs_record_add(
        record, pgs_finding_new("run.sweep", PGS_STATUS_WARNING, NULL, NULL, "nothing is left"));
    sweep->message = g_strdup("a server of an earlier run had to be removed");
    record->duration = 2345678;
    return record;
}

/* One broken statement that three checks met, one fault that forty revisions share. */
static PgsRecord *
sample_repeated(void)
{
    static const char *const checks[] = {"cycle.up", "cycle.again", "stairway.up"};
    PgsRecord *record = sample_record("pgstair verify migrations/repeated");
    sample_system(record, "canvas", 43);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        PgsFinding *finding =
            sample_finding(record, checks[i], PGS_STATUS_FAILED, "0003_broken", "0003_broken runs");
        finding->message = g_strdup_printf("the upgrade fails (%s)", checks[i]);
        finding->detail = g_strdup("ERROR:  syntax error at or near \"order\"");
        finding->file = g_strdup("migrations/repeated/0003_broken.up.sql");
        finding->line = 12;
        finding->column = 9;
    }
    for (guint i = 4; i < 44; i++) {
        g_autofree char *revision = g_strdup_printf("%04u_x", i);
        PgsFinding *finding =
            sample_finding(record, "stairway.down", PGS_STATUS_FAILED, revision, "goes down");
        finding->message = g_strdup("there is no downgrade");
        finding->hint = g_strdup("write one, or set --floor to the newest revision that may stay");
    }
    record->duration = 700000;
    return record;
}

/* Failures at one revision that only their objects, or their tests, tell apart. */
static PgsRecord *
sample_objects(void)
{
    static const struct {
        const char *check, *title, *object, *message;
    } rows[] = {
        {"expect.column", "column public.users.note", "column public.users.note",
         "it is not there"},
        {"expect.column", "column public.users.name", "column public.users.name",
         "it is not there"},
        {"expect.foreign-key", "foreign key of keys", "foreign key public.keys.keys_user_id_fkey",
         "delete rule: NO ACTION, expected CASCADE"},
        {"expect.index", "an index",
         "index public.an_index_with_a_name_so_long_that_it_needs_all_of_the_63_bytes_on_keys_of_a",
         "it is not there"},
        {"suite.rows", "test_keys_go_with_their_user", "table public.keys", "2 rows, expected 0"},
        {"suite.rows", "test_names_are_kept", "table public.keys", "2 rows, expected 0"},
        {"drift.model", "table public.t in schema.sql", "table public.t", "it is not in head"},
        {"redundancy.covered-index", "index public.i", "index public.i",
         "its keys (a) are covered"},
    };
    PgsRecord *record = sample_record("pgstair verify migrations/canvas");
    sample_system(record, "canvas", 2);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PgsFinding *finding = sample_finding(record, rows[i].check, PGS_STATUS_FAILED,
                                             "002_canvas_tables", rows[i].title);
        finding->object = g_strdup(rows[i].object);
        finding->message = g_strdup(rows[i].message);
    }
    record->duration = 1000;
    return record;
}

/* A message, a hint and an expectation of thousands of words. */
static PgsRecord *
sample_endless(void)
{
    g_autoptr(GString) words = g_string_new(NULL);
    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(words, "word%u ", i);
    PgsRecord *record = sample_record("pgstair verify migrations/endless");
    sample_system(record, "canvas", 1);
    PgsFinding *finding =
        sample_finding(record, "cycle.up", PGS_STATUS_FAILED, "0001_x", "base to head");
    finding->message = g_strdup(words->str);
    finding->hint = g_strdup(words->str);
    finding->expected = g_strdup(words->str);
    finding->detail = g_strdup(words->str);
    record->duration = 1000;
    return record;
}

/* Two systems, a slip in an id, and requirements that must all be proven. */
static PgsRecord *
sample_required(void)
{
    PgsRecord *record = sample_requirements();
    sample_add_requirements(sample_system(record, "boardroom", 4));
    sample_serving(record, "suite.rows", PGS_STATUS_PASSED, "test_rows", "CANVAS-1");
    record->require_all = TRUE;
    return record;
}

/* Two runs merged: one fault that both have, one of the older server alone. */
static PgsRecord *
sample_versions(void)
{
    static const char *const versions[] = {"13.22", "17.6"};
    PgsRecord *record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    g_free(system->server_version);
    system->server_version = g_strdup("13.22, 17.6");
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        PgsFinding *finding =
            sample_finding(record, "cycle.down", PGS_STATUS_FAILED, "0002_x", "head to base");
        finding->message = g_strdup("the downgrade fails");
        finding->server_version = g_strdup(versions[i]);
    }
    PgsFinding *old = sample_finding(record, "cycle.up", PGS_STATUS_FAILED, NULL, "base to head");
    old->message = g_strdup("the upgrade fails");
    old->server_version = g_strdup(versions[0]);
    record->duration = 1000;
    return record;
}

/* Of "docker:15". */
static char *
long_name(const char *name)
{
    return g_strdup_printf("docker=registry.example.org/team/postgres:%s-alpine",
                           name + strlen("docker:"));
}

/* Servers whose names leave no room for a table. */
static PgsRecord *
sample_long_servers(void)
{
    PgsRecord *record = sample_matrix();
    for (guint s = 0; s < record->systems->len; s++) {
        PgsRecordSystem *system = record->systems->pdata[s];
        for (guint i = 0; i < system->servers->len; i++) {
            PgsRecordServer *server = system->servers->pdata[i];
            g_autofree char *name = server->name;
            server->name = long_name(name);
        }
    }
    for (guint i = 0; i < record->findings->len; i++) {
        PgsFinding *finding = record->findings->pdata[i];
        g_autofree char *name = finding->server;
        finding->server = name != NULL ? long_name(name) : NULL;
    }
    return record;
}

/* Nothing but requirements and phases. */
static PgsRecord *
sample_bare_requirements(void)
{
    PgsRecord *record = sample_record("x");
    sample_add_requirements(pgs_record_add_system(record, "canvas", "canvas"));
    record->require_all = TRUE;
    record->duration = 1000;
    return record;
}

static PgsRecord *
sample_proven(void)
{
    PgsRecord *record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    pgs_record_system_add_phase(system, "1", NULL);
    g_ptr_array_add(pgs_record_system_add_phase(system, "2", "acceptance")->manual,
                    g_strdup("sign"));
    sample_requirement(system, "CANVAS-01", "1", "text");
    sample_serving(record, "cycle.up", PGS_STATUS_PASSED, "base to head", "CANVAS-01");
    record->duration = 1000;
    return record;
}

/* Failures, phases and a hundred requirements on one screen. */
static PgsRecord *
sample_hundred(void)
{
    PgsRecord *record = sample_failing();
    PgsRecordSystem *system = record->systems->pdata[0];
    for (guint i = 1; i <= 5; i++) {
        g_autofree char *id = g_strdup_printf("%u", i);
        pgs_record_system_add_phase(system, id, "of many");
    }
    for (guint i = 1; i <= 100; i++) {
        g_autofree char *id = g_strdup_printf("REQ-%03u", i);
        g_autofree char *phase = g_strdup_printf("%u", i % 5 + 1);
        sample_requirement(system, id, phase, "some text that says what is required, at length");
    }
    pgs_finding_add_requirement(record->findings->pdata[0], "REQ-007");
    pgs_finding_add_requirement(record->findings->pdata[7], "REQ-008");
    return record;
}

static void
sample_unexercised(PgsRecord *record, const char *check, guint n, const char *message)
{
    for (guint i = 0; i < n; i++) {
        PgsFinding *finding =
            sample_finding(record, check, PGS_STATUS_SKIPPED, "002_canvas_tables", "a rule");
        finding->message = g_strdup(message);
        finding->detail = g_strdup_printf("way %u", i);
    }
}

/* Rules of several kinds that were not exercised, most of them for one reason. */
static PgsRecord *
sample_exercised(void)
{
    static const char reason[] =
        "no row of public.scopes was accepted in 516 tries; the server last said: P0001: not today";
    PgsRecord *record = sample_passing();
    sample_unexercised(record, "exercise.check", 1, "no refusing row found in 54 candidates");
    sample_unexercised(record, "exercise.generated", 1,
                       "its expression was NULL in all rows tried");
    sample_unexercised(record, "exercise.not-null", 20, reason);
    sample_unexercised(record, "exercise.foreign-key", 11, reason);
    sample_unexercised(record, "exercise.limit", 2, "the column is generated");
    PgsFinding *coverage = sample_finding(record, "exercise.coverage", PGS_STATUS_INFO,
                                          "002_canvas_tables", "all rules are exercised on rows");
    coverage->actual = g_strdup("180 of 215 rules exercised, seed 20");
    ((PgsRecordSystem *)record->systems->pdata[0])->n_cosmetic = 1;
    return record;
}

static guint
count_lines(const char *text)
{
    guint lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void
assert_within_width(const char *text, guint width)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (pgs_layout_columns(lines[i]) > width)
            fail_msg("%u columns: %s", pgs_layout_columns(lines[i]), lines[i]);
    }
}

static void
test_golden_summaries(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *file;
        PgsRecord *(*make)(void);
        PgsSummaryOptions options;
        gboolean fits; /* the width, and a screen */
    } rows[] = {
        {"summary-passing-80.txt", sample_passing, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-passing-verbose.txt", sample_passing, {FALSE, 80, 3, TRUE}, FALSE},
        {"summary-failing-80.txt", sample_failing, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-failing-120.txt", sample_failing, {FALSE, 120, 3, FALSE}, TRUE},
        {"summary-failing-tall.txt", sample_failing, {FALSE, 80, 3, FALSE, 50}, FALSE},
        {"summary-failing-all.txt", sample_failing, {FALSE, 80, 0, FALSE}, FALSE},
        {"summary-failing-verbose.txt", sample_failing, {FALSE, 80, 1, TRUE}, FALSE},
        {"summary-failing-color.txt", sample_failing, {TRUE, 80, 1, FALSE}, FALSE},
        {"summary-nothing-80.txt", sample_nothing, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-unicode-80.txt", sample_unicode, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-unicode-120.txt", sample_unicode, {FALSE, 120, 3, FALSE}, TRUE},
        {"summary-2000-80.txt", sample_two_thousand, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-2000-120.txt", sample_two_thousand, {FALSE, 120, 3, FALSE}, TRUE},
        {"summary-systems-80.txt", sample_many_systems, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-repeated-80.txt", sample_repeated, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-hostile-80.txt", sample_hostile, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-endless-80.txt", sample_endless, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-requirements-80.txt", sample_requirements, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-requirements-120.txt", sample_requirements, {FALSE, 120, 3, FALSE}, TRUE},
        {"summary-requirements-40.txt", sample_requirements, {FALSE, 40, 3, FALSE}, FALSE},
        {"summary-requirements-color.txt", sample_requirements, {TRUE, 80, 3, FALSE}, FALSE},
        {"summary-requirements-log.txt", sample_requirements, {FALSE, 120, 0, FALSE}, FALSE},
        {"summary-requirements-verbose.txt", sample_requirements, {FALSE, 80, 3, TRUE}, FALSE},
        {"summary-required-80.txt", sample_required, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-required-log.txt", sample_required, {FALSE, 120, 0, FALSE}, FALSE},
        {"summary-objects-80.txt", sample_objects, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-objects-all.txt", sample_objects, {FALSE, 80, 0, FALSE}, FALSE},
        {"summary-versions-80.txt", sample_versions, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-matrix-80.txt", sample_matrix, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-matrix-log.txt", sample_matrix, {FALSE, 120, 0, FALSE}, FALSE},
        {"summary-matrix-color.txt", sample_matrix, {TRUE, 80, 3, FALSE}, FALSE},
        {"summary-matrix-verbose.txt", sample_matrix, {FALSE, 80, 3, TRUE}, FALSE},
        {"summary-long-servers-80.txt", sample_long_servers, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-bare-80.txt", sample_bare_requirements, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-proven-80.txt", sample_proven, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-hundred-80.txt", sample_hundred, {FALSE, 80, 3, FALSE}, TRUE},
        {"summary-exercised-80.txt", sample_exercised, {FALSE, 80, 3, FALSE}, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = rows[i].make();
        g_autofree char *text = pgs_report_summary(record, &rows[i].options);
        g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", rows[i].file, NULL);
        assert_true(g_utf8_validate(text, -1, NULL));
        assert_golden(golden, text);
        if (!rows[i].fits)
            continue;
        assert_within_width(text, rows[i].options.width);
        if (count_lines(text) >= LINES_OF_A_SCREEN)
            fail_msg("%s: %u lines", rows[i].file, count_lines(text));
    }
}

static char *
last_line(const PgsRecord *record)
{
    const PgsSummaryOptions options = {.width = 80, .max_findings = 3};
    g_autofree char *text = pgs_report_summary(record, &options);
    g_strchomp(text);
    const char *newline = strrchr(text, '\n');
    return g_strdup(newline != NULL ? newline + 1 : text);
}

static void
test_the_verdict_is_the_last_line(G_GNUC_UNUSED void **state)
{
    static const struct {
        PgsStatus statuses[3];
        guint n;
        gboolean fail_on_warning;
        const char *verdict;
    } rows[] = {
        {{0}, 0, FALSE, "NOTHING VERIFIED: no check ran in 1.0 ms"},
        {{PGS_STATUS_PASSED}, 1, FALSE, "VERIFIED: 1 passed in 1.0 ms"},
        {{PGS_STATUS_SKIPPED}, 1, FALSE, "NOTHING VERIFIED: 1 skipped in 1.0 ms"},
        {{PGS_STATUS_INFO}, 1, FALSE, "VERIFIED: 1 note in 1.0 ms"},
        {{PGS_STATUS_PASSED, PGS_STATUS_SKIPPED},
         2,
         TRUE,
         "VERIFIED: 1 passed, 1 skipped in 1.0 ms"},
        {{PGS_STATUS_PASSED, PGS_STATUS_FAILED},
         2,
         FALSE,
         "NOT VERIFIED: 1 failed, 1 passed in 1.0 ms"},
        {{PGS_STATUS_ERROR, PGS_STATUS_ERROR}, 2, FALSE, "NOT VERIFIED: 2 errors in 1.0 ms"},
        {{PGS_STATUS_WARNING}, 1, FALSE, "VERIFIED: 1 warning in 1.0 ms"},
        {{PGS_STATUS_ACCEPTED}, 1, FALSE, "VERIFIED: 1 accepted in 1.0 ms"},
        {{PGS_STATUS_WARNING, PGS_STATUS_WARNING, PGS_STATUS_PASSED},
         3,
         TRUE,
         "NOT VERIFIED: 2 warnings, 1 passed in 1.0 ms"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = sample_record("x");
        record->duration = 1000;
        record->fail_on_warning = rows[i].fail_on_warning;
        sample_system(record, "canvas", 1);
        for (guint f = 0; f < rows[i].n; f++)
            sample_finding(record, "a.b", rows[i].statuses[f], NULL, "title");
        g_autofree char *line = last_line(record);
        assert_string_equal(line, rows[i].verdict);
    }
}

/* What is only noted about the folder is no verdict. */
static void
test_notes_on_the_folder_verify_nothing(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    record->duration = 1000;
    sample_finding(record, "folder.format", PGS_STATUS_INFO, NULL, "plain");
    g_autofree char *line = last_line(record);
    assert_string_equal(line, "NOTHING VERIFIED: no check ran in 1.0 ms");
}

static void
test_the_verdict_counts_what_is_not_proven(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_proven();
    g_autofree char *proven = last_line(record);
    assert_string_equal(proven, "VERIFIED: 1 passed in 1.0 ms");
    PgsRecordSystem *system = record->systems->pdata[0];
    sample_requirement(system, "CANVAS-02", NULL, "text");
    g_autofree char *open = last_line(record);
    assert_string_equal(open, "VERIFIED: 1 passed in 1.0 ms");
    record->require_all = TRUE;
    g_autofree char *required = last_line(record);
    assert_string_equal(required, "NOT VERIFIED: 1 requirement not proven, 1 passed in 1.0 ms");
    /* A warning that fails the run hides it no more than one that does not. */
    sample_finding(record, "index.duplicate", PGS_STATUS_WARNING, NULL, "public.i");
    record->fail_on_warning = TRUE;
    g_autofree char *warned = last_line(record);
    assert_string_equal(warned,
                        "NOT VERIFIED: 1 requirement not proven, 1 warning, 1 passed in 1.0 ms");
    record->fail_on_warning = FALSE;
    g_ptr_array_set_size(record->findings, 1);
    ((PgsRecordRequirement *)system->requirements->pdata[1])->deferred = g_strdup("later");
    g_autofree char *deferred = last_line(record);
    assert_string_equal(deferred, "VERIFIED: 1 passed in 1.0 ms");
}

static void
test_color_only_when_asked(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_hostile();
    PgsSummaryOptions options = {.width = 80, .verbose = TRUE};
    g_autofree char *plain = pgs_report_summary(record, &options);
    assert_null(strchr(plain, '\033'));
    options.color = TRUE;
    g_autofree char *colored = pgs_report_summary(record, &options);
    assert_non_null(strstr(colored, "\033[31m"));
}

static void
test_all_findings_when_there_is_no_limit(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_two_thousand();
    const PgsSummaryOptions options = {.width = 80};
    gint64 start = g_get_monotonic_time();
    g_autofree char *text = pgs_report_summary(record, &options);
    gint64 end = g_get_monotonic_time();
    g_auto(GStrv) heads = g_strsplit(text, "\nFAILED  ", -1);
    assert_int_equal(g_strv_length(heads) - 1, 134);
    assert_null(strstr(text, "more (see"));
    print_message("2,001 findings: summary in %.1f ms\n", (double)(end - start) / 1e3);
}

static void
test_one_cause_is_told_once(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_repeated();
    g_autoptr(GPtrArray) causes = pgs_cause_find(record, PGS_STATUS_BIT(PGS_STATUS_FAILED));
    assert_int_equal(causes->len, 2);
    const PgsCause *statement = causes->pdata[0];
    const PgsCause *missing = causes->pdata[1];
    assert_int_equal(statement->others->len, 2);
    assert_int_equal(missing->others->len, 39);

    /* Another place, another message, another system: other causes. */
    PgsFinding *other = record->findings->pdata[2];
    other->line = 13;
    g_free(other->message);
    other->message = g_strdup("another message");
    PgsFinding *of_another = record->findings->pdata[10];
    g_free(of_another->system);
    of_another->system = g_strdup("other");
    g_autoptr(GPtrArray) more = pgs_cause_find(record, PGS_STATUS_BIT(PGS_STATUS_FAILED));
    assert_int_equal(more->len, 4);

    g_autoptr(GPtrArray) none = pgs_cause_find(record, PGS_STATUS_BIT(PGS_STATUS_ERROR));
    assert_int_equal(none->len, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_summaries),
        cmocka_unit_test(test_the_verdict_is_the_last_line),
        cmocka_unit_test(test_notes_on_the_folder_verify_nothing),
        cmocka_unit_test(test_the_verdict_counts_what_is_not_proven),
        cmocka_unit_test(test_color_only_when_asked),
        cmocka_unit_test(test_all_findings_when_there_is_no_limit),
        cmocka_unit_test(test_one_cause_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Covers harness/check/folder_findings.c and folder_rules.c: what is said of a folder before
 * anything runs. */
#include "check/folder_findings.h"
#include "check/folder_rules.h"
#include "cmocka_all.h"
#include "migration/reader.h"
#include "migration/tree.h"

#define UP "CREATE TABLE a ();"
#define DBMATE "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n"

/* "warning folder.sort 10_b file" for each finding but folder.format, of files in a folder. */
static char *
judge(const char *format, PgsDownPolicy downs, const PgsMerged *merged, const char *const *files)
{
    char *root = tree_new();
    tree_write_all(root, files);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(root);
    system->format = g_strdup(format);
    system->tool->downs = downs;
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    g_autoptr(PgsRecord) record = pgs_record_new("test");
    PgsCheckSelection checks = {0};
    g_auto(PgsSink) sink = {0};
    pgs_sink_init(&sink, system, history);
    sink.checks = &checks;
    sink.record = record;
    sink.today = "2026-11-21";
    sink.facts = pgs_record_add_system(record, system->name, root);
    pgs_findings_add_folder(&sink, merged);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        g_string_append_printf(text, "%s %s %s %s\n", pgs_status_name(finding->status),
                               finding->check, finding->revision != NULL ? finding->revision : "-",
                               finding->message != NULL ? finding->message : "-");
    }
    tree_free(root);
    return g_string_free(text, FALSE);
}

static void
assert_judged(const char *format, const char *const *files, const char *wanted)
{
    g_autofree char *found = judge(format, PGS_DOWNS_USUAL, NULL, files);
    assert_string_equal(found, wanted);
}

static void
test_sort(void **state)
{
    (void)state;
    assert_judged("dbmate",
                  (const char *[]){"10_b.sql", DBMATE, "2_a.sql", DBMATE, "30_c.sql", DBMATE, NULL},
                  "warning folder.sort 2_a it runs right behind 10_b: the tool goes by the name, "
                  "as a text\n");
    assert_judged("dbmate",
                  (const char *[]){"20240101120000_a.sql", DBMATE, "20240315_b.sql", DBMATE, NULL},
                  "");
    assert_judged(
        "golang-migrate",
        (const char *[]){"2_a.up.sql", UP, "10_b.up.sql", UP, "20240101_c.up.sql", UP, NULL}, "");
    assert_judged("yoyo", (const char *[]){"3_a.sql", UP, "2_b.sql", "-- depends: 3_a\n" UP, NULL},
                  "");
    assert_judged("golang-migrate",
                  (const char *[]){"20240101120000_a.up.sql", UP, "20240315_b.up.sql", UP, NULL},
                  "warning folder.sort 20240101120000_a it runs right behind 20240315_b: the tool "
                  "goes by the number\n");
}

static void
test_case(void **state)
{
    (void)state;
    g_autofree char *found =
        judge("maragudk", PGS_DOWNS_USUAL, NULL,
              (const char *[]){"1_a.up.sql", UP, "1_A.up.sql", UP, "2_b.up.sql", UP, NULL});
    assert_true(g_str_has_prefix(found, "warning folder.case 1_a its file and "));
    assert_null(strstr(found, "2_b"));
}

static void
test_downs(void **state)
{
    (void)state;
    const char *const files[] = {"1_a.up.sql", UP, "1_a.down.sql", UP, "2_b.up.sql", UP, NULL};
    g_autofree char *usual = judge("plain", PGS_DOWNS_USUAL, NULL, files);
    assert_string_equal(usual, "");
    g_autofree char *required = judge("plain", PGS_DOWNS_REQUIRED, NULL, files);
    assert_string_equal(required, "failed folder.missing-down 2_b it has no downgrade, and "
                                  "pgstair.yaml says \"downs: required\"\n");
    const char *const whole[] = {"1_a.up.sql", UP, "1_a.down.sql", UP, NULL};
    g_autofree char *passed = judge("plain", PGS_DOWNS_REQUIRED, NULL, whole);
    assert_string_equal(passed, "passed folder.missing-down - -\n");
}

/* What is the matter with a late or edited migration depends on the tool. */
static void
test_merged(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        PgsMergedKind kind;
        gboolean silent;
        const char *wanted;
    } cases[] = {
        {"golang-migrate", PGS_MERGED_LATE, FALSE, "failed folder.out-of-order"},
        {"sqlx", PGS_MERGED_LATE, FALSE, "warning folder.out-of-order"},
        {"golang-migrate", PGS_MERGED_EDITED, FALSE, "failed folder.edited"},
        {"golang-migrate", PGS_MERGED_EDITED, TRUE, "info folder.edited"},
        {"sqlx", PGS_MERGED_EDITED, TRUE, "failed folder.edited"},
        {"sqlx", PGS_MERGED_REPAIRED, FALSE, "info folder.edited"},
        {"sqlx", PGS_MERGED_TWICE, FALSE, "failed folder.duplicate"},
        {"sqlx", PGS_MERGED_FORKED, FALSE, "failed folder.heads"},
        {"sqlx", PGS_MERGED_BEHIND, FALSE, "info folder.behind"},
        {"sqlx", PGS_MERGED_REMOVED, FALSE, "failed folder.edited"},
        {"sqlx", PGS_MERGED_RENAMED, FALSE, "failed folder.edited"},
        {"sqlx", PGS_MERGED_RENAMED, TRUE, "info folder.edited"},
        {"maragudk", PGS_MERGED_RENAMED, TRUE, "failed folder.edited"},
    };
    const char *const files[] = {"1_a.up.sql", UP, "1_a.down.sql", UP, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsMergedFact fact = {.kind = cases[i].kind,
                              .label = (char *)"1_a",
                              .other = (char *)"2_b",
                              .silent = cases[i].silent};
        g_autoptr(GPtrArray) facts = g_ptr_array_new();
        g_ptr_array_add(facts, &fact);
        PgsMerged merged = {.base = (char *)"main", .facts = facts, .n_revisions = 1};
        g_autofree char *found = judge(cases[i].format, PGS_DOWNS_USUAL, &merged, files);
        if (!g_str_has_prefix(found, cases[i].wanted))
            fail_msg("%s, case %zu: %s", cases[i].format, i, found);
    }
}

/* Each rule is one of a reader. */
static void
test_rules(void **state)
{
    (void)state;
    const PgsFolderRule *unknown = pgs_folder_rule("no such format");
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++) {
        const PgsFolderRule *rule = pgs_folder_rule(reader->name);
        assert_non_null(rule->late_why);
        if (rule == unknown && strcmp(reader->name, "plain") != 0 &&
            strcmp(reader->name, "patterns") != 0 && strcmp(reader->name, "commands") != 0 &&
            strcmp(reader->name, "alembic") != 0)
            fail_msg("no rule for %s", reader->name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort),   cmocka_unit_test(test_case),  cmocka_unit_test(test_downs),
        cmocka_unit_test(test_merged), cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

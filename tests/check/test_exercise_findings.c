/* Covers harness/check/exercise_findings.c, exercising.c and checks_exercise.c. */
#include "cmocka_all.h"

#include "check/check.h"
#include "check/exercise_findings.h"

#include <string.h>

/* The inventory's texts are not constant. */
#define TEXT(literal) ((char *)(literal))

/* A schema by hand: public.theses with a few rules. */
typedef struct {
    PgsType status, email, number;
    PgsRelation theses, users;
    PgsColumn order, user;
    const PgsColumn *columns[1];
    PgsRule rule;
    GPtrArray *expectations;
    PgsExerciseContext context;
} Fixture;

static PgsFinding *
add_expectation(Fixture *fixture, const char *revision, const char *object, const char *requirement)
{
    PgsFinding *finding =
        pgs_finding_new("expect.check", PGS_STATUS_PASSED, "canvas", revision, "a check");
    finding->object = g_strdup(object);
    pgs_finding_add_requirement(finding, requirement);
    g_ptr_array_add(fixture->expectations, finding);
    return finding;
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->status.sql = TEXT("public.status");
    fixture->email.sql = TEXT("public.email");
    fixture->theses.identity = TEXT("public.theses");
    fixture->users.identity = TEXT("public.users");
    fixture->order = (PgsColumn){.name = TEXT("order"), .quoted = TEXT("\"order\"")};
    fixture->columns[0] = &fixture->order;
    fixture->rule = (PgsRule){
        .kind = PGS_RULE_CHECK,
        .relation = &fixture->theses,
        .name = TEXT("ck_order"),
        .object_kind = "check constraint",
        .object_identity = TEXT("public.theses.ck_order"),
        .n_columns = 1,
        .columns = fixture->columns,
    };
    fixture->expectations = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    add_expectation(fixture, "002", "check constraint public.theses.ck_order", "C-06");
    add_expectation(fixture, "001", "check constraint public.theses.ck_order", "C-99");
    add_expectation(fixture, "002", "column public.theses.\"order\"", "C-02");
    add_expectation(fixture, "002", "enum type public.status", "C-03");
    fixture->context = (PgsExerciseContext){"canvas", "002", fixture->expectations};
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_ptr_array_unref(fixture->expectations);
    g_free(fixture);
    return 0;
}

static char *
requirements(const PgsFinding *finding)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; finding->requirements != NULL && i < finding->requirements->len; i++)
        g_string_append_printf(text, "%s ", (char *)g_ptr_array_index(finding->requirements, i));
    return g_string_free(text, FALSE);
}

static void
assert_finding(const PgsFinding *finding, const char *check, PgsStatus status, const char *title,
               const char *object, const char *ids)
{
    g_autofree char *actual = requirements(finding);
    assert_string_equal(finding->check, check);
    assert_int_equal(finding->status, status);
    assert_string_equal(finding->system, "canvas");
    assert_string_equal(finding->title, title);
    assert_int_equal(g_strcmp0(finding->object, object), 0);
    assert_string_equal(actual, ids);
    assert_non_null(pgs_check_find(finding->check));
}

static void
test_exercised(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsRuleResult) result = pgs_rule_result_new(&fixture->rule);
    pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, "%s", "");
    pgs_rule_result_add(result, "order = 5", "INSERT …", TRUE, g_strdup("accepted"));
    pgs_rule_result_add(result, "order = 6", "INSERT …", TRUE, g_strdup("refused: 23514"));
    pgs_rule_result_note(result, "seen only with ck_b dropped");
    result->n_candidates = 17;
    result->sql = g_strdup("INSERT 6");
    result->duration = 5;
    g_autoptr(PgsFinding) finding = pgs_exercise_finding(result, &fixture->context);
    assert_finding(finding, "exercise.check", PGS_STATUS_PASSED,
                   "public.theses: ck_order accepts and refuses rows",
                   "check constraint public.theses.ck_order", "C-06 ");
    assert_string_equal(finding->revision, "002");
    assert_null(finding->message);
    assert_string_equal(finding->detail, "order = 5: accepted\norder = 6: refused: 23514\n"
                                         "note: seen only with ck_b dropped\n17 candidates tried");
    assert_string_equal(finding->sql, "INSERT 6");
    assert_int_equal(finding->duration, 5);
}

static void
test_verdicts(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        PgsVerdict verdict;
        PgsStatus status;
        const char *check;
    } rows[] = {
        {PGS_VERDICT_NOT_EXERCISED, PGS_STATUS_SKIPPED, "exercise.check"},
        {PGS_VERDICT_BROKEN, PGS_STATUS_FAILED, "exercise.check"},
        {PGS_VERDICT_NEVER_REFUSES, PGS_STATUS_WARNING, "exercise.tautology"},
        {PGS_VERDICT_NEVER_ACCEPTS, PGS_STATUS_FAILED, "exercise.contradiction"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRuleResult) result = pgs_rule_result_new(&fixture->rule);
        pgs_rule_result_judge(result, rows[i].verdict, "why");
        pgs_rule_result_add(result, "first", NULL, TRUE, g_strdup("good"));
        pgs_rule_result_add(result, "second", NULL, FALSE, g_strdup("bad"));
        result->expected = g_strdup("one thing");
        result->actual = g_strdup("another");
        result->hint = g_strdup("mend it");
        result->reproduce = g_strdup("BEGIN;");
        g_autoptr(PgsFinding) finding = pgs_exercise_finding(result, &fixture->context);
        assert_int_equal(finding->status, rows[i].status);
        assert_string_equal(finding->check, rows[i].check);
        assert_string_equal(finding->message, "why");
        assert_string_equal(finding->detail, "NOT AS EXPECTED: second: bad\nfirst: good");
        assert_string_equal(finding->expected, "one thing");
        assert_string_equal(finding->actual, "another");
        assert_string_equal(finding->hint, "mend it");
        assert_string_equal(finding->reproduce, "BEGIN;");
        const PgsCheck *check = pgs_check_find(finding->check);
        /* What a check finds is of the severity that its row says. */
        if (finding->status != PGS_STATUS_SKIPPED)
            assert_int_equal(check->severity, finding->status);
    }
}

/* What many rules are not exercised for is told in the same words, with the way there beside. */
static void
test_reasons(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *said, *message, *detail;
    } rows[] = {
        {"no row of b was accepted in 1 try", "no row of b was accepted in 1 try", NULL},
        {"a needs a row of b (fk): no row of b was accepted in 1 try",
         "no row of b was accepted in 1 try",
         "a needs a row of b (fk): no row of b was accepted in 1 try"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRuleResult) result = pgs_rule_result_new(&fixture->rule);
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s", rows[i].said);
        g_autoptr(PgsFinding) finding = pgs_exercise_finding(result, &fixture->context);
        assert_string_equal(finding->message, rows[i].message);
        assert_int_equal(g_strcmp0(finding->detail, rows[i].detail), 0);
    }
}

/* Each kind of rule: its check, title, object, and whose requirements. */
static void
test_kinds(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        PgsRuleKind kind;
        const char *name, *check, *title;
    } rows[] = {
        {PGS_RULE_NOT_NULL, NULL, "exercise.not-null", "public.theses.\"order\" refuses NULL"},
        {PGS_RULE_PRIMARY_KEY, "pk", "exercise.primary-key",
         "public.theses: pk refuses the same key twice"},
        {PGS_RULE_UNIQUE, "uq", "exercise.unique", "public.theses: uq refuses the same key twice"},
        {PGS_RULE_EXCLUSION, "ex", "exercise.exclusion",
         "public.theses: ex refuses what conflicts"},
        {PGS_RULE_FOREIGN_KEY, "fk", "exercise.foreign-key",
         "public.theses: fk does to rows what it says"},
        {PGS_RULE_ENUM, NULL, "exercise.enum",
         "public.theses.\"order\" takes its labels and nothing else"},
        {PGS_RULE_LENGTH, NULL, "exercise.limit", "public.theses.\"order\" keeps to its length"},
        {PGS_RULE_PRECISION, NULL, "exercise.limit",
         "public.theses.\"order\" keeps to its precision"},
        {PGS_RULE_GENERATED, NULL, "exercise.generated",
         "public.theses.\"order\" is what its expression gives"},
        {PGS_RULE_IDENTITY, NULL, "exercise.identity", "public.theses.\"order\" numbers rows"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        fixture->rule.kind = rows[i].kind;
        fixture->rule.name = TEXT(rows[i].name);
        fixture->rule.type = rows[i].kind == PGS_RULE_ENUM ? &fixture->status : NULL;
        fixture->rule.object_kind = "column";
        fixture->rule.object_identity = TEXT("public.theses.\"order\"");
        g_autoptr(PgsRuleResult) result = pgs_rule_result_new(&fixture->rule);
        pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, "%s", "");
        g_autoptr(PgsFinding) finding = pgs_exercise_finding(result, &fixture->context);
        assert_finding(finding, rows[i].check, PGS_STATUS_PASSED, rows[i].title,
                       "column public.theses.\"order\"",
                       rows[i].kind == PGS_RULE_ENUM ? "C-02 C-03 " : "C-02 ");
    }
    /* Of a domain there is no table. */
    PgsRule rule = {.kind = PGS_RULE_DOMAIN_CHECK,
                    .type = &fixture->email,
                    .name = TEXT("email_check"),
                    .object_kind = "domain constraint",
                    .object_identity = TEXT("public.email.email_check")};
    g_autoptr(PgsRuleResult) result = pgs_rule_result_new(&rule);
    g_autoptr(PgsFinding) finding = pgs_exercise_finding(result, &fixture->context);
    assert_finding(finding, "exercise.domain", PGS_STATUS_SKIPPED,
                   "public.email: email_check accepts and refuses values",
                   "domain constraint public.email.email_check", "");
}

static void
test_others(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsRuleResult) rows = pgs_rule_result_new(&fixture->rule);
    rows->check = "exercise.rows";
    rows->subject = g_strdup("check ck_order on public.theses");
    pgs_rule_result_judge(rows, PGS_VERDICT_BROKEN, "2 of 3 rows do not");
    g_autoptr(PgsFinding) broken = pgs_exercise_finding(rows, &fixture->context);
    assert_finding(broken, "exercise.rows", PGS_STATUS_FAILED,
                   "rows that are there obey check ck_order on public.theses",
                   "check constraint public.theses.ck_order", "C-06 ");

    /* Empty tables are nothing that was left out. */
    g_autoptr(PgsRuleResult) none = pgs_rule_result_new(NULL);
    none->check = "exercise.rows";
    none->subject = g_strdup("the rows that are there");
    pgs_rule_result_judge(none, PGS_VERDICT_NOT_EXERCISED, PGS_EXERCISE_NO_ROWS);
    g_autoptr(PgsFinding) empty = pgs_exercise_finding(none, &fixture->context);
    assert_finding(empty, "exercise.rows", PGS_STATUS_INFO, "the rows that are there", NULL, "");

    g_autoptr(PgsRuleResult) set = pgs_rule_result_new(NULL);
    set->check = "exercise.settings";
    set->subject = g_strdup("role loader");
    pgs_rule_result_judge(set, PGS_VERDICT_BROKEN, "replica");
    g_autoptr(PgsFinding) setting = pgs_exercise_finding(set, &fixture->context);
    assert_finding(setting, "exercise.settings", PGS_STATUS_FAILED,
                   "rules act in sessions of role loader", NULL, "");
}

static void
test_cases(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsExerciseCase) of = pgs_exercise_case_new("a sixth place");
    g_strfreev(of->requirements);
    of->requirements = g_strsplit("C-06 C-07", " ", -1);
    of->place = (PgsPlace){"pgstair.yaml", 7, 9};
    g_autoptr(PgsRuleResult) result = pgs_rule_result_new(NULL);
    result->check = "exercise.case";
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN, "it is accepted");
    g_autoptr(PgsFinding) broken = pgs_exercise_case_finding(result, of, &fixture->context);
    assert_finding(broken, "exercise.case", PGS_STATUS_FAILED, "a sixth place", NULL, "C-06 C-07 ");
    assert_string_equal(broken->file, "pgstair.yaml");
    assert_int_equal(broken->line, 7);
    assert_int_equal(broken->column, 9);
    /* What is asked for by name and cannot be tried is more than skipped. */
    g_autoptr(PgsRuleResult) untried = pgs_rule_result_new(NULL);
    untried->check = "exercise.case";
    g_autoptr(PgsFinding) error = pgs_exercise_case_finding(untried, of, &fixture->context);
    assert_int_equal(error->status, PGS_STATUS_ERROR);
}

/* Every check of the group has its texts, and no kind of rule lacks one. */
static void
test_table(void **state)
{
    (void)state;
    for (guint kind = 0; kind < PGS_N_RULE_KINDS; kind++)
        assert_non_null(pgs_check_find(pgs_rule_kind_check((PgsRuleKind)kind)));
    guint n = 0;
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (!pgs_check_is_named("exercise", check->id))
            continue;
        n++;
        assert_int_equal(check->scope, PGS_CHECK_SCOPE_SERVER);
        assert_true(g_str_has_suffix(check->what, "."));
    }
    assert_int_equal(n, 17);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_exercised), TEST(test_verdicts), TEST(test_reasons), TEST(test_kinds),
        TEST(test_others),    TEST(test_cases),    TEST(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

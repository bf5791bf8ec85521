/* Covers harness/check/plan_findings.c, plan_volume.c, plan_words.c and checks_plan.c. */
#include "cmocka_all.h"

#include "check/check.h"
#include "check/plan_volume.h"
#include "check/plan_words.h"
#include "project/system.h"

#include <string.h>

#define TEXT(literal) ((char *)(literal))

#define JSON                                                                                       \
    "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"users\", \"Schema\": "         \
    "\"public\", \"Alias\": \"users\", \"Startup Cost\": 0.00, \"Total Cost\": 255.00, \"Plan "    \
    "Rows\": 7, \"Plan Width\": 4}, \"Settings\": {\"random_page_cost\": \"1.1\"}}]"

/* A question and its judgement by hand. */
typedef struct {
    PgsIndex index;
    PgsPlanQuery *query;
    PgsQuestion *question;
    PgsJudgement *judgement;
    PgsPlanResult result;
    GPtrArray *expectations, *findings, *tables;
    char *requirements[2];
    PgsPlanContext context;
} Fixture;

static void
add_evidence(PgsJudgement *judgement, PgsPlanRole role, const char *what)
{
    g_autoptr(GError) error = NULL;
    /* As EXPLAIN has it. */
    PgsPlan *plan = pgs_plan_parse("\n  " JSON "\n    \n", "Seq Scan on users", &error);
    assert_non_null(plan);
    pgs_judgement_add(judgement, role, plan, g_strdup(what));
}

static void
add_expectation(Fixture *fixture, const char *revision, const char *object, const char *requirement)
{
    PgsFinding *finding =
        pgs_finding_new("expect.index", PGS_STATUS_PASSED, "shop", revision, "an index");
    finding->object = g_strdup(object);
    pgs_finding_add_requirement(finding, requirement);
    g_ptr_array_add(fixture->expectations, finding);
}

static PgsPlanQuery *
new_query(void)
{
    g_autoptr(GError) error = NULL;
    PgsPlanQuery *query = pgs_plan_query_parse(
        "q", "{name: by mail, query: SELECT 1 FROM users WHERE email = $1, index: ix_a}", &error);
    assert_non_null(query);
    g_strfreev(query->requirements);
    query->requirements = g_strsplit("R-1", ",", -1);
    query->place = (PgsPlace){.file = "pgstair.yaml", .line = 7, .column = 9};
    return query;
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->index =
        (PgsIndex){.name = TEXT("ix_a"), .identity = TEXT("public.ix_a"), .valid = TRUE};
    fixture->query = new_query();
    fixture->question = pgs_question_new(PGS_QUESTION_DECLARED, &fixture->index);
    fixture->question->sql = g_strdup(fixture->query->sql);
    fixture->question->title = g_strdup("users by email");
    g_ptr_array_add(fixture->question->parameters, g_strdup("o'x"));
    g_ptr_array_add(fixture->question->parameters, NULL);
    fixture->judgement = pgs_judgement_new();
    add_evidence(fixture->judgement, PGS_ROLE_VERDICT, "as it is: Seq Scan on users, cost 255.00");
    add_evidence(fixture->judgement, PGS_ROLE_CONTROL, "without ix_a: Seq Scan on users");
    add_evidence(fixture->judgement, PGS_ROLE_ALONE, "with ix_a alone: Seq Scan on users");
    fixture->judgement->duration = 1500;
    fixture->result.query = fixture->query;
    fixture->result.questions = g_ptr_array_new();
    fixture->result.judgements = g_ptr_array_new();
    g_ptr_array_add(fixture->result.questions, fixture->question);
    g_ptr_array_add(fixture->result.judgements, fixture->judgement);
    fixture->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    fixture->expectations = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    add_expectation(fixture, "002", "index public.ix_a", "R-8");
    add_expectation(fixture, "001", "index public.ix_a", "R-9");
    add_expectation(fixture, "002", "index public.ix_ab", "R-9");
    add_expectation(fixture, "002", "unique constraint public.ix_a", "R-9");
    fixture->requirements[0] = TEXT("R-2");
    fixture->tables = g_ptr_array_new();
    fixture->context = (PgsPlanContext){
        .system = "shop",
        .revision = "002",
        .expectations = fixture->expectations,
        .requirements = fixture->requirements,
        .settings = "jit = off (configuration file; default on)\n"
                    "random_page_cost = 1.1 (session; default 4)\nwork_mem = 4MB (default)",
        .tables = fixture->tables,
        .seed = 20,
    };
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    pgs_plan_query_free(fixture->query);
    pgs_question_free(fixture->question);
    pgs_judgement_free(fixture->judgement);
    g_ptr_array_unref(fixture->result.questions);
    g_ptr_array_unref(fixture->result.judgements);
    g_ptr_array_unref(fixture->findings);
    g_ptr_array_unref(fixture->expectations);
    g_ptr_array_unref(fixture->tables);
    g_free(fixture);
    return 0;
}

static void
assert_requirements(const PgsFinding *finding, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; finding->requirements != NULL && i < finding->requirements->len; i++)
        g_string_append_printf(text, "%s ", (char *)g_ptr_array_index(finding->requirements, i));
    assert_string_equal(text->str, expected);
}

static const PgsFinding *
judge(Fixture *fixture)
{
    g_ptr_array_set_size(fixture->findings, 0);
    pgs_plan_findings_add_query(&fixture->result, &fixture->context, fixture->findings);
    assert_int_equal(fixture->findings->len, 1);
    return g_ptr_array_index(fixture->findings, 0);
}

/* The whole of what is told of a query. */
static void
test_query(void **state)
{
    Fixture *fixture = *state;
    PgsJudgement *judgement = fixture->judgement;
    judgement->served = PGS_SERVED_USELESS;
    judgement->reason = g_strdup("ix_a cannot serve it: it is on another column");
    judgement->trial_sql = g_strdup("CREATE INDEX ON users (email)");
    g_ptr_array_add(judgement->notes, g_strdup("a note"));
    const PgsFinding *finding = judge(fixture);
    assert_string_equal(finding->check, "plan.query");
    assert_int_equal(finding->status, PGS_STATUS_FAILED);
    assert_string_equal(finding->title, "by mail: served by public.ix_a");
    assert_string_equal(finding->revision, "002");
    assert_string_equal(finding->object, "index public.ix_a");
    assert_string_equal(finding->message, "ix_a cannot serve it: it is on another column");
    assert_string_equal(finding->sql, fixture->query->sql);
    assert_string_equal(finding->file, "pgstair.yaml");
    assert_int_equal(finding->line, 7);
    assert_int_equal(finding->duration, 1500);
    assert_string_equal(finding->expected, "chosen");
    assert_string_equal(finding->actual, "useless; as it is: Seq Scan on users, cost 255.00");
    assert_string_equal(finding->hint, "the planner takes this one: CREATE INDEX ON users (email)");
    assert_requirements(finding, "R-1 R-2 ");
    assert_non_null(strstr(finding->detail, "$1\nparameters: 'o''x', NULL\nverdict: useless\n"));
    assert_non_null(strstr(finding->detail, "  without ix_a: Seq Scan on users\n"));
    assert_non_null(strstr(finding->detail, "  note: a note\n"));
    assert_non_null(strstr(finding->detail, "  settings: random_page_cost = 1.1"));
    assert_non_null(strstr(finding->reproduce, "-- settings: random_page_cost = 1.1"));
    assert_int_equal(finding->plans->len, 3);
    const PgsRecordPlan *plan = g_ptr_array_index(finding->plans, 1);
    assert_string_equal(plan->role, "control");
    assert_string_equal(plan->title, "without ix_a: Seq Scan on users");
    assert_string_equal(plan->json, JSON);
    assert_string_equal(plan->text, "Seq Scan on users");
    assert_int_equal(plan->parameters->len, 2);
    assert_null(g_ptr_array_index(plan->parameters, 1));
    assert_true(plan->cost == 255 && plan->rows == 7 && plan->actual_rows < 0);
}

/* "verdict+ bare ": + where there is JSON. */
static void
assert_roles(const PgsFinding *finding, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < finding->plans->len; i++) {
        const PgsRecordPlan *plan = g_ptr_array_index(finding->plans, i);
        assert_non_null(plan->text);
        g_string_append_printf(text, "%s%s ", plan->role, plan->json != NULL ? "+" : "");
    }
    assert_string_equal(text->str, expected);
}

/* Of a declared query everything is kept; of an index's own that are chosen what proves it. */
static void
test_evidence(void **state)
{
    Fixture *fixture = *state;
    fixture->judgement->served = PGS_SERVED_CHOSEN;
    fixture->judgement->turns_sequential = TRUE;
    assert_roles(judge(fixture), "verdict+ control+ alone+ ");
    fixture->result.index = &fixture->index;
    g_autoptr(PgsFinding) plain = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_roles(plain, "verdict+ control ");
    add_evidence(fixture->judgement, PGS_ROLE_BARE, "without ix_a and ix_b: Seq Scan on users");
    add_evidence(fixture->judgement, PGS_ROLE_GENERIC, "for any values: Seq Scan on users");
    g_autoptr(PgsFinding) bare = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_roles(bare, "verdict+ bare generic+ ");
    fixture->judgement->served = PGS_SERVED_SERVABLE;
    g_autoptr(PgsFinding) servable = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_roles(servable, "verdict+ control+ alone+ bare+ generic+ ");
}

/* What production has is set before the plan is shown again. */
static void
test_settings(void **state)
{
    Fixture *fixture = *state;
    PgsPlanSetting setting = {.name = TEXT("random_page_cost"), .value = TEXT("1.1")};
    g_autoptr(GPtrArray) set = g_ptr_array_new();
    g_ptr_array_add(set, &setting);
    fixture->context.set = set;
    const PgsFinding *finding = judge(fixture);
    assert_non_null(strstr(finding->reproduce, "\nSET random_page_cost = '1.1';\nPREPARE q"));
    assert_true(g_str_has_suffix(finding->reproduce, "DEALLOCATE q;"));
}

static void
test_substitutes(void **state)
{
    Fixture *fixture = *state;
    PgsIndex others[] = {{.identity = TEXT("ix_1")}, {.identity = TEXT("ix_2")},
                         {.identity = TEXT("ix_3")}, {.identity = TEXT("ix_4")},
                         {.identity = TEXT("ix_5")}, {.identity = TEXT("ix_6")},
                         {.identity = TEXT("ix_7")}};
    fixture->judgement->served = PGS_SERVED_CHOSEN;
    for (gsize i = 0; i < 6; i++)
        g_ptr_array_add(fixture->judgement->substitutes, &others[i]);
    assert_non_null(
        strstr(judge(fixture)->detail, "\n  without it this serves: ix_1\n  and then: ix_2\n"));
    assert_non_null(strstr(judge(fixture)->detail, "\n  and then: ix_6\n"));
    g_ptr_array_add(fixture->judgement->substitutes, &others[6]);
    assert_non_null(strstr(judge(fixture)->detail, "\n  and then: ix_5\n  and then 2 more\n"));
}

static void
test_query_statuses(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        PgsServed served;
        gboolean is_sequential, turns_sequential, servable_is_enough;
        PgsStatus status;
    } rows[] = {
        {PGS_SERVED_CHOSEN, FALSE, TRUE, FALSE, PGS_STATUS_PASSED},
        {PGS_SERVED_CHOSEN, FALSE, FALSE, FALSE, PGS_STATUS_WARNING},
        {PGS_SERVED_SERVABLE, FALSE, TRUE, FALSE, PGS_STATUS_WARNING},
        {PGS_SERVED_SERVABLE, FALSE, TRUE, TRUE, PGS_STATUS_PASSED},
        {PGS_SERVED_SERVABLE, TRUE, TRUE, FALSE, PGS_STATUS_FAILED},
        {PGS_SERVED_SERVABLE, TRUE, TRUE, TRUE, PGS_STATUS_FAILED},
        {PGS_SERVED_USELESS, FALSE, TRUE, TRUE, PGS_STATUS_FAILED},
        {PGS_SERVED_UNKNOWN, FALSE, FALSE, FALSE, PGS_STATUS_ERROR},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        fixture->judgement->served = rows[i].served;
        fixture->judgement->is_sequential = rows[i].is_sequential;
        fixture->judgement->turns_sequential = rows[i].turns_sequential;
        fixture->query->servable_is_enough = rows[i].servable_is_enough;
        const PgsFinding *finding = judge(fixture);
        assert_int_equal(finding->status, rows[i].status);
        assert_int_equal(finding->message == NULL, rows[i].status == PGS_STATUS_PASSED);
    }
}

/* Of the server, or of pgstair, which does not put words into the server's mouth. */
static void
test_refusals(void **state)
{
    Fixture *fixture = *state;
    PgsFailure *failure = pgs_failure_new_printf("42703", "one", "no column x");
    fixture->judgement->failure = failure;
    const PgsFinding *own = judge(fixture);
    assert_int_equal(own->status, PGS_STATUS_FAILED);
    assert_string_equal(own->message, "no column x");
    assert_string_equal(own->hint, "one");
    assert_null(strstr(own->detail, "ERROR"));
    failure->function = g_strdup("errorMissingColumn");
    const PgsFinding *theirs = judge(fixture);
    assert_string_equal(theirs->message, "the server refuses the query: no column x");
    assert_non_null(strstr(theirs->detail, "\nERROR:  no column x"));
    g_ptr_array_set_size(fixture->result.judgements, 0);
    fixture->result.failure = failure;
    fixture->result.trouble = TEXT("the server refuses it: no column x");
    assert_string_equal(judge(fixture)->message, "the server refuses the query: no column x");
    g_clear_pointer(&failure->function, g_free);
    assert_string_equal(judge(fixture)->message, "no column x");
}

/* Where no index is named, the table is. */
static void
test_any_index(void **state)
{
    Fixture *fixture = *state;
    PgsRelation relation = {.oid = 77, .identity = TEXT("public.users")};
    PgsVolumeTable table = {.relation = &relation};
    fixture->question->index = NULL;
    assert_string_equal(judge(fixture)->title, "by mail: served by an index");
    assert_null(judge(fixture)->object);
    g_ptr_array_add(fixture->tables, &table);
    fixture->question->relation = 77;
    assert_string_equal(judge(fixture)->title, "by mail: served by an index of public.users");
    assert_string_equal(judge(fixture)->object, "table public.users");
}

/* The plan that decided is the one that is shown. */
static void
test_generic(void **state)
{
    Fixture *fixture = *state;
    add_evidence(fixture->judgement, PGS_ROLE_GENERIC, "for any values: Seq Scan");
    fixture->judgement->served = PGS_SERVED_USELESS;
    assert_non_null(strstr(judge(fixture)->actual, "useless; as it is:"));
    assert_non_null(strstr(judge(fixture)->reproduce, "force_custom_plan"));
    fixture->judgement->is_by_generic = TRUE;
    assert_string_equal(judge(fixture)->actual, "useless; for any values: Seq Scan");
    assert_non_null(strstr(judge(fixture)->reproduce, "force_generic_plan"));
}

/* That a sequential scan is cheaper may be a matter of few rows. */
static void
test_few_rows(void **state)
{
    Fixture *fixture = *state;
    PgsRelation relation = {.oid = 77, .identity = TEXT("public.users")};
    PgsVolumeTable table = {.relation = &relation, .rows = 1000};
    g_ptr_array_add(fixture->tables, &table);
    fixture->index.relation = &relation;
    fixture->judgement->served = PGS_SERVED_SERVABLE;
    fixture->judgement->is_sequential = TRUE;
    assert_non_null(strstr(judge(fixture)->hint, "public.users has 1000 rows here; with more"));
    table.rows = 10000;
    assert_null(judge(fixture)->hint);
}

static void
test_trouble(void **state)
{
    Fixture *fixture = *state;
    g_ptr_array_set_size(fixture->result.questions, 0);
    g_ptr_array_set_size(fixture->result.judgements, 0);
    fixture->result.trouble = TEXT("there is no index ix_a");
    const PgsFinding *finding = judge(fixture);
    assert_int_equal(finding->status, PGS_STATUS_ERROR);
    assert_string_equal(finding->title, "by mail: served by ix_a");
    assert_string_equal(finding->message, "there is no index ix_a");
    assert_requirements(finding, "R-1 R-2 ");
    fixture->result.is_fault = TRUE;
    assert_int_equal(judge(fixture)->status, PGS_STATUS_FAILED);
    /* Of an index's own there is nothing to ask. */
    fixture->result.query = NULL;
    fixture->result.index = &fixture->index;
    fixture->result.is_fault = FALSE;
    g_autoptr(PgsFinding) derived = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_int_equal(derived->status, PGS_STATUS_SKIPPED);
    assert_string_equal(derived->message, "there is no index ix_a");
}

static void
test_index(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        PgsServed first, second;
        gboolean is_sequential; /* of the second */
        PgsStatus status;
        const char *actual;
    } rows[] = {
        {PGS_SERVED_CHOSEN, PGS_SERVED_CHOSEN, FALSE, PGS_STATUS_PASSED, "chosen by 2"},
        {PGS_SERVED_CHOSEN, PGS_SERVED_SERVABLE, FALSE, PGS_STATUS_INFO, "chosen by 1"},
        {PGS_SERVED_CHOSEN, PGS_SERVED_SERVABLE, TRUE, PGS_STATUS_WARNING, "chosen by 1"},
        {PGS_SERVED_USELESS, PGS_SERVED_SERVABLE, TRUE, PGS_STATUS_FAILED, "chosen by 0"},
        /* What cannot be judged takes nothing from what can. */
        {PGS_SERVED_UNKNOWN, PGS_SERVED_CHOSEN, FALSE, PGS_STATUS_PASSED, "chosen by 1"},
        {PGS_SERVED_CHOSEN, PGS_SERVED_UNKNOWN, FALSE, PGS_STATUS_PASSED, "chosen by 1"},
        {PGS_SERVED_UNKNOWN, PGS_SERVED_UNKNOWN, FALSE, PGS_STATUS_SKIPPED, "chosen by 0"},
        {PGS_SERVED_USELESS, PGS_SERVED_USELESS, FALSE, PGS_STATUS_FAILED, "chosen by 0"},
    };
    PgsQuestion *other = pgs_question_new(PGS_QUESTION_RANGE, &fixture->index);
    other->title = g_strdup("a range of users");
    other->sql = g_strdup("SELECT 2");
    PgsJudgement *second = pgs_judgement_new();
    add_evidence(second, PGS_ROLE_VERDICT, "as it is: Seq Scan");
    second->reason = g_strdup("ix_a can serve it, but uq_b is cheaper");
    g_ptr_array_add(fixture->result.questions, other);
    g_ptr_array_add(fixture->result.judgements, second);
    fixture->result.query = NULL;
    fixture->result.index = &fixture->index;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        fixture->judgement->served = rows[i].first;
        second->served = rows[i].second;
        second->is_sequential = rows[i].is_sequential;
        g_autoptr(PgsFinding) finding = pgs_plan_index_finding(&fixture->result, &fixture->context);
        assert_string_equal(finding->check, "plan.index");
        assert_int_equal(finding->status, rows[i].status);
        assert_string_equal(finding->actual, rows[i].actual);
        assert_string_equal(finding->title, "public.ix_a serves what it was made for");
        assert_requirements(finding, "R-8 ");
        assert_int_equal(finding->message == NULL, rows[i].status == PGS_STATUS_PASSED);
        /* Of the worst, the first. */
        if (rows[i].first == PGS_SERVED_USELESS)
            assert_string_equal(finding->message, "users by email: ix_a: useless");
        if (rows[i].second == PGS_SERVED_SERVABLE && rows[i].first == PGS_SERVED_CHOSEN)
            assert_string_equal(finding->message,
                                "a range of users: ix_a can serve it, but uq_b is cheaper");
    }
    pgs_question_free(other);
    pgs_judgement_free(second);
}

/* Also where nothing could be asked of it. */
static void
test_invalid(void **state)
{
    Fixture *fixture = *state;
    fixture->index.valid = FALSE;
    fixture->judgement->served = PGS_SERVED_UNKNOWN;
    fixture->result.query = NULL;
    fixture->result.index = &fixture->index;
    g_autoptr(PgsFinding) unknown = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_int_equal(unknown->status, PGS_STATUS_FAILED);
    assert_string_equal(unknown->message, "ix_a is INVALID: no query uses it");
    assert_string_equal(unknown->hint, "build it again: REINDEX INDEX public.ix_a; or drop it");
    g_ptr_array_set_size(fixture->result.questions, 0);
    g_ptr_array_set_size(fixture->result.judgements, 0);
    fixture->result.trouble = TEXT("the table is empty");
    g_autoptr(PgsFinding) unasked = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_string_equal(unasked->message, unknown->message);
}

/* What is asked of a constraint its index serves too. */
static void
test_constraint(void **state)
{
    Fixture *fixture = *state;
    fixture->index.constraint = TEXT("ix_a");
    fixture->result.query = NULL;
    fixture->result.index = &fixture->index;
    g_autoptr(PgsFinding) finding = pgs_plan_index_finding(&fixture->result, &fixture->context);
    assert_requirements(finding, "R-8 R-9 ");
}

static void
test_volume(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *check;
        PgsStatus status;
    } rows[] = {
        {"plan.query", PGS_STATUS_PASSED},   {"plan.query", PGS_STATUS_FAILED},
        {"plan.index", PGS_STATUS_PASSED},   {"plan.index", PGS_STATUS_INFO},
        {"plan.index", PGS_STATUS_WARNING},  {"plan.index", PGS_STATUS_SKIPPED},
        {"expect.index", PGS_STATUS_PASSED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_ptr_array_add(fixture->findings,
                        pgs_finding_new(rows[i].check, rows[i].status, "shop", NULL, "x"));
    g_autoptr(GPtrArray) fill = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sql_text_free);
    g_ptr_array_add(fill, pgs_sql_text_new(NULL, "UPDATE users SET x = 1"));
    g_ptr_array_add(fill, pgs_sql_text_new("more.sql", NULL));
    fixture->context.fill = fill;
    g_autoptr(PgsFinding) finding = pgs_plan_volume_finding(&fixture->context, fixture->findings);
    assert_string_equal(finding->reproduce,
                        "UPDATE users SET x = 1;\n\\i more.sql\nVACUUM (ANALYZE);");
    assert_int_equal(finding->status, PGS_STATUS_INFO);
    assert_string_equal(finding->message, "0 rows in 0 tables, seed 20");
    assert_string_equal(finding->actual,
                        "1 of 2 queries served; indexes: 1 chosen, 2 servable, 1 not judged");
    assert_non_null(strstr(finding->detail, "work_mem = 4MB (default)"));
}

static void
test_table(void **state)
{
    (void)state;
    static const char *const ids[] = {"plan.query", "plan.index", "plan.volume"};
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        assert_non_null(pgs_check_find(ids[i]));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_query),       TEST(test_evidence),       TEST(test_settings),
        TEST(test_substitutes), TEST(test_query_statuses), TEST(test_refusals),
        TEST(test_any_index),   TEST(test_few_rows),       TEST(test_generic),
        TEST(test_trouble),     TEST(test_index),          TEST(test_invalid),
        TEST(test_constraint),  TEST(test_volume),         cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

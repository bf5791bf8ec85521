#include "check/sink.h"
#include "check/system_words.h"
#include "cmocka_all.h"

/* A system over migrations/canvas, and a sink for it. */
typedef struct {
    PgsSystem *system;
    PgsHistory *history;
    PgsRecord *record;
    PgsCheckSelection checks;
    PgsSink sink;
} Fixture;

static int
setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->system = pgs_system_new(PGS_SOURCE_DIR "/migrations/canvas");
    fixture->history = pgs_history_read(fixture->system->folder, NULL, NULL);
    assert_non_null(fixture->history);
    fixture->record = pgs_record_new("test");
    pgs_sink_init(&fixture->sink, fixture->system, fixture->history);
    fixture->sink.checks = &fixture->checks;
    fixture->sink.record = fixture->record;
    fixture->sink.facts = pgs_record_add_system(fixture->record, "canvas", "canvas");
    fixture->sink.today = "2026-11-21";
    *state = fixture;
    return 0;
}

static int
teardown(void **state)
{
    Fixture *fixture = *state;
    pgs_sink_clear(&fixture->sink);
    pgs_record_free(fixture->record);
    pgs_history_free(fixture->history);
    pgs_system_free(fixture->system);
    g_free(fixture);
    return 0;
}

static void
add(Fixture *fixture, const char *check, PgsStatus status, const char *revision, const char *object)
{
    PgsFinding *finding = pgs_finding_new(check, status, "canvas", revision, "a title");
    finding->object = g_strdup(object);
    pgs_sink_add(&fixture->sink, finding);
}

static const PgsFinding *
nth(const Fixture *fixture, guint index)
{
    assert_true(index < fixture->record->findings->len);
    return g_ptr_array_index(fixture->record->findings, index);
}

static PgsAcceptance *
accept(Fixture *fixture, const char *check, const char *revision, const char *object,
       const char *until)
{
    PgsAcceptance *acceptance = g_new0(PgsAcceptance, 1);
    acceptance->check = g_strdup(check);
    acceptance->revision = g_strdup(revision);
    acceptance->object = g_strdup(object);
    acceptance->until = g_strdup(until);
    acceptance->reason = g_strdup("agreed");
    g_ptr_array_add(fixture->system->accepted, acceptance);
    return acceptance;
}

static PgsRequirement *
require(Fixture *fixture, const char *id, const char *check)
{
    if (fixture->system->requirements == NULL)
        fixture->system->requirements = pgs_requirements_new("requirements.yaml");
    PgsRequirement *requirement = g_new0(PgsRequirement, 1);
    requirement->id = g_strdup(id);
    requirement->text = g_strdup("text");
    requirement->checks = g_strsplit(check, ",", -1);
    requirement->needs = g_new0(char *, 1);
    requirement->coverage_files = g_new0(char *, 1);
    g_ptr_array_add(fixture->system->requirements->items, requirement);
    return requirement;
}

static void
test_what_is_not_chosen_is_left_out(void **state)
{
    Fixture *fixture = *state;
    fixture->checks.skip = (char *[]){(char *)"stairway.down", NULL};
    add(fixture, "stairway.down", PGS_STATUS_FAILED, NULL, NULL);
    add(fixture, "stairway.up", PGS_STATUS_PASSED, NULL, NULL);
    assert_int_equal(fixture->record->findings->len, 1);
    assert_string_equal(nth(fixture, 0)->check, "stairway.up");
}

static void
test_an_accepted_finding_counts_no_more(void **state)
{
    Fixture *fixture = *state;
    accept(fixture, "stairway.down", "002", "enum type public.*", "2026-11-21");
    add(fixture, "stairway.down", PGS_STATUS_FAILED, "002_canvas_tables", "enum type public.mood");
    add(fixture, "stairway.down", PGS_STATUS_FAILED, "002_canvas_tables", "table public.mood");
    add(fixture, "stairway.down", PGS_STATUS_FAILED, "001_users_table", "enum type public.mood");
    add(fixture, "stairway.again", PGS_STATUS_FAILED, "002_canvas_tables", "enum type public.mood");
    add(fixture, "stairway.down", PGS_STATUS_PASSED, "002_canvas_tables", "enum type public.mood");
    assert_int_equal(nth(fixture, 0)->status, PGS_STATUS_ACCEPTED);
    assert_string_equal(nth(fixture, 0)->accepted, "until 2026-11-21: agreed");
    for (guint i = 1; i <= 3; i++)
        assert_int_equal(nth(fixture, i)->status, PGS_STATUS_FAILED);
    assert_int_equal(nth(fixture, 4)->status, PGS_STATUS_PASSED);
    pgs_sink_finish(&fixture->sink);
    assert_int_equal(fixture->record->findings->len, 5);
}

/* Accepting the first object of a finding does not accept what else is wrong in it. */
static void
test_every_object_has_to_be_accepted(void **state)
{
    Fixture *fixture = *state;
    accept(fixture, "stairway.down", NULL, "enum type public.mood", "2027-01-31");
    for (guint i = 0; i < 2; i++) {
        PgsFinding *finding =
            pgs_finding_new("stairway.down", PGS_STATUS_FAILED, "canvas", NULL, "a title");
        finding->hint = g_strdup("mend it");
        pgs_finding_add_object(finding, "enum type public.mood");
        pgs_finding_add_object(finding, "table public.left");
        pgs_sink_add(&fixture->sink, finding);
        accept(fixture, "stairway.down", NULL, "table public.*", NULL);
    }
    assert_int_equal(nth(fixture, 0)->status, PGS_STATUS_FAILED);
    assert_string_equal(nth(fixture, 0)->hint, "mend it; not accepted: table public.left");
    assert_int_equal(nth(fixture, 1)->status, PGS_STATUS_ACCEPTED);
    assert_string_equal(nth(fixture, 1)->accepted, "until 2027-01-31: agreed; agreed");
}

static void
test_odd_names_are_accepted_as_they_are(void **state)
{
    Fixture *fixture = *state;
    static const char *const objects[] = {"table public.\"a[1]*?\"",
                                          "function public.f(integer[])"};
    for (gsize i = 0; i < G_N_ELEMENTS(objects); i++)
        accept(fixture, "stairway.down", NULL, objects[i], NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(objects); i++)
        add(fixture, "stairway.down", PGS_STATUS_FAILED, NULL, objects[i]);
    add(fixture, "stairway.down", PGS_STATUS_FAILED, NULL, "function public.f(integer)");
    for (guint i = 0; i < G_N_ELEMENTS(objects); i++)
        assert_int_equal(nth(fixture, i)->status, PGS_STATUS_ACCEPTED);
    assert_int_equal(nth(fixture, 2)->status, PGS_STATUS_FAILED);
}

/* Nobody has agreed to what nobody has seen. */
static void
test_what_could_not_be_judged_is_not_accepted(void **state)
{
    Fixture *fixture = *state;
    accept(fixture, "expect", NULL, NULL, NULL);
    add(fixture, "expect.table", PGS_STATUS_ERROR, NULL, NULL);
    assert_int_equal(nth(fixture, 0)->status, PGS_STATUS_ERROR);
    /* Nor is the entry blamed for having found nothing. */
    pgs_sink_finish(&fixture->sink);
    assert_int_equal(fixture->record->findings->len, 1);
}

static void
test_an_acceptance_ends_on_its_day(void **state)
{
    Fixture *fixture = *state;
    accept(fixture, "stairway", NULL, NULL, "2026-11-20");
    add(fixture, "stairway.down", PGS_STATUS_FAILED, NULL, NULL);
    pgs_sink_finish(&fixture->sink);
    assert_int_equal(nth(fixture, 0)->status, PGS_STATUS_FAILED);
    assert_string_equal(nth(fixture, 1)->check, "accept.expired");
    assert_int_equal(nth(fixture, 1)->status, PGS_STATUS_WARNING);
}

static void
test_an_acceptance_of_nothing_is_told(void **state)
{
    Fixture *fixture = *state;
    accept(fixture, "stairway.down", NULL, "table public.gone", NULL);
    add(fixture, "stairway.down", PGS_STATUS_FAILED, NULL, "table public.other");
    pgs_sink_finish(&fixture->sink);
    assert_int_equal(fixture->record->findings->len, 2);
    assert_string_equal(nth(fixture, 1)->check, "accept.unused");
}

static void
test_an_acceptance_of_what_was_not_asked_is_not_accused(void **state)
{
    Fixture *fixture = *state;
    fixture->checks.skip = (char *[]){(char *)"stairway", NULL};
    accept(fixture, "stairway.down", NULL, NULL, NULL);
    pgs_sink_finish(&fixture->sink);
    assert_int_equal(fixture->record->findings->len, 0);
}

static void
test_severities_are_the_projects(void **state)
{
    Fixture *fixture = *state;
    const char *rows[][2] = {{"folder", "failed"}, {"folder.unmatched", "info"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PgsSeverity *severity = g_new0(PgsSeverity, 1);
        severity->check = g_strdup(rows[i][0]);
        severity->severity = g_strdup(rows[i][1]);
        g_ptr_array_add(fixture->system->severities, severity);
    }
    add(fixture, "folder.orphan-down", PGS_STATUS_WARNING, NULL, NULL);
    add(fixture, "folder.unmatched", PGS_STATUS_WARNING, NULL, NULL);
    add(fixture, "folder.unmatched", PGS_STATUS_PASSED, NULL, NULL);
    assert_int_equal(nth(fixture, 0)->status, PGS_STATUS_FAILED);
    assert_int_equal(nth(fixture, 1)->status, PGS_STATUS_INFO);
    assert_int_equal(nth(fixture, 2)->status, PGS_STATUS_PASSED);
}

static void
test_a_requirement_is_served_by_the_checks_it_names(void **state)
{
    Fixture *fixture = *state;
    require(fixture, "X-1", "cycle,stairway.down@002");
    require(fixture, "X-2", "stairway");
    add(fixture, "cycle.up", PGS_STATUS_PASSED, NULL, NULL);
    add(fixture, "stairway.down", PGS_STATUS_PASSED, "002_canvas_tables", NULL);
    add(fixture, "stairway.down", PGS_STATUS_PASSED, "001_users_table", NULL);
    const char *expected[] = {"X-1", "X-1 X-2", "X-2"};
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(GString) ids = g_string_new(NULL);
        const GPtrArray *served = nth(fixture, i)->requirements;
        for (guint k = 0; served != NULL && k < served->len; k++)
            g_string_append_printf(ids, "%s%s", k > 0 ? " " : "",
                                   (char *)g_ptr_array_index(served, k));
        assert_string_equal(ids->str, expected[i]);
    }
}

static void
assert_refused(Fixture *fixture, const char *words)
{
    g_autoptr(GError) error = NULL;
    assert_false(pgs_system_words_validate(fixture->system, fixture->history, &error));
    assert_non_null(strstr(error->message, words));
}

static void
test_words_are_checked_where_they_stand(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_true(pgs_system_words_validate(fixture->system, fixture->history, &error));
    PgsAcceptance *acceptance = accept(fixture, "stairway.dwon", NULL, NULL, NULL);
    acceptance->place = (PgsPlace){"pgstair.yaml", 12, 5};
    assert_refused(fixture, "pgstair.yaml:12:5: there is no check");
    assert_refused(fixture, "did you mean \"stairway.down\"?");
    g_free(acceptance->check);
    acceptance->check = g_strdup("stairway.down");
    acceptance->revision = g_strdup("0815");
    assert_refused(fixture, "pgstair.yaml:12:5: ");
    g_ptr_array_set_size(fixture->system->accepted, 0);
    PgsRequirement *requirement = require(fixture, "X-1", "cycle@007");
    requirement->place = (PgsPlace){"requirements.yaml", 3, 1};
    assert_refused(fixture, "requirements.yaml:3:1: ");
}

static void
test_a_deferred_requirement_may_need_what_is_to_come(void **state)
{
    Fixture *fixture = *state;
    PgsRequirement *requirement = require(fixture, "X-1", "cycle");
    g_strfreev(requirement->needs);
    requirement->needs = g_strsplit("clairvoyance", ",", -1);
    assert_refused(fixture, "clairvoyance");
    requirement->deferred = g_strdup("later");
    g_autoptr(GError) error = NULL;
    assert_true(pgs_system_words_validate(fixture->system, fixture->history, &error));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_not_chosen_is_left_out),
        TEST(test_an_accepted_finding_counts_no_more),
        TEST(test_every_object_has_to_be_accepted),
        TEST(test_odd_names_are_accepted_as_they_are),
        TEST(test_what_could_not_be_judged_is_not_accepted),
        TEST(test_an_acceptance_ends_on_its_day),
        TEST(test_an_acceptance_of_nothing_is_told),
        TEST(test_an_acceptance_of_what_was_not_asked_is_not_accused),
        TEST(test_severities_are_the_projects),
        TEST(test_a_requirement_is_served_by_the_checks_it_names),
        TEST(test_words_are_checked_where_they_stand),
        TEST(test_a_deferred_requirement_may_need_what_is_to_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

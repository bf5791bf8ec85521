/* Covers harness/check/exercising.c: everything happens on a copy; the database itself keeps its
 * rows, its sequences' positions and its schema. */
#include "cmocka_all.h"

#include "check/exercising.h"
#include "lane_fixture.h"

#include <string.h>

/* Rows, sequences in the midst of their numbers, an enum, a setting of the database's own. */
static const char up[] =
    "CREATE TYPE state AS ENUM ('open', 'closed');\n"
    "CREATE TABLE parents (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL "
    "UNIQUE CHECK (name <> ''));\n"
    "CREATE TABLE children (id serial PRIMARY KEY, state state NOT NULL DEFAULT 'open', "
    "parent_id bigint NOT NULL REFERENCES parents ON DELETE CASCADE);\n"
    "CREATE TABLE log (at timestamptz DEFAULT now(), what text);\n"
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log "
    "(what) VALUES (TG_OP); RETURN NULL; END $$;\n"
    "CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON children FOR EACH ROW EXECUTE "
    "FUNCTION note();\n"
    "INSERT INTO parents (name) SELECT 'p' || n FROM generate_series(1, 20) n;\n"
    "INSERT INTO children (parent_id) SELECT n FROM generate_series(1, 20) n;\n"
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''5MB''', current_database()); "
    "END $$;\n";

/* What must stay: each table's count and checksum, each sequence's position, the enum's labels. */
static const char state_query[] =
    "SELECT pg_catalog.concat_ws(' ',"
    " (SELECT count(*) || ':' || md5(string_agg(t::text, ',' ORDER BY id)) FROM parents t),"
    " (SELECT count(*) || ':' || md5(string_agg(t::text, ',' ORDER BY id)) FROM children t),"
    " (SELECT count(*) || ':' || md5(string_agg(t::text, ',' ORDER BY at, what)) FROM log t),"
    " (SELECT last_value || ':' || is_called FROM parents_id_seq),"
    " (SELECT last_value || ':' || is_called FROM children_id_seq),"
    " (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_catalog.pg_enum))";

static int
set_up(void **state)
{
    return lane_fixture_set_up(state, up);
}

static GPtrArray *
exercise(LaneFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_autoptr(GPtrArray) expectations = g_ptr_array_new();
    PgsCheckSelection checks = {0};
    PgsClimbOptions options = {.floor = -1};
    PgsExercising *exercising = pgs_exercising_begin(fixture->stage, fixture->lane, fixture->system,
                                                     &checks, &options, &error);
    assert_non_null(exercising);
    if (!pgs_exercising_end(exercising, NULL, expectations, findings, &error))
        fail_msg("%s", error->message);
    return findings;
}

static const PgsFinding *
find(const GPtrArray *findings, const char *check)
{
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        if (strcmp(finding->check, check) == 0)
            return finding;
    }
    fail_msg("there is no finding of %s", check);
    return NULL;
}

static void
test_the_database_itself_is_untouched(void **state)
{
    LaneFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    lane_fixture_climb(fixture);
    g_autoptr(PgsSnapshot) schema = pgs_lane_snapshot_whole(fixture->lane, &error);
    g_autofree char *before = lane_fixture_ask(fixture, state_query);
    g_autoptr(GPtrArray) findings = exercise(fixture);
    /* All of it was exercised, the enum too, which gets a label for that. */
    assert_int_equal(find(findings, "exercise.coverage")->status, PGS_STATUS_PASSED);
    assert_int_equal(find(findings, "exercise.enum")->status, PGS_STATUS_PASSED);
    assert_int_equal(find(findings, "exercise.foreign-key")->status, PGS_STATUS_PASSED);
    g_autofree char *after = lane_fixture_ask(fixture, state_query);
    assert_string_equal(before, after);
    g_autoptr(PgsSnapshot) schema_after = pgs_lane_snapshot_whole(fixture->lane, &error);
    assert_true(pgs_snapshot_equal(schema, schema_after));
}

/* What ALTER DATABASE has set acts in the copy too. */
static void
test_the_copy_has_the_databases_settings(void **state)
{
    LaneFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    lane_fixture_climb(fixture);
    g_autofree char *original = lane_fixture_ask(fixture, "SHOW work_mem");
    assert_string_equal(original, "5MB");
    PgsLane *copy = pgs_lane_copy(fixture->lane, "copy", &error);
    assert_non_null(copy);
    PgsLane *lane = fixture->lane;
    fixture->lane = copy;
    g_autofree char *copied = lane_fixture_ask(fixture, "SHOW work_mem");
    fixture->lane = lane;
    pgs_lane_free(copy);
    assert_string_equal(copied, "5MB");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_database_itself_is_untouched, set_up,
                                        lane_fixture_tear_down),
        cmocka_unit_test_setup_teardown(test_the_copy_has_the_databases_settings, set_up,
                                        lane_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

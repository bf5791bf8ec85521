/* Covers harness/check/exercising.c: everything happens on a copy; the database itself keeps its
 * rows, its sequences' positions and its schema. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "check/exercising.h"
#include "check/system_words.h"
#include "server_fixture.h"

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

typedef struct {
    char *folder;
    PgsServer *server;
    PgsSystem *system;
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane;
} Fixture;

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server = NULL;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-exercising-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(fixture->folder, "001_all.up.sql", NULL);
    assert_true(g_file_set_contents(path, up, -1, NULL));
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    pgs_lane_free(fixture->lane);
    pgs_stage_free(fixture->stage);
    pgs_history_free(fixture->history);
    pgs_system_free(fixture->system);
    pgs_server_stop(fixture->server);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void
climb(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsOutcome) failure = NULL;
    fixture->system = pgs_system_new(fixture->folder);
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_null(error);
    PgsStageOptions options = pgs_system_stage_options(fixture->system);
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, FALSE, NULL);
    fixture->lane = pgs_lane_new(fixture->stage, "exercising", &error);
    assert_non_null(fixture->lane);
    if (!pgs_lane_climb(fixture->lane, 0, &failure, &error))
        fail_msg("%s", failure != NULL ? failure->failure->message : error->message);
}

static char *
ask(const Fixture *fixture, const char *query)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(fixture->lane), pgs_lane_database(fixture->lane),
                            60 * 1000, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, query, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static GPtrArray *
exercise(Fixture *fixture)
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
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    climb(fixture);
    g_autoptr(PgsSnapshot) schema = pgs_lane_snapshot_whole(fixture->lane, &error);
    g_autofree char *before = ask(fixture, state_query);
    g_autoptr(GPtrArray) findings = exercise(fixture);
    /* All of it was exercised, the enum too, which gets a label for that. */
    assert_int_equal(find(findings, "exercise.coverage")->status, PGS_STATUS_PASSED);
    assert_int_equal(find(findings, "exercise.enum")->status, PGS_STATUS_PASSED);
    assert_int_equal(find(findings, "exercise.foreign-key")->status, PGS_STATUS_PASSED);
    g_autofree char *after = ask(fixture, state_query);
    assert_string_equal(before, after);
    g_autoptr(PgsSnapshot) schema_after = pgs_lane_snapshot_whole(fixture->lane, &error);
    assert_true(pgs_snapshot_equal(schema, schema_after));
}

/* What ALTER DATABASE has set acts in the copy too. */
static void
test_the_copy_has_the_databases_settings(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    climb(fixture);
    g_autofree char *original = ask(fixture, "SHOW work_mem");
    assert_string_equal(original, "5MB");
    PgsLane *copy = pgs_lane_copy(fixture->lane, "copy", &error);
    assert_non_null(copy);
    PgsLane *lane = fixture->lane;
    fixture->lane = copy;
    g_autofree char *copied = ask(fixture, "SHOW work_mem");
    fixture->lane = lane;
    pgs_lane_free(copy);
    assert_string_equal(copied, "5MB");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_database_itself_is_untouched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_copy_has_the_databases_settings, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

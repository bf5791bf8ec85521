/* Covers harness/cycle/territory.c, and what stages and lanes do on a server that is somebody's. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/cycle.h"
#include "cycle/lane.h"
#include "cycle/stairway.h"
#include "cycle/territory.h"
#include "migration/step.h"
#include "server/foreign.h"

typedef struct {
    Foreign *foreign;
    PgsServer *server; /* of kind "url" */
    char *folder;
    GPtrArray *prepare;
    PgsHistory *history;
    PgsStageOptions options;
    PgsStage *stage;
    PgsLane *lane;
    PgsOutcome *outcome;
} Fixture;

static int
set_up_group(void **state)
{
    void *foreign;
    if (foreign_set_up(&foreign) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->foreign = foreign;
    *state = fixture;
    return 0;
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    void *foreign = fixture->foreign;
    g_free(fixture);
    return foreign_tear_down(&foreign);
}

static int
set_up(void **state)
{
    Fixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-territory-XXXXXX", NULL);
    fixture->prepare = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sql_text_free);
    fixture->options = (PgsStageOptions){
        .name = "territory", .statement_timeout = 60000, .prepare = fixture->prepare};
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->outcome, pgs_outcome_free);
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    g_clear_pointer(&fixture->server, pgs_server_stop);
    g_clear_pointer(&fixture->prepare, g_ptr_array_unref);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    return foreign_run(fixture->foreign->boss, "DROP ROLE IF EXISTS territory_made") ? 0 : -1;
}

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A stage on that server, as that role of it. */
static void
open_stage(Fixture *fixture, const char *role)
{
    g_autoptr(GError) error = NULL;
    PQconninfoOption *parts = PQconninfoParse(pgs_server_conninfo(fixture->foreign->server), NULL);
    g_autofree char *host = NULL;
    for (PQconninfoOption *part = parts; part->keyword != NULL; part++) {
        if (strcmp(part->keyword, "host") == 0)
            host = g_uri_escape_string(part->val, NULL, FALSE);
    }
    PQconninfoFree(parts);
    g_autofree char *url = g_strdup_printf("postgresql://%s@/postgres?host=%s", role, host);
    fixture->server = pgs_server_start(&(PgsServerOptions){.spec = url}, NULL, &error);
    if (fixture->server == NULL)
        fail_msg("%s", error->message);
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_non_null(fixture->history);
    fixture->stage =
        pgs_stage_new(&fixture->options, fixture->history, fixture->server, FALSE, NULL);
}

static void
open_lane(Fixture *fixture, const char *role)
{
    g_autoptr(GError) error = NULL;
    open_stage(fixture, role);
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    if (fixture->lane == NULL)
        fail_msg("%s", error->message);
}

/* Nothing runs, and the message holds text. */
static void
assert_refused(Fixture *fixture, const char *role, const char *text)
{
    g_autoptr(GError) error = NULL;
    open_stage(fixture, role);
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    assert_null(fixture->lane);
    assert_true(g_error_matches(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN));
    if (strstr(error->message, text) == NULL)
        fail_msg("%s\nlacks: %s", error->message, text);
    assert_non_null(strstr(error->message, "HINT:"));
    g_autofree char *left = foreign_value(
        fixture->foreign,
        "SELECT pg_catalog.string_agg(datname, ' ') FROM pg_database WHERE datname ~ 'territory'");
    assert_string_equal(left, "(null)");
}

static void
assert_text_is_refused(void **state, const char *sql, const char *text)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    write_file(fixture, "001_r.down.sql", "DROP TABLE t;");
    write_file(fixture, "002_r.up.sql", sql);
    write_file(fixture, "002_r.down.sql", "SELECT 1;");
    assert_refused(fixture, "postgres", text);
}

static void
test_role(void **state)
{
    assert_text_is_refused(state, "SELECT 1;\n  CREATE ROLE territory_made;",
                           "002_r.up.sql:2:3: CREATE ROLE is not run");
}

static void
test_role_in_block(void **state)
{
    assert_text_is_refused(state, "DO $$ BEGIN EXECUTE 'CREATE ROLE territory_made'; END $$;",
                           "002_r.up.sql:1:1: DO is not run");
}

static void
test_other_database(void **state)
{
    assert_text_is_refused(state, "ALTER /* one */ DATABASE postgres SET work_mem = '1MB';",
                           "002_r.up.sql:1:1: ALTER DATABASE is not run");
}

static void
test_database_privilege(void **state)
{
    assert_text_is_refused(state, "GRANT CONNECT ON DATABASE postgres TO PUBLIC;",
                           "it names a database");
}

static void
test_downgrade(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    write_file(fixture, "001_r.down.sql", "DROP TABLE t; DROP OWNED BY maker;");
    assert_refused(fixture, "maker", "001_r.down.sql:1:15: DROP OWNED is not run");
}

static void
test_prepare(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    g_ptr_array_add(fixture->prepare, pgs_sql_text_new(NULL, "CREATE ROLE territory_made"));
    assert_refused(fixture, "maker", "prepare:1:1: CREATE ROLE is not run");
}

static void
test_start(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    write_file(fixture, "dump",
               "\\restrict abc\nCREATE TABLE s (id int);\nALTER ROLE maker LOGIN;");
    g_autofree char *dump = g_build_filename(fixture->folder, "dump", NULL);
    fixture->options.start = dump;
    assert_refused(fixture, "maker", "dump:3:1: ALTER ROLE is not run");
}

static void
test_sample(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    write_file(fixture, "sample", "INSERT INTO t VALUES (1);\nCREATE ROLE territory_made;");
    g_autofree char *pattern = g_build_filename(fixture->folder, "sampl?", NULL);
    g_autoptr(GPtrArray) samples = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sample_free);
    g_ptr_array_add(samples, pgs_sample_new(PGS_SAMPLE_SQL, pattern));
    fixture->options.samples = samples;
    assert_refused(fixture, "maker", "sample:2:1: CREATE ROLE is not run");
}

/* One text behind another, in a part of the file that leaves lines out. */
static PgsStep *
further_text(const PgsStep *like, const char *text)
{
    static const guint numbers[] = {7, 11};
    PgsStep *step = pgs_step_new_text(like->path, text, strlen(text), 1, NULL, PGS_SEND_STATEMENTS,
                                      TRUE, NULL, like->tool);
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_vals(lines, numbers, G_N_ELEMENTS(numbers));
    pgs_step_set_lines(step, lines);
    return step;
}

/* Everything that a direction sends is looked at, not its first text alone. */
static void
test_all_of_a_direction(void **state)
{
    static const char made[] = "SELECT 1;\nCREATE ROLE territory_made;";
    enum { NEXT, BEFORE, AFTER, CONDITION, VERIFY, BY_PSQL, PREPARE, N_CASES };
    static const char *const said[N_CASES] = {
        [NEXT] = "001_r.up.sql:11:1: CREATE ROLE is not run",
        [BEFORE] = "001_r.up.sql:2:1: CREATE ROLE is not run",
        [AFTER] = "001_r.up.sql:2:1: CREATE ROLE is not run",
        [CONDITION] = "001_r.up.sql:2:1: CREATE ROLE is not run",
        [VERIFY] = "001_r.up.sql:11:1: CREATE ROLE is not run",
        [BY_PSQL] = "001_r.up.sql:7:1: what it has psql run is not run",
        [PREPARE] = ":2:1: CREATE ROLE is not run",
    };
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    open_stage(fixture, "postgres");
    for (gint i = 0; i < N_CASES; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = pgs_history_read(fixture->folder, "plain", &error);
        PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        PgsStep *further =
            further_text(revision->up, i == NEXT || i == VERIFY ? made : "SELECT 1;");
        if (i == VERIFY)
            revision->verify = further;
        else
            pgs_step_append(&revision->up, further);
        further->before = i == BEFORE ? g_strdup(made) : NULL;
        further->after = i == AFTER ? g_strdup(made) : NULL;
        further->condition = i == CONDITION ? g_strdup(made) : NULL;
        if (i == BY_PSQL) {
            further->send = PGS_SEND_PSQL;
            further->flags = PGS_STATEMENT_CLUSTER;
        }
        history->prepare = i == PREPARE ? made : NULL;
        assert_false(
            pgs_territory_check(&fixture->options, history, fixture->server, NULL, &error));
        assert_true(g_error_matches(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN));
        if (strstr(error->message, said[i]) == NULL)
            fail_msg("%d: %s\nlacks: %s", i, error->message, said[i]);
    }
}

/* On the server's machine. */
static void
test_program(void **state)
{
    assert_text_is_refused(state, "COPY (SELECT 1) TO /* one */ PROGRAM 'true';",
                           "002_r.up.sql:1:1: COPY is not run");
}

static void
test_file(void **state)
{
    assert_text_is_refused(state, "COPY t TO '/nowhere/t';", "writes a file");
}

static void
test_other_owner(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    fixture->options.owner = "plain";
    assert_refused(fixture, "maker", "owner: is \"plain\"");
}

/* What only looks like it. */
static void
test_innocent(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql",
               "-- CREATE ROLE territory_made;\n"
               "CREATE TABLE database (id int DEFAULT length('ALTER DATABASE postgres'));\n"
               "COMMENT ON TABLE database IS 'CREATE ROLE territory_made';\n"
               "GRANT SELECT ON database TO PUBLIC;\n"
               "CREATE TABLE program (text text);\n"
               "COPY (SELECT text FROM program) TO STDOUT;\n"
               "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
               "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'cannot drop user %', OLD.id USING HINT = "
               "'Alter role first'; END IF; RETURN NULL; END $$;\n"
               "DO $$ BEGIN EXECUTE format('ALTER %s %I SET work_mem = 64', 'DATABASE', "
               "current_database()); END $$;");
    write_file(fixture, "001_r.down.sql", "DROP TABLE database, program; DROP FUNCTION keep();");
    open_lane(fixture, "maker");
    g_autoptr(GError) error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_null(error);
    assert_true(fixture->outcome->succeeded);
}

#define HIDDEN                                                                                     \
    "DO $$ DECLARE w text := 'OLE'; BEGIN EXECUTE 'CREATE R' || w || ' territory_made'; END $$;"

/* What prepare runs is looked at too. */
static void
test_prepare_at_run_time(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "CREATE TABLE t (id int);");
    g_ptr_array_add(fixture->prepare, pgs_sql_text_new(NULL, HIDDEN));
    open_stage(fixture, "postgres");
    g_autoptr(GError) error = NULL;
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    assert_null(fixture->lane);
    assert_true(g_error_matches(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN));
    assert_non_null(strstr(error->message, "prepare: while it ran"));
    assert_non_null(strstr(error->message, "made role territory_made"));
}

static void
test_comment_at_run_time(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql",
               "DO $$ BEGIN EXECUTE format('COMMENT ON %s template1 IS ''x''', 'DATABASE'); END "
               "$$;");
    open_lane(fixture, "postgres");
    g_autoptr(GError) error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_null(fixture->outcome);
    assert_true(g_error_matches(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN));
    assert_non_null(strstr(error->message, "changed database template1"));
}

/* No text tells: what it made is told, and not taken for a verdict. */
static void
test_at_run_time(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", HIDDEN);
    open_lane(fixture, "postgres");
    g_autoptr(GError) error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_null(fixture->outcome);
    assert_true(g_error_matches(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN));
    assert_non_null(strstr(error->message, "001_r.up.sql"));
    assert_non_null(strstr(error->message, "made role territory_made"));
}

/* What was rolled back was never there. */
static void
test_rolled_back(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql", "BEGIN;" HIDDEN "SELECT 1/0; COMMIT;");
    open_lane(fixture, "postgres");
    g_autoptr(GError) error = NULL;
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_null(error);
    assert_false(fixture->outcome->succeeded);
    assert_string_equal(fixture->outcome->failure->sqlstate, "22012");
}

/* A whole climb by one who has CREATEDB alone, of what superusers see through: row security that
 * binds the owner, foreign keys, sequences, an extension that anybody may make. */
static void
test_plain_user_climbs(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "001_r.up.sql",
               "CREATE EXTENSION pgcrypto; CREATE TABLE t (id serial PRIMARY KEY, n int);"
               "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;"
               "CREATE POLICY p ON t USING (n > 1); INSERT INTO t (n) VALUES (2);");
    write_file(fixture, "001_r.down.sql", "DROP TABLE t; DROP EXTENSION pgcrypto;");
    write_file(fixture, "002_r.up.sql", "CREATE TABLE u (t int REFERENCES t);");
    write_file(fixture, "002_r.down.sql", "DROP TABLE u;");
    fixture->options.owner = "maker";
    open_stage(fixture, "maker");
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = -1};
    g_autoptr(PgsCycle) cycle = pgs_cycle_run(fixture->stage, &options, &error);
    if (cycle == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(cycle->again.state, PGS_PART_DONE);
    assert_null(cycle->down.diff);
    assert_null(cycle->again.diff);
    g_autoptr(PgsStairway) stairway = pgs_stairway_run(fixture->stage, &options, &error);
    if (stairway == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(stairway->rungs->len, 2);
    for (guint i = 0; i < stairway->rungs->len; i++) {
        const PgsRung *rung = &g_array_index(stairway->rungs, PgsRung, i);
        assert_int_equal(rung->again.state, PGS_PART_DONE);
        assert_null(rung->down.diff);
        assert_null(rung->again.diff);
    }
    /* Roles are not the migrations' there. */
    for (guint i = 0; i < pgs_snapshot_n_objects(cycle->head); i++)
        assert_string_not_equal(pgs_snapshot_object(cycle->head, i)->kind, "role");
}

/* Where the server is a throwaway one all of it is allowed. */
static void
test_own_server(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    write_file(fixture, "001_r.up.sql", "CREATE ROLE territory_made;");
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    fixture->stage =
        pgs_stage_new(&fixture->options, fixture->history, fixture->foreign->server, FALSE, NULL);
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    assert_non_null(fixture->lane);
    fixture->outcome = pgs_lane_up(fixture->lane, &error);
    assert_non_null(fixture->outcome);
    assert_true(fixture->outcome->succeeded);
}

/* A look is planned once, and still sees what is there when it looks. */
static void
test_look_is_prepared(void **state)
{
    Fixture *fixture = *state;
    PgsConnection *boss = fixture->foreign->boss;
    g_autoptr(GError) error = NULL;
    assert_true(pgs_territory_prepare(boss, &error));
    g_autoptr(GHashTable) before = pgs_territory_look(boss, &error);
    assert_non_null(before);
    assert_true(foreign_run(boss, "CREATE ROLE territory_made"));
    g_autoptr(GHashTable) after = pgs_territory_look(boss, &error);
    assert_non_null(after);
    g_autofree char *changes = pgs_territory_compare(before, after);
    assert_string_equal(changes, "made role territory_made");
    g_autofree char *planned = NULL;
    assert_true(pgs_connection_value(boss,
                                     "SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_"
                                     "statements WHERE name = 'pgstair_territory'",
                                     &planned, &error));
    assert_string_equal(planned, "1");
    assert_true(foreign_run(boss, "DEALLOCATE pgstair_territory"));
    assert_null(pgs_territory_look(boss, &error));
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_role),
        TEST(test_role_in_block),
        TEST(test_other_database),
        TEST(test_database_privilege),
        TEST(test_downgrade),
        TEST(test_prepare),
        TEST(test_start),
        TEST(test_other_owner),
        TEST(test_innocent),
        TEST(test_at_run_time),
        TEST(test_rolled_back),
        TEST(test_plain_user_climbs),
        TEST(test_own_server),
        TEST(test_sample),
        TEST(test_all_of_a_direction),
        TEST(test_program),
        TEST(test_file),
        TEST(test_prepare_at_run_time),
        TEST(test_comment_at_run_time),
        TEST(test_look_is_prepared),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

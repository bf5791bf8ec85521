/* Covers harness/cycle/: what a lane holds before its first migration (stage.c, ground.c, psql.c)
 * and whom its migrations run as (lane.c, login.c); and climb.c's baseline. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/cycle.h"
#include "cycle/ground.h"
#include "cycle/psql.h"
#include "cycle/stairway.h"
#include "driver/login.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    char *folder; /* of the test that runs */
    guint n_revisions;
    PgsHistory *history;
    GPtrArray *prepare;
    PgsStageOptions options;
    PgsStage *stage;
    PgsLane *lane;
} Fixture;

static int
set_up_group(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    *state = fixture;
    return 0;
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static int
set_up(void **state)
{
    Fixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-lane-XXXXXX", NULL);
    fixture->n_revisions = 0;
    fixture->prepare = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sql_text_free);
    fixture->options =
        (PgsStageOptions){.name = "lane", .statement_timeout = 60000, .prepare = fixture->prepare};
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    g_clear_pointer(&fixture->prepare, g_ptr_array_unref);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    return 0;
}

static char *
write_file(const Fixture *fixture, const char *name, const char *text)
{
    char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
add_revision(Fixture *fixture, const char *up, const char *down)
{
    guint number = ++fixture->n_revisions;
    g_autofree char *up_name = g_strdup_printf("%03u_r.up.sql", number);
    g_autofree char *down_name = g_strdup_printf("%03u_r.down.sql", number);
    g_free(write_file(fixture, up_name, up));
    g_free(write_file(fixture, down_name, down));
}

static void
prepare(Fixture *fixture, const char *sql)
{
    g_ptr_array_add(fixture->prepare, pgs_sql_text_new(NULL, sql));
}

static void
open_stage(Fixture *fixture, gboolean isolated)
{
    g_autoptr(GError) error = NULL;
    if (fixture->n_revisions == 0)
        add_revision(fixture, "SELECT 1", "SELECT 1");
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_non_null(fixture->history);
    fixture->stage =
        pgs_stage_new(&fixture->options, fixture->history, fixture->server, isolated, NULL);
}

static void
open_lane(Fixture *fixture, gboolean isolated)
{
    g_autoptr(GError) error = NULL;
    open_stage(fixture, isolated);
    fixture->lane = pgs_lane_new(fixture->stage, "test", &error);
    if (fixture->lane == NULL)
        fail_msg("%s", error->message);
}

/* The message with which a lane cannot be had. */
static char *
fail_to_open(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    open_stage(fixture, FALSE);
    assert_null(pgs_lane_new(fixture->stage, "test", &error));
    assert_int_equal(error->domain, PGS_STAGE_ERROR);
    return g_strdup(error->message);
}

/* One value, asked by the superuser of a lane's database. */
static char *
ask(PgsLane *lane, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login(pgs_lane_server(lane), NULL, pgs_lane_database(lane), 60000, NULL, &error);
    char *value = NULL;
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static void
assert_answer(PgsLane *lane, const char *sql, const char *wanted)
{
    g_autofree char *value = ask(lane, sql);
    assert_non_null(value);
    assert_string_equal(value, wanted);
}

static void
climb_to_head(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsOutcome) failure = NULL;
    if (!pgs_lane_climb(fixture->lane, (gint)fixture->n_revisions - 1, &failure, &error)) {
        g_autofree char *text =
            failure != NULL ? pgs_psql_describe_failure(failure) : g_strdup(error->message);
        fail_msg("%s", text);
    }
}

/* What the server says to the one migration. */
static char *
fail_to_climb(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsOutcome) failure = NULL;
    assert_false(pgs_lane_climb(fixture->lane, 0, &failure, &error));
    assert_non_null(failure);
    return g_strdup(failure->failure->message);
}

static void
test_without_any_of_it_a_lane_is_empty(void **state)
{
    Fixture *fixture = *state;
    open_lane(fixture, FALSE);
    assert_null(pgs_stage_baseline(fixture->stage));
    assert_answer(fixture->lane,
                  "SELECT count(*) FROM pg_database WHERE datname ~ 'prepared|ground'", "0");
    assert_answer(fixture->lane, "SELECT current_user", "postgres");
}

static void
test_each_lane_has_what_is_prepared(void **state)
{
    Fixture *fixture = *state;
    prepare(fixture,
            "CREATE SCHEMA app; CREATE EXTENSION pgcrypto SCHEMA app; SET search_path = app");
    g_autofree char *path = write_file(fixture, "more.txt", "CREATE TABLE here (a int);\n");
    g_ptr_array_add(fixture->prepare, pgs_sql_text_new(path, NULL));
    add_revision(fixture, "CREATE TABLE app.t (a bytea DEFAULT app.gen_random_bytes(4))",
                 "DROP TABLE app.t");
    open_lane(fixture, FALSE);
    climb_to_head(fixture);
    /* What one text sets is gone before the next. */
    assert_answer(fixture->lane, "SELECT 'public.here'::regclass", "here");
    g_autoptr(GError) error = NULL;
    PgsLane *second = pgs_lane_new(fixture->stage, "second", &error);
    assert_non_null(second);
    assert_answer(second, "SELECT to_regclass('app.t') IS NULL AND to_regclass('here') IS NOT NULL",
                  "t");
    pgs_lane_free(second);
}

static void
test_prepared_databases_go_with_the_stage(void **state)
{
    Fixture *fixture = *state;
    prepare(fixture, "CREATE SCHEMA app");
    g_autofree char *dump = write_file(fixture, "start.txt", "CREATE TABLE app.t ();");
    fixture->options.start = dump;
    open_lane(fixture, FALSE);
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) admin =
        pgs_login(fixture->server, NULL, "postgres", 60000, NULL, &error);
    g_autofree char *n = NULL;
    assert_true(pgs_connection_value(
        admin, "SELECT count(*) FROM pg_database WHERE datname ~ 'prepared|ground'", &n, &error));
    assert_string_equal(n, "0");
}

static void
test_prepare_that_fails_says_where(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path =
        write_file(fixture, "roles.txt", "SELECT 1;\n\n  CREATE EXTENSION no_such_extension;\n");
    g_ptr_array_add(fixture->prepare, pgs_sql_text_new(path, NULL));
    g_autofree char *message = fail_to_open(fixture);
    assert_non_null(strstr(message, "roles.txt:3:3: ERROR:"));
    assert_non_null(strstr(message, "no_such_extension"));
    assert_non_null(strstr(message, "prepare"));
}

static void
test_prepare_in_the_project_file_says_its_place(void **state)
{
    Fixture *fixture = *state;
    PgsSqlText *sql = pgs_sql_text_new(NULL, "SELECT 1; SELECT 1/0");
    sql->place = (PgsPlace){"shop/pgstair.yaml", 12, 5};
    g_ptr_array_add(fixture->prepare, sql);
    g_autofree char *message = fail_to_open(fixture);
    assert_true(g_str_has_prefix(message, "shop/pgstair.yaml:12:5: ERROR:  division by zero"));
    assert_non_null(strstr(message, "STATEMENT:  SELECT 1/0"));
}

static void
test_a_file_that_is_not_there(void **state)
{
    Fixture *fixture = *state;
    fixture->options.start = "/nowhere/dump.sql";
    g_autofree char *message = fail_to_open(fixture);
    assert_non_null(strstr(message, "/nowhere/dump.sql"));
}

/* ---- roles ---- */

#define MAKE_ROLE "CREATE ROLE lane_reader NOLOGIN; GRANT lane_reader TO postgres"

static void
test_a_prepared_role_accuses_nobody(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    prepare(fixture, MAKE_ROLE);
    add_revision(fixture, "CREATE TABLE t (a int); GRANT SELECT ON t TO lane_reader",
                 "DROP TABLE t");
    open_stage(fixture, FALSE);
    PgsClimbOptions options = {.floor = -1};
    g_autoptr(PgsCycle) cycle = pgs_cycle_run(fixture->stage, &options, &error);
    if (cycle == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(cycle->down.state, PGS_PART_DONE);
    assert_null(cycle->down.diff);
    g_autoptr(PgsStairway) stairway = pgs_stairway_run(fixture->stage, &options, &error);
    assert_non_null(stairway);
    assert_non_null(pgs_snapshot_find(pgs_stage_baseline(fixture->stage), "role", "lane_reader"));
}

static void
test_the_same_role_is_made_once_a_server(void **state)
{
    Fixture *fixture = *state;
    prepare(fixture, "CREATE ROLE lane_again; SELECT 1;\nCREATE USER lane_too; CREATE SCHEMA app");
    open_lane(fixture, FALSE);
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    open_lane(fixture, FALSE);
    assert_answer(fixture->lane, "SELECT 'app'::regnamespace", "app");
}

static void
assert_needs_isolation(Fixture *fixture, const char *up)
{
    g_autoptr(GError) error = NULL;
    prepare(fixture, "CREATE ROLE lane_touched");
    add_revision(fixture, up, "SELECT 1");
    open_stage(fixture, FALSE);
    PgsClimbOptions options = {.floor = -1};
    assert_null(pgs_cycle_run(fixture->stage, &options, &error));
    assert_true(g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION));
    assert_non_null(strstr(error->message, "role lane_touched"));
}

static void
test_a_prepared_role_that_is_altered(void **state)
{
    assert_needs_isolation(*state, "ALTER ROLE lane_touched CREATEDB");
}

static void
test_a_prepared_role_that_is_dropped(void **state)
{
    assert_needs_isolation(*state, "DROP ROLE lane_touched");
}

/* ---- the owner ---- */

/* Whoever it asks: a line each. */
#define WHO                                                                                        \
    "INSERT INTO who SELECT session_user || ' ' || current_user || ' ' || rolsuper "               \
    "FROM pg_roles WHERE rolname = current_user;"

static void
check_owner(Fixture *fixture, const char *owner, gboolean isolated)
{
    fixture->options.owner = owner;
    add_revision(fixture,
                 "CREATE TABLE who (line text);" WHO "RESET ROLE;" WHO
                 "RESET SESSION AUTHORIZATION;" WHO "SET ROLE NONE;" WHO,
                 "DROP TABLE who");
    open_lane(fixture, isolated);
    climb_to_head(fixture);
    g_autofree char *wanted = g_strdup_printf("%s %s false", owner, owner);
    assert_answer(fixture->lane, "SELECT DISTINCT line FROM who", wanted);
    assert_answer(fixture->lane, "SELECT count(*) FROM who", "4");
    assert_answer(fixture->lane,
                  "SELECT rolname FROM pg_class c JOIN pg_roles r ON r.oid = relowner "
                  "WHERE c.relname = 'who'",
                  owner);
    assert_answer(fixture->lane,
                  "SELECT rolname FROM pg_database d JOIN pg_roles r ON r.oid = datdba "
                  "WHERE datname = current_database()",
                  owner);
}

static void
test_migrations_run_as_the_owner(void **state)
{
    check_owner(*state, "lane_owner", FALSE);
}

static void
test_migrations_run_as_the_owner_of_a_server_of_their_own(void **state)
{
    check_owner(*state, "lane_owner", TRUE);
}

static void
test_any_name_will_do(void **state)
{
    check_owner(*state, "All \"the\" world's \\ owner\xc3\xa9", FALSE);
}

/* Each as a first and only migration. */
static void
assert_refused(Fixture *fixture, const char *sql, const char *message)
{
    fixture->options.owner = "lane_owner";
    add_revision(fixture, sql, "SELECT 1");
    open_lane(fixture, FALSE);
    g_autofree char *said = fail_to_climb(fixture);
    if (strstr(said, message) == NULL)
        fail_msg("%s: %s", sql, said);
}

static void
test_an_owner_cannot_become_the_superuser(void **state)
{
    assert_refused(*state, "SET SESSION AUTHORIZATION postgres", "permission denied");
}

static void
test_what_needs_a_superuser_is_found(void **state)
{
    assert_refused(*state, "CREATE EXTENSION file_fdw", "permission denied");
}

static void
test_an_owner_is_no_superuser_after_discard_all(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->options.owner = "lane_owner";
    add_revision(fixture, "CREATE TABLE who (line text)", "DROP TABLE who");
    add_revision(fixture, WHO, "SELECT 1");
    open_lane(fixture, FALSE);
    g_autoptr(PgsOutcome) first = pgs_lane_up(fixture->lane, &error);
    assert_true(first->succeeded);
    assert_true(pgs_lane_renew_session(fixture->lane, &error));
    g_autoptr(PgsOutcome) second = pgs_lane_up(fixture->lane, &error);
    assert_true(second->succeeded);
    assert_answer(fixture->lane, "SELECT line FROM who", "lane_owner lane_owner false");
}

static void
test_prepare_may_make_the_owner_itself(void **state)
{
    Fixture *fixture = *state;
    prepare(fixture,
            "CREATE ROLE lane_maker CREATEROLE; CREATE SCHEMA app AUTHORIZATION lane_maker");
    fixture->options.owner = "lane_maker";
    add_revision(fixture, "CREATE TABLE app.t (a int)", "DROP TABLE app.t");
    open_lane(fixture, FALSE);
    climb_to_head(fixture);
    assert_answer(fixture->lane,
                  "SELECT rolcreaterole AND rolcanlogin AND NOT rolsuper FROM pg_roles "
                  "WHERE rolname = 'lane_maker'",
                  "t");
}

static void
test_prepare_may_name_the_owner(void **state)
{
    Fixture *fixture = *state;
    prepare(fixture, "CREATE SCHEMA app AUTHORIZATION lane_named");
    fixture->options.owner = "lane_named";
    add_revision(fixture, "CREATE TABLE app.t (a int)", "DROP TABLE app.t");
    open_lane(fixture, FALSE);
    climb_to_head(fixture);
}

static void
check_climb_as_owner(Fixture *fixture, gboolean isolated)
{
    g_autoptr(GError) error = NULL;
    fixture->options.owner = "lane_owner";
    prepare(fixture, MAKE_ROLE);
    add_revision(fixture, "CREATE TABLE a (id int PRIMARY KEY)", "DROP TABLE a");
    add_revision(fixture, "ALTER TABLE a ADD COLUMN n int DEFAULT 1", "SELECT 1"); /* it lies */
    add_revision(fixture, "CREATE TABLE b (id int)", "DROP TABLE b");
    open_stage(fixture, isolated);
    PgsClimbOptions options = {.floor = -1};
    g_autoptr(PgsCycle) cycle = pgs_cycle_run(fixture->stage, &options, &error);
    if (cycle == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(cycle->up.state, PGS_PART_DONE);
    assert_int_equal(cycle->down.state, PGS_PART_DONE);
    g_autoptr(PgsStairway) stairway = pgs_stairway_run(fixture->stage, &options, &error);
    if (stairway == NULL)
        fail_msg("%s", error->message);
    /* The rung is restored from a clone, in which the owner is the owner too. */
    assert_int_equal(stairway->n_restored, 1);
    assert_int_equal(stairway->rungs->len, 3);
    const PgsRung *last = &g_array_index(stairway->rungs, PgsRung, 2);
    assert_int_equal(last->again.state, PGS_PART_DONE);
    assert_null(last->again.diff);
}

static void
test_a_climb_as_the_owner(void **state)
{
    check_climb_as_owner(*state, FALSE);
}

static void
test_a_climb_as_the_owner_with_a_server_a_lane(void **state)
{
    check_climb_as_owner(*state, TRUE);
}

static void
test_properties_of_the_database_are_copied(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->options.owner = "lane_owner";
    prepare(fixture,
            "CREATE ROLE lane_guest; DO $$ BEGIN"
            " EXECUTE format('ALTER DATABASE %I SET search_path = app, \"Odd, one\"',"
            " current_database());"
            " EXECUTE format('ALTER DATABASE %I SET shop.note = ''it''''s = x''',"
            " current_database());"
            " EXECUTE format('ALTER ROLE lane_owner IN DATABASE %I SET work_mem = ''5MB''',"
            " current_database());"
            " EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());"
            " EXECUTE format('GRANT CREATE ON DATABASE %I TO lane_guest WITH GRANT OPTION',"
            " current_database()); END $$");
    open_lane(fixture, FALSE);
    g_autoptr(PgsLane) clone = pgs_lane_clone(fixture->lane, "clone", &error);
    assert_non_null(clone);
    PgsLane *lanes[] = {fixture->lane, clone};
    for (gsize i = 0; i < G_N_ELEMENTS(lanes); i++) {
        assert_answer(lanes[i], "SHOW search_path", "app, \"Odd, one\"");
        assert_answer(lanes[i], "SHOW shop.note", "it's = x");
        assert_answer(lanes[i],
                      "SELECT string_agg(setconfig::text, ';') FROM pg_db_role_setting s JOIN "
                      "pg_database d ON d.oid = setdatabase WHERE setrole <> 0 AND "
                      "datname = current_database()",
                      "{work_mem=5MB}");
        assert_answer(lanes[i],
                      "SELECT concat(has_database_privilege('lane_guest', current_database(),"
                      " 'CREATE WITH GRANT OPTION'), has_database_privilege('lane_guest',"
                      " current_database(), 'TEMPORARY'), has_database_privilege('lane_owner',"
                      " current_database(), 'TEMPORARY'))",
                      "tft");
    }
}

/* ---- the start ---- */

/* As pg_dump 17.6 writes it, in short. */
#define DUMP                                                                                       \
    "--\n-- PostgreSQL database dump\n--\n\n\\restrict Q1w2E3\n\n"                                 \
    "SET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n"     \
    "CREATE SCHEMA legacy;\nCREATE TYPE legacy.mood AS ENUM (\n    'sad'\n);\n"                    \
    "CREATE FUNCTION legacy.f() RETURNS integer\n    LANGUAGE sql\n    AS $$\nSELECT 1\n$$;\n"     \
    "CREATE TABLE legacy.users (\n    id integer NOT NULL,\n    note text\n);\n"                   \
    "CREATE SEQUENCE legacy.users_id_seq OWNED BY legacy.users.id;\n"                              \
    "COPY legacy.users (id, note) FROM stdin;\n1\t\\\\restrict x\n2\t\\N\n\\.\n"                   \
    "CREATE VIEW legacy.v AS SELECT id FROM legacy.users;\n"                                       \
    "ALTER TABLE ONLY legacy.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n"

#define DUMP_END "\\unrestrict Q1w2E3\n"

#define OWNERS                                                                                     \
    "SELECT string_agg(DISTINCT o::regrole::text, ' ' ORDER BY o::regrole::text) FROM ("           \
    "SELECT relowner AS o FROM pg_class WHERE relnamespace = 'legacy'::regnamespace "              \
    "UNION SELECT typowner FROM pg_type WHERE typnamespace = 'legacy'::regnamespace "              \
    "UNION SELECT proowner FROM pg_proc WHERE pronamespace = 'legacy'::regnamespace "              \
    "UNION SELECT nspowner FROM pg_namespace WHERE nspname = 'legacy') AS x"

static void
check_start(Fixture *fixture, gboolean isolated)
{
    g_autofree char *dump = write_file(fixture, "legacy.txt", DUMP DUMP_END);
    fixture->options.start = dump;
    fixture->options.owner = "lane_owner";
    prepare(fixture, "CREATE SCHEMA from_prepare");
    add_revision(fixture, "ALTER TABLE legacy.users ADD COLUMN n int; DROP VIEW legacy.v",
                 "ALTER TABLE legacy.users DROP COLUMN n;"
                 "CREATE VIEW legacy.v AS SELECT id FROM legacy.users");
    open_lane(fixture, isolated);
    assert_answer(fixture->lane, "SELECT string_agg(concat(id, note), ',') FROM legacy.users",
                  "1\\restrict x,2");
    assert_answer(fixture->lane, OWNERS, "lane_owner");
    assert_answer(fixture->lane,
                  "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'from_prepare'",
                  "postgres");
    climb_to_head(fixture);
}

static void
test_a_run_starts_from_a_dump(void **state)
{
    check_start(*state, FALSE);
}

static void
test_a_run_starts_from_a_dump_on_a_server_of_its_own(void **state)
{
    check_start(*state, TRUE);
}

static void
test_a_dump_that_names_owners_is_believed(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *dump = write_file(
        fixture, "legacy.txt", DUMP "ALTER TABLE legacy.users OWNER TO lane_third;\n" DUMP_END);
    fixture->options.start = dump;
    fixture->options.owner = "lane_owner";
    prepare(fixture, "CREATE ROLE lane_third");
    open_lane(fixture, FALSE);
    assert_answer(fixture->lane, OWNERS, "lane_third postgres");
}

static void
test_a_dump_that_fails_says_where(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *dump = write_file(
        fixture, "legacy.txt", DUMP "ALTER TABLE legacy.users OWNER TO nobody_here;\n" DUMP_END);
    fixture->options.start = dump;
    g_autofree char *message = fail_to_open(fixture);
    assert_non_null(strstr(message, "legacy.txt:29:1: ERROR"));
    assert_non_null(strstr(message, "role \"nobody_here\" does not exist"));
}

static void
test_other_commands_of_psql_are_refused(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *dump = write_file(fixture, "legacy.txt", "SELECT 1;\n\\connect shop\n");
    fixture->options.start = dump;
    g_autofree char *message = fail_to_open(fixture);
    assert_non_null(strstr(message, "legacy.txt:2:1:"));
    assert_non_null(strstr(message, "\\connect is a psql meta-command"));
}

static void
test_base_is_what_was_there_at_the_start(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *dump = write_file(fixture, "legacy.txt", DUMP DUMP_END);
    fixture->options.start = dump;
    add_revision(fixture, "DROP VIEW legacy.v", "SELECT 1"); /* it lies */
    open_stage(fixture, FALSE);
    PgsClimbOptions options = {.floor = -1};
    g_autoptr(PgsCycle) cycle = pgs_cycle_run(fixture->stage, &options, &error);
    assert_non_null(cycle);
    assert_non_null(cycle->down.diff);
    assert_int_equal(pgs_diff_n_differences(cycle->down.diff), 1);
    assert_string_equal(pgs_diff_difference(cycle->down.diff, 0)->before->identity, "legacy.v");
}

static void
test_a_model_starts_from_prepare_alone(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *dump = write_file(fixture, "legacy.txt", DUMP DUMP_END);
    fixture->options.start = dump;
    prepare(fixture, "CREATE SCHEMA app");
    open_lane(fixture, FALSE);
    g_autofree char *database =
        pgs_stage_create_empty_database(fixture->stage, fixture->server, "model", &error);
    assert_non_null(database);
    g_autoptr(PgsConnection) connection =
        pgs_login(fixture->server, NULL, database, 60000, NULL, &error);
    g_autofree char *names = NULL;
    assert_true(pgs_connection_value(connection,
                                     "SELECT string_agg(nspname, ',') FROM pg_namespace "
                                     "WHERE nspname IN ('app', 'legacy')",
                                     &names, &error));
    assert_string_equal(names, "app");
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_without_any_of_it_a_lane_is_empty),
        TEST(test_each_lane_has_what_is_prepared),
        TEST(test_prepared_databases_go_with_the_stage),
        TEST(test_prepare_that_fails_says_where),
        TEST(test_prepare_in_the_project_file_says_its_place),
        TEST(test_a_file_that_is_not_there),
        TEST(test_a_prepared_role_accuses_nobody),
        TEST(test_the_same_role_is_made_once_a_server),
        TEST(test_a_prepared_role_that_is_altered),
        TEST(test_a_prepared_role_that_is_dropped),
        TEST(test_migrations_run_as_the_owner),
        TEST(test_migrations_run_as_the_owner_of_a_server_of_their_own),
        TEST(test_any_name_will_do),
        TEST(test_an_owner_cannot_become_the_superuser),
        TEST(test_what_needs_a_superuser_is_found),
        TEST(test_an_owner_is_no_superuser_after_discard_all),
        TEST(test_prepare_may_make_the_owner_itself),
        TEST(test_prepare_may_name_the_owner),
        TEST(test_a_climb_as_the_owner),
        TEST(test_a_climb_as_the_owner_with_a_server_a_lane),
        TEST(test_properties_of_the_database_are_copied),
        TEST(test_a_run_starts_from_a_dump),
        TEST(test_a_run_starts_from_a_dump_on_a_server_of_its_own),
        TEST(test_a_dump_that_names_owners_is_believed),
        TEST(test_a_dump_that_fails_says_where),
        TEST(test_other_commands_of_psql_are_refused),
        TEST(test_base_is_what_was_there_at_the_start),
        TEST(test_a_model_starts_from_prepare_alone),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

/* Covers harness/check/drift.c, drift_compare.c, drift_model.c, drift_scope.c and checks_drift.c.
 */
#include "cmocka_all.h"

#include "base/fs.h"
#include "check/check.h"
#include "check/drift.h"
#include "check/drift_scope.h"
#include "cycle/lane.h"
#include "driver/login.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    char *folder; /* of the test that runs: a revision 001, and models */
    PgsHistory *history;
    PgsSystem *system;
    PgsStage *stage;
    PgsSnapshot *head;
    GPtrArray *findings;
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
    fixture->folder = g_dir_make_tmp("pgstair-drift-XXXXXX", NULL);
    fixture->system = pgs_system_new(fixture->folder);
    fixture->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_free(fixture->system->name);
    fixture->system->name = g_strdup("shop");
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->findings, g_ptr_array_unref);
    g_clear_pointer(&fixture->head, pgs_snapshot_unref);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->system, pgs_system_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
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

/* Climbs to what one migration makes. */
static void
make_head(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *up = write_file(fixture, "001_all.up.sql", sql);
    fixture->history = pgs_history_read(fixture->folder, "plain", &error);
    assert_non_null(fixture->history);
    PgsStageOptions options = {
        .name = "drift",
        .statement_timeout = 60000,
        .prepare = fixture->system->prepare,
        .owner = fixture->system->owner,
    };
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, FALSE, NULL);
    g_autoptr(PgsLane) lane = pgs_lane_new(fixture->stage, "head", &error);
    g_autoptr(PgsOutcome) failure = NULL;
    if (lane == NULL)
        fail_msg("%s", error->message);
    assert_true(pgs_lane_climb(lane, 0, &failure, &error));
    fixture->head = pgs_lane_snapshot(lane, &error);
    assert_non_null(fixture->head);
}

static PgsModel *
add_sql_model(Fixture *fixture, const char *sql)
{
    PgsModel *model = pgs_model_new();
    model->name = g_strdup("schema_new.sql");
    model->sql = write_file(fixture, "schema_new.sql", sql);
    g_ptr_array_add(fixture->system->models, model);
    return model;
}

static void
judge_models(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_ptr_array_set_size(fixture->findings, 0);
    if (!pgs_drift_judge_models(fixture->stage, fixture->system, fixture->head, fixture->findings,
                                &error))
        fail_msg("%s", error->message);
}

static const PgsFinding *
find(const Fixture *fixture, const char *object)
{
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        if (g_strcmp0(finding->object, object) == 0)
            return finding;
    }
    return NULL;
}

static const PgsFinding *
the_only_one(const Fixture *fixture, PgsStatus status)
{
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        if (finding->status != status || fixture->findings->len != 1)
            fprintf(stderr, "%s %s: %s\n%s\n", pgs_status_name(finding->status), finding->title,
                    finding->message, finding->detail);
    }
    assert_int_equal(fixture->findings->len, 1);
    const PgsFinding *finding = fixture->findings->pdata[0];
    assert_int_equal(finding->status, status);
    return finding;
}

#define PARENT "CREATE TABLE p (id int PRIMARY KEY, n int DEFAULT 1);"

static void
test_the_same_schema_passes(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    PgsModel *model =
        add_sql_model(fixture, "\\restrict aBc\nSET search_path = '';\n" /* as pg_dump writes it */
                               "CREATE TABLE public.p (id integer NOT NULL, n integer DEFAULT 1);\n"
                               "COPY public.p (id, n) FROM stdin;\n1\t2\n\\.\n"
                               "ALTER TABLE ONLY public.p ADD CONSTRAINT p_pkey PRIMARY KEY (id);\n"
                               "\\unrestrict aBc\n");
    g_strfreev(model->requirements);
    model->requirements = g_strsplit("BOARD-09", ",", -1);
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_PASSED);
    assert_string_equal(finding->check, "drift.model");
    assert_string_equal(finding->title, "head and schema_new.sql are the same schema");
    assert_string_equal(finding->requirements->pdata[0], "BOARD-09");
}

static void
test_each_object_is_a_finding(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT "CREATE TABLE c (p_id int, CONSTRAINT c_fk FOREIGN KEY (p_id)"
                              " REFERENCES p ON DELETE CASCADE);"
                              "CREATE TABLE only_head (a int, b int); CREATE INDEX i ON p (n)");
    PgsModel *model =
        add_sql_model(fixture, "CREATE TABLE p (id int PRIMARY KEY, n bigint DEFAULT 2);"
                               "CREATE TABLE c (p_id int, CONSTRAINT c_fk FOREIGN KEY (p_id)"
                               " REFERENCES p); CREATE TYPE only_model AS ENUM ('a');"
                               "CREATE INDEX i ON p (n)");
    g_strfreev(model->requirements);
    model->requirements = g_strsplit("X-1,X-2", ",", -1);
    judge_models(fixture);
    assert_int_equal(fixture->findings->len, 4);

    const PgsFinding *rule = find(fixture, "foreign key public.c.c_fk");
    assert_non_null(rule);
    assert_int_equal(rule->status, PGS_STATUS_FAILED);
    assert_string_equal(rule->expected, "on-delete: CASCADE");
    assert_string_equal(rule->actual, "on-delete: NO ACTION");
    assert_string_equal(rule->message, "on-delete: CASCADE in what the migrations make, NO ACTION "
                                       "in schema_new.sql");
    assert_int_equal(rule->requirements->len, 2);
    assert_true(g_str_has_suffix(rule->file, "/schema_new.sql"));

    const PgsFinding *column = find(fixture, "column public.p.n");
    assert_non_null(column);
    assert_string_equal(column->expected, "type: integer\ndefault: 1");
    assert_string_equal(column->actual, "type: bigint\ndefault: 2");

    const PgsFinding *table = find(fixture, "table public.only_head");
    assert_non_null(table);
    assert_string_equal(table->message,
                        "it is in what the migrations make, and not in schema_new.sql");
    assert_non_null(strstr(table->detail, "column public.only_head.b"));
    assert_string_equal(table->actual, "(none)");

    const PgsFinding *type = find(fixture, "enum type public.only_model");
    assert_non_null(type);
    assert_string_equal(type->message, "it is in schema_new.sql, and no migration makes it");
    assert_string_equal(type->expected, "(none)");
    assert_non_null(strstr(type->actual, "labels: 'a'"));
}

static void
test_another_name_is_one_finding(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT "CREATE INDEX ix_p_n ON p (n)");
    add_sql_model(fixture, PARENT "CREATE INDEX p_n_idx ON p (n)");
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_FAILED);
    assert_string_equal(finding->expected, "name: public.ix_p_n");
    assert_string_equal(finding->actual, "name: public.p_n_idx");
    assert_non_null(strstr(finding->hint, "tolerate: [index-names]"));

    pgs_system_add_tolerance(fixture->system, "index-names");
    judge_models(fixture);
    assert_int_equal(fixture->findings->len, 2);
    const PgsFinding *passed = fixture->findings->pdata[0], *told = fixture->findings->pdata[1];
    assert_int_equal(passed->status, PGS_STATUS_PASSED);
    assert_int_equal(told->status, PGS_STATUS_INFO);
    assert_string_equal(told->message, "1 difference, as tolerate: says");
    assert_non_null(strstr(told->detail, "index-names"));
}

static void
test_order_alone_is_told_and_fails_when_strict(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, "CREATE TABLE t (a int, b int)");
    add_sql_model(fixture, "CREATE TABLE t (b int, a int)");
    judge_models(fixture);
    assert_int_equal(fixture->findings->len, 2);
    const PgsFinding *order = find(fixture, "table public.t");
    assert_non_null(order);
    assert_int_equal(order->status, PGS_STATUS_INFO);
    fixture->system->strict = TRUE;
    judge_models(fixture);
    the_only_one(fixture, PGS_STATUS_FAILED);
}

static void
test_what_is_ignored(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT "CREATE TABLE gone (id serial PRIMARY KEY);"
                              "CREATE INDEX gone_idx ON gone (id); CREATE VIEW v AS SELECT 1;"
                              "CREATE TABLE my_versions (v text)");
    PgsModel *model = add_sql_model(fixture, PARENT "CREATE TYPE v2 AS ENUM ('x')");
    judge_models(fixture);
    assert_int_equal(fixture->findings->len, 4);
    g_strfreev(model->ignore);
    model->ignore =
        g_strsplit("public.gone,view public.v,enum type public.v2,my_versions", ",", -1);
    judge_models(fixture);
    the_only_one(fixture, PGS_STATUS_PASSED);
    /* The kind that is said is the kind that is meant. */
    g_strfreev(model->ignore);
    model->ignore = g_strsplit("table public.gone,table public.v,v2,my_versions", ",", -1);
    judge_models(fixture);
    const PgsFinding *view = the_only_one(fixture, PGS_STATUS_FAILED);
    assert_string_equal(view->object, "view public.v");
}

static void
test_a_model_that_fails_says_where(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    add_sql_model(fixture, PARENT "\n\nCREATE TABLE c (\n  p_id int REFERENCES missing\n);\n");
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_true(g_str_has_suffix(finding->file, "/schema_new.sql"));
    assert_int_equal(finding->line, 3);
    assert_non_null(strstr(finding->message, "relation \"missing\" does not exist"));
    assert_non_null(strstr(finding->message, "42P01"));
    assert_true(g_str_has_prefix(finding->sql, "CREATE TABLE c"));
    assert_non_null(finding->hint);
}

static void
test_a_model_that_is_not_there(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    PgsModel *model = add_sql_model(fixture, "");
    g_free(model->sql);
    model->sql = g_strdup("/nowhere/schema.sql");
    model->place = (PgsPlace){"pgstair.yaml", 7, 5};
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_string_equal(finding->file, "pgstair.yaml");
    assert_int_equal(finding->line, 7);
    assert_non_null(strstr(finding->message, "/nowhere/schema.sql"));
}

static void
test_psql_commands_are_no_sql(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    add_sql_model(fixture, PARENT "\n\\connect other\n");
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_int_equal(finding->line, 2);
    assert_non_null(strstr(finding->message, "\\connect"));
}

static PgsModel *
add_command_model(Fixture *fixture, const char *script)
{
    PgsModel *model = pgs_model_new();
    const char *const argv[] = {"sh", "-c", script, NULL};
    model->name = g_strdup("sh");
    model->command = g_strdupv((char **)argv);
    model->folder = g_strdup(fixture->folder);
    g_ptr_array_add(fixture->system->models, model);
    return model;
}

static void
test_a_command_fills_the_database(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT "CREATE TABLE by_url (a int)");
    g_autofree char *sql = write_file(fixture, "p.sql", PARENT);
    g_setenv("PGOPTIONS", "-c no_such_setting=1", TRUE); /* it is not passed on */
    /* By libpq's variables, and by the URL; in its folder. */
    add_command_model(fixture, "psql -qX -v ON_ERROR_STOP=1 -f p.sql && "
                               "env -u PGHOST -u PGUSER -u PGDATABASE "
                               "psql -qX \"$DATABASE_URL\" -c 'CREATE TABLE by_url (a int)'");
    judge_models(fixture);
    g_unsetenv("PGOPTIONS");
    the_only_one(fixture, PGS_STATUS_PASSED);
}

static void
test_a_command_that_fails_shows_its_output(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    add_command_model(fixture, "echo to the one; echo to the other >&2; exit 3");
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_non_null(strstr(finding->message, "exit status 3"));
    assert_string_equal(finding->detail, "to the one\nto the other");
}

static void
test_a_command_has_a_limit(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    PgsModel *model = add_command_model(fixture, "exec sleep 100");
    model->timeout = 200;
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_non_null(strstr(finding->message, "200 ms"));
}

static void
test_a_command_that_is_not_there(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    PgsModel *model = add_command_model(fixture, "");
    g_free(model->command[0]);
    model->command[0] = g_strdup("no-such-program");
    judge_models(fixture);
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_non_null(strstr(finding->message, "no-such-program"));
}

static void
test_a_model_is_made_behind_prepare_by_the_owner(void **state)
{
    Fixture *fixture = *state;
    fixture->system->owner = g_strdup("drift_owner");
    g_ptr_array_add(fixture->system->prepare,
                    pgs_sql_text_new(NULL, "CREATE SCHEMA app AUTHORIZATION drift_owner"));
    make_head(fixture, "CREATE TABLE app.t (a int)");
    add_sql_model(fixture, "CREATE TABLE app.t (a int)");
    add_command_model(fixture, "psql -qX \"$DATABASE_URL\" -c 'CREATE TABLE app.t (a int)'");
    judge_models(fixture);
    assert_int_equal(fixture->findings->len, 2);
    for (guint i = 0; i < 2; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        if (finding->status != PGS_STATUS_PASSED)
            fail_msg("%s: %s\n%s", finding->title, finding->message, finding->detail);
    }
}

/* ---- live ---- */

/* A database with that schema.  Its conninfo as the role (NULL: the superuser). */
static char *
make_live(Fixture *fixture, const char *sql, const char *role)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *database = pgs_server_create_database(fixture->server, "live", NULL, &error);
    assert_non_null(database);
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(fixture->server), database, 60000, NULL, &error);
    assert_non_null(connection);
    if (!pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
    if (role != NULL) {
        g_autoptr(PgsConnection) first =
            pgs_login(fixture->server, role, database, 60000, NULL, &error);
        if (first == NULL)
            fail_msg("%s", error->message);
    }
    g_autofree char *conninfo = pgs_login_conninfo(fixture->server, role);
    return g_strdup_printf("%s dbname=%s", conninfo, database);
}

static void
judge_live(Fixture *fixture, const char *url)
{
    g_autoptr(GError) error = NULL;
    g_ptr_array_set_size(fixture->findings, 0);
    if (!pgs_drift_judge_live(url, fixture->system, fixture->history, fixture->head, NULL,
                              fixture->findings, &error))
        fail_msg("%s", error->message);
}

static void
test_a_live_database_with_its_own_owners(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT "CREATE SCHEMA s; CREATE TABLE s.t (id serial);"
                              "CREATE VIEW v AS SELECT 1 AS one");
    g_autofree char *url =
        make_live(fixture,
                  "CREATE ROLE live_owner LOGIN; SET ROLE live_owner; RESET ROLE;" PARENT
                  "CREATE SCHEMA s AUTHORIZATION live_owner; CREATE TABLE s.t (id serial);"
                  "CREATE VIEW v AS SELECT 1 AS one; ALTER TABLE p OWNER TO live_owner;"
                  "GRANT SELECT ON p TO PUBLIC; ALTER TABLE s.t OWNER TO live_owner;"
                  "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO live_owner;"
                  "CREATE TABLE alembic_version (v text); SELECT lo_create(0)",
                  "live_owner"); /* an ordinary role may read all of it */
    g_setenv("PGSTAIR_TEST_LIVE", url, TRUE);
    judge_live(fixture, "$PGSTAIR_TEST_LIVE");
    const PgsFinding *passed = the_only_one(fixture, PGS_STATUS_PASSED);
    assert_string_equal(passed->check, "drift.live");
    assert_non_null(strstr(passed->title, "$PGSTAIR_TEST_LIVE"));
    fixture->system->strict = TRUE;
    judge_live(fixture, "${PGSTAIR_TEST_LIVE}");
    g_unsetenv("PGSTAIR_TEST_LIVE");
    assert_non_null(find(fixture, "table public.p"));
    assert_non_null(strstr(find(fixture, "table public.p")->actual, "owner: live_owner"));
    assert_non_null(find(fixture, "default privileges FOR ROLE postgres ON TABLES"));
    assert_null(find(fixture, "role live_owner"));
}

static void
test_a_live_database_that_drifted(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    g_autofree char *url = make_live(
        fixture, "CREATE TABLE p (id int PRIMARY KEY, n int); CREATE TABLE by_hand (a int)", NULL);
    judge_live(fixture, url);
    assert_int_equal(fixture->findings->len, 2);
    const PgsFinding *column = find(fixture, "column public.p.n");
    assert_non_null(column);
    assert_string_equal(column->expected, "default: 1");
    assert_string_equal(column->actual, "default: (none)");
    const PgsFinding *table = find(fixture, "table public.by_hand");
    assert_non_null(table);
    assert_non_null(strstr(table->message, "it is in the live database"));
}

static void
test_a_variable_that_is_not_set(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    judge_live(fixture, "$PGSTAIR_TEST_NO_SUCH");
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_string_equal(finding->message,
                        "the environment variable PGSTAIR_TEST_NO_SUCH is not set");
    assert_non_null(strstr(finding->hint, "--skip drift.live"));
}

static void
test_a_live_database_that_cannot_be_reached(void **state)
{
    Fixture *fixture = *state;
    make_head(fixture, PARENT);
    judge_live(fixture, "postgresql://someone:secret@/nothing?host=/nowhere");
    const PgsFinding *finding = the_only_one(fixture, PGS_STATUS_ERROR);
    assert_non_null(strstr(finding->title, "nothing on /nowhere"));
    assert_null(strstr(finding->title, "secret"));
    assert_null(strstr(finding->message, "secret"));
    assert_non_null(finding->hint);
}

static void
test_rows_of_the_table_are_whole(void **state)
{
    (void)state;
    static const char *const checks[] = {"drift.model", "drift.live"};
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        const PgsCheck *check = pgs_check_find(checks[i]);
        assert_non_null(check);
        assert_int_equal(check->severity, PGS_STATUS_FAILED);
        assert_non_null(check->what);
        assert_non_null(check->why);
        assert_non_null(check->mend);
    }
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_same_schema_passes),
        TEST(test_each_object_is_a_finding),
        TEST(test_another_name_is_one_finding),
        TEST(test_order_alone_is_told_and_fails_when_strict),
        TEST(test_what_is_ignored),
        TEST(test_a_model_that_fails_says_where),
        TEST(test_a_model_that_is_not_there),
        TEST(test_psql_commands_are_no_sql),
        TEST(test_a_command_fills_the_database),
        TEST(test_a_command_that_fails_shows_its_output),
        TEST(test_a_command_has_a_limit),
        TEST(test_a_command_that_is_not_there),
        TEST(test_a_model_is_made_behind_prepare_by_the_owner),
        TEST(test_a_live_database_with_its_own_owners),
        TEST(test_a_live_database_that_drifted),
        TEST(test_a_variable_that_is_not_set),
        TEST(test_a_live_database_that_cannot_be_reached),
        TEST(test_rows_of_the_table_are_whole),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

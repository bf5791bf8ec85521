/* Covers harness/operate/health.c, health_books.c and their sql. */
#include "../service/own_server.h"

#include "base/process.h"
#include "operate/health.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static JsonObject *
health_of(const OwnServer *own, gboolean expected)
{
    PgsPool *pool =
        own_server_pool(own, (PgsPoolOptions){.size = 1, .overflow = -1, .retries = -1});
    const PgsHealthRequest request = {.pool = pool, .conninfo = own->conninfo};
    gboolean ok = !expected;
    g_autofree char *json = pgs_health_json(&request, &ok);
    g_autoptr(JsonNode) root = json_from_string(json, NULL);
    assert_non_null(root);
    assert_int_equal(ok, expected);
    pgs_pool_free(pool);
    return json_object_ref(json_node_get_object(root));
}

static JsonObject *
part(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    assert_non_null(node);
    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void
run_sql(const OwnServer *own, const char *sql)
{
    PGconn *connection = PQconnectdb(own->conninfo);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        fail_msg("%s", PQresultErrorMessage(result));
    PQclear(result);
    PQfinish(connection);
}

static void
test_server(void **state)
{
    g_autoptr(JsonObject) health = health_of(*state, TRUE);
    assert_string_equal(json_object_get_string_member(health, "postgres"), "ok");
    assert_true(atoi(json_object_get_string_member(health, "version")) >= 13);
    assert_true(g_str_has_suffix(json_object_get_string_member(health, "started_at"), "Z"));
    assert_true(json_object_get_double_member(health, "latency_ms") > 0);
    assert_true(json_object_get_int_member(part(health, "connections"), "in_use") >= 1);
    assert_int_equal(json_object_get_int_member(part(health, "pool"), "connects"), 1);
    assert_false(json_object_get_boolean_member(part(health, "recovery"), "in_recovery"));
    JsonObject *replication = part(health, "replication");
    assert_string_equal(json_object_get_string_member(replication, "role"), "primary");
    assert_null(part(health, "revision"));
}

/* As each tool makes it: what is found, and which revision it tells. */
static void
test_known_books(void **state)
{
    static const struct {
        const char *tool, *revision, *table, *make;
        gboolean dirty;
    } rows[] = {
        {"golang-migrate", "7", "schema_migrations",
         "(version bigint PRIMARY KEY, dirty boolean); INSERT INTO schema_migrations VALUES (7, "
         "true)",
         TRUE},
        {"dbmate", "20240202", "schema_migrations",
         "(version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20240101'), "
         "('20240202')"},
        {"goose", "1", "goose_db_version",
         "(id serial, version_id bigint, is_applied boolean, tstamp timestamp); INSERT INTO "
         "goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), "
         "(2, false)"},
        {"flyway", "2", "flyway_schema_history",
         "(installed_rank int, version varchar, description varchar, success boolean); INSERT INTO "
         "flyway_schema_history VALUES (1, '1', 'a', true), (2, '2', 'b', true)"},
        {"alembic", "ae10", "alembic_version",
         "(version_num varchar(32)); INSERT INTO alembic_version VALUES ('ae10')"},
        {"prisma", "2_b", "_prisma_migrations",
         "(migration_name varchar, finished_at timestamptz, rolled_back_at timestamptz, started_at "
         "timestamptz); INSERT INTO _prisma_migrations VALUES ('1_a', now(), NULL, '2020-01-01'), "
         "('2_b', NULL, NULL, now())",
         TRUE},
        {"pgstair", NULL, "pgstair_migrations", "(version text)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *make = g_strdup_printf("CREATE TABLE %s %s", rows[i].table, rows[i].make);
        g_autofree char *drop = g_strdup_printf("DROP TABLE %s", rows[i].table);
        run_sql(*state, make);
        g_autoptr(JsonObject) health = health_of(*state, TRUE);
        run_sql(*state, drop);
        JsonObject *revision = part(health, "revision");
        assert_non_null(revision);
        assert_string_equal(json_object_get_string_member(revision, "tool"), rows[i].tool);
        const char *told = json_object_get_null_member(revision, "revision")
                               ? NULL
                               : json_object_get_string_member(revision, "revision");
        if (g_strcmp0(told, rows[i].revision) != 0)
            fail_msg("%s: %s", rows[i].tool, told);
        assert_int_equal(json_object_get_boolean_member(revision, "dirty"), rows[i].dirty);
    }
}

/* A table of that name that is no tool's. */
static void
test_strange_table(void **state)
{
    run_sql(*state, "CREATE TABLE changes (id int); CREATE SCHEMA other;"
                    " CREATE TABLE other.goose_db_version (version_id int, is_applied boolean)");
    g_autoptr(JsonObject) health = health_of(*state, TRUE);
    run_sql(*state, "DROP TABLE changes; DROP SCHEMA other CASCADE");
    assert_null(part(health, "revision"));
}

/* Books that the role may not read are no missing ones; those that it may read come first. */
static void
test_books_of_others(void **state)
{
    OwnServer blind = *(const OwnServer *)*state;
    g_autofree char *conninfo =
        g_strconcat(blind.conninfo, " options='-c role=health_blind'", NULL);
    blind.conninfo = conninfo;
    run_sql(*state, "CREATE ROLE health_blind;"
                    " CREATE TABLE schema_migrations (version bigint, dirty boolean)");
    g_autoptr(JsonObject) refused = health_of(&blind, TRUE);
    run_sql(*state, "CREATE TABLE schemaversion (version int);"
                    " INSERT INTO schemaversion VALUES (4);"
                    " GRANT SELECT ON schemaversion TO health_blind");
    g_autoptr(JsonObject) other = health_of(&blind, TRUE);
    run_sql(*state, "DROP TABLE schema_migrations, schemaversion; DROP ROLE health_blind");
    JsonObject *revision = part(refused, "revision");
    assert_non_null(revision);
    assert_string_equal(json_object_get_string_member(revision, "tool"), "golang-migrate");
    assert_non_null(strstr(json_object_get_string_member(revision, "error"), "permission denied"));
    assert_true(json_object_get_null_member(revision, "revision"));
    assert_string_equal(json_object_get_string_member(part(other, "revision"), "revision"), "4");
}

static void
test_stopped(void **state)
{
    OwnServer *own = *state;
    assert_true(own_server_stop(own));
    g_autoptr(JsonObject) health = health_of(own, FALSE);
    assert_true(own_server_launch(own));
    assert_true(g_str_has_prefix(json_object_get_string_member(health, "postgres"), "error: "));
    assert_false(json_object_has_member(health, "version"));
    assert_non_null(part(health, "pool"));
}

/* The standby's server process may connect to the primary. */
static gboolean
let_in(const OwnServer *own)
{
    const PgsCluster *cluster = own->cluster;
    g_autofree char *path = g_build_filename(cluster->data, "pg_ident.conf", NULL);
    FILE *file = fopen(path, "a");
    if (file == NULL)
        return FALSE;
    fprintf(file, "pgstair \"%s\" postgres\n", cluster->account->name);
    fclose(file);
    run_sql(own, "SELECT pg_reload_conf()");
    return TRUE;
}

/* All that pg_basebackup has written becomes the account's, below folder. */
static void
give_away(const char *folder, const PgsAccount *account)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    const char *name;
    while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        give_away(path, account);
    }
    if (geteuid() == 0 && lchown(folder, account->uid, account->gid) != 0)
        fail_msg("%s cannot be given away", folder);
}

/* The standby's own place for its socket. */
static void
move_socket(const char *data, const char *folder)
{
    g_autofree char *path = g_build_filename(data, "postgresql.auto.conf", NULL);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "unix_socket_directories = '%s'\n", folder);
    fclose(file);
}

/* A standby by pg_basebackup, as people make one. */
static OwnServer *
make_standby(const OwnServer *primary)
{
    g_autoptr(GError) error = NULL;
    OwnServer *standby = g_new0(OwnServer, 1);
    standby->cluster = pgs_cluster_new(primary->cluster->installation, &error);
    assert_non_null(standby->cluster);
    const PgsCluster *cluster = standby->cluster;
    g_autofree char *program = pgs_installation_program(cluster->installation, "pg_basebackup");
    if (program == NULL || !let_in(primary)) {
        own_server_free(standby);
        return NULL;
    }
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    pgs_process_add_many(process, "-d", primary->conninfo, "-D", cluster->data, "-R", "-X",
                         "stream", "-c", "fast", NULL);
    pgs_process_set_timeout(process, 60 * 1000);
    if (!pgs_process_run_checked(process, NULL, &error))
        fail_msg("%s", error->message);
    move_socket(cluster->data, cluster->socket_folder);
    give_away(cluster->data, cluster->account);
    standby->conninfo = g_strdup_printf("host='%s' port=5432 user=postgres dbname=postgres "
                                        "sslmode=disable gssencmode=disable",
                                        cluster->socket_folder);
    assert_true(own_server_launch(standby));
    return standby;
}

/* Asks until it is so, or half a minute has passed. */
static void
wait_until(const OwnServer *own, const char *sql)
{
    long deadline = milliseconds() + 30 * 1000;
    g_autofree char *value = NULL;
    PGconn *connection = PQconnectdb(own->conninfo);
    while (g_strcmp0(value, "t") != 0 && milliseconds() < deadline) {
        g_free(value);
        value = value_on(connection, sql);
        g_free(value_on(connection, "SELECT pg_sleep(0.01)"));
    }
    PQfinish(connection);
    assert_string_equal(value, "t");
}

#define CAUGHT_UP                                                                                  \
    "SELECT coalesce(bool_and(replay_lsn = pg_current_wal_lsn()), false) FROM pg_stat_replication"
#define RECEIVED_MORE                                                                              \
    "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) > 100000"

static void
check_lag(const OwnServer *primary, const OwnServer *standby, gboolean behind)
{
    g_autoptr(JsonObject) of_primary = health_of(primary, TRUE);
    g_autoptr(JsonObject) of_standby = health_of(standby, TRUE);
    JsonArray *standbys = json_object_get_array_member(part(of_primary, "replication"), "standbys");
    assert_int_equal(json_array_get_length(standbys), 1);
    JsonObject *row = json_array_get_object_element(standbys, 0);
    assert_string_equal(json_object_get_string_member(row, "state"), "streaming");
    assert_string_equal(json_object_get_string_member(row, "sync"), "async");
    gint64 bytes = json_object_get_int_member(row, "lag_bytes");
    assert_int_equal(bytes > 100000, behind);
    JsonObject *own = part(of_standby, "replication");
    assert_string_equal(json_object_get_string_member(own, "role"), "standby");
    assert_string_equal(json_object_get_string_member(own, "receiver"), "streaming");
    assert_int_equal(json_object_get_int_member(own, "lag_bytes") > 100000, behind);
    JsonObject *recovery = part(of_standby, "recovery");
    assert_true(json_object_get_boolean_member(recovery, "in_recovery"));
    assert_int_equal(json_object_get_boolean_member(recovery, "paused"), behind);
}

static void
test_standby(void **state)
{
    const OwnServer *primary = *state;
    OwnServer *standby = make_standby(primary);
    if (standby == NULL)
        skip();
    wait_until(primary, CAUGHT_UP);
    check_lag(primary, standby, FALSE);
    run_sql(standby, "SELECT pg_wal_replay_pause()");
    run_sql(primary, "CREATE TABLE much AS SELECT g FROM generate_series(1, 10000) AS g");
    wait_until(standby, RECEIVED_MORE);
    check_lag(primary, standby, TRUE);
    run_sql(standby, "SELECT pg_wal_replay_resume()");
    wait_until(primary, CAUGHT_UP);
    check_lag(primary, standby, FALSE);
    own_server_free(standby);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_server),          cmocka_unit_test(test_known_books),
        cmocka_unit_test(test_strange_table),   cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_books_of_others), cmocka_unit_test(test_standby),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}

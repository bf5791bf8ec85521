/* Covers harness/server/url.c, lifeline.c, conninfo.c, and database.c on a server of somebody's. */
#include "foreign.h"
#include "helper.h"

#include "server/kind.h"
#include "server/liveness.h"
#include "server/run_databases.h"
#include "server/share.h"

#include <glib/gstdio.h>

/* "url:" and how maker, or another role, gets to the server; g_free(). */
static char *
spec_of(const Foreign *foreign, const char *role)
{
    return g_strdup_printf("url:%s user=%s", pgs_server_conninfo(foreign->server), role);
}

static PgsServer *
start(const Foreign *foreign, const char *role)
{
    g_autofree char *spec = spec_of(foreign, role);
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = spec};
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    return server;
}

static char *
make(PgsServer *server, const char *hint)
{
    g_autoptr(GError) error = NULL;
    char *name = pgs_server_create_database(server, hint, NULL, &error);
    if (name == NULL)
        fail_msg("%s", error->message);
    return name;
}

/* The message; g_free(). */
static char *
refuse(const char *spec, PgsServerError code)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = spec};
    assert_null(pgs_server_start(&options, NULL, &error));
    if (!g_error_matches(error, PGS_SERVER_ERROR, code))
        fail_msg("code %d: %s", error->code, error->message);
    return g_strdup(error->message);
}

static void
assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void
test_what_it_says(void **state)
{
    const Foreign *foreign = *state;
    g_autoptr(PgsServer) server = start(foreign, "maker");
    assert_string_equal(pgs_server_kind(server), "url");
    assert_false(pgs_server_is_disposable(server));
    assert_true(pgs_server_is_disposable(foreign->server));
    assert_string_equal(pgs_server_version(server), pgs_server_version(foreign->server));
    assert_string_equal(pgs_server_maintenance_database(server), "postgres");
    assert_holds(pgs_server_description(server), "url (");
    assert_holds(pgs_server_description(server), " as maker)");
    g_autofree char *log = pgs_server_log_tail(server, 10);
    assert_string_equal(log, "");
    assert_null(pgs_server_diagnose(server));
    assert_true(pgs_server_admit(server, "maker", NULL, NULL));
    g_autoptr(GError) error = NULL;
    assert_false(pgs_server_admit(server, "other", NULL, &error));
    assert_holds(error->message, "HINT");
    assert_null(pgs_server_clone(server, NULL));
}

static void
test_databases(void **state)
{
    const Foreign *foreign = *state;
    PgsServer *server = start(foreign, "maker");
    g_autoptr(GError) error = NULL;
    g_autofree char *one = make(server, "shop");
    assert_true(g_str_has_prefix(one, "pgstair_shop_"));
    assert_non_null(strstr(one, server->mark));
    g_autoptr(PgsConnection) inside =
        pgs_connection_open(pgs_server_conninfo(server), one, 0, NULL, NULL);
    assert_true(foreign_run(inside, "CREATE TABLE t AS SELECT 1 AS id"));
    g_clear_pointer(&inside, pgs_connection_close);
    g_autofree char *two = pgs_server_create_database(server, "copy", one, &error);
    assert_non_null(two);
    g_autofree char *new_name = g_strdup_printf("pgstair_moved_%s_77", server->mark);
    if (!pgs_server_rename_database(server, two, new_name, &error))
        fail_msg("%s", error->message);
    assert_false(pgs_server_rename_database(server, new_name, "mine", &error));
    g_clear_error(&error);

    g_autoptr(PgsConnection) looker = foreign_connect(foreign, "plain", "postgres");
    g_autoptr(GPtrArray) listed = pgs_run_databases_list(looker, NULL);
    guint live = 0;
    for (guint i = 0; i < listed->len; i++) {
        const PgsRunDatabase *database = g_ptr_array_index(listed, i);
        live += g_strcmp0(database->token, server->mark) == 0 &&
                database->state == PGS_RUN_DATABASE_LIVE && !database->may_drop;
    }
    assert_int_equal(live, 2);
    /* Whoever is connected goes. */
    g_autoptr(PgsConnection) guest = foreign_connect(foreign, "maker", one);
    assert_true(pgs_server_drop_database(server, one, &error));
    assert_false(foreign_has_database(foreign, one));
    assert_true(pgs_server_drop_database(server, one, &error));
    g_autoptr(PgsConnection) late = foreign_connect(foreign, "maker", new_name);
    pgs_server_stop(server);
    assert_false(foreign_has_database(foreign, new_name));
}

/* A run on somebody's server tries to touch what is not its own. */
static void
test_touches_no_others(void **state)
{
    const Foreign *foreign = *state;
    static const char *const roles[] = {"maker", "postgres"};
    for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
        PgsServer *server = start(foreign, roles[i]);
        g_autofree char *own = make(server, "own");
        g_autofree char *twin = g_strdup_printf("pgstair_own_%s_99", server->mark);
        g_autofree char *rescued = g_strdup("rescued");
        assert_true(foreign_run_on(foreign->boss, "CREATE DATABASE", twin, "OWNER maker"));
        assert_true(foreign_run(foreign->boss, "CREATE DATABASE theirs OWNER maker"));
        assert_true(foreign_run_on(foreign->boss, "ALTER DATABASE", own, "RENAME TO rescued"));
        g_autoptr(PgsConnection) guest = foreign_connect(foreign, "maker", "theirs");
        const char *const names[] = {twin, "theirs", rescued, "postgres", "template1"};
        for (gsize j = 0; j < G_N_ELEMENTS(names); j++) {
            g_autoptr(GError) error = NULL;
            g_autofree char *name = g_strdup_printf("pgstair_new_%s_5", server->mark);
            assert_false(pgs_server_drop_database(server, names[j], &error));
            assert_holds(error->message, "has not this run's mark");
            assert_false(pgs_server_rename_database(server, names[j], name, NULL));
            assert_null(pgs_server_create_database(server, "copy", names[j], NULL));
            assert_null(pgs_server_keep(server, names[j], NULL));
        }
        pgs_server_stop(server);
        assert_true(foreign_run(guest, "SELECT 1"));
        g_clear_pointer(&guest, pgs_connection_close);
        for (gsize j = 0; j < 3; j++)
            assert_true(foreign_run_on(foreign->boss, "DROP DATABASE", names[j], ""));
    }
}

static void
test_what_a_role_lacks(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *plain = spec_of(foreign, "plain");
    g_autofree char *message = refuse(plain, PGS_SERVER_ERROR_START);
    assert_holds(message, "the role \"plain\" may not create databases");
    assert_holds(message, "HINT: it needs this, and no more: ALTER ROLE plain CREATEDB");
    g_autofree char *reader = spec_of(foreign, "reader");
    g_autofree char *read_only = refuse(reader, PGS_SERVER_ERROR_START);
    assert_holds(read_only, "only lets this role read");
    assert_holds(read_only, "default_transaction_read_only");
    g_autofree char *nobody = spec_of(foreign, "nobody_of_that_name");
    g_autofree char *refused = refuse(nobody, PGS_SERVER_ERROR_START);
    assert_holds(refused, "cannot connect to the server: ");
}

/* None of them shows what may be a secret, "geheim". */
static void
test_specifications(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        PgsServerError code;
        const char *part;
    } cases[] = {
        {"url:$PGSTAIR_TEST_NO_SUCH", PGS_SERVER_ERROR_SPEC, "PGSTAIR_TEST_NO_SUCH"},
        {"url:host=h password=a geheim", PGS_SERVER_ERROR_SPEC, "cannot be understood"},
        {"url:host=h pass=geheim", PGS_SERVER_ERROR_SPEC, "cannot be understood"},
        {"url:geheim", PGS_SERVER_ERROR_SPEC, "HINT: write postgresql://"},
        {"url:postgresql://u:geheim@h:x/db", PGS_SERVER_ERROR_SPEC, "the port should be"},
        {"postgresql://u:a/geheim@h/db", PGS_SERVER_ERROR_SPEC, "the port should be"},
        {"postgresql://u:a@geheim@h/db", PGS_SERVER_ERROR_SPEC, "the host should be"},
        {"postgres://u:a/b?geheim@h/db", PGS_SERVER_ERROR_SPEC, "cannot be understood"},
        {"postgresql://u:geheim@[h/db", PGS_SERVER_ERROR_SPEC, "cannot be understood"},
        {"postgresql://u:geheim%zz@h/db", PGS_SERVER_ERROR_SPEC, "cannot be understood"},
        {"postgresql://u:geheim@/db?host=/nowhere&port=1", PGS_SERVER_ERROR_START,
         "cannot connect to the server"},
        {"postgresql://u:geheim@/db?host=/nowhere&no_such=1", PGS_SERVER_ERROR_SPEC,
         "\"no_such\", which libpq does not know"},
        {"postgresqll://u:geheim@h/db", PGS_SERVER_ERROR_SPEC, "knows no server"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = refuse(cases[i].spec, cases[i].code);
        assert_holds(message, cases[i].part);
        if (strstr(message, "geheim") != NULL)
            fail_msg("a secret is told: %s", message);
    }
}

/* "local" for others than this account asks for a password; the first line that fits counts. */
static void
ask_for_password(const Foreign *foreign, const char *role)
{
    g_autofree char *file = foreign_value(foreign, "SHOW hba_file");
    g_autofree char *text =
        foreign_value(foreign, "SELECT pg_read_file(current_setting('hba_file'))");
    g_autofree char *sql = g_strdup_printf(
        "COPY (SELECT regexp_split_to_table(E'local all %s scram-sha-256\\n' || $x$%s$x$, E'\\n'))"
        " TO '%s'",
        role, text, file);
    assert_true(foreign_run(foreign->boss, sql));
    assert_true(foreign_run(foreign->boss, "SELECT pg_reload_conf()"));
    g_autofree char *conninfo =
        g_strdup_printf("%s user=%s", pgs_server_conninfo(foreign->server), role);
    for (;;) {
        PgsConnection *connection = pgs_connection_open(conninfo, "postgres", 0, NULL, NULL);
        if (connection == NULL)
            return;
        pgs_connection_close(connection);
        g_usleep(2000);
    }
}

/*
 * The password is on no command line; what is handed on needs no environment; nothing shows it.
 */
static void
test_password_from_outside(void **state)
{
    const Foreign *foreign = *state;
    assert_true(
        foreign_run(foreign->boss, "CREATE ROLE locked LOGIN CREATEDB PASSWORD 'ge''heim \\ @/'"));
    ask_for_password(foreign, "locked");
    g_autofree char *spec = spec_of(foreign, "locked");
    g_autofree char *missing = refuse(spec, PGS_SERVER_ERROR_START);
    assert_holds(missing, "HINT: put the password into PGPASSWORD");
    static const char *const ways[] = {"PGPASSWORD", "PGPASSFILE", "spec"};
    g_autofree char *folder = g_dir_make_tmp("pgstair-url-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "passwords", NULL);
    assert_true(g_file_set_contents_full(file, "*:*:*:locked:ge'heim \\\\ @/\n", -1,
                                         G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        PgsServerOptions options = {.spec = spec};
        if (i == 0)
            g_setenv("PGPASSWORD", "ge'heim \\ @/", TRUE);
        else if (i == 1)
            g_setenv("PGPASSFILE", file, TRUE);
        else
            g_setenv("PGSTAIR_TEST_URL", spec + strlen("url:"), TRUE);
        g_autofree char *with =
            g_strdup_printf("%s password='ge\\'heim \\\\ @/'", g_getenv("PGSTAIR_TEST_URL"));
        if (i == 2) {
            g_setenv("PGSTAIR_TEST_URL", with, TRUE);
            options.spec = "url:$PGSTAIR_TEST_URL";
        }
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsServer) server = pgs_server_start(&options, NULL, &error);
        if (server == NULL)
            fail_msg("%s: %s", ways[i], error->message);
        g_unsetenv("PGPASSWORD");
        g_unsetenv("PGPASSFILE");
        g_unsetenv("PGSTAIR_TEST_URL");
        g_autofree char *name = make(server, "secret");
        g_autofree char *comment = foreign_value(
            foreign, "SELECT string_agg(description, '') FROM pg_catalog.pg_shdescription");
        g_autofree char *text = pgs_server_keep(server, name, &error);
        assert_non_null(text);
        assert_null(strstr(comment, "heim"));
        assert_null(strstr(text, "heim"));
        assert_null(strstr(pgs_server_description(server), "heim"));
        assert_true(foreign_run_on(foreign->boss, "DROP DATABASE", name, ""));
    }
    assert_int_equal(g_unlink(file) + g_rmdir(folder), 0);
    assert_true(foreign_run(foreign->boss, "DROP ROLE locked"));
}

/* libpq's own environment and service files count, and are needed no more once it is there. */
static void
test_environment_of_libpq(void **state)
{
    const Foreign *foreign = *state;
    PGconn *raw = pgs_connection_raw(foreign->boss);
    g_autofree char *folder = g_dir_make_tmp("pgstair-url-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "services", NULL);
    g_autofree char *services = g_strdup_printf(
        "[theirs]\nhost=%s\nport=%s\nuser=maker\ndbname=template1\n", PQhost(raw), PQport(raw));
    assert_true(g_file_set_contents(file, services, -1, NULL));
    const struct {
        const char *spec;
        const char *variables[3];
        const char *values[3];
        const char *database;
    } cases[] = {
        {"url", {"PGHOST", "PGPORT", "PGUSER"}, {PQhost(raw), PQport(raw), "maker"}, "postgres"},
        {"url:service=theirs",
         {"PGSERVICEFILE", "PGAPPNAME", "PGOPTIONS"},
         {file, "x", ""},
         "template1"},
        {"url",
         {"PGSERVICEFILE", "PGSERVICE", "PGOPTIONS"},
         {file, "theirs", "-c work_mem=1MB"},
         "template1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(cases[i].variables); j++)
            g_setenv(cases[i].variables[j], cases[i].values[j], TRUE);
        g_autoptr(GError) error = NULL;
        PgsServerOptions options = {.spec = cases[i].spec};
        PgsServer *server = pgs_server_start(&options, NULL, &error);
        for (gsize j = 0; j < G_N_ELEMENTS(cases[i].variables); j++)
            g_unsetenv(cases[i].variables[j]);
        if (server == NULL)
            fail_msg("%s: %s", cases[i].spec, error->message);
        assert_string_equal(pgs_server_maintenance_database(server), cases[i].database);
        g_autofree char *name = make(server, "env");
        pgs_server_stop(server);
        assert_false(foreign_has_database(foreign, name));
    }
    assert_int_equal(g_unlink(file) + g_rmdir(folder), 0);
}

/* ------------------------------------------------------------------------------ life and death --
 */

static gboolean
lifeline_is_there(const Foreign *foreign, const char *token)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE "
                        "l.locktype = 'advisory' AND a.application_name = 'pgstair lifeline %s'",
                        token);
    g_autofree char *count = foreign_value(foreign, sql);
    return strcmp(count, "1") == 0;
}

static char *
lifeline_pid(const Foreign *foreign, const char *token)
{
    g_autofree char *sql = g_strdup_printf("SELECT pid FROM pg_stat_activity WHERE "
                                           "application_name = 'pgstair lifeline %s'",
                                           token);
    return foreign_value(foreign, sql);
}

static void
ignore_log(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    (void)domain;
    (void)level;
    (void)message;
    (*(gint *)data)++;
}

static void
test_lifeline_is_taken_up_again(void **state)
{
    const Foreign *foreign = *state;
    gint told = 0;
    g_autoptr(PgsServer) server = start(foreign, "maker");
    assert_true(lifeline_is_there(foreign, server->mark));
    GLogFunc before = g_log_set_default_handler(ignore_log, &told);
    g_autofree char *pid = lifeline_pid(foreign, server->mark);
    g_autofree char *sql = g_strdup_printf("SELECT pg_terminate_backend(%s, 5000)", pid);
    g_autofree char *ended = foreign_value(foreign, sql);
    assert_string_equal(ended, "t");
    assert_true(TEST_WAIT(lifeline_is_there(foreign, server->mark)));
    g_autofree char *name = make(server, "after");
    assert_true(TEST_WAIT(pgs_server_diagnose(server) == NULL));
    g_log_set_default_handler(before, NULL);
    assert_int_equal(told, 1);
}

/* Another has the lock: it takes the run for dead, which must make nothing any more. */
static void
test_lifeline_is_lost(void **state)
{
    const Foreign *foreign = *state;
    g_autoptr(PgsServer) server = start(foreign, "maker");
    g_autoptr(PgsConnection) thief = foreign_connect(foreign, "other", "postgres");
    gint64 key = (gint64)g_ascii_strtoull(server->mark, NULL, 16);
    g_autofree char *lock = g_strdup_printf("SELECT pg_advisory_lock(%" G_GINT64_FORMAT ")", key);
    assert_true(pgs_connection_send(thief, lock, NULL)); /* waits for it */
    assert_true(TEST_WAIT(({
        g_autofree char *n = foreign_value(
            foreign, "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'");
        strcmp(n, "1") == 0;
    })));
    g_autofree char *pid = lifeline_pid(foreign, server->mark);
    g_autofree char *sql = g_strdup_printf("SELECT pg_terminate_backend(%s)", pid);
    g_autofree char *ended = foreign_value(foreign, sql);
    assert_true(TEST_WAIT(({
        g_autofree char *what = pgs_server_diagnose(server);
        what != NULL &&strstr(what, "taken this run for dead") != NULL;
    })));
    g_autoptr(GError) error = NULL;
    assert_null(pgs_server_create_database(server, "late", NULL, &error));
    assert_holds(error->message, "taken this run for dead");
}

static char *
dead_owner(void)
{
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    return g_strdup_printf("pid=2147483646 start=1%s", strstr(own, " boot="));
}

static void
leave(const Foreign *foreign, const char *name, const char *token, const char *owner)
{
    g_autofree char *rest =
        g_strdup_printf("OWNER maker CONNECTION LIMIT %d", pgs_run_databases_seal(token));
    assert_true(foreign_run_on(foreign->boss, "CREATE DATABASE", name, rest));
    assert_true(pgs_run_databases_mark(foreign->boss, token, owner, name, NULL));
}

/* The next start drops what dead runs have left, and nothing else. */
static void
test_start_sweeps(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *dead = dead_owner();
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    static const char elsewhere[] = "pid=1 start=1 boot=another ns=pid:[1]";
    leave(foreign, "pgstair_a_00000000000000b1_1", "00000000000000b1", dead);
    leave(foreign, "pgstair_b_00000000000000b2_1", "00000000000000b2", own);
    /* Of another machine, and young. */
    leave(foreign, "pgstair_c_00000000000000b3_1", "00000000000000b3", elsewhere);
    leave(foreign, "pgstair_d_00000000000000b4_1", "00000000000000b4", dead);
    assert_true(pgs_run_databases_mark_kept(foreign->boss, "00000000000000b4",
                                            "pgstair_d_00000000000000b4_1", NULL));
    assert_true(foreign_run(foreign->boss, "CREATE DATABASE pgstair_e_00000000000000b5_1 "
                                           "OWNER maker"));
    leave(foreign, "pgstair_z_00000000000000b6_1", "00000000000000b6", dead);
    g_autoptr(PgsServer) server = start(foreign, "maker");
    /* The last that it looks at, so that it has been at all others. */
    assert_true(TEST_WAIT(!foreign_has_database(foreign, "pgstair_z_00000000000000b6_1")));
    assert_false(foreign_has_database(foreign, "pgstair_a_00000000000000b1_1"));
    static const char *const stay[] = {
        "pgstair_b_00000000000000b2_1", "pgstair_c_00000000000000b3_1",
        "pgstair_d_00000000000000b4_1", "pgstair_e_00000000000000b5_1"};
    for (gsize i = 0; i < G_N_ELEMENTS(stay); i++)
        assert_true(foreign_run_on(foreign->boss, "DROP DATABASE", stay[i], ""));
}

static void
test_keep(void **state)
{
    const Foreign *foreign = *state;
    PgsServer *server = start(foreign, "maker");
    g_autofree char *kept = make(server, "kept");
    g_autofree char *gone = make(server, "gone");
    g_autoptr(GError) error = NULL;
    g_autofree char *text = pgs_server_keep(server, kept, &error);
    if (text == NULL)
        fail_msg("%s", error->message);
    assert_holds(text, "psql -h ");
    assert_holds(text, "pgstair server sweep --server ");
    assert_holds(text, kept);
    pgs_server_stop(server);
    assert_true(foreign_has_database(foreign, kept));
    assert_false(foreign_has_database(foreign, gone));
    g_autofree char *comment = foreign_value(
        foreign, "SELECT string_agg(description, '') FROM pg_catalog.pg_shdescription");
    assert_holds(comment, "--keep");
    assert_true(foreign_run_on(foreign->boss, "DROP DATABASE", kept, ""));
}

static void
test_killed(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *spec = spec_of(foreign, "maker");
    for (int i = 0; i < 3; i++) {
        g_auto(TestHelper) helper = test_helper_start("hold", spec);
        g_autofree char *one = test_helper_read(&helper, "database");
        g_autofree char *two = test_helper_read(&helper, "database");
        /* From here on it is in the midst of making one or another. */
        g_autofree char *token = test_helper_read(&helper, "token");
        g_autofree char *sql =
            g_strdup_printf("SELECT count(*) FROM pg_database WHERE datname LIKE '%%%s%%'", token);
        assert_true(foreign_has_database(foreign, one));
        g_usleep((gulong)i * 7000);
        test_helper_kill(&helper, SIGKILL);
        gboolean clean = TEST_WAIT(({
            g_autofree char *n = foreign_value(foreign, sql);
            strcmp(n, "0") == 0;
        }));
        assert_true(clean);
        assert_true(TEST_WAIT(!lifeline_is_there(foreign, token)));
    }
}

static int
play_hold(const char *spec)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = spec};
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    if (server == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    for (int i = 0; i < 2; i++) {
        g_autofree char *name = pgs_server_create_database(server, "held", NULL, NULL);
        test_say("database", name);
    }
    test_say("token", server->mark);
    for (;;) {
        g_autofree char *name = pgs_server_create_database(server, "busy", NULL, NULL);
    }
    return 0;
}

static void
test_cannot_be_shared(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *folder = g_dir_make_tmp("pgstair-url-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "share", NULL);
    g_autofree char *spec = spec_of(foreign, "maker");
    PgsServerOptions options = {.spec = spec};
    g_autoptr(GError) error = NULL;
    assert_null(pgs_share_start(file, &options, 0, NULL, &error));
    assert_holds(error->message, "a shared server has to be one that pgstair makes");
    assert_int_equal(g_rmdir(folder), 0);
}

/* What migrations may do to their database does not keep it from going: as a template, or without
 * its marks. */
static void
test_obstacles(void **state)
{
    const Foreign *foreign = *state;
    PgsServer *server = start(foreign, "maker");
    g_autofree char *bare = make(server, "bare");
    g_autofree char *copied = make(server, "template");
    g_autoptr(PgsConnection) maker = foreign_connect(foreign, "maker", "postgres");
    assert_true(foreign_run_on(maker, "ALTER DATABASE", bare, "CONNECTION LIMIT 5"));
    assert_true(foreign_run_on(maker, "COMMENT ON DATABASE", bare, "IS NULL"));
    assert_true(foreign_run_on(maker, "ALTER DATABASE", copied, "IS_TEMPLATE true"));
    /* Named like it, unmarked too, but of another OID than what this run made. */
    g_autofree char *other = g_strdup_printf("pgstair_other_%s_1", server->mark);
    assert_true(foreign_run_on(maker, "CREATE DATABASE", other, ""));
    pgs_server_stop(server);
    assert_false(foreign_has_database(foreign, bare));
    assert_false(foreign_has_database(foreign, copied));
    assert_true(foreign_has_database(foreign, other));
    assert_true(foreign_run_on(maker, "DROP DATABASE", other, ""));
}

static PgsConnection *
connect_to(PgsServer *server, const char *database)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection =
        pgs_connection_open(pgs_server_conninfo(server), database, 30 * 1000, NULL, &error);
    if (connection == NULL)
        fail_msg("%s", error->message);
    return connection;
}

static void
assert_maintenance(PgsServer *whose, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *spec = g_strdup_printf("url:%s", pgs_server_conninfo(whose));
    g_autoptr(PgsServer) server = pgs_server_start(&(PgsServerOptions){.spec = spec}, NULL, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(pgs_server_maintenance_database(server), database);
    g_autofree char *name = make(server, "without");
    assert_true(pgs_server_drop_database(server, name, NULL));
}

/* A managed server may have no database "postgres". */
static void
test_no_postgres(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) whose = pgs_server_start(NULL, NULL, &error);
    assert_non_null(whose);
    g_autoptr(PgsConnection) boss = connect_to(whose, "template1");
    assert_true(foreign_run(boss, "DROP DATABASE postgres"));
    assert_maintenance(whose, "template1");
    assert_true(foreign_run(boss, "CREATE DATABASE shop"));
    assert_maintenance(whose, "shop");
}

/* One that never hears of a primary is a standby too. */
static void
test_standby(void **state)
{
    (void)state;
    static const char *const settings[] = {"wal_level=replica", "hot_standby=on", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) whose =
        pgs_server_start(&(PgsServerOptions){.settings = settings}, NULL, &error);
    if (whose == NULL)
        fail_msg("%s", error->message);
    g_autoptr(PgsConnection) boss = connect_to(whose, "postgres");
    assert_true(foreign_run(boss, "DO $$ BEGIN EXECUTE pg_catalog.format('COPY (SELECT) TO %L', "
                                  "pg_catalog.current_setting('data_directory') || "
                                  "'/standby.signal'); END $$"));
    g_clear_pointer(&boss, pgs_connection_close);
    /* Starts it again. */
    g_autoptr(PgsServer) copy = pgs_server_clone(whose, &error);
    if (copy == NULL)
        fail_msg("%s", error->message);
    g_autofree char *spec = g_strdup_printf("url:%s", pgs_server_conninfo(whose));
    g_autofree char *message = refuse(spec, PGS_SERVER_ERROR_START);
    assert_holds(message, "is a standby");
    assert_holds(message, "HINT: name the primary");
}

/* Last: it ends the server. */
static void
test_server_goes(void **state)
{
    Foreign *foreign = *state;
    PgsServer *server = start(foreign, "maker");
    gint told = 0;
    GLogFunc before = g_log_set_default_handler(ignore_log, &told);
    g_autofree char *name = make(server, "lost");
    g_clear_pointer(&foreign->boss, pgs_connection_close);
    g_clear_pointer(&foreign->server, pgs_server_stop);
    g_autofree char *what = pgs_server_diagnose(server);
    assert_non_null(what);
    assert_holds(what, "does not answer any more");
    assert_holds(what, "HINT");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_server_drop_database(server, name, &error));
    pgs_server_stop(server);
    g_log_set_default_handler(before, NULL);
    assert_true(told > 0);
}

int
main(int argc, char **argv)
{
    if (argc == 3)
        return play_hold(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_databases),
        cmocka_unit_test(test_touches_no_others),
        cmocka_unit_test(test_what_a_role_lacks),
        cmocka_unit_test(test_specifications),
        cmocka_unit_test(test_password_from_outside),
        cmocka_unit_test(test_environment_of_libpq),
        cmocka_unit_test(test_lifeline_is_taken_up_again),
        cmocka_unit_test(test_lifeline_is_lost),
        cmocka_unit_test(test_start_sweeps),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_cannot_be_shared),
        cmocka_unit_test(test_obstacles),
        cmocka_unit_test(test_no_postgres),
        cmocka_unit_test(test_standby),
        cmocka_unit_test(test_server_goes),
    };
    return cmocka_run_group_tests_name("server.url", tests, foreign_set_up, foreign_tear_down);
}

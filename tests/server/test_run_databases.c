/* Covers harness/server/run_databases.c: whose a database is, and that nothing else is touched. */
#include "foreign.h"

#include "server/liveness.h"
#include "server/run_databases.h"

#include <string.h>

#define TOKEN "0123456789abcdef"
#define OTHER_TOKEN "fedcba9876543210"
/* A process that there was at no time. */
#define DEAD "pid=2147483646 start=1"

static PgsConnection *
maker(void **state)
{
    PgsConnection *connection = foreign_connect(*state, "maker", "postgres");
    assert_non_null(connection);
    return connection;
}

/* As the owner of a run that is gone. */
static char *
dead_owner(void)
{
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    return g_strdup_printf(DEAD "%s", strstr(own, " boot="));
}

/* A database as a run makes it. */
static void
make(PgsConnection *connection, const char *name, const char *token, const char *owner)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *rest =
        g_strdup_printf("TEMPLATE template0 CONNECTION LIMIT %d", pgs_run_databases_seal(token));
    assert_true(foreign_run_on(connection, "CREATE DATABASE", name, rest));
    if (!pgs_run_databases_mark(connection, token, owner, name, &error))
        fail_msg("%s", error->message);
}

static void
make_plain(PgsConnection *connection, const char *name)
{
    assert_true(foreign_run_on(connection, "CREATE DATABASE", name, "TEMPLATE template0"));
}

static void
destroy(const Foreign *foreign, const char *name)
{
    assert_true(foreign_run_on(foreign->boss, "DROP DATABASE", name, "WITH (FORCE)"));
}

static const PgsRunDatabase *
find(const GPtrArray *databases, const char *name)
{
    for (guint i = 0; i < databases->len; i++) {
        const PgsRunDatabase *database = g_ptr_array_index(databases, i);
        if (strcmp(database->name, name) == 0)
            return database;
    }
    fail_msg("%s is not listed", name);
    return NULL;
}

static void
test_tokens(void **state)
{
    (void)state;
    g_autofree char *one = pgs_run_databases_new_token();
    g_autofree char *two = pgs_run_databases_new_token();
    assert_int_equal(strlen(one), 16);
    assert_int_equal(strspn(one, "0123456789abcdef"), 16);
    assert_string_not_equal(one, two);
    assert_true(pgs_run_databases_seal(TOKEN) >= 1 << 30);
    assert_true(pgs_run_databases_seal("ffffffffffffffff") >= 1 << 30);
    static const char *const names[] = {"pgstair_" TOKEN "_1", "pgstair_a_b_" TOKEN "_12"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        assert_true(pgs_run_databases_is_name(TOKEN, names[i]));
    static const char *const others[] = {"pgstair_" OTHER_TOKEN "_1",
                                         "pgstair_" TOKEN,
                                         "pgstair_" TOKEN "_",
                                         "pgstair_" TOKEN "_x",
                                         "other_a_" TOKEN "_1",
                                         "pgstair" TOKEN "_1",
                                         TOKEN "_1",
                                         "pgstair_a" TOKEN "_1",
                                         "pgstair__1",
                                         "",
                                         "_1"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        assert_false(pgs_run_databases_is_name(TOKEN, others[i]));
}

/* Its own are found, by comment or by seal, and dropped with whoever is connected. */
static void
test_own(void **state)
{
    g_autoptr(PgsConnection) connection = maker(state);
    g_autofree char *owner = dead_owner();
    guint oid = 0;
    make(connection, "pgstair_own_" TOKEN "_1", TOKEN, owner);
    make(connection, "pgstair_\"own'\\_" TOKEN "_2", TOKEN, owner);
    make(connection, "pgstair_own_" TOKEN "_3", TOKEN, owner);
    /* Killed before the comment; a comment of the migrations' own. */
    assert_true(foreign_run(connection, "COMMENT ON DATABASE pgstair_own_" TOKEN "_3 IS NULL"));
    make(connection, "pgstair_own_" TOKEN "_4", TOKEN, owner);
    assert_true(
        foreign_run(connection, "COMMENT ON DATABASE pgstair_own_" TOKEN "_4 IS 'the shop''s'"));
    g_autoptr(PgsConnection) guest = foreign_connect(*state, "maker", "pgstair_own_" TOKEN "_1");
    assert_non_null(guest);
    static const char *const names[] = {"pgstair_own_" TOKEN "_1", "pgstair_\"own'\\_" TOKEN "_2",
                                        "pgstair_own_" TOKEN "_3", "pgstair_own_" TOKEN "_4"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        assert_true(pgs_run_databases_find(connection, TOKEN, names[i], &oid, &error));
        assert_true(oid > 0);
        /* To another run it is somebody's. */
        assert_false(pgs_run_databases_drop(connection, OTHER_TOKEN, names[i], &error));
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE));
        g_clear_error(&error);
        assert_true(foreign_has_database(*state, names[i]));
        if (!pgs_run_databases_drop(connection, TOKEN, names[i], &error))
            fail_msg("%s", error->message);
        assert_false(foreign_has_database(*state, names[i]));
    }
    assert_true(pgs_run_databases_find(connection, TOKEN, names[0], &oid, NULL));
    assert_int_equal(oid, 0);
    assert_true(pgs_run_databases_drop(connection, TOKEN, names[0], NULL));
}

/* Each looks as much like this run's as it can without being so. */
static const struct {
    const char *name;
    const char *sql; /* run by the superuser; NULL: nothing more is done to it */
} strangers[] = {
    /* named like it, without a mark */
    {"pgstair_a_" TOKEN "_1", NULL},
    {"pgstair_\"; DROP DATABASE postgres; --_" TOKEN "_1", NULL},
    /* another run's token in the comment */
    {"pgstair_b_" TOKEN "_1",
     "COMMENT ON DATABASE pgstair_b_" TOKEN "_1 IS 'pgstair-mark: token=" OTHER_TOKEN "; oid=1'"},
    /* this run's token in the comment, and another database's OID, as a dump brings it */
    {"pgstair_c_" TOKEN "_1",
     "COMMENT ON DATABASE pgstair_c_" TOKEN "_1 IS 'pgstair-mark: token=" TOKEN "; oid=1'"},
    {"pgstair_d_" TOKEN "_1",
     "COMMENT ON DATABASE pgstair_d_" TOKEN "_1 IS 'pgstair-mark: token=" TOKEN "'"},
    {"pgstair_e_" TOKEN "_1", "COMMENT ON DATABASE pgstair_e_" TOKEN "_1 IS 'pgstair-mark: '"},
    {"pgstair_f_" TOKEN "_1",
     "COMMENT ON DATABASE pgstair_f_" TOKEN "_1 IS 'pgstair made this database for one run'"},
    /* another run's token, with its own OID */
    {"pgstair_h_" TOKEN "_1",
     "DO $$ BEGIN EXECUTE pg_catalog.format('COMMENT ON DATABASE pgstair_h_" TOKEN "_1 IS %L', "
     "(SELECT 'pgstair-mark: token=" OTHER_TOKEN "; oid=' || oid FROM pg_catalog.pg_database "
     "WHERE datname = 'pgstair_h_" TOKEN "_1')); END $$"},
    /* the seal of another token */
    {"pgstair_g_" TOKEN "_1", "ALTER DATABASE pgstair_g_" TOKEN "_1 CONNECTION LIMIT 1073741824"},
    /* not its name */
    {"payroll", "COMMENT ON DATABASE payroll IS 'pgstair-mark: token=" TOKEN "; oid=1'"},
};

static void
test_strangers_stay(void **state)
{
    const Foreign *foreign = *state;
    g_autoptr(PgsConnection) connection = maker(state);
    g_autofree char *owner = dead_owner();
    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++) {
        make_plain(connection, strangers[i].name);
        assert_true(strangers[i].sql == NULL || foreign_run(foreign->boss, strangers[i].sql));
    }
    /* One of its own that somebody has renamed, which is to say wants. */
    make(connection, "pgstair_renamed_" TOKEN "_1", TOKEN, owner);
    assert_true(foreign_run(foreign->boss,
                            "ALTER DATABASE pgstair_renamed_" TOKEN "_1 RENAME TO treasure"));
    /* And a name taken over: theirs, where one of the run's own was. */
    make(connection, "pgstair_taken_" TOKEN "_1", TOKEN, owner);
    assert_true(foreign_run(foreign->boss, "DROP DATABASE pgstair_taken_" TOKEN "_1"));
    make_plain(foreign->boss, "pgstair_taken_" TOKEN "_1");
    g_autoptr(PgsConnection) theirs = foreign_connect(*state, "maker", "payroll");
    assert_non_null(theirs);

    /* As the role that owns them, and as the superuser, who could do anything. */
    PgsConnection *const hands[] = {connection, foreign->boss};
    g_autofree char *conninfo =
        g_strdup_printf("%s dbname=postgres", pgs_server_conninfo(foreign->server));
    for (gsize hand = 0; hand < G_N_ELEMENTS(hands); hand++) {
        g_autoptr(GPtrArray) listed = pgs_run_databases_list(hands[hand], NULL);
        assert_non_null(listed);
        for (gsize i = 0; i < G_N_ELEMENTS(strangers) + 2; i++) {
            const char *name = i < G_N_ELEMENTS(strangers)    ? strangers[i].name
                               : i == G_N_ELEMENTS(strangers) ? "treasure"
                                                              : "pgstair_taken_" TOKEN "_1";
            g_autoptr(GError) error = NULL;
            assert_false(pgs_run_databases_drop(hands[hand], TOKEN, name, &error));
            assert_non_null(strstr(error->message, "has not this run's mark"));
            assert_false(pgs_run_databases_mark_kept(hands[hand], TOKEN, name, NULL));
            assert_int_equal(find(listed, name)->state, PGS_RUN_DATABASE_UNMARKED);
            assert_false(pgs_run_databases_sweep(hands[hand], find(listed, name), NULL));
        }
    }
    static const char *const servers_own[] = {"postgres", "template0", "template1"};
    for (gsize i = 0; i < G_N_ELEMENTS(servers_own); i++)
        assert_false(pgs_run_databases_drop(foreign->boss, TOKEN, servers_own[i], NULL));
    assert_true(pgs_run_databases_end(conninfo, TOKEN, NULL));
    /* Nobody's session was ended. */
    assert_true(foreign_run(theirs, "SELECT 1"));
    g_clear_pointer(&theirs, pgs_connection_close);
    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++)
        destroy(foreign, strangers[i].name); /* an error, were it gone */
    destroy(foreign, "treasure");
    destroy(foreign, "pgstair_taken_" TOKEN "_1");
}

/* The server refuses to drop a database with a subscription, even one that is off. */
static void
test_subscription(void **state)
{
    const Foreign *foreign = *state;
    const char *name = "pgstair_sub_" TOKEN "_1";
    g_autofree char *owner = dead_owner();
    g_autoptr(GError) error = NULL;
    make(foreign->boss, name, TOKEN, owner);
    PgsConnection *inside = foreign_connect(foreign, "postgres", name);
    assert_true(foreign_run(inside, "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' "
                                    "PUBLICATION p WITH (connect = false)"));
    pgs_connection_close(inside);
    if (!pgs_run_databases_drop(foreign->boss, TOKEN, name, &error))
        fail_msg("%s", error->message);
    assert_false(foreign_has_database(foreign, name));
}

/* What belongs to a role that this one is no member of cannot be dropped, and is not broken. */
static void
test_of_another_role(void **state)
{
    g_autoptr(PgsConnection) connection = maker(state);
    g_autoptr(PgsConnection) other = foreign_connect(*state, "other", "postgres");
    g_autofree char *owner = dead_owner();
    g_autoptr(GError) error = NULL;
    make(other, "pgstair_theirs_" TOKEN "_1", TOKEN, owner);
    g_autoptr(PgsConnection) guest = foreign_connect(*state, "other", "pgstair_theirs_" TOKEN "_1");
    g_autoptr(GPtrArray) listed = pgs_run_databases_list(connection, NULL);
    const PgsRunDatabase *database = find(listed, "pgstair_theirs_" TOKEN "_1");
    assert_string_equal(database->role, "other");
    assert_false(database->may_drop);
    assert_int_equal(database->sessions, 1);
    assert_false(pgs_run_databases_drop(connection, TOKEN, database->name, &error));
    assert_true(foreign_run(guest, "SELECT 1"));
    g_clear_pointer(&guest, pgs_connection_close);
    destroy(*state, "pgstair_theirs_" TOKEN "_1");
}

static void
test_lock(void **state)
{
    g_autoptr(PgsConnection) one = maker(state);
    g_autoptr(PgsConnection) two = foreign_connect(*state, "other", "template1");
    g_autoptr(GError) error = NULL;
    assert_true(pgs_run_databases_lock(one, TOKEN, NULL));
    /* In another database it is another lock, and seen all the same. */
    assert_false(pgs_run_databases_lock(two, TOKEN, &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE));
    assert_true(pgs_run_databases_lock(two, OTHER_TOKEN, NULL));
    g_clear_pointer(&two, pgs_connection_close);
    g_clear_pointer(&one, pgs_connection_close);
}

static void
test_states(void **state)
{
    const Foreign *foreign = *state;
    g_autoptr(PgsConnection) connection = maker(state);
    g_autoptr(PgsConnection) life = maker(state);
    g_autofree char *dead = dead_owner();
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    static const char elsewhere[] = "pid=1 start=1 boot=another ns=pid:[1]";
    static const char *const tokens[] = {"00000000000000a1", "00000000000000a2",
                                         "00000000000000a3", "00000000000000a4",
                                         "80000000000000a5", "00000000000000a6"};
    const struct {
        const char *name, *owner;
        PgsRunDatabaseState state;
        gboolean is_certain;
    } cases[] = {
        {"pgstair_x_00000000000000a1_1", dead, PGS_RUN_DATABASE_LEFT, TRUE},
        {"pgstair_x_00000000000000a2_1", own, PGS_RUN_DATABASE_LIVE, FALSE},
        {"pgstair_x_00000000000000a3_1", elsewhere, PGS_RUN_DATABASE_LEFT, FALSE},
        {"pgstair_x_00000000000000a4_1", elsewhere, PGS_RUN_DATABASE_LIVE, FALSE},
        {"pgstair_x_80000000000000a5_1", dead, PGS_RUN_DATABASE_LIVE, FALSE},
        {"pgstair_x_00000000000000a6_1", dead, PGS_RUN_DATABASE_KEPT, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        make(connection, cases[i].name, tokens[i], cases[i].owner);
    assert_true(pgs_run_databases_lock(life, tokens[3], NULL));
    assert_true(pgs_run_databases_lock(life, tokens[4], NULL));
    assert_true(pgs_run_databases_mark_kept(connection, tokens[5], cases[5].name, NULL));
    g_autoptr(GPtrArray) listed = pgs_run_databases_list(connection, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsRunDatabase *database = find(listed, cases[i].name);
        assert_int_equal(database->state, cases[i].state);
        assert_int_equal(database->is_certain, cases[i].is_certain);
        assert_string_equal(database->token, tokens[i]);
        assert_string_equal(database->owner, cases[i].owner);
        assert_string_equal(database->host, g_get_host_name());
        g_autoptr(GDateTime) started = g_date_time_new_from_iso8601(database->started, NULL);
        assert_non_null(started);
        assert_true(database->may_drop);
        gboolean swept = pgs_run_databases_sweep(connection, database, NULL);
        assert_int_equal(swept, cases[i].state != PGS_RUN_DATABASE_LIVE);
        assert_int_equal(foreign_has_database(foreign, cases[i].name), !swept);
        if (!swept)
            destroy(foreign, cases[i].name);
    }
}

/* A run comes to life again, or is seen to live, between the look and the sweep. */
static void
test_sweep_respects_the_lock(void **state)
{
    const char *name = "pgstair_y_" TOKEN "_1";
    g_autoptr(PgsConnection) connection = maker(state);
    g_autoptr(PgsConnection) life = maker(state);
    g_autofree char *dead = dead_owner();
    make(connection, name, TOKEN, dead);
    g_autoptr(GPtrArray) listed = pgs_run_databases_list(connection, NULL);
    assert_int_equal(find(listed, name)->state, PGS_RUN_DATABASE_LEFT);
    assert_true(pgs_run_databases_lock(life, TOKEN, NULL));
    assert_false(pgs_run_databases_sweep(connection, find(listed, name), NULL));
    assert_true(foreign_has_database(*state, name));
    g_clear_pointer(&life, pgs_connection_close);
    destroy(*state, name);
}

static void
test_end(void **state)
{
    const Foreign *foreign = *state;
    g_autoptr(PgsConnection) connection = maker(state);
    g_autofree char *owner = pgs_liveness_describe((int)getpid());
    g_autofree char *session = pgs_run_databases_session_name(TOKEN);
    make(connection, "pgstair_end_" TOKEN "_1", TOKEN, owner);
    make(connection, "pgstair_end_" TOKEN "_2", TOKEN, owner);
    make(connection, "pgstair_end_" TOKEN "_3", TOKEN, owner);
    make(connection, "pgstair_end_" OTHER_TOKEN "_1", OTHER_TOKEN, owner);
    assert_true(pgs_run_databases_mark_kept(connection, TOKEN, "pgstair_end_" TOKEN "_3", NULL));
    /* A session in the run's database, one that bears the run's name, and two of others. */
    g_autoptr(PgsConnection) inside = foreign_connect(*state, "maker", "pgstair_end_" TOKEN "_1");
    g_autoptr(PgsConnection) named = maker(state);
    g_autoptr(PgsConnection) theirs = foreign_connect(*state, "other", "postgres");
    g_autofree char *rename = g_strdup_printf("SET application_name = '%s'", session);
    assert_true(foreign_run(named, rename) && foreign_run(theirs, rename));
    g_autofree char *conninfo =
        g_strdup_printf("%s user=maker dbname=postgres", pgs_server_conninfo(foreign->server));
    g_autofree char *errand = pgs_run_databases_errand(conninfo, TOKEN);
    g_autoptr(GError) error = NULL;
    if (!pgs_run_databases_run_errand(errand, &error))
        fail_msg("%s", error->message);
    assert_false(foreign_has_database(foreign, "pgstair_end_" TOKEN "_1"));
    assert_false(foreign_has_database(foreign, "pgstair_end_" TOKEN "_2"));
    assert_true(foreign_has_database(foreign, "pgstair_end_" TOKEN "_3"));
    assert_true(foreign_has_database(foreign, "pgstair_end_" OTHER_TOKEN "_1"));
    assert_false(pgs_connection_run(inside, "SELECT 1", NULL));
    assert_false(pgs_connection_run(named, "SELECT 1", NULL));
    assert_true(foreign_run(theirs, "SELECT 1"));
    /* Nor by the superuser, who could. */
    g_autofree char *whole =
        g_strdup_printf("%s dbname=postgres", pgs_server_conninfo(foreign->server));
    assert_true(pgs_run_databases_end(whole, TOKEN, NULL));
    assert_true(foreign_run(theirs, "SELECT 1"));
    destroy(foreign, "pgstair_end_" TOKEN "_3");
    destroy(foreign, "pgstair_end_" OTHER_TOKEN "_1");
    static const char *const nonsense[] = {"", TOKEN, "short\ndbname=x", "0123456789ABCDEF\nx"};
    for (gsize i = 0; i < G_N_ELEMENTS(nonsense); i++)
        assert_false(pgs_run_databases_run_errand(nonsense[i], NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_strangers_stay),
        cmocka_unit_test(test_subscription),
        cmocka_unit_test(test_of_another_role),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_sweep_respects_the_lock),
        cmocka_unit_test(test_end),
    };
    return cmocka_run_group_tests_name("server.run_databases", tests, foreign_set_up,
                                       foreign_tear_down);
}

/*
 * Covers harness/server/settings.c, server_settings.c, locale.c, url_settings.c and options.c: the
 * project's own settings and locale, on a server of pgstair's and on one that is somebody's.
 */
#include "cmocka_all.h"

#include "base/error.h"
#include "pg/connection.h"
#include "project/setting.h"
#include "server/kind.h"
#include "server/options.h"
#include "server/server_settings.h"
#include "server/url_settings.h"

#include <string.h>

static PgsServer *
start_system(const PgsSystem *system, GError **error)
{
    PgsServerOptions options = pgs_system_server_options(system, "local");
    return pgs_server_start(&options, NULL, error);
}

static PgsSystem *
new_system(const char *const *settings)
{
    PgsSystem *system = pgs_system_new(".");
    g_autoptr(GError) error = NULL;
    for (; *settings != NULL; settings++) {
        if (!pgs_system_add_setting_text(system, *settings, &error))
            fail_msg("%s", error->message);
    }
    for (guint i = 0; system->settings[i] != NULL; i++) {
        g_free(system->setting_places[i]);
        system->setting_places[i] = g_strdup_printf("p.yaml:%u:5", i + 3);
    }
    return system;
}

static PgsConnection *
connect_to(const PgsServer *server, const char *database)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection =
        pgs_connection_open(pgs_server_conninfo(server), database, 10000, NULL, &error);
    if (connection == NULL)
        fail_msg("%s", error->message);
    return connection;
}

static void
assert_value(PgsConnection *connection, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s: %s", sql, error->message);
    assert_string_equal(value, expected);
}

static char *
create(PgsServer *server, const char *template_name)
{
    g_autoptr(GError) error = NULL;
    char *database = pgs_server_create_database(server, "x", template_name, &error);
    if (database == NULL)
        fail_msg("%s", error->message);
    return database;
}

static void
assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" has no \"%s\"", text, part);
}

/* ---- local ---- */

static const struct {
    const char *setting, *sql, *expected;
} in_force[] = {
    {"max_locks_per_transaction=512", "SHOW max_locks_per_transaction", "512"},
    {"default_text_search_config=pg_catalog.german", "SHOW default_text_search_config",
     "pg_catalog.german"},
    {"timezone=Europe/Berlin", "SHOW timezone", "Europe/Berlin"},
    {"work_mem=12MB", "SHOW work_mem", "12MB"},
    {"search_path=\"$user\", \"Wide Name\", public", "SHOW search_path",
     "\"$user\", \"Wide Name\", public"},
    {"app.quote=it's a \\ path", "SHOW app.quote", "it's a \\ path"},
    {"wal_level=replica", "SHOW wal_level", "replica"},
    {"jit=yes", "SHOW jit", "on"},
    {"unrelated.empty=", "SHOW unrelated.empty", ""},
};

static void
assert_in_force(const PgsServer *server, const char *database)
{
    g_autoptr(PgsConnection) connection = connect_to(server, database);
    for (gsize i = 0; i < G_N_ELEMENTS(in_force); i++)
        assert_value(connection, in_force[i].sql, in_force[i].expected);
}

static PgsSystem *
system_in_force(void)
{
    const char *settings[G_N_ELEMENTS(in_force) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(in_force); i++)
        settings[i] = in_force[i].setting;
    return new_system(settings);
}

static void
test_local(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = system_in_force();
    g_autoptr(PgsServer) server = start_system(system, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    assert_in_force(server, "postgres");
    g_autofree char *database = create(server, NULL);
    assert_in_force(server, database);
    g_autoptr(PgsServer) clone = pgs_server_clone(server, &error);
    if (clone == NULL)
        fail_msg("%s", error->message);
    assert_in_force(clone, database);
}

static void
note(const char *text, gpointer data)
{
    g_string_append(data, text);
}

static void
test_connections_are_raised(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) told = g_string_new(NULL);
    const char *settings[] = {"max_connections=5", NULL};
    g_autoptr(PgsSystem) system = new_system(settings);
    PgsServerOptions options = pgs_system_server_options(system, "local");
    options.progress = note;
    options.progress_data = told;
    g_autoptr(PgsServer) server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    g_autofree char *expected = g_strdup_printf("%u", pgs_server_settings_connections());
    g_autoptr(PgsConnection) connection = connect_to(server, "postgres");
    assert_value(connection, "SHOW max_connections", expected);
    assert_has(told->str, "p.yaml:3:5: settings: max_connections: 5 is raised to ");
}

/* What does not start says which setting it was, and where it stands. */
static void
test_local_faults(void **state)
{
    (void)state;
    static const struct {
        const char *setting;
        PgsServerError code;
        const char *message, *hint;
    } cases[] = {
        {"shared_preload_libraries=no_such_library", PGS_SERVER_ERROR_START,
         "p.yaml:4:5: settings: shared_preload_libraries: the server does not start without the "
         "library \"no_such_library\": could not access file \"no_such_library\"",
         "docker=IMAGE"},
        {"no_such_setting=1", PGS_SERVER_ERROR_SPEC,
         "p.yaml:4:5: settings: no_such_setting: the server does not start with \"1\": "
         "unrecognized configuration parameter \"no_such_setting\"",
         "correct its name"},
        {"max_locks_per_transaction=many", PGS_SERVER_ERROR_SPEC,
         "p.yaml:4:5: settings: max_locks_per_transaction: the server does not start with \"many\"",
         "correct it"},
        {"work_mem=1kB", PGS_SERVER_ERROR_SPEC, "p.yaml:4:5: settings: work_mem: ", "correct it"},
        {"wal_level=minimal", PGS_SERVER_ERROR_SPEC, "p.yaml:4:5: settings: wal_level: ", ""},
        {"block_size=4096", PGS_SERVER_ERROR_SPEC, "p.yaml:4:5: settings: block_size: ", ""},
        {"timezone=Middle/Earth", PGS_SERVER_ERROR_SPEC, "p.yaml:4:5: settings: timezone: ", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        const char *settings[] = {"maintenance_work_mem=32MB", cases[i].setting, NULL};
        g_autoptr(PgsSystem) system = new_system(settings);
        g_autoptr(PgsServer) server = start_system(system, &error);
        assert_null(server);
        if (!g_error_matches(error, PGS_SERVER_ERROR, (int)cases[i].code))
            fail_msg("%s: %s", cases[i].setting, error->message);
        assert_has(error->message, cases[i].message);
        const char *hint = strstr(error->message, "\nHINT: ");
        assert_non_null(hint);
        assert_has(hint, cases[i].hint);
    }
}

/* From the command line, there is no place. */
static void
test_place_of_set(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(".");
    assert_true(pgs_system_add_setting_text(system, "no_such_setting=1", NULL));
    assert_null(start_system(system, &error));
    assert_true(g_str_has_prefix(error->message, "--set no_such_setting: "));
}

/* What an extension does not know it drops, and the server starts all the same. */
static void
test_dropped_setting(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    const char *settings[] = {"shared_preload_libraries=auto_explain",
                              "auto_explain.log_min_durations=1s", NULL};
    g_autoptr(PgsSystem) system = new_system(settings);
    g_autoptr(PgsServer) server = start_system(system, &error);
    if (server != NULL && pgs_server_version_number(server) < 150000)
        skip();
    if (error != NULL && strstr(error->message, "could not access file") != NULL)
        skip();
    assert_null(server);
    assert_has(error->message, "p.yaml:4:5: settings: auto_explain.log_min_durations: ");
    assert_has(error->message, "knows no such setting");
}

/* ---- locale ---- */

static void
test_locale(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(".");
    system->locale = g_strdup("C");
    g_autoptr(PgsServer) server = start_system(system, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    static const char sql[] =
        "SELECT datcollate || ' ' || datctype || ' ' || pg_catalog.pg_encoding_to_char(encoding) "
        "FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()";
    g_autofree char *database = create(server, NULL);
    g_autofree char *copy = create(server, database);
    g_autoptr(PgsConnection) first = connect_to(server, database);
    assert_value(first, sql, "C C UTF8");
    g_autoptr(PgsConnection) second = connect_to(server, copy);
    assert_value(second, sql, "C C UTF8");
}

static void
test_icu(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(".");
    system->locale = g_strdup("de-AT");
    system->locale_provider = g_strdup("ICU");
    g_autoptr(PgsServer) server = start_system(system, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    if (pgs_server_version_number(server) < 150000)
        skip();
    g_autofree char *database = create(server, NULL);
    g_autoptr(PgsConnection) connection = connect_to(server, database);
    assert_value(connection,
                 "SELECT datlocprovider::pg_catalog.text FROM pg_catalog.pg_database WHERE datname "
                 "= pg_catalog.current_database()",
                 "i");
}

static void
test_locale_faults(void **state)
{
    (void)state;
    static const struct {
        const char *provider, *locale, *message, *hint;
    } cases[] = {
        {NULL, "xx_YY.UTF-8", "the libc locale \"xx_YY.UTF-8\"", "localedef -i xx_YY -f UTF-8"},
        {NULL, "en_US.KOI8-R", "the libc locale \"en_US.KOI8-R\"", "must be their locale"},
        {"icu", "klingon-XX", "the icu locale \"klingon-XX\"", "it has "},
        {NULL, "POSIXX", "the libc locale \"POSIXX\": ERROR:", "the nearest is POSIX"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsSystem) system = pgs_system_new(".");
        system->locale = g_strdup(cases[i].locale);
        system->locale_provider = g_strdup(cases[i].provider);
        system->locale_place = g_strdup("p.yaml:9:5");
        g_autoptr(PgsServer) server = start_system(system, &error);
        if (server == NULL)
            fail_msg("%s", error->message);
        if (cases[i].provider != NULL && pgs_server_version_number(server) < 150000)
            continue;
        assert_null(pgs_server_create_database(server, "x", NULL, &error));
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC));
        assert_true(g_str_has_prefix(error->message, "p.yaml:9:5: locale: "));
        assert_has(error->message, cases[i].message);
        assert_has(error->message, cases[i].hint);
    }
}

static void
test_provider_of_later_versions(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(".");
    system->locale = g_strdup("C.UTF-8");
    system->locale_provider = g_strdup("builtin");
    g_autoptr(PgsServer) server = start_system(system, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    if (pgs_server_version_number(server) >= 170000)
        skip();
    assert_null(pgs_server_create_database(server, "x", NULL, &error));
    assert_has(error->message, "cannot have the provider builtin");
    assert_has(error->message, "builtin from 17 on");
}

/* ---- a server that is somebody's ---- */

typedef struct {
    PgsServer *server;
} Foreign;

static int
start_foreign(void **state)
{
    g_autoptr(GError) error = NULL;
    Foreign *foreign = g_new0(Foreign, 1);
    *state = foreign;
    const char *settings[] = {"wal_level=replica", "max_locks_per_transaction=128", NULL};
    g_autoptr(PgsSystem) system = new_system(settings);
    foreign->server = start_system(system, &error);
    if (foreign->server == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return -1;
    }
    g_autoptr(PgsConnection) admin =
        pgs_connection_open(pgs_server_conninfo(foreign->server), "postgres", 10000, NULL, NULL);
    return admin != NULL && pgs_connection_run(admin, "CREATE ROLE maker CREATEDB", NULL) ? 0 : -1;
}

static int
stop_foreign(void **state)
{
    Foreign *foreign = *state;
    pgs_server_stop(foreign->server);
    g_free(foreign);
    return 0;
}

/* The foreign server with what is asked of it: what url.c has. */
typedef struct {
    PgsServer seen;
    PgsSystem *system;
    GString *told;
    PgsConnection *admin;
    char *database;
} Guest;

static void
guest_clear(Guest *guest)
{
    pgs_system_free(guest->system);
    g_string_free(guest->told, TRUE);
    pgs_connection_close(guest->admin);
    g_free(guest->database);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Guest, guest_clear)

static Guest
guest_new(const Foreign *foreign, const char *const *settings)
{
    Guest guest = {.seen = *foreign->server, .system = new_system(settings)};
    guest.told = g_string_new(NULL);
    guest.seen.request.settings = guest.system->settings;
    guest.seen.request.setting_places = guest.system->setting_places;
    guest.seen.request.progress = note;
    guest.seen.request.progress_data = guest.told;
    guest.admin = connect_to(foreign->server, "postgres");
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(guest.admin, "SET ROLE maker", &error))
        fail_msg("%s", error->message);
    return guest;
}

static void
test_foreign(void **state)
{
    const char *settings[] = {
        "work_mem=4096kB",
        "search_path=\"$user\", \"Wide Name\", public",
        "timezone=Europe/Berlin",
        "wal_level=minimal",
        "max_locks_per_transaction=64",
        "fsync=on",
        "shared_preload_libraries=",
        "log_min_messages=warning",
        NULL,
    };
    g_auto(Guest) guest = guest_new(*state, settings);
    g_autoptr(GError) error = NULL;
    if (!pgs_settings_check_foreign(&guest.seen, guest.admin, &error))
        fail_msg("%s", error->message);
    assert_has(guest.told->str,
               "p.yaml:8:5: settings: fsync: on is wanted, and the server has off");
    assert_has(guest.told->str, "p.yaml:9:5: settings: shared_preload_libraries: whether");
    assert_true(pgs_connection_run(guest.admin, "CREATE DATABASE mine", NULL));
    if (!pgs_settings_apply_foreign(&guest.seen, guest.admin, "mine", &error))
        fail_msg("%s", error->message);
    {
        g_autoptr(PgsConnection) connection = connect_to(&guest.seen, "mine");
        assert_value(connection, "SHOW work_mem", "4MB");
        assert_value(connection, "SHOW search_path", "\"$user\", \"Wide Name\", public");
        assert_value(connection, "SHOW timezone", "Europe/Berlin");
        assert_value(connection, "SHOW wal_level", "replica");
    }
    assert_true(pgs_connection_run(guest.admin, "DROP DATABASE mine", NULL));
}

static void
test_foreign_faults(void **state)
{
    static const struct {
        const char *setting, *message;
    } cases[] = {
        {"wal_level=logical", "wal_level: logical is wanted, and the server has replica"},
        {"max_locks_per_transaction=256",
         "max_locks_per_transaction: 256 is wanted, and the server has 128"},
        {"shared_buffers=64GB", "shared_buffers: 64GB is wanted, and the server has 4096 × 8kB"},
        {"shared_preload_libraries=timescaledb",
         "shared_preload_libraries: timescaledb is wanted, and the server has nothing"},
        {"no_such_setting=1", "no_such_setting: PostgreSQL 1"},
        {"work_mem=much", "work_mem: the server does not take \"much\""},
        {"log_min_messages=error", "log_min_messages: the server does not take \"error\" for a "
                                   "database of pgstair's: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *settings[] = {"work_mem=8MB", cases[i].setting, NULL};
        g_auto(Guest) guest = guest_new(*state, settings);
        g_autoptr(GError) error = NULL;
        if (g_str_has_prefix(cases[i].setting, "shared_preload"))
            assert_true(pgs_connection_run(guest.admin, "RESET ROLE", NULL));
        assert_false(pgs_settings_check_foreign(&guest.seen, guest.admin, &error));
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC));
        assert_true(g_str_has_prefix(error->message, "p.yaml:"));
        assert_has(error->message, cases[i].message);
        assert_has(error->message, "\nHINT: ");
    }
}

/* ---- texts ---- */

static void
test_lists(void **state)
{
    (void)state;
    const char *const items[] = {"a", "$user", "Wide Name", "say \"x\"", "b_2", NULL};
    g_autofree char *joined = pgs_setting_join((char *const *)items);
    assert_string_equal(joined, "a, \"$user\", \"Wide Name\", \"say \"\"x\"\"\", b_2");
    g_auto(GStrv) split = pgs_setting_split(joined);
    assert_true(g_strv_equal((const char *const *)split, items));
    g_auto(GStrv) loose = pgs_setting_split(" a ,b,, \"\" ");
    g_autofree char *text = g_strjoinv("|", loose);
    assert_string_equal(text, "a|b|");
}

static void
test_key(void **state)
{
    (void)state;
    const char *settings[] = {"work_mem=8MB", NULL};
    g_autoptr(PgsSystem) with = new_system(settings), without = pgs_system_new(".");
    PgsServerOptions a = pgs_system_server_options(with, NULL);
    PgsServerOptions b = pgs_system_server_options(without, NULL);
    g_autofree char *first = pgs_server_options_key(&a), *second = pgs_server_options_key(&b);
    assert_string_not_equal(first, second);
    without->locale = g_strdup("C");
    PgsServerOptions c = pgs_system_server_options(without, NULL);
    g_autofree char *third = pgs_server_options_key(&c);
    assert_string_not_equal(second, third);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_local),
        cmocka_unit_test(test_connections_are_raised),
        cmocka_unit_test(test_local_faults),
        cmocka_unit_test(test_place_of_set),
        cmocka_unit_test(test_dropped_setting),
        cmocka_unit_test(test_locale),
        cmocka_unit_test(test_icu),
        cmocka_unit_test(test_locale_faults),
        cmocka_unit_test(test_provider_of_later_versions),
        cmocka_unit_test_setup_teardown(test_foreign, start_foreign, stop_foreign),
        cmocka_unit_test_setup_teardown(test_foreign_faults, start_foreign, stop_foreign),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_key),
    };
    return cmocka_run_group_tests_name("server.settings", tests, NULL, NULL);
}

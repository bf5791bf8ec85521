/*
 * The program with settings: and locale: in pgstair.yaml: they hold wherever migrations run, and
 * are no part of what is compared.
 */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"
#include "pg/connection.h"
#include "server/engine_helper.h"
#include "server/installation.h"
#include "server/server.h"
#include "server/share.h"

#include <glib/gstdio.h>

/* A migration that fails where they do not hold: in each lane, copy and server. */
#define DEMAND                                                                                     \
    "DO $$ BEGIN IF pg_catalog.current_setting('work_mem') <> '7MB'\n"                             \
    "  OR pg_catalog.current_setting('search_path') <> '\"$user\", public, pg_catalog'\n"          \
    "  OR pg_catalog.current_setting('timezone') <> 'Asia/Tokyo'\n"                                \
    "  OR (SELECT datcollate FROM pg_catalog.pg_database\n"                                        \
    "      WHERE datname = pg_catalog.current_database()) <> 'C'\n"                                \
    "THEN RAISE EXCEPTION 'demand'; END IF; END $$;\n"

#define SETTINGS                                                                                   \
    "    settings:\n"                                                                              \
    "      work_mem: 7168kB\n"                                                                     \
    "      search_path: [$user, public, pg_catalog]\n"                                             \
    "      timezone: Asia/Tokyo\n"                                                                 \
    "    locale: C\n"

typedef struct {
    char *folder;
    PgsServer *server; /* somebody's */
    char *spec;        /* that leads to it */
} Fixture;

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    *state = fixture;
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(fixture->folder);
    write_file(fixture, "001_a.up.sql", DEMAND "CREATE TABLE a (id integer PRIMARY KEY);\n");
    write_file(fixture, "001_a.down.sql", DEMAND "DROP TABLE a;\n");
    write_file(fixture, "002_b.up.sql", DEMAND "ALTER TABLE a ADD b text;\n");
    write_file(fixture, "002_b.down.sql", DEMAND "ALTER TABLE a DROP b;\n");
    write_file(fixture, "model.sql", DEMAND "CREATE TABLE a (id integer PRIMARY KEY, b text);\n");
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    model: model.sql\n" SETTINGS);
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    assert_true(pgs_fs_remove_tree(fixture->folder, NULL));
    g_free(fixture->folder);
    g_free(fixture->spec);
    g_free(fixture);
    return 0;
}

static int
set_up_foreign(void **state)
{
    set_up(state);
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = "local"};
    fixture->server = pgs_server_start(&options, NULL, &error);
    if (fixture->server == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return -1;
    }
    fixture->spec = g_strconcat("url:", pgs_server_conninfo(fixture->server), NULL);
    return 0;
}

static void
assert_verified(const Fixture *fixture, const char *spec)
{
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "verify", fixture->folder, "--server", spec);
    if (status != 0)
        fail_msg("%s", output);
}

static void
test_local(void **state)
{
    assert_verified(*state, "local");
}

/* Migrations that make roles have a server a lane. */
static void
test_isolated(void **state)
{
    write_file(*state, "003_c.up.sql", DEMAND "CREATE ROLE settings_c;\n");
    write_file(*state, "003_c.down.sql", DEMAND "DROP ROLE settings_c;\n");
    assert_verified(*state, "local");
}

/* A prepared database is one that others are copies of. */
static void
test_prepared(void **state)
{
    write_file(*state, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    model: model.sql\n    owner: o\n"
               "    prepare: SELECT 1\n" SETTINGS);
    assert_verified(*state, "local");
}

static void
test_without(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *output = NULL;
    assert_int_equal(
        RUN_PROGRAM(&output, "verify", fixture->folder, "--no-config", "--server", "local"), 1);
    assert_non_null(strstr(output, "demand"));
}

/* A second folder in the same command does not get the first one's server. */
static void
test_other_folder(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *output = NULL;
    g_autofree char *other = g_build_filename(fixture->folder, "other", NULL);
    assert_int_equal(g_mkdir_with_parents(other, 0700), 0);
    write_file(fixture, "other/001_a.up.sql",
               "DO $$ BEGIN IF pg_catalog.current_setting('timezone') <> 'UTC' THEN\n"
               "RAISE EXCEPTION 'settings of another'; END IF; END $$;\n");
    int status = RUN_PROGRAM(&output, "diff", fixture->folder, other, "--server", "local");
    if (status > 1)
        fail_msg("%s", output);
    assert_null(strstr(output, "settings of another"));
}

static void
test_set(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *output = NULL, *wrong = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", fixture->folder, "--server", "local", "--set",
                                 "timezone=UTC"),
                     1);
    assert_int_equal(RUN_PROGRAM(&wrong, "verify", fixture->folder, "--server", "local", "--set",
                                 "fsync=perhaps"),
                     2);
    assert_non_null(strstr(wrong, "--set fsync: "));
    g_autofree char *refused = NULL;
    assert_int_equal(RUN_PROGRAM(&refused, "verify", fixture->folder, "--set", "port=1"), 2);
    assert_non_null(strstr(refused, "--set: the setting port is not a project's"));
}

static void
test_fault(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *output = NULL;
    g_autofree char *expected = g_strdup_printf(
        "%s/pgstair.yaml:5:7: settings: no_such_setting: the server does not start with \"1\"",
        fixture->folder);
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    settings:\n      no_such_setting: 1\n");
    assert_int_equal(RUN_PROGRAM(&output, "verify", fixture->folder, "--server", "local"), 2);
    if (strstr(output, expected) == NULL)
        fail_msg("%s", output);
}

/* A start that is not given the time that it needs; the limit may come from three places. */
static void
test_start_timeout(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *option = NULL, *key = NULL, *wins = NULL;
    write_file(fixture, "001_a.up.sql", "CREATE TABLE a (id integer PRIMARY KEY);\n");
    assert_int_equal(RUN_PROGRAM(&option, "snapshot", fixture->folder, "--server", "local",
                                 "--no-config", "--start-timeout", "1ms"),
                     3);
    if (strstr(option, "within 1 ms") == NULL ||
        strstr(option, "\nHINT: raise the limit") == NULL ||
        strstr(option, "--start-timeout") == NULL)
        fail_msg("%s", option);
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    start-timeout: 1ms\n" SETTINGS);
    assert_int_equal(RUN_PROGRAM(&key, "verify", fixture->folder, "--server", "local"), 3);
    if (strstr(key, "within 1 ms") == NULL)
        fail_msg("%s", key);
    if (RUN_PROGRAM(&wins, "verify", fixture->folder, "--server", "local", "--start-timeout",
                    "1min") == 3)
        fail_msg("%s", wins);
}

/* What pgstair makes of a setting is told by every command, on standard error. */
static void
test_notes(void **state)
{
    const Fixture *fixture = *state;
    static const char *const commands[] = {"snapshot", "init"};
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *output = NULL, *quiet = NULL;
        g_autofree char *file = g_strdup_printf("%s/out-%s", fixture->folder, commands[i]);
        write_file(fixture, "001_a.up.sql", "CREATE TABLE a (id integer PRIMARY KEY);\n");
        write_file(fixture, "002_b.up.sql", "ALTER TABLE a ADD b text;\n");
        write_file(fixture, "pgstair.yaml", "systems:\n  x:\n    migrations: .\n");
        assert_int_equal(RUN_PROGRAM(&output, commands[i], fixture->folder, "--server", "local",
                                     "--set", "max_connections=5", "-o", file),
                         0);
        if (strstr(output, "pgstair: --set max_connections: 5 is raised to ") == NULL)
            fail_msg("%s: %s", commands[i], output);
        assert_int_equal(g_remove(file), 0);
        assert_int_equal(RUN_PROGRAM(&quiet, commands[i], fixture->folder, "--server", "local",
                                     "--set", "max_connections=5", "-q", "-o", file),
                         0);
        assert_null(strstr(quiet, "is raised"));
    }
}

/* A shared server has what --set says. */
static void
test_set_of_a_shared_server(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *file = g_build_filename(fixture->folder, "shared", NULL);
    g_autofree char *output = NULL, *wrong = NULL, *text = NULL, *value = NULL;
    assert_int_equal(RUN_PROGRAM(&wrong, "server", "start", file, "--set", "port=1"), 2);
    assert_non_null(strstr(wrong, "--set: the setting port is not a project's"));
    assert_int_equal(RUN_PROGRAM(&output, "server", "start", file, "--server", "local", "--set",
                                 "work_mem=7MB", "--set", "max_connections=5"),
                     0);
    if (strstr(output, "max_connections: 5 is raised") == NULL)
        fail_msg("%s", output);
    assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_autoptr(PgsShare) share = pgs_share_read(file, NULL);
    assert_non_null(share);
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(share->conninfo, "postgres", 0, NULL, NULL);
    gboolean ok =
        connection != NULL && pgs_connection_value(connection, "SHOW work_mem", &value, NULL);
    g_clear_pointer(&connection, pgs_connection_close);
    assert_int_equal(RUN_PROGRAM(NULL, "server", "stop", file), 0);
    assert_true(ok);
    assert_string_equal(value, "7MB");
}

/* A program in folder that does the same as the one in bindir, and writes a line before. */
static void
wrap(const Fixture *fixture, const char *bindir, const char *name)
{
    g_autofree char *file = g_build_filename("bin", name, NULL);
    g_autofree char *path = g_build_filename(fixture->folder, file, NULL);
    g_autofree char *script = g_strdup_printf(
        "#!/bin/sh\n[ \"$1\" = -D ] && echo %s >>'%s/starts'\nexec '%s/%s' \"$@\"\n", name,
        fixture->folder, bindir, name);
    write_file(fixture, file, script);
    assert_int_equal(g_chmod(path, 0755), 0);
}

/* What the project says wrongly would be as wrong on a server a lane. */
static void
test_wrong_locale_is_tried_once(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, NULL);
    g_autofree char *bin = g_build_filename(fixture->folder, "bin", NULL);
    g_autofree char *starts = g_build_filename(fixture->folder, "starts", NULL);
    g_autofree char *output = NULL, *log = NULL;
    assert_non_null(installation);
    assert_int_equal(g_mkdir(bin, 0755), 0);
    assert_int_equal(g_chmod(fixture->folder, 0755), 0);
    assert_true(g_file_set_contents(starts, "", 0, NULL));
    assert_int_equal(g_chmod(starts, 0666), 0);
    wrap(fixture, installation->bindir, "postgres");
    wrap(fixture, installation->bindir, "initdb");
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    locale: xx_YY.UTF-8\n");
    g_setenv("PGSTAIR_PG_BINDIR", bin, TRUE);
    int status = RUN_PROGRAM(&output, "verify", fixture->folder, "--server", "local");
    g_unsetenv("PGSTAIR_PG_BINDIR");
    if (status != 2 || strstr(output, "xx_YY.UTF-8") == NULL)
        fail_msg("%s", output);
    assert_true(g_file_get_contents(starts, &log, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(log, "postgres\n", -1);
    assert_int_equal(g_strv_length(lines) - 1, 1);
}

static void
test_foreign(void **state)
{
    const Fixture *fixture = *state;
    assert_verified(fixture, fixture->spec);
}

/* What pgstair sets in its databases there is not told of; what migrations set is. */
static void
test_foreign_snapshot(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *output = NULL, *changed = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "snapshot", fixture->folder, "--server", fixture->spec),
                     0);
    assert_non_null(strstr(output, "collate: C\n"));
    assert_null(strstr(output, "work_mem"));
    assert_null(strstr(output, "application_name"));
    write_file(fixture, "003_c.up.sql",
               "DO $$ BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %I SET timezone = ''UTC''', "
               "pg_catalog.current_database()); END $$;\n");
    assert_int_equal(RUN_PROGRAM(&changed, "snapshot", fixture->folder, "--server", fixture->spec),
                     0);
    assert_non_null(strstr(changed, "TimeZone=UTC"));
}

static void
test_container(void **state)
{
    test_need_image(TEST_IMAGE);
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    assert_verified(*state, spec);
}

static void
test_official_container(void **state)
{
    test_need_image(TEST_OFFICIAL_IMAGE);
    g_autofree char *spec = test_engine_spec(TEST_OFFICIAL_IMAGE);
    assert_verified(*state, spec);
}

static void
test_isolated_containers(void **state)
{
    test_need_image(TEST_IMAGE);
    write_file(*state, "003_c.up.sql", DEMAND "CREATE ROLE settings_c;\n");
    write_file(*state, "003_c.down.sql", DEMAND "DROP ROLE settings_c;\n");
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    assert_verified(*state, spec);
}

static void
test_image(void **state)
{
    const Fixture *fixture = *state;
    test_need_image(TEST_OFFICIAL_IMAGE);
    g_autofree char *spec = g_strconcat(test_engine_name(), ":15", NULL);
    g_autofree char *other = g_strconcat(test_engine_name(), ":98", NULL);
    g_autofree char *output = NULL, *wrong = NULL;
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n"
               "    image: localhost/pgstair-official:{major}\n" SETTINGS);
    if (RUN_PROGRAM(&output, "verify", fixture->folder, "--verbose", "--server", spec) != 0 ||
        strstr(output, TEST_OFFICIAL_IMAGE) == NULL)
        fail_msg("%s", output);
    assert_int_equal(RUN_PROGRAM(&wrong, "verify", fixture->folder, "--server", other), 3);
    assert_non_null(strstr(wrong, "localhost/pgstair-official:98"));
}

static void
test_container_fault(void **state)
{
    const Fixture *fixture = *state;
    test_need_image(TEST_IMAGE);
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    g_autofree char *output = NULL;
    g_autofree char *expected =
        g_strdup_printf("%s/pgstair.yaml:5:7: settings: shared_preload_libraries: the server does "
                        "not start without the library \"no_such_library\"",
                        fixture->folder);
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    settings:\n"
               "      shared_preload_libraries: [no_such_library]\n");
    assert_int_equal(RUN_PROGRAM(&output, "verify", fixture->folder, "--server", spec), 3);
    if (strstr(output, expected) == NULL || strstr(output, "image: in pgstair.yaml") == NULL)
        fail_msg("%s", output);
}

static void
test_container_locale(void **state)
{
    const Fixture *fixture = *state;
    test_need_image(TEST_IMAGE);
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    g_autofree char *output = NULL;
    g_autofree char *remedy =
        g_strdup_printf("ci/images/build 15 --engine %s --locale xx_YY.UTF-8", test_engine_name());
    write_file(fixture, "pgstair.yaml",
               "systems:\n  x:\n    migrations: .\n    locale: xx_YY.UTF-8\n");
    assert_int_equal(RUN_PROGRAM(&output, "verify", fixture->folder, "--server", spec), 2);
    if (strstr(output, remedy) == NULL)
        fail_msg("%s", output);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_local, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_isolated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prepared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_start_timeout, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_notes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_of_a_shared_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_locale_is_tried_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_container, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_official_container, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_isolated_containers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_image, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_container_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_container_locale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_foreign, set_up_foreign, tear_down),
        cmocka_unit_test_setup_teardown(test_foreign_snapshot, set_up_foreign, tear_down),
    };
    return cmocka_run_group_tests_name("cli.settings", tests, NULL, NULL);
}

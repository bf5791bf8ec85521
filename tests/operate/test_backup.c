/* harness/operate/backup*.c, restore*.c */
#include "cmocka_all.h"

#include "base/fs.h"
#include "operate/backup_file.h"
#include "operate/backup_list.h"
#include "operate/backup_toc.h"
#include "operate/database_fixture.h"
#include "operate/restore_place.h"
#include "server/engine_helper.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEWER_IMAGE "localhost/pgstair-postgres:18"

#define SHOP                                                                                       \
    "CREATE TABLE goods (id integer PRIMARY KEY, name text NOT NULL);"                             \
    "INSERT INTO goods SELECT i, 'thing ' || i FROM generate_series(1, 1000) i;"                   \
    "CREATE TABLE \"odd \"\"name\" (a integer); INSERT INTO \"odd \"\"name\" VALUES (1), (2);"

/* A folder of this test's own; g_free(). */
static char *
new_folder(void)
{
    char *folder = g_dir_make_tmp("pgstair-backup-XXXXXX", NULL);
    assert_non_null(folder);
    return folder;
}

static void
drop_all(PgsServer *server, const char *database, const char *folder)
{
    g_autofree char *sql = g_strdup_printf("DROP DATABASE IF EXISTS %s WITH (FORCE)", database);
    database_fixture_run(server, "postgres", sql);
    pgs_fs_remove_tree(folder, NULL);
}

static void
test_name(G_GNUC_UNUSED void **state)
{
    g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 22, 0, 10, 5);
    static const struct {
        const char *database, *why, *name;
    } cases[] = {
        {"app", "before-upgrade-to-0007", "app-20261122T001005Z-before-upgrade-to-0007"},
        {"app", NULL, "app-20261122T001005Z"},
        {"../etc/x", "a/b", "%2E.%2Fetc%2Fx-20261122T001005Z-a%2Fb"},
        {"a \"b\" ü", NULL, "a%20%22b%22%20%C3%BC-20261122T001005Z"},
        {"-rf", NULL, "-rf-20261122T001005Z"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = pgs_backup_file_name(cases[i].database, cases[i].why, now);
        g_autofree char *whole = g_strconcat(name, PGS_BACKUP_SUFFIX, NULL);
        g_autofree char *back = pgs_backup_file_database(whole);
        assert_null(strchr(name, '/'));
        assert_string_equal(back, cases[i].database);
        assert_string_equal(name, cases[i].name);
    }
    assert_null(pgs_backup_file_database("app.dump"));
    assert_null(pgs_backup_file_database("app-20261122T001005Z.txt"));
}

static void
test_list(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsBackupToc) toc =
        pgs_backup_toc_parse(";\n; Archive created at 2026-11-22 00:10:00 UTC\n;     dbname: a: b\n"
                             ";     Dumped from database version: 15.18 (Debian)\n\n"
                             "214; 1259 16385 TABLE public a postgres\n"
                             "3320; 0 16385 TABLE DATA public a postgres\n"
                             "215; 1259 16386 FOREIGN TABLE public f postgres\n"
                             "216; 1259 16387 TABLE ATTACH public p1 postgres\n");
    assert_string_equal(toc->database, "a: b");
    assert_string_equal(toc->made_at, "2026-11-22 00:10:00 UTC");
    assert_int_equal(toc->n_entries, 4);
    assert_int_equal(toc->n_tables, 1);
    assert_int_equal(toc->n_contents, 1);
}

static void
test_made_and_restored(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = new_folder();
    g_autofree char *backups = g_build_filename(folder, "deep/er", NULL);
    database_fixture_run(server, "postgres", "CREATE DATABASE \"sh\"\"op/ü\" CONNECTION LIMIT 50");
    database_fixture_run(server, "sh\"op/ü", SHOP "SELECT lo_from_bytea(4711, 'large');");
    database_fixture_run(server, "postgres",
                         "ALTER DATABASE \"sh\"\"op/ü\" SET work_mem = '7MB';"
                         "ALTER DATABASE \"sh\"\"op/ü\" SET search_path = goods, \"x y\", public;"
                         "REVOKE CONNECT ON DATABASE \"sh\"\"op/ü\" FROM PUBLIC;"
                         "COMMENT ON DATABASE \"sh\"\"op/ü\" IS 'the shop''s';"
                         "ALTER DATABASE \"sh\"\"op/ü\" IS_TEMPLATE true");
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "sh\"op/ü", backups);
    g_autoptr(PgsBackup) backup = pgs_backup_make(&fixture->target, "before-it", &error);
    if (backup == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(backup->database, "sh\"op/ü");
    assert_int_equal(backup->n_tables, 2);
    struct stat status;
    assert_int_equal(stat(backup->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal((guint64)status.st_size, backup->size);
    assert_int_equal(stat(backups, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    g_autoptr(GPtrArray) list = pgs_backup_list(backups, "sh\"op/ü");
    assert_int_equal(list->len, 1);

    database_fixture_run(
        server, "sh\"op/ü",
        "DROP TABLE goods; CREATE TABLE later (a integer); SELECT lo_unlink(4711)");
    /* Somebody who stays connected is in nobody's way. */
    g_autoptr(PgsConnection) other =
        pgs_connection_open(pgs_server_conninfo(server), "sh\"op/ü", 1000, NULL, &error);
    assert_non_null(other);
    g_autofree char *kept = NULL;
    if (!pgs_backup_restore(&fixture->target, backup, &kept, &error))
        fail_msg("%s", error->message);
    const char *name = "sh\"op/ü";
    ASSERT_ASK(server, name, "SELECT count(*) FROM public.goods", "1000");
    ASSERT_ASK(server, name, "SELECT to_regclass('public.later') IS NULL", "t");
    ASSERT_ASK(server, name, "SELECT convert_from(lo_get(4711), 'UTF8')", "large");
    ASSERT_ASK(server, name, "SHOW work_mem", "7MB");
    ASSERT_ASK(server, name, "SHOW search_path", "goods, \"x y\", public");
    ASSERT_ASK(server, name,
               "SELECT datconnlimit || shobj_description(oid, 'pg_database') || array(SELECT "
               "a::text FROM unnest(datacl) a ORDER BY 1)::text "
               "FROM pg_database WHERE datname = current_database()",
               "50the shop's{=T/postgres,postgres=CTc/postgres}");
    ASSERT_ASK(server, name, "SELECT reltuples FROM pg_class WHERE relname = 'goods'", "1000");
    ASSERT_ASK(server, kept, "SELECT to_regclass('public.later') IS NOT NULL", "t");
    ASSERT_ASK(server, name,
               "SELECT string_agg(datistemplate::text, ' ' ORDER BY datname) FROM pg_database "
               "WHERE starts_with(datname, 'sh\"op')",
               "true false");
    database_fixture_run(server, "postgres", "ALTER DATABASE \"sh\"\"op/ü\" IS_TEMPLATE false");
    ASSERT_ASK(server, "postgres",
               "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgstair_restore%'", "0");
    g_autofree char *quoted = g_strdup_printf("\"sh\"\"op/ü%s\"", kept + strlen(name));
    drop_all(server, quoted, folder);
    drop_all(server, "\"sh\"\"op/ü\"", folder);
}

/* Nothing of a failed backup passes for one. */
static void
test_failed_backup(void **state)
{
    PgsServer *server = *state;
    g_autofree char *folder = new_folder();
    database_fixture_run(server, "postgres", "CREATE DATABASE locked");
    database_fixture_run(server, "locked", SHOP);
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "locked", folder);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) other =
        pgs_connection_open(pgs_server_conninfo(server), "locked", 60000, NULL, &error);
    assert_true(
        pgs_connection_run(other, "BEGIN; LOCK TABLE goods IN ACCESS EXCLUSIVE MODE", NULL));
    fixture->environment->lock_wait = 200;
    assert_null(pgs_backup_make(&fixture->target, "x", &error));
    assert_non_null(strstr(error->message, "keeps a table locked"));
    g_autoptr(GPtrArray) list = pgs_backup_list(folder, "locked");
    assert_int_equal(list->len, 0);

    g_clear_error(&error);
    fixture->environment->lock_wait = 0;
    fixture->environment->backup_timeout = 300;
    assert_null(pgs_backup_make(&fixture->target, "x", &error));
    assert_non_null(strstr(error->message, "longer than its limit"));
    g_clear_pointer(&other, pgs_connection_close);

    g_clear_error(&error);
    fixture->environment->backup_timeout = 0;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    fixture->target.cancellable = cancellable;
    g_cancellable_cancel(cancellable);
    assert_null(pgs_backup_make(&fixture->target, "x", &error));
    g_autoptr(GPtrArray) again = pgs_backup_list(folder, "locked");
    assert_int_equal(again->len, 0);
    drop_all(server, "locked", folder);
}

static void
assert_refused(PgsServer *server, DatabaseFixture *fixture, const char *path, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *kept = NULL;
    PgsBackup backup = {.path = (char *)path};
    assert_false(pgs_backup_restore(&fixture->target, &backup, &kept, &error));
    if (strstr(error->message, words) == NULL)
        fail_msg("%s\nhas not: %s", error->message, words);
    ASSERT_ASK(server, "stays", "SELECT count(*) FROM goods", "1000");
    ASSERT_ASK(server, "postgres",
               "SELECT count(*) FROM pg_database WHERE datname ~ '^pgstair_restore|^stays.'", "0");
}

static void
test_files_that_are_none(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = new_folder();
    database_fixture_run(server, "postgres", "CREATE DATABASE stays");
    database_fixture_run(server, "stays", SHOP);
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "stays", folder);
    g_autoptr(PgsBackup) backup = pgs_backup_make(&fixture->target, NULL, &error);
    assert_non_null(backup);
    g_autofree char *bytes = NULL;
    gsize length;
    assert_true(g_file_get_contents(backup->path, &bytes, &length, NULL));
    g_autofree char *path = g_build_filename(folder, "other", NULL);

    assert_refused(server, fixture, path, "cannot be opened");
    assert_true(
        g_file_set_contents(path, "--\n-- PostgreSQL database dump\n--\n\nSELECT 1;\n", -1, NULL));
    assert_refused(server, fixture, path, "plain text");
    assert_true(g_file_set_contents(path, "no archive, whatever it is called\n", -1, NULL));
    assert_refused(server, fixture, path, "is no archive");
    assert_true(g_file_set_contents(path, "", 0, NULL));
    assert_refused(server, fixture, path, "is no archive");
    /* Its list is whole. */
    assert_true(g_file_set_contents(path, bytes, (gssize)(length - 700), NULL));
    g_autoptr(PgsBackup) half = pgs_backup_read_for(&fixture->target, path, &error);
    assert_non_null(half);
    assert_refused(server, fixture, path, "cut off");
    drop_all(server, "stays", folder);
}

/* What cannot be restored leaves the database as it is; so does what was left by a killed run. */
static void
test_failing_restore(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = new_folder();
    database_fixture_run(server, "postgres", "CREATE DATABASE stays");
    database_fixture_run(server, "postgres", "CREATE DATABASE pgstair_restore_ab90b11836e7dd58");
    database_fixture_run(server, "postgres", "CREATE ROLE gone");
    database_fixture_run(server, "stays", SHOP "ALTER TABLE goods OWNER TO gone");
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "stays", folder);
    g_autoptr(PgsBackup) backup = pgs_backup_make(&fixture->target, NULL, &error);
    assert_non_null(backup);
    database_fixture_run(server, "stays", "ALTER TABLE goods OWNER TO postgres; DROP ROLE gone");
    assert_refused(server, fixture, backup->path, "role \"gone\" does not exist");
    assert_non_null(strstr(fixture->told->str, "pgstair_restore_ab90b11836e7dd58 is dropped"));
    drop_all(server, "stays", folder);
}

/* Whoever wants to run migrations meanwhile. */
typedef struct {
    PgsServer *server;
    char *got; /* the lock of a run: "t", "f" */
} Rival;

static void
try_lock(G_GNUC_UNUSED const char *text, gpointer data)
{
    Rival *rival = data;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(rival->server), "stays", 0, NULL, NULL);
    g_clear_pointer(&rival->got, g_free);
    assert_true(pgs_connection_value(connection, "SELECT pg_try_advisory_lock(1885827956, 1)",
                                     &rival->got, NULL));
}

/* What would be migrated while the backup is restored would be put aside with the old database. */
static void
test_keeps_runs_out(void **state)
{
    Rival rival = {.server = *state};
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = new_folder();
    g_autofree char *kept = NULL;
    database_fixture_run(rival.server, "postgres", "CREATE DATABASE stays");
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(rival.server, "stays", folder);
    g_autoptr(PgsBackup) backup = pgs_backup_make(&fixture->target, NULL, &error);
    assert_non_null(backup);
    fixture->target.told = try_lock;
    fixture->target.told_data = &rival;
    if (!pgs_backup_restore(&fixture->target, backup, &kept, &error))
        fail_msg("%s", error->message);
    assert_string_equal(rival.got, "f");
    g_free(rival.got);
    drop_all(rival.server, kept, folder);
    database_fixture_run(rival.server, "postgres", "DROP DATABASE stays");
}

/* Two at once: the second says so, and nothing of the first's is touched. */
static void
test_two_at_once(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = new_folder();
    database_fixture_run(server, "postgres", "CREATE DATABASE stays");
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "stays", folder);
    g_autoptr(PgsRestorePlace) first = pgs_restore_place_open(&fixture->target, &error);
    assert_non_null(first);
    assert_true(pgs_restore_place_make(first, &error));
    assert_null(pgs_restore_place_open(&fixture->target, &error));
    assert_non_null(strstr(error->message, "another restoration"));
    ASSERT_ASK(server, "postgres",
               "SELECT count(*) FROM pg_database WHERE datname ~ '^pgstair_restore'", "1");
    g_clear_pointer(&first, pgs_restore_place_free);
    ASSERT_ASK(server, "postgres",
               "SELECT count(*) FROM pg_database WHERE datname ~ '^pgstair_restore'", "0");
    drop_all(server, "stays", folder);
}

/* What the server is newer than this machine's pg_dump for, its container has. */
static void
test_newer_server(G_GNUC_UNUSED void **state)
{
    test_need_image(NEWER_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autofree char *spec = test_engine_spec(NEWER_IMAGE);
    PgsServerOptions options = {.spec = spec};
    g_autoptr(PgsServer) server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    g_autofree char *folder = new_folder();
    database_fixture_run(server, "postgres", "CREATE DATABASE shop");
    database_fixture_run(server, "shop", SHOP);
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "shop", folder);
    g_autoptr(PgsBackup) backup = pgs_backup_make(&fixture->target, NULL, &error);
    if (backup == NULL)
        fail_msg("%s", error->message);
    assert_non_null(strstr(backup->program, "pg_dump (PostgreSQL) 18"));
    database_fixture_run(server, "shop", "DROP TABLE goods");
    g_autofree char *kept = NULL;
    if (!pgs_backup_restore(&fixture->target, backup, &kept, &error))
        fail_msg("%s", error->message);
    ASSERT_ASK(server, "shop", "SELECT count(*) FROM goods", "1000");
    if (strstr(backup->program, "in the container") != NULL) {
        g_autofree char *path = g_strdup(g_getenv("PATH"));
        g_setenv("PATH", folder, TRUE);
        PgsBackup *refused = pgs_backup_make(&fixture->target, NULL, &error);
        g_setenv("PATH", path, TRUE);
        assert_null(refused);
        assert_non_null(strstr(error->message, "refuses a newer server"));
        assert_non_null(strstr(error->message, "PGSTAIR_PG_DUMP"));
    }
    pgs_fs_remove_tree(folder, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_made_and_restored),
        cmocka_unit_test(test_failed_backup),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_failing_restore),
        cmocka_unit_test(test_keeps_runs_out),
        cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_newer_server),
    };
    return cmocka_run_group_tests(tests, pgs_fixture_start_server, pgs_fixture_stop_server);
}

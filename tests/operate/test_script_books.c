/* Covers harness/operate/script_guard.c and script.c: the books that a script keeps, and whom it
 * keeps out. */
#include "cmocka_all.h"

#include "ledger/apply.h"
#include "script_fixture.h"
#include "server/conninfo.h"

static int
start(void **state)
{
    return pgs_fixture_start_server(state);
}

static int
stop(void **state)
{
    pgs_server_stop(*state);
    return 0;
}

static PgsHistory *
read_history(const char *folder, const char *format)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read(folder, format, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

static PgsLedger *
new_ledger(const PgsHistory *history)
{
    g_autoptr(GError) error = NULL;
    PgsLedger *ledger = pgs_ledger_new(history, &error);
    if (ledger == NULL)
        fail_msg("%s", error->message);
    return ledger;
}

static char *
value(PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = script_connect(server, database);
    char *text = NULL;
    if (!pgs_connection_value(connection, sql, &text, &error))
        fail_msg("%s", error->message);
    return text != NULL ? text : g_strdup("");
}

/* psql's exit status. */
static int
run(PgsServer *server, const char *database, const PgsHistory *history, gint from, gint to,
    char **said)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsLedger) ledger = new_ledger(history);
    g_autofree char *script = pgs_script_write(history, ledger, from, to, NULL, &error);
    if (script == NULL)
        fail_msg("%s", error->message);
    return script_run(server, database, script, said);
}

static void
must_run(PgsServer *server, const char *database, const PgsHistory *history, gint from, gint to)
{
    g_autofree char *said = NULL;
    if (run(server, database, history, from, to, &said) != 0)
        fail_msg("%s: %s", history->folder, said);
}

static void
apply(PgsServer *server, const char *database, const PgsHistory *history, gint from, gint to)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    environment->url = pgs_conninfo_with(pgs_server_conninfo(server), "dbname", database);
    g_autoptr(PgsDatabase) target = pgs_database_open(environment, NULL, NULL, NULL, &error);
    assert_non_null(target);
    g_autoptr(PgsLedger) ledger = new_ledger(history);
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    gboolean up = from < to;
    for (gint i = up ? from + 1 : from; up ? i <= to : i > to; i += up ? 1 : -1)
        g_array_append_val(revisions, i);
    PgsApplyRun run = {
        .up = up,
        .revisions = (const gint *)(gconstpointer)revisions->data,
        .n_revisions = revisions->len,
    };
    guint done;
    g_autoptr(PgsOutcome) outcome = pgs_apply_run(target, history, ledger, &run, &done, &error);
    if (outcome == NULL || !outcome->succeeded)
        fail_msg("%s: %s", history->folder,
                 outcome != NULL ? outcome->failure->message : error->message);
}

/* All rows of all tables but moments, durations and what is random: each table's in an XML text. */
static const char all_rows[] =
    "SELECT string_agg(format('%s: %s', c.oid::regclass, query_to_xml(format("
    "'SELECT r FROM (SELECT (to_jsonb(t) - ARRAY[%s]::text[])::text AS r FROM %s AS t) AS x"
    " ORDER BY r COLLATE \"C\"', (SELECT string_agg(quote_literal(attname), ',') FROM pg_attribute"
    " WHERE attrelid = c.oid AND attnum > 0 AND (atttypid IN ('timestamp'::regtype,"
    " 'timestamptz'::regtype, 'uuid'::regtype) OR attname IN ('execution_time', 'applied_on') OR"
    " (c.relname, attname) IN (('_prisma_migrations', 'id'), ('_yoyo_log', 'id')))),"
    " c.oid::regclass), true, true, '')), E'\\n' ORDER BY c.oid::regclass::text COLLATE \"C\")"
    " FROM pg_class AS c WHERE relkind = 'r' AND relnamespace NOT IN ('pg_catalog'::regnamespace,"
    " 'information_schema'::regnamespace)";

static void
assert_same_rows(PgsServer *server, const char *by_script, const char *by_apply, const char *folder)
{
    g_autofree char *scripted = value(server, by_script, all_rows);
    g_autofree char *applied = value(server, by_apply, all_rows);
    if (strcmp(scripted, applied) != 0)
        fail_msg("%s: by the script:\n%s\nby apply:\n%s", folder, scripted, applied);
}

static void
test_same_as_apply(void **state)
{
    PgsServer *server = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(script_folders); i++) {
        g_autofree char *folder =
            g_build_filename(PGS_SOURCE_DIR, "migrations", script_folders[i], NULL);
        g_autoptr(PgsHistory) history = read_history(folder, NULL);
        gint head = (gint)history->revisions->len - 1;
        g_autofree char *by_script = script_database(server);
        g_autofree char *by_apply = script_database(server);
        must_run(server, by_script, history, -1, head);
        apply(server, by_apply, history, -1, head);
        assert_same_rows(server, by_script, by_apply, folder);
        if (!script_goes_down(history))
            continue;
        must_run(server, by_script, history, head, 0);
        apply(server, by_apply, history, head, 0);
        assert_same_rows(server, by_script, by_apply, folder);
    }
}

/* ---- where the books are ---- */

static char *
make_folder(const char *file, const char *text, const char *down)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    if (down != NULL) {
        g_autofree char *other = g_build_filename(folder, down, NULL);
        assert_true(g_file_set_contents(other, "DROP TABLE app.t;\n", -1, NULL));
    }
    return folder;
}

/* pg_dump's first line, which holds for the rest of the session. */
#define DUMP                                                                                       \
    "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE app.t (id int);\n"

/* A baseline from pg_dump, and books in the schema that the tool finds them in. */
/* yoyo's post-apply: behind each script that applies something, and nowhere else. */
static void
test_hooks(void **state)
{
    PgsServer *server = *state;
    g_autofree char *folder = g_dir_make_tmp("pgstair-script-XXXXXX", NULL);
    g_autoptr(PgsHistory) history = NULL;
    g_autoptr(GError) error = NULL;
    static const char *const files[][2] = {
        {"0001_a.sql", "CREATE TABLE a (n int);"},
        {"0002_b.sql", "CREATE TABLE b (n int);"},
        {"post-apply.sql",
         "INSERT INTO a SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i][0], NULL);
        assert_true(g_file_set_contents(path, files[i][1], -1, NULL));
    }
    history = read_history(folder, "yoyo");
    assert_int_equal(history->revisions->len, 3);
    g_autofree char *database = pgs_server_create_database(server, "hooks", NULL, NULL);
    must_run(server, database, history, -1, 0);
    must_run(server, database, history, 0, 2);
    g_autofree char *rows =
        value(server, database, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM a");
    assert_string_equal(rows, "1 2");
    g_autoptr(PgsLedger) ledger = new_ledger(history);
    g_autofree char *nothing = pgs_script_write(history, ledger, 1, 2, NULL, &error);
    assert_non_null(nothing);
    assert_null(strstr(nothing, "INSERT INTO a"));
    pgs_fs_remove_tree(folder, NULL);
}

static void
test_lost_search_path(void **state)
{
    PgsServer *server = *state;
    static const struct {
        const char *format, *file, *text, *down, *table;
    } cases[] = {
        {"golang-migrate", "1_base.up.sql", DUMP, "1_base.down.sql", "schema_migrations"},
        {"plain", "1_base.up.sql", DUMP, "1_base.down.sql", "pgstair_migrations"},
        {"dbmate", "20260101000000_base.sql",
         "-- migrate:up\n" DUMP "-- migrate:down\nDROP TABLE app.t;\n", NULL, "schema_migrations"},
        {"goose", "00001_base.sql", "-- +goose Up\n" DUMP "-- +goose Down\nDROP TABLE app.t;\n",
         NULL, "goose_db_version"},
        {"sqlx", "1_base.up.sql", DUMP, "1_base.down.sql", "_sqlx_migrations"},
        {"yoyo", "0001_base.sql", DUMP, "0001_base.rollback.sql", "_yoyo_log"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = make_folder(cases[i].file, cases[i].text, cases[i].down);
        g_autoptr(PgsHistory) history = read_history(folder, cases[i].format);
        g_autofree char *database = script_database(server);
        g_autofree char *set = g_strdup_printf(
            "CREATE SCHEMA app; ALTER DATABASE \"%s\" SET search_path = app, public", database);
        g_autoptr(PgsConnection) connection = script_connect(server, database);
        assert_true(pgs_connection_run(connection, set, NULL));
        g_clear_pointer(&connection, pgs_connection_close);
        must_run(server, database, history, -1, 0);
        g_autofree char *where = g_strdup_printf("SELECT to_regclass('app.\"%s\"') IS NOT NULL"
                                                 " AND to_regclass('public.\"%s\"') IS NULL",
                                                 cases[i].table, cases[i].table);
        g_autofree char *there = value(server, database, where);
        if (strcmp(there, "t") != 0)
            fail_msg("%s: its books are elsewhere", cases[i].format);
        g_autofree char *said = NULL;
        assert_int_equal(run(server, database, history, -1, 0, &said), 3);
        assert_non_null(strstr(said, "nothing was changed"));
        must_run(server, database, history, 0, -1);
        pgs_fs_remove_tree(folder, NULL);
    }
}

/* Without a schema there is no place for books: said before anything is done. */
static void
test_no_schema(void **state)
{
    PgsServer *server = *state;
    g_autofree char *folder = make_folder("1_base.up.sql", "SELECT 1", NULL);
    g_autoptr(PgsHistory) history = read_history(folder, "golang-migrate");
    g_autofree char *database = script_database(server);
    g_autofree char *set =
        g_strdup_printf("ALTER DATABASE \"%s\" SET search_path = nowhere", database);
    g_autoptr(PgsConnection) connection = script_connect(server, database);
    assert_true(pgs_connection_run(connection, set, NULL));
    g_clear_pointer(&connection, pgs_connection_close);
    g_autofree char *said = NULL;
    assert_int_equal(run(server, database, history, -1, 0, &said), 3);
    assert_non_null(strstr(said, "there is no schema for schema_migrations"));
    pgs_fs_remove_tree(folder, NULL);
}

/* ---- scripts with psql's own commands ---- */

static void
write_change(const char *folder, const char *part, const char *name, const char *text)
{
    g_autofree char *inside = g_build_filename(folder, part, NULL);
    g_autofree char *file = g_strdup_printf("%s/%s.sql", inside, name);
    assert_int_equal(g_mkdir_with_parents(inside, 0700), 0);
    assert_true(g_file_set_contents(file, text, -1, NULL));
}

#define PLAN                                                                                       \
    "%syntax-version=1.0.0\n%project=it\n\n"                                                       \
    "one 2026-01-01T00:00:00Z A <a@b.c> # one\n"                                                   \
    "two 2026-01-02T00:00:00Z A <a@b.c> # two\n"

static char *
make_sqitch(const char *one, const char *two)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *plan = g_build_filename(folder, "sqitch.plan", NULL);
    g_autofree char *conf = g_build_filename(folder, "sqitch.conf", NULL);
    assert_true(g_file_set_contents(plan, PLAN, -1, NULL));
    assert_true(g_file_set_contents(conf, "[core]\n\tengine = pg\n", -1, NULL));
    write_change(folder, "deploy", "one", one);
    write_change(folder, "deploy", "two", two);
    write_change(folder, "revert", "one", "SELECT 1;\n");
    write_change(folder, "revert", "two", "SELECT 1;\n");
    write_change(folder, "verify", "two", "SELECT 1/0;\n");
    return folder;
}

/* What one file sets in its psql is not set in the next one's. */
static void
test_psql_settings(void **state)
{
    PgsServer *server = *state;
    static const char *const leaking[] = {
        "\\set ON_ERROR_STOP off\n",
        "\\unset ON_ERROR_STOP\n",
        "\\set AUTOCOMMIT off\nCOMMIT;\n",
        "\\set ON_ERROR_ROLLBACK on\n",
        "\\set SINGLELINE on\n",
        "\\set foo 1\n",
        "\\set ON_ERROR_STOP 0\n\\set foo 1\n\\o /dev/null\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(leaking); i++) {
        g_autofree char *one = g_strconcat("CREATE TABLE t (id int);\n", leaking[i], NULL);
        /* foo is nothing there: a syntax error. */
        g_autofree char *folder = make_sqitch(
            one, "INSERT INTO t\nVALUES (7);\nINSERT INTO t SELECT :foo;\nINSERT INTO t SELECT 1;");
        g_autoptr(PgsHistory) history = read_history(folder, NULL);
        g_autofree char *database = script_database(server);
        g_autofree char *said = NULL;
        int status = run(server, database, history, -1, 1, &said);
        g_autofree char *changes =
            value(server, database, "SELECT string_agg(change, ',') FROM sqitch.changes");
        if (status != 3 || strcmp(changes, "one") != 0)
            fail_msg("%s: %d, %s: %s", leaking[i], status, changes, said);
        g_autofree char *rows = value(server, database, "SELECT count(*) FROM t");
        assert_string_equal(rows, "1");
        pgs_fs_remove_tree(folder, NULL);
    }
}

/* As upgrade: verify scripts are run only where sqitch is told so. */
static void
test_no_verify(void **state)
{
    PgsServer *server = *state;
    g_autofree char *folder = make_sqitch("SELECT 1;\n", "SELECT 2;\n");
    g_autoptr(PgsHistory) history = read_history(folder, NULL);
    g_autofree char *database = script_database(server);
    must_run(server, database, history, -1, 1);
    pgs_fs_remove_tree(folder, NULL);
}

static void
test_psql_refusals(G_GNUC_UNUSED void **state)
{
    static const char *const commands[] = {"\\q", "\\quit"};
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *one = g_strconcat("SELECT 1;\n", commands[i], "\n", NULL);
        g_autofree char *folder = make_sqitch(one, "SELECT 1;\n");
        g_autoptr(PgsHistory) history = read_history(folder, NULL);
        g_autoptr(PgsLedger) ledger = new_ledger(history);
        g_autoptr(GError) error = NULL;
        g_autofree char *script = pgs_script_write(history, ledger, -1, 1, NULL, &error);
        assert_null(script);
        if (strstr(error->message, "deploy/one.sql:2: \\") == NULL)
            fail_msg("%s: %s", commands[i], error->message);
        pgs_fs_remove_tree(folder, NULL);
    }
}

/* ---- locks ---- */

/* Held by another session as key, nothing is done. */
static void
assert_kept_out(PgsServer *server, const char *database, const PgsHistory *history, const char *key)
{
    g_autofree char *lock = g_strdup_printf("SELECT pg_advisory_lock(%s)", key);
    g_autofree char *said = NULL;
    g_autoptr(PgsConnection) other = script_connect(server, database);
    assert_true(pgs_connection_run(other, lock, NULL));
    int status = run(server, database, history, -1, 0, &said);
    if (status != 3 || strstr(said, "another run has the lock on this database") == NULL)
        fail_msg("%s, %s: %d %s", history->format, key, status, said);
    g_autoptr(PgsLedger) ledger = new_ledger(history);
    assert_int_equal(script_at(server, database, ledger), -1);
}

static void
test_tools_locks(void **state)
{
    PgsServer *server = *state;
    static const char *const folders[] = {"golang_mini",          "goose_mini",  "sqlx_mini",
                                          "node_pg_migrate_mini", "prisma_mini", "flyway_mini",
                                          "sqitch_mini"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *folder =
            g_build_filename(PGS_SOURCE_DIR, "migrations/sound", folders[i], NULL);
        g_autoptr(PgsHistory) history = read_history(folder, NULL);
        g_autoptr(PgsLedger) ledger = new_ledger(history);
        g_autofree char *database = script_database(server);
        g_autoptr(PgsConnection) connection = script_connect(server, database);
        assert_true(pgs_ledger_locate(ledger, connection, NULL));
        g_autofree char *key = ledger->kind->lock_key(ledger, database);
        assert_kept_out(server, database, history, key);
        if (ledger->kind->lock_key_too == NULL)
            continue;
        g_autofree char *too = ledger->kind->lock_key_too(ledger, database);
        assert_kept_out(server, database, history, too);
    }
}

/* By a run of pgstair's, and by a session that a killed run has left behind. */
static void
test_own_lock(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = make_folder("1_base.up.sql", "SELECT 1", "1_base.down.sql");
    g_autoptr(PgsHistory) history = read_history(folder, "plain");
    g_autofree char *database = script_database(server);
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    environment->url = pgs_conninfo_with(pgs_server_conninfo(server), "dbname", database);
    g_autoptr(PgsDatabase) target = pgs_database_open(environment, NULL, NULL, NULL, &error);
    assert_non_null(target);
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(target, NULL, &error);
    assert_non_null(lock);
    g_autofree char *said = NULL;
    assert_int_equal(run(server, database, history, -1, 0, &said), 3);
    assert_non_null(strstr(said, "another run has the lock"));
    g_clear_pointer(&lock, pgs_migration_lock_release);
    g_autoptr(PgsConnection) left = pgs_database_session(target, &error);
    assert_non_null(left);
    g_clear_pointer(&said, g_free);
    assert_int_equal(run(server, database, history, -1, 0, &said), 3);
    g_clear_pointer(&left, pgs_connection_close);
    must_run(server, database, history, -1, 0);
    pgs_fs_remove_tree(folder, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_apply), cmocka_unit_test(test_lost_search_path),
        cmocka_unit_test(test_hooks),         cmocka_unit_test(test_no_schema),
        cmocka_unit_test(test_tools_locks),   cmocka_unit_test(test_own_lock),
        cmocka_unit_test(test_psql_settings), cmocka_unit_test(test_no_verify),
        cmocka_unit_test(test_psql_refusals),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* harness/operate/rehearsal.c, and what a start dump is to harness/cycle/foundation.c */
#include "cmocka_all.h"

#include "base/fs.h"
#include "operate/database_fixture.h"
#include "operate/rehearsal.h"

#include <glib/gstdio.h>

typedef struct {
    const char *name, *text;
} File;

static const File good[] = {
    {"0001_base.up.sql", "CREATE TABLE goods (id integer PRIMARY KEY);\n"},
    {"0001_base.down.sql", "DROP TABLE goods;\n"},
    {"0002_more.up.sql", "ALTER TABLE goods ADD name text;\n"},
    {"0002_more.down.sql", "ALTER TABLE goods DROP name;\n"},
};

static PgsSystem *
write_system(const char *folder, const char *last_up)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *path = g_build_filename(folder, good[i].name, NULL);
        assert_true(g_file_set_contents(path, i == 2 ? last_up : good[i].text, -1, NULL));
    }
    PgsSystem *system = pgs_system_new(folder);
    system->format = g_strdup("golang-migrate");
    return system;
}

static gboolean
rehearse(PgsServer *server, const char *last_up, gint at, char **said)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pgstair-rehearsal-XXXXXX", NULL);
    g_autoptr(PgsSystem) system = write_system(folder, last_up);
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "shop", folder);
    g_autoptr(PgsRecord) record = pgs_record_new("test");
    PgsVerifyOptions options = {0};
    gboolean ok = FALSE;
    *said = NULL;
    if (!pgs_rehearsal_run(&fixture->target, system, history, at, &options, record, &ok, &error))
        *said = g_strdup(error->message);
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    if (ok)
        assert_true(counts.by_status[PGS_STATUS_PASSED] > 0);
    pgs_fs_remove_tree(folder, NULL);
    return ok;
}

static void
test_pending(void **state)
{
    PgsServer *server = *state;
    g_autofree char *said = NULL;
    database_fixture_run(server, "postgres", "CREATE DATABASE shop");
    database_fixture_run(
        server, "postgres",
        "CREATE ROLE clerk NOLOGIN; CREATE ROLE \"odd 'role\"; GRANT clerk TO \"odd "
        "'role\"; ALTER ROLE clerk SET search_path = a, \"b c\";"
        "ALTER DATABASE shop SET work_mem = '5MB';"
        "ALTER ROLE \"odd 'role\" IN DATABASE shop SET work_mem = '6MB'");
    /* As golang-migrate leaves it at 0001; and more than the migrations know. */
    database_fixture_run(
        server, "shop",
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean "
        "NOT NULL); INSERT INTO schema_migrations VALUES (1, false);"
        "CREATE TABLE goods (id integer PRIMARY KEY);"
        "ALTER TABLE goods OWNER TO clerk; INSERT INTO goods VALUES (1);"
        "CREATE TABLE theirs (a integer)");
    gboolean ok = rehearse(server, good[2].text, 0, &said);
    if (said != NULL)
        fail_msg("%s", said);
    assert_true(ok);
    /* It meets what is there beyond the migrations. */
    ok = rehearse(server, "CREATE TABLE theirs (b integer);\n", 0, &said);
    assert_null(said);
    assert_false(ok);
    ASSERT_ASK(server, "shop", "SELECT count(*) FROM goods", "1");
    database_fixture_run(server, "postgres", "DROP DATABASE shop WITH (FORCE)");
    database_fixture_run(server, "postgres", "DROP ROLE clerk, \"odd 'role\"");
}

static void
test_empty(void **state)
{
    PgsServer *server = *state;
    g_autofree char *said = NULL;
    database_fixture_run(server, "postgres", "CREATE DATABASE shop");
    gboolean ok = rehearse(server, good[2].text, -1, &said);
    if (said != NULL)
        fail_msg("%s", said);
    assert_true(ok);
    database_fixture_run(server, "postgres", "DROP DATABASE shop WITH (FORCE)");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pending),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, pgs_fixture_start_server, pgs_fixture_stop_server);
}

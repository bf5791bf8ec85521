/* harness/ledger/apply_driver.c: Alembic on a database of somebody's, as an ordinary role */
#include "driver/alembic_fixture.h"

#include "ledger/apply.h"
#include "ledger/unfinished.h"
#include "migration/alembic_project.h"
#include "server/conninfo.h"

typedef struct {
    PgsEnvironment *environment;
    PgsDatabase *target;
    PgsConnection *admin;
} Site;

static void
site_clear(Site *site)
{
    g_clear_pointer(&site->target, pgs_database_free);
    g_clear_pointer(&site->environment, pgs_environment_free);
    g_clear_pointer(&site->admin, pgs_connection_close);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Site, site_clear)

/* The role that migrations run as owns the schema, and nothing else. */
static void
site_open(Site *site, AlembicFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    site->admin = pgs_connection_open(pgs_server_conninfo(fixture->server), fixture->database,
                                      20000, NULL, &error);
    pgs_connection_run(site->admin, "CREATE ROLE deployer LOGIN", NULL);
    assert_true(pgs_connection_run(site->admin, "ALTER SCHEMA public OWNER TO deployer", &error));
    g_autoptr(PgsConnection) admitted =
        pgs_login(fixture->server, "deployer", fixture->database, 20000, NULL, &error);
    if (admitted == NULL)
        fail_msg("%s", error->message);
    site->environment = pgs_environment_new(NULL);
    g_autofree char *conninfo = pgs_login_conninfo(fixture->server, "deployer");
    site->environment->url = pgs_conninfo_with(conninfo, "dbname", fixture->database);
    site->environment->lock_timeout = 1234;
    site->target = pgs_database_open(site->environment, NULL, NULL, NULL, &error);
    if (site->target == NULL)
        fail_msg("%s", error->message);
}

static char *
value(Site *site, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    if (!pgs_connection_value(site->admin, sql, &text, &error))
        fail_msg("%s", error->message);
    return text != NULL ? text : g_strdup("NULL");
}

static char *
applied(Site *site, AlembicFixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsLedgerState) state = pgs_apply_read(site->target, fixture->history, NULL, &error);
    if (state == NULL)
        fail_msg("%s", error->message);
    GString *text = g_string_new(state->exists ? NULL : "none ");
    for (guint i = 0; i < state->n_revisions; i++)
        g_string_append_c(text, state->applied[i] ? '#' : '.');
    return g_string_free(text, FALSE);
}

static void
expect(char *given, const char *wanted)
{
    g_autofree char *text = given;
    assert_string_equal(text, wanted);
}

static PgsOutcome *
run_on(Site *site, AlembicFixture *fixture, gint from, gint to, guint *done, GError **error)
{
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    gboolean up = from <= to;
    for (gint i = from; up ? i <= to : i >= to; i += up ? 1 : -1)
        g_array_append_val(revisions, i);
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site->target, NULL, error);
    if (lock == NULL)
        return NULL;
    PgsApplyRun run = {
        .up = up,
        .revisions = (const gint *)(gconstpointer)revisions->data,
        .n_revisions = revisions->len,
        .lock = lock,
    };
    return pgs_apply_run(site->target, fixture->history, NULL, &run, done, error);
}

static void
must(Site *site, AlembicFixture *fixture, gint from, gint to)
{
    g_autoptr(GError) error = NULL;
    guint done;
    g_autoptr(PgsOutcome) outcome = run_on(site, fixture, from, to, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    if (!outcome->succeeded)
        fail_msg("%s", outcome->failure->message);
    assert_int_equal(done, ABS(to - from) + 1);
}

static void
test_up_and_down(void **state)
{
    AlembicFixture *fixture = *state;
    g_auto(Site) site = {0};
    alembic_revision(fixture, 1,
                     "op.execute(\"CREATE TABLE a AS SELECT current_user::text AS who, "
                     "current_setting('lock_timeout') AS wait, "
                     "current_setting('application_name') AS name, (SELECT count(*) "
                     "FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS "
                     "locks\")",
                     "op.execute('DROP TABLE a')");
    alembic_revision(fixture, 2, "op.execute('CREATE TABLE b (x int)')",
                     "op.execute('DROP TABLE b')");
    alembic_read(fixture, ENV_PLAIN);
    site_open(&site, fixture);
    expect(applied(&site, fixture), "none ..");
    must(&site, fixture, 0, 1);
    expect(applied(&site, fixture), "##");
    expect(value(&site, "SELECT who || ' ' || wait || ' ' || name || ' ' || locks FROM a"),
           "deployer 1234ms pgstair migrate 1");
    expect(value(&site, "SELECT version_num FROM alembic_version"), "r2");
}

static void
test_down(void **state)
{
    AlembicFixture *fixture = *state;
    g_auto(Site) site = {0};
    alembic_revision(fixture, 1, "op.execute('CREATE TABLE a (x int)')",
                     "op.execute('DROP TABLE a')");
    alembic_revision(fixture, 2, "op.execute('CREATE TABLE b (x int)')",
                     "op.execute('DROP TABLE b')");
    alembic_read(fixture, ENV_PLAIN);
    site_open(&site, fixture);
    must(&site, fixture, 0, 1);
    must(&site, fixture, 1, 0);
    expect(applied(&site, fixture), "..");
    expect(value(&site, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"), "0");
}

/* What Alembic commits in its midst keeps the mark. */
static void
test_half_done(void **state)
{
    AlembicFixture *fixture = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    alembic_revision(fixture, 1, "op.execute('CREATE TABLE a (x int)')", "pass");
    alembic_revision(fixture, 2,
                     "with op.get_context().autocommit_block():\n"
                     "        op.execute('CREATE INDEX CONCURRENTLY a_x ON a (x)')\n"
                     "    op.execute('SELECT 1/0')",
                     "pass");
    alembic_read(fixture, ENV_EACH);
    site_open(&site, fixture);
    g_autoptr(PgsOutcome) outcome = run_on(&site, fixture, 0, 1, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_false(outcome->succeeded);
    assert_int_equal(done, 1);
    expect(applied(&site, fixture), "#.");
    assert_null(run_on(&site, fixture, 1, 1, &done, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY));
    g_clear_error(&error);
    assert_true(pgs_apply_settle(site.target, fixture->history, NULL, 1, FALSE, &error));
    g_autoptr(PgsUnfinished) mark = NULL;
    assert_true(pgs_unfinished_read(site.admin, &mark, &error));
    assert_null(mark);
}

/* A table of versions of another name and schema is known before anything is run. */
static void
test_other_books(void **state)
{
    AlembicFixture *fixture = *state;
    g_auto(Site) site = {0};
    alembic_revision(fixture, 1, "op.execute('CREATE TABLE a (x int)')", "pass");
    alembic_revision(fixture, 2, "op.execute('CREATE TABLE b (x int)')", "pass");
    alembic_read(fixture, ENV_HEAD ENV_URL ENV_RUN(
                              ", version_table='Vers ion', version_table_schema='app'"));
    site_open(&site, fixture);
    assert_true(pgs_connection_run(site.admin, "CREATE SCHEMA app AUTHORIZATION deployer", NULL));
    must(&site, fixture, 0, 0);
    expect(applied(&site, fixture), "#.");
    must(&site, fixture, 1, 1);
    expect(applied(&site, fixture), "##");
    expect(value(&site, "SELECT version_num FROM app.\"Vers ion\""), "r2");
}

/* One that only env.py can tell has to be said. */
static void
test_hidden_books(void **state)
{
    AlembicFixture *fixture = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    alembic_revision(fixture, 1, "op.execute('CREATE TABLE a (x int)')", "pass");
    alembic_read(fixture, ENV_HEAD ENV_URL ENV_RUN(", version_table=str(1)"));
    site_open(&site, fixture);
    assert_null(pgs_apply_read(site.target, fixture->history, NULL, &error));
    assert_non_null(strstr(error->message, "not as a plain text"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ALEMBIC_TEST(test_up_and_down),  ALEMBIC_TEST(test_down),
        ALEMBIC_TEST(test_half_done),    ALEMBIC_TEST(test_other_books),
        ALEMBIC_TEST(test_hidden_books),
    };
    return cmocka_run_group_tests(tests, alembic_start_group, alembic_stop_group);
}

/* harness/ledger/lock.c, sql/lock_holder.sql; server/target.c */
#include "apply_fixture.h"

#include "server/target.h"

/* Keys of pgstair's (lock.c) and of goose's provider, in two spellings. */
#define OWN "1885827956, 1"
#define SESSIONS "1885827956, 2"

static char *key;

static char *
some_key(G_GNUC_UNUSED const PgsLedger *ledger, G_GNUC_UNUSED const char *database)
{
    return g_strdup(key);
}

/* Books whose tool has the key. */
static void
open_with_key(Books *books, PgsLedgerKind *kind, const char *text)
{
    books_write(books, "1_a.sql", "-- +goose Up\nSELECT 1;\n");
    books_open(books, "goose");
    *kind = *books->ledger->kind;
    kind->lock_key = some_key;
    books->ledger->kind = kind;
    g_free(key);
    key = g_strdup(text);
}

static char *
holder_of(Books *books)
{
    g_autoptr(GError) error = NULL;
    char *holder =
        pgs_migration_lock_holder(books->connection, books->ledger, books->database, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    return holder;
}

/* Another session has the key: the lock is not had, and the words say whose it is. */
static void
refused_by(Books *books, Site *site, const char *statement, const char *hint)
{
    g_autoptr(GError) error = NULL;
    site->environment->lock_wait = 50;
    g_autofree char *sql = g_strdup_printf("SELECT %s", statement);
    books_run(books, "SET application_name = 'somebody''s tool'");
    books_run(books, sql);
    assert_null(pgs_migration_lock_take(site->target, books->ledger, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOCKED));
    g_autofree char *pid = g_strdup_printf("(pid %d, somebody's tool, as ",
                                           PQbackendPID(pgs_connection_raw(books->connection)));
    if (strstr(error->message, pid) == NULL || strstr(error->message, hint) == NULL)
        fail_msg("%s", error->message);
    books_run(books, "SELECT pg_advisory_unlock_all()");
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site->target, books->ledger, NULL);
    assert_non_null(lock);
    g_autofree char *holder = holder_of(books);
    assert_non_null(strstr(holder, "pgstair migrate"));
}

static void
test_refused(void **state)
{
    static const struct {
        const char *key, *statement, *hint;
    } cases[] = {
        {"5887940537704921958", "pg_advisory_lock(" OWN ")", "only one run"},
        {"5887940537704921958", "pg_advisory_lock(5887940537704921958)", "only one run"},
        {"-5", "pg_advisory_lock(-5)", "only one run"},
        {"-1, 7", "pg_advisory_lock(-1, 7)", "only one run"},
        {"1", "pg_advisory_lock_shared(" SESSIONS ")", "an earlier run of pgstair was ended"},
    };
    Books *books = *state;
    PgsLedgerKind kind;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Site) site = {0};
        open_with_key(books, &kind, cases[i].key);
        site_open(&site, books);
        refused_by(books, &site, cases[i].statement, cases[i].hint);
        books_close(books);
    }
    g_clear_pointer(&key, g_free);
}

/* Another one's run ends while this one waits; it says so once. */
typedef struct {
    Books *books;
    guint n_told;
} Wait;

static void
let_go(const char *text, gpointer data)
{
    Wait *wait = data;
    wait->n_told++;
    assert_non_null(strstr(text, "waits for another run"));
    books_run(wait->books, "SELECT pg_advisory_unlock_all()");
}

static void
test_waits(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    Wait wait = {.books = books};
    site_open(&site, books);
    books_run(books, "SELECT pg_advisory_lock(" OWN ")");
    site.target->told = let_go;
    site.target->told_data = &wait;
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site.target, NULL, &error);
    assert_non_null(lock);
    assert_int_equal(wait.n_told, 1);
    assert_true(pgs_migration_lock_check(lock, &error));
}

static void
test_nobody(void **state)
{
    assert_null(holder_of(*state));
}

#define END_LOCK                                                                                   \
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 "    \
    "AND mode = 'ExclusiveLock'"

/* Its session is ended in the midst of the first of two revisions. */
static PgsOutcome *
lose_lock(Books *books, Site *site, const char *first, guint *done, GError **error)
{
    const gint revisions[] = {0, 1};
    g_autofree char *text = g_strdup_printf("-- +goose Up\nCREATE TABLE a (x int);\n%s;\n", first);
    books_write(books, "1_a.sql", text);
    books_write(books, "2_b.sql", "-- +goose Up\nCREATE TABLE b (x int);\n");
    books_open(books, "goose");
    site_open(site, books);
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site->target, books->ledger, error);
    assert_non_null(lock);
    PgsApplyRun run = {.up = TRUE, .revisions = revisions, .n_revisions = 2, .lock = lock};
    PgsOutcome *outcome =
        pgs_apply_run(site->target, books->history, books->ledger, &run, done, error);
    g_autofree char *holder = outcome != NULL ? holder_of(books) : g_strdup("");
    assert_non_null(holder);
    return outcome;
}

/* It is taken again before the next revision. */
static void
test_lost(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    g_autoptr(PgsOutcome) outcome = lose_lock(books, &site, END_LOCK, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_true(outcome->succeeded);
    assert_int_equal(done, 2);
}

/* Another run has been there in between. */
static void
test_lost_to_another(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    g_autoptr(PgsOutcome) outcome =
        lose_lock(books, &site,
                  END_LOCK ";\nINSERT INTO goose_db_version (version_id, is_applied) "
                           "VALUES (2, true)",
                  &done, &error);
    assert_null(outcome);
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOST));
    assert_int_equal(done, 1);
}

/* yoyo's lock is a row: it is in its way while a run holds it, and a run waits for it. */
static void
test_row(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    books_write(books, "1_a.sql", "CREATE TABLE a (x int)");
    books_open(books, "yoyo");
    site_open(&site, books);
    g_autofree char *create = books->ledger->kind->create(books->ledger);
    books_run(books, create);
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site.target, books->ledger, &error);
    assert_true(pgs_migration_lock_hold(lock, site.target, books->ledger, &error));
    books_run(books, "SET lock_timeout = 50");
    assert_false(pgs_connection_run(books->connection,
                                    "INSERT INTO yoyo_lock (locked, pid) VALUES (1, 7)", NULL));
    assert_true(pgs_migration_lock_check(lock, &error));
    g_clear_pointer(&lock, pgs_migration_lock_release);
    books_run(books, "INSERT INTO yoyo_lock (locked, pid) VALUES (1, 7)");
    lock = pgs_migration_lock_take(site.target, books->ledger, &error);
    site.environment->lock_wait = 50;
    assert_false(pgs_migration_lock_hold(lock, site.target, books->ledger, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOCKED));
    assert_non_null(strstr(error->message, "yoyo break-lock"));
}

/* ---- the database itself ---- */

static void
test_own(void **state)
{
    Books *books = *state;
    gboolean is_own = TRUE;
    g_auto(Site) site = {0};
    site_open(&site, books);
    assert_true(pgs_target_is_own(books->connection, &is_own, NULL));
    assert_false(is_own);
    assert_false(site.target->is_own);
    assert_string_equal(pgs_server_kind(site.target->server), "target");
    assert_false(pgs_server_is_disposable(site.target->server));
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) clone = pgs_server_clone(site.target->server, &error);
    assert_null(clone);
}

static void
test_sessions(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    site_open(&site, books);
    g_autoptr(PgsConnection) session = pgs_database_session(site.target, NULL);
    g_autoptr(PgsConnection) reader = pgs_database_reader(site.target, NULL);
    assert_non_null(session);
    g_autofree char *settings = NULL;
    assert_true(pgs_connection_value(
        session,
        "SELECT current_setting('application_name') || ' ' || current_setting('lock_timeout') || "
        "' ' || current_setting('statement_timeout')",
        &settings, NULL));
    assert_string_equal(settings, "pgstair migrate 100ms 1h");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_connection_run(reader, "CREATE TABLE a (x int)", &error));
    assert_non_null(strstr(error->message, "25006"));
    /* A SET would stay in what a pooler hands to the next one. */
    g_autofree char *source = NULL;
    assert_true(pgs_connection_value(
        reader, "SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only'",
        &source, NULL));
    assert_string_equal(source, "client");
}

static void
test_wrong_url(void **state)
{
    (void)state;
    static const struct {
        const char *url, *words;
    } cases[] = {
        {"$PGSTAIR_NO_SUCH_VARIABLE", "PGSTAIR_NO_SUCH_VARIABLE"},
        {"postgresql://u:secret@[", "postgresql://"},
        {"host=/nowhere user=u password=secret dbname=d", "cannot connect"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *database = NULL;
        assert_null(pgs_server_attach(cases[i].url, 1000, NULL, &database, &error));
        assert_null(strstr(error->message, "secret"));
        if (i != 1 && strstr(error->message, cases[i].words) == NULL)
            fail_msg("%s", error->message);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_refused), BOOKS_TEST(test_waits),           BOOKS_TEST(test_nobody),
        BOOKS_TEST(test_lost),    BOOKS_TEST(test_lost_to_another), BOOKS_TEST(test_row),
        BOOKS_TEST(test_own),     BOOKS_TEST(test_sessions),        BOOKS_TEST(test_wrong_url),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}

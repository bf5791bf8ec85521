/* harness/ledger/apply.c, lock.c, unfinished.c: killed at random moments, by itself and by the
 * server */
#include "apply_fixture.h"

#include "apply_child.h"

#include <stdlib.h>

enum {
    KILLS = 12, /* 100 when PGSTAIR_TEST_FULL is set */
    REVISIONS = 30,
    POLL_US = 2000,
    SEED = 20261122,
};

/* What happened, for the report on standard error. */
typedef struct {
    guint kills, unharmed, marks, dirty, stale, settled_applied, settled_pending, lefts, waited;
} Tally;

typedef struct {
    Books *books;
    Site site;
    char *url;
    const char *format;
    GRand *random;
    gint32 longest; /* microseconds that a whole run takes here */
    Tally tally;
} Game;

static guint
count_kills(void)
{
    return g_getenv("PGSTAIR_TEST_FULL") != NULL ? 100 : KILLS;
}

/* ---- the folder: each revision makes relations of its own name ---- */

static char *
body_of(guint i)
{
    switch (i % 5) {
    case 1:
        return g_strdup_printf("CREATE INDEX CONCURRENTLY r%u_a ON r%u_a (x)", i, i - 1);
    case 2:
        return g_strdup_printf("CREATE TABLE r%u_a (x int);\nINSERT INTO r%u_a SELECT "
                               "generate_series(1, 500);\nSELECT pg_sleep(0.005)",
                               i, i);
    case 3:
        return g_strdup_printf(
            "CREATE TABLE r%u_a (x int);\nSELECT pg_sleep(0.01);\nCREATE TABLE r%u_b (x int)", i,
            i);
    default:
        return g_strdup_printf("CREATE TABLE r%u_a (x int)", i);
    }
}

static void
write_goose(const Books *books, guint i)
{
    g_autofree char *body = body_of(i);
    g_autofree char *name = g_strdup_printf("%u_r.sql", i + 1);
    g_autofree char *text = g_strdup_printf(
        "%s-- +goose Up\n%s;\n%s%u%s", i % 5 == 1 || i % 5 == 2 ? "-- +goose NO TRANSACTION\n" : "",
        body, i % 5 == 2 ? "CREATE INDEX CONCURRENTLY r" : "-- ", i, i % 5 == 2 ? "_b ON r" : "\n");
    if (i % 5 == 2) {
        g_autofree char *whole = g_strdup_printf("%s%u_a (x);\n", text, i);
        books_write(books, name, whole);
    } else {
        books_write(books, name, text);
    }
}

/* Its third sort has a transaction of its own; golang-migrate sends one message. */
static void
write_golang_migrate(const Books *books, guint i)
{
    g_autofree char *body = body_of(i);
    g_autofree char *name = g_strdup_printf("%u_r.up.sql", i + 1);
    g_autofree char *text =
        i % 5 == 2
            ? g_strdup_printf(
                  "BEGIN;\n%s;\nCOMMIT;\nBEGIN;\nCREATE TABLE r%u_b (x int);\nCOMMIT;\n", body, i)
            : g_strdup(body);
    books_write(books, name, text);
}

static void
write_dbmate(const Books *books, guint i)
{
    g_autofree char *body = body_of(i);
    g_autofree char *name = g_strdup_printf("%03u_r.sql", i + 1);
    g_autofree char *text = g_strdup_printf("-- migrate:up%s\n%s;\n-- migrate:down\n",
                                            i % 5 == 1 ? " transaction:false" : "", body);
    books_write(books, name, text);
}

/* How many relations a revision makes. */
static guint
count_wanted(const Game *game, guint i)
{
    return i % 5 == 3 || (i % 5 == 2 && strcmp(game->format, "dbmate") != 0) ? 2 : 1;
}

/* ---- what is true ---- */

/* How many of its relations are there and whole. */
static guint
count_made(Game *game, guint i, guint *broken)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) FILTER (WHERE x.indisvalid IS NOT FALSE) || ' ' || count(*) FILTER "
        "(WHERE NOT x.indisvalid) FROM pg_class AS c LEFT JOIN pg_index AS x ON x.indexrelid = "
        "c.oid WHERE c.relname IN ('r%u_a', 'r%u_b') AND c.relkind IN ('r', 'i')",
        i, i);
    g_autofree char *value = books_value(game->books, sql);
    guint made = 0;
    assert_int_equal(sscanf(value, "%u %u", &made, broken), 2);
    return made;
}

/* The server may still be at work on what a killed run had sent: status says so. */
static void
wait_until_quiet(Game *game)
{
    g_autoptr(GError) error = NULL;
    gboolean has_waited = FALSE;
    for (;;) {
        g_autofree char *holder = pgs_migration_lock_holder(
            game->books->connection, game->books->ledger, game->books->database, &error);
        if (error != NULL)
            fail_msg("%s", error->message);
        if (holder == NULL)
            break;
        has_waited = TRUE;
        g_usleep(POLL_US);
    }
    game->tally.waited += has_waited;
}

/* The revision that is said to be unfinished, or -1. */
static gint
find_unfinished(Game *game, const PgsLedgerState *state, PgsUnfinished **mark)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_unfinished_read(game->books->connection, mark, &error))
        fail_msg("%s", error->message);
    if (*mark != NULL && pgs_unfinished_is_stale(*mark, game->books->history, state)) {
        g_clear_pointer(mark, pgs_unfinished_free);
        game->tally.stale++;
    }
    game->tally.marks += *mark != NULL;
    game->tally.dirty += state->dirty >= 0;
    if (*mark != NULL)
        game->tally.lefts += (*mark)->leftovers->len > 0;
    for (guint i = 0; *mark != NULL && i < REVISIONS; i++) {
        const PgsRevision *revision = g_ptr_array_index(game->books->history->revisions, i);
        if (strcmp(revision->id, (*mark)->revision) == 0)
            return (gint)i;
    }
    if (state->dirty < 0)
        return -1;
    const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, (guint)state->dirty);
    return entry->revision;
}

/* Books and marks against the catalog; the unfinished one, or -1. */
static gint
check_truth(Game *game)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsUnfinished) mark = NULL;
    wait_until_quiet(game);
    g_autoptr(PgsLedgerState) state =
        pgs_ledger_read(game->books->ledger, game->books->connection, &error);
    if (state == NULL)
        fail_msg("%s", error->message);
    gint unfinished = find_unfinished(game, state, &mark);
    for (guint i = 0; i < REVISIONS; i++) {
        guint broken, made = count_made(game, i, &broken);
        if ((gint)i == unfinished)
            continue;
        guint wanted = state->applied[i] ? count_wanted(game, i) : 0;
        if (made != wanted || broken != 0)
            fail_msg("%s revision %u is %sapplied by the books, and %u of %u are there, %u broken",
                     game->format, i, state->applied[i] ? "" : "not ", made, count_wanted(game, i),
                     broken);
    }
    return unfinished;
}

/* ---- what a person does ---- */

static void
drop_all(Game *game, guint i)
{
    g_autofree char *sql = g_strdup_printf(
        "DO $do$ DECLARE r record; BEGIN FOR r IN SELECT relname, relkind FROM pg_class WHERE "
        "relname IN ('r%u_a', 'r%u_b') ORDER BY relkind LOOP EXECUTE format('DROP %%s IF EXISTS "
        "%%I', CASE r.relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, r.relname); END LOOP; END "
        "$do$",
        i, i);
    books_run(game->books, sql);
}

/* The next run refuses, with the commands in its words; then one of them is done. */
static void
settle(Game *game, gint revision)
{
    g_autoptr(GError) error = NULL;
    guint broken;
    GPid pid = child_start(game->url, game->books->folder, game->format);
    assert_int_equal(child_wait(pid), CHILD_DIRTY);
    gboolean applied =
        count_made(game, (guint)revision, &broken) == count_wanted(game, (guint)revision) &&
        broken == 0;
    if (!applied)
        drop_all(game, (guint)revision);
    if (!pgs_apply_settle(game->site.target, game->books->history, game->books->ledger, revision,
                          applied, &error))
        fail_msg("%s", error->message);
    if (applied)
        game->tally.settled_applied++;
    else
        game->tally.settled_pending++;
}

/* ---- the game ---- */

static void
start_anew(Game *game)
{
    books_run(game->books, "DROP SCHEMA public CASCADE");
    books_run(game->books, "CREATE SCHEMA public");
}

typedef int (*Strike)(Game *game, GPid pid);

static int
kill_child(Game *game, GPid pid)
{
    (void)game;
    kill(pid, SIGKILL);
    return child_wait(pid);
}

/* The server ends one of its sessions; the run goes on, or stops at the lost lock. */
static int
end_session(Game *game, GPid pid)
{
    books_run(game->books,
              "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE "
              "application_name = 'pgstair migrate' ORDER BY random() LIMIT 1) AS t");
    return child_wait(pid);
}

static void
measure(Game *game)
{
    gint64 start = g_get_monotonic_time();
    start_anew(game);
    GPid pid = child_start(game->url, game->books->folder, game->format);
    assert_int_equal(child_wait(pid), CHILD_DONE);
    game->longest = (gint32)(g_get_monotonic_time() - start);
    assert_int_equal(check_truth(game), -1);
}

/* Until so many were struck; each time what is said afterwards is true. */
static void
play(Game *game, Strike strike)
{
    measure(game);
    start_anew(game);
    while (game->tally.kills < count_kills()) {
        GPid pid = child_start(game->url, game->books->folder, game->format);
        g_usleep((gulong)g_rand_int_range(game->random, 0, game->longest));
        int code = strike(game, pid);
        gint unfinished = check_truth(game);
        game->tally.kills++;
        if (unfinished >= 0)
            settle(game, unfinished);
        else if (code == CHILD_DONE) {
            game->tally.unharmed++;
            start_anew(game);
        }
    }
    GPid pid = child_start(game->url, game->books->folder, game->format);
    assert_int_equal(child_wait(pid), CHILD_DONE);
    assert_int_equal(check_truth(game), -1);
}

static void
print_tally(const Game *game, const char *what)
{
    const Tally *t = &game->tally;
    fprintf(stderr,
            "%s, %s: %u strikes, %u runs came through; marks %u (of them with leftovers %u), dirty "
            "%u, marks left behind the books %u; settled as applied %u, as pending %u; the server "
            "was still at work %u times\n",
            game->format, what, t->kills, t->unharmed, t->marks, t->lefts, t->dirty, t->stale,
            t->settled_applied, t->settled_pending, t->waited);
}

static void
play_format(void **state, const char *format, void (*write)(const Books *books, guint i),
            Strike strike, const char *what)
{
    Books *books = *state;
    Game game = {.books = books, .format = format, .random = g_rand_new_with_seed(SEED)};
    for (guint i = 0; i < REVISIONS; i++)
        write(books, i);
    books_open(books, format);
    site_open(&game.site, books);
    game.url = pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", books->database);
    g_autoptr(GError) error = NULL;
    assert_true(pgs_ledger_locate(books->ledger, books->connection, &error));
    play(&game, strike);
    print_tally(&game, what);
    site_close(&game.site);
    g_rand_free(game.random);
    g_free(game.url);
}

static void
test_goose_killed(void **state)
{
    play_format(state, "goose", write_goose, kill_child, "killed");
}

static void
test_golang_migrate_killed(void **state)
{
    play_format(state, "golang-migrate", write_golang_migrate, kill_child, "killed");
}

static void
test_dbmate_killed(void **state)
{
    play_format(state, "dbmate", write_dbmate, kill_child, "killed");
}

static void
test_goose_session(void **state)
{
    play_format(state, "goose", write_goose, end_session, "a session ended");
}

static void
test_golang_migrate_session(void **state)
{
    play_format(state, "golang-migrate", write_golang_migrate, end_session, "a session ended");
}

int
main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "upgrade") == 0)
        return child_main(argv);
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_goose_killed),           BOOKS_TEST(test_golang_migrate_killed),
        BOOKS_TEST(test_dbmate_killed),          BOOKS_TEST(test_goose_session),
        BOOKS_TEST(test_golang_migrate_session),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}

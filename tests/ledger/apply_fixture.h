#ifndef PGS_TESTS_LEDGER_APPLY_FIXTURE_H
#define PGS_TESTS_LEDGER_APPLY_FIXTURE_H

/* A database of somebody's, as "pgstair migrate" sees it: over the fixture of the books. */

#include "books.h"
#include "ledger/apply.h"
#include "ledger/unfinished.h"
#include "server/conninfo.h"

/* Borrows the fixture's server, which is no target but a throwaway one. */
typedef struct {
    PgsEnvironment *environment;
    PgsDatabase *target;
    GString *news;                   /* "begun 0, again 0, done 0, …" */
    void (*on_again)(gpointer data); /* or NULL */
    gpointer data;
} Site;

static inline void
site_open(Site *site, const Books *books)
{
    g_autoptr(GError) error = NULL;
    site->environment = pgs_environment_new(NULL);
    site->environment->url =
        pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", books->database);
    site->environment->retries = 3;
    site->environment->lock_timeout = 100;
    site->environment->lock_wait = 5000;
    site->target = pgs_database_open(site->environment, NULL, NULL, NULL, &error);
    if (site->target == NULL)
        fail_msg("%s", error->message);
    site->target->retry.first = 1;
    site->target->retry.most = 5;
    site->news = g_string_new(NULL);
}

static inline void
site_close(Site *site)
{
    g_clear_pointer(&site->target, pgs_database_free);
    g_clear_pointer(&site->environment, pgs_environment_free);
    if (site->news != NULL)
        g_string_free(g_steal_pointer(&site->news), TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Site, site_close)

static inline void
site_hear(const PgsApplyNews *news, gpointer data)
{
    static const char *const words[] = {"begun", "done", "again", "failed"};
    Site *site = data;
    g_string_append_printf(site->news, "%s%s %d", site->news->len > 0 ? ", " : "",
                           words[news->stage], news->revision);
    if (news->stage == PGS_APPLY_AGAIN && site->on_again != NULL)
        site->on_again(site->data);
}

/* Runs revisions from..to (both included; to below from: downgrades).  NULL: *error has why. */
static inline PgsOutcome *
site_run(Site *site, Books *books, gint from, gint to, guint *done, GError **error)
{
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    gboolean up = from <= to;
    for (gint i = from; up ? i <= to : i >= to; i += up ? 1 : -1)
        g_array_append_val(revisions, i);
    PgsApplyRun run = {
        .up = up,
        .revisions = (const gint *)(gconstpointer)revisions->data,
        .n_revisions = revisions->len,
        .told = site_hear,
        .data = site,
    };
    return pgs_apply_run(site->target, books->history, books->ledger, &run, done, error);
}

/* Up, or fails the test. */
static inline void
site_must(Site *site, Books *books, gint from, gint to)
{
    g_autoptr(GError) error = NULL;
    guint done;
    g_autoptr(PgsOutcome) outcome = site_run(site, books, from, to, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    if (!outcome->succeeded)
        fail_msg("%s:%u: %s", outcome->path, outcome->line, outcome->failure->message);
    assert_int_equal(done, ABS(to - from) + 1);
}

static inline char *
site_mark(const Books *books)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsUnfinished) mark = NULL;
    if (!pgs_unfinished_read(books->connection, &mark, &error))
        fail_msg("%s", error->message);
    return mark == NULL ? g_strdup("none")
                        : g_strdup_printf("%s %s %u/%u line %u left %u", mark->label,
                                          mark->up ? "up" : "down", mark->statement,
                                          mark->n_statements, mark->line, mark->leftovers->len);
}

/* A query's one value; "NULL" for none. */
static inline void
site_expect(Books *books, const char *sql, const char *wanted)
{
    g_autofree char *value = books_value(books, sql);
    assert_string_equal(value != NULL ? value : "NULL", wanted);
}

static inline void
site_expect_mark(const Books *books, const char *wanted)
{
    g_autofree char *mark = site_mark(books);
    assert_string_equal(mark, wanted);
}

/* Which revisions the books have: "##." */
static inline void
site_expect_books(Books *books, const char *wanted)
{
    g_autofree char *text = books_describe(books);
    assert_string_equal(strrchr(text, ' ') != NULL ? strrchr(text, ' ') + 1 : text, wanted);
}

#endif

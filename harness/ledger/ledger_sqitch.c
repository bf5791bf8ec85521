#include "base/error.h"
#include "base/text.h"
#include "ledger/ledger_rows.h"
#include "ledger/sqitch_books.h"

#include <string.h>

/*
 * Sqitch 1.3.1 (Debian) to 1.6: App::Sqitch::Engine, deploy_change() and revert_change(): what a
 * script did is committed by its own psql; the books are written behind it, by another session.
 * Verify scripts are run only where it is told so (deploy --verify, deploy.verify).  What needs
 * the plan is in sqitch_books.h.
 */

static gpointer
open_books(PgsLedger *ledger, GError **error)
{
    PgsSqitchBooks *books = pgs_sqitch_books_new(ledger->history, error);
    if (books == NULL)
        return NULL;
    books->registry = pgs_text_identifier(books->project->registry);
    pgs_ledger_rename(ledger, books->project->registry, "changes");
    return books;
}

static void
close_books(gpointer data)
{
    pgs_sqitch_books_free(data);
}

static char *
create_registry(const PgsLedger *ledger)
{
    return pgs_sqitch_books_create(ledger->data);
}

/* ---- reading ---- */

/* Engine.pm, _check_registry() */
static gboolean
check_release(const PgsSqitchBooks *books, PgsConnection *connection, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.max(version)::text FROM %s.releases", books->registry);
    g_autofree char *version = NULL;
    g_autoptr(GError) local = NULL;
    gboolean known = pgs_connection_value(connection, sql, &version, &local);
    if (!known && !g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (g_strcmp0(version, "1.1") == 0)
        return TRUE;
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_SHAPE,
                  "\"sqitch upgrade\" makes an older registry new; of a newer one pgstair knows "
                  "nothing yet: use sqitch itself",
                  "the registry %s has the version %s, and pgstair writes 1.1", books->registry,
                  version != NULL ? version : "1.0 or none");
    return FALSE;
}

/* DBIEngine.pm, register_project() */
static gboolean
check_project(const PgsSqitchBooks *books, PgsConnection *connection, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT project, uri FROM %s.projects WHERE project = $1 OR uri = $2", books->registry);
    const char *const values[] = {books->plan->project, books->plan->uri};
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 2, values, NULL, error);
    if (result == NULL)
        return FALSE;
    for (int row = 0; row < PQntuples(result); row++) {
        const char *project = PQgetvalue(result, row, 0);
        const char *uri = pgs_ledger_cell(result, row, 1);
        if (strcmp(project, books->plan->project) == 0 && g_strcmp0(uri, books->plan->uri) == 0)
            continue;
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER,
                      "correct %project and %uri of the plan, or name another registry",
                      "Sqitch would refuse the project \"%s\" with the URI %s: the registry has "
                      "\"%s\" with %s",
                      books->plan->project, books->plan->uri != NULL ? books->plan->uri : "(none)",
                      project, uri != NULL ? uri : "(none)");
        return FALSE;
    }
    return TRUE;
}

static gint
find_id(const PgsSqitchBooks *books, const char *id)
{
    for (guint i = 0; i < books->ids->changes->len; i++) {
        if (strcmp(g_ptr_array_index(books->ids->changes, i), id) == 0)
            return (gint)i;
    }
    return -1;
}

/* "sqitch check" compares the same. */
static char *
say_changed(const PgsSqitchBooks *books, gint index, const char *hash)
{
    if (index < 0)
        return g_strdup("the plan has no change with this id: it, or one before it, was edited "
                        "since");
    const char *ours = g_ptr_array_index(books->hashes, (guint)index);
    if (hash == NULL || g_strcmp0(ours, hash) == 0)
        return NULL;
    return g_strdup("its deploy script is another than the one that was deployed");
}

static void
add_change(const PgsLedger *ledger, const PGresult *result, int row, PgsLedgerState *state)
{
    enum { ID, NAME, COMMITTED_AT, COMMITTER, HASH };
    const PgsSqitchBooks *books = ledger->data;
    gint index = find_id(books, PQgetvalue(result, row, ID));
    PgsLedgerEntry *entry =
        pgs_ledger_state_add(state, PQgetvalue(result, row, ID), PQgetvalue(result, row, NAME),
                             pgs_ledger_cell(result, row, COMMITTED_AT), index);
    entry->who = g_strdup(pgs_ledger_cell(result, row, COMMITTER));
    entry->changed = say_changed(books, index, pgs_ledger_cell(result, row, HASH));
}

static gboolean
read_changes(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
             GError **error)
{
    const PgsSqitchBooks *books = ledger->data;
    g_autofree char *project = pgs_text_literal(books->plan->project);
    g_autofree char *sql =
        g_strdup_printf("SELECT change_id, change, " PGS_LEDGER_UTC(
                            "committed_at") ", committer_name || ' <' || "
                                            "committer_email || '>', script_hash FROM %s WHERE "
                                            "project = %s ORDER BY committed_at",
                        ledger->name, project);
    return pgs_ledger_each_row(ledger, connection, sql, add_change, state, error);
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    return check_release(ledger->data, connection, error) &&
           check_project(ledger->data, connection, error) &&
           read_changes(ledger, connection, state, error);
}

/* ---- writing ---- */

static char *
record_change(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    return event->up ? pgs_sqitch_books_deploy(ledger->data, event->revision)
                     : pgs_sqitch_books_revert(ledger->data, event->revision);
}

static char *
guard_change(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    return event->up ? pgs_sqitch_books_check_deploy(ledger->data, event->revision)
                     : pgs_sqitch_books_check_revert(ledger->data, event->revision);
}

/* A revert that fails is in no book. */
static char *
fail_change(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    return event->up ? pgs_sqitch_books_failure(ledger->data, event->revision) : NULL;
}

static char *
lag_of_tags(const PgsLedger *ledger, gint at)
{
    return pgs_sqitch_books_new_tags(ledger->data, at);
}

static char *
note_tags(const PgsLedger *ledger, gint at)
{
    return pgs_sqitch_books_note_tags(ledger->data, at);
}

/* Engine/pg.pm, try_lock() */
static char *
lock_key(G_GNUC_UNUSED const PgsLedger *ledger, G_GNUC_UNUSED const char *database)
{
    return g_strdup("75474063");
}

const PgsLedgerKind pgs_ledger_sqitch = {
    .format = "sqitch",
    .table = "changes",
    .schema = "sqitch",
    .place = PGS_LEDGER_BEHIND,
    .holes = PGS_LEDGER_HOLES_REFUSED,
    /* Engine.pm, _sync_plan(): "Cannot find change".  It looks for the last deployed one alone, but
     * an id is made of the one before it: with any of them gone, the last one is too. */
    .unknown = PGS_LEDGER_UNKNOWN_REFUSED,
    .open = open_books,
    .close = close_books,
    .create = create_registry,
    .read = read_books,
    .record = record_change,
    .guard = guard_change,
    .fail = fail_change,
    .lock_key = lock_key,
    .lag = lag_of_tags,
    .catch_up = note_tags,
};

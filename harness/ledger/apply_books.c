#include "ledger/apply.h"

#include "base/error.h"
#include "base/text.h"
#include "ledger/apply_state.h"
#include "ledger/unfinished.h"

#include <string.h>

/* The books without a run: read, stamped, settled. */

/* What brings its own BEGIN and COMMIT where it stands alone, without them; takes sql over. */
static char *
bare(char *sql)
{
    static const char begin[] = "BEGIN;\n", end[] = "COMMIT;\n";
    if (sql == NULL || !g_str_has_prefix(sql, begin) || !g_str_has_suffix(sql, end))
        return sql;
    g_autofree char *whole = sql;
    return g_strndup(whole + strlen(begin), strlen(whole) - strlen(begin) - strlen(end));
}

char *
pgs_apply_entry(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *begin =
        ledger->kind->begin != NULL ? bare(ledger->kind->begin(ledger, event)) : NULL;
    g_autofree char *record = bare(ledger->kind->record(ledger, event));
    return g_strconcat(begin != NULL ? begin : "", record != NULL ? record : "", NULL);
}

gboolean
pgs_apply_writes_books(const PgsHistory *history, GError **error)
{
    gboolean alembic = history->driver == PGS_DRIVER_ALEMBIC;
    if (history->driver == PGS_DRIVER_SQL)
        return TRUE;
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                  alembic ? "\"alembic stamp REVISION\" does" : "the tool's own command may",
                  "pgstair does not write the books of %s",
                  alembic ? "Alembic" : "a tool that the project's commands: run");
    return FALSE;
}

/* ---- reading ---- */

PgsLedgerState *
pgs_apply_read(const PgsDatabase *target, const PgsHistory *history, const PgsLedger *ledger,
               GError **error)
{
    if (history->driver != PGS_DRIVER_SQL)
        return pgs_apply_read_driven(target, history, error);
    g_autoptr(PgsConnection) reader = pgs_database_reader(target, error);
    return reader != NULL ? pgs_ledger_read(ledger, reader, error) : NULL;
}

/* ---- writing ---- */

/* One transaction on the books. */
typedef struct {
    const PgsHistory *history;
    PgsLedger *ledger;
    PgsConnection *connection;
    PgsLedgerState *state;
} Desk;

static void
desk_clear(Desk *desk)
{
    g_clear_pointer(&desk->connection, pgs_connection_close);
    g_clear_pointer(&desk->state, pgs_ledger_state_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

/* The books' table is made when it is not there. */
static gboolean
open_desk(Desk *desk, const PgsDatabase *target, GError **error)
{
    desk->connection = pgs_database_books(target, error);
    if (desk->connection == NULL ||
        !pgs_connection_run(desk->connection, pgs_migration_lock_join(), error) ||
        !pgs_ledger_locate(desk->ledger, desk->connection, error))
        return FALSE;
    desk->state = pgs_ledger_read(desk->ledger, desk->connection, error);
    if (desk->state == NULL || !pgs_connection_run(desk->connection, "BEGIN", error))
        return FALSE;
    if (desk->state->exists || desk->ledger->kind->create == NULL)
        return TRUE;
    g_autofree char *create = bare(desk->ledger->kind->create(desk->ledger));
    return create == NULL || pgs_connection_run(desk->connection, create, error);
}

static gboolean
write_entry(Desk *desk, gint revision, gboolean applied, GError **error)
{
    PgsLedgerEvent event = {.revision = revision, .up = applied, .is_mark = TRUE};
    g_autofree char *sql = pgs_apply_entry(desk->ledger, &event);
    return pgs_connection_run(desk->connection, sql, error);
}

/* Those of which the books do not say so already. */
static gboolean
write_entries(Desk *desk, const GArray *revisions, gboolean applied, GError **error)
{
    for (guint i = 0; revisions != NULL && i < revisions->len; i++) {
        gint revision = g_array_index(revisions, gint, i);
        if (desk->state->applied[revision] != applied &&
            !write_entry(desk, revision, applied, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_apply_stamp(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
                const PgsApplyStamp *stamp, GError **error)
{
    if (!pgs_apply_writes_books(history, error))
        return FALSE;
    g_auto(Desk) desk = {.history = history, .ledger = ledger};
    return open_desk(&desk, target, error) && write_entries(&desk, stamp->unnoted, FALSE, error) &&
           write_entries(&desk, stamp->noted, TRUE, error) &&
           pgs_connection_run(desk.connection, "COMMIT", error);
}

/* ---- with nothing to run ---- */

gboolean
pgs_apply_lag(const PgsDatabase *target, const PgsLedger *ledger, gint at, char **lag,
              GError **error)
{
    *lag = NULL;
    g_autofree char *sql =
        ledger != NULL && ledger->kind->lag != NULL ? ledger->kind->lag(ledger, at) : NULL;
    if (sql == NULL)
        return TRUE;
    g_autoptr(PgsConnection) reader = pgs_database_reader(target, error);
    return reader != NULL && pgs_connection_value(reader, sql, lag, error);
}

gboolean
pgs_apply_catch_up(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger, gint at,
                   GError **error)
{
    g_autofree char *sql =
        ledger->kind->catch_up != NULL ? ledger->kind->catch_up(ledger, at) : NULL;
    g_auto(Desk) desk = {.history = history, .ledger = ledger};
    return sql == NULL ||
           (open_desk(&desk, target, error) && pgs_connection_run(desk.connection, sql, error) &&
            pgs_connection_run(desk.connection, "COMMIT", error));
}

/* ---- what was left unfinished ---- */

/* Neither end is reached while the catalog shows something of the revision as unfinished.  Where no
 * mark tells it from what was there before (the tool's own books say that it was begun), a word. */
static gboolean
refuse_left(const PgsUnfinished *unfinished, const PgsDatabase *target, gboolean applied,
            GError **error)
{
    if (unfinished->leftovers->len == 0)
        return TRUE;
    g_autofree char *left = pgs_text_plain(g_ptr_array_index(unfinished->leftovers, 0));
    g_autofree char *remedy = pgs_text_plain(g_ptr_array_index(unfinished->remedies, 0));
    if (unfinished->before == NULL) {
        pgs_database_tell(target, "look at this again: %s (%s takes it away)", left, remedy);
        return TRUE;
    }
    g_autofree char *hint = g_strdup_printf("this takes it away: %s%s", remedy,
                                            applied ? " What is missing then is to be added" : "");
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY, hint,
                  "%s is not %s, nothing is noted: %s", unfinished->label,
                  applied ? "all there" : "gone", left);
    return FALSE;
}

/* state: NULL where the tool's own books have no word for what was begun. */
static gboolean
check_left(const PgsDatabase *target, const PgsHistory *history, const PgsLedgerState *state,
           PgsConnection *connection, gboolean applied, GError **error)
{
    g_autoptr(PgsUnfinished) unfinished = NULL;
    if (!pgs_unfinished_read(connection, &unfinished, error))
        return FALSE;
    if (unfinished == NULL && state != NULL && state->dirty >= 0) {
        unfinished = pgs_unfinished_of_books(connection, history, state, error);
        if (unfinished == NULL)
            return FALSE;
    }
    return unfinished == NULL || refuse_left(unfinished, target, applied, error);
}

static gboolean
settle(Desk *desk, gint revision, gboolean applied, GError **error)
{
    const PgsLedgerKind *kind = desk->ledger->kind;
    gboolean is_dirty = desk->state->dirty >= 0;
    if (is_dirty && kind->settle != NULL) {
        g_autofree char *sql = bare(kind->settle(desk->ledger, revision, applied));
        return sql == NULL || pgs_connection_run(desk->connection, sql, error);
    }
    return (!is_dirty && desk->state->applied[revision] == applied) ||
           write_entry(desk, revision, applied, error);
}

gboolean
pgs_apply_settle(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
                 gint revision, gboolean applied, GError **error)
{
    if (history->driver != PGS_DRIVER_SQL) {
        /* Its own books tell what is applied; what is left is the mark. */
        g_autoptr(PgsConnection) connection = pgs_database_books(target, error);
        return connection != NULL &&
               check_left(target, history, NULL, connection, applied, error) &&
               pgs_unfinished_remove(connection, error);
    }
    g_auto(Desk) desk = {.history = history, .ledger = ledger};
    return open_desk(&desk, target, error) &&
           check_left(target, history, desk.state, desk.connection, applied, error) &&
           settle(&desk, revision, applied, error) &&
           pgs_unfinished_remove(desk.connection, error) &&
           pgs_connection_run(desk.connection, "COMMIT", error);
}

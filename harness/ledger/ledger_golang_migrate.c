#include "ledger/crc32.h"
#include "ledger/ledger_number.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * golang-migrate, v4.19: database/postgres/postgres.go (database/pgx and pgx/v5 do the same).  One
 * row, the version that the database stands at; no row: none.  Around each file SetVersion() writes
 * the version that it leads to, dirty before it and clean behind it, each in a transaction of its
 * own; -1, which is dirty only, is a way down to base that was begun.
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "int8 int4"},
    {.name = "dirty", .types = "bool"},
    {.name = NULL},
};

/* ensureVersionTable() */
static char *
create(const PgsLedger *ledger)
{
    return g_strdup_printf("CREATE TABLE IF NOT EXISTS %s (version bigint not null primary key, "
                           "dirty boolean not null);\n",
                           ledger->name);
}

/* To it all up to the version is applied: Migrate.Up() goes on with source.Next() of it. */
static void
mark_below(const PgsLedger *ledger, const char *version, gboolean is_dirty, PgsLedgerState *state)
{
    for (guint i = 0; i < state->n_revisions; i++) {
        g_autofree char *number = pgs_ledger_number_of(ledger, (gint)i);
        gint order = pgs_ledger_compare_numbers(number, version);
        state->applied[i] = order < 0 || (order == 0 && !is_dirty);
    }
}

/* Whose downgrade leads to the version: that of the next one above it. */
static gint
find_above(const PgsLedger *ledger, const char *version, const PgsLedgerState *state)
{
    for (guint i = 0; i < state->n_revisions; i++) {
        g_autofree char *number = pgs_ledger_number_of(ledger, (gint)i);
        if (pgs_ledger_compare_numbers(number, version) > 0)
            return pgs_ledger_revision(ledger, (gint)i)->down != NULL ? (gint)i : -1;
    }
    return -1;
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    enum { VERSION, DIRTY };
    g_autofree char *sql =
        g_strdup_printf("SELECT version::pg_catalog.text, dirty FROM %s LIMIT 1", ledger->name);
    g_autoptr(PGresult) result = pgs_ledger_rows(ledger, connection, sql, error);
    if (result == NULL)
        return FALSE;
    if (PQntuples(result) == 0)
        return TRUE;
    const char *version = PQgetvalue(result, 0, VERSION);
    gboolean is_dirty = strcmp(PQgetvalue(result, 0, DIRTY), "t") == 0;
    gboolean is_base = *version == '-';
    gint revision = is_base && state->n_revisions > 0 ? 0 : pgs_ledger_find_number(ledger, version);
    const char *name = revision >= 0 ? pgs_ledger_revision(ledger, revision)->name : NULL;
    PgsLedgerEntry *entry = pgs_ledger_state_add(state, version, name, NULL, revision);
    entry->is_dirty = is_dirty;
    state->is_one_line = TRUE;
    if (is_dirty && revision >= 0)
        state->dirty_down = find_above(ledger, version, state);
    mark_below(ledger, version, is_dirty, state);
    return TRUE;
}

/* SetVersion(); version NULL: none, which is -1 while it is dirty. */
static char *
set_version(const PgsLedger *ledger, const char *version, gboolean is_dirty)
{
    GString *sql = g_string_new("BEGIN;\n");
    g_string_append_printf(sql, "TRUNCATE %s;\n", ledger->name);
    if (version != NULL || is_dirty)
        g_string_append_printf(sql, "INSERT INTO %s (version, dirty) VALUES (%s, %s);\n",
                               ledger->name, version != NULL ? version : "-1",
                               is_dirty ? "true" : "false");
    g_string_append(sql, "COMMIT;\n");
    return g_string_free(sql, FALSE);
}

/* Where a revision leads: up to itself, down to the one before it (migrate.go, readDown()). */
static char *
target_of(const PgsLedger *ledger, gint revision, gboolean up)
{
    gint target = up ? revision : revision - 1;
    return target >= 0 ? pgs_ledger_number_of(ledger, target) : NULL;
}

static char *
begin(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *version = target_of(ledger, event->revision, event->up);
    return set_version(ledger, version, TRUE);
}

static char *
record(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *version = target_of(ledger, event->revision, event->up);
    return set_version(ledger, version, FALSE);
}

/* As "migrate force" does it. */
static char *
settle(const PgsLedger *ledger, gint revision, gboolean applied)
{
    g_autofree char *version = target_of(ledger, revision, applied);
    return set_version(ledger, version, FALSE);
}

/*
 * database/util.go, GenerateAdvisoryLockId(): the CRC of schema, table and database, NULs between
 * them, by a salt, in 32 bits.
 */
static char *
make_key(const PgsLedger *ledger, const char *prefix, const char *database)
{
    const guint32 salt = 1486364155;
    GString *names = g_string_new(ledger->schema != NULL ? ledger->schema : "public");
    g_string_append_c(names, '\0');
    g_string_append(names, ledger->table);
    g_string_append_c(names, '\0');
    g_string_append(names, prefix);
    g_string_append(names, database);
    guint32 sum = pgs_crc32(names->str, names->len) * salt;
    g_string_free(names, TRUE);
    return g_strdup_printf("%u", sum);
}

/* Open(), which the command uses: the database is the URL's path, with its "/". */
static char *
command_key(const PgsLedger *ledger, const char *database)
{
    return make_key(ledger, "/", database);
}

/* WithInstance(), in a program: CURRENT_DATABASE(), unless the program says another name. */
static char *
library_key(const PgsLedger *ledger, const char *database)
{
    return make_key(ledger, "", database);
}

const PgsLedgerKind pgs_ledger_golang_migrate = {
    .format = "golang-migrate",
    .table = "schema_migrations",
    .place = PGS_LEDGER_AROUND,
    .create = create,
    .read = read_books,
    .begin = begin,
    .record = record,
    .lock_key = command_key,
    .lock_key_too = library_key,
    .settle = settle,
    .where = PGS_LEDGER_CURRENT,
    .holes = PGS_LEDGER_HOLES_PASSED, /* migrate.go, readUp(), whose versionExists() refuses too */
    .columns = columns,
};

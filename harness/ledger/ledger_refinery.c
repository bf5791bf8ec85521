#include "base/error.h"
#include "base/text.h"
#include "ledger/ledger_rows.h"
#include "ledger/siphash.h"

#include <string.h>

/*
 * refinery 0.9 (refinery_core): src/traits/mod.rs, assert_migrations_table_query(),
 * insert_migration_query() and verify_migrations(); src/traits/sync.rs, migrate(): the line is
 * written in a transaction of its own behind the migration's (not with set_grouped(true)).
 * src/runner.rs, Migration::unapplied(): the checksum is SipHash of name, version and text, as
 * Rust's Hash feeds them: a string is ended by 0xff, the version an i32, or an i64 with the
 * feature int8-versions.  It knows no way down and takes no lock.
 */
typedef struct {
    gboolean is_wide; /* versions are i64: the table says so, or the folder needs it */
} Books;

static gpointer
open_books(PgsLedger *ledger, G_GNUC_UNUSED GError **error)
{
    Books *books = g_new0(Books, 1);
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        const PgsRevision *revision = pgs_ledger_revision(ledger, (gint)i);
        books->is_wide |= g_ascii_strtoll(revision->id, NULL, 10) > G_MAXINT32;
    }
    return books;
}

static char *
create_table(const PgsLedger *ledger)
{
    const Books *books = ledger->data;
    return g_strdup_printf("CREATE TABLE IF NOT EXISTS %s(version %s PRIMARY KEY, name "
                           "VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));\n",
                           ledger->name, books->is_wide ? "int8" : "int4");
}

static void
feed(GByteArray *bytes, const void *text, gsize length)
{
    static const guint8 end = 0xff;
    g_byte_array_append(bytes, text, (guint)length);
    g_byte_array_append(bytes, &end, 1);
}

static guint64
checksum_of(const PgsLedger *ledger, const PgsRevision *revision)
{
    const Books *books = ledger->data;
    gsize length;
    const char *text = g_bytes_get_data(revision->up->text, &length);
    gint64 version = GINT64_TO_LE(g_ascii_strtoll(revision->id, NULL, 10));
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    feed(bytes, revision->name, strlen(revision->name));
    g_byte_array_append(bytes, (const guint8 *)&version, books->is_wide ? 8 : 4);
    feed(bytes, text != NULL ? text : "", length);
    return pgs_siphash_13(bytes->data, bytes->len);
}

/* ---- reading ---- */

static gint
find_version(const PgsLedger *ledger, const char *version)
{
    gint64 wanted = g_ascii_strtoll(version, NULL, 10);
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        if (g_ascii_strtoll(pgs_ledger_revision(ledger, (gint)i)->id, NULL, 10) == wanted)
            return (gint)i;
    }
    return -1;
}

/* verify_migrations(): DivergentVersion */
static char *
say_changed(const PgsLedger *ledger, gint index, const char *name, const char *checksum)
{
    if (index < 0)
        return NULL;
    const PgsRevision *revision = pgs_ledger_revision(ledger, index);
    g_autofree char *ours = g_strdup_printf("%" G_GUINT64_FORMAT, checksum_of(ledger, revision));
    if (g_strcmp0(name, revision->name) == 0 && g_strcmp0(checksum, ours) == 0)
        return NULL;
    return g_strdup_printf("its name or text is another than when it was applied: refinery refuses "
                           "the folder (the books: %s, %s; the file: %s, %s)",
                           name, checksum, revision->name, ours);
}

static void
add_line(const PgsLedger *ledger, const PGresult *result, int row, PgsLedgerState *state)
{
    enum { VERSION, NAME, APPLIED_ON, CHECKSUM };
    const char *version = PQgetvalue(result, row, VERSION);
    const char *name = pgs_ledger_cell(result, row, NAME);
    gint index = find_version(ledger, version);
    PgsLedgerEntry *entry =
        pgs_ledger_state_add(state, version, name, pgs_ledger_cell(result, row, APPLIED_ON), index);
    entry->changed = say_changed(ledger, index, name, pgs_ledger_cell(result, row, CHECKSUM));
}

/* A table without rows has a type all the same. */
static gboolean
read_width(const PgsLedger *ledger, PgsConnection *connection, GError **error)
{
    Books *books = ledger->data;
    g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.pg_typeof((SELECT version FROM %s "
                                           "LIMIT 1))::pg_catalog.text",
                                           ledger->name);
    g_autoptr(PGresult) result = pgs_ledger_rows(ledger, connection, sql, error);
    if (result == NULL)
        return FALSE;
    books->is_wide = strcmp(PQgetvalue(result, 0, 0), "bigint") == 0;
    return TRUE;
}

static gboolean
read_lines(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT version::text, name, " PGS_LEDGER_UTC(
                            "applied_on::timestamptz") ", checksum FROM %s ORDER BY version",
                        ledger->name);
    return read_width(ledger, connection, error) &&
           pgs_ledger_each_row(ledger, connection, sql, add_line, state, error);
}

/* ---- writing ---- */

static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    gint64 version = g_ascii_strtoll(revision->id, NULL, 10);
    if (!event->up)
        return g_strdup_printf("DELETE FROM %s WHERE version = %" G_GINT64_FORMAT ";\n",
                               ledger->name, version);
    g_autofree char *name = pgs_text_literal(revision->name);
    return g_strdup_printf(
        "INSERT INTO %s (version, name, applied_on, checksum) VALUES (%" G_GINT64_FORMAT ", %s, "
        "pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '%" G_GUINT64_FORMAT "');\n",
        ledger->name, version, name, checksum_of(ledger, revision));
}

/* src/runner.rs, Type::Unversioned: verify_migrations() lets it be late. */
static gboolean
is_unversioned(const PgsRevision *revision)
{
    return *revision->label == 'U';
}

const PgsLedgerKind pgs_ledger_refinery = {
    .format = "refinery",
    .table = "refinery_schema_history",
    .place = PGS_LEDGER_BEHIND,
    .holes = PGS_LEDGER_HOLES_REFUSED, /* MissingVersion; abort_missing is no file's to say */
    .is_free = is_unversioned,
    .unknown = PGS_LEDGER_UNKNOWN_REFUSED, /* likewise */
    .refuses_edited = TRUE,
    .open = open_books,
    .close = g_free,
    .create = create_table,
    .read = read_lines,
    .record = record_line,
};

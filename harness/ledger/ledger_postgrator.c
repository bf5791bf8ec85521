#include "base/text.h"
#include "ledger/ledger_rows.h"
#include "migration/formats.h"

#include <string.h>

/*
 * Postgrator, v8.0: lib/Client.js, lib/PostgresClient.js, lib/utils.js.  A row for each version,
 * beside one for version 0, written behind the file in a query of its own.  The highest version is
 * what counts: nothing below it is ever run (getRunnableMigrations()), and the MD5 of each file
 * below it has to be the one in the books (validateMigrations()).
 */

static const PgsLedgerColumn columns[] = {
    {.name = "version", .types = "int8 int4"},
    {.name = "name", .types = "text varchar"},
    {.name = "md5", .types = "text varchar"},
    {.name = "run_at", .types = "timestamptz timestamp"},
    {.name = NULL},
};

/* ensureTable(), which makes the schema too when the table's name has one */
static char *
create(const PgsLedger *ledger)
{
    g_autofree char *schema =
        ledger->is_said ? pgs_ledger_create_schema(ledger->schema) : g_strdup("");
    return g_strdup_printf("%sCREATE TABLE IF NOT EXISTS %s (\n"
                           "    version BIGINT PRIMARY KEY,\n"
                           "    name TEXT,\n"
                           "    md5 TEXT,\n"
                           "    run_at TIMESTAMP WITH TIME ZONE\n"
                           ");\n"
                           "INSERT INTO %s (version) SELECT 0 WHERE NOT EXISTS (SELECT FROM %s);\n",
                           schema, ledger->name, ledger->name, ledger->name);
}

/* ---- checksums ---- */

/* convertLineEnding(): \r\n, \r and \n become ending. */
static char *
convert(const char *text, gsize length, const char *ending)
{
    GString *converted = g_string_sized_new(length);
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\r' || text[i] == '\n') {
            g_string_append(converted, ending);
            i += text[i] == '\r' && i + 1 < length && text[i + 1] == '\n';
        } else {
            g_string_append_c(converted, text[i]);
        }
    }
    char *checksum =
        g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)converted->str, converted->len);
    g_string_free(converted, TRUE);
    return checksum;
}

/* fileChecksum(), of the file as it is: what Postgrator takes unless it is given "newline". */
static char *
checksum_of(const PgsRevision *revision)
{
    return revision->up != NULL ? g_compute_checksum_for_bytes(G_CHECKSUM_MD5, revision->up->text)
                                : NULL;
}

/* With "newline" it is the MD5 of the text with these ends of lines. */
static gboolean
is_checksum(const PgsRevision *revision, const char *md5)
{
    static const char *const endings[] = {"\n", "\r\n", "\r"};
    g_autofree char *plain = checksum_of(revision);
    gboolean is_same = plain == NULL || strcmp(plain, md5) == 0;
    for (gsize i = 0; !is_same && i < G_N_ELEMENTS(endings); i++) {
        gsize length;
        const char *text = g_bytes_get_data(revision->up->text, &length);
        g_autofree char *checksum = convert(text, length, endings[i]);
        is_same = strcmp(checksum, md5) == 0;
    }
    return is_same;
}

/* ---- books ---- */

/* As persistActionSql() writes it: the file's "0x0a" is 10. */
static char *
version_of(const PgsRevision *revision)
{
    return g_strdup_printf("%.0f", pgs_postgrator_version(revision->id));
}

static gint
find(const PgsLedger *ledger, const char *version)
{
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        g_autofree char *other = version_of(pgs_ledger_revision(ledger, (gint)i));
        if (strcmp(other, version) == 0)
            return (gint)i;
    }
    return -1;
}

/* getRunnableMigrations(): by the highest version, with a file or without. */
static gint
count_before(const PgsLedger *ledger, const char *version)
{
    gint n = 0;
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        const PgsRevision *revision = pgs_ledger_revision(ledger, (gint)i);
        n += pgs_postgrator_version(revision->id) < g_ascii_strtod(version, NULL) ? 1 : 0;
    }
    return n;
}

static void
read_row(const PgsLedger *ledger, const PGresult *result, int row, PgsLedgerState *state)
{
    enum { VERSION, NAME, RUN_AT, MD5 };
    const char *version = PQgetvalue(result, row, VERSION);
    gint index = find(ledger, version);
    PgsLedgerEntry *entry = pgs_ledger_state_add(state, version, pgs_ledger_cell(result, row, NAME),
                                                 pgs_ledger_cell(result, row, RUN_AT), index);
    const char *md5 = pgs_ledger_cell(result, row, MD5);
    /* One without is not looked at: "undefined" was of a migration in JavaScript. */
    if (index >= 0 && md5 != NULL && *md5 != '\0' && strcmp(md5, "undefined") != 0 &&
        !is_checksum(pgs_ledger_revision(ledger, index), md5))
        entry->changed = g_strdup("its file has changed since it was applied (MD5): Postgrator "
                                  "refuses to run with it");
}

static gboolean
read_books(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT version::pg_catalog.text, name, " PGS_LEDGER_UTC(
                            "run_at") ", md5\n"
                                      "  FROM %s WHERE version > 0 ORDER BY version",
                        ledger->name);
    return pgs_ledger_each_row(ledger, connection, sql, read_row, state, error);
}

/*
 * persistActionSql(), but for what it leaves unquoted, and its time: it writes UTC's hour without
 * saying so, which is another moment where the session's time zone is another.
 */
static char *
record(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    g_autofree char *version = version_of(revision);
    if (!event->up)
        return g_strdup_printf("DELETE FROM %s WHERE version = %s;\n", ledger->name, version);
    g_autofree char *name = pgs_text_literal(revision->name);
    g_autofree char *md5 = checksum_of(revision);
    return g_strdup_printf("INSERT INTO %s (version, name, md5, run_at) VALUES (%s, %s, '%s', "
                           "pg_catalog.now());\n",
                           ledger->name, version, name, md5 != NULL ? md5 : "");
}

const PgsLedgerKind pgs_ledger_postgrator = {
    .format = "postgrator",
    .table = "schemaversion",
    .place = PGS_LEDGER_BEHIND,
    .holes = PGS_LEDGER_HOLES_PASSED,
    .beyond = count_before,
    .refuses_edited = TRUE,
    .create = create,
    .read = read_books,
    .record = record,
    .columns = columns,
};

#include "base/embedded.h"
#include "base/error.h"
#include "ledger/flyway_books.h"
#include "ledger/ledger_rows.h"
#include "migration/flyway_name.h"

#include <string.h>

/*
 * Flyway 11, flyway-core: what the lines of its schema history come to, as
 * internal/info/MigrationInfoServiceImpl.java and MigrationInfoImpl.java have it.
 */

extern const PgsEmbedded pgs_ledger_files[];

static const PgsFlywayEntry *
upgrade_at(const PgsLedger *ledger, gint index)
{
    return pgs_flyway_books_entry(ledger->data, index, TRUE);
}

typedef struct {
    const char *version, *description, *type, *applied_at, *who, *checksum;
    gboolean succeeded;
    char *key; /* or NULL */
    gint index;
} Line;

static gint
find_revision(const PgsLedger *ledger, const Line *line)
{
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        const PgsFlywayEntry *entry = upgrade_at(ledger, (gint)i);
        if (entry == NULL)
            continue;
        if (line->key != NULL ? g_strcmp0(entry->key, line->key) == 0
                              : entry->version == NULL && line->version == NULL &&
                                    strcmp(entry->description, line->description) == 0)
            return (gint)i;
    }
    return -1;
}

static gboolean
is_baseline(const PgsLedger *ledger, gint index)
{
    const PgsFlywayEntry *entry = upgrade_at(ledger, index);
    return entry != NULL && strcmp(entry->type, "SQL_BASELINE") == 0;
}

static gboolean
is_baseline_line(const Line *line)
{
    return strcmp(line->type, "BASELINE") == 0 || strcmp(line->type, "SQL_BASELINE") == 0;
}

/* What is at or below a version counts as applied: of a baseline. */
static void
apply_below(const PgsLedger *ledger, PgsLedgerState *state, const char *key)
{
    for (guint i = 0; i < state->n_revisions; i++) {
        const PgsFlywayEntry *entry = upgrade_at(ledger, (gint)i);
        if (entry != NULL && entry->key != NULL && strcmp(entry->key, key) <= 0)
            state->applied[i] = TRUE;
    }
}

static gboolean
is_same(const PgsLedgerEntry *entry, const Line *line)
{
    if (line->index >= 0 || entry->revision >= 0)
        return entry->revision == line->index;
    g_autofree char *key = *entry->version != '\0' ? pgs_flyway_version_key(entry->version) : NULL;
    return g_strcmp0(key, line->key) == 0 &&
           (key != NULL || strcmp(entry->name, line->description) == 0);
}

/* Lines of the same migration before this one: they count no more.  The folder need not have it:
 * "flyway repair" writes DELETE behind what has no file any more. */
static void
drop_lines(PgsLedgerState *state, const Line *line)
{
    for (guint i = state->entries->len; i-- > 0;) {
        if (is_same(g_ptr_array_index(state->entries, i), line))
            g_ptr_array_remove_index(state->entries, i);
    }
    if (line->index >= 0)
        state->applied[line->index] = FALSE;
}

/* A repeatable one is applied while its checksum is that of the file. */
static void
compare_repeatable(const PgsFlywayEntry *ours, PgsLedgerState *state, const Line *line)
{
    if (line->checksum != NULL && g_ascii_strtoll(line->checksum, NULL, 10) != ours->checksum)
        state->applied[line->index] = FALSE;
}

/* MigrationInfoImpl.java, descriptionMismatch(): its word for an empty one. */
static gboolean
is_described(const PgsFlywayEntry *ours, const Line *line)
{
    gboolean is_empty = strcmp(line->description, "<< no description >>") == 0;
    return strcmp(is_empty ? "" : line->description, ours->description) == 0;
}

/* MigrationInfoImpl.java, validate(): TYPE_MISMATCH, CHECKSUM_MISMATCH, DESCRIPTION_MISMATCH. */
static char *
say_changed(const PgsFlywayEntry *ours, const Line *line)
{
    static const char end[] = "Flyway refuses to migrate before \"flyway repair\"";
    if (strcmp(ours->type, "SQL") == 0 && strcmp(line->type, ours->type) != 0)
        return g_strdup_printf("it was of the type %s when it was applied and is SQL now: %s",
                               line->type, end);
    if (line->checksum != NULL && g_ascii_strtoll(line->checksum, NULL, 10) != ours->checksum)
        return g_strdup_printf("its checksum was %s when it was applied and is %d now: %s",
                               line->checksum, ours->checksum, end);
    if (!is_described(ours, line))
        return g_strdup_printf("its description was \"%s\" when it was applied and is \"%s\" now: "
                               "%s",
                               line->description, ours->description, end);
    return NULL;
}

/* What a baseline stands for is not looked at. */
static void
compare(const PgsLedger *ledger, PgsLedgerState *state, PgsLedgerEntry *entry, const Line *line)
{
    const PgsFlywayEntry *ours = line->index >= 0 ? upgrade_at(ledger, line->index) : NULL;
    if (ours == NULL || is_baseline_line(line))
        return;
    if (line->version == NULL)
        compare_repeatable(ours, state, line);
    else
        entry->changed = say_changed(ours, line);
}

/* BaseAppliedMigration.java, getMissingState(): of the future is what is above all of the folder.
 */
static gboolean
is_future(const PgsLedger *ledger, const Line *line)
{
    for (guint i = 0; i < ledger->history->revisions->len && line->key != NULL; i++) {
        const PgsFlywayEntry *entry = upgrade_at(ledger, (gint)i);
        if (entry != NULL && g_strcmp0(entry->key, line->key) > 0)
            return FALSE;
    }
    return line->key != NULL;
}

/* context.lastApplied is the books', with a file or without. */
gint
pgs_flyway_books_count_before(const PgsLedger *ledger, const char *version)
{
    gint n = 0;
    g_autofree char *key = *version != '\0' ? pgs_flyway_version_key(version) : NULL;
    for (guint i = 0; i < ledger->history->revisions->len && key != NULL; i++) {
        const PgsFlywayEntry *entry = upgrade_at(ledger, (gint)i);
        n += entry != NULL && entry->key != NULL && strcmp(entry->key, key) < 0 ? 1 : 0;
    }
    return n;
}

/* MigrationInfoImpl.java, validate(): "Detected applied migration not resolved locally".  A
 * baseline has no file, and a migration in Java is none of the folder's. */
static gboolean
is_needed(const PgsLedger *ledger, const Line *line)
{
    const PgsFlywayBooks *books = ledger->data;
    return strcmp(line->type, "SQL") == 0 && books->config->validate_on_migrate &&
           !pgs_flyway_books_ignores(books, line->version != NULL,
                                     is_future(ledger, line) ? "future" : "missing");
}

static void
add_applied(const PgsLedger *ledger, PgsLedgerState *state, const Line *line)
{
    PgsLedgerEntry *entry =
        pgs_ledger_state_add(state, line->version != NULL ? line->version : "", line->description,
                             line->applied_at, line->succeeded ? line->index : -1);
    entry->revision = line->index;
    entry->who = g_strdup(line->who);
    entry->is_dirty = !line->succeeded;
    entry->is_missed = line->index < 0 && is_needed(ledger, line);
    if (line->succeeded)
        compare(ledger, state, entry, line);
}

/* MigrationInfoServiceImpl.java, refresh(): what the lines, in the order of their ranks, come to.
 */
static void
take_line(const PgsLedger *ledger, PgsLedgerState *state, const Line *line)
{
    if (strcmp(line->type, "SCHEMA") == 0)
        return;
    if (g_str_has_prefix(line->type, "UNDO") || strcmp(line->type, "DELETE") == 0) {
        drop_lines(state, line);
        return;
    }
    drop_lines(state, line);
    add_applied(ledger, state, line);
    if (is_baseline_line(line) && line->succeeded && line->key != NULL)
        apply_below(ledger, state, line->key);
}

/*
 * A baseline script is for new databases: one that has begun with the versions before it never
 * gets it.  Their files are not in the history then.
 */
static gboolean
settle_baseline(const PgsLedger *ledger, PgsLedgerState *state, const char *highest, GError **error)
{
    for (guint i = 0; i < state->n_revisions && highest != NULL; i++) {
        const PgsFlywayEntry *entry = upgrade_at(ledger, (gint)i);
        if (!is_baseline(ledger, (gint)i) || state->applied[i])
            continue;
        if (strcmp(highest, entry->key) < 0) {
            pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                          "\"flyway migrate\" brings it there; or move the baseline script away",
                          "the database is below the baseline %s, and has begun with the versions "
                          "before it",
                          entry->script);
            return FALSE;
        }
        state->applied[i] = TRUE;
        for (guint k = 0; k < state->entries->len; k++) {
            PgsLedgerEntry *line = g_ptr_array_index(state->entries, k);
            g_autofree char *key =
                *line->version != '\0' ? pgs_flyway_version_key(line->version) : NULL;
            if (line->revision < 0 && key != NULL && strcmp(key, entry->key) < 0) {
                line->revision = (gint)i;
                line->is_missed = FALSE;
            }
        }
    }
    return TRUE;
}

gboolean
pgs_flyway_books_read(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
                      GError **error)
{
    enum { VERSION, DESCRIPTION, AT, WHO, TYPE, CHECKSUM, SUCCESS };
    g_autofree char *sql = g_strdup_printf(
        "SELECT \"version\", \"description\", " PGS_LEDGER_UTC(
            "\"installed_on\"::timestamptz") ", \"installed_by\", \"type\", \"checksum\"::text, "
                                             "\"success\" FROM %s ORDER BY \"installed_rank\"",
        ledger->name);
    g_autoptr(PGresult) result = pgs_ledger_rows(ledger, connection, sql, error);
    g_autofree char *highest = NULL;
    for (int row = 0; result != NULL && row < PQntuples(result); row++) {
        Line line = {
            .version = pgs_ledger_cell(result, row, VERSION),
            .description = PQgetvalue(result, row, DESCRIPTION),
            .type = PQgetvalue(result, row, TYPE),
            .applied_at = pgs_ledger_cell(result, row, AT),
            .who = pgs_ledger_cell(result, row, WHO),
            .checksum = pgs_ledger_cell(result, row, CHECKSUM),
            .succeeded = strcmp(PQgetvalue(result, row, SUCCESS), "t") == 0,
        };
        line.key = line.version != NULL ? pgs_flyway_version_key(line.version) : NULL;
        line.index = find_revision(ledger, &line);
        take_line(ledger, state, &line);
        if (line.key != NULL && g_strcmp0(line.key, highest) > 0) {
            g_free(highest);
            highest = g_strdup(line.key);
        }
        g_free(line.key);
    }
    return result != NULL && settle_baseline(ledger, state, highest, error);
}

/* ---- before there is a history ---- */

/* Flyway.java, migrate(): with baselineOnMigrate, where one of its schemas is not empty. */
char *
pgs_flyway_books_baseline(const PgsLedger *ledger, PgsConnection *connection, GError **error)
{
    const PgsFlywayConfig *config = ((const PgsFlywayBooks *)ledger->data)->config;
    if (!config->baseline_on_migrate)
        return NULL;
    const char *const only[] = {pgs_flyway_config_schema(config), NULL};
    const char *const *schemas =
        config->schemas != NULL ? (const char *const *)config->schemas : only;
    gboolean is_used = FALSE;
    for (; *schemas != NULL && !is_used; schemas++) {
        const char *const params[] = {*schemas};
        g_autoptr(PGresult) row = pgs_connection_query(
            connection, PGS_SHAPE_ROW, pgs_embedded_find(pgs_ledger_files, "flyway_schema.sql"), 1,
            params, NULL, error);
        if (row == NULL)
            return NULL;
        is_used = strcmp(PQgetvalue(row, 0, 0), "t") == 0;
    }
    return is_used ? g_strdup(config->baseline_version) : NULL;
}

#include "base/error.h"
#include "ledger/flyway_entry.h"
#include "ledger/flyway_sum.h"
#include "ledger/ledger_rows.h"
#include "migration/flyway_name.h"

#include <string.h>

/*
 * Flyway 11: flyway-database-postgresql, PostgreSQLDatabase.java (getRawCreateScript()) and
 * PostgreSQLAdvisoryLockTemplate.java; flyway-core, internal/schemahistory/SchemaHistory.java and
 * JdbcTableSchemaHistory.java (doAddAppliedMigration(), calculateInstalledRank()),
 * internal/command/DbMigrate.java (applyMigrations(), doMigrateGroup()), DbRepair.java and
 * internal/info/MigrationInfoServiceImpl.java.
 */
typedef struct {
    PgsFolder *folder;
    PgsFlywayConfig *config;
    GPtrArray *ups, *downs; /* PgsFlywayEntry or NULL, of each revision */
} Books;

static void
entry_free(gpointer entry)
{
    pgs_flyway_entry_free(entry);
}

static void
close_books(gpointer data)
{
    Books *books = data;
    if (books == NULL)
        return;
    g_clear_pointer(&books->config, pgs_flyway_config_free);
    g_clear_pointer(&books->folder, pgs_folder_free);
    g_ptr_array_unref(books->ups);
    g_ptr_array_unref(books->downs);
    g_free(books);
}

static gboolean
fill_entries(Books *books, const PgsLedger *ledger, GError **error)
{
    GError *local = NULL;
    for (guint i = 0; i < ledger->history->revisions->len && local == NULL; i++) {
        const PgsRevision *revision = pgs_ledger_revision(ledger, (gint)i);
        g_ptr_array_add(books->ups, pgs_flyway_entry_new(books->config, ledger->history, revision,
                                                         TRUE, &local));
        if (local == NULL)
            g_ptr_array_add(books->downs, pgs_flyway_entry_new(books->config, ledger->history,
                                                               revision, FALSE, &local));
    }
    if (local != NULL)
        g_propagate_error(error, local);
    return local == NULL;
}

/* api/pattern/ValidatePattern.java, matchesMigration(); states: "missing", "ignored", "future", and
 * "*", which is all others too. */
static gboolean
is_ignored(const PgsFlywayConfig *config, gboolean is_versioned, const char *state)
{
    for (char **pattern = config->ignored; *pattern != NULL; pattern++) {
        g_auto(GStrv) parts = g_strsplit(*pattern, ":", 2);
        if (g_strv_length(parts) != 2)
            continue;
        const char *type = g_strstrip(parts[0]);
        const char *its_state = g_strstrip(parts[1]);
        if ((strcmp(type, "*") == 0 ||
             g_ascii_strcasecmp(type, is_versioned ? "versioned" : "repeatable") == 0) &&
            (strcmp(its_state, "*") == 0 || g_ascii_strcasecmp(its_state, state) == 0))
            return TRUE;
    }
    return FALSE;
}

/* Flyway.java, migrate(), validates before anything is run; MigrationInfoImpl.java, validate(). */
static void
take_rules(PgsLedger *ledger, const PgsFlywayConfig *config)
{
    if (config->out_of_order)
        ledger->holes = PGS_LEDGER_HOLES_APPLIED;
    else if (!config->validate_on_migrate || is_ignored(config, TRUE, "ignored"))
        ledger->holes = PGS_LEDGER_HOLES_PASSED;
    ledger->refuses_edited = config->validate_on_migrate && !is_ignored(config, TRUE, "success");
}

static gpointer
open_books(PgsLedger *ledger, GError **error)
{
    Books *books = g_new0(Books, 1);
    books->ups = g_ptr_array_new_with_free_func(entry_free);
    books->downs = g_ptr_array_new_with_free_func(entry_free);
    books->folder = pgs_folder_open(ledger->history->folder, error);
    if (books->folder != NULL)
        books->config = pgs_flyway_config_new(books->folder, ledger->history->settings, error);
    if (books->config == NULL || !fill_entries(books, ledger, error)) {
        close_books(books);
        return NULL;
    }
    if (!pgs_ledger_is_named(ledger))
        pgs_ledger_rename(ledger, pgs_flyway_config_schema(books->config), books->config->table);
    take_rules(ledger, books->config);
    return books;
}

static const PgsFlywayEntry *
entry_at(const PgsLedger *ledger, gint index, gboolean up)
{
    const Books *books = ledger->data;
    return g_ptr_array_index(up ? books->ups : books->downs, (guint)index);
}

static char *
create_table(const PgsLedger *ledger)
{
    const Books *books = ledger->data;
    g_autofree char *schema = pgs_ledger_create_schema(ledger->schema);
    g_autofree char *key = g_strconcat(ledger->table, "_pk", NULL);
    g_autofree char *index = g_strconcat(ledger->table, "_s_idx", NULL);
    g_autofree char *quoted_key = pgs_ledger_identifier(key);
    g_autofree char *quoted_index = pgs_ledger_identifier(index);
    GString *sql = g_string_new(NULL);
    if (books->config->create_schemas && strcmp(ledger->schema, "public") != 0)
        g_string_append(sql, schema);
    g_string_append_printf(
        sql,
        "CREATE TABLE IF NOT EXISTS %1$s (\"installed_rank\" INT NOT NULL, \"version\" "
        "VARCHAR(50), \"description\" VARCHAR(200) NOT NULL, \"type\" VARCHAR(20) NOT NULL, "
        "\"script\" VARCHAR(1000) NOT NULL, \"checksum\" INTEGER, \"installed_by\" VARCHAR(100) "
        "NOT NULL, \"installed_on\" TIMESTAMP NOT NULL DEFAULT now(), \"execution_time\" INTEGER "
        "NOT NULL, \"success\" BOOLEAN NOT NULL, CONSTRAINT %2$s PRIMARY KEY "
        "(\"installed_rank\"));\n"
        "CREATE INDEX IF NOT EXISTS %3$s ON %1$s (\"success\");\n",
        ledger->name, quoted_key, quoted_index);
    return g_string_free(sql, FALSE);
}

/* ---- reading ---- */

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
        const PgsFlywayEntry *entry = entry_at(ledger, (gint)i, TRUE);
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
    const PgsFlywayEntry *entry = entry_at(ledger, index, TRUE);
    return entry != NULL && strcmp(entry->type, "SQL_BASELINE") == 0;
}

/* What is at or below a version counts as applied: of a baseline. */
static void
apply_below(const PgsLedger *ledger, PgsLedgerState *state, const char *key)
{
    for (guint i = 0; i < state->n_revisions; i++) {
        const PgsFlywayEntry *entry = entry_at(ledger, (gint)i, TRUE);
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

/* A repeatable one is applied while its checksum is that of the file; "flyway validate" says what
 * was changed of the others. */
static void
compare_sum(const PgsLedger *ledger, PgsLedgerState *state, PgsLedgerEntry *entry, const Line *line)
{
    const PgsFlywayEntry *ours = line->index >= 0 ? entry_at(ledger, line->index, TRUE) : NULL;
    if (ours == NULL || line->checksum == NULL ||
        g_ascii_strtoll(line->checksum, NULL, 10) == ours->checksum)
        return;
    if (line->version == NULL) {
        state->applied[line->index] = FALSE;
        return;
    }
    entry->changed = g_strdup_printf("its checksum was %s when it was applied and is %d now: "
                                     "Flyway refuses to migrate before \"flyway repair\"",
                                     line->checksum, ours->checksum);
}

/* BaseAppliedMigration.java, getMissingState(): of the future is what is above all of the folder.
 */
static gboolean
is_future(const PgsLedger *ledger, const Line *line)
{
    for (guint i = 0; i < ledger->history->revisions->len && line->key != NULL; i++) {
        const PgsFlywayEntry *entry = entry_at(ledger, (gint)i, TRUE);
        if (entry != NULL && g_strcmp0(entry->key, line->key) > 0)
            return FALSE;
    }
    return line->key != NULL;
}

/* context.lastApplied is the books', with a file or without. */
static gint
count_before(const PgsLedger *ledger, const char *version)
{
    gint n = 0;
    g_autofree char *key = *version != '\0' ? pgs_flyway_version_key(version) : NULL;
    for (guint i = 0; i < ledger->history->revisions->len && key != NULL; i++) {
        const PgsFlywayEntry *entry = entry_at(ledger, (gint)i, TRUE);
        n += entry != NULL && entry->key != NULL && strcmp(entry->key, key) < 0 ? 1 : 0;
    }
    return n;
}

/* MigrationInfoImpl.java, validate(): "Detected applied migration not resolved locally".  A
 * baseline has no file, and a migration in Java is none of the folder's. */
static gboolean
is_needed(const PgsLedger *ledger, const Line *line)
{
    const PgsFlywayConfig *config = ((const Books *)ledger->data)->config;
    return strcmp(line->type, "SQL") == 0 && config->validate_on_migrate &&
           !is_ignored(config, line->version != NULL,
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
        compare_sum(ledger, state, entry, line);
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
    gboolean is_base =
        strcmp(line->type, "BASELINE") == 0 || strcmp(line->type, "SQL_BASELINE") == 0;
    drop_lines(state, line);
    add_applied(ledger, state, line);
    if (is_base && line->succeeded && line->key != NULL)
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
        const PgsFlywayEntry *entry = entry_at(ledger, (gint)i, TRUE);
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

static gboolean
read_lines(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
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

/* ---- writing ---- */

/* AbbreviationUtils.java */
static char *
abbreviate(const char *text, glong limit, gboolean at_end)
{
    if (g_utf8_strlen(text, -1) <= limit)
        return g_strdup(text);
    g_autofree char *part = g_utf8_substring(text, at_end ? 0 : 3, at_end ? limit - 3 : limit);
    return at_end ? g_strconcat(part, "...", NULL) : g_strconcat("...", part, NULL);
}

static char *
insert_line(const PgsLedger *ledger, const PgsLedgerEvent *event, gboolean succeeded)
{
    const PgsFlywayEntry *entry = entry_at(ledger, event->revision, event->up);
    enum { MAX_DESCRIPTION = 200, MAX_SCRIPT = 1000 };
    if (entry == NULL)
        return NULL;
    g_autofree char *description = abbreviate(entry->description, MAX_DESCRIPTION, TRUE);
    g_autofree char *script = abbreviate(entry->script, MAX_SCRIPT, FALSE);
    GString *sql = g_string_new("INSERT INTO ");
    g_string_append_printf(sql,
                           "%1$s (\"installed_rank\", \"version\", \"description\", \"type\", "
                           "\"script\", \"checksum\", \"installed_by\", \"execution_time\", "
                           "\"success\") VALUES ((SELECT COALESCE(pg_catalog.max(h."
                           "\"installed_rank\") + 1, 1) FROM %1$s AS h), ",
                           ledger->name);
    const char *const values[] = {entry->version, description, entry->type, script};
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        pgs_ledger_append_quoted(sql, values[i]);
        g_string_append(sql, ", ");
    }
    const char *who = ((const Books *)ledger->data)->config->installed_by;
    g_autofree char *user = who != NULL ? pgs_ledger_quote(who) : g_strdup("current_user");
    g_string_append_printf(sql, "%d, %s, %" G_GINT64_FORMAT ", %s);\n", entry->checksum, user,
                           event->duration / 1000, succeeded ? "TRUE" : "FALSE");
    return g_string_free(sql, FALSE);
}

static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    char *sql = insert_line(ledger, event, TRUE);
    if (sql != NULL)
        return sql;
    /* A stamp below a revision that has no undo script: its lines go, as "flyway repair" may. */
    const PgsFlywayEntry *entry = entry_at(ledger, event->revision, TRUE);
    g_autofree char *version =
        pgs_ledger_quote(entry != NULL && entry->version != NULL ? entry->version : "");
    return g_strdup_printf("DELETE FROM %s WHERE \"version\" = %s;\n", ledger->name, version);
}

/* DbMigrate.java, applyMigrations(): only of what was not rolled back. */
static char *
fail_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    const PgsRevision *revision = pgs_ledger_revision(ledger, event->revision);
    const PgsStep *step = event->up ? revision->up : revision->down;
    return step != NULL && !step->transaction ? insert_line(ledger, event, FALSE) : NULL;
}

/* DbRepair.java removes failed lines. */
static char *
settle_line(const PgsLedger *ledger, gint index, gboolean applied)
{
    const PgsFlywayEntry *entry = entry_at(ledger, index, TRUE);
    g_autofree char *text =
        pgs_ledger_quote(entry->version != NULL ? entry->version : entry->description);
    const char *column = entry->version != NULL ? "\"version\"" : "\"description\"";
    g_autofree char *gone = g_strdup_printf("DELETE FROM %s WHERE %s = %s AND NOT \"success\";\n",
                                            ledger->name, column, text);
    if (!applied)
        return g_steal_pointer(&gone);
    g_autofree char *done =
        insert_line(ledger, &(PgsLedgerEvent){.revision = index, .up = TRUE}, TRUE);
    return g_strdup_printf("BEGIN;\n%s%sCOMMIT;\n", gone, done);
}

/* PostgreSQLAdvisoryLockTemplate.java; Table.toString() is its name, quoted. */
static char *
lock_key(const PgsLedger *ledger, G_GNUC_UNUSED const char *database)
{
    static const gint64 magic = 0x466c79776179; /* "Flyway" */
    return g_strdup_printf("%" G_GINT64_FORMAT, magic + pgs_flyway_hash_code(ledger->name));
}

const PgsLedgerKind pgs_ledger_flyway = {
    .format = "flyway",
    .table = "flyway_schema_history",
    .schema = "public",
    .place = PGS_LEDGER_WITHIN,
    .beyond = count_before,
    .holes = PGS_LEDGER_HOLES_REFUSED, /* these as take_rules() says */
    .refuses_edited = TRUE,
    .open = open_books,
    .close = close_books,
    .create = create_table,
    .read = read_lines,
    .record = record_line,
    .fail = fail_line,
    .lock_key = lock_key,
    .settle = settle_line,
};

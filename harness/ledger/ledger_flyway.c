#include "base/text.h"
#include "ledger/flyway_books.h"
#include "ledger/flyway_sum.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * Flyway 11: flyway-database-postgresql, PostgreSQLDatabase.java (getRawCreateScript()) and
 * PostgreSQLAdvisoryLockTemplate.java; flyway-core, internal/schemahistory/SchemaHistory.java and
 * JdbcTableSchemaHistory.java (doAddAppliedMigration(), calculateInstalledRank()),
 * internal/command/DbMigrate.java (applyMigrations(), doMigrateGroup()) and DbRepair.java.
 */

/* Flyway.java, migrate(), validates before anything is run; MigrationInfoImpl.java, validate(). */
static void
take_rules(PgsLedger *ledger, const PgsFlywayBooks *books)
{
    const PgsFlywayConfig *config = books->config;
    if (config->out_of_order)
        ledger->holes = PGS_LEDGER_HOLES_APPLIED;
    else if (!config->validate_on_migrate || pgs_flyway_books_ignores(books, TRUE, "ignored"))
        ledger->holes = PGS_LEDGER_HOLES_PASSED;
    ledger->refuses_edited =
        config->validate_on_migrate && !pgs_flyway_books_ignores(books, TRUE, "success");
}

static gpointer
open_books(PgsLedger *ledger, GError **error)
{
    PgsFlywayBooks *books = pgs_flyway_books_new(ledger->history, error);
    if (books == NULL)
        return NULL;
    if (!pgs_ledger_is_named(ledger))
        pgs_ledger_rename(ledger, pgs_flyway_config_schema(books->config), books->config->table);
    take_rules(ledger, books);
    return books;
}

/* Who the books say it was, as SQL. */
static char *
user_of(const PgsLedger *ledger)
{
    const char *who = ((const PgsFlywayBooks *)ledger->data)->config->installed_by;
    return who != NULL ? pgs_text_literal(who) : g_strdup("current_user");
}

static void
close_books(gpointer data)
{
    pgs_flyway_books_free(data);
}

/* Those that it makes where they are not there, quoted (SchemaHistoryFactory.java,
 * prepareSchemas()); none when it is just the schema that every database has. */
static GPtrArray *
list_schemas(const PgsLedger *ledger)
{
    static const char usual[] = "public";
    const PgsFlywayConfig *config = ((const PgsFlywayBooks *)ledger->data)->config;
    char *none[] = {NULL};
    char **said = config->schemas != NULL ? config->schemas : none;
    gboolean is_listed = g_strv_contains((const char *const *)said, ledger->schema);
    gboolean is_usual = is_listed ? said[1] == NULL : *said == NULL;
    GPtrArray *schemas = g_ptr_array_new_with_free_func(g_free);
    if (!config->create_schemas || (is_usual && strcmp(ledger->schema, usual) == 0))
        return schemas;
    if (!is_listed)
        g_ptr_array_add(schemas, pgs_text_identifier(ledger->schema));
    for (; *said != NULL; said++)
        g_ptr_array_add(schemas, pgs_text_identifier(*said));
    return schemas;
}

/* DbSchemas.java, create(): makes them and the table, and notes which ones it made, for "flyway
 * clean". */
static char *
create_in(const PgsLedger *ledger, const GPtrArray *schemas, const char *table)
{
    GString *body =
        g_string_new("\nDECLARE made text;\nBEGIN\nSELECT pg_catalog.string_agg(s.name, "
                     "',' ORDER BY s.n) INTO made FROM pg_catalog.unnest(ARRAY[");
    for (guint i = 0; i < schemas->len; i++) {
        g_string_append(body, i > 0 ? ", " : "");
        pgs_text_append_literal(body, g_ptr_array_index(schemas, i));
    }
    g_string_append(body, "]) WITH ORDINALITY AS s (name, n) WHERE pg_catalog.to_regnamespace("
                          "s.name) IS NULL;\n");
    for (guint i = 0; i < schemas->len; i++) {
        const char *name = g_ptr_array_index(schemas, i);
        g_autofree char *text = pgs_text_literal(name);
        g_string_append_printf(
            body, "IF pg_catalog.to_regnamespace(%s) IS NULL THEN CREATE SCHEMA %s; END IF;\n",
            text, name);
    }
    g_autofree char *who = user_of(ledger);
    g_string_append_printf(
        body,
        "%1$sIF made IS NOT NULL THEN\nINSERT INTO %2$s VALUES ((SELECT COALESCE("
        "pg_catalog.max(h.\"installed_rank\") + 1, 0) FROM %2$s AS h), NULL, "
        "'<< Flyway Schema Creation >>', 'SCHEMA', made, NULL, %3$s, now(), 0, "
        "TRUE);\nEND IF;\nEND",
        table, ledger->name, who);
    g_autofree char *quoted = pgs_text_literal(body->str);
    g_string_free(body, TRUE);
    return g_strdup_printf("DO %s;\n", quoted);
}

static char *
create_table(const PgsLedger *ledger)
{
    g_autofree char *key = g_strconcat(ledger->table, "_pk", NULL);
    g_autofree char *index = g_strconcat(ledger->table, "_s_idx", NULL);
    g_autofree char *quoted_key = pgs_text_identifier(key);
    g_autofree char *quoted_index = pgs_text_identifier(index);
    g_autofree char *table = g_strdup_printf(
        "CREATE TABLE IF NOT EXISTS %1$s (\"installed_rank\" INT NOT NULL, \"version\" "
        "VARCHAR(50), \"description\" VARCHAR(200) NOT NULL, \"type\" VARCHAR(20) NOT NULL, "
        "\"script\" VARCHAR(1000) NOT NULL, \"checksum\" INTEGER, \"installed_by\" VARCHAR(100) "
        "NOT NULL, \"installed_on\" TIMESTAMP NOT NULL DEFAULT now(), \"execution_time\" INTEGER "
        "NOT NULL, \"success\" BOOLEAN NOT NULL, CONSTRAINT %2$s PRIMARY KEY "
        "(\"installed_rank\"));\n"
        "CREATE INDEX IF NOT EXISTS %3$s ON %1$s (\"success\");\n",
        ledger->name, quoted_key, quoted_index);
    g_autoptr(GPtrArray) schemas = list_schemas(ledger);
    return schemas->len > 0 ? create_in(ledger, schemas, table) : g_steal_pointer(&table);
}

static char *
insert_line(const PgsLedger *ledger, const PgsLedgerEvent *event, gboolean succeeded)
{
    const PgsFlywayEntry *entry = pgs_flyway_books_entry(ledger->data, event->revision, event->up);
    if (entry == NULL)
        return NULL;
    GString *sql = g_string_new("INSERT INTO ");
    g_string_append_printf(sql,
                           "%1$s (\"installed_rank\", \"version\", \"description\", \"type\", "
                           "\"script\", \"checksum\", \"installed_by\", \"execution_time\", "
                           "\"success\") VALUES ((SELECT COALESCE(pg_catalog.max(h."
                           "\"installed_rank\") + 1, 1) FROM %1$s AS h), ",
                           ledger->name);
    const char *const values[] = {entry->version, entry->description, entry->type, entry->script};
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        pgs_ledger_append_quoted(sql, values[i]);
        g_string_append(sql, ", ");
    }
    g_autofree char *user = user_of(ledger);
    g_string_append_printf(sql, "%d, %s, %" G_GINT64_FORMAT ", %s);\n", entry->checksum, user,
                           event->duration / 1000, succeeded ? "TRUE" : "FALSE");
    return g_string_free(sql, FALSE);
}

/* A version without the zeros that do not count: "01.0" and "1" are the same one to Flyway
 * (MigrationVersion.java), and the books keep the spelling of the day. */
#define BARE_VERSION(text)                                                                         \
    "pg_catalog.regexp_replace(pg_catalog.regexp_replace(" text                                    \
    ", '(^|[.])0+(?=[0-9])', E'\\\\1', 'g'), '([.]0)+$', '')"

/* Which lines are about a revision. */
static char *
condition_of(const PgsLedger *ledger, gint index)
{
    const PgsFlywayEntry *entry = pgs_flyway_books_entry(ledger->data, index, TRUE);
    if (entry == NULL)
        return g_strdup("false");
    g_autofree char *text =
        pgs_text_literal(entry->version != NULL ? entry->version : entry->description);
    return entry->version != NULL
               ? g_strdup_printf(BARE_VERSION("\"version\"") " = " BARE_VERSION("%s"), text)
               : g_strdup_printf("(\"version\" IS NULL AND \"description\" = %s)", text);
}

static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    char *sql = insert_line(ledger, event, TRUE);
    if (sql != NULL)
        return sql;
    /* A stamp below a revision that has no undo script: its lines go, as "flyway repair" may. */
    g_autofree char *its_lines = condition_of(ledger, event->revision);
    return g_strdup_printf("DELETE FROM %s WHERE %s;\n", ledger->name, its_lines);
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
    g_autofree char *its_lines = condition_of(ledger, index);
    g_autofree char *gone =
        g_strdup_printf("DELETE FROM %s WHERE %s AND NOT \"success\";\n", ledger->name, its_lines);
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
    .beyond = pgs_flyway_books_count_before,
    .holes = PGS_LEDGER_HOLES_REFUSED, /* these as take_rules() says */
    .refuses_edited = TRUE,
    .open = open_books,
    .close = close_books,
    .create = create_table,
    .read = pgs_flyway_books_read,
    .baseline = pgs_flyway_books_baseline,
    .record = record_line,
    .fail = fail_line,
    .lock_key = lock_key,
    .settle = settle_line,
};

#include "base/error.h"
#include "base/text.h"
#include "config/document.h"
#include "ledger/ledger_rows.h"

#include <string.h>

/*
 * sql-migrate, its main branch of April 2025 (migrate.go): getMigrationDbMap(), applyMigrations()
 * and planMigrationCommon().  gorp makes the table of MigrationRecord; the id is the file's name.
 * It takes no lock.  A line that the folder has no file for it refuses, whatever is to be done:
 * "unknown migration in database", unless the environment's ignoreunknown is true.
 */

/* ---- which table ---- */

enum {
    LEVELS_ABOVE = 3,
};

static const char *
setting(const PgsNode *environment, const char *key, const char *otherwise)
{
    const PgsNode *node = pgs_node_get(environment, key);
    return node != NULL && node->type == PGS_NODE_SCALAR && !pgs_node_is_null(node) ? node->text
                                                                                    : otherwise;
}

/* sql-migrate/config.go: each environment may name its own; which one is meant is not known. */
static gboolean
take_config(PgsLedger *ledger, const char *path, const PgsNode *root, GError **error)
{
    char **said = ledger->history->settings->ledger;
    gboolean is_named = said != NULL && *said != NULL;
    const char *schema = NULL, *table = NULL;
    gboolean ignores = TRUE;
    guint n = root->type == PGS_NODE_MAPPING ? root->keys->len : 0;
    for (guint i = 0; i < n; i++) {
        const PgsNode *environment = pgs_node_value_at(root, i);
        const char *its_schema = setting(environment, "schema", "");
        const char *its_table = setting(environment, "table", ledger->kind->table);
        if (strcmp(setting(environment, "dialect", "postgres"), "postgres") != 0)
            continue;
        if (!is_named && table != NULL &&
            (strcmp(table, its_table) != 0 || strcmp(schema, its_schema) != 0)) {
            pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                          "say which one with ledger: in pgstair.yaml",
                          "%s: its environments keep their books in different tables, %s and %s",
                          path, table, its_table);
            return FALSE;
        }
        schema = its_schema;
        table = its_table;
        ignores = ignores && strcmp(setting(environment, "ignoreunknown", "false"), "true") == 0;
    }
    if (table == NULL)
        return TRUE;
    if (ignores)
        ledger->unknown = PGS_LEDGER_UNKNOWN_IGNORED;
    if (!is_named)
        pgs_ledger_rename(ledger, *schema != '\0' ? schema : ledger->schema, table);
    return TRUE;
}

/* The nearest dbconfig.yml; pgstair.yaml's table wins over its.  There is no state: always NULL. */
static gpointer
open_config(PgsLedger *ledger, GError **error)
{
    g_autofree char *folder = g_canonicalize_filename(ledger->history->folder, NULL);
    for (guint level = 0; level <= LEVELS_ABOVE; level++) {
        g_autofree char *path = g_build_filename(folder, "dbconfig.yml", NULL);
        if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            g_autoptr(PgsDocument) document = pgs_document_read(path, error);
            if (document != NULL)
                take_config(ledger, path, pgs_document_root(document), error);
            return NULL;
        }
        char *above = g_path_get_dirname(folder);
        g_free(folder);
        folder = above;
    }
    return NULL;
}

/* ---- the table ---- */

static char *
create_table(const PgsLedger *ledger)
{
    /* gorp, CreateTablesIfNotExists() */
    return g_strdup_printf("create table if not exists %s (\"id\" text not null primary key, "
                           "\"applied_at\" timestamp with time zone);\n",
                           ledger->name);
}

/* The reader's id is the file's name, with its extension. */
static gboolean
read_lines(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
           GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT id, NULL, " PGS_LEDGER_UTC("applied_at") ", NULL FROM %s ORDER BY applied_at, "
                                                         "id",
        ledger->name);
    return pgs_ledger_read_rows(ledger, connection, sql, pgs_ledger_find_id, state, error);
}

static char *
record_line(const PgsLedger *ledger, const PgsLedgerEvent *event)
{
    g_autofree char *id = pgs_text_literal(pgs_ledger_revision(ledger, event->revision)->id);
    /* applied_at is its client's clock behind the statements, not the transaction's beginning. */
    return event->up ? g_strdup_printf("insert into %s (\"id\",\"applied_at\") values (%s,"
                                       "pg_catalog.clock_timestamp());\n",
                                       ledger->name, id)
                     : g_strdup_printf("delete from %s where \"id\"=%s;\n", ledger->name, id);
}

const PgsLedgerKind pgs_ledger_sql_migrate = {
    .format = "sql-migrate",
    .table = "gorp_migrations",
    .place = PGS_LEDGER_WITHIN,
    .holes = PGS_LEDGER_HOLES_APPLIED,     /* ToCatchup() */
    .unknown = PGS_LEDGER_UNKNOWN_REFUSED, /* unless IgnoreUnknown is set */
    .open = open_config,
    .create = create_table,
    .read = read_lines,
    .record = record_line,
};

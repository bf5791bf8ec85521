#ifndef PGS_TEST_SCRIPT_FIXTURE_H
#define PGS_TEST_SCRIPT_FIXTURE_H

#include "base/error.h"
#include "base/fs.h"
#include "base/process.h"
#include "driver/login.h"
#include "ledger/ledger.h"
#include "operate/script.h"
#include "server/installation.h"
#include "server_fixture.h"
#include "snapshot/catalog.h"

#include <string.h>

/* Scripts for psql, and databases to run them on. */

/* Every folder that is sound and whose books pgstair writes, in whichever tool's format, and the
 * systems. */
static const char *const script_folders[] = {
    "boardroom",
    "canvas",
    "dashboards",
    "workflow",
    "sound/begin_atomic",
    "sound/bom_crlf",
    "sound/commit_inside",
    "sound/copy_from_stdin",
    "sound/dbmate_mini",
    "sound/diesel_mini",
    "sound/dollar_quotes",
    "sound/flyway_mini",
    "sound/golang_mini",
    "sound/goose_mini",
    "sound/maragudk_mini",
    "sound/node_pg_migrate_mini",
    "sound/postgrator_mini",
    "sound/prisma_mini",
    "sound/refinery_mini",
    "sound/sqitch_mini",
    "sound/sql_migrate_mini",
    "sound/sqlx_mini",
    "sound/yoyo_mini",
};

/* What psql came to; its standard error is the caller's. */
static inline int
script_run(PgsServer *server, const char *database, const char *script, char **said)
{
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "script.sql", NULL);
    assert_true(g_file_set_contents(file, script, -1, NULL));
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, NULL);
    assert_non_null(installation);
    g_autofree char *psql = pgs_installation_program(installation, "psql");
    g_autoptr(PgsProcess) process = pgs_process_new(psql);
    pgs_login_set_environment(process, server, NULL, database);
    pgs_process_set_directory(process, "/");
    /* Variables of psql's that a person may have set. */
    pgs_process_add_many(process, "-X", "-q", "-v", "AUTOCOMMIT=off", "-v", "b=1 DROP", "-o",
                         "/dev/null", "-f", file, NULL);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    if (said != NULL)
        *said = g_strdup(result.errors);
    pgs_fs_remove_tree(folder, NULL);
    return result.exit_status;
}

static inline PgsConnection *
script_connect(PgsServer *server, const char *database)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection = pgs_login(server, NULL, database, 60000, NULL, &error);
    if (connection == NULL)
        fail_msg("%s", error->message);
    return connection;
}

static inline PgsSnapshot *
script_snapshot(PgsServer *server, const char *database, const PgsHistory *history)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = script_connect(server, database);
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, 0, history->ledger, &error);
    PgsSnapshot *snapshot = catalog != NULL ? pgs_catalog_read_whole(catalog, &error) : NULL;
    if (snapshot == NULL)
        fail_msg("%s", error->message);
    return snapshot;
}

/* Where a database is by its books; -1: base. */
static inline gint
script_at(PgsServer *server, const char *database, const PgsLedger *ledger)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = script_connect(server, database);
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(ledger, connection, &error);
    if (state == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(state->dirty, -1);
    return pgs_ledger_state_at(state, ledger->history);
}

static inline char *
script_database(PgsServer *server)
{
    g_autoptr(GError) error = NULL;
    char *database = pgs_server_create_database(server, "script", NULL, &error);
    if (database == NULL)
        fail_msg("%s", error->message);
    return database;
}

static inline gboolean
script_goes_down(const PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (revision->down == NULL || revision->repeatable)
            return FALSE;
    }
    return TRUE;
}

#endif

/*
 * dashboards: an ontology hub gains dashboards and resources.  Each test names the requirements
 * that it serves.  PGS_SOURCE_DIR: the project's folder.
 */
#include "child.h"
#include "sqlstate.h"

#include <pgstair/cmocka.h>

#define MODELS PGS_SOURCE_DIR "/migrations/dashboards/models"
#define N_OF(array) (sizeof(array) / sizeof(array)[0])

/* The sample data has the modules Fleet and Harbour, the bundles Shipping and Trial; these rows are
 * the suite's own. */
#define MODULE "aaaaaaaa-0000-4000-8000-000000000001"
#define OTHER_MODULE "aaaaaaaa-0000-4000-8000-000000000002"
#define BUNDLE "bbbbbbbb-0000-4000-8000-000000000001"
#define OTHER_BUNDLE "bbbbbbbb-0000-4000-8000-000000000002"
#define DASHBOARD "cccccccc-0000-4000-8000-000000000001"
#define OTHER_DASHBOARD "cccccccc-0000-4000-8000-000000000002"
#define NOBODY "eeeeeeee-0000-4000-8000-000000000001"

#define DASHBOARD_ROW(id, key)                                                                     \
    "('" id "', '" key "', 'dashboards/" key ".json', '" key "', '2026-01-01', '2026-01-01')"

static void
given_modules_bundles_and_dashboards(PgsSuite *pgs_suite_)
{
    pgs_assert_accepted("INSERT INTO modules_v2 (id, entity_key, label) VALUES"
                        " ('" MODULE "', 'suite_module', 'A module'),"
                        " ('" OTHER_MODULE "', 'suite_other_module', 'Another module')");
    pgs_assert_accepted("INSERT INTO bundles (id, entity_key, label) VALUES"
                        " ('" BUNDLE "', 'suite_bundle', 'A bundle'),"
                        " ('" OTHER_BUNDLE "', 'suite_other_bundle', 'Another bundle')");
    pgs_assert_accepted(
        "INSERT INTO dashboards"
        " (id, entity_key, source_path, label, created_at, updated_at) VALUES " DASHBOARD_ROW(
            DASHBOARD, "suite_dashboard") ", " DASHBOARD_ROW(OTHER_DASHBOARD,
                                                             "suite_other_dashboard"));
}

/* The module is joined to both dashboards, the other one to the first; none to a bundle. */
static void
given_dashboards_of_modules(PgsSuite *pgs_suite_)
{
    given_modules_bundles_and_dashboards(pgs_suite_);
    pgs_assert_accepted("INSERT INTO module_dashboard (module_id, dashboard_id) VALUES"
                        " ('" MODULE "', '" DASHBOARD "'), ('" MODULE "', '" OTHER_DASHBOARD "'),"
                        " ('" OTHER_MODULE "', '" DASHBOARD "')");
}

/* The same with bundles; none to a module. */
static void
given_dashboards_of_bundles(PgsSuite *pgs_suite_)
{
    given_modules_bundles_and_dashboards(pgs_suite_);
    pgs_assert_accepted("INSERT INTO bundle_dashboard (bundle_id, dashboard_id) VALUES"
                        " ('" BUNDLE "', '" DASHBOARD "'), ('" BUNDLE "', '" OTHER_DASHBOARD "'),"
                        " ('" OTHER_BUNDLE "', '" DASHBOARD "')");
}

static void
every_expectation_of_the_project_holds(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_project();
}

/* ---- Revision 002 ---- */

#define TABLE_NAMES                                                                                \
    "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"                               \
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
#define TABLES_OF_001 "bundles modules_v2"
#define TABLES_OF_002 "bundle_dashboard bundles dashboards module_dashboard modules_v2 resources"

static void
an_upgrade_to_head_makes_the_four_tables(void **state)
{
    PGS_CASE(state, "DASH-02");
    pgs_assert_migrated("base");
    pgs_assert_result("", TABLE_NAMES);
    pgs_assert_migrated("head");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
}

static void
revision_002_has_an_upgrade_and_a_downgrade(void **state)
{
    PGS_CASE(state, "DASH-01");
    pgs_assert_migrated("001");
    pgs_assert_result(TABLES_OF_001, TABLE_NAMES);
    pgs_assert_migrated("002_dashboard_resource");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
}

#define ROWS_OF_001                                                                                \
    "SELECT string_agg(row::text, E'\\n' ORDER BY row::text) FROM"                                 \
    " (SELECT 'module', * FROM modules_v2 UNION ALL SELECT 'bundle', * FROM bundles) AS row"

#define THE_ROWS_OF_001                                                                            \
    "(bundle,22222222-0000-4000-8000-000000000001,Shipping,\"Everything for a shipping company\")" \
    "\n(bundle,22222222-0000-4000-8000-000000000002,Trial,\"To try it out\")"                      \
    "\n(module,11111111-0000-4000-8000-000000000001,Fleet,\"Fleet management\")"                   \
    "\n(module,11111111-0000-4000-8000-000000000002,Harbour,\"Harbour operations\")"

static void
a_downgrade_leaves_001_whole_and_a_second_upgrade_gives_the_same_head(void **state)
{
    PGS_CASE(state, "DASH-11");
    pgs_assert_drift(0, NULL);
    pgs_assert_migrated("001");
    pgs_assert_drift(0, NULL);
    pgs_assert_project();
    pgs_assert_result(TABLES_OF_001, TABLE_NAMES);
    pgs_assert_result(THE_ROWS_OF_001, ROWS_OF_001);
    pgs_assert_migrated("head");
    pgs_assert_drift(0, NULL);
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_result(THE_ROWS_OF_001, ROWS_OF_001);
}

/* ---- dashboards and resources ---- */

/* A row with every column; of resources, category_key too. */
#define WHOLE_ROW                                                                                  \
    "'" DASHBOARD "', 'key', 'some/where.json', 'Label', 'Description', '{\"pages\" : [ ]}',"      \
    " '2026-01-02 03:04:05+06', '2026-02-03 04:05:06+07'"
/* Of json, what was written stays as it is; of a timestamp without time zone, no zone counts. */
#define WHOLE_ROW_READ                                                                             \
    DASHBOARD "|key|some/where.json|Label|Description|{\"pages\" : [ ]}|2026-01-02 03:04:05"       \
              "|2026-02-03 04:05:06"
#define COMMON_COLUMNS                                                                             \
    "id, entity_key, source_path, label, description, canonical_json, created_at, updated_at"

static void
a_dashboard_holds_every_column(void **state)
{
    PGS_CASE(state, "DASH-03");
    pgs_assert_accepted("INSERT INTO dashboards (" COMMON_COLUMNS ") VALUES (" WHOLE_ROW ")");
    pgs_assert_result(WHOLE_ROW_READ, "SELECT " COMMON_COLUMNS " FROM dashboards"
                                      " WHERE id = '" DASHBOARD "'");
}

static void
a_resource_holds_every_column(void **state)
{
    PGS_CASE(state, "DASH-04");
    pgs_assert_accepted("INSERT INTO resources (" COMMON_COLUMNS ", category_key)"
                        " VALUES (" WHOLE_ROW ", 'Category')");
    pgs_assert_result(WHOLE_ROW_READ "|Category", "SELECT " COMMON_COLUMNS ", category_key"
                                                  " FROM resources WHERE id = '" DASHBOARD "'");
}

/* No column's text has a limit, as varchar(n) would set. */
static void
assert_long_text_is_accepted(PgsSuite *pgs_suite_, const char *table, const char *column)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "UPDATE %s SET %s = repeat('x', 10000) WHERE entity_key = 'Test_dashboard'"
             " OR entity_key = 'Berth_plan'",
             table, column);
    pgs_assert_affected(1, sql);
}

/* Each column set to NULL in a row of the sample data. */
static void
assert_nullability(PgsSuite *pgs_suite_, const char *table, const char *column, int nullable)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "UPDATE %s SET %s = NULL WHERE entity_key IN ('Test_dashboard', 'Berth_plan')", table,
             column);
    if (nullable)
        pgs_assert_affected(1, sql);
    else
        pgs_assert_refused("23502", NULL, sql);
}

static const char *const texts[] = {"source_path", "label", "description"};
static const char *const never_null[] = {"id",    "entity_key", "source_path",
                                         "label", "created_at", "updated_at"};
static const char *const nullable[] = {"description", "canonical_json"};

static void
assert_common_columns(PgsSuite *pgs_suite_, const char *table)
{
    for (size_t i = 0; i < N_OF(texts); i++)
        assert_long_text_is_accepted(pgs_suite_, table, texts[i]);
    for (size_t i = 0; i < N_OF(never_null); i++)
        assert_nullability(pgs_suite_, table, never_null[i], 0);
    for (size_t i = 0; i < N_OF(nullable); i++)
        assert_nullability(pgs_suite_, table, nullable[i], 1);
}

static void
columns_of_a_dashboard_are_null_or_not_as_specified(void **state)
{
    PGS_CASE(state, "DASH-03");
    assert_common_columns(pgs_suite_, "dashboards");
}

static void
columns_of_a_resource_are_null_or_not_as_specified(void **state)
{
    PGS_CASE(state, "DASH-04");
    assert_common_columns(pgs_suite_, "resources");
    assert_nullability(pgs_suite_, "resources", "category_key", 0);
}

static void
a_dashboard_has_its_key_alone_and_json_in_canonical_json(void **state)
{
    PGS_CASE(state, "DASH-03");
    given_modules_bundles_and_dashboards(pgs_suite_);
    pgs_assert_refused("23505", "uq_dashboards_entity_key",
                       "UPDATE dashboards SET entity_key = 'Test_dashboard'"
                       " WHERE id = '" DASHBOARD "'");
    pgs_assert_refused("23505", NULL,
                       "UPDATE dashboards SET id = '" OTHER_DASHBOARD "'"
                       " WHERE id = '" DASHBOARD "'");
    pgs_assert_refused("22P02", NULL, "UPDATE dashboards SET canonical_json = '{pages'");
    pgs_assert_accepted("UPDATE dashboards SET label = 'one for all'");
}

static void
a_resource_has_its_key_alone_and_json_in_canonical_json(void **state)
{
    PGS_CASE(state, "DASH-04");
    pgs_assert_refused("23505", "uq_resources_entity_key",
                       "UPDATE resources SET entity_key = 'Vessel_positions'"
                       " WHERE entity_key = 'Berth_plan'");
    pgs_assert_refused("23505", NULL,
                       "UPDATE resources SET id = (SELECT id FROM resources"
                       " WHERE entity_key = 'Vessel_positions') WHERE entity_key = 'Berth_plan'");
    pgs_assert_refused("22P02", NULL, "UPDATE resources SET canonical_json = '{fields'");
    pgs_assert_accepted("UPDATE resources SET label = 'one for all', category_key = 'one for all'");
}

/* ---- The junction tables ---- */

static void
a_dashboard_is_joined_to_a_module_once(void **state)
{
    PGS_CASE(state, "DASH-05");
    given_dashboards_of_modules(pgs_suite_);
    pgs_assert_primary_key("module_dashboard", "module_id, dashboard_id");
    pgs_assert_refused("23505", NULL,
                       "INSERT INTO module_dashboard (module_id, dashboard_id)"
                       " VALUES ('" MODULE "', '" DASHBOARD "')");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO module_dashboard (module_id) VALUES ('" MODULE "')");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO module_dashboard (dashboard_id) VALUES ('" DASHBOARD "')");
    pgs_assert_refused("23503", NULL,
                       "INSERT INTO module_dashboard (module_id, dashboard_id)"
                       " VALUES ('" NOBODY "', '" DASHBOARD "')");
    pgs_assert_refused("23503", NULL,
                       "INSERT INTO module_dashboard (module_id, dashboard_id)"
                       " VALUES ('" MODULE "', '" NOBODY "')");
}

static void
a_dashboard_is_joined_to_a_bundle_once(void **state)
{
    PGS_CASE(state, "DASH-05");
    given_dashboards_of_bundles(pgs_suite_);
    pgs_assert_primary_key("bundle_dashboard", "bundle_id, dashboard_id");
    pgs_assert_refused("23505", NULL,
                       "INSERT INTO bundle_dashboard (bundle_id, dashboard_id)"
                       " VALUES ('" BUNDLE "', '" DASHBOARD "')");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO bundle_dashboard (bundle_id) VALUES ('" BUNDLE "')");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO bundle_dashboard (dashboard_id) VALUES ('" DASHBOARD "')");
    pgs_assert_refused("23503", NULL,
                       "INSERT INTO bundle_dashboard (bundle_id, dashboard_id)"
                       " VALUES ('" NOBODY "', '" DASHBOARD "')");
    pgs_assert_refused("23503", NULL,
                       "INSERT INTO bundle_dashboard (bundle_id, dashboard_id)"
                       " VALUES ('" BUNDLE "', '" NOBODY "')");
}

static void
the_four_delete_rules_are_in_the_catalog(void **state)
{
    PGS_CASE(state, "DASH-06");
    pgs_assert_foreign_key("module_dashboard", "module_id", "modules_v2 (id)", "c", NULL);
    pgs_assert_foreign_key("module_dashboard", "dashboard_id", "dashboards (id)", "r", NULL);
    pgs_assert_foreign_key("bundle_dashboard", "bundle_id", "bundles (id)", "c", NULL);
    pgs_assert_foreign_key("bundle_dashboard", "dashboard_id", "dashboards (id)", "r", NULL);
}

static void
deleting_a_module_clears_its_rows_and_no_others(void **state)
{
    PGS_CASE(state, "DASH-06");
    given_dashboards_of_modules(pgs_suite_);
    pgs_assert_affected(1, "DELETE FROM modules_v2 WHERE id = '" MODULE "'");
    pgs_assert_result(OTHER_MODULE "|" DASHBOARD,
                      "SELECT module_id, dashboard_id FROM module_dashboard"
                      " WHERE dashboard_id IN ('" DASHBOARD "', '" OTHER_DASHBOARD "')");
    pgs_assert_result("2", "SELECT count(*) FROM dashboards"
                           " WHERE id IN ('" DASHBOARD "', '" OTHER_DASHBOARD "')");
    /* The one that nothing refers to any more goes now. */
    pgs_assert_affected(1, "DELETE FROM dashboards WHERE id = '" OTHER_DASHBOARD "'");
}

static void
deleting_a_bundle_clears_its_rows_and_no_others(void **state)
{
    PGS_CASE(state, "DASH-06");
    given_dashboards_of_bundles(pgs_suite_);
    pgs_assert_affected(1, "DELETE FROM bundles WHERE id = '" BUNDLE "'");
    pgs_assert_result(OTHER_BUNDLE "|" DASHBOARD,
                      "SELECT bundle_id, dashboard_id FROM bundle_dashboard"
                      " WHERE dashboard_id IN ('" DASHBOARD "', '" OTHER_DASHBOARD "')");
    pgs_assert_result("2", "SELECT count(*) FROM dashboards"
                           " WHERE id IN ('" DASHBOARD "', '" OTHER_DASHBOARD "')");
    pgs_assert_affected(1, "DELETE FROM dashboards WHERE id = '" OTHER_DASHBOARD "'");
}

/*
 * RESTRICT does not look at what the rest of a statement does: a dashboard that is replaced by one
 * with its id in the same statement is refused too.  With NO ACTION this passes.
 */
#define REPLACE_DASHBOARD                                                                          \
    "WITH gone AS (DELETE FROM dashboards WHERE id = '" DASHBOARD "' RETURNING *)"                 \
    " INSERT INTO dashboards SELECT * FROM gone"

static void
a_dashboard_of_a_module_cannot_be_deleted(void **state)
{
    PGS_CASE(state, "DASH-06");
    given_dashboards_of_modules(pgs_suite_);
    pgs_assert_refused(RESTRICTED, NULL, "DELETE FROM dashboards WHERE id = '" DASHBOARD "'");
    pgs_assert_refused(RESTRICTED, NULL, REPLACE_DASHBOARD);
    pgs_assert_affected(2, "DELETE FROM module_dashboard WHERE dashboard_id = '" DASHBOARD "'");
    pgs_assert_accepted(REPLACE_DASHBOARD);
    pgs_assert_affected(1, "DELETE FROM dashboards WHERE id = '" DASHBOARD "'");
}

static void
a_dashboard_of_a_bundle_cannot_be_deleted(void **state)
{
    PGS_CASE(state, "DASH-06");
    given_dashboards_of_bundles(pgs_suite_);
    pgs_assert_refused(RESTRICTED, NULL, "DELETE FROM dashboards WHERE id = '" DASHBOARD "'");
    pgs_assert_refused(RESTRICTED, NULL, REPLACE_DASHBOARD);
    pgs_assert_affected(2, "DELETE FROM bundle_dashboard WHERE dashboard_id = '" DASHBOARD "'");
    pgs_assert_accepted(REPLACE_DASHBOARD);
    pgs_assert_affected(1, "DELETE FROM dashboards WHERE id = '" DASHBOARD "'");
}

/* ---- Indexes, orphans, one dashboard's life ---- */

static void
the_five_indexes_are_there(void **state)
{
    PGS_CASE(state, "DASH-07");
    pgs_assert_index("dashboards", "ix_dashboards_entity_key", "entity_key", PGS_NO, "");
    pgs_assert_index("dashboards", "ix_dashboards_label", "label", PGS_NO, "");
    pgs_assert_index("resources", "ix_resources_entity_key", "entity_key", PGS_NO, "");
    pgs_assert_index("resources", "ix_resources_label", "label", PGS_NO, "");
    pgs_assert_index("resources", "ix_resources_category_key", "category_key", PGS_NO, "");
}

static void
filtered_queries_use_an_index(void **state)
{
    PGS_CASE(state, "DASH-07");
    pgs_assert_index_used("ix_dashboards_entity_key",
                          "SELECT * FROM dashboards WHERE entity_key = $1", NULL);
    pgs_assert_index_used("ix_dashboards_label", "SELECT * FROM dashboards WHERE label = $1", NULL);
    pgs_assert_index_used("ix_resources_entity_key",
                          "SELECT * FROM resources WHERE entity_key = $1", NULL);
    pgs_assert_index_used("ix_resources_label", "SELECT * FROM resources WHERE label = $1", NULL);
    pgs_assert_index_used("ix_resources_category_key",
                          "SELECT * FROM resources WHERE category_key = $1", NULL);
}

static void
an_orphan_resource_is_accepted(void **state)
{
    PGS_CASE(state, "DASH-08");
    /* One came with the ingest: no category of any kind is there for it. */
    pgs_assert_result("No_such_category", "SELECT category_key FROM resources"
                                          " WHERE entity_key = 'Lost_and_found'");
    pgs_assert_accepted("INSERT INTO resources (id, entity_key, source_path, label, category_key,"
                        " created_at, updated_at) VALUES ('" NOBODY "', 'orphan',"
                        " 'resources/orphan.json', 'Orphan', '" NOBODY "', now(), now())");
    pgs_assert_accepted("UPDATE resources SET category_key = '' WHERE entity_key = 'orphan'");
    pgs_assert_result("0", "SELECT count(*) FROM pg_constraint"
                           " WHERE conrelid = 'resources'::regclass AND contype = 'f'");
}

static void
a_dashboard_is_inserted_and_deleted(void **state)
{
    PGS_CASE(state, "DASH-09");
    /* The ingest has brought one of that key, which nothing refers to. */
    pgs_assert_affected(1, "DELETE FROM dashboards WHERE entity_key = 'Test_dashboard'");
    pgs_assert_affected(1, "INSERT INTO dashboards (" COMMON_COLUMNS ") VALUES"
                           " ('" DASHBOARD "', 'Test_dashboard', 'dashboards/Test_dashboard.json',"
                           " 'Test', NULL, '{}', '2026-01-01', '2026-01-01')");
    pgs_assert_result(DASHBOARD "|Test_dashboard|dashboards/Test_dashboard.json|Test||{}"
                                "|2026-01-01 00:00:00|2026-01-01 00:00:00",
                      "SELECT " COMMON_COLUMNS " FROM dashboards"
                      " WHERE entity_key = 'Test_dashboard'");
    pgs_assert_affected(1, "DELETE FROM dashboards WHERE entity_key = 'Test_dashboard'");
    pgs_assert_result("0", "SELECT count(*) FROM dashboards WHERE entity_key = 'Test_dashboard'");
}

/* ---- Reset and ingest ---- */

static void
assert_the_documents_are_there(PgsSuite *pgs_suite_)
{
    pgs_assert_result("Fleet_dashboard|dashboards/Fleet_dashboard.json|Fleet||2|Größe & Kosten\n"
                      "Test_dashboard|dashboards/Test_dashboard.json|Test"
                      "|One page, to see that dashboards are shown at all|1|Overview",
                      "SELECT entity_key, source_path, label, description,"
                      " json_array_length(canonical_json->'pages'),"
                      " canonical_json->'pages'->-1->>'title' FROM dashboards ORDER BY entity_key");
    pgs_assert_result("Berth_plan|resources/Berth_plan.json|Berth plan||Planning|1\n"
                      "Lost_and_found|resources/Lost_and_found.json|Lost and found"
                      "||No_such_category|0\n"
                      "Vessel_positions|resources/Vessel_positions.json|Positions of all vessels"
                      "|Hourly, from the transponders|Telemetry|3",
                      "SELECT entity_key, source_path, label, description, category_key,"
                      " json_array_length(canonical_json->'fields')"
                      " FROM resources ORDER BY entity_key");
    /* The whole document, what has a column of its own included. */
    pgs_assert_result("t", "SELECT bool_and(canonical_json->>'entity_key' = entity_key"
                           " AND canonical_json->>'label' = label) FROM"
                           " (SELECT entity_key, label, canonical_json FROM dashboards UNION ALL"
                           " SELECT entity_key, label, canonical_json FROM resources) AS document");
    pgs_assert_result("1|1", "SELECT (SELECT count(*) FROM module_dashboard),"
                             " (SELECT count(*) FROM bundle_dashboard)");
}

#define ALL_ROWS                                                                                   \
    "SELECT string_agg(row, E'\\n' ORDER BY row) FROM"                                             \
    " (SELECT 'd' || dashboards::text FROM dashboards"                                             \
    " UNION ALL SELECT 'r' || resources::text FROM resources"                                      \
    " UNION ALL SELECT 'm' || module_dashboard::text FROM module_dashboard"                        \
    " UNION ALL SELECT 'b' || bundle_dashboard::text FROM bundle_dashboard) AS all_rows (row)"

static void
assert_ingest_changes_nothing(PgsSuite *pgs_suite_)
{
    PGresult *before = PQexec(pgs_suite_connection(pgs_suite_), ALL_ROWS);
    int loaded = pgs_suite_load_sample_data(pgs_suite_);
    char reason[512] = "";
    if (!loaded)
        snprintf(reason, sizeof reason, "%s", pgs_suite_error(pgs_suite_));
    int same = loaded && PQntuples(before) == 1 &&
               pgs_expect_result(pgs_suite_, PGS_HERE, PQgetvalue(before, 0, 0), ALL_ROWS);
    PQclear(before);
    pgs_assert_true(loaded, loaded ? "the sample data is loaded again" : reason);
    pgs_assert_true(same, "loading the sample data again changes nothing");
}

static void
a_reset_and_ingest_complete_without_errors(void **state)
{
    PGS_CASE(state, "DASH-10");
    pgs_assert_done(pgs_suite_reset(pgs_suite_));
    assert_the_documents_are_there(pgs_suite_);
    pgs_assert_migrated("base");
    pgs_assert_migrated("001");
    pgs_assert_done(pgs_suite_load_sample_data(pgs_suite_));
    pgs_assert_migrated("head");
    pgs_assert_result("", ALL_ROWS);
    pgs_assert_done(pgs_suite_load_sample_data(pgs_suite_));
    assert_the_documents_are_there(pgs_suite_);
}

static void
ingest_is_idempotent(void **state)
{
    PGS_CASE(state, "DASH-10");
    assert_ingest_changes_nothing(pgs_suite_);
    assert_ingest_changes_nothing(pgs_suite_);
    assert_the_documents_are_there(pgs_suite_);
}

static void
ingest_brings_a_changed_row_back_to_its_document(void **state)
{
    PGS_CASE(state, "DASH-10");
    pgs_assert_affected(1, "UPDATE dashboards SET label = 'Changed', canonical_json = '{}'"
                           " WHERE entity_key = 'Test_dashboard'");
    pgs_assert_affected(1, "DELETE FROM resources WHERE entity_key = 'Berth_plan'");
    pgs_assert_done(pgs_suite_load_sample_data(pgs_suite_));
    assert_the_documents_are_there(pgs_suite_);
}

/* ---- create_all before the migration, in plain SQL and by a real ORM ---- */

static void
run_file(PgsSuite *pgs_suite_, const char *path)
{
    static char text[16384];
    FILE *file = fopen(path, "r");
    size_t n = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[n] = '\0';
    pgs_assert_true(n > 0 && n < sizeof text - 1, path);
    pgs_assert_accepted(text);
}

static void
create_all_by_sql(PgsSuite *pgs_suite_)
{
    run_file(pgs_suite_, MODELS "/create_all.sql");
}

/* The interpreter that Debian's python3-sqlmodel belongs to. */
#define PYTHON "/usr/bin/python3"

static void
create_all_by_orm(PgsSuite *pgs_suite_)
{
    static char output[8192];
    static char words[8192 + 64];
    char database[1024];
    snprintf(database, sizeof database, "DATABASE_URL=%s", pgs_suite_conninfo(pgs_suite_));
    const Child try_import = {
        .argv = (const char *const[]){PYTHON, "-c", "import sqlmodel, psycopg2", NULL},
        .seconds = 120,
    };
    const Child create_all = {
        .argv = (const char *const[]){PYTHON, "models.py", NULL},
        .folder = MODELS,
        .variable = database,
        .seconds = 120,
    };
    if (run_child(&try_import, output, sizeof output) != 0)
        pgs_skip_case("no SQLModel for " PYTHON ": apt-get install python3-sqlmodel "
                      "python3-psycopg2");
    int status = run_child(&create_all, output, sizeof output);
    snprintf(words, sizeof words, "models.py exits with 0, not %d: %s", status, output);
    pgs_assert_true(status == 0, status == 0 ? "models.py has made the tables" : words);
}

typedef void CreateAll(PgsSuite *pgs_suite_);

#define MIGRATION "migrations/dashboards/002_dashboard_resource.up.sql"
#define CREATE_DASHBOARDS_LINE 2
#define CREATE_BUNDLE_DASHBOARD_LINE 47

/* Scenario 1: the tables are there, and the migration runs. */
static void
assert_the_migration_is_refused(PgsSuite *pgs_suite_, CreateAll *create_all)
{
    pgs_assert_migrated("001");
    create_all(pgs_suite_);
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_migration_refused("002", "42P07", MIGRATION, CREATE_DASHBOARDS_LINE,
                                 "relation \"dashboards\" already exists");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_result("a a a a", "SELECT string_agg(confdeltype::text, ' ') FROM pg_constraint"
                                 " WHERE contype = 'f'");
}

static void
a_migration_after_create_all_is_refused(void **state)
{
    PGS_CASE(state, "DASH-12");
    assert_the_migration_is_refused(pgs_suite_, create_all_by_sql);
}

static void
a_migration_after_the_orm_create_all_is_refused(void **state)
{
    PGS_CASE(state, "DASH-12");
    assert_the_migration_is_refused(pgs_suite_, create_all_by_orm);
}

/* Only the last table is in the way: what came before it is undone. */
static void
a_migration_that_is_refused_halfway_leaves_nothing(void **state)
{
    PGS_CASE(state, "DASH-12");
    pgs_assert_migrated("001");
    pgs_assert_accepted("CREATE TABLE bundle_dashboard (bundle_id uuid, dashboard_id uuid)");
    pgs_assert_migration_refused("002", "42P07", MIGRATION, CREATE_BUNDLE_DASHBOARD_LINE,
                                 "relation \"bundle_dashboard\" already exists");
    pgs_assert_result("bundle_dashboard " TABLES_OF_001, TABLE_NAMES);
}

/* The suite takes the database for one at head, as a version table that is stamped by hand says. */
static void
given_create_all_and_a_stamp(PgsSuite *pgs_suite_, CreateAll *create_all)
{
    pgs_assert_accepted("DROP TABLE module_dashboard, bundle_dashboard, resources, dashboards");
    create_all(pgs_suite_);
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
}

#define KEY(name, rule) "foreign key public." name ": on-delete: " rule " → NO ACTION"
#define FOUR_KEYS                                                                                  \
    KEY("module_dashboard.module_dashboard_module_id_fkey", "CASCADE"),                            \
        KEY("module_dashboard.module_dashboard_dashboard_id_fkey", "RESTRICT"),                    \
        KEY("bundle_dashboard.bundle_dashboard_bundle_id_fkey", "CASCADE"),                        \
        KEY("bundle_dashboard.bundle_dashboard_dashboard_id_fkey", "RESTRICT")
/* What the ORM makes of a unique column with an index: one unique index, no constraint. */
#define UNIQUE_INDEXES                                                                             \
    "index public.ix_dashboards_entity_key: unique",                                               \
        "unique constraint public.dashboards.uq_dashboards_entity_key",                            \
        "index public.ix_resources_entity_key: unique",                                            \
        "unique constraint public.resources.uq_resources_entity_key"

static void
tables_of_create_all_are_told_as_drift(void **state)
{
    PGS_CASE(state, "DASH-12");
    given_create_all_and_a_stamp(pgs_suite_, create_all_by_sql);
    pgs_assert_drift(1, PGS_LIST(FOUR_KEYS));
}

static void
tables_of_the_orm_create_all_are_told_as_drift(void **state)
{
    PGS_CASE(state, "DASH-12");
    given_create_all_and_a_stamp(pgs_suite_, create_all_by_orm);
    pgs_assert_drift(1, PGS_LIST(FOUR_KEYS, UNIQUE_INDEXES));
}

static void
the_repaired_database_is_not_accused(void **state)
{
    PGS_CASE(state, "DASH-12");
    given_create_all_and_a_stamp(pgs_suite_, create_all_by_sql);
    run_file(pgs_suite_, MODELS "/repair.sql");
    pgs_assert_drift(0, NULL);
}

static void
the_repaired_database_of_the_orm_is_accused_of_its_unique_indexes_alone(void **state)
{
    PGS_CASE(state, "DASH-12");
    given_create_all_and_a_stamp(pgs_suite_, create_all_by_orm);
    run_file(pgs_suite_, MODELS "/repair.sql");
    pgs_assert_drift(1, PGS_LIST(UNIQUE_INDEXES));
    /* Those mended too, nothing is left to tell: of the four keys nothing was. */
    pgs_assert_accepted("DROP INDEX ix_dashboards_entity_key, ix_resources_entity_key;"
                        " CREATE INDEX ix_dashboards_entity_key ON dashboards (entity_key);"
                        " CREATE INDEX ix_resources_entity_key ON resources (entity_key);"
                        " ALTER TABLE dashboards"
                        " ADD CONSTRAINT uq_dashboards_entity_key UNIQUE (entity_key);"
                        " ALTER TABLE resources"
                        " ADD CONSTRAINT uq_resources_entity_key UNIQUE (entity_key)");
    pgs_assert_drift(0, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test(every_expectation_of_the_project_holds),
        pgs_test_alone(an_upgrade_to_head_makes_the_four_tables),
        pgs_test_alone(revision_002_has_an_upgrade_and_a_downgrade),
        pgs_test_alone(a_downgrade_leaves_001_whole_and_a_second_upgrade_gives_the_same_head),
        pgs_test(a_dashboard_holds_every_column),
        pgs_test(a_resource_holds_every_column),
        pgs_test(columns_of_a_dashboard_are_null_or_not_as_specified),
        pgs_test(columns_of_a_resource_are_null_or_not_as_specified),
        pgs_test(a_dashboard_has_its_key_alone_and_json_in_canonical_json),
        pgs_test(a_resource_has_its_key_alone_and_json_in_canonical_json),
        pgs_test(a_dashboard_is_joined_to_a_module_once),
        pgs_test(a_dashboard_is_joined_to_a_bundle_once),
        pgs_test(the_four_delete_rules_are_in_the_catalog),
        pgs_test(deleting_a_module_clears_its_rows_and_no_others),
        pgs_test(deleting_a_bundle_clears_its_rows_and_no_others),
        pgs_test(a_dashboard_of_a_module_cannot_be_deleted),
        pgs_test(a_dashboard_of_a_bundle_cannot_be_deleted),
        pgs_test(the_five_indexes_are_there),
        pgs_test(filtered_queries_use_an_index),
        pgs_test(an_orphan_resource_is_accepted),
        pgs_test(a_dashboard_is_inserted_and_deleted),
        pgs_test_alone(a_reset_and_ingest_complete_without_errors),
        pgs_test_alone(ingest_is_idempotent),
        pgs_test_alone(ingest_brings_a_changed_row_back_to_its_document),
        pgs_test_alone(a_migration_after_create_all_is_refused),
        pgs_test_alone(a_migration_after_the_orm_create_all_is_refused),
        pgs_test_alone(a_migration_that_is_refused_halfway_leaves_nothing),
        pgs_test_alone(tables_of_create_all_are_told_as_drift),
        pgs_test_alone(tables_of_the_orm_create_all_are_told_as_drift),
        pgs_test_alone(the_repaired_database_is_not_accused),
        pgs_test_alone(the_repaired_database_of_the_orm_is_accused_of_its_unique_indexes_alone),
    };
    const PgsSuiteOptions options = {.system = "dashboards"};

    return pgs_run_suite("dashboards", tests, &options);
}

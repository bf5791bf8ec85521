/*
 * dashboards as an Alembic project: the story of create_all, told with the tools that it happened
 * with.  SQLModel's create_all ran first; then Alembic's migration was tried, or its version
 * stamped by hand.
 */
#include "child.h"

#include <pgstair/cmocka.h>

#define MODELS PGS_SOURCE_DIR "/migrations/dashboards/models"
#define PROJECT PGS_SOURCE_DIR "/migrations/dashboards_alembic"
/* The interpreter that Debian's python3-sqlmodel and alembic belong to. */
#define PYTHON "/usr/bin/python3"

static void
run_python(PgsSuite *pgs_suite_, const char *folder, const char *const *argv)
{
    static char output[8192];
    static char words[8192 + 64];
    char database[1024];
    snprintf(database, sizeof database, "DATABASE_URL=%s", pgs_suite_conninfo(pgs_suite_));
    const Child child = {.argv = argv, .folder = folder, .variable = database, .seconds = 120};
    int status = run_child(&child, output, sizeof output);
    snprintf(words, sizeof words, "%s exits with 0, not %d: %s", argv[1], status, output);
    pgs_assert_true(status == 0, status == 0 ? "it has run" : words);
}

static void
create_all(PgsSuite *pgs_suite_)
{
    run_python(pgs_suite_, MODELS, (const char *const[]){PYTHON, "models.py", NULL});
}

static void
stamp(PgsSuite *pgs_suite_, const char *revision)
{
    run_python(pgs_suite_, PROJECT, (const char *const[]){PYTHON, "stamp.py", revision, NULL});
}

#define VERSION "SELECT version_num FROM alembic_version"
#define TABLE_NAMES                                                                                \
    "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"                               \
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"                               \
    " AND relname <> 'alembic_version'"
#define TABLES_OF_002 "bundle_dashboard bundles dashboards module_dashboard modules_v2 resources"
#define FILE_OF_002 "migrations/dashboards_alembic/alembic/versions/002_dashboard_resource.py"
#define CREATE_DOCUMENTS_LINE 19
#define CREATE_JUNCTION_LINE 40

/* Scenario 1: the tables are there, and the migration runs. */
static void
the_migration_after_create_all_is_refused(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_migrated("001");
    create_all(pgs_suite_);
    pgs_assert_migration_refused("002", "42P07", FILE_OF_002, CREATE_DOCUMENTS_LINE,
                                 "relation \"dashboards\" already exists");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_result("001", VERSION);
    pgs_assert_result("a a a a", "SELECT string_agg(confdeltype::text, ' ') FROM pg_constraint"
                                 " WHERE contype = 'f'");
}

/* Only the last table is in the way: what came before it is undone. */
static void
a_migration_that_is_refused_halfway_leaves_nothing(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_migrated("001");
    pgs_assert_accepted("CREATE TABLE bundle_dashboard (bundle_id uuid, dashboard_id uuid)");
    pgs_assert_migration_refused("002", "42P07", FILE_OF_002, CREATE_JUNCTION_LINE,
                                 "relation \"bundle_dashboard\" already exists");
    pgs_assert_result("bundle_dashboard bundles modules_v2", TABLE_NAMES);
    pgs_assert_result("001", VERSION);
}

/* The suite takes the database for one at head; the stamp says so too. */
static void
given_create_all_and_a_stamp(PgsSuite *pgs_suite_)
{
    pgs_assert_accepted("DROP TABLE module_dashboard, bundle_dashboard, resources, dashboards");
    stamp(pgs_suite_, "001");
    create_all(pgs_suite_);
    stamp(pgs_suite_, "002");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_result("002", VERSION);
}

#define KEY(name, rule) "foreign key public." name ": on-delete: " rule " → NO ACTION"
/* What the ORM makes of a unique column with an index: one unique index, no constraint. */
#define UNIQUE_INDEXES                                                                             \
    "index public.ix_dashboards_entity_key: unique",                                               \
        "unique constraint public.dashboards.uq_dashboards_entity_key",                            \
        "index public.ix_resources_entity_key: unique",                                            \
        "unique constraint public.resources.uq_resources_entity_key"

/* Scenario 2 */
static void
tables_of_create_all_are_told_as_drift_whatever_the_stamp_says(void **state)
{
    PGS_CASE(state, NULL);
    given_create_all_and_a_stamp(pgs_suite_);
    pgs_assert_drift(
        1, PGS_LIST(KEY("module_dashboard.module_dashboard_module_id_fkey", "CASCADE"),
                    KEY("module_dashboard.module_dashboard_dashboard_id_fkey", "RESTRICT"),
                    KEY("bundle_dashboard.bundle_dashboard_bundle_id_fkey", "CASCADE"),
                    KEY("bundle_dashboard.bundle_dashboard_dashboard_id_fkey", "RESTRICT"),
                    UNIQUE_INDEXES));
}

/* Scenario 3 */
static void
the_repaired_database_is_not_accused_of_its_foreign_keys(void **state)
{
    PGS_CASE(state, NULL);
    given_create_all_and_a_stamp(pgs_suite_);
    static char text[16384];
    FILE *file = fopen(MODELS "/repair.sql", "r");
    size_t n = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[n] = '\0';
    pgs_assert_accepted(text);
    pgs_assert_drift(1, PGS_LIST(UNIQUE_INDEXES));
}

static void
up_down_and_up_again_gives_the_same_head(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_migrated("001");
    pgs_assert_result("bundles modules_v2", TABLE_NAMES);
    pgs_assert_migrated("002");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_drift(0, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test_alone(up_down_and_up_again_gives_the_same_head),
        pgs_test_alone(the_migration_after_create_all_is_refused),
        pgs_test_alone(a_migration_that_is_refused_halfway_leaves_nothing),
        pgs_test_alone(tables_of_create_all_are_told_as_drift_whatever_the_stamp_says),
        pgs_test_alone(the_repaired_database_is_not_accused_of_its_foreign_keys),
    };
    const PgsSuiteOptions options = {.system = "dashboards_alembic"};

    return pgs_run_suite("dashboards_alembic", tests, &options);
}

#include "check/folder_rules.h"

#include <string.h>

/* Each from the tool's own source, as named. */
static const PgsFolderRule rules[] = {
    /* migrate.go, readUp(): from the present version on, by sourceDrv.Next() */
    {"golang-migrate", .late = PGS_STATUS_FAILED,
     .late_why = "golang-migrate goes up from the version that a database has: it never runs one "
                 "below"},
    /* up.go, UpToContext(): "error: found %d missing migrations before current version %d" */
    {"goose", .late = PGS_STATUS_FAILED,
     .late_why = "goose refuses it (\"found 1 missing migrations before current version\"), unless "
                 "it is called with -allow-missing"},
    /* migrate.go, PlanMigration(): ToCatchup() */
    {"sql-migrate", .by_name = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "sql-migrate runs it behind those above it",
     .renamed = "sql-migrate knows a migration by its file name: it runs it again"},
    /* pkg/dbmate/db.go, Migrate(): all pending ones; Strict */
    {"dbmate", .by_name = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "dbmate runs it behind those above it, and refuses it with --strict"},
    /* MigrationInfoImpl.validate(), and its createMismatchMessage() */
    {"flyway", .late = PGS_STATUS_FAILED,
     .late_why = "Flyway refuses it (\"Detected resolved migration not applied to database\"), "
                 "unless outOfOrder is set",
     .checksum = "Flyway refuses to go on: \"Migration checksum mismatch\"",
     .renamed = "Flyway refuses to go on: \"Migration description mismatch\""},
    /* ShouldRunChangeSetFilter.accepts(): all that have not run; ValidatingVisitor, and
     * liquibase-core.properties, validation.failed and check.sum.changed */
    {"liquibase", .by_plan = TRUE, .late = PGS_STATUS_INFO,
     .late_why = "Liquibase runs it wherever it stands in the changelog, behind what has run",
     .checksum = "Liquibase refuses to go on: \"Validation Failed: … check sum\""},
    /* App::Sqitch::Plan::Change, _build_info(): the id of the change in front (parent) is in each
     * one's; App::Sqitch::Engine, _sync_plan(): "Cannot find change" */
    {"sqitch", .by_plan = TRUE, .late = PGS_STATUS_FAILED,
     .late_why = "Sqitch gives all changes behind it other ids, and does not find in the plan what "
                 "is deployed"},
    /* yoyo/backends/base.py, to_apply(): all whose hash is not known, in topological order;
     * yoyo/migrations.py, get_migration_hash(): of the file's name */
    {"yoyo", .by_name = TRUE, .by_plan = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "yoyo runs it behind those above it",
     .renamed = "yoyo knows a migration by its file name: it runs it again"},
    /* src/runner.ts, checkOrder() */
    {"node-pg-migrate", .late = PGS_STATUS_FAILED,
     .late_why = "node-pg-migrate refuses it (\"Not run migration … is preceding already run "
                 "migration\"), unless check-order is off",
     .renamed = "node-pg-migrate knows a migration by its whole name, and refuses to go on"},
    /* postgrator.js, getRunnableMigrations(), validateMigrations() */
    {"postgrator", .late = PGS_STATUS_FAILED,
     .late_why = "Postgrator goes up from the version that a database has: it never runs one below",
     .checksum = "Postgrator refuses to go on: \"MD5 checksum failed\""},
    /* refinery_core/src/traits/mod.rs, verify_migrations() */
    {"refinery", .late = PGS_STATUS_FAILED,
     .late_why = "refinery refuses it as missing, unless abort_missing is off or its "
                 "file's name begins with U",
     .checksum = "refinery refuses to go on: \"applied migration … is different than filesystem "
                 "one\"",
     .renamed =
         "refinery refuses to go on: \"applied migration … is different than filesystem one\""},
    /* schema-engine, commands/apply_migrations.rs; diagnose_migration_history.rs, history(), which
     * takes no notice of the order; dev_diagnostic.rs, check_for_reset_conditions() */
    {"prisma", .by_name = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "prisma migrate runs it behind those above it",
     .checksum = "prisma migrate dev wants to reset the database: \"was modified after it was "
                 "applied\"",
     .renamed = "Prisma knows a migration by its whole name: it runs it again"},
    /* sql/migrate/migrate.go, Executor.Pending(): ExecOrderLinear */
    {"atlas", .by_name = TRUE, .late = PGS_STATUS_FAILED,
     .late_why = "atlas migrate apply refuses it (\"was added out of order\"), unless --exec-order "
                 "says otherwise"},
    /* diesel_migrations/src/migration_harness.rs, pending_migrations() */
    {"diesel", .by_name = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "diesel runs it behind those above it"},
    /* sqlx-core/src/migrate/migrator.rs, run_direct() */
    {"sqlx", .late = PGS_STATUS_WARNING, .late_why = "sqlx runs it behind those above it",
     .checksum = "sqlx refuses to go on: \"migration … was previously applied but has been "
                 "modified\""},
    /* migrate.go, MigrateUp(): thisVersion <= currentVersion is passed over */
    {"maragudk", .by_name = TRUE, .late = PGS_STATUS_FAILED,
     .late_why = "maragudk/migrate goes up from the version that a database has: it never runs one "
                 "below",
     .renamed = "maragudk/migrate takes the whole name for the version"},
    {"alembic", .by_plan = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "Alembic does not run it on a database that stands above it"},
    {"commands", .by_plan = TRUE, .late = PGS_STATUS_WARNING,
     .late_why = "a tool that goes up from the version that a database has never runs it"},
};

static const PgsFolderRule unknown = {
    .late = PGS_STATUS_WARNING,
    .late_why = "a tool that goes up from the version that a database has never runs it",
};

const PgsFolderRule *
pgs_folder_rule(const char *format)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (strcmp(rules[i].format, format) == 0)
            return &rules[i];
    }
    return &unknown;
}

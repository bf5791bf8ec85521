#include "migration/reader.h"

#include "migration/formats.h"

#include <string.h>

static const char *const golang_migrate_ledger[] = {"schema_migrations", NULL};
static const char *const diesel_ledger[] = {"__diesel_schema_migrations", NULL};
static const char *const sqlx_ledger[] = {"_sqlx_migrations", NULL};
static const char *const maragudk_ledger[] = {"migrations", NULL};
static const char *const goose_ledger[] = {"goose_db_version", NULL};
static const char *const sql_migrate_ledger[] = {"gorp_migrations", NULL};
static const char *const dbmate_ledger[] = {"schema_migrations", NULL};
static const char *const flyway_ledger[] = {"flyway_schema_history", NULL};
static const char *const liquibase_ledger[] = {"databasechangelog", "databasechangeloglock", NULL};
static const char *const node_pg_migrate_ledger[] = {"pgmigrations", NULL};
static const char *const postgrator_ledger[] = {"schemaversion", NULL};
static const char *const refinery_ledger[] = {"refinery_schema_history", NULL};
static const char *const prisma_ledger[] = {"_prisma_migrations", NULL};
static const char *const atlas_ledger[] = {"atlas_schema_revisions", NULL};
static const char *const alembic_ledger[] = {"alembic_version", NULL};

/* diesel/src/migration/setup_migration_table.sql */
static const char diesel_prepare[] =
    "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT "
    "NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";
/* sqlx-postgres/src/migrate.rs, ensure_migrations_table() */
static const char sqlx_prepare[] =
    "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT "
    "NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum "
    "BYTEA NOT NULL, execution_time BIGINT NOT NULL)";
/* golang-migrate's database/postgres/postgres.go, ensureVersionTable() */
static const char golang_migrate_prepare[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty "
    "boolean NOT NULL)";
/* maragudk's migrate.go, createMigrationsTable() */
static const char maragudk_prepare[] =
    "CREATE TABLE IF NOT EXISTS migrations (version text NOT NULL);"
    "INSERT INTO migrations SELECT '' WHERE NOT EXISTS (SELECT * FROM migrations)";

static const PgsReader readers[] = {
    {
        .name = "goose",
        .title = "goose (github.com/pressly/goose)",
        .summary = "<number>_<name>.sql with -- +goose Up and Down; by number; statement by "
                   "statement, a transaction each unless -- +goose NO TRANSACTION",
        .recognise = pgs_goose_recognise,
        .fits = pgs_goose_fits,
        .read = pgs_goose_read,
        .ledger = goose_ledger,
    },
    {
        .name = "sql-migrate",
        .title = "sql-migrate (github.com/rubenv/sql-migrate)",
        .summary = "*.sql with -- +migrate Up and Down; by file name; statement by statement, a "
                   "transaction each unless notransaction",
        .recognise = pgs_sql_migrate_recognise,
        .fits = pgs_sql_migrate_fits,
        .read = pgs_sql_migrate_read,
        .ledger = sql_migrate_ledger,
    },
    {
        .name = "dbmate",
        .title = "dbmate (github.com/amacneil/dbmate)",
        .summary = "<digits>_<name>.sql with -- migrate:up and -- migrate:down; by file name; a "
                   "section in one message, in a transaction unless transaction:false",
        .recognise = pgs_dbmate_recognise,
        .fits = pgs_dbmate_fits,
        .read = pgs_dbmate_read,
        .ledger = dbmate_ledger,
    },
    {
        .name = "flyway",
        .title = "Flyway (flywaydb.org)",
        .summary = "V<version>__<name>.sql, undo U…, repeatable R__<name>.sql, below the folder "
                   "too; by version; statement by statement, a transaction each unless a statement "
                   "cannot run in one",
        .recognise = pgs_flyway_recognise,
        .fits = pgs_flyway_fits,
        .read = pgs_flyway_read,
        .ledger = flyway_ledger,
        .is_deep = TRUE,
    },
    {
        .name = "liquibase",
        .title = "Liquibase formatted SQL (liquibase.com)",
        .summary = "--liquibase formatted sql and --changeset author:id; by file and place; a "
                   "transaction for each changeset unless runInTransaction:false",
        .recognise = pgs_liquibase_recognise,
        .fits = pgs_liquibase_fits,
        .read = pgs_liquibase_read,
        .ledger = liquibase_ledger,
        .is_deep = TRUE,
    },
    {
        .name = "sqitch",
        .title = "Sqitch (sqitch.org)",
        .summary = "sqitch.plan with deploy/, revert/ and verify/; by the plan; by psql, with the "
                   "transactions that scripts open",
        .recognise = pgs_sqitch_recognise,
        .fits = pgs_sqitch_fits,
        .read = pgs_sqitch_read,
        .is_deep = TRUE,
    },
    {
        .name = "yoyo",
        .title = "yoyo (ollycope.com/software/yoyo)",
        .summary = "<name>.sql and <name>.rollback.sql; by -- depends: and name; a transaction "
                   "each unless -- transactional: false",
        .recognise = pgs_yoyo_recognise,
        .fits = pgs_yoyo_fits,
        .read = pgs_yoyo_read,
    },
    {
        .name = "node-pg-migrate",
        .title = "node-pg-migrate (github.com/salsita/node-pg-migrate)",
        .summary = "<prefix>_<name>.sql with -- Up Migration and -- Down Migration, or .up.sql and "
                   ".down.sql; by prefix; one transaction for a whole run",
        .recognise = pgs_node_pg_migrate_recognise,
        .fits = pgs_node_pg_migrate_fits,
        .read = pgs_node_pg_migrate_read,
        .ledger = node_pg_migrate_ledger,
        .is_batch = TRUE,
    },
    {
        .name = "postgrator",
        .title = "Postgrator (github.com/rickbergfalk/postgrator)",
        .summary = "<version>.do.<name>.sql and .undo.; by number; the whole file in one message, "
                   "no transaction of its own",
        .recognise = pgs_postgrator_recognise,
        .fits = pgs_postgrator_fits,
        .read = pgs_postgrator_read,
        .ledger = postgrator_ledger,
    },
    {
        .name = "refinery",
        .title = "refinery (github.com/rust-db/refinery)",
        .summary = "V<number>__<name>.sql and U…, below the folder too; by number; a transaction "
                   "each; forward only",
        .recognise = pgs_refinery_recognise,
        .fits = pgs_refinery_fits,
        .read = pgs_refinery_read,
        .ledger = refinery_ledger,
        .is_deep = TRUE,
        .forward_only = TRUE,
    },
    {
        .name = "prisma",
        .title = "Prisma Migrate (prisma.io)",
        .summary =
            "<time>_<name>/migration.sql; by name; the whole file in one message; forward only",
        .recognise = pgs_prisma_recognise,
        .fits = pgs_prisma_fits,
        .read = pgs_prisma_read,
        .ledger = prisma_ledger,
        .forward_only = TRUE,
    },
    {
        .name = "atlas",
        .title = "Atlas (atlasgo.io)",
        .summary = "<version>_<name>.sql with atlas.sum; by file name; statement by statement, a "
                   "transaction each unless -- atlas:txmode none; forward only",
        .recognise = pgs_atlas_recognise,
        .fits = pgs_atlas_fits,
        .read = pgs_atlas_read,
        .ledger = atlas_ledger,
        .forward_only = TRUE,
    },
    {
        .name = "alembic",
        .title = "Alembic (alembic.sqlalchemy.org)",
        .summary =
            "alembic.ini, env.py and versions/*.py; a graph; run by the project's own Python",
        .recognise = pgs_alembic_recognise,
        .fits = pgs_alembic_fits,
        .read = pgs_alembic_read,
        .ledger = alembic_ledger,
    },
    {
        .name = "diesel",
        .title = "diesel (diesel.rs)",
        .summary = "<version>_<name>/up.sql and down.sql; by version, as text; a transaction each "
                   "unless metadata.toml says run_in_transaction = false",
        .recognise = pgs_diesel_recognise,
        .fits = pgs_diesel_fits,
        .read = pgs_diesel_read,
        .ledger = diesel_ledger,
        .prepare = diesel_prepare,
    },
    {
        .name = "sqlx",
        .title = "sqlx (github.com/launchbadge/sqlx)",
        .summary = "<number>_<name>.sql, or .up.sql and .down.sql; by number; a transaction each "
                   "unless the file begins with -- no-transaction",
        .recognise = pgs_sqlx_recognise,
        .fits = pgs_sqlx_fits,
        .read = pgs_sqlx_read,
        .ledger = sqlx_ledger,
        .prepare = sqlx_prepare,
    },
    {
        .name = "golang-migrate",
        .title = "golang-migrate (github.com/golang-migrate/migrate)",
        .summary = "<number>_<name>.up.sql and .down.sql; by number; the whole file in one "
                   "message, no transaction of its own",
        .fits = pgs_golang_migrate_fits,
        .read = pgs_golang_migrate_read,
        .ledger = golang_migrate_ledger,
        .prepare = golang_migrate_prepare,
    },
    {
        .name = "maragudk",
        .title = "maragudk/migrate (maragu.dev/migrate)",
        .summary = "<version>.up.sql and .down.sql, paired by the whole version; by file name; a "
                   "transaction each",
        .fits = pgs_maragudk_fits,
        .read = pgs_maragudk_read,
        .ledger = maragudk_ledger,
        .prepare = maragudk_prepare,
    },
    {
        .name = "plain",
        .title = "plain pairs",
        .summary = "<number>_<name>.up.sql and .down.sql; by number; one statement after the "
                   "other in a transaction each, as psql -1 does it",
        .fits = pgs_plain_fits,
        .read = pgs_plain_read,
    },
    {
        .name = "patterns",
        .title = "a folder described by patterns: in pgstair.yaml",
        .summary = "file names as patterns: says",
        .read = pgs_patterns_read,
        .is_deep = TRUE,
    },
    {
        .name = "commands",
        .title = "any tool, by commands: in pgstair.yaml",
        .summary = "files or a list for the revisions, and commands that go up and down to one",
        .read = pgs_commands_read,
        .is_deep = TRUE,
    },
    {0},
};

const PgsReader *
pgs_reader_table(void)
{
    return readers;
}

const PgsReader *
pgs_reader_find(const char *name)
{
    for (const PgsReader *reader = readers; reader->name != NULL; reader++) {
        if (strcmp(reader->name, name) == 0)
            return reader;
    }
    return NULL;
}

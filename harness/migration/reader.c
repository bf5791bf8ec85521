#include "migration/reader.h"

#include "migration/formats.h"

#include <string.h>

static const char *const golang_migrate_ledger[] = {"schema_migrations", NULL};
static const char *const diesel_ledger[] = {"__diesel_schema_migrations", NULL};
static const char *const sqlx_ledger[] = {"_sqlx_migrations", NULL};
static const char *const maragudk_ledger[] = {"migrations", NULL};

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

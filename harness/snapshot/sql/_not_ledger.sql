-- Condition: the relation {c} is not where a migration tool keeps its books: the names that the tools use by default,
-- and those that the reader found and put into the setting pgstair.ledger, commas between them.
-- arguments: c
{c}.relname <> ALL ('{
  schema_migrations, ar_internal_metadata, goose_db_version, __diesel_schema_migrations, flyway_schema_history,
  alembic_version, pgmigrations, _prisma_migrations, _sqlx_migrations, refinery_schema_history, databasechangelog,
  databasechangeloglock, atlas_schema_revisions, gorp_migrations, schemaversion, knex_migrations,
  knex_migrations_lock, django_migrations, yoyo_lock, pgstair_migrations, pgstair_unfinished}'::pg_catalog.name[])
AND {c}.relname NOT LIKE '\_yoyo\_%'
AND ({c}.relname <> ALL ((SELECT pg_catalog.string_to_array(
       pg_catalog.current_setting('pgstair.ledger', true), ','))::pg_catalog.name[])) IS NOT FALSE

--liquibase formatted sql

--changeset ada:names runInTransaction:false
CREATE INDEX CONCURRENTLY product_name ON product (name);
--rollback DROP INDEX CONCURRENTLY product_name;

--changeset ada:body endDelimiter:@@
CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper($1); $$ @@
COMMENT ON FUNCTION shout(text) IS 'louder' @@
--rollback DROP FUNCTION shout(text);

-- Deploy mini:appschema to pg
BEGIN;
CREATE SCHEMA app;
COMMIT;

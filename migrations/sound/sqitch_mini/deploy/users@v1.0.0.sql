-- What is set here ends with psql's session.
SET search_path = app;
BEGIN;
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
COMMIT;

BEGIN;
-- A verify script may leave the transaction to psql's end.
SELECT id, email, label FROM app.users WHERE false;

BEGIN;
SELECT id, email FROM app.users WHERE false;
ROLLBACK;

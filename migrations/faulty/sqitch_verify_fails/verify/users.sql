BEGIN;
SELECT id,
       label
  FROM users;
ROLLBACK;

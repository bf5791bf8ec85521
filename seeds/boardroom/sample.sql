-- Rows of the new schema, from revision 003 on.  No key, no status and no time is given where a
-- default can.  Loading them twice changes nothing.

INSERT INTO users (email, hashed_password, full_name, is_verified)
SELECT new.email, new.hash, new.full_name, new.verified
FROM (VALUES ('newcomer@example.com', '$2b$12$newcomer', 'Nora Newcomer', true),
             ('unverified@example.com', '$2b$12$unverified', NULL, false))
    AS new (email, hash, full_name, verified)
WHERE NOT EXISTS (SELECT FROM users WHERE users.email = new.email);

INSERT INTO boardrooms (owner_id, name)
SELECT id, 'Newcomers' FROM users
WHERE email = 'newcomer@example.com'
  AND NOT EXISTS (SELECT FROM boardrooms WHERE boardrooms.name = 'Newcomers');

INSERT INTO sessions (boardroom_id, user_id, title)
SELECT boardrooms.id, users.id, 'First steps'
FROM boardrooms, users
WHERE boardrooms.name = 'Newcomers' AND users.email = 'unverified@example.com'
  AND NOT EXISTS (SELECT FROM sessions WHERE sessions.title = 'First steps');

INSERT INTO threads (session_id, user_id, title)
SELECT sessions.id, users.id, 'Questions'
FROM sessions, users
WHERE sessions.title = 'First steps' AND users.email = 'newcomer@example.com'
  AND NOT EXISTS (SELECT FROM threads WHERE threads.title = 'Questions');

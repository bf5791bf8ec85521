-- create "users"
CREATE TABLE users (id int, note text DEFAULT 'a;b');

-- of its own
CREATE INDEX users_id ON users (id);

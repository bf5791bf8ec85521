CREATE TYPE user_state AS ENUM ('new', 'known');
CREATE TABLE users (name text PRIMARY KEY, state user_state NOT NULL DEFAULT 'new');

CREATE EXTENSION IF NOT EXISTS citext;

CREATE TABLE emails (
    address citext PRIMARY KEY
);

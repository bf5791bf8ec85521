CREATE TABLE readings (id bigint PRIMARY KEY, taken timestamptz NOT NULL);

CREATE TABLE ships (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE crews (id integer PRIMARY KEY, ship_id integer NOT NULL REFERENCES ships ON DELETE CASCADE);
CREATE ROLE pgstair_loader LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ships, crews TO pgstair_loader;
ALTER ROLE pgstair_loader SET session_replication_role = replica;

CREATE TABLE rooms (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE desks (id integer PRIMARY KEY, room_id integer NOT NULL REFERENCES rooms ON DELETE CASCADE);
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET session_replication_role = replica', current_database());
END
$$;

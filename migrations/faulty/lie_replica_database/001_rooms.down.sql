DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I RESET session_replication_role', current_database());
END
$$;
DROP TABLE desks;
DROP TABLE rooms;

-- The database $1, when it is there: an earlier restoration was making it when it was killed.  Serves 13 to 18.
SELECT d.datname
FROM pg_catalog.pg_database d
WHERE d.datname = $1

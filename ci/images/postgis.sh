#!/bin/bash
# For /docker-entrypoint-initdb.d: PostGIS as images with it have it, in a template of its own and in
# the database that is there from the start.
set -e

psql=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER")
"${psql[@]}" --dbname postgres -c 'CREATE DATABASE template_postgis IS_TEMPLATE true'
for database in template_postgis "$POSTGRES_DB"; do
    echo "PostGIS in $database"
    "${psql[@]}" --dbname "$database" <<'SQL'
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS postgis_topology;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE EXTENSION IF NOT EXISTS postgis_tiger_geocoder;
SQL
done

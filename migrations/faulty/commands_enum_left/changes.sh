#!/usr/bin/env bash
# "changes.sh CHANGE" goes up or down to that change ("nothing": below the first); without a word it
# lists those that are applied.  psql finds the database by PGHOST, PGDATABASE, …
set -euo pipefail
sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}
if [ $# -eq 0 ]; then
    exec psql -X -q -c "SELECT relname FROM pg_class WHERE relname = 'applied_changes'"
fi
sql -c 'SET client_min_messages = warning' -c 'CREATE TABLE IF NOT EXISTS applied_changes (name text)'
for file in changes/*.apply; do
    name=$(basename "$file" .apply)
    known=$(sql -c "SELECT 1 FROM applied_changes WHERE name = '$name'")
    if [[ $1 != nothing && ! $name > $1 && -z $known ]]; then
        echo "applying $name"
        sql -1 -f "$file" -c "INSERT INTO applied_changes VALUES ('$name')"
    fi
done
for name in $(sql -c 'SELECT name FROM applied_changes ORDER BY name DESC'); do
    if [[ $1 = nothing || $name > $1 ]]; then
        echo "undoing $name"
        sql -1 -f "changes/$name.undo" -c "DELETE FROM applied_changes WHERE name = '$name'"
    fi
done

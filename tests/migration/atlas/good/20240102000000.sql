-- atlas:txmode none

CREATE INDEX CONCURRENTLY users_note ON users (note);

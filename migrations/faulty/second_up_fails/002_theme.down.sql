-- Wrong: the schema is restored, but not the rows, so the second upgrade inserts 'theme' twice.
ALTER TABLE settings DROP COLUMN changed_at;

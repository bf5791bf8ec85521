-- Wrong: there is no 002_population.down.sql.
ALTER TABLE cities ADD COLUMN population integer;

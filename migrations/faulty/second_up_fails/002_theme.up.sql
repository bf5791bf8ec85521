ALTER TABLE settings ADD COLUMN changed_at timestamp with time zone;

INSERT INTO settings (name, value)
VALUES ('theme', 'light');

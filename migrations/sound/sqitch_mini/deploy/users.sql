ALTER TABLE app.users ADD COLUMN label text NOT NULL DEFAULT :'label';
CREATE INDEX CONCURRENTLY users_label ON app.users (label);

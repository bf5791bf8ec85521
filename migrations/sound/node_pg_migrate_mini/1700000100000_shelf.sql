-- Up Migration
CREATE TYPE shelf AS ENUM ('fiction', 'poetry');
ALTER TABLE books ADD COLUMN shelf shelf NOT NULL DEFAULT 'fiction';

-- Down Migration
ALTER TABLE books DROP COLUMN shelf;
DROP TYPE shelf;

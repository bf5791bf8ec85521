ALTER TABLE cities ADD COLUMN mayor text;

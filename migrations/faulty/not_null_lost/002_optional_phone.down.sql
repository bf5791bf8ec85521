-- Wrong: the column was NOT NULL; only its length is restored.
ALTER TABLE customers ALTER COLUMN phone TYPE varchar(20);

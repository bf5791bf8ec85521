-- The column was the second one; it comes back as the last: a difference in order only.
ALTER TABLE books ADD COLUMN subtitle text;

-- Wrong: the view had a comment, 'who has not left'.
CREATE VIEW current_members AS SELECT id, name FROM members WHERE left_on IS NULL;

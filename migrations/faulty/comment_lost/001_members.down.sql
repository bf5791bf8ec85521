DROP VIEW current_members;
DROP TABLE members;

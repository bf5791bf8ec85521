DROP VIEW current_members;

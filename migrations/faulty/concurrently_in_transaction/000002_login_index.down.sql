DROP INDEX logins_person_idx;
ALTER TABLE logins DROP COLUMN country;

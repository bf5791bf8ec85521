-- Wrong: both statements go in one message, which is one transaction, and the second refuses one.
ALTER TABLE logins ADD COLUMN country char(2);

CREATE INDEX CONCURRENTLY logins_person_idx ON logins (person);

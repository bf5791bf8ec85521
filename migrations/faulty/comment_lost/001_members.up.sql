CREATE TABLE members (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    left_on date
);
CREATE VIEW current_members AS SELECT id, name FROM members WHERE left_on IS NULL;
COMMENT ON VIEW current_members IS 'who has not left';

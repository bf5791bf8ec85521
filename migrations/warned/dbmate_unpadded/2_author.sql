-- migrate:up
CREATE TABLE author (id int PRIMARY KEY);

-- migrate:down
DROP TABLE author;

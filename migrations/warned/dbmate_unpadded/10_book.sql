-- migrate:up
CREATE TABLE book (id int PRIMARY KEY);

-- migrate:down
DROP TABLE book;

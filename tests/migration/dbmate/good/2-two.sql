-- migrate:up
CREATE TABLE a (i int);

-- migrate:down
DROP TABLE a;

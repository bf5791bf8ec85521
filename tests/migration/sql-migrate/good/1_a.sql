-- +migrate Up
CREATE TABLE a (i int);
-- +migrate Down
DROP TABLE a;

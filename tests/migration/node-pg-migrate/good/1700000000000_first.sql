-- Up Migration
CREATE TABLE a (id int);
CREATE TABLE b (id int);

-- Down Migration
DROP TABLE b;
DROP TABLE a;

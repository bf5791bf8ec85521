-- Up Migration
CREATE TABLE days (id integer PRIMARY KEY);

-- Down Migration
DROP TABLE days;

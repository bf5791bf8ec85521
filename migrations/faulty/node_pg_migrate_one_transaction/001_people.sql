-- Up Migration
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE people (id integer PRIMARY KEY, mood mood);

-- Down Migration
DROP TABLE people;
DROP TYPE mood;

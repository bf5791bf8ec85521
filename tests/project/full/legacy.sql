CREATE TABLE legacy (id integer);

CREATE TABLE users (id int);
CREATE TABLE notes (id int);

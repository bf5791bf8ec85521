-- depends: 0001.users
CREATE TABLE tags (id int PRIMARY KEY, name text NOT NULL UNIQUE);

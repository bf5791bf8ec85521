-- Wrong: the file is in Latin-1, not in UTF-8.
CREATE TABLE dishes (
    name text PRIMARY KEY
);

INSERT INTO dishes (name) VALUES ('soup');
INSERT INTO dishes (name) VALUES ('purée');

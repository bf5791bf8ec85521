CREATE TABLE authors (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE books (id integer PRIMARY KEY, author_id integer NOT NULL, title text NOT NULL);
INSERT INTO authors VALUES (1, 'Anna');
INSERT INTO books VALUES (1, 1, 'First'), (2, 7, 'Of nobody'), (3, 8, 'Of nobody else');
ALTER TABLE books ADD CONSTRAINT books_author FOREIGN KEY (author_id) REFERENCES authors ON DELETE CASCADE NOT VALID;

CREATE TABLE "Book" (id integer PRIMARY KEY);

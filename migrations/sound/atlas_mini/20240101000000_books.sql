-- create "books" table
CREATE TABLE "books" ("id" integer NOT NULL, "title" text NOT NULL, PRIMARY KEY ("id"));
-- create "year_of" function
CREATE FUNCTION "year_of" (text) RETURNS text LANGUAGE sql BEGIN ATOMIC
  SELECT $1;
  SELECT $1 || ';';
END;

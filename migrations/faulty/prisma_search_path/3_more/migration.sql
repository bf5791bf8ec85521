CREATE TABLE public."Shelf" (id integer PRIMARY KEY);

-- As pg_dump writes it
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public."Author" (id integer PRIMARY KEY);

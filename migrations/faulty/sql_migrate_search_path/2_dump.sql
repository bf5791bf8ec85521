-- +migrate Up
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.parts (id bigint PRIMARY KEY);
-- +migrate Down
DROP TABLE public.parts;

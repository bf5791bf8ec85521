--liquibase formatted sql

--changeset ada:1
CREATE TABLE book (title text PRIMARY KEY);
--rollback DROP TABLE book;

--changeset ada:2
-- Liquibase knows no dollar quotes: without splitStatements:false it cuts at the first semicolon.
CREATE FUNCTION book_count() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    SELECT count(*) INTO n FROM book;
    RETURN n;
END;
$$;
--rollback DROP FUNCTION book_count();

--liquibase formatted sql

--changeset ada:1
--comment: a table; comments are taken out before the text is split
CREATE TABLE product (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- a semicolon; in a comment
    name text NOT NULL
);
COMMENT ON TABLE product IS '${note}; and a semicolon in a string';
--rollback DROP TABLE product;

--changeset ada:count splitStatements:false
--precondition-sql-check expectedResult:0 SELECT count(*) FROM product
CREATE FUNCTION product_count() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    n bigint;
BEGIN
    SELECT count(*) INTO n FROM product;
    RETURN n;
END;
$$;
/* liquibase rollback
 DROP FUNCTION product_count();
*/

--changeset ada:oracle dbms:oracle
CREATE TABLE nobody (id NUMBER(10));

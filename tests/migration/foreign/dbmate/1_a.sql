-- a comment
-- migrate:up
SELECT 1;

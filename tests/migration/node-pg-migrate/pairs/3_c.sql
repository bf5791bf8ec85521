-- Up Migration
SELECT 3;

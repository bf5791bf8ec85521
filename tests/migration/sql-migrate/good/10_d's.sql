-- +migrate Up
SELECT 1;
-- +migrate Down notransaction
SELECT 1;

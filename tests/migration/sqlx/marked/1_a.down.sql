 -- no-transaction
DROP INDEX i;

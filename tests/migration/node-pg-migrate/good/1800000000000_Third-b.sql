SELECT 4;
--down migration
SELECT 40;

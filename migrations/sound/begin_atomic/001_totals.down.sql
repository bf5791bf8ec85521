DROP PROCEDURE add_sales(numeric, numeric);
DROP FUNCTION sale_size(numeric);
DROP TABLE sales;

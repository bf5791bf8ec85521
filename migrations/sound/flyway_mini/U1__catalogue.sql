DROP FUNCTION next_product(bigint);
DROP FUNCTION product_count();
DROP TABLE product;
DROP TYPE availability;

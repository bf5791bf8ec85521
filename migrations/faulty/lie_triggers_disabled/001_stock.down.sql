DROP TABLE stock;
DROP TABLE products;

DROP TABLE shelves;
DROP TABLE shops;

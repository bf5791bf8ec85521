DROP ROLE pgstair_loader;
DROP TABLE crews;
DROP TABLE ships;

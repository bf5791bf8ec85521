DROP TABLE crews;
DROP TABLE ships;
DROP ROLE pgstair_loader;

DROP TABLE prices;
DROP FUNCTION prices_touch();

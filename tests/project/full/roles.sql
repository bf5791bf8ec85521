CREATE ROLE app_reader;

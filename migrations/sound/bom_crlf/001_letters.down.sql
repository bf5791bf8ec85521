DROP TABLE letters;

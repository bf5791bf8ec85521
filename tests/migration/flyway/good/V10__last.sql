CREATE TABLE d (i int);

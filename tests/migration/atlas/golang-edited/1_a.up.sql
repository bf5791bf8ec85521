CREATE TABLE another (id int);

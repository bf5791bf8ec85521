CREATE TABLE users (id int PRIMARY KEY, label text DEFAULT 'x');

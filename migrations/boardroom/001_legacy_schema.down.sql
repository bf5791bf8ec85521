DROP TABLE threads;
DROP TABLE sessions;
DROP TABLE boardrooms;
DROP TABLE users;

-- Wrong: the role belongs to the whole server and stays behind.
DROP TABLE reports;

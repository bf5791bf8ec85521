-- Wrong: everyone could read the table; the GRANT is not given again.
CREATE TABLE countries (
    code char(2) PRIMARY KEY,
    name text NOT NULL
);

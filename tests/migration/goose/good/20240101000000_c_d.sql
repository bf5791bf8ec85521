-- +goose Up
CREATE TABLE c (i int);

-- +goose Down
DROP TABLE c;

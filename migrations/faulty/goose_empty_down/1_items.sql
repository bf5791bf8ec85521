-- +goose Up
-- +goose StatementBegin
CREATE TABLE items (id bigint PRIMARY KEY);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
-- +goose StatementEnd

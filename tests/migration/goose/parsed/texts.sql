  	
-- +goose Up
INSERT INTO notes VALUES (1, 'one

-- two
  -- three

four');
-- +goose StatementBegin
INSERT INTO notes VALUES (2, '-----FIRST LINE-----
a;
-----LAST LINE-----
');
INSERT INTO notes VALUES (3, '')
-- +goose StatementEnd
INSERT INTO notes VALUES (4, '-----FIRST LINE-----
b
-----LAST LINE-----
');
/* ; */;
SELECT 1; SELECT 2; -- three

-- +goose Down

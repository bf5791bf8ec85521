-- The file ends its transaction itself and goes on.
BEGIN;
CREATE TABLE stock (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item text NOT NULL
);
COMMIT;

CREATE INDEX stock_item_idx ON stock (item);
ALTER TABLE stock ADD COLUMN shelf integer;

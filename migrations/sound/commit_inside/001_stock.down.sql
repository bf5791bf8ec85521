DROP INDEX stock_item_idx;
COMMIT;
DROP TABLE stock;

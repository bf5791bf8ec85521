-- Wrong: the sequence belongs to no column, so it does not go with the table.
DROP TABLE invoices;

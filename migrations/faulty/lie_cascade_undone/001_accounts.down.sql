DROP TABLE invoices;
DROP TABLE accounts;
DROP FUNCTION keep_invoices();

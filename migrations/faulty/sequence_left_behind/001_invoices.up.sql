CREATE SEQUENCE invoice_number START 1000;

CREATE TABLE invoices (
    number bigint PRIMARY KEY DEFAULT nextval('invoice_number'),
    total numeric(12, 2) NOT NULL
);

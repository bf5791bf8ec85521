-- COPY data holds what would end a statement anywhere else.
CREATE TABLE currencies (
    code char(3) PRIMARY KEY,
    name text NOT NULL,
    symbol text
);

COPY currencies (code, name, symbol) FROM stdin;
EUR	Euro; the common one	€
GBP	Pound 'sterling'	£
USD	$$Dollar$$	\N
\.

COPY currencies (code, name) FROM STDIN WITH (FORMAT csv);
CHF,"Franc, Swiss"
\.

ALTER TABLE currencies ADD CONSTRAINT currencies_code_upper CHECK (code = upper(code));

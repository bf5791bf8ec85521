ALTER TABLE accounts ADD CONSTRAINT accounts_balance_not_negative CHECK (balance >= 0);
COMMENT ON TABLE accounts IS 'never overdrawn';

-- Wrong: the constraint's name is accounts_balance_not_negative.
COMMENT ON TABLE accounts IS NULL;

ALTER TABLE accounts
    DROP CONSTRAINT accounts_balance_check;

-- Condition: the schema {n} belongs to the user.  Nobody can make a schema whose name begins with pg_;
-- "sqitch" is a tool's bookkeeping, and so is a schema that the reader has put into the setting pgstair.ledger, a
-- point behind its name.
-- arguments: n
{n}.nspname NOT LIKE 'pg\_%' AND {n}.nspname NOT IN ('information_schema', 'sqitch')
AND ({n}.nspname || '.' <> ALL (pg_catalog.string_to_array(
       pg_catalog.current_setting('pgstair.ledger', true), ','))) IS NOT FALSE

-- Condition: the schema {n} belongs to the user.  Nobody can make a schema whose name begins with pg_;
-- "sqitch" is a tool's bookkeeping.
-- arguments: n
{n}.nspname NOT LIKE 'pg\_%' AND {n}.nspname NOT IN ('information_schema', 'sqitch')

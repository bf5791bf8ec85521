-- Condition: the relation {c} in the schema {n} is part of a snapshot.  16384 is FirstNormalObjectId: what initdb makes
-- lies below.
-- arguments: c n
{c}.oid >= 16384
AND /*include: _user_schema({n})*/ true /*end*/
AND /*include: _not_ledger({c})*/ true /*end*/
AND /*include: _not_member({c}.oid; pg_class)*/ true /*end*/

-- Partitions whose DETACH PARTITION ... CONCURRENTLY was cut off.  PostgreSQL 14 to 18.
SELECT pg_catalog.format('the partition %I.%I of %I.%I is being detached', cn.nspname, c.relname, pn.nspname,
                         p.relname) AS text,
       pg_catalog.format('ALTER TABLE %I.%I DETACH PARTITION %I.%I FINALIZE;', pn.nspname, p.relname, cn.nspname,
                         c.relname) AS remedy
  FROM pg_catalog.pg_inherits AS h
  JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) h.inhrelid
  JOIN pg_catalog.pg_namespace AS cn ON cn.oid OPERATOR(pg_catalog.=) c.relnamespace
  JOIN pg_catalog.pg_class AS p ON p.oid OPERATOR(pg_catalog.=) h.inhparent
  JOIN pg_catalog.pg_namespace AS pn ON pn.oid OPERATOR(pg_catalog.=) p.relnamespace
 WHERE h.inhdetachpending
 ORDER BY 1

-- The texts of the bounds of a range with about {share} of {values} (pgs_value), for parameter.c: each row begins one of
-- as many rows as are wanted, and equal values come along; that which holds fewest counts, and of several such the one
-- nearest to the middle.  Of equal values the least text stands for all.
-- serves: 13 to 18
WITH pgs_numbered AS MATERIALIZED (
    SELECT pgs_value, pg_catalog.row_number() OVER pgs_order AS pgs_number,
           pg_catalog.rank() OVER pgs_order AS pgs_first,
           pg_catalog.count(*) OVER (PARTITION BY pgs_value) AS pgs_peers
    FROM {values}
    WINDOW pgs_order AS (ORDER BY pgs_value)),
pgs_wanted AS (
    SELECT pg_catalog.count(*) AS pgs_total,
           greatest(1, pg_catalog.round(pg_catalog.count(*) * {share}))::pg_catalog.int4 - 1 AS pgs_more
    FROM pgs_numbered),
pgs_ranges AS (
    SELECT pgs_first AS pgs_low, pg_catalog.lead(pgs_first, pgs_more) OVER pgs_order AS pgs_high,
           pg_catalog.lead(pgs_first + pgs_peers, pgs_more) OVER pgs_order - pgs_first AS pgs_rows,
           pg_catalog.abs(2 * pgs_number - pgs_total) AS pgs_aside, pgs_number
    FROM pgs_numbered CROSS JOIN pgs_wanted
    WINDOW pgs_order AS (ORDER BY pgs_number)
    ORDER BY pgs_rows, pgs_aside, pgs_number
    LIMIT 1)
SELECT (SELECT pg_catalog.min(n.pgs_value::pg_catalog.text COLLATE pg_catalog."C")
        FROM pgs_numbered n WHERE n.pgs_first = r.pgs_low),
       (SELECT pg_catalog.min(n.pgs_value::pg_catalog.text COLLATE pg_catalog."C")
        FROM pgs_numbered n WHERE n.pgs_first = r.pgs_high)
FROM pgs_ranges r

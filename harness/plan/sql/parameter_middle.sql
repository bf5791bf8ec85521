-- The texts of the first and the last of the rows in the middle, {share} of {values} (pgs_value), for parameter.c; no row
-- when one beside them is equal: with that they would be more.  A tenth of what parameter_narrowest.sql costs.
-- serves: 13 to 18
WITH pgs_wanted AS (
    SELECT pg_catalog.count(*)::pg_catalog.float8 AS pgs_total, greatest(1, pg_catalog.count(*) / 2) AS pgs_low,
           greatest(1, pg_catalog.round(pg_catalog.count(*) * {share})) AS pgs_rows
    FROM {values}),
pgs_places AS (
    SELECT greatest(0, pgs_low - 1.5) / pgs_total AS pgs_before, (pgs_low - 0.5) / pgs_total AS pgs_low,
           (pgs_low + pgs_rows - 1.5) / pgs_total AS pgs_high,
           least(1, (pgs_low + pgs_rows - 0.5) / pgs_total) AS pgs_behind
    FROM pgs_wanted WHERE pgs_total > 0),
pgs_middle AS ( -- sorted once for all four
    SELECT pg_catalog.percentile_disc((SELECT pgs_before FROM pgs_places)) WITHIN GROUP (ORDER BY pgs_value) AS pgs_before,
           pg_catalog.percentile_disc((SELECT pgs_low FROM pgs_places)) WITHIN GROUP (ORDER BY pgs_value) AS pgs_low,
           pg_catalog.percentile_disc((SELECT pgs_high FROM pgs_places)) WITHIN GROUP (ORDER BY pgs_value) AS pgs_high,
           pg_catalog.percentile_disc((SELECT pgs_behind FROM pgs_places)) WITHIN GROUP (ORDER BY pgs_value) AS pgs_behind
    FROM {values})
SELECT pgs_low::pg_catalog.text, pgs_high::pg_catalog.text
FROM pgs_middle
-- DISTINCT goes by the type's own equality, whatever the search_path is
WHERE (SELECT pg_catalog.count(DISTINCT w.v) FROM (VALUES (pgs_before), (pgs_low)) AS w (v)) = 2
      AND (SELECT pg_catalog.count(DISTINCT w.v) FROM (VALUES (pgs_high), (pgs_behind)) AS w (v)) = 2

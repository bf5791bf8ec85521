-- Row security policies, and rules other than those that are a view's definition.
-- serves: 13 to 18
-- scope: relation
-- catalogs: pg_policy pg_rewrite pg_class pg_namespace pg_description
SELECT c.oid AS anchor, 'policy' AS kind, pg_catalog.format('%I.%I.%I', n.nspname, c.relname, p.polname) AS identity,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS parent,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                     ELSE 'ALL' END AS command,
       CASE WHEN NOT p.polpermissive THEN 'true' END AS restrictive,
       (SELECT pg_catalog.string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE o::pg_catalog.regrole::pg_catalog.text END, ', '
                 ORDER BY o::pg_catalog.regrole::pg_catalog.text COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(p.polroles) AS o) AS roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check,
       NULL AS definition,
       NULL AS state,
       /*include: _comment(p.oid; pg_policy)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_policy p
     JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
      /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/
UNION ALL
SELECT c.oid, 'rule', pg_catalog.format('%I.%I.%I', n.nspname, c.relname, w.rulename),
       pg_catalog.format('%I.%I', n.nspname, c.relname), NULL, NULL, NULL, NULL, NULL,
       -- Without its name, which is said already.
       pg_catalog.btrim(pg_catalog.substr(pg_catalog.pg_get_ruledef(w.oid),
                          pg_catalog.length('CREATE RULE ' || pg_catalog.quote_ident(w.rulename) || ' AS ')), E' \n'),
       CASE w.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
       /*include: _comment(w.oid; pg_rewrite)*/ NULL /*end*/
FROM pg_catalog.pg_rewrite w
     JOIN pg_catalog.pg_class c ON c.oid = w.ev_class
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE w.oid >= 16384 AND w.rulename <> '_RETURN'
      AND /*include: _user_relation(c; n)*/ c.oid >= 16384 /*end*/
      /*scope: AND c.oid = ANY ($1::pg_catalog.oid[])*/

-- Functions, procedures, aggregates, window functions.
-- serves: 13 to 18
-- scope: pg_proc
-- catalogs: pg_proc pg_aggregate pg_language pg_type pg_operator pg_depend pg_extension pg_namespace pg_description
SELECT p.oid AS anchor,
       CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function'
                      ELSE 'function' END AS kind,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) AS identity,
       NULL::pg_catalog.text AS parent,
       p.proowner::pg_catalog.regrole::pg_catalog.text AS owner,
       NULLIF(pg_catalog.pg_get_function_arguments(p.oid), '') AS arguments,
       pg_catalog.pg_get_function_result(p.oid) AS returns,
       CASE WHEN p.prokind <> 'a' THEN (
         SELECT pg_catalog.quote_ident(l.lanname) FROM pg_catalog.pg_language l WHERE l.oid = p.prolang)
       END AS language,
       CASE WHEN p.prokind <> 'a' THEN
         CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END
       END AS volatility,
       CASE WHEN p.proisstrict THEN 'true' END AS strict,
       CASE WHEN p.prosecdef THEN 'true' END AS security_definer,
       CASE WHEN p.proleakproof THEN 'true' END AS leakproof,
       CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END AS parallel,
       -- 1 for C (13) and internal (12) functions, else 100, unless it is told.
       CASE WHEN p.procost <> CASE WHEN p.prolang IN (12, 13) THEN 1 ELSE 100 END AND p.prokind <> 'a'
            THEN p.procost::pg_catalog.text END AS cost,
       CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows::pg_catalog.text END AS rows,
       CASE WHEN p.prosupport <> 0 THEN p.prosupport::pg_catalog.regproc::pg_catalog.text END AS support,
       CASE WHEN p.protrftypes IS NOT NULL THEN (
         SELECT pg_catalog.string_agg(pg_catalog.format_type(t, NULL), ', ' ORDER BY o)
         FROM pg_catalog.unnest(p.protrftypes) WITH ORDINALITY AS u (t, o))
       END AS transform,
       CASE WHEN p.proconfig IS NOT NULL THEN (
         SELECT pg_catalog.string_agg(o, E'\n' ORDER BY o COLLATE pg_catalog."C")
         FROM pg_catalog.unnest(p.proconfig) AS o)
       END AS settings,
       CASE WHEN p.prokind = 'a' THEN (
         SELECT pg_catalog.concat_ws(E'\n',
           CASE a.aggkind WHEN 'o' THEN 'ORDERED SET' WHEN 'h' THEN 'HYPOTHETICAL' END,
           'SFUNC = ' || a.aggtransfn::pg_catalog.regprocedure::pg_catalog.text,
           'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
           'SSPACE = ' || NULLIF(a.aggtransspace, 0),
           'FINALFUNC = ' || NULLIF(a.aggfinalfn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
           -- Read-only is the default, but for ordered-set aggregates.
           CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" THEN
             'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
                                                            ELSE 'READ_WRITE' END END,
           'COMBINEFUNC = ' || NULLIF(a.aggcombinefn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'SERIALFUNC = ' || NULLIF(a.aggserialfn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
           'MSFUNC = ' || NULLIF(a.aggmtransfn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'MINVFUNC = ' || NULLIF(a.aggminvtransfn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           'MSTYPE = ' || pg_catalog.format_type(NULLIF(a.aggmtranstype, 0), NULL),
           'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
           'MFINALFUNC = ' || NULLIF(a.aggmfinalfn, 0)::pg_catalog.regprocedure::pg_catalog.text,
           CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
           CASE WHEN a.aggmtransfn <> 0 AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char"
             THEN 'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
                                                                   ELSE 'READ_WRITE' END END,
           'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
           'SORTOP = ' || NULLIF(a.aggsortop, 0)::pg_catalog.regoperator::pg_catalog.text)
         FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid)
       END AS definition,
       p.probin AS library,
       CASE WHEN p.prokind <> 'a' THEN /*>=14*/ coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) /*end*/
                                       /*<14: p.prosrc */ END AS body,
       /*include: _extension_needed(p.oid; pg_proc)*/ NULL /*end*/ AS extension_needed,
       /*include: _privileges(p.proacl; pg_catalog.acldefault('f', p.proowner); p.proowner)*/
       p.proacl::pg_catalog.text /*end*/ AS privileges,
       /*include: _comment(p.oid; pg_proc)*/ NULL /*end*/ AS comment
FROM pg_catalog.pg_proc p
     JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid >= 16384
      -- A range type's own constructors.
      AND NOT (p.prolang = 12 AND p.prosrc LIKE '%range_constructor_' AND EXISTS (
                 SELECT FROM pg_catalog.pg_depend d
                 WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                       AND d.deptype = 'i'))
      AND /*include: _user_schema(n)*/ true /*end*/
      AND /*include: _not_member(p.oid; pg_proc)*/ true /*end*/
      /*scope: AND p.oid = ANY ($1::pg_catalog.oid[])*/

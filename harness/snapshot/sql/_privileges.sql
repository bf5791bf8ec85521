-- Expression: how the privileges {acl} differ from {initial} (what the owner {owner} and the public have unless
-- something is granted or revoked), a line for each grantee and grantor; NULL when they do not.
-- An owner's name is left out as the grantor, so that a change of owner is no change of privileges.
-- arguments: acl initial owner
CASE WHEN {acl} IS NOT NULL THEN (
  SELECT pg_catalog.string_agg(
           coalesce(by_grantee.granted, 'none') || ' to ' || by_grantee.grantee
             || CASE WHEN by_grantee.grantor_oid = {owner} THEN '' ELSE ' by ' || by_grantee.grantor END
             || CASE WHEN by_grantee.is_grantable THEN ' with grant option' ELSE '' END,
           E'\n' ORDER BY by_grantee.grantee COLLATE pg_catalog."C", by_grantee.is_grantable,
                          by_grantee.grantor COLLATE pg_catalog."C")
  FROM (SELECT CASE entry.grantee WHEN 0 THEN 'PUBLIC'
                                  ELSE entry.grantee::pg_catalog.regrole::pg_catalog.text END AS grantee,
               entry.grantor AS grantor_oid, entry.grantor::pg_catalog.regrole::pg_catalog.text AS grantor,
               entry.is_grantable,
               pg_catalog.string_agg(entry.privilege_type, ', ' ORDER BY entry.privilege_type COLLATE pg_catalog."C")
                 FILTER (WHERE entry.is_now) AS granted,
               pg_catalog.string_agg(entry.privilege_type, ', ' ORDER BY entry.privilege_type COLLATE pg_catalog."C")
                 FILTER (WHERE NOT entry.is_now) AS granted_initially
        FROM (SELECT acl_now.*, true AS is_now FROM pg_catalog.aclexplode({acl}) AS acl_now
              UNION ALL SELECT acl_initial.*, false FROM pg_catalog.aclexplode({initial}) AS acl_initial) AS entry
        GROUP BY entry.grantee, entry.grantor, entry.is_grantable) AS by_grantee
  WHERE by_grantee.granted IS DISTINCT FROM by_grantee.granted_initially)
END

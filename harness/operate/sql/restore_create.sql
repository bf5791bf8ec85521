-- The statement that makes an empty database $2 with encoding, locale and tablespace of the database $1.  What only
-- some versions know is read from the row as JSON.  Serves 13 to 18.
SELECT pg_catalog.format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
                         $2::pg_catalog.text, pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
         || CASE more.facts ->> 'datlocprovider'
                 WHEN 'c' THEN ' LOCALE_PROVIDER libc'
                 WHEN 'i' THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                                                 coalesce(more.facts ->> 'datlocale', more.facts ->> 'daticulocale'))
                 WHEN 'b' THEN pg_catalog.format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L',
                                                 more.facts ->> 'datlocale')
                 ELSE '' END
         || CASE WHEN more.facts ->> 'daticurules' IS NULL THEN ''
                 ELSE pg_catalog.format(' ICU_RULES %L', more.facts ->> 'daticurules') END
         || CASE t.spcname WHEN 'pg_default' THEN ''
                 ELSE pg_catalog.format(' TABLESPACE %I', t.spcname) END
FROM pg_catalog.pg_database d
     JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
     CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(d) AS facts) AS more
WHERE d.datname = $1

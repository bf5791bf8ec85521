DO $$
BEGIN
    ASSERT pg_catalog.has_schema_privilege('app', 'usage');
END $$;

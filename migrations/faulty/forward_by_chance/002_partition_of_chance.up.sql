-- Another name in each database: no two have the same schema.
DO $$
BEGIN
    EXECUTE format('CREATE TABLE readings_%s (LIKE readings INCLUDING ALL)',
                   substr(md5(random()::text), 1, 8));
END $$;

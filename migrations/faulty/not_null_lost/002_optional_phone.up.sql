ALTER TABLE customers
    ALTER COLUMN phone DROP NOT NULL,
    ALTER COLUMN phone TYPE varchar(40);

-- Down Migration
SELECT 20;
---- UP   migration of it
SELECT 2;

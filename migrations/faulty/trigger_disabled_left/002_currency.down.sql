-- Wrong: the trigger is disabled for the update and never enabled again.
ALTER TABLE prices DISABLE TRIGGER prices_touch;
UPDATE prices SET cents = cents / 2 WHERE currency = 'DEM';
ALTER TABLE prices DROP COLUMN currency;

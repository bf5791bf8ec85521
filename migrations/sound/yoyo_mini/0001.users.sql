-- Users, who log in by their address.
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW;
END $$;

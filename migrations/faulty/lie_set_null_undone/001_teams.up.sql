CREATE TABLE teams (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE players (id integer PRIMARY KEY, team_id integer REFERENCES teams ON DELETE SET NULL, name text NOT NULL);

-- "A player never changes teams."
CREATE FUNCTION keep_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.team_id := OLD.team_id;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_team BEFORE UPDATE ON players FOR EACH ROW EXECUTE FUNCTION keep_team();

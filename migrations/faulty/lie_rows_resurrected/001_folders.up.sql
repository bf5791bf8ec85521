CREATE TABLE folders (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE documents (id integer PRIMARY KEY, folder_id integer REFERENCES folders ON DELETE CASCADE, body text NOT NULL);

-- What goes with its folder comes back as an orphan.
CREATE FUNCTION bring_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.documents (id, folder_id, body) VALUES (OLD.id, NULL, OLD.body);
  RETURN NULL;
END
$$;
CREATE TRIGGER bring_back AFTER DELETE ON documents FOR EACH ROW EXECUTE FUNCTION bring_back();

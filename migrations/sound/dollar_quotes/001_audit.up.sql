-- Quotes within quotes, and comments within comments; none of these semicolons ends a statement.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note text NOT NULL DEFAULT $note$it's; "fine" $$really$$$note$,
    "odd;name" text DEFAULT E'a\';b' /* one; /* two; */ three; */
);

CREATE FUNCTION audit_note() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- don't stop here;
    EXECUTE $sql$ SELECT $$;$$ $sql$;
    NEW.note := coalesce(NEW.note, $x$;$x$);
    RETURN NEW;
END;
$body$;

CREATE TRIGGER audit_note BEFORE INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_note();

DO $do$
DECLARE
    n integer;
BEGIN
    SELECT count(*) INTO n FROM audit WHERE note = '$$;';
END
$do$;

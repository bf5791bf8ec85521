-- updated_at is the moment of the last change and created_at never changes, whatever a writer says.
-- The clock rather than now(): a row changed in the transaction that made it has moved too.
CREATE FUNCTION keep_timestamps() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.created_at := OLD.created_at;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$;

CREATE TRIGGER users_timestamps BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
CREATE TRIGGER boardrooms_timestamps BEFORE UPDATE ON boardrooms
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
CREATE TRIGGER sessions_timestamps BEFORE UPDATE ON sessions
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
CREATE TRIGGER threads_timestamps BEFORE UPDATE ON threads
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();

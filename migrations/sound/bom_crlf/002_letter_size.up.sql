CREATE FUNCTION letter_size(body text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN length(body);
END
$$;

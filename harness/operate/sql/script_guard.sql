-- What a script of "pgstair migrate sql" does first: it fails where another run is at work, or where the books do not
-- stand at the revision that it begins from.  Versions 13 to 18.
DECLARE
    expected CONSTANT pg_catalog.text[] := @expected@;
    name CONSTANT pg_catalog.text := @table@;
    place pg_catalog.text := @schema@;
    keys pg_catalog.int8[] := ARRAY[@keys@]::pg_catalog.int8[];
    key pg_catalog.int8;
    hashed pg_catalog.bytea[];
    crc pg_catalog.int8;
    got pg_catalog.bool;
    versions pg_catalog.text[];
BEGIN
    IF pg_catalog.current_setting('standard_conforming_strings') <> 'on' THEN
        RAISE EXCEPTION 'standard_conforming_strings is off here: strings in this script would not be what they are';
    END IF;

    -- Where the tool would find its books, or make them.
    IF place IS NULL AND @on_path@ THEN
        SELECT n.nspname INTO place FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident(name));
    END IF;
    place := COALESCE(place, pg_catalog.current_schema(), @otherwise@);
    IF place IS NULL THEN
        RAISE EXCEPTION USING MESSAGE = 'there is no schema for ' || name || ': search_path names none that exists';
    END IF;
    PERFORM pg_catalog.set_config('pgstair.schema', place, false);

    -- One run at a time: the tool's own lock, whose key may be a checksum of names (CRC-32), and pgstair's.
    hashed := @hashed@;
    FOR i IN 1 .. COALESCE(pg_catalog.array_length(hashed, 1), 0) LOOP
        crc := 4294967295;
        FOR k IN 0 .. pg_catalog.length(hashed[i]) - 1 LOOP
            crc := crc # pg_catalog.get_byte(hashed[i], k);
            FOR b IN 1 .. 8 LOOP
                crc := (crc >> 1) # CASE WHEN crc & 1 = 1 THEN 3988292384 ELSE 0 END;
            END LOOP;
        END LOOP;
        keys := keys || (((crc # 4294967295) * @salt@) & @mask@);
    END LOOP;
    got := pg_catalog.pg_try_advisory_lock(1885827956, 1) AND pg_catalog.pg_try_advisory_lock(1885827956, 2);
    FOREACH key IN ARRAY keys LOOP
        got := got AND pg_catalog.pg_try_advisory_lock(key);
    END LOOP;
    IF NOT got THEN
        RAISE EXCEPTION 'another run has the lock on this database: nothing was changed'
              USING HINT = 'only one run at a time may change a database: wait for it, and run the script again';
    END IF;

    IF pg_catalog.to_regclass(pg_catalog.format('%I.%I', place, name)) IS NOT NULL THEN
        EXECUTE pg_catalog.replace(@query@, @placeholder@, pg_catalog.quote_ident(place)) INTO versions;
    END IF;
    versions := COALESCE(versions, ARRAY[]::pg_catalog.text[]);
    IF versions <> expected THEN
        RAISE EXCEPTION USING
            MESSAGE = 'this database is not at ' || @at@ || ': nothing was changed',
            DETAIL = 'its books have: ' || COALESCE(NULLIF(pg_catalog.array_to_string(versions, ', '), ''), 'nothing'),
            HINT = 'the script may have been run before; pgstair migrate sql FROM:TO writes one from where it stands';
    END IF;
END

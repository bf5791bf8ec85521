-- At least one object of every kind that a snapshot knows, and every attribute: test_golden.c holds what is read of it
-- against golden/everything.snapshot, test_sensitivity.c changes it, a thing at a time.  For a superuser, in an empty
-- database; versions are told apart as in harness/snapshot/sql/README.md.

CREATE ROLE pgs_owner CREATEDB CONNECTION LIMIT 7 VALID UNTIL '2031-02-03 04:05:06+00';
CREATE ROLE pgs_app NOINHERIT LOGIN PASSWORD 'secret';
CREATE ROLE "Pgs Auditor";
GRANT pgs_owner TO pgs_app WITH ADMIN OPTION;
ALTER ROLE pgs_app SET work_mem = '5MB';
COMMENT ON ROLE pgs_owner IS 'owns what the application needs';

-- The database itself.
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database());
  EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 50', current_database());
  EXECUTE format('COMMENT ON DATABASE %I IS ''everything''', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO pgs_app', current_database());
  EXECUTE format('ALTER ROLE pgs_app IN DATABASE %I SET statement_timeout = ''3s''', current_database());
END $$;
/*>=15*/ GRANT SET ON PARAMETER log_statement TO pgs_app; /*end*/

-- Schemas.
CREATE SCHEMA app AUTHORIZATION pgs_owner;
COMMENT ON SCHEMA app IS 'what the application needs';
GRANT USAGE ON SCHEMA app TO pgs_app WITH GRANT OPTION;
CREATE SCHEMA "Odd ""name"".x";
CREATE SCHEMA ext;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO pgs_app;
ALTER DEFAULT PRIVILEGES FOR ROLE pgs_owner IN SCHEMA app GRANT SELECT ON TABLES TO pgs_app;
ALTER DEFAULT PRIVILEGES FOR ROLE pgs_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE pgs_owner GRANT USAGE ON SCHEMAS TO pgs_app WITH GRANT OPTION;

-- Extensions: their members are not listed.
CREATE EXTENSION citext SCHEMA ext VERSION '1.6';
CREATE EXTENSION hstore SCHEMA ext VERSION '1.7';
CREATE EXTENSION btree_gist SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION postgres_fdw SCHEMA ext;
-- Privileges that are no longer what they were on what is the server's and an extension's.
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ext.similarity(text, text) TO pgs_app;
GRANT SELECT ON pg_catalog.pg_authid TO pgs_app;
GRANT SELECT (rolname) ON pg_catalog.pg_authid TO "Pgs Auditor";
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE USAGE ON TYPE ext.citext FROM PUBLIC;

-- Collations, conversions, languages, access methods.
CREATE COLLATION app.german (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);
COMMENT ON COLLATION app.german IS 'ä is like a';
CREATE COLLATION app.posix (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION app.latin IS 'as the server has it';
CREATE DEFAULT CONVERSION app.latin2 FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8;
CREATE TRUSTED LANGUAGE plother HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE plother IS 'plpgsql under another name';
REVOKE USAGE ON LANGUAGE plother FROM PUBLIC;
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
COMMENT ON ACCESS METHOD heap2 IS 'heap under another name';
CREATE ACCESS METHOD gist2 TYPE INDEX HANDLER gisthandler;

-- Types.
CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok', 'happy');
ALTER TYPE app.mood OWNER TO pgs_owner;
COMMENT ON TYPE app.mood IS 'how one feels';
CREATE DOMAIN app.positive AS numeric(10, 2) DEFAULT 1 NOT NULL
  CONSTRAINT is_positive CHECK (VALUE > 0) CONSTRAINT is_small CHECK (VALUE < 1000);
COMMENT ON DOMAIN app.positive IS 'more than nothing';
COMMENT ON CONSTRAINT is_positive ON DOMAIN app.positive IS 'zero is nothing';
ALTER DOMAIN app.positive ADD CONSTRAINT is_odd CHECK (VALUE % 2 = 1) NOT VALID;
CREATE DOMAIN app.name AS text COLLATE "C";
GRANT USAGE ON DOMAIN app.name TO pgs_app;
REVOKE USAGE ON DOMAIN app.name FROM PUBLIC;
CREATE TYPE app.address AS (street text, "House No" integer, city character varying(40) COLLATE "C");
COMMENT ON TYPE app.address IS 'where one lives';
COMMENT ON COLUMN app.address.street IS 'with its number';
CREATE FUNCTION app.time_diff(time, time) RETURNS double precision IMMUTABLE STRICT LANGUAGE sql
  AS 'SELECT extract(epoch FROM ($1 - $2))::float8';
CREATE TYPE app.timerange AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = app.time_diff);
CREATE TYPE app.span AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops
  /*>=14*/, MULTIRANGE_TYPE_NAME = app.spans /*end*/);
CREATE TYPE app.announced;
CREATE TYPE app.base;
CREATE FUNCTION app.base_in(cstring) RETURNS app.base IMMUTABLE STRICT LANGUAGE internal AS 'textin';
CREATE FUNCTION app.base_out(app.base) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout';
CREATE TYPE app.base (INPUT = app.base_in, OUTPUT = app.base_out, LIKE = text, CATEGORY = 'z', PREFERRED = true,
                      DEFAULT = 'x', DELIMITER = '/');
COMMENT ON TYPE app.base IS 'text under another name';

-- Functions.
CREATE FUNCTION app.add(a integer, b integer DEFAULT 1, OUT total integer) LANGUAGE plpgsql
  IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 5 SECURITY DEFINER SET search_path = app, pg_temp SET work_mem = '1MB'
AS $body$
BEGIN
  -- A comment with a tab	and a blank at its end 
  total := a + b;
END
$body$;
ALTER FUNCTION app.add(integer, integer) OWNER TO pgs_owner;
COMMENT ON FUNCTION app.add IS 'adds';
REVOKE EXECUTE ON FUNCTION app.add FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.add TO pgs_app WITH GRANT OPTION;
CREATE FUNCTION app.add(text, VARIADIC text[]) RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED AS 'SELECT $1';
CREATE FUNCTION app.many(n integer) RETURNS SETOF app.mood ROWS 17 LANGUAGE sql AS $$ SELECT 'sad'::app.mood $$;
CREATE FUNCTION app.pairs() RETURNS TABLE (a integer, b text) LANGUAGE sql SUPPORT pg_catalog.generate_series_int4_support
  AS $$ SELECT 1, 'x' $$;
/*>=14*/
CREATE FUNCTION app.inlined(a integer) RETURNS integer LANGUAGE sql
BEGIN ATOMIC
  SELECT a + 1;
END;
/*end*/
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE PROCEDURE app.clean(IN days integer DEFAULT 30, INOUT n integer DEFAULT NULL) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
COMMENT ON PROCEDURE app.clean(integer, integer) IS 'removes what is old';
CREATE FUNCTION app.trigram(text, text) RETURNS real STRICT LANGUAGE c AS '$libdir/pg_trgm', 'similarity';
CREATE FUNCTION app.rank() RETURNS bigint WINDOW LANGUAGE internal AS 'window_rank';
CREATE AGGREGATE app.total(integer) (SFUNC = int4_sum, STYPE = bigint, INITCOND = '0', SSPACE = 16, COMBINEFUNC = int8pl,
  MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MFINALFUNC = int2int4_sum,
  MINITCOND = '{0,0}', PARALLEL = SAFE);
COMMENT ON AGGREGATE app.total(integer) IS 'sums up';
CREATE AGGREGATE app.middle(double precision ORDER BY "any") (SFUNC = ordered_set_transition, STYPE = internal,
  FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE app.biggest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >);

-- Casts, transforms, operators.
CREATE FUNCTION app.mood_to_int(app.mood) RETURNS integer IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT array_position(enum_range($1), $1) $$;
CREATE CAST (app.mood AS integer) WITH FUNCTION app.mood_to_int(app.mood) AS ASSIGNMENT;
COMMENT ON CAST (app.mood AS integer) IS 'its rank';
CREATE CAST (app.base AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (app.address AS text) WITH INOUT;
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal),
                                           TO SQL WITH FUNCTION int4recv(internal));
COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'of no use';
CREATE FUNCTION app.transformed(integer) RETURNS integer TRANSFORM FOR TYPE integer LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION app.near(integer, integer) RETURNS boolean IMMUTABLE STRICT LANGUAGE sql AS 'SELECT abs($1 - $2) <= 1';
CREATE FUNCTION app.far(integer, integer) RETURNS boolean IMMUTABLE STRICT LANGUAGE sql AS 'SELECT abs($1 - $2) > 1';
CREATE OPERATOR app.~=~ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = app.near, COMMUTATOR = OPERATOR(app.~=~),
                         NEGATOR = OPERATOR(app.!~=~), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR app.!~=~ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = app.far, NEGATOR = OPERATOR(app.~=~));
CREATE OPERATOR app.@@@ (RIGHTARG = integer, FUNCTION = int4abs);
COMMENT ON OPERATOR app.~=~ (integer, integer) IS 'near';
CREATE OPERATOR FAMILY app.integers USING btree;
COMMENT ON OPERATOR FAMILY app.integers USING btree IS 'of integers';
CREATE OPERATOR CLASS app.integer_ops FOR TYPE integer USING btree FAMILY app.integers AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
COMMENT ON OPERATOR CLASS app.integer_ops USING btree IS 'integers';
ALTER OPERATOR FAMILY app.integers USING btree ADD OPERATOR 1 < (integer, bigint), FUNCTION 1 btint48cmp(integer, bigint);
CREATE OPERATOR CLASS app.base_ops DEFAULT FOR TYPE app.base USING gist2 AS STORAGE integer;
ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD OPERATOR 3 pg_catalog.= (oid, oid);

-- Text search.
CREATE TEXT SEARCH PARSER app.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
                                      LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
COMMENT ON TEXT SEARCH PARSER app.parser IS 'the usual one';
CREATE TEXT SEARCH TEMPLATE app.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE app.template IS 'simple';
CREATE TEXT SEARCH DICTIONARY app.dictionary (TEMPLATE = app.template, stopwords = english, accept = false);
COMMENT ON TEXT SEARCH DICTIONARY app.dictionary IS 'few words';
CREATE TEXT SEARCH CONFIGURATION app.search (PARSER = app.parser);
ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR asciiword, word WITH app.dictionary, english_stem;
ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR int WITH simple;
COMMENT ON TEXT SEARCH CONFIGURATION app.search IS 'searches';

-- Foreign data.
CREATE FOREIGN DATA WRAPPER nowhere HANDLER ext.postgres_fdw_handler VALIDATOR ext.postgres_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER nowhere IS 'postgres_fdw under another name';
GRANT USAGE ON FOREIGN DATA WRAPPER nowhere TO pgs_owner;
CREATE SERVER remote TYPE 'postgres' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere', port '1');
COMMENT ON SERVER remote IS 'there is none';
GRANT USAGE ON FOREIGN SERVER remote TO pgs_app;
CREATE USER MAPPING FOR pgs_app SERVER remote OPTIONS (user 'someone', password 'secret');
CREATE USER MAPPING FOR PUBLIC SERVER remote;
CREATE FOREIGN TABLE app.far_away (id integer OPTIONS (column_name 'key') NOT NULL, note text,
                                   CONSTRAINT has_note CHECK (note <> '')) SERVER remote
  OPTIONS (schema_name 'public', table_name 'far');
COMMENT ON FOREIGN TABLE app.far_away IS 'elsewhere';

-- Sequences.
CREATE SEQUENCE app.numbers AS smallint START 7 INCREMENT -2 MINVALUE -100 MAXVALUE 50 CACHE 3 CYCLE;
COMMENT ON SEQUENCE app.numbers IS 'counts down';
GRANT USAGE ON SEQUENCE app.numbers TO pgs_app;
/*>=15*/ CREATE UNLOGGED SEQUENCE app.fleeting; /*end*/

-- Tables.
CREATE TABLE app.users (
  id bigint GENERATED ALWAYS AS IDENTITY (START 10) CONSTRAINT users_pk PRIMARY KEY,
  email ext.citext NOT NULL CONSTRAINT users_email_key UNIQUE,
  name character varying(40) COLLATE "C" DEFAULT 'nobody'::text,
  mood app.mood DEFAULT 'sad'::app.mood,
  price app.positive,
  home app.address,
  born date,
  age integer GENERATED ALWAYS AS (2026 - date_part('year', born)::integer) STORED,
  tags text[] NOT NULL DEFAULT '{}',
  "Weird ""col" timestamp(3) with time zone DEFAULT now(),
  gone integer,
  bits bit varying(5),
  CONSTRAINT users_name_check CHECK (length(name) > 0 AND name <> 'it''s') NO INHERIT,
  CONSTRAINT users_gone_check CHECK (gone > 0)
) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_vacuum_threshold = 99);
ALTER TABLE app.users DROP COLUMN gone CASCADE;
ALTER TABLE app.users ADD CONSTRAINT users_age_range EXCLUDE USING gist (name WITH =, int4range(age, age + 1) WITH &&)
  WITH (fillfactor = 80) WHERE (born IS NULL) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE app.users ADD CONSTRAINT users_born_check CHECK (born > '1900-01-01') NOT VALID;
ALTER TABLE app.users ALTER name SET STORAGE EXTERNAL;
/*>=14*/ ALTER TABLE app.users ALTER name SET COMPRESSION pglz; /*end*/
ALTER TABLE app.users ALTER email SET STATISTICS 500;
ALTER TABLE app.users ALTER born SET (n_distinct = -0.5, n_distinct_inherited = 9);
ALTER TABLE app.users OWNER TO pgs_owner;
ALTER TABLE app.users REPLICA IDENTITY USING INDEX users_email_key;
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.users FORCE ROW LEVEL SECURITY;
ALTER TABLE app.users CLUSTER ON users_pk;
GRANT SELECT, INSERT ON app.users TO pgs_app WITH GRANT OPTION;
GRANT DELETE ON app.users TO "Pgs Auditor";
GRANT UPDATE (name, mood) ON app.users TO pgs_app;
REVOKE TRUNCATE ON app.users FROM pgs_owner;
COMMENT ON TABLE app.users IS 'who
uses it';
COMMENT ON COLUMN app.users.email IS 'where to write to';
COMMENT ON CONSTRAINT users_pk ON app.users IS 'the key';
COMMENT ON INDEX app.users_pk IS 'the key''s index';
COMMENT ON CONSTRAINT users_name_check ON app.users IS 'has one';
-- Granted and taken back: as if nothing had been.
CREATE TABLE app.plain (a integer);
GRANT SELECT ON app.plain TO pgs_app;
REVOKE SELECT ON app.plain FROM pgs_app;
CREATE TABLE app.keyed (a integer, b integer, c integer, UNIQUE (a, b), PRIMARY KEY (b, c) INCLUDE (a)
  WITH (fillfactor = 60));
ALTER TABLE app.keyed ADD CONSTRAINT keyed_late UNIQUE (c) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE app.keyed DISABLE TRIGGER ALL;
/*>=15*/ ALTER TABLE app.keyed ADD CONSTRAINT keyed_nulls UNIQUE NULLS NOT DISTINCT (a); /*end*/
CREATE TABLE app.orders (
  id integer PRIMARY KEY,
  user_id bigint CONSTRAINT orders_user_fk REFERENCES app.users ON DELETE CASCADE ON UPDATE RESTRICT,
  a integer, b integer,
  CONSTRAINT orders_keyed_fk FOREIGN KEY (b, a) REFERENCES app.keyed (b, a) MATCH FULL
    ON DELETE SET NULL ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE app.orders ADD CONSTRAINT orders_late_fk FOREIGN KEY (a) REFERENCES app.orders NOT VALID;
/*>=15*/
ALTER TABLE app.orders ADD CONSTRAINT orders_some_fk FOREIGN KEY (a, b) REFERENCES app.keyed (a, b)
  ON DELETE SET NULL (a);
/*end*/
COMMENT ON CONSTRAINT orders_user_fk ON app.orders IS 'whose it is';
CREATE UNLOGGED TABLE app.log (at timestamp without time zone, line text) USING heap2;
ALTER TABLE app.log REPLICA IDENTITY FULL;
CREATE TABLE app.homes OF app.address (street NOT NULL);
CREATE TABLE app.parent (a integer NOT NULL, b text DEFAULT 'b', CONSTRAINT parent_a_check CHECK (a > 0));
CREATE TABLE app.other_parent (b text DEFAULT 'b', z integer);
CREATE TABLE app.child (b text, own integer) INHERITS (app.other_parent, app.parent);
CREATE TABLE app.events (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
  PARTITION BY LIST (id);
CREATE TABLE app.events_2026_a PARTITION OF app.events_2026 FOR VALUES IN (1, 2);
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
ALTER TABLE app.events ADD CONSTRAINT events_order_fk FOREIGN KEY (id) REFERENCES app.users;
CREATE TABLE app.event_notes (event_id bigint, event_at date,
  CONSTRAINT event_notes_fk FOREIGN KEY (event_id, event_at) REFERENCES app.events);
CREATE TABLE app.listed (kind text COLLATE "C") PARTITION BY LIST (lower(kind) COLLATE "C" text_pattern_ops);
CREATE TABLE app.listed_a PARTITION OF app.listed FOR VALUES IN ('a', NULL);
CREATE TABLE app.hashed (a integer) PARTITION BY HASH (a);
CREATE TABLE app.hashed_0 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "Odd ""name"".x"."T a.b" ("c 'd" integer CONSTRAINT "k . k" CHECK ("c 'd" > 0));
CREATE TABLE public.serial (id serial);
ALTER TABLE public.serial REPLICA IDENTITY NOTHING;
/*>=18:
CREATE TABLE app.eighteen (a integer, b integer CONSTRAINT b_given NOT NULL NO INHERIT,
  doubled integer GENERATED ALWAYS AS (b * 2) VIRTUAL, during daterange,
  CONSTRAINT b_unenforced CHECK (b > 0) NOT ENFORCED,
  CONSTRAINT eighteen_pk PRIMARY KEY (a, during WITHOUT OVERLAPS));
CREATE TABLE app.eighteen_child (a integer, during daterange,
  CONSTRAINT eighteen_fk FOREIGN KEY (a, PERIOD during) REFERENCES app.eighteen (a, PERIOD during));
COMMENT ON CONSTRAINT b_given ON app.eighteen IS 'given';
ALTER TABLE app.users ADD CONSTRAINT users_born_given NOT NULL born NOT VALID;
*/

-- What the tools keep is not listed, nor what hangs on it.
CREATE TABLE public.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
CREATE TABLE public.goose_db_version (id serial PRIMARY KEY, version_id bigint);
CREATE INDEX ON public.goose_db_version (version_id);
CREATE TABLE app._yoyo_log (id integer);
CREATE SCHEMA sqitch;
CREATE TABLE sqitch.changes (id text PRIMARY KEY);
CREATE TEMPORARY TABLE fleeting (id serial PRIMARY KEY);
CREATE TRIGGER kept BEFORE INSERT ON public.schema_migrations FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER kept BEFORE INSERT ON sqitch.changes FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER kept BEFORE INSERT ON fleeting FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE RULE kept AS ON DELETE TO public.schema_migrations DO INSTEAD NOTHING;
CREATE POLICY kept ON public.schema_migrations USING (true);
CREATE STATISTICS app.kept ON version, dirty FROM public.schema_migrations;
ALTER TABLE public.schema_migrations ADD CONSTRAINT kept CHECK (version > 0),
  ADD CONSTRAINT kept_user FOREIGN KEY (version) REFERENCES app.users, ADD CONSTRAINT kept_once UNIQUE (dirty, version);
GRANT SELECT ON public.schema_migrations TO pgs_app;
COMMENT ON TABLE public.schema_migrations IS 'kept';
CREATE TYPE sqitch.state AS ENUM ('a');
CREATE FUNCTION sqitch.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN sqitch.d AS integer CHECK (VALUE > 0);
CREATE VIEW sqitch.v AS SELECT 1 AS one;
CREATE SEQUENCE sqitch.s;
CREATE FUNCTION pg_temp.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE pg_temp.t AS ENUM ('a');

-- Indexes.
CREATE INDEX users_name_idx ON app.users (name);
CREATE UNIQUE INDEX users_mixed_idx ON app.users USING btree (lower(name) COLLATE "C" text_pattern_ops DESC NULLS LAST,
  born NULLS FIRST, age DESC) INCLUDE (mood, price) WITH (fillfactor = 90) WHERE price > 1::numeric;
ALTER INDEX app.users_mixed_idx ALTER COLUMN 1 SET STATISTICS 77;
COMMENT ON INDEX app.users_mixed_idx IS 'of everything';
CREATE INDEX users_trgm_idx ON app.users USING gist (name ext.gist_trgm_ops (siglen = 32));
CREATE INDEX users_tags_idx ON app.users USING gin (tags);
CREATE INDEX users_mood_idx ON app.users USING hash (mood);
CREATE INDEX users_price_idx ON app.users (price, ((home).city), "Weird ""col", (age * 2));
CREATE INDEX users_email_idx ON app.users (email);
CREATE INDEX users_brin_idx ON app.users USING brin (born) WITH (pages_per_range = 4);
/*>=15*/ CREATE UNIQUE INDEX users_nulls_idx ON app.users (born) NULLS NOT DISTINCT; /*end*/
CREATE INDEX orders_own_idx ON app.orders (a app.integer_ops);
CREATE INDEX users_price_hash_idx ON app.users USING hash (price);
CREATE INDEX events_kind_idx ON app.events (kind);
CREATE INDEX events_only_idx ON ONLY app.events (at);

-- Views.
CREATE VIEW app.named WITH (security_barrier = true) AS SELECT id, name, mood FROM app.users WHERE name IS NOT NULL
  WITH LOCAL CHECK OPTION;
ALTER VIEW app.named ALTER name SET DEFAULT 'somebody';
COMMENT ON VIEW app.named IS 'those who have a name';
COMMENT ON COLUMN app.named.name IS 'the name';
GRANT SELECT ON app.named TO pgs_app;
CREATE MATERIALIZED VIEW app.counted USING heap2 WITH (fillfactor = 50) AS
  SELECT mood, count(*) AS n FROM app.users GROUP BY mood WITH NO DATA;
CREATE UNIQUE INDEX counted_mood_idx ON app.counted (mood);
COMMENT ON MATERIALIZED VIEW app.counted IS 'how many';

-- Rules, policies, triggers, statistics.
CREATE RULE log_quiet AS ON DELETE TO app.log DO INSTEAD NOTHING;
ALTER TABLE app.log DISABLE RULE log_quiet;
COMMENT ON RULE log_quiet ON app.log IS 'stays';
CREATE RULE named_insert AS ON INSERT TO app.named DO ALSO NOTIFY named;
CREATE POLICY users_own ON app.users FOR UPDATE TO pgs_app, "Pgs Auditor" USING (name = CURRENT_USER)
  WITH CHECK (mood <> 'sad'::app.mood);
CREATE POLICY users_all ON app.users AS RESTRICTIVE USING (true);
COMMENT ON POLICY users_own ON app.users IS 'one''s own';
CREATE TRIGGER users_touch BEFORE INSERT OR UPDATE OF name, mood ON app.users FOR EACH ROW
  WHEN (NEW.name <> ') EXECUTE FUNCTION x(') EXECUTE FUNCTION app.touch('a', 'it''s', '');
COMMENT ON TRIGGER users_touch ON app.users IS 'touches';
CREATE TRIGGER users_gone AFTER DELETE ON app.users REFERENCING OLD TABLE AS old_users
  FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
ALTER TABLE app.users ENABLE ALWAYS TRIGGER users_gone;
CREATE CONSTRAINT TRIGGER users_late AFTER UPDATE ON app.users FROM app.orders DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER named_instead INSTEAD OF UPDATE ON app.named FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER log_emptied BEFORE TRUNCATE ON app.log EXECUTE FUNCTION app.touch();
CREATE TRIGGER events_touch AFTER INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.events_2025 DISABLE TRIGGER events_touch;
CREATE STATISTICS app.users_stats (ndistinct, mcv) ON name, mood FROM app.users;
ALTER STATISTICS app.users_stats SET STATISTICS 55;
COMMENT ON STATISTICS app.users_stats IS 'go together';
/*>=14*/ CREATE STATISTICS app.users_expression ON lower(name) FROM app.users; /*end*/
CREATE FUNCTION app.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER watch_ddl ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION app.watch();
COMMENT ON EVENT TRIGGER watch_ddl IS 'watches';
ALTER EVENT TRIGGER watch_ddl DISABLE;

-- Replication.
CREATE PUBLICATION partly FOR TABLE app.orders/*>=15*/ (id, a) WHERE (id > 5)/*end*/, app.parent
  WITH (publish = 'insert, delete', publish_via_partition_root = true);
COMMENT ON PUBLICATION partly IS 'a part';
CREATE PUBLICATION everything FOR ALL TABLES;
/*>=15*/ CREATE PUBLICATION whole_schema FOR TABLES IN SCHEMA app; /*end*/
CREATE SUBSCRIPTION remote CONNECTION 'host=nowhere password=secret' PUBLICATION b, a
  WITH (connect = false, slot_name = 'slot', synchronous_commit = 'local'
        /*>=14*/, binary = true, streaming = true/*end*//*>=15*/, two_phase = true, disable_on_error = true/*end*/);
COMMENT ON SUBSCRIPTION remote IS 'from nowhere';

SELECT lo_create(0), lo_create(0);

-- Security labels, as a provider would store them: none comes with the server.
INSERT INTO pg_catalog.pg_seclabel VALUES ('app.users'::regclass, 'pg_class'::regclass, 0, 'guard', 'secret'),
  ('app.users'::regclass, 'pg_class'::regclass, 2, 'guard', 'top secret');
INSERT INTO pg_catalog.pg_shseclabel SELECT oid, 'pg_database'::regclass, 'guard', 'public'
  FROM pg_catalog.pg_database WHERE datname = current_database();
ALTER FUNCTION app.trigram(text, text) DEPENDS ON EXTENSION pg_trgm;
ALTER INDEX app.users_trgm_idx DEPENDS ON EXTENSION pg_trgm;
ALTER TRIGGER named_instead ON app.named DEPENDS ON EXTENSION citext;
ALTER MATERIALIZED VIEW app.counted DEPENDS ON EXTENSION hstore;
ALTER FUNCTION app.trigram(text, text) DEPENDS ON EXTENSION hstore;

-- What makes it hard to find a row: one construct a paragraph.  Every rule in here can be kept and broken, but for those
-- under "may stay": pgstair has to exercise 98 % of them (test_torture.c).  Runs on 13 to 18; lines that begin with
-- "--15+ " are for servers from that major on.
CREATE SCHEMA torture;
SET search_path TO torture, public;
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION hstore SCHEMA public;
CREATE EXTENSION ltree SCHEMA public;
CREATE EXTENSION cube SCHEMA public;
CREATE EXTENSION seg SCHEMA public;
CREATE EXTENSION isn SCHEMA public;
CREATE EXTENSION intarray SCHEMA public;
CREATE EXTENSION btree_gist SCHEMA public;

-- 01: a self-reference that must not be NULL
CREATE TABLE t01_node (id integer PRIMARY KEY, parent_id integer NOT NULL REFERENCES t01_node ON DELETE CASCADE,
                       label text NOT NULL);

-- 02: a self-reference that may be NULL, and not to itself
CREATE TABLE t02_staff (id serial PRIMARY KEY, boss_id integer REFERENCES t02_staff ON DELETE SET NULL CHECK (boss_id <> id),
                        name varchar(40) NOT NULL CHECK (name = btrim(name) AND name <> ''));

-- 03: a cycle, deferred
CREATE TABLE t03_team (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), captain_id uuid NOT NULL);
CREATE TABLE t03_player (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
                         team_id uuid NOT NULL REFERENCES t03_team ON DELETE CASCADE);
ALTER TABLE t03_team ADD CONSTRAINT t03_captain FOREIGN KEY (captain_id) REFERENCES t03_player
  DEFERRABLE INITIALLY DEFERRED;

-- 04: a cycle with one side that may be NULL
CREATE TABLE t04_org (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id bigint);
CREATE TABLE t04_user (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id bigint NOT NULL REFERENCES t04_org,
                       email public.citext NOT NULL UNIQUE CHECK (email ~ '^[^@\s]+@[^@\s]+\.[a-z]{2,}$'));
ALTER TABLE t04_org ADD FOREIGN KEY (owner_id) REFERENCES t04_user ON DELETE SET NULL;

-- 05: a cycle that is neither: both rows have to come in one statement
CREATE TABLE t05_a (id integer PRIMARY KEY, b_id integer NOT NULL);
CREATE TABLE t05_b (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES t05_a);
ALTER TABLE t05_a ADD FOREIGN KEY (b_id) REFERENCES t05_b;

-- 06: composite keys that overlap: the tenant is in both
CREATE TABLE t06_tenant (id integer PRIMARY KEY);
CREATE TABLE t06_project (tenant_id integer REFERENCES t06_tenant ON DELETE CASCADE, id integer, title text NOT NULL,
                          PRIMARY KEY (tenant_id, id));
CREATE TABLE t06_member (tenant_id integer REFERENCES t06_tenant ON DELETE CASCADE, id integer, PRIMARY KEY (tenant_id, id));
CREATE TABLE t06_task (tenant_id integer NOT NULL, project_id integer NOT NULL, member_id integer, position integer NOT NULL,
                       PRIMARY KEY (tenant_id, project_id, position),
                       FOREIGN KEY (tenant_id, project_id) REFERENCES t06_project ON DELETE CASCADE ON UPDATE CASCADE,
                       FOREIGN KEY (tenant_id, member_id) REFERENCES t06_member ON DELETE RESTRICT,
                       CHECK (position BETWEEN 0 AND 99));

-- 07: MATCH FULL
CREATE TABLE t07_place (country char(2), zip varchar(10), PRIMARY KEY (country, zip),
                        CHECK (country ~ '^[A-Z]{2}$'));
CREATE TABLE t07_address (id serial PRIMARY KEY, country char(2), zip varchar(10), line text,
                          FOREIGN KEY (country, zip) REFERENCES t07_place MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL);

-- 08: SET DEFAULT, with a default that refers to a row
CREATE TABLE t08_level (code text PRIMARY KEY);
CREATE TABLE t08_ticket (id serial PRIMARY KEY, level text NOT NULL DEFAULT 'normal'
                           REFERENCES t08_level ON DELETE SET DEFAULT ON UPDATE SET DEFAULT);

-- 09: a reference to a unique constraint, not to the primary key
CREATE TABLE t09_country (id serial PRIMARY KEY, iso char(3) NOT NULL UNIQUE CHECK (iso = upper(iso) AND length(iso) = 3));
CREATE TABLE t09_city (id serial PRIMARY KEY, iso char(3) NOT NULL REFERENCES t09_country (iso) ON UPDATE CASCADE,
                       population integer CHECK (population >= 0));

-- 10: a primary key that is a foreign key (1:1), twice
CREATE TABLE t10_person (id serial PRIMARY KEY, born date CHECK (born > '1900-01-01' AND born < '2100-01-01'));
CREATE TABLE t10_employee (person_id integer PRIMARY KEY REFERENCES t10_person ON DELETE CASCADE ON UPDATE CASCADE,
                           salary numeric(10, 2) NOT NULL CHECK (salary > 0));
CREATE TABLE t10_manager (person_id integer PRIMARY KEY REFERENCES t10_employee ON DELETE CASCADE ON UPDATE CASCADE,
                          bonus numeric(6, 3) NOT NULL DEFAULT 0 CHECK (bonus BETWEEN 0 AND 100));

-- 11: list partitions, with a rule of one partition's own
CREATE TABLE t11_event (id bigint NOT NULL, region text NOT NULL, payload jsonb NOT NULL DEFAULT '{}',
                        PRIMARY KEY (id, region), CHECK (jsonb_typeof(payload) = 'object')) PARTITION BY LIST (region);
CREATE TABLE t11_event_eu PARTITION OF t11_event FOR VALUES IN ('de', 'fr', 'it');
CREATE TABLE t11_event_us PARTITION OF t11_event FOR VALUES IN ('us');
ALTER TABLE t11_event_us ADD CONSTRAINT t11_us_only CHECK (payload ? 'state');

-- 12: range partitions, sub-partitioned by hash, and a reference to them
CREATE TABLE t12_reading (taken_at timestamptz NOT NULL, sensor integer NOT NULL, value real NOT NULL CHECK (value > -273.15),
                          PRIMARY KEY (taken_at, sensor)) PARTITION BY RANGE (taken_at);
CREATE TABLE t12_reading_2031 PARTITION OF t12_reading FOR VALUES FROM ('2031-01-01') TO ('2032-01-01')
  PARTITION BY HASH (sensor);
CREATE TABLE t12_reading_2031_0 PARTITION OF t12_reading_2031 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t12_reading_2031_1 PARTITION OF t12_reading_2031 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE t12_alarm (id serial PRIMARY KEY, taken_at timestamptz NOT NULL, sensor integer NOT NULL,
                        FOREIGN KEY (taken_at, sensor) REFERENCES t12_reading ON DELETE CASCADE);

-- 13: inheritance, with a rule of the child's own
CREATE TABLE t13_vehicle (id serial PRIMARY KEY, wheels integer NOT NULL CHECK (wheels > 0));
CREATE TABLE t13_truck (load_kg integer NOT NULL CHECK (load_kg BETWEEN 100 AND 40000), PRIMARY KEY (id))
  INHERITS (t13_vehicle);

-- 14: identity of both kinds, generated columns, a rule on a generated one
CREATE TABLE t14_box (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, w integer NOT NULL, h integer NOT NULL,
                      area integer GENERATED ALWAYS AS (w * h) STORED CHECK (area BETWEEN 10 AND 1000));

-- 15: domains upon domains
CREATE DOMAIN d15_text AS text CHECK (VALUE <> '');
CREATE DOMAIN d15_slug AS d15_text CONSTRAINT slug CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$') CHECK (length(VALUE) <= 30);
CREATE DOMAIN d15_percent AS numeric(5, 2) DEFAULT 0 NOT NULL CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE t15_post (slug d15_slug PRIMARY KEY, score d15_percent, tags d15_slug[] NOT NULL DEFAULT '{}');

-- 16: enums, alone and in arrays
CREATE TYPE e16_mood AS ENUM ('sad', 'ok', 'happy', 'it''s "odd"');
CREATE TABLE t16_day (day date PRIMARY KEY, mood e16_mood NOT NULL, moods e16_mood[] CHECK (cardinality(moods) <= 3));

-- 17: lists by every spelling
CREATE TABLE t17_lists (id serial PRIMARY KEY, a text CHECK (a IN ('x', 'y')), b varchar(10) CHECK (b = ANY (ARRAY['p', 'q'])),
                        c integer CHECK (c = 1 OR c = 2 OR c = 3), d char(1) NOT NULL CHECK (d IN ('Y', 'N')),
                        e text CHECK (e NOT IN ('root', 'admin')), f smallint CHECK (f = ANY ('{10,20,30}'::smallint[])));

-- 18: ranges of numbers, dates, intervals
CREATE TABLE t18_ranges (id serial PRIMARY KEY, a integer CHECK (a >= 18 AND a < 130), b numeric CHECK (b > 0.5 AND b <= 1e6),
                         c date CHECK (c >= DATE '2020-02-29'), d interval CHECK (d BETWEEN '1 hour' AND '7 days'),
                         e time CHECK (e >= '08:00' AND e < '18:30'), f double precision CHECK (f BETWEEN -90 AND 90),
                         g money CHECK (g > 0::money), h bigint CHECK (h > 9007199254740992));

-- 19: lengths and blanks
CREATE TABLE t19_texts (id serial PRIMARY KEY, a text NOT NULL CHECK (length(trim(a)) > 0), b text CHECK (char_length(b) BETWEEN 8 AND 64),
                        c varchar(5) NOT NULL, d char(3), e bit(8), f bit varying(4), g text CHECK (octet_length(g) <= 16),
                        h varchar(100001), i bytea CHECK (length(i) = 32), j varchar(3)[]);

-- 20: patterns
CREATE TABLE t20_patterns (id serial PRIMARY KEY,
  email text NOT NULL CHECK (email ~* '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$'),
  phone text CHECK (phone ~ '^\+[1-9]\d{6,14}$'), colour text CHECK (colour ~ '^#([0-9a-f]{3}|[0-9a-f]{6})$'),
  url text CHECK (url LIKE 'https://%'), plate text CHECK (plate SIMILAR TO '[A-Z]{1,3}-[A-Z]{1,2} [0-9]{1,4}'),
  semver text CHECK (semver ~ '^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$'),
  ip text CHECK (ip ~ '^(\d{1,3}\.){3}\d{1,3}$'), iban text CHECK (iban ~ '^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$'),
  code text CHECK (code ~ '^(?:AB|CD)-\d{4}-[XYZ]$'), no_blank text CHECK (no_blank !~ '\s'),
  hash text CHECK (hash ~ '^[0-9a-f]{64}$'), not_like text CHECK (not_like NOT LIKE '%/%'), lower_only text CHECK (lower_only = lower(lower_only)));

-- 21: columns of one row against each other
CREATE TABLE t21_span (id serial PRIMARY KEY, starts timestamptz NOT NULL, ends timestamptz, CHECK (ends IS NULL OR ends > starts),
                       lo integer, hi integer, CHECK (lo <= hi), CHECK ((lo IS NULL) = (hi IS NULL)),
                       a integer NOT NULL, b integer NOT NULL, CONSTRAINT t21_sum CHECK (a + b = 100), CONSTRAINT t21_diff CHECK (a <> b));

-- 22: one of several
CREATE TABLE t22_either (id serial PRIMARY KEY, x integer, y text, z date, CHECK (num_nonnulls(x, y, z) = 1));

-- 23: what one column says decides about another
CREATE TABLE t23_payment (id serial PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('card', 'cash', 'wire')), card_no text, iban text,
  CHECK (CASE kind WHEN 'card' THEN card_no IS NOT NULL AND iban IS NULL WHEN 'wire' THEN iban IS NOT NULL ELSE card_no IS NULL END),
  CHECK (card_no ~ '^\d{16}$'));

-- 24: arithmetic
CREATE TABLE t24_sums (id serial PRIMARY KEY, n integer CHECK (n % 5 = 0), even bigint CHECK (even & 1 = 0),
                       net numeric(12, 2) NOT NULL, vat numeric(12, 2) NOT NULL, gross numeric(12, 2) NOT NULL,
                       CHECK (gross = net + vat), CHECK (net >= 0), CHECK (vat >= 0));

-- 25: arrays
CREATE TABLE t25_arrays (id serial PRIMARY KEY, tags text[] NOT NULL CHECK (array_length(tags, 1) BETWEEN 1 AND 5),
                         pair integer[] CHECK (cardinality(pair) = 2 AND pair[1] < pair[2]), no_null text[] CHECK (array_position(no_null, NULL) IS NULL),
                         subset text[] CHECK (subset <@ ARRAY['r', 'w', 'x']));

-- 26: json
CREATE TABLE t26_json (id serial PRIMARY KEY, a jsonb NOT NULL CHECK (a ? 'id' AND jsonb_typeof(a -> 'id') = 'number'),
                       b jsonb CHECK (b ->> 'type' IN ('circle', 'square')), c json CHECK (json_typeof(c) = 'array'),
                       d jsonb CHECK (jsonb_array_length(d) > 0), e jsonb CHECK (e @> '{"v": 1}'), f jsonb CHECK ((f ->> 'n')::integer > 5));

-- 27: range types, and no two that overlap
CREATE TABLE t27_booking (id serial PRIMARY KEY, room integer NOT NULL, during tstzrange NOT NULL,
                          CHECK (NOT isempty(during)), CHECK (NOT lower_inf(during) AND NOT upper_inf(during)),
                          EXCLUDE USING gist (room WITH =, during WITH &&));

-- 28: an exclusion by inequality, and one with a condition
CREATE TABLE t28_zoo (cage integer, animal text, EXCLUDE USING gist (cage WITH =, animal WITH <>));
CREATE TABLE t28_shift (id serial PRIMARY KEY, who integer NOT NULL, day daterange NOT NULL, cancelled boolean NOT NULL DEFAULT false,
                        EXCLUDE USING gist (who WITH =, day WITH &&) WHERE (NOT cancelled));

-- 29: unique by expression, by condition, over several columns, with NULLs
CREATE TABLE t29_unique (id serial PRIMARY KEY, email text NOT NULL, tenant integer, name text, is_primary boolean NOT NULL DEFAULT false,
                         deleted_at timestamptz, UNIQUE (tenant, name));
CREATE UNIQUE INDEX t29_lower_email ON t29_unique (lower(email));
CREATE UNIQUE INDEX t29_one_primary ON t29_unique (tenant) WHERE is_primary AND deleted_at IS NULL;
CREATE UNIQUE INDEX t29_coalesce ON t29_unique (coalesce(tenant, 0), name);

-- 30: a unique rule that is checked late, and one with a passenger
CREATE TABLE t30_order (id serial PRIMARY KEY, list integer NOT NULL, place integer NOT NULL, note text,
                        UNIQUE (list, place) DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX t30_cover ON t30_order (id, list) INCLUDE (note);

-- 31: composite types
CREATE TYPE c31_point AS (x integer, y integer);
CREATE TABLE t31_composite (id serial PRIMARY KEY, at c31_point NOT NULL CHECK ((at).x >= 0 AND (at).y >= 0), path c31_point[]);

-- 32: types of the server's own
CREATE TABLE t32_types (id serial PRIMARY KEY, a inet NOT NULL CHECK (family(a) = 4), b cidr NOT NULL, c macaddr NOT NULL UNIQUE, d macaddr8 NOT NULL,
                        e point NOT NULL, f box NOT NULL, g polygon NOT NULL, h circle NOT NULL, i tsvector NOT NULL, j tsquery NOT NULL,
                        k pg_lsn NOT NULL UNIQUE, l oid NOT NULL, m regclass, n name NOT NULL, o "char" NOT NULL, p timetz NOT NULL,
                        q jsonpath NOT NULL, r line NOT NULL, s lseg NOT NULL, t path NOT NULL, u xml, v bit(3) NOT NULL, w interval NOT NULL UNIQUE);

-- 33: contrib's
CREATE TABLE t33_contrib (id serial PRIMARY KEY, a public.hstore NOT NULL CHECK (a ? 'k'), b public.ltree NOT NULL UNIQUE, c public.cube NOT NULL,
                          d public.seg NOT NULL, e public.isbn NOT NULL UNIQUE, f public.ean13 NOT NULL, g public.lquery NOT NULL, h public.query_int NOT NULL,
                          i public.citext NOT NULL CHECK (i IN ('Yes', 'No')));

-- 34: range types of the user's own
CREATE TYPE r34_float AS RANGE (subtype = float8);
CREATE TABLE t34_range (id serial PRIMARY KEY, r r34_float NOT NULL UNIQUE CHECK (upper(r) - lower(r) <= 10), i int4range NOT NULL CHECK (lower(i) >= 0));

-- 35: a trigger that refuses, one that rewrites, one that fills in
CREATE TABLE t35_account (id serial PRIMARY KEY, currency text NOT NULL, owner text NOT NULL UNIQUE, balance integer NOT NULL CHECK (balance >= 0));
CREATE FUNCTION t35_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.currency NOT IN ('EUR', 'USD') THEN
    RAISE EXCEPTION 'no such currency: %', NEW.currency;
  END IF;
  NEW.owner := lower(btrim(NEW.owner));
  NEW.balance := coalesce(NEW.balance, 0);
  RETURN NEW;
END $$;
CREATE TRIGGER t35_before BEFORE INSERT OR UPDATE ON t35_account FOR EACH ROW EXECUTE FUNCTION t35_check();

-- 36: a trigger that keeps a time, below a cascade and a SET NULL
CREATE TABLE t36_album (id serial PRIMARY KEY, title text NOT NULL);
CREATE TABLE t36_photo (id serial PRIMARY KEY, album_id integer REFERENCES t36_album ON DELETE SET NULL, updated_at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION t36_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
CREATE TRIGGER t36_touch BEFORE UPDATE ON t36_photo FOR EACH ROW EXECUTE FUNCTION t36_touch();

-- 37: a trigger that makes rows elsewhere
CREATE TABLE t37_article (id serial PRIMARY KEY, title text NOT NULL);
CREATE TABLE t37_stats (article_id integer PRIMARY KEY REFERENCES t37_article ON DELETE CASCADE, views integer NOT NULL DEFAULT 0);
CREATE TABLE t37_log (at timestamptz NOT NULL DEFAULT now(), what text NOT NULL);
CREATE FUNCTION t37_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO torture.t37_stats (article_id) VALUES (NEW.id); INSERT INTO torture.t37_log (what) VALUES ('made ' || NEW.id); RETURN NULL; END $$;
CREATE TRIGGER t37_made AFTER INSERT ON t37_article FOR EACH ROW EXECUTE FUNCTION t37_made();

-- 38: a constraint trigger, at the end of the transaction
CREATE TABLE t38_invoice (id serial PRIMARY KEY, total integer NOT NULL CHECK (total > 0));
CREATE FUNCTION t38_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.total > 1000000 THEN RAISE EXCEPTION 'too much'; END IF; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER t38_late AFTER INSERT ON t38_invoice DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION t38_late();

-- 39: rules by functions of the user's own
CREATE FUNCTION t39_is_isbn10(s text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT s ~ '^\d{9}[\dX]$' $$;
CREATE FUNCTION t39_is_grade(g text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN g IN ('A', 'B', 'C'); END $$;
CREATE TABLE t39_book (id serial PRIMARY KEY, isbn text NOT NULL CHECK (torture.t39_is_isbn10(isbn)), grade text CHECK (torture.t39_is_grade(grade)));

-- 40: the row as a whole
CREATE TABLE t40_row (id serial PRIMARY KEY, a integer, b integer, CHECK (ROW(a, b) IS DISTINCT FROM ROW(0, 0)));

-- 41: a table of one row
CREATE TABLE t41_settings (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), name text NOT NULL);
INSERT INTO t41_settings (name) VALUES ('ours');

-- 42: rows that are there already, and a reference to them
CREATE TABLE t42_role (name text PRIMARY KEY CHECK (name IN ('admin', 'user')));
INSERT INTO t42_role VALUES ('admin'), ('user');
CREATE TABLE t42_grant (id serial PRIMARY KEY, role text NOT NULL REFERENCES t42_role ON UPDATE CASCADE);

-- 43: names that want quotes
CREATE TABLE "T 43 ""odd"" naïve" ("Select" integer PRIMARY KEY, "from where" text NOT NULL CHECK ("from where" <> 'x''y'), "ünï" integer REFERENCES "T 43 ""odd"" naïve");

-- 44: many columns in one rule
CREATE TABLE t44_wide (id serial PRIMARY KEY, a boolean NOT NULL, b boolean NOT NULL, c boolean NOT NULL, d boolean NOT NULL,
                       CHECK (a::integer + b::integer + c::integer + d::integer = 2));

-- 45: a rule that refers to the time
CREATE TABLE t45_birth (id serial PRIMARY KEY, born date NOT NULL CHECK (born <= CURRENT_DATE), seen timestamptz DEFAULT now() CHECK (seen <= now() + interval '1 day'));

-- 46: collations, and a column that has its own
CREATE TABLE t46_text (id serial PRIMARY KEY, a text COLLATE "C" NOT NULL CHECK (a > 'b' AND a < 'f'), b text CHECK (b COLLATE "C" >= 'M'));

-- 47: SET NULL of a composite key whose other part may not be NULL
CREATE TABLE t47_parent (tenant integer, id integer, PRIMARY KEY (tenant, id));
CREATE TABLE t47_child (tenant integer NOT NULL, id integer, parent_id integer, PRIMARY KEY (tenant, id),
--15+                   FOREIGN KEY (tenant, parent_id) REFERENCES t47_parent ON DELETE SET NULL (parent_id),
                        CHECK (id > 0));

-- 48: NULLs that are not distinct
CREATE TABLE t48_nulls (a integer, b text
--15+                   , UNIQUE NULLS NOT DISTINCT (a, b)
                        );

-- 49: a junction with a rule about its two sides
CREATE TABLE t49_user (id serial PRIMARY KEY);
CREATE TABLE t49_follow (follower integer REFERENCES t49_user ON DELETE CASCADE, followee integer REFERENCES t49_user ON DELETE CASCADE,
                         PRIMARY KEY (follower, followee), CHECK (follower <> followee));

-- 50: a long way up
CREATE TABLE t50_a (id serial PRIMARY KEY);
CREATE TABLE t50_b (id serial PRIMARY KEY, a_id integer NOT NULL REFERENCES t50_a ON DELETE CASCADE);
CREATE TABLE t50_c (id serial PRIMARY KEY, b_id integer NOT NULL REFERENCES t50_b ON DELETE CASCADE);
CREATE TABLE t50_d (id serial PRIMARY KEY, c_id integer NOT NULL REFERENCES t50_c ON DELETE CASCADE);
CREATE TABLE t50_e (id serial PRIMARY KEY, d_id integer NOT NULL REFERENCES t50_d ON DELETE CASCADE, a_id integer REFERENCES t50_a ON DELETE SET NULL);

-- 51: a foreign key that holds for new rows only, and two over one column
CREATE TABLE t51_old (id integer PRIMARY KEY);
CREATE TABLE t51_new (id integer PRIMARY KEY);
CREATE TABLE t51_ref (id integer PRIMARY KEY REFERENCES t51_old, CHECK (id > 0));
ALTER TABLE t51_ref ADD CONSTRAINT t51_second FOREIGN KEY (id) REFERENCES t51_new NOT VALID;
ALTER TABLE t51_ref ADD CONSTRAINT t51_later CHECK (id < 1000000) NOT VALID;

-- 52: rules that cover each other
CREATE TABLE t52_twice (id serial PRIMARY KEY, n integer NOT NULL, CONSTRAINT a_wide CHECK (n > 0), CONSTRAINT b_narrow CHECK (n > 10),
                        s varchar(50) CHECK (length(s) <= 20));

-- 53: NO ACTION and RESTRICT, deferrable or not
CREATE TABLE t53_p (id integer PRIMARY KEY);
CREATE TABLE t53_na (id serial PRIMARY KEY, p integer REFERENCES t53_p);
CREATE TABLE t53_r (id serial PRIMARY KEY, p integer REFERENCES t53_p ON DELETE RESTRICT ON UPDATE RESTRICT);
CREATE TABLE t53_d (id serial PRIMARY KEY, p integer REFERENCES t53_p DEFERRABLE);

-- 54: row-level security, forced
CREATE TABLE t54_secret (id serial PRIMARY KEY, owner name NOT NULL DEFAULT current_user, n integer CHECK (n > 0));
ALTER TABLE t54_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE t54_secret FORCE ROW LEVEL SECURITY;

-- 55: a default that no row may have, and one that is refused once it is there
CREATE TABLE t55_default (id serial PRIMARY KEY, state text NOT NULL DEFAULT 'unknown' CHECK (state IN ('on', 'off')), n integer NOT NULL DEFAULT -1 CHECK (n >= 0));

-- 56: a hash of a column, an IMMUTABLE function in a unique index
CREATE TABLE t56_blob (id serial PRIMARY KEY, body text NOT NULL, UNIQUE (body));
CREATE UNIQUE INDEX t56_md5 ON t56_blob (md5(body));

-- 57: precision
CREATE TABLE t57_numbers (id serial PRIMARY KEY, a numeric(4, 2) NOT NULL, b numeric(3) NOT NULL, c decimal(38, 10), d numeric(5, 2) CHECK (d BETWEEN 0 AND 1));

-- 58: a partial rule on top of a list
CREATE TABLE t58_state (id serial PRIMARY KEY, state text NOT NULL CHECK (state IN ('draft', 'sent', 'paid')), sent_at date, paid_at date,
                        CHECK (state = 'draft' OR sent_at IS NOT NULL), CHECK (state <> 'paid' OR paid_at >= sent_at));

-- 59: a tree of paths
CREATE TABLE t59_path (path public.ltree PRIMARY KEY CHECK (nlevel(path) BETWEEN 1 AND 4), depth integer GENERATED ALWAYS AS (public.nlevel(path)) STORED);

-- 60: a default partition, references from a partitioned table
CREATE TABLE t60_owner (id integer PRIMARY KEY);
CREATE TABLE t60_item (id integer NOT NULL, owner_id integer NOT NULL REFERENCES t60_owner ON DELETE CASCADE, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE t60_item_low PARTITION OF t60_item FOR VALUES FROM (0) TO (100);
CREATE TABLE t60_item_rest PARTITION OF t60_item DEFAULT;

#ifndef PGS_TESTS_VERDICT_GROUND_H
#define PGS_TESTS_VERDICT_GROUND_H

/* Tables with rows, for verdicts; each has indexes of one kind, so that they do not get into each
 * other's way. */
static const char *const verdict_ground[] = {
    "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name varchar(80) NOT NULL,"
    " status text NOT NULL, city int NOT NULL, score int, created timestamptz NOT NULL,"
    " tags text[] NOT NULL, parent int, note text NOT NULL)",
    "INSERT INTO users SELECT i, 'user' || i || '@example.org', 'Name ' || (i * 7919 % 10000),"
    " CASE WHEN i % 100 = 0 THEN 'open' WHEN i % 100 < 5 THEN 'held' ELSE 'done' END,"
    " i * 31 % 2000, i * 7 % 5000, timestamptz '2020-01-01' + i * interval '1 hour',"
    " ARRAY['t' || i % 500, 'u' || i % 3], CASE WHEN i > 100 THEN i * 13 % 9973 + 1 END,"
    " repeat('x', 60) FROM generate_series(1, 10000) AS i",
    "CREATE INDEX ix_email ON users (email)",
    "CREATE INDEX ix_lower_name ON users (lower(name::text))",
    "CREATE INDEX ix_open ON users (created) WHERE status = 'open'",
    "CREATE INDEX ix_parent ON users (parent)",
    "CREATE INDEX ix_score ON users (score DESC)",
    "CREATE INDEX ix_tags ON users USING gin (tags)",
    "CREATE INDEX ix_name_pattern ON users (name varchar_pattern_ops)",
    "CREATE INDEX ix_email_hash ON users USING hash (note)",

    "CREATE TABLE plain (id int, a int NOT NULL, b int NOT NULL, c int, s text, pad text)",
    "INSERT INTO plain SELECT i, i % 2500, i % 11, i % 7, CASE WHEN i % 50 = 0 THEN 'open' ELSE"
    " 'done' END, repeat('p', 80) FROM generate_series(1, 10000) AS i",
    "CREATE INDEX ix_plain_s ON plain (s)",
    "CREATE INDEX ix_plain_ba ON plain (b, a)",

    "CREATE TABLE twins (id int, a int, pad text)",
    "INSERT INTO twins SELECT i, i, repeat('p', 80) FROM generate_series(1, 10000) AS i",
    "CREATE INDEX ix_twin_a ON twins (a)",
    "CREATE UNIQUE INDEX uq_twin_b ON twins (a)",

    "CREATE TABLE rivals (id int, a int, b int, c int, pad text)",
    "INSERT INTO rivals SELECT i, i % 100, i, i, repeat('p', 80) FROM generate_series(1, 10000) AS"
    " i",
    "CREATE INDEX ix_rival_a ON rivals (a)",
    "CREATE INDEX ix_rival_b ON rivals (b)",
    "CREATE INDEX ix_rival_c ON rivals (c)",
    "CREATE INDEX ix_rival_c_a ON rivals (c, a)",

    "CREATE TABLE siblings (id int, a int, b text, pad text)",
    "INSERT INTO siblings SELECT i, i * 7919 % 10007, repeat('b', 40) || i, repeat('p', 80) FROM"
    " generate_series(1, 10000) AS i",
    "CREATE INDEX ix_sibling_a ON siblings (a)",
    "CREATE INDEX ix_sibling_a_b ON siblings (a, b)",

    "CREATE TABLE cover (id int, a int, b int, pad text)",
    "INSERT INTO cover SELECT i, i % 1000, i, repeat('p', 200) FROM generate_series(1, 10000) AS i",
    "CREATE INDEX ix_cover ON cover (a) INCLUDE (b)",

    "CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL, total int NOT NULL, pad text)",
    "INSERT INTO orders SELECT i, i * 17 % 2000 + 1, i % 100, repeat('p', 60) FROM"
    " generate_series(1, 10000) AS i",
    "CREATE INDEX ix_orders_user ON orders (user_id)",

    "CREATE TABLE measures (day int NOT NULL, sensor int NOT NULL, v int, pad text)"
    " PARTITION BY RANGE (day)",
    "CREATE TABLE measures_a PARTITION OF measures FOR VALUES FROM (0) TO (100)",
    "CREATE TABLE measures_b PARTITION OF measures FOR VALUES FROM (100) TO (200)",
    "CREATE TABLE measures_c PARTITION OF measures FOR VALUES FROM (200) TO (300)",
    "CREATE TABLE measures_rest PARTITION OF measures DEFAULT",
    "INSERT INTO measures SELECT i % 300, i % 1999, i, repeat('p', 60) FROM generate_series(1,"
    " 12000) AS i",
    "CREATE INDEX ix_sensor ON measures (sensor)",

    "CREATE TABLE patchy (day int NOT NULL, sensor int NOT NULL, pad text) PARTITION BY RANGE "
    "(day)",
    "CREATE TABLE patchy_a PARTITION OF patchy FOR VALUES FROM (0) TO (100)",
    "CREATE TABLE patchy_b PARTITION OF patchy FOR VALUES FROM (100) TO (200)",
    "INSERT INTO patchy SELECT i % 200, i % 1999, repeat('p', 60) FROM generate_series(1, 10000) AS"
    " i",
    "CREATE INDEX ix_patchy ON ONLY patchy (sensor)",
    "CREATE INDEX ix_patchy_a ON patchy_a (sensor)",
    "ALTER INDEX ix_patchy ATTACH PARTITION ix_patchy_a",

    "CREATE TABLE few (id int PRIMARY KEY, a int)",
    "INSERT INTO few SELECT i, i FROM generate_series(1, 5) AS i",
    "CREATE INDEX ix_few ON few (a)",
    "CREATE TABLE bare (id int, a int, pad text)",
    "INSERT INTO bare SELECT i, i, repeat('p', 60) FROM generate_series(1, 3000) AS i",

    "CREATE TABLE points (id int, at point, pad text)",
    "INSERT INTO points SELECT i, point(i % 100, i / 100), repeat('p', 60) FROM generate_series(1,"
    " 10000) AS i",
    "CREATE INDEX ix_at ON points USING gist (at)",

    "CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, pad text, UNIQUE (a, b))",
    "INSERT INTO pairs SELECT i % 100, i, repeat('p', 60) FROM generate_series(1, 10000) AS i",

    "CREATE TABLE old_base (id int, a int, pad text)",
    "CREATE TABLE old_child () INHERITS (old_base)",
    "CREATE TABLE old_other () INHERITS (old_base)",
    "INSERT INTO old_base SELECT i, i, repeat('p', 60) FROM generate_series(1, 5000) AS i",
    "INSERT INTO old_child SELECT i, i, repeat('p', 60) FROM generate_series(1, 5000) AS i",
    "CREATE INDEX ix_old ON old_base (a)",
    "CREATE INDEX ix_old_child ON old_child (a)",
    "CREATE TABLE old_full (id int, a int, pad text)",
    "CREATE TABLE old_unlike () INHERITS (old_full)",
    "INSERT INTO old_full SELECT i, i, repeat('p', 60) FROM generate_series(1, 5000) AS i",
    "INSERT INTO old_unlike SELECT i, i, repeat('p', 60) FROM generate_series(1, 5000) AS i",
    "CREATE INDEX ix_full ON old_full (a)",
    "CREATE TABLE old_mixed (id int, a int, pad text)",
    "CREATE TABLE old_partial () INHERITS (old_mixed)",
    "INSERT INTO old_mixed SELECT i, i, repeat('p', 60) FROM generate_series(1, 5000) AS i",
    "INSERT INTO old_partial SELECT i, i, repeat('p', 60) FROM generate_series(1, 5000) AS i",
    "CREATE INDEX ix_mixed ON old_mixed (a)",
    "CREATE INDEX ix_partial ON old_partial (a) WHERE id > 0",

    "CREATE VIEW open_users AS SELECT id, created FROM users WHERE status = 'open'",
    "CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total, repeat('p', 60) AS pad"
    " FROM orders GROUP BY user_id",
    "CREATE INDEX ix_totals ON totals (user_id)",
};

#endif

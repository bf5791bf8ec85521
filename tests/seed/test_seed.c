/* Covers harness/seed/: seed.c, load_sql.c, load_csv.c, load_json.c, source.c, target.c and put.c.
 */
#include "cmocka_all.h"

#include "seed/seed.h"
#include "seed_fixture.h"

static void
write_bytes(const Fixture *fixture, const char *name, const char *text, gssize length)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    assert_true(g_file_set_contents(path, text, length, NULL));
}

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    write_bytes(fixture, name, text, -1);
}

/* A sample of files in the test's folder. */
static PgsSample *
make_sample(const Fixture *fixture, PgsSampleFormat format, const char *name, const char *table)
{
    g_autofree char *pattern = g_build_filename(fixture->folder, name, NULL);
    PgsSample *sample = pgs_sample_new(format, pattern);
    sample->root = g_strdup(fixture->folder);
    sample->table = g_strdup(table);
    return sample;
}

static void
set_key(PgsSample *sample, const char *columns)
{
    g_strfreev(sample->key);
    sample->key = g_strsplit(columns, ",", -1);
}

static void
map(PgsSample *sample, const char *column, PgsValueSource source, const char *text)
{
    g_ptr_array_add(sample->columns, pgs_column_map_new(column, source, text));
}

static PgsSeedFailure *
load(const Fixture *fixture, const PgsSample *sample)
{
    g_autoptr(GError) error = NULL;
    PgsSeedFailure *failure = NULL;
    gboolean ok = pgs_seed_load(fixture->connection, sample, &failure, NULL, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_true(ok);
    /* Whatever happened, the session can be used. */
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    return failure;
}

static void
assert_loads(const Fixture *fixture, const PgsSample *sample)
{
    g_autoptr(PgsSeedFailure) failure = load(fixture, sample);
    if (failure != NULL)
        fprintf(stderr, "%s:%u: %s\n", failure->path, failure->line, failure->message);
    assert_null(failure);
}

/* The file's name, line and column, and parts of what is said. */
static void
assert_fails(const Fixture *fixture, const PgsSample *sample, const char *name, guint line,
             guint column, const char *message, const char *hint)
{
    g_autoptr(PgsSeedFailure) failure = load(fixture, sample);
    assert_non_null(failure);
    g_autofree char *base = g_path_get_basename(failure->path);
    if (strstr(failure->message, message) == NULL)
        fprintf(stderr, "said: %s\n", failure->message);
    assert_string_equal(base, name);
    assert_int_equal(failure->line, line);
    assert_int_equal(failure->column, column);
    assert_non_null(strstr(failure->message, message));
    assert_null(strchr(failure->message, '\n'));
    if (hint != NULL && (failure->hint == NULL || strstr(failure->hint, hint) == NULL))
        fprintf(stderr, "hint: %s\n", failure->hint);
    if (hint != NULL)
        assert_non_null(strstr(failure->hint, hint));
}

/* ---- SQL ---- */

static void
test_sql(void **state)
{
    const Fixture *fixture = *state;
    write_file(fixture, "a.sql",
               "\xef\xbb\xbf\\restrict abc\nCREATE TABLE t (a int, b text);\n"
               "COPY t FROM STDIN;\n1\tone; two\n2\t\\N\n3\ttab\\tand\\\\\n\\.\n"
               "INSERT INTO t VALUES (4, 'four; ''quoted''');\n"
               "DO $$ BEGIN PERFORM 1; END $$;\nCOPY t TO STDOUT;\nSELECT * FROM t\n"
               ";\n\\unrestrict abc\n");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_SQL, "a.sql", NULL);
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT string_agg(a || coalesce(b, '-'), '|' ORDER BY a) FROM t",
                 "1one; two|2-|3tab\tand\\|4four; 'quoted'");
}

static void
test_sql_fails_as_a_whole(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int)");
    write_file(fixture, "a.sql", "INSERT INTO t VALUES (1);\n\nINSERT INTO t\n  VALUES (1, 2);\n");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_SQL, "a.sql", NULL);
    assert_fails(fixture, sample, "a.sql", 4, 14, "INSERT has more expressions", NULL);
    assert_value(fixture, "SELECT count(*) FROM t", "0");
    write_file(fixture, "a.sql", "COPY t FROM STDIN;\n1\n2\nx\n\\.\n");
    assert_fails(fixture, sample, "a.sql", 4, 0, "invalid input syntax for type integer: \"x\"",
                 NULL);
    assert_value(fixture, "SELECT count(*) FROM t", "0");
    write_file(fixture, "a.sql", "INSERT INTO t VALUES (1);\nSELECT 'open");
    assert_fails(fixture, sample, "a.sql", 2, 8, "", NULL);
    write_file(fixture, "a.sql", "SELECT 1;\n\\i other.sql\n");
    assert_fails(fixture, sample, "a.sql", 2, 1, "", NULL);
}

/* More than sockets hold: the server refuses a row while rows are still being sent. */
static void
test_copy_refused_in_the_midst(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int, b text)");
    g_autoptr(GString) text = g_string_new("SELECT 1;\nCOPY t FROM STDIN;\n");
    for (guint i = 3; i <= 200000; i++)
        g_string_append_printf(text, "%s%u\tthe line with the number %u\n", i == 5000 ? "x" : "", i,
                               i);
    g_string_append(text, "\\.\nSELECT 2;\n");
    write_file(fixture, "a.sql", text->str);
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_SQL, "a.sql", NULL);
    assert_fails(fixture, sample, "a.sql", 5000, 0,
                 "invalid input syntax for type integer: \"x5000\"", NULL);
    assert_value(fixture, "SELECT count(*) FROM t", "0");
    *strstr(text->str, "x5000") = '9';
    write_file(fixture, "a.sql", text->str);
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT count(*) FROM t", "199998");
    /* There is no data for it. */
    write_file(fixture, "a.sql", "PREPARE p AS SELECT 1;\nDO 'BEGIN END';\nCOPY t FROM STDIN");
    assert_fails(fixture, sample, "a.sql", 3, 1, "", NULL);
}

/* Cancels when somebody waits for the lock that the fixture's session holds. */
typedef struct {
    const Fixture *fixture;
    GCancellable *cancellable;
} Canceller;

static gpointer
cancel_what_waits(gpointer data)
{
    const Canceller *canceller = data;
    gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    g_autofree char *waits = NULL;
    while (g_strcmp0(waits, "t") != 0 && g_get_monotonic_time() < deadline) {
        g_clear_pointer(&waits, g_free);
        pgs_connection_value(canceller->fixture->connection,
                             "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)", &waits,
                             NULL);
    }
    g_cancellable_cancel(canceller->cancellable);
    return NULL;
}

/* The server takes no more data and does not answer: only the client can end it. */
static void
test_cancelled(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int, b text);"
                     "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
                     "$$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN new; END $$;"
                     "CREATE TRIGGER wait BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION wait();"
                     "SELECT pg_advisory_lock(1)");
    g_autofree char *text = g_strnfill(4 * 1024 * 1024, 'x');
    g_autofree char *copy = g_strdup_printf("COPY t FROM STDIN;\n1\ty\n2\t%s\n\\.\n", text);
    g_autofree char *csv = g_strdup_printf("a,b\n1,y\n2,%s\n", text);
    write_file(fixture, "a.sql", copy);
    write_file(fixture, "a.csv", csv);
    static const struct {
        PgsSampleFormat format;
        const char *name, *table;
    } cases[] = {{PGS_SAMPLE_SQL, "a.sql", NULL}, {PGS_SAMPLE_CSV, "a.csv", "t"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsSample) sample =
            make_sample(fixture, cases[i].format, cases[i].name, cases[i].table);
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsConnection) connection = pgs_connection_open(
            pgs_server_conninfo(fixture->server), fixture->database, 0, cancellable, &error);
        assert_non_null(connection);
        Canceller canceller = {fixture, cancellable};
        GThread *thread = g_thread_new("cancel", cancel_what_waits, &canceller);
        PgsSeedFailure *failure = NULL;
        gboolean ok = pgs_seed_load(connection, sample, &failure, NULL, &error);
        g_thread_join(thread);
        assert_false(ok);
        assert_null(failure);
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    }
}

static void
test_sql_with_its_own_transactions(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int PRIMARY KEY)");
    write_file(fixture, "a.sql",
               "BEGIN;\nINSERT INTO t VALUES (1);\nCOMMIT;\nVACUUM t;\nINSERT INTO t VALUES (1);");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_SQL, "a.sql", NULL);
    assert_fails(fixture, sample, "a.sql", 5, 1, "duplicate key value", NULL);
    assert_value(fixture, "SELECT count(*) FROM t", "1");
    write_file(fixture, "a.sql", "BEGIN;\nINSERT INTO t VALUES (2);\n");
    assert_fails(fixture, sample, "a.sql", 0, 0, "leaves a transaction open", "COMMIT");
    assert_value(fixture, "SELECT count(*) FROM t", "1");
}

static void
test_deferred_constraint(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE c (a int REFERENCES p "
                     "DEFERRABLE INITIALLY DEFERRED)");
    write_file(fixture, "a.sql", "INSERT INTO c VALUES (1);\n");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_SQL, "a.sql", NULL);
    assert_fails(fixture, sample, "a.sql", 0, 0, "violates foreign key constraint", NULL);
}

/* ---- files ---- */

static void
test_files(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (n serial, a text)");
    write_file(fixture, "s/2.sql", "INSERT INTO t (a) VALUES ('2');");
    write_file(fixture, "s/10.sql", "INSERT INTO t (a) VALUES ('10');");
    write_file(fixture, "s/1.sql", "INSERT INTO t (a) VALUES ('1');");
    write_file(fixture, "s/folder.sql/x.sql", "INSERT INTO t (a) VALUES ('never');");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_SQL, "s/*.sql", NULL);
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT string_agg(a, ' ' ORDER BY n) FROM t", "1 10 2");
    g_autoptr(PgsSample) none = make_sample(fixture, PGS_SAMPLE_SQL, "s/*.csv", NULL);
    assert_fails(fixture, none, "*.csv", 0, 0, "matches no file", "relative to");
    g_autoptr(PgsSample) missing = make_sample(fixture, PGS_SAMPLE_SQL, "s/3.sql", NULL);
    assert_fails(fixture, missing, "3.sql", 0, 0, "no such file", "relative to");
    /* A name with a pattern's characters is a name first. */
    write_file(fixture, "s/[1].sql", "INSERT INTO t (a) VALUES ('odd');");
    g_autoptr(PgsSample) odd = make_sample(fixture, PGS_SAMPLE_SQL, "s/[1].sql", NULL);
    assert_loads(fixture, odd);
    assert_value(fixture, "SELECT count(*) FROM t WHERE a = 'odd'", "1");
    write_bytes(fixture, "s/bad.sql", "SELECT 1;\nSELECT '\xff'", -1);
    g_autoptr(PgsSample) bad = make_sample(fixture, PGS_SAMPLE_SQL, "s/bad.sql", NULL);
    assert_fails(fixture, bad, "bad.sql", 2, 9, "not valid UTF-8", "UTF-8");
    write_bytes(fixture, "s/nul.sql", "SELECT 1;\0", 10);
    g_autoptr(PgsSample) nul = make_sample(fixture, PGS_SAMPLE_SQL, "s/nul.sql", NULL);
    assert_fails(fixture, nul, "nul.sql", 1, 10, "NUL", NULL);
}

/* ---- CSV ---- */

static void
test_csv(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int, name text, \"Order\" numeric(5,2), tags text[], "
                     "raw bytea, doc jsonb)");
    write_file(fixture, "t.csv",
               "\xef\xbb\xbfid,name,Order,tags,raw,doc\r\n"
               "1,\"a \"\"quoted\"\", name\nwith two lines\",1.50,\"{x,\"\"y, z\"\"}\",\\x00ff10,"
               "\"{\"\"a\"\": [1, null]}\"\r\n"
               "\r\n"
               "2,\"\",,,,\n"
               "3,\\N 'x'; -- \\,0,{},,null");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "t");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT name FROM t WHERE id = 1", "a \"quoted\", name\nwith two lines");
    assert_value(fixture, "SELECT concat_ws('|', \"Order\", tags[2], raw, doc) FROM t WHERE id = 1",
                 "1.50|y, z|\\x00ff10|{\"a\": [1, null]}");
    assert_value(fixture,
                 "SELECT (name = '')::text || (\"Order\" IS NULL)::text || (doc IS NULL)::text "
                 "FROM t WHERE id = 2",
                 "truetruetrue");
    assert_value(fixture, "SELECT name || doc::text FROM t WHERE id = 3", "\\N 'x'; -- \\null");
}

static void
test_csv_of_another_kind(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a text, b text, c text, d int, e int)");
    write_file(fixture, "t.csv", "x;unused;y\nNULL;1;\"NULL\"\n\"p;q\";2;\n");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "public.t");
    g_free(sample->delimiter);
    sample->delimiter = g_strdup(";");
    g_free(sample->null_text);
    sample->null_text = g_strdup("NULL");
    map(sample, "a", PGS_VALUE_MEMBER, "x");
    map(sample, "b", PGS_VALUE_MEMBER, "y");
    map(sample, "c", PGS_VALUE_PATH, NULL);
    map(sample, "d", PGS_VALUE_CONSTANT, "7");
    map(sample, "e", PGS_VALUE_SQL, "6 * 7");
    assert_loads(fixture, sample);
    assert_value(fixture,
                 "SELECT string_agg(concat_ws('|', coalesce(a, '-'), coalesce(b, '-'), c, d, e), "
                 "' / ' ORDER BY a NULLS FIRST) FROM t",
                 "-|NULL|t.csv|7|42 / p;q||t.csv|7|42");
}

static void
test_csv_faults(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int NOT NULL, name varchar(5))");
    static const struct {
        const char *text;
        guint line;
        const char *message, *hint;
    } cases[] = {
        {"id,name\n1,a\n\n2\n", 4, "the line has 1 fields, and the header has 2", "quoted"},
        {"id,name\n\"1\n2\",x,\n", 2, "the line has 3 fields", NULL},
        {"id,name\n1,\"open\n\n", 2, "no closing quote", NULL},
        {"id,name\n1,\"a\"b\n", 2, "behind a field's closing quote", NULL},
        {"id,name\n1,a\"b\n", 2, "a quote inside a field", NULL},
        {"id,id\n", 1, "stands there twice", NULL},
        {"id,\n", 1, "a column without a name", NULL},
        {"id,nme\n1,x\n", 1, "nme is no column of t", "the nearest is name"},
        {"", 1, "the file is empty", "names the columns"},
        {"id,name\n1,x\nx,y\n", 3,
         "column id (column id): invalid input syntax for type integer: \"x\"", NULL},
        {"id,name\n1,toolong\n", 2, "value too long for type character varying(5)", NULL},
        {"id,name\n1,x\n,y\n", 3, "column id (column id): null value in column \"id\"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_file(fixture, "t.csv", cases[i].text);
        g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "t");
        assert_fails(fixture, sample, "t.csv", cases[i].line, i == 7 ? 1 : 0, cases[i].message,
                     cases[i].hint);
        assert_value(fixture, "SELECT count(*) FROM t", "0");
    }
    write_file(fixture, "t.csv", "id,name\n1,x\n");
    g_autoptr(PgsSample) mapped = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "t");
    map(mapped, "id", PGS_VALUE_MEMBER, "idd");
    assert_fails(fixture, mapped, "t.csv", 1, 0, "the file has no column idd", "nearest is id");
    g_autoptr(PgsSample) nowhere = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "missing");
    assert_fails(fixture, nowhere, "t.csv", 0, 0, "relation \"missing\" does not exist",
                 "loaded at head");
    g_autoptr(PgsSample) document = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "t");
    map(document, "id", PGS_VALUE_DOCUMENT, NULL);
    assert_fails(fixture, document, "t.csv", 0, 0, "only JSON has a document", NULL);
}

/* ---- keys ---- */

#define COUNTING_TRIGGER                                                                           \
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS "                                 \
    "$$ BEGIN new.touched := old.touched + 1; RETURN new; END $$; "                                \
    "CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();"

static void
test_upsert(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (k text PRIMARY KEY, j json, x xml, p point, n numeric, "
                     "a int[], touched int DEFAULT 0);" COUNTING_TRIGGER);
    write_file(fixture, "t.csv",
               "k,j,x,p,n,a\na,\"{\"\"b\"\":  1}\",<a/>,\"(1,2)\",1.0,{1}\n"
               "b,,,,,\n");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "t");
    set_key(sample, "k");
    assert_loads(fixture, sample);
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT sum(touched) FROM t", "0");
    /* One digit more is another value, and a NULL that gets one, too. */
    write_file(fixture, "t.csv",
               "k,j,x,p,n,a\na,\"{\"\"b\"\":  1}\",<a/>,\"(1,2)\",1.00,{1}\n"
               "b,null,,,,\n");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT string_agg(k || touched, ' ' ORDER BY k) FROM t", "a1 b1");
    assert_value(fixture, "SELECT n FROM t WHERE k = 'a'", "1.00");
    /* Two rows of one key in a load: the last stays. */
    write_file(fixture, "t.csv", "k,n\nc,1\nc,2\n");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT n FROM t WHERE k = 'c'", "2");
    /* Nothing but the key. */
    write_file(fixture, "t.csv", "k\nc\nd\n");
    assert_loads(fixture, sample);
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT count(*) FROM t", "4");
    set_key(sample, "n");
    assert_fails(fixture, sample, "t.csv", 2, 0, "no unique or exclusion constraint",
                 "primary key or unique rule");
    set_key(sample, "key");
    assert_fails(fixture, sample, "t.csv", 0, 0, "the key's column key is no column of t", "k");
}

static void
test_identity_and_default(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                     "status text NOT NULL DEFAULT 'new', note text DEFAULT 'none', "
                     "twice int GENERATED ALWAYS AS (id * 2) STORED)");
    write_file(fixture, "t.json", "[{\"key\": 7, \"status\": \"old\"}, {\"key\": 9}]");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "t.json", "t");
    set_key(sample, "id");
    map(sample, "id", PGS_VALUE_MEMBER, "key");
    map(sample, "status", PGS_VALUE_MEMBER, "status");
    map(sample, "note", PGS_VALUE_MEMBER, "note");
    assert_loads(fixture, sample);
    assert_loads(fixture, sample);
    assert_value(fixture,
                 "SELECT string_agg(concat_ws(' ', id, status, coalesce(note, '-'), twice), ', ' "
                 "ORDER BY id) FROM t",
                 "7 old - 14, 9 new - 18");
    map(sample, "twice", PGS_VALUE_CONSTANT, "1");
    assert_fails(fixture, sample, "t.json", 1, 2, "cannot insert a non-DEFAULT value into column",
                 NULL);
}

/* ---- many rows ---- */

/* A header, and n rows "line,x"; the row of the line "bad" is "bad,toolong". */
static char *
make_lines(guint n, guint bad)
{
    GString *text = g_string_new("id,name\n");
    for (guint line = 2; line < n + 2; line++)
        g_string_append_printf(text, "%u,%s\n", line, line == bad ? "toolong" : "x");
    return g_string_free(text, FALSE);
}

/* Answers are not waited for one by one; what is said is of the first row that is refused. */
static void
test_place_among_many_rows(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int PRIMARY KEY, name varchar(5))");
    static const guint places[] = {2, 500, 501, 502, 1002, 1234, 3001};
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t*.csv", "t");
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *text = make_lines(3000, places[i]);
        write_file(fixture, "t.csv", text);
        assert_fails(fixture, sample, "t.csv", places[i], 0, "value too long for type", NULL);
        /* What is wrong with the file itself further down comes behind that. */
        g_autofree char *broken = g_strconcat(text, "1,\"open\n", NULL);
        write_file(fixture, "t.csv", broken);
        assert_fails(fixture, sample, "t.csv", places[i], 0, "value too long for type", NULL);
        assert_value(fixture, "SELECT count(*) FROM t", "0");
    }
    g_autofree char *text = make_lines(3000, 0);
    write_file(fixture, "t.csv", text);
    write_file(fixture, "t2.csv", "id,name\n1,y\n2,z\n");
    assert_fails(fixture, sample, "t2.csv", 3, 0, "duplicate key value", NULL);
    write_file(fixture, "t2.csv", "id,name\n1,y\n");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT count(*) FROM t", "3001");
    write_file(fixture, "t.json", "[{\"id\": -1}, {\"id\": -2, \"name\": \"toolong\"}, 3]");
    g_autoptr(PgsSample) json = make_sample(fixture, PGS_SAMPLE_JSON, "t.json", "t");
    assert_fails(fixture, json, "t.json", 1, 14, "document 2: value too long for type", NULL);
}

/* What a row's triggers, references and expressions see is what an application's insert has. */
static void
test_each_row_is_a_statement(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t, n int, m int);"
                     "CREATE TABLE log (rows int);"
                     "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
                     "$$ BEGIN INSERT INTO log SELECT count(*) FROM t; RETURN NULL; END $$;"
                     "CREATE TRIGGER note AFTER INSERT ON t EXECUTE FUNCTION note()");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t.csv", "t");
    map(sample, "id", PGS_VALUE_MEMBER, "id");
    map(sample, "parent", PGS_VALUE_MEMBER, "parent");
    map(sample, "n", PGS_VALUE_SQL, "(SELECT count(*) FROM t)");
    write_file(fixture, "t.csv", "id,parent\n1,\n2,3\n3,1\n");
    assert_fails(fixture, sample, "t.csv", 3, 0, "violates foreign key constraint", NULL);
    write_file(fixture, "t.csv", "id,parent\n1,\n3,1\n2,3\n");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT string_agg(id || ':' || n, ' ' ORDER BY id) FROM t",
                 "1:0 2:2 3:1");
    assert_value(fixture, "SELECT string_agg(rows::text, ' ' ORDER BY rows) FROM log", "1 2 3");
}

static void
assert_note(const Fixture *fixture, const PgsSample *sample, const char *expected)
{
    g_autoptr(PgsSeedFailure) failure = NULL;
    g_autofree char *note = NULL;
    assert_true(pgs_seed_load(fixture->connection, sample, &failure, &note, NULL));
    assert_null(failure);
    if (expected == NULL)
        assert_null(note);
    else
        assert_string_equal(note != NULL ? note : "", expected);
}

#define REPEAT_HINT "\nHINT: leave the other row out, or name more columns with key:"

/* With a key the second row changes the first, and nobody would notice. */
static void
test_repeated_key(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a text, b text, c int, PRIMARY KEY (a, b)); "
                     "CREATE TABLE u (a text UNIQUE, c int)");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_CSV, "t*.csv", "t");
    set_key(sample, "a,b");
    write_file(fixture, "t.csv", "c,b,a\n1,y,x\n2,xy,\"\"\n3,\"\",xy\n4,x,y\n");
    assert_note(fixture, sample, NULL);
    write_file(fixture, "t.csv", "c,b,a\n1,y,x\n\n2,y,x\n3,x,y\n");
    assert_note(fixture, sample,
                "t.csv:4: the key a = x, b = y stands at t.csv:2 already: only the last row of a "
                "key stays" REPEAT_HINT);
    assert_value(fixture, "SELECT c FROM t WHERE a = 'x' AND b = 'y'", "2");
    write_file(fixture, "t.csv",
               "c,b,a\n1,y,x\n2,q,\"two\nlines\"\n5,y,x\n6,y,x\n8,q,\"two\nlines\"\n");
    assert_note(fixture, sample,
                "t.csv:5: the key a = x, b = y stands at t.csv:2 already: only the last row of a "
                "key stays; 2 more such rows" REPEAT_HINT);
    /* Another file may well change what the first one says. */
    write_file(fixture, "t.csv", "c,b,a\n1,y,x\n");
    write_file(fixture, "t2.csv", "c,b,a\n2,y,x\n");
    assert_note(fixture, sample, NULL);
    /* NULL is no key; and the server makes one of them, which cannot be known. */
    g_autoptr(PgsSample) other = make_sample(fixture, PGS_SAMPLE_CSV, "u.csv", "u");
    set_key(other, "a");
    write_file(fixture, "u.csv", "a,c\n,1\n,2\n");
    assert_note(fixture, other, NULL);
    map(other, "c", PGS_VALUE_MEMBER, "c");
    map(other, "a", PGS_VALUE_SQL, "gen_random_uuid()");
    assert_note(fixture, other, NULL);
    assert_value(fixture, "SELECT count(*) FROM u", "4");
}

/* ---- JSON ---- */

static void
test_json(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (k text PRIMARY KEY, path text, label text, first text, "
                     "whole json, part jsonb, price numeric, big numeric, tags text[], "
                     "grid int[], docs jsonb[], yes boolean, made timestamptz NOT NULL, "
                     "touched int NOT NULL DEFAULT 0);" COUNTING_TRIGGER);
    const char *text = "{ \"key\":\"A\",\"title\" : {\"text\": \"L\\u00e9 \\\"\\ud83d\\ude00\\n\"},"
                       "\n  \"pages\": [{\"n\": \"p1\"}], \"price\": 1.10, \"price\":2.10, "
                       "\"big\": 123456789012345678901234567890.5, \"part\": \"text\","
                       "\"tags\": [\"a,\\\"b\\\\\", null, \"NULL\", \"\"], \"grid\": [[1,2],[3,4]],"
                       "\"docs\": [{\"x\": [1]}, \"s\"], \"yes\": true, \"a.b\": 1 }";
    write_file(fixture, "d/a.json", text);
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "d/*.json", "t");
    set_key(sample, "k");
    map(sample, "k", PGS_VALUE_MEMBER, "key");
    map(sample, "path", PGS_VALUE_PATH, NULL);
    map(sample, "label", PGS_VALUE_MEMBER, "title.text");
    map(sample, "first", PGS_VALUE_MEMBER, "pages.0.n");
    map(sample, "whole", PGS_VALUE_DOCUMENT, NULL);
    map(sample, "part", PGS_VALUE_MEMBER, "part");
    map(sample, "price", PGS_VALUE_MEMBER, "price");
    map(sample, "big", PGS_VALUE_MEMBER, "big");
    map(sample, "tags", PGS_VALUE_MEMBER, "tags");
    map(sample, "grid", PGS_VALUE_MEMBER, "grid");
    map(sample, "docs", PGS_VALUE_MEMBER, "docs");
    map(sample, "yes", PGS_VALUE_MEMBER, "yes");
    map(sample, "made", PGS_VALUE_SQL, "clock_timestamp()");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT whole FROM t", text);
    assert_value(fixture, "SELECT label FROM t", "L\u00e9 \"\U0001F600\n");
    assert_value(fixture,
                 "SELECT concat_ws('|', path, first, part, price, big, grid[2][1], docs[1], "
                 "docs[2], yes) FROM t",
                 "d/a.json|p1|\"text\"|2.10|123456789012345678901234567890.5|3|{\"x\": [1]}|\"s\""
                 "|t");
    assert_value(fixture,
                 "SELECT (tags = ARRAY['a,\"b\\', NULL, 'NULL', ''])::text || touched FROM t",
                 "true0");
    run_sql(fixture, "CREATE TABLE earlier AS SELECT made FROM t");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT touched || (made = (SELECT made FROM earlier))::text FROM t",
                 "0true");
    write_file(fixture, "d/a.json", "{\"key\": \"A\"}");
    assert_loads(fixture, sample);
    assert_value(fixture, "SELECT concat_ws('|', touched, coalesce(label, '-'), whole) FROM t",
                 "1|-|{\"key\": \"A\"}");
}

static void
test_json_by_names(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int, name text DEFAULT 'unnamed', doc json)");
    write_file(fixture, "1.json",
               "{\"id\": 1, \"name\": \"a\"}\n{\"id\": 2}\n\n"
               "{\"id\": 3, \"doc\": null, \"name\": null}\n");
    write_file(fixture, "2.json", "[]");
    write_file(fixture, "3.json", "[{\"id\": 4, \"doc\": [ ]}, {}]");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "?.json", "t");
    assert_loads(fixture, sample);
    assert_value(fixture,
                 "SELECT string_agg(concat_ws(' ', id, coalesce(name, '-'), doc), ', ' "
                 "ORDER BY id) FROM t",
                 "1 a, 2 unnamed, 3 -, 4 unnamed [ ], unnamed");
}

static void
test_json_faults(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int NOT NULL, name text NOT NULL)");
    static const struct {
        const char *text;
        guint line, column;
        const char *message, *hint;
    } cases[] = {
        {"{\"id\": 1,\n \"name\": }", 2, 10, "a value is needed here", NULL},
        {"", 1, 1, "the text ends where a value is needed", NULL},
        {"{\"id\": 01}", 1, 9, "a comma or } is needed", NULL},
        {"{\"id\": 1.}", 1, 10, "a number lacks digits", NULL},
        {"{id: 1}", 1, 2, "in double quotes", NULL},
        {"{\"id\": 1,}", 1, 10, "in double quotes", NULL},
        {"{\"id\": 'x'}", 1, 8, "a value is needed here", NULL},
        {"{\"id\": \"\\ud800\"}", 1, 15, "surrogate", NULL},
        {"{\"id\": \"\\u0000\"}", 1, 15, "u0000", NULL},
        {"{\"id\": \"a\nb\"}", 1, 10, "control character", NULL},
        {"{\"id\": \"\\x\"}", 1, 10, "no such escape", NULL},
        {"{\"id\": \"", 1, 9, "no closing quote", NULL},
        {"{\"id\": 1 // no\n}", 1, 10, "a comma or }", NULL},
        {"1", 1, 1, "the document is no JSON object", "object"},
        {"[{\"id\": 1, \"name\": \"x\"},\n 2]", 2, 2, "document 2 is no JSON object", NULL},
        {"{\"id\": 1, \"nam\": 2}", 1, 18, "nam is no column of t", "the nearest is name"},
        {"[{\"id\": 1, \"name\": \"x\"},\n  {\"id\": \"y\", \"name\": \"z\"}]", 2, 3,
         "document 2, column id (member id): invalid input syntax for type integer: \"y\"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_file(fixture, "t.json", cases[i].text);
        g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "t.json", "t");
        assert_fails(fixture, sample, "t.json", cases[i].line, cases[i].column, cases[i].message,
                     cases[i].hint);
        assert_value(fixture, "SELECT count(*) FROM t", "0");
    }
    write_file(fixture, "t.json", "{\"id\": 1}");
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "t.json", "t");
    map(sample, "id", PGS_VALUE_MEMBER, "id");
    map(sample, "name", PGS_VALUE_MEMBER, "title.text");
    assert_fails(fixture, sample, "t.json", 1, 1,
                 "column name (member title.text): null value in column \"name\"",
                 "the data has no member title.text, from which name comes");
    map(sample, "nme", PGS_VALUE_CONSTANT, "x");
    assert_fails(fixture, sample, "t.json", 0, 0, "nme is no column of t", "name");
    /* Nothing of a load stays when its last file fails. */
    write_file(fixture, "a.json", "{\"id\": 1, \"name\": \"x\"}");
    g_autoptr(PgsSample) both = make_sample(fixture, PGS_SAMPLE_JSON, "[at].json", "t");
    assert_fails(fixture, both, "t.json", 1, 1, "null value", NULL);
    assert_value(fixture, "SELECT count(*) FROM t", "0");
}

/* A misspelt member of a nullable column is NULL everywhere, and nobody would notice. */
static void
test_json_member_that_no_document_has(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int, name text)");
    write_file(fixture, "a.json", "{\"id\": 1}");
    write_file(fixture, "b.json", "{\"id\": 2, \"title\": \"x\"}");
    static const struct {
        const char *member, *note;
    } cases[] = {{"title", NULL}, {"titel", "no document has a member titel, from which name"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "[ab].json", "t");
        map(sample, "id", PGS_VALUE_MEMBER, "id");
        map(sample, "name", PGS_VALUE_MEMBER, cases[i].member);
        g_autoptr(PgsSeedFailure) failure = NULL;
        g_autofree char *note = NULL;
        assert_true(pgs_seed_load(fixture->connection, sample, &failure, &note, NULL));
        assert_null(failure);
        if (cases[i].note == NULL)
            assert_null(note);
        else
            assert_true(g_str_has_prefix(note, cases[i].note));
    }
}

static void
test_json_depth(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int)");
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 100000; i++)
        g_string_append_c(text, '[');
    write_file(fixture, "t.json", text->str);
    g_autoptr(PgsSample) sample = make_sample(fixture, PGS_SAMPLE_JSON, "t.json", "t");
    assert_fails(fixture, sample, "t.json", 1, 513, "nested too deep", NULL);
}

/* A lost connection is the run's error, not the data's. */
static void
test_lost_connection(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int CHECK (pg_terminate_backend(pg_backend_pid())))");
    write_file(fixture, "a.sql", "SELECT pg_terminate_backend(pg_backend_pid());");
    write_file(fixture, "a.csv", "a\n1\n2\n");
    g_autoptr(PgsSample) csv = make_sample(fixture, PGS_SAMPLE_CSV, "a.csv", "t");
    g_autoptr(PgsSample) sql = make_sample(fixture, PGS_SAMPLE_SQL, "a.sql", NULL);
    const PgsSample *const samples[] = {csv, sql};
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsConnection) connection = pgs_connection_open(
            pgs_server_conninfo(fixture->server), fixture->database, 60000, NULL, &error);
        assert_non_null(connection);
        PgsSeedFailure *failure = NULL;
        assert_false(pgs_seed_load(connection, samples[i], &failure, NULL, &error));
        assert_null(failure);
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
    }
}

/* A server that has no room is no fault of the data's, in whatever format it is. */
static void
test_shortage(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE t (id int);"
            "CREATE FUNCTION greedy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            "  PERFORM pg_advisory_xact_lock(i) FROM generate_series(1, 1000000) AS i;"
            "  RETURN new; END $$;"
            "CREATE TRIGGER greedy BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION greedy()");
    static const struct {
        PgsSampleFormat format;
        const char *file, *text;
    } cases[] = {
        {PGS_SAMPLE_SQL, "s.sql", "SELECT 1;\nINSERT INTO t VALUES (1);\n"},
        {PGS_SAMPLE_SQL, "c.sql", "SELECT 1;\nCOPY t FROM stdin;\n1\n\\.\n"},
        {PGS_SAMPLE_CSV, "s.csv", "id\n1\n"},
        {PGS_SAMPLE_JSON, "s.json", "{\"id\": 1}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_file(fixture, cases[i].file, cases[i].text);
        g_autoptr(PgsSample) sample = make_sample(fixture, cases[i].format, cases[i].file, "t");
        g_autoptr(PgsSeedFailure) failure = NULL;
        g_autoptr(GError) error = NULL;
        assert_false(pgs_seed_load(fixture->connection, sample, &failure, NULL, &error));
        assert_null(failure);
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE));
        assert_non_null(strstr(error->message, cases[i].file));
        assert_non_null(strstr(error->message, "SQLSTATE 53200"));
        assert_value(fixture, "SELECT count(*)::text FROM t", "0");
    }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_sql),
        TEST(test_sql_fails_as_a_whole),
        TEST(test_copy_refused_in_the_midst),
        TEST(test_cancelled),
        TEST(test_sql_with_its_own_transactions),
        TEST(test_deferred_constraint),
        TEST(test_files),
        TEST(test_csv),
        TEST(test_csv_of_another_kind),
        TEST(test_csv_faults),
        TEST(test_upsert),
        TEST(test_identity_and_default),
        TEST(test_place_among_many_rows),
        TEST(test_each_row_is_a_statement),
        TEST(test_repeated_key),
        TEST(test_json),
        TEST(test_json_by_names),
        TEST(test_json_faults),
        TEST(test_json_member_that_no_document_has),
        TEST(test_json_depth),
        TEST(test_lost_connection),
        TEST(test_shortage),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

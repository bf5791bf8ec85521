/* Covers harness/check/expect*.c and harness/check/sql/expect_spell.sql. */
#include "cmocka_all.h"

#include "check/check.h"
#include "check/expect.h"
#include "server_fixture.h"
#include "snapshot/catalog.h"

#include <string.h>

/* What the expectations are held against: names that need quotes, forms that are spelled otherwise.
 */
static const char schema_sql[] =
    "CREATE SCHEMA app; CREATE SCHEMA \"My Schema\";"
    "CREATE TYPE mood AS ENUM ('sad', 'it''s, ok', 'happy');"
    "CREATE TYPE app.mood AS ENUM ('up', 'down');"
    "CREATE DOMAIN positive AS numeric(10,2) NOT NULL DEFAULT 1 CONSTRAINT more CHECK (VALUE > 0);"
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS"
    " $$BEGIN NEW.updated := now(); RETURN NEW; END$$;"
    "CREATE FUNCTION app.sum_up(a integer, b varchar) RETURNS SETOF text LANGUAGE sql STABLE AS"
    " $$SELECT $2$$;"
    "CREATE TABLE users (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,"
    " email varchar(255) NOT NULL CONSTRAINT users_email_key UNIQUE,"
    " name text DEFAULT 'nobody', mood mood NOT NULL DEFAULT 'sad', updated timestamptz(3),"
    " CONSTRAINT ck_email CHECK (length(trim(users.email)) > 0),"
    " CONSTRAINT ck_email_form CHECK (email ~ '^[^@]+@[^@]+$'));"
    "CREATE TABLE \"My Schema\".\"Odd.Table\" (\"order\" integer NOT NULL, \"text\" text,"
    " \"Mixed Case\" integer, \"a, b\" integer, \"q\"\"x\" integer,"
    " CONSTRAINT \"odd.pk\" PRIMARY KEY (\"order\", \"Mixed Case\"),"
    " CONSTRAINT \"odd, uq\" UNIQUE (\"a, b\", \"q\"\"x\"),"
    " CONSTRAINT \"odd ck\" CHECK (\"order\" BETWEEN 1 AND 5));"
    "CREATE INDEX \"Odd Index\" ON \"My Schema\".\"Odd.Table\" (\"order\" DESC, lower(\"text\"));"
    "CREATE TABLE app_states (name app.mood PRIMARY KEY);"
    "CREATE TABLE posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " author uuid NOT NULL, editor uuid, a integer, b integer,"
    " total integer GENERATED ALWAYS AS (a + b) STORED, body text COLLATE \"C\","
    " serial integer NOT NULL DEFAULT 0, published timestamptz, state app.mood,"
    " CONSTRAINT fk_author FOREIGN KEY (author) REFERENCES users (id) ON DELETE RESTRICT,"
    " CONSTRAINT fk_editor FOREIGN KEY (editor) REFERENCES users (id) ON DELETE SET NULL"
    " ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,"
    " CONSTRAINT ck_a CHECK (a > 0 OR a IS NULL));"
    "ALTER TABLE posts ADD CONSTRAINT ck_late CHECK (b > 0) NOT VALID;"
    "ALTER TABLE posts ADD CONSTRAINT fk_late FOREIGN KEY (state) REFERENCES app_states NOT VALID;"
    "CREATE INDEX ix_author ON posts (author);"
    "CREATE INDEX ix_unpublished ON posts (published) WHERE published IS NULL;"
    "CREATE UNIQUE INDEX ux_a_b ON posts (a, b) INCLUDE (body);"
    "CREATE UNIQUE INDEX ux_serial ON posts (serial) WHERE serial > 0;"
    "CREATE INDEX ix_body ON posts USING hash (body);"
    "CREATE INDEX ix_ab ON posts ((a + b) DESC NULLS LAST, lower(body) text_pattern_ops);"
    "CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW"
    " WHEN (OLD.email <> NEW.email) EXECUTE FUNCTION touch();"
    "CREATE TRIGGER users_off BEFORE INSERT OR UPDATE OF name ON users FOR EACH ROW"
    " EXECUTE FUNCTION touch(); ALTER TABLE users DISABLE TRIGGER users_off;"
    "CREATE VIEW authors AS SELECT id, email FROM users WHERE name IS NOT NULL;"
    "CREATE POLICY own ON users USING (email = current_user);"
    "CREATE SEQUENCE app.numbers AS smallint;"
    "CREATE SEQUENCE even INCREMENT 2;"
    "CREATE UNLOGGED TABLE kept (a integer) WITH (fillfactor = 70, autovacuum_enabled = false);"
    "ALTER TABLE kept ENABLE ROW LEVEL SECURITY;"
    "CREATE TABLE heir () INHERITS (kept);"
    "CREATE TRIGGER kept_seen AFTER UPDATE ON kept REFERENCING OLD TABLE AS gone"
    " FOR EACH STATEMENT EXECUTE FUNCTION touch();"
    "CREATE FUNCTION quick() RETURNS integer LANGUAGE sql PARALLEL SAFE LEAKPROOF"
    " SET work_mem = '1MB' AS 'SELECT 1';"
    "CREATE VIEW barred WITH (security_barrier) AS SELECT 1 AS one;"
    "CREATE RULE nothing AS ON INSERT TO barred DO INSTEAD NOTHING;"
    "CREATE TABLE events (id bigint, at date NOT NULL, PRIMARY KEY (id, at))"
    " PARTITION BY RANGE (at);"
    "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
    "CREATE INDEX ix_events ON events (at);";

typedef struct {
    PgsServer *server;
    PgsConnection *connection;
    PgsSnapshot *snapshot;
    char *database;
} World;

static PgsSnapshot *
read_snapshot(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = pgs_connection_open(pgs_server_conninfo(world->server),
                                                              world->database, 60000, NULL, &error);
    assert_non_null(connection);
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, 0, NULL, &error);
    assert_non_null(catalog);
    PgsSnapshot *snapshot = pgs_catalog_read(catalog, &error);
    assert_non_null(snapshot);
    return snapshot;
}

static int
make_world(void **state)
{
    if (pgs_fixture_start_server(state) != 0)
        return -1;
    g_autoptr(GError) error = NULL;
    World *world = g_new0(World, 1);
    world->server = *state;
    *state = world;
    world->database = pgs_server_create_database(world->server, "expect", NULL, &error);
    if (world->database != NULL)
        world->connection = pgs_connection_open(pgs_server_conninfo(world->server), world->database,
                                                60000, NULL, &error);
    if (world->connection == NULL || !pgs_connection_run(world->connection, schema_sql, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return -1;
    }
    world->snapshot = read_snapshot(world);
    return 0;
}

static int
end_world(void **state)
{
    World *world = *state;
    pgs_snapshot_unref(world->snapshot);
    pgs_connection_close(world->connection);
    pgs_server_stop(world->server);
    g_free(world->database);
    g_free(world);
    return 0;
}

/* One expectation, and what must come of it. */
typedef struct {
    const char *kind, *relation, *name;
    const char *attributes[14]; /* name, value ("-": none), …, NULL */
    PgsStatus status;
    const char *message; /* part of the message; NULL: not asked */
    const char *hint;    /* part of the hint */
    gboolean absent;
} Case;

static PgsExpectation *
expectation_of(const Case *test)
{
    PgsExpectation *expectation = pgs_expectation_new(test->kind, test->relation, test->name);
    expectation->absent = test->absent;
    for (const char *const *at = test->attributes; *at != NULL; at += 2)
        pgs_expectation_set(expectation, at[0], strcmp(at[1], "-") == 0 ? NULL : at[1]);
    g_strfreev(expectation->requirements);
    expectation->requirements = g_strsplit("R-1 R-2", " ", 0);
    expectation->place = (PgsPlace){g_intern_string("pgstair.yaml"), 7, 3};
    return expectation;
}

static PgsExpectContext
context_of(const World *world)
{
    return (PgsExpectContext){"sys", "0001_a", world->snapshot, world->connection};
}

static void
print_finding(const PgsFinding *finding)
{
    print_message("%s [%s] %s\n  object %s\n  message %s\n  expected %s\n  actual %s\n  hint %s\n"
                  "  sql %s\n",
                  finding->title, pgs_status_name(finding->status), finding->check, finding->object,
                  finding->message, finding->expected, finding->actual, finding->hint,
                  finding->sql);
}

static gboolean
is_as_said(const Case *test, const PgsFinding *finding)
{
    return finding->status == test->status &&
           (test->message == NULL || strstr(finding->message, test->message) != NULL) &&
           (test->hint == NULL || strstr(finding->hint, test->hint) != NULL) &&
           finding->object != NULL && finding->expected != NULL &&
           (test->status != PGS_STATUS_PASSED || finding->message == NULL) &&
           (test->status == PGS_STATUS_PASSED || finding->hint != NULL) &&
           pgs_check_find(finding->check) != NULL && finding->requirements->len == 2 &&
           finding->line == 7;
}

/* All in one block, as a system's would be; each must come out as its row says. */
static void
judge_cases(World *world, const Case *cases, gsize n)
{
    g_autoptr(PgsExpectations) block = pgs_expectations_new("head");
    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(block->items, expectation_of(&cases[i]));
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_autoptr(GError) error = NULL;
    PgsExpectContext context = context_of(world);
    assert_true(pgs_expect_judge(block, &context, findings, &error));
    assert_int_equal(findings->len, n);
    guint wrong = 0;
    for (gsize i = 0; i < n; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        if (g_getenv("PGS_TEST_PRINT") != NULL)
            print_finding(finding);
        if (is_as_said(&cases[i], finding))
            continue;
        wrong++;
        print_message("case %zu is not as said (%s):\n", i, pgs_status_name(cases[i].status));
        print_finding(finding);
    }
    assert_int_equal(wrong, 0);
}

#define OK PGS_STATUS_PASSED
#define BAD PGS_STATUS_FAILED
#define ODD "My Schema.\"Odd.Table\""

static void
test_tables_and_columns(void **state)
{
    static const Case cases[] = {
        {"table", NULL, "public.users", {NULL}, OK},
        {"table", NULL, "users", {NULL}, OK},
        {"table", NULL, "\"My Schema\".\"Odd.Table\"", {NULL}, OK},
        {"table", NULL, "My Schema.Odd.Table", {NULL}, OK},
        {"table", NULL, "public.user", {NULL}, BAD, "not there", "table public.users"},
        {"table", NULL, "app.users", {NULL}, BAD, NULL, "there is a table public.users"},
        {"table", NULL, "public.authors", {NULL}, BAD, NULL, "there is a view public.authors"},
        {"table",
         NULL,
         "public.users",
         {"row-security", "true"},
         BAD,
         "row security: none, expected row security"},
        {"table", NULL, "public.users", {"row-security", "-"}, OK},
        /* A plain table, unless it is said what else. */
        {"table", NULL, "public.kept", {NULL}, BAD, "persistence: unlogged, expected logged"},
        {"table", NULL, "public.kept", {"persistence", "unlogged"}, BAD, "options: autovacuum_"},
        {"table",
         NULL,
         "public.kept",
         {"persistence", "any", "options", "autovacuum_enabled = false, fillfactor=70",
          "row-security", "any"},
         OK},
        {"table",
         NULL,
         "public.kept",
         {"persistence", "UNLOGGED", "options", "any"},
         BAD,
         "row security: row security, expected none"},
        {"table", NULL, "public.events", {NULL}, BAD, "partitioning: RANGE (at), expected not"},
        {"table", NULL, "public.events", {"partition-by", "range  (at)"}, OK},
        {"table", NULL, "public.events_1", {NULL}, BAD, "parent: public.events, expected none"},
        {"table", NULL, "public.events_1", {"partition-of", "events"}, BAD, "bound: FOR VALUES"},
        {"table", NULL, "public.events_1", {"partition-of", "events", "bound", "any"}, OK},
        {"table",
         NULL,
         "public.events_1",
         {"partition-of", "events", "bound", "for values from ('2026-01-01') to ('2027-01-01')"},
         BAD},
        {"table",
         NULL,
         "public.events_1",
         {"partition-of", "events", "bound", "for values FROM ('2026-01-01') TO ('2027-01-01')"},
         OK},
        {"table", NULL, "public.heir", {NULL}, BAD, "parents: public.kept, expected none"},
        {"table", NULL, "public.heir", {"inherits", "kept"}, OK},
        {"column",
         "public.users",
         "email",
         {"type", "VARCHAR(255)", "not-null", "true", "default", "-"},
         OK},
        {"column",
         "users",
         "email",
         {"type", "character varying(255)"},
         BAD,
         "nullability: not null, expected null"},
        {"column", "users", "email", {"type", "character varying(255)", "not-null", "any"}, OK},
        {"column", "users", "email", {NULL}, OK},
        /* Described at all it is described whole. */
        {"column",
         "public.users",
         "id",
         {"type", "uuid", "not-null", "true"},
         BAD,
         "default: gen_random_uuid(), expected none"},
        {"column",
         "public.users",
         "id",
         {"type", "uuid", "not-null", "true", "default", "any"},
         OK},
        {"column", "public.users", "name", {"comment", "any"}, BAD, "comment: none, expected"},
        {"column",
         "public.users",
         "email",
         {"type", "varchar(100)", "not-null", "-", "default", "-"},
         BAD,
         "type: character varying(255), expected character varying(100); nullability: not null, "
         "expected null"},
        {"column",
         "public.users",
         "id",
         {"type", "uuid", "not-null", "true", "default", "gen_random_uuid( )"},
         OK},
        {"column",
         "public.users",
         "id",
         {"type", "uuid", "default", "-"},
         BAD,
         "default: gen_random_uuid(), expected none"},
        {"column", "public.users", "name", {"default", "'nobody'"}, OK},
        {"column", "public.users", "name", {"default", "'nobody'::text"}, OK},
        {"column",
         "public.users",
         "name",
         {"default", "'somebody'"},
         BAD,
         "default: 'nobody'::text, expected 'somebody'::text"},
        {"column", "public.users", "name", {"default", "NULL"}, BAD, "expected none"},
        {"column", "public.users", "email", {"default", "NULL", "not-null", "any"}, OK},
        {"column",
         "public.users",
         "mood",
         {"type", "mood", "not-null", "true", "default", "'sad'"},
         OK},
        {"column",
         "public.users",
         "mood",
         {"type", "public.mood", "not-null", "any", "default", "'sad'::public.mood"},
         OK},
        {"column",
         "public.users",
         "mood",
         {"type", "app.mood"},
         BAD,
         "type: public.mood, expected app.mood"},
        /* That the default cannot be of the wrong type is not told beside the type. */
        {"column",
         "public.users",
         "mood",
         {"type", "integer", "default", "5"},
         BAD,
         "type: public.mood, expected integer"},
        {"column", "public.users", "updated", {"type", "timestamp(3) with time zone"}, OK},
        {"column", "public.users", "updated", {"type", "timestamptz"}, BAD},
        {"column",
         "public.users",
         "emial",
         {"type", "text"},
         BAD,
         "not there",
         "column public.users.email"},
        {"column",
         "public.usres",
         "email",
         {"type", "text"},
         BAD,
         "there is no table public.usres",
         "table public.users"},
        {"column", ODD, "order", {"type", "int", "not-null", "true"}, OK},
        {"column", ODD, "\"order\"", {"type", "int4", "not-null", "any"}, OK},
        {"column", ODD, "text", {"type", "text"}, OK},
        {"column", ODD, "Mixed Case", {"type", "integer", "not-null", "true"}, OK},
        {"column", ODD, "q\"x", {"type", "integer"}, OK},
        {"column", ODD, "mixed case", {"type", "integer"}, BAD, NULL, "\"Mixed Case\""},
        {"column",
         "public.posts",
         "id",
         {"type", "bigint", "not-null", "true", "identity", "always"},
         OK},
        {"column",
         "public.posts",
         "id",
         {"type", "bigint", "not-null", "true", "default", "-"},
         BAD,
         "identity: ALWAYS, expected none"},
        {"column", "public.posts", "total", {"type", "int", "generated", "a+b"}, OK},
        {"column",
         "public.posts",
         "total",
         {"type", "int", "generated", "b + a"},
         BAD,
         "generation: (a + b) STORED, expected (b + a) STORED"},
        {"column", "public.posts", "body", {"type", "text"}, BAD, "collation: C"},
        {"column", "public.posts", "body", {"type", "text COLLATE \"C\""}, OK},
        {"column", "public.posts", "body", {"type", "text", "collation", "C"}, OK},
        {"column", "public.authors", "email", {"type", "varchar(255)"}, OK},
        {"column",
         "public.users",
         "email",
         {"type", "nonsense"},
         PGS_STATUS_ERROR,
         "type \"nonsense\" does not exist"},
        {"column", "public.users", "email", {"type", "text, b text"}, PGS_STATUS_ERROR},
        {"column",
         "public.users",
         "name",
         {"default", "'x' NOT NULL"},
         PGS_STATUS_ERROR,
         "syntax error"},
        {"column",
         "public.users",
         "name",
         {"default", "no_such_function()"},
         PGS_STATUS_ERROR,
         "no_such_function"},
    };
    judge_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_keys(void **state)
{
    static const Case cases[] = {
        {"primary key", "public.users", NULL, {"columns", "id"}, OK},
        {"primary key", "public.users", "users_pkey", {"columns", "id"}, OK},
        {"primary key",
         "public.users",
         NULL,
         {"columns", "email"},
         BAD,
         "columns: id, expected email"},
        {"primary key",
         "public.users",
         "users_pk",
         {"columns", "id"},
         BAD,
         NULL,
         "users_pkey has the same columns"},
        {"primary key", ODD, NULL, {"columns", "order, Mixed Case"}, OK},
        {"primary key", ODD, "odd.pk", {"columns", "\"order\", \"Mixed Case\""}, OK},
        {"primary key", ODD, NULL, {"columns", "Mixed Case, order"}, BAD},
        {"unique rule", "public.users", NULL, {"columns", "email"}, OK},
        {"unique constraint", "public.users", NULL, {"columns", "email"}, OK},
        {"unique rule", "public.users", "users_email_key", {"columns", "email"}, OK},
        {"unique rule", "public.posts", "ux_a_b", {"columns", "a, b", "include", "body"}, OK},
        {"unique rule", "public.posts", NULL, {"columns", "a, b", "include", "any"}, OK},
        {"unique rule",
         "public.posts",
         NULL,
         {"columns", "a, b"},
         BAD,
         "included columns: body, expected none"},
        {"unique constraint",
         "public.posts",
         NULL,
         {"columns", "a, b"},
         BAD,
         NULL,
         "unique index public.ux_a_b is over (a, b)"},
        {"unique rule",
         "public.posts",
         NULL,
         {"columns", "b, a"},
         BAD,
         NULL,
         "index public.ux_a_b is over (a, b)"},
        {"unique rule",
         "public.posts",
         NULL,
         {"columns", "serial"},
         BAD,
         "predicate: (serial > 0), expected none"},
        {"unique rule",
         "public.posts",
         NULL,
         {"columns", "author"},
         BAD,
         NULL,
         "index public.ix_author is over (author)"},
        {"unique rule", ODD, NULL, {"columns", "\"a, b\", \"q\"\"x\""}, OK},
        {"unique rule", ODD, "odd, uq", {"columns", "\"a, b\", q\"x"}, OK},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "author", "references", "users (id)", "on-delete", "RESTRICT"},
         OK},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "author", "references", "users", "on-delete", "r", "on-update", "a"},
         OK},
        {"foreign key",
         "public.posts",
         "fk_author",
         {"columns", "author", "references", "public.users(id)", "on-delete", "restrict"},
         OK},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "author", "references", "users (id)", "on-delete", "CASCADE"},
         BAD,
         "on delete: RESTRICT (r), expected CASCADE (c)"},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "author", "references", "users (id)"},
         BAD,
         "on delete: RESTRICT (r), expected NO ACTION (a)"},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "editor", "references", "users (id)", "deferrable", "true",
          "initially-deferred", "true"},
         BAD,
         "on delete: SET NULL (n), expected NO ACTION (a); on update: CASCADE (c), expected NO "
         "ACTION (a)"},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "author", "references", "users (id)", "on-delete", "any"},
         OK},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "author", "references", "users (email)", "on-delete", "r"},
         BAD,
         "references: public.users (id), expected public.users (email)"},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "editor", "references", "users", "on-delete", "n", "on-update", "c"},
         BAD,
         "deferrable: deferrable, expected not deferrable; initially-deferred: initially deferred, "
         "expected"},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "editor", "references", "users", "on-delete", "set null", "on-update", "c",
          "deferrable", "true", "initially-deferred", "true"},
         OK},
        {"foreign key",
         "public.posts",
         NULL,
         {"columns", "a", "references", "users"},
         BAD,
         "not there",
         "foreign key public.posts.fk_author has the same references"},
        {"foreign key",
         "public.posts",
         "fk_writer",
         {"columns", "author", "references", "users", "on-delete", "r"},
         BAD,
         "not there",
         "foreign key public.posts.fk_author has the same columns"},
        {"foreign key",
         "public.posts",
         "fk_late",
         {"columns", "state", "references", "app_states"},
         BAD,
         "validity: NOT VALID, expected validated"},
        {"foreign key",
         "public.posts",
         "fk_late",
         {"columns", "state", "references", "app_states", "not-valid", "true"},
         OK},
        {"foreign key", "public.posts", "fk_late", {NULL}, BAD, "NOT VALID"},
    };
    judge_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_checks(void **state)
{
    static const Case cases[] = {
        {"check constraint",
         "public.users",
         "ck_email",
         {"expression", "LENGTH(TRIM(email)) > 0"},
         OK},
        {"check constraint",
         "public.users",
         "ck_email",
         {"expression", "length(trim(both from users.email)) > 0"},
         OK},
        {"check constraint",
         "public.users",
         "ck_email",
         {"expression", "length(trim(email)) >= 0"},
         BAD,
         ")) >= 0)"},
        /* The same up to a redundant cast is not the same, and both forms are shown. */
        {"check constraint",
         "public.users",
         "ck_email",
         {"expression", "length(trim(email::varchar(300)::text)) > 0"},
         BAD},
        {"check constraint", "public.users", "ck_email", {NULL}, OK},
        {"check constraint", "public.users", NULL, {"expression", "length(trim(email)) > 0"}, OK},
        {"check constraint",
         "public.users",
         "ck_mail",
         {"expression", "length(trim(email)) > 0"},
         BAD,
         "not there",
         "check constraint public.users.ck_email has the same expression"},
        {"check constraint",
         "public.users",
         "ck_email_form",
         {"expression", "email ~ '^[^@]+@[^@]+$' -- an address"},
         OK},
        {"check constraint",
         ODD,
         "odd ck",
         {"expression", "\"order\" >= 1 AND \"order\" <= 5"},
         OK},
        {"check constraint",
         ODD,
         "odd ck",
         {"expression", "order between 1 and 5"},
         PGS_STATUS_ERROR,
         "syntax error"},
        {"check constraint",
         "public.posts",
         "ck_late",
         {"expression", "b > 0"},
         BAD,
         "validity: NOT VALID, expected validated"},
        {"check constraint",
         "public.posts",
         "ck_late",
         {"expression", "b > 0", "not-valid", "true"},
         OK},
        {"check constraint",
         "public.posts",
         "ck_a",
         {"expression", "gone > 0"},
         BAD,
         "column \"gone\" does not exist"},
        {"check constraint",
         "public.posts",
         "ck_a",
         {"expression", "true) , CHECK (true"},
         PGS_STATUS_ERROR},
        {"domain constraint", NULL, "public.positive.more", {"expression", "VALUE > 0"}, OK},
        {"domain constraint",
         NULL,
         "public.positive.more",
         {"expression", "VALUE > 1"},
         BAD,
         "expected (VALUE > (1)::numeric)"},
        {"domain",
         NULL,
         "public.positive",
         {"type", "numeric(10, 2)", "not-null", "true", "default", "1"},
         OK},
        {"domain", NULL, "public.positive", {"default", "2"}, BAD},
    };
    judge_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_indexes(void **state)
{
    static const Case cases[] = {
        {"index", "public.posts", "public.ix_author", {"columns", "author"}, OK},
        {"index", "public.posts", "ix_author", {"columns", "author"}, OK},
        {"index", "public.posts", NULL, {"columns", "author"}, OK},
        {"index", NULL, "public.ix_author", {NULL}, OK},
        {"index",
         "public.posts",
         "public.ix_author",
         {"columns", "author, a"},
         BAD,
         "columns: author, expected author, a"},
        {"index",
         "public.posts",
         "public.ix_author",
         {"columns", "author", "unique", "true"},
         BAD,
         "uniqueness: not unique, expected unique"},
        {"index",
         "public.posts",
         "public.ix_author",
         {"columns", "writer"},
         BAD,
         "columns: author, expected writer"},
        {"index",
         "public.users",
         "public.ix_author",
         {"columns", "author"},
         BAD,
         "it belongs to public.posts, expected public.users"},
        {"index",
         "public.posts",
         "public.ix_writer",
         {"columns", "author"},
         BAD,
         "not there",
         "index public.ix_author has the same columns (author)"},
        {"index",
         "public.posts",
         "public.ix_unpublished",
         {"columns", "published", "predicate", "(published) is null"},
         OK},
        {"index",
         "public.posts",
         "public.ix_unpublished",
         {"columns", "published"},
         BAD,
         "predicate: (published IS NULL), expected none"},
        {"index",
         "public.posts",
         "public.ix_unpublished",
         {"columns", "published", "predicate", "any"},
         OK},
        {"index",
         "public.posts",
         "public.ix_author",
         {"columns", "author", "predicate", "a > 1"},
         BAD,
         "predicate: none, expected (a > 1)"},
        {"index",
         "public.posts",
         "public.ux_a_b",
         {"columns", "a, b", "unique", "true", "include", "body"},
         OK},
        {"index",
         "public.posts",
         "public.ux_a_b",
         {"columns", "a, b", "include", "body"},
         BAD,
         "uniqueness: unique, expected not unique"},
        {"index",
         "public.posts",
         "public.ux_a_b",
         {"columns", "a, b", "unique", "true"},
         BAD,
         "included columns: body, expected none"},
        {"index", "public.posts", "public.ix_body", {"columns", "body", "method", "HASH"}, OK},
        {"index",
         "public.posts",
         "public.ix_body",
         {"columns", "body"},
         BAD,
         "method: hash, expected btree"},
        {"index",
         "public.posts",
         "public.ix_ab",
         {"columns", "(a+b) desc nulls last, lower(body) text_pattern_ops"},
         OK},
        {"index", "public.posts", "public.ix_ab", {"columns", "(a + b) desc, lower(body)"}, BAD},
        {"index", ODD, "My Schema.Odd Index", {"columns", "order DESC, lower(\"text\")"}, OK},
        {"index", ODD, "My Schema.Odd Index", {"columns", "order, lower(\"text\")"}, BAD},
        {"index",
         "public.posts",
         "public.ix_ab",
         {"columns", "lower(body, body)"},
         PGS_STATUS_ERROR,
         "does not exist"},
    };
    judge_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_other_kinds(void **state)
{
    static const Case cases[] = {
        {"enum type", NULL, "public.mood", {"labels", "'sad', 'it''s, ok', 'happy'"}, OK},
        {"enum type",
         NULL,
         "public.mood",
         {"labels", "'sad', 'happy', 'it''s, ok'"},
         BAD,
         "labels: 'sad', 'it''s, ok', 'happy', expected 'sad', 'happy'"},
        {"enum type",
         NULL,
         "public.modo",
         {"labels", "'sad', 'it''s, ok', 'happy'"},
         BAD,
         NULL,
         "enum type public.mood has the same labels"},
        {"trigger",
         "public.users",
         "users_touch",
         {"timing", "before", "events", "update", "for-each", "row", "function", "touch", "when",
          "new.email <> old.email"},
         BAD,
         "condition"},
        {"trigger",
         "public.users",
         "users_touch",
         {"timing", "before", "events", "update", "for-each", "row", "function", "touch()", "when",
          "OLD.email<>NEW.email"},
         OK},
        {"trigger",
         "public.users",
         "users_touch",
         {"timing", "after", "events", "insert, update", "function", "app.touch", "when", "any"},
         BAD,
         "timing: BEFORE, expected after; events: UPDATE, expected INSERT, UPDATE; level: ROW, "
         "expected STATEMENT; function: public.touch, expected app.touch"},
        {"trigger", "public.users", "users_off", {NULL}, BAD, "state: disabled, expected enabled"},
        {"trigger",
         "public.users",
         "users_off",
         {"events", "update or insert", "for-each", "row", "columns", "name", "state", "disabled"},
         OK},
        {"trigger",
         "public.kept",
         "kept_seen",
         {"timing", "after", "events", "update", "function", "touch"},
         BAD,
         "old table: gone, expected none"},
        {"trigger",
         "public.kept",
         "kept_seen",
         {"timing", "after", "events", "update", "function", "touch", "old-table", "gone"},
         OK},
        {"trigger",
         "public.users",
         "user_touch",
         {"function", "touch"},
         BAD,
         "not there",
         "has the same function"},
        {"function",
         NULL,
         "touch()",
         {"returns", "trigger", "language", "plpgsql", "body",
          " BEGIN\n NEW.updated := now();  RETURN NEW; END\n"},
         OK},
        {"function", NULL, "public.touch()", {"body", "BEGIN RETURN NEW; END"}, BAD, "body: "},
        {"function", NULL, "public.quick()", {"returns", "integer"}, BAD, "parallel safety: SAFE"},
        {"function",
         NULL,
         "public.quick()",
         {"returns", "integer", "parallel", "safe", "leakproof", "any"},
         BAD,
         "settings: work_mem=1MB, expected none"},
        {"function",
         NULL,
         "public.quick()",
         {"returns", "integer", "parallel", "safe", "leakproof", "any", "settings", "any"},
         OK},
        {"view",
         NULL,
         "public.barred",
         {"definition", "SELECT 1 AS one"},
         BAD,
         "options: security_barrier=true, expected none"},
        {"view",
         NULL,
         "public.barred",
         {"definition", "SELECT 1 AS one", "options", "security_barrier=true"},
         OK},
        {"function",
         NULL,
         "public.touch()",
         {"body", "BEGIN NEW.updated := now(); RETURN NEW; END", "volatility", "volatile"},
         OK},
        {"function",
         NULL,
         "app.sum_up(int, character varying(5))",
         {"returns", "setof TEXT", "volatility", "stable"},
         OK},
        {"function", NULL, "app.sum_up(int, varchar)", {"returns", "text"}, BAD, "expected text"},
        {"function", NULL, "app.sum_up(int, nonsense)", {NULL}, PGS_STATUS_ERROR, "nonsense"},
        {"function",
         NULL,
         "app.sum_up(int)",
         {NULL},
         BAD,
         "not there",
         "function app.sum_up(integer, character varying)"},
        {"view",
         NULL,
         "public.authors",
         {"definition", "select u.id, email from public.users u where not name is null;"},
         BAD,
         "definition"},
        {"view",
         NULL,
         "public.authors",
         {"definition", "SELECT id,email FROM users WHERE name IS NOT NULL;"},
         OK},
        {"policy", NULL, "public.users.own", {"using", "email = CURRENT_USER"}, OK},
        {"policy", "public.users", "own", {"using", "email = session_user"}, BAD},
        {"policy", "public.users", "own", {"command", "ALL"}, BAD, "using: "},
        {"policy", "public.users", "own", {"using", "any", "roles", "public"}, OK},
        {"sequence", NULL, "app.numbers", {"type", "int2"}, OK},
        {"sequence", NULL, "public.even", {"type", "bigint"}, BAD, "increment: 2, expected 1"},
        {"sequence", NULL, "public.even", {"increment", "2"}, OK},
        /* Of a kind that the table does not know: all that it has. */
        {"rule", NULL, "public.barred.nothing", {NULL}, OK},
        {"rule", NULL, "public.barred.nothing", {"state", "-"}, BAD, "definition"},
        {"rule", NULL, "public.barred.nothing", {"definition", "any"}, OK},
        {"extension", NULL, "plpgsql", {NULL}, OK},
        {"extension", NULL, "pgcrypt", {NULL}, BAD},
        {"schema", NULL, "My Schema", {NULL}, OK},
        {"schema", NULL, "ap", {NULL}, BAD, NULL, "schema app"},
        {"unheard of", NULL, "app", {NULL}, BAD},
    };
    judge_cases(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_absent(void **state)
{
    static const Case cases[] = {
        {"table", NULL, "public.old", {NULL}, OK, NULL, NULL, TRUE},
        {"table", NULL, "public.users", {NULL}, BAD, "table public.users is there", NULL, TRUE},
        {"column", "public.users", "legacy", {NULL}, OK, NULL, NULL, TRUE},
        {"column", "public.nowhere", "legacy", {NULL}, OK, NULL, NULL, TRUE},
        {"column", ODD, "order", {NULL}, BAD, NULL, NULL, TRUE},
        {"index", NULL, "public.ix_author", {NULL}, BAD, NULL, NULL, TRUE},
        /* A constraint's index is an index. */
        {"index", NULL, "public.users_email_key", {NULL}, BAD, "unique constraint", NULL, TRUE},
        {"index", NULL, "public.ix_old", {NULL}, OK, NULL, NULL, TRUE},
        {"constraint", "public.users", "ck_email", {NULL}, BAD, "check constraint", NULL, TRUE},
        {"constraint", "public.posts", "fk_author", {NULL}, BAD, "foreign key", NULL, TRUE},
        {"constraint", "public.posts", "fk_old", {NULL}, OK, NULL, NULL, TRUE},
        {"foreign key", "public.posts", NULL, {"columns", "author"}, BAD, "fk_author", NULL, TRUE},
        {"foreign key", "public.posts", NULL, {"columns", "a"}, OK, NULL, NULL, TRUE},
        {"enum type", NULL, "public.mood", {NULL}, BAD, NULL, NULL, TRUE},
        {"trigger", "public.users", "users_touch", {NULL}, BAD, NULL, NULL, TRUE},
        {"function", NULL, "touch()", {NULL}, BAD, NULL, NULL, TRUE},
        {"function", NULL, "touch(nonsense)", {NULL}, OK, NULL, NULL, TRUE},
    };
    judge_cases(*state, cases, G_N_ELEMENTS(cases));
}

/* ---- exact lists ---- */

static void
list(PgsExpectations *block, const char *kind, const char *relation, const char *name,
     const char *columns)
{
    PgsExpectation *item = pgs_expectation_new(kind, relation, name);
    if (columns != NULL)
        pgs_expectation_set(item, "columns", columns);
    g_ptr_array_add(block->items, item);
}

static GPtrArray *
unlisted(World *world, const PgsExpectations *block)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_autoptr(GError) error = NULL;
    PgsExpectContext context = context_of(world);
    assert_true(pgs_expect_judge(block, &context, findings, &error));
    for (guint i = findings->len; i > 0; i--) {
        const PgsFinding *finding = g_ptr_array_index(findings, i - 1);
        if (strcmp(finding->check, "expect.unlisted") != 0)
            g_ptr_array_remove_index(findings, i - 1);
    }
    return findings;
}

static void
assert_objects(const GPtrArray *findings, const char *const *objects)
{
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        if (objects[i] == NULL || strcmp(finding->object, objects[i]) != 0)
            print_message("%u: %s\n", i, finding->object);
    }
    assert_int_equal(findings->len, g_strv_length((char **)objects));
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        assert_string_equal(finding->object, objects[i]);
        assert_int_equal(finding->status, PGS_STATUS_FAILED);
    }
}

static void
test_exact_relation(void **state)
{
    World *world = *state;
    g_autoptr(PgsExpectations) block = pgs_expectations_new("head");
    g_ptr_array_add(block->exact_relations, g_strdup("public.users"));
    list(block, "table", NULL, "public.users", NULL);
    static const char *const columns[] = {"id", "email", "name", "updated"};
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
        list(block, "column", "public.users", columns[i], NULL);
    list(block, "primary key", "public.users", NULL, "id");
    list(block, "check constraint", "public.users", "ck_email", NULL);
    list(block, "trigger", "public.users", "users_touch", NULL);
    g_autoptr(GPtrArray) wrong = unlisted(world, block);
    static const char *const expected[] = {"column public.users.mood",
                                           "check constraint public.users.ck_email_form",
                                           "unique constraint public.users.users_email_key",
                                           "policy public.users.own",
                                           "trigger public.users.users_off",
                                           NULL};
    assert_objects(wrong, expected);

    list(block, "column", "public.users", "mood", NULL);
    list(block, "check constraint", "public.users", "ck_email_form", NULL);
    list(block, "unique rule", "public.users", NULL, "email");
    list(block, "policy", "public.users", "own", NULL);
    list(block, "trigger", "public.users", "users_off", NULL);
    g_autoptr(GPtrArray) right = unlisted(world, block);
    assert_int_equal(right->len, 1);
    const PgsFinding *passed = g_ptr_array_index(right, 0);
    assert_int_equal(passed->status, PGS_STATUS_PASSED);
    assert_string_equal(passed->object, "table public.users");
}

/* A partition's columns and indexes come with its parent's; an identity's sequence with its column.
 */
static void
test_exact_block(void **state)
{
    World *world = *state;
    g_autoptr(PgsExpectations) block = pgs_expectations_new("head");
    block->exact = TRUE;
    g_strfreev(block->requirements);
    block->requirements = g_strsplit("R-9", " ", 0);
    list(block, "table", NULL, "public.events", NULL);
    list(block, "table", NULL, "public.events_1", NULL);
    list(block, "column", "public.events", "id", NULL);
    list(block, "column", "public.events", "at", NULL);
    list(block, "primary key", "public.events", NULL, "id, at");
    list(block, "view", NULL, "public.authors", NULL);
    list(block, "function", NULL, "public.touch()", NULL);
    list(block, "function", NULL, "public.quick()", NULL);
    list(block, "sequence", NULL, "public.even", NULL);
    list(block, "view", NULL, "public.barred", NULL);
    list(block, "rule", "public.barred", "nothing", NULL);
    list(block, "table", NULL, "public.heir", NULL);
    list(block, "table", NULL, "public.kept", NULL);
    list(block, "column", "public.kept", "a", NULL);
    list(block, "trigger", "public.kept", "kept_seen", NULL);
    g_autoptr(GPtrArray) wrong = unlisted(world, block);
    static const char *const expected[] = {"schema \"My Schema\"",
                                           "schema app",
                                           "enum type app.mood",
                                           "enum type public.mood",
                                           "domain public.positive",
                                           "function app.sum_up(integer, character varying)",
                                           "sequence app.numbers",
                                           "table \"My Schema\".\"Odd.Table\"",
                                           "table public.app_states",
                                           "table public.posts",
                                           "table public.users",
                                           "index public.ix_events",
                                           NULL};
    assert_objects(wrong, expected);
    const PgsFinding *first = g_ptr_array_index(wrong, 0);
    assert_string_equal(g_ptr_array_index(first->requirements, 0), "R-9");
}

/* ---- the connection stays as it was ---- */

static char *
ask(World *world, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    if (!pgs_connection_value(world->connection, sql, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static PgsStatus
judge_one(World *world, const Case *test)
{
    g_autoptr(PgsExpectation) expectation = expectation_of(test);
    g_autoptr(GError) error = NULL;
    PgsExpectContext context = context_of(world);
    g_autoptr(PgsFinding) finding = pgs_expect_judge_one(expectation, &context, &error);
    assert_non_null(finding);
    return finding->status;
}

static const Case good_check = {
    "check constraint", "public.users", "ck_email", {"expression", "length(trim(email)) > 0"}, OK};
static const Case broken_check = {
    "check constraint", "public.users", "ck_email", {"expression", "length(("}, PGS_STATUS_ERROR};
static const char leftovers[] =
    "SELECT (SELECT count(*) FROM pg_catalog.pg_class WHERE relname ~ 'pgstair')"
    " + (SELECT count(*) FROM pg_catalog.pg_proc WHERE proname ~ 'pgstair')"
    " + (SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'users' AND relpersistence = "
    "'t')";

static void
test_outside_a_transaction(void **state)
{
    World *world = *state;
    assert_int_equal(judge_one(world, &good_check), OK);
    assert_int_equal(judge_one(world, &broken_check), PGS_STATUS_ERROR);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(world->connection)), PQTRANS_IDLE);
    g_autofree char *left = ask(world, leftovers);
    assert_string_equal(left, "0");
}

/* A suite's transaction, with settings, a role, a savepoint and a temporary table of its own. */
static void
test_inside_a_transaction(void **state)
{
    World *world = *state;
    assert_true(pgs_connection_run(world->connection,
                                   "CREATE ROLE pgs_nobody; BEGIN; CREATE TEMP TABLE users (x int);"
                                   " INSERT INTO users VALUES (7); SAVEPOINT pgstair_spell;"
                                   " INSERT INTO public.app_states VALUES ('up');"
                                   " SET LOCAL search_path = nowhere; SET LOCAL datestyle = 'SQL';"
                                   " SET LOCAL ROLE pgs_nobody",
                                   NULL));
    assert_int_equal(judge_one(world, &good_check), OK);
    assert_int_equal(judge_one(world, &broken_check), PGS_STATUS_ERROR);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(world->connection)), PQTRANS_INTRANS);
    g_autofree char *session =
        ask(world, "SELECT current_user || ' ' || current_setting('search_path') || ' ' ||"
                   " current_setting('datestyle') || ' ' ||"
                   " current_setting('session_replication_role')");
    assert_string_equal(session, "pgs_nobody nowhere SQL, MDY origin");
    assert_true(pgs_connection_run(world->connection, "RESET ROLE", NULL));
    g_autofree char *rows = ask(
        world, "SELECT (SELECT x FROM pg_temp.users) || ' ' || count(*) FROM public.app_states");
    assert_string_equal(rows, "7 1");
    assert_true(pgs_connection_run(world->connection, "ROLLBACK TO SAVEPOINT pgstair_spell", NULL));
    g_autofree char *after = ask(world, "SELECT count(*) FROM public.app_states");
    assert_string_equal(after, "0");
    assert_true(pgs_connection_run(world->connection, "ROLLBACK", NULL));
}

static void
test_in_a_failed_transaction(void **state)
{
    World *world = *state;
    assert_true(pgs_connection_run(world->connection, "BEGIN", NULL));
    assert_false(pgs_connection_run(world->connection, "SELECT 1/0", NULL));
    assert_int_equal(judge_one(world, &good_check), PGS_STATUS_ERROR);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(world->connection)), PQTRANS_INERROR);
    assert_true(pgs_connection_run(world->connection, "ROLLBACK", NULL));
    assert_int_equal(judge_one(world, &good_check), OK);
}

/* The database's own rules about DDL are no hindrance. */
static void
test_hostile_database(void **state)
{
    World *world = *state;
    assert_true(pgs_connection_run(
        world->connection,
        "CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'no DDL here'; END$$;"
        " CREATE EVENT TRIGGER forbid ON ddl_command_start EXECUTE FUNCTION forbid()",
        NULL));
    PgsStatus status = judge_one(world, &good_check);
    assert_true(pgs_connection_run(world->connection,
                                   "DROP EVENT TRIGGER forbid; DROP FUNCTION forbid()", NULL));
    assert_int_equal(status, OK);
}

/* Someone has dropped the language that the questions are asked in. */
static void
test_without_plpgsql(void **state)
{
    World *world = *state;
    assert_true(
        pgs_connection_run(world->connection, "BEGIN; DROP EXTENSION plpgsql CASCADE", NULL));
    PgsStatus status = judge_one(world, &good_check);
    g_autofree char *left = ask(world, "SELECT count(*) FROM pg_catalog.pg_language"
                                       " WHERE lanname = 'plpgsql'");
    assert_true(pgs_connection_run(world->connection, "ROLLBACK", NULL));
    assert_int_equal(status, OK);
    assert_string_equal(left, "0");
}

/* A suite asks thousands of times in one session: nothing may be left with it. */
static void
test_many_times(void **state)
{
    World *world = *state;
    /* The view is new in PostgreSQL 14. */
    if (pgs_connection_version(world->connection) < 140000)
        skip();
    g_autofree char *before = ask(world, "SELECT sum(total_bytes) FROM pg_backend_memory_contexts"
                                         " WHERE name ~ 'PL/pgSQL|CachedPlan|SPI Plan'");
    for (guint i = 0; i < 50; i++)
        assert_int_equal(judge_one(world, &good_check), OK);
    g_autofree char *after = ask(world, "SELECT sum(total_bytes) FROM pg_backend_memory_contexts"
                                        " WHERE name ~ 'PL/pgSQL|CachedPlan|SPI Plan'");
    guint64 grown = g_ascii_strtoull(after != NULL ? after : "0", NULL, 10) -
                    MIN(g_ascii_strtoull(before != NULL ? before : "0", NULL, 10),
                        g_ascii_strtoull(after != NULL ? after : "0", NULL, 10));
    print_message("%" G_GUINT64_FORMAT " bytes more\n", grown);
    /* Each time's plans would be some 100,000. */
    assert_true(grown < 200000);
}

static void
test_lost_connection(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = pgs_connection_open(pgs_server_conninfo(world->server),
                                                              world->database, 60000, NULL, &error);
    assert_non_null(connection);
    g_autofree char *end = g_strdup_printf("SELECT pg_terminate_backend(%d)",
                                           PQbackendPID(pgs_connection_raw(connection)));
    g_autofree char *done = ask(world, end);
    PgsExpectContext context = {"sys", NULL, world->snapshot, connection};
    g_autoptr(PgsExpectation) expectation = expectation_of(&good_check);
    assert_null(pgs_expect_judge_one(expectation, &context, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
}

/* ---- many ---- */

#define N_TABLES 20

/* 160 expectations of 20 tables: three round trips, and what the server takes to answer. */
static void
test_many(void **state)
{
    World *world = *state;
    g_autoptr(GString) sql = g_string_new("BEGIN;");
    g_autoptr(PgsExpectations) block = pgs_expectations_new("head");
    for (guint i = 0; i < N_TABLES; i++) {
        g_string_append_printf(
            sql,
            "CREATE TABLE many_%u (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), a%u integer"
            " NOT NULL DEFAULT %u, t text, at timestamptz NOT NULL DEFAULT now(),"
            " CONSTRAINT c1 CHECK (length(trim(t)) > %u), CONSTRAINT c2 CHECK (a%u BETWEEN 1 AND"
            " 5)); CREATE INDEX many_%u_at ON many_%u (at) WHERE at IS NOT NULL;",
            i, i, i, i, i, i, i);
        g_autofree char *relation = g_strdup_printf("public.many_%u", i);
        g_autofree char *column = g_strdup_printf("a%u", i);
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autofree char *first = g_strdup_printf("length(trim(t)) > %u", i);
        g_autofree char *second = g_strdup_printf("a%u BETWEEN 1 AND 5", i);
        g_autofree char *index = g_strdup_printf("public.many_%u_at", i);
        const Case cases[] = {
            {"table", NULL, relation, {NULL}, OK},
            {"column",
             relation,
             "id",
             {"type", "uuid", "not-null", "true", "default", "gen_random_uuid()"},
             OK},
            {"column",
             relation,
             column,
             {"type", "int", "not-null", "true", "default", number},
             OK},
            {"column",
             relation,
             "at",
             {"type", "timestamptz", "not-null", "true", "default", "now()"},
             OK},
            {"primary key", relation, NULL, {"columns", "id"}, OK},
            {"check constraint", relation, "c1", {"expression", first}, OK},
            {"check constraint", relation, "c2", {"expression", second}, OK},
            {"index", relation, index, {"columns", "at", "predicate", "at IS NOT NULL"}, OK},
        };
        for (gsize n = 0; n < G_N_ELEMENTS(cases); n++)
            g_ptr_array_add(block->items, expectation_of(&cases[n]));
    }
    g_string_append(sql, "COMMIT");
    assert_true(pgs_connection_run(world->connection, sql->str, NULL));
    g_autoptr(PgsSnapshot) snapshot = read_snapshot(world);
    PgsExpectContext context = {"sys", NULL, snapshot, world->connection};
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    gint64 start = g_get_monotonic_time();
    assert_true(pgs_expect_judge(block, &context, findings, NULL));
    gint64 duration = g_get_monotonic_time() - start;
    print_message("%u expectations in %.1f ms\n", findings->len, (double)duration / 1000);
    assert_int_equal(findings->len, 8 * N_TABLES);
    for (guint i = 0; i < findings->len; i++)
        assert_int_equal(((PgsFinding *)g_ptr_array_index(findings, i))->status, OK);
    /* Twenty times what it takes: no more than that it has not become a round trip each. */
    assert_true(duration < 2 * G_USEC_PER_SEC);
    g_string_assign(sql, "DROP TABLE IF EXISTS many_0");
    for (guint i = 1; i < N_TABLES; i++)
        g_string_append_printf(sql, ", many_%u", i);
    assert_true(pgs_connection_run(world->connection, sql->str, NULL));
}

/* ---- what a finding says ---- */

static void
test_words(void **state)
{
    World *world = *state;
    const Case rule = {"foreign key",
                       "public.posts",
                       NULL,
                       {"columns", "author", "references", "users", "on-delete", "c"},
                       BAD};
    g_autoptr(PgsExpectation) expectation = expectation_of(&rule);
    g_autoptr(GError) error = NULL;
    PgsExpectContext context = context_of(world);
    g_autoptr(PgsFinding) finding = pgs_expect_judge_one(expectation, &context, &error);
    assert_string_equal(finding->check, "expect.foreign-key");
    assert_string_equal(finding->title, "foreign key of public.posts (author)");
    assert_string_equal(finding->object, "foreign key public.posts.fk_author");
    assert_string_equal(finding->expected, "foreign key (author) references public.users (id)"
                                           " on delete CASCADE (c)");
    assert_string_equal(finding->actual, "foreign key (author) references public.users (id)"
                                         " on delete RESTRICT (r)");
    assert_string_equal(finding->message, "on delete: RESTRICT (r), expected CASCADE (c)");
    assert_non_null(strstr(finding->sql, "confdeltype: 'c' (CASCADE) expected, 'r' (RESTRICT)"));
    assert_string_equal(finding->system, "sys");
    assert_string_equal(finding->revision, "0001_a");
    /* The query that it gives can be run as it stands. */
    g_autoptr(PGresult) shown =
        pgs_connection_query(world->connection, PGS_SHAPE_ROW, finding->sql, 0, NULL, NULL, &error);
    assert_non_null(shown);
    assert_string_equal(PQgetvalue(shown, 0, 0), "r");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_and_columns),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_indexes),
        cmocka_unit_test(test_other_kinds),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_exact_relation),
        cmocka_unit_test(test_exact_block),
        cmocka_unit_test(test_outside_a_transaction),
        cmocka_unit_test(test_inside_a_transaction),
        cmocka_unit_test(test_in_a_failed_transaction),
        cmocka_unit_test(test_hostile_database),
        cmocka_unit_test(test_without_plpgsql),
        cmocka_unit_test(test_many_times),
        cmocka_unit_test(test_lost_connection),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}

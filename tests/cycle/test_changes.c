/* Covers harness/cycle/changes.c and harness/snapshot/words.c, by what the stairway notes of each
 * rung. */
#include "climb_fixture.h"

#include "cycle/changes.h"
#include "cycle/stairway.h"
#include "snapshot/words.h"

static void
climb(ClimbFixture *fixture, const Pair *pairs, guint n)
{
    g_autoptr(GError) error = NULL;
    PgsClimbOptions options = {.floor = -1, .jobs = 1};
    climb_read(fixture, pairs, n);
    climb_open_stage(fixture, 0, FALSE);
    fixture->result = pgs_stairway_run(fixture->stage, &options, &error);
    fixture->free_result = (GDestroyNotify)pgs_stairway_free;
    if (error != NULL)
        fail_msg("%s", error->message);
}

static const PgsRung *
rung(const ClimbFixture *fixture, guint index)
{
    const PgsStairway *stairway = fixture->result;
    assert_true(index < stairway->rungs->len);
    return &g_array_index(stairway->rungs, PgsRung, index);
}

/* A line for each change of a rung. */
static char *
say(const ClimbFixture *fixture, guint index)
{
    GString *text = g_string_new(NULL);
    const GPtrArray *changes = rung(fixture, index)->changes;
    for (guint i = 0; changes != NULL && i < changes->len; i++) {
        const PgsRecordChange *change = changes->pdata[i];
        g_string_append_printf(text, "%s %s", change->kind, change->object);
        if (change->attribute != NULL)
            g_string_append_printf(text, " %s", change->attribute);
        if (change->before != NULL)
            g_string_append_printf(text, " <%s>", change->before);
        if (change->after != NULL)
            g_string_append_printf(text, " -> <%s>", change->after);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static void
assert_changes(const ClimbFixture *fixture, guint index, const char *expected)
{
    g_autofree char *text = say(fixture, index);
    assert_string_equal(text, expected);
}

static const Pair tables[] = {
    {"CREATE TABLE users (id uuid PRIMARY KEY, email varchar(320) NOT NULL UNIQUE, born date "
     "DEFAULT '2000-01-01', CHECK (born > '1900-01-01'));",
     "DROP TABLE users;"},
    {"ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT 'x, (\"y', ALTER COLUMN email TYPE "
     "text; CREATE INDEX ix_users ON users USING hash (name) WHERE name <> '';",
     "DROP INDEX ix_users; ALTER TABLE users DROP COLUMN name, ALTER COLUMN email TYPE "
     "varchar(320);"},
    {"CREATE TABLE posts (n int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (1 + "
     "1) "
     "STORED, \"by\" uuid CONSTRAINT fk_by REFERENCES users ON DELETE SET NULL ON UPDATE CASCADE "
     "DEFERRABLE INITIALLY DEFERRED);",
     "DROP TABLE posts;"},
    {"UPDATE users SET name = name;", "SELECT 1;"},
    {"ALTER TABLE users ALTER COLUMN name DROP NOT NULL; ALTER INDEX ix_users RENAME TO ix_names;",
     "ALTER TABLE users ALTER COLUMN name SET NOT NULL; ALTER INDEX ix_names RENAME TO ix_users;"},
    {"CREATE TYPE colour AS ENUM ('red', 'green'); CREATE VIEW names AS SELECT name FROM users;",
     "DROP VIEW names; DROP TYPE colour;"},
    {"DROP TABLE posts;",
     "CREATE TABLE posts (n int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (1 + "
     "1) "
     "STORED, \"by\" uuid CONSTRAINT fk_by REFERENCES users ON DELETE SET NULL ON UPDATE CASCADE "
     "DEFERRABLE INITIALLY DEFERRED);"},
};

#define POSTS                                                                                      \
    "n integer NOT NULL GENERATED ALWAYS AS IDENTITY, twice integer GENERATED ALWAYS AS (1 + 1) "  \
    "STORED, by uuid, FOREIGN KEY (by) REFERENCES public.users (id) ON UPDATE CASCADE ON DELETE "  \
    "SET NULL DEFERRABLE INITIALLY DEFERRED"

static void
test_what_a_reviewer_reads(void **state)
{
    ClimbFixture *fixture = *state;
    climb(fixture, tables, G_N_ELEMENTS(tables));
    assert_changes(fixture, 0,
                   "added table public.users -> <id uuid NOT NULL, email character varying(320) "
                   "NOT NULL, born date DEFAULT '2000-01-01'::date, PRIMARY KEY (id), UNIQUE "
                   "(email), CHECK ((born > '1900-01-01'::date))>\n");
    /* That a column more is there is no change of the order of columns. */
    assert_changes(fixture, 1,
                   "changed column public.users.email type <character varying(320)> -> <text>\n"
                   "added column public.users.name -> <text NOT NULL DEFAULT 'x, (\"y'::text>\n"
                   "added index public.ix_users -> <ON public.users USING hash (name) WHERE (name "
                   "<> ''::text)>\n");
    assert_changes(fixture, 2, "added table public.posts -> <" POSTS ">\n");
    /* Known, and none. */
    assert_non_null(rung(fixture, 3)->changes);
    assert_changes(fixture, 3, "");
    assert_changes(fixture, 4,
                   "changed column public.users.name not-null <yes> -> <no>\n"
                   "changed index public.ix_users name <public.ix_users> -> <public.ix_names>\n");
    assert_changes(fixture, 5,
                   "added enum type public.colour -> <('red', 'green')>\n"
                   "added view public.names -> <SELECT users.name\n   FROM public.users;>\n");
    assert_changes(fixture, 6, "removed table public.posts <" POSTS ">\n");
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        assert_int_equal(rung(fixture, i)->n_changes_left, 0);
}

/* Hundreds of objects at once are counted; a wide table's line ends somewhere. */
static void
test_too_much(void **state)
{
    static const Pair pairs[] = {
        {"DO $$ BEGIN FOR i IN 1..250 LOOP EXECUTE format('CREATE TABLE t%s (a int)', i); END "
         "LOOP; "
         "END $$;",
         "DO $$ BEGIN FOR i IN 1..250 LOOP EXECUTE format('DROP TABLE t%s', i); END LOOP; END $$;"},
        {"DO $$ BEGIN EXECUTE 'CREATE TABLE wide (' || (SELECT string_agg(format('c%s text', i), "
         "',') FROM generate_series(1, 900) i) || ')'; END $$;",
         "DROP TABLE wide;"},
    };
    ClimbFixture *fixture = *state;
    climb(fixture, pairs, G_N_ELEMENTS(pairs));
    assert_int_equal(rung(fixture, 0)->changes->len, PGS_MAX_CHANGES);
    assert_int_equal(rung(fixture, 0)->n_changes_left, 50);
    const PgsRecordChange *wide = rung(fixture, 1)->changes->pdata[0];
    assert_string_equal(wide->object, "table public.wide");
    assert_true(g_str_has_prefix(wide->after, "c1 text, c2 text, c3 text"));
    assert_true(g_str_has_suffix(wide->after, "…"));
    assert_true(g_utf8_strlen(wide->after, -1) <= 1501);
}

/* Where two long texts begin to differ they are shown. */
static void
test_long_bodies(void **state)
{
    g_autofree char *filler = g_strnfill(9000, 'x');
    g_autofree char *first = g_strdup_printf(
        "CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '%s one' $$;",
        filler);
    g_autofree char *second = g_strdup_printf(
        "CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '%s two' $$;",
        filler);
    const Pair pairs[] = {{first, "DROP FUNCTION f();"}, {second, first}};
    ClimbFixture *fixture = *state;
    climb(fixture, pairs, G_N_ELEMENTS(pairs));
    assert_int_equal(rung(fixture, 1)->changes->len, 1);
    const PgsRecordChange *change = rung(fixture, 1)->changes->pdata[0];
    assert_string_equal(change->kind, "changed");
    assert_true(g_str_has_prefix(change->before, "…xxx"));
    assert_non_null(strstr(change->before, "xxx one"));
    assert_non_null(strstr(change->after, "xxx two"));
    assert_true(strlen(change->after) < 400);
}

static void
test_an_upgrade_that_fails(void **state)
{
    static const Pair pairs[] = {{"CREATE TABLE a (id int);", "DROP TABLE a;"},
                                 {"CREATE TABLE a (id int);", "DROP TABLE a;"}};
    ClimbFixture *fixture = *state;
    climb(fixture, pairs, G_N_ELEMENTS(pairs));
    assert_non_null(rung(fixture, 0)->changes);
    assert_null(rung(fixture, 1)->changes);
}

/* ---- words ---- */

static void
assert_split(const char *list, const char *expected)
{
    g_autoptr(GPtrArray) parts = pgs_words_split(list);
    g_ptr_array_add(parts, NULL);
    g_autofree char *text = g_strjoinv("|", (char **)parts->pdata);
    assert_string_equal(text, expected);
}

static void
test_split(void **state)
{
    (void)state;
    assert_split("", "");
    assert_split("a", "a");
    assert_split("a, b", "a|b");
    assert_split("\"a, b\", c", "\"a, b\"|c");
    assert_split("\"a\"\"(, b\", c", "\"a\"\"(, b\"|c");
    assert_split("lower(a, 'x)'), b DESC", "lower(a, 'x)')|b DESC");
    assert_split("(a || ',' || b), c", "(a || ',' || b)|c");
    assert_split("\"unclosed, b", "\"unclosed, b");
}

static void
test_names(void **state)
{
    (void)state;
    assert_int_equal(pgs_words_name_length("a_1 DESC"), 3);
    assert_int_equal(pgs_words_name_length("\"A b\".c"), 5);
    assert_int_equal(pgs_words_name_length("\"A\"\"b\" DESC"), 6);
    assert_int_equal(pgs_words_name_length("lower(a)"), 5);
    assert_int_equal(pgs_words_name_length("(a)"), 0);
    assert_int_equal(pgs_words_name_length("1"), 0);
    assert_int_equal(pgs_words_name_length(""), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, climb_set_up, climb_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_a_reviewer_reads), TEST(test_too_much),
        TEST(test_long_bodies),           TEST(test_an_upgrade_that_fails),
        cmocka_unit_test(test_split),     cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, climb_set_up_group, climb_tear_down_group);
}

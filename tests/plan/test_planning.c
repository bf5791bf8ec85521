/* plan/planning.c, planning_ask.c, planning_fill.c, planning_names.c: tables are filled once, and
 * queries asked. */
#include "cmocka_all.h"

#include "plan/planning_fixture.h"
#include "project/system.h"

#include <string.h>

#define SCHEMA                                                                                     \
    "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text, city text);"   \
    "CREATE INDEX ix_users_name ON users (name);"                                                  \
    "CREATE TABLE posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"                      \
    " user_id int NOT NULL REFERENCES users (id), title text NOT NULL);"                           \
    "CREATE INDEX ix_posts_user_id ON posts (user_id);"                                            \
    "CREATE TABLE other (id int PRIMARY KEY);"                                                     \
    "CREATE VIEW people AS SELECT id, email FROM users;"                                           \
    "CREATE VIEW folk AS SELECT * FROM people;"                                                    \
    "CREATE MATERIALIZED VIEW titles AS SELECT title, user_id FROM posts;"                         \
    "CREATE INDEX ix_titles_title ON titles (title);"                                              \
    "CREATE TABLE events (id int NOT NULL, day int NOT NULL, PRIMARY KEY (id, day))"               \
    " PARTITION BY RANGE (day);"                                                                   \
    "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000);"                     \
    "CREATE TABLE events_2 PARTITION OF events DEFAULT;"                                           \
    "CREATE SCHEMA app; CREATE TABLE app.\"Odd\" (\"A\" int PRIMARY KEY, b text)"

static int
set_up_schema(void **state)
{
    if (set_up(state) != 0)
        return -1;
    run_sql(*state, SCHEMA);
    return 0;
}

/* ---- asking ---- */

static const struct {
    const char *yaml, *result; /* result: of trouble, what it begins with */
} asked[] = {
    {"{query: SELECT * FROM users WHERE email = $1, index: users_email_key}",
     "chosen users_email_key"},
    {"{query: 'SELECT * FROM app.\"Odd\" WHERE \"A\" = $1', index: '\"Odd_pkey\"'}",
     "chosen Odd_pkey"},
    /* Of several each; a twin is found for the same query. */
    {"{query: 'SELECT * FROM users u JOIN posts p ON p.user_id = u.id WHERE u.email = $1', "
     "index: [users_email_key, ix_posts_user_id]}",
     "chosen users_email_key; chosen ix_posts_user_id"},
    {"{query: SELECT * FROM users WHERE email = $1, index: users_email_ke}",
     "fault: there is no index"},
    {"{query: SELECT * FROM users WHERE email = $1, index: [users_email_key, ix_none]}",
     "fault: there is no index"},
    {"{query: SELECT * FROM user WHERE email = $1, table: users}", "fault: "},
    {"{query: SELECT * FROM users WHERE email = 'a', table: userz}",
     "fault: there is no table \"userz\": did you mean \"users\"?"},
    {"{query: SELECT * FROM users WHERE email = $1, table: users}", "chosen -"},
    /* Neither is named: the tables that it filters, not those that it joins. */
    {"{query: SELECT * FROM users WHERE email = $1}", "chosen -"},
    {"{query: 'SELECT * FROM users u JOIN posts p ON p.user_id = u.id WHERE u.name = $1'}",
     "chosen -"},
    {"{query: 'SELECT * FROM folk WHERE email = $1'}", "chosen -"},
    {"{query: 'SELECT * FROM users u, posts p WHERE u.email = $1 AND p.id = $2'}",
     "chosen -; chosen -"},
    {"{query: SELECT * FROM events WHERE id = $1}", "chosen -"},
    {"{query: SELECT 1}", "fault: its plan reads no table"},
    {"{query: SELECT * FROM nowhere WHERE a = 1}", "fault: the server refuses it: "},
};

static void
test_ask(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
        g_autoptr(PgsPlanQuery) query = read_query(asked[i].yaml);
        g_autoptr(PgsPlanResult) result = ask_query(planning, query);
        g_autofree char *text = describe_result(result);
        assert_ptr_equal(result->query, query);
        gboolean is_same = result->trouble != NULL ? g_str_has_prefix(text, asked[i].result)
                                                   : strcmp(text, asked[i].result) == 0;
        if (!is_same)
            fail_msg("%s\n  expected: %s…\n  found:    %s", asked[i].yaml, asked[i].result, text);
    }
}

/* A query that is refused is no end: the next is asked. */
static void
test_refused(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    g_autoptr(PgsPlanQuery) bad = read_query("{query: SELECT nothing FROM users}");
    g_autoptr(PgsPlanQuery) good = read_query("{query: SELECT * FROM users WHERE email = 'a'}");
    g_autoptr(PgsPlanResult) refused = ask_query(planning, bad);
    assert_non_null(refused->failure);
    assert_string_equal(refused->failure->sqlstate, "42703");
    g_autoptr(PgsPlanResult) result = ask_query(planning, good);
    g_autofree char *text = describe_result(result);
    assert_string_equal(text, "chosen -");
}

/* ---- filling ---- */

static void
fill(PgsPlanning *planning, const char *yaml, gboolean all)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) queries =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_plan_query_free);
    if (yaml != NULL)
        g_ptr_array_add(queries, read_query(yaml));
    if (!pgs_planning_fill(planning, queries, all, &error))
        fail_msg("%s", error->message);
}

static char *
filled_tables(const PgsPlanning *planning)
{
    const GPtrArray *tables = pgs_planning_tables(planning);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++) {
        const PgsVolumeTable *table = tables->pdata[i];
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", table->relation->identity);
    }
    return g_string_free(text, FALSE);
}

static void
check_filled(void **state, const char *yaml, gboolean all, const char *expected)
{
    tear_down(state);
    if (set_up_schema(state) != 0)
        fail();
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    fill(planning, yaml, all);
    g_autofree char *tables = filled_tables(planning);
    if (strcmp(tables, expected) != 0)
        fail_msg("%s\n  expected: %s\n  found:    %s", yaml, expected, tables);
}

static void
test_fill(void **state)
{
    check_filled(state, "{query: SELECT 1}", FALSE, "");
    check_filled(state, "{query: SELECT * FROM other WHERE id = $1}", FALSE, "public.other");
    /* Parents come first. */
    check_filled(state, "{query: SELECT * FROM posts WHERE id = $1}", FALSE,
                 "public.users public.posts");
    check_filled(state, "{query: SELECT * FROM folk}", FALSE, "public.users");
    check_filled(state, "{query: SELECT * FROM titles}", FALSE, "public.users public.posts");
    check_filled(state, "{query: SELECT 1, index: ix_titles_title}", FALSE,
                 "public.users public.posts");
    check_filled(state, "{query: SELECT 1, table: app.Odd}", FALSE, "app.\"Odd\"");
    check_filled(state, "{query: SELECT * FROM events_2}", FALSE, "public.events");
    check_filled(state, NULL, TRUE,
                 "app.\"Odd\" public.events public.other public.users public.posts");
}

/* What only the plan tells. */
static void
test_fill_inlined(void **state)
{
    run_sql(*state, "CREATE FUNCTION named(text) RETURNS SETOF users LANGUAGE sql STABLE"
                    " AS $$ SELECT * FROM public.users WHERE name = $1 $$");
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    fill(planning, "{query: SELECT * FROM named($1)}", FALSE);
    g_autofree char *tables = filled_tables(planning);
    assert_string_equal(tables, "public.users");
}

static void
test_fill_once(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    assert_int_equal(pgs_planning_tables(planning)->len, 0);
    fill(planning, "{query: SELECT * FROM posts}", FALSE);
    assert_value(*state, "SELECT count(*) FROM posts", "2000");
    assert_value(*state, "SELECT count(*) FROM titles", "2000");
    guint n = pgs_planning_tables(planning)->len;
    run_sql(*state, "DELETE FROM posts WHERE id % 2 = 0");
    fill(planning, "{query: SELECT * FROM posts}", FALSE);
    assert_int_equal(pgs_planning_tables(planning)->len, n);
    assert_value(*state, "SELECT count(*) FROM posts", "1000");
    fill(planning, "{query: SELECT * FROM events_1}", FALSE);
    n = pgs_planning_tables(planning)->len;
    fill(planning, "{query: SELECT * FROM events}", FALSE);
    assert_int_equal(pgs_planning_tables(planning)->len, n);
}

/* All that is filled is known to the planner, materialized views and partitions too. */
static void
test_analyzed(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    fill(planning, NULL, TRUE);
    assert_value(*state,
                 "SELECT count(*) FROM pg_class c WHERE c.reltuples <= 0 AND c.relkind IN"
                 " ('r', 'm') AND c.oid >= 16384 AND c.relname <> 'events_2'"
                 " AND c.relname <> 'events_1'",
                 "0");
    assert_value(*state, "SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'titles'", "t");
    assert_value(*state, "SELECT relallvisible = relpages FROM pg_class WHERE relname = 'titles'",
                 "t");
}

/* ---- what the project says ---- */

static void
add_setting(PgsPlanFacts *facts, const char *name, const char *value)
{
    PgsPlanSetting *setting = g_new0(PgsPlanSetting, 1);
    setting->name = g_strdup(name);
    setting->value = g_strdup(value);
    g_ptr_array_add(facts->settings, setting);
}

static void
test_settings(void **state)
{
    g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
    add_setting(facts, "random_page_cost", "1.1");
    add_setting(facts, "work_mem", "7MB");
    g_autoptr(PgsPlanning) planning = open_planning(*state, facts);
    assert_non_null(strstr(pgs_planning_settings(planning), "random_page_cost = 1.1"));
    assert_non_null(strstr(pgs_planning_settings(planning), "work_mem = 7MB"));
    /* For the plans alone. */
    assert_value(*state, "SHOW random_page_cost", "4");
    g_autoptr(PgsPlanQuery) query = read_query("{query: SELECT * FROM users WHERE email = 'a'}");
    g_autoptr(PgsPlanResult) result = ask_query(planning, query);
    const PgsJudgement *judgement = result->judgements->pdata[0];
    const PgsPlanEvidence *evidence = judgement->evidence->pdata[0];
    assert_non_null(strstr(evidence->plan->settings, "random_page_cost = 1.1"));
}

/* How a table is joined does not make it one that is filtered. */
static void
test_joined(void **state)
{
    static const char *const joins[] = {
        "p.user_id = u.id",
        "p.user_id = u.id AND p.title <> u.name", /* an Index Cond, and a Filter */
    };
    g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
    add_setting(facts, "enable_hashjoin", "off");
    add_setting(facts, "enable_mergejoin", "off");
    g_autoptr(PgsPlanning) planning = open_planning(*state, facts);
    for (guint i = 0; i < G_N_ELEMENTS(joins); i++) {
        g_autofree char *yaml = g_strdup_printf("{query: 'SELECT * FROM users u JOIN posts p ON %s"
                                                " WHERE u.email = $1'}",
                                                joins[i]);
        g_autoptr(PgsPlanQuery) query = read_query(yaml);
        g_autoptr(PgsPlanResult) result = ask_query(planning, query);
        g_autofree char *text = describe_result(result);
        assert_string_equal(text, "chosen -");
    }
}

/* Each with a part of what is said. */
static void
test_wrong_settings(void **state)
{
    static const struct {
        const char *name, *value, *message;
    } rows[] = {
        {"random_page_cots", "1", "unrecognized configuration parameter"},
        {"random_page_cost", "cheap", "random_page_cost = cheap"},
        {"shared_buffers", "1GB", "cannot be changed without restarting the server"},
    };
    const Fixture *fixture = *state;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
        g_autoptr(GError) error = NULL;
        add_setting(facts, rows[i].name, rows[i].value);
        PgsPlanningOptions options = {.facts = facts};
        assert_null(pgs_planning_new(fixture->connection, &options, &error));
        assert_true(g_error_matches(error, PGS_PLANNING_ERROR, PGS_PLANNING_ERROR_SETTING));
        assert_non_null(strstr(error->message, rows[i].message));
    }
}

static void
add_rows(PgsPlanFacts *facts, const char *table, guint n)
{
    PgsPlanRows *rows = g_new0(PgsPlanRows, 1);
    rows->table = g_strdup(table);
    rows->rows = n;
    g_ptr_array_add(facts->of_table, rows);
}

static void
test_rows_of_tables(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
    add_rows(facts, "app.Odd", 77);
    facts->rows = 123;
    PgsPlanningOptions options = {.facts = facts};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsPlanning) planning = pgs_planning_new(fixture->connection, &options, &error);
    assert_non_null(planning);
    fill(planning, NULL, TRUE);
    assert_value(fixture, "SELECT count(*) FROM app.\"Odd\"", "77");
    assert_value(fixture, "SELECT count(*) FROM other", "123");
    add_rows(facts, "posst", 5);
    assert_null(pgs_planning_new(fixture->connection, &options, &error));
    assert_true(g_error_matches(error, PGS_PLANNING_ERROR, PGS_PLANNING_ERROR_TABLE));
    assert_non_null(strstr(error->message, "did you mean \"posts\"?"));
}

static void
test_fill_sql(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
    g_ptr_array_add(facts->fill, pgs_sql_text_new(NULL, "UPDATE users SET name = 'same'; "
                                                        "UPDATE posts SET title = 'same'; "
                                                        "DELETE FROM other WHERE id % 2 = 0"));
    g_autoptr(PgsPlanning) planning = open_planning(fixture, facts);
    fill(planning, NULL, TRUE);
    assert_value(fixture, "SELECT count(DISTINCT name) FROM users", "1");
    assert_value(fixture, "SELECT count(DISTINCT title) FROM titles", "1");
    assert_value(fixture,
                 "SELECT n_distinct FROM pg_stats WHERE tablename = 'users'"
                 " AND attname = 'name'",
                 "1");
}

/* A second filling would be refused. */
static void
test_fill_sql_once(void **state)
{
    g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
    g_ptr_array_add(facts->fill, pgs_sql_text_new(NULL, "CREATE TABLE ran ()"));
    g_autoptr(PgsPlanning) planning = open_planning(*state, facts);
    fill(planning, "{query: SELECT * FROM users}", FALSE);
    fill(planning, NULL, TRUE);
}

/* What cannot be judged then says why, each time. */
static void
test_wrong_fill_sql(void **state)
{
    static const struct {
        const char *sql, *why;
    } rows[] = {
        {"BEGIN; UPDATE users SET nothing = 1", "column \"nothing\""},
        {"BEGIN", "it leaves a transaction open"},
        {"DROP TABLE posts CASCADE", "it takes public.posts away"},
        {"DROP INDEX ix_posts_user_id", "it takes public.ix_posts_user_id away"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        tear_down(state);
        if (set_up_schema(state) != 0)
            fail();
        g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
        g_ptr_array_add(facts->fill, pgs_sql_text_new(NULL, rows[i].sql));
        g_autoptr(PgsPlanning) planning = open_planning(*state, facts);
        g_autoptr(PgsPlanQuery) query =
            read_query("{query: SELECT * FROM users WHERE email = 'a'}");
        for (guint n = 0; n < 2; n++) {
            g_autoptr(PgsPlanResult) result = ask_query(planning, query);
            assert_non_null(result->trouble);
            assert_non_null(strstr(result->trouble, "plans: fill: "));
            assert_non_null(strstr(result->trouble, rows[i].why));
            assert_false(result->is_fault);
        }
    }
}

/* What it SETs is in force no longer when plans are made. */
static void
test_fill_sql_settings(void **state)
{
    g_autoptr(PgsPlanFacts) facts = pgs_plan_facts_new();
    g_ptr_array_add(facts->fill, pgs_sql_text_new(NULL, "SET enable_seqscan = off; "
                                                        "SET search_path = ''; "
                                                        "SET ROLE pg_monitor"));
    g_autoptr(PgsPlanning) planning = open_planning(*state, facts);
    g_autoptr(PgsPlanQuery) query = read_query("{query: SELECT * FROM users WHERE email = $1}");
    g_autoptr(PgsPlanResult) result = ask_query(planning, query);
    g_autofree char *text = describe_result(result);
    assert_string_equal(text, "chosen -");
    assert_value(*state, "SHOW enable_seqscan", "on");
}

/* What an analyzed query wrote and took back is not to be seen in the plans after it. */
static void
test_analyzed_writes(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    g_autoptr(PgsPlanQuery) query = read_query("{query: SELECT * FROM posts WHERE user_id = $1}");
    g_autoptr(PgsPlanQuery) write =
        read_query("{query: UPDATE posts SET title = title || 'x' WHERE user_id > 0, table: posts, "
                   "analyze: true}");
    fill(planning, NULL, TRUE);
    g_autoptr(PgsPlanResult) before = ask_query(planning, query);
    g_autoptr(PgsPlanResult) written = ask_query(planning, write);
    assert_int_equal(written->judgements->len, 1);
    const PgsPlanEvidence *run =
        ((const PgsJudgement *)written->judgements->pdata[0])->evidence->pdata[0];
    assert_non_null(strstr(run->plan->text, "actual"));
    g_autoptr(PgsPlanResult) after = ask_query(planning, query);
    const PgsJudgement *first = before->judgements->pdata[0], *last = after->judgements->pdata[0];
    assert_int_equal(first->served, last->served);
    assert_int_equal(first->evidence->len, last->evidence->len);
    for (guint i = 0; i < first->evidence->len; i++)
        assert_string_equal(((const PgsPlanEvidence *)first->evidence->pdata[i])->plan->text,
                            ((const PgsPlanEvidence *)last->evidence->pdata[i])->plan->text);
}

/* ---- indexes' own queries ---- */

static void
test_derive(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) results = pgs_planning_derive(planning, NULL, &error);
    if (results == NULL)
        fail_msg("%s", error->message);
    guint n = 0;
    for (guint i = 0; i < results->len; i++) {
        const PgsPlanResult *result = results->pdata[i];
        assert_non_null(result->index);
        assert_null(result->index->parent);
        assert_int_equal(result->questions->len, result->judgements->len);
        assert_true((result->questions->len == 0) == (result->trouble != NULL));
        n += result->questions->len > 0;
    }
    assert_true(n >= 5);
    const PgsIndex *index = ((const PgsPlanResult *)results->pdata[0])->index;
    g_autoptr(GPtrArray) one = pgs_planning_derive(planning, index, &error);
    assert_non_null(one);
    assert_int_equal(one->len, 1);
    assert_ptr_equal(((const PgsPlanResult *)one->pdata[0])->index, index);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up_schema, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_ask),
        TEST(test_refused),
        TEST(test_fill),
        TEST(test_fill_inlined),
        TEST(test_fill_once),
        TEST(test_analyzed),
        TEST(test_settings),
        TEST(test_wrong_settings),
        TEST(test_rows_of_tables),
        TEST(test_fill_sql),
        TEST(test_wrong_fill_sql),
        TEST(test_derive),
        TEST(test_fill_sql_once),
        TEST(test_joined),
        TEST(test_fill_sql_settings),
        TEST(test_analyzed_writes),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

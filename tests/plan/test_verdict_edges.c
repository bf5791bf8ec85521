/* Covers harness/plan/verdict*.c: indexes left INVALID, rows that are read twice, ON CONFLICT, and
 * what a query that was run leaves behind. */
#include "cmocka_all.h"

#include "verdict_fixture.h"

#define ROWS(table, values)                                                                        \
    "INSERT INTO " table " SELECT " values " FROM generate_series(1, 10000) AS i"
#define INVALID(index)                                                                             \
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '" index "'::regclass"

static const char *const ground[] = {
    "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, city int NOT NULL, pad text)",
    ROWS("people", "i, 'p' || i, i % 50, repeat('p', 80)"),
    "CREATE INDEX ix_email ON people (email)",
    "CREATE INDEX ix_city ON people (city)",

    "CREATE TABLE rebuilt (id int, a int, pad text)",
    ROWS("rebuilt", "i, i, repeat('p', 80)"),
    "CREATE INDEX ix_left ON rebuilt (a)",
    "CREATE INDEX ix_again ON rebuilt (a)",
    INVALID("ix_left"),

    "CREATE TABLE days (day int NOT NULL, a int, pad text) PARTITION BY RANGE (day)",
    "CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (0) TO (100)",
    "CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM (100) TO (200)",
    ROWS("days", "i % 200, i, repeat('p', 80)"),
    "CREATE INDEX ix_days ON ONLY days (a)",
    "CREATE INDEX ix_days_1 ON days_1 (a)",
    "CREATE INDEX ix_days_2 ON days_2 (a)",

    "CREATE TABLE base (id int, a int, pad text)",
    "CREATE TABLE partly () INHERITS (base)",
    "CREATE TABLE other () INHERITS (base)",
    ROWS("base", "i, i, repeat('p', 80)"),
    ROWS("partly", "i, i, repeat('p', 80)"),
    "CREATE INDEX ix_base ON base (a)",
    "CREATE INDEX ix_partly ON partly (a) WHERE id > 0",

    "CREATE TABLE keyed (id int PRIMARY KEY, a int NOT NULL, b int, pad text)",
    ROWS("keyed", "i, i, i % 3, repeat('p', 80)"),
    "CREATE UNIQUE INDEX uq_a ON keyed (a)",
    "CREATE INDEX ix_b ON keyed (b)",
    "CREATE TABLE parted (id int PRIMARY KEY, b int) PARTITION BY RANGE (id)",
    "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100000)",
    ROWS("parted", "i, i"),

    "CREATE TABLE wants (id int, a int, want_a bool, b int, want_b bool, last int, pad text)",
    ROWS("wants", "i, nullif(i % 20, 0), i % 2 = 0, nullif(i % 30, 0), i % 3 = 0, i, "
                  "repeat('p', 80)"),
    "CREATE INDEX ix_want_a ON wants (a) WHERE a IS NULL AND want_a",
    "CREATE INDEX ix_want_b ON wants (b) WHERE b IS NULL AND want_b",

    "CREATE TABLE users (id int, app int, uri text, pad text)",
    ROWS("users", "i, i, 'x' || i, repeat('p', 80)"),
    "CREATE INDEX ix_app_uri ON users (app, uri DESC)",
    "CREATE INDEX ix_app_uri_c ON users (app, uri)",
    "CREATE TABLE keys (id int, a int, b text, pad text)",
    ROWS("keys", "i, i, 'x' || i, repeat('p', 80)"),
    "CREATE INDEX ix_key_b ON keys (a, b text_pattern_ops)",

    "CREATE TABLE lives (id int, name text COLLATE \"en-x-icu\", gone int, pad text)",
    ROWS("lives", "i, 'x' || i, CASE WHEN i % 50 > 0 THEN i END, repeat('p', 80)"),
    "CREATE INDEX ix_live ON lives (name) WHERE gone IS NULL",
    "CREATE INDEX ix_most ON lives (name) WHERE id > 100",

    "CREATE TABLE areas (area int NOT NULL, a int, pad text) PARTITION BY LIST (area)",
    "CREATE TABLE area_1 PARTITION OF areas FOR VALUES IN (1)",
    "CREATE TABLE area_2 PARTITION OF areas FOR VALUES IN (2)",
    ROWS("areas", "i % 2 + 1, i, repeat('p', 80)"),
    "CREATE INDEX ix_area_1 ON area_1 (a)",

    "CREATE TABLE halves (half int NOT NULL, a int, pad text) PARTITION BY LIST (half)",
    "CREATE TABLE half_1 PARTITION OF halves FOR VALUES IN (1)",
    "CREATE TABLE half_2 PARTITION OF halves FOR VALUES IN (2)",
    ROWS("halves", "CASE WHEN i <= 300 THEN 2 ELSE 1 END, i, repeat('p', 80)"),
    "CREATE INDEX ix_half ON ONLY halves (a)",
    "CREATE INDEX ix_half_1 ON half_1 (a)",
    "ALTER INDEX ix_half ATTACH PARTITION ix_half_1",

    "CREATE TABLE months (month int NOT NULL, a int, pad text) PARTITION BY LIST (month)",
    "CREATE TABLE months_1 PARTITION OF months FOR VALUES IN (1)",
    "CREATE TABLE months_2 PARTITION OF months FOR VALUES IN (2)",
    "CREATE TABLE months_3 PARTITION OF months FOR VALUES IN (3)",
    ROWS("months", "CASE WHEN i <= 300 THEN 2 WHEN i <= 600 THEN 3 ELSE 1 END, i % 5000, "
                   "left(repeat('p', 80), CASE WHEN i <= 600 THEN 2 ELSE 80 END)"),
    "CREATE INDEX ix_months ON months (a)",

    "CREATE TABLE some_rows (id int, a int)",
    "INSERT INTO some_rows SELECT i, i % 4 FROM generate_series(1, 1500) AS i",
    "CREATE INDEX ix_some ON some_rows (a)",

    "CREATE TABLE many (id int, a int, b int, pad text)",
    ROWS("many", "i, i, i, repeat('p', 80)"),
    "DO $$ BEGIN FOR i IN 0..12 LOOP EXECUTE format('CREATE INDEX ix_many_%s ON many (a, (b + "
    "%s))', i, i); END LOOP; END $$",
};

/* ---- cases ---- */

static void
finds_no_use_in_an_invalid_index(void **state)
{
    static const Case cases[] = {
        {"ix_left", "SELECT * FROM rebuilt WHERE a = 7", NULL, USELESS, 0, 0, "it was left INVALID",
         "ix_again", "ix_again"},
        {"ix_left", "SELECT * FROM rebuilt ORDER BY a LIMIT 5", NULL, USELESS, 0, 0,
         "it was left INVALID", "ix_again"},
        {"ix_left", "SELECT * FROM rebuilt WHERE a = $1", "7", USELESS, 0, NEEDS_GENERIC,
         "it was left INVALID", "ix_again"},
        {"ix_again", "SELECT * FROM rebuilt WHERE a = 7", NULL, CHOSEN, CONDITION, 0, NULL,
         "ix_again", ""},
        /* Every partition has one, but none of them is its part. */
        {"ix_days", "SELECT * FROM days WHERE a = 7", NULL, USELESS, 0, 0, "it is INVALID"},
        {"ix_days_1", "SELECT * FROM days WHERE a = 7 AND day = 7", NULL, CHOSEN, CONDITION},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

static void
tells_one_reading_of_a_table_from_another(void **state)
{
    static const Case cases[] = {
        {"ix_email",
         "SELECT count(*) FROM people a JOIN people b ON b.pad = a.pad WHERE a.email = 'p7' AND "
         "b.email LIKE '%99'",
         NULL, CHOSEN, CONDITION, .words = "once more, where ix_email cannot serve"},
        {"ix_email",
         "SELECT * FROM people WHERE email = 'p7' UNION ALL SELECT * FROM people WHERE "
         "email LIKE '%99'",
         NULL, CHOSEN, CONDITION, .words = "once more, where ix_email cannot serve"},
        {"ix_email",
         "SELECT count(*) FROM people a JOIN people b ON b.pad = a.pad WHERE a.email > 'a' AND "
         "b.email LIKE '%99'",
         NULL, SERVABLE, CONDITION, SEQUENTIAL, "a sequential scan of people is cheaper"},
        {"ix_email",
         "SELECT count(*) FROM people a JOIN people b ON b.pad = a.pad WHERE a.email LIKE '%98' "
         "AND b.email LIKE '%99'",
         NULL, USELESS, 0, SEQUENTIAL},
        /* Both could be served. */
        {"ix_email",
         "SELECT count(*) FROM people a JOIN people b ON b.pad = a.pad WHERE a.email = 'p7' AND "
         "b.email > 'a' AND b.pad > 'a'",
         NULL, SERVABLE, CONDITION, SEQUENTIAL, "a sequential scan of people is cheaper"},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

static void
counts_what_inherits_with_indexes_of_its_own(void **state)
{
    static const Case cases[] = {
        {"ix_base", "SELECT * FROM base WHERE a = 7 AND id > 5", NULL, CHOSEN, CONDITION,
         .words = "partly has no such index, and is read by another: ", .substitutes = ""},
        {"ix_base", "SELECT * FROM base WHERE a = 7", NULL, USELESS, 0, SEQUENTIAL,
         "reads public.partly, public.other as well, for which it has no part"},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

static void
takes_a_conflict_that_cannot_be_decided_for_proof(void **state)
{
    static const Case cases[] = {
        {"uq_a", "INSERT INTO keyed VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = 1", NULL,
         CHOSEN, PGS_USE_ARBITER, .words = "the query needs it: without uq_a the server refuses"},
        {"keyed_pkey", "INSERT INTO keyed VALUES ($1, 2) ON CONFLICT (id) DO NOTHING", "7", CHOSEN,
         PGS_USE_ARBITER, .words = "the query needs it: without keyed_pkey the server refuses"},
        {"parted_pkey", "INSERT INTO parted VALUES (1, 2) ON CONFLICT (id) DO NOTHING", NULL,
         CHOSEN, PGS_USE_ARBITER, .words = "the query needs it"},
        /* What ON CONFLICT decides by cannot be taken away, and is no rival. */
        {"ix_b",
         "INSERT INTO keyed SELECT id, a FROM keyed WHERE b < 3 ON CONFLICT (id) DO NOTHING", NULL,
         SERVABLE, CONDITION, SEQUENTIAL, "a sequential scan of keyed is cheaper"},
        {"ix_b",
         "INSERT INTO keyed SELECT id, a FROM keyed WHERE pad = 'q' ON CONFLICT (id) DO NOTHING",
         NULL, USELESS, 0, SEQUENTIAL},
        {"uq_a", "INSERT INTO keyed VALUES (1, 2) ON CONFLICT (id) DO NOTHING", NULL, USELESS, 0,
         STAYS},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

static void
serves_together_with_others(void **state)
{
    static const Case cases[] = {
        {"ix_want_a", "SELECT * FROM wants WHERE (a IS NULL AND want_a) OR (b IS NULL AND want_b)",
         NULL, CHOSEN, CONDITION},
        {"ix_want_a",
         "SELECT * FROM wants WHERE ((a IS NULL AND want_a) OR (b IS NULL AND want_b)) AND last > "
         "$1 LIMIT 1",
         "5", SERVABLE, CONDITION, SEQUENTIAL, "a sequential scan of wants is cheaper"},
        {"ix_want_a", "SELECT * FROM wants WHERE (a IS NULL AND want_a) OR last = 3", NULL, USELESS,
         0, SEQUENTIAL},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

static void
tells_of_later_keys_that_are_not_looked_up(void **state)
{
    static const Case cases[] = {
        {"ix_app_uri_c", "SELECT * FROM users WHERE app = 7 AND uri LIKE 'x%'", NULL, CHOSEN,
         CONDITION, .words = "ix_app_uri_c does not look up its key uri"},
        {"ix_app_uri", "SELECT * FROM users WHERE app = 7 AND uri LIKE 'x%'", NULL, CHOSEN,
         CONDITION, .words = "ix_app_uri_c is as good, and was taken", .taken = "ix_app_uri_c"},
        {"ix_key_b", "SELECT * FROM keys WHERE a = 7 ORDER BY id DESC LIMIT 3", NULL, CHOSEN,
         CONDITION, .words = "ix_key_b does not give the order of keys.id DESC: rows are sorted"},
        {"ix_live", "SELECT * FROM lives WHERE name LIKE 'x1%' AND gone IS NULL", NULL, CHOSEN,
         PREDICATE, .words = "does not look up its key name: rows are filtered by "},
        {"ix_most", "SELECT * FROM lives WHERE name LIKE 'x1%' AND id > 100", NULL, USELESS, 0,
         SEQUENTIAL, "is a pattern, which its operator class"},
        {"ix_key_b", "SELECT * FROM keys WHERE a = 7 AND b ~~* 'x%'", NULL, CHOSEN, CONDITION,
         .words = "does not look up its key b"},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

static void
counts_the_partitions_that_have_no_part(void **state)
{
    static const Case cases[] = {
        {"ix_area_1", "SELECT * FROM areas WHERE a = 7", NULL, USELESS, 0, SEQUENTIAL,
         "the query reads public.area_2 as well, for which it has no part"},
        {"ix_area_1", "SELECT * FROM areas WHERE a = 7 AND area = 1", NULL, CHOSEN, CONDITION,
         .taken = "ix_area_1"},
        {"ix_area_1", "SELECT * FROM area_1 WHERE a = 7", NULL, CHOSEN, CONDITION},
        {"ix_area_1", "SELECT * FROM areas WHERE a = 7 AND area = 2", NULL, USELESS, 0, STAYS,
         "does not read its table"},
        {"ix_days_1", "SELECT * FROM days WHERE a = 7", NULL, CHOSEN, CONDITION},
        {"ix_half", "SELECT * FROM halves WHERE a = 7", NULL, USELESS, 0, SEQUENTIAL,
         "it is INVALID, since there is no part of it for public.half_2"},
        {"ix_half_1", "SELECT * FROM halves WHERE a = 7", NULL, USELESS, 0, SEQUENTIAL,
         "the query reads public.half_2 as well"},
        {"ix_months", "SELECT * FROM months WHERE a = 7", NULL, CHOSEN, CONDITION,
         .words = "months_2 holds 300 rows, and is read as it is"},
        {"ix_months", "SELECT * FROM months WHERE a = 7 AND month > 1", NULL, UNKNOWN, 0,
         SEQUENTIAL, "no verdict is to be had: months_2 holds 300 rows"},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

/* An index that pays with more rows only. */
static void
hints_at_more_rows(void **state)
{
    static const Case some = {"ix_some", "SELECT * FROM some_rows WHERE a >= 0", NULL, SERVABLE};
    const PgsJudgement *judgement = judge(*state, &some);
    assert_int_equal(judgement->served, SERVABLE);
    assert_non_null(judgement->hint);
    assert_non_null(strstr(judgement->hint, "some_rows holds just 1500 rows: with more of them"));
    static const Case usual = {"ix_b", "SELECT * FROM keyed WHERE b < 3", NULL, SERVABLE};
    judgement = judge(*state, &usual);
    assert_int_equal(judgement->served, SERVABLE);
    assert_null(judgement->hint);
}

static void
leaves_out_names_of_dozens_of_indexes(void **state)
{
    static const Case many = {"ix_many_0", "SELECT * FROM many WHERE a = 7", NULL, CHOSEN};
    const PgsJudgement *judgement = judge(*state, &many);
    const PgsPlanEvidence *bare = evidence_of(judgement, PGS_ROLE_BARE);
    assert_true(judgement->turns_sequential);
    assert_non_null(bare);
    if (strstr(bare->what, " and 8 more: Seq Scan on many") == NULL)
        fail_msg("%s", bare->what);
}

/* ---- what a query that was run leaves behind ---- */

/* Sizes are all that the planner sees at once of rows that nobody sees any more. */
#define SIZES_SQL                                                                                  \
    "SELECT string_agg(c.relname || ' ' || pg_relation_size(c.oid) / 8192 || ' ' || c.relpages "   \
    "|| ' ' || c.reltuples || ' ' || c.relallvisible, ', ' ORDER BY c.relname) FROM pg_class c "   \
    "WHERE c.relname ~ 'people|ix_email|ix_city'"

static char *
costs_of(Court *court)
{
    static const Case cases[] = {
        {"ix_email", "SELECT * FROM people WHERE email = 'p7'", NULL, CHOSEN, CONDITION},
        {"ix_email", "SELECT email FROM people WHERE email < 'p2'", NULL, CHOSEN, CONDITION},
        {"ix_email", "SELECT * FROM people WHERE email > 'p'", NULL, SERVABLE, CONDITION,
         SEQUENTIAL},
        {"ix_city", "SELECT * FROM people WHERE city = 7", NULL, CHOSEN, CONDITION},
    };
    GString *costs = g_string_new(NULL);
    check(court, cases, G_N_ELEMENTS(cases));
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsJudgement *judgement = judge(court, &cases[i]);
        g_string_append_printf(costs, " %.2f %.2f %.2f", judgement->cost, judgement->alone_cost,
                               judgement->control_cost);
    }
    return g_string_free(costs, FALSE);
}

static void
leaves_later_costs_as_they_were(void **state)
{
    Court *court = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *before = costs_of(court), *sizes = NULL;
    assert_true(pgs_connection_value(court->base.connection, SIZES_SQL, &sizes, &error));
    static const Case cases[] = {
        {"ix_city", "UPDATE people SET city = city + 1 WHERE city > 7", NULL, SERVABLE, CONDITION,
         ANALYZE | SEQUENTIAL},
        {"ix_city", "UPDATE people SET city = 3, email = 'q' || id WHERE city = 7", NULL, CHOSEN,
         CONDITION, ANALYZE},
        {"ix_city", "DELETE FROM people WHERE city = 7", NULL, CHOSEN, CONDITION, ANALYZE},
    };
    check(court, cases, G_N_ELEMENTS(cases));
    assert_value(&court->base, SIZES_SQL, sizes);
    g_autofree char *after = costs_of(court);
    assert_string_equal(after, before);
}

/* An owner cleans up as well; who is none says that it could not be. */
static void
says_what_it_leaves_behind(void **state)
{
    Court *court = *state;
    static const Case update = {"ix_city",
                                "UPDATE people SET city = 3 WHERE city = 7",
                                NULL,
                                CHOSEN,
                                CONDITION,
                                ANALYZE | STAYS,
                                "could not be cleaned up"};
    run_sql(&court->base, "CREATE ROLE runner; GRANT SELECT, UPDATE ON people TO runner; "
                          "SET ROLE runner");
    check(court, &update, 1);
    run_sql(&court->base, "RESET ROLE");
}

/* ---- the ground ---- */

static int
set_up_ground(void **state)
{
    return set_up_court(state, ground, G_N_ELEMENTS(ground));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_no_use_in_an_invalid_index),
        cmocka_unit_test(tells_one_reading_of_a_table_from_another),
        cmocka_unit_test(counts_what_inherits_with_indexes_of_its_own),
        cmocka_unit_test(takes_a_conflict_that_cannot_be_decided_for_proof),
        cmocka_unit_test(serves_together_with_others),
        cmocka_unit_test(tells_of_later_keys_that_are_not_looked_up),
        cmocka_unit_test(counts_the_partitions_that_have_no_part),
        cmocka_unit_test(hints_at_more_rows),
        cmocka_unit_test(leaves_out_names_of_dozens_of_indexes),
        cmocka_unit_test(leaves_later_costs_as_they_were),
        cmocka_unit_test(says_what_it_leaves_behind),
    };
    return cmocka_run_group_tests(tests, set_up_ground, tear_down_court);
}

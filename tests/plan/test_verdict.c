/* Covers harness/plan/verdict*.c and control.c. */
#include "cmocka_all.h"

#include "verdict_fixture.h"
#include "verdict_ground.h"

/* ---- the cases ---- */

static const Case conditions[] = {
    {"ix_email", "SELECT * FROM users WHERE email = 'user7@example.org'", NULL, CHOSEN, CONDITION,
     .taken = "ix_email", .substitutes = ""},
    {"ix_email", "SELECT * FROM users WHERE email = $1", "user7@example.org", CHOSEN, CONDITION,
     GENERIC_CHOSEN},
    {"ix_email", "SELECT * FROM users u WHERE u.email IN ('user7@example.org', 'user8', 'user9')",
     NULL, CHOSEN, CONDITION},
    {"ix_email", "SELECT * FROM users WHERE email LIKE 'user7@%'", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_name_pattern", "SELECT * FROM users WHERE name LIKE 'Name 12%'", NULL, CHOSEN, CONDITION},
    {"ix_name_pattern", "SELECT * FROM users WHERE name LIKE $1", "Name 12%", CHOSEN, CONDITION,
     .words = "generic plan"},
    {"ix_name_pattern", "SELECT * FROM users WHERE name LIKE $1", "Name 12%", USELESS, 0,
     NEEDS_GENERIC | SEQUENTIAL, "with a generic plan", .generic = USELESS},
    {"ix_name_pattern", "SELECT * FROM users WHERE name LIKE '%12'", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_lower_name", "SELECT * FROM users WHERE lower(name) = 'name 7'", NULL, CHOSEN, CONDITION},
    {"ix_lower_name", "SELECT * FROM users WHERE upper(name) = 'NAME 7'", NULL, USELESS, 0,
     SEQUENTIAL},
    {"ix_tags", "SELECT * FROM users WHERE tags @> ARRAY['t7']", NULL, CHOSEN, CONDITION},
    {"ix_parent", "SELECT * FROM users WHERE parent IS NULL", NULL, CHOSEN, CONDITION},
    {"ix_email_hash", "SELECT * FROM users WHERE note = 'y'", NULL, CHOSEN, CONDITION},
    {"users_pkey", "SELECT * FROM users WHERE id::text = '7'", NULL, USELESS, 0, SEQUENTIAL},
    {"users_pkey", "SELECT * FROM users WHERE id = 7.0::numeric", NULL, USELESS, 0, SEQUENTIAL},
    {"users_pkey", "SELECT * FROM users WHERE id > 0", NULL, SERVABLE, CONDITION, SEQUENTIAL,
     "users_pkey can serve it, but a sequential scan of users is cheaper"},
    {"users_pkey", "SELECT * FROM users WHERE id = 7 OR parent = 7", NULL, CHOSEN, CONDITION},
    {"ix_parent", "SELECT * FROM users WHERE id = 7 OR parent = 7", NULL, CHOSEN, CONDITION},
    {"ix_parent", "SELECT * FROM users WHERE length(status) = 4 OR parent = 7", NULL, USELESS, 0,
     SEQUENTIAL},
    {"ix_plain_ba", "SELECT * FROM plain WHERE b = 3 AND a = 77", NULL, CHOSEN, CONDITION},
    {"ix_plain_ba", "SELECT * FROM plain WHERE (b, a) > (10, 2400)", NULL, CHOSEN, CONDITION},
    {"ix_plain_ba", "SELECT * FROM plain WHERE a = 77", NULL, CHOSEN, LATER, SKIP_SCAN},
    {"ix_plain_s", "SELECT * FROM plain WHERE s = 'open'", NULL, CHOSEN, CONDITION},
    {"ix_plain_s", "SELECT * FROM plain WHERE s = 'done'", NULL, SERVABLE, CONDITION, SEQUENTIAL},
    {"ix_plain_s", "SELECT * FROM plain WHERE c = 3", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_totals", "SELECT total FROM totals WHERE user_id = 7", NULL, CHOSEN, CONDITION},
    {"ix_email", "SELECT * FROM users WHERE ctid = '(0,1)' AND email = 'user7@example.org'", NULL,
     SERVABLE, CONDITION, STAYS, "ix_email can serve it, but Tid Scan on users is cheaper"},
    {"ix_lower_name", "SELECT count(name) FROM users WHERE lower(name) = 'name 7'", NULL, CHOSEN,
     CONDITION, .substitutes = ""},
    {"ix_few", "SELECT * FROM few WHERE a = 3", NULL, UNKNOWN, 0, SEQUENTIAL,
     "no verdict is to be had: few holds 5 rows"},
    {"ix_few", "SELECT * FROM few WHERE a::text = '3'", NULL, USELESS, 0, SEQUENTIAL,
     "casts a to text"},
    {"users_pkey", "SELECT * FROM users WHERE id = 7", NULL, SERVABLE, CONDITION, SEQUENTIAL,
     "users_pkey can serve it, and would be cheaper, but a sequential scan of users is taken",
     .session = "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off"},
};

static const Case orders[] = {
    {"ix_score", "SELECT * FROM users ORDER BY score DESC LIMIT 10", NULL, CHOSEN, ORDER,
     .taken = "ix_score"},
    {"ix_score", "SELECT * FROM users ORDER BY score LIMIT 10", NULL, CHOSEN, ORDER},
    {"ix_score", "SELECT * FROM users ORDER BY score DESC NULLS LAST LIMIT 10", NULL, USELESS, 0,
     SEQUENTIAL},
    {"ix_score", "SELECT * FROM users ORDER BY score DESC, email LIMIT 10", NULL, CHOSEN, ORDER},
    {"ix_score", "SELECT max(score) FROM users", NULL, CHOSEN, ORDER},
    {"ix_score", "SELECT * FROM users ORDER BY score DESC", NULL, SERVABLE, ORDER, SEQUENTIAL,
     "a sequential scan of users is cheaper"},
    {"ix_at", "SELECT * FROM points ORDER BY at <-> point(3, 4) LIMIT 5", NULL, CHOSEN, ORDER},
    {"ix_open", "SELECT id FROM users WHERE status = 'open' ORDER BY created LIMIT 10", NULL,
     CHOSEN, ORDER | PREDICATE},
    {"ix_open", "SELECT id FROM users WHERE status = 'open'", NULL, CHOSEN, PREDICATE},
    {"ix_open", "SELECT id FROM users WHERE status = 'held'", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_open", "SELECT id FROM users WHERE status = $1", "open", CHOSEN, PREDICATE,
     .words = "generic plan"},
    {"ix_open", "SELECT id FROM users WHERE status = $1", "open", USELESS, 0,
     NEEDS_GENERIC | SEQUENTIAL, "with a generic plan", .generic = USELESS},
    {"ix_open", "SELECT id FROM open_users WHERE created > '2020-12-01'", NULL, CHOSEN,
     CONDITION | PREDICATE},
    {"ix_cover", "SELECT a, b FROM cover", NULL, CHOSEN, WHOLE, .words = "is read whole"},
    {"ix_cover", "SELECT a, b FROM cover WHERE b % 7 = 3", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_cover", "SELECT a, b FROM cover WHERE b % 7 = 3 ORDER BY a", NULL, CHOSEN, ORDER},
    {"ix_cover", "SELECT b FROM cover WHERE a = 7", NULL, CHOSEN, CONDITION},
    {"ix_cover", "SELECT a, count(b) FROM cover GROUP BY a ORDER BY a LIMIT 5", NULL, CHOSEN,
     ORDER},
    {"ix_plain_ba", "SELECT DISTINCT b FROM plain ORDER BY b LIMIT 3", NULL, CHOSEN, ORDER},
};

static const Case rivals[] = {
    {"ix_twin_a", "SELECT * FROM twins WHERE a = 7", NULL, CHOSEN, CONDITION,
     .words = "through its twin uq_twin_b", .substitutes = ""},
    {"uq_twin_b", "SELECT * FROM twins WHERE a = 7", NULL, CHOSEN, CONDITION, .substitutes = ""},
    {"ix_rival_a", "SELECT * FROM rivals WHERE a = 7 AND b = 7", NULL, SERVABLE, CONDITION, 0,
     "ix_rival_a can serve it, but ix_rival_b is cheaper", "ix_rival_b", "ix_rival_b"},
    {"ix_rival_b", "SELECT * FROM rivals WHERE a = 7 AND b = 7", NULL, CHOSEN, CONDITION, 0, NULL,
     "ix_rival_b", "ix_rival_a"},
    {"ix_rival_c", "SELECT * FROM rivals WHERE c = 7", NULL, CHOSEN, CONDITION,
     .substitutes = "ix_rival_c_a"},
    {"ix_rival_c_a", "SELECT * FROM rivals WHERE c = 7", NULL, CHOSEN, CONDITION,
     .substitutes = "ix_rival_c"},
    /* rows in the order of c: the planner knows that of the first index alone */
    {"ix_rival_c_a", "SELECT * FROM rivals WHERE c BETWEEN 100 AND 500", NULL, SERVABLE, CONDITION,
     .words = "ix_rival_c is cheaper", .substitutes = "ix_rival_c"},
    {"ix_sibling_a_b", "SELECT * FROM siblings WHERE a BETWEEN 100 AND 250", NULL, CHOSEN,
     CONDITION, .words = "ix_sibling_a is cheaper by a hair, and was taken",
     .taken = "ix_sibling_a", .substitutes = "ix_sibling_a"},
    {"any:rivals", "SELECT * FROM rivals WHERE a = 7 AND b = 7", NULL, CHOSEN, CONDITION, 0, NULL,
     "ix_rival_b", ""},
    {"any:rivals", "SELECT * FROM rivals WHERE pad = 'q'", NULL, USELESS, 0, SEQUENTIAL,
     "no index of public.rivals is on what the query filters by: pad"},
    {"any:rivals", "SELECT * FROM rivals WHERE a > 3", NULL, SERVABLE, CONDITION, SEQUENTIAL,
     "ix_rival_a can serve it, but a sequential scan of rivals is cheaper"},
    {"any:bare", "SELECT * FROM bare WHERE a = 3", NULL, USELESS, 0, SEQUENTIAL,
     "no index of public.bare is on what"},
};

static const Case joins[] = {
    {"ix_orders_user", "SELECT * FROM users u JOIN orders o ON o.user_id = u.id WHERE u.id = 77",
     NULL, CHOSEN, CONDITION},
    {"ix_orders_user",
     "SELECT * FROM users u JOIN orders o ON o.user_id = u.id WHERE u.email = 'user7@example.org'",
     NULL, CHOSEN, CONDITION},
    {"ix_orders_user", "SELECT * FROM users u JOIN orders o ON o.user_id = u.id", NULL, SERVABLE, 0,
     SEQUENTIAL, "a sequential scan of orders is cheaper"},
    {"ix_parent",
     "SELECT * FROM users a JOIN users b ON b.parent = a.id WHERE a.email = 'user7@example.org'",
     NULL, CHOSEN, CONDITION},
    {"ix_email",
     "SELECT * FROM users a JOIN users b ON b.parent = a.id WHERE a.email = 'user7@example.org'",
     NULL, CHOSEN, CONDITION, .substitutes = ""},
    {"ix_email",
     "SELECT count(*) FROM users a JOIN users b ON b.city = a.city WHERE a.email = 'user7' AND "
     "b.email > 'a'",
     NULL, SERVABLE, CONDITION, SEQUENTIAL, "a sequential scan of users is cheaper"},
    {"ix_orders_user", "SELECT * FROM users u JOIN orders o ON o.user_id = u.score", NULL, SERVABLE,
     CONDITION, SEQUENTIAL, "a sequential scan of orders is cheaper",
     .session = "SET LOCAL enable_mergejoin = off"},
    {"ix_few", "SELECT * FROM users u JOIN few ON few.a = u.score", NULL, UNKNOWN, 0, SEQUENTIAL},
    {"any:bare", "SELECT * FROM bare x JOIN bare y ON y.id = x.id WHERE y.pad = 'q'", NULL, USELESS,
     0, SEQUENTIAL, "no index of public.bare is on what"},
    {"ix_email",
     "SELECT count(*) FROM users a JOIN users b ON b.city = a.city WHERE a.email = 'user7'", NULL,
     CHOSEN, CONDITION, .words = "once more"},
    {"ix_orders_user",
     "SELECT * FROM users u WHERE id < 20 AND EXISTS (SELECT FROM orders o WHERE o.user_id = u.id)",
     NULL, CHOSEN, CONDITION},
    {"ix_orders_user",
     "SELECT id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) FROM users u WHERE id < 20",
     NULL, CHOSEN, CONDITION},
    {"ix_email",
     "WITH found AS MATERIALIZED (SELECT * FROM users WHERE email = 'user7') SELECT * FROM found "
     "JOIN orders ON orders.user_id = found.id",
     NULL, CHOSEN, CONDITION},
    {"ix_email", "UPDATE users SET score = 1 WHERE email = 'user7@example.org'", NULL, CHOSEN,
     CONDITION},
    {"ix_email", "DELETE FROM users WHERE email = 'user7@example.org'", NULL, CHOSEN, CONDITION,
     ANALYZE},
    {"ix_email", "UPDATE users SET score = 1 WHERE note = 'z' AND city = 3", NULL, USELESS, 0, 0},
    {"pairs_a_b_key", "INSERT INTO pairs VALUES (1, 2, 'x') ON CONFLICT (a, b) DO NOTHING", NULL,
     CHOSEN, PGS_USE_ARBITER, .words = "ON CONFLICT decides by pairs_a_b_key"},
    {"ix_email", "SELECT * FROM orders WHERE id = 7", NULL, USELESS, 0, STAYS},
    {"ix_email", "SELECT * FROM users WHERE email = 'a' AND false", NULL, UNKNOWN, 0, STAYS,
     "no row can fulfil"},
    {"ix_email", "SELECT * FROM users WHERE nothing = 1", NULL, UNKNOWN, 0, STAYS,
     "the server refuses the query: column \"nothing\" does not exist"},
    {"ix_orders_user", "SELECT FROM ONLY orders x WHERE $1 = user_id FOR KEY SHARE OF x", "7",
     CHOSEN, CONDITION, REFERENCE | GENERIC_CHOSEN},
    {"ix_cover", "SELECT count(*) FROM cover WHERE a > 700", NULL, CHOSEN, CONDITION,
     .session = PARALLEL},
    {"ix_lower_name", "SELECT count(email) FROM users WHERE lower(name) > 'name 98'", NULL, CHOSEN,
     CONDITION, .session = PARALLEL},
    {"ix_email", "SELECT count(*) FROM users WHERE email > 'user5' AND note > 'a'", NULL, SERVABLE,
     CONDITION, SEQUENTIAL, .session = PARALLEL},
    {"ix_plain_s", "SELECT * FROM plain WHERE c = 3", NULL, USELESS, 0, SEQUENTIAL,
     .session = PARALLEL},
};

static const Case partitions[] = {
    {"ix_sensor", "SELECT * FROM measures WHERE sensor = 7", NULL, CHOSEN, CONDITION, 0,
     .taken = "ix_sensor"},
    {"ix_sensor", "SELECT * FROM measures WHERE sensor = 7 AND day = 7", NULL, CHOSEN, CONDITION},
    {"ix_sensor", "SELECT * FROM measures WHERE sensor = 7 AND day < 150", NULL, CHOSEN, CONDITION},
    {"ix_sensor", "SELECT * FROM measures ORDER BY sensor LIMIT 5", NULL, CHOSEN, ORDER},
    {"ix_sensor", "SELECT * FROM measures WHERE v = 7", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_sensor", "UPDATE measures SET v = 0 WHERE sensor = 7", NULL, CHOSEN, CONDITION},
    {"ix_sensor", "SELECT * FROM measures WHERE day > $1 AND sensor = $2", "100|7", CHOSEN,
     CONDITION, NEEDS_GENERIC | GENERIC_CHOSEN},
    {"ix_sensor", "SELECT * FROM measures m JOIN few ON few.a = m.sensor WHERE few.id = 1", NULL,
     CHOSEN},
    {"any:measures", "SELECT * FROM measures WHERE sensor = 7", NULL, CHOSEN, CONDITION,
     .taken = "ix_sensor"},
    {"ix_patchy", "SELECT * FROM patchy WHERE sensor = 7", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_patchy", "SELECT * FROM patchy WHERE sensor = 7 AND day = 7", NULL, CHOSEN, CONDITION, 0,
     "INVALID"},
    {"ix_patchy_a", "SELECT * FROM patchy WHERE sensor = 7 AND day = 7", NULL, CHOSEN, CONDITION},
    {"any:patchy", "SELECT * FROM patchy WHERE sensor = 7", NULL, USELESS, 0, SEQUENTIAL,
     "it is INVALID"},
    {"ix_old", "SELECT * FROM old_base WHERE a = 7", NULL, CHOSEN, CONDITION,
     .words = "old_other holds 0 rows"},
    {"ix_mixed", "SELECT * FROM old_mixed WHERE a = 7 AND id > 5", NULL, CHOSEN, CONDITION,
     .words = "is read by another"},
    {"ix_patchy", "SELECT * FROM patchy ORDER BY sensor LIMIT 5", NULL, USELESS, 0, SEQUENTIAL},
    {"ix_full", "SELECT * FROM old_full WHERE a = 7", NULL, USELESS, 0, SEQUENTIAL},
};

/* ---- tests ---- */

static void
judges_conditions(void **state)
{
    check(*state, conditions, G_N_ELEMENTS(conditions));
}

static void
judges_orders_and_predicates(void **state)
{
    check(*state, orders, G_N_ELEMENTS(orders));
}

static void
judges_twins_and_rivals(void **state)
{
    check(*state, rivals, G_N_ELEMENTS(rivals));
}

static void
judges_joins_and_changes(void **state)
{
    check(*state, joins, G_N_ELEMENTS(joins));
}

static void
judges_partitions(void **state)
{
    check(*state, partitions, G_N_ELEMENTS(partitions));
}

/* ---- what else a judgement holds ---- */

static void
keeps_the_plans_as_evidence(void **state)
{
    Court *court = *state;
    const PgsJudgement *judgement = judge(court, &rivals[2]);
    const PgsPlanEvidence *first = judgement->evidence->pdata[0];
    assert_int_equal(first->role, PGS_ROLE_VERDICT);
    const PgsPlanEvidence *control = evidence_of(judgement, PGS_ROLE_CONTROL);
    const PgsPlanEvidence *bare = evidence_of(judgement, PGS_ROLE_BARE);
    const PgsPlanEvidence *alone = evidence_of(judgement, PGS_ROLE_ALONE);
    assert_non_null(control);
    assert_non_null(bare);
    assert_non_null(alone);
    assert_non_null(strstr(bare->what, "without ix_rival_a and ix_rival_b: Seq Scan on rivals, "));
    assert_true(judgement->cost > 0);
    assert_true(judgement->alone_cost > judgement->cost);
    assert_true(judgement->control_cost == control->plan->cost);
    assert_true(judgement->alone_cost == alone->plan->cost);
    assert_non_null(strstr(first->plan->text, "Index Scan"));
    assert_true(judgement->duration > 0);
    /* Of two scans the one that is filtered is shown. */
    static const Case twice = {"any:bare",
                               "SELECT * FROM bare x JOIN bare y ON y.id = x.id WHERE y.pad = 'q'",
                               NULL, USELESS};
    first = judge(court, &twice)->evidence->pdata[0];
    assert_non_null(strstr(first->what, "Seq Scan on bare y"));
}

static void
plans_a_look_up_of_children_for_any_values(void **state)
{
    static const Case look_up = {"ix_plain_s", "SELECT FROM ONLY plain x WHERE $1 = s",
                                 "open",       SERVABLE,
                                 CONDITION,    REFERENCE};
    const PgsJudgement *judgement = judge(*state, &look_up);
    assert_int_equal(judgement->served, judgement->generic);
    for (guint i = 0; i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *evidence = judgement->evidence->pdata[i];
        assert_true(evidence->plan->is_generic);
        assert_int_not_equal(evidence->role, PGS_ROLE_GENERIC);
    }
}

static void
leaves_nothing_behind(void **state)
{
    Court *court = *state;
    static const Case run = {"ix_email", "DELETE FROM users WHERE email = 'user7@example.org'",
                             NULL,       CHOSEN,
                             CONDITION,  ANALYZE};
    const PgsJudgement *judgement = judge(court, &run);
    const PgsPlanEvidence *first = judgement->evidence->pdata[0];
    assert_true(first->plan->root->is_analyzed);
    assert_false(evidence_of(judgement, PGS_ROLE_CONTROL)->plan->root->is_analyzed);
    assert_value(&court->base, "SELECT count(*) FROM users", "10000");
    assert_value(&court->base,
                 "SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indexrelid::regclass::text"
                 " <> 'ix_patchy'",
                 "0");
    assert_value(&court->base, "SHOW enable_seqscan", "on");
    assert_value(&court->base, "SELECT count(*) FROM pg_prepared_statements", "0");
    static const Case fails = {"ix_email",
                               "SELECT 1 / (score - score) FROM users WHERE email = "
                               "'user7@example.org'",
                               NULL,
                               CHOSEN,
                               CONDITION,
                               ANALYZE,
                               "it fails when it is run"};
    check(court, &fails, 1);
}

/* An owner who is no superuser drops what a superuser hides. */
static void
judges_as_an_owner(void **state)
{
    Court *court = *state;
    run_sql(&court->base, "CREATE ROLE verdict_owner; GRANT ALL ON SCHEMA public TO verdict_owner;"
                          "ALTER TABLE rivals OWNER TO verdict_owner;"
                          "ALTER TABLE measures OWNER TO verdict_owner;"
                          "ALTER TABLE measures_a OWNER TO verdict_owner;"
                          "ALTER TABLE measures_b OWNER TO verdict_owner;"
                          "ALTER TABLE measures_c OWNER TO verdict_owner;"
                          "ALTER TABLE measures_rest OWNER TO verdict_owner;"
                          "ALTER TABLE pairs OWNER TO verdict_owner");
    static const Case own[] = {
        {"ix_rival_a", "SELECT * FROM rivals WHERE a = 7 AND b = 7", NULL, SERVABLE, CONDITION, 0,
         "ix_rival_a can serve it, but ix_rival_b is cheaper", "ix_rival_b", "ix_rival_b"},
        {"ix_sensor", "SELECT * FROM measures WHERE sensor = 7", NULL, CHOSEN, CONDITION},
        {"ix_sensor", "SELECT * FROM measures WHERE v = 7", NULL, USELESS, 0, SEQUENTIAL},
        {"pairs_a_b_key", "INSERT INTO pairs VALUES (1, 2, 'x') ON CONFLICT (a, b) DO NOTHING",
         NULL, CHOSEN, PGS_USE_ARBITER},
    };
    /* It may read orders, and no more. */
    static const Case foreign[] = {
        {"ix_orders_user", "SELECT * FROM orders WHERE user_id = 7", NULL, CHOSEN, CONDITION, STAYS,
         "could not be taken out of the way"},
        {"ix_orders_user", "SELECT * FROM orders WHERE id = 7", NULL, UNKNOWN, 0, STAYS,
         "other indexes of orders could not be taken out of the way"},
    };
    run_sql(&court->base, "GRANT SELECT ON orders TO verdict_owner; SET ROLE verdict_owner");
    check(court, own, G_N_ELEMENTS(own));
    check(court, foreign, G_N_ELEMENTS(foreign));
    run_sql(&court->base, "RESET ROLE");
}

static void
tells_of_settings_that_are_refused(void **state)
{
    static const Case cases[] = {
        {"ix_email", "SELECT * FROM users WHERE email = 'x'", NULL, UNKNOWN, 0, STAYS,
         "it could not be judged: ", .session = "SET LOCAL random_page_cost = 'much'"},
        {"ix_email", "SELECT * FROM users WHERE email = 'x'", NULL, CHOSEN, CONDITION,
         .session = "SET LOCAL random_page_cost = 1.1"},
    };
    check(*state, cases, G_N_ELEMENTS(cases));
}

/* ---- the ground ---- */

static int
set_up_ground(void **state)
{
    return set_up_court(state, verdict_ground, G_N_ELEMENTS(verdict_ground));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_conditions),
        cmocka_unit_test(judges_orders_and_predicates),
        cmocka_unit_test(judges_twins_and_rivals),
        cmocka_unit_test(judges_joins_and_changes),
        cmocka_unit_test(judges_partitions),
        cmocka_unit_test(keeps_the_plans_as_evidence),
        cmocka_unit_test(plans_a_look_up_of_children_for_any_values),
        cmocka_unit_test(tells_of_settings_that_are_refused),
        cmocka_unit_test(leaves_nothing_behind),
        cmocka_unit_test(judges_as_an_owner),
    };
    return cmocka_run_group_tests(tests, set_up_ground, tear_down_court);
}

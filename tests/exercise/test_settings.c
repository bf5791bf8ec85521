/* Covers harness/exercise/: settings.c, settings_proof.c. */
#include "cmocka_all.h"

#include "exercise/exercise.h"
#include "exercise_fixture.h"

#define TREE                                                                                       \
    "CREATE TABLE p (id int PRIMARY KEY, name text NOT NULL CHECK (name <> '')); "                 \
    "CREATE TABLE c (id int PRIMARY KEY, p int NOT NULL CONSTRAINT fk REFERENCES p ON DELETE "     \
    "CASCADE); "
#define REPLICA " SET session_replication_role = replica"

/* is_foreign: as if the server were somebody's. */
static void
look_at(Fixture *fixture, gboolean is_foreign)
{
    g_autoptr(GError) error = NULL;
    g_ptr_array_set_size(fixture->results, 0);
    if (!pgs_exercise_settings(fixture->connection, is_foreign, fixture->results, &error))
        fail_msg("%s", error->message);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    for (guint i = 0; i < fixture->results->len; i++) {
        const PgsRuleResult *result = fixture->results->pdata[i];
        assert_string_equal(result->check, "exercise.settings");
    }
}

static void
look(Fixture *fixture)
{
    look_at(fixture, FALSE);
}

static const PgsRuleResult *
only_result(const Fixture *fixture)
{
    assert_int_equal(fixture->results->len, 1);
    return fixture->results->pdata[0];
}

static void
run_for_database(const Fixture *fixture, const char *before, const char *after)
{
    g_autofree char *sql = g_strdup_printf("%s\"%s\"%s", before, fixture->database, after);
    run_sql(fixture, sql);
}

/* Drops what outlives a database, also when the test failed. */
static int
tear_down_roles(void **state)
{
    Fixture *fixture = *state;
    if (fixture->connection != NULL)
        pgs_connection_run(fixture->connection,
                           "RESET ROLE; DROP OWNED BY loader; DROP ROLE loader", NULL);
    return tear_down(state);
}

static void
test_none(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE);
    run_for_database(fixture, "ALTER DATABASE ", " SET session_replication_role = local");
    look(fixture);
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_EXERCISED);
    assert_null(only_result(fixture)->message);
}

static void
test_database(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE);
    run_for_database(fixture, "ALTER DATABASE ", REPLICA);
    /* Its own sessions are such, too. */
    pgs_connection_close(fixture->connection);
    fixture->connection = connect_again(fixture);
    assert_value(fixture, "SHOW session_replication_role", "replica");
    look(fixture);
    const PgsRuleResult *result = only_result(fixture);
    assert_int_equal(result->verdict, PGS_VERDICT_BROKEN);
    assert_string_equal(result->subject, "this database");
    assert_string_equal(result->hint, "ALTER DATABASE ... RESET session_replication_role");
    assert_int_equal(result->evidence->len, 1);
    const PgsEvidence *evidence = result->evidence->pdata[0];
    assert_false(evidence->as_expected);
    assert_string_equal(evidence->what, "DELETE of a row of public.p that a row of public.c refers "
                                        "to (foreign key fk on public.c)");
    assert_true(g_str_has_prefix(result->sql, "DELETE FROM public.p WHERE id = "));
    /* What is to be reproduced can be. */
    run_sql(fixture,
            "RESET session_replication_role; SET session_replication_role = origin; BEGIN");
    run_sql(fixture, result->reproduce);
    assert_value(fixture, "SELECT count(*) || ' ' || (SELECT count(*) FROM p) FROM c", "1 0");
    run_sql(fixture, "ROLLBACK");
    assert_value(fixture, "SELECT count(*) FROM c", "0");
}

static void
test_roles(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE "CREATE ROLE loader; GRANT INSERT ON c TO loader; ALTER ROLE loader "
                          "SET session_replication_role TO 'REPLICA'");
    run_for_database(fixture, "ALTER ROLE loader IN DATABASE ", REPLICA);
    look(fixture);
    assert_int_equal(fixture->results->len, 2);
    const PgsRuleResult *role = fixture->results->pdata[0], *both = fixture->results->pdata[1];
    assert_int_equal(role->verdict, PGS_VERDICT_BROKEN);
    assert_int_equal(both->verdict, PGS_VERDICT_BROKEN);
    assert_string_equal(role->subject, "role loader");
    assert_string_equal(role->hint, "ALTER ROLE loader RESET session_replication_role");
    assert_string_equal(both->subject, "role loader in this database");
    assert_string_equal(both->hint,
                        "ALTER ROLE loader IN DATABASE ... RESET session_replication_role");
    assert_non_null(role->sql);
    assert_non_null(both->sql);
    run_sql(fixture, "ALTER ROLE loader RESET session_replication_role; ALTER ROLE ALL" REPLICA);
    look(fixture);
    run_sql(fixture, "ALTER ROLE ALL RESET session_replication_role");
    assert_int_equal(fixture->results->len, 2);
    assert_string_equal(((PgsRuleResult *)fixture->results->pdata[0])->subject, "all roles");
}

/* Somebody else's database is none of ours. */
static void
test_elsewhere(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE "ALTER DATABASE postgres" REPLICA);
    look(fixture);
    run_sql(fixture, "ALTER DATABASE postgres RESET session_replication_role");
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_EXERCISED);
}

static PgsVerdict
verdict_on_foreign(Fixture *fixture)
{
    look_at(fixture, TRUE);
    return only_result(fixture)->verdict;
}

/* A plain owner, on a server that is somebody's, is told what could not be tried. */
static void
test_plain_owner(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE ROLE loader; ALTER ROLE loader" REPLICA
            "; CREATE ROLE owner; GRANT CREATE ON SCHEMA public TO owner; SET ROLE owner; " TREE);
    PgsVerdict unknown = verdict_on_foreign(fixture);
    run_sql(fixture, "GRANT SELECT ON p TO loader");
    PgsVerdict known = verdict_on_foreign(fixture);
    g_autofree char *notes = only_result(fixture)->notes->len == 1
                                 ? g_strdup(only_result(fixture)->notes->pdata[0])
                                 : NULL;
    run_sql(fixture, "RESET ROLE; DROP OWNED BY owner; DROP ROLE owner");
    assert_int_equal(unknown, PGS_VERDICT_EXERCISED);
    assert_int_equal(known, PGS_VERDICT_BROKEN);
    assert_string_equal(notes, "known from the setting: no row could be made to show it");
}

/* On a server that is somebody's, its superuser is told of roles that this database knows, itself
 * or by a role that they are members of; of settings for it; and of nothing else. */
static void
test_foreign(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE "CREATE ROLE loader; ALTER ROLE loader" REPLICA "; ALTER ROLE ALL" REPLICA
                          "; CREATE ROLE readers; GRANT SELECT ON p TO readers");
    PgsVerdict stranger = verdict_on_foreign(fixture);
    run_sql(fixture, "ALTER ROLE ALL RESET session_replication_role; GRANT readers TO loader");
    PgsVerdict member = verdict_on_foreign(fixture);
    run_sql(fixture, "DROP OWNED BY readers; DROP ROLE readers");
    PgsVerdict left = verdict_on_foreign(fixture);
    run_sql(fixture, "ALTER TABLE p OWNER TO loader");
    PgsVerdict owner = verdict_on_foreign(fixture);
    run_sql(fixture, "ALTER TABLE p OWNER TO CURRENT_USER");
    run_for_database(fixture, "ALTER ROLE loader IN DATABASE ", REPLICA);
    PgsVerdict here = verdict_on_foreign(fixture);
    assert_int_equal(stranger, PGS_VERDICT_EXERCISED);
    assert_int_equal(member, PGS_VERDICT_BROKEN);
    assert_int_equal(left, PGS_VERDICT_EXERCISED);
    assert_int_equal(owner, PGS_VERDICT_BROKEN);
    assert_int_equal(here, PGS_VERDICT_BROKEN);
    assert_string_equal(only_result(fixture)->subject, "role loader in this database");
}

/* The server keeps it as it was written, and takes it. */
static void
test_upper_case(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE "CREATE ROLE loader; ALTER ROLE loader SET Session_Replication_Role = "
                          "'Replica'");
    run_for_database(fixture, "ALTER DATABASE ", " SET session_replication_role TO 'REPLICA'");
    look(fixture);
    assert_int_equal(fixture->results->len, 2);
    assert_string_equal(((PgsRuleResult *)fixture->results->pdata[0])->subject, "role loader");
    assert_string_equal(((PgsRuleResult *)fixture->results->pdata[1])->subject, "this database");
}

/* Nothing is there that would not act: nobody is to blame. */
static void
test_nothing_heeds_it(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE "ALTER TABLE c DROP CONSTRAINT fk; CREATE ROLE loader; GRANT INSERT ON c "
                          "TO loader; ALTER ROLE "
                          "loader" REPLICA);
    look(fixture);
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_EXERCISED);
    assert_int_equal(only_result(fixture)->notes->len, 1);
    run_sql(fixture, "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; "
                     "END'; CREATE TRIGGER g AFTER INSERT ON p EXECUTE FUNCTION f()");
    look(fixture);
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_BROKEN);
    run_sql(fixture, "ALTER TABLE p ENABLE ALWAYS TRIGGER g");
    look(fixture);
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_EXERCISED);
}

/* Its triggers are always on: the setting does no harm. */
static void
test_always(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            TREE "CREATE ROLE loader; GRANT INSERT ON c TO loader; ALTER ROLE loader" REPLICA
                 "; DO $$ DECLARE g record; "
                 "BEGIN FOR g IN SELECT tgrelid::regclass AS r, tgname FROM pg_trigger "
                 "WHERE tgisinternal LOOP EXECUTE format('ALTER TABLE %s ENABLE ALWAYS "
                 "TRIGGER %I', g.r, g.tgname); END LOOP; END $$");
    look(fixture);
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_EXERCISED);
}

/* A row that refers to itself goes with itself: that shows nothing. */
static void
test_self(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE n (id int PRIMARY KEY, up int NOT NULL REFERENCES n); "
                     "CREATE ROLE loader; GRANT INSERT ON n TO loader; ALTER ROLE loader" REPLICA);
    look(fixture);
    assert_int_equal(only_result(fixture)->verdict, PGS_VERDICT_BROKEN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_none, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_database, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_roles, set_up_results, tear_down_roles),
        cmocka_unit_test_setup_teardown(test_elsewhere, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_plain_owner, set_up_results, tear_down_roles),
        cmocka_unit_test_setup_teardown(test_foreign, set_up_results, tear_down_roles),
        cmocka_unit_test_setup_teardown(test_upper_case, set_up_results, tear_down_roles),
        cmocka_unit_test_setup_teardown(test_nothing_heeds_it, set_up_results, tear_down_roles),
        cmocka_unit_test_setup_teardown(test_always, set_up_results, tear_down_roles),
        cmocka_unit_test_setup_teardown(test_self, set_up_results, tear_down_roles),
    };
    return cmocka_run_group_tests_name("settings", tests, set_up_group, tear_down_group);
}

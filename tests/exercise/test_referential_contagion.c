/* Covers harness/exercise/: referential_way.c, referential_action.c: keys beside one that is
 * broken, on the same tables. */
#include "cmocka_all.h"

#include "referential_fixture.h"

/* The server refuses each DELETE of a parent row, and names only the key whose statement it is. */
#define SWALLOWED                                                                                  \
    "CREATE TABLE p (id int PRIMARY KEY); "                                                        \
    "CREATE TABLE bad (id int PRIMARY KEY, p int CONSTRAINT bad_key REFERENCES p ON DELETE "       \
    "CASCADE ON UPDATE CASCADE); "                                                                 \
    "CREATE RULE swallow AS ON DELETE TO bad DO INSTEAD NOTHING; "                                 \
    "CREATE RULE keep AS ON UPDATE TO bad DO INSTEAD NOTHING; "

static void
test_beside(void **state)
{
    static const char *const actions[] = {"", "ON DELETE RESTRICT", "ON DELETE CASCADE",
                                          "ON DELETE SET NULL ON UPDATE CASCADE"};
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        g_autofree char *sql = g_strdup_printf(
            SWALLOWED "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p %s)",
            actions[i]);
        make_bench(fixture, sql);
        g_autofree char *text = exercise(fixture, "k");
        assert_starts(text, "exercised\n");
        if (strstr(actions[i], "CASCADE") != NULL)
            assert_contains(text, "seen without foreign key bad_key on public.bad");
        assert_null(strstr(text, "\n!"));
        g_autofree char *bad = exercise(fixture, "bad_key");
        assert_starts(bad, "broken: rule swallow on public.bad prevents ON DELETE CASCADE");
    }
}

/* One name is the beginning of another. */
static void
test_names(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SWALLOWED "CREATE TABLE ba (id int PRIMARY KEY, p int CONSTRAINT bad_ke "
                                  "REFERENCES p ON DELETE CASCADE)");
    g_autofree char *text = exercise(fixture, "bad_ke");
    assert_starts(text, "exercised\n");
    g_autofree char *bad = exercise(fixture, "bad_key");
    assert_starts(bad, "broken: rule swallow");
}

#define CHILD(action)                                                                              \
    "CREATE TABLE p (id int PRIMARY KEY); "                                                        \
    "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p ON DELETE " action        \
    ", v int); "

/* What triggers do besides is told. */
static void
test_besides(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               CHILD("CASCADE") "CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ "
                                "BEGIN INSERT INTO c VALUES (OLD.id + 1000, NULL); RETURN NULL; "
                                "END $$; CREATE TRIGGER again AFTER DELETE ON c FOR EACH ROW "
                                "EXECUTE FUNCTION again()");
    g_autofree char *again = exercise(fixture, "k");
    assert_starts(again, "exercised\n");
    assert_contains(again, "- ON DELETE CASCADE: a row comes into public.c meanwhile");
    make_bench(fixture, CHILD("SET NULL") "CREATE FUNCTION v() RETURNS trigger LANGUAGE plpgsql AS "
                                          "$$ BEGIN NEW.v := -1; RETURN NEW; END $$; CREATE "
                                          "TRIGGER v BEFORE UPDATE ON c FOR EACH ROW EXECUTE "
                                          "FUNCTION v()");
    g_autofree char *other = exercise(fixture, "k");
    assert_starts(other, "exercised\n");
    assert_contains(other,
                    "has p = NULL, 2 other rows untouched; also changed, as with each UPDATE: v");
    make_bench(fixture, CHILD("CASCADE"));
    g_autofree char *plain = exercise(fixture, "k");
    assert_starts(plain, "exercised\n+");
}

/* Its own CHECK leaves no child of the parent that was made first. */
static void
test_few_parents(void **state)
{
    static const char *const actions[] = {"", "ON DELETE CASCADE ON UPDATE CASCADE",
                                          "ON DELETE RESTRICT"};
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        g_autofree char *sql = g_strdup_printf(
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int NOT "
            "NULL CONSTRAINT k REFERENCES p %s, CHECK (p BETWEEN 10 AND 20))",
            actions[i]);
        make_bench(fixture, sql);
        g_autofree char *text = exercise(fixture, "k");
        assert_starts(text, "exercised\n");
        assert_contains(text, "- on the row of public.p that a child row takes by itself");
        assert_null(strstr(text, "\n!"));
    }
}

/* What cannot be taken away is told in the server's words. */
static void
test_in_the_way(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               CHILD("CASCADE") "CREATE TABLE g (id serial PRIMARY KEY, c int REFERENCES c ON "
                                "DELETE CASCADE); CREATE FUNCTION log() RETURNS trigger LANGUAGE "
                                "plpgsql AS $$ BEGIN INSERT INTO g (c) VALUES (NEW.id); RETURN "
                                "NULL; END $$; CREATE FUNCTION stay() RETURNS trigger LANGUAGE "
                                "plpgsql AS $$ BEGIN RAISE 'rows stay'; END $$; CREATE TRIGGER log "
                                "AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION log(); CREATE "
                                "TRIGGER stay BEFORE DELETE ON g FOR EACH ROW EXECUTE FUNCTION "
                                "stay()");
    g_autofree char *text = exercise(fixture, "k");
    assert_starts(text, "not exercised: ON DELETE CASCADE was not seen: refused: P0001: rows stay");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beside),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_besides),    cmocka_unit_test(test_few_parents),
        cmocka_unit_test(test_in_the_way),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

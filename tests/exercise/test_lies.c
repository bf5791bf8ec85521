/* Covers harness/exercise/: referential_outcome.c, referential_way.c, referential_never.c: keys
 * that do not do as the catalog says, because something stands in their way. */
#include "cmocka_all.h"

#include "referential_fixture.h"

typedef struct {
    const char *title;
    const char *schema;
    const char *lie;     /* planted on top */
    const char *actual;  /* that must be told */
    const char *culprit; /* part of the message */
} Lie;

#define FUNCTION(name, body)                                                                       \
    "CREATE FUNCTION " name "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " body " END $$; "
#define TABLES(actions)                                                                            \
    "CREATE TABLE p (id int PRIMARY KEY, name text, deleted_at timestamptz); "                     \
    "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p " actions                 \
    ", note text, updated_at timestamptz);"
#define LEVELS                                                                                     \
    TABLES("ON DELETE CASCADE ON UPDATE CASCADE")                                                  \
    "CREATE TABLE g (id int PRIMARY KEY, c int REFERENCES c ON DELETE CASCADE);"                   \
    "CREATE TABLE h (id int PRIMARY KEY, g int REFERENCES g ON DELETE SET NULL);"

#define POINTS "the parent row is gone and the child row still points at it"

static const Lie lies[] = {
    {"a trigger undoes a cascade", TABLES("ON DELETE CASCADE"),
     FUNCTION("keep", "RETURN NULL;") "CREATE TRIGGER \"Keep it\" BEFORE DELETE ON c FOR EACH ROW "
                                      "EXECUTE FUNCTION keep()",
     POINTS, "trigger Keep it on public.c prevents"},
    {"a trigger puts the old key back", TABLES("ON UPDATE CASCADE"),
     FUNCTION("back", "NEW.p := OLD.p; RETURN NEW;") "CREATE TRIGGER back BEFORE UPDATE ON c FOR "
                                                     "EACH ROW EXECUTE FUNCTION back()",
     "the child row does not follow, so the UPDATE is refused: 23503 by k",
     "trigger back on public.c prevents"},
    {"a trigger keeps SET NULL off", TABLES("ON DELETE SET NULL"),
     FUNCTION("back", "NEW.p := OLD.p; RETURN NEW;") "CREATE TRIGGER back BEFORE UPDATE ON c FOR "
                                                     "EACH ROW EXECUTE FUNCTION back()",
     "the child row does not follow, so the DELETE is refused: 23503 by k",
     "trigger back on public.c prevents"},
    {"a rule swallows the parent's delete", TABLES("ON DELETE CASCADE"),
     "CREATE RULE no_delete AS ON DELETE TO p DO INSTEAD NOTHING", "the DELETE removed nothing",
     "rule no_delete on public.p prevents"},
    {"a rule swallows a delete that is refused", TABLES("ON DELETE RESTRICT"),
     "CREATE RULE no_delete AS ON DELETE TO p DO INSTEAD NOTHING", "the DELETE removed nothing",
     "rule no_delete on public.p prevents"},
    {"a rule swallows the child's delete", TABLES("ON DELETE CASCADE"),
     "CREATE RULE no_delete AS ON DELETE TO c DO INSTEAD NOTHING", "gave unexpected result",
     "rule no_delete on public.c prevents"},
    {"a trigger resurrects the parent", TABLES("ON DELETE CASCADE"),
     FUNCTION(
         "again",
         "INSERT INTO p VALUES (OLD.*); RETURN NULL;") "CREATE TRIGGER again AFTER DELETE ON p FOR "
                                                       "EACH ROW EXECUTE FUNCTION again()",
     "the parent row is there again after the DELETE", "trigger again on public.p prevents"},
    {"a trigger resurrects the child", TABLES("ON DELETE CASCADE"),
     FUNCTION("again",
              "INSERT INTO c VALUES (OLD.id, NULL, OLD.note); RETURN NULL;") "CREATE TRIGGER again "
                                                                             "AFTER DELETE ON c "
                                                                             "FOR EACH ROW EXECUTE "
                                                                             "FUNCTION again()",
     "the parent row is gone and the child row is there with p = NULL",
     "trigger again on public.c prevents"},
    {"a trigger resurrects the child as it was", TABLES("ON DELETE CASCADE"),
     FUNCTION(
         "again",
         "INSERT INTO c VALUES (OLD.*); RETURN NULL;") "CREATE TRIGGER again AFTER DELETE ON c FOR "
                                                       "EACH ROW EXECUTE FUNCTION again()",
     "refused: 23503 by k", "trigger again on public.c prevents"},
    {"a soft delete", TABLES("ON DELETE CASCADE"),
     FUNCTION(
         "soft",
         "UPDATE p SET deleted_at = now() WHERE id = OLD.id; RETURN NULL;") "CREATE TRIGGER soft "
                                                                            "BEFORE DELETE ON p "
                                                                            "FOR EACH ROW EXECUTE "
                                                                            "FUNCTION soft()",
     "the DELETE removed nothing: the parent row is there, with another deleted_at",
     "trigger soft on public.p prevents"},
    {"the child's triggers are disabled", TABLES("ON DELETE CASCADE"),
     "ALTER TABLE c DISABLE TRIGGER ALL", "a child row that points at no parent is accepted",
     "ALTER TABLE public.c DISABLE TRIGGER ALL"},
    {"the parent's triggers are disabled", TABLES("ON DELETE CASCADE"),
     "ALTER TABLE p DISABLE TRIGGER ALL", POINTS, "ALTER TABLE public.p DISABLE TRIGGER ALL"},
    {"the parent's triggers are disabled, and the key only guards", TABLES(""),
     "ALTER TABLE p DISABLE TRIGGER ALL", POINTS, "ALTER TABLE public.p DISABLE TRIGGER ALL"},
    {"SET NULL of what is not null", TABLES("ON DELETE SET NULL"),
     "ALTER TABLE c ALTER p SET NOT NULL", "can never act: the DELETE is always refused",
     "23502 by not null on public.c.p"},
    {"SET NULL that a rule forbids", TABLES("ON DELETE SET NULL"),
     "ALTER TABLE c ADD CONSTRAINT present CHECK (p IS NOT NULL)",
     "can never act: the DELETE is always refused", "23514 by check present on public.c"},
    {"SET NULL of one of two parents",
     TABLES("ON DELETE SET NULL") "CREATE TABLE q (id int PRIMARY KEY);",
     "ALTER TABLE c ADD q int REFERENCES q, ADD CONSTRAINT one CHECK ((p IS NULL) <> (q IS NULL))",
     "can never act: the DELETE is always refused", "23514 by check one on public.c"},
    {"a trigger resurrects a row of a table without a key",
     "CREATE TABLE p (id int PRIMARY KEY); "
     "CREATE TABLE c (p int CONSTRAINT k REFERENCES p ON DELETE CASCADE, w text);",
     FUNCTION("again",
              "INSERT INTO c VALUES (NULL, OLD.w); RETURN NULL;") "CREATE TRIGGER again "
                                                                  "AFTER DELETE ON c FOR EACH ROW "
                                                                  "EXECUTE FUNCTION again()",
     "the parent row is gone and the child row is there with p = NULL",
     "trigger again on public.c prevents"},
    {"only the trigger on UPDATE of the child is disabled", TABLES("ON DELETE CASCADE"),
     "DO $$ DECLARE g name; BEGIN SELECT tgname INTO g FROM pg_trigger WHERE tgrelid = "
     "'c'::regclass AND tgfoid = '\"RI_FKey_check_upd\"'::regproc; EXECUTE format('ALTER TABLE c "
     "DISABLE TRIGGER %I', g); END $$",
     "an UPDATE that leaves the child row pointing at no parent is accepted",
     "its triggers are disabled"},
    {"a trigger keeps what is further below", LEVELS,
     FUNCTION("keep", "RETURN NULL;") "CREATE TRIGGER keep BEFORE DELETE ON g FOR EACH ROW EXECUTE "
                                      "FUNCTION keep()",
     "the row of public.g further below is still there", "trigger keep on public.g prevents"},
};

static void
test_lies(void **state)
{
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
        const Lie *lie = &lies[i];
        make_bench(fixture, lie->schema);
        g_autofree char *without = exercise(fixture, "k");
        if (!g_str_has_prefix(without, "exercised\n+"))
            fail_msg("%s: without the lie:\n%s", lie->title, without);
        g_autofree char *sql = g_strconcat(lie->schema, lie->lie, NULL);
        make_bench(fixture, sql);
        g_autoptr(PgsRuleResult) result = exercise_rule(fixture, find_rule(fixture, "k"));
        g_autofree char *text = describe_result(result);
        if (result->verdict != PGS_VERDICT_BROKEN)
            fail_msg("%s: not found:\n%s", lie->title, text);
        if (strstr(result->actual, lie->actual) == NULL ||
            strstr(result->message, lie->culprit) == NULL || result->expected == NULL ||
            result->sql == NULL || result->reproduce == NULL || result->hint == NULL)
            fail_msg("%s: found, but said so:\n%s\nactual: %s", lie->title, text, result->actual);
    }
}

/* A plain owner cannot have it otherwise; a superuser's bench does not let it act. */
static void
test_replica(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE ROLE plain; ALTER SCHEMA public OWNER TO plain;"
                        "SET session_replication_role = replica; SET ROLE plain;" TABLES(
                            "ON DELETE CASCADE"));
    g_autofree char *text = exercise(fixture, "k");
    run_sql(fixture, "RESET ROLE; RESET session_replication_role");
    assert_starts(text, "broken: a child row that points at no parent is accepted: "
                        "session_replication_role is replica here");
    make_bench(fixture, "SET session_replication_role = replica;" TABLES("ON DELETE CASCADE"));
    g_autofree char *super = exercise(fixture, "k");
    run_sql(fixture, "RESET session_replication_role");
    assert_starts(super, "exercised\n+");
}

static void
assert_exercised(Fixture *fixture, const char *sql, const char *key, const char *part)
{
    make_bench(fixture, sql);
    g_autofree char *text = exercise(fixture, key);
    assert_starts(text, "exercised\n");
    if (part != NULL)
        assert_contains(text, part);
}

/* What is no lie. */
static void
test_no_lies(void **state)
{
    Fixture *fixture = *state;
    /* A key that only guards has nothing to refuse when the trigger clears the children away. */
    assert_exercised(
        fixture,
        TABLES("") FUNCTION(
            "clean", "DELETE FROM c WHERE p = OLD.id; RETURN OLD;") "CREATE TRIGGER clean BEFORE "
                                                                    "DELETE ON p FOR EACH ROW "
                                                                    "EXECUTE FUNCTION clean()",
        "k", "trigger clean on public.p");
    assert_exercised(fixture,
                     TABLES("")
                         FUNCTION("soft", "UPDATE p SET deleted_at = now() WHERE id = OLD.id; "
                                          "RETURN NULL;") "CREATE TRIGGER soft BEFORE DELETE ON p "
                                                          "FOR EACH ROW EXECUTE FUNCTION soft()",
                     "k", "trigger soft on public.p");
    assert_exercised(
        fixture,
        TABLES("ON UPDATE CASCADE") FUNCTION(
            "keep", "NEW.id := OLD.id; RETURN NEW;") "CREATE TRIGGER keep BEFORE UPDATE ON p FOR "
                                                     "EACH ROW EXECUTE FUNCTION keep()",
        "k", "trigger keep on public.p");
    /* What a trigger changes on any UPDATE is not the key's doing. */
    make_bench(
        fixture,
        TABLES("ON DELETE SET NULL ON UPDATE CASCADE") FUNCTION(
            "touch",
            "NEW.updated_at := now(); RETURN NEW;") "CREATE TRIGGER touch BEFORE UPDATE ON c FOR "
                                                    "EACH ROW EXECUTE FUNCTION touch()");
    g_autofree char *touched = exercise(fixture, "k");
    assert_starts(touched, "exercised\n+");
    assert_exercised(
        fixture,
        TABLES("ON DELETE CASCADE") FUNCTION(
            "forbid", "RAISE 'rows stay';") "CREATE TRIGGER forbid BEFORE DELETE ON c FOR EACH ROW "
                                            "EXECUTE FUNCTION forbid()",
        "k", "trigger forbid on public.c");
    /* A CHECK that forbids it for some rows only. */
    assert_exercised(
        fixture,
        TABLES("ON DELETE SET NULL") "ALTER TABLE c ADD state text NOT NULL DEFAULT 'open', "
                                     "ADD CONSTRAINT present CHECK (state IN ('open', 'done') AND "
                                     "(state <> 'open' OR p IS NOT NULL))",
        "k", "present");
    /* A row for the journal stands in the way, and is no child of the key's. */
    assert_exercised(
        fixture,
        TABLES("ON DELETE CASCADE") "CREATE TABLE journal (id serial PRIMARY KEY, c int REFERENCES "
                                    "c);" FUNCTION(
                                        "log", "INSERT INTO journal (c) VALUES (NEW.id); RETURN "
                                               "NULL;") "CREATE TRIGGER log AFTER INSERT ON c FOR "
                                                        "EACH ROW EXECUTE FUNCTION log()",
        "k", "journal_c_fkey");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_replica),
        cmocka_unit_test(test_no_lies),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

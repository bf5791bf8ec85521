/* Covers harness/exercise/: referential_*.c: keys that do as the catalog says, in schemas where
 * that is hard to see. */
#include "cmocka_all.h"

#include "referential_fixture.h"

typedef struct {
    const char *title;
    const char *schema;    /* the key is "k" */
    const char *parts[4];  /* what has to be told */
    const char *absent[2]; /* what may not be */
} Alarm;

#define FUNCTION(name, body)                                                                       \
    "CREATE FUNCTION " name "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " body " END $$; "
#define ON(name, when, table)                                                                      \
    "CREATE TRIGGER " name " " when " ON " table " FOR EACH ROW EXECUTE FUNCTION " name "(); "
#define P "CREATE TABLE p (id int PRIMARY KEY, v text); "
#define C                                                                                          \
    P "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p ON DELETE CASCADE); "

static const Alarm alarms[] = {
    /* Triggers that do something to an orphan. */
    {"a trigger makes the parent",
     C FUNCTION("up", "INSERT INTO p VALUES (NEW.p) ON CONFLICT DO NOTHING; RETURN NEW;")
         ON("up", "BEFORE INSERT OR UPDATE", "c"),
     {"- with trigger up on public.c an orphan is not refused: the parent that is missing is made",
      "which no parent has: refused: 23503 by k"},
     {NULL}},
    {"a trigger makes the parent of a key that is a key itself",
     P "CREATE TABLE c (id int PRIMARY KEY CONSTRAINT k REFERENCES p); " FUNCTION(
         "up", "INSERT INTO p VALUES (NEW.id) ON CONFLICT DO NOTHING; RETURN NEW;")
         ON("up", "BEFORE INSERT", "c"),
     {"the parent that is missing is made"},
     {NULL}},
    {"a trigger points the orphan elsewhere",
     C FUNCTION("other", "NEW.p := coalesce((SELECT id FROM p WHERE id = NEW.p), (SELECT min(id) "
                         "FROM p)); RETURN NEW;") ON("other", "BEFORE INSERT", "c"),
     {"- with trigger other on public.c an orphan is not refused: it is stored with p = "},
     {NULL}},
    {"a trigger lets the orphan point at nothing",
     C FUNCTION("nil", "IF NOT EXISTS (SELECT FROM p WHERE id = NEW.p) THEN NEW.p := NULL; END IF; "
                       "RETURN NEW;") ON("nil", "BEFORE INSERT", "c"),
     {"- with trigger nil on public.c an orphan is not refused: it is stored with p = NULL"},
     {NULL}},
    {"a trigger swallows the orphan",
     C FUNCTION("swallow",
                "IF NOT EXISTS (SELECT FROM p WHERE id = NEW.p) THEN RETURN NULL; END IF; "
                "RETURN NEW;") ON("swallow", "BEFORE INSERT", "c"),
     {"- with trigger swallow on public.c an orphan is not refused: it is dropped without a word"},
     {NULL}},
    {"few parents, and the child takes the last of them",
     "CREATE TABLE p (id text PRIMARY KEY CHECK (id IN ('a', 'b', 'c', 'd'))); "
     "INSERT INTO p VALUES ('a'), ('b'); "
     "CREATE TABLE c (q text REFERENCES p, p text CONSTRAINT k REFERENCES p, PRIMARY KEY (q, p))",
     {NULL},
     {"seen without primary key"}},
    /* Rows that are hard to find again. */
    {"no key, and a column that changes with each UPDATE",
     P "CREATE TABLE c (p int CONSTRAINT k REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE, "
       "u timestamptz DEFAULT now()); " FUNCTION("touch", "NEW.u := clock_timestamp(); RETURN NEW;")
           ON("touch", "BEFORE UPDATE", "c"),
     {"+ DELETE of a parent row: its 1 row in public.c has p = NULL",
      "+ UPDATE of a parent row's key: its 1 row in public.c has p = "},
     {NULL}},
    {"no key, and a computed column",
     P "CREATE TABLE c (p int CONSTRAINT k REFERENCES p ON DELETE SET NULL, "
       "q int GENERATED ALWAYS AS (p + 1) STORED)",
     {"+ DELETE of a parent row: its 1 row in public.c has p = NULL"},
     {NULL}},
    {"a key that is computed",
     P "CREATE TABLE c (id text GENERATED ALWAYS AS ('k' || p::text) STORED PRIMARY KEY, "
       "p int NOT NULL CONSTRAINT k REFERENCES p ON UPDATE CASCADE)",
     {"+ UPDATE of a parent row's key: its 1 row in public.c has p = "},
     {NULL}},
    {"a version that is the only key",
     P "CREATE TABLE c (p int CONSTRAINT k REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE, "
       "u int NOT NULL UNIQUE); " FUNCTION("up", "NEW.u := OLD.u + 1000; RETURN NEW;")
           ON("up", "BEFORE UPDATE", "c"),
     {"+ DELETE of a parent row: its 1 row in public.c has p = NULL",
      "+ UPDATE of a parent row's key: its 1 row in public.c has p = "},
     {NULL}},
    /* Other ways by which rows go. */
    {"a row below is a child of the deleted row itself",
     "CREATE TABLE t (id int PRIMARY KEY); "
     "CREATE TABLE u (t int NOT NULL CONSTRAINT k REFERENCES t ON DELETE CASCADE, id int NOT NULL, "
     "boss int, PRIMARY KEY (t, id), FOREIGN KEY (t, boss) REFERENCES u ON DELETE SET NULL "
     "(boss))",
     {"through all levels: its 1 row in public.u is gone, 1 row below it is gone"},
     {NULL}},
    {"a key below stands in the way",
     C "CREATE TABLE g (id int PRIMARY KEY, c int CONSTRAINT g_c REFERENCES c ON DELETE SET NULL, "
       "a int REFERENCES c, CONSTRAINT same CHECK (a = c)); "
       "CREATE TABLE h (id int PRIMARY KEY, g int REFERENCES g ON DELETE CASCADE)",
     {NULL},
     {NULL}},
    /* NO ACTION that looks like RESTRICT. */
    {"its own table, and no row without another",
     "CREATE TABLE t (id int PRIMARY KEY, parent int NOT NULL CONSTRAINT k REFERENCES t, "
     "CHECK (parent <> id))",
     {"+ the key there again at the statement's end: accepted"},
     {NULL}},
    {"the parent's new key is another partition's",
     "CREATE TABLE p (id int, k text, PRIMARY KEY (id, k)) PARTITION BY LIST (k); "
     "CREATE TABLE pa PARTITION OF p FOR VALUES IN ('a'); "
     "CREATE TABLE pb PARTITION OF p FOR VALUES IN ('b'); "
     "CREATE TABLE c (id int PRIMARY KEY, p int, pk text, CONSTRAINT k FOREIGN KEY (p, pk) "
     "REFERENCES p ON DELETE RESTRICT)",
     {"+ DELETE of a parent row: refused"},
     {NULL}},
    /* Triggers that wait. */
    {"a deferred trigger makes the child table anew",
     P "CREATE TABLE c (p int CONSTRAINT k REFERENCES p ON DELETE CASCADE, n int); " FUNCTION(
         "anew", "DELETE FROM c WHERE p = NEW.id; RETURN NULL;") "CREATE CONSTRAINT TRIGGER anew "
                                                                 "AFTER INSERT ON p DEFERRABLE "
                                                                 "INITIALLY DEFERRED FOR EACH ROW "
                                                                 "EXECUTE FUNCTION anew()",
     {"+ DELETE of a parent row: its 1 row in public.c is gone",
      "- with one child row, made after deferred triggers had acted"},
     {NULL}},
    /* Triggers that do more than the key. */
    {"a trigger makes a table of its own anew",
     C FUNCTION("anew", "DELETE FROM c; RETURN NULL;") ON("anew", "AFTER DELETE", "p"),
     {"- ON DELETE CASCADE: seen without trigger anew on public.p, with which another parent's "
      "child row is gone too"},
     {NULL}},
};

/* The first part that is wrong; NULL: none. */
static const char *
wrong_part(const Alarm *alarm, const char *text)
{
    if (!g_str_has_prefix(text, "exercised\n"))
        return "exercised";
    for (guint i = 0; i < G_N_ELEMENTS(alarm->parts) && alarm->parts[i] != NULL; i++)
        if (strstr(text, alarm->parts[i]) == NULL)
            return alarm->parts[i];
    for (guint i = 0; i < G_N_ELEMENTS(alarm->absent) && alarm->absent[i] != NULL; i++)
        if (strstr(text, alarm->absent[i]) != NULL)
            return alarm->absent[i];
    return strstr(text, "\n!") != NULL ? "no evidence against it" : NULL;
}

static void
test_no_alarm(void **state)
{
    Fixture *fixture = *state;
    guint n_wrong = 0;
    gboolean is_old = pgs_connection_version(fixture->connection) < 150000;
    for (gsize i = 0; i < G_N_ELEMENTS(alarms); i++) {
        if (is_old && strstr(alarms[i].schema, "ON DELETE SET NULL (") != NULL)
            continue;
        make_bench(fixture, alarms[i].schema);
        g_autofree char *text = exercise(fixture, "k");
        const char *wrong = wrong_part(&alarms[i], text);
        if (wrong != NULL)
            fprintf(stderr, "%s:\n%swrong: %s\n\n", alarms[i].title, text, wrong);
        n_wrong += wrong != NULL;
    }
    assert_int_equal(n_wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_alarm),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

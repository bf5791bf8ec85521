/* Covers harness/exercise/: referential_variant.c, referential_place.c: keys that act as declared
 * on some rows only. */
#include "cmocka_all.h"

#include "referential_fixture.h"

typedef struct {
    const char *title;
    const char *schema; /* the key is "k" */
    const char *fault;
    const char *parts[3]; /* what has to be told */
} Fault;

#define FUNCTION(name, body)                                                                       \
    "CREATE FUNCTION " name "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " body " END $$; "
#define PARENT_PARTS                                                                               \
    "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id); "                                \
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (100); "                                \
    "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200); "                              \
    "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p ON DELETE CASCADE); "
#define CHILD_PARTS                                                                                \
    "CREATE TABLE p (id int PRIMARY KEY); "                                                        \
    "CREATE TABLE h (id int, p int NOT NULL CONSTRAINT k REFERENCES p ON DELETE CASCADE) "         \
    "PARTITION BY RANGE (id); "                                                                    \
    "CREATE TABLE ha PARTITION OF h FOR VALUES FROM (0) TO (100); "                                \
    "CREATE TABLE hb PARTITION OF h FOR VALUES FROM (100) TO (200); "
#define PLAIN                                                                                      \
    "CREATE TABLE p (id int PRIMARY KEY); "                                                        \
    "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p ON DELETE CASCADE, "      \
    "w text NOT NULL DEFAULT 'x', z text DEFAULT 'z', final boolean NOT NULL DEFAULT false); "
#define KEEP(when)                                                                                 \
    FUNCTION("keep", "RETURN NULL;")                                                               \
    "CREATE TRIGGER keep BEFORE DELETE ON c FOR EACH ROW WHEN (" when ") EXECUTE FUNCTION keep()"

static const Fault faults[] = {
    {"the triggers of the parent's first partition are disabled",
     PARENT_PARTS,
     "ALTER TABLE p1 DISABLE TRIGGER ALL",
     {"ALTER TABLE public.p1 DISABLE TRIGGER ALL"}},
    {"the triggers of the parent's second partition are disabled",
     PARENT_PARTS,
     "ALTER TABLE p2 DISABLE TRIGGER ALL",
     {"with the parent row in partition public.p2", "ALTER TABLE public.p2 DISABLE TRIGGER ALL"}},
    {"the triggers of the child's first partition are disabled",
     CHILD_PARTS,
     "ALTER TABLE ha DISABLE TRIGGER ALL",
     {"ALTER TABLE public.ha DISABLE TRIGGER ALL"}},
    {"the triggers of the child's second partition are disabled",
     CHILD_PARTS,
     "ALTER TABLE hb DISABLE TRIGGER ALL",
     {"with the child row in partition public.hb: a child row that points at no parent is accepted",
      "ALTER TABLE public.hb DISABLE TRIGGER ALL"}},
    {"a trigger of one partition alone",
     CHILD_PARTS,
     FUNCTION("keep",
              "RETURN NULL;") "CREATE TRIGGER keep BEFORE DELETE ON hb FOR EACH ROW EXECUTE "
                              "FUNCTION keep()",
     {"with the child row in partition public.hb: trigger keep on public.hb prevents"}},
    {"a rule on rows with a text",
     PLAIN,
     "CREATE RULE keep AS ON DELETE TO c WHERE OLD.w = 'keep' DO INSTEAD NOTHING",
     {"with a child row with w = 'keep': rule keep on public.c prevents ON DELETE CASCADE"}},
    {"a trigger on rows with a text",
     PLAIN,
     KEEP("OLD.w = 'keep'"),
     {"with a child row with w = 'keep': trigger keep on public.c prevents ON DELETE CASCADE"}},
    {"a trigger on rows with a NULL",
     PLAIN,
     KEEP("OLD.z IS NULL"),
     {"with a child row with z = NULL: trigger keep on public.c prevents"}},
    {"a trigger on rows that are marked",
     PLAIN,
     KEEP("OLD.final"),
     {"with a child row with final = ", "trigger keep on public.c prevents"}},
    {"a trigger on great keys",
     PLAIN,
     KEEP("OLD.p > 1000"),
     {"with a child row with p = ", "trigger keep on public.c prevents"}},
    {"a trigger whose body looks at a text",
     PLAIN,
     FUNCTION(
         "keep",
         "IF OLD.w = 'keep' THEN RETURN NULL; END IF; RETURN OLD;") "CREATE TRIGGER keep BEFORE "
                                                                    "DELETE ON c FOR EACH ROW "
                                                                    "EXECUTE FUNCTION keep()",
     {"with a child row with w = 'keep': trigger keep on public.c prevents"}},
};

/* Wrong: the first fault that is not found, or not said so. */
static void
test_faults(void **state)
{
    Fixture *fixture = *state;
    guint n_wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        const Fault *fault = &faults[i];
        make_bench(fixture, fault->schema);
        g_autofree char *without = exercise(fixture, "k");
        g_autofree char *sql = g_strconcat(fault->schema, fault->fault, NULL);
        make_bench(fixture, sql);
        g_autofree char *text = exercise(fixture, "k");
        gboolean is_right =
            g_str_has_prefix(without, "exercised\n") && g_str_has_prefix(text, "broken: ");
        for (guint j = 0; j < G_N_ELEMENTS(fault->parts) && fault->parts[j] != NULL; j++)
            is_right = is_right && strstr(text, fault->parts[j]) != NULL;
        if (!is_right)
            fprintf(stderr, "%s:\nwithout: %s\nwith: %s\n", fault->title, without, text);
        n_wrong += !is_right;
    }
    assert_int_equal(n_wrong, 0);
}

/* Conditions that are no fault. */
static void
test_no_faults(void **state)
{
    static const char *const schemas[] = {
        PARENT_PARTS,
        CHILD_PARTS,
        /* Rows that must not go are refused. */
        PLAIN FUNCTION("forbid", "RAISE 'final';") "CREATE TRIGGER forbid BEFORE DELETE ON c FOR "
                                                   "EACH ROW WHEN (OLD.final) EXECUTE FUNCTION "
                                                   "forbid()",
        /* It changes what the key does not speak of. */
        PLAIN FUNCTION("touch", "NEW.z := 'touched'; RETURN NEW;") "CREATE TRIGGER touch BEFORE "
                                                                   "UPDATE ON c FOR EACH ROW WHEN "
                                                                   "(OLD.w <> 'keep') EXECUTE "
                                                                   "FUNCTION touch()",
        /* A column and a constant that do not go together. */
        PLAIN FUNCTION("odd", "IF OLD.p::text = 'keep' THEN RETURN NULL; END IF; RETURN "
                              "OLD;") "CREATE TRIGGER odd BEFORE DELETE ON c FOR EACH ROW "
                                      "EXECUTE FUNCTION odd()",
    };
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(schemas); i++) {
        make_bench(fixture, schemas[i]);
        g_autofree char *text = exercise(fixture, "k");
        assert_starts(text, "exercised\n");
        assert_null(strstr(text, "\n!"));
        if (i < 2)
            assert_contains(text, i == 0 ? "+ the parent row in partition public.p2: as declared"
                                         : "+ the child row in partition public.hb: as declared");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_no_faults),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

/* Covers harness/exercise/: rule_foreign_key.c and referential_*.c, on keys that do as they say. */
#include "cmocka_all.h"

#include "referential_fixture.h"

static const struct {
    char letter;
    const char *sql;
} actions[] = {
    {'a', "NO ACTION"}, {'r', "RESTRICT"},    {'c', "CASCADE"},
    {'n', "SET NULL"},  {'d', "SET DEFAULT"},
};

typedef struct {
    const char *parent;  /* the parent's columns */
    const char *columns; /* the child's */
    const char *key, *referenced;
    const char *options;
    const char *row; /* the parent's that the defaults name */
} Shape;

#define SIMPLE "id int PRIMARY KEY, name text NOT NULL"
#define PAIR "a int, b text, PRIMARY KEY (a, b), name text NOT NULL"

static const Shape shapes[] = {
    {SIMPLE, "p int DEFAULT 77", "p", "id", "", "77, 'n'"},
    {SIMPLE, "p int NOT NULL DEFAULT 77", "p", "id", "", "77, 'n'"},
    {PAIR, "pa int DEFAULT 77, pb text DEFAULT 'x'", "pa, pb", "a, b", "", "77, 'x', 'n'"},
    {PAIR, "pa int DEFAULT 77, pb text DEFAULT 'x'", "pa, pb", "a, b", "MATCH FULL",
     "77, 'x', 'n'"},
    {SIMPLE, "p int DEFAULT 77", "p", "id", "DEFERRABLE", "77, 'n'"},
    {SIMPLE, "p int DEFAULT 77", "p", "id", "DEFERRABLE INITIALLY DEFERRED", "77, 'n'"},
    {"id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text", "p int DEFAULT 77", "p", "id",
     "", "77, 'n'"},
    {"id int PRIMARY KEY, code varchar(20) NOT NULL UNIQUE", "p text DEFAULT 'none'", "p", "code",
     "", "1, 'none'"},
};

/* Both tables of each pair of actions, and the key's name: "d_u_fkey". */
static char *
schema_of(const Shape *shape)
{
    GString *sql = g_string_new(NULL);
    for (guint d = 0; d < G_N_ELEMENTS(actions); d++)
        for (guint u = 0; u < G_N_ELEMENTS(actions); u++)
            g_string_append_printf(
                sql,
                "CREATE TABLE p_%u_%u (%s); CREATE TABLE c_%u_%u (id int PRIMARY KEY, %s, "
                "other text DEFAULT 'o', CONSTRAINT k_%u_%u FOREIGN KEY (%s) REFERENCES p_%u_%u "
                "(%s) %s ON DELETE %s ON UPDATE %s); "
                "INSERT INTO p_%u_%u OVERRIDING SYSTEM VALUE VALUES (%s);\n",
                d, u, shape->parent, d, u, shape->columns, d, u, shape->key, d, u,
                shape->referenced, *shape->options == 'M' ? shape->options : "", actions[d].sql,
                actions[u].sql, d, u, shape->row);
    if (*shape->options == 'D')
        for (guint d = 0; d < G_N_ELEMENTS(actions); d++)
            for (guint u = 0; u < G_N_ELEMENTS(actions); u++)
                g_string_append_printf(sql, "ALTER TABLE c_%u_%u ALTER CONSTRAINT k_%u_%u %s;\n", d,
                                       u, d, u, shape->options);
    return g_string_free(sql, FALSE);
}

static gboolean
is_never(const Shape *shape, char action)
{
    return action == 'n' && strstr(shape->columns, "NOT NULL") != NULL;
}

/* Whatever the catalog says, it is held against what the server does: so a rule that says another
   action than the server's is found out. */
static void
assert_action(Fixture *fixture, const Shape *shape, guint d, guint u)
{
    g_autofree char *name = g_strdup_printf("k_%u_%u", d, u);
    PgsRule *rule = (PgsRule *)find_rule(fixture, name);
    for (guint claim = 0; claim < 2 * G_N_ELEMENTS(actions); claim++) {
        guint i = claim / 2;
        gboolean is_delete = claim % 2 == 0;
        rule->on_delete = is_delete ? actions[i].letter : actions[d].letter;
        rule->on_update = is_delete ? actions[u].letter : actions[i].letter;
        g_autoptr(PgsRuleResult) result = exercise_rule(fixture, rule);
        gboolean is_true = i == (is_delete ? d : u);
        gboolean never = is_never(shape, actions[d].letter) || is_never(shape, actions[u].letter);
        PgsVerdict expected = is_true && !never ? PGS_VERDICT_EXERCISED : PGS_VERDICT_BROKEN;
        if (result->verdict != expected) {
            g_autofree char *text = describe_result(result);
            fail_msg("%s %s claims ON %s %s:\n%s", rule->definition, shape->options,
                     is_delete ? "DELETE" : "UPDATE", actions[i].sql, text);
        }
    }
    rule->on_delete = actions[d].letter;
    rule->on_update = actions[u].letter;
}

static void
test_matrix(void **state)
{
    Fixture *fixture = *state;
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autofree char *sql = schema_of(&shapes[i]);
        make_bench(fixture, sql);
        /* Each with each of one shape; each once with another of the others. */
        for (guint d = 0; d < G_N_ELEMENTS(actions); d++)
            for (guint u = 0; u < G_N_ELEMENTS(actions); u++)
                if (i == 0 || u == (d + i) % G_N_ELEMENTS(actions))
                    assert_action(fixture, &shapes[i], d, u);
        g_autofree char *text = exercise(fixture, "k_2_2");
        assert_contains(text, "parent row: its 1 row in public.c_2_2 is gone");
    }
}

/* ---- schemas of all sorts ---- */

typedef struct {
    const char *schema;
    const char *key;
    const char *parts[8]; /* what has to be told */
} Sort;

#define P "CREATE TABLE p (id int PRIMARY KEY, name text);"

static const Sort sorts[] = {
    /* Through all levels, a key that refers to its own table included. */
    {P "CREATE TABLE c (id int PRIMARY KEY, p int NOT NULL CONSTRAINT k REFERENCES p ON DELETE "
       "CASCADE "
       "ON UPDATE CASCADE);"
       "CREATE TABLE g (id int PRIMARY KEY, c int NOT NULL REFERENCES c ON DELETE CASCADE,"
       " g int REFERENCES g ON DELETE CASCADE);"
       "CREATE TABLE h (id int PRIMARY KEY, g int REFERENCES g ON DELETE SET NULL, "
       " c int NOT NULL REFERENCES c ON DELETE CASCADE);"
       "CREATE TABLE i (id int PRIMARY KEY, g int DEFAULT 99 REFERENCES g ON DELETE SET DEFAULT);"
       "CREATE TABLE j (id int PRIMARY KEY, g int REFERENCES g);",
     "k",
     {"+ DELETE of a parent row, through all levels: its 1 row in public.c is gone, 3 rows below "
      "it "
      "are gone, 2 rows below it are set, 7 other rows untouched",
      "+ UPDATE of a parent row's key: its 1 row in public.c has p = "}},
    /* A key that is a foreign key as well, and the keys below it. */
    {P "CREATE TABLE c (id int PRIMARY KEY CONSTRAINT k REFERENCES p ON DELETE CASCADE ON UPDATE "
       "CASCADE, name text);"
       "CREATE TABLE g (id int PRIMARY KEY REFERENCES c ON DELETE CASCADE ON UPDATE CASCADE);",
     "k",
     {"+ UPDATE of a parent row's key: its 1 row in public.c has id = ",
      "1 row below it is set, 3 other rows untouched",
      "+ DELETE of a parent row, through all levels: its 1 row in public.c is gone, 1 row below it "
      "is gone, 3 other rows untouched"}},
    /* Its own table. */
    {"CREATE TABLE t (id serial PRIMARY KEY, parent int CONSTRAINT k REFERENCES t ON DELETE "
     "CASCADE)",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.t is gone, 2 other rows untouched",
      "1 row below it is gone"}},
    {"CREATE TABLE t (id int PRIMARY KEY, parent int NOT NULL CONSTRAINT k REFERENCES t)",
     "k",
     {"+ DELETE of a parent row: refused: 23503 by k",
      "+ the key there again at the statement's end: accepted"}},
    /* The default's parent is made when it is not there; without a default it is NULL. */
    {P
     "CREATE TABLE c (id int PRIMARY KEY, p int DEFAULT 7 CONSTRAINT k REFERENCES p ON DELETE SET "
     "DEFAULT ON UPDATE SET DEFAULT)",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c has p = 7",
      "+ UPDATE of a parent row's key: its 1 row in public.c has p = 7"}},
    {P "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p ON DELETE SET DEFAULT)",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c has p = NULL"}},
    /* Composite keys: each column in turn; one that another key shares. */
    {"CREATE TABLE t (id int PRIMARY KEY);"
     "CREATE TABLE p (t int REFERENCES t, id int, PRIMARY KEY (t, id));"
     "CREATE TABLE c (id int PRIMARY KEY, t int NOT NULL REFERENCES t, p int, CONSTRAINT k FOREIGN "
     "KEY "
     "(t, p) REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE);",
     "k",
     {"MATCH SIMPLE): accepted", "+ DELETE of a parent row: its 1 row in public.c is gone",
      "+ UPDATE of a parent row's key: its 1 row in public.c has t = "}},
    {"CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));"
     "CREATE TABLE c (id int PRIMARY KEY, a int, b int, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES "
     "p "
     "MATCH FULL);",
     "k",
     {"(MATCH FULL): refused: 23503 by k", "+ a = NULL, b = NULL: accepted"}},
    /* Other types, a unique constraint, names in need of quotes. */
    {"CREATE TABLE \"P p\" (id int PRIMARY KEY, \"Code x\" numeric(8,2) NOT NULL UNIQUE);"
     "CREATE TABLE c (id int, p int CONSTRAINT \"K k\" REFERENCES \"P p\" (\"Code x\") "
     "ON UPDATE CASCADE ON DELETE SET NULL);",
     "K k",
     {"+ UPDATE of a parent row's key: its 1 row in public.c has p = ", "has p = NULL"}},
    /* One to one. */
    {P "CREATE TABLE c (p int UNIQUE NOT NULL CONSTRAINT k REFERENCES p ON DELETE CASCADE)",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c is gone, 2 other rows untouched"}},
    /* Another key over the same column, which acts first or stands in the way. */
    {P "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT a REFERENCES p ON DELETE CASCADE, "
       "CONSTRAINT k FOREIGN KEY (p) REFERENCES p ON DELETE SET NULL)",
     "k",
     {"ON DELETE SET NULL: seen without all other foreign keys, which act on the same rows"}},
    {P "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT a REFERENCES p ON DELETE RESTRICT, "
       "CONSTRAINT k FOREIGN KEY (p) REFERENCES p ON DELETE SET NULL)",
     "k",
     {"ON DELETE SET NULL: seen without foreign key a on public.c, which is in its way"}},
    /* Partitions on either side. */
    {"CREATE TABLE p (id int PRIMARY KEY, name text) PARTITION BY RANGE (id);"
     "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (2);"
     "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (2) TO (1000000);"
     "CREATE TABLE c (id int, p int CONSTRAINT k REFERENCES p ON DELETE CASCADE) PARTITION BY LIST "
     "(p);"
     "CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1, 3, 5, 7, 9);"
     "CREATE TABLE c2 PARTITION OF c DEFAULT;",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c is gone"}},
    /* Inheritance: only the parent's own rows count. */
    {P "CREATE TABLE q () INHERITS (p);"
       "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p ON DELETE CASCADE)",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c is gone"}},
    /* Few parents, and they are there. */
    {"CREATE TYPE colour AS ENUM ('red', 'green', 'blue');"
     "CREATE TABLE p (id colour PRIMARY KEY, name text); INSERT INTO p VALUES ('red'), ('green');"
     "CREATE TABLE c (id int PRIMARY KEY, p colour CONSTRAINT k REFERENCES p ON DELETE CASCADE)",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c is gone",
      "- with a row of public.p deleted: it takes no more rows",
      "+ UPDATE of a parent row's key: refused: 23503 by k"}},
    /* A cycle. */
    {P "CREATE TABLE c (id int PRIMARY KEY, p int NOT NULL CONSTRAINT k REFERENCES p ON DELETE "
       "CASCADE);"
       "ALTER TABLE p ADD first int REFERENCES c ON DELETE SET NULL",
     "k",
     {"+ DELETE of a parent row: its 1 row in public.c is gone"}},
    /* Deferrable. */
    {P "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT k REFERENCES p DEFERRABLE INITIALLY "
       "DEFERRED)",
     "k",
     {"+ DEFERRABLE: refused when it is IMMEDIATE again: refused: 23503 by k",
      "+ INITIALLY DEFERRED: an orphan waits for the transaction's end: refused: 23503 by k",
      "+ deleted while deferred, and there again before the check: accepted"}},
    /* Not valid over what was there. */
    {P "CREATE TABLE c (id int PRIMARY KEY, p int); INSERT INTO c VALUES (1, 1);"
       "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (p) REFERENCES p NOT VALID",
     "k",
     {"- NOT VALID: rows that were there before"}},
};

/* The first part that is not told; NULL: all are, and nothing came out otherwise. */
static const char *
missing_part(const Sort *sort, const char *text)
{
    if (!g_str_has_prefix(text, "exercised\n"))
        return "exercised";
    for (guint i = 0; i < G_N_ELEMENTS(sort->parts) && sort->parts[i] != NULL; i++)
        if (strstr(text, sort->parts[i]) == NULL)
            return sort->parts[i];
    return strstr(text, "\n!") != NULL ? "no evidence against it" : NULL;
}

static void
test_sorts(void **state)
{
    Fixture *fixture = *state;
    guint n_wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(sorts); i++) {
        make_bench(fixture, sorts[i].schema);
        g_autofree char *text = exercise(fixture, sorts[i].key);
        const char *missing = missing_part(&sorts[i], text);
        if (missing != NULL)
            fprintf(stderr, "%s\n%sdoes not have: %s\n\n", sorts[i].schema, text, missing);
        n_wrong += missing != NULL;
    }
    assert_int_equal(n_wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts),
        cmocka_unit_test(test_matrix),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

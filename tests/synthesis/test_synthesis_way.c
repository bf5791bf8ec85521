/* Covers harness/synthesis/: synthesis.c and synthesis_*.c: triggers, reasons, wishes, the same
 * again. */
#include "cmocka_all.h"

#include "synthesis/synthesis_state.h"
#include "synthesis_fixture.h"

/* ---- triggers ---- */

#define FUNCTION(body)                                                                             \
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " body " END $$;"

static void
test_triggers(void **state)
{
    static const Construct constructs[] = {
        {FUNCTION(
             "IF NEW.s <> 'draft' THEN RAISE 'begin as draft'; END IF; RETURN NEW;") "CREATE TABLE "
                                                                                     "t (s text "
                                                                                     "NOT NULL);"
                                                                                     "CREATE "
                                                                                     "TRIGGER g "
                                                                                     "BEFORE "
                                                                                     "INSERT ON t "
                                                                                     "FOR EACH ROW "
                                                                                     "EXECUTE "
                                                                                     "FUNCTION f()",
         2, "SELECT count(*) FROM t WHERE s = 'draft'", "2"},
        {FUNCTION("IF NEW.a + NEW.b <> 12 THEN RAISE 'sum is %', NEW.a + NEW.b; END IF; RETURN "
                  "NULL;") "CREATE TABLE t (a int NOT NULL, b int NOT NULL);"
                           "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t DEFERRABLE INITIALLY "
                           "DEFERRED FOR EACH ROW "
                           "EXECUTE FUNCTION f()",
         2, "SELECT count(*) FROM t WHERE a + b = 12", "2"},
        /* Two refusals, one after the other. */
        {FUNCTION(
             "IF NEW.a <> 'x' THEN RAISE 'no a'; END IF;"
             "IF NEW.b <> 44 THEN RAISE 'no b'; END IF; RETURN NEW;") "CREATE TABLE t (a text, b "
                                                                      "int, c text CHECK (c = "
                                                                      "'z'));"
                                                                      "CREATE TRIGGER g BEFORE "
                                                                      "INSERT ON t FOR EACH ROW "
                                                                      "EXECUTE FUNCTION f()",
         2, "SELECT count(c) FROM t WHERE b = 44", "2"},
        {FUNCTION("IF NEW.a + NEW.b <> 12 THEN RAISE 'sum is %', NEW.a + NEW.b; END IF; RETURN "
                  "NEW;") "CREATE TABLE t (id serial, x text, y text, a int NOT NULL, b int NOT "
                          "NULL);"
                          "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
         2, "SELECT count(*) FROM t WHERE a + b = 12", "2"},
        /* A row that is written anew counts as it is stored. */
        {FUNCTION("NEW.a := 'other'; RETURN NEW;") "CREATE TABLE t (a text);"
                                                   "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH "
                                                   "ROW EXECUTE FUNCTION f()",
         2, "SELECT count(*) FROM t WHERE a = 'other'", "2"},
        {FUNCTION(
             "IF NEW.a = 'keep' THEN RETURN NEW; END IF; RETURN NULL;") "CREATE TABLE t (a text);"
                                                                        "CREATE TRIGGER g BEFORE "
                                                                        "INSERT ON t FOR EACH ROW "
                                                                        "EXECUTE FUNCTION f()",
         2, "SELECT count(*) FROM t WHERE a = 'keep'", "2"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
    const Fixture *fixture = *state;
    assert_null(pgs_synthesis_remark(fixture->bench, find(fixture, "t")));
}

static void
test_triggers_off(void **state)
{
    Fixture *fixture = *state;
    static const char *const bodies[] = {"RAISE 'no rows here';", "RETURN NULL;"};
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *sql = g_strdup_printf(
            "CREATE TABLE p (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE "
            "plpgsql "
            "AS $$ BEGIN %s END $$; CREATE TABLE t (id int REFERENCES p DEFERRABLE INITIALLY "
            "DEFERRED);"
            "CREATE TRIGGER no_rows BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            bodies[i]);
        start(fixture, sql);
        for (guint k = 0; k < 2; k++) {
            g_autoptr(PgsStored) stored = make(fixture, "t", NULL, 0);
            const char *remark = pgs_synthesis_remark(fixture->bench, find(fixture, "t"));
            assert_non_null(remark);
            assert_non_null(strstr(remark, "triggers off: no_rows"));
            g_autofree char *script = pgs_synthesis_script(fixture->bench);
            assert_non_null(strstr(script, "ALTER TABLE public.t DISABLE TRIGGER USER;\n"));
            /* They are off again in the next transaction. */
            g_autoptr(GError) error = NULL;
            pgs_bench_rollback(fixture->bench);
            assert_true(pgs_bench_begin(fixture->bench, &error));
        }
        pgs_bench_rollback(fixture->bench);
        assert_value(fixture, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'no_rows'", "O");
    }
}

/* Triggers that need what an application sets in its session. */
static void
test_triggers_of_settings(void **state)
{
    Fixture *fixture = *state;
    static const char *const bodies[] = {
        "NEW.a := nullif(current_setting('app.tenant', true), '');",
        "IF current_setting('app.user', true) IS NULL THEN RAISE EXCEPTION 'who?' USING ERRCODE = "
        "'insufficient_privilege'; END IF;",
        "PERFORM current_setting('app.user');",
    };
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *sql = g_strdup_printf(
            FUNCTION("%s RETURN NEW;") "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL);"
                                       "CREATE TRIGGER of_session BEFORE INSERT ON t FOR EACH ROW "
                                       "EXECUTE FUNCTION f()",
            bodies[i]);
        start(fixture, sql);
        g_autoptr(PgsStored) stored = make(fixture, "t", NULL, 0);
        const char *remark = pgs_synthesis_remark(fixture->bench, find(fixture, "t"));
        assert_non_null(remark);
        assert_non_null(strstr(remark, "triggers off: of_session"));
    }
}

/* Rewrite rules, with which the server has no RETURNING. */
static void
test_rewrites(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (id serial PRIMARY KEY, v int NOT NULL); CREATE TABLE c (t int REFERENCES "
         "t);"
         "CREATE RULE r AS ON INSERT TO t WHERE NEW.v > 50 DO INSTEAD NOTHING;"
         "INSERT INTO t (v) VALUES (1), (2)",
         3, "SELECT count(*) FROM t", "5"},
        {"CREATE TABLE t (v int NOT NULL); CREATE RULE r AS ON INSERT TO t DO ALSO NOTIFY t", 2,
         "SELECT count(*) FROM t", "2"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
    /* What a rule diverts is no row of the table. */
    Fixture *fixture = *state;
    start(fixture, "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY);"
                   "INSERT INTO t VALUES (5);"
                   "CREATE RULE r AS ON INSERT TO t DO INSTEAD INSERT INTO u VALUES (NEW.id)");
    for (guint i = 0; i < 2; i++)
        assert_reason(fixture, "t", NULL, 0, "rule");
}

/* A trigger's own statements are refused: by another table's rule, at once or at the end. */
static void
test_triggers_elsewhere(void **state)
{
    Fixture *fixture = *state;
    static const char *const deferrable[] = {"", "DEFERRABLE"};
    for (guint i = 0; i < G_N_ELEMENTS(deferrable); i++) {
        g_autofree char *sql = g_strdup_printf(
            "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE l (o int NOT NULL REFERENCES o %s);"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO l VALUES (14); RETURN NEW; END $$; CREATE TABLE t (a text);"
            "CREATE TRIGGER makes_l AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            deferrable[i]);
        start(fixture, sql);
        g_autoptr(PgsStored) stored = make(fixture, "t", NULL, 0);
        const char *remark = pgs_synthesis_remark(fixture->bench, find(fixture, "t"));
        assert_non_null(remark);
        assert_non_null(strstr(remark, "makes_l"));
    }
}

/* A trigger has made the only row that there can be for each that it refers to. */
static void
test_displaced(void **state)
{
    Fixture *fixture = *state;
    start(fixture,
          "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (p int PRIMARY KEY REFERENCES p);"
          "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
          "INSERT INTO t VALUES (NEW.id); RETURN NEW; END $$;"
          "CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()");
    g_autoptr(PgsStored) first = make(fixture, "t", NULL, 0);
    g_autoptr(PgsStored) second = make(fixture, "t", NULL, 0);
    assert_string_not_equal(first->stored[0], second->stored[0]);
    assert_non_null(pgs_synthesis_remark(fixture->bench, find(fixture, "t")));
    g_autoptr(PgsStored) parent = make(fixture, "p", NULL, 0);
    PgsWish wishes[] = {wish(find(fixture, "t"), "p", PGS_VALUE_TEXT, parent->stored[0])};
    g_autoptr(PgsStored) third = make(fixture, "t", wishes, 1);
    assert_string_equal(third->stored[0], parent->stored[0]);
    /* One that was asked for is not deleted for another. */
    assert_reason(fixture, "t", wishes, 1, "(23505, t_pkey)");
    assert_value(fixture, "SELECT count(*) FROM public.t", "3");
}

/* The same where the key may be NULL and one of several has to be there. */
static void
test_displaced_one_of(void **state)
{
    static const Construct construct = {
        "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY);"
        "CREATE TABLE t (a int UNIQUE REFERENCES a, b int UNIQUE REFERENCES b,"
        " CHECK (num_nonnulls(a, b) = 1));" FUNCTION(
            "EXECUTE format('INSERT INTO t (%I) VALUES ($1)', TG_TABLE_NAME) USING NEW.id;"
            "RETURN NULL;") "CREATE TRIGGER g AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();"
                            "CREATE TRIGGER g AFTER INSERT ON b FOR EACH ROW EXECUTE FUNCTION f()",
        3, "SELECT count(*) FROM t", "3"};
    try_construct(*state, &construct);
}

/* A trigger that waits for the transaction's end deletes what nothing refers to. */
static void
test_unreferenced(void **state)
{
    static const Construct construct = {
        FUNCTION("DELETE FROM tag WHERE id = NEW.id AND NOT EXISTS (SELECT FROM t WHERE tag = id);"
                 "RETURN NULL;") "CREATE TABLE tag (id int PRIMARY KEY); CREATE TABLE t (tag int "
                                 "PRIMARY KEY REFERENCES tag);"
                                 "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON tag DEFERRABLE "
                                 "INITIALLY DEFERRED FOR EACH ROW "
                                 "EXECUTE FUNCTION f()",
        3, "SELECT count(*) || ' ' || (SELECT count(*) FROM tag) FROM t", "3 3"};
    try_construct(*state, &construct);
}

static void
test_gentle(void **state)
{
    Fixture *fixture = *state;
    start(fixture, "CREATE TABLE s (id int PRIMARY KEY CHECK (id = 1)); INSERT INTO s VALUES (1);"
                   "CREATE TABLE t (a text);" FUNCTION(
                       "RAISE 'no rows here';") "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW "
                                                "EXECUTE FUNCTION f()");
    pgs_synthesis_be_gentle(fixture->bench);
    assert_reason(fixture, "s", NULL, 0, "(23505, s_pkey)");
    assert_reason(fixture, "t", NULL, 0, "no rows here (P0001)");
    assert_value(fixture, "SELECT count(*) FROM public.s", "1");
    assert_value(fixture, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'g'", "O");
}

/* Where it was looked for in vain before, as a row to refer to. */
static void
test_no_room_after_all(void **state)
{
    Fixture *fixture = *state;
    start(fixture,
          "CREATE TABLE t (k text PRIMARY KEY CHECK (k IN ('a', 'b')));"
          "INSERT INTO t VALUES ('a'), ('b'); CREATE TABLE c (t text NOT NULL REFERENCES t)");
    g_autoptr(PgsStored) child = make(fixture, "c", NULL, 0);
    assert_value(fixture, "SELECT count(*) FROM public.t", "2");
    g_autoptr(GError) error = NULL;
    pgs_bench_rollback(fixture->bench);
    assert_true(pgs_bench_begin(fixture->bench, &error));
    g_autoptr(PgsStored) row = make(fixture, "t", NULL, 0);
    assert_non_null(pgs_synthesis_remark(fixture->bench, find(fixture, "t")));
}

static void
test_no_room(void **state)
{
    Fixture *fixture = *state;
    start(fixture, "CREATE TABLE t (id int PRIMARY KEY CHECK (id = 1), v text);"
                   "INSERT INTO t VALUES (1, 'x'); CREATE TABLE c (t int REFERENCES t)");
    g_autoptr(PgsStored) stored = make(fixture, "t", NULL, 0);
    assert_string_equal(stored->stored[0], "1");
    const char *remark = pgs_synthesis_remark(fixture->bench, find(fixture, "t"));
    assert_non_null(remark);
    assert_non_null(strstr(remark, "its rows were deleted"));
    /* One that was made in the transaction is not deleted for another. */
    assert_reason(fixture, "t", NULL, 0, "23505, t_pkey");
    assert_value(fixture, "SELECT count(*) FROM public.t", "1");
    pgs_bench_rollback(fixture->bench);
    assert_value(fixture, "SELECT v FROM public.t", "x");
}

/* Nor can its rows be deleted without those that refer to them. */
static void
test_no_room_referenced(void **state)
{
    Fixture *fixture = *state;
    start(fixture, "CREATE TABLE t (id int PRIMARY KEY CHECK (id = 1), v text);"
                   "INSERT INTO t VALUES (1, 'x'); CREATE TABLE c (t int REFERENCES t);"
                   "INSERT INTO c VALUES (1)");
    g_autoptr(PgsStored) stored = make(fixture, "t", NULL, 0);
    assert_string_equal(stored->stored[0], "1");
    assert_value(fixture, "SELECT count(*) FROM public.c", "0");
    pgs_bench_rollback(fixture->bench);
    assert_value(fixture, "SELECT count(*) FROM public.c", "1");
}

/* ---- reasons ---- */

static void
test_reasons(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *sql, *words;
    } cases[] = {
        {"CREATE TABLE t (id int) PARTITION BY LIST (id)", "public.t has no partition"},
        {"CREATE TABLE t (id int); CREATE RULE nothing AS ON INSERT TO t DO INSTEAD NOTHING",
         "no row was inserted either; rules on it: nothing"},
        {"CREATE TABLE t (a int NOT NULL CHECK (a > 5 AND a < 5))", "(23514, t_a_check)"},
        {"CREATE TABLE p (a int PRIMARY KEY CHECK (a > 5 AND a < 5));"
         "CREATE TABLE q (p int PRIMARY KEY REFERENCES p); CREATE TABLE t (q int NOT NULL "
         "REFERENCES q)",
         "public.t needs a row of public.q (t_q_fkey): public.q needs a row of public.p "
         "(q_p_fkey): "
         "no row of public.p was accepted in "},
        {"CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;"
         "CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (filename '/dev/null')",
         "public.t is a foreign table"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        start(fixture, cases[i].sql);
        for (guint k = 0; k < 2; k++)
            assert_reason(fixture, "public.t", NULL, 0, cases[i].words);
        /* Nothing is left behind. */
        g_autofree char *script = pgs_synthesis_script(fixture->bench);
        assert_string_equal(script, "");
    }
}

/* A function that takes its time does not take all of it. */
static void
test_reasons_slow(void **state)
{
    Fixture *fixture = *state;
    start(fixture, "CREATE FUNCTION slow(int) RETURNS boolean LANGUAGE plpgsql AS "
                   "$$ BEGIN PERFORM pg_sleep(0.05); RETURN false; END $$;"
                   "CREATE TABLE t (a int NOT NULL CHECK (slow(a)), b int, c text)");
    pgs_synthesis_state(fixture->bench)->search_time = G_USEC_PER_SEC;
    gint64 begin = g_get_monotonic_time();
    assert_reason(fixture, "t", NULL, 0, "for which the time was up");
    for (guint i = 0; i < 3; i++) {
        PgsWish wishes[] = {wish(find(fixture, "t"), "b", PGS_VALUE_TEXT, "1")};
        assert_reason(fixture, "t", wishes, 1, "for which the time was up");
    }
    assert_true(g_get_monotonic_time() - begin < 4 * G_USEC_PER_SEC);
}

/* What the first search found is said again by whoever asks later, with wishes or without. */
static void
test_reasons_again(void **state)
{
    Fixture *fixture = *state;
    start(fixture, "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CHECK (a > 5 AND a < 5))");
    g_autofree char *first = NULL;
    assert_null(try_make(fixture, "t", NULL, 0, &first));
    assert_null(strstr(first, " in 1 try"));
    for (guint i = 0; i < 3; i++) {
        PgsWish wishes[] = {wish(find(fixture, "t"), "id", PGS_VALUE_TEXT, "77")};
        g_autofree char *again = NULL;
        assert_null(try_make(fixture, "t", wishes, i % 2, &again));
        assert_string_equal(again, first);
    }
}

static void
test_row_security(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
                     "DO $$ BEGIN CREATE ROLE plain; EXCEPTION WHEN duplicate_object THEN END $$;"
                     "GRANT ALL ON SCHEMA public TO plain; SET ROLE plain;"
                     "CREATE TABLE public.t (a int); ALTER TABLE public.t FORCE ROW LEVEL SECURITY;"
                     "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY");
    g_autoptr(GError) error = NULL;
    PgsBench *bench = open_bench(fixture, 20);
    assert_true(pgs_bench_begin(bench, &error));
    assert_reason(fixture, "public.t", NULL, 0, "row-level security");
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    run_sql(fixture, "RESET ROLE");
}

/* What a database's plain owner can do of it. */
static void
test_owner(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    run_sql(fixture, "DO $$ BEGIN CREATE ROLE plain; EXCEPTION WHEN duplicate_object THEN END $$;"
                     "ALTER SCHEMA public OWNER TO plain; SET ROLE plain;"
                     "CREATE TABLE p (id int PRIMARY KEY CHECK (id = 1)); INSERT INTO p VALUES (1);"
                     "CREATE TABLE t (p int REFERENCES p, a text);" FUNCTION(
                         "RETURN NULL;") "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE "
                                         "FUNCTION f()");
    PgsBench *bench = open_bench(fixture, 20);
    assert_true(pgs_generator_prepare(bench, &error) && pgs_bench_begin(bench, &error));
    PgsStored *child = make(fixture, "t", NULL, 0);
    assert_string_equal(child->stored[0], "1");
    pgs_stored_free(child);
    pgs_bench_rollback(bench);
    /* Of a table that is another's: a reason, and nothing is left undone. */
    run_sql(fixture, "RESET ROLE; ALTER TABLE t OWNER TO CURRENT_USER; GRANT ALL ON t TO plain;"
                     "SET ROLE plain");
    bench = open_bench(fixture, 20);
    assert_true(pgs_generator_prepare(bench, &error) && pgs_bench_begin(bench, &error));
    assert_reason(fixture, "t", NULL, 0, "no row was inserted either");
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    run_sql(fixture, "RESET ROLE");
}

/* ---- wishes ---- */

static void
test_wishes(void **state)
{
    Fixture *fixture = *state;
    start(fixture,
          "CREATE TABLE p (id int PRIMARY KEY, k text);"
          "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p int REFERENCES p,"
          " status text NOT NULL CHECK (status IN ('open', 'closed')), closed_at date,"
          " CHECK ((status = 'closed') = (closed_at IS NOT NULL)))");
    const PgsRelation *t = find(fixture, "t");
    static const char *const statuses[] = {"closed", "open", "closed"};
    for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
        PgsWish status = wish(t, "status", PGS_VALUE_TEXT, statuses[i]);
        g_autoptr(PgsStored) stored = make(fixture, "t", &status, 1);
        assert_string_equal(stored->stored[2], statuses[i]);
        assert_true((stored->stored[3] != NULL) == (statuses[i][0] == 'c'));
        assert_non_null(stored->stored[1]);
    }
    PgsWish unknown = wish(t, "status", PGS_VALUE_TEXT, "other");
    assert_reason(fixture, "t", &unknown, 1, "(23514, ");
    /* No parent is made for a reference that was wished. */
    g_autoptr(PgsStored) parent = make(fixture, "p", NULL, 0);
    assert_value(fixture, "SELECT count(*) FROM public.p", "2");
    PgsWish both[] = {wish(t, "p", PGS_VALUE_TEXT, parent->stored[0]),
                      wish(t, "id", PGS_VALUE_TEXT, "77")};
    g_autoptr(PgsStored) child = make(fixture, "t", both, 2);
    assert_string_equal(child->stored[0], "77");
    assert_string_equal(child->stored[1], parent->stored[0]);
    assert_value(fixture, "SELECT count(*) FROM public.p", "2");
    PgsWish none = wish(t, "p", PGS_VALUE_NULL, NULL);
    g_autoptr(PgsStored) orphan = make(fixture, "t", &none, 1);
    assert_null(orphan->stored[1]);
    PgsWish missing = wish(t, "p", PGS_VALUE_TEXT, "987654");
    assert_reason(fixture, "t", &missing, 1, "(23503, t_p_fkey)");
}

/* What is wished of one column of a key goes for the row that it refers to. */
static void
test_wishes_composite(void **state)
{
    Fixture *fixture = *state;
    start(fixture,
          "CREATE TABLE a (id int PRIMARY KEY);"
          "CREATE TABLE u (a int NOT NULL REFERENCES a, id int NOT NULL, PRIMARY KEY (a, id));"
          "CREATE TABLE t (a int NOT NULL REFERENCES a, u int NOT NULL,"
          " FOREIGN KEY (a, u) REFERENCES u)");
    g_autoptr(PgsStored) a = make(fixture, "a", NULL, 0);
    PgsWish tenant = wish(find(fixture, "t"), "a", PGS_VALUE_TEXT, a->stored[0]);
    g_autoptr(PgsStored) t = make(fixture, "t", &tenant, 1);
    assert_string_equal(t->stored[0], a->stored[0]);
    assert_value(fixture, "SELECT count(*) FROM public.a", "1");
    /* One that is not there yet is made; but the rows of u that refer to it as well. */
    PgsWish user = wish(find(fixture, "t"), "u", PGS_VALUE_TEXT, "4711");
    g_autoptr(PgsStored) other = make(fixture, "t", &user, 1);
    assert_string_equal(other->stored[1], "4711");
    assert_value(fixture, "SELECT count(*) FROM public.u WHERE id = 4711", "1");
}

/* ---- foreign keys with a column that says which sort of row it is ---- */

#define SORTED                                                                                     \
    "CREATE TABLE sub (kind text NOT NULL CHECK (kind IN ('car', 'bike')), id int PRIMARY KEY,"    \
    " UNIQUE (id, kind));"

static void
test_discriminators(void **state)
{
    static const Construct constructs[] = {
        {SORTED "CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'bike' CHECK (kind "
                "= 'bike'), gears int NOT NULL CHECK (gears IN (2, 4)), FOREIGN KEY (id, kind) "
                "REFERENCES sub (id, kind))",
         3, "SELECT count(*) FROM t JOIN sub USING (id, kind)", "3"},
        {SORTED "CREATE TABLE t (id int PRIMARY KEY, kind text GENERATED ALWAYS AS ('bike') STORED,"
                " FOREIGN KEY (id, kind) REFERENCES sub (id, kind))",
         3, "SELECT count(*) FROM t JOIN sub USING (id, kind) WHERE kind = 'bike'", "3"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

/* ---- the same again ---- */

static char *
make_script(Fixture *fixture, guint64 seed)
{
    static const char *const names[] = {"t", "c", "p", "t", "c"};
    g_autoptr(GError) error = NULL;
    PgsBench *bench = open_bench(fixture, seed);
    if (!pgs_generator_prepare(bench, &error) || !pgs_bench_begin(bench, &error))
        fail_msg("%s", error->message);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(PgsStored) stored = make(fixture, names[i], NULL, 0);
        assert_non_null(stored->statement);
    }
    char *script = pgs_synthesis_script(bench);
    pgs_bench_rollback(bench);
    return script;
}

static void
test_script(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE p (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), m text UNIQUE"
            " CHECK (m ~ '^[a-z]+@[a-z]+$'));"
            "CREATE TABLE c (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),"
            " p uuid NOT NULL REFERENCES p, at timestamptz NOT NULL DEFAULT now(),"
            " a int, b int, c int, d int, CHECK (a < b AND b < c AND c < d AND a + d = 19));"
            "CREATE TABLE t (c uuid NOT NULL REFERENCES c, \"order\" int CHECK (\"order\""
            " BETWEEN 1 AND 5), UNIQUE (c, \"order\"))");
    g_autofree char *first = make_script(fixture, 20);
    g_autofree char *second = make_script(fixture, 20);
    g_autofree char *other = make_script(fixture, 21);
    assert_string_equal(first, second);
    assert_string_not_equal(first, other);
    /* It makes the same rows again, by itself. */
    assert_value(fixture, "SELECT count(*) FROM t", "0");
    run_sql(fixture, first);
    assert_value(fixture, "SELECT count(*) FROM t", "2");
}

/* Another seed, other rows: keys, and what is no key. */
static void
test_seeds(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    char *first[3] = {NULL};
    guint n_different[3] = {0};
    start(fixture, "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b date NOT NULL)");
    for (guint64 seed = 20; seed < 24; seed++) {
        PgsBench *bench = open_bench(fixture, seed);
        assert_true(pgs_generator_prepare(bench, &error) && pgs_bench_begin(bench, &error));
        g_autoptr(PgsStored) stored = make(fixture, "t", NULL, 0);
        for (guint i = 0; i < G_N_ELEMENTS(first); i++) {
            n_different[i] += first[i] != NULL && strcmp(first[i], stored->stored[i]) != 0;
            if (first[i] == NULL)
                first[i] = g_strdup(stored->stored[i]);
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(first); i++) {
        assert_true(n_different[i] > 0);
        g_free(first[i]);
    }
}

/* A row that was made for others may be gone, when the caller has rolled back to a savepoint. */
static void
test_lost_parent(void **state)
{
    Fixture *fixture = *state;
    start(fixture,
          "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (p int NOT NULL REFERENCES p)");
    run_sql(fixture, "SAVEPOINT s");
    g_autoptr(PgsStored) first = make(fixture, "t", NULL, 0);
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    g_autoptr(PgsStored) second = make(fixture, "t", NULL, 0);
    assert_value(fixture, "SELECT count(*) FROM public.t JOIN public.p ON p = id", "1");
}

/* A draft was accepted just before, and is in the way of nothing. */
static void
test_draft(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *reason = NULL;
    start(fixture, "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL CHECK (n > 10))");
    g_autoptr(PgsDraft) draft =
        pgs_synthesis_draft(fixture->bench, find(fixture, "t"), NULL, 0, &reason, &error);
    assert_non_null(draft);
    assert_value(fixture, "SELECT count(*) FROM public.t", "0");
    g_autoptr(PgsStored) stored = pgs_synthesis_store(fixture->bench, draft, &reason, &error);
    assert_non_null(stored);
    assert_value(fixture, "SELECT count(*) FROM public.t", "1");
    assert_null(pgs_synthesis_store(fixture->bench, draft, &reason, &error));
    assert_null(error);
    assert_non_null(strstr(reason, "(23505, t_pkey)"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_triggers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_triggers_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_triggers_elsewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_triggers_of_settings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rewrites, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_displaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_displaced_one_of, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unreferenced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gentle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_room_after_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_room_referenced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reasons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reasons_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reasons_slow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_row_security, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wishes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wishes_composite, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_discriminators, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_script, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seeds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lost_parent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_draft, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

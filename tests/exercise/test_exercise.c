/* Covers harness/exercise/exercise.c. */
#include "cmocka_all.h"

#include "exercise/exercise.h"
#include "rule_fixture.h"
#include "snapshot/catalog.h"

static const PgsExerciseOptions no_options = {0};

/* Some of each kind. */
#define SCHEMA                                                                                     \
    "CREATE DOMAIN percent AS numeric(5, 2) NOT NULL CHECK (VALUE BETWEEN 0 AND 100); "            \
    "CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(40) NOT "     \
    "NULL UNIQUE CHECK (btrim(name) <> ''), share percent); "                                      \
    "CREATE TABLE members (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id uuid NOT "  \
    "NULL REFERENCES teams ON DELETE CASCADE, place int NOT NULL CHECK (place BETWEEN 1 AND 5), "  \
    "email text NOT NULL, lower_email text GENERATED ALWAYS AS (lower(email)) STORED, "            \
    "UNIQUE (team_id, place)); CREATE UNIQUE INDEX members_email ON members (lower(email)); "      \
    "CREATE TABLE stays (during int4range NOT NULL, EXCLUDE USING gist (during WITH &&)); "

#define DATA                                                                                       \
    "INSERT INTO teams (name, share) SELECT 'team ' || i, i FROM generate_series(1, 20) i; "       \
    "INSERT INTO members (team_id, place, email) SELECT id, 1 + i % 5, name || i || '@a.b' "       \
    "FROM teams, generate_series(1, 5) i; "                                                        \
    "INSERT INTO stays SELECT int4range(i, i + 1) FROM generate_series(1, 9) i; "

static PgsExercise *
run(const Fixture *fixture, const PgsExerciseOptions *options)
{
    g_autoptr(GError) error = NULL;
    PgsExercise *exercise = pgs_exercise_run(fixture->connection, options, &error);
    if (exercise == NULL)
        fail_msg("%s", error->message);
    return exercise;
}

static const PgsRuleResult *
find_result(const PgsExercise *exercise, PgsRuleKind kind, const char *name)
{
    const GPtrArray *results = pgs_exercise_results(exercise);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = results->pdata[i];
        if (result->rule != NULL && result->rule->kind == kind &&
            (name == NULL || g_strcmp0(result->rule->name, name) == 0))
            return result;
    }
    return NULL;
}

/* All that was not exercised, with the reasons. */
static void
assert_all_exercised(const PgsExercise *exercise)
{
    const GPtrArray *results = pgs_exercise_results(exercise);
    for (guint i = 0; i < pgs_exercise_n_rules(exercise); i++) {
        const PgsRuleResult *result = results->pdata[i];
        g_autofree char *rule = pgs_rule_describe(result->rule);
        if (result->verdict == PGS_VERDICT_EXERCISED)
            continue;
        fprintf(stderr, "%s\n", rule);
        print_result(result);
        fail();
    }
    assert_int_equal(pgs_exercise_n_exercised(exercise), pgs_exercise_n_rules(exercise));
}

static void
test_all(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SCHEMA DATA "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE f (e e)");
    g_autoptr(PgsExercise) exercise = run(fixture, &no_options);
    assert_all_exercised(exercise);
    assert_int_equal(pgs_exercise_n_rules(exercise), 23);
    assert_int_equal(pgs_exercise_seed(exercise), PGS_EXERCISE_SEED);
    const GPtrArray *results = pgs_exercise_results(exercise);
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
    assert_int_equal(rules->len, pgs_exercise_n_rules(exercise));
    assert_true(results->len >= rules->len + 2);
    gint64 duration = 0;
    for (guint i = 0; i < rules->len; i++) {
        const PgsRuleResult *result = results->pdata[i];
        const PgsRule *rule = rules->pdata[i];
        assert_string_equal(result->rule->object_identity, rule->object_identity);
        assert_string_equal(result->check, pgs_rule_kind_check(rule->kind));
        duration += result->duration;
    }
    assert_true(duration > 0);
    const PgsRuleResult *rows = results->pdata[rules->len];
    assert_string_equal(rows->check, "exercise.rows");
    const PgsRuleResult *settings = results->pdata[results->len - 1];
    assert_string_equal(settings->check, "exercise.settings");
}

/* ---- the database stays as it was ---- */

static char *
describe_rows(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    char *text;
    if (!pgs_connection_value(
            fixture->connection,
            "SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) || count(*) FROM "
            "public.teams t) || (SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) || count(*) "
            "FROM public.members t) || (SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) || "
            "count(*) FROM public.stays t)",
            &text, &error))
        fail_msg("%s", error->message);
    return text;
}

static PgsSnapshot *
read_snapshot(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                              "postgres", 60 * 1000, NULL, &error);
    assert_non_null(connection);
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, 0, NULL, &error);
    assert_non_null(catalog);
    PgsSnapshot *snapshot = pgs_catalog_read_whole(catalog, &error);
    assert_non_null(snapshot);
    return snapshot;
}

static void
test_nothing_stays(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SCHEMA DATA);
    g_autoptr(PgsSnapshot) before = read_snapshot(fixture);
    g_autofree char *rows_before = describe_rows(fixture);
    g_autoptr(PgsExercise) exercise = run(fixture, &no_options);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    g_autoptr(PgsSnapshot) after = read_snapshot(fixture);
    g_autofree char *rows_after = describe_rows(fixture);
    assert_true(pgs_snapshot_equal(before, after));
    assert_string_equal(rows_before, rows_after);
    /* Were it not so, it would be seen. */
    run_sql(fixture, "UPDATE public.stays SET during = '[100,101)' WHERE during = '[1,2)'; "
                     "ALTER TABLE public.stays ALTER during DROP NOT NULL");
    g_autoptr(PgsSnapshot) changed = read_snapshot(fixture);
    g_autofree char *rows_changed = describe_rows(fixture);
    assert_false(pgs_snapshot_equal(before, changed));
    assert_string_not_equal(rows_before, rows_changed);
}

/* ---- the same again ---- */

static char *
describe_all(const PgsExercise *exercise)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < pgs_exercise_n_rules(exercise); i++) {
        const PgsRuleResult *result = pgs_exercise_results(exercise)->pdata[i];
        for (guint k = 0; k < result->evidence->len; k++) {
            const PgsEvidence *evidence = result->evidence->pdata[k];
            g_string_append_printf(text, "%s: %s\n", evidence->what, evidence->statement);
        }
    }
    return g_string_free(text, FALSE);
}

static void
test_same_again(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE p (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), a text NOT "
                        "NULL UNIQUE, b int CHECK (b > 3)); CREATE TABLE t (p uuid REFERENCES p, "
                        "n numeric(4, 1), UNIQUE (p, n))");
    PgsExerciseOptions options = {.seed = 4711};
    g_autoptr(PgsExercise) first = run(fixture, &options);
    g_autoptr(PgsExercise) second = run(fixture, &options);
    g_autofree char *one = describe_all(first);
    g_autofree char *other = describe_all(second);
    assert_string_equal(one, other);
    assert_int_equal(pgs_exercise_seed(first), 4711);
}

/* ---- what cannot be exercised, and what is broken ---- */

static void
test_verdicts(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE broken (p int CONSTRAINT lie "
               "REFERENCES p ON DELETE CASCADE); ALTER TABLE broken DISABLE TRIGGER ALL; "
               "CREATE TABLE t (a int CONSTRAINT never CHECK (a > 5 AND a < 3)); "
               "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; "
               "CREATE FOREIGN TABLE far (a int NOT NULL) SERVER s");
    g_autoptr(PgsExercise) exercise = run(fixture, &no_options);
    const PgsRuleResult *far = NULL;
    for (guint i = 0; i < pgs_exercise_n_rules(exercise); i++) {
        const PgsRuleResult *result = pgs_exercise_results(exercise)->pdata[i];
        if (result->rule->relation != NULL && strcmp(result->rule->relation->name, "far") == 0)
            far = result;
    }
    assert_non_null(far);
    assert_int_equal(far->verdict, PGS_VERDICT_NOT_EXERCISED);
    assert_non_null(strstr(far->message, "a foreign table"));
    assert_int_equal(find_result(exercise, PGS_RULE_FOREIGN_KEY, "lie")->verdict,
                     PGS_VERDICT_BROKEN);
    assert_int_equal(find_result(exercise, PGS_RULE_CHECK, "never")->verdict,
                     PGS_VERDICT_NEVER_ACCEPTS);
    /* What is broken was exercised; what accepts nothing was not, and neither was the foreign
       table's rule. */
    assert_int_equal(pgs_exercise_n_exercised(exercise), pgs_exercise_n_rules(exercise) - 2);
    run_sql(fixture, "DROP FOREIGN DATA WRAPPER w CASCADE");
}

/* A role that may do nothing is no reason to end the run. */
static void
test_no_power(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SCHEMA "DROP ROLE IF EXISTS nobody; CREATE ROLE nobody");
    run_sql(fixture, "SET ROLE nobody");
    g_autoptr(PgsExercise) exercise = run(fixture, &no_options);
    assert_true(pgs_exercise_n_rules(exercise) > 20);
    assert_int_equal(pgs_exercise_n_exercised(exercise), 0);
    const PgsRuleResult *key = find_result(exercise, PGS_RULE_PRIMARY_KEY, "teams_pkey");
    assert_non_null(strstr(key->message, "permission denied"));
}

/* A database's plain owner can do all of it. */
static void
test_plain_owner(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "DROP ROLE IF EXISTS plain_owner; CREATE ROLE plain_owner; "
                        "GRANT ALL ON SCHEMA public TO plain_owner; SET ROLE plain_owner; "
                        "SET search_path = public; " SCHEMA DATA
                        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE f (e e)");
    g_autoptr(PgsExercise) exercise = run(fixture, &no_options);
    assert_all_exercised(exercise);
}

/* ---- on the way ---- */

typedef struct {
    const Fixture *fixture;
    guint n_told, last, total;
    GCancellable *cancellable;
    char *victim; /* a backend's PID */
} Watcher;

static void
watch(guint done, guint total, const char *what, gpointer data)
{
    Watcher *watcher = data;
    assert_non_null(what);
    assert_int_equal(done, watcher->last + 1);
    watcher->last = done;
    watcher->total = total;
    if (++watcher->n_told < 3)
        return;
    if (watcher->cancellable != NULL)
        g_cancellable_cancel(watcher->cancellable);
    if (watcher->victim != NULL) {
        g_autoptr(PgsConnection) connection = pgs_connection_open(
            pgs_server_conninfo(watcher->fixture->server), "postgres", 60 * 1000, NULL, NULL);
        g_autofree char *sql = g_strdup_printf("SELECT pg_terminate_backend(%s)", watcher->victim);
        assert_true(pgs_connection_run(connection, sql, NULL));
    }
}

static void
test_progress(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SCHEMA);
    Watcher watcher = {.fixture = fixture};
    PgsExerciseOptions options = {.progress = watch, .progress_data = &watcher};
    g_autoptr(PgsExercise) exercise = run(fixture, &options);
    assert_int_equal(watcher.n_told, pgs_exercise_n_rules(exercise));
    assert_int_equal(watcher.total, pgs_exercise_n_rules(exercise));
}

static void
test_cancelled(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SCHEMA);
    g_autoptr(GError) error = NULL;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Watcher watcher = {.fixture = fixture, .cancellable = cancellable};
    PgsExerciseOptions options = {
        .progress = watch, .progress_data = &watcher, .cancellable = cancellable};
    assert_null(pgs_exercise_run(fixture->connection, &options, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    assert_int_equal(watcher.n_told, 3);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
}

static void
test_lost(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, SCHEMA);
    g_autoptr(GError) error = NULL;
    g_autofree char *pid = NULL;
    assert_true(pgs_connection_value(fixture->connection, "SELECT pg_backend_pid()", &pid, &error));
    Watcher watcher = {.fixture = fixture, .victim = pid};
    PgsExerciseOptions options = {.progress = watch, .progress_data = &watcher};
    assert_null(pgs_exercise_run(fixture->connection, &options, &error));
    assert_non_null(error);
    assert_int_equal(watcher.n_told, 3);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all),      TEST(test_nothing_stays), TEST(test_same_again),
        TEST(test_verdicts), TEST(test_no_power),      TEST(test_plain_owner),
        TEST(test_progress), TEST(test_cancelled),     TEST(test_lost),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}

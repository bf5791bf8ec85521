/* Covers harness/check/versions.c, version_schema.c, and what drift_scope.c leaves out of them. */
#include "check/drift_scope.h"
#include "check/versions.h"
#include "cmocka_all.h"

#include <string.h>

/* A system over migrations/canvas that was verified on several servers, as a merged record has it.
 */
typedef struct {
    PgsSystem *system;
    PgsHistory *history;
    PgsRecord *record;
    PgsRecordSystem *facts;
    PgsCheckSelection checks;
    PgsSink sink;
    GPtrArray *heads;
} Fixture;

static int
setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->system = pgs_system_new(PGS_SOURCE_DIR "/migrations/canvas");
    fixture->history = pgs_history_read(fixture->system->folder, NULL, NULL);
    assert_non_null(fixture->history);
    fixture->record = pgs_record_new("test");
    fixture->facts = pgs_record_add_system(fixture->record, "canvas", "canvas");
    fixture->heads = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_version_head_free);
    pgs_sink_init(&fixture->sink, fixture->system, fixture->history);
    fixture->sink.checks = &fixture->checks;
    fixture->sink.record = fixture->record;
    fixture->sink.facts = fixture->facts;
    fixture->sink.across = TRUE;
    fixture->sink.today = "2026-11-21";
    *state = fixture;
    return 0;
}

static int
teardown(void **state)
{
    Fixture *fixture = *state;
    pgs_sink_clear(&fixture->sink);
    g_ptr_array_unref(fixture->heads);
    pgs_record_free(fixture->record);
    pgs_history_free(fixture->history);
    pgs_system_free(fixture->system);
    g_free(fixture);
    return 0;
}

/* version NULL: it was not to be had. */
static void
add_server(Fixture *fixture, const char *name, const char *version)
{
    PgsRecordServer *server = pgs_record_system_add_server(fixture->facts, name);
    server->version = g_strdup(version);
}

/* On the server of that name. */
static PgsFinding *
add(Fixture *fixture, const char *server, const char *check, PgsStatus status, const char *title,
    const char *message)
{
    PgsFinding *finding =
        pgs_record_add(fixture->record, pgs_finding_new(check, status, "canvas", NULL, title));
    finding->message = g_strdup(message);
    finding->server = g_strdup(server);
    for (guint i = 0; i < fixture->facts->servers->len; i++) {
        const PgsRecordServer *row = fixture->facts->servers->pdata[i];
        if (g_strcmp0(row->name, server) == 0)
            finding->server_version = g_strdup(row->version);
    }
    return finding;
}

/* The n-th finding of a check, from 0; NULL: there are not so many. */
static const PgsFinding *
nth_of(const Fixture *fixture, const char *check, guint n)
{
    for (guint i = 0; i < fixture->record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(fixture->record->findings, i);
        if (strcmp(finding->check, check) == 0 && n-- == 0)
            return finding;
    }
    return NULL;
}

/* ---- verdicts ---- */

static void
add_three(Fixture *fixture)
{
    add_server(fixture, "docker:13", "13.22");
    add_server(fixture, "docker:15", "15.18");
    add_server(fixture, "docker:18", "18.1");
}

static void
test_a_verdict_that_differs_is_told(void **state)
{
    Fixture *fixture = *state;
    add_three(fixture);
    add(fixture, "docker:13", "stairway.down", PGS_STATUS_PASSED, "down 001", NULL);
    add(fixture, "docker:15", "stairway.down", PGS_STATUS_PASSED, "down 001", NULL);
    PgsFinding *failed =
        add(fixture, "docker:18", "stairway.down", PGS_STATUS_FAILED, "down 001", "an enum stays");
    failed->revision = g_strdup("001_users_table");
    /* Its revision is part of the case. */
    for (guint i = 0; i < 2; i++)
        ((PgsFinding *)fixture->record->findings->pdata[i])->revision = g_strdup("001_users_table");
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.verdict", 0);
    assert_int_equal(told->status, PGS_STATUS_INFO);
    assert_string_equal(told->title, "stairway.down, down 001");
    assert_string_equal(told->revision, "001_users_table");
    assert_string_equal(told->message,
                        "passes on docker:13 and docker:15; fails on docker:18: an enum stays");
    assert_null(told->server);
    assert_null(nth_of(fixture, "servers.verdict", 1));
}

static void
test_the_same_everywhere_passes(void **state)
{
    Fixture *fixture = *state;
    add_three(fixture);
    static const char *const servers[] = {"docker:13", "docker:15", "docker:18"};
    for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
        add(fixture, servers[i], "cycle.up", PGS_STATUS_PASSED, "up", NULL);
        /* Bad in different words is still the same verdict. */
        add(fixture, servers[i], "cycle.down", PGS_STATUS_FAILED, "down", servers[i]);
    }
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.verdict", 0);
    assert_int_equal(told->status, PGS_STATUS_PASSED);
    assert_string_equal(told->title,
                        "all checks say the same on docker:13, docker:15 and docker:18");
    assert_null(nth_of(fixture, "servers.verdict", 1));
}

static void
test_what_was_not_looked_at_is_no_difference(void **state)
{
    Fixture *fixture = *state;
    add_three(fixture);
    add_server(fixture, "docker:16", NULL);
    pgs_versions_add_unavailable(fixture->record, "canvas", "docker:16", "no image");
    /* Skipped on the one, passed on the others: cycle.up tells why. */
    add(fixture, "docker:13", "expect.table", PGS_STATUS_SKIPPED, "t", "head is not reached");
    add(fixture, "docker:15", "expect.table", PGS_STATUS_PASSED, "t", NULL);
    add(fixture, "docker:18", "expect.table", PGS_STATUS_PASSED, "t", NULL);
    /* A warning on 15 and 18; on 13 that group could not be looked at. */
    add(fixture, "docker:13", "redundancy.covered-index", PGS_STATUS_SKIPPED, "head", "no head");
    add(fixture, "docker:15", "redundancy.covered-index", PGS_STATUS_WARNING, "i", "covered");
    add(fixture, "docker:18", "redundancy.covered-index", PGS_STATUS_WARNING, "i", "covered");
    pgs_versions_judge(&fixture->sink, fixture->heads);
    assert_int_equal(nth_of(fixture, "servers.verdict", 0)->status, PGS_STATUS_PASSED);
    assert_null(nth_of(fixture, "servers.verdict", 1));
}

static void
test_no_finding_is_good_news(void **state)
{
    Fixture *fixture = *state;
    add_three(fixture);
    add(fixture, "docker:13", "redundancy.covered-index", PGS_STATUS_PASSED, "other", NULL);
    PgsFinding *accepted =
        add(fixture, "docker:15", "redundancy.covered-index", PGS_STATUS_ACCEPTED, "i", "covered");
    accepted->accepted = g_strdup("agreed");
    PgsFinding *lowered =
        add(fixture, "docker:18", "redundancy.covered-index", PGS_STATUS_INFO, "i", "covered");
    lowered->lowered = TRUE;
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.verdict", 0);
    assert_string_equal(told->message, "passes on docker:13; fails (accepted) on docker:15: "
                                       "covered; fails on docker:18: covered");
}

static void
test_a_server_that_broke_says_nothing(void **state)
{
    Fixture *fixture = *state;
    add_three(fixture);
    add(fixture, "docker:13", "run.completed", PGS_STATUS_ERROR, "canvas could be verified",
        "the container has ended");
    add(fixture, "docker:15", "cycle.up", PGS_STATUS_FAILED, "up", "syntax");
    add(fixture, "docker:18", "cycle.up", PGS_STATUS_FAILED, "up", "syntax");
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.verdict", 0);
    assert_int_equal(told->status, PGS_STATUS_PASSED);
    assert_string_equal(told->title, "all checks say the same on docker:15 and docker:18");
    /* One that is left has nobody to agree with. */
    add(fixture, "docker:15", "run.completed", PGS_STATUS_ERROR, "canvas could be verified",
        "gone");
    pgs_versions_judge(&fixture->sink, fixture->heads);
    assert_null(nth_of(fixture, "servers.verdict", 1));
}

static void
test_one_server_is_not_compared(void **state)
{
    Fixture *fixture = *state;
    add_server(fixture, "docker:13", NULL);
    add_server(fixture, "docker:15", "15.18");
    add(fixture, "docker:15", "cycle.up", PGS_STATUS_FAILED, "up", "syntax");
    pgs_versions_judge(&fixture->sink, fixture->heads);
    assert_null(nth_of(fixture, "servers.verdict", 0));
    assert_null(nth_of(fixture, "servers.schema", 0));
}

/* ---- the schema ---- */

#define TABLE "table", "public.t", NULL
#define MAX_ATTRIBUTES 4

/* One object; attributes: pairs of name and value. */
static void
add_object(GPtrArray *objects, const char *kind, const char *identity, const char *parent,
           const char *const *attributes)
{
    const char *names[MAX_ATTRIBUTES], *values[MAX_ATTRIBUTES];
    guint n = 0;
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2, n++) {
        names[n] = attributes[0];
        values[n] = attributes[1];
    }
    g_ptr_array_add(objects, pgs_object_new(kind, identity, parent, names, values, n));
}

static GPtrArray *
new_objects(void)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    add_object(objects, TABLE, NULL);
    return objects;
}

/* Takes objects over. */
static void
add_head(Fixture *fixture, const char *server, const char *version, GPtrArray *objects)
{
    g_autoptr(PgsSnapshot) snapshot = pgs_snapshot_new(objects, version);
    add_server(fixture, server, version);
    g_ptr_array_add(fixture->heads, pgs_version_head_new(server, snapshot));
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
test_an_object_on_some_only(void **state)
{
    Fixture *fixture = *state;
    add_head(fixture, "docker:13", "13.22", new_objects());
    for (guint i = 0; i < 2; i++) {
        GPtrArray *objects = new_objects();
        add_object(objects, "index", "public.i", "public.t", PAIRS("method", "btree"));
        add_head(fixture, i == 0 ? "docker:17" : "docker:18", i == 0 ? "17.6" : "18.1", objects);
    }
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.schema", 0);
    assert_int_equal(told->status, PGS_STATUS_WARNING);
    assert_string_equal(told->object, "index public.i");
    assert_string_equal(told->message, "it is on docker:17 and docker:18, and not on docker:13");
    assert_string_equal(told->expected, "on docker:13:\n(none)");
    assert_null(nth_of(fixture, "servers.schema", 1));
}

static void
test_an_attribute_that_differs(void **state)
{
    Fixture *fixture = *state;
    static const char *const types[] = {"json", "jsonb", "json"};
    static const char *const servers[] = {"docker:13", "docker:15", "docker:18"};
    static const char *const versions[] = {"13.22", "15.18", "18.1"};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        GPtrArray *objects = new_objects();
        add_object(objects, "column", "public.t.c", "public.t", PAIRS("type", types[i]));
        add_head(fixture, servers[i], versions[i], objects);
    }
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.schema", 0);
    assert_int_equal(told->status, PGS_STATUS_WARNING);
    assert_string_equal(told->message,
                        "type: json on docker:13 and docker:18; type: jsonb on docker:15");
    assert_null(nth_of(fixture, "servers.schema", 1));
}

static GPtrArray *
with_check(const char *expression)
{
    GPtrArray *objects = new_objects();
    add_object(objects, "check constraint", "public.t.k", "public.t",
               PAIRS("expression", expression));
    return objects;
}

/* What the versions spell in two ways is a note, and head is the same. */
static void
test_spelling_is_a_note(void **state)
{
    Fixture *fixture = *state;
    add_head(fixture, "docker:13", "13.22", with_check("(length(btrim(n)) > 0)"));
    add_head(fixture, "docker:15", "15.18", with_check("(length(TRIM(BOTH FROM n)) > 0)"));
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *note = nth_of(fixture, "servers.schema", 0);
    assert_int_equal(note->status, PGS_STATUS_INFO);
    assert_non_null(strstr(note->message, "1 object"));
    assert_non_null(strstr(note->message, "check constraint public.t.k"));
    assert_non_null(strstr(note->detail, "btrim"));
    assert_int_equal(nth_of(fixture, "servers.schema", 1)->status, PGS_STATUS_PASSED);
}

/* Servers of one version have no two ways. */
static void
test_the_same_version_spells_alike(void **state)
{
    Fixture *fixture = *state;
    add_head(fixture, "docker:15", "15.18", with_check("(a > 0)"));
    add_head(fixture, "local:15", "15.17", with_check("(a > 1)"));
    pgs_versions_judge(&fixture->sink, fixture->heads);
    assert_int_equal(nth_of(fixture, "servers.schema", 0)->status, PGS_STATUS_WARNING);
    assert_null(nth_of(fixture, "servers.schema", 1));
}

/* Not-null constraints, owners, extensions' versions, the database itself. */
static void
test_what_versions_bring_is_left_out(void **state)
{
    Fixture *fixture = *state;
    for (guint major = 16; major <= 18; major++) {
        GPtrArray *objects = new_objects();
        g_autofree char *server = g_strdup_printf("docker:%u", major);
        g_autofree char *version = g_strdup_printf("%u.1", major);
        add_object(objects, "schema", "public", NULL,
                   PAIRS("owner", major == 16 ? "postgres" : "pg_database_owner"));
        add_object(objects, "extension", "hstore", NULL, PAIRS("version", version));
        add_object(objects, "database", "d", NULL, PAIRS("collation-version", version));
        add_object(objects, "domain", "public.d", NULL, PAIRS("type", "text"));
        if (major >= 17)
            add_object(objects, "not-null constraint", "public.d.d_not_null", "public.d",
                       PAIRS("expression", "VALUE IS NOT NULL"));
        if (major >= 18)
            add_object(objects, "not-null constraint", "public.t.t_c_not_null", "public.t",
                       PAIRS("columns", "c"));
        add_head(fixture, server, version, objects);
    }
    pgs_versions_judge(&fixture->sink, fixture->heads);
    const PgsFinding *told = nth_of(fixture, "servers.schema", 0);
    if (told->status != PGS_STATUS_PASSED)
        fail_msg("%s: %s", told->title, told->message);
    assert_string_equal(told->title,
                        "head is the same schema on docker:16, docker:17 and docker:18");
    assert_null(nth_of(fixture, "servers.schema", 1));
}

static PgsDriftScope
scope_between(const char *first, const char *second)
{
    g_autoptr(PgsSnapshot) a = pgs_snapshot_new(new_objects(), first);
    g_autoptr(PgsSnapshot) b = pgs_snapshot_new(new_objects(), second);
    return pgs_drift_scope_between(a, b);
}

static void
test_not_null_differs_at_17_and_18(G_GNUC_UNUSED void **state)
{
    assert_int_equal(scope_between("13.22", "16.1"), 0);
    assert_int_equal(scope_between("16.1", "17.6"), PGS_DRIFT_NOT_NULL_DIFFERS);
    assert_int_equal(scope_between("18.1", "17.6"), PGS_DRIFT_NOT_NULL_DIFFERS);
    assert_int_equal(scope_between("18.1", "15.18"), PGS_DRIFT_NOT_NULL_DIFFERS);
    assert_int_equal(scope_between("17.6", "17.5"), 0);
    assert_int_equal(scope_between("18.1", "19.0"), 0);
}

static PgsAcceptance *
accept(Fixture *fixture, const char *check, const char *object)
{
    PgsAcceptance *acceptance = g_new0(PgsAcceptance, 1);
    acceptance->check = g_strdup(check);
    acceptance->object = g_strdup(object);
    acceptance->reason = g_strdup("meant so");
    g_ptr_array_add(fixture->system->accepted, acceptance);
    return acceptance;
}

static void
test_a_difference_can_be_accepted(void **state)
{
    Fixture *fixture = *state;
    GPtrArray *objects = new_objects();
    add_object(objects, "index", "public.i", "public.t", PAIRS("method", "btree"));
    add_head(fixture, "docker:13", "13.22", new_objects());
    add_head(fixture, "docker:17", "17.6", objects);
    accept(fixture, "servers.schema", "index public.i");
    accept(fixture, "servers.schema", "index public.other");
    /* Of a server's own check: that one's sink judges it. */
    accept(fixture, "stairway.down", NULL);
    pgs_versions_judge(&fixture->sink, fixture->heads);
    pgs_sink_finish(&fixture->sink);
    assert_int_equal(nth_of(fixture, "servers.schema", 0)->status, PGS_STATUS_ACCEPTED);
    assert_non_null(strstr(nth_of(fixture, "accept.unused", 0)->title, "public.other"));
    assert_null(nth_of(fixture, "accept.unused", 1));

    /* And a run on one server does not miss what only several can have. */
    fixture->sink.across = FALSE;
    pgs_sink_finish(&fixture->sink);
    assert_string_equal(nth_of(fixture, "accept.unused", 1)->title, "stairway.down");
    assert_null(nth_of(fixture, "accept.unused", 2));
}

static void
test_tolerances_hold(void **state)
{
    Fixture *fixture = *state;
    pgs_system_add_tolerance(fixture->system, "comments");
    for (guint i = 0; i < 2; i++) {
        GPtrArray *objects = new_objects();
        add_object(objects, "view", "public.v", NULL, PAIRS("comment", i == 0 ? "one" : "two"));
        add_head(fixture, i == 0 ? "docker:13" : "docker:15", i == 0 ? "13.22" : "15.18", objects);
    }
    pgs_versions_judge(&fixture->sink, fixture->heads);
    assert_int_equal(nth_of(fixture, "servers.schema", 0)->status, PGS_STATUS_PASSED);
}

/* ---- what is the same on all ---- */

static void
test_what_is_of_the_folder_is_told_once(void **state)
{
    Fixture *fixture = *state;
    add_three(fixture);
    add_server(fixture, "docker:16", NULL);
    static const char *const servers[] = {"docker:13", "docker:15", "docker:18"};
    for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
        add(fixture, servers[i], "folder.unmatched", PGS_STATUS_WARNING, "x.sql", "unmatched");
        add(fixture, servers[i], "accept.unused", PGS_STATUS_WARNING, "nowhere", "unused");
        add(fixture, servers[i], "cycle.up", PGS_STATUS_PASSED, "up", NULL);
        if (i > 0) /* 13 has used it */
            add(fixture, servers[i], "accept.unused", PGS_STATUS_WARNING, "on 13", "unused");
    }
    pgs_versions_settle(fixture->record);
    assert_non_null(nth_of(fixture, "folder.unmatched", 0));
    assert_null(nth_of(fixture, "folder.unmatched", 0)->server);
    assert_null(nth_of(fixture, "folder.unmatched", 0)->server_version);
    assert_null(nth_of(fixture, "folder.unmatched", 1));
    assert_string_equal(nth_of(fixture, "accept.unused", 0)->title, "nowhere");
    assert_null(nth_of(fixture, "accept.unused", 1));
    assert_non_null(nth_of(fixture, "cycle.up", 2));
}

static void
test_a_server_not_to_be_had_is_skipped(void **state)
{
    Fixture *fixture = *state;
    pgs_versions_add_unavailable(fixture->record, "canvas", "docker:14",
                                 "no image for it\nmore lines\nHINT: build one");
    const PgsFinding *finding = nth_of(fixture, "servers.available", 0);
    assert_int_equal(finding->status, PGS_STATUS_SKIPPED);
    assert_string_equal(finding->message, "docker:14: no image for it");
    assert_string_equal(finding->detail, "more lines");
    assert_string_equal(finding->hint, "build one");
    assert_string_equal(finding->server, "docker:14");
    assert_false(pgs_record_has_verdict(fixture->record));
    pgs_versions_add_unavailable(fixture->record, "canvas", "docker:16", "no image\nHINT: build");
    assert_null(nth_of(fixture, "servers.available", 1)->detail);
    pgs_versions_add_unavailable(fixture->record, "canvas", "docker:17", "no image");
    assert_null(nth_of(fixture, "servers.available", 2)->hint);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_verdict_that_differs_is_told),
        TEST(test_the_same_everywhere_passes),
        TEST(test_what_was_not_looked_at_is_no_difference),
        TEST(test_no_finding_is_good_news),
        TEST(test_a_server_that_broke_says_nothing),
        TEST(test_one_server_is_not_compared),
        TEST(test_an_object_on_some_only),
        TEST(test_an_attribute_that_differs),
        TEST(test_spelling_is_a_note),
        TEST(test_the_same_version_spells_alike),
        TEST(test_what_versions_bring_is_left_out),
        TEST(test_not_null_differs_at_17_and_18),
        TEST(test_a_difference_can_be_accepted),
        TEST(test_tolerances_hold),
        TEST(test_what_is_of_the_folder_is_told_once),
        TEST(test_a_server_not_to_be_had_is_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

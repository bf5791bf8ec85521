/* One run on several servers: the record, the reports and the exit code. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"
#include "record/proof.h"
#include "server/engine_helper.h"

#include <glib/gstdio.h>

/* A version that nobody has. */
#define NOWHERE "local:98"
#define NOWHERE_RANGE "local:97..98"

static const struct {
    const char *name, *text;
} files[] = {
    {"001_users.up.sql", "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n"},
    {"001_users.down.sql", "DROP TABLE users;\n"},
    {"requirements.yaml", "requirements:\n"
                          "  - {id: R-1, text: it goes up, checks: [cycle.up]}\n"},
};

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
make_project(void **state)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(folder);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        write_file(folder, files[i].name, files[i].text);
    *state = folder;
    return 0;
}

static int
remove_project(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

static char *
read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        fail_msg("%s is not there", path);
    return text;
}

/* Verifies the folder on servers (NULL-terminated), each a --server; record and junit beside it. */
static int
verify(const char *folder, const char *const *servers, char **output, PgsRecord **record)
{
    g_autofree char *path = g_build_filename(folder, "record.xml", NULL);
    g_autofree char *junit = g_build_filename(folder, "junit.xml", NULL);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    const char *const first[] = {"verify", folder, "--record", path, "--junit", junit};
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(words, (gpointer)first[i]);
    for (; *servers != NULL; servers++) {
        g_ptr_array_add(words, (gpointer) "--server");
        g_ptr_array_add(words, (gpointer)*servers);
    }
    g_ptr_array_add(words, NULL);
    int status = run_program(output, (const char *const *)words->pdata);
    if (record != NULL) {
        g_autoptr(GError) error = NULL;
        *record = pgs_record_read(path, &error);
        if (*record == NULL)
            fail_msg("%s\n%s", error->message, *output);
    }
    return status;
}

#define SERVERS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* NULL: there is none. */
static const PgsFinding *
find(const PgsRecord *record, const char *check, const char *server)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (strcmp(finding->check, check) == 0 && g_strcmp0(finding->server, server) == 0)
            return finding;
    }
    return NULL;
}

static guint
count(const PgsRecord *record, const char *check)
{
    guint n = 0;
    for (guint i = 0; i < record->findings->len; i++)
        n += strcmp(((PgsFinding *)record->findings->pdata[i])->check, check) == 0;
    return n;
}

static void
assert_contains(const char *output, const char *words)
{
    if (strstr(output, words) == NULL)
        fail_msg("\"%s\" is not in:\n%s", words, output);
}

static void
assert_status(int status, int expected, const char *output)
{
    if (status != expected)
        fail_msg("exit code %d, not %d:\n%s", status, expected, output != NULL ? output : "");
}

/* The major version of this machine's server; g_free(). */
static char *
local_server(const char *folder)
{
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    assert_status(verify(folder, SERVERS("local"), &output, &record), 0, output);
    const PgsRecordSystem *system = record->systems->pdata[0];
    assert_int_equal(system->servers->len, 1);
    return g_strdup(((PgsRecordServer *)system->servers->pdata[0])->name);
}

static void
test_each_server_has_its_cases(void **state)
{
    g_autofree char *named = local_server(*state); /* "local:15" */
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    write_file(*state, "pgstair.yaml",
               "systems: {shop: {requirements: requirements.yaml, accept: "
               "[{check: stairway.down, revision: 001, reason: never}]}}\n");
    int status = verify(*state, SERVERS("local", named), &output, &record);
    assert_status(status, 0, output);
    const PgsRecordSystem *system = record->systems->pdata[0];
    assert_int_equal(record->systems->len, 1);
    assert_int_equal(system->servers->len, 2);
    const char *const names[] = {"local", named};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const PgsRecordServer *server = system->servers->pdata[i];
        assert_string_equal(server->name, names[i]);
        assert_true(server->duration > 0);
        assert_true(server->start > 0);
        assert_non_null(find(record, "cycle.up", names[i]));
        assert_string_equal(find(record, "cycle.up", names[i])->server_version, server->version);
    }
    /* Told once: what is of the folder or of the project's file. */
    assert_int_equal(count(record, "folder.format"), 1);
    assert_int_equal(count(record, "accept.unused"), 1);
    assert_non_null(find(record, "accept.unused", NULL));
    assert_int_equal(find(record, "servers.schema", NULL)->status, PGS_STATUS_PASSED);
    assert_int_equal(find(record, "servers.verdict", NULL)->status, PGS_STATUS_PASSED);
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    assert_int_equal(((PgsProof *)proofs->pdata[0])->state, PGS_PROOF_PROVEN);
    assert_int_equal(((PgsProof *)proofs->pdata[0])->by_status[PGS_STATUS_PASSED], 2);
    g_autofree char *junit = read_file(*state, "junit.xml");
    assert_contains(junit, "name=\"base to head [local]\"");
    g_autofree char *second = g_strdup_printf("name=\"base to head [%s]\"", named);
    assert_contains(junit, second);
    assert_contains(output, "pgstair: [local] shop: ");
}

/* "local" is called by what was found, on the way as in the table. */
static void
test_one_name_for_a_server(void **state)
{
    g_autofree char *named = local_server(*state);
    g_autofree char *output = NULL;
    g_autofree char *line = g_strdup_printf("pgstair: [%s] ", named);
    g_autoptr(PgsRecord) record = NULL;
    verify(*state, SERVERS("local", NOWHERE_RANGE), &output, &record);
    assert_non_null(find(record, "cycle.up", named));
    assert_contains(output, line);
    assert_null(strstr(output, "[local]"));
}

/* A word with servers of several kinds is refused before any of them is started. */
static void
test_a_list_is_of_one_kind(void **state)
{
    g_autofree char *output = NULL;
    assert_status(RUN_PROGRAM(&output, "verify", *state, "--server", "local,local:15"), 2, output);
    assert_contains(output, "\nHINT: several kinds: --server twice");
    assert_null(strstr(output, "passed"));
}

/* What this machine has, and two versions that it has not, most likely. */
static char *
long_range(const char *named)
{
    const char *major = strchr(named, ':') + 1;
    g_autofree char *end =
        g_strdup_printf("%" G_GUINT64_FORMAT, g_ascii_strtoull(major, NULL, 10) + 2);
    return g_strdup_printf("local:%s..%s", major, end);
}

static void
test_a_range_goes_on_without_what_is_missing(void **state)
{
    g_autofree char *named = local_server(*state);
    g_autofree char *range = long_range(named);
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    assert_status(verify(*state, SERVERS(range), &output, &record), 0, output);
    assert_non_null(find(record, "cycle.up", named));
    const PgsRecordSystem *system = record->systems->pdata[0];
    assert_int_equal(system->servers->len, 3);
    const PgsRecordServer *last = system->servers->pdata[2];
    const PgsFinding *skipped = find(record, "servers.available", last->name);
    if (skipped == NULL)
        return; /* a machine with all of them */
    assert_int_equal(skipped->status, PGS_STATUS_SKIPPED);
    assert_contains(skipped->message, last->name);
    assert_contains(skipped->message, ": there is no server of PostgreSQL ");
    assert_non_null(skipped->hint);
    assert_contains(output, "SKIPPED  servers.available");
    g_autofree char *junit = read_file(*state, "junit.xml");
    g_autofree char *element = g_strdup_printf("<skipped message=\"%s: ", last->name);
    assert_contains(junit, element);
}

static void
test_what_is_named_has_to_be_there(void **state)
{
    static const char *const lists[] = {NOWHERE, "local:97,98"};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *output = NULL;
        g_autoptr(PgsRecord) record = NULL;
        assert_status(verify(*state, SERVERS(lists[i], "local"), &output, &record), 3, output);
        assert_int_equal(find(record, "run.completed", NOWHERE)->status, PGS_STATUS_ERROR);
        /* The others are verified all the same. */
        assert_int_equal(count(record, "cycle.up"), 1);
        assert_contains(output, "there is no server of PostgreSQL 9");
        assert_contains(output, "NOT VERIFIED");
    }
}

/* Whatever else was verified. */
static void
test_nothing_of_a_range(void **state)
{
    g_autofree char *output = NULL, *beside = NULL;
    g_autoptr(PgsRecord) record = NULL, others = NULL;
    assert_status(verify(*state, SERVERS(NOWHERE_RANGE), &output, &record), 3, output);
    assert_int_equal(count(record, "servers.available"), 2);
    assert_int_equal(count(record, "servers.verdict"), 0);
    assert_contains(output, "nothing of " NOWHERE_RANGE " is to be had");
    assert_contains(output, "local:97: there is no server of PostgreSQL 97");
    assert_contains(output, "local:98: there is no server of PostgreSQL 98");
    assert_contains(output, "HINT: ");
    assert_contains(output, "NOT VERIFIED: 1 error, 2 skipped");

    assert_status(verify(*state, SERVERS("auto", NOWHERE_RANGE), &beside, &others), 3, beside);
    assert_int_equal(count(others, "cycle.up"), 1);
    assert_int_equal(find(others, "run.completed", NULL)->status, PGS_STATUS_ERROR);
    assert_contains(beside, "NOT VERIFIED: 1 error");
    assert_int_equal(count(others, "servers.verdict"), 0); /* one alone differs from nothing */
    assert_contains(beside, "nothing of " NOWHERE_RANGE " is to be had");
    /* It is called what was found, and said so on the way too. */
    const PgsRecordServer *server =
        ((PgsRecordSystem *)others->systems->pdata[0])->servers->pdata[0];
    assert_true(g_str_has_prefix(server->name, "local:"));
    g_autofree char *line = g_strdup_printf("pgstair: [%s] ", server->name);
    assert_contains(beside, line);
}

static void
test_the_file_may_list_servers(void **state)
{
    g_autofree char *output = NULL, *given = NULL;
    g_autoptr(PgsRecord) record = NULL, replaced = NULL;
    write_file(*state, "pgstair.yaml",
               "systems: {shop: {server: [local, \"" NOWHERE_RANGE "\"]}}\n");
    assert_status(verify(*state, SERVERS(NULL), &output, &record), 3, output);
    assert_int_equal(count(record, "servers.available"), 2);
    /* The command line replaces it. */
    assert_status(verify(*state, SERVERS("auto"), &given, &replaced), 0, given);
    assert_int_equal(count(replaced, "servers.available"), 0);
    assert_null(((PgsFinding *)replaced->findings->pdata[0])->server);
}

static void
test_slips_are_usage(void **state)
{
    static const struct {
        const char *yaml, *server, *message;
    } cases[] = {
        {"systems: {shop: {}}\n", "local:18..13", "write local:13..18"},
        {"systems:\n  shop: {server: \"local:18..13\"}\n", NULL, "pgstair.yaml:2:3: "},
        {"systems: {shop: {server: {a: b}}}\n", NULL, "pgstair.yaml:1:26: "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *output = NULL;
        write_file(*state, "pgstair.yaml", cases[i].yaml);
        assert_status(verify(*state, SERVERS(cases[i].server), &output, NULL), 2, output);
        assert_contains(output, cases[i].message);
    }
}

static void
test_other_commands_take_one(void **state)
{
    static const char *const commands[] = {"snapshot", "shell", "init"};
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *output = NULL;
        int status = RUN_PROGRAM(&output, commands[i], *state, "--server", "local:15,16");
        assert_status(status, 2, output);
        assert_contains(output, "names 2 servers, and this command runs on one");
        assert_contains(output, "HINT: give one of them: --server local:15");
    }
    g_autofree char *output = NULL;
    g_autofree char *file = g_build_filename(*state, "shared", NULL);
    int status =
        RUN_PROGRAM(&output, "server", "start", file, "--server", "local", "--server", "local:15");
    assert_status(status, 2, output);
    assert_contains(output, "names 2 servers");
    /* What a file lists does not keep them from the first. */
    write_file(*state, "pgstair.yaml", "systems: {shop: {server: [local, \"local:97..98\"]}}\n");
    g_autofree char *snapshot = NULL;
    assert_status(RUN_PROGRAM(&snapshot, "snapshot", *state), 0, snapshot);
}

/* A folder that cannot be read is no matter of the server. */
static void
test_a_broken_folder_is_told_once(void **state)
{
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    g_autofree char *named = local_server(*state);
    g_autofree char *range = long_range(named);
    write_file(*state, "pgstair.yaml",
               "systems:\n  good: {}\n  bad: {migrations: ., floor: 777}\n");
    assert_status(verify(*state, SERVERS(range), &output, &record), 2, output);
    assert_int_equal(count(record, "run.completed"), 1);
    assert_null(find(record, "run.completed", NULL)->server);
    assert_int_equal(count(record, "cycle.up"), 1);
}

static void
test_secrets_stay_out(void **state)
{
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    int status =
        verify(*state, SERVERS("local", "postgresql://u:SECRET@127.0.0.1:1/d?connect_timeout=2"),
               &output, &record);
    assert_status(status, 3, output);
    g_autofree char *text = read_file(*state, "record.xml");
    g_autofree char *junit = read_file(*state, "junit.xml");
    assert_null(strstr(output, "SECRET"));
    assert_null(strstr(text, "SECRET"));
    assert_null(strstr(junit, "SECRET"));
    assert_contains(text, "127.0.0.1:1");
}

/* ---- versions, in containers ---- */

/* NULLS NOT DISTINCT is of 15; what is asked of the version makes another schema at 17; a downgrade
 * leaves something behind on 18. */
static void
test_versions_that_differ(void **state)
{
    static const char *const versions[] = {"13", "15", "17", "18"};
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autofree char *image = g_strdup_printf("localhost/pgstair-postgres:%s", versions[i]);
        test_need_image(image);
    }
    write_file(*state, "001_users.up.sql",
               "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL,\n"
               "    CONSTRAINT named CHECK (length(trim(email)) > 0));\n"
               "CREATE DOMAIN short AS text NOT NULL;\n"
               "DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN\n"
               "    CREATE INDEX users_email_idx ON users (email); END IF; END $$;\n");
    write_file(*state, "001_users.down.sql", "DROP TABLE users; DROP DOMAIN short;\n");
    write_file(*state, "002_mood.up.sql", "CREATE TYPE mood AS ENUM ('a');\n");
    write_file(*state, "002_mood.down.sql",
               "DO $$ BEGIN IF current_setting('server_version_num')::int < 180000 THEN\n"
               "    DROP TYPE mood; END IF; END $$;\n");
    write_file(*state, "pgstair.yaml",
               "systems:\n  shop:\n    requirements: requirements.yaml\n"
               "    accept: [{check: stairway.down, revision: 002, reason: only on 18}]\n");
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    g_autofree char *list = g_strdup_printf("%s:13,15,17..18", test_engine_name());
    g_autofree char *last = g_strdup_printf("%s:18", test_engine_name());
    g_autofree char *first = g_strdup_printf("%s:13", test_engine_name());
    assert_status(verify(*state, SERVERS(list), &output, &record), 1, output);
    const PgsRecordSystem *system = record->systems->pdata[0];
    assert_int_equal(system->servers->len, 4);
    assert_int_equal(find(record, "cycle.down", first)->status, PGS_STATUS_PASSED);
    assert_int_equal(find(record, "cycle.down", last)->status, PGS_STATUS_FAILED);
    /* The acceptance is needed on 18 alone, and that is enough. */
    assert_int_equal(count(record, "accept.unused"), 0);
    const PgsFinding *verdict = find(record, "servers.verdict", NULL);
    assert_int_equal(verdict->status, PGS_STATUS_INFO);
    assert_string_equal(verdict->title, "cycle.down, head to base");
    assert_contains(verdict->message, "passes on ");
    assert_contains(verdict->message, last);
    /* The index, and nothing that versions bring with them: no NOT NULL, of column or domain. */
    guint warnings = 0;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, "servers.schema") != 0 || finding->status == PGS_STATUS_INFO)
            continue;
        assert_string_equal(finding->object, "index public.users_email_idx");
        assert_int_equal(finding->status, PGS_STATUS_WARNING);
        warnings++;
    }
    assert_int_equal(warnings, 1);
    assert_contains(output, "index public.users_email_idx");
}

/* In front of the engine's program; from the question for version 16 on, no engine answers. */
static const char mortal_engine[] =
    "#!/bin/sh\n"
    "case \"$*\" in *image*inspect*:16*) : >'%s/gone' ;; esac\n"
    "if [ -e '%s/gone' ]; then\n"
    "  echo 'Cannot connect to the Docker daemon. Is the docker daemon running?' >&2\n"
    "  exit 1\n"
    "fi\n"
    "exec '%s' \"$@\"\n";

/* Versions without an image are left out; those of an engine that ended meanwhile are not. */
static void
test_an_engine_that_ends_is_no_missing_image(void **state)
{
    test_need_image("localhost/pgstair-postgres:15");
    g_autofree char *real = g_find_program_in_path(test_engine_name());
    g_autofree char *bin = g_build_filename(*state, "bin", NULL);
    g_autofree char *front = g_build_filename(bin, test_engine_name(), NULL);
    g_autofree char *script = g_strdup_printf(mortal_engine, bin, bin, real);
    assert_int_equal(g_mkdir(bin, 0700), 0);
    write_file(bin, test_engine_name(), script);
    assert_int_equal(g_chmod(front, 0700), 0);
    g_autofree char *range = g_strdup_printf("%s:15..17", test_engine_name());
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autofree char *changed = g_strdup_printf("%s:%s", bin, path);
    g_setenv("PATH", changed, TRUE);
    g_autofree char *output = NULL;
    g_autoptr(PgsRecord) record = NULL;
    int status = verify(*state, SERVERS(range), &output, &record);
    g_setenv("PATH", path, TRUE);
    assert_status(status, 3, output);
    assert_int_equal(count(record, "cycle.up"), 1);
    assert_int_equal(count(record, "run.completed"), 2);
    assert_int_equal(count(record, "servers.available"), 0);
    assert_contains(output, "engine answers");
    assert_contains(output, "NOT VERIFIED: 2 errors");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_project, remove_project)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_server_has_its_cases),
        TEST(test_one_name_for_a_server),
        TEST(test_a_list_is_of_one_kind),
        TEST(test_a_range_goes_on_without_what_is_missing),
        TEST(test_what_is_named_has_to_be_there),
        TEST(test_nothing_of_a_range),
        TEST(test_the_file_may_list_servers),
        TEST(test_slips_are_usage),
        TEST(test_other_commands_take_one),
        TEST(test_a_broken_folder_is_told_once),
        TEST(test_secrets_stay_out),
        TEST(test_versions_that_differ),
        TEST(test_an_engine_that_ends_is_no_missing_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Covers harness/operate/align.c, align_verify.c, align_ground.c, align_changes.c and align_rows.c.
 */
#include "cmocka_all.h"

#include "operate/align.h"
#include "project/project.h"
#include "script_fixture.h"

#include <glib/gstdio.h>

typedef struct {
    PgsServer *server;
    char *database, *folder, *backups;
    GString *told;
} Fixture;

static void
take(const PgsAlignNews *news, gpointer data)
{
    g_string_append_printf(data, "%s%s", pgs_align_stage_name(news->stage),
                           news->is_done ? "!" : ":");
    if (news->revision >= 0)
        g_string_append_printf(data, " [%d]", news->revision);
    g_string_append_printf(data, " %s\n", news->text);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
start(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    fixture->backups = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    fixture->told = g_string_new(NULL);
    write_file(fixture->folder, "001_a.up.sql",
               "CREATE TABLE a (id int PRIMARY KEY);\n"
               "CREATE TABLE b (id int PRIMARY KEY, a_id int, n int);\n");
    write_file(fixture->folder, "001_a.down.sql", "DROP TABLE b, a;\n");
    write_file(fixture->folder, "002_key.up.sql",
               "ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a;\n"
               "ALTER TABLE b ADD CONSTRAINT ck CHECK (n > 0);\n"
               "ALTER TABLE b ALTER n SET NOT NULL;\n");
    write_file(fixture->folder, "002_key.down.sql",
               "ALTER TABLE b DROP CONSTRAINT fk, DROP CONSTRAINT ck, ALTER n DROP NOT NULL;\n");
    write_file(fixture->folder, "003_small.up.sql",
               "ALTER TABLE b ALTER n TYPE smallint;\n"
               "ALTER TABLE a ADD CONSTRAINT later CHECK (id < 1000) NOT VALID;\n");
    write_file(fixture->folder, "003_small.down.sql",
               "ALTER TABLE a DROP CONSTRAINT later;\nALTER TABLE b ALTER n TYPE int;\n");
    *state = fixture;
    return 0;
}

static int
stop(void **state)
{
    Fixture *fixture = *state;
    pgs_fs_remove_tree(fixture->folder, NULL);
    pgs_fs_remove_tree(fixture->backups, NULL);
    g_free(fixture->backups);
    pgs_server_stop(fixture->server);
    g_string_free(fixture->told, TRUE);
    g_free(fixture->folder);
    g_free(fixture->database);
    g_free(fixture);
    return 0;
}

/* A database that is somebody's, with that in it. */
static void
give(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_free(fixture->database);
    fixture->database = script_database(fixture->server);
    g_autoptr(PgsConnection) connection = script_connect(fixture->server, fixture->database);
    if (!pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

static PgsDatabase *
open_target(const Fixture *fixture, PgsEnvironment *environment)
{
    g_autoptr(GError) error = NULL;
    environment->url =
        g_strdup_printf("%s dbname='%s'", pgs_server_conninfo(fixture->server), fixture->database);
    PgsDatabase *target = pgs_database_open(environment, NULL, NULL, NULL, &error);
    if (target == NULL)
        fail_msg("%s", error->message);
    return target;
}

static gboolean
run(Fixture *fixture, const PgsSystem *system, PgsAlignOptions options, GError **error)
{
    g_autoptr(PgsHistory) history = pgs_history_read(fixture->folder, "plain", error);
    g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, error);
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    environment->lock_wait = 200;
    environment->backup_folder = g_strdup(fixture->backups);
    g_autoptr(PgsDatabase) target = open_target(fixture, environment);
    g_string_truncate(fixture->told, 0);
    options.told = take;
    options.data = fixture->told;
    return pgs_align_run(target, system, history, ledger, &options, error);
}

static gboolean
align(Fixture *fixture, gboolean dry_run, GError **error)
{
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    return run(fixture, system, (PgsAlignOptions){.dry_run = dry_run}, error);
}

static void
assert_told(const Fixture *fixture, const char *text)
{
    if (strstr(fixture->told->str, text) == NULL)
        fail_msg("not told: %s\n%s", text, fixture->told->str);
}

#define LEGACY                                                                                     \
    "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a_id int, n int);"   \
    "INSERT INTO a VALUES (1);"

static void
test_aligned(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY "INSERT INTO b VALUES (1, 1, 1), (2, 1, 2)");
    if (!align(fixture, TRUE, &error))
        fail_msg("%s", error->message);
    assert_told(fixture, "baseline: its schema is that of 001_a");
    assert_null(strstr(fixture->told->str, "books!"));
    if (!align(fixture, FALSE, &error))
        fail_msg("%s", error->message);
    assert_told(fixture, "columns: [1] column public.b.n: not null: no → yes");
    assert_told(fixture, "rows! no row breaks any of 3 new rules");
    assert_told(fixture, "revision! [1] columns 1, keys 1, constraints 1");
    assert_told(fixture, "verification! its schema is that of head");
    assert_told(fixture, "5 constraints are valid; the migrations leave these unvalidated: "
                         "public.a.later");
    assert_told(fixture, "no table has fewer rows: 3 in 2 of them");
    /* A second time there is nothing to align. */
    assert_false(align(fixture, FALSE, &error));
    assert_non_null(strstr(error->message, "books of plain already"));
}

static void
test_bad_rows(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY "INSERT INTO b VALUES (1, 9, 1), (2, 1, 0), (3, 1, NULL)");
    assert_false(align(fixture, FALSE, &error));
    assert_non_null(strstr(error->message, "rows break 3 rules"));
    assert_told(fixture, "foreign key public.b.fk: 1 row of public.b breaks it (id 1)");
    assert_told(fixture, "check constraint public.b.ck: 1 row of public.b breaks it (id 2)");
    assert_told(fixture, "column public.b.n: 1 row of public.b breaks NOT NULL (id 3)");
    assert_null(strstr(fixture->told->str, "books!"));
}

/* MATCH FULL refuses a row that is null in part, too. */
static void
test_match_full(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *usual = g_steal_pointer(&fixture->folder);
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    write_file(fixture->folder, "001_a.up.sql",
               "CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));\n"
               "CREATE TABLE b (id int PRIMARY KEY, x int, y int);\n");
    write_file(fixture->folder, "001_a.down.sql", "DROP TABLE b, a;\n");
    write_file(fixture->folder, "002_key.up.sql",
               "ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES a MATCH FULL;\n");
    write_file(fixture->folder, "002_key.down.sql", "ALTER TABLE b DROP CONSTRAINT fk;\n");
    give(fixture, "CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));"
                  "CREATE TABLE b (id int PRIMARY KEY, x int, y int);"
                  "INSERT INTO b VALUES (1, NULL, NULL), (2, 7, NULL)");
    gboolean is_aligned = align(fixture, FALSE, &error);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    fixture->folder = g_steal_pointer(&usual);
    assert_false(is_aligned);
    assert_told(fixture, "foreign key public.b.fk: 1 row of public.b breaks it (id 2)");
}

static void
test_stranger(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY "ALTER TABLE a ADD extra text");
    assert_false(align(fixture, FALSE, &error));
    assert_non_null(strstr(error->message, "the nearest is 001_a, with 1 difference"));
    assert_non_null(strstr(error->message, "column public.a.extra"));
}

/* ---- what stops it half-way, and before it has begun ---- */

static void
assert_value(const Fixture *fixture, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = script_connect(fixture->server, fixture->database);
    g_autofree char *value = NULL;
    if (!pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    assert_string_equal(value != NULL ? value : "NULL", expected);
}

#define APPLIED "SELECT string_agg(version, ' ' ORDER BY version) FROM pgstair_migrations"

/* A row that no rule tells of: where it stands, the way on and the way back. */
static void
test_stops_half_way(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    give(fixture, LEGACY "INSERT INTO b VALUES (1, 1, 100000)");
    assert_false(run(fixture, system, (PgsAlignOptions){.backup = TRUE}, &error));
    assert_true(g_error_matches(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED));
    assert_non_null(strstr(error->message, "003_small.up.sql:1"));
    assert_non_null(strstr(error->message, "smallint out of range"));
    assert_non_null(strstr(error->message, "the database stands at 002_key now"));
    assert_non_null(strstr(error->message, "pgstair migrate upgrade"));
    assert_non_null(strstr(error->message, "pgstair migrate restore "));
    assert_non_null(strstr(error->message, "before-align"));
    assert_value(fixture, APPLIED, "001 002");
    assert_value(fixture, "SELECT n FROM b", "100000");
}

/* Rows that a revision on the way mends: asked for by --force, and true then. */
static void
test_force(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    write_file(fixture->folder, "002_key.up.sql",
               "UPDATE b SET n = 1 WHERE n IS NULL;\n"
               "ALTER TABLE b ALTER n SET NOT NULL;\n"
               "ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a;\n"
               "ALTER TABLE b ADD CONSTRAINT ck CHECK (n > 0);\n");
    give(fixture, LEGACY "INSERT INTO b VALUES (1, 1, NULL)");
    assert_false(run(fixture, system, (PgsAlignOptions){0}, &error));
    assert_non_null(strstr(error->message, "--force"));
    assert_value(fixture, "SELECT to_regclass('pgstair_migrations')::text", "NULL");
    g_clear_error(&error);
    if (!run(fixture, system, (PgsAlignOptions){.force = TRUE}, &error))
        fail_msg("%s", error->message);
    assert_told(fixture, "column public.b.n: 1 row of public.b breaks NOT NULL (id 1)");
    assert_value(fixture, "SELECT n FROM b", "1");

    /* What no revision mends stops it, and says so. */
    give(fixture, LEGACY "INSERT INTO b VALUES (1, 9, 1)");
    assert_false(run(fixture, system, (PgsAlignOptions){.force = TRUE}, &error));
    assert_non_null(strstr(error->message, "the database stands at 001_a now"));
    assert_value(fixture, APPLIED, "001");
}

static void
test_locked(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY);
    g_autoptr(PgsConnection) other = script_connect(fixture->server, fixture->database);
    assert_true(
        pgs_connection_run(other, "SELECT pg_catalog.pg_advisory_lock(1885827956, 1)", NULL));
    assert_false(align(fixture, FALSE, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOCKED));
    assert_value(fixture, "SELECT to_regclass('pgstair_migrations')::text", "NULL");
}

static gboolean
say_no(gpointer data, GError **error)
{
    g_string_append(data, "asked\n");
    g_set_error(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_REFUSED, "no");
    return FALSE;
}

static void
test_refused(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    give(fixture, LEGACY);
    assert_false(run(fixture, system, (PgsAlignOptions){.confirm = say_no}, &error));
    assert_told(fixture, "asked");
    assert_string_equal(error->message, "no");
    assert_value(fixture, "SELECT to_regclass('pgstair_migrations')::text", "NULL");
}

/* ---- schemas that are nearly a revision's ---- */

/* With that pgstair.yaml. */
static gboolean
align_as(Fixture *fixture, const char *yaml, GError **error)
{
    g_autofree char *config = g_build_filename(fixture->folder, "pgstair.yaml", NULL);
    write_file(fixture->folder, "pgstair.yaml", yaml);
    g_autoptr(PgsProject) project = pgs_project_read(config, error);
    g_remove(config);
    if (project == NULL)
        fail_msg("%s", (*error)->message);
    return run(fixture, g_ptr_array_index(project->systems, 0), (PgsAlignOptions){0}, error);
}

#define SYSTEM "systems:\n  it:\n    migrations: .\n    format: plain\n"

#define MODEL                                                                                      \
    "CREATE TABLE a (id int PRIMARY KEY);"                                                         \
    "CREATE TABLE b (id int PRIMARY KEY, a_id int, n int, more text);"

/* The books may not say what is not so: a revision is missing, and it is said which. */
static void
test_as_the_model(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    write_file(fixture->folder, "model.sql", MODEL);
    give(fixture, MODEL);
    assert_false(align_as(fixture, SYSTEM "    model: [{sql: model.sql}]\n", &error));
    assert_non_null(strstr(error->message, "it is what the models make"));
    assert_non_null(strstr(error->message, "--from-diff model"));
    assert_value(fixture, "SELECT to_regclass('pgstair_migrations')::text", "NULL");
    g_clear_error(&error);
    give(fixture, MODEL "ALTER TABLE a ADD other text");
    assert_false(align_as(fixture, SYSTEM "    model: [{sql: model.sql}]\n", &error));
    assert_null(strstr(error->message, "it is what the models make"));
}

#define OTHER_ORDER                                                                                \
    "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int, id int PRIMARY KEY, n int);"

static void
test_tolerances(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, OTHER_ORDER);
    assert_false(align_as(fixture, SYSTEM "    strict: true\n", &error));
    assert_non_null(strstr(error->message, "the nearest is 001_a"));
    g_clear_error(&error);
    if (!align_as(fixture, SYSTEM "    strict: true\n    tolerate: [column-order]\n", &error))
        fail_msg("%s", error->message);
    assert_told(fixture, "baseline: its schema is that of 001_a");
}

/* Told, though it does not count: a revision's INSERT may go by the order of columns. */
static void
test_small_print(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, OTHER_ORDER);
    if (!align(fixture, TRUE, &error))
        fail_msg("%s", error->message);
    assert_told(fixture, "baseline: its schema is that of 001_a");
    assert_told(fixture, "baseline: but for: table public.b: column order: id, a_id, n → a_id, id");
}

/* A role that the migrations name and do not make: the target's server has it. */
static void
test_role_of_the_target(void **state)
{
    Fixture own = *(Fixture *)*state; /* borrows all but its folder and database */
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    own.folder = folder;
    own.database = NULL;
    write_file(folder, "001_a.up.sql", "CREATE TABLE a (id int);\nGRANT SELECT ON a TO aligner;\n");
    write_file(folder, "001_a.down.sql", "DROP TABLE a;\n");
    give(&own, "CREATE ROLE aligner; CREATE TABLE a (id int); GRANT SELECT ON a TO aligner");
    gboolean is_aligned = align(&own, TRUE, &error);
    g_free(own.database);
    pgs_fs_remove_tree(folder, NULL);
    if (!is_aligned)
        fail_msg("%s", error->message);
    assert_told(&own, "baseline: its schema is that of 001_a");
}

/* By what belongs to a table too: base, where three objects fewer differ, is not nearer. */
static void
test_nearest(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY "ALTER TABLE a ADD extra text; CREATE TABLE mine (id int);"
                         "CREATE INDEX own ON b (n); ALTER TABLE b ALTER a_id TYPE bigint");
    assert_false(align(fixture, FALSE, &error));
    if (strstr(error->message, "the nearest is 001_a, with 4 differences") == NULL)
        fail_msg("%s", error->message);
}

static void
test_dirty_books(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean"
                         " NOT NULL); INSERT INTO schema_migrations VALUES (1, true)");
    g_autoptr(PgsHistory) history = pgs_history_read(fixture->folder, "golang-migrate", &error);
    g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, &error);
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    g_autoptr(PgsDatabase) target = open_target(fixture, environment);
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    const PgsAlignOptions options = {0};
    assert_false(pgs_align_run(target, system, history, ledger, &options, &error));
    assert_non_null(strstr(error->message, "is dirty"));
    assert_non_null(strstr(error->message, "resolve"));
}

/* Books of another folder: what they name is not to be mixed with this one's. */
static void
try_unknown_books(Fixture *fixture, const char *format, const char *books)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strconcat(LEGACY, books, NULL);
    give(fixture, sql);
    g_autoptr(PgsHistory) history = pgs_history_read(fixture->folder, format, &error);
    g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, &error);
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    environment->backup = FALSE;
    g_autoptr(PgsDatabase) target = open_target(fixture, environment);
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    const PgsAlignOptions options = {.dry_run = TRUE};
    assert_false(pgs_align_run(target, system, history, ledger, &options, &error));
    if (strstr(error->message, "that the folder has no file of: 77") == NULL)
        fail_msg("%s", error->message);
}

static void
test_unknown_books(void **state)
{
    try_unknown_books(*state, "golang-migrate",
                      "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean"
                      " NOT NULL); INSERT INTO schema_migrations VALUES (77, false)");
    try_unknown_books(*state, "plain",
                      "CREATE TABLE pgstair_migrations (version text PRIMARY KEY, name text NOT"
                      " NULL, applied_at timestamptz NOT NULL DEFAULT now(), sha256 text NOT NULL);"
                      "INSERT INTO pgstair_migrations VALUES ('77', '', now(), '')");
}

/* Broken off: the books say where it stands, though the run's own cancellable is used up. */
static void
cancel(const PgsAlignNews *news, gpointer data)
{
    if (news->stage == PGS_ALIGN_REVISION)
        g_cancellable_cancel(data);
}

static void
test_interrupted(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    give(fixture, LEGACY);
    g_autoptr(PgsHistory) history = pgs_history_read(fixture->folder, "plain", &error);
    g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, &error);
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    g_autoptr(PgsDatabase) target = open_target(fixture, environment);
    g_autoptr(PgsSystem) system = pgs_system_new(fixture->folder);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_set_object(&target->cancellable, cancellable);
    const PgsAlignOptions options = {.told = cancel, .data = cancellable};
    assert_false(pgs_align_run(target, system, history, ledger, &options, &error));
    if (strstr(error->message, "interrupted: the database stands at 002_key now") == NULL)
        fail_msg("%s", error->message);
    assert_value(fixture, APPLIED, "001 002");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_match_full),
        cmocka_unit_test(test_stranger),
        cmocka_unit_test(test_stops_half_way),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_as_the_model),
        cmocka_unit_test(test_tolerances),
        cmocka_unit_test(test_small_print),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_dirty_books),
        cmocka_unit_test(test_unknown_books),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_role_of_the_target),
        cmocka_unit_test(test_force), /* changes the second revision: last */
    };
    return cmocka_run_group_tests(tests, start, stop);
}

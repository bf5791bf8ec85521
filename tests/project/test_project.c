/*
 * Covers harness/project/project.c, system_fields.c, sample_fields.c, requirement_fields.c,
 * tool_fields.c, command_fields.c and reading.c: a sample that uses every key, and files that
 * include others.
 */
#include "cmocka_all.h"

#include "base/fs.h"
#include "config/document.h"
#include "project/project.h"
#include "schema_check.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FULL PGS_TEST_DIR "/full"

static PgsProject *
read_project(const char *path)
{
    g_autoptr(GError) error = NULL;
    PgsProject *project = pgs_project_read(path, &error);
    if (project == NULL)
        fail_msg("%s", error->message);
    return project;
}

static PgsSystem *
find(const PgsProject *project, const char *name)
{
    PgsSystem *system = pgs_project_find(project, name, NULL);
    assert_non_null(system);
    return system;
}

static void
assert_list(char *const *list, const char *expected)
{
    g_autofree char *joined = g_strjoinv("|", (char **)list);
    assert_string_equal(joined, expected);
}

static void
assert_place(const PgsPlace *place, guint line, guint column)
{
    assert_string_equal(place->file, FULL "/pgstair.yaml");
    assert_int_equal(place->line, line);
    assert_int_equal(place->column, column);
}

static void
test_systems(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    assert_string_equal(project->path, FULL "/pgstair.yaml");
    assert_int_equal(project->systems->len, 4);
    assert_string_equal(find(project, "more")->folder, FULL "/more/migrations");
    assert_string_equal(find(project, "more")->place.file, FULL "/more/pgstair.yaml");
    assert_string_equal(find(project, "extra")->folder, FULL);
    assert_string_equal(find(project, "extra")->server, "auto");
    assert_null(find(project, "extra")->only);
    assert_null(find(project, "extra")->requirements);
}

static void
test_system(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const PgsSystem *full = find(project, "full");
    assert_string_equal(full->name, "full");
    assert_string_equal(full->folder, FULL "/migrations");
    assert_string_equal(full->format, "plain");
    assert_string_equal(full->server, "local:15");
    assert_string_equal(full->floor, "001");
    assert_int_equal(full->tolerances->len, 2);
    const PgsTolerance *short_form = full->tolerances->pdata[0];
    assert_string_equal(short_form->name, "column-order");
    assert_null(short_form->reason);
    assert_null(short_form->until);
    const PgsTolerance *tolerance = full->tolerances->pdata[1];
    assert_string_equal(tolerance->name, "white-space");
    assert_string_equal(tolerance->reason, "the formatter's, agreed on 3 May");
    assert_string_equal(tolerance->until, "2027-01-31");
    assert_place(&tolerance->place, 15, 9);
    assert_int_equal(full->strict, TRUE);
    assert_int_equal(full->statement_timeout, 90 * 1000);
    assert_int_equal(full->start_timeout, 120 * 1000);
    assert_string_equal(full->owner, "app_owner");
    assert_string_equal(full->start, FULL "/legacy.sql");
    assert_list(full->only, "cycle|expect");
    assert_list(full->skip, "redundancy");
    assert_string_equal(full->live, "$PRODUCTION_URL");
    assert_place(&full->place, 8, 3);
}

static void
test_prepare(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const GPtrArray *prepare = find(project, "full")->prepare;
    assert_int_equal(prepare->len, 3);
    const PgsSqlText *first = g_ptr_array_index(prepare, 0);
    assert_string_equal(first->text, "CREATE EXTENSION IF NOT EXISTS pgcrypto");
    assert_null(first->path);
    assert_place(&first->place, 23, 9);
    const PgsSqlText *second = g_ptr_array_index(prepare, 1);
    assert_string_equal(second->path, FULL "/roles.sql");
    assert_null(second->text);
    const PgsSqlText *third = g_ptr_array_index(prepare, 2);
    assert_string_equal(third->text, "CREATE SCHEMA app;\nCREATE SCHEMA other;\n");
}

static void
test_tool(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const PgsSystem *full = find(project, "full");
    const PgsToolSettings *tool = full->tool;
    assert_string_equal(tool->alembic.python, FULL "/more/python");
    assert_string_equal(tool->alembic.config, FULL "/more/pgstair.yaml");
    assert_string_equal(tool->alembic.section, "tenants");
    assert_list(tool->alembic.arguments, "url={url}|tenant=a");
    assert_true(tool->alembic.all_heads);
    assert_string_equal(tool->patterns.up, "{version}/forward_{name}.sql");
    assert_string_equal(tool->patterns.down, "{version}/back_{name}.sql");
    assert_true(tool->patterns.by_name);
    assert_true(tool->patterns.no_transaction);
    assert_true(tool->patterns.whole);
    assert_list(tool->environment, "APP_URL={url}|LEVEL=3|BRACE={{x}}");
    assert_list(tool->url_variables, "APP_DATABASE_URL");
    assert_string_equal(tool->url_scheme, "postgresql+asyncpg");
    assert_int_equal(tool->timeout, 90 * 1000);
    assert_list(tool->placeholders, "schema=app|level=2");
    assert_list(tool->ledger, "app.versions");
    assert_int_equal(tool->downs, PGS_DOWNS_REQUIRED);
    assert_string_equal(tool->git_base, "origin/main");
    assert_string_equal(full->since, "git:origin/main");
}

static void
test_commands(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const PgsCommandSettings *commands = &find(project, "full")->tool->commands;
    assert_null(commands->list);
    assert_string_equal(commands->files, "*/migrations/[0-9]*.py");
    assert_list(commands->up, "./manage.py|migrate|{series}|{name}");
    assert_list(commands->down, "./manage.py|migrate|{series}|{name}");
    assert_list(commands->probe, "./manage.py|showmigrations|--database={database}");
    assert_string_equal(commands->base, "zero");
    assert_string_equal(commands->folder, FULL "/more");
    assert_false(commands->one_by_one);
    const PgsToolSettings *listed = find(project, "listed")->tool;
    assert_list(listed->commands.list, "python3|list.py");
    assert_null(listed->commands.match);
    assert_string_equal(listed->commands.folder, FULL);
    assert_true(listed->commands.one_by_one);
    assert_list(listed->url_variables, "A_URL|B_URL");
    assert_int_equal(listed->timeout, 10 * 60 * 1000);
    assert_int_equal(listed->downs, PGS_DOWNS_USUAL);
    assert_false(listed->alembic.all_heads);
    assert_null(find(project, "extra")->tool->commands.up);
}

static void
test_server(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const PgsSystem *full = find(project, "full");
    assert_string_equal(full->image, "postgis/postgis:{major}-3.4");
    assert_list(full->settings,
                "shared_preload_libraries=pg_stat_statements, auto_explain|"
                "pg_stat_statements.track=all|max_locks_per_transaction=512|jit=yes|"
                "search_path=\"$user\", \"Wide Name\", public|"
                "default_text_search_config=|timezone=Europe/Berlin|"
                "temp_tablespaces=");
    assert_int_equal(g_strv_length(full->setting_places), 8);
    assert_true(g_str_has_suffix(full->setting_places[1], "/pgstair.yaml:242:7"));
    assert_string_equal(full->locale, "de-AT");
    assert_string_equal(full->locale_provider, "ICU");
    assert_true(g_str_has_suffix(full->locale_place, "/pgstair.yaml:250:7"));
    const PgsSystem *extra = find(project, "extra");
    assert_null(extra->image);
    assert_null(extra->settings[0]);
    assert_null(extra->locale);
}

static void
test_accepted_and_severities(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const PgsSystem *full = find(project, "full");
    assert_int_equal(full->accepted->len, 2);
    const PgsAcceptance *first = g_ptr_array_index(full->accepted, 0);
    assert_string_equal(first->check, "stairway.down");
    assert_string_equal(first->revision, "0007_create_users");
    assert_string_equal(first->object, "enum type public.mo?d*");
    assert_string_equal(first->title, "* is not restored");
    assert_string_equal(first->reason, "irreversible, agreed");
    assert_string_equal(first->until, "2028-02-29");
    assert_place(&first->place, 36, 9);
    const PgsAcceptance *second = g_ptr_array_index(full->accepted, 1);
    assert_null(second->revision);
    assert_null(second->object);
    assert_null(second->title);
    assert_null(second->until);

    assert_int_equal(full->severities->len, 2);
    const PgsSeverity *info = g_ptr_array_index(full->severities, 0);
    assert_string_equal(info->check, "redundancy.covered-index");
    assert_string_equal(info->severity, "info");
    assert_place(&info->place, 31, 7);
    assert_string_equal(((PgsSeverity *)g_ptr_array_index(full->severities, 1))->severity,
                        "warning");
}

static void
test_models(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const GPtrArray *models = find(project, "full")->models;
    assert_int_equal(models->len, 3);
    const PgsModel *short_one = g_ptr_array_index(models, 0);
    assert_string_equal(short_one->sql, FULL "/schema_new.sql");
    assert_string_equal(short_one->name, "schema_new.sql");
    assert_null(short_one->command);
    assert_list(short_one->requirements, "");
    const PgsModel *command = g_ptr_array_index(models, 1);
    assert_null(command->sql);
    assert_list(command->command, "python3|models.py|--all");
    assert_string_equal(command->name, "the models");
    assert_string_equal(command->folder, FULL "/seeds");
    assert_int_equal(command->timeout, 60 * 1000);
    assert_list(command->ignore, "public.alembic_version|index public.ix_old");
    assert_list(command->requirements, "X-1|X-2");
    assert_place(&command->place, 45, 9);
    const PgsModel *last = g_ptr_array_index(models, 2);
    assert_string_equal(last->folder, FULL);
    assert_list(last->requirements, "X-3");
}

static void
assert_column(const PgsSample *sample, guint i, const char *column, PgsValueSource source,
              const char *text)
{
    const PgsColumnMap *map = g_ptr_array_index(sample->columns, i);
    assert_string_equal(map->column, column);
    assert_int_equal(map->source, source);
    if (text == NULL)
        assert_null(map->text);
    else
        assert_string_equal(map->text, text);
}

static void
test_samples(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const GPtrArray *samples = find(project, "full")->samples;
    assert_int_equal(samples->len, 4);
    const PgsSample *path = g_ptr_array_index(samples, 0);
    assert_int_equal(path->format, PGS_SAMPLE_SQL);
    assert_string_equal(path->pattern, FULL "/seeds/sample.sql");
    assert_string_equal(path->at, "head");
    assert_true(path->idempotent);
    const PgsSample *sql = g_ptr_array_index(samples, 1);
    assert_string_equal(sql->pattern, FULL "/seeds/*.sql");
    assert_string_equal(sql->at, "002");
    assert_false(sql->idempotent);
    assert_list(sql->requirements, "X-1");
    assert_place(&sql->place, 54, 9);
    const PgsSample *csv = g_ptr_array_index(samples, 2);
    assert_int_equal(csv->format, PGS_SAMPLE_CSV);
    assert_string_equal(csv->table, "users");
    assert_list(csv->key, "id|Key");
    assert_string_equal(csv->null_text, "");
    assert_string_equal(csv->delimiter, ";");
    assert_int_equal(csv->columns->len, 0);
    const PgsSample *json = g_ptr_array_index(samples, 3);
    assert_int_equal(json->format, PGS_SAMPLE_JSON);
    assert_string_equal(json->pattern, FULL "/seeds/docs/*.json");
    assert_string_equal(json->root, FULL "/seeds");
    assert_string_equal(json->table, "app.docs");
    assert_list(json->key, "entity_key");
    assert_int_equal(json->columns->len, 6);
    assert_column(json, 0, "entity_key", PGS_VALUE_MEMBER, "entity_key");
    assert_column(json, 1, "label", PGS_VALUE_MEMBER, "title.text");
    assert_column(json, 2, "source_path", PGS_VALUE_PATH, NULL);
    assert_column(json, 3, "body", PGS_VALUE_DOCUMENT, NULL);
    assert_column(json, 4, "kind", PGS_VALUE_CONSTANT, "page");
    assert_column(json, 5, "created_at", PGS_VALUE_SQL, "now()");
}

static void
test_requirements(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(FULL "/pgstair.yaml");
    const PgsRequirements *requirements = find(project, "full")->requirements;
    assert_string_equal(requirements->path, FULL "/requirements.yaml");
    assert_int_equal(requirements->phases->len, 2);
    const PgsPhase *phase = g_ptr_array_index(requirements->phases, 0);
    assert_string_equal(phase->id, "1");
    assert_string_equal(phase->title, "core tables");
    assert_list(phase->manual, "look at the diagram|read the notes");
    const PgsPhase *second = g_ptr_array_index(requirements->phases, 1);
    assert_null(second->title);
    assert_list(second->manual, "");

    assert_int_equal(requirements->items->len, 4);
    const PgsRequirement *first = pgs_requirements_find(requirements, "X-1");
    assert_string_equal(first->text, "the tables exist");
    assert_string_equal(first->phase, "1");
    assert_list(first->checks, "cycle|stairway.down@002_x");
    assert_list(first->needs, "expect|suite");
    assert_null(first->deferred);
    assert_int_equal(first->coverage_lines, 0);
    assert_list(first->coverage_files, "");
    assert_string_equal(first->place.file, FULL "/requirements.yaml");
    assert_int_equal(first->place.line, 7);
    assert_string_equal(pgs_requirements_find(requirements, "X-2")->deferred, "comes later");
    const PgsRequirement *third = pgs_requirements_find(requirements, "X-3");
    assert_list(third->needs, "coverage");
    assert_int_equal(third->coverage_lines, 80);
    assert_list(third->coverage_files, "suites/x/*.c");
    assert_non_null(pgs_requirements_find(requirements, "001"));
}

/* ---- The sample against the schema ---- */

static void
hold_against(SchemaCheck *check, const char *root, const char *path)
{
    g_autoptr(PgsDocument) document = pgs_document_read(path, NULL);
    assert_non_null(document);
    if (!schema_accepts(check, check->root, root, pgs_document_root(document)))
        fail_msg("the schema does not accept %s", path);
}

static void
test_sample_uses_every_key(void **state)
{
    (void)state;
    g_autofree char *schema = pgs_project_json_schema("project");
    g_autoptr(SchemaCheck) check = schema_check_new(schema);
    hold_against(check, "project", FULL "/pgstair.yaml");
    hold_against(check, "project", FULL "/extra.yaml");
    hold_against(check, "project", PGS_TEST_DIR "/inline.yaml");
    g_autofree char *unused = schema_unused(check, "project");
    assert_string_equal(unused, "");

    g_autofree char *file_schema = pgs_project_json_schema("requirements");
    g_autoptr(SchemaCheck) file_check = schema_check_new(file_schema);
    hold_against(file_check, "requirements", FULL "/requirements.yaml");
    g_autofree char *file_unused = schema_unused(file_check, "requirements");
    assert_string_equal(file_unused, "");
    assert_null(pgs_project_json_schema("something"));
}

/* Requirements may stand in the file itself. */
static void
test_inline_requirements(void **state)
{
    (void)state;
    g_autoptr(PgsProject) project = read_project(PGS_TEST_DIR "/inline.yaml");
    const PgsSystem *system = pgs_project_find(project, NULL, NULL);
    assert_string_equal(system->name, "inline");
    assert_string_equal(system->requirements->path, PGS_TEST_DIR "/inline.yaml");
    assert_int_equal(system->requirements->items->len, 1);
    assert_int_equal(system->models->len, 1);
    assert_string_equal(((PgsModel *)g_ptr_array_index(system->models, 0))->name, "true");
    assert_int_equal(system->prepare->len, 1);
    assert_int_equal(system->expectations->len, 1);
}

static void
test_reference_has_every_key(void **state)
{
    (void)state;
    g_autofree char *reference = pgs_project_reference();
    g_autofree char *schema = pgs_project_json_schema("project");
    g_autoptr(SchemaCheck) check = schema_check_new(schema);
    /* Nothing was held against it, so this is all that there is: "definition.key …". */
    g_autofree char *all = schema_unused(check, "project");
    g_auto(GStrv) keys = g_strsplit(g_strstrip(all), " ", -1);
    assert_true(g_strv_length(keys) > 150);
    for (char **key = keys; *key != NULL; key++) {
        g_auto(GStrv) parts = g_strsplit(*key, ".", 2);
        g_autofree char *heading = g_strdelimit(g_strdup_printf("\n## %s\n", parts[0]), "-", ' ');
        const char *section = strstr(reference, heading);
        assert_non_null(section);
        g_autofree char *row = g_strdup_printf("\n| `%s` | ", parts[1]);
        const char *found = strstr(section, row);
        const char *next = strstr(section + 1, "\n## ");
        if (found == NULL || (next != NULL && found > next))
            fail_msg("%s is not in the reference", *key);
    }
}

/* ---- Paths and includes, in a folder of their own ---- */

typedef struct {
    char *folder, *before;
} Place;

static int
set_up(void **state)
{
    Place *place = g_new0(Place, 1);
    place->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    place->before = g_get_current_dir();
    *state = place;
    return g_chdir(place->folder);
}

static int
tear_down(void **state)
{
    Place *place = *state;
    int result = g_chdir(place->before);
    pgs_fs_remove_tree(place->folder, NULL);
    g_free(place->folder);
    g_free(place->before);
    g_free(place);
    return result;
}

static void
write_file(const char *path, const char *text)
{
    g_autofree char *folder = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
assert_refused(const char *path, PgsProjectError code, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(path, &error);
    assert_null(project);
    if (!g_str_has_prefix(error->message, expected))
        fail_msg("expected: %s\nfound:    %s", expected, error->message);
    assert_true(g_error_matches(error, PGS_PROJECT_ERROR, (int)code));
}

static void
test_relative_paths(void **state)
{
    (void)state;
    write_file("pgstair.yaml", "systems: {a: {migrations: ./db//migrations/, seed: s/*.sql}}");
    write_file("db/migrations/pgstair.yaml", "systems: {a: {seed: ../../s/x.sql}}");
    write_file("s/x.sql", "SELECT 1");
    g_autoptr(PgsProject) here = read_project("pgstair.yaml");
    const PgsSystem *system = find(here, "a");
    assert_string_equal(system->folder, "db/migrations");
    assert_string_equal(system->place.file, "pgstair.yaml");
    assert_string_equal(((PgsSample *)g_ptr_array_index(system->samples, 0))->pattern, "s/*.sql");
    g_autoptr(PgsProject) below = read_project("db/migrations/pgstair.yaml");
    const PgsSystem *inner = find(below, "a");
    assert_string_equal(inner->folder, "db/migrations");
    assert_string_equal(((PgsSample *)g_ptr_array_index(inner->samples, 0))->pattern, "s/x.sql");

    assert_int_equal(g_chdir("db/migrations"), 0);
    g_autoptr(PgsProject) there = read_project("pgstair.yaml");
    assert_string_equal(find(there, "a")->folder, ".");
    assert_string_equal(((PgsSample *)g_ptr_array_index(find(there, "a")->samples, 0))->pattern,
                        "../../s/x.sql");
    g_autoptr(PgsProject) above = read_project("../../pgstair.yaml");
    assert_string_equal(find(above, "a")->folder, "../../db/migrations");
}

static void
test_includes(void **state)
{
    (void)state;
    write_file("pgstair.yaml", "include: [one, two/other.yaml]");
    write_file("one/pgstair.yaml", "include: deep\nsystems: {one: }");
    write_file("one/deep/pgstair.yaml", "systems: {deep: }");
    write_file("two/other.yaml", "systems: {two: }");
    g_autoptr(PgsProject) project = read_project("pgstair.yaml");
    assert_int_equal(project->systems->len, 3);
    assert_string_equal(find(project, "deep")->folder, "one/deep");
    assert_string_equal(find(project, "two")->folder, "two");
    assert_string_equal(find(project, "two")->place.file, "two/other.yaml");

    g_autoptr(GError) error = NULL;
    assert_null(pgs_project_find(project, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROJECT_ERROR, PGS_PROJECT_ERROR_SYSTEM));
    assert_string_equal(error->message, "pgstair.yaml names 3 systems: deep, one, two\n"
                                        "HINT: say which one is meant");
    g_clear_error(&error);
    assert_null(pgs_project_find(project, "depe", &error));
    assert_string_equal(error->message, "pgstair.yaml names no system \"depe\"\n"
                                        "HINT: did you mean \"deep\"?");
}

static void
test_bad_includes(void **state)
{
    (void)state;
    write_file("missing.yaml", "include: [nowhere]");
    assert_refused("missing.yaml", PGS_PROJECT_ERROR_VALUE,
                   "missing.yaml:1:11: there is no file \"nowhere\"");
    write_file("empty/x", "");
    write_file("no_file.yaml", "include: empty");
    assert_refused("no_file.yaml", PGS_PROJECT_ERROR_VALUE,
                   "no_file.yaml:1:10: there is no file \"empty/pgstair.yaml\"");
    write_file("self.yaml", "include: ./self.yaml");
    assert_refused("self.yaml", PGS_PROJECT_ERROR_VALUE,
                   "self.yaml:1:10: self.yaml is read already: it is where it begins");
    write_file("a.yaml", "include: b.yaml");
    write_file("b.yaml", "include: c.yaml");
    write_file("c.yaml", "include: b.yaml");
    assert_refused("a.yaml", PGS_PROJECT_ERROR_VALUE,
                   "c.yaml:1:10: b.yaml is read already: included at a.yaml:1:10");
    write_file("twice.yaml", "systems: {x: }\ninclude: x.yaml");
    write_file("x.yaml", "systems:\n  x:\n");
    assert_refused("twice.yaml", PGS_PROJECT_ERROR_KEY,
                   "x.yaml:2:3: a system \"x\" is there already, at twice.yaml:1:11");
    write_file("broken.yaml", "include: y.yaml");
    write_file("y.yaml", "systems: [");
    assert_refused("broken.yaml", PGS_PROJECT_ERROR_READ, "y.yaml:2:1: a value was expected here");
    assert_refused("absent.yaml", PGS_PROJECT_ERROR_READ, "absent.yaml: No such file or directory");
    assert_refused(".", PGS_PROJECT_ERROR_READ, ".: this is a folder");
}

/* A loop of links has no end, but the file is the same one. */
static void
test_link_loop(void **state)
{
    (void)state;
    write_file("pgstair.yaml", "include: loop");
    assert_int_equal(symlink(".", "loop"), 0);
    assert_refused("pgstair.yaml", PGS_PROJECT_ERROR_VALUE,
                   "pgstair.yaml:1:10: loop/pgstair.yaml is read already");
}

static void
test_unreadable(void **state)
{
    (void)state;
    write_file("secret.yaml", "systems: {a: }");
    assert_int_equal(g_chmod("secret.yaml", 0), 0);
    if (g_access("secret.yaml", R_OK) == 0)
        skip(); /* root reads everything */
    assert_refused("secret.yaml", PGS_PROJECT_ERROR_READ, "secret.yaml: Permission denied");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_systems),
        cmocka_unit_test(test_system),
        cmocka_unit_test(test_prepare),
        cmocka_unit_test(test_tool),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_server),
        cmocka_unit_test(test_accepted_and_severities),
        cmocka_unit_test(test_models),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_requirements),
        cmocka_unit_test(test_sample_uses_every_key),
        cmocka_unit_test(test_inline_requirements),
        cmocka_unit_test(test_reference_has_every_key),
        cmocka_unit_test_setup_teardown(test_relative_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_includes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_includes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_loop, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unreadable, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

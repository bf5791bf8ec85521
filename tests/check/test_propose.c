/* Covers harness/check/propose.c, propose_schema.c, propose_parts.c and propose_yaml.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "check/expect.h"
#include "check/propose.h"
#include "check/propose_yaml.h"
#include "config/document.h"
#include "cycle/lane.h"
#include "cycle/psql.h"
#include "project/project.h"
#include "server_fixture.h"
#include "snapshot/query.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    PgsServer *server;
    char *folder; /* of the test that runs */
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane;
    PgsSnapshot *head;
    PgsProject *project;
    GPtrArray *findings;
} Fixture;

static int
set_up(void **state)
{
    void *server;
    /* A server each: some make roles. */
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-propose-XXXXXX", NULL);
    fixture->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_ptr_array_unref(fixture->findings);
    g_clear_pointer(&fixture->project, pgs_project_free);
    g_clear_pointer(&fixture->head, pgs_snapshot_unref);
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    pgs_server_stop(fixture->server);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void
climb(Fixture *fixture, const char *folder)
{
    g_autoptr(GError) error = NULL;
    fixture->history = pgs_history_read(folder, "plain", &error);
    if (fixture->history == NULL)
        fail_msg("%s", error->message);
    PgsStageOptions options = {.name = "propose", .statement_timeout = 60000};
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, FALSE, NULL);
    fixture->lane = pgs_lane_new(fixture->stage, "head", &error);
    g_autoptr(PgsOutcome) failure = NULL;
    gint head = (gint)fixture->history->revisions->len - 1;
    if (fixture->lane == NULL || !pgs_lane_climb(fixture->lane, head, &failure, &error)) {
        g_autofree char *text =
            failure != NULL ? pgs_psql_describe_failure(failure) : g_strdup(error->message);
        fail_msg("%s", text);
    }
    fixture->head = pgs_lane_snapshot(fixture->lane, &error);
    assert_non_null(fixture->head);
}

static void
climb_text(Fixture *fixture, const char *sql)
{
    g_autofree char *path = g_build_filename(fixture->folder, "001_all.up.sql", NULL);
    assert_true(g_file_set_contents(path, sql, -1, NULL));
    climb(fixture, fixture->folder);
}

/* The text that is proposed for head, read again. */
static char *
propose(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) found = pgs_system_new(".");
    g_free(found->name);
    found->name = g_strdup("shop");
    char *text = pgs_propose_project(found, fixture->head, NULL);
    g_autofree char *path = g_build_filename(fixture->folder, PGS_PROJECT_FILE, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    g_clear_pointer(&fixture->project, pgs_project_free);
    fixture->project = pgs_project_read(path, &error);
    if (fixture->project == NULL) {
        fprintf(stderr, "%s\n", text);
        fail_msg("%s", error->message);
    }
    assert_int_equal(fixture->project->systems->len, 1);
    return text;
}

/* Judges what the file says of the schema as it is now: how many fail. */
static guint
judge(Fixture *fixture, gboolean exact)
{
    g_autoptr(GError) error = NULL;
    const PgsSystem *system = fixture->project->systems->pdata[0];
    g_autoptr(PgsSnapshot) now = pgs_lane_snapshot(fixture->lane, &error);
    assert_non_null(now);
    g_autoptr(PgsConnection) connection = pgs_connection_open(
        pgs_lane_conninfo(fixture->lane), pgs_lane_database(fixture->lane), 60000, NULL, &error);
    assert_non_null(connection);
    PgsExpectContext context = {"shop", "001", now, connection};
    g_ptr_array_set_size(fixture->findings, 0);
    assert_int_equal(system->expectations->len, 1);
    PgsExpectations *block = system->expectations->pdata[0];
    block->exact = exact;
    if (!pgs_expect_judge(block, &context, fixture->findings, &error))
        fail_msg("%s", error->message);
    guint n = 0;
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        n += finding->status != PGS_STATUS_PASSED;
    }
    return n;
}

/* Everything that is proposed holds, and nothing is forgotten. */
static void
assert_holds(Fixture *fixture)
{
    g_autofree char *text = propose(fixture);
    guint n = judge(fixture, TRUE);
    for (guint i = 0; n > 0 && i < fixture->findings->len; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        if (finding->status != PGS_STATUS_PASSED)
            fprintf(stderr, "%s %s:%u %s: %s\n  expected: %s\n  actual: %s\n",
                    pgs_status_name(finding->status), finding->check, finding->line, finding->title,
                    finding->message, finding->expected, finding->actual);
    }
    if (n > 0 && g_getenv("PGSTAIR_SHOW") != NULL)
        fprintf(stderr, "%s", text);
    assert_int_equal(n, 0);
}

static void
run(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = pgs_connection_open(
        pgs_lane_conninfo(fixture->lane), pgs_lane_database(fixture->lane), 60000, NULL, &error);
    if (connection == NULL || !pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

static void
test_the_canvas_system(void **state)
{
    Fixture *fixture = *state;
    climb(fixture, PGS_SOURCE_DIR "/migrations/canvas");
    assert_holds(fixture);
    g_autofree char *text = propose(fixture);
    static const char *const lines[] = {
        "  shop:\n",
        "    migrations: .\n",
        "      at: head\n",
        "        lifecycle_lane: [build, sell, milk, reframe]\n",
        "            id: uuid not null default gen_random_uuid()\n",
        "            name: character varying(255) not null\n",
        "          primary-key: [id]\n",
        "            fk_vbus_gm_id: {columns: [gm_id], references: users (id), on-delete: "
        "RESTRICT}\n",
        "            ck_attachment_size_range: (size_bytes >= 1) AND (size_bytes <= 10485760)\n",
        "            ix_vbus_gm_id: [gm_id]\n",
        "            uq_canvases_vbu_id: {columns: [vbu_id], unique: true}\n",
        "            uq_theses_canvas_order: [canvas_id, order]\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (strstr(text, lines[i]) == NULL)
            fail_msg("not proposed: %s\n%s", lines[i], text);
    }
    /* Columns stand in the table's order. */
    assert_true(strstr(text, "            vbu_id: uuid") < strstr(text, "product_name: char"));
}

static void
test_each_change_is_noticed(void **state)
{
    Fixture *fixture = *state;
    climb(fixture, PGS_SOURCE_DIR "/migrations/canvas");
    g_autofree char *text = propose(fixture);
    assert_int_equal(judge(fixture, FALSE), 0);
    static const char *const changes[] = {
        "ALTER TABLE proof_points ALTER status DROP DEFAULT",
        "ALTER TABLE vbus ALTER name TYPE varchar(254)",
        "ALTER TABLE vbus ALTER gm_id DROP NOT NULL",
        "ALTER TABLE vbus DROP CONSTRAINT fk_vbus_gm_id; ALTER TABLE vbus ADD CONSTRAINT "
        "fk_vbus_gm_id FOREIGN KEY (gm_id) REFERENCES users (id)",
        "ALTER TABLE theses DROP CONSTRAINT ck_thesis_order_range; ALTER TABLE theses ADD "
        "CONSTRAINT ck_thesis_order_range CHECK (\"order\" BETWEEN 1 AND 6)",
        "DROP INDEX uq_canvases_vbu_id; CREATE INDEX uq_canvases_vbu_id ON canvases (vbu_id)",
        "ALTER TYPE lifecycle_lane ADD VALUE 'x' BEFORE 'sell'",
        "ALTER TABLE theses DROP CONSTRAINT uq_theses_canvas_order",
        "DROP TABLE attachments",
    };
    guint before = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        run(fixture, changes[i]);
        guint now = judge(fixture, FALSE);
        if (now <= before)
            fail_msg("not noticed: %s", changes[i]);
        before = now;
    }
}

static void
test_a_schema_of_everything(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *text = NULL;
    assert_true(
        g_file_get_contents(PGS_SOURCE_DIR "/tests/snapshot/everything.sql", &text, NULL, NULL));
    g_autofree char *sql = pgs_query_expand(text, pgs_server_version_number(fixture->server));
    climb_text(fixture, sql);
    assert_holds(fixture);
}

/* Names, labels and expressions that YAML or the short forms could take for something else. */
static const char odd_schema[] =
    "CREATE TABLE \"null\" (\"yes\" text, \"1\" int, \"1.5\" int, \"a: b\" int, \"# x\" int,"
    " \"- y\" int, \"\"\"q\"\"\" int, \"it's\" int, \"x.y\" int, \"p(q)\" int, \"[z]\" int,"
    " \"{w}\" int, \"*a\" int, \"&a\" int, \"!t\" int, \"<<\" int, \"~\" int, \"e \" int, \" e\" "
    "int,"
    " \"tab\tnewline\n\" int, \"order\" int, \"\xc3\xa9\xe2\x80\xa8\" int, \"type\" int,"
    " \"back\\slash\" int);"
    "CREATE TABLE \"dotted.name\" (id int PRIMARY KEY, \"a, b\" int UNIQUE, \"a\" int,"
    " UNIQUE (\"a, b\", \"a\"));"
    "CREATE TABLE \"Refers\" (x int CONSTRAINT \"fk: 1\" REFERENCES \"dotted.name\" (\"a, b\")"
    " ON UPDATE SET NULL DEFERRABLE, y int, z int,"
    " CONSTRAINT \"two keys\" FOREIGN KEY (y, z) REFERENCES \"dotted.name\" (\"a, b\", \"a\")"
    " MATCH FULL ON DELETE SET DEFAULT);"
    "CREATE TYPE odd AS ENUM ('', 'null', 'no', '1', 'a, b', 'it''s', 'a: b', '[', '\\x', ' s ',"
    " 'line\nline', '\"', '#');"
    "CREATE TABLE defaults (a text DEFAULT 'a: b # c', b text NOT NULL DEFAULT 'not null default',"
    " c text DEFAULT 'it''s', d text DEFAULT E'tab\\t', e text DEFAULT E'line\\nline',"
    " f boolean DEFAULT (1 IS NOT NULL), g text DEFAULT CASE WHEN now() IS NOT NULL THEN 'x' END,"
    " h odd DEFAULT 'null', i int[] DEFAULT '{1,2}', j jsonb DEFAULT '{\"a\": [1, 2]}',"
    " k varchar DEFAULT NULL::varchar, l text COLLATE \"C\" DEFAULT ('x' COLLATE \"POSIX\"),"
    " m int GENERATED BY DEFAULT AS IDENTITY, n int GENERATED ALWAYS AS (1 + 1) STORED,"
    " o timestamptz(3) DEFAULT now(), p interval day to second, q \"char\" DEFAULT 'c',"
    " r numeric(10, 2) NOT NULL DEFAULT 0.00, s bit varying(4) DEFAULT B'01', t serial,"
    " u text DEFAULT ''::text, v text DEFAULT 'null');"
    "ALTER TABLE defaults ADD CONSTRAINT \"c: 1\" CHECK (a <> 'x: y # z' AND b ~ '^[^@]+@[^@]+$'),"
    " ADD CONSTRAINT c2 CHECK ((a = '(') OR (b = ')')), ADD CONSTRAINT c3 CHECK (c <> E'\\n'),"
    " ADD CONSTRAINT \"true\" CHECK (true) NOT VALID NO INHERIT;"
    "CREATE INDEX \"i: 1\" ON defaults (lower(a), b DESC NULLS LAST, (c || 'x, y'));"
    "CREATE UNIQUE INDEX i2 ON defaults (a COLLATE \"C\" text_pattern_ops) INCLUDE (b, c)"
    " WHERE a <> 'x: #' AND b IS NOT NULL;"
    "CREATE INDEX i3 ON defaults USING gin (j jsonb_path_ops);"
    "CREATE INDEX \"order\" ON \"null\" (\"order\", \"a: b\", \"\"\"q\"\"\");"
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE FUNCTION \"F odd\"(a int, b text[] DEFAULT '{}') RETURNS TABLE (x int, y text)"
    " STABLE STRICT SECURITY DEFINER LANGUAGE sql AS 'SELECT 1, ''a''';"
    "CREATE TRIGGER \"t: 1\" BEFORE UPDATE OF a, b OR INSERT ON defaults FOR EACH ROW"
    " WHEN (NEW.a <> 'x: #') EXECUTE FUNCTION f('a: b', 'it''s', '');"
    "CREATE TRIGGER t2 AFTER DELETE ON defaults EXECUTE FUNCTION f();"
    "ALTER TABLE defaults DISABLE TRIGGER t2;"
    "CREATE CONSTRAINT TRIGGER t3 AFTER INSERT ON defaults DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION f('x');"
    "CREATE VIEW v AS SELECT a AS \"a: b\", '  # x' AS c FROM defaults WHERE b <> ': ';"
    "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one; CREATE UNIQUE INDEX mv_idx ON mv (one);"
    "CREATE SEQUENCE \"s: 1\"; CREATE SCHEMA \"Other.schema\";"
    "CREATE TABLE \"Other.schema\".t (id int PRIMARY KEY, r int REFERENCES \"Other.schema\".t,"
    " o public.odd DEFAULT 'no'); CREATE INDEX t_r ON \"Other.schema\".t (r);"
    "ALTER TABLE \"Other.schema\".t ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY p ON \"Other.schema\".t USING (id > 0);"
    "CREATE DOMAIN d AS text CHECK (VALUE <> 'a: b'); CREATE TABLE empty ();"
    "CREATE TABLE parent (a int NOT NULL, b d) PARTITION BY LIST (a);"
    "CREATE TABLE part PARTITION OF parent FOR VALUES IN (1); CREATE INDEX ON parent (a)";

static void
test_odd_names_and_texts(void **state)
{
    Fixture *fixture = *state;
    climb_text(fixture, odd_schema);
    assert_holds(fixture);
}

/* An empty file where the project's is. */
static void
write_beside(const Fixture *fixture, const char *name)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, "", -1, NULL));
}

static void
test_an_empty_schema(void **state)
{
    Fixture *fixture = *state;
    climb_text(fixture, "SELECT 1");
    assert_holds(fixture);
}

static void
test_without_a_schema(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) found = pgs_system_new(".");
    g_free(found->name);
    found->name = g_strdup("no: name");
    found->floor = g_strdup("0010");
    found->format = g_strdup("plain");
    write_beside(fixture, "a b's #1.sql");
    g_ptr_array_add(found->samples, pgs_sample_new(PGS_SAMPLE_SQL, "a b's #1.sql"));
    const char *const notes[] = {"something: was found", "two\nlines", NULL};
    g_autofree char *text = pgs_propose_project(found, NULL, notes);
    g_autofree char *path = g_build_filename(fixture->folder, PGS_PROJECT_FILE, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    fixture->project = pgs_project_read(path, &error);
    if (fixture->project == NULL)
        fail_msg("%s\n%s", error->message, text);
    const PgsSystem *system = fixture->project->systems->pdata[0];
    assert_string_equal(system->name, "no: name");
    assert_string_equal(system->floor, "0010");
    assert_int_equal(system->expectations->len, 0);
    const PgsSample *sample = system->samples->pdata[0];
    assert_true(g_str_has_suffix(sample->pattern, "/a b's #1.sql"));
    assert_non_null(strstr(text, "# two\n# lines\n"));
}

/* What stands behind "# key:" in the comments is fit to be used. */
static void
test_the_examples_are_right(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSystem) found = pgs_system_new(".");
    g_autofree char *text = pgs_propose_project(found, NULL, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) live = g_string_new(NULL);
    guint examples = 0;
    for (char **line = lines; *line != NULL; line++) {
        gboolean key = g_regex_match_simple("^    # [a-z]+:( |$)", *line, 0, 0);
        gboolean below = g_regex_match_simple("^    #   (- |  )", *line, 0, 0);
        if (key && strstr(*line, "What else") == NULL && strstr(*line, "requirements:") == NULL)
            examples++;
        else if (!below && !g_regex_match_simple("^( {0,4}[a-z])", *line, 0, 0))
            continue;
        g_string_append_printf(live, "%s%s\n", key || below ? "    " : "",
                               key || below ? *line + 6 : *line);
    }
    assert_int_equal(examples, 8);
    g_autofree char *seeds = g_build_filename(fixture->folder, "seeds", NULL);
    assert_int_equal(g_mkdir(seeds, 0700), 0);
    write_beside(fixture, "seeds/sample.sql");
    write_beside(fixture, "seeds/users.csv");
    write_beside(fixture, "schema.sql");
    write_beside(fixture, "legacy.sql");
    g_autofree char *path = g_build_filename(fixture->folder, PGS_PROJECT_FILE, NULL);
    assert_true(g_file_set_contents(path, live->str, -1, NULL));
    fixture->project = pgs_project_read(path, &error);
    if (fixture->project == NULL)
        fail_msg("%s\n%s", error->message, live->str);
    const PgsSystem *system = fixture->project->systems->pdata[0];
    assert_int_equal(system->samples->len, 2);
    assert_int_equal(system->models->len, 2);
    assert_int_equal(system->prepare->len, 2);
    assert_int_equal(system->accepted->len, 1);
    assert_string_equal(system->owner, "app_owner");
}

/* ---- YAML ---- */

static void
test_any_text_survives(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "plain",
        "",
        " ",
        "null",
        "~",
        "No",
        "on",
        "1",
        "001",
        "0x1f",
        "1e3",
        ".5",
        "-1",
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#a",
        "- a",
        "-",
        "? a",
        "[a]",
        "a]",
        "{a}",
        "a, b",
        "it's",
        "'",
        "\"",
        "\"a\"",
        "a\\b",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "<<",
        "=",
        "..",
        ".",
        "a\nb",
        "a\nb\n",
        "\na",
        "a\n\nb",
        "  a\nb",
        "a\n  b\n c",
        "a \nb",
        "a\tb",
        "tab\t",
        "\x01",
        "\xc3\xa9",
        "\xe2\x80\xa8",
        "\xef\xbb\xbfx",
        "\xf0\x9f\x90\x98",
        "trailing ",
        "---",
        "...",
        "a'b\"c",
        "x: |\n  y",
        "(a) = 'b: c'",
        "2026-01-31",
        "12:30",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(GPtrArray) list = g_ptr_array_new();
        g_ptr_array_add(list, (gpointer)texts[i]);
        g_ptr_array_add(list, (gpointer)texts[i]);
        g_autofree char *items = pgs_yaml_list(list);
        pgs_yaml_add_text(out, 2, "text", texts[i]);
        pgs_yaml_add_raw(out, 2, "list", items);
        pgs_yaml_add_text(out, 2, "behind", "it");
        g_autoptr(PgsDocument) document = pgs_document_parse("t.yaml", out->str, out->len, &error);
        if (document == NULL)
            fail_msg("%s\n%s", error->message, out->str);
        const PgsNode *root = pgs_document_root(document);
        assert_string_equal(pgs_node_get(root, "text")->text, texts[i]);
        assert_false(pgs_node_is_null(pgs_node_get(root, "text")));
        const PgsNode *read = pgs_node_get(root, "list");
        assert_int_equal(pgs_node_count(read), 2);
        assert_string_equal(pgs_node_at(read, 1)->text, texts[i]);
        assert_string_equal(pgs_node_get(root, "behind")->text, "it");
    }
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_canvas_system),      TEST(test_each_change_is_noticed),
        TEST(test_a_schema_of_everything), TEST(test_odd_names_and_texts),
        TEST(test_an_empty_schema),        TEST(test_without_a_schema),
        TEST(test_the_examples_are_right), cmocka_unit_test(test_any_text_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Covers harness/report/annotations.c. */
#include "report/reader_fixture.h"

#include "report/writer.h"

/* ---- a runner: what it does with a line (actions/runner, ActionCommand.cs) ---- */

typedef struct {
    char *name;
    GHashTable *properties;
    char *data;
} Command;

static void
clear_command(Command *command)
{
    g_free(command->name);
    g_clear_pointer(&command->properties, g_hash_table_unref);
    g_free(command->data);
    *command = (Command){0};
}

static char *
unescape(const char *text, const char *const *escapes)
{
    g_autoptr(GString) out = g_string_new(text);
    for (; *escapes != NULL; escapes++) {
        char letter[2] = {(char)g_ascii_strtoull(*escapes + 1, NULL, 16), '\0'};
        g_string_replace(out, *escapes, letter, 0);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
parse_command(const char *line, Command *command)
{
    static const char *const of_data[] = {"%0D", "%0A", "%25", NULL};
    static const char *const of_property[] = {"%0D", "%0A", "%3A", "%2C", "%25", NULL};
    const char *end = g_str_has_prefix(line, "::") ? strstr(line + 2, "::") : NULL;
    if (end == NULL)
        return FALSE;
    g_autofree char *info = g_strndup(line + 2, (gsize)(end - line) - 2);
    g_auto(GStrv) parts = g_strsplit(info, " ", 2);
    command->name = g_strdup(parts[0]);
    command->data = unescape(end + 2, of_data);
    command->properties = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) properties = g_strsplit(parts[1] != NULL ? parts[1] : "", ",", -1);
    for (char **property = properties; *property != NULL; property++) {
        char *equals = strchr(*property, '=');
        assert_non_null(equals);
        g_hash_table_insert(command->properties, g_strndup(*property, (gsize)(equals - *property)),
                            unescape(equals + 1, of_property));
    }
    return TRUE;
}

/* Whether the runner does anything for it: "##[" is looked for anywhere. */
static gboolean
is_command(const char *line)
{
    g_autofree char *trimmed = g_strchug(g_strdup(line));
    return g_str_has_prefix(trimmed, "::") || strstr(line, "##[") != NULL;
}

/* ---- GitHub ---- */

static void
test_commands(void **state)
{
    (void)state;
    static const struct {
        const char *name, *file, *line, *title, *data;
    } rows[] = {
        {"error", "migrations/canvas/002_canvas_tables.down.sql", NULL, "pgstair: stairway.down",
         "002_canvas_tables down restores 001_users_table: the downgrade does not"},
        {"error", "migrations/canvas/002_canvas_tables.up.sql", "4", "pgstair: stairway.again",
         "002_canvas_tables up again: the second upgrade fails\nexpected: the upgrade"},
        {"error", "models/canvas.sql", "3", "pgstair: drift.model", "head and models"},
        {"warning", "migrations/canvas/002_canvas_tables.up.sql", NULL, "pgstair: index.duplicate",
         "no two indexes are the same"},
    };
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = pgs_annotations_render(record, "github");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    assert_int_equal(g_strv_length(lines) - 1, G_N_ELEMENTS(rows));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Command command = {0};
        assert_true(parse_command(lines[i], &command));
        assert_string_equal(command.name, rows[i].name);
        assert_string_equal(g_hash_table_lookup(command.properties, "file"), rows[i].file);
        assert_string_equal(g_hash_table_lookup(command.properties, "title"), rows[i].title);
        assert_int_equal(g_strcmp0(g_hash_table_lookup(command.properties, "line"), rows[i].line),
                         0);
        assert_true(g_str_has_prefix(command.data, rows[i].data));
        clear_command(&command);
    }
}

static void
test_text_is_escaped(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_system(record, "canvas", 1);
    PgsFinding *finding =
        sample_finding(record, "a.b", PGS_STATUS_FAILED, NULL, "100%0A\n::error::no, you:");
    finding->file = g_strdup("a,b:c%2C.sql");
    finding->line = 7;
    g_autofree char *text = pgs_annotations_render(record, "github");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    assert_int_equal(g_strv_length(lines), 2);
    Command command = {0};
    assert_true(parse_command(lines[0], &command));
    assert_string_equal(g_hash_table_lookup(command.properties, "file"), "a,b:c%2C.sql");
    assert_string_equal(command.data, "100%0A\n::error::no, you:");
    clear_command(&command);
}

/* Each line of every sample is one command of ours. */
static void
test_no_other_commands(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++) {
        g_autoptr(PgsRecord) record = reader_samples[i].make();
        g_autofree char *text = pgs_annotations_render(record, "github");
        g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
        for (char **line = lines; *line != NULL && **line != '\0'; line++)
            assert_true(g_str_has_prefix(*line, "::error ") ||
                        g_str_has_prefix(*line, "::warning ") ||
                        g_str_has_prefix(*line, "::notice "));
    }
}

static void
test_no_more_than_are_shown(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_system(record, "canvas", 1);
    for (guint i = 0; i < 25; i++)
        sample_finding(record, "a.b", PGS_STATUS_WARNING, NULL, "w");
    for (guint i = 0; i < 12; i++)
        sample_finding(record, "a.b", PGS_STATUS_FAILED, NULL, "f");
    g_autofree char *text = pgs_annotations_render(record, "github");
    assert_int_equal(reader_count(text, "::error "), 10);
    assert_int_equal(reader_count(text, "::warning "), 10);
    assert_int_equal(reader_count(text, "::notice title=pgstair::17 more"), 1);
    assert_true(g_str_has_prefix(text, "::error "));
}

static void
test_nothing_to_say(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_passing();
    assert_null(pgs_annotations_render(record, "github"));
    assert_null(pgs_annotations_render(record, NULL));
}

/* ---- what is printed beside them ---- */

static void
test_guard(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gboolean guarded;
    } rows[] = {
        {"verified: 3 passed\n", FALSE},
        {"a::b::c\n", FALSE},
        {"fine\n  ::error::injected\n", TRUE},
        {"\t::set-output name=x::y", TRUE},
        {"fine\r::error::injected\n", TRUE},
        {"\xc2\xa0::error::after a blank that is none in ASCII\n", TRUE},
        {"said ##[error]x\n", TRUE},
    };
    g_setenv("GITHUB_ACTIONS", "true", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *guarded = pgs_annotations_guard(rows[i].text);
        g_autofree char *again = pgs_annotations_guard(rows[i].text);
        if (!rows[i].guarded) {
            assert_string_equal(guarded, rows[i].text);
            continue;
        }
        assert_string_not_equal(guarded, again); /* nobody can tell the token before */
        g_auto(GStrv) lines = g_strsplit(guarded, "\n", -1);
        guint last = g_strv_length(lines) - 2;
        assert_true(g_str_has_prefix(lines[0], "::stop-commands::"));
        g_autofree char *end = g_strdup_printf("::%s::", lines[0] + strlen("::stop-commands::"));
        assert_string_equal(lines[last], end);
        for (guint n = 1; n < last; n++)
            assert_null(strstr(lines[n], end));
        assert_non_null(strstr(guarded, rows[i].text));
    }
    g_unsetenv("GITHUB_ACTIONS");
    g_autofree char *elsewhere = pgs_annotations_guard("::error::x\n");
    assert_string_equal(elsewhere, "::error::x\n");
}

/* What goes to standard error: no token, since the runner reads two streams at once. */
static void
test_disarm(void **state)
{
    (void)state;
    static const struct {
        const char *text, *disarmed;
    } rows[] = {
        {"no such folder: a::b", "no such folder: a::b"},
        {"a\n ::set-output name=x::y\nb", "a\n|  ::set-output name=x::y\nb"},
        {"::error::x", "| ::error::x"},
        {"a\r::error::x", "a\n| ::error::x"},
        {"\xc2\xa0::error::x", "| \xc2\xa0::error::x"},
        {"##[add-mask]x ##[error]", "# #[add-mask]x # #[error]"},
    };
    g_setenv("GITHUB_ACTIONS", "true", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *disarmed = pgs_annotations_disarm(rows[i].text);
        assert_string_equal(disarmed, rows[i].disarmed);
        g_auto(GStrv) lines = g_strsplit_set(disarmed, "\r\n", -1);
        for (char **line = lines; *line != NULL; line++)
            assert_false(is_command(*line));
    }
    g_unsetenv("GITHUB_ACTIONS");
    g_autofree char *elsewhere = pgs_annotations_disarm("::error::x");
    assert_string_equal(elsewhere, "::error::x");
}

static void
test_an_error_of_its_own(void **state)
{
    (void)state;
    assert_null(pgs_annotations_error("no server"));
    g_setenv("GITHUB_ACTIONS", "true", TRUE);
    g_autofree char *line = pgs_annotations_error("no server: 100%\n::warning::x");
    g_unsetenv("GITHUB_ACTIONS");
    assert_string_equal(line, "::error title=pgstair::no server: 100%25%0A::warning::x\n");
}

static void
test_nothing_verified_is_an_error(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("pgstair verify");
    sample_finding(record, "cycle.up", PGS_STATUS_SKIPPED, NULL, "base to head");
    g_autofree char *lines = pgs_annotations_render(record, "github");
    assert_true(g_str_has_prefix(lines, "::error title=pgstair::nothing was verified"));
    /* A part that no work fell to is well. */
    g_autoptr(PgsRecord) idle = sample_record("pgstair verify --shard 3/3");
    g_ptr_array_add(idle->shards, pgs_record_shard_new(3, 3, "b7e23ec29af22b0b4e41da31e868d572"));
    assert_null(pgs_annotations_render(idle, "github"));
}

static void
test_hidden_characters_are_shown(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_finding(record, "a.b", PGS_STATUS_FAILED, NULL, "0003_\u202egpj")->message =
        g_strdup("\u2066");
    g_autofree char *lines = pgs_annotations_render(record, "github");
    assert_non_null(strstr(lines, "::0003_\\u202Egpj: \\u2066\n"));
}

/* The summary of what a database may well contain, as it is printed. */
static void
test_a_hostile_summary_is_guarded(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_hostile();
    const PgsSummaryOptions options = {.width = 120, .height = G_MAXINT, .verbose = TRUE};
    g_autofree char *summary = pgs_report_summary(record, &options);
    g_setenv("GITHUB_ACTIONS", "true", TRUE);
    g_autofree char *guarded = pgs_annotations_guard(summary);
    g_unsetenv("GITHUB_ACTIONS");
    g_auto(GStrv) lines = g_strsplit(guarded, "\n", -1);
    gboolean has_command = FALSE;
    for (char **line = lines + 1; *line != NULL; line++)
        has_command = has_command || (is_command(*line) && line[1] != NULL && *line[1] != '\0');
    assert_int_equal(has_command, g_str_has_prefix(lines[0], "::stop-commands::"));
}

/* ---- GitLab ---- */

static void
test_section(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = sample_hostile();
    g_autofree char *text = pgs_annotations_render(record, "gitlab");
    g_autoptr(GRegex) marker = g_regex_new(
        "\033\\[0Ksection_(start|end):[0-9]+:([A-Za-z0-9_.-]+)(\\[collapsed=true\\])?\r\033\\[0K",
        0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint found = 0;
    for (g_regex_match(marker, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL))
        found++;
    assert_int_equal(found, 2);
    assert_true(g_str_has_prefix(text, "\033[0Ksection_start:"));
    assert_true(g_str_has_suffix(text, ":pgstair_details\r\033[0K\n"));
    /* No escape of the record's own. */
    guint escapes = 0;
    for (const char *at = text; (at = strchr(at, '\033')) != NULL; at++)
        escapes++;
    assert_int_equal(escapes, 4);
}

/* ---- where ---- */

static void
test_forge(void **state)
{
    (void)state;
    static const struct {
        const char *github, *gitlab, *none, *expected;
    } rows[] = {
        {NULL, NULL, NULL, NULL},  {"true", NULL, NULL, "github"}, {NULL, "true", NULL, "gitlab"},
        {"true", NULL, "1", NULL}, {"false", NULL, NULL, NULL},    {NULL, "true", "0", "gitlab"},
    };
    static const char *const names[] = {"GITHUB_ACTIONS", "GITLAB_CI", "PGSTAIR_NO_ANNOTATIONS"};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const values[] = {rows[i].github, rows[i].gitlab, rows[i].none};
        for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
            if (values[n] != NULL)
                g_setenv(names[n], values[n], TRUE);
            else
                g_unsetenv(names[n]);
        }
        assert_int_equal(g_strcmp0(pgs_annotations_forge(), rows[i].expected), 0);
    }
    for (gsize n = 0; n < G_N_ELEMENTS(names); n++)
        g_unsetenv(names[n]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_text_is_escaped),
        cmocka_unit_test(test_no_other_commands),
        cmocka_unit_test(test_no_more_than_are_shown),
        cmocka_unit_test(test_nothing_to_say),
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_disarm),
        cmocka_unit_test(test_an_error_of_its_own),
        cmocka_unit_test(test_nothing_verified_is_an_error),
        cmocka_unit_test(test_hidden_characters_are_shown),
        cmocka_unit_test(test_a_hostile_summary_is_guarded),
        cmocka_unit_test(test_section),
        cmocka_unit_test(test_forge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

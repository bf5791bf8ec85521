/* Covers harness/migration/liquibase.c, liquibase_file.c, liquibase_line.c, liquibase_include.c,
 * liquibase_split.c and placeholders.c (Liquibase's rule). */
#include "migration/steps.h"
#include "migration/tree.h"

#include "migration/liquibase_split.h"
#include "migration/placeholders.h"

#define HEAD "--liquibase formatted sql\n"

static PgsHistory *
read_tree(const char *const *files, GError **error)
{
    char *root = tree_new();
    tree_write_all(root, files);
    PgsHistory *history = pgs_history_read(root, NULL, error);
    tree_free(root);
    return history;
}

#define READ(...) read_or_fail((const char *const[]){__VA_ARGS__, NULL}) /* "name", "text", … */

static PgsHistory *
read_or_fail(const char *const *files)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = read_tree(files, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

#define REFUSED(words, ...)                                                                        \
    assert_refused(words, (const char *const[]){__VA_ARGS__, NULL}) /* "name", "text", … */

/* words: with / between them. */
static void
assert_refused(const char *words, const char *const *files)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = read_tree(files, &error);
    if (history != NULL)
        fail_msg("read, instead of \"%s\"", words);
    g_auto(GStrv) list = g_strsplit(words, "|", -1);
    for (char **word = list; *word != NULL; word++) {
        if (strstr(error->message, *word) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", *word, error->message);
    }
}

static char *
labels_of(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_string_append_printf(text, "%s%s%s", i > 0 ? " " : "", revision->label,
                               revision->repeatable ? "*" : "");
    }
    return g_string_free(text, FALSE);
}

static void
assert_labels(const PgsHistory *history, const char *wanted)
{
    g_autofree char *labels = labels_of(history);
    assert_string_equal(labels, wanted);
}

/* Of the only changeset. */
static void
assert_changeset(const char *text, const char *up, const char *down)
{
    g_autofree char *whole = g_strconcat(HEAD, text, NULL);
    assert_split("liquibase", "a.sql", whole, up, down);
}

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = READ(
        "b.sql", "\n  -- liquibase formatted sql changeLogId:1\n-- changeset ann:1\nSELECT 1;\n",
        "a.sql",
        HEAD "--changeset \"ann b\":\"two 2\" runOnChange:true labels:x context:\"a or b\"\n"
             "SELECT 2;\n--changeset ann:3 runAlways:true\nSELECT 3\n--rollback SELECT 4\n",
        "notes.sql", "SELECT 5;", "deep/c.sql", HEAD "--CHANGESET ann:1\nSELECT 6");
    assert_string_equal(history->format, "liquibase");
    assert_string_equal(history->reason, "a.sql begins with --liquibase formatted sql");
    assert_labels(history, "a.sql::two 2::ann b* a.sql::3::ann b.sql::1::ann deep/c.sql::1::ann");
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.unmatched notes.sql\nI folder.beyond -\n");
    const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
    assert_string_equal(first->id, "ann b:two 2");
    assert_non_null(strstr(history->prepare, "databasechangeloglock"));
}

/* processMultiLineSQL(), tried with Liquibase itself. */
static void
test_statements(void **state)
{
    (void)state;
    static const struct {
        const char *text, *up;
    } cases[] = {
        {"--changeset a:1\nSELECT 1; SELECT ';'; -- x; y\nSELECT 3\n",
         "tx [3: SELECT 1 | 3: SELECT ';' | 4: SELECT 3]"},
        {"--changeset a:1\nSELECT/* x\n */ 1;\nSELECT 2/**/3;", "tx [3: SELECT 1 | 5: SELECT 23]"},
        {"--changeset a:1 stripComments:false\nSELECT 1; -- it's\nSELECT 2;",
         "tx [3: SELECT 1 | 4: SELECT 2]"},
        /* It knows no dollar quotes, but BEGIN and END, whatever they stand for. */
        {"--changeset a:1\nDO $$ BEGIN SELECT 1; END $$; SELECT 2;",
         "tx [3: DO $$ BEGIN SELECT 1; END $$ | 3: SELECT 2]"},
        {"--changeset a:1\nDO $$\nDECLARE n int;\nBEGIN n := 1; END $$;",
         "tx [3: DO $$\nDECLARE n int | 5: BEGIN n := 1; END $$]"},
        {"--changeset a:1\nDO $$ BEGIN IF a THEN b; END IF; c; END $$;",
         "tx [3: DO $$ BEGIN IF a THEN b; END IF | 3: c | 3: END $$]"},
        {"--changeset a:1\nBEGIN TRANSACTION; SELECT 1; COMMIT;",
         "tx [3: BEGIN TRANSACTION | 3: SELECT 1 | 3: COMMIT]"},
        {"--changeset a:1\nBEGIN; SELECT 1; COMMIT;", "tx [3: BEGIN; SELECT 1; COMMIT;]"},
        {"--changeset a:1\nSELECT new.begin; SELECT \"q;\", [a;b], `c;d`;",
         "tx [3: SELECT new.begin | 3: SELECT \"q;\", [a;b], `c;d`]"},
        /* A backslash in front of a quote is what makes the longer string. */
        {"--changeset a:1\nSELECT 'C:\\'; SELECT 2;", "tx [3: SELECT 'C:\\' | 3: SELECT 2]"},
        {"--changeset a:1\nSELECT 'a\\'b;c'; SELECT 2;", "tx [3: SELECT 'a\\'b;c' | 3: SELECT 2]"},
        {"--changeset a:1 splitStatements:false\nSELECT 1; /* x */ SELECT 2;\n",
         "tx [3: SELECT 1;  SELECT 2;]"},
        {"--changeset a:1\nSELECT 1\nGO\nSELECT 2\n/\nSELECT 4/2\n",
         "tx [3: SELECT 1 | 5: SELECT 2 | 7: SELECT 4/2]"},
        {"--changeset a:1 endDelimiter:/\nSELECT 1; SELECT 4/2\n/\nSELECT 3\n/\n",
         "tx [3: SELECT 1; SELECT 4/2 | 5: SELECT 3]"},
        {"--changeset a:1 endDelimiter:@@\nSELECT 1; SELECT 2 @@ SELECT 3@@",
         "tx [3: SELECT 1; SELECT 2 | 3: SELECT 3]"},
        {"--changeset a:1 endDelimiter:\\nGO\nSELECT 1; go;\nGO\nSELECT 3\nGO\n",
         "tx [3: SELECT 1; go; | 5: SELECT 3]"},
        {"--changeset a:1\nSELECT 1;\nSELECT 2\n/\n", "tx [3: SELECT 1;\nSELECT 2]"},
        {"--changeset a:1 runInTransaction:false\r\nVACUUM;\r\nSELECT\r\n1;",
         "no tx [3: VACUUM | 4: SELECT\n1]"},
        {"--changeset a:1\nSELECT 1;\nSELECT '\x01', \x01;\n",
         "refused 4: Liquibase's grammar has no place for the character U+0001"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_changeset(cases[i].text, cases[i].up, "-");
}

static void
test_rollbacks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *down;
    } cases[] = {
        {"SELECT 1;\n--rollback DROP a; DROP b;\n--rollback DROP c\n--rollback\n",
         "tx [4: DROP a | 4: DROP b | 5: DROP c]"},
        {"--rollback empty\nSELECT 1;\n", "tx []"},
        {"--rollback Not Required, since\nSELECT 1;\n", "tx []"},
        /* The lines of a block are joined with nothing between them. */
        {"SELECT 1;\n/* liquibase rollback\n DROP a;\n DROP\nb; */\nSELECT 2;\n",
         "tx [5: DROP a | 5: DROPb]"},
        {"SELECT 1;\n--rollback changesetId:1 changesetAuthor:a\n", "tx [3: SELECT 1]"},
        {"SELECT 1;\n--rollback changesetId:2 changesetAuthor:a\n",
         "refused 2: there is no changeset a:2 to roll back with"},
        {"SELECT 1\n;-- rollback no\n", "-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(HEAD "--changeset a:1\n", cases[i].text, NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = read_text("liquibase", "a.sql", text, -1, &error);
        if (history == NULL)
            fail_msg("%s", error->message);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        g_autofree char *down = describe_step(revision->down);
        if (strcmp(down, cases[i].down) != 0)
            fail_msg("\n%s\nis %s\nand not %s", text, down, cases[i].down);
    }
    assert_changeset("--changeset a:1 rollbackSplitStatements:false rollbackEndDelimiter:x\nSELECT "
                     "1;\n--rollback A; B\n",
                     "tx [3: SELECT 1;]", "tx [4: A; B]");
}

static void
test_attributes(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = READ(
        "a.sql", HEAD "--changeset a:1 dbms:oracle,mysql\nx\n--changeset a:2 dbms:!postgresql\nx\n"
                      "--changeset a:3 dbms:h2,postgresql\nx\n--changeset a:4 dbms:!h2\nx\n"
                      "--changeset a:5 ignore:true\nx\n--changeset a:6 failOnError:false\nx\n"
                      "--changeset a:7 runWith:psql\nx\n");
    assert_labels(history, "a.sql::3::a a.sql::4::a a.sql::6::a a.sql::7::a");
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "I folder.beyond a.sql\nI folder.beyond a.sql\n"
                               "I folder.beyond a.sql\nW folder.beyond a.sql\n"
                               "W folder.beyond a.sql\n");
}

static void
test_preconditions(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history =
        READ("a.sql", HEAD "--changeset a:1\n--precondition-sql-check 0 SELECT n FROM t;\nx\n"
                           "--changeset a:2\n--preconditions onFail:MARK_RAN onError:HALT\n"
                           "--precondition-sql-check expectedResult:'two words' SELECT 1\n"
                           "--precondition-table-exists table:t schema:s\nx\n"
                           "--changeset a:3\nx\n");
    static const char *const wanted[] = {
        "SELECT pg_catalog.format('%s', (SELECT n FROM t\n)) = '0'",
        NULL,
        NULL,
    };
    for (guint i = 0; i < 3; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        assert_int_equal(revision->up->condition != NULL, i < 2);
        assert_int_equal(revision->up->needs_condition, i != 1);
        if (wanted[i] != NULL)
            assert_string_equal(revision->up->condition, wanted[i]);
    }
    REFUSED("a.sql:3: |sql-check", "a.sql",
            HEAD "--changeset a:1\n--precondition-sql-check x\ny\n");
    REFUSED("a.sql:3: |\"no-such\"", "a.sql",
            HEAD "--changeset a:1\n--precondition-no-such x y\ny\n");
}

static void
test_parameters(void **state)
{
    (void)state;
    assert_changeset("--property name:t value:things dbms:postgresql\n--property name:t value:no\n"
                     "--property name:o value:no dbms:oracle\n--changeset a:${t}\n"
                     "SELECT '${t} ${ t } ${o} ${none} $t {t}';",
                     "tx [6: SELECT 'things things ${o} ${none} $t {t}']", "-");
    g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(values, (gpointer) "a", (gpointer) "${b}!");
    g_hash_table_insert(values, (gpointer) "b", (gpointer) "x");
    g_hash_table_insert(values, (gpointer) "x", (gpointer) "within");
    g_hash_table_insert(values, (gpointer) "loop", (gpointer) "${loop}");
    static const char *const cases[][2] = {
        {"${a} ${${b}} $${a}", "x! within $x!"},
        {"${a", "${a"},
        {"${a ${b}", "${a x"},
        {"${:a}", "${:a}"},
        {"}{$", "}{$"},
        {"${loop}", "${loop}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = pgs_placeholders_liquibase(cases[i][0], values, FALSE);
        assert_string_equal(text, cases[i][1]);
    }
    g_autofree char *escaped = pgs_placeholders_liquibase("${: a }", values, TRUE);
    assert_string_equal(escaped, "${a}");
    g_autoptr(GString) deep = g_string_new(NULL);
    for (guint i = 0; i < 100000; i++)
        g_string_append(deep, "${");
    g_autofree char *same = pgs_placeholders_liquibase(deep->str, values, FALSE);
    assert_string_equal(same, deep->str);
}

static void
test_refused_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"--changeset a:1\n\n--changeset a:2\nx\n", "a.sql:2: |a:1"},
        {"--changeset a:1\n", "a.sql:2: |a:1"},
        {"--changeset a:1\nx\n--changeset a:1\nx\n", "a.sql:4: |already"},
        {"--changeset a\nx\n", "a.sql:2: |--changeset <author>:<id>"},
        {"-changeset a:1\nx\n", "a.sql:2: |--changeset <author>:<id>"},
        {"--changeset a: 1\nx\n", "a.sql:2: |--changeset <author>:<id>"},
        {"--changeset a:1\nx\n-rollback y\n", "a.sql:4: |--rollback"},
        {"--changeset a:1\n--comments: x\ny\n", "a.sql:3: |--comment"},
        {"--changeset a:1\n-comment x\ny\n", "a.sql:3: |--comment"},
        {"--comment x\n--changeset a:1\ny\n", "a.sql:2: |outside"},
        {"-property name:x value:y\n", "a.sql:2: |--property"},
        {"--ignoreLines:x\n", "a.sql:2: |ignoreLines:x"},
        {"--ignore:2\n", "a.sql:2: |--ignoreLines"},
        {"--changeset a:1\nx\n/* liquibase rollback\n y\n", "a.sql:4: |not closed"},
        {"--changeset a:1\nx\n--rollbackSqlFile path:y\n", "a.sql:4: |licence"},
        {"--changeset a:1\nx\n--rollback changesetId:1\n", "a.sql:4: |changesetAuthor"},
        {"--changeset a:1\n\xe9\n", "a.sql: no valid UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(HEAD, cases[i].text, NULL);
        REFUSED(cases[i].words, "a.sql", text);
    }
}

static void
test_ignored_lines(void **state)
{
    (void)state;
    assert_changeset("lost\n--changeset a:1\nSELECT 1;\n--ignoreLines:start\nno;\n--changeset "
                     "b:1\n--ignoreLines:end\n--ignoreLines:1\nno;\nSELECT 2;\n",
                     "tx [4: SELECT 1 | 11: SELECT 2]", "-");
}

#define SET HEAD "--changeset a:"

static void
test_changelogs(void **state)
{
    (void)state;
    static const char xml[] =
        "<?xml version=\"1.0\"?>\n<databaseChangeLog>\n<!-- x -->\n<property name=\"p\" "
        "value=\"v\"/>\n<include file=\"/z.sql\"/>\n<includeAll path=\"all\" "
        "relativeToChangelogFile=\"true\"/>\n<include file=\"more/root.yaml\"/>\n"
        "</databaseChangeLog>\n";
    g_autoptr(PgsHistory) history = READ(
        "db.changelog-master.xml", xml, "z.sql", SET "1\nSELECT '${p}'", "all/b.sql", SET "1\nx",
        "all/a/c.sql", SET "1\nx", "all/plain.sql", "SELECT 1; SELECT 2;\n", "unread.sql",
        SET "1\nx", "more/root.yaml",
        "databaseChangeLog:\n- property: {name: p, value: other}\n- include:\n    file: y.sql\n    "
        "relativeToChangelogFile: true\n",
        "more/y.sql", SET "1\nSELECT '${p}'");
    assert_labels(history, "z.sql::1::a all/a/c.sql::1::a all/b.sql::1::a "
                           "all/plain.sql::raw::includeAll more/y.sql::1::a");
    const PgsRevision *plain = g_ptr_array_index(history->revisions, 3);
    const PgsRevision *last = g_ptr_array_index(history->revisions, 4);
    g_autofree char *whole = describe_step(plain->up);
    g_autofree char *expanded = describe_step(last->up);
    assert_string_equal(whole, "tx [1: SELECT 1; SELECT 2;]");
    assert_string_equal(expanded, "tx [3: SELECT 'v']");
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.unmatched unread.sql\n");
    g_autoptr(PgsHistory) named =
        READ("x/main.json", "{\"databaseChangeLog\": [{\"include\": {\"file\": \"x/a.sql\"}}]}",
             "x/a.sql", SET "1\nSELECT '${p}'", "liquibase.properties",
             "changeLogFile = x/main.json\nparameter.p: q\n");
    assert_labels(named, "x/a.sql::1::a");
}

static void
test_refused_changelogs(void **state)
{
    (void)state;
    REFUSED("changelog.xml:2: |changeSet|commands:", "changelog.xml",
            "<databaseChangeLog>\n<changeSet id=\"1\" author=\"a\"/></databaseChangeLog>", "a.sql",
            SET "1\nx");
    REFUSED("changelog.yaml:2: |changeSet|commands:", "changelog.yaml",
            "databaseChangeLog:\n- changeSet: {id: 1}\n");
    REFUSED("changelog.xml:2: |there is no b.sql", "changelog.xml",
            "<databaseChangeLog>\n<include file=\"b.sql\"/></databaseChangeLog>");
    REFUSED("changelog.xml:3: ", "changelog.xml", "<databaseChangeLog>\n<include\n</a>");
    REFUSED("changelog.xml:1: |more changelogs", "changelog.xml",
            "<databaseChangeLog><include file=\"changelog.xml\"/></databaseChangeLog>");
    REFUSED("a.sql: |second time", "changelog.xml",
            "<databaseChangeLog><include file=\"a.sql\"/><include "
            "file=\"a.sql\"/></databaseChangeLog>",
            "a.sql", SET "1\nx");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),          cmocka_unit_test(test_statements),
        cmocka_unit_test(test_rollbacks),     cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_preconditions), cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_refused_files), cmocka_unit_test(test_ignored_lines),
        cmocka_unit_test(test_changelogs),    cmocka_unit_test(test_refused_changelogs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

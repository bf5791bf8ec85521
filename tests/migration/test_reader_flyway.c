/* Covers harness/migration/flyway.c, flyway_name.c, flyway_config.c, flyway_file.c,
 * flyway_script.c, flyway_callbacks.c, flyway_java.c, flyway_split.c and placeholders.c (Flyway's
 * rule). */
#include "migration/steps.h"
#include "migration/tree.h"

/* A folder of these files, read; the history does not need the files any more. */
static PgsHistory *
read_tree(const char *below, const char *const *files, GError **error)
{
    char *root = tree_new();
    tree_write_all(root, files);
    g_autofree char *folder = below != NULL ? g_build_filename(root, below, NULL) : g_strdup(root);
    PgsHistory *history = pgs_history_read(folder, "flyway", error);
    tree_free(root);
    return history;
}

#define READ(below, ...)                                                                           \
    read_or_fail(below, (const char *const[]){__VA_ARGS__, NULL}) /* "name", "text", … */

static PgsHistory *
read_or_fail(const char *below, const char *const *files)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = read_tree(below, files, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

/* Reading fails with these words. */
static void
assert_refused(const char *const *files, const char *first, const char *second)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = read_tree(NULL, files, &error);
    assert_null(history);
    if (strstr(error->message, first) == NULL || strstr(error->message, second) == NULL)
        fail_msg("\"%s\" and \"%s\" are not in \"%s\"", first, second, error->message);
}

static char *
labels_of(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_string_append_printf(text, "%s%s%s%s", i > 0 ? " " : "", revision->label,
                               revision->repeatable ? "*" : "", revision->down != NULL ? "-" : "");
    }
    return g_string_free(text, FALSE);
}

static void
assert_labels(const PgsHistory *history, const char *wanted)
{
    g_autofree char *labels = labels_of(history);
    assert_string_equal(labels, wanted);
}

static const PgsRevision *
revision_at(const PgsHistory *history, guint i)
{
    assert_true(i < history->revisions->len);
    return g_ptr_array_index(history->revisions, i);
}

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("flyway/good", NULL);
    assert_history(history, "flyway", "a file is named as Flyway has it: V10__last.sql",
                   "1|first|V1__first up statements tx down statements tx\n"
                   "1.2|second|V1_2__second up statements\n"
                   "1.10||V1.10 up statements tx\n"
                   "2.0|deep|V2.0__deep up statements tx\n"
                   "7|gone|V7__gone down statements tx\n"
                   "10|last|V10__last up statements tx\n"
                   "R__a_view|a_view|R__a_view up statements tx\n"
                   "R__b_view|b_view|R__b_view up statements tx\n",
                   "W folder.unmatched README.sql\n"
                   "W folder.unmatched deeper/Vx__y.sql\n"
                   "W folder.orphan-down U7__gone.sql\n"
                   "W folder.beyond V1_2__second.sql\n");
}

/* By number, part by part; equal versions are one. */
static void
test_order(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history =
        READ(NULL, "V1.10__a.sql", "", "V1_9__b.sql", "", "V01.2__c.sql", "", "V2__d.SQL", "",
             "V20240101000000000000000000__e.sql", "", "V1.2.0.1__f.sql", "", "V+3__g.sql", "");
    assert_labels(history, "V01.2__c V1.2.0.1__f V1_9__b V1.10__a V2__d V+3__g "
                           "V20240101000000000000000000__e");
    assert_refused((const char *const[]){"V1.0__a.sql", "", "V01__b.sql", "", NULL}, "V1.0__a.sql",
                   "V01__b.sql");
    /* also where a new database gets neither; but a baseline has a version of its own */
    assert_refused((const char *const[]){"V1__a.sql", "", "V1.0__b.sql", "", "B2__c.sql", "", NULL},
                   "V1__a.sql", "V1.0__b.sql");
    assert_refused((const char *const[]){"B2__c.sql", "", "B2.0__d.sql", "", NULL}, "B2__c.sql",
                   "B2.0__d.sql");
    g_autoptr(PgsHistory) both = READ(NULL, "V2__c.sql", "", "B2__c.sql", "");
    assert_labels(both, "B2__c");
    assert_refused((const char *const[]){"V1__x.sql", "", "a/R__v.sql", "", "b/R__v.sql", "", NULL},
                   "a/R__v.sql", "b/R__v.sql");
}

/* A new database begins with the newest baseline, and ends with the target. */
static void
test_baseline_and_target(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history =
        READ(NULL, "B2__base.sql", "", "B1__old.sql", "", "V1__a.sql", "", "V2__b.sql", "",
             "U2__b.sql", "", "V3__c.sql", "", "V4__d.sql", "", "flyway.conf", "flyway.target=3");
    assert_labels(history, "B2__base V3__c");
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "I folder.beyond B2__base.sql\nI folder.beyond flyway.conf\n");
}

static void
test_names_configured(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = READ(
        "db", "flyway.toml",
        "# ours\n[flyway]\nlocations = [\n  'filesystem:db', # here\n  \"filesystem:more\",\n]\n"
        "sqlMigrationPrefix = \"M\"\nsqlMigrationSeparator = \"-\"\nsqlMigrationSuffixes = "
        "[\".ddl\", \".pg.sql\"]\nrepeatableSqlMigrationPrefix = \"again\"\n",
        "db/M1-a.ddl", "", "db/V2__b.sql", "", "db/M3-c.pg.sql", "", "more/M2-b.ddl", "",
        "more/again-x.ddl", "");
    assert_labels(history, "M1-a M2-b M3-c again-x*");
    assert_refused((const char *const[]){"V1__a.sql", "", "V2_b.sql", "", "flyway.conf",
                                         "flyway.validateMigrationNaming=true", NULL},
                   "/V2_b.sql", "could not recognise version number 2_b");
    assert_refused(
        (const char *const[]){"V1__a.sql", "", "flyway.toml", "[flyway]\nmixed = \n", NULL},
        "flyway.toml:2:", "cannot be understood");
    assert_refused((const char *const[]){"V1__a.sql", "", "flyway.conf", "flyway.mixed=yes", NULL},
                   "flyway.mixed", "true or false");
    assert_refused((const char *const[]){"V1__a.sql", "", "flyway.conf",
                                         "flyway.failOnMissingLocations=true\n"
                                         "flyway.locations=filesystem:nowhere",
                                         NULL},
                   "filesystem:nowhere", "no location");
}

/* The schema is made, and in front of search_path in each migration. */
static void
test_schema(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = READ(
        NULL, "V1__a.sql", "SELECT '${flyway:defaultSchema}'", "conf/flyway.toml",
        "[environments.default]\nschemas = [\"sh\\\"op\", \"b\"]\n[flyway]\ntable = \"done\"\n");
    const PgsRevision *revision = revision_at(history, 0);
    g_autofree char *up = describe_step(revision->up);
    assert_string_equal(up, "tx [1: SELECT 'sh\"op']");
    assert_non_null(strstr(revision->up->before, "'\"sh\"\"op\", '"));
    assert_non_null(strstr(history->prepare, "CREATE SCHEMA IF NOT EXISTS \"sh\"\"op\";"));
    assert_non_null(strstr(history->prepare, "CREATE TABLE IF NOT EXISTS \"sh\"\"op\".\"done\""));
    assert_true(g_strv_contains(history->ledger, "done"));
    /* Without one a migration that sets search_path is what makes the reset worth its while. */
    g_autoptr(PgsHistory) plain = READ(NULL, "V1__a.sql", "SELECT 1");
    assert_null(revision_at(plain, 0)->up->before);
    g_autoptr(PgsHistory) dump =
        READ(NULL, "V1__a.sql", "SELECT 1", "V2__b.sql", "Set Search_Path = ''");
    assert_non_null(revision_at(dump, 0)->up->before);
}

static void
assert_script(const char *const *files, const char *wanted)
{
    g_autoptr(PgsHistory) history = read_or_fail(NULL, files);
    g_autofree char *up = describe_step(revision_at(history, 0)->up);
    if (strcmp(up, wanted) != 0)
        fail_msg("\n%s\nis %s\nand not %s", files[1], up, wanted);
}

#define SCRIPT(text, wanted) assert_script((const char *const[]){"V1__x.sql", text, NULL}, wanted)
#define SCRIPT_WITH(text, conf, wanted)                                                            \
    assert_script((const char *const[]){"V1__x.sql", text, "V1__x.sql.conf", conf, NULL}, wanted)

/* Parser.java and PostgreSQLParser.java, compared with the originals on many texts. */
static void
test_statements(void **state)
{
    (void)state;
    SCRIPT("", "tx []");
    SCRIPT("-- nothing\n;;\n/* at all */", "tx []");
    SCRIPT("-- a\n\nSELECT 1 ;\n\nSELECT\n 2 -- b\n", "tx [3: SELECT 1 | 5: SELECT\n 2 -- b]");
    SCRIPT("SELECT ';', \";\", $$;$$, $a$ $$;$$ $a$, E'\\';', U&';'; SELECT 2",
           "tx [1: SELECT ';', \";\", $$;$$, $a$ $$;$$ $a$, E'\\';', U&';' | 1: SELECT 2]");
    SCRIPT("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\nSELECT 3;",
           "tx [1: CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2) | 2: SELECT 3]");
    SCRIPT("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT "
           "2; END; SELECT 3;",
           "tx [1: CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; "
           "SELECT 2; END | 1: SELECT 3]");
    SCRIPT("COPY t (a) FROM stdin;\nx;y\n\\.\nSELECT 1;",
           "tx [1: COPY t (a) FROM stdin | 4: SELECT 1]");
    /* Its faults: e'…' is not known, a statement's first parenthesis is lost, $1 begins a quote. */
    SCRIPT("SELECT e'\\'; 1;", "tx [1: SELECT e'\\' | 1: 1]");
    SCRIPT("(SELECT 1) UNION (SELECT 2);", "tx [1: SELECT 1) UNION (SELECT 2)]");
    SCRIPT("SELECT $1; SELECT 2;", "tx [1: SELECT $1; SELECT 2;]");
    SCRIPT("COPY t FROM stdin;\nx\n", "refused 1: the data of this COPY … FROM STDIN does not end: "
                                      "Flyway reads on for ever");
    SCRIPT("SELECT 1;\nCREATE PROCEDURE p() BEGIN ATOMIC SELECT 1;",
           "refused 2: Flyway takes this statement for one that does not end (\"Incomplete "
           "statement\"): its BEGIN ATOMIC has no END");
}

static void
test_transactions(void **state)
{
    (void)state;
    static const char mixed[] =
        "Flyway refuses this migration: with this statement it holds both such as can and such as "
        "cannot run in a transaction (mixed is false)";
    g_autofree char *refused = g_strdup_printf("refused 2: %s", mixed);
    SCRIPT("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);",
           "no tx [1: CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)]");
    SCRIPT("REINDEX (VERBOSE) SCHEMA s;\nvacuum;\n",
           "no tx [1: REINDEX (VERBOSE) SCHEMA s | 2: vacuum]");
    /* These it does not know, and they fail in its transaction. */
    SCRIPT("REINDEX TABLE CONCURRENTLY t;", "tx [1: REINDEX TABLE CONCURRENTLY t]");
    SCRIPT("ALTER TYPE e ADD VALUE 'x';", "tx [1: ALTER TYPE e ADD VALUE 'x']");
    SCRIPT("SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);", refused);
    SCRIPT("VACUUM;\nSELECT 1;", refused);
    SCRIPT_WITH("SELECT 1;\nVACUUM;", "executeInTransaction=false\n",
                "no tx [1: SELECT 1 | 2: VACUUM]");
    SCRIPT_WITH("VACUUM;", "executeInTransaction: TRUE", "tx [1: VACUUM]");
    assert_script((const char *const[]){"V1__x.sql", "SELECT 1;\nVACUUM;", "flyway.conf",
                                        "flyway.mixed = true", NULL},
                  "no tx [1: SELECT 1 | 2: VACUUM]");
    g_autoptr(PgsHistory) group = READ(NULL, "V1__a.sql", "SELECT 1", "V2__b.sql", "SELECT 2",
                                       "flyway.conf", "flyway.group=true");
    assert_true(group->is_batch);
    assert_refused((const char *const[]){"V1__a.sql", "SELECT 1", "V2__b.sql", "VACUUM",
                                         "flyway.conf", "flyway.group=true", NULL},
                   "V2__b.sql", "flyway.group");
}

/* Flyway waits for itself unless its lock is the session's. */
static void
test_lock(void **state)
{
    (void)state;
    static const char *const locks[] = {"flyway.postgresql.transactional.lock=false", "#"};
    for (gsize i = 0; i < G_N_ELEMENTS(locks); i++) {
        g_autoptr(PgsHistory) history = READ(NULL, "V1__a.sql", "VACUUM", "flyway.conf", locks[i]);
        g_autofree char *notes = describe_notes(history);
        assert_string_equal(notes, i == 0 ? "" : "W folder.beyond V1__a.sql\n");
    }
}

static void
test_placeholders(void **state)
{
    (void)state;
    static const char conf[] = "flyway.placeholders.Name=it\nflyway.placeholders.none=\n";
    const char *const files[] = {"V1__x.sql",
                                 "SELECT '${NAME}${none}', '$${name}', "
                                 "'${flyway:filename} ${flyway:table}';",
                                 "flyway.conf", conf, NULL};
    assert_script(files, "tx [1: SELECT 'it', '$${name}', 'V1__x.sql flyway_schema_history']");
    /* Everywhere, comments too; on reaching the migration. */
    SCRIPT("SELECT 1;\n-- ${x}\n", "refused 2: no value for the placeholder ${x}");
    SCRIPT("SELECT '${x", "refused 1: no value for the placeholder ${x}");
    SCRIPT("SELECT '${flyway:user}'", "refused 1: no value for the placeholder ${flyway:user}");
    SCRIPT_WITH("SELECT '${x}';", "placeholderReplacement=false", "tx [1: SELECT '${x}']");
    const char *const other[] = {"V1__x.sql", "SELECT '@x@', '${x}'", "flyway.conf",
                                 "flyway.placeholderPrefix=@\nflyway.placeholderSuffix=@\n"
                                 "flyway.placeholders.x=1",
                                 NULL};
    assert_script(other, "tx [1: SELECT '1', '${x}']");
    /* A repeatable's checksum is taken before anything runs. */
    assert_refused((const char *const[]){"V1__x.sql", "", "R__v.sql", "SELECT 1;\n ${x}", NULL},
                   "/R__v.sql:2:2: ", "${x}");
    /* pgstair.yaml's win. */
    g_autoptr(PgsToolSettings) settings = pgs_tool_settings_new();
    g_strfreev(settings->placeholders);
    settings->placeholders = g_strsplit("X=a=b flyway:user=me", " ", -1);
    char *root = tree_new();
    tree_write(root, "V1__x.sql", "SELECT '${x} ${flyway:user}'");
    tree_write(root, "flyway.conf", "flyway.placeholders.x=no");
    PgsSystem system = {.folder = root, .format = (char *)"flyway", .tool = settings};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read_system(&system, NULL, &error);
    tree_free(root);
    assert_non_null(history);
    g_autofree char *up = describe_step(revision_at(history, 0)->up);
    assert_string_equal(up, "tx [1: SELECT 'a=b me']");
}

static void
test_script_conf(void **state)
{
    (void)state;
    SCRIPT_WITH("SELECT '\xe9';", "encoding=ISO-8859-1", "tx [1: SELECT '\xc3\xa9']");
    SCRIPT("SELECT '\xe9';", "refused 1: byte 0xe9 is no valid UTF-8 here");
    SCRIPT("\xef\xbb\xbfSELECT 1;", "tx [1: SELECT 1]");
    assert_refused(
        (const char *const[]){"V1__x.sql", "", "V1__x.sql.conf", "inTransaction=false", NULL},
        "/V1__x.sql.conf", "unknown configuration property: inTransaction");
    assert_refused(
        (const char *const[]){"V1__x.sql", "", "V1__x.sql.conf", "executeInTransaction=no", NULL},
        "/V1__x.sql.conf", "executeInTransaction");
    g_autoptr(PgsHistory) history =
        READ(NULL, "V1__x.sql", "", "V2__y.sql", "", "V1__x.sql.conf", "shouldExecute=false");
    assert_labels(history, "V2__y");
}

static void
test_callbacks(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history =
        READ(NULL, "V1__a.sql", "SELECT 1", "U1__a.sql", "SELECT -1", "R__v.sql", "SELECT 2",
             "beforeMigrate.sql", "SELECT 'bm'", "beforeMigrate__again.sql", "SELECT 'bm2'",
             "afterMigrate.sql", "SELECT 'am'", "afterVersioned.sql", "SELECT 'av'",
             "beforeEachMigrate.sql", "SELECT 'be'", "afterEachMigrate.sql", "SELECT 'ae'",
             "beforeEachUndo.sql", "SELECT 'bu'", "afterClean.sql", "SELECT 'no'",
             "beforeEachMigrateStatement.sql", "SELECT 'no'", "beforeMigrateX.sql", "SELECT 'no'");
    assert_labels(history, "beforeMigrate* beforeMigrate__again* V1__a- afterVersioned* R__v* "
                           "afterMigrate*");
    g_autofree char *up = describe_step(revision_at(history, 2)->up);
    g_autofree char *down = describe_step(revision_at(history, 2)->down);
    g_autofree char *repeatable = describe_step(revision_at(history, 4)->up);
    assert_string_equal(up, "tx [1: SELECT 'be'] tx [1: SELECT 1] tx [1: SELECT 'ae']");
    assert_string_equal(down, "tx [1: SELECT 'bu'] tx [1: SELECT -1]");
    assert_string_equal(repeatable, "tx [1: SELECT 'be'] tx [1: SELECT 2] tx [1: SELECT 'ae']");
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.unmatched beforeMigrateX.sql\n"
                               "W folder.beyond beforeEachMigrateStatement.sql\n");
}

/* What is no SQL is said, wherever Maven and Gradle keep it, unless no new database gets it. */
static void
test_java(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = READ(
        "src/main/resources/db/migration", "src/main/resources/db/migration/V1__a.sql", "",
        "src/main/java/db/migration/v2/V2__rows.java", "", "src/main/java/db/migration/Help.java",
        "", "src/main/resources/db/migration/V3__x.kt", "");
    assert_labels(history, "V1__a");
    assert_int_equal(history->notes->len, 2);
    const PgsNote *note = g_ptr_array_index(history->notes, 0);
    assert_non_null(strstr(note->path, "src/main/java/db/migration/v2/V2__rows.java"));
    assert_string_equal(note->check, "folder.code");
    g_autoptr(PgsHistory) scripts =
        READ(NULL, "B3__a.sql", "", "V2__old.java", "", "V4__a.sh", "", "R__b.py", "", "help.sh",
             "", "V9__late.kt", "", "flyway.conf", "flyway.target=5");
    g_autofree char *notes = describe_notes(scripts);
    assert_string_equal(notes, "W folder.code R__b.py\nW folder.code V4__a.sh\n");
    g_autoptr(PgsHistory) configured =
        READ(NULL, "src/main/resources/db/migration/V1__a.sql", "", "test/V9__b.sql", "",
             "flyway.conf", "flyway.locations=classpath:db/migration");
    assert_labels(configured, "V1__a");
}

/* refinery's names are the same: Cargo.toml tells. */
static void
test_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *format;
    } cases[] = {
        {"Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n", "refinery"},
        {"pom.xml", "<project/>", "flyway"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *root = tree_new();
        tree_write(root, "migrations/V1__a.sql", "SELECT 1");
        tree_write(root, cases[i].name, cases[i].text);
        tree_write(root, ".git/HEAD", "");
        g_autofree char *folder = g_build_filename(root, "migrations", NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = pgs_history_read(folder, NULL, &error);
        tree_free(root);
        assert_non_null(history);
        assert_string_equal(history->format, cases[i].format);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_baseline_and_target),
        cmocka_unit_test(test_names_configured),
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_transactions),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_script_conf),
        cmocka_unit_test(test_callbacks),
        cmocka_unit_test(test_java),
        cmocka_unit_test(test_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

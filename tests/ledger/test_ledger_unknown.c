/* harness/ledger/ledger.c (is_missed), ledger_{sqitch,sqlx,refinery,sql_migrate,flyway,
 * node_pg_migrate}.c, sql/leftovers_detach.sql */
#include "apply_fixture.h"

/* ---- versions without a file ---- */

/* A folder of two, whose line for it the books have, and what they have besides. */
typedef struct {
    const char *format;
    const char *first, *second; /* files */
    const char *text;
    const char *unknown;       /* adds a line that the folder has no file of, behind both */
    const char *expected;      /* "1": it is missed when both are applied */
    const char *behind;        /* likewise when only the first one is */
    const char *config, *says; /* the tool's own file beside them, and what it says; or NULL */
} Case;

#define FLYWAY_LINE                                                                                \
    "INSERT INTO flyway_schema_history VALUES (9, '1.5', 'c', 'SQL', 'V1_5__c.sql', 1, 'me', "     \
    "now(), 1, true)"

static const Case cases[] = {
    {"sqlx", "1_a.sql", "2_b.sql", "SELECT 1;",
     "INSERT INTO _sqlx_migrations VALUES (3, 'c', now(), true, '', 1)", "1", "1"},
    {"refinery", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     "INSERT INTO refinery_schema_history VALUES (3, 'c', '2026-01-01T00:00:00Z', '1')", "1", "1"},
    {"sql-migrate", "1.sql", "2.sql", "-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n",
     "INSERT INTO gorp_migrations VALUES ('3.sql', now())", "1", "1"},
    {"node-pg-migrate", "1_a.sql", "2_b.sql", "-- Up Migration\nSELECT 1;\n",
     "INSERT INTO pgmigrations (name, run_on) VALUES ('3_c', now())", "", "1"},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     "INSERT INTO flyway_schema_history VALUES (9, '3', 'c', 'SQL', 'V3__c.sql', 1, 'me', now(), "
     "1, true)",
     "", ""},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     "INSERT INTO flyway_schema_history VALUES (9, '1.5', 'c', 'SQL', 'V1_5__c.sql', 1, 'me', "
     "now(), 1, true)",
     "1", "1"},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     "INSERT INTO flyway_schema_history VALUES (9, '1.5', 'c', 'JDBC', 'V1_5__c', 1, 'me', now(), "
     "1, true)",
     "", ""},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     "INSERT INTO flyway_schema_history VALUES (9, NULL, 'c', 'SQL', 'R__c.sql', 1, 'me', now(), "
     "1, true)",
     "1", "1"},
    /* "flyway repair" of what has no file any more */
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     FLYWAY_LINE ", (10, '1.5', 'c', 'DELETE', 'V1_5__c.sql', 1, 'me', now(), 0, true)", "", ""},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;", FLYWAY_LINE, "", "", "flyway.conf",
     "flyway.ignoreMigrationPatterns=repeatable:pending, Versioned:Missing\n"},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;", FLYWAY_LINE, "1", "1", "flyway.conf",
     "flyway.ignoreMigrationPatterns=repeatable:missing\n"},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;", FLYWAY_LINE, "", "", "flyway.conf",
     "flyway.validateOnMigrate=false\n"},
    {"flyway", "V1__a.sql", "V2__b.sql", "SELECT 1;",
     "INSERT INTO flyway_schema_history VALUES (9, '3', 'c', 'SQL', 'V3__c.sql', 1, 'me', now(), "
     "1, true)",
     "1", "1", "flyway.conf", "flyway.ignoreMigrationPatterns=*:missing\n"},
    {"sql-migrate", "1.sql", "2.sql", "-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n",
     "INSERT INTO gorp_migrations VALUES ('3.sql', now())", "", "", "dbconfig.yml",
     "production:\n  dialect: postgres\n  dir: .\n  ignoreunknown: true\n"},
    {"dbmate", "1_a.sql", "2_b.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\n",
     "INSERT INTO schema_migrations VALUES ('3')", "", ""},
};

static void
assert_missed(Books *books, const Case *tried, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(books->ledger, books->connection, &error);
    if (state == NULL)
        fail_msg("%s", error->message);
    guint missed = 0;
    for (guint i = 0; i < state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        assert_false(entry->is_missed && entry->revision >= 0);
        missed += entry->is_missed ? 1 : 0;
    }
    if (missed != (*expected != '\0' ? 1 : 0))
        fail_msg("%s: %s: %u missed", tried->format, tried->unknown, missed);
}

static void
test_missed(void **state)
{
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *tried = &cases[i];
        books_empty(books);
        books_run(books, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        books_write(books, tried->first, tried->text);
        books_write(books, tried->second, tried->text);
        if (tried->config != NULL)
            books_write(books, tried->config, tried->says);
        books_open(books, tried->format);
        books_create(books);
        books_record(books, 0, TRUE);
        assert_missed(books, tried, "");
        books_record(books, 1, TRUE);
        books_run(books, tried->unknown);
        assert_missed(books, tried, tried->expected);
        books_run(books, "DO $$BEGIN EXECUTE format('TRUNCATE %s', (SELECT oid::regclass FROM "
                         "pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)"
                         "); END$$");
        books_record(books, 0, TRUE);
        books_run(books, tried->unknown);
        assert_missed(books, tried, tried->behind);
    }
}

/* What the rules come to when a project's own file changes them. */
static void
test_rules(void **state)
{
    Books *books = *state;
    const struct {
        const char *says;
        PgsLedgerHoles holes;
        gboolean refuses_edited;
    } rules[] = {
        {"", PGS_LEDGER_HOLES_REFUSED, TRUE},
        {"flyway.outOfOrder=true\n", PGS_LEDGER_HOLES_APPLIED, TRUE},
        {"flyway.ignoreMigrationPatterns=*:ignored\n", PGS_LEDGER_HOLES_PASSED, TRUE},
        {"flyway.ignoreMigrationPatterns=*:*\n", PGS_LEDGER_HOLES_PASSED, FALSE},
        {"flyway.validateOnMigrate=false\n", PGS_LEDGER_HOLES_PASSED, FALSE},
    };
    books_write(books, "V1__a.sql", "SELECT 1;");
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        books_write(books, "flyway.conf", rules[i].says);
        books_open(books, "flyway");
        assert_int_equal(books->ledger->holes, rules[i].holes);
        assert_int_equal(books->ledger->refuses_edited, rules[i].refuses_edited);
    }
}

static void
test_no_check_order(void **state)
{
    Books *books = *state;
    char *top = books->folder;
    const struct {
        const char *script, *options;
        PgsLedgerHoles holes;
    } calls[] = {
        {"up", "{}", PGS_LEDGER_HOLES_REFUSED},
        {"up --no-check-order", "{}", PGS_LEDGER_HOLES_APPLIED},
        {"up --check-order=false", "{}", PGS_LEDGER_HOLES_APPLIED},
        {"up --no-check-order -f c.json", "{\"check-order\": true}", PGS_LEDGER_HOLES_REFUSED},
        {"up -f c.json", "{\"check-order\": false}", PGS_LEDGER_HOLES_APPLIED},
    };
    books_write(books, "migrations/1_a.sql", "-- Up Migration\nSELECT 1;\n");
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_autofree char *package =
            g_strdup_printf("{\"scripts\": {\"m\": \"node-pg-migrate %s\"}}", calls[i].script);
        books->folder = top;
        books_write(books, "package.json", package);
        books_write(books, "c.json", calls[i].options);
        g_autofree char *folder = g_build_filename(top, "migrations", NULL);
        books->folder = folder;
        books_open(books, "node-pg-migrate");
        books->folder = top;
        assert_int_equal(books->ledger->holes, calls[i].holes);
        assert_int_equal(books->ledger->unknown, calls[i].holes == PGS_LEDGER_HOLES_REFUSED
                                                     ? PGS_LEDGER_UNKNOWN_LAST
                                                     : PGS_LEDGER_UNKNOWN_IGNORED);
    }
}

/* Of a tool that keeps a log: what was only said is not told as run. */
static void
test_mark(void **state)
{
    Books *books = *state;
    const PgsLedgerEvent events[] = {
        {.up = TRUE, .is_mark = TRUE}, {.is_mark = TRUE}, {.up = TRUE}, {.up = FALSE}};
    books_write(books, "1_a.sql", "SELECT 1;");
    books_open(books, "yoyo");
    books_create(books);
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
        g_autofree char *sql = books->ledger->kind->record(books->ledger, &events[i]);
        books_run(books, sql);
    }
    g_autofree char *log = books_value(
        books, "SELECT string_agg(operation, ' ' ORDER BY created_at_utc) FROM _yoyo_log");
    assert_string_equal(log, "mark unmark apply rollback");
}

static void
test_title(G_GNUC_UNUSED void **state)
{
    const struct {
        PgsLedgerEntry entry;
        const char *expected;
    } titles[] = {
        {{.version = (char *)"3", .name = (char *)""}, "3"},
        {{.version = (char *)"d3c4", .name = (char *)"y"}, "y (d3c4)"},
        {{.version = (char *)"", .name = (char *)"view"}, "view"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
        g_autofree char *title = pgs_ledger_entry_title(&titles[i].entry);
        assert_string_equal(title, titles[i].expected);
    }
}

/* ---- a database of another encoding ---- */

static void
test_latin1(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *usual = books->database;
    books_run(books, "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' "
                     "TEMPLATE template0");
    books->database = g_strdup("latin");
    books_write(books, "1_a.sql", "-- migrate:up\nCREATE TABLE a (x int);\n-- migrate:down\n");
    books_write(books, "2_b.sql",
                "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY ai ON a (x);\n"
                "-- migrate:down\n");
    books_open(books, "dbmate");
    site_open(&site, books);
    guint done = 0;
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 1, &done, &error);
    site_close(&site);
    g_free(books->database);
    books->database = g_steal_pointer(&usual);
    books_run(books, "DROP DATABASE latin WITH (FORCE)");
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(done, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_missed),         BOOKS_TEST(test_rules),       BOOKS_TEST(test_mark),
        BOOKS_TEST(test_no_check_order), cmocka_unit_test(test_title), BOOKS_TEST(test_latin1),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}

/* Covers harness/sql/classify.c. */
#include "cmocka_all.h"

#include "sql/script.h"

#include <string.h>

#define BEGIN PGS_STATEMENT_BEGIN
#define COMMIT PGS_STATEMENT_COMMIT
#define ROLLBACK PGS_STATEMENT_ROLLBACK
#define ALONE PGS_STATEMENT_NO_TRANSACTION
#define COPY_IN PGS_STATEMENT_COPY_IN
#define CLUSTER PGS_STATEMENT_CLUSTER
#define DESTROYS PGS_STATEMENT_DESTROYS

typedef struct {
    const char *sql;
    PgsStatementFlags flags;
    const char *tag;
} Case;

static void
check(const Case *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsScript) script =
            pgs_script_new(cases[i].sql, strlen(cases[i].sql), FALSE, NULL, &error);
        if (script == NULL)
            fail_msg("%s: %s", cases[i].sql, error->message);
        if (pgs_script_n_statements(script) != 1)
            fail_msg("%s: not one statement", cases[i].sql);
        const PgsStatement *statement = pgs_script_statement(script, 0);
        if (statement->flags != cases[i].flags)
            fail_msg("%s: flags %#x, not %#x", cases[i].sql, (guint)statement->flags,
                     (guint)cases[i].flags);
        if (cases[i].tag != NULL && strcmp(statement->tag, cases[i].tag) != 0)
            fail_msg("%s: tag \"%s\", not \"%s\"", cases[i].sql, statement->tag, cases[i].tag);
        assert_int_equal(pgs_script_flags(script), cases[i].flags);
    }
}

static void
test_transaction_control(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"BEGIN", BEGIN, "BEGIN"},
        {"begin isolation level serializable", BEGIN, "BEGIN"},
        {"/* x */ Start /* y */ Transaction", BEGIN, "START TRANSACTION"},
        {"COMMIT", COMMIT, "COMMIT"},
        {"END WORK", COMMIT, "END"},
        {"PREPARE TRANSACTION 'x'", COMMIT, "PREPARE TRANSACTION"},
        {"PREPARE transaction_of AS SELECT 1", 0, "PREPARE"},
        {"COMMIT AND CHAIN", COMMIT, "COMMIT"},
        {"COMMIT PREPARED 'x'", ALONE, "COMMIT PREPARED"},
        {"ROLLBACK", ROLLBACK, "ROLLBACK"},
        {"ROLLBACK WORK", ROLLBACK, "ROLLBACK"},
        {"ABORT", ROLLBACK, "ABORT"},
        {"ROLLBACK TO s", 0, "ROLLBACK"},
        {"ROLLBACK TRANSACTION TO SAVEPOINT s", 0, "ROLLBACK"},
        {"ROLLBACK PREPARED 'x'", ALONE, "ROLLBACK PREPARED"},
        {"SAVEPOINT s", 0, "SAVEPOINT"},
        {"\"begin\"", 0, ""},
        {"SELECT 'BEGIN; COMMIT'", 0, "SELECT"},
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void
test_no_transaction(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"CREATE INDEX CONCURRENTLY i ON t (a)", ALONE, "CREATE INDEX"},
        {"create unique index concurrently if not exists i on t (a)", ALONE, "CREATE INDEX"},
        {"CREATE INDEX i ON t (concurrently)", 0, "CREATE INDEX"},
        {"CREATE INDEX \"concurrently\" ON t (a)", 0, "CREATE INDEX"},
        {"CREATE INDEX -- CONCURRENTLY\n i ON t (a)", 0, "CREATE INDEX"},
        {"DROP INDEX CONCURRENTLY i", ALONE, "DROP INDEX"},
        {"DROP INDEX i", 0, "DROP INDEX"},
        {"REINDEX TABLE CONCURRENTLY t", ALONE, "REINDEX"},
        {"REINDEX (VERBOSE, CONCURRENTLY) INDEX i", ALONE, "REINDEX"},
        {"REINDEX (VERBOSE) DATABASE d", ALONE, "REINDEX"},
        {"REINDEX SCHEMA s", ALONE, "REINDEX"},
        {"REINDEX TABLE t", 0, "REINDEX"},
        {"VACUUM (FULL) t", ALONE, "VACUUM"},
        {"CLUSTER", ALONE, "CLUSTER"},
        {"CLUSTER VERBOSE", ALONE, "CLUSTER"},
        {"CLUSTER (VERBOSE)", ALONE, "CLUSTER"},
        {"CLUSTER t USING i", 0, "CLUSTER"},
        {"CLUSTER VERBOSE t", 0, "CLUSTER"},
        {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", ALONE, "ALTER TABLE"},
        {"ALTER TABLE t DETACH PARTITION p", 0, "ALTER TABLE"},
        {"DISCARD ALL", ALONE, "DISCARD"},
        {"DISCARD PLANS", 0, "DISCARD"},
        {"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", ALONE, "CREATE SUBSCRIPTION"},
        {"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (enabled = false, connect = "
         "false)",
         0, "CREATE SUBSCRIPTION"},
        {"ALTER SUBSCRIPTION s REFRESH PUBLICATION", ALONE, "ALTER SUBSCRIPTION"},
        {"ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", 0, "ALTER SUBSCRIPTION"},
        {"ALTER SUBSCRIPTION s DISABLE", 0, "ALTER SUBSCRIPTION"},
        {"ALTER TYPE e ADD VALUE 'x'", 0, "ALTER TYPE"}, /* since 12 */
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void
test_cluster(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"CREATE DATABASE d", ALONE | CLUSTER, "CREATE DATABASE"},
        {"DROP TABLESPACE t", ALONE | CLUSTER, "DROP TABLESPACE"},
        {"ALTER TABLESPACE t RENAME TO u", CLUSTER, "ALTER TABLESPACE"},
        {"ALTER SYSTEM SET a = 1", ALONE | CLUSTER, "ALTER SYSTEM"},
        {"ALTER DATABASE d SET search_path = a", 0, "ALTER DATABASE"},
        {"ALTER DATABASE d RESET ALL", 0, "ALTER DATABASE"},
        {"ALTER DATABASE d WITH CONNECTION LIMIT 3", CLUSTER, "ALTER DATABASE"},
        {"ALTER DATABASE d RENAME TO e", CLUSTER, "ALTER DATABASE"},
        {"ALTER DATABASE d SET TABLESPACE t", ALONE | CLUSTER, "ALTER DATABASE"},
        {"create role r", CLUSTER, "CREATE ROLE"},
        {"ALTER ROLE r SET a = 1", CLUSTER, "ALTER ROLE"},
        {"DROP USER u", CLUSTER, "DROP USER"},
        {"CREATE GROUP g", CLUSTER, "CREATE GROUP"},
        {"CREATE USER MAPPING FOR u SERVER s", 0, "CREATE USER MAPPING"},
        {"DROP USER MAPPING FOR u SERVER s", 0, "DROP USER MAPPING"},
        {"CREATE USER \"mapping\"", CLUSTER, "CREATE USER"},
        {"GRANT a TO b", CLUSTER, "GRANT"},
        {"GRANT a, b TO c WITH ADMIN OPTION", CLUSTER, "GRANT"},
        {"REVOKE ADMIN OPTION FOR a FROM b", CLUSTER, "REVOKE"},
        {"GRANT SELECT ON t TO b", 0, "GRANT"},
        {"GRANT SELECT (a), UPDATE (b) ON TABLE t TO b", 0, "GRANT"},
        {"GRANT CREATE ON TABLESPACE t TO b", CLUSTER, "GRANT"},
        {"GRANT SET ON PARAMETER work_mem TO b", CLUSTER, "GRANT"},
        {"COMMENT ON ROLE r IS 'x'", CLUSTER, "COMMENT"},
        {"COMMENT ON TABLE role IS 'x'", 0, "COMMENT"},
        {"REASSIGN OWNED BY a TO b", 0, "REASSIGN OWNED"},
        {"CREATE TABLE role (a int)", 0, "CREATE TABLE"},
        {"SET ROLE r", 0, "SET"},
        {"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", 0, "ALTER DEFAULT PRIVILEGES"},
        {"CREATE PUBLICATION p FOR ALL TABLES", 0, "CREATE PUBLICATION"},
    };
    check(cases, G_N_ELEMENTS(cases));
}

/* Code that makes such objects when it runs. */
static void
test_bodies(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"DO $$ BEGIN IF true THEN CREATE ROLE r; END IF; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN create user mapping for u server s; END $$", 0, "DO"},
        {"DO $$ BEGIN EXECUTE 'CREATE ROLE r'; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN EXECUTE format('CREATE ROLE %I', x); END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN EXECUTE 'CREATE ' || 'ROLE ' || quote_ident(x); END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN EXECUTE $x$ ALTER SYSTEM SET a = 1 $x$; END $$", CLUSTER, "DO"},
        {"DO 'BEGIN EXECUTE ''CREATE ROLE r''; END'", CLUSTER, "DO"},
        {"DO $$ BEGIN GRANT a TO b; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN GRANT SELECT ON a TO b; END $$", 0, "DO"},
        {"DO $$ BEGIN EXECUTE format('GRANT SELECT ON %I TO %I', a, b); END $$", 0, "DO"},
        {"DO $$ BEGIN EXECUTE format('GRANT %I TO %I', a, b); END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET a = 1'; END $$", 0,
         "DO"},
        {"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET a = 1', current_database()); END $$", 0,
         "DO"},
        {"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO x', current_database()); END $$",
         CLUSTER, "DO"},
        {"DO $$ BEGIN -- CREATE ROLE r\n PERFORM 1; END $$", 0, "DO"},
        {"DO $$ BEGIN CREATE TABLE role (a int); DROP TABLE users; END $$", 0, "DO"},
        {"DO $$ BEGIN RAISE 'it isn''t a role'; CREATE GROUP g; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN RAISE EXCEPTION 'cannot drop user %', 'drop role r'; END $$", 0, "DO"},
        {"DO $$ BEGIN RAISE EXCEPTION USING HINT = 'Create user x first'; END $$", 0, "DO"},
        {"DO $$ BEGIN RAISE NOTICE '%', run('CREATE ROLE r'); END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN RAISE 'drop user'; EXECUTE 'DROP USER ' || x; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN PERFORM log('nobody may alter role r'); END $$", 0, "DO"},
        {"DO $$ BEGIN EXECUTE 'SELECT 1; DROP ROLE r'; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN IF a THEN NULL; ELSE DROP ROLE r; END IF; END $$", CLUSTER, "DO"},
        {"DO $$ BEGIN FOR i IN 1..2 LOOP /* x */ ALTER USER u LOGIN; END LOOP; END $$", CLUSTER,
         "DO"},
        {"CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP ROLE r; "
         "END $$",
         CLUSTER, "CREATE FUNCTION"},
        {"CREATE FUNCTION f(a text DEFAULT 'role') RETURNS void LANGUAGE sql AS 'SELECT 1'", 0,
         "CREATE FUNCTION"},
        {"SELECT 'CREATE ROLE r'", 0, "SELECT"},
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void
test_copy_and_destruction(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"COPY t FROM STDIN", COPY_IN, "COPY"},
        {"copy s.t (a, \"from\") from stdin (format csv)", COPY_IN, "COPY"},
        {"COPY t FROM '/file'", 0, "COPY"},
        {"COPY t TO STDOUT", 0, "COPY"},
        {"COPY (SELECT * FROM stdin) TO STDOUT", 0, "COPY"},
        {"DROP TABLE IF EXISTS t", DESTROYS, "DROP TABLE"},
        {"DROP SCHEMA s CASCADE", DESTROYS, "DROP SCHEMA"},
        {"ALTER TABLE t ADD COLUMN a int, DROP COLUMN b", DESTROYS, "ALTER TABLE"},
        {"ALTER TABLE t DROP b", DESTROYS, "ALTER TABLE"},
        {"ALTER TABLE t DROP CONSTRAINT c", 0, "ALTER TABLE"},
        {"ALTER TABLE t ALTER a DROP NOT NULL, ALTER b DROP DEFAULT", 0, "ALTER TABLE"},
        {"TRUNCATE t", DESTROYS, "TRUNCATE"},
        {"DELETE FROM t", DESTROYS, "DELETE"},
        {"DROP VIEW v", 0, "DROP VIEW"},
    };
    check(cases, G_N_ELEMENTS(cases));
}

static void
test_tags(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"CREATE TEMP TABLE t (a int)", 0, "CREATE TABLE"},
        {"CREATE UNLOGGED TABLE t (a int)", 0, "CREATE TABLE"},
        {"CREATE OR REPLACE VIEW v AS SELECT 1", 0, "CREATE VIEW"},
        {"CREATE MATERIALIZED VIEW v AS SELECT 1", 0, "CREATE MATERIALIZED VIEW"},
        {"CREATE CONSTRAINT TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION f()", 0, "CREATE TRIGGER"},
        {"CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()", 0,
         "CREATE EVENT TRIGGER"},
        {"ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH d", 0,
         "ALTER TEXT SEARCH CONFIGURATION"},
        {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", 0, "REFRESH MATERIALIZED VIEW"},
        {"(SELECT 1) UNION (SELECT 2)", 0, "SELECT"},
        {"WITH x AS (SELECT 1) SELECT * FROM x", 0, "WITH"},
        {"CRATE TABLE t", 0, "CRATE"},
        {"42", 0, ""},
        {"U&\"x\" 1", 0, ""},
        {"CREATE", 0, "CREATE"},
    };
    check(cases, G_N_ELEMENTS(cases));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transaction_control),
        cmocka_unit_test(test_no_transaction),
        cmocka_unit_test(test_cluster),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_copy_and_destruction),
        cmocka_unit_test(test_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

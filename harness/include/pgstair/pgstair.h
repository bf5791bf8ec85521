#ifndef PGSTAIR_PGSTAIR_H
#define PGSTAIR_PGSTAIR_H

/*
 * libpgstair: a database of its own for each test suite, cloned from a template that the project's
 * migrations made, and assertions about schema and behaviour that go to the same run record as
 * pgstair's own checks.  cmocka suites include pgstair/cmocka.h, which sits on top of this.
 *
 * A suite is used by one thread.  Strings that are given are copied; strings that are returned
 * belong to the suite and live until it is closed, unless it says otherwise.  Nothing here aborts,
 * prints or jumps: what fails returns 0 or NULL, and pgs_suite_error() says why.
 */

#include <pgstair/version.h>

#include <libpq-fe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- A suite and its database ---- */

typedef struct PgsSuite PgsSuite;

/* Zeroed fields have the defaults that are named. */
typedef struct {
    const char *name;   /* the suite's, for reports; NULL: the system's */
    const char *config; /* path of a pgstair.yaml; NULL: $PGSTAIR_CONFIG, else the nearest one at or
                           above the working folder */
    const char *system; /* of that file; NULL: its only one */
    const char *at;     /* the revision that the template is migrated to; NULL: "head" */
    int no_sample_data; /* 1: the system's sample data is not loaded into the template */
    const char *record; /* where the run record goes; NULL: $PGSTAIR_RECORD_DIR/<name>.xml when that
                           is set, else none is written */
    const char *junit;  /* JUnit XML; NULL: $PGSTAIR_JUNIT_DIR/<name>.xml likewise */
    const char *server; /* "local:15"; NULL: $PGSTAIR_SERVER, or what the system says: the shared
                           server that $PGSTAIR_SHARED_SERVER names when it is such a one, else one
                           that is started for this suite alone */
    int statement_timeout; /* milliseconds for each statement of a test; 0: 60,000 */
} PgsSuiteOptions;

/*
 * Opens a suite: reads the configuration, finds or starts a server, makes the migrated template (or
 * takes the one that another suite has made there of the same files), clones it and connects.
 * options may be NULL.  A record and a JUnit report that say that the suite did not end are written
 * at once, in place of an older run's: they stand should the process die.  PGTZ, PGDATESTYLE,
 * PGGEQO and PGSERVICE, which would reach every session, are taken out of the environment.  Never
 * NULL: when it could not be opened, pgs_suite_error() says why, and every other call on it fails
 * with the same words.  The suite belongs to this process: in one that is forked off every call
 * fails, and closing it does nothing.
 */
PgsSuite *pgs_suite_open(const PgsSuiteOptions *options);

/*
 * Writes the record and the JUnit report, drops the database, stops a server of its own, frees the
 * suite.  1: all of that was done; 0: it was not, with the reason on standard error.  NULL:
 * nothing, 1.
 */
int pgs_suite_close(PgsSuite *suite);
/*
 * The same for one whose tests have not all run, for this reason: the open case ended early, and an
 * error (suite.end) says so for all requirements that were named.
 */
int pgs_suite_abandon(PgsSuite *suite, const char *reason);

/* Why the last call on the suite failed, for a person; "" when it did not.  Valid until the next
 * call. */
const char *pgs_suite_error(const PgsSuite *suite);

/* The connection to the suite's database, as the superuser of the throwaway server; the suite's: do
 * not finish it.  NULL when the suite is not open. */
PGconn *pgs_suite_connection(PgsSuite *suite);
/* A libpq connection string for further connections to the same database. */
const char *pgs_suite_conninfo(PgsSuite *suite);
/* The server's version as libpq numbers it: 150004. */
int pgs_suite_server_version(const PgsSuite *suite);

/* A fresh clone of the template in place of the present database; other connections to it are
 * ended.  pgs_suite_connection() changes.  In a transaction of pgs_suite_begin(): another one is
 * begun there. */
int pgs_suite_reset(PgsSuite *suite);
/*
 * Migrates the suite's database up or down to a revision ("base", "head", an id), as the system's
 * tool would, in a session of its own: not while a transaction of the test is open.
 */
int pgs_suite_migrate(PgsSuite *suite, const char *revision);
/* Loads the system's sample data (those entries that belong to the present revision) again; not
 * while a transaction of the test is open. */
int pgs_suite_load_sample_data(PgsSuite *suite);
/*
 * A further database on the suite's server, empty but for what the system's prepare: makes, with a
 * connection to it: the caller's, to PQfinish().  It is dropped with the suite.  NULL on failure.
 */
PGconn *pgs_suite_empty_database(PgsSuite *suite);

/* ---- Cases ---- */

/* A place in a test's source; what is told of an assertion or a case names it. */
typedef struct {
    const char *file;
    int line;
} PgsWhere;

static inline PgsWhere
pgs_where(const char *file, int line)
{
    PgsWhere where;

    where.file = file;
    where.line = line;
    return where;
}
/* The place where it stands. */
#define PGS_HERE pgs_where(__FILE__, __LINE__)

/*
 * Begins a case: what follows belongs to it, and serves the requirements, ids with blanks or commas
 * between (NULL: none).  A case that was still open ended early (a failed assertion of cmocka's
 * own, a crash): that becomes a failed finding with the case's requirements.
 */
int pgs_case_begin(PgsSuite *suite, const char *title, const char *requirements);
/* Other words for the open case, in which nothing was asserted yet. */
int pgs_case_rename(PgsSuite *suite, const char *title, const char *requirements);
/* Where it stands, for what is told of it; an assertion's own place comes before this one. */
int pgs_case_place(PgsSuite *suite, PgsWhere where);
/* Ends it: when nothing in it failed, that is a passed finding and 1. */
int pgs_case_end(PgsSuite *suite);
/* Ends it, if one is open, as one that ended early: failed, or skipped when that was said. */
int pgs_case_abandon(PgsSuite *suite);
/* Other requirements for the assertions that follow in the case; NULL: the case's own again. */
int pgs_case_requirements(PgsSuite *suite, const char *requirements);
/* Says that the case cannot be judged here, and why; it is told as skipped, never as passed. */
int pgs_case_skip(PgsSuite *suite, const char *reason);
/* How many cases have failed so far, the ones that ended early included. */
int pgs_suite_failures(const PgsSuite *suite);

/*
 * A transaction around what a test does: pgs_suite_rollback() undoes all that came since.
 * Assertions work inside it.  Statements of the test's own must not end it: pgs_suite_rollback()
 * fails then, and so do the cases since, as they do when the connection was lost or is in use.
 */
int pgs_suite_begin(PgsSuite *suite);
int pgs_suite_rollback(PgsSuite *suite);

/*
 * ---- Assertions ----
 * Each is a finding; 1 when it holds, else 0 and pgs_suite_error() tells what was expected and what
 * is there.  where: the place of the assertion (the cmocka glue fills it in).
 */

/* All expectations of the system's pgstair.yaml that hold at the database's revision. */
int pgs_expect_project(PgsSuite *suite, PgsWhere where);

/*
 * In the following, table: "vbus" (schema public) or "app.vbus".  An argument that is NULL (or
 * PGS_ANY) is not said.  What is not said of a table or column is not asked; of a key or an index
 * it is what it is in a plain one, as in pgstair.yaml: NO ACTION on delete and update, not
 * deferrable, validated; neither unique nor partial, btree.
 */
int pgs_expect_table(PgsSuite *suite, PgsWhere where, const char *table);
/*
 * What must not exist.  kind: "table", "index", "enum type", …; of a table's parts ("column",
 * "constraint", "foreign key", "trigger", …) name is "table.name", or "table (a, b)" for a key over
 * these columns, whatever it is called.  A kind that there is not is an error.
 */
int pgs_expect_absent(PgsSuite *suite, PgsWhere where, const char *kind, const char *name);

typedef enum { PGS_ANY = 0, PGS_YES = 1, PGS_NO = 2 } PgsTernary;

/* type in any spelling the server knows.  default_sql: an expression; "": there must be none. */
int pgs_expect_column(PgsSuite *suite, PgsWhere where, const char *table, const char *column,
                      const char *type, PgsTernary nullable, const char *default_sql);
/* columns: "a, b", in the order of the key. */
int pgs_expect_primary_key(PgsSuite *suite, PgsWhere where, const char *table, const char *columns);
int pgs_expect_unique(PgsSuite *suite, PgsWhere where, const char *table, const char *columns);
/*
 * references: "users (id)"; behind it may stand, as in SQL, MATCH FULL, DEFERRABLE, INITIALLY
 * DEFERRED, NOT VALID.  on_delete, on_update: a word ("CASCADE") or confdeltype's letter.
 */
int pgs_expect_foreign_key(PgsSuite *suite, PgsWhere where, const char *table, const char *columns,
                           const char *references, const char *on_delete, const char *on_update);
/* expression: compared by meaning, through the server's own form. */
int pgs_expect_check(PgsSuite *suite, PgsWhere where, const char *table, const char *name,
                     const char *expression);
/* columns: keys in order, "a, lower(b)".  predicate: of a partial index; "": there must be none. */
int pgs_expect_index(PgsSuite *suite, PgsWhere where, const char *table, const char *name,
                     const char *columns, PgsTernary is_unique, const char *predicate);
/* labels: in order, ended by NULL. */
int pgs_expect_enum(PgsSuite *suite, PgsWhere where, const char *type, const char *const *labels);

/*
 * The statement is refused with this SQLSTATE ("23503") and, unless NULL, by this constraint.  It
 * is tried in a savepoint, deferred constraints included; nothing of it stays.  sqlstate NULL:
 * whichever, a mistyped statement's too.
 */
int pgs_expect_refused(PgsSuite *suite, PgsWhere where, const char *sqlstate,
                       const char *constraint, const char *sql);
/* The statement (or several) is accepted, deferred constraints included; what it did stays. */
int pgs_expect_accepted(PgsSuite *suite, PgsWhere where, const char *sql);
/*
 * The query gives exactly this text: columns separated by "|", rows by "\n", NULL as "", in the
 * order in which the rows come (as psql -At prints them).
 */
int pgs_expect_result(PgsSuite *suite, PgsWhere where, const char *expected, const char *sql);
/* The statement changes so many rows; what it did stays. */
int pgs_expect_affected(PgsSuite *suite, PgsWhere where, long rows, const char *sql);
/*
 * All rules of the table (NULL: of the database) do to made-up rows what the catalog says, as
 * pgstair's own exercise checks try it: each is a finding, and those that could not be tried are
 * told as skipped.  On a fresh database at the present revision, without what the test has done.
 * It does not hold when a rule is broken, or none could be tried.
 */
int pgs_expect_exercise(PgsSuite *suite, PgsWhere where, const char *table);
/*
 * A row of the table with these values is accepted, or refused: by this constraint, unless NULL.
 * row: as in pgstair.yaml, "{order: 6, created_at: {sql: now()}}"; NULL: nothing is said of it.
 * What is not said is made up so that the server accepts the row, the rows that it refers to
 * included.  In the test's own database and transaction; nothing of it stays.
 */
int pgs_expect_row_accepted(PgsSuite *suite, PgsWhere where, const char *table, const char *row);
int pgs_expect_row_refused(PgsSuite *suite, PgsWhere where, const char *table, const char *row,
                           const char *constraint);
/*
 * A whole case, as pgstair.yaml has it under exercise: "{case: …, given: {u: users}, delete: u,
 * refused: fk_vbus_gm_id}".  Likewise.
 */
int pgs_expect_case(PgsSuite *suite, PgsWhere where, const char *yaml);
/*
 * The planner serves the query by this index (NULL: by an index, each table that it filters), and
 * reads the table sequentially when no index is left: as pgstair's own plan checks judge it, on a
 * fresh database at the present revision whose tables are filled with made-up rows.  parameters:
 * texts for $1, $2, …, ended by NULL; NULL: values are picked from these rows.
 */
int pgs_expect_index_used(PgsSuite *suite, PgsWhere where, const char *index, const char *sql,
                          const char *const *parameters);
/*
 * A query as pgstair.yaml has it under plans: "{query: …, index: ix_a, parameters: [{rare:
 * runs.status}], verdict: servable}".  Likewise.
 */
int pgs_expect_plan(PgsSuite *suite, PgsWhere where, const char *yaml);
/*
 * The queries that the index (NULL: each index) was made for, as its definition has them, are
 * served by it, or another index is cheaper.  Likewise.
 */
int pgs_expect_index_serves(PgsSuite *suite, PgsWhere where, const char *index);
/* Anything else: a fact of the test's own, with its words. */
int pgs_expect_true(PgsSuite *suite, PgsWhere where, int fact, const char *what);
/* Migrates up or down to a revision, as pgs_suite_migrate() does. */
int pgs_expect_migrated(PgsSuite *suite, PgsWhere where, const char *revision);
/*
 * Migrating to the revision fails with this SQLSTATE (NULL: whichever), in a file whose path ends
 * in file (NULL: whichever), at that line (0: whichever), with this text in the message (NULL:
 * any), and the schema stays as it was before.
 */
int pgs_expect_migration_refused(PgsSuite *suite, PgsWhere where, const char *revision,
                                 const char *sqlstate, const char *file, int line,
                                 const char *message);
/*
 * The database's schema is (or, drifted 1, is not) what the migrations make at its revision.
 * findings: what must be named among the differences, each "kind identity", "kind identity:
 * attribute" or "kind identity: attribute: expected → actual" as a report has them, ended by NULL;
 * NULL: none asked.
 */
int pgs_expect_drift(PgsSuite *suite, PgsWhere where, int drifted, const char *const *findings);

#ifdef __cplusplus
}
#endif

#endif

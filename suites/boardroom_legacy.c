/* boardroom: the legacy schema and its rows on their way to the models', and back: what survives,
 * what stops a migration, what has drifted.  The rules at head are boardroom.c's. */
#include <pgstair/cmocka.h>

#include <stdio.h>

#define SYSTEM_CONFIG PGS_SOURCE_DIR "/migrations/boardroom/pgstair.yaml"
#define MIGRATIONS PGS_SOURCE_DIR "/migrations/boardroom/"
#define N_OF(array) (sizeof(array) / sizeof(array)[0])

/* The legacy rows and what they refer to, without any key. */
#define LEGACY_PEOPLE                                                                              \
    "SELECT email, hashed_password, created_at AT TIME ZONE 'UTC' FROM users"                      \
    " WHERE hashed_password NOT IN ('$2b$12$newcomer', '$2b$12$unverified', 'x')"                  \
    " ORDER BY created_at"
#define LEGACY_SESSIONS                                                                            \
    "SELECT owner.email, boardrooms.name, max_participants, boardrooms.is_active, host.email,"     \
    " sessions.title, sessions.status, (started_at AT TIME ZONE 'UTC')::date, author.email,"       \
    " threads.title, type, priority, threads.status"                                               \
    " FROM sessions LEFT JOIN threads ON session_id = sessions.id"                                 \
    " LEFT JOIN boardrooms ON boardrooms.id = boardroom_id"                                        \
    " LEFT JOIN users AS owner ON owner.id = owner_id"                                             \
    " LEFT JOIN users AS host ON host.id = sessions.user_id"                                       \
    " LEFT JOIN users AS author ON author.id = threads.user_id"                                    \
    " WHERE sessions.title <> 'First steps' AND threads.title IS DISTINCT FROM 'New thread'"       \
    " ORDER BY sessions.created_at, threads.created_at"

static void
expect_legacy_rows(PgsSuite *pgs_suite_)
{
    pgs_assert_result("founder@example.com|$2b$12$founder|2018-01-01 00:00:00\n"
                      "chair@example.com|$2b$12$chair|2019-03-01 09:00:00\n"
                      "Secretary.Office@Example.ORG|$2b$12$secretary|2019-03-02 09:00:00\n"
                      "member+board@mail.example.co.uk|$2b$12$member|2020-06-15 12:30:00\n"
                      "guest@example.com|$2b$12$guest|2021-11-30 23:59:59.999999",
                      LEGACY_PEOPLE);
    pgs_assert_result(
        "founder@example.com|Founders|1|t|founder@example.com|Garage talk|paused|2019-05-01|"
        "founder@example.com|A name for the company|discussion|4|active\n"
        "chair@example.com|Audit|1000|f|member+board@mail.example.co.uk|Called off|cancelled|"
        "2020-02-01|||||\n"
        "chair@example.com|Main board|12|t|chair@example.com|Spring meeting|completed|2020-03-20|"
        "chair@example.com|Budget of the year|discussion|3|closed\n"
        "chair@example.com|Main board|12|t|chair@example.com|Spring meeting|completed|2020-03-20|"
        "Secretary.Office@Example.ORG|Variant two|decision|1|closed\n"
        "chair@example.com|Main board|12|t|chair@example.com|Spring meeting|completed|2020-03-20|"
        "member+board@mail.example.co.uk|Tell the bank|action_item|5|archived\n"
        "chair@example.com|Main board|12|t|Secretary.Office@Example.ORG|Summer meeting|active|"
        "2020-06-19|guest@example.com|Agenda|note|2|active",
        LEGACY_SESSIONS);
}

#define LEGACY_KEYS                                                                                \
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM users"                                      \
    " UNION ALL SELECT string_agg(id::text, ' ' ORDER BY id) FROM boardrooms"                      \
    " UNION ALL SELECT string_agg(id::text, ' ' ORDER BY id) FROM sessions"                        \
    " UNION ALL SELECT string_agg(id::text, ' ' ORDER BY id) FROM threads"

static void
legacy_rows_survive_to_head_and_back(void **state)
{
    PGS_CASE(state, "BOARD-06 BOARD-11");
    expect_legacy_rows(pgs_suite_);
    /* A boardroom without a session, a session without a thread: nothing but rows was counted. */
    pgs_assert_result("3|4|5", "SELECT (SELECT count(*) FROM boardrooms WHERE name <> 'Newcomers'),"
                               " (SELECT count(*) FROM sessions WHERE title <> 'First steps'),"
                               " (SELECT count(*) FROM threads WHERE title <> 'Questions')");
    pgs_assert_result("5|t|t|t|t",
                      "SELECT count(*), bool_and(full_name IS NULL), bool_and(is_active),"
                      " bool_and(NOT is_verified), bool_and(updated_at = created_at) FROM users"
                      " WHERE id::text LIKE 'b0a2d000-%'");

    /* Down, with rows that were born with UUIDs: these get the next free integers. */
    pgs_assert_migrated("001");
    expect_legacy_rows(pgs_suite_);
    pgs_assert_result("1 2 7 42 1000000 1000001 1000002\n1 3 4 5\n1 2 5 6 7\n1 2 3 8 9 10",
                      LEGACY_KEYS);
    pgs_assert_result("newcomer@example.com|Newcomers|unverified@example.com|First steps|"
                      "newcomer@example.com",
                      "SELECT owner.email, name, host.email, sessions.title, author.email"
                      " FROM threads JOIN sessions ON sessions.id = session_id"
                      " JOIN boardrooms ON boardrooms.id = boardroom_id"
                      " JOIN users AS owner ON owner.id = owner_id"
                      " JOIN users AS host ON host.id = sessions.user_id"
                      " JOIN users AS author ON author.id = threads.user_id"
                      " WHERE threads.title = 'Questions'");
    /* The sequences go on behind the keys that are there. */
    pgs_assert_result("1000003", "INSERT INTO users (email, hashed_password) VALUES"
                                 " ('late@example.com', 'x') RETURNING id");
    pgs_assert_result("11", "INSERT INTO threads (session_id, user_id, title) VALUES"
                            " (1, 1000003, 'New thread') RETURNING id");

    pgs_assert_migrated("head");
    expect_legacy_rows(pgs_suite_);
    pgs_assert_result("late@example.com|Spring meeting",
                      "SELECT email, sessions.title FROM threads"
                      " JOIN users ON users.id = threads.user_id"
                      " JOIN sessions ON sessions.id = session_id"
                      " WHERE threads.title = 'New thread'");
}

/* An integer key may be any integer. */
static void
every_integer_key_comes_back(void **state)
{
    PGS_CASE(state, "BOARD-06 BOARD-11");
    pgs_assert_migrated("001");
    pgs_assert_accepted("DELETE FROM users; DELETE FROM boardrooms; DELETE FROM sessions;"
                        "DELETE FROM threads");
    pgs_assert_accepted("INSERT INTO users (id, email, hashed_password)"
                        " SELECT n, format('user%s@example.com', row_number() OVER ()), 'x'"
                        " FROM unnest('{-2147483648,-1,0,1,255,2147483647}'::integer[]) AS n");
    pgs_assert_accepted("INSERT INTO boardrooms (id, owner_id, name)"
                        " SELECT ~id, id, email FROM users");
    pgs_assert_migrated("head");
    pgs_assert_result("6|6", "SELECT count(*), count(DISTINCT users.id) FROM boardrooms"
                             " JOIN users ON users.id = owner_id AND users.email = name");
    pgs_assert_migrated("001");
    pgs_assert_result("-2147483648|2147483647\n-1|0\n0|-1\n1|-2\n255|-256\n2147483647|-2147483648",
                      "SELECT users.id, boardrooms.id FROM boardrooms"
                      " JOIN users ON users.id = owner_id AND users.email = name"
                      " ORDER BY users.id");
}

/* Runs an SQL file of the migrations' folder in the suite's database. */
static void
run_file(PgsSuite *pgs_suite_, const char *path)
{
    static char text[16384];
    FILE *file = fopen(path, "r");
    size_t n = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file != NULL)
        fclose(file);
    text[n] = '\0';
    pgs_assert_true(n > 0 && n < sizeof text - 1, path);
    pgs_assert_accepted(text);
}

#define DROP_ALL                                                                                   \
    "DROP TABLE users, boardrooms, sessions, threads CASCADE;"                                     \
    "DROP FUNCTION IF EXISTS keep_timestamps()"

static void
schema_new_is_the_schema_of_head(void **state)
{
    PGS_CASE(state, "BOARD-09");
    pgs_assert_drift(0, NULL);
    pgs_assert_accepted(DROP_ALL);
    pgs_assert_drift(1, PGS_LIST("table public.users", "table public.threads"));
    run_file(pgs_suite_, MIGRATIONS "schema_new.sql");
    pgs_assert_drift(0, NULL);
}

static void
a_missing_constraint_is_named(void **state)
{
    PGS_CASE(state, "BOARD-09");
    pgs_assert_accepted("ALTER TABLE threads DROP CONSTRAINT ck_threads_priority");
    pgs_assert_drift(1, PGS_LIST("check constraint public.threads.ck_threads_priority"));
    pgs_assert_accepted("ALTER TABLE threads"
                        " ADD CONSTRAINT ck_threads_priority CHECK (priority BETWEEN 1 AND 5)");
    pgs_assert_drift(0, NULL);
}

static void
a_changed_type_is_named(void **state)
{
    PGS_CASE(state, "BOARD-09");
    pgs_assert_accepted("ALTER TABLE boardrooms ALTER COLUMN max_participants TYPE bigint");
    pgs_assert_drift(
        1, PGS_LIST("column public.boardrooms.max_participants: type: integer \u2192 bigint"));
    pgs_assert_accepted("ALTER TABLE boardrooms ALTER COLUMN max_participants TYPE integer");
    pgs_assert_drift(0, NULL);
}

/* What started it all: what the legacy schema lacks of the models'. */
static void
the_legacy_schema_is_told_from_the_models(void **state)
{
    PGS_CASE(state, "BOARD-09");
    pgs_assert_accepted(DROP_ALL);
    run_file(pgs_suite_, MIGRATIONS "schema.sql");
    pgs_assert_drift(
        1, PGS_LIST("column public.users.id: type: uuid \u2192 integer",
                    "column public.users.full_name", "column public.users.is_active",
                    "column public.users.is_verified", "column public.users.updated_at",
                    "column public.threads.session_id: type: uuid \u2192 integer",
                    "foreign key public.boardrooms.fk_boardrooms_owner_id",
                    "foreign key public.threads.fk_threads_session_id",
                    "unique constraint public.users.uq_users_email",
                    "check constraint public.users.ck_users_email",
                    "check constraint public.sessions.ck_sessions_status",
                    "index public.ix_threads_status", "trigger public.threads.threads_timestamps"));
}

static void
schema_is_the_schema_of_revision_001(void **state)
{
    PGS_CASE(state, "BOARD-09");
    pgs_assert_migrated("001");
    pgs_assert_accepted(DROP_ALL);
    run_file(pgs_suite_, MIGRATIONS "schema.sql");
    pgs_assert_drift(0, NULL);
}

#define SUM(table) "(SELECT md5(string_agg(" table "::text, ' ' ORDER BY id)) FROM " table ")"
#define SUM_OF_ALL_ROWS                                                                            \
    "SELECT concat_ws(' ', " SUM("users") ", " SUM("boardrooms") ", " SUM("sessions") ", " SUM(    \
        "threads") ")"

/* The sums now, for sums_are(). */
static void
take_sums(PgsSuite *pgs_suite_, char sums[256])
{
    PGresult *result = PQexec(pgs_suite_connection(pgs_suite_), SUM_OF_ALL_ROWS);

    snprintf(sums, 256, "%s", PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    /* Four sums of 32 digits, blanks between: no table is empty. */
    assert_int_equal(4 * 32 + 3, strlen(sums));
}

/*
 * Bad rows that came with the legacy schema: the revision before the one that makes a rule binding
 * is reached, that one is refused and tells all of it, and no row is touched.  Mended, they go on.
 */
static void
judge_bad_rows(PgsSuite *pgs_suite_, const char *bad, const char *before, const char *refused_at,
               const char *sqlstate, const char *file, const char *const *messages,
               const char *mend)
{
    char sums[256];

    pgs_assert_migrated("001");
    pgs_assert_accepted(bad);
    pgs_assert_migrated(before);
    take_sums(pgs_suite_, sums);
    for (size_t i = 0; messages[i] != NULL; i++)
        pgs_assert_migration_refused(refused_at, sqlstate, file, 0, messages[i]);
    pgs_assert_migration_refused("head", sqlstate, file, 0, NULL);
    pgs_assert_result(sums, SUM_OF_ALL_ROWS);
    pgs_assert_accepted(mend);
    pgs_assert_migrated("head");
}

static void
rows_that_refer_to_nothing_stop_the_migration(void **state)
{
    PGS_CASE(state, "BOARD-10");
    judge_bad_rows(
        pgs_suite_,
        "INSERT INTO boardrooms (id, owner_id, name) VALUES (90, 999, 'Nobody''s');"
        "INSERT INTO threads (id, session_id, user_id, title) VALUES (90, 998, 1, 'Lost'),"
        " (91, 997, 1, 'Lost too')",
        "004", "005", "23503", "005_valid_foreign_keys.up.sql",
        PGS_LIST("boardrooms.owner_id: rows that refer to no row of users: 1"
                 " (id b0a2d000-0002-8000-8000-00000000005a)",
                 "threads.session_id: rows that refer to no row of sessions: 2"
                 " (id b0a2d000-0004-8000-8000-00000000005a,"
                 " b0a2d000-0004-8000-8000-00000000005b)"),
        "DELETE FROM boardrooms WHERE name = 'Nobody''s';"
        "DELETE FROM threads WHERE title LIKE 'Lost%'");
}

static void
rows_that_break_a_check_stop_the_migration(void **state)
{
    PGS_CASE(state, "BOARD-10");
    judge_bad_rows(
        pgs_suite_,
        "INSERT INTO users (id, email, hashed_password) VALUES (90, 'no address', 'x');"
        "INSERT INTO boardrooms (id, owner_id, name, max_participants) VALUES"
        " (90, 1, '  ', 10), (91, 1, '', 10), (92, 1, 'Crowd', 1001);"
        "INSERT INTO sessions (id, boardroom_id, user_id, title, status, started_at, ended_at)"
        " VALUES (90, 1, 1, 'Backwards', 'active', '2020-01-02', '2020-01-01'),"
        " (91, 1, 1, 'Lost', 'unknown', '2020-01-02', NULL);"
        "INSERT INTO threads (id, session_id, user_id, title, type, priority, status) VALUES"
        " (90, 1, 1, 'Wrong', 'rant', 9, 'open')",
        "006", "007", "23514", "007_valid_checks.up.sql",
        PGS_LIST("ck_users_email of users: 1 (id b0a2d000-0001-8000-8000-00000000005a)",
                 "ck_boardrooms_name of boardrooms: 2", "ck_boardrooms_max_participants of",
                 "ck_sessions_ended_at of sessions: 1", "ck_sessions_status of sessions: 1",
                 "ck_threads_type of threads: 1", "ck_threads_priority of threads: 1",
                 "ck_threads_status of threads: 1"),
        "DELETE FROM users WHERE email = 'no address';"
        "UPDATE boardrooms SET name = 'Nameless ' || right(id::text, 2)"
        " WHERE name IN ('', '  ');"
        "UPDATE boardrooms SET max_participants = 1000 WHERE name = 'Crowd';"
        "DELETE FROM sessions WHERE title IN ('Backwards', 'Lost');"
        "DELETE FROM threads WHERE title = 'Wrong'");
}

static void
duplicate_emails_stop_the_migration(void **state)
{
    PGS_CASE(state, "BOARD-10");
    judge_bad_rows(pgs_suite_,
                   "INSERT INTO users (id, email, hashed_password) VALUES"
                   " (90, 'chair@example.com', 'x'), (91, 'twice@example.com', 'x'),"
                   " (92, 'twice@example.com', 'x')",
                   "007", "008", "23505", "008_unique_email.up.sql",
                   PGS_LIST("2 (chair@example.com: 2 times, twice@example.com: 2 times)"),
                   "DELETE FROM users WHERE hashed_password = 'x'"
                   " AND right(id::text, 2) IN ('5a', '5b')");
}

/* NOT VALID: bad rows that are there may stay for now, a new one is refused at once. */
static void
a_rule_holds_for_new_rows_before_it_is_validated(void **state)
{
    char sums[256];

    PGS_CASE(state, "BOARD-10");
    pgs_assert_migrated("001");
    pgs_assert_accepted("INSERT INTO users (id, email, hashed_password) VALUES"
                        " (90, 'no address', 'x');"
                        "INSERT INTO boardrooms (id, owner_id, name) VALUES (90, 1, '  ')");
    pgs_assert_migrated("003");
    take_sums(pgs_suite_, sums);
    pgs_assert_migrated("004");
    pgs_assert_refused("23503", "fk_boardrooms_owner_id",
                       "INSERT INTO boardrooms (owner_id, name) VALUES"
                       " (gen_random_uuid(), 'Nobody''s')");
    pgs_assert_migrated("006");
    pgs_assert_refused("23514", "ck_users_email",
                       "INSERT INTO users (email, hashed_password) VALUES ('nor this', 'x')");
    pgs_assert_refused("23514", "ck_boardrooms_name", "UPDATE boardrooms SET name = '   '");
    pgs_assert_result(sums, SUM_OF_ALL_ROWS);
}

static void
every_downgrade_restores_the_schema_before_it(void **state)
{
    static const char *const revisions[] = {"009", "008", "007", "006", "005",
                                            "004", "003", "002", "001", "base"};

    PGS_CASE(state, "BOARD-11");
    for (size_t i = 0; i < N_OF(revisions); i++) {
        pgs_assert_migrated(revisions[i]);
        pgs_assert_drift(0, NULL);
    }
    pgs_assert_result("0|0", "SELECT (SELECT count(*) FROM pg_class"
                             " WHERE relnamespace = 'public'::regnamespace),"
                             " (SELECT count(*) FROM pg_proc"
                             " WHERE pronamespace = 'public'::regnamespace)");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test_alone(legacy_rows_survive_to_head_and_back),
        pgs_test_alone(every_integer_key_comes_back),
        pgs_test_alone(schema_new_is_the_schema_of_head),
        pgs_test_alone(a_missing_constraint_is_named),
        pgs_test_alone(a_changed_type_is_named),
        pgs_test_alone(the_legacy_schema_is_told_from_the_models),
        pgs_test_alone(schema_is_the_schema_of_revision_001),
        pgs_test_alone(rows_that_refer_to_nothing_stop_the_migration),
        pgs_test_alone(rows_that_break_a_check_stop_the_migration),
        pgs_test_alone(duplicate_emails_stop_the_migration),
        pgs_test_alone(a_rule_holds_for_new_rows_before_it_is_validated),
        pgs_test_alone(every_downgrade_restores_the_schema_before_it),
    };
    const PgsSuiteOptions options = {.config = SYSTEM_CONFIG, .system = "boardroom"};

    return pgs_run_suite("boardroom_legacy", tests, &options);
}

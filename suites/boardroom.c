/* boardroom: a legacy schema brought into line with its models.  Each test names the requirements
 * that it serves; what the specification leaves open is decided in migrations/boardroom/README.md.
 * What becomes of legacy rows on the way: boardroom_legacy.c; of real databases:
 * boardroom_operate.c. */
#include <pgstair/cmocka.h>

#include <stdio.h>

#define N_OF(array) (sizeof(array) / sizeof(array)[0])

#define ANN "aaaaaaaa-0000-4000-8000-000000000001"
#define BOB "aaaaaaaa-0000-4000-8000-000000000002"
#define EVE "aaaaaaaa-0000-4000-8000-000000000003"
#define ANNS_BOARD "bbbbbbbb-0000-4000-8000-000000000001"
#define BOBS_BOARD "bbbbbbbb-0000-4000-8000-000000000002"
#define BOB_AT_ANNS "cccccccc-0000-4000-8000-000000000001"
#define ANN_AT_BOBS "cccccccc-0000-4000-8000-000000000002"
#define EVE_AT_BOBS "cccccccc-0000-4000-8000-000000000003"

/*
 * Three users, two of whom own a boardroom; a session of somebody else's in Ann's boardroom, two in
 * Bob's; in each session threads of all three.
 */
static void
given_two_boardrooms(PgsSuite *pgs_suite_)
{
    pgs_assert_accepted("INSERT INTO users (id, email, hashed_password) VALUES"
                        " ('" ANN "', 'ann@suite.example', 'x'),"
                        " ('" BOB "', 'bob@suite.example', 'x'),"
                        " ('" EVE "', 'eve@suite.example', 'x')");
    pgs_assert_accepted("INSERT INTO boardrooms (id, owner_id, name) VALUES"
                        " ('" ANNS_BOARD "', '" ANN "', 'of Ann'),"
                        " ('" BOBS_BOARD "', '" BOB "', 'of Bob')");
    pgs_assert_accepted("INSERT INTO sessions (id, boardroom_id, user_id, title) VALUES"
                        " ('" BOB_AT_ANNS "', '" ANNS_BOARD "', '" BOB "', 'Bob at Ann''s'),"
                        " ('" ANN_AT_BOBS "', '" BOBS_BOARD "', '" ANN "', 'Ann at Bob''s'),"
                        " ('" EVE_AT_BOBS "', '" BOBS_BOARD "', '" EVE "', 'Eve at Bob''s')");
    pgs_assert_accepted("INSERT INTO threads (session_id, user_id, title)"
                        " SELECT sessions.id, users.id, initcap(split_part(email, '@', 1))"
                        " FROM sessions, users WHERE sessions.id::text LIKE 'cccccccc-%'"
                        " AND email LIKE '%@suite.example'");
}

static void
every_expectation_of_the_project_holds(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_project();
}

static void
the_five_foreign_keys_cascade(void **state)
{
    PGS_CASE(state, "BOARD-01");
    pgs_assert_foreign_key("boardrooms", "owner_id", "users (id)", "c", NULL);
    pgs_assert_foreign_key("sessions", "boardroom_id", "boardrooms (id)", "c", NULL);
    pgs_assert_foreign_key("sessions", "user_id", "users (id)", "c", NULL);
    pgs_assert_foreign_key("threads", "session_id", "sessions (id)", "c", NULL);
    pgs_assert_foreign_key("threads", "user_id", "users (id)", "c", NULL);
    pgs_assert_result("5|c|t", "SELECT count(*), string_agg(DISTINCT confdeltype::text, ' '),"
                               " bool_and(convalidated) FROM pg_constraint WHERE contype = 'f'"
                               " AND connamespace = 'public'::regnamespace");
}

static void
a_reference_to_nothing_is_refused(void **state)
{
    static const char *const references[][3] = {
        {"boardrooms", "owner_id", "fk_boardrooms_owner_id"},
        {"sessions", "boardroom_id", "fk_sessions_boardroom_id"},
        {"sessions", "user_id", "fk_sessions_user_id"},
        {"threads", "session_id", "fk_threads_session_id"},
        {"threads", "user_id", "fk_threads_user_id"},
    };

    PGS_CASE(state, "BOARD-01");
    given_two_boardrooms(pgs_suite_);
    for (size_t i = 0; i < N_OF(references); i++) {
        char sql[256];

        snprintf(sql, sizeof sql, "UPDATE %s SET %s = gen_random_uuid()", references[i][0],
                 references[i][1]);
        pgs_assert_refused("23503", references[i][2], sql);
    }
}

/* What of this suite's rows is there: a line for each level. */
#define FAMILY                                                                                     \
    "SELECT string_agg(split_part(email, '@', 1), ' ' ORDER BY email) FROM users"                  \
    " WHERE email LIKE '%@suite.example'"                                                          \
    " UNION ALL SELECT string_agg(name, ', ' ORDER BY name) FROM boardrooms"                       \
    " WHERE id::text LIKE 'bbbbbbbb-%'"                                                            \
    " UNION ALL SELECT string_agg(title, ', ' ORDER BY title) FROM sessions"                       \
    " WHERE id::text LIKE 'cccccccc-%'"                                                            \
    " UNION ALL SELECT string_agg(sessions.title || ': ' || threads.title, ', '"                   \
    " ORDER BY sessions.title, threads.title) FROM threads JOIN sessions"                          \
    " ON sessions.id = session_id WHERE sessions.id::text LIKE 'cccccccc-%'"

#define ROWS_OF_OTHERS                                                                             \
    "SELECT (SELECT count(*) FROM users WHERE email NOT LIKE '%@suite.example'),"                  \
    " (SELECT count(*) FROM boardrooms WHERE id::text NOT LIKE 'bbbbbbbb-%'),"                     \
    " (SELECT count(*) FROM sessions WHERE id::text NOT LIKE 'cccccccc-%'),"                       \
    " (SELECT count(*) FROM threads WHERE session_id::text NOT LIKE 'cccccccc-%')"

static void
deleting_a_user_removes_four_levels_and_nothing_else(void **state)
{
    PGS_CASE(state, "BOARD-02");
    given_two_boardrooms(pgs_suite_);
    pgs_assert_result("ann bob eve\n"
                      "of Ann, of Bob\n"
                      "Ann at Bob's, Bob at Ann's, Eve at Bob's\n"
                      "Ann at Bob's: Ann, Ann at Bob's: Bob, Ann at Bob's: Eve, "
                      "Bob at Ann's: Ann, Bob at Ann's: Bob, Bob at Ann's: Eve, "
                      "Eve at Bob's: Ann, Eve at Bob's: Bob, Eve at Bob's: Eve",
                      FAMILY);
    pgs_assert_affected(1, "DELETE FROM users WHERE id = '" ANN "'");
    /* Her boardroom with Bob's session in it and everybody's threads there; her own session and
     * threads elsewhere. */
    pgs_assert_result("bob eve\n"
                      "of Bob\n"
                      "Eve at Bob's\n"
                      "Eve at Bob's: Bob, Eve at Bob's: Eve",
                      FAMILY);
    /* The sample data has 7 users, 4 boardrooms, 5 sessions, 6 threads. */
    pgs_assert_result("7|4|5|6", ROWS_OF_OTHERS);
    pgs_assert_result("0", "SELECT count(*) FROM threads WHERE NOT EXISTS"
                           " (SELECT FROM sessions WHERE sessions.id = session_id)");
}

static void
deleting_lower_down_leaves_what_is_above(void **state)
{
    PGS_CASE(state, "BOARD-02");
    given_two_boardrooms(pgs_suite_);
    pgs_assert_affected(1, "DELETE FROM threads WHERE session_id = '" BOB_AT_ANNS "'"
                           " AND user_id = '" EVE "'");
    pgs_assert_affected(1, "DELETE FROM sessions WHERE id = '" ANN_AT_BOBS "'");
    pgs_assert_result("ann bob eve\n"
                      "of Ann, of Bob\n"
                      "Bob at Ann's, Eve at Bob's\n"
                      "Bob at Ann's: Ann, Bob at Ann's: Bob, "
                      "Eve at Bob's: Ann, Eve at Bob's: Bob, Eve at Bob's: Eve",
                      FAMILY);
    pgs_assert_affected(1, "DELETE FROM boardrooms WHERE id = '" BOBS_BOARD "'");
    pgs_assert_result("ann bob eve\n"
                      "of Ann\n"
                      "Bob at Ann's\n"
                      "Bob at Ann's: Ann, Bob at Ann's: Bob",
                      FAMILY);
    pgs_assert_result("7|4|5|6", ROWS_OF_OTHERS);
}

/* As SQL writes them between quotes. */
static void
a_malformed_email_is_refused(void **state)
{
    static const char *const malformed[] = {
        "",
        " ",
        "plain",
        "@example.com",
        "ann@",
        "ann@example",
        "ann@@example.com",
        "ann@bob@example.com",
        "ann example@example.com",
        "ann@exam ple.com",
        " ann@example.com",
        "ann@example.com ",
        "ann@example.com\n",
        "ann@example.com\nbcc: eve@example.com",
        ".ann@example.com",
        "ann.@example.com",
        "ann..bob@example.com",
        "ann@.example.com",
        "ann@example..com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@example.c",
        "ann@127.0.0.1",
        "ann@exam_ple.com",
        "ann,bob@example.com",
        "<ann@example.com>",
        "Ann <ann@example.com>",
    };

    PGS_CASE(state, "BOARD-03");
    for (size_t i = 0; i < N_OF(malformed); i++) {
        char sql[256];

        snprintf(sql, sizeof sql, "INSERT INTO users (email, hashed_password) VALUES ('%s', 'x')",
                 malformed[i]);
        pgs_assert_refused("23514", "ck_users_email", sql);
    }
    given_two_boardrooms(pgs_suite_);
    pgs_assert_refused("23514", "ck_users_email",
                       "UPDATE users SET email = 'ann' WHERE id = '" ANN "'");
    pgs_assert_refused("23502", NULL, "UPDATE users SET email = NULL");
}

static void
usual_addresses_are_accepted(void **state)
{
    static const char *const usual[] = {
        "ann@example.net",
        "ann.bob@example.com",
        "ann+boardroom@example.com",
        "ann_b-c@example.com",
        "o''brien@example.com",
        "ANN@EXAMPLE.COM",
        "Ann.Bob@Mail.Example.Org",
        "ann@mail.example.co.uk",
        "a@b.io",
        "1@example.com",
        "ann@1and1.example",
        "ann@my-company.example",
        "ann@example.museum",
        "ann@xn--bcher-kva.example",
        "ann@example.xn--p1ai",
    };

    PGS_CASE(state, "BOARD-03");
    for (size_t i = 0; i < N_OF(usual); i++) {
        char sql[256];

        snprintf(sql, sizeof sql, "INSERT INTO users (email, hashed_password) VALUES ('%s', 'x')",
                 usual[i]);
        pgs_assert_affected(1, sql);
    }
}

static void
a_duplicate_email_is_refused(void **state)
{
    PGS_CASE(state, "BOARD-03");
    given_two_boardrooms(pgs_suite_);
    pgs_assert_unique("users", "email");
    pgs_assert_refused("23505", "uq_users_email",
                       "INSERT INTO users (email, hashed_password) VALUES"
                       " ('ann@suite.example', 'x')");
    pgs_assert_refused("23505", "uq_users_email",
                       "UPDATE users SET email = 'ann@suite.example' WHERE id = '" BOB "'");
    /* To the letter: an address that differs in case is another one. */
    pgs_assert_affected(1, "INSERT INTO users (email, hashed_password) VALUES"
                           " ('Ann@suite.example', 'x')");
}

/* A column and what it may and may not be, as SQL writes it. */
typedef struct {
    const char *table, *column, *constraint;
    const char *accepted[6], *refused[6]; /* ended by NULL */
} Domain;

/* Every value that is accepted, put into all rows; then those that are not. */
static void
judge_domain(PgsSuite *pgs_suite_, const Domain *domain)
{
    char sql[256];

    for (size_t i = 0; domain->accepted[i] != NULL; i++) {
        snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s", domain->table, domain->column,
                 domain->accepted[i]);
        pgs_assert_accepted(sql);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) > 0, bool_and(%s IS NOT DISTINCT FROM %s) FROM %s",
                 domain->column, domain->accepted[i], domain->table);
        pgs_assert_result("t|t", sql);
    }
    for (size_t i = 0; domain->refused[i] != NULL; i++) {
        snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s", domain->table, domain->column,
                 domain->refused[i]);
        pgs_assert_refused("23514", domain->constraint, sql);
    }
}

static void
refuse_null(PgsSuite *pgs_suite_, const char *table, const char *column)
{
    char sql[256];

    snprintf(sql, sizeof sql, "UPDATE %s SET %s = NULL", table, column);
    pgs_assert_refused("23502", NULL, sql);
}

static void
a_status_a_type_a_priority_is_one_of_its_list(void **state)
{
    static const Domain domains[] = {
        {"sessions",
         "status",
         "ck_sessions_status",
         {"'active'", "'completed'", "'paused'", "'cancelled'", NULL},
         {"'archived'", "'Active'", "'canceled'", "' active'", "''", NULL}},
        {"threads",
         "type",
         "ck_threads_type",
         {"'discussion'", "'decision'", "'action_item'", "'note'", NULL},
         {"'action item'", "'Note'", "'question'", "''", NULL}},
        {"threads",
         "priority",
         "ck_threads_priority",
         {"1", "2", "3", "4", "5", NULL},
         {"0", "6", "-1", NULL}},
        {"threads",
         "status",
         "ck_threads_status",
         {"'active'", "'closed'", "'archived'", NULL},
         {"'completed'", "'Closed'", "'open'", "''", NULL}},
    };

    PGS_CASE(state, "BOARD-04");
    given_two_boardrooms(pgs_suite_);
    for (size_t i = 0; i < N_OF(domains); i++) {
        judge_domain(pgs_suite_, &domains[i]);
        refuse_null(pgs_suite_, domains[i].table, domains[i].column);
    }
}

static void
lists_have_their_defaults(void **state)
{
    PGS_CASE(state, "BOARD-04");
    given_two_boardrooms(pgs_suite_);
    pgs_assert_result("active", "SELECT DISTINCT status FROM sessions"
                                " WHERE id::text LIKE 'cccccccc-%'");
    pgs_assert_result("discussion|3|active", "SELECT DISTINCT type, priority, status FROM threads"
                                             " WHERE session_id::text LIKE 'cccccccc-%'");
}

static void
participants_and_names_are_held_to_their_edges(void **state)
{
    static const Domain domains[] = {
        {"boardrooms",
         "max_participants",
         "ck_boardrooms_max_participants",
         {"1", "2", "1000", NULL},
         {"0", "-1", "1001", NULL}},
        /* 255 characters, not bytes. */
        {"boardrooms",
         "name",
         "ck_boardrooms_name",
         {"'x'", "' x '", "repeat('x', 255)", "repeat('\u00e4', 255)", NULL},
         {"''", "'   '", "E'\\t'", "E' \\n '", "repeat('x', 256)", NULL}},
        {"users",
         "full_name",
         "ck_users_full_name",
         {"NULL", "'x'", "'Ann \u00c4mter'", "repeat('x', 255)", NULL},
         {"''", "'   '", "E'\\t'", "repeat('x', 256)", NULL}},
    };

    PGS_CASE(state, "BOARD-05");
    given_two_boardrooms(pgs_suite_);
    for (size_t i = 0; i < N_OF(domains); i++)
        judge_domain(pgs_suite_, &domains[i]);
    refuse_null(pgs_suite_, "boardrooms", "max_participants");
    refuse_null(pgs_suite_, "boardrooms", "name");
    pgs_assert_result("10", "INSERT INTO boardrooms (owner_id, name) VALUES"
                            " ('" EVE "', 'by default') RETURNING max_participants");
}

static void
an_end_is_never_before_its_start(void **state)
{
    PGS_CASE(state, "BOARD-05");
    given_two_boardrooms(pgs_suite_);
    pgs_assert_accepted("UPDATE sessions SET started_at = '2026-01-01 12:00+00', ended_at = NULL");
    pgs_assert_accepted("UPDATE sessions SET ended_at = '2026-01-01 12:00+00'");
    pgs_assert_accepted("UPDATE sessions SET ended_at = '2026-01-01 12:00:00.000001+00'");
    pgs_assert_refused("23514", "ck_sessions_ended_at",
                       "UPDATE sessions SET ended_at = '2026-01-01 11:59:59.999999+00'");
    pgs_assert_refused("23514", "ck_sessions_ended_at",
                       "UPDATE sessions SET started_at = '2026-01-01 12:00:00.000002+00'");
    pgs_assert_refused("23502", NULL, "UPDATE sessions SET started_at = NULL");
}

#define KEY_TYPES                                                                                  \
    "SELECT count(*), string_agg(DISTINCT format_type(atttypid, atttypmod), ' ')"                  \
    " FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)"       \
    " WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace"

static void
keys_are_uuids_everywhere(void **state)
{
    PGS_CASE(state, "BOARD-06");
    pgs_assert_primary_key("users", "id");
    pgs_assert_primary_key("boardrooms", "id");
    pgs_assert_primary_key("sessions", "id");
    pgs_assert_primary_key("threads", "id");
    /* Four primary and five foreign keys. */
    pgs_assert_result("9|uuid", KEY_TYPES);
    pgs_assert_result("t",
                      "INSERT INTO users (email, hashed_password) VALUES"
                      " ('random@suite.example', 'x') RETURNING id::text ~"
                      " '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'");
}

/* In one transaction, and when the writer says otherwise. */
static void
updated_at_moves_and_created_at_does_not(void **state)
{
    static const char *const tables[] = {"users", "boardrooms", "sessions", "threads"};
    char sql[256];

    PGS_CASE(state, "BOARD-07");
    given_two_boardrooms(pgs_suite_);
    for (size_t i = 0; i < N_OF(tables); i++) {
        snprintf(sql, sizeof sql, "CREATE TEMPORARY TABLE was AS SELECT * FROM %s", tables[i]);
        pgs_assert_accepted(sql);
        snprintf(sql, sizeof sql,
                 "UPDATE %s SET created_at = '2000-01-01', updated_at = '2000-01-01'", tables[i]);
        pgs_assert_accepted(sql);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) > 0, bool_and(is_.created_at = was.created_at),"
                 " bool_and(is_.updated_at > was.updated_at)"
                 " FROM was JOIN %s AS is_ USING (id)",
                 tables[i]);
        pgs_assert_result("t|t|t", sql);
        pgs_assert_accepted("DROP TABLE was");
    }
}

/* Each statement is a transaction of its own. */
static void
updated_at_moves_with_each_change(void **state)
{
    PGS_CASE(state, "BOARD-07");
    given_two_boardrooms(pgs_suite_);
    pgs_assert_result("t|t", "SELECT created_at = updated_at, created_at <= now() FROM boardrooms"
                             " WHERE id = '" ANNS_BOARD "'");
    pgs_assert_accepted("CREATE TABLE seen AS SELECT id, created_at, updated_at FROM boardrooms");
    pgs_assert_affected(1, "UPDATE boardrooms SET name = 'renamed' WHERE id = '" ANNS_BOARD "'");
    pgs_assert_result("t|t", "SELECT now_.updated_at > seen.updated_at,"
                             " now_.created_at = seen.created_at FROM boardrooms AS now_"
                             " JOIN seen USING (id) WHERE id = '" ANNS_BOARD "'");
    /* Other rows have not moved. */
    pgs_assert_result("0", "SELECT count(*) FROM boardrooms AS now_ JOIN seen USING (id)"
                           " WHERE id <> '" ANNS_BOARD "' AND (now_.updated_at, now_.created_at)"
                           " IS DISTINCT FROM (seen.updated_at, seen.created_at)");
    pgs_assert_accepted("DROP TABLE seen;"
                        "CREATE TABLE seen AS SELECT id, created_at, updated_at FROM boardrooms");
    pgs_assert_affected(1, "UPDATE boardrooms SET is_active = is_active"
                           " WHERE id = '" ANNS_BOARD "'");
    pgs_assert_result("t|t", "SELECT now_.updated_at > seen.updated_at,"
                             " now_.created_at = seen.created_at FROM boardrooms AS now_"
                             " JOIN seen USING (id) WHERE id = '" ANNS_BOARD "'");
}

static void
the_indexes_are_there(void **state)
{
    static const char *const indexes[][3] = {
        {"boardrooms", "ix_boardrooms_owner_id", "owner_id"},
        {"sessions", "ix_sessions_boardroom_id", "boardroom_id"},
        {"sessions", "ix_sessions_user_id", "user_id"},
        {"sessions", "ix_sessions_status", "status"},
        {"threads", "ix_threads_session_id", "session_id"},
        {"threads", "ix_threads_user_id", "user_id"},
        {"threads", "ix_threads_status", "status"},
    };

    PGS_CASE(state, "BOARD-08");
    for (size_t i = 0; i < N_OF(indexes); i++)
        pgs_assert_index(indexes[i][0], indexes[i][1], indexes[i][2], PGS_NO, "");
    /* A unique constraint is an index, too. */
    pgs_assert_unique("users", "email");
}

static void
the_indexes_serve_their_queries(void **state)
{
    PGS_CASE(state, "BOARD-08");
    pgs_assert_index_used("ix_boardrooms_owner_id", "SELECT * FROM boardrooms WHERE owner_id = $1",
                          NULL);
    pgs_assert_index_used("ix_sessions_boardroom_id",
                          "SELECT * FROM sessions WHERE boardroom_id = $1", NULL);
    pgs_assert_index_used("ix_sessions_user_id", "SELECT * FROM sessions WHERE user_id = $1", NULL);
    pgs_assert_index_used("ix_sessions_status", "SELECT * FROM sessions WHERE status = $1", NULL);
    pgs_assert_index_used("ix_threads_session_id", "SELECT * FROM threads WHERE session_id = $1",
                          NULL);
    pgs_assert_index_used("ix_threads_user_id", "SELECT * FROM threads WHERE user_id = $1", NULL);
    pgs_assert_index_used("ix_threads_status", "SELECT * FROM threads WHERE status = $1", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test(every_expectation_of_the_project_holds),
        pgs_test(the_five_foreign_keys_cascade),
        pgs_test(a_reference_to_nothing_is_refused),
        pgs_test(deleting_a_user_removes_four_levels_and_nothing_else),
        pgs_test(deleting_lower_down_leaves_what_is_above),
        pgs_test(a_malformed_email_is_refused),
        pgs_test(usual_addresses_are_accepted),
        pgs_test(a_duplicate_email_is_refused),
        pgs_test(a_status_a_type_a_priority_is_one_of_its_list),
        pgs_test(lists_have_their_defaults),
        pgs_test(participants_and_names_are_held_to_their_edges),
        pgs_test(an_end_is_never_before_its_start),
        pgs_test(keys_are_uuids_everywhere),
        pgs_test(updated_at_moves_and_created_at_does_not),
        pgs_test_alone(updated_at_moves_with_each_change),
        pgs_test(the_indexes_are_there),
        pgs_test(the_indexes_serve_their_queries),
    };
    const PgsSuiteOptions options = {.system = "boardroom"};

    return pgs_run_suite("boardroom", tests, &options);
}

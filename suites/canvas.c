/*
 * canvas: business canvases with proof points and attachments.  Each test names the requirements
 * that it serves.  PGS_SOURCE_DIR: the project's folder; PGS_PROGRAM: pgstair itself.
 */
#include "child.h"
#include "sqlstate.h"

#include <pgstair/cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof(array)[0])

/* The suite's own rows, beside those of the sample data: one of each. */
#define MANAGER "aaaaaaaa-0000-4000-8000-000000000001"  /* manages the vbu */
#define EDITOR "aaaaaaaa-0000-4000-8000-000000000002"   /* has last updated it and its canvas */
#define UPLOADER "aaaaaaaa-0000-4000-8000-000000000003" /* has uploaded the attachment */
#define VBU "bbbbbbbb-0000-4000-8000-000000000001"
#define OTHER_VBU "bbbbbbbb-0000-4000-8000-000000000002" /* has no canvas */
#define CANVAS "cccccccc-0000-4000-8000-000000000001"
#define THESIS "dddddddd-0000-4000-8000-000000000001"
#define PROOF_POINT "eeeeeeee-0000-4000-8000-000000000001"
#define ATTACHMENT "ffffffff-0000-4000-8000-000000000001"
#define REVIEW "99999999-0000-4000-8000-000000000001" /* in no table yet */
#define NOBODY "99999999-0000-4000-8000-000000000009"

static void
given_one_of_each(PgsSuite *pgs_suite_)
{
    pgs_assert_accepted("INSERT INTO users (id, email) VALUES"
                        " ('" MANAGER "', 'manager@suite.example'),"
                        " ('" EDITOR "', 'editor@suite.example'),"
                        " ('" UPLOADER "', 'uploader@suite.example')");
    pgs_assert_accepted("INSERT INTO vbus (id, name, gm_id, updated_by) VALUES"
                        " ('" VBU "', 'of the suite', '" MANAGER "', '" EDITOR "'),"
                        " ('" OTHER_VBU "', 'without a canvas', '" MANAGER "', NULL)");
    pgs_assert_accepted("INSERT INTO canvases (id, vbu_id, lifecycle_lane, updated_by)"
                        " VALUES ('" CANVAS "', '" VBU "', 'build', '" EDITOR "')");
    pgs_assert_accepted("INSERT INTO theses (id, canvas_id, \"order\", text)"
                        " VALUES ('" THESIS "', '" CANVAS "', 2, 'a thesis')");
    pgs_assert_accepted("INSERT INTO proof_points (id, thesis_id, description)"
                        " VALUES ('" PROOF_POINT "', '" THESIS "', 'a proof point')");
    pgs_assert_accepted("INSERT INTO attachments (id, proof_point_id, filename, storage_path,"
                        " content_type, size_bytes, uploaded_by) VALUES ('" ATTACHMENT "',"
                        " '" PROOF_POINT "', 'a.png', 'suite/a.png', 'image/png', 1000,"
                        " '" UPLOADER "')");
}

/* The suite's row of each table. */
static const char *
row_of(const char *table)
{
    static const char *const rows[][2] = {
        {"vbus", VBU},
        {"canvases", CANVAS},
        {"theses", THESIS},
        {"attachments", ATTACHMENT},
        {"proof_points", PROOF_POINT},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        if (strcmp(rows[i][0], table) == 0)
            return rows[i][1];
    }
    return NOBODY;
}

/* One column of that row gets another value: an SQL expression. */
static const char *
update_to(const char *table, const char *column, const char *value)
{
    static char sql[1024];
    snprintf(sql, sizeof sql, "UPDATE %s SET \"%s\" = %s WHERE id = '%s'", table, column, value,
             row_of(table));
    return sql;
}

static void
every_expectation_of_the_project_holds(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_project();
}

/* ---- The migration ---- */

#define TABLE_NAMES                                                                                \
    "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"                               \
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
#define TABLES_OF_002 "attachments canvases proof_points theses users vbus"

static void
the_migration_runs_up_and_down_and_up(void **state)
{
    PGS_CASE(state, "CANVAS-01");
    pgs_assert_migrated("base");
    pgs_assert_result("", TABLE_NAMES);
    pgs_assert_migrated("head");
    pgs_assert_result(TABLES_OF_002, TABLE_NAMES);
    pgs_assert_migrated("001");
    pgs_assert_result("users", TABLE_NAMES);
    pgs_assert_migrated("head");
    pgs_assert_drift(0, NULL);
}

static void
the_downgrade_reverses_every_change(void **state)
{
    PGS_CASE(state, "CANVAS-10");
    pgs_assert_migrated("001");
    pgs_assert_drift(0, NULL);
    pgs_assert_project();
    /* users with its two indexes, its row type and that one's array; nothing else of any kind. */
    pgs_assert_result("users|uq_users_email users_pkey|_users users|0",
                      "SELECT (" TABLE_NAMES "),"
                      " (SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
                      "  WHERE relkind <> 'r' AND relnamespace = 'public'::regnamespace),"
                      " (SELECT string_agg(typname, ' ' ORDER BY typname) FROM pg_type"
                      "  WHERE typnamespace = 'public'::regnamespace),"
                      " (SELECT count(*) FROM pg_proc"
                      "  WHERE pronamespace = 'public'::regnamespace)");
    /* The people of the sample data are still there. */
    pgs_assert_result("3", "SELECT count(*) FROM users WHERE email LIKE '%@example.com'");
}

/* ---- Columns ---- */

typedef struct {
    const char *table, *column;
    int nullable;
    const char *value; /* one that the type takes, as SQL */
    const char *wrong; /* one that it refuses, and the SQLSTATE; NULL: text, which takes all */
    const char *sqlstate;
} Column;

/* 255 characters are taken, 256 are not. */
#define NOT_A_UUID "'1'", "22P02"
#define NOT_A_TIME "'soon'", "22007"
#define NOT_A_LABEL "'other'", "22P02"
#define TOO_LONG_FOR(n) "repeat('x', " #n " + 1)", "22001"
#define LONGEST(n) "repeat('x', " #n ")"

static const Column columns[] = {
    {"vbus", "name", 0, LONGEST(255), TOO_LONG_FOR(255)},
    {"vbus", "gm_id", 0, "'" EDITOR "'", NOT_A_UUID},
    {"vbus", "created_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"vbus", "updated_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"vbus", "updated_by", 1, "'" MANAGER "'", NOT_A_UUID},
    {"canvases", "vbu_id", 0, "'" OTHER_VBU "'", NOT_A_UUID},
    {"canvases", "product_name", 1, LONGEST(255), TOO_LONG_FOR(255)},
    {"canvases", "lifecycle_lane", 0, "'reframe'", NOT_A_LABEL},
    {"canvases", "success_description", 1, LONGEST(10000), NULL, NULL},
    {"canvases", "future_state_intent", 1, LONGEST(10000), NULL, NULL},
    {"canvases", "primary_focus", 1, LONGEST(255), TOO_LONG_FOR(255)},
    {"canvases", "resist_doing", 1, LONGEST(10000), NULL, NULL},
    {"canvases", "good_discipline", 1, LONGEST(10000), NULL, NULL},
    {"canvases", "primary_constraint", 1, LONGEST(10000), NULL, NULL},
    {"canvases", "currently_testing_type", 1, "NULL", NOT_A_LABEL},
    {"canvases", "currently_testing_id", 1, "NULL", NOT_A_UUID},
    {"canvases", "portfolio_notes", 1, LONGEST(10000), NULL, NULL},
    {"canvases", "created_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"canvases", "updated_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"canvases", "updated_by", 1, "'" MANAGER "'", NOT_A_UUID},
    {"theses", "canvas_id", 0, "'" CANVAS "'", NOT_A_UUID},
    {"theses", "order", 0, "3", "3000000000", "22003"},
    {"theses", "text", 0, LONGEST(10000), NULL, NULL},
    {"theses", "created_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"theses", "updated_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"proof_points", "thesis_id", 0, "'" THESIS "'", NOT_A_UUID},
    {"proof_points", "description", 0, LONGEST(10000), NULL, NULL},
    {"proof_points", "status", 0, "'stalled'", NOT_A_LABEL},
    {"proof_points", "evidence_note", 1, LONGEST(10000), NULL, NULL},
    {"proof_points", "target_review_month", 1, "'2026-02-28'", "'2026-02-30'", "22008"},
    {"proof_points", "created_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"proof_points", "updated_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
    {"attachments", "filename", 0, LONGEST(255), TOO_LONG_FOR(255)},
    {"attachments", "storage_path", 0, LONGEST(1024), TOO_LONG_FOR(1024)},
    {"attachments", "content_type", 0, "'text/csv'", TOO_LONG_FOR(128)},
    {"attachments", "size_bytes", 0, "3", "3000000000", "22003"},
    {"attachments", "label", 1, LONGEST(255), TOO_LONG_FOR(255)},
    {"attachments", "uploaded_by", 0, "'" MANAGER "'", NOT_A_UUID},
    {"attachments", "created_at", 0, "'2026-01-01 00:00+09'", NOT_A_TIME},
};

static const char *const tables[] = {"vbus", "canvases", "theses", "proof_points", "attachments"};

static void
every_column_takes_what_its_type_takes(void **state)
{
    PGS_CASE(state, "CANVAS-02");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(columns); i++) {
        const Column *column = &columns[i];
        if (column->wrong != NULL)
            pgs_assert_refused(column->sqlstate, NULL,
                               update_to(column->table, column->column, column->wrong));
        pgs_assert_affected(1, update_to(column->table, column->column, column->value));
    }
    /* With a time zone: an hour is the same one wherever it is read. */
    pgs_assert_result("2025-12-31 15:00:00", "SELECT created_at AT TIME ZONE 'UTC' FROM vbus"
                                             " WHERE id = '" VBU "'");
}

static void
every_column_is_null_or_not_as_specified(void **state)
{
    PGS_CASE(state, "CANVAS-02");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(columns); i++) {
        const char *sql = update_to(columns[i].table, columns[i].column, "NULL");
        if (columns[i].nullable)
            pgs_assert_affected(1, sql);
        else
            pgs_assert_refused("23502", NULL, sql);
    }
    for (size_t i = 0; i < N_OF(tables); i++) {
        pgs_assert_refused("23502", NULL, update_to(tables[i], "id", "NULL"));
        pgs_assert_refused("22P02", NULL, update_to(tables[i], "id", "'1'"));
    }
    /* Of an attachment's two parents either may be null. */
    pgs_assert_affected(1, "UPDATE attachments SET proof_point_id = NULL,"
                           " monthly_review_id = '" REVIEW "' WHERE id = '" ATTACHMENT "'");
    pgs_assert_affected(1, "UPDATE attachments SET proof_point_id = '" PROOF_POINT "',"
                           " monthly_review_id = NULL WHERE id = '" ATTACHMENT "'");
}

static void
ids_status_and_times_come_by_default(void **state)
{
    PGS_CASE(state, "CANVAS-02, CANVAS-09");
    given_one_of_each(pgs_suite_);
    pgs_assert_result("t|t|t", "INSERT INTO vbus (name, gm_id) VALUES ('x', '" MANAGER "')"
                               " RETURNING id IS NOT NULL, created_at = now(), updated_at = now()");
    pgs_assert_result("t|t|t", "INSERT INTO canvases (vbu_id, lifecycle_lane)"
                               " VALUES ('" OTHER_VBU "', 'sell')"
                               " RETURNING id IS NOT NULL, created_at = now(), updated_at = now()");
    pgs_assert_result("t|t|t", "INSERT INTO theses (canvas_id, \"order\", text)"
                               " VALUES ('" CANVAS "', 1, 'x')"
                               " RETURNING id IS NOT NULL, created_at = now(), updated_at = now()");
    pgs_assert_result("t|not_started|t|t",
                      "INSERT INTO proof_points (thesis_id, description)"
                      " VALUES ('" THESIS "', 'x')"
                      " RETURNING id IS NOT NULL, status, created_at = now(), updated_at = now()");
    pgs_assert_result("t|t", "INSERT INTO attachments (proof_point_id, filename, storage_path,"
                             " content_type, size_bytes, uploaded_by)"
                             " VALUES ('" PROOF_POINT "', 'b', 'b', 'text/csv', 2, '" UPLOADER "')"
                             " RETURNING id IS NOT NULL, created_at = now()");
    pgs_assert_result("2|2|2", "SELECT (SELECT count(DISTINCT id) FROM theses"
                               " WHERE canvas_id = '" CANVAS "'),"
                               " (SELECT count(DISTINCT id) FROM proof_points"
                               " WHERE thesis_id = '" THESIS "'),"
                               " (SELECT count(DISTINCT id) FROM attachments"
                               " WHERE proof_point_id = '" PROOF_POINT "')");
}

/* What the specification gives no default for has none: it must be said. */
static void
nothing_else_comes_by_default(void **state)
{
    PGS_CASE(state, "CANVAS-02");
    given_one_of_each(pgs_suite_);
    pgs_assert_result("||", "SELECT product_name, currently_testing_type, portfolio_notes"
                            " FROM canvases WHERE id = '" CANVAS "'");
    pgs_assert_refused("23502", NULL, "INSERT INTO vbus (name) VALUES ('x')");
    pgs_assert_refused("23502", NULL, "INSERT INTO vbus (gm_id) VALUES ('" MANAGER "')");
    pgs_assert_refused("23502", NULL, "INSERT INTO canvases (vbu_id) VALUES ('" OTHER_VBU "')");
    pgs_assert_refused("23502", NULL,
                       "INSERT INTO theses (canvas_id, text) VALUES ('" CANVAS "', 'x')");
    pgs_assert_refused("23502", NULL, "INSERT INTO proof_points (thesis_id) VALUES ('" THESIS "')");
}

/* ---- Enum types ---- */

#define LANES "build", "sell", "milk", "reframe"
#define TESTING_TYPES "thesis", "proof_point"
#define STATUSES "not_started", "in_progress", "observed", "stalled"

static void
the_enum_types_have_their_labels_in_order(void **state)
{
    PGS_CASE(state, "CANVAS-03");
    pgs_assert_enum("lifecycle_lane", PGS_LIST(LANES));
    pgs_assert_enum("currently_testing_type", PGS_LIST(TESTING_TYPES));
    pgs_assert_enum("proof_point_status", PGS_LIST(STATUSES));
}

static void
columns_take_every_label_in_its_order_and_no_other(void **state)
{
    PGS_CASE(state, "CANVAS-03");
    given_one_of_each(pgs_suite_);
    pgs_assert_accepted("INSERT INTO proof_points (thesis_id, description, status)"
                        " SELECT '" THESIS "', 'label', label::proof_point_status"
                        " FROM unnest('{stalled,observed,in_progress,not_started}'::text[])"
                        " AS label");
    pgs_assert_result("not_started in_progress observed stalled",
                      "SELECT string_agg(status::text, ' ' ORDER BY status) FROM proof_points"
                      " WHERE description = 'label'");
    pgs_assert_refused("22P02", NULL, update_to("proof_points", "status", "'done'"));
    pgs_assert_accepted("INSERT INTO vbus (name, gm_id) SELECT label, '" MANAGER "'"
                        " FROM unnest('{reframe,milk,sell,build}'::text[]) AS label");
    pgs_assert_accepted("INSERT INTO canvases (vbu_id, lifecycle_lane)"
                        " SELECT id, name::lifecycle_lane FROM vbus"
                        " WHERE name IN ('build', 'sell', 'milk', 'reframe')");
    pgs_assert_result("build sell milk reframe",
                      "SELECT string_agg(name, ' ' ORDER BY lifecycle_lane) FROM vbus"
                      " JOIN canvases ON vbu_id = vbus.id"
                      " WHERE name IN ('build', 'sell', 'milk', 'reframe')");
    pgs_assert_refused("22P02", NULL, update_to("canvases", "lifecycle_lane", "'Build'"));
    pgs_assert_accepted("UPDATE canvases SET currently_testing_id = '" THESIS "',"
                        " currently_testing_type = 'thesis' WHERE id = '" CANVAS "'");
    pgs_assert_accepted("UPDATE canvases SET currently_testing_type = 'proof_point'"
                        " WHERE id = '" CANVAS "'");
    pgs_assert_refused("22P02", NULL, update_to("canvases", "currently_testing_type", "'vbu'"));
}

static void
the_enum_types_are_gone_after_the_downgrade(void **state)
{
    PGS_CASE(state, "CANVAS-03");
    pgs_assert_migrated("001");
    pgs_assert_absent("enum type", "lifecycle_lane");
    pgs_assert_absent("enum type", "currently_testing_type");
    pgs_assert_absent("enum type", "proof_point_status");
    pgs_assert_refused("42704", NULL, "SELECT 'build'::lifecycle_lane");
    pgs_assert_result("0", "SELECT count(*) FROM pg_enum");
}

/* ---- Foreign keys ---- */

static void
the_eight_delete_rules_are_in_the_catalog(void **state)
{
    PGS_CASE(state, "CANVAS-04");
    pgs_assert_foreign_key("vbus", "gm_id", "users (id)", "r", NULL);
    pgs_assert_foreign_key("vbus", "updated_by", "users (id)", "n", NULL);
    pgs_assert_foreign_key("canvases", "vbu_id", "vbus (id)", "c", NULL);
    pgs_assert_foreign_key("canvases", "updated_by", "users (id)", "n", NULL);
    pgs_assert_foreign_key("theses", "canvas_id", "canvases (id)", "c", NULL);
    pgs_assert_foreign_key("proof_points", "thesis_id", "theses (id)", "c", NULL);
    pgs_assert_foreign_key("attachments", "proof_point_id", "proof_points (id)", "c", NULL);
    pgs_assert_foreign_key("attachments", "uploaded_by", "users (id)", "r", NULL);
    pgs_assert_result("8", "SELECT count(*) FROM pg_constraint WHERE contype = 'f'");
}

static void
a_reference_to_nothing_is_refused(void **state)
{
    static const char *const references[][2] = {
        {"vbus", "gm_id"},
        {"vbus", "updated_by"},
        {"canvases", "vbu_id"},
        {"canvases", "updated_by"},
        {"theses", "canvas_id"},
        {"proof_points", "thesis_id"},
        {"attachments", "proof_point_id"},
        {"attachments", "uploaded_by"},
    };

    PGS_CASE(state, "CANVAS-04");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(references); i++)
        pgs_assert_refused("23503", NULL,
                           update_to(references[i][0], references[i][1], "'" NOBODY "'"));
}

/* How many of the suite's rows are left, level by level. */
#define LEFT                                                                                       \
    "SELECT (SELECT count(*) FROM vbus WHERE id = '" VBU "'),"                                     \
    " (SELECT count(*) FROM canvases WHERE id = '" CANVAS "'),"                                    \
    " (SELECT count(*) FROM theses WHERE id = '" THESIS "'),"                                      \
    " (SELECT count(*) FROM proof_points WHERE id = '" PROOF_POINT "'),"                           \
    " (SELECT count(*) FROM attachments WHERE id = '" ATTACHMENT "')"
/* Of the sample data: nothing of it goes with the suite's rows. */
#define LEFT_OF_OTHERS                                                                             \
    "SELECT (SELECT count(*) FROM vbus WHERE id NOT IN ('" VBU "', '" OTHER_VBU "')),"             \
    " (SELECT count(*) FROM canvases WHERE id <> '" CANVAS "'),"                                   \
    " (SELECT count(*) FROM theses WHERE id <> '" THESIS "'),"                                     \
    " (SELECT count(*) FROM proof_points WHERE id <> '" PROOF_POINT "'),"                          \
    " (SELECT count(*) FROM attachments WHERE id <> '" ATTACHMENT "')"
#define SAMPLE_COUNTS "2|2|3|3|3"

static void
deleting_a_vbu_clears_down_to_the_attachments(void **state)
{
    PGS_CASE(state, "CANVAS-05");
    given_one_of_each(pgs_suite_);
    pgs_assert_result("1|1|1|1|1", LEFT);
    pgs_assert_affected(1, "DELETE FROM vbus WHERE id = '" VBU "'");
    pgs_assert_result("0|0|0|0|0", LEFT);
    pgs_assert_result(SAMPLE_COUNTS, LEFT_OF_OTHERS);
    pgs_assert_result("1", "SELECT count(*) FROM vbus WHERE id = '" OTHER_VBU "'");
    pgs_assert_result("3", "SELECT count(*) FROM users WHERE email LIKE '%@suite.example'");
}

/* pgs_assert_accepted() has savepoints of its own, which would take this one along. */
static void
savepoint(PgsSuite *pgs_suite_, const char *sql)
{
    PGresult *result = PQexec(pgs_suite_connection(pgs_suite_), sql);
    int done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    pgs_assert_true(done, sql);
}

static void
deleting_lower_down_leaves_what_is_above(void **state)
{
    PGS_CASE(state, "CANVAS-05");
    given_one_of_each(pgs_suite_);
    savepoint(pgs_suite_, "SAVEPOINT one_of_each");
    pgs_assert_affected(1, "DELETE FROM proof_points WHERE id = '" PROOF_POINT "'");
    pgs_assert_result("1|1|1|0|0", LEFT);
    savepoint(pgs_suite_, "ROLLBACK TO one_of_each");
    pgs_assert_affected(1, "DELETE FROM theses WHERE id = '" THESIS "'");
    pgs_assert_result("1|1|0|0|0", LEFT);
    savepoint(pgs_suite_, "ROLLBACK TO one_of_each");
    pgs_assert_affected(1, "DELETE FROM canvases WHERE id = '" CANVAS "'");
    pgs_assert_result("1|0|0|0|0", LEFT);
    pgs_assert_result(SAMPLE_COUNTS, LEFT_OF_OTHERS);
}

/*
 * RESTRICT does not look at what the rest of a statement does: a user who is replaced by one with
 * the same id is refused too.  With NO ACTION this passes.
 */
#define REPLACE_USER(id)                                                                           \
    "WITH gone AS (DELETE FROM users WHERE id = '" id "' RETURNING *)"                             \
    " INSERT INTO users SELECT * FROM gone"

static void
a_user_who_manages_a_vbu_cannot_be_deleted(void **state)
{
    PGS_CASE(state, "CANVAS-05");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused(RESTRICTED, NULL, "DELETE FROM users WHERE id = '" MANAGER "'");
    pgs_assert_refused(RESTRICTED, NULL, REPLACE_USER(MANAGER));
    pgs_assert_affected(2, "DELETE FROM vbus WHERE gm_id = '" MANAGER "'");
    pgs_assert_accepted(REPLACE_USER(MANAGER));
    pgs_assert_affected(1, "DELETE FROM users WHERE id = '" MANAGER "'");
}

static void
a_user_who_uploaded_a_file_cannot_be_deleted(void **state)
{
    PGS_CASE(state, "CANVAS-05");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused(RESTRICTED, NULL, "DELETE FROM users WHERE id = '" UPLOADER "'");
    pgs_assert_refused(RESTRICTED, NULL, REPLACE_USER(UPLOADER));
    pgs_assert_affected(1, "DELETE FROM attachments WHERE uploaded_by = '" UPLOADER "'");
    pgs_assert_accepted(REPLACE_USER(UPLOADER));
    pgs_assert_affected(1, "DELETE FROM users WHERE id = '" UPLOADER "'");
}

static void
a_user_who_only_updated_rows_can_be_deleted(void **state)
{
    PGS_CASE(state, "CANVAS-05");
    given_one_of_each(pgs_suite_);
    pgs_assert_affected(1, "DELETE FROM users WHERE id = '" EDITOR "'");
    pgs_assert_result(MANAGER "|", "SELECT gm_id, updated_by FROM vbus WHERE id = '" VBU "'");
    pgs_assert_result(VBU "|", "SELECT vbu_id, updated_by FROM canvases WHERE id = '" CANVAS "'");
    pgs_assert_result("1|1|1|1|1", LEFT);
}

/* ---- CHECKs, at their edges ---- */

typedef struct {
    const char *table, *column, *constraint;
    int nullable;
} Text;

static const Text texts[] = {
    {"vbus", "name", "ck_vbus_name_not_empty", 0},
    {"canvases", "product_name", "ck_canvas_product_name", 1},
    {"theses", "text", "ck_thesis_text_not_empty", 0},
    {"proof_points", "description", "ck_proof_point_description_not_empty", 0},
    {"attachments", "filename", "ck_attachment_filename_not_empty", 0},
    {"attachments", "storage_path", "ck_attachment_storage_path_not_empty", 0},
    {"attachments", "label", "ck_attachment_label", 1},
};

static void
a_text_is_not_blank(void **state)
{
    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(texts); i++) {
        const Text *text = &texts[i];
        pgs_assert_refused("23514", text->constraint, update_to(text->table, text->column, "''"));
        pgs_assert_refused("23514", text->constraint, update_to(text->table, text->column, "' '"));
        pgs_assert_refused("23514", text->constraint,
                           update_to(text->table, text->column, "repeat(' ', 100)"));
        pgs_assert_affected(1, update_to(text->table, text->column, "'x'"));
        pgs_assert_affected(1, update_to(text->table, text->column, "'  x  '"));
        if (text->nullable)
            pgs_assert_affected(1, update_to(text->table, text->column, "NULL"));
    }
}

/* TRIM takes spaces only, so that these are not empty by the letter of the specification, though a
 * person would call them so. */
static void
a_lone_tab_or_newline_passes_for_a_text(void **state)
{
    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(texts); i++) {
        pgs_assert_affected(1, update_to(texts[i].table, texts[i].column, "E'\\t'"));
        pgs_assert_affected(1, update_to(texts[i].table, texts[i].column, "E' \\n '"));
    }
}

static void
order_is_between_1_and_5(void **state)
{
    static const char *const refused[] = {"-1", "0", "6", "2147483647"};
    static const char *const accepted[] = {"1", "2", "3", "4", "5"};

    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(refused); i++)
        pgs_assert_refused("23514", "ck_thesis_order_range",
                           update_to("theses", "order", refused[i]));
    for (size_t i = 0; i < N_OF(accepted); i++)
        pgs_assert_affected(1, update_to("theses", "order", accepted[i]));
}

static void
size_is_between_1_and_10485760(void **state)
{
    static const char *const refused[] = {"-1", "0", "10485761", "2147483647"};
    static const char *const accepted[] = {"1", "2", "10485759", "10485760"};

    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(refused); i++)
        pgs_assert_refused("23514", "ck_attachment_size_range",
                           update_to("attachments", "size_bytes", refused[i]));
    for (size_t i = 0; i < N_OF(accepted); i++)
        pgs_assert_affected(1, update_to("attachments", "size_bytes", accepted[i]));
}

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static void
content_type_is_one_of_six(void **state)
{
    static const char *const accepted[] = {"'image/png'",       "'image/jpeg'", "'image/gif'",
                                           "'application/pdf'", "'text/csv'",   "'" XLSX "'"};
    static const char *const refused[] = {
        "''",           "'text/plain'", "'image/svg+xml'", "'application/zip'", "'IMAGE/PNG'",
        "' image/png'", "'image/png '", "'" XLSX "x'",     "'image/jpg'",       "'image/png; q=1'",
        "'%'",
    };

    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    for (size_t i = 0; i < N_OF(accepted); i++)
        pgs_assert_affected(1, update_to("attachments", "content_type", accepted[i]));
    for (size_t i = 0; i < N_OF(refused); i++)
        pgs_assert_refused("23514", "ck_attachment_content_type",
                           update_to("attachments", "content_type", refused[i]));
}

#define PARENTS(proof_point, review)                                                               \
    "UPDATE attachments SET proof_point_id = " proof_point ", monthly_review_id = " review         \
    " WHERE id = '" ATTACHMENT "'"

static void
an_attachment_has_exactly_one_parent(void **state)
{
    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused("23514", "ck_attachment_single_parent",
                       PARENTS("'" PROOF_POINT "'", "'" REVIEW "'"));
    pgs_assert_refused("23514", "ck_attachment_single_parent", PARENTS("NULL", "NULL"));
    pgs_assert_affected(1, PARENTS("NULL", "'" REVIEW "'"));
    pgs_assert_affected(1, PARENTS("'" PROOF_POINT "'", "NULL"));
}

#define TESTING(type, id)                                                                          \
    "UPDATE canvases SET currently_testing_type = " type ", currently_testing_id = " id            \
    " WHERE id = '" CANVAS "'"

static void
what_is_tested_has_both_type_and_id_or_neither(void **state)
{
    PGS_CASE(state, "CANVAS-06");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused("23514", "ck_currently_testing_consistency", TESTING("'thesis'", "NULL"));
    pgs_assert_refused("23514", "ck_currently_testing_consistency",
                       TESTING("'proof_point'", "NULL"));
    pgs_assert_refused("23514", "ck_currently_testing_consistency",
                       TESTING("NULL", "'" THESIS "'"));
    pgs_assert_affected(1, TESTING("'thesis'", "'" THESIS "'"));
    pgs_assert_affected(1, TESTING("'proof_point'", "'" PROOF_POINT "'"));
    pgs_assert_affected(1, TESTING("NULL", "NULL"));
}

/* ---- Unique rules ---- */

static void
a_vbu_has_one_canvas(void **state)
{
    PGS_CASE(state, "CANVAS-07");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused("23505", "uq_canvases_vbu_id",
                       "INSERT INTO canvases (vbu_id, lifecycle_lane)"
                       " VALUES ('" VBU "', 'milk')");
    pgs_assert_accepted("INSERT INTO canvases (vbu_id, lifecycle_lane)"
                        " VALUES ('" OTHER_VBU "', 'build')");
}

static void
a_place_has_one_thesis(void **state)
{
    PGS_CASE(state, "CANVAS-07");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused("23505", "uq_theses_canvas_order",
                       "INSERT INTO theses (canvas_id, \"order\", text)"
                       " VALUES ('" CANVAS "', 2, 'another')");
    pgs_assert_accepted("INSERT INTO theses (canvas_id, \"order\", text)"
                        " VALUES ('" CANVAS "', 3, 'a thesis')");
    pgs_assert_accepted("WITH other AS (INSERT INTO canvases (vbu_id, lifecycle_lane)"
                        " VALUES ('" OTHER_VBU "', 'build') RETURNING id)"
                        " INSERT INTO theses (canvas_id, \"order\", text)"
                        " SELECT id, 2, 'a thesis' FROM other");
}

static void
a_storage_path_is_there_once(void **state)
{
    PGS_CASE(state, "CANVAS-07");
    given_one_of_each(pgs_suite_);
    pgs_assert_refused("23505", "uq_attachments_storage_path",
                       "INSERT INTO attachments (monthly_review_id, filename, storage_path,"
                       " content_type, size_bytes, uploaded_by) VALUES ('" REVIEW "', 'b.csv',"
                       " 'suite/a.png', 'text/csv', 2, '" MANAGER "')");
    pgs_assert_accepted("INSERT INTO attachments (proof_point_id, filename, storage_path,"
                        " content_type, size_bytes, uploaded_by) VALUES ('" PROOF_POINT "',"
                        " 'a.png', 'suite/A.png', 'image/png', 1000, '" UPLOADER "')");
}

static void
the_nine_indexes_are_there(void **state)
{
    PGS_CASE(state, "CANVAS-08");
    pgs_assert_index("vbus", "ix_vbus_gm_id", "gm_id", PGS_NO, "");
    pgs_assert_index("canvases", "uq_canvases_vbu_id", "vbu_id", PGS_YES, "");
    pgs_assert_index("canvases", "ix_canvases_lifecycle_lane", "lifecycle_lane", PGS_NO, "");
    pgs_assert_index("theses", "ix_theses_canvas_id", "canvas_id", PGS_NO, "");
    pgs_assert_index("proof_points", "ix_proof_points_thesis_id", "thesis_id", PGS_NO, "");
    pgs_assert_index("proof_points", "ix_proof_points_status", "status", PGS_NO, "");
    pgs_assert_index("attachments", "ix_attachments_proof_point_id", "proof_point_id", PGS_NO, "");
    pgs_assert_index("attachments", "ix_attachments_uploaded_by", "uploaded_by", PGS_NO, "");
    pgs_assert_index("attachments", "uq_attachments_storage_path", "storage_path", PGS_YES, "");
}

static void
the_nine_indexes_serve_their_queries(void **state)
{
    PGS_CASE(state, "CANVAS-08");
    static const char *const indexes[][2] = {
        {"ix_vbus_gm_id", "SELECT * FROM vbus WHERE gm_id = $1"},
        {"uq_canvases_vbu_id", "SELECT * FROM canvases WHERE vbu_id = $1"},
        {"ix_canvases_lifecycle_lane", "SELECT * FROM canvases WHERE lifecycle_lane = $1"},
        {"ix_theses_canvas_id", "SELECT count(*) FROM theses WHERE canvas_id = $1"},
        {"ix_proof_points_thesis_id", "SELECT * FROM proof_points WHERE thesis_id = $1"},
        {"ix_proof_points_status", "SELECT * FROM proof_points WHERE status = $1"},
        {"ix_attachments_proof_point_id", "SELECT * FROM attachments WHERE proof_point_id = $1"},
        {"ix_attachments_uploaded_by", "SELECT * FROM attachments WHERE uploaded_by = $1"},
        {"uq_attachments_storage_path", "SELECT * FROM attachments WHERE storage_path = $1"},
    };
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
        pgs_assert_index_used(indexes[i][0], indexes[i][1], NULL);
}

/* ---- Sample data ---- */

#define SAMPLE_ROWS                                                                                \
    "SELECT string_agg(row, E'\\n' ORDER BY row) FROM"                                             \
    " (SELECT 'u' || users::text FROM users UNION ALL SELECT 'v' || vbus::text FROM vbus"          \
    " UNION ALL SELECT 'c' || canvases::text FROM canvases"                                        \
    " UNION ALL SELECT 't' || theses::text FROM theses"                                            \
    " UNION ALL SELECT 'p' || proof_points::text FROM proof_points"                                \
    " UNION ALL SELECT 'a' || attachments::text FROM attachments) AS all_rows (row)"

static void
the_sample_data_loads_through_defaults_alone(void **state)
{
    PGS_CASE(state, "CANVAS-09");
    pgs_assert_result("Northern Ventures|Harbour Analytics|1|Ports will pay for arrival forecasts."
                      "|One paid pilot|not_started|quote.csv\n"
                      "Northern Ventures|Harbour Analytics|1|Ports will pay for arrival forecasts."
                      "|Three signed letters of intent|not_started|letters.pdf\n"
                      "Northern Ventures|Harbour Analytics|5|Pilots will share their logs."
                      "|A month of logs from one port|not_started|\n"
                      "Southern Ventures||1|The old product still earns its keep.|||",
                      "SELECT vbus.name, product_name, \"order\", text, description, status,"
                      " filename FROM vbus JOIN canvases ON vbu_id = vbus.id"
                      " JOIN theses ON canvas_id = canvases.id"
                      " LEFT JOIN proof_points ON thesis_id = theses.id"
                      " LEFT JOIN attachments ON proof_point_id = proof_points.id"
                      " ORDER BY 1, 3, 5");
    pgs_assert_result(SAMPLE_COUNTS, LEFT_OF_OTHERS);
}

static void
the_sample_data_is_the_same_when_it_is_loaded_again(void **state)
{
    PGS_CASE(state, "CANVAS-09");
    PGresult *before = PQexec(pgs_suite_connection(pgs_suite_), SAMPLE_ROWS);
    int loaded = pgs_suite_load_sample_data(pgs_suite_);
    char reason[512];
    snprintf(reason, sizeof reason, "the sample data is loaded again %s",
             pgs_suite_error(pgs_suite_));
    int same = loaded && PQntuples(before) == 1 &&
               pgs_expect_result(pgs_suite_, PGS_HERE, PQgetvalue(before, 0, 0), SAMPLE_ROWS);
    PQclear(before);
    pgs_assert_true(loaded, reason);
    pgs_assert_true(same, "loading the sample data again changes nothing");
}

/* ---- The faulty variants ---- */

#define FAULTY PGS_SOURCE_DIR "/migrations/faulty/"
#define WARNED PGS_SOURCE_DIR "/migrations/warned/"

/* The file's text behind what is there; the file goes. */
static void
append_file(char *text, size_t size, const char *path)
{
    size_t length = strlen(text);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        length += fread(text + length, 1, size - 1 - length, file);
        fclose(file);
    }
    text[length] = '\0';
    unlink(path);
}

/* Runs pgstair verify on a folder; option may be NULL.  text: what it prints, then its record. */
static int
verify(const char *folder, const char *option, const char *value, char *text, size_t size)
{
    const char *temporary = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/pgstair-suite-canvas-XXXXXX",
             temporary != NULL ? temporary : P_tmpdir);
    int fd = mkstemp(path);
    if (fd < 0)
        return CHILD_NOT_STARTED;
    close(fd);
    const Child child = {
        .argv = (const char *const[]){PGS_PROGRAM, "verify", folder, "--record", path, option,
                                      value, NULL},
        .variable = "NO_COLOR=1",
        .seconds = 120,
    };
    int status = run_child(&child, text, size);
    append_file(text, size, path);
    return status;
}

/* pgstair exits with that status, and says all of these; ended by NULL. */
static void
assert_verify(PgsSuite *pgs_suite_, const char *folder, const char *option, const char *value,
              int exit_status, const char *const *words)
{
    static char text[1 << 20];
    static char what[4096];
    int status = verify(folder, option, value, text, sizeof text);
    snprintf(what, sizeof what, "%s: exit status %d, to be %d; it says: %.3000s", folder, status,
             exit_status, status == exit_status ? "what follows" : text);
    pgs_assert_true(status == exit_status, what);
    for (; *words != NULL; words++) {
        int said = strstr(text, *words) != NULL;
        snprintf(what, sizeof what, "%s says: %s%s%.3000s", folder, *words,
                 said ? "" : "\nbut it says: ", said ? "" : text);
        pgs_assert_true(said, what);
    }
}

static void
an_enum_type_made_twice_is_caught(void **state)
{
    PGS_CASE(state, "CANVAS-11");
    assert_verify(
        pgs_suite_, FAULTY "canvas_enum_twice", NULL, NULL, 1,
        PGS_LIST("002_canvas_tables.up.sql:20", "type \"lifecycle_lane\" already exists"));
}

static void
an_unquoted_reserved_word_is_caught(void **state)
{
    PGS_CASE(state, "CANVAS-11");
    assert_verify(pgs_suite_, FAULTY "canvas_reserved_word", NULL, NULL, 1,
                  PGS_LIST("002_canvas_tables.up.sql:59", "syntax error at or near \"order\""));
}

/* As the record has it. */
#define FAILED_COLUMN(column)                                                                      \
    "<finding check=\"expect.column\" status=\"failed\" system=\"canvas_client_defaults\""         \
    " revision=\"002_canvas_tables\" object=\"column public." column "\""

/* Each default that is missing, and the sample data that relies on them. */
static void
defaults_on_the_client_side_only_are_caught(void **state)
{
    PGS_CASE(state, "CANVAS-11");
    assert_verify(pgs_suite_, FAULTY "canvas_client_defaults", NULL, NULL, 1,
                  PGS_LIST("default: none, expected gen_random_uuid()", FAILED_COLUMN("vbus.id"),
                           FAILED_COLUMN("canvases.id"), FAILED_COLUMN("theses.id"),
                           FAILED_COLUMN("proof_points.id"), FAILED_COLUMN("proof_points.status"),
                           FAILED_COLUMN("attachments.id"), "sample.sql:8",
                           "null value in column \"id\"", "<requirement>CANVAS-09</requirement>"));
}

/* The same findings are accepted of the bundled migrations, which are warned of nothing else. */
static void
indexes_that_repeat_a_unique_constraint_are_a_warning(void **state)
{
    PGS_CASE(state, "CANVAS-11");
    assert_verify(pgs_suite_, WARNED "canvas_unique_twice", NULL, NULL, 0,
                  PGS_LIST("WARNING  redundancy.duplicate-index  index public.uq_canvases_vbu_id",
                           "WARNING  redundancy.duplicate-index  index "
                           "public.uq_attachments_storage_path",
                           "2 warnings"));
    assert_verify(pgs_suite_, WARNED "canvas_unique_twice", "--fail-on", "warning", 1,
                  PGS_LIST("2 warnings"));
    /* Plans are not its matter, and cost most. */
    assert_verify(pgs_suite_, PGS_SOURCE_DIR "/migrations/canvas", "--fail-on=warning",
                  "--skip=plan", 0, PGS_LIST("VERIFIED"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test(every_expectation_of_the_project_holds),
        pgs_test_alone(the_migration_runs_up_and_down_and_up),
        pgs_test_alone(the_downgrade_reverses_every_change),
        pgs_test(every_column_takes_what_its_type_takes),
        pgs_test(every_column_is_null_or_not_as_specified),
        pgs_test(ids_status_and_times_come_by_default),
        pgs_test(nothing_else_comes_by_default),
        pgs_test(the_enum_types_have_their_labels_in_order),
        pgs_test(columns_take_every_label_in_its_order_and_no_other),
        pgs_test_alone(the_enum_types_are_gone_after_the_downgrade),
        pgs_test(the_eight_delete_rules_are_in_the_catalog),
        pgs_test(a_reference_to_nothing_is_refused),
        pgs_test(deleting_a_vbu_clears_down_to_the_attachments),
        pgs_test(deleting_lower_down_leaves_what_is_above),
        pgs_test(a_user_who_manages_a_vbu_cannot_be_deleted),
        pgs_test(a_user_who_uploaded_a_file_cannot_be_deleted),
        pgs_test(a_user_who_only_updated_rows_can_be_deleted),
        pgs_test(a_text_is_not_blank),
        pgs_test(a_lone_tab_or_newline_passes_for_a_text),
        pgs_test(order_is_between_1_and_5),
        pgs_test(size_is_between_1_and_10485760),
        pgs_test(content_type_is_one_of_six),
        pgs_test(an_attachment_has_exactly_one_parent),
        pgs_test(what_is_tested_has_both_type_and_id_or_neither),
        pgs_test(a_vbu_has_one_canvas),
        pgs_test(a_place_has_one_thesis),
        pgs_test(a_storage_path_is_there_once),
        pgs_test(the_nine_indexes_are_there),
        pgs_test(the_nine_indexes_serve_their_queries),
        pgs_test(the_sample_data_loads_through_defaults_alone),
        pgs_test_alone(the_sample_data_is_the_same_when_it_is_loaded_again),
        pgs_test(an_enum_type_made_twice_is_caught),
        pgs_test(an_unquoted_reserved_word_is_caught),
        pgs_test(defaults_on_the_client_side_only_are_caught),
        pgs_test(indexes_that_repeat_a_unique_constraint_are_a_warning),
    };
    const PgsSuiteOptions options = {.system = "canvas"};

    return pgs_run_suite("canvas", tests, &options);
}

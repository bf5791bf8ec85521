/* boardroom: its migrations on databases that are somebody's: offline SQL, backups, the commands.
 * The schema's own rules are boardroom.c's; lost connections, boardroom_connection.c's. */
#include "somebodys.h"

static void
give_legacy(PgsSuite *pgs_suite_, Somebodys *somebodys, const char *environment)
{
    give_database(pgs_suite_, somebodys, environment);
    pgs_assert_true(psql(somebodys, SYSTEM "/schema.sql") == 0, somebodys->output);
    pgs_assert_true(psql(somebodys, SEEDS "legacy.sql") == 0, somebodys->output);
}

/* Who has a thread in which boardroom, whatever the keys are. */
#define ROWS                                                                                       \
    "SELECT concat_ws('|', (SELECT count(*) FROM users), (SELECT count(*) FROM boardrooms),"       \
    " (SELECT count(*) FROM sessions), (SELECT count(*) FROM threads),"                            \
    " (SELECT md5(string_agg(concat_ws(' ', u.email, b.name, s.title, t.title), ','"               \
    " ORDER BY t.title)) FROM threads t JOIN sessions s ON s.id = t.session_id"                    \
    " JOIN boardrooms b ON b.id = s.boardroom_id JOIN users u ON u.id = t.user_id))"

static int
has_rows(const Somebodys *somebodys, const char *rows)
{
    char now[256];
    ask(somebodys, ROWS, now, sizeof now);
    return strcmp(now, rows) == 0;
}

static int
is_at(Somebodys *somebodys, const char *revision)
{
    return migrate_there(somebodys, WORDS("status")) == 0 &&
           strstr(somebodys->output, revision) != NULL;
}

/* How many backups there are; the last one's path. */
static int
find_backups(Somebodys *somebodys, char *path, size_t size)
{
    char line[512];
    int n = 0;
    run(somebodys, somebodys->folder, NULL, WORDS("find", ".", "-name", "*.dump"));
    for (const char *at = somebodys->output; sscanf(at, "%511[^\n]", line) == 1; n++) {
        snprintf(path, size, "%s", line);
        at += strlen(line);
        if (*at++ == '\0')
            break;
    }
    return n;
}

/* ---- BOARD-12 ---- */

static void
offline_sql_makes_the_same_head(void **state)
{
    static Somebodys somebodys;
    PGS_CASE(state, "BOARD-12");
    give_database(pgs_suite_, &somebodys, "test");
    pgs_assert_true(migrate(&somebodys, WORDS("sql", "base:head", "--output", "up.sql")) == 0,
                    somebodys.output);
    pgs_assert_true(psql(&somebodys, "up.sql") == 0, somebodys.output);
    /* At head by its books, and no drift from head or the models. */
    pgs_assert_true(migrate_there(&somebodys, WORDS("check")) == 0, somebodys.output);
    pgs_assert_true(psql(&somebodys, "up.sql") == 3, "a second time it is refused");
    pgs_assert_true(migrate_there(&somebodys, WORDS("check")) == 0, somebodys.output);
    /* And back. */
    pgs_assert_true(migrate(&somebodys, WORDS("sql", "head:base", "--output", "down.sql")) == 0,
                    somebodys.output);
    pgs_assert_true(psql(&somebodys, "down.sql") == 0, somebodys.output);
    char tables[64];
    ask(&somebodys,
        "SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace",
        tables, sizeof tables);
    pgs_assert_true(strcmp(tables, "pgstair_migrations") == 0, tables);
    take_back(pgs_suite_, &somebodys);
}

/* ---- BOARD-13 ---- */

static void
a_backup_comes_before_a_change_and_back(void **state)
{
    static Somebodys somebodys;
    char before[256], backup[512];
    PGS_CASE(state, "BOARD-13");
    give_legacy(pgs_suite_, &somebodys, "production");
    ask(&somebodys, ROWS, before, sizeof before);
    pgs_assert_true(migrate_there(&somebodys, WORDS("stamp", "001", "--yes")) == 0,
                    somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("upgrade", "--yes")) == 0, somebodys.output);
    pgs_assert_true(find_backups(&somebodys, backup, sizeof backup) == 1, somebodys.output);
    pgs_assert_true(strstr(backup, "before-upgrade") != NULL, backup);
    pgs_assert_true(has_rows(&somebodys, before), "all rows are there, by their new keys");

    ask(&somebodys, "DELETE FROM users; SELECT count(*) FROM threads", before + 200, 8);
    pgs_assert_true(!has_rows(&somebodys, before), "they are gone");
    pgs_assert_true(migrate_there(&somebodys, WORDS("restore", backup, "--yes")) == 0,
                    somebodys.output);
    pgs_assert_true(has_rows(&somebodys, before), "they are back");
    pgs_assert_true(is_at(&somebodys, "001_legacy_schema"), somebodys.output);

    /* Nothing to be done: nothing to be backed up; and --no-backup is not for production. */
    pgs_assert_true(migrate_there(&somebodys, WORDS("upgrade", "--no-backup")) == 2,
                    somebodys.output);
    pgs_assert_true(is_at(&somebodys, "001_legacy_schema"), somebodys.output);
    take_back(pgs_suite_, &somebodys);
}

/* ---- BOARD-14 ---- */

static void
the_legacy_database_is_aligned(void **state)
{
    static Somebodys somebodys;
    static const char *const told[] = {
        "its schema is that of 001_legacy_schema",
        "no row breaks",
        "before-align.dump",
        "002_uuid_keys",
        "009_indexes",
        "its schema is that of head",
        "its schema is that of the models",
        "no table has fewer rows",
    };
    char before[256];
    PGS_CASE(state, "BOARD-14");
    give_legacy(pgs_suite_, &somebodys, "production");
    ask(&somebodys, ROWS, before, sizeof before);
    pgs_assert_true(migrate_there(&somebodys, WORDS("align", "--dry-run")) == 0, somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("align")) == 2, somebodys.output);
    ask(&somebodys, "SELECT count(*) FROM pg_class WHERE relname = 'pgstair_migrations'",
        somebodys.output, 8);
    pgs_assert_true(strcmp(somebodys.output, "0") == 0, "nothing is changed before --yes");

    /* Rows that break a rule to come: found first. */
    ask(&somebodys,
        "INSERT INTO threads (id, session_id, user_id, title) VALUES (90, 998, 1, 'Lost')"
        " RETURNING id",
        somebodys.output, 8);
    pgs_assert_true(migrate_there(&somebodys, WORDS("align", "--yes")) == 1, somebodys.output);
    pgs_assert_true(strstr(somebodys.output, "fk_threads_session_id") != NULL &&
                        strstr(somebodys.output, "id 90") != NULL,
                    somebodys.output);
    ask(&somebodys, "DELETE FROM threads WHERE id = 90 RETURNING id", somebodys.output, 8);

    pgs_assert_true(migrate_there(&somebodys, WORDS("align", "--yes")) == 0, somebodys.output);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        pgs_assert_true(strstr(somebodys.output, told[i]) != NULL, told[i]);
    pgs_assert_true(has_rows(&somebodys, before), "every row, and what it refers to");
    pgs_assert_true(migrate_there(&somebodys, WORDS("check")) == 0, somebodys.output);
    take_back(pgs_suite_, &somebodys);
}

/* A copy of the migrations, for a new one. */
static void
copy_folder(PgsSuite *pgs_suite_, Somebodys *somebodys)
{
    pgs_assert_true(run(somebodys, somebodys->folder, NULL, WORDS("cp", "-r", SYSTEM, "folder")) ==
                        0,
                    somebodys->output);
    pgs_assert_true(run(somebodys, somebodys->folder, NULL,
                        WORDS("rm", "folder/pgstair.yaml", "folder/requirements.yaml",
                              "folder/schema.sql")) == 0,
                    somebodys->output);
}

static void
judge_new(PgsSuite *pgs_suite_, Somebodys *somebodys)
{
    copy_folder(pgs_suite_, somebodys);
    pgs_assert_true(run(somebodys, somebodys->folder, NULL,
                        WORDS(PGS_PROGRAM, "migrate", "new", "add a note", "--folder", "folder")) ==
                        0,
                    somebodys->output);
    pgs_assert_true(
        run(somebodys, somebodys->folder, NULL,
            WORDS("ls", "folder/011_add_a_note.up.sql", "folder/011_add_a_note.down.sql")) == 0,
        somebodys->output);
}

static void
the_commands_work_where_there_are_rows(void **state)
{
    static Somebodys somebodys;
    char before[256], backup[512];
    PGS_CASE(state, "BOARD-14");
    give_legacy(pgs_suite_, &somebodys, "test");
    ask(&somebodys, ROWS, before, sizeof before);
    /* In test nobody is asked, and nothing is backed up. */
    pgs_assert_true(migrate_there(&somebodys, WORDS("stamp", "001", "--yes")) == 0,
                    somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("check")) == 1, somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("upgrade", "009")) == 0, somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("upgrade")) == 0, somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("check")) == 0, somebodys.output);
    pgs_assert_true(has_rows(&somebodys, before), "every row, and what it refers to");
    pgs_assert_true(migrate_there(&somebodys, WORDS("history")) == 0, somebodys.output);
    pgs_assert_true(strstr(somebodys.output, "010_kept_timestamps") != NULL, somebodys.output);
    pgs_assert_true(migrate_there(&somebodys, WORDS("downgrade", "001", "--yes")) == 0,
                    somebodys.output);
    pgs_assert_true(has_rows(&somebodys, before), "and back");
    pgs_assert_true(is_at(&somebodys, "001_legacy_schema"), somebodys.output);
    pgs_assert_true(find_backups(&somebodys, backup, sizeof backup) == 0, somebodys.output);
    pgs_assert_true(migrate(&somebodys, WORDS("sql", "001:002")) == 0, somebodys.output);
    pgs_assert_true(strstr(somebodys.output, "002_uuid_keys.up.sql") != NULL, somebodys.output);
    judge_new(pgs_suite_, &somebodys);

    /* The same database as production: it asks first. */
    somebodys.environment = "production";
    pgs_assert_true(migrate_there(&somebodys, WORDS("upgrade", "002")) == 2, somebodys.output);
    pgs_assert_true(strstr(somebodys.output, "--yes") != NULL, somebodys.output);
    pgs_assert_true(is_at(&somebodys, "001_legacy_schema"), somebodys.output);
    take_back(pgs_suite_, &somebodys);
}

/* ---- BOARD-15 ---- */

static void
health_tells_version_latency_pool_and_revision(void **state)
{
    static Somebodys somebodys;
    static const char *const told[] = {"\"postgres\" : \"ok\"", "\"version\"", "\"latency_ms\"",
                                       "\"pool\"", "\"revision\" : \"010\""};
    PGS_CASE(state, "BOARD-15");
    give_database(pgs_suite_, &somebodys, "test");
    pgs_assert_true(migrate_there(&somebodys, WORDS("upgrade")) == 0, somebodys.output);
    pgs_assert_true(
        run(&somebodys, somebodys.folder, NULL,
            WORDS(PGS_PROGRAM, "health", "--url", somebodys.conninfo, "--folder", SYSTEM)) == 0,
        somebodys.output);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        pgs_assert_true(strstr(somebodys.output, told[i]) != NULL, somebodys.output);
    take_back(pgs_suite_, &somebodys);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test_alone(offline_sql_makes_the_same_head),
        pgs_test_alone(a_backup_comes_before_a_change_and_back),
        pgs_test_alone(the_legacy_database_is_aligned),
        pgs_test_alone(the_commands_work_where_there_are_rows),
        pgs_test_alone(health_tells_version_latency_pool_and_revision),
    };
    const PgsSuiteOptions options = {.config = SYSTEM_CONFIG, .system = "boardroom"};

    return pgs_run_suite("boardroom_operate", tests, &options);
}

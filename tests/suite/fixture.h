#ifndef PGS_TESTS_SUITE_FIXTURE_H
#define PGS_TESTS_SUITE_FIXTURE_H

#include "base/fs.h"
#include "cmocka_all.h"
#include "pgstair/pgstair.h"
#include "record/record_xml.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with a small system: pgstair.yaml, migrations, sample data. */
typedef struct {
    char *folder;
    char *config;
    char *record;
    char *junit;
} Place;

static inline void
place_write(const Place *place, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(place->folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline const char *
place_up_1(void)
{
    return "CREATE TYPE mood AS ENUM ('sad', 'glad');\n"
           "CREATE TABLE users (id integer PRIMARY KEY, email varchar(40) NOT NULL UNIQUE,\n"
           "    mood mood DEFAULT 'glad', note text,\n"
           "    CONSTRAINT ck_users_email CHECK (length(email) > 2));\n"
           "CREATE TABLE keys (id integer PRIMARY KEY,\n"
           "    user_id integer NOT NULL CONSTRAINT fk_keys_user REFERENCES users (id)\n"
           "        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);\n"
           "CREATE INDEX ix_keys_user_id ON keys (user_id) WHERE user_id > 0;\n";
}

static inline void
place_open(Place *place)
{
    place->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(place->folder);
    place->config = g_build_filename(place->folder, "pgstair.yaml", NULL);
    place->record = g_build_filename(place->folder, "out", "record.xml", NULL);
    place->junit = g_build_filename(place->folder, "out", "junit.xml", NULL);
    place_write(place, "pgstair.yaml",
                "version: 1\n"
                "systems:\n"
                "  small:\n"
                "    migrations: migrations\n"
                "    seed:\n"
                "      - sql: sample.sql\n"
                "    expect:\n"
                "      - tables:\n"
                "          users:\n"
                "            columns:\n"
                "              email: varchar(40) not null\n"
                "    requirements:\n"
                "      requirements:\n"
                "        - {id: S-01, text: users have keys}\n"
                "        - {id: S-02, text: users have moods}\n");
    place_write(place, "sample.sql",
                "INSERT INTO users (id, email) VALUES (1, 'a@b') ON CONFLICT DO NOTHING;\n");
    place_write(place, "migrations/001_users.up.sql", place_up_1());
    place_write(place, "migrations/001_users.down.sql",
                "DROP TABLE keys;\nDROP TABLE users;\nDROP TYPE mood;\n");
    place_write(place, "migrations/002_age.up.sql", "ALTER TABLE users ADD age integer;\n");
    place_write(place, "migrations/002_age.down.sql", "ALTER TABLE users DROP age;\n");
    g_unsetenv("PGSTAIR_CONFIG");
    g_unsetenv("PGSTAIR_SHARED_SERVER");
    g_unsetenv("PGSTAIR_RECORD_DIR");
    g_unsetenv("PGSTAIR_JUNIT_DIR");
}

static inline void
place_close(Place *place)
{
    pgs_fs_remove_tree(place->folder, NULL);
    g_free(place->folder);
    g_free(place->config);
    g_free(place->record);
    g_free(place->junit);
}

static inline PgsSuiteOptions
place_options(const Place *place)
{
    return (PgsSuiteOptions){
        .name = "a suite", .config = place->config, .record = place->record, .junit = place->junit};
}

/* A suite that is open; says why when it is not. */
static inline PgsSuite *
place_suite(const Place *place)
{
    PgsSuiteOptions options = place_options(place);
    PgsSuite *suite = pgs_suite_open(&options);
    if (pgs_suite_connection(suite) == NULL)
        fprintf(stderr, "%s\n", pgs_suite_error(suite));
    return suite;
}

static inline PgsRecord *
place_record(const Place *place)
{
    g_autoptr(GError) error = NULL;
    PgsRecord *record = pgs_record_read(place->record, &error);
    if (record == NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_non_null(record);
    return record;
}

/* The only finding of that check whose title ends so; fails when there is none or more. */
static inline const PgsFinding *
only_finding(const PgsRecord *record, const char *check, const char *title_end)
{
    const PgsFinding *found = NULL;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (strcmp(finding->check, check) != 0 || !g_str_has_suffix(finding->title, title_end))
            continue;
        assert_null(found);
        found = finding;
    }
    if (found == NULL)
        fprintf(stderr, "no finding %s …%s\n", check, title_end);
    assert_non_null(found);
    return found;
}

static inline gboolean
serves(const PgsFinding *finding, const char *id)
{
    for (guint i = 0; finding->requirements != NULL && i < finding->requirements->len; i++) {
        if (strcmp(g_ptr_array_index(finding->requirements, i), id) == 0)
            return TRUE;
    }
    return FALSE;
}

static inline void
assert_text(const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) == NULL)
        fprintf(stderr, "\"%s\" is not in: %s\n", part, text != NULL ? text : "(null)");
    assert_true(text != NULL && strstr(text, part) != NULL);
}

#endif

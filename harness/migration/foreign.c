#include "migration/recognise.h"

#include <string.h>

/* How a sign is looked for. */
typedef enum {
    SIGN_MARK,  /* a line of one of the .sql files begins like this; whatever the names are */
    SIGN_FILE,  /* a file of such a name; only when none of our formats fits */
    SIGN_ABOVE, /* such a file in the folder or up to two above it; likewise */
} SignKind;

enum {
    MARK_FILES = 50,       /* as many files are searched for marks … */
    MARK_BYTES = 8 * 1024, /* … this far */
    LEVELS_ABOVE = 2,
};

/* formats.md, "Telling formats apart", with what each tool's documentation says of its files. */
static const struct {
    const char *tool;
    SignKind kind;
    const char *sign; /* of files: a glob */
} signs[] = {
    {"goose", SIGN_MARK, "-- +goose "},
    {"sql-migrate", SIGN_MARK, "-- +migrate "},
    {"dbmate", SIGN_MARK, "-- migrate:up"},
    {"liquibase", SIGN_MARK, "--liquibase formatted sql"},
    {"liquibase", SIGN_MARK, "-- liquibase formatted sql"},
    {"node-pg-migrate", SIGN_MARK, "-- up migration"},
    {"flyway", SIGN_FILE, "V?*__*.sql"},
    {"flyway", SIGN_FILE, "R__*.sql"},
    {"flyway", SIGN_ABOVE, "flyway.conf"},
    {"flyway", SIGN_ABOVE, "flyway.toml"},
    {"sqitch", SIGN_ABOVE, "sqitch.plan"},
    {"sqitch", SIGN_ABOVE, "sqitch.conf"},
    {"prisma", SIGN_FILE, "migration_lock.toml"},
    {"prisma", SIGN_FILE, "*/migration.sql"},
    {"atlas", SIGN_FILE, "atlas.sum"},
    {"alembic", SIGN_ABOVE, "alembic.ini"},
    {"alembic", SIGN_ABOVE, "env.py"},
    {"liquibase", SIGN_FILE, "*changelog*.xml"},
    {"liquibase", SIGN_FILE, "*changelog*.yaml"},
    {"postgrator", SIGN_FILE, "*.do.*.sql"},
    {"postgrator", SIGN_FILE, "*.do.sql"},
    {"yoyo", SIGN_FILE, "*.rollback.sql"},
    {"Django", SIGN_FILE, "[0-9]*_*.py"},
    {"Rails", SIGN_FILE, "*_*.rb"},
};

static gboolean
has_mark(GBytes *text, const char *mark)
{
    gsize length;
    const char *line = g_bytes_get_data(text, &length);
    if (length == 0)
        return FALSE;
    const char *end = line + MIN(length, MARK_BYTES);
    gsize n = strlen(mark);
    while (line != NULL && (gsize)(end - line) >= n) {
        if (g_ascii_strncasecmp(line, mark, n) == 0)
            return TRUE;
        line = memchr(line, '\n', (gsize)(end - line));
        line = line != NULL ? line + 1 : NULL;
    }
    return FALSE;
}

static char *
find_mark(const PgsFolder *folder, const char *mark)
{
    guint searched = 0;
    for (guint i = 0; i < folder->files->len && searched < MARK_FILES; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (!g_str_has_suffix(file->name, ".sql"))
            continue;
        searched++;
        GBytes *text = pgs_folder_text(file, NULL);
        if (text != NULL && has_mark(text, mark))
            return g_strdup_printf("\"%s\" in %s", mark, file->name);
    }
    return NULL;
}

/* Globs know * and ?; a [0-9] in front, as the one class that is needed, is tested by hand. */
static gboolean
matches_glob(const char *glob, const char *name)
{
    if (g_str_has_prefix(glob, "[0-9]"))
        return g_ascii_isdigit(name[0]) && g_pattern_match_simple(glob + strlen("[0-9]"), name + 1);
    return g_pattern_match_simple(glob, name) &&
           (strchr(glob, '/') != NULL) == (strchr(name, '/') != NULL);
}

static char *
find_file(const PgsFolder *folder, const char *glob)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (matches_glob(glob, file->name))
            return g_strdup(file->name);
    }
    return NULL;
}

static char *
find_above(const PgsFolder *folder, const char *name)
{
    g_autofree char *path = g_strdup(folder->real);
    for (guint i = 0; i <= LEVELS_ABOVE; i++) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        if (g_file_test(file, G_FILE_TEST_IS_REGULAR))
            return g_strconcat(i > 0 ? "../" : "", i > 1 ? "../" : "", name, NULL);
        char *parent = g_path_get_dirname(path);
        g_free(path);
        path = parent;
    }
    return NULL;
}

const char *
pgs_foreign_tool(const PgsFolder *folder, gboolean ours, char **sign)
{
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        switch (signs[i].kind) {
        case SIGN_MARK:
            *sign = find_mark(folder, signs[i].sign);
            break;
        case SIGN_FILE:
            *sign = ours ? NULL : find_file(folder, signs[i].sign);
            break;
        case SIGN_ABOVE:
            *sign = ours ? NULL : find_above(folder, signs[i].sign);
            break;
        }
        if (*sign != NULL)
            return signs[i].tool;
    }
    return NULL;
}

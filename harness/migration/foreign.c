#include "migration/manifest.h"
#include "migration/recognise.h"

#include <string.h>

enum {
    LEVELS_ABOVE = 3,
};

/*
 * Tools that write their migrations in a language of their own, from each one's documentation:
 * files as glob says in the folder, or a file in it or above it.  What they do is run by commands.
 */
static const struct {
    const char *tool;
    const char *glob;  /* "#" in front: a digit; or NULL */
    const char *above; /* or NULL */
} signs[] = {
    {"Django", "#*_*.py", NULL},
    {"Django", NULL, "manage.py"},
    {"Rails", "#*_*.rb", NULL},
    {"Rails", NULL, "bin/rails"},
    {"Ecto", "#*_*.exs", NULL},
    {"EF Core", "*ModelSnapshot.cs", NULL},
    {"Laravel", "#*_*.php", "artisan"},
    {"Laravel", NULL, "artisan"},
    {"Phinx", NULL, "phinx.php"},
    {"Knex", NULL, "knexfile.js"},
    {"Knex", NULL, "knexfile.ts"},
    {"Knex", NULL, "knexfile.mjs"},
    {"Knex", NULL, "knexfile.cjs"},
    {"TypeORM", NULL, "ormconfig.json"},
    {"Sequelize", NULL, ".sequelizerc"},
    {"Drizzle", NULL, "drizzle.config.ts"},
    {"Drizzle", NULL, "drizzle.config.js"},
    {"Drizzle", "meta/_journal.json", NULL},
    {"Liquibase (XML, YAML or JSON)", "*changelog*.xml", NULL},
    {"Liquibase (XML, YAML or JSON)", "*changelog*.yaml", NULL},
    {"Liquibase (XML, YAML or JSON)", "*changelog*.yml", NULL},
    {"Liquibase (XML, YAML or JSON)", "*changelog*.json", NULL},
};

static gboolean
matches(const char *glob, const char *name)
{
    if (glob[0] == '#')
        return g_ascii_isdigit(name[0]) && g_pattern_match_simple(glob + 1, name);
    return g_pattern_match_simple(glob, name) &&
           (strchr(glob, '/') != NULL) == (strchr(name, '/') != NULL);
}

static char *
find_file(const PgsFolder *folder, const char *glob)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (matches(glob, file->name))
            return g_strdup(file->name);
    }
    return NULL;
}

static char *
find_above(const PgsFolder *folder, const char *name)
{
    g_autofree char *path = g_strdup(folder->real);
    g_autoptr(GString) levels = g_string_new(NULL);
    for (guint i = 0; i <= LEVELS_ABOVE; i++) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        if (g_file_test(file, G_FILE_TEST_IS_REGULAR))
            return g_strconcat(levels->str, name, NULL);
        g_string_append(levels, "../");
        char *parent = g_path_get_dirname(path);
        g_free(path);
        path = parent;
    }
    return NULL;
}

const char *
pgs_foreign_tool(const PgsFolder *folder, char **sign)
{
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        g_autofree char *file = signs[i].glob != NULL ? find_file(folder, signs[i].glob) : NULL;
        g_autofree char *above = signs[i].above != NULL ? find_above(folder, signs[i].above) : NULL;
        if ((signs[i].glob != NULL && file == NULL) || (signs[i].above != NULL && above == NULL))
            continue;
        *sign = g_strdup(file != NULL ? file : above);
        return signs[i].tool;
    }
    return pgs_manifest_foreign(folder, sign);
}

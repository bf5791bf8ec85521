#include "migration/manifest.h"

#include <string.h>

/* The line without its comment; a # within a quoted value does not matter to what is looked for. */
static char *
bare_line(const char *line, const char *comment)
{
    const char *end = strstr(line, comment);
    return g_strstrip(end != NULL ? g_strndup(line, (gsize)(end - line)) : g_strdup(line));
}

/* "key", 'key' or key. */
static char *
bare_key(const char *text, gsize length)
{
    g_autofree char *key = g_strstrip(g_strndup(text, length));
    gsize n = strlen(key);
    if (n >= 2 && (key[0] == '"' || key[0] == '\'') && key[n - 1] == key[0])
        return g_strndup(key + 1, n - 2);
    return g_steal_pointer(&key);
}

PgsTomlAnswer
pgs_toml_value(const char *text, const char *key, char **value)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gboolean top = TRUE;
    PgsTomlAnswer answer = PGS_TOML_ABSENT;
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *bare = bare_line(*line, "#");
        const char *equals = strchr(bare, '=');
        if (bare[0] == '[') {
            top = FALSE;
            continue;
        }
        if (bare[0] == '\0')
            continue;
        if (equals == NULL || equals == bare || equals[1] == '\0')
            return PGS_TOML_BROKEN;
        g_autofree char *name = bare_key(bare, (gsize)(equals - bare));
        if (!top || strcmp(name, key) != 0)
            continue;
        if (answer == PGS_TOML_FOUND) { /* TOML allows a key once */
            g_clear_pointer(value, g_free);
            return PGS_TOML_BROKEN;
        }
        *value = g_strstrip(g_strdup(equals + 1));
        answer = PGS_TOML_FOUND;
    }
    return answer;
}

typedef char *(*FindFunc)(const char *text, const char *name);

/* go.mod: a module's path, maybe with its major version behind it, in a line that requires it for
 * itself. */
static char *
find_go_module(const char *text, const char *name)
{
    gsize length = strlen(name);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *bare = bare_line(*line, "//");
        if (strstr(*line, "// indirect") != NULL || g_str_has_prefix(bare, "exclude ") ||
            g_str_has_prefix(bare, "module "))
            continue;
        g_auto(GStrv) words = g_strsplit_set(bare, " \t", -1);
        for (char **word = words; *word != NULL; word++) {
            if (strncmp(*word, name, length) == 0 &&
                ((*word)[length] == '\0' || strncmp(*word + length, "/v", 2) == 0))
                return g_strdup(*word);
        }
    }
    return NULL;
}

/* Cargo.toml: "name = …" or "name.workspace = …" in a section of dependencies, or the section
 * [dependencies.name]. */
static char *
find_crate(const char *text, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *own_section = g_strdup_printf("dependencies.%s]", name);
    gboolean dependencies = FALSE;
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *bare = bare_line(*line, "#");
        if (bare[0] == '[') {
            if (g_str_has_suffix(bare, own_section))
                return g_strdup(name);
            dependencies = g_str_has_suffix(bare, "dependencies]");
            continue;
        }
        gsize n = strcspn(bare, "=.");
        if (!dependencies || bare[n] == '\0')
            continue;
        g_autofree char *key = bare_key(bare, n);
        if (strcmp(key, name) == 0)
            return g_strdup(name);
    }
    return NULL;
}

/* Whether pattern (a regular expression, with the name in %s's place) is somewhere in the text. */
static char *
find_pattern(const char *pattern, const char *text, const char *name)
{
    g_autofree char *quoted = g_regex_escape_string(name, -1);
    g_auto(GStrv) parts = g_strsplit(pattern, "%s", 2);
    g_autofree char *full = g_strconcat(parts[0], quoted, parts[1], NULL);
    GRegexCompileFlags flags = G_REGEX_MULTILINE | G_REGEX_CASELESS | G_REGEX_RAW;
    return g_regex_match_simple(full, text, flags, 0) ? g_strdup(name) : NULL;
}

/* package.json: "name": "…" among its dependencies; nothing else has a version behind it. */
static char *
find_npm_package(const char *text, const char *name)
{
    return find_pattern("\"%s\"\\s*:\\s*\"[^\"]*[0-9*x]", text, name);
}

/* requirements.txt, pyproject.toml, setup.cfg, Pipfile: the name as a word of its own at the
 * beginning of a line or a string, with its version or extras behind it (PEP 508). */
static char *
find_python_package(const char *text, const char *name)
{
    return find_pattern("(?:^|[\"'])\\s*%s\\s*(?:[\"'<>=!~;@\\[]|\\(|$)", text, name);
}

/* pom.xml, build.gradle, *.csproj, mix.exs, Gemfile: artifacts have names that nothing else has. */
static char *
find_artifact(const char *text, const char *name)
{
    return find_pattern("[\"':>]%s[\"':<.,]", text, name);
}

/* The file is there: that says it. */
static char *
find_nothing(const char *text, const char *name)
{
    (void)text;
    (void)name;
    return g_strdup("");
}

typedef struct {
    const char *file, *name, *reader;
    FindFunc find;
} Manifest;

static const Manifest manifests[] = {
    {"go.mod", "github.com/pressly/goose", "goose", find_go_module},
    {"go.mod", "github.com/rubenv/sql-migrate", "sql-migrate", find_go_module},
    {"go.mod", "github.com/amacneil/dbmate", "dbmate", find_go_module},
    {"go.mod", "github.com/golang-migrate/migrate", "golang-migrate", find_go_module},
    {"go.mod", "maragu.dev/migrate", "maragudk", find_go_module},
    {"go.mod", "github.com/maragudk/migrate", "maragudk", find_go_module}, /* before 2024 */
    {"go.mod", "ariga.io/atlas", "atlas", find_go_module},
    {"diesel.toml", NULL, "diesel", find_nothing},
    {"sqlx.toml", NULL, "sqlx", find_nothing},
    {"refinery.toml", NULL, "refinery", find_nothing},
    {"atlas.hcl", NULL, "atlas", find_nothing},
    {"yoyo.ini", NULL, "yoyo", find_nothing},
    {"flyway.toml", NULL, "flyway", find_nothing},
    {"flyway.conf", NULL, "flyway", find_nothing},
    {"Cargo.toml", "sqlx", "sqlx", find_crate},
    {"Cargo.toml", "diesel", "diesel", find_crate},
    {"Cargo.toml", "diesel_migrations", "diesel", find_crate},
    {"Cargo.toml", "refinery", "refinery", find_crate},
    {"Cargo.toml", "refinery-core", "refinery", find_crate},
    {"Cargo.toml", "refinery_core", "refinery", find_crate},
    {"Cargo.toml", "refinery_cli", "refinery", find_crate},
    {"package.json", "node-pg-migrate", "node-pg-migrate", find_npm_package},
    {"package.json", "postgrator", "postgrator", find_npm_package},
    {"package.json", "postgrator-cli", "postgrator", find_npm_package},
    {"package.json", "dbmate", "dbmate", find_npm_package},
    {"package.json", "prisma", "prisma", find_npm_package},
    {"pyproject.toml", "yoyo-migrations", "yoyo", find_python_package},
    {"requirements.txt", "yoyo-migrations", "yoyo", find_python_package},
    {"setup.cfg", "yoyo-migrations", "yoyo", find_python_package},
    {"Pipfile", "yoyo-migrations", "yoyo", find_python_package},
    {"pyproject.toml", "alembic", "alembic", find_python_package},
    {"requirements.txt", "alembic", "alembic", find_python_package},
    {"pom.xml", "flyway-core", "flyway", find_artifact},
    {"pom.xml", "flyway-maven-plugin", "flyway", find_artifact},
    {"build.gradle", "flyway-core", "flyway", find_artifact},
    {"build.gradle", "org.flywaydb.flyway", "flyway", find_artifact},
    {"build.gradle.kts", "flyway-core", "flyway", find_artifact},
    {"build.gradle.kts", "org.flywaydb.flyway", "flyway", find_artifact},
    {"pom.xml", "liquibase-core", "liquibase", find_artifact},
    {"pom.xml", "liquibase-maven-plugin", "liquibase", find_artifact},
    {"build.gradle", "liquibase-core", "liquibase", find_artifact},
    {"build.gradle.kts", "liquibase-core", "liquibase", find_artifact},
};

/* Of tools that have no reader: the same, by what each is called. */
static const Manifest foreign_manifests[] = {
    {"package.json", "knex", "Knex", find_npm_package},
    {"package.json", "typeorm", "TypeORM", find_npm_package},
    {"package.json", "sequelize", "Sequelize", find_npm_package},
    {"package.json", "drizzle-kit", "Drizzle", find_npm_package},
    {"package.json", "@mikro-orm/migrations", "MikroORM", find_npm_package},
    {"package.json", "kysely", "Kysely", find_npm_package},
    {"mix.exs", "ecto_sql", "Ecto", find_artifact},
    {"Gemfile", "rails", "Rails", find_artifact},
    {"Gemfile", "activerecord", "Rails", find_artifact},
    {"Gemfile", "sequel", "Sequel", find_artifact},
    {"requirements.txt", "django", "Django", find_python_package},
    {"pyproject.toml", "django", "Django", find_python_package},
    {"setup.cfg", "django", "Django", find_python_package},
    {"Pipfile", "django", "Django", find_python_package},
    {"pyproject.toml", "aerich", "Aerich", find_python_package},
    {"composer.json", "laravel/framework", "Laravel", find_npm_package},
    {"composer.json", "doctrine/migrations", "Doctrine", find_npm_package},
    {"composer.json", "robmorgan/phinx", "Phinx", find_npm_package},
};

/* "../../go.mod names …" */
static char *
say_reason(guint levels, const char *file, const char *found)
{
    GString *reason = g_string_new(NULL);
    for (guint i = 0; i < levels; i++)
        g_string_append(reason, "../");
    g_string_append(reason, file);
    if (*found != '\0')
        g_string_append_printf(reason, " names %s", found);
    else
        g_string_append(reason, " is there");
    return g_string_free(reason, FALSE);
}

static void
look_into(const PgsFolder *folder, const char *path, guint levels, GPtrArray *found, char **reason)
{
    for (gsize i = 0; i < G_N_ELEMENTS(manifests); i++) {
        const PgsReader *reader = pgs_reader_find(manifests[i].reader);
        if (g_ptr_array_find(found, reader, NULL))
            continue;
        g_autofree char *text = pgs_file_text_beside(path, manifests[i].file);
        g_autofree char *name = text != NULL ? manifests[i].find(text, manifests[i].name) : NULL;
        if (name == NULL || !reader->fits(folder))
            continue;
        if (found->len == 0)
            *reason = say_reason(levels, manifests[i].file, name);
        g_ptr_array_add(found, (gpointer)reader);
    }
}

/* Up to the repository's root; FALSE: there is no folder above it to look into. */
static gboolean
go_up(char **path)
{
    g_autofree char *git = g_build_filename(*path, ".git", NULL);
    if (strcmp(*path, "/") == 0 || g_file_test(git, G_FILE_TEST_EXISTS))
        return FALSE;
    char *parent = g_path_get_dirname(*path);
    g_free(*path);
    *path = parent;
    return TRUE;
}

const char *
pgs_manifest_foreign(const PgsFolder *folder, char **reason)
{
    g_autofree char *path = g_strdup(folder->real);
    guint levels = 0;
    do {
        for (gsize i = 0; i < G_N_ELEMENTS(foreign_manifests); i++) {
            const Manifest *row = &foreign_manifests[i];
            g_autofree char *text = pgs_file_text_beside(path, row->file);
            g_autofree char *name = text != NULL ? row->find(text, row->name) : NULL;
            if (name != NULL) {
                *reason = say_reason(levels, row->file, name);
                return row->reader;
            }
        }
        levels++;
    } while (go_up(&path));
    return NULL;
}

GPtrArray *
pgs_manifest_readers(const PgsFolder *folder, char **reason)
{
    GPtrArray *found = g_ptr_array_new();
    g_autofree char *path = g_strdup(folder->real);
    guint levels = 0;
    do
        look_into(folder, path, levels++, found, reason);
    while (found->len == 0 && go_up(&path));
    return found;
}

#include "migration/manifest.h"

#include <string.h>

enum {
    MAX_MANIFEST_SIZE = 1024 * 1024,
};

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

/* The file is there: that says it. */
static char *
find_nothing(const char *text, const char *name)
{
    (void)text;
    (void)name;
    return g_strdup("");
}

static const struct {
    const char *file, *name, *reader;
    FindFunc find;
} manifests[] = {
    {"go.mod", "github.com/golang-migrate/migrate", "golang-migrate", find_go_module},
    {"go.mod", "maragu.dev/migrate", "maragudk", find_go_module},
    {"go.mod", "github.com/maragudk/migrate", "maragudk", find_go_module}, /* before 2024 */
    {"diesel.toml", NULL, "diesel", find_nothing},
    {"sqlx.toml", NULL, "sqlx", find_nothing},
    {"Cargo.toml", "sqlx", "sqlx", find_crate},
    {"Cargo.toml", "diesel", "diesel", find_crate},
    {"Cargo.toml", "diesel_migrations", "diesel", find_crate},
};

static char *
read_manifest(const char *folder, const char *file)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    char *text = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    if (length > MAX_MANIFEST_SIZE)
        g_clear_pointer(&text, g_free);
    return text;
}

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
        g_autofree char *text = read_manifest(path, manifests[i].file);
        g_autofree char *name = text != NULL ? manifests[i].find(text, manifests[i].name) : NULL;
        if (name == NULL || !reader->fits(folder))
            continue;
        if (found->len == 0)
            *reason = say_reason(levels, manifests[i].file, name);
        g_ptr_array_add(found, (gpointer)reader);
    }
}

GPtrArray *
pgs_manifest_readers(const PgsFolder *folder, char **reason)
{
    GPtrArray *found = g_ptr_array_new();
    g_autofree char *path = g_strdup(folder->real);
    for (guint levels = 0;; levels++) {
        look_into(folder, path, levels, found, reason);
        g_autofree char *git = g_build_filename(path, ".git", NULL);
        if (found->len > 0 || strcmp(path, "/") == 0 || g_file_test(git, G_FILE_TEST_EXISTS))
            return found;
        char *parent = g_path_get_dirname(path);
        g_free(path);
        path = parent;
    }
}

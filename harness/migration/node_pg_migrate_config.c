#include "migration/node_pg_migrate_config.h"

#include "base/text.h"
#include "migration/reader.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* node-pg-migrate 9.0: bin/node-pg-migrate.ts (its arguments, applyIf(), readJson(), the order of
 * its configuration) and src/runner.ts (SET search_path, ensureMigrationsTable()). */

void
pgs_node_pg_migrate_config_free(PgsNodePgMigrateConfig *config)
{
    if (config == NULL)
        return;
    g_free(config->path);
    g_strfreev(config->schema);
    g_free(config->books_schema);
    g_free(config->table);
    g_free(config);
}

/* ---- the command line, in a script of package.json ---- */

/* Those that matter; values are kept by their long names, char * → GPtrArray of char *. */
static const struct {
    const char *name;
    char letter;
} options[] = {
    {"schema", 's'},
    {"create-schema", '\0'},
    {"migrations-schema", '\0'},
    {"create-migrations-schema", '\0'},
    {"migrations-table", 't'},
    {"config-file", 'f'},
    {"config-value", '\0'},
    {"check-order", '\0'},
    {"no-check-order", '\0'},
};

static GPtrArray *
add_option(GHashTable *values, const char *name)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_replace(values, g_strdup(name), list);
    return list;
}

/* The list that an option's words go to; NULL: one that does not matter. */
static GPtrArray *
open_option(GHashTable *values, const char *word)
{
    const char *equals = strchr(word, '=');
    gsize length = equals != NULL ? (gsize)(equals - word) : strlen(word);
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const char *name = options[i].name;
        gboolean is_long = length == strlen(name) + 2 && strncmp(word + 2, name, length - 2) == 0 &&
                           g_str_has_prefix(word, "--");
        if (!is_long && !(length == 2 && options[i].letter != '\0' && word[1] == options[i].letter))
            continue;
        GPtrArray *list = add_option(values, name);
        if (equals != NULL)
            g_ptr_array_add(list, g_strdup(equals + 1));
        return list;
    }
    return NULL;
}

static gboolean
is_end(const char *word)
{
    static const char *const ends[] = {"&&", "||", "|", ";", "&", NULL};
    return g_strv_contains(ends, word);
}

/* What follows the tool's name; an option of several values takes all words up to the next one. */
static void
read_words(GHashTable *values, char **word)
{
    GPtrArray *list = NULL;
    for (; *word != NULL && !is_end(*word); word++) {
        if (**word == '-')
            list = open_option(values, *word);
        else if (list != NULL)
            g_ptr_array_add(list, g_strdup(*word));
    }
}

/* FALSE: the script does not call it. */
static gboolean
read_script(GHashTable *values, const char *script)
{
    g_auto(GStrv) words = NULL;
    if (strstr(script, "node-pg-migrate") == NULL ||
        !g_shell_parse_argv(script, NULL, &words, NULL))
        return FALSE;
    for (char **word = words; *word != NULL; word++) {
        g_autofree char *name = g_path_get_basename(*word);
        if (strcmp(name, "node-pg-migrate") != 0)
            continue;
        read_words(values, word + 1);
        return TRUE;
    }
    return FALSE;
}

/* ---- JSON ---- */

static JsonNode *
parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    return text != NULL && json_parser_load_from_data(parser, text, -1, NULL)
               ? json_parser_steal_root(parser)
               : NULL;
}

static JsonObject *
object_in(JsonNode *node, const char *name)
{
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
        return NULL;
    JsonNode *member = json_object_get_member(json_node_get_object(node), name);
    return member != NULL && JSON_NODE_HOLDS_OBJECT(member) ? json_node_get_object(member) : NULL;
}

static void
add_text(GPtrArray *list, JsonNode *node)
{
    if (json_node_get_value_type(node) == G_TYPE_STRING)
        g_ptr_array_add(list, json_node_dup_string(node));
    else if (json_node_get_value_type(node) == G_TYPE_BOOLEAN)
        g_ptr_array_add(list, g_strdup(json_node_get_boolean(node) ? "true" : "false"));
}

static void
take_member(GHashTable *values, JsonNode *node, const char *name)
{
    GPtrArray *list = add_option(values, name);
    if (JSON_NODE_HOLDS_VALUE(node))
        add_text(list, node);
    if (!JSON_NODE_HOLDS_ARRAY(node))
        return;
    JsonArray *array = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(array); i++)
        add_text(list, json_array_get_element(array, i));
}

/* readJson(): what it says wins over the arguments. */
static void
take_object(GHashTable *values, JsonObject *object)
{
    for (gsize i = 0; object != NULL && i < G_N_ELEMENTS(options); i++) {
        JsonNode *node = json_object_get_member(object, options[i].name);
        if (node != NULL)
            take_member(values, node, options[i].name);
    }
}

static const char *
first_of(GHashTable *values, const char *name)
{
    const GPtrArray *list = g_hash_table_lookup(values, name);
    return list != NULL && list->len > 0 ? g_ptr_array_index(list, 0) : NULL;
}

static void
read_files(GHashTable *values, const char *folder)
{
    const char *said = first_of(values, "config-value");
    g_autofree char *section = g_strdup(said != NULL ? said : "db");
    g_autofree char *usual = pgs_file_text_beside(folder, "config/default.json");
    g_autoptr(JsonNode) config = parse(usual);
    take_object(values, object_in(config, section));
    const char *name = first_of(values, "config-file");
    g_autofree char *text = name != NULL ? pgs_file_text_beside(folder, name) : NULL;
    g_autoptr(JsonNode) file = parse(text);
    if (file == NULL || !JSON_NODE_HOLDS_OBJECT(file))
        return;
    JsonObject *inner = object_in(file, section);
    take_object(values, inner != NULL ? inner : json_node_get_object(file));
}

/* ---- the project ---- */

static gboolean
read_scripts(GHashTable *values, const char *folder)
{
    g_autofree char *text = pgs_file_text_beside(folder, "package.json");
    g_autoptr(JsonNode) package = parse(text);
    JsonObject *scripts = object_in(package, "scripts");
    g_autoptr(GList) members = scripts != NULL ? json_object_get_values(scripts) : NULL;
    gboolean calls = FALSE;
    for (GList *member = members; member != NULL; member = member->next) {
        JsonNode *node = member->data;
        if (json_node_get_value_type(node) != G_TYPE_STRING)
            continue;
        g_autoptr(GHashTable) more = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                                           (GDestroyNotify)g_ptr_array_unref);
        calls = read_script(more, json_node_get_string(node)) || calls;
        if (g_hash_table_size(values) > 0)
            continue;
        GHashTableIter iter;
        gpointer name, list;
        g_hash_table_iter_init(&iter, more);
        while (g_hash_table_iter_next(&iter, &name, &list))
            g_hash_table_insert(values, g_strdup(name), g_ptr_array_ref(list));
    }
    return calls;
}

/* *path: of the package.json; NULL: no project calls it. */
static void
read_project(GHashTable *values, const char *folder, char **path)
{
    g_autofree char *at = g_strdup(folder);
    for (;;) {
        g_autofree char *git = g_build_filename(at, ".git", NULL);
        if (read_scripts(values, at)) {
            read_files(values, at);
            *path = g_build_filename(at, "package.json", NULL);
            return;
        }
        char *above = g_path_get_dirname(at);
        gboolean is_top = strcmp(above, at) == 0 || g_file_test(git, G_FILE_TEST_EXISTS);
        g_free(at);
        at = above;
        if (is_top)
            return;
    }
}

static void
take_placeholders(GHashTable *values, const PgsToolSettings *settings)
{
    static const char *const names[] = {"schema", "migrations-schema", "migrations-table", NULL};
    for (char **word = settings->placeholders; word != NULL && *word != NULL; word++) {
        const char *equals = strchr(*word, '=');
        g_autofree char *name =
            equals != NULL ? g_strndup(*word, (gsize)(equals - *word)) : g_strdup("");
        if (!g_strv_contains(names, name))
            continue;
        GPtrArray *list = add_option(values, name);
        g_auto(GStrv) parts = g_strsplit(equals + 1, ",", -1);
        for (char **part = parts; *part != NULL; part++) {
            if (*g_strstrip(*part) != '\0')
                g_ptr_array_add(list, g_strdup(*part));
        }
    }
}

static gboolean
is_true(GHashTable *values, const char *name)
{
    const GPtrArray *list = g_hash_table_lookup(values, name);
    return list != NULL &&
           (list->len == 0 || strcmp(g_ptr_array_index(list, list->len - 1), "false") != 0);
}

static char **
schemas_of(GHashTable *values)
{
    const GPtrArray *list = g_hash_table_lookup(values, "schema");
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint i = 0; list != NULL && i < list->len; i++)
        g_strv_builder_add(builder, g_ptr_array_index(list, i));
    if (list == NULL)
        g_strv_builder_add(builder, "public");
    return g_strv_builder_end(builder);
}

PgsNodePgMigrateConfig *
pgs_node_pg_migrate_config_new(const char *folder, const PgsToolSettings *settings)
{
    PgsNodePgMigrateConfig *config = g_new0(PgsNodePgMigrateConfig, 1);
    g_autoptr(GHashTable) values =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    read_project(values, folder, &config->path);
    take_placeholders(values, settings);
    const char *books = first_of(values, "migrations-schema");
    const char *table = first_of(values, "migrations-table");
    config->schema = schemas_of(values);
    config->create_schema = is_true(values, "create-schema");
    config->check_order = g_hash_table_contains(values, "check-order")
                              ? is_true(values, "check-order")
                              : !is_true(values, "no-check-order");
    config->create_books_schema = books != NULL && is_true(values, "create-migrations-schema");
    if (books == NULL)
        books = *config->schema != NULL ? *config->schema : "public";
    config->books_schema = g_strdup(books);
    config->table = g_strdup(table != NULL ? table : "pgmigrations");
    return config;
}

/* ---- SQL ---- */

static void
append_create_schema(GString *sql, const char *name)
{
    g_string_append(sql, "CREATE SCHEMA IF NOT EXISTS ");
    pgs_text_append_identifier(sql, name);
    g_string_append(sql, ";\n");
}

char *
pgs_node_pg_migrate_config_session(const PgsNodePgMigrateConfig *config)
{
    GString *sql = g_string_new(NULL);
    if (*config->schema == NULL)
        return g_string_free(sql, TRUE);
    for (char **name = config->schema; config->create_schema && *name != NULL; name++)
        append_create_schema(sql, *name);
    g_string_append(sql, "SET search_path TO ");
    for (char **name = config->schema; *name != NULL; name++) {
        if (name != config->schema)
            g_string_append(sql, ", ");
        pgs_text_append_identifier(sql, *name);
    }
    g_string_append(sql, ";\n");
    return g_string_free(sql, FALSE);
}

char *
pgs_node_pg_migrate_config_name(const PgsNodePgMigrateConfig *config)
{
    GString *name = g_string_new(NULL);
    pgs_text_append_identifier(name, config->books_schema);
    g_string_append_c(name, '.');
    pgs_text_append_identifier(name, config->table);
    return g_string_free(name, FALSE);
}

char *
pgs_node_pg_migrate_config_create(const PgsNodePgMigrateConfig *config)
{
    GString *sql = g_string_new(NULL);
    g_autofree char *name = pgs_node_pg_migrate_config_name(config);
    if (config->create_books_schema)
        append_create_schema(sql, config->books_schema);
    g_string_append_printf(sql,
                           "CREATE TABLE IF NOT EXISTS %s (id SERIAL PRIMARY KEY, name "
                           "varchar(255) NOT NULL, run_on timestamp NOT NULL);\n",
                           name);
    return g_string_free(sql, FALSE);
}

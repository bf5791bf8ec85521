#include "migration/liquibase_include.h"

#include "base/error.h"
#include "config/document.h"
#include "migration/flyway_file.h"
#include "migration/liquibase_file.h"
#include "migration/placeholders.h"

#include <stdlib.h>
#include <string.h>

/* github.com/liquibase/liquibase, 5: liquibase-standard/src/main/java/liquibase/changelog/
 * DatabaseChangeLog.java, include() and includeAll(): files in the order of their paths. */

enum {
    MAX_DEPTH = 20,
    MAX_FILES = 10 * 1000,
    MAX_FOLDERS_ABOVE = 12,
};

typedef struct {
    const PgsLiquibaseInclusion *inclusion;
    const char *path; /* of the changelog that is read, without links */
    guint depth;
    guint *n_files;
    GError **error;
} Walk;

static gboolean walk_file(const Walk *above, const char *path, guint line);

static gboolean G_GNUC_PRINTF(4, 5)
    refuse(const Walk *walk, guint line, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    pgs_error_set(walk->error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint, "%s:%u: %s",
                  walk->path, line, what);
    return FALSE;
}

/*
 * Where a path leads: from the changelog's own folder when it is said to be relative to that, else
 * from one of those above it: Liquibase's search path, or the class path's root, is one of them.
 */
static char *
resolve(const Walk *walk, const char *path, gboolean is_relative)
{
    const char *bare = g_str_has_prefix(path, "classpath:") ? path + strlen("classpath:") : path;
    bare += strspn(bare, "/");
    g_autofree char *folder = g_path_get_dirname(walk->path);
    for (guint i = 0; i < MAX_FOLDERS_ABOVE; i++) {
        g_autofree char *candidate = g_build_filename(folder, bare, NULL);
        char *real = realpath(candidate, NULL);
        g_autofree char *next = g_path_get_dirname(folder);
        if (real != NULL || is_relative || g_str_equal(next, folder))
            return real;
        g_free(folder);
        folder = g_steal_pointer(&next);
    }
    return NULL;
}

static gboolean
include(const Walk *walk, const char *path, gboolean is_relative, guint line)
{
    g_autofree char *expanded =
        pgs_placeholders_liquibase(path, walk->inclusion->parameters, FALSE);
    g_autofree char *real = resolve(walk, expanded, is_relative);
    if (real == NULL)
        return refuse(walk, line,
                      "it is looked for below the changelog's folder, and those above it",
                      "there is no %s", expanded);
    return walk_file(walk, real, line);
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All files below, at any depth. */
static void
list_files(const char *folder, guint depth, GPtrArray *files)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL && files->len < MAX_FILES) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            if (depth < MAX_DEPTH && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
                list_files(path, depth + 1, files);
        } else if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            g_ptr_array_add(files, g_steal_pointer(&path));
        }
    }
}

static gboolean
is_changelog(const char *path)
{
    static const char *const endings[] = {".sql", ".xml", ".yaml", ".yml", ".json"};
    g_autofree char *folded = g_ascii_strdown(path, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(folded, endings[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
include_all(const Walk *walk, const char *path, gboolean is_relative, const char *ending,
            guint line)
{
    g_autofree char *expanded =
        pgs_placeholders_liquibase(path, walk->inclusion->parameters, FALSE);
    g_autofree char *real = resolve(walk, expanded, is_relative);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    if (real != NULL)
        list_files(real, 0, files);
    if (files->len == 0)
        return refuse(walk, line,
                      "it is looked for below the changelog's folder, and those above it",
                      "there is no folder %s, or nothing in it", expanded);
    g_ptr_array_sort(files, compare_paths);
    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        if (!is_changelog(file) || (ending != NULL && !g_str_has_suffix(file, ending)) ||
            g_str_equal(file, walk->path))
            continue;
        if (!walk_file(walk, file, line))
            return FALSE;
    }
    return TRUE;
}

static void
take_property(const Walk *walk, const char *name, const char *value, const char *dbms)
{
    GHashTable *parameters = walk->inclusion->parameters;
    if (name != NULL && value != NULL && pgs_liquibase_is_for_postgresql(dbms) &&
        !g_hash_table_contains(parameters, name))
        g_hash_table_insert(parameters, g_strdup(name), g_strdup(value));
}

/* One entry of a changelog: its kind, and its attributes (char * → char *). */
static gboolean
take_entry(const Walk *walk, const char *kind, GHashTable *attributes, guint line)
{
    const char *relative = g_hash_table_lookup(attributes, "relativeToChangelogFile");
    gboolean is_relative = relative != NULL && g_ascii_strcasecmp(relative, "true") == 0;
    const char *file = g_hash_table_lookup(attributes, "file");
    const char *path = g_hash_table_lookup(attributes, "path");
    if (g_str_equal(kind, "include"))
        return file != NULL ? include(walk, file, is_relative, line)
                            : refuse(walk, line, NULL, "this include names no file");
    if (g_str_equal(kind, "includeAll"))
        return path != NULL ? include_all(walk, path, is_relative,
                                          g_hash_table_lookup(attributes, "endsWithFilter"), line)
                            : refuse(walk, line, NULL, "this includeAll names no path");
    if (g_str_equal(kind, "property")) {
        if (file != NULL)
            return refuse(walk, line, "give them in pgstair.yaml: placeholders:",
                          "properties of a file are not read");
        take_property(walk, g_hash_table_lookup(attributes, "name"),
                      g_hash_table_lookup(attributes, "value"),
                      g_hash_table_lookup(attributes, "dbms"));
        return TRUE;
    }
    if (g_str_equal(kind, "preConditions"))
        return TRUE;
    return refuse(walk, line,
                  "have Liquibase itself run it: commands: in pgstair.yaml (docs/recipes.md); "
                  "changesets in formatted SQL files are run by pgstair",
                  "a %s in Liquibase's own terms, which pgstair does not run", kind);
}

/* XML.  What lies below the entries themselves is not looked at. */
typedef struct {
    const Walk *walk;
    guint level;
    gboolean failed;
} Xml;

static void
start_element(GMarkupParseContext *context, const char *name, const char **names,
              const char **values, gpointer data, GError **error)
{
    Xml *xml = data;
    gint line;
    g_markup_parse_context_get_position(context, &line, NULL);
    const char *colon = strchr(name, ':');
    xml->level++;
    if (xml->level == 1 && g_str_equal(colon != NULL ? colon + 1 : name, "databaseChangeLog"))
        return;
    if (xml->level > 2)
        return;
    g_autoptr(GHashTable) attributes = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; names[i] != NULL; i++)
        g_hash_table_insert(attributes, (gpointer)names[i], (gpointer)values[i]);
    xml->failed = !take_entry(xml->walk, colon != NULL ? colon + 1 : name, attributes, (guint)line);
    if (xml->failed)
        g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "");
}

static void
end_element(G_GNUC_UNUSED GMarkupParseContext *context, G_GNUC_UNUSED const char *name,
            gpointer data, G_GNUC_UNUSED GError **error)
{
    Xml *xml = data;
    xml->level--;
}

static gboolean
walk_xml(const Walk *walk, const char *text, gsize length)
{
    static const GMarkupParser parser = {.start_element = start_element,
                                         .end_element = end_element};
    Xml xml = {.walk = walk};
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &xml, NULL);
    g_autoptr(GError) local = NULL;
    if (g_markup_parse_context_parse(context, text, (gssize)length, &local) &&
        g_markup_parse_context_end_parse(context, &local))
        return TRUE;
    gint line;
    g_markup_parse_context_get_position(context, &line, NULL);
    return !xml.failed &&
           refuse(walk, (guint)line, "Liquibase does not read it either", "%s", local->message);
}

/* YAML, and JSON, which is YAML too. */
static gboolean
walk_entry(const Walk *walk, const PgsNode *entry)
{
    const PgsNode *kind = pgs_node_key_at(entry, 0);
    const PgsNode *value = pgs_node_value_at(entry, 0);
    g_autoptr(GHashTable) attributes = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; value->type == PGS_NODE_MAPPING && i < value->keys->len; i++) {
        const PgsNode *attribute = pgs_node_value_at(value, i);
        if (attribute->type == PGS_NODE_SCALAR)
            g_hash_table_insert(attributes, pgs_node_key_at(value, i)->text, attribute->text);
    }
    return take_entry(walk, kind->text, attributes, kind->place.line);
}

static gboolean
walk_yaml(const Walk *walk, const char *text, gsize length)
{
    g_autoptr(PgsDocument) document = pgs_document_parse(walk->path, text, length, walk->error);
    if (document == NULL)
        return FALSE;
    const PgsNode *list = pgs_node_get(pgs_document_root(document), "databaseChangeLog");
    if (list == NULL || list->type != PGS_NODE_LIST)
        return refuse(walk, 1, "Liquibase does not read it either",
                      "there is no databaseChangeLog in it");
    for (guint i = 0; i < pgs_node_count(list); i++) {
        const PgsNode *entry = pgs_node_at(list, i);
        if (entry->type != PGS_NODE_MAPPING || entry->keys->len == 0)
            return refuse(walk, entry->place.line, NULL, "this is no entry of a changelog");
        if (!walk_entry(walk, entry))
            return FALSE;
    }
    return TRUE;
}

static gboolean
walk_file(const Walk *above, const char *path, guint line)
{
    Walk walk = *above;
    if (above->depth >= MAX_DEPTH || ++*above->n_files > MAX_FILES)
        return refuse(above, line, "does one of them include itself?",
                      "more changelogs within changelogs than can be");
    g_autofree char *folded = g_ascii_strdown(path, -1);
    if (g_str_has_suffix(folded, ".sql"))
        return above->inclusion->found(path, above->inclusion->data, above->error);
    g_autofree char *text = pgs_file_text_beside("", path);
    if (text == NULL)
        return refuse(above, line, "a changelog is a regular file of at most a megabyte",
                      "%s: there is none that can be read", path);
    if (above->inclusion->opened != NULL)
        above->inclusion->opened(path, above->inclusion->data);
    gsize length = strlen(text);
    walk.path = path;
    walk.depth++;
    return g_str_has_suffix(folded, ".xml") ? walk_xml(&walk, text, length)
                                            : walk_yaml(&walk, text, length);
}

gboolean
pgs_liquibase_include(const PgsLiquibaseInclusion *inclusion, const char *path, GError **error)
{
    guint n_files = 0;
    Walk walk = {.inclusion = inclusion, .path = path, .n_files = &n_files, .error = error};
    return walk_file(&walk, path, 1);
}

/* changeLogFile of a liquibase.properties, resolved from its folder; its parameters are taken. */
static char *
root_of_properties(const char *folder, GHashTable *parameters)
{
    static const char *const names[] = {"changeLogFile", "changelogFile", "changelog-file",
                                        "liquibase.command.changelogFile"};
    g_autofree char *text = pgs_file_text_beside(folder, "liquibase.properties");
    if (text == NULL || !g_utf8_validate(text, -1, NULL))
        return NULL;
    g_autoptr(GHashTable) keys = pgs_flyway_file_properties(text);
    GHashTableIter iter;
    gpointer key;
    gpointer value;
    g_hash_table_iter_init(&iter, keys);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (g_str_has_prefix(key, "parameter."))
            g_hash_table_replace(parameters, g_strdup((char *)key + strlen("parameter.")),
                                 g_strdup(value));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *file = g_hash_table_lookup(keys, names[i]);
        g_autofree char *whole = file != NULL ? g_canonicalize_filename(file, folder) : NULL;
        char *real = whole != NULL ? realpath(whole, NULL) : NULL;
        if (real != NULL)
            return real;
    }
    return NULL;
}

char *
pgs_liquibase_find_root(const PgsFolder *folder, GHashTable *parameters)
{
    static const char *const stems[] = {
        "db.changelog-master", "db.changelog-root", "db.changelog", "changelog-master",
        "changelog-root",      "changelog",         "master",       "root"};
    static const char *const endings[] = {".xml", ".yaml", ".yml", ".json", ".sql"};
    g_autofree char *above = g_strdup(folder->real);
    for (guint i = 0; i < MAX_FOLDERS_ABOVE; i++) {
        char *root = root_of_properties(above, parameters);
        g_autofree char *git = g_build_filename(above, ".git", NULL);
        g_autofree char *next = g_path_get_dirname(above);
        /* One that is about another folder says nothing of this one. */
        if (root != NULL && g_str_has_prefix(root, folder->real))
            return root;
        free(root);
        if (g_file_test(git, G_FILE_TEST_EXISTS) || g_str_equal(next, above))
            break;
        g_free(above);
        above = g_steal_pointer(&next);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(stems); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(endings); j++) {
            g_autofree char *name = g_strconcat(stems[i], endings[j], NULL);
            g_autofree char *path = g_build_filename(folder->real, name, NULL);
            if (pgs_folder_find(folder, name) != NULL)
                return realpath(path, NULL);
        }
    }
    return NULL;
}

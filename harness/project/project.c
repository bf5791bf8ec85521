#include "project/project.h"

#include "base/error.h"
#include "base/text.h"
#include "config/document.h"
#include "config/reference.h"
#include "config/schema.h"
#include "project/environment_fields.h"
#include "project/paths.h"
#include "project/reading.h"
#include "project/requirement_fields.h"
#include "project/system_fields.h"

#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK(pgs_project_error, pgs_project_error)

/* A file that was read, by its canonical path, to see a cycle. */
typedef struct {
    PgsProject *project;
    GHashTable *files;       /* canonical path → where it was included, as text */
    const char *path;        /* of the present one */
    const char *folder;      /* its folder */
    GPtrArray *environments; /* PgsEnvironment, of the file itself, for all its systems */
} Collection;

static gboolean read_file(Collection *collection, const char *path, const PgsNode *include,
                          GError **error);

/* ---- include ---- */

static gboolean
read_include(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
             G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    const Collection *collection = context;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        g_autofree char *path = pgs_path_join(collection->folder, item->text);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            g_autofree char *folder = g_steal_pointer(&path);
            path = pgs_path_join(folder, PGS_PROJECT_FILE);
        }
        Collection inner = *collection;
        if (!read_file(&inner, path, item, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- systems ---- */

static const PgsSystem *
find_system(const PgsProject *project, const char *name)
{
    for (guint i = 0; i < project->systems->len; i++) {
        const PgsSystem *system = g_ptr_array_index(project->systems, i);
        if (strcmp(system->name, name) == 0)
            return system;
    }
    return NULL;
}

static gboolean
read_systems(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
             G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    const Collection *collection = context;
    GPtrArray *systems = collection->project->systems;
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *name = pgs_node_key_at(value, i);
        const PgsSystem *first = find_system(collection->project, name->text);
        if (first != NULL)
            return pgs_node_error(name, PGS_CONFIG_ERROR_KEY, error, "rename one of them",
                                  "a system \"%s\" is there already, at %s:%u:%u", name->text,
                                  first->place.file, first->place.line, first->place.column);
        PgsSystem *system =
            pgs_system_read(name, pgs_node_value_at(value, i), collection->folder, error);
        if (system == NULL)
            return FALSE;
        pgs_environments_inherit(system, collection->environments);
        g_ptr_array_add(systems, system);
    }
    return TRUE;
}

static gboolean
read_file_environments(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                       G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    static const PgsField here = {.offset = G_STRUCT_OFFSET(Collection, environments)};
    const Collection *collection = context;
    PgsReading reading = {.folder = collection->folder};
    return pgs_read_environments(value, &here, context, &reading, error);
}

static const PgsShape version = {.type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = 1};
static const PgsShape systems = {
    .type = PGS_SHAPE_MAP, .element = &pgs_shape_system, .key_name = "system"};

static const PgsField project_fields[] = {
    {"version", &version, "Of this format.", .standard = "`1`", .read = pgs_read_nothing},
    {"include", &pgs_shape_texts,
     "Other such files, or folders that hold a `" PGS_PROJECT_FILE "`; their systems are added.",
     .read = read_include},
    {"environments", &pgs_shape_environments,
     "Name → the databases that each of the file's own systems is run on, beside its own "
     "(`pgstair migrate`).",
     .early = TRUE, .read = read_file_environments},
    {"systems", &systems, "The systems, by name. A file that includes others may leave it out.",
     .read = read_systems},
    {0},
};
static const PgsShape project_shape = {
    .type = PGS_SHAPE_RECORD,
    .name = "project",
    .doc =
        "What is to be verified. Paths are relative to the folder of the file that names them. A "
        "value that begins with one of `[]{}*&!|>%@`, or has `: ` or ` #` in it, needs quotes; "
        "inside braces and brackets so does one with a comma: `{type: \"numeric(10, 2)\"}`.",
    .example = "systems:\n  canvas:\n    migrations: .\n    requirements: requirements.yaml\n",
    .fields = project_fields,
};

/* ---- Files ---- */

static gboolean
check_not_empty(const PgsNode *root, GError **error)
{
    const PgsNode *named = pgs_node_get(root, "systems");
    if (pgs_node_get(root, "include") != NULL || (named != NULL && named->keys->len > 0))
        return TRUE;
    return pgs_node_error(root, PGS_CONFIG_ERROR_KEY, error,
                          "for example:\n  systems:\n    NAME:\n      migrations: FOLDER",
                          "the file names no system");
}

static gboolean
read_root(Collection *collection, GError **error)
{
    g_autoptr(PgsDocument) document = pgs_document_read(collection->path, error);
    if (document == NULL)
        return FALSE;
    const PgsNode *root = pgs_document_root(document);
    return pgs_shape_check(&project_shape, root, error) && check_not_empty(root, error) &&
           pgs_fields_read(project_fields, root, NULL, collection, error);
}

static gboolean
fail_included_twice(const PgsNode *include, const char *path, const char *first, GError **error)
{
    return pgs_node_error(include, PGS_CONFIG_ERROR_VALUE, error,
                          "name it once; a file cannot include itself, nor what includes it",
                          "%s is read already: %s", path, first);
}

/* One for each file, whatever links lead to it. */
static char *
canonical_path(const char *path)
{
    char *real = realpath(path, NULL);
    char *copy = real != NULL ? g_strdup(real) : g_canonicalize_filename(path, NULL);
    free(real);
    return copy;
}

/* include: what names it; NULL for the first. */
static gboolean
read_file(Collection *collection, const char *path, const PgsNode *include, GError **error)
{
    if (include != NULL && !g_file_test(path, G_FILE_TEST_EXISTS))
        return pgs_node_error(include, PGS_CONFIG_ERROR_VALUE, error,
                              "a path is relative to the folder of the file that names it",
                              "there is no file \"%s\"", path);
    g_autofree char *canonical = canonical_path(path);
    const char *first = g_hash_table_lookup(collection->files, canonical);
    if (first != NULL)
        return fail_included_twice(include, path, first, error);
    char *reason = include == NULL ? g_strdup("it is where it begins")
                                   : g_strdup_printf("included at %s:%u:%u", include->place.file,
                                                     include->place.line, include->place.column);
    g_hash_table_insert(collection->files, g_steal_pointer(&canonical), reason);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GPtrArray) environments =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_environment_free);
    collection->path = path;
    collection->folder = folder;
    collection->environments = environments;
    return read_root(collection, error);
}

/* The modules below have a domain of their own, with the same codes. */
static void
adopt_error(GError *error)
{
    G_STATIC_ASSERT((int)PGS_CONFIG_ERROR_READ == (int)PGS_PROJECT_ERROR_READ);
    G_STATIC_ASSERT((int)PGS_CONFIG_ERROR_KEY == (int)PGS_PROJECT_ERROR_KEY);
    G_STATIC_ASSERT((int)PGS_CONFIG_ERROR_VALUE == (int)PGS_PROJECT_ERROR_VALUE);
    if (error->domain == PGS_CONFIG_ERROR)
        error->domain = PGS_PROJECT_ERROR;
}

PgsProject *
pgs_project_read(const char *path, GError **error)
{
    g_autoptr(PgsProject) project = g_new0(PgsProject, 1);
    project->path = g_strdup(path);
    project->systems = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_system_free);
    g_autoptr(GHashTable) files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Collection collection = {.project = project, .files = files};
    GError *problem = NULL;
    if (read_file(&collection, path, NULL, &problem))
        return g_steal_pointer(&project);
    adopt_error(problem);
    g_propagate_error(error, problem);
    return NULL;
}

void
pgs_project_free(PgsProject *project)
{
    if (project == NULL)
        return;
    g_free(project->path);
    g_ptr_array_unref(project->systems);
    g_free(project);
}

/* ---- Asking for a system ---- */

static char **
system_names(const PgsProject *project)
{
    char **names = g_new0(char *, project->systems->len + 1);
    for (guint i = 0; i < project->systems->len; i++)
        names[i] = g_strdup(((PgsSystem *)g_ptr_array_index(project->systems, i))->name);
    return names;
}

PgsSystem *
pgs_project_find(const PgsProject *project, const char *name, GError **error)
{
    if (name == NULL && project->systems->len == 1)
        return g_ptr_array_index(project->systems, 0);
    const PgsSystem *system = name != NULL ? find_system(project, name) : NULL;
    if (system != NULL)
        return (PgsSystem *)system;
    g_auto(GStrv) names = system_names(project);
    g_autofree char *all = g_strjoinv(", ", names);
    if (name == NULL) {
        pgs_error_set(error, PGS_PROJECT_ERROR, PGS_PROJECT_ERROR_SYSTEM, "say which one is meant",
                      "%s names %u systems: %s", project->path, project->systems->len, all);
        return NULL;
    }
    const char *nearest = pgs_text_nearest(name, (const char *const *)names);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                                            : g_strdup_printf("there are: %s", all);
    pgs_error_set(error, PGS_PROJECT_ERROR, PGS_PROJECT_ERROR_SYSTEM, hint,
                  "%s names no system \"%s\"", project->path, name);
    return NULL;
}

/* ---- Generated pages ---- */

char *
pgs_project_json_schema(const char *kind)
{
    if (strcmp(kind, "project") == 0)
        return pgs_schema_make(&project_shape, PGS_PROJECT_FILE);
    if (strcmp(kind, "requirements") == 0)
        return pgs_schema_make(&pgs_shape_requirements_file, "requirements.yaml");
    return NULL;
}

char *
pgs_project_reference(void)
{
    return pgs_reference_make(&project_shape);
}

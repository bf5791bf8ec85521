#include "cli/init_find.h"

#include <string.h>

enum {
    MAX_LEVELS = 4, /* folders above that are looked into */
    MAX_SAMPLES = 50,
};

/* What people call them. */
static const char *const sample_folders[] = {"seeds", "seed", "samples", "sample_data",
                                             "sample-data"};
static const char *const sample_files[] = {"seed.sql", "seeds.sql", "sample.sql",
                                           "sample_data.sql"};
static const char *const model_files[] = {"schema_new.sql", "schema.sql", "structure.sql"};
static const char *const requirement_files[] = {"requirements.yaml", "requirements.yml"};

static gboolean
is_file(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* ---- sample data ---- */

/* "users" of "seeds/010_users.csv". */
static char *
table_of(const char *name)
{
    const char *start = name + strspn(name, "0123456789");
    if (*start == '_' || *start == '-')
        start++;
    else
        start = name;
    return g_strndup(start, strlen(start) - strlen(".csv"));
}

static void
add_sample(PgsSystem *system, const char *folder, const char *name)
{
    gboolean csv = g_str_has_suffix(name, ".csv");
    /* In a pattern these would mean something else. */
    if ((!csv && !g_str_has_suffix(name, ".sql")) || strpbrk(name, "*?[") != NULL ||
        system->samples->len >= MAX_SAMPLES)
        return;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (!is_file(path))
        return;
    PgsSample *sample = pgs_sample_new(csv ? PGS_SAMPLE_CSV : PGS_SAMPLE_SQL, path);
    if (csv)
        sample->table = table_of(name);
    g_ptr_array_add(system->samples, sample);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All of a folder, by name: they are loaded in that order. */
static void
add_samples_in(PgsSystem *system, const char *folder)
{
    g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        add_sample(system, folder, names->pdata[i]);
}

/* near: the folder is the migrations' own or the one above, so that what lies there is theirs. */
static void
find_samples_at(PgsSystem *system, const char *folder, gboolean near)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sample_folders); i++) {
        g_autofree char *general = g_build_filename(folder, sample_folders[i], NULL);
        g_autofree char *own = g_build_filename(general, system->name, NULL);
        if (g_file_test(own, G_FILE_TEST_IS_DIR))
            add_samples_in(system, own);
        else if (near)
            add_samples_in(system, general);
    }
    for (gsize i = 0; near && i < G_N_ELEMENTS(sample_files); i++)
        add_sample(system, folder, sample_files[i]);
}

static gboolean
is_root(const char *folder)
{
    g_autofree char *git = g_build_filename(folder, ".git", NULL);
    return g_file_test(git, G_FILE_TEST_EXISTS) || strcmp(folder, "/") == 0;
}

static void
find_samples(PgsSystem *system)
{
    g_autofree char *at = g_canonicalize_filename(system->folder, NULL);
    for (guint level = 0; level <= MAX_LEVELS && system->samples->len == 0; level++) {
        find_samples_at(system, at, level <= 1);
        if (is_root(at))
            break;
        char *above = g_path_get_dirname(at);
        g_free(at);
        at = above;
    }
}

/* ---- the rest ---- */

/* In the migrations' own folder or the one above. */
static char *
find_file(const PgsSystem *system, const char *name)
{
    g_autofree char *folder = g_canonicalize_filename(system->folder, NULL);
    g_autofree char *above = g_path_get_dirname(folder);
    g_autofree char *here = g_build_filename(folder, name, NULL);
    g_autofree char *there = g_build_filename(above, name, NULL);
    if (is_file(here))
        return g_steal_pointer(&here);
    return is_file(there) ? g_steal_pointer(&there) : NULL;
}

static void
find_models(PgsSystem *system)
{
    for (gsize i = 0; i < G_N_ELEMENTS(model_files); i++) {
        g_autofree char *path = find_file(system, model_files[i]);
        if (path == NULL)
            continue;
        PgsModel *model = pgs_model_new();
        model->name = g_strdup(model_files[i]);
        model->sql = g_steal_pointer(&path);
        g_ptr_array_add(system->models, model);
    }
}

/* Other tools have files of that name. */
static gboolean
holds_requirements(const char *path)
{
    g_autofree char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) &&
           g_regex_match_simple("^requirements:\\s*$\\s+- *(\\{ *)?id:", text, G_REGEX_MULTILINE,
                                0);
}

static void
find_requirements(PgsSystem *system)
{
    for (gsize i = 0; i < G_N_ELEMENTS(requirement_files) && system->requirements == NULL; i++) {
        g_autofree char *path = find_file(system, requirement_files[i]);
        if (path != NULL && holds_requirements(path))
            system->requirements = pgs_requirements_new(path);
    }
}

void
pgs_init_find(PgsSystem *system)
{
    find_samples(system);
    find_models(system);
    find_requirements(system);
}

char *
pgs_init_relative(const char *folder, const char *path)
{
    g_autofree char *from = g_canonicalize_filename(folder, NULL);
    g_autofree char *to = g_canonicalize_filename(path, NULL);
    g_auto(GStrv) from_parts = g_strsplit(from, "/", -1);
    g_auto(GStrv) to_parts = g_strsplit(to, "/", -1);
    guint common = 0;
    while (from_parts[common] != NULL && to_parts[common] != NULL &&
           strcmp(from_parts[common], to_parts[common]) == 0)
        common++;
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    for (guint i = common; from_parts[i] != NULL && *from_parts[i] != '\0'; i++)
        g_ptr_array_add(parts, (gpointer) "..");
    for (guint i = common; to_parts[i] != NULL && *to_parts[i] != '\0'; i++)
        g_ptr_array_add(parts, to_parts[i]);
    if (parts->len == 0)
        g_ptr_array_add(parts, (gpointer) ".");
    g_ptr_array_add(parts, NULL);
    return g_strjoinv("/", (char **)parts->pdata);
}

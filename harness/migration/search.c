#include "migration/search.h"

#include "base/error.h"

#include <string.h>
#include <sys/stat.h>

enum {
    MAX_FOLDERS = 20 * 1000, /* that are looked into … */
    MAX_DEPTH = 12,
    MAX_FOUND = 50,
};

/* A folder on the search's way. */
typedef struct {
    char *name; /* relative; "" is the one that was given */
    guint depth;
    gboolean is_trial; /* below a folder of tests or examples */
} Place;

typedef struct {
    const PgsFolder *root;
    const PgsReader *reader; /* or NULL */
    GQueue *queue;           /* Place */
    GPtrArray *found;        /* PgsFoundFolder */
    GPtrArray *trials;       /* likewise, below folders of tests or examples */
} Search;

static void
found_free(gpointer data)
{
    PgsFoundFolder *found = data;
    g_free(found->path);
    g_free(found->name);
    pgs_recognition_clear(&found->recognition);
    g_free(found);
}

static void
place_free(gpointer data)
{
    Place *place = data;
    g_free(place->name);
    g_free(place);
}

/* What others have made, or a build has copied. */
static gboolean
is_skipped(const char *name)
{
    static const char *const skipped[] = {"node_modules", "vendor", "target", "build",
                                          "dist",         "out",    "venv",   "site-packages",
                                          "__pycache__",  NULL};
    return name[0] == '.' || g_strv_contains(skipped, name);
}

static gboolean
is_trial(const char *name)
{
    static const char *const trials[] = {"test",     "tests",     "testdata", "__tests__", "spec",
                                         "fixture",  "fixtures",  "example",  "examples",  "sample",
                                         "samples",  "demo",      "demos",    "e2e",       "docs",
                                         "template", "templates", NULL};
    return g_strv_contains(trials, name);
}

gboolean
pgs_search_is_root(const PgsFolder *folder)
{
    static const char *const signs[] = {
        ".git",           "go.mod",           "Cargo.toml",  "package.json",
        "pyproject.toml", "requirements.txt", "setup.py",    "pom.xml",
        "build.gradle",   "build.gradle.kts", "Gemfile",     "mix.exs",
        "composer.json",  "dbconfig.yml",     "flyway.conf", "flyway.toml",
        "atlas.hcl",      "diesel.toml",      "yoyo.ini",    NULL};
    for (const char *const *sign = signs; *sign != NULL; sign++) {
        g_autofree char *path = g_build_filename(folder->real, *sign, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return TRUE;
    }
    return FALSE;
}

/* "." is not said. */
static char *
path_below(const PgsFolder *root, const char *name)
{
    if (g_path_is_absolute(name) || strcmp(root->path, ".") == 0)
        return g_strdup(name);
    return g_build_filename(root->path, name, NULL);
}

/* ---- what may hold migrations ---- */

static gboolean
has_file(const char *path, const char *name)
{
    g_autofree char *file = g_build_filename(path, name, NULL);
    return g_file_test(file, G_FILE_TEST_IS_REGULAR);
}

/* Only what lies in the folder itself counts, or each of those above it would be found, too. */
static gboolean
may_hold(const char *path, const char *entry)
{
    static const char *const files[] = {
        "alembic.ini", "sqitch.plan", "sqitch.conf", "migration_lock.toml",
        "atlas.sum",   "env.py",      NULL};
    if (g_strv_contains(files, entry) || g_str_has_suffix(entry, ".sql"))
        return TRUE;
    g_autofree char *below = g_build_filename(path, entry, NULL);
    return has_file(below, "up.sql") || has_file(below, "migration.sql");
}

static void
queue_place(const Search *search, const Place *above, const char *entry)
{
    g_autofree char *name =
        *above->name != '\0' ? g_build_filename(above->name, entry, NULL) : g_strdup(entry);
    g_autofree char *path = g_build_filename(search->root->real, name, NULL);
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || above->depth >= MAX_DEPTH ||
        has_file(path, "pyvenv.cfg"))
        return;
    Place *place = g_new0(Place, 1);
    place->name = g_steal_pointer(&name);
    place->depth = above->depth + 1;
    place->is_trial = above->is_trial || is_trial(entry);
    g_queue_push_tail(search->queue, place);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_entries(const char *path)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (!is_skipped(name))
            g_ptr_array_add(entries, g_strdup(name));
    }
    g_ptr_array_sort(entries, compare_names);
    return entries;
}

/* ---- judging one ---- */

static gboolean
recognise(const Search *search, const PgsFolder *folder, PgsRecognition *recognition)
{
    if (search->reader == NULL)
        return pgs_recognise(folder, recognition);
    if (search->reader->fits == NULL || !search->reader->fits(folder))
        return FALSE;
    recognition->reader = search->reader;
    recognition->reason = g_strdup("it was asked for");
    recognition->candidates = g_ptr_array_new();
    return TRUE;
}

static gboolean
judge(const Search *search, const Place *place)
{
    g_autofree char *path = path_below(search->root, place->name);
    g_autoptr(PgsFolder) folder = pgs_folder_open(path, NULL);
    g_auto(PgsRecognition) recognition = {0};
    if (folder == NULL || !recognise(search, folder, &recognition))
        return FALSE;
    PgsFoundFolder *found = g_new0(PgsFoundFolder, 1);
    found->path = g_steal_pointer(&path);
    found->name = g_strdup(place->name);
    found->recognition = recognition;
    recognition = (PgsRecognition){0};
    g_ptr_array_add(place->is_trial ? search->trials : search->found, found);
    return TRUE;
}

/* What lies below a folder of migrations belongs to it. */
static void
visit(const Search *search, const Place *place)
{
    g_autofree char *path = g_build_filename(search->root->real, place->name, NULL);
    g_autoptr(GPtrArray) entries = list_entries(path);
    gboolean holds = FALSE;
    for (guint i = 0; i < entries->len && !holds && *place->name != '\0'; i++)
        holds = may_hold(path, g_ptr_array_index(entries, i));
    if (holds && judge(search, place))
        return;
    for (guint i = 0; i < entries->len; i++)
        queue_place(search, place, g_ptr_array_index(entries, i));
}

static void
go_through(const Search *search)
{
    Place *root = g_new0(Place, 1);
    root->name = g_strdup("");
    g_queue_push_tail(search->queue, root);
    for (guint i = 0; i < MAX_FOLDERS && search->found->len < MAX_FOUND; i++) {
        Place *place = g_queue_pop_head(search->queue);
        if (place == NULL)
            break;
        visit(search, place);
        place_free(place);
    }
}

/* ---- choosing ---- */

static void
keep_surest(GPtrArray *found)
{
    PgsToldBy surest = PGS_TOLD_BY_NAMES;
    for (guint i = 0; i < found->len; i++)
        surest = MIN(surest, ((PgsFoundFolder *)found->pdata[i])->recognition.told_by);
    for (guint i = found->len; i > 0; i--) {
        if (((PgsFoundFolder *)found->pdata[i - 1])->recognition.told_by > surest)
            g_ptr_array_remove_index(found, i - 1);
    }
}

/* Of a tool that reads all that lies below, folders side by side are one: releases/1.0, 1.1, …. */
static void
join_siblings(const PgsFolder *root, GPtrArray *found)
{
    PgsFoundFolder *first = found->len > 1 ? found->pdata[0] : NULL;
    g_autofree char *parent = first != NULL ? g_path_get_dirname(first->name) : NULL;
    if (first == NULL || !first->recognition.reader->is_deep || strcmp(parent, ".") == 0)
        return;
    for (guint i = 1; i < found->len; i++) {
        const PgsFoundFolder *other = found->pdata[i];
        g_autofree char *above = g_path_get_dirname(other->name);
        if (other->recognition.reader != first->recognition.reader || strcmp(above, parent) != 0)
            return;
    }
    g_ptr_array_set_size(found, 1);
    g_free(first->name);
    g_free(first->path);
    first->name = g_steal_pointer(&parent);
    first->path = path_below(root, first->name);
}

/* What the tool's configuration names. */
static void
add_configured(const Search *search)
{
    const PgsReader *reader = NULL;
    const char *file = NULL;
    g_autoptr(GPtrArray) names = pgs_configured_folders(search->root, &reader, &file);
    for (guint i = 0; i < names->len; i++) {
        const Place place = {.name = names->pdata[i]};
        guint before = search->found->len;
        if (!judge(search, &place) || search->found->len == before)
            continue;
        PgsFoundFolder *found = search->found->pdata[before];
        PgsRecognition *recognition = &found->recognition;
        gboolean is_its =
            recognition->reader == reader || (recognition->told_by != PGS_TOLD_BY_SIGN &&
                                              search->reader == NULL && reader->fits != NULL);
        g_autofree char *why = g_steal_pointer(&recognition->reason);
        if (is_its) {
            recognition->reader = reader;
            g_ptr_array_set_size(recognition->candidates, 0);
            recognition->reason = g_strdup_printf("%s says so", file);
        } else {
            recognition->reason = g_strdup_printf("named by %s; %s", file, why);
        }
    }
}

static Search
search_new(const PgsFolder *folder, const PgsReader *reader)
{
    return (Search){
        .root = folder,
        .reader = reader,
        .queue = g_queue_new(),
        .found = g_ptr_array_new_with_free_func(found_free),
        .trials = g_ptr_array_new_with_free_func(found_free),
    };
}

/* What was found. */
static GPtrArray *
search_end(Search *search)
{
    gboolean is_trial_only = search->found->len == 0;
    g_queue_free_full(search->queue, place_free);
    g_ptr_array_unref(is_trial_only ? search->found : search->trials);
    return is_trial_only ? search->trials : search->found;
}

GPtrArray *
pgs_search_configured(const PgsFolder *folder, const PgsReader *reader)
{
    Search search = search_new(folder, reader);
    add_configured(&search);
    return search_end(&search);
}

GPtrArray *
pgs_search_below(const PgsFolder *folder, const PgsReader *reader)
{
    Search search = search_new(folder, reader);
    go_through(&search);
    GPtrArray *found = search_end(&search);
    keep_surest(found);
    join_siblings(folder, found);
    return found;
}

void
pgs_search_refuse(const PgsFolder *folder, const GPtrArray *found, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    const PgsFoundFolder *first = found->pdata[0];
    for (guint i = 0; i < found->len && i < 10; i++) {
        const PgsFoundFolder *item = found->pdata[i];
        g_string_append_printf(list, "%s%s (%s)", i > 0 ? ", " : "", item->path,
                               item->recognition.reader->name);
    }
    if (found->len > 10)
        g_string_append_printf(list, " and %u more", found->len - 10);
    g_autofree char *hint = g_strdup_printf("name the one that is meant, as in \"pgstair verify "
                                            "%s\"; or name them all in a pgstair.yaml",
                                            first->path);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_AMBIGUOUS, hint,
                  "%s: several folders of migrations below: %s", folder->path, list->str);
}

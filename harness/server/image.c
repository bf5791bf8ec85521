#include "server/image.h"

#include "base/error.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

/* ci/images/build makes it. */
#define OWN_IMAGE "localhost/pgstair-postgres"
#define OFFICIAL_IMAGE "postgres"
#define DEFAULT_DATA "/var/lib/postgresql/data"
#define MAJOR_PLACE "{major}"

enum {
    OLDEST_MAJOR = 13,
    NEWEST_MAJOR = 18,
    PULL_TIMEOUT_MS = 30 * 60 * 1000, /* a slow line; a person can interrupt it */
};

void
pgs_image_free(PgsImage *image)
{
    if (image == NULL)
        return;
    g_free(image->name);
    g_free(image->id);
    g_free(image->digest);
    g_free(image->user);
    g_free(image->data);
    g_free(image->mount);
    g_strfreev(image->entrypoint);
    g_strfreev(image->command);
    g_free(image);
}

/* ----------------------------------------------------------------------------- what is meant -- */

static char *
fill_major(const char *name, int major)
{
    g_autofree char *text = g_strdup_printf("%d", major);
    GString *filled = g_string_new(name);
    g_string_replace(filled, MAJOR_PLACE, text, 0);
    return g_string_free(filled, FALSE);
}

/* The version that a tag begins with ("15", "15.4", "15-alpine"), or 0. */
static int
read_major(const char *tag)
{
    gsize digits = strspn(tag, "0123456789");
    static const char tag_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789_.-";
    if (digits != 2 || strspn(tag, tag_characters) != strlen(tag) ||
        (tag[2] != '\0' && strchr(".-_abr", tag[2]) == NULL))
        return 0;
    int major = atoi(tag);
    return major >= OLDEST_MAJOR ? major : 0;
}

/* Of "docker": no version, no image. */
static char **
list_newest(const char *official_name, const PgsServerRequest *request)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    const char *image = request->image;
    for (int major = NEWEST_MAJOR; major >= OLDEST_MAJOR; major--) {
        g_autofree char *own =
            image != NULL ? fill_major(image, major) : g_strdup_printf(OWN_IMAGE ":%d", major);
        g_strv_builder_add(names, own);
        if (image != NULL && strstr(image, MAJOR_PLACE) == NULL)
            break;
    }
    if (image == NULL) {
        g_autofree char *official = g_strdup_printf("%s:%d", official_name, NEWEST_MAJOR);
        g_strv_builder_add(names, official);
    }
    return g_strv_builder_end(names);
}

static char **
list_of_version(const char *official_name, const PgsServerRequest *request, int major)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    const char *tag = request->argument;
    if (request->image != NULL) {
        g_autofree char *image = fill_major(request->image, major);
        g_strv_builder_add(names, image);
        return g_strv_builder_end(names);
    }
    if (strlen(tag) == 2) {
        g_autofree char *own = g_strdup_printf(OWN_IMAGE ":%s", tag);
        g_strv_builder_add(names, own);
    }
    g_autofree char *official = g_strdup_printf("%s:%s", official_name, tag);
    g_strv_builder_add(names, official);
    return g_strv_builder_end(names);
}

char **
pgs_image_list_candidates(const char *kind, const PgsServerRequest *request, int *major,
                          GError **error)
{
    const char *argument = request->argument;
    /* podman does not know by itself in which registry a short name is. */
    const char *official =
        strcmp(kind, "podman") == 0 ? "docker.io/library/" OFFICIAL_IMAGE : OFFICIAL_IMAGE;
    *major = 0;
    if (argument == NULL)
        return list_newest(official, request);
    if (request->separator == '=' && *argument != '\0' && *argument != '-') {
        const char *names[] = {argument, NULL};
        return g_strdupv((char **)names);
    }
    *major = request->separator == ':' ? read_major(argument) : 0;
    if (*major != 0)
        return list_of_version(official, request, *major);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  "a version from 13 up, or a tag of the official image that begins with one, as "
                  "in \"docker:15\" or \"docker:15-alpine\"; another image as in "
                  "\"docker=registry.example/team/postgres:15\"",
                  "\"%s%c%s\" names no version of PostgreSQL that pgstair works with", kind,
                  request->separator, argument);
    return NULL;
}

/* ------------------------------------------------------------------------ what an image says -- */

static JsonObject *
get_object(JsonObject *object, const char *member)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, member) : NULL;
    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static const char *
get_string(JsonObject *object, const char *member)
{
    return object != NULL ? json_object_get_string_member_with_default(object, member, "") : "";
}

/* A list of texts, or one text (podman's old images have such); g_strfreev(). */
static char **
get_strings(JsonObject *object, const char *member)
{
    g_autoptr(GStrvBuilder) strings = g_strv_builder_new();
    JsonNode *node = object != NULL ? json_object_get_member(object, member) : NULL;
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        const char *text = json_array_get_string_element(array, i);
        if (text != NULL)
            g_strv_builder_add(strings, text);
    }
    return g_strv_builder_end(strings);
}

/* The value of a variable, belonging to environment; NULL: it is not set. */
static const char *
find_variable(char **environment, const char *name)
{
    return g_environ_getenv(environment, name);
}

/* Whether folder is path or lies above it. */
static gboolean
is_around(const char *folder, const char *path)
{
    gsize length = strlen(folder);
    return strncmp(folder, path, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/*
 * Where the data's tmpfs goes: on the volume that holds PGDATA, so that the engine makes none of
 * its own for it, and what scripts know of its path stays true; else on PGDATA itself.
 */
static char *
find_mount(JsonObject *config, const char *data)
{
    JsonObject *volumes = get_object(config, "Volumes");
    g_autoptr(GList) paths = volumes != NULL ? json_object_get_members(volumes) : NULL;
    const char *found = data;
    for (GList *path = paths; path != NULL; path = path->next) {
        g_autofree char *folder = g_canonicalize_filename(path->data, "/");
        if (strcmp(folder, "/") != 0 && is_around(folder, data) && strlen(folder) < strlen(found))
            found = path->data;
    }
    return g_canonicalize_filename(found, "/");
}

static PgsImage *
read_image(JsonObject *object)
{
    JsonObject *config = get_object(object, "Config");
    g_auto(GStrv) environment = get_strings(config, "Env");
    const char *data = find_variable(environment, "PGDATA");
    const char *major = find_variable(environment, "PG_MAJOR");
    PgsImage *image = g_new0(PgsImage, 1);
    image->id = g_strdup(get_string(object, "Id"));
    image->user = g_strdup(get_string(config, "User"));
    image->data = g_canonicalize_filename(data != NULL && *data == '/' ? data : DEFAULT_DATA, "/");
    image->mount = find_mount(config, image->data);
    image->major = major != NULL ? atoi(major) : 0;
    image->entrypoint = get_strings(config, "Entrypoint");
    image->command = get_strings(config, "Cmd");
    g_auto(GStrv) digests = get_strings(object, "RepoDigests");
    image->digest = g_strdup(digests[0]);
    return image;
}

/* Whether a tag that the engine lists is the image that is named: "docker.io/library/postgres:15"
 * is "postgres:15", and no tag is "latest". */
static gboolean
is_named(const char *tag, const char *name)
{
    static const char *const prefixes[] = {"docker.io/library/", "docker.io/", "localhost/", NULL};
    const char *last = strrchr(name, '/');
    g_autofree char *latest = NULL;
    if (strpbrk(last != NULL ? last : name, ":@") == NULL)
        name = latest = g_strconcat(name, ":latest", NULL);
    if (strcmp(tag, name) == 0)
        return TRUE;
    for (gsize i = 0; prefixes[i] != NULL; i++) {
        gsize length = strlen(prefixes[i]);
        if ((g_str_has_prefix(tag, prefixes[i]) && strcmp(tag + length, name) == 0) ||
            (g_str_has_prefix(name, prefixes[i]) && strcmp(name + length, tag) == 0))
            return TRUE;
    }
    return FALSE;
}

static JsonObject *
find_tagged(JsonArray *images, const char *name)
{
    for (guint i = 0; i < json_array_get_length(images); i++) {
        JsonObject *object = json_array_get_object_element(images, i);
        g_auto(GStrv) tags = get_strings(object, "RepoTags");
        for (char **tag = tags; *tag != NULL; tag++) {
            if (is_named(*tag, name))
                return object;
        }
    }
    return NULL;
}

PgsImage *
pgs_image_parse(const char *json, const char *const *candidates)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    if (!json_parser_load_from_data(parser, json, -1, NULL))
        return NULL;
    JsonNode *root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_ARRAY(root))
        return NULL;
    JsonArray *images = json_node_get_array(root);
    if (json_array_get_length(images) == 0)
        return NULL;
    /* One that was asked for by its id has another name, or none. */
    JsonObject *found = candidates[1] == NULL ? json_array_get_object_element(images, 0) : NULL;
    const char *const *name = candidates;
    for (; found == NULL && *name != NULL; name += found == NULL)
        found = find_tagged(images, *name);
    if (found == NULL)
        return NULL;
    PgsImage *image = read_image(found);
    image->name = g_strdup(*name);
    return image;
}

/* ------------------------------------------------------------------------------ to get at it -- */

/* The first of the names that is here, all of them asked for at once: a call each would double the
 * time.  *image NULL: none. */
static gboolean
look_for(const PgsEngine *engine, const char *const *names, GCancellable *cancellable,
         PgsImage **image, GError **error)
{
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "image");
    pgs_process_set_cancellable(command, cancellable);
    pgs_process_add(command, "inspect");
    for (const char *const *name = names; *name != NULL; name++)
        pgs_process_add(command, *name);
    g_auto(PgsProcessResult) result = {0};
    *image = NULL;
    if (!pgs_engine_try(engine, command, &result, error))
        return FALSE;
    *image = pgs_image_parse(result.output, names);
    if (*image != NULL || result.exit_status == 0)
        return TRUE;
    /* That it is not here is no error yet; that no engine answers is one. */
    const PgsEngineWords *words = pgs_engine_words_find(result.errors, PGS_ENGINE_ASK);
    if (words != NULL && strstr(words->words, "image") != NULL)
        return TRUE;
    pgs_engine_set_error(engine, PGS_ENGINE_ASK, names[0], result.errors, error);
    return FALSE;
}

static gboolean
pull(const PgsEngine *engine, const PgsServerRequest *request, const char *name,
     GCancellable *cancellable, GError **error)
{
    g_autofree char *text = g_strdup_printf("pulling %s …", name);
    if (request->progress != NULL)
        request->progress(text, request->progress_data);
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "pull");
    pgs_process_set_cancellable(command, cancellable);
    pgs_process_set_timeout(command, PULL_TIMEOUT_MS);
    pgs_process_add_many(command, "--quiet", name, NULL);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_engine_try(engine, command, &result, error))
        return FALSE;
    if (result.exit_status == 0)
        return TRUE;
    pgs_engine_set_error(engine, PGS_ENGINE_PULL, name, result.errors, error);
    return FALSE;
}

PgsImage *
pgs_image_find(const PgsEngine *engine, const PgsServerRequest *request, int *major,
               GCancellable *cancellable, GError **error)
{
    g_auto(GStrv) names = pgs_image_list_candidates(pgs_engine_name(engine), request, major, error);
    g_autoptr(PgsImage) image = NULL;
    if (names == NULL || !look_for(engine, (const char *const *)names, cancellable, &image, error))
        return NULL;
    if (image != NULL)
        return g_steal_pointer(&image);
    /* What only ci/images/build makes is in no registry: the last is the one that is. */
    char *last = names[g_strv_length(names) - 1];
    if (request->argument == NULL && request->image != NULL)
        last = names[0];
    const char *one[] = {last, NULL};
    if (!pull(engine, request, last, cancellable, error) ||
        !look_for(engine, one, cancellable, &image, error))
        return NULL;
    if (image == NULL)
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND, NULL,
                      "%s pulled the image \"%s\", but does not have it", pgs_engine_name(engine),
                      last);
    return g_steal_pointer(&image);
}

char **
pgs_image_list(const PgsEngine *engine, GError **error)
{
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "image");
    pgs_process_add_many(command, "ls", "--filter", "reference=" OWN_IMAGE, "--filter",
                         "reference=" OFFICIAL_IMAGE, "--format", "{{.Repository}}:{{.Tag}}", NULL);
    g_autofree char *output = NULL;
    if (!pgs_engine_run(engine, command, &output, error))
        return NULL;
    g_strstrip(output);
    return *output != '\0' ? g_strsplit(output, "\n", -1) : g_new0(char *, 1);
}

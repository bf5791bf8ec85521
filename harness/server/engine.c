#include "server/engine.h"

#include "base/error.h"
#include "base/text.h"
#include "server/server.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ASK_TIMEOUT_MS = 5 * 1000,    /* an engine that answers does so in milliseconds */
    ANSWER_TIMEOUT_MS = 2 * 1000, /* whether it does at all */
    REMOVE_TIMEOUT_MS = 6 * 1000, /* the container is killed, and its file systems taken apart */
    COMING_MS = 1500, /* for a container whose making was asked for by a program that has ended */
    COMING_PAUSE_MS = 100,
    GOING_PAUSE_MS = 20,
    WORDS_MAX = 400, /* characters of an engine's words in a message */
};

#define FIELD_SEPARATOR "\t"
#define LIST_FORMAT                                                                                \
    "{{.Names}}" FIELD_SEPARATOR "{{.Image}}" FIELD_SEPARATOR "{{.State}}" FIELD_SEPARATOR         \
    "{{.CreatedAt}}" FIELD_SEPARATOR

struct _PgsEngine {
    char *name;
    char *program;
    gboolean is_podman;
};

enum {
    SCRIPT_BYTES = 4 * 1024, /* of what may be a script that calls podman */
};

/* Asked of the file, since a call of the program would take each start's time: "docker" may be a
 * link to podman, or the script of podman-docker. */
static gboolean
is_podman(const char *program)
{
    g_autofree char *real = realpath(program, NULL);
    g_autofree char *base = g_path_get_basename(real != NULL ? real : program);
    if (strcmp(base, "podman") == 0)
        return TRUE;
    char text[SCRIPT_BYTES + 1];
    int fd = open(program, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, SCRIPT_BYTES) : 0;
    if (fd >= 0)
        close(fd);
    text[MAX(n, 0)] = '\0';
    return g_str_has_prefix(text, "#!") && strstr(text, "podman \"$@\"") != NULL;
}

PgsEngine *
pgs_engine_open(const char *name, GError **error)
{
    g_autofree char *program = g_find_program_in_path(name);
    if (program == NULL) {
        g_autofree char *hint = g_strdup_printf(
            "install it (Debian: apt-get install %s), or put the folder that holds it into PATH",
            strcmp(name, "docker") == 0 ? "docker.io" : name);
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND, hint,
                      "there is no program \"%s\" on this machine", name);
        return NULL;
    }
    PgsEngine *engine = g_new0(PgsEngine, 1);
    engine->name = g_strdup(name);
    engine->program = g_canonicalize_filename(program, NULL);
    engine->is_podman = is_podman(engine->program);
    return engine;
}

void
pgs_engine_free(PgsEngine *engine)
{
    if (engine == NULL)
        return;
    g_free(engine->name);
    g_free(engine->program);
    g_free(engine);
}

const char *
pgs_engine_name(const PgsEngine *engine)
{
    return engine->name;
}

const char *
pgs_engine_program(const PgsEngine *engine)
{
    return engine->program;
}

gboolean
pgs_engine_is_podman(const PgsEngine *engine)
{
    return engine->is_podman;
}

PgsProcess *
pgs_engine_command(const PgsEngine *engine, const char *verb)
{
    PgsProcess *command = pgs_process_new(engine->program);
    pgs_process_set_timeout(command, ASK_TIMEOUT_MS);
    pgs_process_add(command, verb);
    return command;
}

/* --------------------------------------------------------------------------- what goes wrong -- */

/* Where the user has sent the engine's program, as the end of a sentence; g_free(). */
static char *
describe_destination(const PgsEngine *engine)
{
    static const struct {
        gboolean of_podman;
        const char *variable;
    } variables[] = {
        {FALSE, "DOCKER_HOST"},
        {FALSE, "DOCKER_CONTEXT"},
        {TRUE, "CONTAINER_HOST"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *value = g_getenv(variables[i].variable);
        if (variables[i].of_podman == engine->is_podman && value != NULL && *value != '\0')
            return g_strdup_printf(" (%s is \"%s\")", variables[i].variable, value);
    }
    return g_strdup("");
}

/* What an engine says, as one line: that which the row was found by, without the engine's warnings
 * and repetitions. */
static char *
fold_words(const char *words, const PgsEngineWords *row)
{
    g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
    const char *chosen = words;
    for (char **line = lines; row != NULL && *line != NULL && chosen == words; line++) {
        if (pgs_engine_words_match(row, *line))
            chosen = *line;
    }
    g_autofree char *visible = pgs_text_visible(chosen, -1);
    g_autofree char *folded = pgs_text_fold_space(visible);
    return pgs_text_ellipsize(folded, WORDS_MAX);
}

void
pgs_engine_set_error(const PgsEngine *engine, PgsEngineTask task, const char *subject,
                     const char *words, GError **error)
{
    const PgsEngineWords *row = pgs_engine_words_find(words, task);
    g_autofree char *said = fold_words(words, row);
    if (row == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL, "%s failed: %s",
                      engine->name, *said != '\0' ? said : "it does not say why");
        return;
    }
    g_autofree char *where = describe_destination(engine);
    g_autofree char *message = pgs_engine_words_fill(row->message, engine->name, subject, where);
    g_autofree char *hint = pgs_engine_words_fill(row->hint, engine->name, subject, where);
    pgs_error_set(error, PGS_SERVER_ERROR, row->code, hint, "%s: %s", message, said);
}

/* It did not come to an end of its own. */
static void
set_run_error(const PgsEngine *engine, const GError *cause, GError **error)
{
    g_autofree char *where = describe_destination(engine);
    if (g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED))
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED, NULL, "cancelled");
    else if (g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT))
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND,
                      "look whether the engine is well, or restart it",
                      "the %s engine does not answer%s: %s", engine->name, where, cause->message);
    else
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND, NULL, "%s",
                      cause->message);
}

gboolean
pgs_engine_try(const PgsEngine *engine, PgsProcess *command, PgsProcessResult *result,
               GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (pgs_process_run(command, result, &cause))
        return TRUE;
    set_run_error(engine, cause, error);
    return FALSE;
}

gboolean
pgs_engine_run(const PgsEngine *engine, PgsProcess *command, char **output, GError **error)
{
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_engine_try(engine, command, &result, error))
        return FALSE;
    if (result.exit_status != 0) {
        pgs_engine_set_error(engine, PGS_ENGINE_ASK, NULL,
                             result.errors_length > 0 ? result.errors : result.output, error);
        return FALSE;
    }
    if (output != NULL)
        *output = g_steal_pointer(&result.output);
    return TRUE;
}

static char *
ask_version_within(const PgsEngine *engine, guint limit_ms, GError **error)
{
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "version");
    pgs_process_set_timeout(command, limit_ms);
    /* podman without a service of its own has no server. */
    pgs_process_add_many(command, "--format",
                         "{{with .Server}}{{.Version}}{{else}}{{.Client.Version}}{{end}}", NULL);
    char *version = NULL;
    return pgs_engine_run(engine, command, &version, error) ? g_strstrip(version) : NULL;
}

char *
pgs_engine_ask_version(const PgsEngine *engine, GError **error)
{
    return ask_version_within(engine, ASK_TIMEOUT_MS, error);
}

gboolean
pgs_engine_answers(const PgsEngine *engine, GError **error)
{
    g_autofree char *version = ask_version_within(engine, ANSWER_TIMEOUT_MS, error);
    return version != NULL;
}

/* --------------------------------------------------------------------------- where it stands -- */

/* The endpoint of docker's current context, when there is reason to ask; g_free(); NULL: the
 * default. */
static char *
find_context_endpoint(const PgsEngine *engine, GError **error)
{
    const char *folder = g_getenv("DOCKER_CONFIG");
    g_autofree char *file = folder != NULL
                                ? g_build_filename(folder, "config.json", NULL)
                                : g_build_filename(g_get_home_dir(), ".docker/config.json", NULL);
    g_autofree char *text = NULL;
    const char *named = g_getenv("DOCKER_CONTEXT");
    gboolean has_name = named != NULL && *named != '\0';
    if (!has_name && (!g_file_get_contents(file, &text, NULL, NULL) ||
                      strstr(text, "\"currentContext\"") == NULL))
        return NULL;
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "context");
    pgs_process_add_many(command, "inspect", "--format", "{{.Endpoints.docker.Host}}", NULL);
    char *endpoint = NULL;
    if (pgs_engine_run(engine, command, &endpoint, error))
        g_strstrip(endpoint);
    return endpoint;
}

/* *source: what names it. */
static char *
find_endpoint(const PgsEngine *engine, const char **source, GError **error)
{
    gboolean is_docker = !engine->is_podman;
    *source = is_docker ? "DOCKER_HOST" : "CONTAINER_HOST";
    const char *host = g_getenv(*source);
    if (host != NULL && *host != '\0')
        return g_strdup(host);
    *source = "docker's context";
    return is_docker ? find_context_endpoint(engine, error) : NULL;
}

static void
set_endpoint_error(const PgsEngine *engine, const char *endpoint, const char *source,
                   GError **error)
{
    g_autofree char *shown = pgs_text_visible(endpoint, -1);
    if (strstr(endpoint, "://") == NULL || g_str_has_prefix(endpoint, "tcp:"))
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND,
                      "as in unix:///var/run/docker.sock or tcp://HOST:2375",
                      "%s names no %s engine: \"%s\"", source, engine->name, shown);
    else
        pgs_error_set(
            error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND,
            "run pgstair on the engine's own machine (to forward the engine's socket does "
            "not bring its containers' ports); or let the engine listen on a network in "
            "which its containers can be reached, as tcp://HOST:2376",
            "the %s engine is reached by \"%s\", a way on which pgstair cannot come to a "
            "container's port",
            engine->name, shown);
}

/* The IP address of a host's name; "127.0.0.1" for any of this machine's loopback. */
static char *
resolve(const char *host, const char *endpoint, GError **error)
{
    g_autoptr(GInetAddress) plain = g_inet_address_new_from_string(host);
    g_autoptr(GInetAddress) address = NULL;
    if (plain != NULL) {
        address = g_object_ref(plain);
    } else {
        g_autoptr(GResolver) resolver = g_resolver_get_default();
        g_autoptr(GError) cause = NULL;
        GList *found = g_resolver_lookup_by_name(resolver, host, NULL, &cause);
        if (found == NULL) {
            pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND,
                          "look at DOCKER_HOST, or at docker's context",
                          "the engine's machine cannot be found (\"%s\"): %s", endpoint,
                          cause->message);
            return NULL;
        }
        address = g_object_ref(found->data);
        g_resolver_free_addresses(found);
    }
    return g_inet_address_get_is_loopback(address) ? g_strdup("127.0.0.1")
                                                   : g_inet_address_to_string(address);
}

char *
pgs_engine_find_address(const PgsEngine *engine, GError **error)
{
    g_autoptr(GError) cause = NULL;
    const char *source = NULL;
    g_autofree char *endpoint = find_endpoint(engine, &source, &cause);
    if (cause != NULL) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    if (endpoint == NULL || *endpoint == '\0' || g_str_has_prefix(endpoint, "unix:") ||
        g_str_has_prefix(endpoint, "fd:") || *endpoint == '/')
        return g_strdup("127.0.0.1");
    g_autoptr(GUri) uri = g_uri_parse(endpoint, G_URI_FLAGS_NONE, NULL);
    const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
    static const char *const known[] = {"tcp", "http", "https", NULL};
    if (g_strv_contains(known, scheme) && host != NULL && *host != '\0')
        return resolve(host, endpoint, error);
    set_endpoint_error(engine, endpoint, source, error);
    return NULL;
}

/* -------------------------------------------------------------------------------- containers -- */

void
pgs_engine_container_free(PgsEngineContainer *container)
{
    if (container == NULL)
        return;
    g_free(container->name);
    g_free(container->image);
    g_free(container->state);
    g_free(container->created);
    g_free(container->owner);
    g_free(container);
}

GPtrArray *
pgs_engine_list(const PgsEngine *engine, GError **error)
{
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "ps");
    /* The one has a function for labels, the other a map. */
    const char *format = engine->is_podman
                             ? LIST_FORMAT "{{index .Labels \"" PGS_ENGINE_LABEL_OWNER "\"}}"
                             : LIST_FORMAT "{{.Label \"" PGS_ENGINE_LABEL_OWNER "\"}}";
    pgs_process_add_many(command, "--all", "--no-trunc", "--filter",
                         "label=" PGS_ENGINE_LABEL_OWNER, "--format", format, NULL);
    g_autofree char *output = NULL;
    if (!pgs_engine_run(engine, command, &output, error))
        return NULL;
    GPtrArray *containers =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_engine_container_free);
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, FIELD_SEPARATOR, 5);
        if (g_strv_length(fields) < 5)
            continue;
        PgsEngineContainer *container = g_new0(PgsEngineContainer, 1);
        container->name = g_strdup(fields[0]);
        container->image = g_strdup(fields[1]);
        container->state = g_ascii_strdown(fields[2], -1);
        container->created = g_strdup(fields[3]);
        container->owner = g_strdup(fields[4]);
        g_ptr_array_add(containers, container);
    }
    return containers;
}

typedef enum {
    REMOVAL_FAILED,
    REMOVAL_DONE,
    REMOVAL_NONE,  /* there is no such container */
    REMOVAL_GOING, /* the engine is at it already */
} Removal;

char **
pgs_engine_removal(const PgsEngine *engine, const char *container)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_strv_builder_add_many(words, engine->program, "rm", "--force", "--volumes", NULL);
    /* Otherwise it waits ten seconds for a server that takes its stop signal for a wish. */
    if (engine->is_podman)
        g_strv_builder_add_many(words, "--time", "0", NULL);
    g_strv_builder_add(words, container);
    return g_strv_builder_end(words);
}

static Removal
remove_once(const PgsEngine *engine, const char *container, GError **error)
{
    g_auto(GStrv) words = pgs_engine_removal(engine, container);
    g_autoptr(PgsProcess) command = pgs_process_new(words[0]);
    pgs_process_set_timeout(command, REMOVE_TIMEOUT_MS);
    for (char **word = words + 1; *word != NULL; word++)
        pgs_process_add(command, *word);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_engine_try(engine, command, &result, error))
        return REMOVAL_FAILED;
    /* Versions differ in whether an absence is a failure. */
    g_autofree char *said = g_ascii_strdown(result.errors, -1);
    if (strstr(said, "no such container") != NULL || strstr(said, "no container with") != NULL)
        return REMOVAL_NONE;
    if (strstr(said, "already in progress") != NULL)
        return REMOVAL_GOING;
    if (result.exit_status == 0)
        return result.output_length > 0 ? REMOVAL_DONE : REMOVAL_NONE;
    pgs_engine_set_error(engine, PGS_ENGINE_ASK, NULL, result.errors, error);
    return REMOVAL_FAILED;
}

gboolean
pgs_engine_remove(const PgsEngine *engine, const char *container, gboolean may_come, GError **error)
{
    gint64 begin = g_get_monotonic_time();
    gboolean seen = FALSE;
    for (;;) {
        Removal removal = remove_once(engine, container, error);
        seen = seen || removal == REMOVAL_GOING;
        gint64 spent_ms = (g_get_monotonic_time() - begin) / 1000;
        gboolean stays_away = seen || !may_come || spent_ms >= COMING_MS;
        if (removal == REMOVAL_FAILED)
            return FALSE;
        if (removal == REMOVAL_DONE || (removal == REMOVAL_NONE && stays_away))
            return TRUE;
        if (spent_ms >= REMOVE_TIMEOUT_MS)
            break;
        g_usleep((seen ? GOING_PAUSE_MS : COMING_PAUSE_MS) * 1000);
    }
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "look whether the engine is well, or restart it",
                  "the container %s is still there after %d seconds", container,
                  REMOVE_TIMEOUT_MS / 1000);
    return FALSE;
}

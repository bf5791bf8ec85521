#include "server/kind.h"

#include "base/error.h"
#include "server/server_settings.h"
#include "server/spec.h"

#include <string.h>
#include <unistd.h>

enum {
    START_TIMEOUT_MS = 30 * 1000,
    STATEMENT_TIMEOUT_MS = 60 * 1000,
};

G_DEFINE_QUARK(pgs_server_error, pgs_server_error)

/* All kinds, in the order in which "auto" prefers them. */
static const PgsServerKind *const kinds[] = {&pgs_server_kind_local, &pgs_server_kind_docker,
                                             &pgs_server_kind_podman, &pgs_server_kind_url};

/* A URL says by itself of what kind it is. */
static const char *const schemes[] = {"postgresql://", "postgres://"};

static gboolean
is_url(const char *spec)
{
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_ascii_strncasecmp(spec, schemes[i], strlen(schemes[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

const PgsServerKind *
pgs_server_kind_find(const char *spec, const char **argument, char *separator, GError **error)
{
    gsize length = strcspn(spec, ":=");
    if (is_url(spec)) {
        *separator = ':';
        *argument = spec;
        return &pgs_server_kind_url;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strlen(kinds[i]->name) == length && strncmp(kinds[i]->name, spec, length) == 0) {
            *separator = spec[length];
            *argument = spec[length] != '\0' ? spec + length + 1 : NULL;
            return kinds[i];
        }
    }
    g_autoptr(GString) known = g_string_new("it knows: auto");
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_string_append_printf(known, ", %s (%s)", kinds[i]->usage, kinds[i]->title);
    g_autofree char *shown = pgs_server_spec_show(spec);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, known->str,
                  "this version of pgstair knows no server \"%s\"", shown);
    return NULL;
}

static void
copy_request(PgsServerRequest *copy, const PgsServerRequest *request)
{
    *copy = *request;
    copy->argument = g_strdup(request->argument);
    copy->image = g_strdup(request->image);
    copy->settings = g_strdupv(request->settings);
    copy->setting_places = g_strdupv(request->setting_places);
    copy->locale = g_strdup(request->locale);
    copy->locale_provider = g_strdup(request->locale_provider);
    copy->locale_place = g_strdup(request->locale_place);
}

static void
clear_request(PgsServerRequest *request)
{
    g_free(request->argument);
    g_free(request->image);
    g_strfreev(request->settings);
    g_strfreev(request->setting_places);
    g_free(request->locale_place);
    g_free(request->locale);
    g_free(request->locale_provider);
}

static PgsServer *
server_new(const PgsServerKind *kind, const PgsServerRequest *request, GCancellable *cancellable)
{
    PgsServer *server = g_new0(PgsServer, 1);
    server->kind = kind;
    copy_request(&server->request, request);
    g_set_object(&server->cancellable, cancellable);
    return server;
}

static PgsServer *
start_kind(const PgsServerKind *kind, const PgsServerRequest *request, GCancellable *cancellable,
           GError **error)
{
    g_autoptr(PgsServer) server = server_new(kind, request, cancellable);
    return kind->start(server, error) ? g_steal_pointer(&server) : NULL;
}

/* What is wrong with one kind, behind what is wrong with those before it; the first one's hint
 * stays the only one, since what it asks for is the best that can be done. */
static void
add_reason(GString *reasons, char **hint, const GError *cause)
{
    g_auto(GStrv) parts = g_strsplit(cause->message, "\nHINT: ", 2);
    g_string_append_printf(reasons, "%s%s", reasons->len > 0 ? "\n" : "", parts[0]);
    if (*hint == NULL && parts[1] != NULL)
        *hint = g_strdup(parts[1]);
}

/* The first kind that this machine has; what keeps one of that kind from starting is an error. */
static PgsServer *
start_auto(const PgsServerRequest *request, GCancellable *cancellable, GError **error)
{
    g_autoptr(GString) reasons = g_string_new(NULL);
    g_autofree char *hint = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(GError) cause = NULL;
        if (kinds[i]->auto_reason == NULL)
            continue;
        PgsServer *server = start_kind(kinds[i], request, cancellable, &cause);
        if (server != NULL) {
            g_autofree char *plain = server->description;
            server->description =
                g_strdup_printf("%s; chosen since %s", plain, kinds[i]->auto_reason);
            return server;
        }
        if (!g_error_matches(cause, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return NULL;
        }
        add_reason(reasons, &hint, cause);
    }
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND, hint, "%s", reasons->str);
    return NULL;
}

PgsServer *
pgs_server_start(const PgsServerOptions *options, GCancellable *cancellable, GError **error)
{
    static const PgsServerOptions defaults = {0};
    gint64 begin = g_get_monotonic_time();
    if (options == NULL)
        options = &defaults;
    g_auto(GStrv) settings = pgs_server_settings_adjust(options);
    /* Borrowed here; server_new() copies. */
    PgsServerRequest request = {
        .image = (char *)options->image,
        .settings = settings,
        .setting_places = (char **)options->setting_places,
        .locale = (char *)options->locale,
        .locale_provider = (char *)options->locale_provider,
        .locale_place = (char *)options->locale_place,
        .start_timeout = options->start_timeout != 0 ? options->start_timeout : START_TIMEOUT_MS,
        .statement_timeout =
            options->statement_timeout != 0 ? options->statement_timeout : STATEMENT_TIMEOUT_MS,
        .progress = options->progress,
        .progress_data = options->progress_data,
    };
    PgsServer *server = NULL;
    if (options->spec == NULL || strcmp(options->spec, "auto") == 0) {
        server = start_auto(&request, cancellable, error);
    } else {
        const char *argument = NULL;
        const PgsServerKind *kind =
            pgs_server_kind_find(options->spec, &argument, &request.separator, error);
        request.argument = (char *)argument;
        if (kind != NULL)
            server = start_kind(kind, &request, cancellable, error);
    }
    if (server != NULL)
        server->start_duration = g_get_monotonic_time() - begin;
    return server;
}

PgsServer *
pgs_server_new_attached(const PgsServerKind *kind)
{
    static char *no_settings[] = {NULL};
    PgsServerRequest request = {
        .settings = no_settings,
        .start_timeout = START_TIMEOUT_MS,
        .statement_timeout = STATEMENT_TIMEOUT_MS,
    };
    PgsServer *server = server_new(kind, &request, NULL);
    server->mark = g_strdup_printf("%08x%08x", (guint)getpid(), g_random_int());
    return server;
}

void
pgs_server_stop(PgsServer *server)
{
    if (server == NULL)
        return;
    if (server->data != NULL)
        server->kind->stop(server);
    clear_request(&server->request);
    g_free(server->maintenance);
    g_free(server->mark);
    g_clear_object(&server->cancellable);
    g_free(server->conninfo);
    g_free(server->description);
    g_free(server->version);
    g_free(server->image);
    g_free(server->image_id);
    g_free(server->image_digest);
    g_free(server);
}

PgsServer *
pgs_server_clone(PgsServer *server, GError **error)
{
    gint64 begin = g_get_monotonic_time();
    if (server->kind->clone == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "this server (%s) cannot be copied: others use it", server->description);
        return NULL;
    }
    g_autoptr(PgsServer) clone = server_new(server->kind, &server->request, server->cancellable);
    if (!server->kind->clone(server, clone, error))
        return NULL;
    /* Its databases are there too: new ones need other names. */
    g_atomic_int_set(&clone->next_database, g_atomic_int_get(&server->next_database));
    clone->start_duration = g_get_monotonic_time() - begin;
    return g_steal_pointer(&clone);
}

const char *
pgs_server_conninfo(const PgsServer *server)
{
    return server->conninfo;
}

const char *
pgs_server_description(const PgsServer *server)
{
    return server->description;
}

const char *
pgs_server_kind(const PgsServer *server)
{
    return server->kind->name;
}

const char *
pgs_server_version(const PgsServer *server)
{
    return server->version;
}

int
pgs_server_version_number(const PgsServer *server)
{
    return server->version_number;
}

const char *
pgs_server_image(const PgsServer *server)
{
    return server->image;
}

const char *
pgs_server_image_id(const PgsServer *server)
{
    return server->image_id;
}

const char *
pgs_server_image_digest(const PgsServer *server)
{
    return server->image_digest;
}

gint64
pgs_server_start_duration(const PgsServer *server)
{
    return server->start_duration;
}

char *
pgs_server_log_tail(const PgsServer *server, guint lines)
{
    return server->kind->log_tail(server, lines);
}

gboolean
pgs_server_is_disposable(const PgsServer *server)
{
    return !server->kind->is_foreign;
}

const char *
pgs_server_maintenance_database(const PgsServer *server)
{
    return server->maintenance != NULL ? server->maintenance : "postgres";
}

gboolean
pgs_server_admit(PgsServer *server, const char *role, GCancellable *cancellable, GError **error)
{
    if (server->kind->admit != NULL)
        return server->kind->admit(server, role, cancellable, error);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                  "the role \"%s\" cannot log in to this server (%s)", role, server->description);
    return FALSE;
}

char *
pgs_server_diagnose(PgsServer *server)
{
    return server->kind->diagnose != NULL ? server->kind->diagnose(server) : NULL;
}

char **
pgs_server_inside(const PgsServer *server, gboolean is_terminal)
{
    return server->kind->inside != NULL ? server->kind->inside(server, is_terminal) : NULL;
}

char *
pgs_server_keep(PgsServer *server, const char *database, GError **error)
{
    return server->kind->keep(server, database, error);
}

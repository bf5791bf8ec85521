#include "operate/backup_container.h"

#include "base/embedded.h"
#include "driver/login.h"
#include "server/engine.h"

#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

enum {
    STATEMENT_TIMEOUT_MS = 10 * 1000,
    INSIDE_TIMEOUT_MS = 10 * 1000,
};

/* "NAME|5432/tcp=0.0.0.0:49153 |172.17.0.2 ", a container a line. */
#define FORMAT                                                                                     \
    "{{.Name}}|{{range $port, $all := .NetworkSettings.Ports}}{{range $all}}{{$port}}="            \
    "{{.HostIp}}:{{.HostPort}} {{end}}{{end}}|{{.NetworkSettings.IPAddress}} "                     \
    "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"

/* How the target is reached, and what it is. */
typedef struct {
    char *port;           /* as the client has it */
    char *server_address; /* as the server has it; "" by a socket */
    char *server_port;
    char *identity;
} Place;

static void
place_clear(Place *place)
{
    g_free(place->port);
    g_free(place->server_address);
    g_free(place->server_port);
    g_free(place->identity);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean
ask_place(const PgsDatabase *target, Place *place, GError **error)
{
    g_autoptr(PgsConnection) connection = pgs_login(
        target->server, NULL, target->database, STATEMENT_TIMEOUT_MS, target->cancellable, error);
    if (connection == NULL)
        return FALSE;
    place->port = g_strdup(PQport(pgs_connection_raw(connection)));
    g_autoptr(PGresult) row = pgs_connection_query(
        connection, PGS_SHAPE_ROW, pgs_embedded_find(pgs_operate_files, "server_address.sql"), 0,
        NULL, NULL, error);
    if (row == NULL)
        return FALSE;
    place->server_address = g_strdup(PQgetvalue(row, 0, 0));
    place->server_port = g_strdup(PQgetvalue(row, 0, 1));
    return pgs_connection_value(connection,
                                pgs_embedded_find(pgs_operate_files, "server_identity.sql"),
                                &place->identity, error);
}

/* The running containers, as FORMAT has them; NULL: none, or no engine answers. */
static char *
list_containers(const PgsEngine *engine)
{
    g_autoptr(PgsProcess) list = pgs_engine_command(engine, "ps");
    g_autofree char *ids = NULL;
    pgs_process_add_many(list, "--quiet", "--no-trunc", NULL);
    if (!pgs_engine_run(engine, list, &ids, NULL))
        return NULL;
    g_auto(GStrv) words = g_strsplit(g_strstrip(ids), "\n", -1);
    if (words[0] == NULL || *words[0] == '\0')
        return NULL;
    g_autoptr(PgsProcess) inspect = pgs_engine_command(engine, "container");
    pgs_process_add_many(inspect, "inspect", "--format", FORMAT, NULL);
    for (char **id = words; *id != NULL; id++)
        pgs_process_add(inspect, *id);
    /* One may have ended meanwhile: the others are told all the same. */
    g_auto(PgsProcessResult) result = {0};
    return pgs_engine_try(engine, inspect, &result, NULL) ? g_steal_pointer(&result.output) : NULL;
}

/* The server's port within the container when the target may be reached by it; g_free(). */
static char *
match_container(const Place *place, const char *ports, const char *addresses)
{
    g_auto(GStrv) published = g_strsplit(ports, " ", -1);
    for (char **one = published; *one != NULL; one++) {
        const char *outside = strrchr(*one, ':');
        if (outside != NULL && strcmp(outside + 1, place->port) == 0)
            return g_strndup(*one, strcspn(*one, "/="));
    }
    g_auto(GStrv) known = g_strsplit(addresses, " ", -1);
    gboolean is_there = *place->server_address != '\0' &&
                        g_strv_contains((const char *const *)known, place->server_address);
    return is_there ? g_strdup(place->server_port) : NULL;
}

static gboolean
is_same_server(const PgsDatabase *target, const PgsBackupTools *tools, const Place *place)
{
    g_autoptr(PgsProcess) psql = pgs_backup_tools_command(tools, "psql", target, target->database);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add_many(psql, "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--command",
                         pgs_embedded_find(pgs_operate_files, "server_identity.sql"), NULL);
    pgs_process_set_timeout(psql, INSIDE_TIMEOUT_MS);
    return pgs_process_run_checked(psql, &result, NULL) &&
           strcmp(g_strstrip(result.output), place->identity) == 0;
}

static gboolean
ask_programs(PgsBackupTools *tools)
{
    g_autoptr(PgsProcess) process = pgs_process_new(tools->engine);
    pgs_process_add_many(process, "exec", tools->container, tools->dump, NULL);
    if (!pgs_backup_tools_ask_version(tools, process))
        return FALSE;
    g_autofree char *version = g_steal_pointer(&tools->label);
    tools->label = g_strdup_printf("%s, in the container %s", version, tools->container);
    return TRUE;
}

/* line: as FORMAT has it. */
static PgsBackupTools *
try_container(const PgsDatabase *target, const PgsEngine *engine, const Place *place,
              const char *line)
{
    g_auto(GStrv) fields = g_strsplit(line, "|", 3);
    if (g_strv_length(fields) < 3)
        return NULL;
    g_autofree char *port = match_container(place, fields[1], fields[2]);
    if (port == NULL)
        return NULL;
    g_autoptr(PgsBackupTools) tools = g_new0(PgsBackupTools, 1);
    tools->dump = g_strdup("pg_dump");
    tools->restore = g_strdup("pg_restore");
    tools->engine = g_strdup(pgs_engine_program(engine));
    tools->container = g_strdup(fields[0] + (*fields[0] == '/'));
    tools->port = g_steal_pointer(&port);
    return is_same_server(target, tools, place) && ask_programs(tools) ? g_steal_pointer(&tools)
                                                                       : NULL;
}

PgsBackupTools *
pgs_backup_container_find(const PgsDatabase *target, GError **error)
{
    static const char *const engines[] = {"docker", "podman"};
    g_auto(Place) place = {0};
    if (!ask_place(target, &place, error))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        g_autoptr(PgsEngine) engine = pgs_engine_open(engines[i], NULL);
        g_autofree char *list = engine != NULL ? list_containers(engine) : NULL;
        g_auto(GStrv) lines = g_strsplit(list != NULL ? list : "", "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            PgsBackupTools *tools = try_container(target, engine, &place, *line);
            if (tools != NULL)
                return tools;
        }
    }
    return NULL;
}

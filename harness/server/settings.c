#include "server/settings.h"

#include "base/error.h"
#include "base/text.h"
#include "server/server_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_CONNECTIONS = 100, /* as everywhere */
};

/* Names and values: PostgreSQL's documentation, "Server Configuration". */
static const struct {
    const char *name;
    const char *value;
    int since; /* version number; 0: all */
    /* Not for a container: it is the image's to say, or no value for a shell script to pass on. */
    gboolean own_only;
} settings[] = {
    /* Nobody but who can reach the folder of the socket. */
    {"listen_addresses", "", .own_only = TRUE},
    {"port", "5432", .own_only = TRUE},
    /* Nothing of it is to survive anything. */
    {"fsync", "off"},
    {"full_page_writes", "off"},
    {"synchronous_commit", "off"},
    {"wal_init_zero", "off"},
    {"wal_recycle", "off"},
    {"max_wal_size", "256MB"},
    {"min_wal_size", "32MB", .own_only = TRUE},
    {"checkpoint_timeout", "1h"},
    /* So that whatever a migration makes works: costs nothing measurable against "replica". */
    {"wal_level", "logical"},
    {"max_locks_per_transaction", "256"},
    /* DROP looks through all buffers: with 128MB it took a third longer than with 32MB; the start
     * and bulk loads took the same. */
    {"shared_buffers", "32MB"},
    /* In the data folder, hence removed with it; in /dev/shm they stay behind after SIGKILL, and
     * may not fit. */
    {"dynamic_shared_memory_type", "mmap"},
    {"huge_pages", "off"},
    /* The same every time. */
    {"autovacuum", "off"},
    {"jit", "off"},
    {"timezone", "UTC"},
    {"log_timezone", "UTC"},
    {"datestyle", "ISO, MDY", .own_only = TRUE},
    {"lc_messages", "C"},
    {"default_text_search_config", "pg_catalog.english"},
    /* Its log is evidence. */
    {"log_destination", "stderr"},
    {"logging_collector", "off"},
    {"log_min_messages", "warning"},
    {"log_line_prefix", "%m [%p] %e ", .own_only = TRUE},
    {"log_checkpoints", "off"},
    /* A few processes less to start. */
    {"io_method", "sync", .since = 180000},
    {"update_process_title", "off"},
    {"cluster_name", "pgstair"},
};

/* As guc-file.l reads it: quotes doubled, backslashes too. */
static void
append_setting(GString *text, const char *name, const char *value)
{
    g_string_append_printf(text, "%s = '", name);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            g_string_append_c(text, *value);
        g_string_append_c(text, *value);
    }
    g_string_append(text, "'\n");
}

/* On a machine of many processors a run has many lanes. */
static void
append_connections(GString *conf)
{
    guint needed = pgs_server_settings_connections();
    g_autofree char *value = g_strdup_printf("%u", MAX(needed, DEFAULT_CONNECTIONS));
    append_setting(conf, "max_connections", value);
}

static void
append_project(GString *conf, char *const *project)
{
    if (project != NULL && *project != NULL)
        g_string_append(conf, "# The project's own.\n");
    for (; project != NULL && *project != NULL; project++) {
        const char *value;
        g_autofree char *name = pgs_server_setting_name(*project, &value);
        append_setting(conf, name, value);
    }
}

static gboolean
write_file(const char *data, const char *name, const char *text, const PgsAccount *account,
           GError **error)
{
    g_autofree char *path = g_build_filename(data, name, NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    gssize length = (gssize)strlen(text);
    gboolean written = fd >= 0 && (geteuid() != 0 || fchown(fd, account->uid, account->gid) == 0) &&
                       write(fd, text, (gsize)length) == length;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (!written)
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "could not write \"%s\": %s", path, g_strerror(reason));
    return written;
}

gboolean
pgs_settings_write(const char *data, const char *socket_folder, const PgsAccount *account,
                   int version_number, char *const *project, GError **error)
{
    g_autoptr(GString) conf = g_string_new("# Made by pgstair.\n");
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (version_number >= settings[i].since)
            append_setting(conf, settings[i].name, settings[i].value);
    }
    append_setting(conf, "unix_socket_directories", socket_folder);
    /* The last of a name is the one that counts. */
    append_connections(conf);
    append_project(conf, project);
    /* "peer": the kernel says who connects. */
    static const char hba[] = "local all all peer map=pgstair\n"
                              "local replication all peer map=pgstair\n";
    /* pg_ident.conf quotes as SQL does: a name in double quotes stands for itself. */
    g_autofree char *user = pgs_text_identifier(account->user_name);
    /* In as any role of this server, so that migrations can be an ordinary one's (cycle/login.c).
     * Up to 15 such a line has no word for that, and login.c adds one for each role. */
    g_autofree char *ident =
        g_strdup_printf("pgstair %s %s\n", user, version_number >= 160000 ? "all" : "postgres");
    return write_file(data, "postgresql.conf", conf->str, account, error) &&
           write_file(data, "pg_hba.conf", hba, account, error) &&
           write_file(data, "pg_ident.conf", ident, account, error);
}

static void
add_argument(GPtrArray *arguments, const char *name, const char *value)
{
    g_ptr_array_add(arguments, g_strdup("-c"));
    g_ptr_array_add(arguments, g_strdup_printf("%s=%s", name, value));
}

void
pgs_settings_add_arguments(GPtrArray *arguments, int major)
{
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (!settings[i].own_only && major * 10000 >= settings[i].since)
            add_argument(arguments, settings[i].name, settings[i].value);
    }
    g_autofree char *connections =
        g_strdup_printf("%u", MAX(pgs_server_settings_connections(), DEFAULT_CONNECTIONS));
    add_argument(arguments, "max_connections", connections);
}

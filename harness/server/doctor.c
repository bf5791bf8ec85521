#include "server/doctor.h"

#include "base/fs.h"
#include "base/text.h"
#include "server/account.h"
#include "server/custody.h"
#include "server/image.h"
#include "server/installation.h"
#include "server/place.h"
#include "server/template.h"

#include <string.h>

#define MEBIBYTE (1024 * 1024)

static void
line_free(PgsDoctorLine *line)
{
    g_free(line->text);
    g_free(line->hint);
    g_free(line);
}

/* Takes text and hint. */
static void
add_line(GPtrArray *lines, const char *topic, PgsDoctorLevel level, char *text, char *hint)
{
    PgsDoctorLine *line = g_new0(PgsDoctorLine, 1);
    line->topic = topic;
    line->level = level;
    line->text = text;
    line->hint = hint;
    g_ptr_array_add(lines, line);
}

/* A problem out of an error, whose hint is its last line. */
static void
add_error(GPtrArray *lines, const char *topic, const GError *error)
{
    const char *hint = g_strrstr(error->message, "\nHINT: ");
    gsize length = hint != NULL ? (gsize)(hint - error->message) : strlen(error->message);
    add_line(lines, topic, PGS_DOCTOR_PROBLEM, g_strndup(error->message, length),
             hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL);
}

/* FALSE: there is none at all, so that containers are what is left. */
static gboolean
examine_installations(GPtrArray *lines)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsInstallation) chosen = pgs_installation_find(0, &error);
    if (chosen == NULL) {
        add_error(lines, "PostgreSQL", error);
        return !g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND);
    }
    g_autoptr(GPtrArray) all = pgs_installation_find_all();
    for (guint i = 0; i < all->len; i++) {
        const PgsInstallation *installation = g_ptr_array_index(all, i);
        gboolean is_chosen = strcmp(installation->bindir, chosen->bindir) == 0;
        add_line(lines, "PostgreSQL", PGS_DOCTOR_OK,
                 g_strdup_printf("%s in %s (%s)%s", installation->version, installation->bindir,
                                 installation->found_by,
                                 is_chosen && all->len > 1 ? ", used by default" : ""),
                 NULL);
    }
    g_autofree char *psql = pgs_installation_program(chosen, "psql");
    if (psql != NULL)
        add_line(lines, "psql", PGS_DOCTOR_OK, g_strdup(psql), NULL);
    else
        add_line(lines, "psql", PGS_DOCTOR_NOTE,
                 g_strdup_printf("there is none in %s", chosen->bindir),
                 g_strdup("\"pgstair shell\" needs it: install PostgreSQL's client programs"));
    return TRUE;
}

static void
examine_account(GPtrArray *lines, const PgsAccount *account)
{
    add_line(lines, "account", PGS_DOCTOR_OK,
             g_strdup_printf("servers run as %s (%s)", account->name, account->why), NULL);
}

static char *
describe_place(const PgsPlace *place)
{
    g_autofree char *name = strcmp(place->named, place->path) == 0
                                ? g_strdup(place->path)
                                : g_strdup_printf("%s ($%s)", place->path, place->named);
    return g_strdup_printf("%s: in %s, %" G_GUINT64_FORMAT " MB free", name,
                           place->is_memory ? "memory" : "files on disk",
                           (guint64)(place->free_bytes / MEBIBYTE));
}

static void
examine_socket(GPtrArray *lines, const PgsPlace *place)
{
    g_autofree char *folder = g_strdup_printf("%s/pgstair-%u-XXXXXX", place->path, G_MAXUINT32);
    if (pgs_place_fits_socket(folder))
        add_line(lines, "socket", PGS_DOCTOR_OK, g_strdup("in the run folder"), NULL);
    else
        add_line(
            lines, "socket", PGS_DOCTOR_OK,
            g_strdup_printf("in a folder of its own under " PGS_PLACE_FOR_SOCKETS
                            ", since the run folder's path does not fit a socket (%" G_GSIZE_FORMAT
                            " bytes)",
                            strlen(folder)),
            NULL);
}

static void
examine_places(GPtrArray *lines, const PgsAccount *account)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsPlace) chosen = pgs_place_choose(account, &error);
    if (chosen == NULL) {
        add_error(lines, "run folder", error);
        return;
    }
    add_line(lines, "run folder", chosen->is_memory ? PGS_DOCTOR_OK : PGS_DOCTOR_NOTE,
             describe_place(chosen),
             chosen->is_memory ? NULL
                               : g_strdup("a run is faster with its data in memory: give /dev/shm "
                                          "512 MB or more (docker run --shm-size=1g), or name a "
                                          "folder on a tmpfs in PGSTAIR_RUNDIR"));
    /* Those before it in the order, with the reason. */
    g_autoptr(GPtrArray) places = pgs_place_examine(account);
    for (guint i = 0; i < places->len; i++) {
        const PgsPlace *place = g_ptr_array_index(places, i);
        if (place->why_not == NULL)
            break;
        if (place->path != NULL)
            add_line(lines, "run folder", PGS_DOCTOR_NOTE,
                     g_strdup_printf("%s is passed over: %s", place->path, place->why_not), NULL);
    }
    examine_socket(lines, chosen);
}

static void
examine_shared_memory(GPtrArray *lines)
{
    if (!pgs_fs_is_memory("/dev/shm")) {
        add_line(lines, "/dev/shm", PGS_DOCTOR_NOTE, g_strdup("not there, or not in memory"), NULL);
        return;
    }
    add_line(lines, "/dev/shm", PGS_DOCTOR_OK,
             g_strdup_printf("%" G_GUINT64_FORMAT " MB free",
                             (guint64)(pgs_fs_free_bytes("/dev/shm") / MEBIBYTE)),
             NULL);
}

static void
examine_cache(GPtrArray *lines)
{
    g_autofree char *reasons = NULL;
    g_autofree char *cache = pgs_template_find_cache(&reasons);
    if (cache == NULL) {
        add_line(lines, "template cache", PGS_DOCTOR_NOTE,
                 g_strdup_printf("there is no place for one (%s)", reasons),
                 g_strdup("each start takes half a second more: name a folder that only you can "
                          "write to in XDG_CACHE_HOME"));
        return;
    }
    guint64 bytes = 0;
    guint count = pgs_template_count(cache, &bytes);
    g_autofree char *templates = pgs_text_count(count, "template", NULL);
    add_line(lines, "template cache", PGS_DOCTOR_OK,
             count > 0 ? g_strdup_printf("%s: %s, %" G_GUINT64_FORMAT " MB", cache, templates,
                                         (guint64)(bytes / MEBIBYTE))
                       : g_strdup_printf("%s: empty, the first start fills it", cache),
             NULL);
    g_auto(GStrv) passed = g_strsplit(reasons, "\n", -1);
    for (char **reason = passed; *reason != NULL && **reason != '\0'; reason++)
        add_line(lines, "template cache", PGS_DOCTOR_NOTE,
                 g_strdup_printf("passed over: %s", *reason), NULL);
}

/* Of an engine that is there: its version, and which images of PostgreSQL it has.  One that is not
 * is no fault of the machine.  Whether it answers. */
static gboolean
examine_engine(GPtrArray *lines, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = pgs_engine_open(name, &error);
    g_autofree char *version = engine != NULL ? pgs_engine_ask_version(engine, &error) : NULL;
    g_auto(GStrv) images = version != NULL ? pgs_image_list(engine, &error) : NULL;
    if (images == NULL) {
        guint before = lines->len;
        add_error(lines, name, error);
        PgsDoctorLine *line = g_ptr_array_index(lines, before);
        line->level = PGS_DOCTOR_NOTE;
        return FALSE;
    }
    add_line(lines, name, PGS_DOCTOR_OK,
             g_strdup_printf("version %s (%s)", version, pgs_engine_program(engine)), NULL);
    g_autofree char *list = g_strjoinv(", ", images);
    if (*list != '\0')
        add_line(lines, name, PGS_DOCTOR_OK, g_strdup_printf("images: %s", list), NULL);
    else
        add_line(lines, name, PGS_DOCTOR_NOTE, g_strdup("it has no image of PostgreSQL yet"),
                 g_strdup_printf("\"--server %s:15\" pulls one; without a registry: "
                                 "ci/images/build 15 --engine %s",
                                 name, name));
    return TRUE;
}

static void
examine_supervisor(GPtrArray *lines)
{
    g_autofree char *places = NULL;
    g_autofree char *program = pgs_custody_find_supervisor(&places);
    if (program != NULL)
        add_line(lines, "supervisor", PGS_DOCTOR_OK, g_strdup(program), NULL);
    else
        add_line(lines, "supervisor", PGS_DOCTOR_PROBLEM,
                 g_strdup_printf("pgstair-supervisor was not found (looked for %s)", places),
                 g_strdup("install pgstair whole, or name the program in PGSTAIR_SUPERVISOR"));
}

GPtrArray *
pgs_doctor_examine(void)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
    gboolean has_any = examine_installations(lines);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsAccount) account = pgs_account_choose(&error);
    if (account != NULL) {
        examine_account(lines, account);
        examine_places(lines, account);
    } else {
        add_error(lines, "account", error);
    }
    examine_shared_memory(lines);
    examine_cache(lines);
    examine_supervisor(lines);
    gboolean has_docker = examine_engine(lines, "docker");
    gboolean has_podman = examine_engine(lines, "podman");
    if (!has_any && (has_docker || has_podman))
        ((PgsDoctorLine *)g_ptr_array_index(lines, 0))->level = PGS_DOCTOR_NOTE;
    return lines;
}

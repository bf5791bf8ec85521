#include "server/liveness.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* From "state" on, which is the third (proc(5), /proc/PID/stat). */
enum {
    FIELD_STATE = 0,
    FIELD_START = 19,
};

guint64
pgs_liveness_start(int pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
    g_autofree char *line = NULL;
    if (!g_file_get_contents(path, &line, NULL, NULL))
        return 0;
    /* "pid (name) state …"; the name may hold anything. */
    const char *rest = strrchr(line, ')');
    if (rest == NULL || rest[1] != ' ')
        return 0;
    g_auto(GStrv) fields = g_strsplit(rest + 2, " ", -1);
    if (g_strv_length(fields) <= FIELD_START || strchr("ZX", *fields[FIELD_STATE]) != NULL)
        return 0;
    return g_ascii_strtoull(fields[FIELD_START], NULL, 10);
}

/* "boot=… ns=…", which two processes share that can see each other's numbers. */
static char *
describe_place(void)
{
    g_autofree char *boot = NULL;
    g_autofree char *space = g_file_read_link("/proc/self/ns/pid", NULL);
    if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
        g_strchomp(boot);
    return g_strdup_printf("boot=%s ns=%s", boot != NULL ? boot : "unknown",
                           space != NULL ? space : "unknown");
}

char *
pgs_liveness_describe(int pid)
{
    g_autofree char *place = describe_place();
    return g_strdup_printf("pid=%d start=%" G_GUINT64_FORMAT " %s", pid, pgs_liveness_start(pid),
                           place);
}

/* The number after "name="; *text is moved behind it and the space after it. */
static gboolean
take_number(const char **text, const char *name, guint64 *number)
{
    if (!g_str_has_prefix(*text, name))
        return FALSE;
    char *end;
    const char *digits = *text + strlen(name);
    errno = 0;
    *number = g_ascii_strtoull(digits, &end, 10);
    if (!g_ascii_isdigit(*digits) || *end != ' ' || errno != 0 || *number == 0)
        return FALSE;
    *text = end + 1;
    return TRUE;
}

PgsLiveness
pgs_liveness_judge(const char *text)
{
    guint64 pid, start;
    if (text == NULL || !take_number(&text, "pid=", &pid) ||
        !take_number(&text, "start=", &start) || pid > G_MAXINT)
        return PGS_LIVENESS_UNKNOWN;
    /* Another boot may be another machine's as well as this one's before its restart. */
    g_autofree char *place = describe_place();
    if (strcmp(text, place) != 0 || strstr(place, "unknown") != NULL)
        return PGS_LIVENESS_UNKNOWN;
    guint64 found = pgs_liveness_start((int)pid);
    if (found == start)
        return PGS_LIVENESS_LIVES;
    /* /proc can hide other users' processes (its mount option "hidepid"). */
    if (found == 0 && kill((pid_t)pid, 0) != 0 && errno == EPERM)
        return PGS_LIVENESS_UNKNOWN;
    return PGS_LIVENESS_GONE;
}

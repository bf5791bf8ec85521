#include "operate/backup_toc.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    LIST_TIMEOUT_MS = 60 * 1000,
    MAGIC_BYTES = 512,
};

void
pgs_backup_toc_free(PgsBackupToc *toc)
{
    if (toc == NULL)
        return;
    g_free(toc->database);
    g_free(toc->made_at);
    g_free(toc->server_version);
    g_free(toc->dump_version);
    g_free(toc);
}

/* ---- what pg_restore says ---- */

/* What follows word in a line of the head, "; Archive created at …"; NULL: another line. */
static char *
take_fact(const char *line, const char *word)
{
    line += strspn(line, "; ");
    return g_str_has_prefix(line, word) ? g_strstrip(g_strdup(line + strlen(word))) : NULL;
}

static void
take_head(PgsBackupToc *toc, const char *line)
{
    const struct {
        const char *word;
        char **field;
    } facts[] = {
        {"Archive created at ", &toc->made_at},
        {"dbname: ", &toc->database},
        {"Dumped from database version: ", &toc->server_version},
        {"Dumped by pg_dump version: ", &toc->dump_version},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
        if (*facts[i].field == NULL)
            *facts[i].field = take_fact(line, facts[i].word);
    }
}

/* "214; 1259 16385 TABLE public a postgres" */
static void
take_entry(PgsBackupToc *toc, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 6);
    if (g_strv_length(words) < 4 || !g_ascii_isdigit(*line))
        return;
    toc->n_entries++;
    if (strcmp(words[3], "TABLE") != 0 || words[4] == NULL)
        return;
    if (strcmp(words[4], "DATA") == 0 && words[5] != NULL)
        toc->n_contents++;
    else if (strcmp(words[4], "ATTACH") != 0)
        toc->n_tables++;
}

PgsBackupToc *
pgs_backup_toc_parse(const char *list)
{
    PgsBackupToc *toc = g_new0(PgsBackupToc, 1);
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line == ';')
            take_head(toc, *line);
        else
            take_entry(toc, *line);
    }
    return toc;
}

/* ---- files that are none ---- */

typedef struct {
    const char *words; /* in what pg_restore says */
    const char *message, *hint;
} Refusal;

static const Refusal refusals[] = {
    {"text format dump", "is SQL in plain text, no archive",
     "psql restores it, into a database of its own: psql --set ON_ERROR_STOP=1 --file FILE"},
    {"unsupported version", "was made by a newer pg_dump than this pg_restore can read",
     "install the client programs of that version, or name them with PGSTAIR_PG_DUMP=PATH"},
    {"does not appear to be a valid archive", "is no archive of pg_dump's", NULL},
    {"too short", "is no archive of pg_dump's, or only its beginning", NULL},
    {"end of file", "is cut off: it was not written to its end, or not copied whole",
     "take another backup"},
};

static void
set_refusal(const char *path, const char *words, GError **error)
{
    const Refusal *refusal = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(refusals) && refusal == NULL; i++) {
        if (strstr(words, refusals[i].words) != NULL)
            refusal = &refusals[i];
    }
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_BACKUP,
                  refusal != NULL ? refusal->hint : NULL, "%s %s\n%s", path,
                  refusal != NULL ? refusal->message : "cannot be read back", words);
}

/* With the file as its standard input: a container has other files. */
static gboolean
run_reader(PgsProcess *process, const char *path, PgsProcessResult *result, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_BACKUP, NULL,
                      "%s cannot be opened: %s", path, g_strerror(errno));
        return FALSE;
    }
    pgs_process_take_input(process, fd);
    if (!pgs_process_run(process, result, error)) {
        if (error != NULL &&
            g_error_matches(*error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED)) {
            g_clear_error(error);
            pgs_error_set(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED, NULL,
                          "interrupted while %s was read: nothing was changed", path);
        }
        return FALSE;
    }
    if (result->exit_status == 0)
        return TRUE;
    g_autofree char *words = pgs_backup_tools_words(NULL, result->errors);
    set_refusal(path, words, error);
    return FALSE;
}

PgsBackupToc *
pgs_backup_toc_read(const PgsBackupTools *tools, const char *path, GCancellable *cancellable,
                    GError **error)
{
    g_autoptr(PgsProcess) process = pgs_backup_tools_reader(tools, cancellable);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add(process, "--list");
    pgs_process_set_timeout(process, LIST_TIMEOUT_MS);
    return run_reader(process, path, &result, error) ? pgs_backup_toc_parse(result.output) : NULL;
}

gboolean
pgs_backup_toc_prove(const PgsBackupTools *tools, const char *path, guint timeout,
                     GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsProcess) process = pgs_backup_tools_reader(tools, cancellable);
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add(process, "--file=/dev/null");
    pgs_process_set_timeout(process, timeout);
    return run_reader(process, path, &result, error);
}

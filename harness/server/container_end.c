#include "server/container_end.h"

#include "base/error.h"
#include "server/log.h"

#include <signal.h>
#include <string.h>

enum {
    ERROR_LOG_LINES = 15,  /* of the log in an error message */
    SCRIPT_LOG_LINES = 50, /* in which a script of the image may be named */
};

#define HINT_MEMORY                                                                                \
    "\"%s events --since 10m --until 0s\" tells who ended it, and \"sudo dmesg\" whether the "     \
    "kernel did for want of memory: then end what takes it, or give the engine more"
#define HINT_CONTRACT "is it an image that keeps the contract of the official image \"postgres\"?"
#define HINT_TIME "give the start more time: --start-timeout 2min"

/* ----------------------------------------------------------------------------- of its status -- */

char *
pgs_container_describe_end(int status)
{
    /* 125 to 127: docker-run(1); above 128: a signal. */
    static const struct {
        int status;
        const char *meaning;
    } meanings[] = {
        {0, "it was stopped, or came to its own end"},
        {125, "the engine refused it, or has ended"},
        {126, "the image's program cannot be run"},
        {127, "the image lacks the program that it starts with"},
        {128 + SIGINT, "interrupted"},
        {128 + SIGQUIT, "ended by SIGQUIT"},
        {128 + SIGABRT, "it aborted"},
        {128 + SIGKILL, "killed: by somebody, or since there was no memory left"},
        {128 + SIGSEGV, "it crashed"},
        {128 + SIGTERM, "ended by SIGTERM"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(meanings); i++) {
        if (meanings[i].status == status)
            return g_strdup_printf("ended with status %d: %s", status, meanings[i].meaning);
    }
    return g_strdup_printf("ended with status %d", status);
}

char *
pgs_container_advise_end(const PgsContainer *container, int status)
{
    /* The container is gone already, and cannot be asked. */
    return status == 128 + SIGKILL
               ? g_strdup_printf(HINT_MEMORY, pgs_engine_name(container->engine))
               : NULL;
}

/* ----------------------------------------------------------------------------- of the engine -- */

/* One that was stopped took its containers with it; one that was killed, or that only hangs, may
 * not have. */
char *
pgs_container_describe_lost_engine(PgsContainer *container, const GError *error)
{
    const char *link = strstr(error->message, "\nHINT: ") != NULL ? "; " : "\nHINT: ";
    container->told_lost = TRUE;
    return g_strdup_printf("%s%sshould the container %s still be there then, the next start "
                           "removes it (or: pgstair server sweep)",
                           error->message, link, container->name);
}

/* An engine that is stopped ends its containers first, and then looks as if each had been killed.
 */
static gboolean
blame_engine(PgsContainer *container, GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (pgs_engine_answers(container->engine, &cause) ||
        !g_error_matches(cause, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND))
        return FALSE;
    g_autofree char *text = pgs_container_describe_lost_engine(container, cause);
    g_set_error(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_GONE,
                "the engine has ended in the midst of a container's start: %s", text);
    return TRUE;
}

/* ------------------------------------------------------------------------- of its start's log --
 */

/* The script of the image that its entry point was at last, when it did not get past it; NULL:
 * none.  g_free(). */
static char *
find_script(const PgsContainer *container)
{
    g_autofree char *log = pgs_log_tail(container->log, SCRIPT_LOG_LINES);
    const char *script = g_strrstr(log, "/docker-entrypoint-initdb.d/");
    if (script == NULL || strstr(script, "init process complete") != NULL)
        return NULL;
    return g_strndup(script, strcspn(script, ": \t\n'\""));
}

/* What is wrong, and what to do. */
typedef struct {
    PgsServerError code;
    char *message; /* or NULL */
    char *hint;    /* or NULL */
} Verdict;

static void
verdict_clear(Verdict *verdict)
{
    g_free(verdict->message);
    g_free(verdict->hint);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verdict, verdict_clear)

static void
judge_words(const PgsContainer *container, const PgsEngineWords *words, Verdict *verdict)
{
    const char *engine = pgs_engine_name(container->engine);
    verdict->code = words->code;
    verdict->message = pgs_engine_words_fill(words->message, engine, container->image->name, NULL);
    verdict->hint = pgs_engine_words_fill(words->hint, engine, container->image->name, NULL);
}

static void
judge_script(const char *script, gboolean ended, Verdict *verdict)
{
    verdict->message =
        ended ? g_strdup_printf("an initdb script of the image failed (%s)", script)
              : g_strdup_printf("an initdb script of the image still runs (%s)", script);
    verdict->hint =
        g_strdup(ended ? "its log tells what is wrong with it: mend the script, and make "
                         "the image anew"
                       : HINT_TIME);
}

/* status -1: it has not ended. */
static void
judge(const PgsContainer *container, const char *tail, int status, Verdict *verdict)
{
    gboolean refused = status >= 125 && status <= 127;
    /* Of a script that the entry point reads, what its shell says may be the end. */
    gboolean is_own_end = status > 0 && status <= 127 && status != 125;
    const PgsEngineWords *words =
        pgs_engine_words_find(tail, refused ? PGS_ENGINE_RUN : PGS_ENGINE_SERVER);
    if (words == NULL)
        words = pgs_engine_words_find(tail, refused ? PGS_ENGINE_SERVER : PGS_ENGINE_RUN);
    g_autofree char *script = is_own_end || status < 0 ? find_script(container) : NULL;
    gboolean is_shortage = words != NULL && words->code == PGS_SERVER_ERROR_SHORTAGE;
    verdict->code = PGS_SERVER_ERROR_START;
    if (script != NULL && !is_shortage)
        judge_script(script, status >= 0, verdict);
    else if (words != NULL)
        judge_words(container, words, verdict);
    else if (status < 0)
        verdict->hint = g_strdup(HINT_CONTRACT " One that only needs longer: --start-timeout 2min");
    else if (status < 125)
        verdict->hint = g_strdup(HINT_CONTRACT);
    else
        verdict->hint = pgs_container_advise_end(container, status);
}

void
pgs_container_set_start_error(PgsContainer *container, const char *what, GError **error)
{
    if (blame_engine(container, error))
        return;
    g_autofree char *tail = pgs_log_tail(container->log, ERROR_LOG_LINES);
    int status = -1;
    gboolean ended = container->process.pid != 0 &&
                     pgs_custody_has_ended(container->custody, &container->process, &status);
    g_auto(Verdict) verdict = {0};
    judge(container, tail, ended ? MAX(status, 0) : -1, &verdict);
    g_autofree char *end = ended ? pgs_container_describe_end(status) : NULL;
    g_autofree char *about = ended ? g_strdup_printf("the container %s", end) : g_strdup(what);
    pgs_error_set(error, PGS_SERVER_ERROR, verdict.code, verdict.hint,
                  "%s%s%s (image \"%s\", %s)%s%s", verdict.message != NULL ? verdict.message : "",
                  verdict.message != NULL ? ": " : "", about, container->image->name,
                  pgs_engine_name(container->engine),
                  *tail != '\0' ? "; its log ends with\n" : "; its log is empty", tail);
}

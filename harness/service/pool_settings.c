#include "service/pool_settings.h"

#include "pg/url_words.h"
#include "service/pool_memory.h"
#include "service/pool_startup.h"
#include "service/pool_url.h"
#include "service/problem.h"

#include <stdlib.h>
#include <string.h>

/* More are a slip of somebody's: no server has room for them. */
#define MOST_CONNECTIONS 100000

/* Room for what is set beside the connection string's own. */
#define N_FURTHER 4

static void
add(PgsPoolSettings *settings, size_t *n, const char *keyword, const char *value)
{
    if (value == NULL)
        return;
    settings->keywords[*n] = pgs_memory_copy(keyword);
    settings->values[(*n)++] = pgs_memory_copy(value);
}

/* The server's switches for a session: the connection string's, or else the environment's. */
static const char *
given_switches(const PQconninfoOption *parsed)
{
    const char *given = pgs_url_value(parsed, "options");
    return given != NULL ? given : getenv("PGOPTIONS");
}

/*
 * As the session's own defaults, which DISCARD ALL comes back to.  Who sets options here replaces
 * those of PGOPTIONS, so they are repeated; the last of a name holds.
 */
static char *
all_switches(const PgsPoolSettings *settings, const char *given, int is_given)
{
    if (settings->statement_timeout < 0 || is_given)
        return pgs_memory_copy(given);
    return pgs_memory_format("%s%s-c statement_timeout=%ld", given != NULL ? given : "",
                             given != NULL ? " " : "", settings->statement_timeout);
}

/* A limit that the switches say is not replaced by a default: it is the client's as well. */
static char *
settle_switches(PgsPoolSettings *settings, const PQconninfoOption *parsed,
                const PgsPoolOptions *options)
{
    const char *given = given_switches(parsed);
    long limit = given != NULL ? pgs_pool_startup_timeout(given) : -1;
    int is_given = options->statement_timeout == 0 && limit >= 0;
    if (is_given)
        settings->statement_timeout = limit > 0 ? limit : -1;
    return all_switches(settings, given, is_given);
}

static void
take_parsed(PgsPoolSettings *settings, const PQconninfoOption *parsed,
            const PgsPoolOptions *options)
{
    const char *name = options->name;
    size_t room = N_FURTHER + 1, n = 0;
    char *switches = settle_switches(settings, parsed, options);
    for (const PQconninfoOption *option = parsed; option->keyword != NULL; option++)
        room++;
    settings->keywords = pgs_memory_new(room, sizeof *settings->keywords);
    settings->values = pgs_memory_new(room, sizeof *settings->values);
    for (; parsed->keyword != NULL; parsed++) {
        if (strcmp(parsed->keyword, "options") != 0 &&
            (name == NULL || strcmp(parsed->keyword, "application_name") != 0))
            add(settings, &n, parsed->keyword, parsed->val);
    }
    add(settings, &n, "application_name", name);
    add(settings, &n, "fallback_application_name", "pgstair");
    add(settings, &n, "options", switches);
    free(switches);
}

static long
or_default(int given, long fallback)
{
    return given == 0 ? fallback : given;
}

static int
take_numbers(PgsPoolSettings *settings, const PgsPoolOptions *options, PgsProblem **problem)
{
    settings->size = (int)or_default(options->size, 10);
    settings->overflow = options->overflow < 0 ? 0 : (int)or_default(options->overflow, 10);
    settings->retries = options->retries < 0 ? 0 : (int)or_default(options->retries, 5);
    settings->recycle = options->recycle < 0 ? -1 : or_default(options->recycle, 1800) * 1000;
    settings->timeout = options->timeout < 0 ? -1 : or_default(options->timeout, 30000);
    settings->statement_timeout =
        options->statement_timeout < 0 ? -1 : or_default(options->statement_timeout, 30000);
    if (settings->size < 1 || options->connect_timeout < 0) {
        pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", NULL,
                        "a pool's size and connect_timeout cannot be negative");
        return 0;
    }
    if (settings->size <= MOST_CONNECTIONS && settings->overflow <= MOST_CONNECTIONS)
        return 1;
    pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", NULL,
                    "a pool's size and its overflow cannot be above %d", MOST_CONNECTIONS);
    return 0;
}

static long
connect_timeout(const PgsPoolOptions *options, const PQconninfoOption *parsed)
{
    const char *given = pgs_url_value(parsed, "connect_timeout");
    long seconds = options->connect_timeout;
    if (seconds == 0 && given != NULL)
        seconds = strtol(given, NULL, 10);
    return (seconds > 0 ? seconds : 10) * 1000;
}

int
pgs_pool_settings_read(PgsPoolSettings *settings, const PgsPoolOptions *options,
                       PgsProblem **problem)
{
    static const PgsPoolOptions none;
    memset(settings, 0, sizeof *settings);
    if (options == NULL)
        options = &none;
    const char *url = options->url != NULL ? options->url : getenv("DATABASE_URL");
    if (url == NULL || *url == '\0') {
        pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", "Set DATABASE_URL, or the option url.",
                        "no database is named");
        return 0;
    }
    if (!take_numbers(settings, options, problem))
        return 0;
    PQconninfoOption *parsed = pgs_pool_url_parse(url, problem);
    if (parsed == NULL)
        return 0;
    settings->connect_timeout = connect_timeout(options, parsed);
    take_parsed(settings, parsed, options);
    PQconninfoFree(parsed);
    return 1;
}

void
pgs_pool_settings_clear(PgsPoolSettings *settings)
{
    for (size_t i = 0; settings->keywords != NULL && settings->keywords[i] != NULL; i++) {
        /* A password does not stay in memory that is free. */
        explicit_bzero(settings->values[i], strlen(settings->values[i]));
        free(settings->keywords[i]);
        free(settings->values[i]);
    }
    free(settings->keywords);
    free(settings->values);
    memset(settings, 0, sizeof *settings);
}

/* Of the words that have an entry for each host. */
static int
is_list(const char *keyword)
{
    static const char *const lists[] = {"host", "hostaddr", "port"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(keyword, lists[i]) == 0)
            return 1;
    }
    return 0;
}

static int
count_commas(const char *text)
{
    int n = 0;
    for (; *text != '\0'; text++)
        n += *text == ',';
    return n;
}

int
pgs_pool_settings_hosts(const PgsPoolSettings *settings)
{
    int most = 1;
    for (size_t i = 0; settings->keywords[i] != NULL; i++) {
        int n = count_commas(settings->values[i]) + 1;
        if (n > most && is_list(settings->keywords[i]))
            most = n;
    }
    return most;
}

void
pgs_pool_settings_rotate(PgsPoolSettings *settings)
{
    for (size_t i = 0; settings->keywords[i] != NULL; i++) {
        char *value = settings->values[i], *comma = strchr(value, ',');
        if (comma == NULL || !is_list(settings->keywords[i]))
            continue;
        settings->values[i] = pgs_memory_format("%s,%.*s", comma + 1, (int)(comma - value), value);
        free(value);
    }
}

#include "pgstair/pool.h"

#include "service/pool_answer.h"
#include "service/pool_clock.h"
#include "service/pool_limits.h"
#include "service/pool_memory.h"
#include "service/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the UTF-8 character at text, or 0 when it is none: a server's message before the
 * encoding is agreed on may be in any. */
static size_t
character_length(const unsigned char *text)
{
    static const struct {
        unsigned char mask, lead, low, high; /* of the second byte */
        size_t length;
    } kinds[] = {
        {0x80, 0x00, 0x00, 0x00, 1}, {0xff, 0xe0, 0xa0, 0xbf, 3}, {0xff, 0xed, 0x80, 0x9f, 3},
        {0xff, 0xf0, 0x90, 0xbf, 4}, {0xff, 0xf4, 0x80, 0x8f, 4}, {0xe0, 0xc0, 0x80, 0xbf, 2},
        {0xf0, 0xe0, 0x80, 0xbf, 3}, {0xf8, 0xf0, 0x80, 0xbf, 4},
    };
    if (*text == 0xc0 || *text == 0xc1 || *text > 0xf4)
        return 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if ((*text & kinds[i].mask) != kinds[i].lead)
            continue;
        if (kinds[i].length > 1 && (text[1] < kinds[i].low || text[1] > kinds[i].high))
            return 0;
        for (size_t n = 2; n < kinds[i].length; n++) {
            if ((text[n] & 0xc0) != 0x80)
                return 0;
        }
        return kinds[i].length;
    }
    return 0;
}

/* text inside a JSON string's quotes; free(). */
static char *
escape(const char *text)
{
    char *escaped = pgs_memory_new(strlen(text) * 6 + 1, 1), *at = escaped;
    while (*text != '\0') {
        size_t length = character_length((const unsigned char *)text);
        if (length == 0)
            at += sprintf(at, "\\ufffd");
        else if (length == 1 && (*text == '"' || *text == '\\'))
            at += sprintf(at, "\\%c", *text);
        else if (length == 1 && ((unsigned char)*text < 0x20 || *text == 0x7f))
            at += sprintf(at, "\\u%04x", (unsigned)*text);
        else {
            memcpy(at, text, length);
            at += length;
        }
        text += length > 0 ? length : 1;
    }
    return escaped;
}

static char *
ready_json(const PgsProblem *problem)
{
    if (problem == NULL)
        return pgs_memory_copy("{\"postgres\": \"ok\"}");
    char *message = escape(pgs_problem_message(problem));
    char *json = pgs_memory_format("{\"postgres\": \"error: %s\"}", message);
    free(message);
    return json;
}

int
pgs_pool_ready(PgsPool *pool, char **json, PgsProblem **problem)
{
    PgsProblem *found = NULL;
    long start = pgs_clock();
    PGconn *connection = pgs_pool_acquire(pool, &found);
    if (connection != NULL)
        pgs_answer_done(connection, "SELECT 1", pgs_clock_after(start, pgs_pool_patience(pool)),
                        &found);
    pgs_pool_release(pool, connection);
    int is_ready = found == NULL;
    if (json != NULL)
        *json = ready_json(found);
    pgs_problem_hand_over(problem, found);
    return is_ready;
}

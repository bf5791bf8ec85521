#ifndef PGS_SERVER_ENGINE_WORDS_H
#define PGS_SERVER_ENGINE_WORDS_H

#include "server/server.h"

/*
 * What container engines, and servers within containers, say when something goes wrong, as a
 * message and a hint for a person.
 */

/* What was being done, as one bit: the same words mean different things. */
typedef enum {
    PGS_ENGINE_ASK = 1,  /* something was asked of the engine */
    PGS_ENGINE_PULL = 2, /* an image was fetched */
    PGS_ENGINE_RUN = 4,  /* a container was started: its log, which the engine writes to as well */
    PGS_ENGINE_SERVER = 8, /* the server's own words, in the same log */
} PgsEngineTask;

typedef struct {
    const char *words; /* a pattern of what is said, in lower case; "*": anything */
    int tasks;         /* of PgsEngineTask */
    PgsServerError code;
    const char *message; /* "{engine}"; "{subject}": an image, say; "{where}": the engine */
    const char *hint;    /* likewise; NULL: none */
} PgsEngineWords;

/* The row whose words are in text; NULL: none. */
const PgsEngineWords *pgs_engine_words_find(const char *text, PgsEngineTask task);

/* Whether the row's words are in text. */
gboolean pgs_engine_words_match(const PgsEngineWords *row, const char *text);

/* message or hint with its places filled in, where they are known; g_free(); NULL for NULL. */
char *pgs_engine_words_fill(const char *text, const char *engine, const char *subject,
                            const char *where);

#endif

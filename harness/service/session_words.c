#include "service/session_words.h"

#include <string.h>
#include <strings.h>

/* Behind white space, comments, and the semicolons of statements that are empty. */
static const char *
skip_blank(const char *at)
{
    for (int depth = 0;;) {
        if (strncmp(at, "/*", 2) == 0) {
            depth++;
            at += 2;
        } else if (depth > 0 && strncmp(at, "*/", 2) == 0) {
            depth--;
            at += 2;
        } else if (depth > 0 && *at != '\0') {
            at++;
        } else if (strncmp(at, "--", 2) == 0) {
            at += strcspn(at, "\r\n");
        } else if (*at != '\0' && strchr(" \t\n\v\f\r;", *at) != NULL) {
            at++;
        } else {
            return at;
        }
    }
}

/* Whether the next word is this one; then *at is behind it. */
static int
take_word(const char **at, const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *start = skip_blank(*at);
    size_t length = strspn(start, letters);
    if (length != strlen(word) || strncasecmp(start, word, length) != 0)
        return 0;
    *at = start + length;
    return 1;
}

int
pgs_session_ends_transaction(const char *sql)
{
    const char *at = sql;
    if (take_word(&at, "commit") || take_word(&at, "end") || take_word(&at, "abort"))
        return 1;
    if (take_word(&at, "prepare"))
        return take_word(&at, "transaction");
    if (!take_word(&at, "rollback"))
        return 0;
    if (!take_word(&at, "work"))
        take_word(&at, "transaction");
    return !take_word(&at, "to");
}

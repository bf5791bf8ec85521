#include "pg/refusal.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* "28P01: " behind a severity's two blanks, in any language. */
static int
is_sqlstate(const char *text)
{
    for (int i = 0; i < 5; i++) {
        if (!isdigit((unsigned char)text[i]) && !(text[i] >= 'A' && text[i] <= 'Z'))
            return 0;
    }
    return text[5] == ':' && text[6] == ' ';
}

/* The line "LOCATION:  auth_failed, auth.c:326", in any language. */
static int
is_location(const char *line, size_t length)
{
    size_t digits = 0;
    while (digits < length && isdigit((unsigned char)line[length - 1 - digits]))
        digits++;
    return digits > 0 && length > digits + 3 && strncmp(line + length - digits - 3, ".c:", 3) == 0;
}

/* One line of it, moved to where the kept ones end; how much of it is kept.  The blanks that a
 * SQLSTATE stands behind are asked for before the move may have overwritten them. */
static size_t
keep_line(char *to, const char *line, size_t length, char *sqlstate)
{
    size_t kept = 0;
    int blanks = 0; /* how much of ":  " stands right before i */
    for (size_t i = 0; i < length; i++) {
        if (blanks == 3 && is_sqlstate(line + i)) {
            memcpy(sqlstate, line + i, 5);
            i += 6;
            blanks = 0;
            continue;
        }
        char letter = line[i];
        blanks = letter == ':' ? 1 : letter == ' ' && blanks > 0 && blanks < 3 ? blanks + 1 : 0;
        to[kept++] = letter;
    }
    return kept;
}

void
pgs_refusal_to_plain(char *words, char *sqlstate)
{
    char *to = words;
    memset(sqlstate, '\0', 6);
    for (const char *line = words; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        size_t next = length + (line[length] == '\n');
        if (!is_location(line, length))
            to += keep_line(to, line, next, sqlstate);
        line += next;
    }
    *to = '\0';
}

int
pgs_refusal_may_pass(const char *sqlstate)
{
    /* PostgreSQL's documentation, appendix A.  08P01 is not among them: it is also what poolers say
     * of a database or a password that they do not know. */
    static const char *const passing[] = {
        "08000", "08001", "08003", "08004", "08006", /* connection exception */
        "53",                                        /* insufficient resources: 53300 */
        "57P01", "57P02", "57P03",                   /* shut down, crashed, not ready yet */
    };
    if (*sqlstate == '\0')
        return 1;
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        if (strncmp(sqlstate, passing[i], strlen(passing[i])) == 0)
            return 1;
    }
    return 0;
}

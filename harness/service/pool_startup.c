#include "service/pool_startup.h"

#include "service/pool_memory.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The next word of a server's switches, as its pg_split_opts() takes them apart: a backslash stands
 * before what is meant as it is.  free(); NULL: there is none. */
static char *
next_word(const char **at)
{
    while (isspace((unsigned char)**at))
        (*at)++;
    if (**at == '\0')
        return NULL;
    char *word = pgs_memory_new(strlen(*at) + 1, 1), *to = word;
    for (; **at != '\0' && !isspace((unsigned char)**at); (*at)++) {
        if (**at == '\\' && (*at)[1] != '\0')
            (*at)++;
        *to++ = **at;
    }
    return word;
}

/* Behind "name=", in which the server takes - for _; or NULL. */
static const char *
value_of(const char *setting, const char *name)
{
    for (; *name != '\0'; name++, setting++) {
        int letter = *setting == '-' ? '_' : tolower((unsigned char)*setting);
        if (letter != *name)
            return NULL;
    }
    return *setting == '=' ? setting + 1 : NULL;
}

/* As rint(3), for which a program would need libm. */
static long
nearest(double number)
{
    long whole = (long)number;
    double rest = number - (double)whole;
    return whole + (rest > 0.5 || (rest == 0.5 && whole % 2 == 1));
}

static long
read_milliseconds(const char *text)
{
    static const struct {
        const char *name;
        double factor;
    } units[] = {{"", 1},      {"us", 0.001}, {"ms", 1},   {"s", 1e3},
                 {"min", 6e4}, {"h", 36e5},   {"d", 864e5}};
    char *unit = NULL;
    double number = strtod(text, &unit);
    while (isspace((unsigned char)*unit))
        unit++;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double found = number * units[i].factor;
        if (strcmp(unit, units[i].name) == 0 && found >= 0 && found <= INT_MAX)
            return nearest(found);
    }
    /* The server will refuse it, with its own words. */
    return 0;
}

long
pgs_pool_startup_timeout(const char *options)
{
    long found = -1;
    char *word;
    while ((word = next_word(&options)) != NULL) {
        const char *setting = "";
        char *further = NULL;
        if (strncmp(word, "--", 2) == 0 || (strncmp(word, "-c", 2) == 0 && word[2] != '\0'))
            setting = word + 2;
        else if (strcmp(word, "-c") == 0 && (further = next_word(&options)) != NULL)
            setting = further;
        const char *value = value_of(setting, "statement_timeout");
        if (value != NULL)
            found = read_milliseconds(value);
        free(word);
        free(further);
    }
    return found;
}

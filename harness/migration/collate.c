#include "migration/collate.h"

#include <string.h>

/* What is no letter and no digit in ASCII, in CLDR's order; the last eight are symbols. */
static const char punctuation[] = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
static const char symbols[] = "`^+<=>|~$";

/* The first level of a key, a class in front of each: they sort in this order. */
enum {
    CLASS_PUNCTUATION = 0x10,
    CLASS_NUMBER = 0x20,
    CLASS_LETTER = 0x30,
    CLASS_OTHER = 0x40,
    LEVEL_END = 0x01, /* less than any class */
    CASE_LOWER = 0x02,
    CASE_UPPER = 0x03,
};

/* The levels of a key: what it is, its accents, its case. */
typedef struct {
    GString *what, *accents, *cases;
} Levels;

static void
add_case(Levels *levels, gboolean upper)
{
    g_string_append_c(levels->cases, upper ? CASE_UPPER : CASE_LOWER);
}

/* Digits as the number that they are; how many there are decides first.  Returns what is read. */
static gsize
add_number(Levels *levels, const char *text)
{
    gsize n = strspn(text, "0123456789");
    gsize zeros = strspn(text, "0");
    zeros -= zeros == n; /* of 000 one digit counts */
    g_string_append_c(levels->what, CLASS_NUMBER);
    g_string_append_printf(levels->what, "%06" G_GSIZE_FORMAT, n - zeros);
    g_string_append_len(levels->what, text + zeros, (gssize)(n - zeros));
    add_case(levels, FALSE);
    return n;
}

static void
add_ascii(Levels *levels, char c, PgsCollateFlags flags)
{
    const char *place = strchr(punctuation, c);
    if (place != NULL) {
        if ((flags & PGS_COLLATE_BARE) != 0 && strchr(symbols, c) == NULL)
            return;
        g_string_append_c(levels->what, CLASS_PUNCTUATION);
        g_string_append_c(levels->what, (char)(0x10 + (place - punctuation)));
    } else if (g_ascii_isdigit(c)) {
        g_string_append_c(levels->what, CLASS_NUMBER);
        g_string_append_c(levels->what, c);
    } else if (g_ascii_isalpha(c)) {
        g_string_append_c(levels->what, CLASS_LETTER);
        g_string_append_c(levels->what, g_ascii_tolower(c));
    } else {
        return; /* control characters are ignored */
    }
    add_case(levels, g_ascii_isupper(c));
}

/* Not the whole of Unicode's table: by code point, which is its order within most scripts. */
static void
add_other(Levels *levels, gunichar c)
{
    if (g_unichar_ismark(c)) {
        g_string_append_unichar(levels->accents, c);
        return;
    }
    g_string_append_c(levels->what, CLASS_OTHER);
    g_string_append_unichar(levels->what, g_unichar_tolower(c));
    add_case(levels, g_unichar_isupper(c));
}

static void
add_text(Levels *levels, const char *text, PgsCollateFlags flags)
{
    while (*text != '\0') {
        if ((flags & PGS_COLLATE_NUMERIC) != 0 && g_ascii_isdigit(*text)) {
            text += add_number(levels, text);
            continue;
        }
        if ((guchar)*text < 0x80)
            add_ascii(levels, *text, flags);
        else
            add_other(levels, g_utf8_get_char(text));
        text = g_utf8_next_char(text);
    }
}

char *
pgs_collate_key(const char *name, PgsCollateFlags flags)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autofree char *text = g_utf8_normalize(valid, -1, G_NORMALIZE_DEFAULT);
    Levels levels = {g_string_new(NULL), g_string_new(NULL), g_string_new(NULL)};
    add_text(&levels, text, flags);
    g_string_append_c(levels.what, LEVEL_END);
    g_string_append(levels.what, levels.accents->str);
    g_string_append_c(levels.what, LEVEL_END);
    g_string_append(levels.what, levels.cases->str);
    g_string_free(levels.accents, TRUE);
    g_string_free(levels.cases, TRUE);
    return g_string_free(levels.what, FALSE);
}

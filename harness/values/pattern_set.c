#include "values/pattern_set.h"

#include <string.h>

typedef struct {
    gunichar first, last;
} Range;

struct _PgsCharacters {
    GArray *ranges; /* Range */
    gboolean negated;
};

/* Named classes, as far as ASCII goes: pairs of first and last. */
static const struct {
    const char *name, *ranges;
} classes[] = {
    {"alpha", "azAZ"},    {"digit", "09"},       {"alnum", "azAZ09"}, {"upper", "AZ"},
    {"lower", "az"},      {"space", "  \t\r"},   {"blank", "  \t\t"}, {"punct", "!/:@[`{~"},
    {"xdigit", "09afAF"}, {"cntrl", "\001\037"}, {"graph", "!~"},     {"print", " ~"},
    {"word", "azAZ09__"},
};

/* What ordinary members and outsiders are taken from, in this order. */
static const char *const ordinary = "a1A b0-_.,;:/@!#%&*+='\"()[]<>~|\\\té€zZ9";

PgsCharacters *
pgs_characters_new(void)
{
    PgsCharacters *set = g_new0(PgsCharacters, 1);
    set->ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    return set;
}

void
pgs_characters_free(PgsCharacters *set)
{
    if (set == NULL)
        return;
    g_array_unref(set->ranges);
    g_free(set);
}

void
pgs_characters_add(PgsCharacters *set, gunichar first, gunichar last)
{
    Range range = {first, last};
    g_array_append_val(set->ranges, range);
}

gboolean
pgs_characters_add_class(PgsCharacters *set, const char *name, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (strlen(classes[i].name) != length || strncmp(classes[i].name, name, length) != 0)
            continue;
        for (const char *p = classes[i].ranges; *p != '\0'; p += 2)
            pgs_characters_add(set, (guchar)p[0], (guchar)p[1]);
        return TRUE;
    }
    return FALSE;
}

/* All that ranges leave out, for \D inside of brackets. */
static void
add_complement(PgsCharacters *set, const PgsCharacters *of)
{
    for (const char *p = ordinary; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar character = g_utf8_get_char(p);
        if (!pgs_characters_has(of, character))
            pgs_characters_add(set, character, character);
    }
}

gboolean
pgs_characters_add_shorthand(PgsCharacters *set, char letter)
{
    static const struct {
        char letter;
        const char *name;
    } shorthands[] = {{'d', "digit"}, {'w', "word"}, {'s', "space"}};
    for (gsize i = 0; i < G_N_ELEMENTS(shorthands); i++) {
        const char *name = shorthands[i].name;
        if (letter == shorthands[i].letter)
            return pgs_characters_add_class(set, name, strlen(name));
        if (g_ascii_tolower(letter) != shorthands[i].letter)
            continue;
        g_autoptr(PgsCharacters) inner = pgs_characters_new();
        pgs_characters_add_class(inner, name, strlen(name));
        add_complement(set, inner);
        return TRUE;
    }
    return FALSE;
}

void
pgs_characters_negate(PgsCharacters *set)
{
    set->negated = !set->negated;
}

gboolean
pgs_characters_has(const PgsCharacters *set, gunichar character)
{
    for (guint i = 0; i < set->ranges->len; i++) {
        Range range = g_array_index(set->ranges, Range, i);
        if (character >= range.first && character <= range.last)
            return !set->negated;
    }
    return set->negated;
}

/* The n-th ordinary character that is (or is not) in the set. */
static gunichar
find_ordinary(const PgsCharacters *set, gboolean in_set, guint n)
{
    for (const char *p = ordinary; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar character = g_utf8_get_char(p);
        if (pgs_characters_has(set, character) == in_set && n-- == 0)
            return character;
    }
    return 0;
}

#define NEGATED_MEMBERS 6

gunichar
pgs_characters_member(const PgsCharacters *set, guint n)
{
    gunichar first = find_ordinary(set, TRUE, 0);
    if (set->negated)
        return n < NEGATED_MEMBERS ? find_ordinary(set, TRUE, n) : 0;
    if (first != 0 && n-- == 0)
        return first;
    for (guint i = 0; i < set->ranges->len; i++) {
        Range range = g_array_index(set->ranges, Range, i);
        if (range.first != first && n-- == 0)
            return range.first;
        if (range.last != range.first && range.last != first && n-- == 0)
            return range.last;
    }
    return 0;
}

/* Just below and above its ranges, where that is another ordinary character, then any. */
gunichar
pgs_characters_outsider(const PgsCharacters *set, guint n)
{
    for (guint i = 0; i < set->ranges->len; i++) {
        Range range = g_array_index(set->ranges, Range, i);
        const gunichar beside[] = {range.first - 1, range.last + 1, range.first};
        for (gsize j = 0; j < G_N_ELEMENTS(beside); j++)
            if (beside[j] >= ' ' && beside[j] < 0x7f && !pgs_characters_has(set, beside[j]) &&
                n-- == 0)
                return beside[j];
    }
    return find_ordinary(set, FALSE, n);
}

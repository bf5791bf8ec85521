#include "report/diagram_text.h"

#include "base/text.h"

#include <string.h>

/* In parts of the font's size; what the usual sans-serif fonts (Helvetica, DejaVu Sans, Segoe UI)
 * have at most. */
static double
character_width(gunichar character)
{
    if (g_unichar_iszerowidth(character))
        return 0;
    if (g_unichar_iswide(character))
        return 1.05;
    if (character < 128 && strchr(" .,:;'|!ijlftrI()[]-/", (int)character) != NULL)
        return 0.42;
    if (character < 128 && strchr("mwMW@%", (int)character) != NULL)
        return 0.98;
    if (g_unichar_islower(character) || g_unichar_isdigit(character))
        return 0.62;
    return 0.74;
}

double
pgs_diagram_text_width(const char *text, double font_size)
{
    double width = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        width += character_width(g_utf8_get_char(at));
    return width * font_size;
}

char *
pgs_diagram_text_cut(const char *text, guint max_characters)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    g_autofree char *folded = pgs_text_fold_space(visible);
    return pgs_text_ellipsize(folded, max_characters);
}

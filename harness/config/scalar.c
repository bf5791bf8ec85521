#include "config/scalar.h"

#include <string.h>

static const struct {
    const char *name;
    double milliseconds;
} units[] = {
    {"", 1e3}, {"ms", 1}, {"s", 1e3}, {"min", 60e3}, {"h", 3600e3},
};

gboolean
pgs_scalar_duration(const char *text, guint *milliseconds)
{
    if (!g_regex_match_simple(PGS_SCALAR_DURATION_PATTERN, text, G_REGEX_DOLLAR_ENDONLY, 0))
        return FALSE;
    char *unit;
    double n = g_ascii_strtod(text, &unit);
    if (*unit == ' ')
        unit++;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(units[i].name, unit) != 0)
            continue;
        n *= units[i].milliseconds;
        if (n < 1 || n > G_MAXINT32)
            return FALSE;
        *milliseconds = (guint)(n + 0.5);
        return TRUE;
    }
    return FALSE;
}

gboolean
pgs_scalar_limit(const char *text, guint *milliseconds)
{
    if (strcmp(text, "none") != 0)
        return pgs_scalar_duration(text, milliseconds);
    *milliseconds = PGS_SCALAR_NO_LIMIT;
    return TRUE;
}

gboolean
pgs_scalar_number(const char *text, guint minimum, guint maximum, guint *number)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, minimum, maximum, &value, NULL))
        return FALSE;
    *number = (guint)value;
    return TRUE;
}

gboolean
pgs_scalar_is_date(const char *text)
{
    if (!g_regex_match_simple(PGS_SCALAR_DATE_PATTERN, text, G_REGEX_DOLLAR_ENDONLY, 0))
        return FALSE;
    guint year = (guint)g_ascii_strtoull(text, NULL, 10);
    guint month = (guint)g_ascii_strtoull(text + 5, NULL, 10);
    guint day = (guint)g_ascii_strtoull(text + 8, NULL, 10);
    return g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

#include "operate/draft_name.h"

#include "base/error.h"
#include "operate/operate_error.h"

#include <string.h>

/* A file's name with its version in front must fit, and be read by people. */
#define MAX_SLUG 120

void
pgs_draft_name_clear(PgsDraftName *name)
{
    g_clear_pointer(&name->version, g_free);
    g_clear_pointer(&name->separator, g_free);
    g_clear_pointer(&name->folder, g_free);
    g_clear_pointer(&name->last, g_free);
}

const PgsRevision *
pgs_draft_last_revision(const PgsHistory *history)
{
    for (guint i = history->revisions->len; i > 0; i--) {
        const PgsRevision *revision = history->revisions->pdata[i - 1];
        if (!revision->repeatable && revision->up != NULL)
            return revision;
    }
    return NULL;
}

/* ---- the version ---- */

static gsize
version_length(const char *text)
{
    gsize n = strspn(text, "0123456789");
    if (n == 0)
        return 0;
    while (text[n] != '\0' && strchr(".-_", text[n]) != NULL && g_ascii_isdigit(text[n + 1])) {
        /* "0001_2fa_login": what is more than digits is the name. */
        gsize digits = strspn(text + n + 1, "0123456789");
        if (text[n] != '.' && g_ascii_isalpha(text[n + 1 + digits]))
            break;
        n += 1 + digits;
    }
    return n;
}

static char *
time_text(PgsNumbering numbering, GDateTime *now)
{
    switch (numbering) {
    case PGS_NUMBERING_DASHED_TIME:
        return g_date_time_format(now, "%Y-%m-%d-%H%M%S");
    case PGS_NUMBERING_MILLISECONDS:
        return g_strdup_printf("%" G_GINT64_FORMAT, g_date_time_to_unix(now) * 1000 +
                                                        g_date_time_get_microsecond(now) / 1000);
    case PGS_NUMBERING_ONE:
        return g_strdup("1");
    case PGS_NUMBERING_SEQUENCE:
        return g_strdup("0001");
    case PGS_NUMBERING_TIME:
        break;
    }
    return g_date_time_format(now, "%Y%m%d%H%M%S");
}

static gboolean
is_year(const char *text)
{
    return (text[0] == '1' && text[1] == '9') || (text[0] == '2' && text[1] == '0');
}

/* A time in the way in which last is one; NULL: it is none. */
static char *
time_like(const char *last, GDateTime *now)
{
    gsize length = strlen(last);
    gboolean plain = strspn(last, "0123456789") == length;
    if (plain && length == 14 && is_year(last))
        return time_text(PGS_NUMBERING_TIME, now);
    if (plain && length == 17 && is_year(last)) {
        g_autofree char *seconds = time_text(PGS_NUMBERING_TIME, now);
        return g_strdup_printf("%s%03d", seconds, g_date_time_get_microsecond(now) / 1000);
    }
    if (plain && length == 12 && is_year(last))
        return g_date_time_format(now, "%Y%m%d%H%M");
    if (plain && length == 13 && last[0] == '1')
        return time_text(PGS_NUMBERING_MILLISECONDS, now);
    if (plain && length == 10 && last[0] == '1')
        return g_strdup_printf("%" G_GINT64_FORMAT, g_date_time_to_unix(now));
    if (length == 17 && is_year(last) && last[4] == '-' && last[7] == '-' && last[10] == '-')
        return time_text(PGS_NUMBERING_DASHED_TIME, now);
    return NULL;
}

/* The number behind last, with as many digits: 0009 → 0010, 1.9 → 1.10. */
static char *
number_behind(const char *last)
{
    gsize start = strlen(last);
    while (start > 0 && g_ascii_isdigit(last[start - 1]))
        start--;
    g_autofree char *front = g_strndup(last, start);
    GString *digits = g_string_new(last + start);
    for (gsize i = digits->len; i > 0; i--) {
        if (digits->str[i - 1] != '9') {
            digits->str[i - 1]++;
            g_string_prepend(digits, front);
            return g_string_free(digits, FALSE);
        }
        digits->str[i - 1] = '0';
    }
    g_string_prepend_c(digits, '1');
    g_string_prepend(digits, front);
    return g_string_free(digits, FALSE);
}

static char *
next_version(const char *last, PgsNumbering numbering, GDateTime *now)
{
    if (last == NULL)
        return time_text(numbering, now);
    char *time = time_like(last, now);
    if (time == NULL)
        return number_behind(last);
    if (strcmp(time, last) > 0)
        return time;
    /* Somebody's clock is ahead: behind theirs all the same. */
    g_free(time);
    return number_behind(last);
}

/* ---- where it lies ---- */

void
pgs_draft_name_next(PgsDraftName *name, const PgsHistory *history, guint depth, const char *prefix,
                    PgsNumbering numbering, GDateTime *now)
{
    const PgsRevision *revision = pgs_draft_last_revision(history);
    if (revision == NULL) {
        name->folder = g_strdup(history->folder);
        name->version = next_version(NULL, numbering, now);
        return;
    }
    g_autofree char *path = g_strdup(revision->up->path);
    for (guint i = 0; i < depth; i++) {
        char *above = g_path_get_dirname(path);
        g_free(path);
        path = above;
    }
    name->folder = g_path_get_dirname(path);
    name->last = g_path_get_basename(path);
    const char *text = name->last;
    if (*prefix != '\0' && strchr(prefix, g_ascii_toupper(*text)) != NULL)
        text++;
    gsize digits = version_length(text);
    g_autofree char *last = digits > 0 ? g_strndup(text, digits) : NULL;
    gsize separator = strspn(text + digits, "_-");
    if (digits > 0 && separator > 0)
        name->separator = g_strndup(text + digits, separator);
    name->version = next_version(last, numbering, now);
}

char *
pgs_draft_slug(const char *description, char blank, gboolean lower, GError **error)
{
    g_autofree char *plain = g_str_to_ascii(description, "C");
    GString *slug = g_string_new(NULL);
    for (const char *at = plain; *at != '\0' && slug->len < MAX_SLUG; at++) {
        /* What cannot be written in ASCII has become a question mark. */
        if (g_ascii_isalnum(*at))
            g_string_append_c(slug, lower ? g_ascii_tolower(*at) : *at);
        else if (slug->len > 0 && slug->str[slug->len - 1] != blank)
            g_string_append_c(slug, blank);
    }
    while (slug->len > 0 && slug->str[slug->len - 1] == blank)
        g_string_truncate(slug, slug->len - 1);
    if (slug->len > 0)
        return g_string_free(slug, FALSE);
    g_string_free(slug, TRUE);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                  "say in a few words what it does: \"add users.email\"",
                  "no file can be named after \"%s\"", description);
    return NULL;
}

#include "server/spec.h"

#include "base/error.h"
#include "pg/connection.h"
#include "server/conninfo.h"
#include "server/kind.h"

#include <string.h>

/* More than there will ever be at once: a larger range is a slip of the pen. */
#define MAX_RANGE 30
#define MAX_VERSION 99

#define LIST_HINT "write docker:15, docker:13..18 or docker:13,15,17"

void
pgs_server_spec_free(PgsServerSpec *spec)
{
    if (spec == NULL)
        return;
    g_free(spec->spec);
    g_free(spec->range);
    g_free(spec);
}

/* ---- lists and ranges ---- */

/* What is named for itself (range NULL) has to be there, whatever range it is in too. */
static void
add_spec(GPtrArray *specs, const char *text, const char *range)
{
    for (guint i = 0; i < specs->len; i++) {
        PgsServerSpec *known = g_ptr_array_index(specs, i);
        if (strcmp(known->spec, text) != 0)
            continue;
        known->is_optional = known->is_optional && range != NULL;
        if (known->range == NULL)
            known->range = g_strdup(range);
        return;
    }
    PgsServerSpec *spec = g_new0(PgsServerSpec, 1);
    spec->spec = g_strdup(text);
    spec->is_optional = range != NULL;
    spec->range = g_strdup(range);
    g_ptr_array_add(specs, spec);
}

static gboolean
set_error(GError **error, const char *hint, const char *word, const char *what)
{
    g_autofree char *shown = pgs_server_spec_show(word);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, hint, "server \"%s\": %s", shown,
                  what);
    return FALSE;
}

/* A major version. */
static gboolean
parse_version(const char *text, gsize length, guint64 *version)
{
    g_autofree char *digits = g_strndup(text, length);
    return g_ascii_string_to_unsigned(digits, 10, 1, MAX_VERSION, version, NULL);
}

/* "13..18"; dots: where the two stand in it. */
static gboolean
add_range(GPtrArray *specs, const char *kind, const char *item, const char *dots, const char *word,
          GError **error)
{
    guint64 first, last;
    if (!parse_version(item, (gsize)(dots - item), &first) ||
        !parse_version(dots + 2, strlen(dots + 2), &last))
        return set_error(error, LIST_HINT, word,
                         "a range needs a major version on both sides of its two dots");
    if (first > last) {
        g_autofree char *hint = g_strdup_printf("write %s:%" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT
                                                ": the lower version comes first",
                                                kind, last, first);
        return set_error(error, hint, word, "the range is empty");
    }
    if (last - first >= MAX_RANGE)
        return set_error(error, LIST_HINT, word, "the range is too large");
    g_autofree char *range = g_strdup_printf("%s:%s", kind, item);
    for (guint64 version = first; version <= last; version++) {
        g_autofree char *spec = g_strdup_printf("%s:%" G_GUINT64_FORMAT, kind, version);
        /* "15..15" is a range too: whoever writes it can do without. */
        add_spec(specs, spec, range);
    }
    return TRUE;
}

static gboolean
add_item(GPtrArray *specs, const char *kind, const char *item, const char *word, GError **error)
{
    const char *dots = strstr(item, "..");
    if (*item == '\0')
        return set_error(error, LIST_HINT, word, "a version is missing in the list");
    if (dots != NULL)
        return add_range(specs, kind, item, dots, word, error);
    g_autofree char *spec = g_strdup_printf("%s:%s", kind, item);
    add_spec(specs, spec, NULL);
    return TRUE;
}

/*
 * The length of KIND in "KIND:LIST", or 0: an image, a URL or a connection string may have commas
 * and dots of its own.
 */
static gsize
kind_of_list(const char *word)
{
    gsize length = 0;
    while (g_ascii_isalpha(word[length]))
        length++;
    if (length == 0 || word[length] != ':' || word[length + 1] == '/')
        return 0;
    const char *argument = word + length + 1;
    return strpbrk(argument, "=/@ ") == NULL && (strchr(argument, ',') || strstr(argument, ".."))
               ? length
               : 0;
}

/* Whether a server can be meant that is no list, and of what kind is no matter. */
static gboolean
names_kind(const char *item, gboolean *is_foreign)
{
    const char *argument;
    char separator;
    const PgsServerKind *kind = pgs_server_kind_find(item, &argument, &separator, NULL);
    *is_foreign = kind != NULL && kind->is_foreign;
    return kind != NULL || strcmp(item, "auto") == 0;
}

/*
 * "local:15,docker:13,15": FALSE with a hint that takes it apart.  A URL or a connection string
 * has commas of its own.
 */
static gboolean
check_kinds(const char *word, GError **error)
{
    gboolean is_foreign, has_several = FALSE;
    g_autoptr(GString) hint =
        g_string_new("several kinds: --server twice (in PGSTAIR_SERVER a line each), as in");
    g_auto(GStrv) items = g_strsplit(word, ",", -1);
    if (!names_kind(g_strstrip(items[0]), &is_foreign) || is_foreign)
        return TRUE;
    for (char **item = items; *item != NULL; item++) {
        gboolean begins = names_kind(g_strstrip(*item), &is_foreign);
        g_autofree char *shown = pgs_server_spec_show(*item);
        g_string_append_printf(hint, "%s%s", begins ? " --server " : ",", shown);
        has_several = has_several || (begins && item > items);
    }
    g_string_append(hint, "; in pgstair.yaml a list: server: [local:15, docker:15]");
    return !has_several || set_error(error, hint->str, word, "a list is of one kind of server");
}

static gboolean
add_word(GPtrArray *specs, const char *word, GError **error)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(word));
    if (*trimmed == '\0') {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "\"auto\" takes the best that is there", "a server is given without a name");
        return FALSE;
    }
    if (g_ascii_isdigit(*trimmed) && strspn(trimmed, "0123456789.,") == strlen(trimmed)) {
        g_autofree char *hint =
            g_strdup_printf("say of what kind: docker:%s, or local:%s", trimmed, trimmed);
        return set_error(error, hint, trimmed, "a version alone is no server");
    }
    if (!check_kinds(trimmed, error))
        return FALSE;
    gsize length = kind_of_list(trimmed);
    if (length == 0) {
        add_spec(specs, trimmed, NULL);
        return TRUE;
    }
    g_autofree char *kind = g_strndup(trimmed, length);
    g_auto(GStrv) items = g_strsplit(trimmed + length + 1, ",", -1);
    for (char **item = items; *item != NULL; item++) {
        if (!add_item(specs, kind, *item, trimmed, error))
            return FALSE;
    }
    return TRUE;
}

GPtrArray *
pgs_server_spec_expand(const char *const *words, GError **error)
{
    g_autoptr(GPtrArray) specs =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_server_spec_free);
    for (; words != NULL && *words != NULL; words++) {
        if (!add_word(specs, *words, error))
            return NULL;
    }
    if (specs->len == 0)
        add_spec(specs, "auto", NULL);
    return g_steal_pointer(&specs);
}

char *
pgs_server_spec_first(const char *const *words, GError **error)
{
    g_autoptr(GPtrArray) specs = pgs_server_spec_expand(words, error);
    return specs != NULL ? g_strdup(((PgsServerSpec *)g_ptr_array_index(specs, 0))->spec) : NULL;
}

/* ---- secrets ---- */

/* libpq's own mark of a secret is dispchar "*"; "***" hides one already. */
static gboolean
is_secret(const PQconninfoOption *option)
{
    return option->val != NULL && *option->dispchar == '*' && strcmp(option->val, "***") != 0;
}

static gboolean
has_secret(const PQconninfoOption *options)
{
    for (; options->keyword != NULL; options++) {
        if (is_secret(options))
            return TRUE;
    }
    return FALSE;
}

static char *
show_parameters(const PQconninfoOption *options)
{
    GString *text = g_string_new(NULL);
    for (; options->keyword != NULL; options++) {
        if (options->val != NULL)
            pgs_conninfo_append(text, options->keyword,
                                *options->dispchar == '*' ? "***" : options->val);
    }
    return g_string_free(text, FALSE);
}

/* The URL with "***" for what stands between user and host; NULL when that does not do. */
static char *
show_url(const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *user = scheme != NULL ? scheme + 3 : NULL;
    const char *at = user != NULL ? user + strcspn(user, "@/?") : NULL;
    const char *colon = at != NULL && *at == '@' ? memchr(user, ':', (gsize)(at - user)) : NULL;
    if (colon == NULL)
        return NULL;
    g_autofree char *text = g_strdup_printf("%.*s:***%s", (int)(colon - url), url, at);
    PQconninfoOption *options = PQconninfoParse(text, NULL);
    gboolean safe = options != NULL && !has_secret(options);
    PQconninfoFree(options);
    return safe ? g_steal_pointer(&text) : NULL;
}

/* Whether a word that libpq does not understand may have been meant to hold a secret. */
static gboolean
may_hide_secret(const char *word)
{
    g_autofree char *lower = g_ascii_strdown(word, -1);
    const char *at = strchr(lower, '@'); /* an image's digest stands behind one */
    return strstr(lower, "://") != NULL || strstr(lower, "pass") != NULL ||
           (at != NULL && !g_str_has_prefix(at, "@sha256:"));
}

char *
pgs_server_spec_show(const char *spec)
{
    if (spec == NULL || strpbrk(spec, "=/@") == NULL)
        return g_strdup(spec);
    PQconninfoOption *options = PQconninfoParse(spec, NULL);
    char *text = NULL;
    if (options == NULL) {
        text = g_strdup(may_hide_secret(spec) ? "***" : spec);
    } else if (!has_secret(options)) {
        text = g_strdup(spec);
    } else {
        text = show_url(spec);
        if (text == NULL)
            text = show_parameters(options);
    }
    PQconninfoFree(options);
    return text;
}

static const char *
find_value(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0)
            return options->val;
    }
    return NULL;
}

char *
pgs_server_spec_name(const char *spec, gboolean is_long)
{
    PQconninfoOption *options = strpbrk(spec, "=/@") != NULL ? PQconninfoParse(spec, NULL) : NULL;
    const char *host = options != NULL ? find_value(options, "host") : NULL;
    if (host == NULL) {
        PQconninfoFree(options);
        return pgs_server_spec_show(spec);
    }
    const char *port = find_value(options, "port");
    const char *database = is_long ? find_value(options, "dbname") : NULL;
    char *name = g_strjoin(NULL, host, port != NULL ? ":" : "", port != NULL ? port : "",
                           database != NULL ? "/" : "", database, NULL);
    PQconninfoFree(options);
    return name;
}

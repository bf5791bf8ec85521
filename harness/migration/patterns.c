#include "base/error.h"
#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* A folder that no known tool's rules describe: its files are named as patterns: in pgstair.yaml
 * says, and sent as it says. */
static const PgsTool tool = {
    .name = "the project's tool",
    .alone = "say transaction: false under patterns: in pgstair.yaml if the tool does not wrap its "
             "files in a transaction",
};

/* ---- patterns as expressions ---- */

/*
 * {version}: digits, maybe in groups with . _ or - between them, as many as the pattern leaves to
 * it: 2024_01_02 of 2024_01_02_users.  {name}: anything within one file's or folder's name.  What
 * comes twice has to be the same.
 */
#define VERSION "(?<version>[0-9]+(?:[._-][0-9]+)*)"
#define NAME "(?<name>[^/]+?)"

typedef struct {
    const char *word, *expression;
    const char *again; /* where it comes once more */
} Place;

static const Place places[] = {
    {"{version}", VERSION, "\\k<version>"},
    {"{name}", NAME, "\\k<name>"},
};

/* Puts the expression for what the pattern has at *at there, or for the text in front of it. FALSE:
 * a brace that means nothing. */
static gboolean
append_part(GString *text, const char **at, gboolean seen[G_N_ELEMENTS(places)])
{
    if (**at != '{') {
        gsize length = strcspn(*at, "{");
        g_autofree char *plain = g_strndup(*at, length);
        g_autofree char *escaped = g_regex_escape_string(plain, -1);
        g_string_append(text, escaped);
        *at += length;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (!g_str_has_prefix(*at, places[i].word))
            continue;
        g_string_append(text, seen[i] ? places[i].again : places[i].expression);
        seen[i] = TRUE;
        *at += strlen(places[i].word);
        return TRUE;
    }
    return FALSE;
}

static gboolean
refuse_pattern(const char *pattern, const char *hint, const char *what, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "pgstair.yaml: patterns: \"%s\" %s", pattern, what);
    return FALSE;
}

/* NULL with error when nothing can be told by it. */
static GRegex *
compile(const char *pattern, GError **error)
{
    GString *text = g_string_new("\\A");
    gboolean seen[G_N_ELEMENTS(places)] = {FALSE};
    gboolean known = TRUE;
    for (const char *at = pattern; *at != '\0' && known;)
        known = append_part(text, &at, seen);
    g_string_append(text, "\\z");
    g_autofree char *expression = g_string_free(text, FALSE);
    if (!known)
        refuse_pattern(pattern, "write {version} and {name}", "has another { in it", error);
    else if (!seen[0] && !seen[1])
        refuse_pattern(pattern, "write {version} where the file's number is, or {name}",
                       "has neither {version} nor {name}: it fits one file at most", error);
    else
        return g_regex_new(expression, G_REGEX_OPTIMIZE, 0, error);
    return NULL;
}

/* ---- files ---- */

typedef struct {
    const PgsPatternSettings *settings;
    GRegex *res[2]; /* by direction; of the down: or NULL */
    PgsPairs *pairs;
    GHashTable *used; /* names of files */
} Reading;

static gboolean
refuse_both(const Reading *reading, const PgsFolderFile *file, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "write the patterns in such a way that no file fits both",
                  "%s: fits both patterns in pgstair.yaml, \"%s\" and \"%s\"", file->path,
                  reading->settings->up, reading->settings->down);
    return FALSE;
}

static char *
group(const GMatchInfo *match, const char *name)
{
    char *text = g_match_info_fetch_named(match, name);
    return text != NULL ? text : g_strdup("");
}

/* In byte order the order of the versions, number by number; equal for 1 and 01. */
static char *
version_key(const char *version)
{
    g_auto(GStrv) numbers = g_strsplit_set(version, "._-", -1);
    GString *key = g_string_new(NULL);
    for (char **number = numbers; *number != NULL; number++) {
        g_autofree char *part = pgs_pairs_number_key(*number);
        g_string_append_printf(key, "%s%s", key->len > 0 ? " " : "", part);
    }
    return g_string_free(key, FALSE);
}

/* The path that the up of that version and name has; g_free(). */
static char *
up_path(const PgsPatternSettings *settings, const char *version, const char *name)
{
    GString *path = g_string_new(settings->up);
    g_string_replace(path, "{version}", version, 0);
    g_string_replace(path, "{name}", name, 0);
    return g_string_free(path, FALSE);
}

/* What the two of a revision have in common: the version, or else the name; by name, all that the
 * up's path has, when the down's has it too. */
static char *
make_key(const PgsPatternSettings *settings, const char *version, const char *name)
{
    gboolean whole = settings->down == NULL || strstr(settings->up, "{name}") == NULL ||
                     strstr(settings->down, "{name}") != NULL;
    if (settings->by_name && whole)
        return up_path(settings, version, name);
    if (*version == '\0')
        return g_strdup(name);
    return settings->by_name ? g_strdup(version) : version_key(version);
}

static gboolean
add_file(Reading *reading, PgsFolderFile *file, PgsDirection direction, const GMatchInfo *match,
         GError **error)
{
    const PgsPatternSettings *settings = reading->settings;
    g_autofree char *version = group(match, "version");
    g_autofree char *name = group(match, "name");
    g_autofree char *key = make_key(settings, version, name);
    gboolean both = *version != '\0' && *name != '\0';
    g_autofree char *label = g_strconcat(version, both ? "_" : "", name, NULL);
    PgsStep *step = pgs_step_new(file, settings->whole ? PGS_SEND_WHOLE : PGS_SEND_STATEMENTS,
                                 !settings->no_transaction, NULL, &tool, error);
    g_hash_table_add(reading->used, file->name);
    return step != NULL &&
           pgs_pairs_add(reading->pairs, key, direction, *version != '\0' ? version : name,
                         *version != '\0' ? name : "", label, step, error);
}

static gboolean
read_file(Reading *reading, PgsFolderFile *file, GError **error)
{
    g_autoptr(GMatchInfo) up = NULL;
    g_autoptr(GMatchInfo) down = NULL;
    if (!g_utf8_validate(file->name, -1, NULL))
        return TRUE;
    gboolean is_up = g_regex_match(reading->res[PGS_DIRECTION_UP], file->name, 0, &up);
    gboolean is_down = reading->res[PGS_DIRECTION_DOWN] != NULL &&
                       g_regex_match(reading->res[PGS_DIRECTION_DOWN], file->name, 0, &down);
    if (is_up && is_down)
        return refuse_both(reading, file, error);
    if (is_up)
        return add_file(reading, file, PGS_DIRECTION_UP, up, error);
    return !is_down || add_file(reading, file, PGS_DIRECTION_DOWN, down, error);
}

static gboolean
read_files(Reading *reading, const PgsFolder *folder, PgsHistory *history, GError **error)
{
    for (guint i = 0; i < folder->files->len; i++) {
        if (!read_file(reading, g_ptr_array_index(folder->files, i), error))
            return FALSE;
    }
    if (g_hash_table_size(reading->used) == 0) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "patterns are paths below that folder, such as "
                      "\"{version}_{name}.up.sql\" or \"{version}/up.sql\"",
                      "no file in %s fits the pattern \"%s\" in pgstair.yaml", folder->path,
                      reading->settings->up);
        return FALSE;
    }
    pgs_pairs_finish(reading->pairs, history);
    pgs_history_note_unmatched(history, folder, reading->used, reading->settings->up);
    return TRUE;
}

gboolean
pgs_patterns_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    const PgsPatternSettings *settings = &history->settings->patterns;
    if (settings->up == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "write patterns: with up: and down: for it",
                      "%s: the format \"patterns\" needs a pgstair.yaml that describes the files",
                      folder->path);
        return FALSE;
    }
    g_autoptr(GRegex) up = compile(settings->up, error);
    g_autoptr(GRegex) down =
        up != NULL && settings->down != NULL ? compile(settings->down, error) : NULL;
    if (up == NULL || (settings->down != NULL && down == NULL))
        return FALSE;
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    Reading reading = {settings, {up, down}, pairs, used};
    history->forward_only = settings->down == NULL;
    return read_files(&reading, folder, history, error);
}

#include "migration/books_table.h"

#include "base/text.h"
#include "migration/reader.h"

#include <string.h>

enum {
    LEVELS_ABOVE = 3,
};

/* How the tool takes the name. */
typedef enum {
    EXACT, /* each of its parts in quotes */
    WHOLE, /* in quotes as one, dots and all */
    RAW,   /* as it stands, in its SQL */
} Spelling;

#define ASSIGNED(name) "^\\s*(?:export\\s+)?" name "\\s*=\\s*(.*)$"
#define MEMBER(name) "\\b" name "[\"']?\\s*:\\s*([^,}\\n]*)"

/* pattern: its first group is the name. */
static const struct {
    const char *format, *file, *pattern;
    Spelling spelling;
} files[] = {
    {"dbmate", ".env", ASSIGNED("DBMATE_MIGRATIONS_TABLE"), EXACT},
    {"goose", ".env", ASSIGNED("GOOSE_TABLE"), RAW},
    {"sqlx", "sqlx.toml", "^\\s*table-name\\s*=\\s*(.*)$", RAW},
    {"sql-migrate", "dbconfig.yml", "^\\s+table:\\s*(.*)$", EXACT},
    {"yoyo", "yoyo.ini", "^migration_table\\s*[=:]\\s*(.*)$", WHOLE},
    {"postgrator", ".postgratorrc.json", MEMBER("schemaTable"), EXACT},
    {"postgrator", ".postgratorrc", MEMBER("schemaTable"), EXACT},
};

/* Without the quotes around it, or else without the comment behind it; NULL: it is empty. */
static char *
clean(const char *value)
{
    const char *end = value + 1;
    while (*value == '"' && *end != '\0' && *end != '"')
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    if (*value == '\'')
        end += strcspn(end, "'");
    gboolean is_quoted = (*value == '"' || *value == '\'') && *end == *value;
    const char *comment = strstr(value, " #");
    g_autofree char *raw = is_quoted         ? g_strndup(value + 1, (gsize)(end - value - 1))
                           : comment != NULL ? g_strndup(value, (gsize)(comment - value))
                                             : g_strdup(value);
    g_strchomp(raw);
    if (*raw == '\0')
        return NULL;
    return is_quoted && *value == '"' ? g_strcompress(raw) : g_steal_pointer(&raw);
}

static char *
spell(const char *value, Spelling spelling)
{
    if (spelling == WHOLE)
        return pgs_text_identifier(value);
    char *name = g_strdup(value);
    gboolean quoted = spelling == EXACT;
    for (char *at = name; *at != '\0'; at++) {
        quoted ^= *at == '"';
        if (!quoted)
            *at = g_ascii_tolower(*at);
    }
    return name;
}

static char *
find_value(const char *folder, const char *file, const char *pattern)
{
    g_autofree char *text = pgs_file_text_beside(folder, file);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (text == NULL || !g_regex_match(regex, text, 0, &match))
        return NULL;
    g_autofree char *value = g_match_info_fetch(match, 1);
    return clean(value);
}

static char *
look_into(const char *format, const char *folder)
{
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        if (strcmp(files[i].format, format) != 0)
            continue;
        g_autofree char *value = find_value(folder, files[i].file, files[i].pattern);
        if (value != NULL)
            return spell(value, files[i].spelling);
    }
    return NULL;
}

char *
pgs_books_table(const char *format, const char *folder)
{
    g_autofree char *place = g_canonicalize_filename(folder, NULL);
    char *table = NULL;
    for (guint level = 0; level <= LEVELS_ABOVE && table == NULL; level++) {
        table = look_into(format, place);
        g_autofree char *git = g_build_filename(place, ".git", NULL);
        if (g_file_test(git, G_FILE_TEST_EXISTS))
            break;
        char *above = g_path_get_dirname(place);
        g_free(place);
        place = above;
    }
    return table;
}

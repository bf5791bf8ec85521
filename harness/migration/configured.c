#include "migration/search.h"

#include <string.h>

/*
 * Where each tool's configuration says that its migrations lie, from the tool's documentation.
 * pattern: a regular expression whose first group is the folder (several of them with commas
 * between where the tool has that); NULL: the file's being there says it.  usual: the folder when
 * the file does not say one.
 */
static const struct {
    const char *file, *reader, *pattern, *usual;
} configurations[] = {
    {"flyway.toml", "flyway", "^\\s*locations\\s*=\\s*\\[([^\\]]*)\\]", "sql"},
    {"flyway.conf", "flyway", "^\\s*flyway\\.locations\\s*=\\s*(.*)$", "sql"},
    {"conf/flyway.conf", "flyway", "^\\s*flyway\\.locations\\s*=\\s*(.*)$", "sql"},
    {"src/main/resources/application.properties", "flyway",
     "^\\s*spring\\.flyway\\.locations\\s*=\\s*(.*)$", "src/main/resources/db/migration"},
    {"dbconfig.yml", "sql-migrate", "^\\s+dir:\\s*(.*)$", "migrations"},
    {"dbconfig.yaml", "sql-migrate", "^\\s+dir:\\s*(.*)$", "migrations"},
    {".env", "dbmate", "^\\s*(?:export\\s+)?DBMATE_MIGRATIONS_DIR\\s*=\\s*(.*)$", NULL},
    {".env", "goose", "^\\s*(?:export\\s+)?GOOSE_MIGRATION_DIR\\s*=\\s*(.*)$", NULL},
    {"atlas.hcl", "atlas", "\\bdir\\s*=\\s*(\"file://[^\"]*\")", "migrations"},
    {"diesel.toml", "diesel", "^\\s*dir\\s*=\\s*(.*)$", "migrations"},
    {"yoyo.ini", "yoyo", "^\\s*sources\\s*[=:]\\s*(.*)$", NULL},
    {"prisma/schema.prisma", "prisma", NULL, "prisma/migrations"},
    {"schema.prisma", "prisma", NULL, "migrations"},
    {"package.json", "prisma", "\"schema\"\\s*:\\s*\"([^\"]*/)[^\"/]*\\.prisma\"", NULL},
    {"package.json", "node-pg-migrate",
     "node-pg-migrate[^\"]*(?:-m|--migrations-dir)[ =]+([^\\s\"]+)", NULL},
    {".postgratorrc.json", "postgrator", "\"migrationPattern\"\\s*:\\s*(\"[^\"]*\")", "migrations"},
    {".postgratorrc", "postgrator", "\"?migrationPattern\"?\\s*:\\s*(\"[^\"]*\")", "migrations"},
    {"db/schema.sql", "dbmate", NULL, "db/migrations"},
};

/* One word of a value, without its quotes, its scheme, and a pattern of files at its end. */
static char *
clean_word(const char *word)
{
    static const struct {
        const char *scheme, *folder;
    } schemes[] = {{"filesystem:", ""}, {"file://", ""}, {"classpath:", "src/main/resources/"}};
    g_autofree char *text = g_strdup(word);
    g_strstrip(text);
    gsize n = strlen(text);
    if (n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n - 1] == text[0]) {
        text[n - 1] = '\0';
        memmove(text, text + 1, n - 1);
    }
    char *glob = strpbrk(text, "*?{");
    if (glob != NULL) {
        *glob = '\0';
        char *slash = strrchr(text, '/');
        *(slash != NULL ? slash : text) = '\0';
    }
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_str_has_prefix(text, schemes[i].scheme))
            return g_strconcat(schemes[i].folder, text + strlen(schemes[i].scheme), NULL);
    }
    return g_steal_pointer(&text);
}

static gboolean
is_folder(const PgsFolder *folder, const char *name)
{
    g_autofree char *path = g_canonicalize_filename(name, folder->real);
    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

static void
add_words(const PgsFolder *folder, const char *value, const char *reader, GPtrArray *names)
{
    g_auto(GStrv) words = g_strsplit(value, ",", -1);
    for (char **word = words; *word != NULL; word++) {
        g_autofree char *name = clean_word(*word);
        if (strcmp(reader, "prisma") == 0) { /* the schema's folder has it */
            char *below = g_build_filename(name, "migrations", NULL);
            g_free(name);
            name = below;
        }
        if (*name != '\0' && is_folder(folder, name) &&
            !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
}

static void
add_matches(const PgsFolder *folder, const char *text, const char *pattern, const char *reader,
            GPtrArray *names)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *value = g_match_info_fetch(match, 1);
        add_words(folder, value, reader, names);
    }
}

GPtrArray *
pgs_configured_folders(const PgsFolder *folder, const PgsReader **reader, const char **file)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(configurations); i++) {
        g_autofree char *text = pgs_file_text_beside(folder->real, configurations[i].file);
        if (text == NULL)
            continue;
        *reader = pgs_reader_find(configurations[i].reader);
        *file = configurations[i].file;
        if (configurations[i].pattern != NULL)
            add_matches(folder, text, configurations[i].pattern, configurations[i].reader, names);
        if (names->len == 0 && configurations[i].usual != NULL &&
            is_folder(folder, configurations[i].usual))
            g_ptr_array_add(names, g_strdup(configurations[i].usual));
        if (names->len > 0)
            return names;
    }
    return names;
}

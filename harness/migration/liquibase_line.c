#include "migration/liquibase_line.h"

#include <string.h>

/* github.com/liquibase/liquibase, 5: liquibase-standard/src/main/java/liquibase/parser/
 * AbstractFormattedChangeLogParser.java (and
 * …/core/formattedsql/InvalidFormattedSqlPatternsForOssUtil .java), its patterns in its words; a
 * line has to match as a whole. */
static const char *const patterns[PGS_LIQUIBASE_N_MARKS] = {
    [PGS_LIQUIBASE_PROPERTY] = "\\s*--\\s*property\\s+(.*:.*)\\s+(.*:.*).*",
    [PGS_LIQUIBASE_ALT_PROPERTY] = "\\s*?[-]+\\s*property\\s.*",
    [PGS_LIQUIBASE_CHANGESET] = "\\s*--\\s*changeset\\s+(\"[^\"]+\"|[^:]+):\\s*(\"[^\"]+\"|\\S+).*",
    [PGS_LIQUIBASE_ALT_CHANGESET] = "-\\s*changeset\\s.*|\\s*--\\s*changeset\\s*.*",
    [PGS_LIQUIBASE_ROLLBACK] = "\\s*--\\s*rollback (.*)",
    [PGS_LIQUIBASE_ALT_ROLLBACK] = "\\s*-\\s*rollback\\s.*",
    [PGS_LIQUIBASE_ROLLBACK_START] = "\\s*/\\*\\s*liquibase\\s*rollback\\s*",
    [PGS_LIQUIBASE_PRECONDITIONS] = "\\s*--\\s*preconditions(.*)",
    [PGS_LIQUIBASE_ALT_PRECONDITIONS] = "\\s*-\\s*preconditions\\s.*",
    [PGS_LIQUIBASE_PRECONDITION] = "\\s*--\\s*precondition-([a-zA-Z0-9-]+) (.*)",
    [PGS_LIQUIBASE_EMPTY_PRECONDITION] = "\\s*--\\s*precondition-([a-zA-Z0-9-]+)",
    [PGS_LIQUIBASE_ALT_PRECONDITION] = "\\s*-\\s*precondition(.*)",
    [PGS_LIQUIBASE_COMMENT] = "--\\s*comment:? (.*)",
    [PGS_LIQUIBASE_ALT_COMMENT] = "-\\s*comment:? (.*)|--\\s*comments:? (.*)",
    [PGS_LIQUIBASE_VALID_CHECK_SUM] = "--\\s*validCheckSum:? (.*)",
    [PGS_LIQUIBASE_ALT_VALID_CHECK_SUM] = "-\\s*validCheckSum(.*)",
    [PGS_LIQUIBASE_IGNORE_LINES] = "--\\s*ignoreLines:(\\w+)",
    [PGS_LIQUIBASE_ALT_IGNORE_LINES] = "-\\s*?ignoreLines:(\\w+).*|--\\s*ignore:(\\w+)",
    [PGS_LIQUIBASE_PRO] =
        "\\s*--\\s*(?:rollbackSqlFile\\s+.*|tagDatabase:\\s+.*|include\\s+file:.*|"
        "includeAll\\s+.*)",
    [PGS_LIQUIBASE_STRIP_COMMENTS] = ".*stripComments:(\\w+).*",
    [PGS_LIQUIBASE_SPLIT_STATEMENTS] = ".*splitStatements:(\\w+).*",
    [PGS_LIQUIBASE_ROLLBACK_SPLIT_STATEMENTS] = ".*rollbackSplitStatements:(\\w+).*",
    [PGS_LIQUIBASE_END_DELIMITER] = ".*\\bendDelimiter:(\\S*).*",
    [PGS_LIQUIBASE_ROLLBACK_END_DELIMITER] = ".*\\brollbackEndDelimiter:(\\S*).*",
    [PGS_LIQUIBASE_RUN_WITH] = ".*runWith:([\\w\\$\\{\\}]+).*",
    [PGS_LIQUIBASE_RUN_ON_CHANGE] = ".*runOnChange:(\\w+).*",
    [PGS_LIQUIBASE_RUN_ALWAYS] = ".*runAlways:(\\w+).*",
    [PGS_LIQUIBASE_CONTEXT] = ".*context:(\".*?\"|\\S*).*",
    [PGS_LIQUIBASE_CONTEXT_FILTER] = ".*contextFilter:(\".*?\"|\\S*).*",
    [PGS_LIQUIBASE_LABELS] = ".*labels:(\".*?\"|\\S*).*",
    [PGS_LIQUIBASE_RUN_IN_TRANSACTION] = ".*runInTransaction:(\\w+).*",
    [PGS_LIQUIBASE_DBMS] = ".*dbms:([^,][\\w!,]+).*",
    [PGS_LIQUIBASE_IGNORE] = ".*ignore:(\\w*).*",
    [PGS_LIQUIBASE_FAIL_ON_ERROR] = ".*failOnError:(\\w+).*",
    [PGS_LIQUIBASE_ON_FAIL] = ".*onFail:(\\w+).*",
    [PGS_LIQUIBASE_ROLLBACK_ID] = ".*changeSetId:(\\S+).*",
    [PGS_LIQUIBASE_ROLLBACK_AUTHOR] = ".*changesetAuthor:(\\S+).*",
    [PGS_LIQUIBASE_ROLLBACK_PATH] = ".*changesetPath:(\\S+).*",
    [PGS_LIQUIBASE_PROPERTY_NAME] = ".*name:\\s*(\\S++).*",
    [PGS_LIQUIBASE_PROPERTY_VALUE] = ".*value:\\s*(\\S+).*",
    [PGS_LIQUIBASE_TABLE_NAME] = ".*table:(\\w+).*",
    [PGS_LIQUIBASE_VIEW_NAME] = ".*view:(\\w+).*",
    [PGS_LIQUIBASE_SCHEMA_NAME] = ".*schema:(\\w+).*",
};

/* WORD_AND_QUOTING_PATTERNS: expectedResult:0 SELECT …, '0' SELECT …, "0" SELECT … */
static const char *const checks[] = {
    "(?:expectedResult:)?(\\w+) (.*)",
    "(?:expectedResult:)?'([^']+)' (.*)",
    "(?:expectedResult:)?\"([^\"]+)\" (.*)",
};

struct _PgsLiquibaseLines {
    GRegex *marks[PGS_LIQUIBASE_N_MARKS];
    GRegex *checks[G_N_ELEMENTS(checks)];
};

static GRegex *
compile(const char *pattern)
{
    g_autofree char *whole = g_strdup_printf("^(?:%s)$", pattern);
    GError *error = NULL;
    GRegex *regex = g_regex_new(whole, G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY,
                                G_REGEX_MATCH_DEFAULT, &error);
    g_assert_no_error(error);
    return regex;
}

PgsLiquibaseLines *
pgs_liquibase_lines_new(void)
{
    PgsLiquibaseLines *lines = g_new0(PgsLiquibaseLines, 1);
    for (gsize i = 0; i < PGS_LIQUIBASE_N_MARKS; i++)
        lines->marks[i] = compile(patterns[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        lines->checks[i] = compile(checks[i]);
    return lines;
}

void
pgs_liquibase_lines_free(PgsLiquibaseLines *lines)
{
    if (lines == NULL)
        return;
    for (gsize i = 0; i < PGS_LIQUIBASE_N_MARKS; i++)
        g_regex_unref(lines->marks[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        g_regex_unref(lines->checks[i]);
    g_free(lines);
}

static gboolean
match(const GRegex *regex, const char *line, char **first, char **second)
{
    g_autoptr(GMatchInfo) info = NULL;
    if (!g_regex_match(regex, line, 0, &info))
        return FALSE;
    if (first != NULL)
        *first = g_match_info_fetch(info, 1);
    if (second != NULL)
        *second = g_match_info_fetch(info, 2);
    return TRUE;
}

gboolean
pgs_liquibase_line_match(const PgsLiquibaseLines *lines, PgsLiquibaseMark mark, const char *line,
                         char **first, char **second)
{
    return match(lines->marks[mark], line, first, second);
}

char *
pgs_liquibase_line_value(const PgsLiquibaseLines *lines, PgsLiquibaseMark mark, const char *line)
{
    char *value = NULL;
    match(lines->marks[mark], line, &value, NULL);
    return value;
}

gboolean
pgs_liquibase_line_may_be_mark(const char *line)
{
    while (g_ascii_isspace(*line))
        line++;
    return line[0] == '-' || (line[0] == '/' && line[1] == '*');
}

char *
pgs_liquibase_line_block_end(const char *line)
{
    gsize length = strlen(line);
    while (length > 0 && g_ascii_isspace(line[length - 1]))
        length--;
    if (length < 2 || strncmp(line + length - 2, "*/", 2) != 0)
        return NULL;
    char *rest = g_strndup(line, length - 2);
    if (rest[strspn(rest, " \t\f\v")] == '\0')
        rest[0] = '\0';
    return rest;
}

gboolean
pgs_liquibase_line_check(const PgsLiquibaseLines *lines, const char *body, char **expected,
                         char **query)
{
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        if (match(lines->checks[i], body, expected, query))
            return TRUE;
    }
    return FALSE;
}

#ifndef PGS_MIGRATION_LIQUIBASE_LINE_H
#define PGS_MIGRATION_LIQUIBASE_LINE_H

#include <glib.h>

/* The lines of formatted SQL that mean something, by Liquibase's own patterns. */
typedef enum {
    PGS_LIQUIBASE_PROPERTY,
    PGS_LIQUIBASE_ALT_PROPERTY, /* ALT_…: nearly one, which Liquibase refuses */
    PGS_LIQUIBASE_CHANGESET,    /* author, id */
    PGS_LIQUIBASE_ALT_CHANGESET,
    PGS_LIQUIBASE_ROLLBACK, /* the SQL */
    PGS_LIQUIBASE_ALT_ROLLBACK,
    PGS_LIQUIBASE_ROLLBACK_START,
    PGS_LIQUIBASE_PRECONDITIONS, /* what follows */
    PGS_LIQUIBASE_ALT_PRECONDITIONS,
    PGS_LIQUIBASE_PRECONDITION, /* kind, the rest */
    PGS_LIQUIBASE_EMPTY_PRECONDITION,
    PGS_LIQUIBASE_ALT_PRECONDITION,
    PGS_LIQUIBASE_COMMENT,
    PGS_LIQUIBASE_ALT_COMMENT,
    PGS_LIQUIBASE_VALID_CHECK_SUM,
    PGS_LIQUIBASE_ALT_VALID_CHECK_SUM,
    PGS_LIQUIBASE_IGNORE_LINES, /* count, start or end */
    PGS_LIQUIBASE_ALT_IGNORE_LINES,
    PGS_LIQUIBASE_PRO, /* commands of the licensed editions */
    /* Attributes: their value. */
    PGS_LIQUIBASE_STRIP_COMMENTS,
    PGS_LIQUIBASE_SPLIT_STATEMENTS,
    PGS_LIQUIBASE_ROLLBACK_SPLIT_STATEMENTS,
    PGS_LIQUIBASE_END_DELIMITER,
    PGS_LIQUIBASE_ROLLBACK_END_DELIMITER,
    PGS_LIQUIBASE_RUN_WITH,
    PGS_LIQUIBASE_RUN_ON_CHANGE,
    PGS_LIQUIBASE_RUN_ALWAYS,
    PGS_LIQUIBASE_CONTEXT,
    PGS_LIQUIBASE_CONTEXT_FILTER,
    PGS_LIQUIBASE_LABELS,
    PGS_LIQUIBASE_RUN_IN_TRANSACTION,
    PGS_LIQUIBASE_DBMS,
    PGS_LIQUIBASE_IGNORE,
    PGS_LIQUIBASE_FAIL_ON_ERROR,
    PGS_LIQUIBASE_ON_FAIL,
    PGS_LIQUIBASE_ROLLBACK_ID,
    PGS_LIQUIBASE_ROLLBACK_AUTHOR,
    PGS_LIQUIBASE_ROLLBACK_PATH,
    PGS_LIQUIBASE_PROPERTY_NAME,
    PGS_LIQUIBASE_PROPERTY_VALUE,
    PGS_LIQUIBASE_TABLE_NAME,
    PGS_LIQUIBASE_VIEW_NAME,
    PGS_LIQUIBASE_SCHEMA_NAME,
    PGS_LIQUIBASE_N_MARKS,
} PgsLiquibaseMark;

/* The patterns, compiled. */
typedef struct _PgsLiquibaseLines PgsLiquibaseLines;
PgsLiquibaseLines *pgs_liquibase_lines_new(void);
void pgs_liquibase_lines_free(PgsLiquibaseLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLiquibaseLines, pgs_liquibase_lines_free)

/* Whether the line (valid UTF-8) is like that; first and second, when not NULL, get its parts
 * (g_free()). */
gboolean pgs_liquibase_line_match(const PgsLiquibaseLines *lines, PgsLiquibaseMark mark,
                                  const char *line, char **first, char **second);
/* The first part of a line that is like that; NULL: it is not.  g_free(). */
char *pgs_liquibase_line_value(const PgsLiquibaseLines *lines, PgsLiquibaseMark mark,
                               const char *line);
/* Whether it may be any of those that begin with a comment: most lines are not. */
gboolean pgs_liquibase_line_may_be_mark(const char *line);
/* What stands in front of the end of a comment that ends the line ("" when that is blank); NULL: it
 * does not.  g_free(). */
char *pgs_liquibase_line_block_end(const char *line);
/* The two parts of a sql-check. */
gboolean pgs_liquibase_line_check(const PgsLiquibaseLines *lines, const char *body, char **expected,
                                  char **query);

#endif

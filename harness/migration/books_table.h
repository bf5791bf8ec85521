#ifndef PGS_MIGRATION_BOOKS_TABLE_H
#define PGS_MIGRATION_BOOKS_TABLE_H

/*
 * The table that a tool's own file, in the folder or above it in its repository, gives to the
 * books, as pgs_tool_settings_parse_table() takes it; NULL: it says none.  Of the tools whose file
 * says no more of them than that.  g_free().
 */
char *pgs_books_table(const char *format, const char *folder);

#endif

#ifndef PGS_MIGRATION_PLACEHOLDERS_H
#define PGS_MIGRATION_PLACEHOLDERS_H

#include <glib.h>

/* Texts that a tool substitutes in SQL. */

/* "name=value" of settings (PgsToolSettings) into values (char * → char *, its own copies).
 * fold: names in lower case, for a tool that takes no notice of case. */
void pgs_placeholders_take(GHashTable *values, char *const *settings, gboolean fold);

/*
 * Flyway's rule (flyway-core, internal/parser/PlaceholderReplacingReader.java): prefix name suffix,
 * anywhere; names in values are in lower case.  NULL with *name (g_free()) and *offset when values
 * have none of that name, or it does not end.  *length: of the result.  g_free().
 */
char *pgs_placeholders_flyway(const char *text, gsize text_length, GHashTable *values,
                              const char *prefix, const char *suffix, gsize *length, char **name,
                              gsize *offset);

/*
 * Liquibase's (liquibase-standard, changelog/ExpressionExpander.java): ${name}; one inside the
 * other is expanded first, values too, and what has no value stays as it is.  escapes: ${:name} is
 * ${name}.  g_free().
 */
char *pgs_placeholders_liquibase(const char *text, GHashTable *values, gboolean escapes);

#endif

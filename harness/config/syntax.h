#ifndef PGS_CONFIG_SYNTAX_H
#define PGS_CONFIG_SYNTAX_H

#include <glib.h>
#include <yaml.h>

/* What makes a file no YAML at all, in words that help; errors are of PGS_CONFIG_ERROR. */

/*
 * Holds a text to what YAML allows: UTF-8 without control characters.  A byte order mark at its
 * start is legal there, as editors write it, and is left out: *text and *length change.
 */
gboolean pgs_syntax_check_bytes(const char *file, const char **text, gsize *length, GError **error);

/* What the parser stumbled over in text; always FALSE. */
gboolean pgs_syntax_error(const yaml_parser_t *parser, const char *file, const char *text,
                          gsize length, GError **error);

#endif

#ifndef PGS_PROJECT_TEMPLATE_H
#define PGS_PROJECT_TEMPLATE_H

#include <glib.h>

/*
 * Texts of pgstair.yaml with words in braces that stand for something else: "{url}".  "{{" and "}}"
 * are a brace each, and so is one that holds no word.
 */

/* What a word stands for, g_free(); NULL: it is none. */
typedef char *(*PgsTemplateFunc)(const char *word, gpointer data);

/* text with each word replaced; g_free().  NULL with PGS_CONFIG_ERROR_VALUE, without a place, at a
 * word that is none; words, NULL-terminated, are those that there are, for its hint. */
char *pgs_template_expand(const char *text, const char *const *words, PgsTemplateFunc func,
                          gpointer data, GError **error);

/* Where the database is: words in each such text (driver/words.h). */
extern const char *const pgs_template_place_words[];

#endif

#ifndef PGS_VALUES_PATTERN_SET_H
#define PGS_VALUES_PATTERN_SET_H

#include <glib.h>

/* A set of characters, as a pattern's class names them. */
typedef struct _PgsCharacters PgsCharacters;

PgsCharacters *pgs_characters_new(void);
void pgs_characters_free(PgsCharacters *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCharacters, pgs_characters_free)

void pgs_characters_add(PgsCharacters *set, gunichar first, gunichar last);
/* By its POSIX name ("alpha"); FALSE: there is none of that name. */
gboolean pgs_characters_add_class(PgsCharacters *set, const char *name, gsize length);
/* \d, \w, \s, and with upper case what they leave out; FALSE: another letter. */
gboolean pgs_characters_add_shorthand(PgsCharacters *set, char letter);
void pgs_characters_negate(PgsCharacters *set);

gboolean pgs_characters_has(const PgsCharacters *set, gunichar character);
/* An ordinary member, then those at its edges, each once; 0 after the last. */
gunichar pgs_characters_member(const PgsCharacters *set, guint n);
/* Those that are none; 0 after the last. */
gunichar pgs_characters_outsider(const PgsCharacters *set, guint n);

#endif

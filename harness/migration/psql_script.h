#ifndef PGS_MIGRATION_PSQL_SCRIPT_H
#define PGS_MIGRATION_PSQL_SCRIPT_H

#include "sql/script.h"

/* Texts that psql runs, with commands of its own (\i, \if, \set, …) and its variables in them. */

typedef struct {
    char *name;      /* "connect"; without the backslash */
    char *arguments; /* the rest of its line, without white space at its ends */
    PgsPosition position;
} PgsMetaCommand;

/*
 * Splits text as psql would, past its own commands: they become blanks, or the semicolon that
 * sends the statement before them (\g, \gexec, …); rows of a COPY that end with the text get the
 * \. that psql does not need.  commands: gets them (PgsMetaCommand *,
 * pgs_meta_command_free()), or NULL.  Errors as pgs_script_new()'s.
 */
PgsScript *pgs_psql_script_new(const char *text, gsize length, GPtrArray *commands,
                               PgsPosition *position, GError **error);
void pgs_meta_command_free(PgsMetaCommand *command);

/* Whether a statement holds what psql takes for one of its variables: :name, :'name', :"name",
 * :{?name}. */
gboolean pgs_psql_script_has_variables(const PgsScript *script);

#endif

#ifndef PGS_MIGRATION_GOOSE_VARIABLES_H
#define PGS_MIGRATION_GOOSE_VARIABLES_H

#include "project/tool_settings.h"

/*
 * What goose puts in for variables between its marks ENVSUB ON and ENVSUB OFF: the expansions of
 * github.com/mfridman/interpolate (parser.go, interpolate.go).
 */
typedef struct {
    const PgsToolSettings *settings; /* whose placeholders win over its environment, and that over
                                        pgstair's own */
    GHashTable *missing; /* char *: the variables that had neither a value nor a default */
} PgsGooseVariables;

/* Adds the line with its variables replaced to out.  FALSE: goose refuses it, and *message
 * (g_free()) says why, in its words. */
gboolean pgs_goose_expand(const PgsGooseVariables *variables, const char *line, gsize length,
                          GString *out, char **message);

#endif

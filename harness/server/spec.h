#ifndef PGS_SERVER_SPEC_H
#define PGS_SERVER_SPEC_H

#include <glib.h>

/*
 * Server specifications as a person writes them: several words, each of which may stand for several
 * servers ("docker:13..18", "local:15,17").
 */
typedef struct {
    char *spec;           /* of one server: "docker:15" */
    gboolean is_optional; /* from a range: when it is not to be had, the run goes on without it */
} PgsServerSpec;

void pgs_server_spec_free(PgsServerSpec *spec);

/* Elements are PgsServerSpec, in the order given, none twice; g_ptr_array_unref().
 * PGS_SERVER_ERROR_SPEC. */
GPtrArray *pgs_server_spec_expand(const char *const *words, GError **error);

/* The specification without its secrets: for records, messages and command lines.  g_free(). */
char *pgs_server_spec_show(const char *spec);

#endif

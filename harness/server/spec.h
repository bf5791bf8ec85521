#ifndef PGS_SERVER_SPEC_H
#define PGS_SERVER_SPEC_H

#include <glib.h>

/*
 * Server specifications as a person writes them: several words, each of which may stand for several
 * servers ("docker:13..18", "local:15,17", "docker:13,15..18").
 */
typedef struct {
    char *spec;           /* of one server: "docker:15" */
    gboolean is_optional; /* from a range: when it is not to be had, the run goes on without it */
    char *range; /* the range that it is in, "docker:13..18", named for itself or not; NULL:
                    none */
} PgsServerSpec;

void pgs_server_spec_free(PgsServerSpec *spec);

/* Elements are PgsServerSpec, in the order given, none twice (named and in a range: named);
 * g_ptr_array_unref().  No words: "auto".  PGS_SERVER_ERROR_SPEC. */
GPtrArray *pgs_server_spec_expand(const char *const *words, GError **error);

/* The first of them, for what runs on one alone.  g_free(). */
char *pgs_server_spec_first(const char *const *words, GError **error);

/*
 * The specification without its secrets: for records, messages and command lines.  It stays as it
 * is when it has none; a word that cannot be read and may hold one is "***".  g_free().
 */
char *pgs_server_spec_show(const char *spec);

/*
 * A short name for it, for tables and lists: "docker:15" as it is, a URL by its host and port, and
 * (long) its database.  g_free().
 */
char *pgs_server_spec_name(const char *spec, gboolean is_long);

#endif

#ifndef PGS_SERVER_TEMPLATE_H
#define PGS_SERVER_TEMPLATE_H

#include "server/account.h"
#include "server/custody.h"
#include "server/installation.h"

/*
 * The template cache: what initdb makes, kept for the next run, since initdb takes half a second
 * and a copy a twentieth of that.  One template per binaries, initdb's arguments and account, in a
 * folder that only this user can write to.  Safe for many runs at once; a damaged template is made
 * anew; one that was not used for 30 days is removed.
 */
typedef struct {
    const PgsInstallation *installation;
    const PgsAccount *account;
    PgsCustody *custody; /* runs initdb */
    const char *log;     /* initdb's output is appended to it */
    guint timeout;       /* for initdb, and for another run that makes the template; milliseconds */
    GCancellable *cancellable; /* may be NULL */
} PgsTemplateRequest;

/*
 * Makes data, a path that does not exist yet, a fresh cluster, from the cache when that is
 * possible: *from_cache (may be NULL) tells.  Error: PGS_SERVER_ERROR_START.
 */
gboolean pgs_template_install(const PgsTemplateRequest *request, const char *data,
                              gboolean *from_cache, GError **error);

/* Throws the cached template away: what was made of it did not work. */
void pgs_template_discard(const PgsTemplateRequest *request);

/*
 * The cache's folder, made when it was not there; NULL: there is no place for one.  reasons (may be
 * NULL) gets why others were passed over, a line each, or "".  Free both with g_free().
 */
char *pgs_template_find_cache(char **reasons);

/* How many whole templates lie in the cache folder, and their bytes on disk. */
guint pgs_template_count(const char *cache, guint64 *bytes);

#endif

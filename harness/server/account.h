#ifndef PGS_SERVER_ACCOUNT_H
#define PGS_SERVER_ACCOUNT_H

#include <glib.h>
#include <sys/types.h>

/*
 * Who is who: the user that runs pgstair, and the account that its local servers run as.  They are
 * the same, except for root, which PostgreSQL refuses to run as.
 */
typedef struct {
    uid_t uid; /* of the servers */
    gid_t gid;
    char *name;      /* its name: "postgres" */
    char *user_name; /* of the user that runs pgstair: "root" */
    const char *why; /* how it was chosen */
} PgsAccount;

/* Error: PGS_SERVER_ERROR_START, when there is none to be had.  Free with pgs_account_free(). */
PgsAccount *pgs_account_choose(GError **error);
void pgs_account_free(PgsAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsAccount, pgs_account_free)

/* Whether the account can pass through the folder path and all above it, by their modes. */
gboolean pgs_account_can_reach(const PgsAccount *account, const char *path);

#endif

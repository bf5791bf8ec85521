#ifndef PGS_LEDGER_SQITCH_USER_H
#define PGS_LEDGER_SQITCH_USER_H

#include <glib.h>

/* Who Sqitch would say deploys or reverts: its committer. */
typedef struct {
    char *name;
    char *email;
} PgsSqitchUser;

/* root: the project's folder, with its sqitch.conf.  PGS_LEDGER_ERROR_UNSUPPORTED where Sqitch
 * itself would stop. */
PgsSqitchUser *pgs_sqitch_user_find(const char *root, GError **error);
void pgs_sqitch_user_free(PgsSqitchUser *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqitchUser, pgs_sqitch_user_free)

#endif

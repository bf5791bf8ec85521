#include "server/account.h"

#include "base/error.h"
#include "server/server.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What root's servers run as: the first that exists.  name NULL: named by PGSTAIR_ACCOUNT. */
static const struct {
    const char *name;
    const char *why;
} candidates[] = {
    {NULL, "named by PGSTAIR_ACCOUNT"},
    {"postgres", "PostgreSQL's own account, since root cannot run a server"},
    {"nobody", "since root cannot run a server and there is no account postgres"},
};

enum {
    PASSWD_BUFFER = 16 * 1024,
};

/* The account of that name, or (name NULL) of that uid; FALSE when there is none. */
static gboolean
look_up(const char *name, uid_t uid, char **found_name, uid_t *found_uid, gid_t *found_gid)
{
    g_autofree char *buffer = g_malloc(PASSWD_BUFFER);
    struct passwd entry, *found = NULL;
    if (name != NULL)
        getpwnam_r(name, &entry, buffer, PASSWD_BUFFER, &found);
    else
        getpwuid_r(uid, &entry, buffer, PASSWD_BUFFER, &found);
    if (found == NULL)
        return FALSE;
    *found_name = g_strdup(found->pw_name);
    *found_uid = found->pw_uid;
    *found_gid = found->pw_gid;
    return TRUE;
}

static gboolean
choose_for_root(PgsAccount *account, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        const char *name =
            candidates[i].name != NULL ? candidates[i].name : g_getenv("PGSTAIR_ACCOUNT");
        if (name == NULL || *name == '\0')
            continue;
        if (look_up(name, 0, &account->name, &account->uid, &account->gid) && account->uid != 0) {
            account->why = candidates[i].why;
            return TRUE;
        }
        g_clear_pointer(&account->name, g_free);
        if (candidates[i].name == NULL) {
            pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                          "name an account that exists and is not root",
                          "PGSTAIR_ACCOUNT is \"%s\", which no server can run as", name);
            return FALSE;
        }
    }
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "run pgstair as another user, or make an account (\"useradd --system postgres\")",
                  "root cannot run a server, and there is neither an account \"postgres\" nor "
                  "\"nobody\"");
    return FALSE;
}

PgsAccount *
pgs_account_choose(GError **error)
{
    g_autoptr(PgsAccount) account = g_new0(PgsAccount, 1);
    uid_t uid;
    gid_t gid;
    if (!look_up(NULL, geteuid(), &account->user_name, &uid, &gid)) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "run pgstair as a user that /etc/passwd knows (in a container: give the user "
                      "an entry, or use another with --user)",
                      "user id %u has no name on this machine, and PostgreSQL cannot do without",
                      (guint)geteuid());
        return NULL;
    }
    if (geteuid() == 0)
        return choose_for_root(account, error) ? g_steal_pointer(&account) : NULL;
    account->name = g_strdup(account->user_name);
    account->uid = uid;
    account->gid = getegid();
    account->why = "the user that runs pgstair";
    return g_steal_pointer(&account);
}

void
pgs_account_free(PgsAccount *account)
{
    if (account == NULL)
        return;
    g_free(account->name);
    g_free(account->user_name);
    g_free(account);
}

gboolean
pgs_account_can_reach(const PgsAccount *account, const char *path)
{
    g_autofree char *at = g_canonicalize_filename(path, NULL);
    for (;;) {
        struct stat st;
        if (stat(at, &st) != 0)
            return FALSE;
        mode_t bit = st.st_uid == account->uid   ? S_IXUSR
                     : st.st_gid == account->gid ? S_IXGRP
                                                 : S_IXOTH;
        if ((st.st_mode & bit) == 0)
            return FALSE;
        if (strcmp(at, "/") == 0)
            return TRUE;
        char *parent = g_path_get_dirname(at);
        g_free(at);
        at = parent;
    }
}

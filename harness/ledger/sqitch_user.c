#include "ledger/sqitch_user.h"

#include "base/error.h"
#include "ledger/ledger.h"
#include "migration/reader.h"
#include "migration/sqitch_config.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

/* Sqitch 1.3.1: App/Sqitch.pm, sysuser, user_name and user_email; App/Sqitch/Config.pm says where
 * its settings lie, the nearest last. */

void
pgs_sqitch_user_free(PgsSqitchUser *user)
{
    if (user == NULL)
        return;
    g_free(user->name);
    g_free(user->email);
    g_free(user);
}

/* Perl's "||": what is empty counts as not said. */
static const char *
said(const char *variable)
{
    const char *value = g_getenv(variable);
    return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
look_into(const char *folder, const char *file, char **name, char **email, GError **error)
{
    g_autofree char *text = pgs_file_text_beside(folder, file);
    if (text == NULL)
        return TRUE;
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autoptr(PgsSqitchConfig) config = pgs_sqitch_config_parse(path, text, error);
    if (config == NULL)
        return FALSE;
    static const char *const keys[] = {"name", "email"};
    char **const values[] = {name, email};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *value = pgs_sqitch_config_get(config, "user", keys[i]);
        if (value == NULL)
            continue;
        g_free(*values[i]);
        *values[i] = g_strdup(value);
    }
    return TRUE;
}

static gboolean
look_into_all(const char *root, char **name, char **email, GError **error)
{
    const char *home = said("HOME") != NULL ? said("HOME") : g_get_home_dir();
    const char *own = said("SQITCH_CONFIG");
    g_autofree char *of_system = g_strdup(said("SQITCH_SYSTEM_CONFIG"));
    g_autofree char *of_user = g_strdup(said("SQITCH_USER_CONFIG"));
    if (of_system == NULL)
        of_system = g_strdup("/etc/sqitch/sqitch.conf");
    if (of_user == NULL)
        of_user = g_build_filename(home, ".sqitch", "sqitch.conf", NULL);
    g_autofree char *local = g_canonicalize_filename(own != NULL ? own : "sqitch.conf", root);
    const char *const paths[] = {of_system, of_user, local};
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        if (!look_into("", paths[i], name, email, error))
            return FALSE;
    }
    return TRUE;
}

static char *
system_user(void)
{
    if (said("SQITCH_ORIG_SYSUSER") != NULL)
        return g_strdup(said("SQITCH_ORIG_SYSUSER"));
    const char *login = getlogin();
    if (login != NULL && *login != '\0')
        return g_strdup(login);
    const struct passwd *entry = getpwuid(getuid());
    return g_strdup(entry != NULL ? entry->pw_name : g_get_user_name());
}

/* The whole field in which the system has the user's name. */
static char *
system_name(const char *user)
{
    const struct passwd *entry = getpwnam(user);
    return g_strdup(entry != NULL && *entry->pw_gecos != '\0' ? entry->pw_gecos : user);
}

static gboolean
check(const PgsSqitchUser *user, GError **error)
{
    const char *fault = NULL;
    if (*user->name == '[' || strchr(user->name, '<') != NULL)
        fault = "the user's name may not contain \"<\" or start with \"[\"";
    else if (strchr(user->email, '>') != NULL)
        fault = "the user's email may not contain \">\"";
    if (fault == NULL)
        return TRUE;
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                  "sqitch config --user user.name \"Your Name\"", "Sqitch refuses who commits: %s",
                  fault);
    return FALSE;
}

static char *
first_of(const char *a, const char *b, const char *c)
{
    return g_strdup(a != NULL ? a : b != NULL ? b : c);
}

PgsSqitchUser *
pgs_sqitch_user_find(const char *root, GError **error)
{
    g_autofree char *name = NULL, *email = NULL;
    if (!look_into_all(root, &name, &email, error))
        return NULL;
    g_autofree char *login = system_user();
    g_autoptr(PgsSqitchUser) user = g_new0(PgsSqitchUser, 1);
    user->name = first_of(said("SQITCH_FULLNAME"), name, said("SQITCH_ORIG_FULLNAME"));
    if (user->name == NULL)
        user->name = system_name(login);
    user->email = first_of(said("SQITCH_EMAIL"), email, said("SQITCH_ORIG_EMAIL"));
    if (user->email == NULL)
        user->email = g_strdup_printf("%s@%s", login, g_get_host_name());
    return check(user, error) ? g_steal_pointer(&user) : NULL;
}

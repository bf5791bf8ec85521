#include "check/check.h"

#include "base/error.h"
#include "base/text.h"
#include "check/checks.h"

#include <string.h>

G_DEFINE_QUARK(pgs_check_error, pgs_check_error)

/* In the order of a run. */
static const PgsCheck *const groups[] = {
    pgs_checks_folder,   pgs_checks_climb, pgs_checks_expect,  pgs_checks_data,
    pgs_checks_exercise, pgs_checks_plan,  pgs_checks_drift,   pgs_checks_redundancy,
    pgs_checks_servers,  pgs_checks_suite, pgs_checks_project,
};

const PgsCheck *
pgs_check_at(guint index)
{
    for (gsize group = 0; group < G_N_ELEMENTS(groups); group++) {
        for (const PgsCheck *check = groups[group]; check->id != NULL; check++) {
            if (index-- == 0)
                return check;
        }
    }
    return NULL;
}

const PgsCheck *
pgs_check_find(const char *id)
{
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (strcmp(check->id, id) == 0)
            return check;
    }
    return NULL;
}

gboolean
pgs_check_is_named(const char *word, const char *id)
{
    gsize length = strlen(word);
    return strncmp(word, id, length) == 0 && (id[length] == '\0' || id[length] == '.');
}

static gboolean
names_any(const char *word)
{
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (pgs_check_is_named(word, check->id))
            return TRUE;
    }
    return FALSE;
}

/* The nearest check or group, or NULL.  Free with g_free(). */
static char *
nearest_name(const char *word)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(g_free);
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        g_ptr_array_add(known, g_strndup(check->id, strcspn(check->id, ".")));
        g_ptr_array_add(known, g_strdup(check->id));
    }
    g_ptr_array_add(known, NULL);
    return g_strdup(pgs_text_nearest(word, (const char *const *)known->pdata));
}

gboolean
pgs_check_name_validate(const char *word, GError **error)
{
    if (names_any(word))
        return TRUE;
    g_autofree char *nearest = nearest_name(word);
    g_autofree char *hint =
        nearest != NULL
            ? g_strdup_printf("did you mean \"%s\"? \"pgstair explain\" lists all checks", nearest)
            : g_strdup("\"pgstair explain\" lists all checks");
    pgs_error_set(error, PGS_CHECK_ERROR, PGS_CHECK_ERROR_UNKNOWN, hint,
                  "there is no check and no group of checks called \"%s\"", word);
    return FALSE;
}

static gboolean
validate_words(char **words, GError **error)
{
    for (; words != NULL && *words != NULL; words++) {
        if (!pgs_check_name_validate(*words, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_check_selection_validate(const PgsCheckSelection *selection, GError **error)
{
    return validate_words(selection->only, error) && validate_words(selection->skip, error);
}

gboolean
pgs_check_selection_has(const PgsCheckSelection *selection, const char *id)
{
    gboolean has = selection->only == NULL;
    for (char **word = selection->only; word != NULL && *word != NULL; word++)
        has = has || pgs_check_is_named(*word, id);
    for (char **word = selection->skip; word != NULL && *word != NULL; word++)
        has = has && !pgs_check_is_named(*word, id);
    return has;
}

const char *
pgs_check_selection_first(const PgsCheckSelection *selection, const char *group)
{
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (pgs_check_is_named(group, check->id) && pgs_check_selection_has(selection, check->id))
            return check->id;
    }
    return NULL;
}

gboolean
pgs_check_selection_has_group(const PgsCheckSelection *selection, const char *group)
{
    return pgs_check_selection_first(selection, group) != NULL;
}

#include "plan/derive_index.h"
#include "plan/derive_search.h"

#include <string.h>

/* ---- GIN, GiST, SP-GiST, and what extensions bring ---- */

/* The names of the class's operators, for a person. */
static char *
operator_names(const PgsDeriving *deriving, const PgsIndexKey *key)
{
    const GPtrArray *list = pgs_operators_of(deriving->operators, key);
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++) {
        const PgsOperator *oper = list->pdata[i];
        g_string_append_printf(names, "%s%s", i > 0 ? " " : "", oper->name);
    }
    return g_string_free(names, FALSE);
}

/* Adds what the key is searched by; FALSE with *ok TRUE: nothing, and why is said. */
static gboolean
add_condition(PgsDeriving *deriving, PgsInquiry *inquiry, guint i, PgsSearch *search, gboolean *ok,
              GError **error)
{
    const PgsIndexKey *key = deriving->index->keys->pdata[i];
    g_autofree char *sql = pgs_derive_key_sql(key);
    gboolean is_known;
    *ok = pgs_search_add(inquiry, deriving->operators, key, sql, search, &is_known, error);
    if (!*ok || search->oper != NULL)
        return *ok;
    g_autofree char *names = operator_names(deriving, key);
    if (is_known)
        pgs_derive_say(deriving, "no row has a value for it: %s %s", search->title, key->sql);
    else
        pgs_derive_say(deriving, "for no operator of %s a value is known to be made (%s)",
                       key->opclass_sql, names);
    return FALSE;
}

static gboolean
add_leading(PgsDeriving *deriving, GError **error)
{
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    PgsSearch search;
    gboolean ok;
    if (!add_condition(deriving, inquiry, 0, &search, &ok, error))
        return ok;
    /* For equality of one column there is a better index, and for both this one. */
    if (deriving->index->keys->len > 1 && strcmp(search.oper->name, "=") == 0 &&
        pgs_rival_for_leading(deriving, TRUE) != NULL)
        return TRUE;
    g_autofree char *what = g_strdup_printf("its rarest search (%s %s)", search.oper->sql,
                                            (const char *)inquiry->values->pdata[0]);
    return pgs_derive_add_fair(deriving, PGS_QUESTION_SEARCH, inquiry,
                               pgs_derive_key_title(search.title, deriving->index, 0), what, error);
}

static gboolean
add_all(PgsDeriving *deriving, GError **error)
{
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    guint n = deriving->index->keys->len;
    for (guint i = 0; i < n; i++) {
        PgsSearch search;
        gboolean ok;
        if (!add_condition(deriving, inquiry, i, &search, &ok, error))
            return ok;
    }
    g_autofree char *keys = pgs_derive_keys_title(deriving->index, n);
    return pgs_derive_add_fair(deriving, PGS_QUESTION_SEARCH, inquiry,
                               g_strdup_printf("search by %s", keys), "a search by all its keys",
                               error);
}

static gboolean
add_nearest(PgsDeriving *deriving, GError **error)
{
    const PgsIndex *index = deriving->index;
    const PgsIndexKey *key = index->keys->pdata[0];
    const PgsOperator *nearest = pgs_search_nearest(deriving->operators, key);
    g_autofree char *sql = pgs_derive_key_sql(key), *value = NULL;
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    if (nearest == NULL)
        return TRUE;
    if (!pgs_inquiry_pick(inquiry, sql, PGS_PICK_RARE, &value, error))
        return FALSE;
    if (value == NULL)
        return TRUE;
    g_autofree char *tail = g_strdup_printf(" ORDER BY %s %s $1 LIMIT 10", sql, nearest->sql);
    g_ptr_array_add(inquiry->values, g_steal_pointer(&value));
    pgs_derive_add(deriving, PGS_QUESTION_NEAREST, inquiry, tail,
                   pgs_derive_key_title("nearest to a value of", index, 0));
    return TRUE;
}

gboolean
pgs_derive_search(PgsDeriving *deriving, GError **error)
{
    if (!add_leading(deriving, error))
        return FALSE;
    if (deriving->index->keys->len > 1 && !add_all(deriving, error))
        return FALSE;
    return add_nearest(deriving, error);
}

#include "operate/loss_words.h"

#include "base/text.h"

#include <string.h>

/* ---- words ---- */

/* No word of SQL that only stands before one of these in a lock, a rule or a trigger. */
#define NO_RULE "(?<!for )(?<!on )(?<!do )(?<!key )(?<!after )(?<!before )(?<!or )(?<!of )"

#define CHANGES                                                                                    \
    "(?<![\\w.])(delete\\s+from|truncate(\\s+table|\\s+only)?\\s+[\\w\".]|merge\\s+into|"          \
    "(?<!for )(?<!on )(?<!do )update\\s+(only\\s+)?[\\w\".*]+\\s+(as\\s+)?(\\w+\\s+)?set\\b|"      \
    "on\\s+conflict\\b[^;]*?\\bdo\\s+update\\b)"

/* In a program of another language. */
#define CALLS "|(?<!\\w)(delete|update)\\s*\\(|\\bpostgresql_using\\b"

#define BARE "\\b" NO_RULE "(delete|truncate|update|merge\\s+into)\\b(?!')|\\bdo update\\b"

/* A text that is not there as a whole, so that no word of it counts: EXECUTE 'trun' || 'cate t'. */
#define PUT_TOGETHER                                                                               \
    "(?<![\\w.])execute\\b(?!\\s*(?:function|procedure|on)\\b)"                                    \
    "(?!\\s*(?:pg_catalog\\.)?format\\s*\\(\\s*e?'\\s*\\w)"                                        \
    "(?!\\s*'(?:[^']|'')*'\\s*(?:;|(?:into|using)\\b))"

/* What is handed out next may have been handed out before. */
#define MOVES_SEQUENCE                                                                             \
    "(?<!\\w)setval\\s*\\(|\\balter\\s+sequence\\b[^;]*?\\brestart\\b|"                            \
    "\\balter\\s+(?:column\\s+)?" COLUMN "\\s+(?:set\\s+[^;]*?)?restart\\b"

#define CHANGES_LARGE_OBJECTS "(?<!\\w)(?:lo_unlink|lo_put|lo_truncate(?:64)?|lowrite)\\s*\\("

/* The column's own value, cast, is what the types tell of. */
#define COLUMN "(\"(?:[^\"]|\"\")+\"|[\\w$]+)"
#define CASTS "(?:::\\s*[\\w\\s.\"$]+(?:\\([\\d, ]+\\))?(?:\\[\\])*\\s*\\)*\\s*)*"
#define COMPUTES                                                                                   \
    "\\balter (?:column )?" COLUMN " (?:set data )?type (?:(?!\\balter )[^;])*?\\busing\\b"        \
    "(?!\\s*\\(*\\s*\\1\\s*\\)*\\s*" CASTS "(?:,|;|$))"

static gboolean
find(const char *pattern, const char *text, gsize length, gsize *at)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS, 0, &error);
    g_autoptr(GMatchInfo) match = NULL;
    int start = 0;
    if (regex == NULL)
        g_error("%s", error->message); /* a constant of this file */
    if (!g_regex_match_full(regex, text, (gssize)length, 0, 0, &match, NULL) ||
        !g_match_info_fetch_pos(match, 0, &start, NULL))
        return FALSE;
    *at = (gsize)start;
    return TRUE;
}

static gboolean
is_in(const char *pattern, const char *text)
{
    gsize at;
    g_autofree char *folded = pgs_text_fold_space(text);
    return find(pattern, folded, strlen(folded), &at);
}

gboolean
pgs_loss_words_change(const char *text, gsize length, gsize *at)
{
    return find(CHANGES CALLS, text, length, at);
}

gboolean
pgs_loss_words_may_change(const char *text)
{
    return is_in(BARE, text);
}

gboolean
pgs_loss_words_put_together(const char *body)
{
    return is_in(PUT_TOGETHER, body);
}

const char *
pgs_loss_words_beside_rows(const char *text)
{
    static const struct {
        const char *pattern, *verb;
    } kinds[] = {
        {MOVES_SEQUENCE, "sets the position of a sequence"},
        {CHANGES_LARGE_OBJECTS, "changes or deletes large objects"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (is_in(kinds[i].pattern, text))
            return kinds[i].verb;
    }
    return NULL;
}

gboolean
pgs_loss_words_compute(const char *text)
{
    return is_in(COMPUTES, text);
}

/* ---- functions ---- */

typedef struct {
    char *name;
    GHashTable *calls; /* names that its definition has before a parenthesis */
    gboolean changes;
} Function;

struct _PgsLossFunctions {
    GPtrArray *all;       /* Function */
    GHashTable *changing; /* name → name of those that change rows; borrowed */
    gboolean is_spread;
};

static void
function_free(Function *function)
{
    g_free(function->name);
    g_hash_table_unref(function->calls);
    g_free(function);
}

PgsLossFunctions *
pgs_loss_functions_new(void)
{
    PgsLossFunctions *functions = g_new0(PgsLossFunctions, 1);
    functions->all = g_ptr_array_new_with_free_func((GDestroyNotify)function_free);
    functions->changing = g_hash_table_new(g_str_hash, g_str_equal);
    return functions;
}

void
pgs_loss_functions_free(PgsLossFunctions *functions)
{
    if (functions == NULL)
        return;
    g_hash_table_unref(functions->changing);
    g_ptr_array_unref(functions->all);
    g_free(functions);
}

/* As the catalog has them: in lower case unless they are quoted. */
static GHashTable *
find_calls(const char *text)
{
    GHashTable *calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GRegex) regex =
        g_regex_new("\"((?:[^\"]|\"\")+)\"\\s*\\(|([\\w$]+)\\s*\\(", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *quoted = g_match_info_fetch(match, 1);
        g_autofree char *plain = g_match_info_fetch(match, 2);
        if (quoted != NULL && *quoted != '\0')
            g_hash_table_add(calls, g_steal_pointer(&quoted));
        else
            g_hash_table_add(calls, g_utf8_strdown(plain, -1));
    }
    return calls;
}

static const char *
find_changing(const PgsLossFunctions *functions, GHashTable *calls)
{
    GHashTableIter iter;
    gpointer name, found;
    g_hash_table_iter_init(&iter, calls);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        found = g_hash_table_lookup(functions->changing, name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* Whoever calls one that changes rows is one. */
static void
spread(PgsLossFunctions *functions)
{
    for (gboolean is_new = !functions->is_spread; is_new;) {
        is_new = FALSE;
        for (guint i = 0; i < functions->all->len; i++) {
            Function *function = functions->all->pdata[i];
            if (function->changes || find_changing(functions, function->calls) == NULL)
                continue;
            function->changes = is_new = TRUE;
            g_hash_table_add(functions->changing, function->name);
        }
    }
    functions->is_spread = TRUE;
}

const char *
pgs_loss_functions_called(PgsLossFunctions *functions, const char *text)
{
    g_autoptr(GHashTable) calls = find_calls(text);
    spread(functions);
    return find_changing(functions, calls);
}

void
pgs_loss_functions_add(PgsLossFunctions *functions, const char *name, const char *definition)
{
    Function *function = g_new0(Function, 1);
    function->name = g_strdup(name);
    function->calls = find_calls(definition);
    function->changes = pgs_loss_words_may_change(definition) ||
                        pgs_loss_words_put_together(definition) ||
                        pgs_loss_words_beside_rows(definition) != NULL;
    if (function->changes)
        g_hash_table_add(functions->changing, function->name);
    g_ptr_array_add(functions->all, function);
    functions->is_spread = FALSE;
}

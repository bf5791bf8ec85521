#include "base/error.h"
#include "base/text.h"
#include "check/drift_model.h"
#include "check/drift_scope.h"
#include "check/system_words.h"
#include "cycle/lane.h"
#include "cycle/psql.h"
#include "driver/login.h"
#include "operate/ddl_run.h"
#include "operate/draft.h"
#include "operate/draft_source.h"
#include "server/options.h"
#include "snapshot/catalog.h"

#include <string.h>

/* The draft of a revision: what leads from head to a model and back, tried on a throwaway server.
 */

/* Of a statement that was refused, this many characters are told. */
#define MAX_SQL 120
/* ERRCODE_UNSAFE_NEW_ENUM_VALUE_USAGE */
#define UNSAFE_LABEL "(SQLSTATE 55P04)"

/* ---- comparing ---- */

static const PgsObject *
object_of(const PgsDifference *difference)
{
    return difference->before != NULL ? difference->before : difference->after;
}

static gboolean
is_left(const PgsDifference *difference)
{
    return difference->nature == PGS_NATURE_REAL && difference->tolerated == NULL;
}

static guint
count_left(const PgsDiff *diff)
{
    guint n = 0;
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++)
        n += is_left(pgs_diff_difference(diff, i));
    return n;
}

/* The difference of what was made from what should be: "column public.t.c: type: …". */
static char *
describe(const PgsDifference *difference)
{
    static const char *const words[] = {
        [PGS_CHANGE_ADDED] = "is not made",
        [PGS_CHANGE_REMOVED] = "is not dropped",
    };
    if (difference->change == PGS_CHANGE_ATTRIBUTE)
        return pgs_difference_to_string(difference);
    const PgsObject *object = object_of(difference);
    return g_strdup_printf("%s %s: %s", object->kind, object->identity, words[difference->change]);
}

/* The server's word on the statement about an object; NULL: it has not refused one. */
static const PgsDdlStatement *
find_refusal(const PgsDdlPlan *plan, const PgsObject *object)
{
    g_autofree char *key = pgs_ddl_key(object);
    for (guint i = 0; plan != NULL && i < plan->statements->len; i++) {
        const PgsDdlStatement *statement = plan->statements->pdata[i];
        if (statement->refusal != NULL && strcmp(statement->what, key) == 0)
            return statement;
    }
    return NULL;
}

/*
 * Whether the server only spells it in another way: it was made of the model's own words, which the
 * server does not always give back as it takes them (an IN list over varchar gets its casts
 * element by element).
 */
static gboolean
is_respelled(const PgsDdlPlan *plan, const PgsDifference *difference)
{
    static const char *const spelled[] = {"expression", "definition", "predicate",  "default",
                                          "generated",  "using",      "with-check", "when",
                                          "columns",    "body",       NULL};
    if (plan == NULL || difference->change != PGS_CHANGE_ATTRIBUTE ||
        difference->before_value == NULL || difference->after_value == NULL ||
        !g_strv_contains(spelled, difference->attribute))
        return FALSE;
    g_autofree char *key = pgs_ddl_key(difference->after);
    return g_hash_table_contains(plan->made, key) && find_refusal(plan, difference->after) == NULL;
}

static char *
explain(const PgsDifference *difference, const PgsDdlPlan *plan)
{
    g_autofree char *text = describe(difference);
    if (is_respelled(plan, difference))
        return g_strdup_printf("%s (only spelled in another way by the server, made of the same "
                               "words)",
                               text);
    const PgsDdlStatement *refused = find_refusal(plan, object_of(difference));
    if (refused == NULL)
        return g_steal_pointer(&text);
    if (strstr(refused->refusal, UNSAFE_LABEL) != NULL)
        return g_strdup_printf("%s yet: it uses a label that this revision adds to an enum, which "
                               "has to be committed first: write this revision, then draft the "
                               "next one from the same model",
                               text);
    g_autofree char *sql = pgs_text_fold_space(refused->sql);
    g_autofree char *cut = pgs_text_ellipsize(sql, MAX_SQL);
    return g_strdup_printf("%s: %s: %s", text, refused->refusal, cut);
}

/* plan: for what the server said to it, or NULL.  The number of those that are not only respelled.
 */
static guint
list_differences(const PgsDiff *diff, const PgsDdlPlan *plan, GPtrArray *list)
{
    guint n = 0;
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (!is_left(difference))
            continue;
        g_autofree char *text = explain(difference, plan);
        g_autofree char *folded = pgs_text_fold_space(text);
        g_ptr_array_add(list, pgs_text_plain(folded));
        n += !is_respelled(plan, difference);
    }
    return n;
}

/* ---- one direction ---- */

typedef struct {
    const PgsDraftSource *source; /* server, stage, role */
    PgsDdlSide *head, *model;
    char *database; /* on which the statements are tried */
    PgsDraftScope scope;
} Trial;

static void
trial_clear(Trial *trial)
{
    g_clear_pointer(&trial->head, pgs_ddl_side_free);
    g_clear_pointer(&trial->model, pgs_ddl_side_free);
    g_free(trial->database);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trial, trial_clear)

/* Plans and runs what leads from what is there to to.  *text: NULL when there is nothing to do;
 * left (texts): how the two differ in the end. */
static gboolean
lead(const Trial *trial, const PgsDdlSide *to, guint *n_differences, char **text, GPtrArray *left,
     guint *n_unsaid, GError **error)
{
    const PgsDraftSource *source = trial->source;
    g_autoptr(PgsDdlSide) from =
        pgs_draft_source_read(source, trial->database, &trial->scope, error);
    if (from == NULL)
        return FALSE;
    g_autoptr(PgsDiff) diff = pgs_diff_new(from->snapshot, to->snapshot, 0);
    *n_differences = count_left(diff);
    g_autoptr(PgsDdlPlan) plan = pgs_ddl_plan_new(from, to, pgs_draft_source_role(source));
    pgs_ddl_plan_fill(plan, diff);
    g_autoptr(PgsConnection) session = pgs_draft_source_login(source, trial->database, error);
    if (session == NULL || !pgs_ddl_run(session, plan, error))
        return FALSE;
    g_autoptr(PgsDdlSide) after =
        pgs_draft_source_read(source, trial->database, &trial->scope, error);
    if (after == NULL)
        return FALSE;
    g_autoptr(PgsDiff) rest = pgs_diff_new(after->snapshot, to->snapshot, 0);
    *n_unsaid = list_differences(rest, plan, left);
    *text = pgs_ddl_plan_text(plan);
    return TRUE;
}

/* ---- the whole texts, once more ---- */

/* Sends a text as one message, as most tools do. */
static gboolean
replay(const PgsDraftSource *source, const char *database, const char *text, const char *which,
       GString *proof, GError **error)
{
    g_autoptr(PgsConnection) session = pgs_draft_source_login(source, database, error);
    if (session == NULL)
        return FALSE;
    g_autoptr(GError) cause = NULL;
    if (text == NULL || pgs_connection_run(session, text, &cause))
        return TRUE;
    if (!g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    g_string_append_printf(proof, "%s%s is refused as one text: %s", proof->len > 0 ? "\n" : "",
                           which, cause->message);
    return TRUE;
}

static gboolean
compare_again(const PgsDraftSource *source, const char *database, const PgsDraftScope *scope,
              const PgsDdlSide *should, guint expected, const char *what, GString *proof,
              GError **error)
{
    g_autoptr(PgsDdlSide) is = pgs_draft_source_read(source, database, scope, error);
    if (is == NULL)
        return FALSE;
    g_autoptr(PgsDiff) diff = pgs_diff_new(is->snapshot, should->snapshot, 0);
    /* Counted as those that were expected: a new name is two of the list. */
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    list_differences(diff, NULL, list);
    guint n = list->len;
    if (n == expected)
        return TRUE;
    g_string_append_printf(proof, "%s%s in %u places:", proof->len > 0 ? "\n" : "", what, n);
    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(proof, "\n  %s", (char *)list->pdata[i]);
    return TRUE;
}

/* On a fresh copy of head. */
static gboolean
prove(const Trial *trial, const char *database, const char *up, const char *down, guint unsaid,
      guint unsaid_back, GString *proof, GError **error)
{
    const PgsDraftSource *source = trial->source;
    return replay(source, database, up, "the upgrade", proof, error) &&
           compare_again(source, database, &trial->scope, trial->model, unsaid,
                         "the upgrade run as a whole is not the model", proof, error) &&
           replay(source, database, down, "the downgrade", proof, error) &&
           compare_again(source, database, &trial->scope, trial->head, unsaid_back,
                         "the downgrade does not lead back to head: they differ", proof, error);
}

/* ---- both ---- */

static gboolean
make_texts(Trial *trial, char **up, char **down, PgsRevisionDraft *draft, GError **error)
{
    guint n = 0, n_back = 0, n_unsaid = 0, n_unsaid_back = 0;
    g_autoptr(GPtrArray) left_back = g_ptr_array_new_with_free_func(g_free);
    if (!lead(trial, trial->model, &n, up, draft->unsaid, &n_unsaid, error))
        return FALSE;
    guint n_left = draft->unsaid->len;
    draft->n_written = n > n_unsaid ? n - n_unsaid : 0;
    if (*up == NULL)
        return TRUE;
    if (!lead(trial, trial->head, &n_back, down, left_back, &n_unsaid_back, error))
        return FALSE;
    g_autoptr(GString) proof = g_string_new(NULL);
    for (guint i = 0; n_unsaid_back > 0 && i < left_back->len; i++)
        g_string_append_printf(proof, "%sthe downgrade does not write: %s",
                               proof->len > 0 ? "\n" : "", (char *)left_back->pdata[i]);
    g_autofree char *copy = pgs_draft_source_copy(trial->source, error);
    if (copy == NULL || !prove(trial, copy, *up, *down, n_left, left_back->len, proof, error))
        return FALSE;
    draft->is_proven = proof->len == 0;
    draft->proof = proof->len > 0 ? g_strdup(proof->str) : NULL;
    return TRUE;
}

gboolean
pgs_revision_draft_from_model(const PgsSystem *system, const PgsHistory *history, const char *model,
                              const PgsVerifyOptions *options, char **up, char **down,
                              PgsRevisionDraft *draft, GError **error)
{
    *up = *down = NULL;
    if (draft->unsaid == NULL)
        draft->unsaid = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PgsDraftSource) source = pgs_draft_source_new(system, history, model, options, error);
    if (source == NULL)
        return FALSE;
    g_auto(Trial) trial = {.source = source};
    trial.database = pgs_draft_source_copy(source, error);
    g_autoptr(PgsDdlSide) made =
        trial.database != NULL ? pgs_draft_source_model(source, model, &trial.scope, error) : NULL;
    if (made == NULL)
        return FALSE;
    trial.model = g_steal_pointer(&made);
    trial.head = pgs_draft_source_read(source, trial.database, &trial.scope, error);
    return trial.head != NULL && make_texts(&trial, up, down, draft, error);
}

#include "operate/draft_check.h"

#include "base/error.h"
#include "migration/reader.h"
#include "sql/token.h"

#include <string.h>

/* ---- the newest revision ---- */

static const PgsRevision *
find_new(const PgsHistory *before, const PgsHistory *after)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < before->revisions->len; i++) {
        const PgsRevision *revision = before->revisions->pdata[i];
        g_hash_table_add(known, revision->label);
    }
    const PgsRevision *last = pgs_draft_last_revision(after);
    return last != NULL && !g_hash_table_contains(known, last->label) ? last : NULL;
}

/* ---- its statements ---- */

/* A statement's tokens without comments and the semicolon, with line ends between: two that are the
 * same to the server. */
static char *
sign(const char *text, gsize length)
{
    g_autofree char *copy = g_strndup(text, length);
    g_autoptr(GArray) tokens = pgs_token_scan_all(copy);
    GString *out = g_string_new("\n");
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (token->kind == PGS_TOKEN_COMMENT || pgs_token_is_char(token, ';'))
            continue;
        g_string_append_len(out, token->text, (gssize)token->length);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void
add_statement(GPtrArray *signs, const PgsScript *script, const PgsStatement *statement)
{
    const char *text = pgs_script_text(script, NULL);
    g_ptr_array_add(signs, sign(text + statement->start, statement->end - statement->start));
}

/* As the tool sends them, or as the server takes them out of what it sends. */
static void
add_script(GPtrArray *signs, const PgsScript *script)
{
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *piece = pgs_script_statement(script, i);
        const PgsStatement *part = pgs_script_part(script, piece, 0);
        add_statement(signs, script, part);
        for (guint n = 1; part != piece; n++) {
            part = pgs_script_part(script, piece, n);
            if (part != piece)
                add_statement(signs, script, part);
        }
    }
}

/* FALSE: a tool runs one of them itself, by a file of another language. */
static gboolean
sign_steps(const PgsStep *step, GPtrArray *signs)
{
    for (; step != NULL; step = step->next) {
        gsize length = 0;
        const char *text = step->text != NULL ? g_bytes_get_data(step->text, &length) : NULL;
        if (step->send == PGS_SEND_TOOL)
            return FALSE;
        if (step->script != NULL)
            add_script(signs, step->script);
        else if (text != NULL && g_utf8_validate(text, (gssize)length, NULL))
            g_ptr_array_add(signs, sign(text, length));
    }
    return TRUE;
}

/* Whether all of text's statements are there, in their order; those between are the tool's own. */
static gboolean
has_all(const char *text, const PgsStep *steps)
{
    g_autoptr(GPtrArray) wanted = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) there = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PgsScript) script =
        text != NULL ? pgs_script_new(text, strlen(text), FALSE, NULL, NULL) : NULL;
    if (script == NULL || !sign_steps(steps, there))
        return TRUE;
    add_script(wanted, script);
    guint at = 0;
    for (guint i = 0; i < there->len && at < wanted->len; i++) {
        /* A text that could not be split has several. */
        const char *rest = there->pdata[i];
        while (at < wanted->len && (rest = strstr(rest, wanted->pdata[at])) != NULL) {
            rest += strlen(wanted->pdata[at]) - 1;
            at++;
        }
    }
    return at == wanted->len;
}

static gboolean
refuse_text(const PgsDraftRequest *request, const char *which, GError **error)
{
    pgs_error_set(
        error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
        "\"--dry-run\" prints the SQL, to be put into a revision by hand",
        "the %s has a text that %s takes for something else (a marker, a placeholder, the "
        "end of a statement), so that it would run other statements than these; nothing "
        "was written",
        which, request->history->format);
    return FALSE;
}

/* ---- all ---- */

static gboolean
refuse_format(const PgsDraftRequest *request, const char *format, GError **error)
{
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                  "say the format (--format, or format: in pgstair.yaml), or write the revision by "
                  "hand",
                  "with this text in it the folder would be taken for one of %s rather than of %s; "
                  "nothing was written",
                  format != NULL ? format : "another tool", request->history->format);
    return FALSE;
}

/* NULL with error: also when only what the new files look like keeps it from being read. */
static PgsHistory *
read_again(const PgsDraftRequest *request, const char *path, GCancellable *cancellable,
           GError **error)
{
    g_autoptr(GError) cause = NULL;
    PgsHistory *again = pgs_history_read_system(request->system, cancellable, &cause);
    if (again != NULL)
        return again;
    PgsSystem copy = *request->system;
    copy.format = (char *)request->history->format; /* borrowed */
    g_autoptr(PgsHistory) as_before = pgs_history_read_system(&copy, cancellable, NULL);
    if (as_before != NULL && request->system->format == NULL) {
        refuse_format(request, NULL, error);
        return NULL;
    }
    g_propagate_prefixed_error(error, g_steal_pointer(&cause), "the folder with %s in it: ", path);
    return NULL;
}

gboolean
pgs_draft_check(const PgsDraftRequest *request, const PgsRevisionDraft *draft,
                GCancellable *cancellable, GError **error)
{
    const char *path = draft->paths->pdata[0];
    g_autoptr(PgsHistory) again = read_again(request, path, cancellable, error);
    if (again == NULL)
        return FALSE;
    if (strcmp(again->format, request->history->format) != 0)
        return refuse_format(request, again->format, error);
    const PgsRevision *revision = find_new(request->history, again);
    if (revision == NULL) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                      "a list of files (a changelog) may have to name it; the folder is as it was",
                      "%s would not be the newest revision of the folder", path);
        return FALSE;
    }
    if (!has_all(request->up, revision->up))
        return refuse_text(request, "upgrade", error);
    /* Some tools know no way down. */
    return revision->down == NULL || has_all(request->down, revision->down) ||
           refuse_text(request, "downgrade", error);
}

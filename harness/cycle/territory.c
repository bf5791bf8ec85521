#include "cycle/territory.h"

#include "base/embedded.h"
#include "base/error.h"
#include "driver/login.h"
#include "migration/step.h"
#include "seed/seed.h"
#include "sql/token.h"

#include <string.h>

extern const PgsEmbedded pgs_cycle_files[];

enum {
    MAX_WORDS = 64, /* as many of a statement's say what it is about */
    LOOK_TIMEOUT_MS = 60 * 1000,
};

#define PREPARED_LOOK "pgstair_territory"
#define SERVER_WIDE "roles, tablespaces, settings and databases belong to the whole server"
#define ELSEWHERE "verify it with --server local or docker, where each run has a server of its own"

/* ---- from the text ---- */

/* The tokens of a statement, into which they point. */
static GArray *
tokens_of(char *statement)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(PgsToken));
    PgsTokenFault fault = {0};
    pgs_token_scan(statement, strlen(statement), tokens, &fault);
    pgs_token_fault_clear(&fault);
    return tokens;
}

/* A statement's words, " CREATE ROLE APP ": upper case, blanks between, a quoted name as one mark;
 * strings and comments are left out. */
static char *
words_of(const GArray *tokens)
{
    GString *words = g_string_new(" ");
    for (guint i = 0, n = 0; i < tokens->len && n < MAX_WORDS; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (token->kind != PGS_TOKEN_WORD && token->kind != PGS_TOKEN_NAME)
            continue;
        g_autofree char *word = token->kind == PGS_TOKEN_WORD
                                    ? g_ascii_strup(token->text, (gssize)token->length)
                                    : g_strdup("\"");
        g_string_append_printf(words, "%s ", word);
        n++;
    }
    return g_string_free(words, FALSE);
}

/* What is about a database by its name, which on such a server may be anybody's, or about all that
 * a role owns, databases too. */
static gboolean
names_database(const char *words)
{
    static const char *const beginnings[] = {" ALTER DATABASE ", " COMMENT ON DATABASE ",
                                             " REASSIGN OWNED ", " DROP OWNED ", NULL};
    for (const char *const *beginning = beginnings; *beginning != NULL; beginning++) {
        if (g_str_has_prefix(words, *beginning))
            return TRUE;
    }
    if (!g_str_has_prefix(words, " GRANT ") && !g_str_has_prefix(words, " REVOKE ") &&
        !g_str_has_prefix(words, " SECURITY LABEL "))
        return FALSE;
    /* Behind it stands a name, unless it is itself the name of a table. */
    const char *on = strstr(words, " ON DATABASE ");
    return on != NULL && !g_str_has_prefix(on, " ON DATABASE TO ") &&
           !g_str_has_prefix(on, " ON DATABASE FROM ");
}

/* COPY with a program on the server's machine, or into a file there. */
static gboolean
leaves_server(const GArray *tokens, const char *words)
{
    if (!g_str_has_prefix(words, " COPY "))
        return FALSE;
    const PgsToken *before = NULL, *last = NULL;
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (token->kind == PGS_TOKEN_COMMENT)
            continue;
        if (token->kind == PGS_TOKEN_STRING && last != NULL && before != NULL &&
            (pgs_token_is(last, "TO") ||
             (pgs_token_is(last, "PROGRAM") &&
              (pgs_token_is(before, "TO") || pgs_token_is(before, "FROM")))))
            return TRUE;
        before = last;
        last = token;
    }
    return FALSE;
}

/* How it reaches beyond its database; NULL: it does not. */
static const char *
find_reach(const PgsScript *script, const PgsStatement *statement)
{
    if ((statement->flags & PGS_STATEMENT_CLUSTER) != 0)
        return SERVER_WIDE;
    g_autofree char *text = pgs_script_statement_text(script, statement);
    g_autoptr(GArray) tokens = tokens_of(text);
    g_autofree char *words = words_of(tokens);
    if (names_database(words))
        return "it names a database, or all that a role owns";
    if (leaves_server(tokens, words))
        return "it runs a program, or writes a file, on the server's machine";
    return NULL;
}

/* Where a text lies, for people. */
typedef struct {
    const char *path;
    guint first;         /* the file's line at which the text begins */
    const PgsStep *step; /* whose own text it is, which says where its lines lie; or NULL */
} Place;

static gboolean
refuse(const Place *place, guint line, guint column, const char *what, const char *reach,
       PgsServer *server, GError **error)
{
    guint in_file =
        place->step != NULL ? pgs_step_file_line(place->step, line) : line + place->first - 1;
    pgs_error_set(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN, ELSEWHERE,
                  "%s:%u:%u: %s is not run: it reaches beyond the database of its own that pgstair "
                  "makes (%s), and the server is not pgstair's own (%s)",
                  place->path, in_file, column, what, reach, pgs_server_description(server));
    return FALSE;
}

static gboolean
check_script(const PgsScript *script, const Place *place, PgsServer *server, GError **error)
{
    for (guint i = 0; script != NULL && i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        const char *reach = find_reach(script, statement);
        if (reach != NULL)
            return refuse(place, statement->line, statement->column, statement->tag, reach, server,
                          error);
    }
    return TRUE;
}

static gboolean
check_text(const char *text, gsize length, const char *path, guint first, PgsServer *server,
           GError **error)
{
    const Place place = {.path = path, .first = first};
    g_autofree char *copy = g_strndup(text, length);
    /* What cannot be split is told when it is run. */
    g_autoptr(PgsScript) script = pgs_script_new_psql(copy, strlen(copy), NULL, NULL);
    return check_script(script, &place, server, error);
}

gboolean
pgs_territory_check_text(PgsServer *server, const char *path, const char *text, gsize length,
                         GError **error)
{
    return pgs_server_is_disposable(server) || check_text(text, length, path, 1, server, error);
}

static gboolean
check_file(const char *path, PgsServer *server, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    return path == NULL || !g_file_get_contents(path, &text, &length, NULL) ||
           check_text(text, length, path, 1, server, error);
}

static gboolean
check_prepare(const GPtrArray *prepare, PgsServer *server, GError **error)
{
    for (guint i = 0; prepare != NULL && i < prepare->len; i++) {
        const PgsSqlText *sql = prepare->pdata[i];
        gboolean ok = sql->path != NULL
                          ? check_file(sql->path, server, error)
                          : check_text(sql->text, strlen(sql->text),
                                       sql->place.file != NULL ? sql->place.file : "prepare",
                                       MAX(sql->place.line, 1), server, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

/* SQL that a tool sends around a step's text; NULL: it sends none. */
static gboolean
check_around(const char *sql, const PgsStep *step, PgsServer *server, GError **error)
{
    return sql == NULL || check_text(sql, strlen(sql), step->path, step->line, server, error);
}

/* A text that psql reads may run others, of which its flags alone tell. */
static gboolean
check_psql(const PgsStep *step, PgsServer *server, GError **error)
{
    const Place place = {.path = step->path, .step = step};
    return step->send != PGS_SEND_PSQL || (step->flags & PGS_STATEMENT_CLUSTER) == 0 ||
           refuse(&place, 1, 1, "what it has psql run", SERVER_WIDE, server, error);
}

/* With the texts behind it. */
static gboolean
check_step(const PgsStep *step, PgsServer *server, GError **error)
{
    for (; step != NULL; step = step->next) {
        const Place place = {.path = step->path, .step = step};
        if (!check_around(step->before, step, server, error) ||
            !check_around(step->condition, step, server, error) ||
            !check_script(step->script, &place, server, error) ||
            !check_psql(step, server, error) || !check_around(step->after, step, server, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_history(const PgsHistory *history, PgsServer *server, GError **error)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (!check_step(revision->up, server, error) ||
            !check_step(revision->down, server, error) ||
            !check_step(revision->verify, server, error))
            return FALSE;
    }
    return history->prepare == NULL || check_text(history->prepare, strlen(history->prepare),
                                                  history->folder, 1, server, error);
}

static gboolean
check_samples(const GPtrArray *samples, PgsServer *server, GError **error)
{
    for (guint i = 0; samples != NULL && i < samples->len; i++) {
        const PgsSample *sample = samples->pdata[i];
        if (sample->format != PGS_SAMPLE_SQL)
            continue;
        g_autoptr(GPtrArray) paths = pgs_seed_find_files(sample->pattern);
        for (guint j = 0; j < paths->len; j++) {
            if (!check_file(paths->pdata[j], server, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* Nobody else's password is known, and no role is made. */
static gboolean
check_owner(const char *owner, PgsServer *server, GCancellable *cancellable, GError **error)
{
    if (owner == NULL)
        return TRUE;
    g_autofree char *user = NULL;
    g_autoptr(PgsConnection) connection = pgs_login(
        server, NULL, pgs_server_maintenance_database(server), 60 * 1000, cancellable, error);
    if (connection == NULL ||
        !pgs_connection_value(connection, "SELECT session_user", &user, error))
        return FALSE;
    if (strcmp(user, owner) == 0)
        return TRUE;
    pgs_error_set(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN,
                  "connect as that role: --server postgresql://ROLE@HOST/…; or " ELSEWHERE,
                  "owner: is \"%s\", but the server, which is not pgstair's own, was connected to "
                  "as \"%s\", and no role is made or changed there",
                  owner, user);
    return FALSE;
}

gboolean
pgs_territory_check(const PgsStageOptions *options, const PgsHistory *history, PgsServer *server,
                    GCancellable *cancellable, GError **error)
{
    return pgs_server_is_disposable(server) ||
           (check_history(history, server, error) &&
            check_prepare(options->prepare, server, error) &&
            check_file(options->start, server, error) &&
            check_samples(options->samples, server, error) &&
            check_owner(options->owner, server, cancellable, error));
}

/* ---- on the server ---- */

static GHashTable *
look_by(PgsConnection *connection, const char *sql, GError **error)
{
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return NULL;
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int i = 0; i < PQntuples(result); i++)
        g_hash_table_insert(found, g_strdup(PQgetvalue(result, i, 0)),
                            g_strdup(PQgetvalue(result, i, 1)));
    return found;
}

gboolean
pgs_territory_prepare(PgsConnection *connection, GError **error)
{
    g_autofree char *prepare = g_strconcat(
        "PREPARE " PREPARED_LOOK " AS ", pgs_embedded_find(pgs_cycle_files, "territory.sql"), NULL);
    return pgs_connection_run(connection, prepare, error);
}

GHashTable *
pgs_territory_look(PgsConnection *connection, GError **error)
{
    return look_by(connection, "EXECUTE " PREPARED_LOOK, error);
}

/* The names of a that b lacks (verb "made", a: after), or that b has in another state. */
static void
append_names(GString *text, const char *verb, GHashTable *a, GHashTable *b, gboolean in_both)
{
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(a), (GCompareFunc)strcmp);
    const char *link = NULL;
    for (GList *name = names; name != NULL; name = name->next) {
        const char *other = g_hash_table_lookup(b, name->data);
        gboolean differs = other != NULL && strcmp(other, g_hash_table_lookup(a, name->data)) != 0;
        if (in_both ? !differs : other != NULL)
            continue;
        if (link == NULL)
            g_string_append_printf(text, "%s%s ", text->len > 0 ? "; " : "", verb);
        g_string_append_printf(text, "%s%s", link != NULL ? link : "", (char *)name->data);
        link = ", ";
    }
}

char *
pgs_territory_compare(GHashTable *before, GHashTable *after)
{
    g_autoptr(GString) text = g_string_new(NULL);
    append_names(text, "made", after, before, FALSE);
    append_names(text, "dropped", before, after, FALSE);
    append_names(text, "changed", after, before, TRUE);
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

gboolean
pgs_territory_judge(const char *what, GHashTable *before, GHashTable *after, GError **error)
{
    g_autofree char *changes = pgs_territory_compare(before, after);
    if (changes == NULL)
        return TRUE;
    pgs_error_set(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_FOREIGN,
                  "undo it there by hand, unless somebody else did it at this very moment; verify "
                  "it with --server local or docker",
                  "%s: while it ran, the server, which is not pgstair's own, changed outside of "
                  "pgstair's databases: %s",
                  what, changes);
    return FALSE;
}

static GHashTable *
look_anew(PgsServer *server, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection = pgs_login(
        server, NULL, pgs_server_maintenance_database(server), LOOK_TIMEOUT_MS, cancellable, error);
    return connection != NULL
               ? look_by(connection, pgs_embedded_find(pgs_cycle_files, "territory.sql"), error)
               : NULL;
}

gboolean
pgs_territory_begin(PgsServer *server, GHashTable **before, GCancellable *cancellable,
                    GError **error)
{
    *before = NULL;
    if (pgs_server_is_disposable(server))
        return TRUE;
    *before = look_anew(server, cancellable, error);
    return *before != NULL;
}

gboolean
pgs_territory_end(PgsServer *server, const char *what, GHashTable *before,
                  GCancellable *cancellable, GError **error)
{
    if (before == NULL)
        return TRUE;
    g_autoptr(GHashTable) after = look_anew(server, cancellable, error);
    return after != NULL && pgs_territory_judge(what, before, after, error);
}

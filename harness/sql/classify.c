#include "sql/classify.h"

#include <string.h>

/*
 * A pattern is matched against a statement's tokens from its first one:
 *     CREATE      this word            A|B    one of these
 *     ?UNIQUE     this word or none    !A|B   the next token is none of these (also: the end)
 *     *           one token            ...    any number of tokens, whole parentheses among them
 *     $           the statement's end
 * Behind the pattern's end anything may follow.
 */
typedef struct {
    const char *pattern;
    PgsStatementFlags set;
    PgsStatementFlags clear; /* what an earlier row has set too broadly */
} Rule;

#define BEGIN PGS_STATEMENT_BEGIN
#define COMMIT PGS_STATEMENT_COMMIT
#define ROLLBACK PGS_STATEMENT_ROLLBACK
#define ALONE PGS_STATEMENT_NO_TRANSACTION
#define COPY_IN PGS_STATEMENT_COPY_IN
#define CLUSTER PGS_STATEMENT_CLUSTER
#define DESTROYS PGS_STATEMENT_DESTROYS

/* ALONE: the callers of PreventInTransactionBlock() in PostgreSQL 13 to 18 (utility.c, indexcmds.c,
 * cluster.c, vacuum.c, dbcommands.c, tablespace.c, tablecmds.c, subscriptioncmds.c). */
static const Rule rules[] = {
    {"BEGIN", BEGIN},
    {"START TRANSACTION", BEGIN},
    {"COMMIT !PREPARED", COMMIT},
    {"END", COMMIT},
    {"PREPARE TRANSACTION", COMMIT},
    {"ROLLBACK ?WORK|TRANSACTION !TO|PREPARED", ROLLBACK},
    {"ABORT", ROLLBACK},
    {"COMMIT|ROLLBACK PREPARED", ALONE},

    {"CREATE ?UNIQUE INDEX CONCURRENTLY", ALONE},
    {"DROP INDEX CONCURRENTLY", ALONE},
    {"REINDEX ... CONCURRENTLY", ALONE},
    {"REINDEX ( ... CONCURRENTLY", ALONE},
    {"REINDEX SCHEMA|DATABASE|SYSTEM", ALONE},
    {"REINDEX ( ... ) SCHEMA|DATABASE|SYSTEM", ALONE},
    {"ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY", ALONE},
    {"VACUUM", ALONE},
    {"CLUSTER ?VERBOSE $", ALONE},
    {"CLUSTER ( ... ) $", ALONE},
    {"DISCARD ALL", ALONE},

    /* Only where they reach for a slot; whether DROP SUBSCRIPTION does, its text does not say. */
    {"CREATE|DROP SUBSCRIPTION", ALONE},
    {"CREATE SUBSCRIPTION ... WITH ( ... CONNECT|CREATE_SLOT = FALSE|OFF|0", 0, ALONE},
    {"ALTER SUBSCRIPTION * REFRESH", ALONE},
    {"ALTER SUBSCRIPTION * SET|ADD|DROP PUBLICATION", ALONE},
    {"ALTER SUBSCRIPTION * SET|ADD|DROP PUBLICATION ... WITH ( ... REFRESH = FALSE|OFF|0", 0,
     ALONE},
    {"ALTER SUBSCRIPTION * SET ( ... TWO_PHASE|FAILOVER", ALONE},

    {"CREATE|DROP DATABASE|TABLESPACE", ALONE | CLUSTER},
    {"ALTER TABLESPACE", CLUSTER},
    {"ALTER SYSTEM", ALONE | CLUSTER},
    /* SET and RESET are per database. */
    {"ALTER DATABASE ... RENAME|OWNER|WITH|ALLOW_CONNECTIONS|CONNECTION|IS_TEMPLATE", CLUSTER},
    {"ALTER DATABASE ... SET TABLESPACE", ALONE | CLUSTER},
    {"CREATE|ALTER|DROP ROLE|GROUP", CLUSTER},
    {"CREATE|ALTER|DROP USER !MAPPING", CLUSTER},
    {"COMMENT ON ROLE|TABLESPACE", CLUSTER},
    {"SECURITY LABEL ... ON ROLE|TABLESPACE", CLUSTER},
    /* Without ON it is about memberships. */
    {"GRANT|REVOKE", CLUSTER},
    {"GRANT|REVOKE ... ON", 0, CLUSTER},
    {"GRANT|REVOKE ... ON TABLESPACE|PARAMETER", CLUSTER},

    {"COPY ... FROM STDIN", COPY_IN},

    {"DROP TABLE|SCHEMA|DATABASE|OWNED|SEQUENCE|MATERIALIZED", DESTROYS},
    {"DROP FOREIGN TABLE", DESTROYS},
    {"ALTER FOREIGN|TABLE ... DROP !CONSTRAINT|DEFAULT|NOT|IDENTITY|EXPRESSION", DESTROYS},
    {"ALTER TYPE ... DROP ATTRIBUTE", DESTROYS},
    {"TRUNCATE", DESTROYS},
    {"DELETE", DESTROYS},
    {"WITH ... DELETE", DESTROYS},
};

/* Whether the token is one of words, "A|B|C". */
static gboolean
is_alternative(const PgsToken *token, const char *words, gsize length)
{
    const char *end = words + length;
    while (words < end) {
        const char *bar = memchr(words, '|', (gsize)(end - words));
        gsize n = (gsize)((bar != NULL ? bar : end) - words);
        if (token->length == n && g_ascii_strncasecmp(token->text, words, n) == 0)
            return TRUE;
        words += n + 1;
    }
    return FALSE;
}

/* Behind the token at i, or behind the whole parenthesis that it opens. */
static guint
skip_one(const PgsToken *tokens, guint n_tokens, guint i)
{
    if (!pgs_token_is_char(&tokens[i], '('))
        return i + 1;
    guint depth = 0;
    for (; i < n_tokens; i++) {
        if (pgs_token_is_char(&tokens[i], '('))
            depth++;
        else if (pgs_token_is_char(&tokens[i], ')') && --depth == 0)
            return i + 1;
    }
    return n_tokens;
}

static gboolean
matches(const char *pattern, const PgsToken *tokens, guint n_tokens, guint at)
{
    while (*pattern != '\0') {
        gsize length = strcspn(pattern, " ");
        const char *rest = pattern + length;
        rest += *rest == ' ';
        const PgsToken *token = at < n_tokens ? &tokens[at] : NULL;
        if (length == 3 && memcmp(pattern, "...", 3) == 0) {
            for (; at < n_tokens; at = skip_one(tokens, n_tokens, at)) {
                if (matches(rest, tokens, n_tokens, at))
                    return TRUE;
            }
            return FALSE;
        }
        if (*pattern == '$')
            return token == NULL;
        if (*pattern == '!') {
            if (token != NULL && is_alternative(token, pattern + 1, length - 1))
                return FALSE;
        } else if (*pattern == '?') {
            if (token != NULL && is_alternative(token, pattern + 1, length - 1))
                at++;
        } else {
            if (token == NULL || (*pattern != '*' && !is_alternative(token, pattern, length)))
                return FALSE;
            at++;
        }
        pattern = rest;
    }
    return TRUE;
}

static PgsStatementFlags
apply_rules(const PgsToken *tokens, guint n_tokens)
{
    PgsStatementFlags flags = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (!matches(rules[i].pattern, tokens, n_tokens, 0))
            continue;
        flags |= rules[i].set;
        flags &= (PgsStatementFlags)~rules[i].clear;
    }
    return flags;
}

/*
 * The tokens of a body of code (a DO block, a function) with those of the strings that it may
 * execute put in their places, so that EXECUTE format('CREATE ROLE %I', x) reads CREATE ROLE % I.
 * Strings that are joined by || read as one.  Strings that only speak of roles are taken along,
 * but for what RAISE says: the flag may be set once too often, never too rarely.
 */
typedef struct {
    GArray *tokens;   /* PgsToken */
    GArray *starts;   /* guint8, one for each: whether a statement may begin there */
    GPtrArray *texts; /* the copies in which they lie */
} Body;

enum {
    BODY_DEPTH = 4, /* strings within strings */
};

/* What stands before a statement within a body; NULL: its beginning. */
static gboolean
ends_before_statement(const PgsToken *token)
{
    static const char words[] = "BEGIN|THEN|ELSE|LOOP";
    return token == NULL || pgs_token_is_char(token, ';') ||
           (token->kind == PGS_TOKEN_WORD && is_alternative(token, words, sizeof words - 1));
}

/* Whether a RAISE goes on behind the token, outside of parentheses, in which functions may be
 * called. */
static gboolean
still_raises(gboolean raises, gint *nesting, gboolean begins, const PgsToken *token)
{
    if (begins) {
        *nesting = 0;
        return token->kind == PGS_TOKEN_WORD && is_alternative(token, "RAISE", strlen("RAISE"));
    }
    if (pgs_token_is_char(token, '('))
        ++*nesting;
    else if (pgs_token_is_char(token, ')'))
        --*nesting;
    return raises;
}

/* Where append_body() is in its text. */
typedef struct {
    Body *body;
    guint depth;
    PgsToken before; /* kind and text of the token in front; text NULL: there is none */
    gboolean raises;
    gint nesting;
} Reading;

static void append_body(Body *body, const char *text, gsize length, guint depth);

static gboolean
take_body_token(const PgsToken *token, gpointer data)
{
    Reading *reading = data;
    Body *body = reading->body;
    if (token->kind == PGS_TOKEN_COMMENT)
        return TRUE;
    const PgsToken before = reading->before;
    gboolean joins = token->length == 2 && memcmp(token->text, "||", 2) == 0;
    gboolean begins = ends_before_statement(before.text != NULL ? &before : NULL);
    /* In a body that is itself in plain quotes a string's own are doubled, and read as an empty
     * string before its text. */
    guint8 starts = begins || before.kind == PGS_TOKEN_STRING;
    reading->before = *token;
    reading->raises = still_raises(reading->raises, &reading->nesting, begins, token);
    if (token->kind == PGS_TOKEN_STRING && reading->depth < BODY_DEPTH) {
        gsize length;
        const char *inner = pgs_token_body(token, &length);
        if (!reading->raises || reading->nesting > 0)
            append_body(body, inner, length, reading->depth + 1);
    } else if (!joins) {
        g_array_append_val(body->tokens, *token);
        g_array_append_val(body->starts, starts);
    }
    return TRUE;
}

/* Prose with an apostrophe: what comes before it. */
static void
append_body(Body *body, const char *text, gsize length, guint depth)
{
    char *copy = g_strndup(text, length);
    g_ptr_array_add(body->texts, copy);
    Reading reading = {.body = body, .depth = depth};
    pgs_token_scan_text(copy, length, take_body_token, &reading);
}

static gboolean
begins_cluster_statement(const PgsToken *token)
{
    return token->kind == PGS_TOKEN_WORD &&
           is_alternative(token, "CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|SECURITY",
                          sizeof "CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|SECURITY" - 1);
}

/* Whether a statement within the body makes or changes what belongs to the cluster. */
static gboolean
body_reaches_cluster(const PgsToken *string)
{
    gsize length;
    const char *text = pgs_token_body(string, &length);
    Body body = {g_array_new(FALSE, FALSE, sizeof(PgsToken)),
                 g_array_new(FALSE, FALSE, sizeof(guint8)), g_ptr_array_new_with_free_func(g_free)};
    append_body(&body, text, length, 0);
    const PgsToken *tokens = (const PgsToken *)(gpointer)body.tokens->data;
    guint end = 0;
    gboolean found = FALSE;
    for (guint i = 0; i < body.tokens->len && !found; i++) {
        if (g_array_index(body.starts, guint8, i) == 0 || !begins_cluster_statement(&tokens[i]))
            continue;
        for (end = MAX(end, i); end < body.tokens->len; end++) {
            if (pgs_token_is_char(&tokens[end], ';'))
                break;
        }
        guint n = MIN(end - i, PGS_CLASSIFY_TOKENS);
        found = (apply_rules(tokens + i, n) & CLUSTER) != 0;
    }
    g_array_unref(body.tokens);
    g_array_unref(body.starts);
    g_ptr_array_unref(body.texts);
    return found;
}

/* Functions too: a later statement may call them. */
static PgsStatementFlags
classify_bodies(const PgsToken *tokens, guint n_tokens)
{
    if (!matches("DO", tokens, n_tokens, 0) &&
        !matches("CREATE FUNCTION|PROCEDURE", tokens, n_tokens, 0) &&
        !matches("CREATE OR REPLACE FUNCTION|PROCEDURE", tokens, n_tokens, 0))
        return 0;
    for (guint i = 1; i < n_tokens; i++) {
        if (tokens[i].kind == PGS_TOKEN_STRING && body_reaches_cluster(&tokens[i]))
            return CLUSTER;
    }
    return 0;
}

/* Words between CREATE, ALTER or DROP and the kind of object. */
#define OBJECT_NOISE                                                                               \
    "OR|REPLACE|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|UNIQUE|RECURSIVE|TRUSTED|PROCEDURAL|"         \
    "CONSTRAINT|DEFAULT"

/* Tags of more than one word: the longest that fits stands first. */
static const char *const object_kinds[] = {
    "ACCESS METHOD",          "DEFAULT PRIVILEGES",
    "EVENT TRIGGER",          "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",          "LARGE OBJECT",
    "MATERIALIZED VIEW",      "OPERATOR CLASS",
    "OPERATOR FAMILY",        "TEXT SEARCH PARSER",
    "TEXT SEARCH DICTIONARY", "TEXT SEARCH TEMPLATE",
    "USER MAPPING",           "TEXT SEARCH CONFIGURATION",
};
static const char *const plain_tags[] = {
    "COMMIT PREPARED",       "ROLLBACK PREPARED",   "START TRANSACTION",
    "SECURITY LABEL",        "SET CONSTRAINTS",     "REFRESH MATERIALIZED VIEW",
    "IMPORT FOREIGN SCHEMA", "PREPARE TRANSACTION", "REASSIGN OWNED",
};

/* Among tags, the one that the tokens begin with. */
static const char *
find_tag(const char *const *tags, gsize n_tags, const PgsToken *tokens, guint n_tokens)
{
    for (gsize i = 0; i < n_tags; i++) {
        if (matches(tags[i], tokens, n_tokens, 0))
            return tags[i];
    }
    return NULL;
}

static char *
upper_word(const PgsToken *token)
{
    return g_ascii_strup(token->text, (gssize)token->length);
}

static const char *
make_tag(const PgsToken *tokens, guint n_tokens)
{
    while (n_tokens > 0 && pgs_token_is_char(tokens, '(')) {
        tokens++; /* (SELECT …) UNION … */
        n_tokens--;
    }
    if (n_tokens == 0 || tokens[0].kind != PGS_TOKEN_WORD)
        return "";
    const char *plain = find_tag(plain_tags, G_N_ELEMENTS(plain_tags), tokens, n_tokens);
    if (plain != NULL)
        return g_intern_static_string(plain);
    g_autofree char *verb = upper_word(&tokens[0]);
    if (!matches("CREATE|ALTER|DROP", tokens, n_tokens, 0))
        return g_intern_string(verb);
    guint at = 1;
    const char *kind = NULL;
    while (at < n_tokens) {
        kind = find_tag(object_kinds, G_N_ELEMENTS(object_kinds), tokens + at, n_tokens - at);
        if (kind != NULL || !is_alternative(&tokens[at], OBJECT_NOISE, sizeof OBJECT_NOISE - 1))
            break;
        at++;
    }
    g_autofree char *word = kind == NULL && at < n_tokens && tokens[at].kind == PGS_TOKEN_WORD
                                ? upper_word(&tokens[at])
                                : NULL;
    if (kind == NULL && word == NULL)
        return g_intern_string(verb);
    g_autofree char *tag = g_strconcat(verb, " ", kind != NULL ? kind : word, NULL);
    return g_intern_string(tag);
}

PgsStatementFlags
pgs_classify(const PgsToken *tokens, guint n_tokens, const char **tag)
{
    *tag = make_tag(tokens, n_tokens);
    return apply_rules(tokens, n_tokens) | classify_bodies(tokens, n_tokens);
}

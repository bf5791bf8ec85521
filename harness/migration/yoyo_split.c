#include "migration/yoyo_split.h"

#include <string.h>

/*
 * sqlparse 0.4: keywords.py, SQL_REGEX, whose expressions are tried in their order at each place,
 * and engine/statement_splitter.py.  Only what decides where a statement ends is told apart; it
 * knows several databases' SQL, and PostgreSQL's own not quite: # and a blank begin a comment, a
 * backslash escapes a quote, a dollar quote needs white space in front of it, and comments do not
 * nest.
 */
typedef enum {
    TOKEN_OTHER,
    TOKEN_SPACE,   /* white space within a line, and comments to its end: they stay with the
                      statement in front of them */
    TOKEN_OPEN,    /* ( */
    TOKEN_CLOSE,   /* ) */
    TOKEN_END,     /* ; */
    TOKEN_CREATE,  /* CREATE, CREATE OR REPLACE */
    TOKEN_KEYWORD, /* one of those below */
} TokenKind;

typedef enum {
    WORD_NONE,
    WORD_DECLARE,
    WORD_BEGIN,
    WORD_END,
    WORD_NESTING, /* IF, FOR, WHILE, CASE */
    WORD_END_OF,  /* END IF, END WHILE; sqlparse never makes END FOR */
} Word;

typedef struct {
    const char *start, *at, *end;
    TokenKind kind;
    Word word;
} Lexer;

static gboolean
is_word_char(gunichar c)
{
    return c == '_' || g_unichar_isalnum(c);
}

gboolean
pgs_yoyo_is_space(gunichar c)
{
    return g_unichar_isspace(c) || (c >= 0x1c && c <= 0x1f) || c == 0x0b || c == 0x85;
}

/* [A-ZÀ-Ü] without regard to case. */
static gboolean
is_first_letter(gunichar c)
{
    gunichar upper = g_unichar_toupper(c);
    return g_ascii_isalpha((char)(c < 128 ? c : 0)) || (upper >= 0xc0 && upper <= 0xdc);
}

static gunichar
char_at(const Lexer *lexer, const char *at)
{
    return at < lexer->end ? g_utf8_get_char(at) : 0;
}

static gunichar
char_before(const Lexer *lexer, const char *at)
{
    return at > lexer->start ? g_utf8_get_char(g_utf8_prev_char(at)) : 0;
}

static gboolean
starts_with(const Lexer *lexer, const char *at, const char *text)
{
    gsize length = strlen(text);
    return (gsize)(lexer->end - at) >= length && memcmp(at, text, length) == 0;
}

static const char *
find(const Lexer *lexer, const char *at, const char *text)
{
    return at < lexer->end ? g_strstr_len(at, lexer->end - at, text) : NULL;
}

/* \w* from there. */
static const char *
skip_word(const Lexer *lexer, const char *at)
{
    while (at < lexer->end && is_word_char(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    return at;
}

static const char *
skip_space(const Lexer *lexer, const char *at)
{
    while (at < lexer->end && pgs_yoyo_is_space(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    return at;
}

/* ---- what may hold a semicolon ---- */

static const char *
match_comment(Lexer *lexer)
{
    if (starts_with(lexer, lexer->at, "--") || starts_with(lexer, lexer->at, "# ")) {
        const char *at = lexer->at + 2;
        /* --+ is a hint, which sqlparse does not leave with the statement in front of it. */
        gboolean hint = at < lexer->end && *at == '+';
        while (at < lexer->end && *at != '\n' && *at != '\r')
            at++;
        at += starts_with(lexer, at, "\r\n") ? 2 : at < lexer->end;
        lexer->kind = hint ? TOKEN_OTHER : TOKEN_SPACE;
        return at;
    }
    if (!starts_with(lexer, lexer->at, "/*"))
        return NULL;
    const char *close = find(lexer, lexer->at + 2, "*/");
    return close != NULL ? close + 2 : NULL;
}

/* Whether a dollar quote's tag, with its dollars, stands there: without regard to case, as the
 * expression's back reference. */
static gboolean
is_tag(const Lexer *lexer, const char *at, const char *tag, gsize length)
{
    return (gsize)(lexer->end - at) >= length && g_ascii_strncasecmp(at, tag, length) == 0;
}

static const char *
match_dollar(const Lexer *lexer)
{
    if (*lexer->at != '$' ||
        (lexer->at > lexer->start && !pgs_yoyo_is_space(char_before(lexer, lexer->at))))
        return NULL;
    const char *tag_end = lexer->at + 1;
    gunichar first = char_at(lexer, tag_end);
    if (first == '_' || is_first_letter(first))
        tag_end = skip_word(lexer, tag_end);
    if (tag_end >= lexer->end || *tag_end != '$')
        return NULL;
    gsize length = (gsize)(tag_end + 1 - lexer->at);
    for (const char *at = tag_end + 1; at < lexer->end; at++) {
        if (*at == '$' && is_tag(lexer, at, lexer->at, length))
            return at + length;
    }
    return NULL;
}

/* '(''|\\'|[^'])*' and its like: as far as it goes; where no quote ends the text, back to the last
 * one that may. */
static const char *
match_quoted(const Lexer *lexer, const char *quote, gboolean backslash)
{
    gsize length = strlen(quote);
    if (!starts_with(lexer, lexer->at, quote))
        return NULL;
    const char *last = NULL;
    const char *at = lexer->at + length;
    while (at < lexer->end) {
        if (starts_with(lexer, at, quote)) {
            at += length;
            if (!starts_with(lexer, at, quote))
                return at;
            last = at;
            at += length;
        } else if (backslash && *at == '\\' && starts_with(lexer, at + 1, quote)) {
            at += 1 + length;
            last = at;
        } else {
            at++;
        }
    }
    return last;
}

/* (""|".*?[^\\]"): within a line; where the one before has found no end. */
static const char *
match_short_quoted(const Lexer *lexer)
{
    if (*lexer->at != '"')
        return NULL;
    if (starts_with(lexer, lexer->at, "\"\""))
        return lexer->at + 2;
    for (const char *at = lexer->at + 2; at < lexer->end && at[-1] != '\n'; at++) {
        if (*at == '"' && at[-1] != '\\')
            return at + 1;
    }
    return NULL;
}

/* (?<![\w\])])(\[[^\]\[]+\]) */
static const char *
match_bracketed(const Lexer *lexer)
{
    gunichar before = char_before(lexer, lexer->at);
    if (*lexer->at != '[' ||
        (before != 0 && (is_word_char(before) || before == ']' || before == ')')))
        return NULL;
    const char *at = lexer->at + 1;
    while (at < lexer->end && *at != ']' && *at != '[')
        at++;
    return at < lexer->end && *at == ']' && at > lexer->at + 1 ? at + 1 : NULL;
}

/* ---- words ---- */

static gboolean
is_word(const char *at, gsize length, const char *word)
{
    return strlen(word) == length && g_ascii_strncasecmp(at, word, length) == 0;
}

/* Behind "white space, word, end of a word"; NULL: it is not there. */
static const char *
match_further(const Lexer *lexer, const char *at, const char *word)
{
    const char *next = skip_space(lexer, at);
    const char *end = next + strlen(word);
    if (next == at || end > lexer->end || g_ascii_strncasecmp(next, word, strlen(word)) != 0 ||
        is_word_char(char_at(lexer, end)))
        return NULL;
    return end;
}

/* END(\s+IF|\s+LOOP|\s+WHILE)?\b; what it is called decides: END and one blank. */
static const char *
match_end(Lexer *lexer, const char *at)
{
    static const char *const of[] = {"IF", "LOOP", "WHILE"};
    lexer->word = WORD_END;
    for (gsize i = 0; i < G_N_ELEMENTS(of); i++) {
        const char *end = match_further(lexer, at, of[i]);
        if (end == NULL)
            continue;
        gboolean one_blank = *at == ' ' && (gsize)(end - at) == strlen(of[i]) + 1;
        lexer->word = one_blank && i != 1 ? WORD_END_OF : WORD_NONE;
        return end;
    }
    return at;
}

static const char *
match_create(Lexer *lexer, const char *at)
{
    lexer->kind = TOKEN_CREATE;
    const char * or = match_further(lexer, at, "OR");
    const char *replace = or != NULL ? match_further(lexer, or, "REPLACE") : NULL;
    return replace != NULL ? replace : at;
}

static Word
plain_word(const char *at, gsize length)
{
    static const struct {
        const char *text;
        Word word;
    } words[] = {
        {"DECLARE", WORD_DECLARE}, {"BEGIN", WORD_BEGIN},   {"IF", WORD_NESTING},
        {"FOR", WORD_NESTING},     {"WHILE", WORD_NESTING},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (is_word(at, length, words[i].text))
            return words[i].word;
    }
    return WORD_NONE;
}

/* [0-9_A-ZÀ-Ü][_$#\w]* */
static const char *
skip_long_word(const Lexer *lexer, const char *at)
{
    while (at < lexer->end) {
        gunichar c = g_utf8_get_char(at);
        if (!is_word_char(c) && c != '$' && c != '#')
            break;
        at = g_utf8_next_char(at);
    }
    return at;
}

static const char *
match_word(Lexer *lexer)
{
    gunichar first = char_at(lexer, lexer->at);
    gboolean letter = is_first_letter(first);
    if (!letter && first != '_' && !g_ascii_isdigit((char)(first < 128 ? first : 0)))
        return NULL;
    const char *end = skip_word(lexer, lexer->at);
    gsize length = (gsize)(end - lexer->at);
    lexer->kind = TOKEN_KEYWORD;
    /* Before names: (CASE|IN|VALUES|USING|FROM|AS)\b. */
    if (is_word(lexer->at, length, "CASE")) {
        lexer->word = WORD_NESTING;
        return end;
    }
    /* Names: in front of a point or parenthesis, and behind a point. */
    const char *next = skip_space(lexer, end);
    if (letter && ((next < lexer->end && *next == '.') || (end < lexer->end && *end == '(') ||
                   char_before(lexer, lexer->at) == '.')) {
        lexer->kind = TOKEN_OTHER;
        return end;
    }
    if (is_word(lexer->at, length, "END"))
        return match_end(lexer, end);
    if (is_word(lexer->at, length, "CREATE"))
        return match_create(lexer, end);
    const char *handler =
        is_word(lexer->at, length, "HANDLER") ? match_further(lexer, end, "FOR") : NULL;
    if (handler != NULL)
        return handler;
    end = skip_long_word(lexer, lexer->at);
    lexer->word = plain_word(lexer->at, (gsize)(end - lexer->at));
    return end;
}

/* %(\(\w+\))?s */
static const char *
match_percent(const Lexer *lexer)
{
    if (*lexer->at != '%')
        return NULL;
    const char *at = lexer->at + 1;
    const char *name = at < lexer->end && *at == '(' ? at + 1 : NULL;
    const char *end = name != NULL ? skip_word(lexer, name) : NULL;
    if (end != NULL && end > name && starts_with(lexer, end, ")"))
        at = end + 1;
    return starts_with(lexer, at, "s") || starts_with(lexer, at, "S") ? at + 1 : NULL;
}

/* (?<!\w)[$:?]\w+, \\\w+ and (@|##|#)[A-ZÀ-Ü]\w+: a key word in them is none. */
static const char *
match_marked(const Lexer *lexer)
{
    gboolean placeholder =
        strchr("$:", *lexer->at) != NULL && !is_word_char(char_before(lexer, lexer->at));
    if (placeholder || *lexer->at == '\\') {
        const char *end = skip_word(lexer, lexer->at + 1);
        return end > lexer->at + 1 ? end : NULL;
    }
    if (*lexer->at != '@' && *lexer->at != '#')
        return NULL;
    const char *name = lexer->at + (starts_with(lexer, lexer->at, "##") ? 2 : 1);
    const char *end = is_first_letter(char_at(lexer, name)) ? skip_word(lexer, name) : NULL;
    return end != NULL && end > g_utf8_next_char(name) ? end : NULL;
}

/* ---- tokens ---- */

static const char *
match_number(const Lexer *lexer)
{
    const char *at = lexer->at;
    while (at < lexer->end && g_ascii_isdigit(*at))
        at++;
    /* Digits in front of a letter are the beginning of a word. */
    gunichar next = char_at(lexer, at);
    return at > lexer->at && next != '_' && !is_first_letter(next) ? at : NULL;
}

/* [+/@#%^&|^-]+: within operators nothing begins a comment. */
static const char *
match_operators(const Lexer *lexer)
{
    const char *at = lexer->at;
    while (at < lexer->end && strchr("+/@#%^&|-", *at) != NULL && *at != '\0')
        at++;
    return at > lexer->at ? at : NULL;
}

static const char *
match_single(Lexer *lexer)
{
    switch (*lexer->at) {
    case '(':
        lexer->kind = TOKEN_OPEN;
        break;
    case ')':
        lexer->kind = TOKEN_CLOSE;
        break;
    case ';':
        lexer->kind = TOKEN_END;
        break;
    case '\n':
    case '\r':
        break;
    default:
        if (pgs_yoyo_is_space(char_at(lexer, lexer->at)))
            lexer->kind = TOKEN_SPACE;
        break;
    }
    return g_utf8_next_char(lexer->at);
}

/* Moves behind the next token. */
static void
next_token(Lexer *lexer)
{
    lexer->kind = TOKEN_OTHER;
    lexer->word = WORD_NONE;
    const char *end = match_comment(lexer);
    if (end == NULL && starts_with(lexer, lexer->at, "::"))
        end = lexer->at + 2;
    if (end == NULL && starts_with(lexer, lexer->at, ":="))
        end = lexer->at + 2;
    if (end == NULL)
        end = match_quoted(lexer, "`", FALSE);
    if (end == NULL)
        end = match_quoted(lexer, "´", FALSE);
    if (end == NULL)
        end = match_dollar(lexer);
    if (end == NULL)
        end = match_percent(lexer);
    if (end == NULL)
        end = match_marked(lexer);
    if (end == NULL)
        end = match_number(lexer);
    if (end == NULL)
        end = match_word(lexer);
    if (end == NULL)
        end = match_quoted(lexer, "'", TRUE);
    if (end == NULL)
        end = match_quoted(lexer, "\"", TRUE);
    if (end == NULL)
        end = match_short_quoted(lexer);
    if (end == NULL)
        end = match_bracketed(lexer);
    if (end == NULL)
        end = match_operators(lexer);
    lexer->at = end != NULL ? end : match_single(lexer);
}

/* ---- statements ---- */

typedef struct {
    gboolean is_create;
    guint begin_depth;
    gint level;
    gboolean ended; /* behind its semicolon */
} State;

/* _change_splitlevel() */
static gint
level_change(State *state, const Lexer *lexer)
{
    if (lexer->kind == TOKEN_OPEN || lexer->kind == TOKEN_CLOSE)
        return lexer->kind == TOKEN_OPEN ? 1 : -1;
    if (lexer->kind == TOKEN_CREATE)
        state->is_create = TRUE;
    switch (lexer->word) {
    case WORD_DECLARE:
        return state->is_create && state->begin_depth == 0 ? 1 : 0;
    case WORD_BEGIN:
        state->begin_depth++;
        return state->is_create ? 1 : 0;
    case WORD_END:
        state->begin_depth -= state->begin_depth > 0;
        return -1;
    case WORD_NESTING:
        return state->is_create && state->begin_depth > 0 ? 1 : 0;
    case WORD_END_OF:
        return -1;
    default:
        return 0;
    }
}

/* Without white space at its ends; nothing of nothing. */
static void
add_cut(GArray *cuts, const char *text, const char *start, const char *end)
{
    while (start < end && pgs_yoyo_is_space(g_utf8_get_char(start)))
        start = g_utf8_next_char(start);
    while (end > start && pgs_yoyo_is_space(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    PgsCut cut = {.start = (gsize)(start - text), .end = (gsize)(end - text)};
    if (end > start)
        g_array_append_val(cuts, cut);
}

GArray *
pgs_yoyo_split(const char *text, gsize length)
{
    GArray *cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    Lexer lexer = {.start = text, .at = text, .end = text + length};
    const char *start = text;
    State state = {0};
    while (lexer.at < lexer.end) {
        const char *token = lexer.at;
        next_token(&lexer);
        if (state.ended && lexer.kind != TOKEN_SPACE) {
            add_cut(cuts, text, start, token);
            start = token;
            state = (State){0};
        }
        state.level += level_change(&state, &lexer);
        if (state.level <= 0 && lexer.kind == TOKEN_END)
            state.ended = TRUE;
    }
    add_cut(cuts, text, start, lexer.end);
    return cuts;
}

#include "migration/liquibase_split.h"

#include "base/error.h"

#include <string.h>

/*
 * github.com/liquibase/liquibase, 5:
 * liquibase-standard/src/main/java/liquibase/util/StringUtil.java, processMultiLineSQL() and
 * isDelimiter(), over the tokens of src/main/javacc/…/SimpleSqlGrammar.jj, of which the longest one
 * wins.  It knows no dollar quotes: what keeps a function's body together is BEGIN and END, counted
 * whatever they stand for (END IF ends one, DECLARE begins none).
 */

typedef enum {
    PIECE_SPACE,
    PIECE_COMMENT,
    PIECE_WORD, /* anything else */
} PieceKind;

typedef struct {
    gsize start, end;
    PieceKind kind;
} Piece;

typedef struct {
    const char *text;
    gsize length;
    GArray *pieces; /* Piece */
    const GArray *lines;
    const PgsLiquibaseRule *rule;
    GRegex *delimiter; /* of several characters; or NULL */
    PgsLiquibaseSplit *split;

    gsize at;    /* how far lines are counted in text, … */
    guint line;  /* … and how many of them, from 0 */
    gsize start; /* of the statement in split->text; G_MAXSIZE: none */
} Splitter;

/* WHITESPACE */
static gboolean
is_space(gunichar c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || c == 0x180e || (c >= 0x2000 && c <= 0x200d) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x2060 || c == 0x3000 || c == 0xfeff;
}

/* LETTER, SPECIAL_CHARS, UNICODE_LETTERS */
static gboolean
begins_word(gunichar c)
{
    return c == '$' || c == '_' || c == '@' || c == '#' ||
           (c < 0x80 ? g_ascii_isalpha((char)c) : c >= 0xc0 && g_unichar_isalpha(c));
}

static const char *
span_space(const char *at, const char *end)
{
    while (at < end && is_space(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    return at;
}

/* S_IDENTIFIER; at itself when there is none. */
static const char *
span_word(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && (begins_word(g_utf8_get_char(at)) || (at > start && g_ascii_isdigit(*at))))
        at = g_utf8_next_char(at);
    return at;
}

/* S_QUOTED_IDENTIFIER: "…", `…`, […], within a line. */
static const char *
span_quoted_name(const char *at, const char *end)
{
    char close = *at == '[' ? ']' : *at;
    if (at >= end || (*at != '"' && *at != '`' && *at != '['))
        return at;
    if (*at == '[' && (at + 1 >= end || g_ascii_isdigit(at[1])))
        return at;
    const char *rest = at + 1;
    while (rest < end && *rest != close && *rest != '\n' && *rest != '\r')
        rest++;
    return rest < end && *rest == close && rest > at + 1 ? rest + 1 : at;
}

static const char *
span_name(const char *at, const char *end)
{
    const char *word = span_word(at, end);
    return word > at ? word : span_quoted_name(at, end);
}

/* COMPLEX_IDENTIFIER: names with dots between, and white space around those. */
static const char *
span_names(const char *at, const char *end)
{
    const char *last = span_name(at, end);
    while (last > at) {
        const char *dot = last;
        while (dot < end && (*dot == ' ' || *dot == '\r' || *dot == '\n'))
            dot++;
        if (dot >= end || *dot != '.')
            break;
        dot++;
        while (dot < end && (*dot == ' ' || *dot == '\r' || *dot == '\n'))
            dot++;
        const char *next = span_name(dot, end);
        if (next == dot)
            break;
        last = next;
    }
    return last;
}

/* S_QUOTED_STRING_HYBRID, D_QUOTED_STRING_HYBRID: a backslash may escape the quote or just stand in
 * front of it, whichever makes the longer string. */
static const char *
span_string(const char *at, const char *end)
{
    char quote = *at;
    const char *longest = at;
    for (const char *rest = at + 1; rest < end;) {
        if (*rest == '\\') {
            if (rest + 1 >= end)
                break;
            if (rest[1] == quote)
                longest = rest + 2;
            rest += 2;
        } else if (*rest == quote) {
            longest = rest + 1;
            if (rest + 1 >= end || rest[1] != quote)
                break;
            rest += 2;
        } else {
            rest++;
        }
    }
    return longest;
}

/* S_CHAR_LITERAL, with its prefix. */
static const char *
span_literal(const char *at, const char *end)
{
    static const char *const prefixes[] = {"_utf8", "rb", "u", "e", "n", "r", "b", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        gsize n = strlen(prefixes[i]);
        const char *quote = at + n;
        if ((gsize)(end - at) <= n || g_ascii_strncasecmp(at, prefixes[i], n) != 0 ||
            (*quote != '\'' && *quote != '"'))
            continue;
        const char *behind = span_string(quote, end);
        return behind > quote ? behind : at;
    }
    return at;
}

/* LINE_COMMENT, MULTI_LINE_COMMENT */
static const char *
span_comment(const char *at, const char *end)
{
    if (end - at < 2)
        return at;
    if (at[0] == '-' && at[1] == '-') {
        while (at < end && *at != '\r' && *at != '\n')
            at++;
        return at;
    }
    const char *close =
        at[0] == '/' && at[1] == '*' ? g_strstr_len(at + 2, (gssize)(end - at - 2), "*/") : NULL;
    return close != NULL ? close + 2 : at;
}

/* S_DOUBLE, S_LONG */
static const char *
span_number(const char *at, const char *end)
{
    const char *rest = at;
    while (rest < end && g_ascii_isdigit(*rest))
        rest++;
    gboolean whole = rest > at;
    if (rest < end && *rest == '.') {
        const char *fraction = rest + 1;
        while (fraction < end && g_ascii_isdigit(*fraction))
            fraction++;
        if (!whole && fraction == rest + 1)
            return at;
        rest = fraction;
    }
    if (rest > at && rest < end && (*rest == 'e' || *rest == 'E')) {
        const char *digits = rest + 1;
        if (digits < end && (*digits == '+' || *digits == '-'))
            digits++;
        if (digits < end && g_ascii_isdigit(*digits)) {
            while (digits < end && g_ascii_isdigit(*digits))
                digits++;
            return digits;
        }
    }
    return rest;
}

static gboolean
is_symbol(gunichar c)
{
    return (c > ' ' && c < 0x7f) || c >= 0xa1;
}

static const char *
longer(const char *a, const char *b)
{
    return a > b ? a : b;
}

/* Behind the next token; NULL: there is none that begins here. */
static const char *
next_token(const char *at, const char *end, PieceKind *kind)
{
    const char *space = span_space(at, end);
    const char *comment = span_comment(at, end);
    const char *word = longer(longer(span_names(at, end), span_quoted_name(at, end)),
                              longer(span_literal(at, end), span_number(at, end)));
    *kind = PIECE_SPACE;
    if (space > at)
        return space;
    *kind = PIECE_COMMENT;
    if (comment > at && comment >= word)
        return comment;
    *kind = PIECE_WORD;
    if (word > at)
        return word;
    return is_symbol(g_utf8_get_char(at)) ? g_utf8_next_char(at) : NULL;
}

static guint
file_line(const GArray *lines, guint line)
{
    if (lines->len == 0)
        return 1;
    return g_array_index(lines, guint, MIN(line, lines->len - 1));
}

static gboolean
tokenize(Splitter *splitter, guint *line, GError **error)
{
    const char *end = splitter->text + splitter->length;
    guint n = 0;
    for (const char *at = splitter->text; at < end;) {
        Piece piece = {.start = (gsize)(at - splitter->text)};
        const char *next = next_token(at, end, &piece.kind);
        if (next == NULL) {
            *line = file_line(splitter->lines, n);
            pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL, "take it out",
                          "Liquibase's grammar has no place for the character U+%04X",
                          g_utf8_get_char(at));
            return FALSE;
        }
        for (; at < next; at++)
            n += *at == '\n';
        piece.end = (gsize)(next - splitter->text);
        if (piece.kind != PIECE_COMMENT || !splitter->rule->strip)
            g_array_append_val(splitter->pieces, piece);
    }
    return TRUE;
}

static const Piece *
piece_at(const Splitter *splitter, guint i)
{
    return &g_array_index(splitter->pieces, Piece, i);
}

static gboolean
piece_is(const Splitter *splitter, const Piece *piece, const char *word)
{
    gsize n = strlen(word);
    return piece->end - piece->start == n &&
           g_ascii_strncasecmp(splitter->text + piece->start, word, n) == 0;
}

/* mergeTokens(): a delimiter such as // is several tokens.  What only begins like it at the text's
 * end is lost. */
static void
merge_delimiters(Splitter *splitter)
{
    const char *delimiter = splitter->rule->delimiter;
    if (delimiter == NULL)
        return;
    g_autoptr(GArray) merged = g_array_new(FALSE, FALSE, sizeof(Piece));
    guint first = G_MAXUINT; /* of those that may become one */
    for (guint i = 0; i < splitter->pieces->len; i++) {
        Piece piece = *piece_at(splitter, i);
        if (first != G_MAXUINT)
            piece.start = piece_at(splitter, first)->start;
        gsize length = piece.end - piece.start;
        gboolean begins = strncmp(splitter->text + piece.start, delimiter, length) == 0;
        if (begins && first != G_MAXUINT && delimiter[length] == '\0') {
            g_array_append_val(merged, piece);
            first = G_MAXUINT;
        } else if (begins) {
            first = MIN(first, i);
        } else {
            for (first = MIN(first, i); first <= i; first++)
                g_array_append_val(merged, *piece_at(splitter, first));
            first = G_MAXUINT;
        }
    }
    g_array_unref(splitter->pieces);
    splitter->pieces = g_steal_pointer(&merged);
}

/* The next piece that is not blank; NULL: none. */
static const Piece *
next_solid(const Splitter *splitter, guint i)
{
    while (++i < splitter->pieces->len) {
        if (piece_at(splitter, i)->kind != PIECE_SPACE)
            return piece_at(splitter, i);
    }
    return NULL;
}

static gboolean
is_followed_by(const Splitter *splitter, guint i, const char *const *words)
{
    const Piece *next = next_solid(splitter, i);
    for (; next != NULL && *words != NULL; words++) {
        if (piece_is(splitter, next, *words))
            return TRUE;
    }
    return FALSE;
}

static void
count_clauses(const Splitter *splitter, guint i, guint *depth)
{
    static const char *const no_block[] = {"transaction",  "trans",       "tran", "dialog",
                                           "conversation", "distributed", NULL};
    static const char *const no_end[] = {"transaction", "trans", "tran", NULL};
    const Piece *piece = piece_at(splitter, i);
    if (piece_is(splitter, piece, "BEGIN") && !is_followed_by(splitter, i, no_block))
        (*depth)++;
    if (piece_is(splitter, piece, "END") && *depth > 0 && !is_followed_by(splitter, i, no_end))
        (*depth)--;
}

/* isDelimiter() */
static gboolean
is_delimiter(const Splitter *splitter, guint i)
{
    const char *delimiter = splitter->rule->delimiter;
    const Piece *piece = piece_at(splitter, i);
    const Piece *before = i > 0 ? piece_at(splitter, i - 1) : NULL;
    gboolean begins_line = before == NULL || splitter->text[before->end - 1] == '\n';
    if (delimiter == NULL)
        return piece_is(splitter, piece, ";") ||
               ((piece_is(splitter, piece, "go") || piece_is(splitter, piece, "/")) && begins_line);
    if (delimiter[0] != '\0' && delimiter[1] == '\0' && delimiter[0] == '/' && !begins_line)
        return FALSE;
    if (piece_is(splitter, piece, delimiter))
        return TRUE;
    if (splitter->delimiter == NULL)
        return FALSE;
    g_autofree char *first =
        before != NULL ? g_strndup(splitter->text + before->start, before->end - before->start)
                       : g_strdup("null");
    g_autofree char *second = g_strndup(splitter->text + piece->start, piece->end - piece->start);
    g_autofree char *both = g_strconcat(first, second, NULL);
    g_autofree char *folded = g_utf8_strdown(both, -1);
    return g_regex_match(splitter->delimiter, folded, 0, NULL);
}

static void
push_line(Splitter *splitter, gsize offset)
{
    for (; splitter->at < offset; splitter->at++)
        splitter->line += splitter->text[splitter->at] == '\n';
    guint line = file_line(splitter->lines, splitter->line);
    g_array_append_val(splitter->split->lines, line);
}

static void
append_piece(Splitter *splitter, const Piece *piece)
{
    PgsLiquibaseSplit *split = splitter->split;
    if (splitter->start == G_MAXSIZE) {
        if (piece->kind == PIECE_SPACE)
            return;
        splitter->start = split->text->len;
        push_line(splitter, piece->start);
    }
    for (gsize i = piece->start; i < piece->end; i++) {
        g_string_append_c(split->text, splitter->text[i]);
        if (splitter->text[i] == '\n')
            push_line(splitter, i + 1);
    }
}

static void
end_statement(Splitter *splitter)
{
    PgsLiquibaseSplit *split = splitter->split;
    if (splitter->start == G_MAXSIZE)
        return;
    PgsCut cut = {.start = splitter->start, .end = split->text->len};
    while (cut.end > cut.start && (guchar)split->text->str[cut.end - 1] <= ' ')
        cut.end--;
    if (cut.end > cut.start)
        g_array_append_val(split->cuts, cut);
    g_string_append_c(split->text, '\n');
    splitter->start = G_MAXSIZE;
}

static void
split_pieces(Splitter *splitter)
{
    guint depth = 0;
    for (guint i = 0; i < splitter->pieces->len; i++) {
        count_clauses(splitter, i, &depth);
        if (depth == 0 && splitter->rule->split && is_delimiter(splitter, i))
            end_statement(splitter);
        else
            append_piece(splitter, piece_at(splitter, i));
    }
    end_statement(splitter);
}

static gboolean
compile_delimiter(Splitter *splitter, GError **error)
{
    const char *delimiter = splitter->rule->delimiter;
    if (delimiter == NULL || strlen(delimiter) < 2)
        return TRUE;
    g_autofree char *folded = g_utf8_strdown(delimiter, -1);
    g_autofree char *pattern = g_strdup_printf("^(?:[\\s\n\r]*%s)$", folded);
    g_autoptr(GError) local = NULL;
    splitter->delimiter =
        g_regex_new(pattern, G_REGEX_DOLLAR_ENDONLY, G_REGEX_MATCH_DEFAULT, &local);
    if (splitter->delimiter == NULL)
        pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL,
                      "Liquibase takes it for a regular expression",
                      "the delimiter %s is none that can be used", delimiter);
    return splitter->delimiter != NULL;
}

gboolean
pgs_liquibase_split(const char *text, const GArray *lines, const PgsLiquibaseRule *rule,
                    PgsLiquibaseSplit *split, guint *line, GError **error)
{
    split->text = g_string_new(NULL);
    split->cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    split->lines = g_array_new(FALSE, FALSE, sizeof(guint));
    Splitter splitter = {
        .text = text,
        .length = strlen(text),
        .pieces = g_array_new(FALSE, FALSE, sizeof(Piece)),
        .lines = lines,
        .rule = rule,
        .split = split,
        .start = G_MAXSIZE,
    };
    *line = file_line(lines, 0);
    gboolean ok = compile_delimiter(&splitter, error) && tokenize(&splitter, line, error);
    if (ok) {
        merge_delimiters(&splitter);
        split_pieces(&splitter);
    }
    g_array_unref(splitter.pieces);
    g_clear_pointer(&splitter.delimiter, g_regex_unref);
    return ok;
}

void
pgs_liquibase_split_clear(PgsLiquibaseSplit *split)
{
    if (split->text != NULL)
        g_string_free(split->text, TRUE);
    split->text = NULL;
    g_clear_pointer(&split->cuts, g_array_unref);
    g_clear_pointer(&split->lines, g_array_unref);
}

#include "values/pattern_node.h"

#include <string.h>

/* PostgreSQL's advanced regular expressions (regc_lex.c, regcomp.c), and SIMILAR TO's. */

#define DEPTH_MAX 40
#define PIECES_MAX 2000
#define BOUND_MAX 255 /* DUPMAX */

typedef struct {
    const char *p;
    PgsPatternSyntax syntax;
    gboolean expanded; /* (?x): blanks and comments mean nothing */
    guint n_groups, n_pieces, depth;
    gboolean failed;
} Parser;

static PgsPiece *parse_alternation(Parser *parser);

static PgsPiece *
fail(Parser *parser)
{
    parser->failed = TRUE;
    return NULL;
}

static gunichar
next_character(Parser *parser)
{
    gunichar character = g_utf8_get_char(parser->p);
    if (*parser->p != '\0')
        parser->p = g_utf8_next_char(parser->p);
    return character;
}

static gboolean
skip_text(Parser *parser, const char *text)
{
    if (!g_str_has_prefix(parser->p, text))
        return FALSE;
    parser->p += strlen(text);
    return TRUE;
}

/* Comments, and in an expanded pattern blanks. */
static void
skip_space(Parser *parser)
{
    for (;;) {
        const char *end = NULL;
        if (parser->syntax == PGS_PATTERN_REGEX && g_str_has_prefix(parser->p, "(?#"))
            end = strchr(parser->p, ')');
        else if (parser->expanded && *parser->p == '#')
            end = strchr(parser->p, '\n');
        else if (parser->expanded && g_ascii_isspace(*parser->p))
            end = parser->p;
        if (end == NULL)
            return;
        parser->p = end + 1;
    }
}

/* Escapes */

/* Up to max digits in the base; -1: none. */
static gint
read_digits(Parser *parser, guint max, guint base)
{
    gint value = -1;
    for (guint i = 0; i < max && g_ascii_isxdigit(*parser->p); i++) {
        gint digit = g_ascii_xdigit_value(*parser->p);
        if (digit >= (gint)base)
            break;
        value = MAX(value, 0) * (gint)base + digit;
        parser->p++;
    }
    return value;
}

/* An escape that stands for one character; p is behind the backslash.  0: it is none. */
static gunichar
parse_character_escape(Parser *parser)
{
    static const char *const letters = "aefnrtvB";
    static const char values[] = {'\a', '\033', '\f', '\n', '\r', '\t', '\v', '\\'};
    gunichar letter = next_character(parser);
    const char *found = letter != 0 && letter < 0x80 ? strchr(letters, (gint)letter) : NULL;
    if (found != NULL)
        return (guchar)values[found - letters];
    if (!g_unichar_isalnum(letter))
        return letter;
    gint value = -1;
    if (letter == 'u')
        value = read_digits(parser, 4, 16);
    else if (letter == 'U')
        value = read_digits(parser, 8, 16);
    else if (letter == 'x')
        value = read_digits(parser, 6, 16);
    else if (letter == 'c')
        value = (gint)(next_character(parser) & 0x1f);
    else if (letter == 'b')
        value = '\b';
    return value > 0 && g_unichar_validate((gunichar)value) ? (gunichar)value : 0;
}

static PgsPiece *
set_piece(PgsCharacters *set)
{
    PgsPiece *piece = pgs_piece_new(PGS_PIECE_CHARACTER);
    piece->set = set;
    return piece;
}

static PgsPiece *
parse_reference(Parser *parser)
{
    const char *begin = parser->p;
    gint number = read_digits(parser, 2, 10);
    if (number > 9 && number > (gint)parser->n_groups) {
        parser->p = begin;
        number = read_digits(parser, 1, 10);
    }
    PgsPiece *piece = pgs_piece_new(PGS_PIECE_REFERENCE);
    piece->number = (guint)number;
    return piece;
}

/* p is behind the backslash. */
static PgsPiece *
parse_escape(Parser *parser)
{
    char letter = *parser->p;
    if (letter == '\0')
        return fail(parser);
    g_autoptr(PgsCharacters) set = pgs_characters_new();
    if (parser->syntax == PGS_PATTERN_REGEX) {
        if (strchr("mMyY", letter) != NULL || strchr("AZ", letter) != NULL) {
            parser->p++;
            return pgs_piece_new(letter == 'A'   ? PGS_PIECE_BEGIN
                                 : letter == 'Z' ? PGS_PIECE_END
                                                 : PGS_PIECE_PLACE);
        }
        if (letter >= '1' && letter <= '9')
            return parse_reference(parser);
        if (pgs_characters_add_shorthand(set, g_ascii_tolower(letter))) {
            parser->p++;
            if (g_ascii_isupper(letter))
                pgs_characters_negate(set);
            return set_piece(g_steal_pointer(&set));
        }
    } else {
        return pgs_piece_literal(next_character(parser));
    }
    gunichar character = parse_character_escape(parser);
    return character != 0 ? pgs_piece_literal(character) : fail(parser);
}

/* Brackets */

/* [:alpha:], [.a.], [=a=], where p stands at the inner bracket.  *character: of the latter two. */
static gboolean
parse_named(Parser *parser, PgsCharacters *set, gunichar *character)
{
    char kind = parser->p[1];
    const char ending[] = {kind, ']', '\0'};
    const char *name = parser->p + 2, *end = strstr(name, ending);
    *character = 0;
    if (end == NULL || end == name)
        return FALSE;
    parser->p = end + 2;
    if (kind == ':')
        return pgs_characters_add_class(set, name, (gsize)(end - name));
    *character = g_utf8_get_char(name);
    return g_utf8_next_char(name) == end;
}

/* One end of a range; 0: a class of several was added, or it failed. */
static gunichar
parse_range_end(Parser *parser, PgsCharacters *set)
{
    gunichar character;
    if (*parser->p == '\0') {
        fail(parser);
        return 0;
    }
    if (*parser->p == '[' && parser->p[1] != '\0' && strchr(":.=", parser->p[1]) != NULL) {
        if (!parse_named(parser, set, &character))
            fail(parser);
        return character;
    }
    if (*parser->p != '\\')
        return next_character(parser);
    parser->p++;
    if (parser->syntax == PGS_PATTERN_REGEX && pgs_characters_add_shorthand(set, *parser->p)) {
        parser->p++;
        return 0;
    }
    character = parse_character_escape(parser);
    if (character == 0)
        fail(parser);
    return character;
}

/* p is behind the bracket. */
static PgsPiece *
parse_brackets(Parser *parser)
{
    if (skip_text(parser, "[:<:]]") || skip_text(parser, "[:>:]]"))
        return pgs_piece_new(PGS_PIECE_PLACE);
    g_autoptr(PgsCharacters) set = pgs_characters_new();
    if (skip_text(parser, "^"))
        pgs_characters_negate(set);
    for (gboolean first = TRUE; first || *parser->p != ']'; first = FALSE) {
        gunichar lower = parse_range_end(parser, set);
        if (parser->failed)
            return NULL;
        if (lower == 0)
            continue;
        gunichar upper = lower;
        if (*parser->p == '-' && parser->p[1] != ']' && parser->p[1] != '\0') {
            parser->p++;
            upper = parse_range_end(parser, set);
        }
        if (parser->failed || upper < lower)
            return fail(parser);
        pgs_characters_add(set, lower, upper);
    }
    parser->p++;
    return set_piece(g_steal_pointer(&set));
}

/* Groups */

static const struct {
    const char *text;
    gboolean behind, negated;
} looks[] = {
    {"?=", FALSE, FALSE},
    {"?!", FALSE, TRUE},
    {"?<=", TRUE, FALSE},
    {"?<!", TRUE, TRUE},
};

static PgsPiece *
group_head(Parser *parser)
{
    if (parser->syntax == PGS_PATTERN_REGEX) {
        for (gsize i = 0; i < G_N_ELEMENTS(looks); i++) {
            if (!skip_text(parser, looks[i].text))
                continue;
            PgsPiece *look = pgs_piece_new(PGS_PIECE_LOOK);
            look->behind = looks[i].behind;
            look->negated = looks[i].negated;
            return look;
        }
        if (!skip_text(parser, "?:") && *parser->p == '?')
            return NULL;
    }
    PgsPiece *group = pgs_piece_new(PGS_PIECE_GROUP);
    if (parser->p[-1] == '(')
        group->number = ++parser->n_groups;
    return group;
}

/* p is behind the parenthesis. */
static PgsPiece *
parse_group(Parser *parser)
{
    g_autoptr(PgsPiece) group = group_head(parser);
    if (group == NULL)
        return fail(parser);
    PgsPiece *inner = parse_alternation(parser);
    if (inner == NULL)
        return NULL;
    pgs_piece_add(group, inner);
    return skip_text(parser, ")") ? g_steal_pointer(&group) : fail(parser);
}

/* Pieces */

static gboolean
is_any(const Parser *parser)
{
    return *parser->p == (parser->syntax == PGS_PATTERN_REGEX ? '.' : '_');
}

static PgsPiece *
any_character(void)
{
    g_autoptr(PgsCharacters) none = pgs_characters_new();
    pgs_characters_negate(none);
    return set_piece(g_steal_pointer(&none));
}

static PgsPiece *
parse_atom(Parser *parser)
{
    gboolean is_regex = parser->syntax == PGS_PATTERN_REGEX;
    if (is_any(parser)) {
        parser->p++;
        return any_character();
    }
    if (!is_regex && skip_text(parser, "%"))
        return pgs_piece_repeat(any_character(), 0, PGS_PIECE_UNBOUNDED);
    if (is_regex && skip_text(parser, "^"))
        return pgs_piece_new(PGS_PIECE_BEGIN);
    if (is_regex && skip_text(parser, "$"))
        return pgs_piece_new(PGS_PIECE_END);
    if (skip_text(parser, "("))
        return parse_group(parser);
    if (skip_text(parser, "["))
        return parse_brackets(parser);
    if (skip_text(parser, "\\"))
        return parse_escape(parser);
    if (strchr("*+?", *parser->p) != NULL || (*parser->p == '{' && g_ascii_isdigit(parser->p[1])))
        return fail(parser);
    return pgs_piece_literal(next_character(parser));
}

/* {m}, {m,}, {m,n}; FALSE: there is none here. */
static gboolean
parse_bound(Parser *parser, guint *min, guint *max)
{
    if (*parser->p != '{' || !g_ascii_isdigit(parser->p[1]))
        return FALSE;
    parser->p++;
    gint number = read_digits(parser, 4, 10);
    *min = *max = (guint)number;
    if (skip_text(parser, ",")) {
        number = read_digits(parser, 4, 10);
        *max = number >= 0 ? (guint)number : PGS_PIECE_UNBOUNDED;
    }
    gboolean closed = skip_text(parser, "}");
    if (!closed || *min > BOUND_MAX || *min > *max ||
        (*max != PGS_PIECE_UNBOUNDED && *max > BOUND_MAX))
        fail(parser);
    return TRUE;
}

static gboolean
parse_quantifier(Parser *parser, guint *min, guint *max)
{
    static const struct {
        char sign;
        guint min, max;
    } signs[] = {{'*', 0, PGS_PIECE_UNBOUNDED}, {'+', 1, PGS_PIECE_UNBOUNDED}, {'?', 0, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (*parser->p != signs[i].sign)
            continue;
        *min = signs[i].min;
        *max = signs[i].max;
        parser->p++;
        return TRUE;
    }
    return parse_bound(parser, min, max);
}

/* What no quantifier may follow. */
static gboolean
is_constraint(const PgsPiece *piece)
{
    return piece->kind == PGS_PIECE_BEGIN || piece->kind == PGS_PIECE_END ||
           piece->kind == PGS_PIECE_PLACE || piece->kind == PGS_PIECE_LOOK;
}

static PgsPiece *
parse_piece(Parser *parser)
{
    if (++parser->n_pieces > PIECES_MAX)
        return fail(parser);
    g_autoptr(PgsPiece) atom = parse_atom(parser);
    if (atom == NULL)
        return NULL;
    skip_space(parser);
    guint min, max;
    if (!parse_quantifier(parser, &min, &max))
        return g_steal_pointer(&atom);
    if (is_constraint(atom))
        return fail(parser);
    if (parser->syntax == PGS_PATTERN_REGEX)
        skip_text(parser, "?");
    return parser->failed ? NULL : pgs_piece_repeat(g_steal_pointer(&atom), min, max);
}

static PgsPiece *
parse_sequence(Parser *parser)
{
    g_autoptr(PgsPiece) sequence = pgs_piece_new(PGS_PIECE_SEQUENCE);
    skip_space(parser);
    while (*parser->p != '\0' && *parser->p != '|' && *parser->p != ')') {
        PgsPiece *piece = parse_piece(parser);
        if (piece == NULL)
            return NULL;
        pgs_piece_add(sequence, piece);
        skip_space(parser);
    }
    return g_steal_pointer(&sequence);
}

static PgsPiece *
parse_alternation(Parser *parser)
{
    if (++parser->depth > DEPTH_MAX)
        return fail(parser);
    g_autoptr(PgsPiece) alternation = pgs_piece_new(PGS_PIECE_ALTERNATION);
    do {
        PgsPiece *branch = parse_sequence(parser);
        if (branch == NULL)
            return NULL;
        pgs_piece_add(alternation, branch);
    } while (skip_text(parser, "|"));
    parser->depth--;
    return g_steal_pointer(&alternation);
}

/* What an ARE may begin with */

static PgsPiece *
literal_text(const char *text)
{
    PgsPiece *sequence = pgs_piece_new(PGS_PIECE_SEQUENCE);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        pgs_piece_add(sequence, pgs_piece_literal(g_utf8_get_char(p)));
    return sequence;
}

/* "(?xi)"; FALSE when it asks for what is not parsed here (basic expressions).  *is_literal: q. */
static gboolean
parse_options(Parser *parser, gboolean *is_literal)
{
    if (!g_str_has_prefix(parser->p, "(?") || !g_ascii_isalpha(parser->p[2]))
        return TRUE;
    const char *p = parser->p + 2;
    for (; g_ascii_isalpha(*p); p++) {
        if (*p == 'b')
            return FALSE;
        if (*p == 'x')
            parser->expanded = TRUE;
        if (*p == 'q')
            *is_literal = TRUE;
    }
    parser->p = *p == ')' ? p + 1 : p;
    return *p == ')';
}

static PgsPiece *
anchored(PgsPiece *piece)
{
    PgsPiece *whole = pgs_piece_new(PGS_PIECE_SEQUENCE);
    pgs_piece_add(whole, pgs_piece_new(PGS_PIECE_BEGIN));
    pgs_piece_add(whole, piece);
    pgs_piece_add(whole, pgs_piece_new(PGS_PIECE_END));
    return whole;
}

/* A backslash quotes; % is any text, _ any character. */
static PgsPiece *
parse_like(const char *pattern)
{
    PgsPiece *sequence = pgs_piece_new(PGS_PIECE_SEQUENCE);
    for (const char *p = pattern; *p != '\0'; p = g_utf8_next_char(p)) {
        PgsPiece *piece;
        if (*p == '%')
            piece = pgs_piece_repeat(any_character(), 0, PGS_PIECE_UNBOUNDED);
        else if (*p == '_')
            piece = any_character();
        else
            piece = pgs_piece_literal(g_utf8_get_char(*p == '\\' && p[1] != '\0' ? ++p : p));
        pgs_piece_add(sequence, piece);
    }
    return anchored(sequence);
}

PgsPiece *
pgs_pattern_parse(PgsPatternSyntax syntax, const char *pattern)
{
    if (!g_utf8_validate(pattern, -1, NULL) || strlen(pattern) > 2 * PIECES_MAX)
        return NULL;
    if (syntax == PGS_PATTERN_LIKE)
        return parse_like(pattern);
    Parser parser = {.p = pattern, .syntax = syntax};
    gboolean is_literal = FALSE;
    if (syntax == PGS_PATTERN_REGEX) {
        is_literal = skip_text(&parser, "***=");
        skip_text(&parser, "***:");
        if (!is_literal && !parse_options(&parser, &is_literal))
            return NULL;
    }
    if (is_literal)
        return literal_text(parser.p);
    g_autoptr(PgsPiece) whole = parse_alternation(&parser);
    if (whole == NULL || *parser.p != '\0')
        return NULL;
    if (syntax == PGS_PATTERN_SIMILAR)
        return anchored(g_steal_pointer(&whole));
    return g_steal_pointer(&whole);
}

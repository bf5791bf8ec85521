#include "migration/atlas_scan.h"

#include "sql/script.h"

#include <string.h>

/*
 * github.com/ariga/atlas, 1.2: sql/migrate/lex.go, Scanner, with the options that its PostgreSQL
 * driver has (sql/postgres/driver.go, ScanStmts()): MatchBegin, MatchBeginAtomic, MatchDollarQuote,
 * EscapedStringExt.  The last does nothing: skipQuote() looks for the E where the quote is.
 * Function by function as there, the names too.
 */

#define DELIMITER ";"
#define DELIMITER_COMMAND "delimiter"

enum {
    END = -1,
    MAX_DEPTH = 200, /* BEGIN within BEGIN; Atlas itself knows no limit */
    BUDGET_FACTOR = 64,
    BUDGET_LEAST = 1024 * 1024,
};

/* What the scanners of one file share. */
typedef struct {
    const char *text;
    gsize length;
    GHashTable *blocks; /* place of a block's text → 1 + its length, or 0: it has no end */
    gsize budget;       /* how many bytes may still be looked at: nested blocks without an end make
                           Atlas's own scanner go over the rest again and again */
    gsize blank_from, blank_to; /* white space that was looked through last */
    guint depth;
} Shared;

typedef struct {
    Shared *shared;
    gsize input; /* where what is left begins */
    gsize pos;   /* within that */
    gsize width, total;
    char *delim;
    gsize fault; /* of the last error: its place in the text */
    char *message;
} Scanner;

static void
scanner_clear(Scanner *s)
{
    g_free(s->delim);
    g_free(s->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scanner, scanner_clear)

typedef enum {
    STMT_FOUND,
    STMT_END, /* io.EOF */
    STMT_ERROR,
} StmtResult;

G_GNUC_PRINTF(3, 4)
static gboolean
set_error(Scanner *s, gsize pos, const char *format, ...)
{
    va_list args;
    g_free(s->message);
    va_start(args, format);
    s->message = g_strdup_vprintf(format, args);
    va_end(args);
    s->fault = s->input + pos;
    return FALSE;
}

/* ---- regular expressions ---- */

/* \s */
static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* \w */
static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* The end of the white space at place, looked through once. */
static gsize
skip_blanks(Shared *shared, gsize at)
{
    if (at >= shared->blank_from && at < shared->blank_to)
        return shared->blank_to;
    gsize end = at;
    while (end < shared->length && is_blank(shared->text[end]))
        end++;
    if (end > at) {
        shared->blank_from = at;
        shared->blank_to = end;
    }
    return end;
}

static gboolean
has_word(const Shared *shared, gsize at, const char *word)
{
    gsize n = strlen(word);
    return shared->length - at >= n && g_ascii_strncasecmp(shared->text + at, word, n) == 0;
}

/* (?i)^\s*BEGIN\s+ and, with atomic, ATOMIC\s+: the length of the match at a place, or 0. */
static gsize
match_begin(Shared *shared, gsize at, gboolean atomic)
{
    static const char *const words[] = {"BEGIN", "ATOMIC"};
    gsize p = skip_blanks(shared, at);
    for (gsize i = 0; i < (atomic ? 2 : 1); i++) {
        if (p > shared->length || !has_word(shared, p, words[i]))
            return 0;
        gsize behind = p + strlen(words[i]);
        p = skip_blanks(shared, behind);
        if (p == behind)
            return 0;
    }
    return p - at;
}

/* (?i)^\s*END\s* of a statement's text: the length of the match, or 0. */
static gsize
match_end(Shared *shared, const PgsCut *cut)
{
    gsize p = skip_blanks(shared, cut->start);
    if (!has_word(shared, p, "END"))
        return 0;
    return MIN(skip_blanks(shared, p + strlen("END")), cut->end) - cut->start;
}

/* A letter of a dollar quote's tag beyond ASCII: È to ÿ. */
static gboolean
is_latin(const char *p, gsize left)
{
    return left >= 2 && (guchar)p[0] == 0xc3 && (guchar)p[1] >= 0x88 && (guchar)p[1] <= 0xbf;
}

/* ^\$([A-Za-zÈ-ÿ_][\wÈ-ÿ]*)*\$: the length of the match, or 0. */
static gsize
match_dollar_quote(const char *p, gsize left)
{
    gsize n = 1;
    if (left > 1 && g_ascii_isdigit(p[1]))
        return 0;
    while (n < left && p[n] != '$') {
        gsize width = is_latin(p + n, left - n) ? 2 : is_word(p[n]) ? 1 : 0;
        if (width == 0)
            return 0;
        n += width;
    }
    return n < left ? n + 1 : 0;
}

/* dir.go, reDirective: ^([ -~]*)atlas:(\w+)(?: +(.+))* */
gboolean
pgs_atlas_directive(const char *text, gsize length, const char *name, const char *prefix,
                    char **argument)
{
    static const char mark[] = "atlas:";
    gsize printable = 0;
    gssize at = -1;
    if (prefix != NULL && (length < strlen(prefix) || memcmp(text, prefix, strlen(prefix)) != 0))
        return FALSE;
    while (printable < length && text[printable] >= ' ' && text[printable] <= '~')
        printable++;
    for (gsize i = 0; i + strlen(mark) < printable; i++) {
        if (memcmp(text + i, mark, strlen(mark)) == 0 && is_word(text[i + strlen(mark)]))
            at = (gssize)i;
    }
    if (at < 0 || (prefix != NULL && (gsize)at != strlen(prefix)))
        return FALSE;
    gsize word = (gsize)at + strlen(mark);
    gsize end = word;
    while (end < length && is_word(text[end]))
        end++;
    if (end - word != strlen(name) || memcmp(text + word, name, end - word) != 0)
        return FALSE;
    const char *newline = memchr(text + end, '\n', length - end);
    gsize line = newline != NULL ? (gsize)(newline - text) : length;
    gsize from = end;
    while (from < line && text[from] == ' ')
        from++;
    if (from == line && from - end > 1) /* only spaces: the last of them is the argument */
        from--;
    *argument = from > end ? g_strndup(text + from, line - from) : g_strdup("");
    return TRUE;
}

/* ---- the scanner ---- */

static gsize
left(const Scanner *s)
{
    return s->shared->length - s->input;
}

static const char *
input(const Scanner *s)
{
    return s->shared->text + s->input;
}

static void
add_pos(Scanner *s, gsize n)
{
    s->pos += n;
    s->total += n;
}

static gboolean
spend(Shared *shared, gsize n)
{
    shared->budget -= MIN(n, shared->budget);
    return shared->budget > 0;
}

static gint
next(Scanner *s)
{
    if (s->pos >= left(s) || !spend(s->shared, 1))
        return END;
    const char *p = input(s) + s->pos;
    gunichar c =
        (guchar)*p < 0x80 ? (guchar)*p : g_utf8_get_char_validated(p, (gssize)(left(s) - s->pos));
    gboolean is_valid = c < 0x110000;
    s->width = is_valid ? (gsize)(g_utf8_next_char(p) - p) : 1;
    add_pos(s, s->width);
    return is_valid ? (gint)c : 0xfffd;
}

static gboolean
is_next(const Scanner *s, char c)
{
    return s->pos < left(s) && input(s)[s->pos] == c;
}

/* unicode.IsSpace() of what stands at p: its length, or 0. */
static gsize
space_length(const char *p, gsize n)
{
    static const gunichar spaces[] = {0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
    if (n == 0 || (guchar)*p < 0x80)
        return n > 0 && (is_blank(*p) || *p == '\v');
    gunichar c = g_utf8_get_char_validated(p, (gssize)n);
    gboolean is_space = c >= 0x2000 && c <= 0x200a;
    for (gsize i = 0; i < G_N_ELEMENTS(spaces); i++)
        is_space |= c == spaces[i];
    return is_space ? (gsize)(g_utf8_next_char(p) - p) : 0;
}

static void
skip_spaces(Scanner *s)
{
    gsize n;
    while ((n = space_length(input(s), left(s))) > 0) {
        s->input += n;
        s->total += n;
    }
}

static gboolean
set_delim(Scanner *s, const char *text)
{
    if (*text == '\0')
        return set_error(s, s->pos, "empty delimiter");
    GString *delim = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++) {
        const char *escape = p[0] == '\\' && p[1] != '\0' ? strchr("nrt", p[1]) : NULL;
        if (escape != NULL)
            p++;
        g_string_append_c(delim, escape != NULL ? "\n\r\t"[escape - strchr("nrt", 'n')] : *p);
    }
    g_free(s->delim);
    s->delim = g_string_free(delim, FALSE);
    return TRUE;
}

static gboolean
scanner_init(Scanner *s, Shared *shared, gsize from)
{
    g_autofree char *argument = NULL;
    s->shared = shared;
    s->input = from;
    s->delim = g_strdup(DELIMITER);
    if (!pgs_atlas_directive(input(s), left(s), DELIMITER_COMMAND, "-- ", &argument))
        return TRUE;
    if (!set_delim(s, argument))
        return FALSE;
    const char *newline = memchr(input(s), '\n', left(s));
    if (newline == NULL)
        return set_error(s, s->pos, "no input found after delimiter \"%s\"", argument);
    s->input = (gsize)(newline + 1 - shared->text);
    return TRUE;
}

/* Takes the text up to the place where it stands for a statement. */
static PgsCut
emit(Scanner *s)
{
    PgsCut cut = {.start = s->input, .end = s->input + s->pos};
    const char *text = s->shared->text;
    gsize n = strlen(s->delim);
    s->input += s->pos;
    s->pos = 0;
    if (strcmp(s->delim, DELIMITER) != 0 && cut.end - cut.start >= n &&
        memcmp(text + cut.end - n, s->delim, n) == 0)
        cut.end -= n;
    while ((n = space_length(text + cut.start, cut.end - cut.start)) > 0)
        cut.start += n;
    while (cut.end > cut.start) {
        const char *last = g_utf8_find_prev_char(text + cut.start, text + cut.end);
        if (last == NULL || space_length(last, (gsize)(text + cut.end - last)) == 0)
            break;
        cut.end = (gsize)(last - text);
    }
    return cut;
}

static gboolean
skip_quote(Scanner *s, gint quote)
{
    gsize pos = s->pos;
    for (;;) {
        gint r = next(s);
        if (r == END)
            return set_error(s, pos, "unclosed quote '%s%c'", quote == '\'' ? "\\" : "", quote);
        if (r == quote)
            return TRUE;
    }
}

/* One that is not closed goes on to the end. */
static void
skip_dollar_quote(Scanner *s, gsize tag_length)
{
    const char *tag = input(s) + s->pos - 1;
    add_pos(s, tag_length - 1);
    for (;;) {
        gint r = next(s);
        if (r == END)
            return;
        if (r == '$' && left(s) - (s->pos - 1) >= tag_length &&
            memcmp(input(s) + s->pos - 1, tag, tag_length) == 0) {
            add_pos(s, tag_length - 1);
            return;
        }
    }
}

/* One that is not closed is none. */
static void
skip_comment(Scanner *s, const char *right)
{
    const char *from = input(s) + s->pos;
    gsize n = strlen(right);
    const char *found = memmem(from, left(s) - s->pos, right, n);
    spend(s->shared, found != NULL ? (gsize)(found - from) : left(s) - s->pos);
    if (found == NULL)
        return;
    gboolean is_first = s->pos == 2;
    add_pos(s, (gsize)(found - from) + n);
    if (!is_first)
        return;
    s->input += s->pos; /* in front of a statement: no part of it */
    s->pos = 0;
    skip_spaces(s);
}

/* MySQL's command, which this scanner knows for all. */
static gboolean
delimiter_command(Scanner *s)
{
    if (!is_next(s, ' '))
        return TRUE;
    for (gint r = ' '; r != END && r != '\n';)
        r = next(s);
    g_autofree char *word =
        g_strndup(input(s) + strlen(DELIMITER_COMMAND), s->pos - strlen(DELIMITER_COMMAND));
    g_strstrip(word);
    gsize n = strlen(word);
    GString *delim = g_string_new(word);
    if (n > 1 && word[0] == '\'' && word[n - 1] == '\'') {
        g_string_truncate(delim, n - 1);
        g_string_erase(delim, 0, 1);
        g_string_replace(delim, "''", "'", 0);
    }
    gboolean ok = set_delim(s, delim->str);
    g_string_free(delim, TRUE);
    if (ok)
        emit(s);
    return ok;
}

static StmtResult stmt(Scanner *s, PgsCut *cut);

/* Whether a statement of a block's text is its end. */
static gboolean
is_block_end(Scanner *group, const PgsCut *cut, gboolean atomic)
{
    gsize end = match_end(group->shared, cut);
    if (end == 0 || atomic)
        return end > 0;
    const char *rest = group->shared->text + cut->start + end;
    gsize n = cut->end - cut->start - end;
    return n == 0 || (n == strlen(group->delim) && memcmp(rest, group->delim, n) == 0);
}

/* The length of the block whose text begins at a place; FALSE: it has no end. */
static gboolean
scan_block(Shared *shared, gsize from, gboolean atomic, gsize *length)
{
    g_auto(Scanner) group = {0};
    PgsCut cut;
    if (shared->depth >= MAX_DEPTH) {
        shared->budget = 0;
        return FALSE;
    }
    shared->depth++;
    gboolean found = FALSE;
    if (scanner_init(&group, shared, from)) {
        while (!found && stmt(&group, &cut) == STMT_FOUND)
            found = is_block_end(&group, &cut, atomic);
    }
    shared->depth--;
    *length = group.total;
    return found;
}

/* skipBegin() and skipBeginAtomic(): over a block that is really one. */
static gboolean
skip_block(Scanner *s, gboolean atomic)
{
    gsize match = match_begin(s->shared, s->input + s->pos - 1, atomic);
    if (match == 0)
        return FALSE;
    add_pos(s, match - 1);
    gsize from = s->input + s->pos;
    gpointer key = GSIZE_TO_POINTER(from * 2 + atomic);
    gpointer known;
    if (!g_hash_table_lookup_extended(s->shared->blocks, key, NULL, &known)) {
        gsize length;
        gboolean found = scan_block(s->shared, from, atomic, &length);
        known = GSIZE_TO_POINTER(found ? length + 1 : 0);
        g_hash_table_insert(s->shared->blocks, key, known);
    }
    if (GPOINTER_TO_SIZE(known) == 0)
        return FALSE;
    add_pos(s, GPOINTER_TO_SIZE(known) - 1);
    return TRUE;
}

static gboolean
is_at_delim(const Scanner *s)
{
    gsize at = s->pos - s->width;
    gsize n = strlen(s->delim);
    return left(s) - at >= n && memcmp(input(s) + at, s->delim, n) == 0;
}

/* "delimiter" at the very beginning of a statement, and something behind it. */
static gboolean
is_delimiter_command(const Scanner *s)
{
    return s->pos == 1 && left(s) > strlen(DELIMITER_COMMAND) &&
           has_word(s->shared, s->input, DELIMITER_COMMAND);
}

/* The last cases of stmt(): whether a block that was skipped is the statement. */
static gboolean
is_block(Scanner *s)
{
    if (strcmp(s->delim, DELIMITER) != 0)
        return FALSE;
    gsize at = s->input + s->pos;
    if (match_begin(s->shared, at - 1, TRUE) > 0)
        return skip_block(s, TRUE);
    if (match_begin(s->shared, at - (s->pos == 1 ? 1 : 2), FALSE) > 0)
        return skip_block(s, FALSE);
    return FALSE;
}

static StmtResult
stmt(Scanner *s, PgsCut *cut)
{
    gsize depth = 0;
    gsize opening = 0;
    skip_spaces(s);
    for (;;) {
        gint r = next(s);
        gsize tag;
        if (r == END) {
            if (depth > 0) {
                set_error(s, opening, "unclosed '('");
                return STMT_ERROR;
            }
            if (s->pos == 0)
                return STMT_END;
            break;
        }
        if (r == '(') {
            opening = depth++ == 0 ? s->pos : opening;
        } else if (r == ')') {
            if (depth-- == 0) {
                set_error(s, s->pos, "unexpected ')'");
                return STMT_ERROR;
            }
        } else if (r == '\'' || r == '"' || r == '`') {
            if (!skip_quote(s, r))
                return STMT_ERROR;
        } else if (is_delimiter_command(s)) {
            add_pos(s, strlen(DELIMITER_COMMAND) - 1);
            if (!delimiter_command(s))
                return STMT_ERROR;
            skip_spaces(s);
        } else if (depth == 0 && is_at_delim(s)) {
            add_pos(s, strlen(s->delim) - s->width);
            break;
        } else if (r == '$' &&
                   (tag = match_dollar_quote(input(s) + s->pos - 1, left(s) - s->pos + 1)) > 0) {
            skip_dollar_quote(s, tag);
        } else if (r == '-' && is_next(s, '-')) {
            next(s);
            skip_comment(s, "\n");
        } else if (r == '/' && is_next(s, '*')) {
            next(s);
            skip_comment(s, "*/");
        } else if (is_block(s)) {
            break;
        }
    }
    *cut = emit(s);
    return STMT_FOUND;
}

GArray *
pgs_atlas_scan(const char *text, gsize length, gsize *offset, char **message)
{
    g_autoptr(GHashTable) blocks = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) cuts = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    Shared shared = {.text = text,
                     .length = length,
                     .blocks = blocks,
                     .budget = length * BUDGET_FACTOR + BUDGET_LEAST};
    g_auto(Scanner) scanner = {0};
    PgsCut cut = {0};
    StmtResult result = scanner_init(&scanner, &shared, 0) ? STMT_FOUND : STMT_ERROR;
    while (result == STMT_FOUND) {
        result = stmt(&scanner, &cut);
        if (result == STMT_FOUND)
            g_array_append_val(cuts, cut);
    }
    if (shared.budget == 0)
        set_error(&scanner, 0, "its blocks (BEGIN …) are nested too deep, or have no end");
    else if (result == STMT_END)
        return g_steal_pointer(&cuts);
    *offset = scanner.fault;
    *message = g_steal_pointer(&scanner.message);
    return NULL;
}

#include "migration/sqitch_plan.h"

#include "base/error.h"
#include "migration/history.h"

#include <stdlib.h>
#include <string.h>

/*
 * App::Sqitch::Plan, _parse() and check_changes() of 1.3.1, expression by expression: what Sqitch
 * takes for a name or a line is what these take.
 */
#define PUNCT "-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~"
#define NAME                                                                                       \
    "(?![" PUNCT "])(?:(?![~/=%^][[:digit:]]+(?:$|[[:blank:]]))[^[:blank:]:@#\\\\])+"              \
    "(?<![" PUNCT "])\\b"
#define TIMESTAMP                                                                                  \
    "(?<yr>[[:digit:]]{4})-(?<mo>[[:digit:]]{2})-(?<dy>[[:digit:]]{2})T"                           \
    "(?<hr>[[:digit:]]{2}):(?<mi>[[:digit:]]{2}):(?<sc>[[:digit:]]{2})Z"
#define PLANNER "(?<planner_name>[^<]+)[[:blank:]]+<(?<planner_email>[^>]+)>"

#define BLANK_LINE "\\A[[:blank:]]*(?:#[[:blank:]]*(?<note>.+)|$)"
#define INLINE_NOTE "[[:blank:]]*(?:#[[:blank:]]*.*)?$"
#define PRAGMA_LINE                                                                                \
    "\\A[[:blank:]]*%[[:blank:]]*(?<name>[^" PUNCT "](?:[^[:blank:]=]*?[^" PUNCT "[:blank:]])?)"   \
    "(?:[[:blank:]]*=[[:blank:]]*(?<value>.+))?\\z"
#define CHANGE_LINE                                                                                \
    "^[[:blank:]]*(?:(?<at>@)|[[:blank:]]*(?<operator>[+-])[[:blank:]]*)?"                         \
    "(?<name>" NAME ")(?:[[:blank:]]+)?(?:\\[(?<depends>[^]]+)\\][[:blank:]]*)?"                   \
    "(?:" TIMESTAMP "[[:blank:]]*)?(?:" PLANNER ")?$"
#define DEPEND                                                                                     \
    "\\A(?<conflicts>!?)(?:(?<project>" NAME "):)?(?:(?<id>[0-9a-f]{40})|"                         \
    "(?<change>" NAME ")(?:@(?<tag>" NAME "))?|(?:@(?<onlytag>" NAME "))?)\\z"

typedef enum {
    RE_BLANK_LINE,
    RE_INLINE_NOTE,
    RE_PRAGMA_LINE,
    RE_CHANGE_LINE,
    RE_DEPEND,
    RE_NAME,
    RE_TIMESTAMP,
    N_RES,
} Expression;

typedef struct {
    PgsSqitchPlan *plan;
    GRegex *res[N_RES];
    guint line;
    GHashTable *lines_of; /* char *: changes of earlier tags' sections, and "@tag" → line */
    GHashTable *section;  /* char *: changes since the last tag → line */
    GPtrArray *current;   /* PgsSqitchChange, borrowed: the same, in order */
    GHashTable *named;    /* char * → the latest change of that name, borrowed */
    guint n_checked;      /* changes of the plan that a tag has closed */
} Parser;

static void
depend_free(gpointer data)
{
    PgsSqitchDepend *depend = data;
    g_free(depend->text);
    g_free(depend->project);
    g_free(depend->change);
    g_free(depend->tag);
    g_free(depend->id);
    g_free(depend);
}

static void
planned_clear(PgsSqitchPlanned *planned)
{
    g_free(planned->moment);
    g_free(planned->planner_name);
    g_free(planned->planner_email);
    g_free(planned->note);
}

static void
planned_free(gpointer data)
{
    planned_clear(data);
    g_free(data);
}

static void
change_free(gpointer data)
{
    PgsSqitchChange *change = data;
    g_free(change->name);
    planned_clear(&change->planned);
    g_ptr_array_unref(change->tags_planned);
    g_ptr_array_unref(change->depends);
    g_ptr_array_unref(change->tags);
    g_ptr_array_unref(change->rework_tags);
    g_free(change);
}

void
pgs_sqitch_plan_free(PgsSqitchPlan *plan)
{
    if (plan == NULL)
        return;
    g_free(plan->path);
    g_free(plan->project);
    g_free(plan->uri);
    g_ptr_array_unref(plan->changes);
    g_free(plan);
}

static gboolean G_GNUC_PRINTF(4, 5)
    refuse(const Parser *parser, GError **error, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER, hint, "%s:%u: %s",
                  parser->plan->path, parser->line, message);
    return FALSE;
}

/* The named group, or NULL when it has matched nothing. */
static char *
group(const GMatchInfo *match, const char *name)
{
    char *text = g_match_info_fetch_named(match, name);
    if (text != NULL && *text == '\0')
        g_clear_pointer(&text, g_free);
    return text;
}

static gboolean
matches(const Parser *parser, Expression expression, const char *text, GMatchInfo **match)
{
    return g_regex_match(parser->res[expression], text, 0, match);
}

/* line without its note; g_free(). */
static char *
without_note(const Parser *parser, const char *line)
{
    g_autoptr(GMatchInfo) match = NULL;
    int start = 0, end = 0;
    if (!matches(parser, RE_INLINE_NOTE, line, &match) ||
        !g_match_info_fetch_pos(match, 0, &start, &end))
        return g_strdup(line);
    return g_strndup(line, (gsize)start);
}

/* ---- dependencies ---- */

/* App::Sqitch::Plan::Depend, parse().  NULL: it is none. */
static PgsSqitchDepend *
parse_depend(const Parser *parser, const char *text)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (!matches(parser, RE_DEPEND, text, &match))
        return NULL;
    PgsSqitchDepend *depend = g_new0(PgsSqitchDepend, 1);
    g_autofree char *conflicts = group(match, "conflicts");
    depend->text = g_strdup(text);
    depend->conflicts = conflicts != NULL;
    depend->project = group(match, "project");
    depend->change = group(match, "change");
    depend->tag = group(match, "tag");
    depend->id = group(match, "id");
    if (depend->tag == NULL)
        depend->tag = group(match, "onlytag");
    if (depend->change != NULL || depend->tag != NULL || depend->id != NULL)
        return depend;
    depend_free(depend);
    return NULL;
}

static gboolean
parse_depends(const Parser *parser, const char *text, GPtrArray *depends, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        PgsSqitchDepend *depend = parse_depend(parser, *word);
        if (depend == NULL)
            return refuse(parser, error, "write change, change@tag, project:change or !change",
                          "\"%s\" is not a valid dependency specification", *word);
        g_ptr_array_add(depends, depend);
        if (!g_hash_table_add(seen, *word))
            return refuse(parser, error, "name it once", "duplicate dependency \"%s\"", *word);
    }
    return TRUE;
}

/* key_name(): "change@tag", "@tag", "change". */
static char *
key_of(const PgsSqitchDepend *depend)
{
    if (depend->id != NULL)
        return g_strdup(depend->id);
    return g_strconcat(depend->change != NULL ? depend->change : "", depend->tag != NULL ? "@" : "",
                       depend->tag, NULL);
}

gboolean
pgs_sqitch_plan_is_external(const PgsSqitchPlan *plan, const PgsSqitchDepend *depend)
{
    return depend->project != NULL ? strcmp(depend->project, plan->project) != 0
                                   : depend->id != NULL;
}

static guint
line_in(GHashTable *lines, const char *key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(lines, key));
}

static gboolean
is_known(const Parser *parser, const PgsSqitchDepend *depend, GHashTable *position)
{
    g_autofree char *key = key_of(depend);
    if (depend->change == NULL || depend->tag == NULL)
        return line_in(parser->lines_of, key) > 0 || line_in(position, key) > 0;
    g_autofree char *tag = g_strconcat("@", depend->tag, NULL);
    guint change_at = line_in(parser->lines_of, depend->change);
    guint tag_at = line_in(parser->lines_of, tag);
    return tag_at > 0 && change_at > 0 && change_at < tag_at;
}

static gboolean
refuse_depend(Parser *parser, const PgsSqitchChange *change, const PgsSqitchDepend *depend,
              GError **error)
{
    g_autofree char *key = key_of(depend);
    guint later = line_in(parser->section, key);
    parser->line = change->line;
    if (strcmp(key, change->name) == 0)
        return refuse(parser, error, "take it out of the brackets",
                      "change \"%s\" cannot require itself", key);
    if (later > 0) {
        g_autofree char *hint = g_strdup_printf("move it behind line %u", later);
        return refuse(parser, error, hint,
                      "change \"%s\" is planned before \"%s\", which it requires", change->name,
                      key);
    }
    return refuse(parser, error, "plan that change before this one, or correct its name",
                  "unknown change \"%s\" is required by change \"%s\"", key, change->name);
}

/* check_changes(), of the changes since the last tag. */
static gboolean
check_section(Parser *parser, GError **error)
{
    g_autoptr(GHashTable) position = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < parser->current->len; i++) {
        const PgsSqitchChange *change = g_ptr_array_index(parser->current, i);
        for (guint j = 0; j < change->depends->len; j++) {
            const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, j);
            if (!depend->conflicts && !pgs_sqitch_plan_is_external(parser->plan, depend) &&
                !is_known(parser, depend, position))
                return refuse_depend(parser, change, depend, error);
        }
        g_hash_table_insert(position, change->name, GUINT_TO_POINTER(i + 1));
    }
    g_ptr_array_set_size(parser->current, 0);
    parser->n_checked = parser->plan->changes->len;
    return TRUE;
}

/* ---- lines ---- */

static gboolean
check_timestamp(const Parser *parser, const GMatchInfo *match, GError **error)
{
    static const char *const parts[] = {"yr", "mo", "dy", "hr", "mi", "sc"};
    guint numbers[G_N_ELEMENTS(parts)];
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *text = group(match, parts[i]);
        numbers[i] = (guint)strtoul(text, NULL, 10);
    }
    if (numbers[0] > 0 && numbers[1] >= 1 && numbers[1] <= 12 &&
        g_date_valid_dmy((GDateDay)numbers[2], (GDateMonth)numbers[1], (GDateYear)numbers[0]) &&
        numbers[3] < 24 && numbers[4] < 60 && numbers[5] <= 61)
        return TRUE;
    return refuse(parser, error, NULL, "there is no such time");
}

/* What every line of a change or tag must have. */
static gboolean
check_line(const Parser *parser, const char *line, const GMatchInfo *match, const char *name,
           GError **error)
{
    g_autofree char *year = name != NULL ? group(match, "yr") : NULL;
    g_autofree char *planner = name != NULL ? group(match, "planner_name") : NULL;
    if (name == NULL || (year == NULL && matches(parser, RE_TIMESTAMP, line, NULL)))
        return refuse(
            parser, error,
            "names must not begin with punctuation, contain \"@\", \":\", \"#\", \"\\\" or "
            "blanks, or end in punctuation or digits following punctuation",
            "invalid name");
    if (year == NULL || planner == NULL)
        return refuse(parser, error, "let \"sqitch add\" write it: name time planner <mail>",
                      "missing %s",
                      year != NULL      ? "planner name and email"
                      : planner != NULL ? "timestamp"
                                        : "timestamp and planner name and email");
    if (strcmp(name, "ROOT") == 0 || strcmp(name, "HEAD") == 0)
        return refuse(parser, error, "give it another name", "\"%s\" is a reserved name", name);
    if (strspn(name, "0123456789abcdef") >= 40)
        return refuse(parser, error, "give it another name",
                      "\"%s\" could be confused with a SHA1 ID", name);
    return check_timestamp(parser, match, error);
}

/* App::Sqitch::Plan::Line, BUILDARGS: what is behind "#", trimmed, with its escapes undone. */
static char *
note_of(const char *text, gsize noteless)
{
    const char *hash = strchr(text + noteless, '#');
    g_autofree char *note = g_strstrip(g_strdup(hash != NULL ? hash + 1 : ""));
    GString *plain = g_string_new(NULL);
    for (const char *at = note; *at != '\0'; at++) {
        static const char escapes[] = "\\nr", meant[] = "\\\n\r";
        const char *escape = *at == '\\' && at[1] != '\0' ? strchr(escapes, at[1]) : NULL;
        g_string_append_c(plain, escape != NULL ? meant[escape - escapes] : *at);
        at += escape != NULL;
    }
    return g_string_free(plain, FALSE);
}

static PgsSqitchPlanned
planned_of(const GMatchInfo *match, const char *text, gsize noteless)
{
    g_autofree char *year = group(match, "yr"), *month = group(match, "mo"),
                    *day = group(match, "dy"), *hour = group(match, "hr"),
                    *minute = group(match, "mi"), *second = group(match, "sc");
    return (PgsSqitchPlanned){
        .moment = g_strdup_printf("%s-%s-%sT%s:%s:%sZ", year, month, day, hour, minute, second),
        .planner_name = group(match, "planner_name"),
        .planner_email = group(match, "planner_email"),
        .note = note_of(text, noteless),
    };
}

static gboolean
add_tag(Parser *parser, const char *name, const char *depends, GError **error)
{
    GPtrArray *changes = parser->plan->changes;
    g_autofree char *key = g_strconcat("@", name, NULL);
    guint earlier = line_in(parser->lines_of, key);
    if (strchr(name, '/') != NULL)
        return refuse(parser, error, NULL, "tag \"%s\" contains illegal character /", name);
    if (changes->len == 0)
        return refuse(parser, error, NULL, "tag \"%s\" declared without a preceding change", name);
    if (earlier > 0)
        return refuse(parser, error, NULL, "tag \"%s\" duplicates earlier declaration on line %u",
                      name, earlier);
    if (depends != NULL)
        return refuse(parser, error, NULL, "tags may not specify dependencies");
    guint line = parser->line;
    if (!check_section(parser, error))
        return FALSE;
    const PgsSqitchChange *change = g_ptr_array_index(changes, changes->len - 1);
    g_ptr_array_add(change->tags, g_strdup(name));
    GHashTableIter iter;
    gpointer closed, closed_line;
    g_hash_table_iter_init(&iter, parser->section);
    while (g_hash_table_iter_next(&iter, &closed, &closed_line))
        g_hash_table_replace(parser->lines_of, g_strdup(closed), closed_line);
    g_hash_table_remove_all(parser->section);
    g_hash_table_replace(parser->lines_of, g_steal_pointer(&key), GUINT_TO_POINTER(line));
    return TRUE;
}

static void
add_tags(GPtrArray *to, const GPtrArray *tags)
{
    for (guint i = 0; i < tags->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(tags, i)));
}

/* The change that is made again gets the tags since then, the latest first. */
static void
mark_reworked(Parser *parser, const PgsSqitchChange *reworked)
{
    for (guint i = parser->n_checked; i-- > 0;) {
        const PgsSqitchChange *change = g_ptr_array_index(parser->plan->changes, i);
        add_tags(reworked->rework_tags, change->tags);
        if (change == reworked)
            return;
    }
}

static gboolean
add_change(Parser *parser, const char *name, const char *depends, GError **error)
{
    guint earlier = line_in(parser->section, name);
    if (earlier > 0)
        return refuse(parser, error, "put a tag between them to rework the change",
                      "change \"%s\" duplicates earlier declaration on line %u", name, earlier);
    PgsSqitchChange *change = g_new0(PgsSqitchChange, 1);
    change->name = g_strdup(name);
    change->line = parser->line;
    change->depends = g_ptr_array_new_with_free_func(depend_free);
    change->tags = g_ptr_array_new_with_free_func(g_free);
    change->tags_planned = g_ptr_array_new_with_free_func(planned_free);
    change->rework_tags = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(parser->plan->changes, change);
    g_ptr_array_add(parser->current, change);
    g_hash_table_replace(parser->section, g_strdup(name), GUINT_TO_POINTER(parser->line));
    const PgsSqitchChange *reworked = g_hash_table_lookup(parser->named, name);
    if (reworked != NULL)
        mark_reworked(parser, reworked);
    g_hash_table_replace(parser->named, change->name, change);
    return depends == NULL || parse_depends(parser, depends, change->depends, error);
}

static gboolean
parse_line(Parser *parser, const char *text, GError **error)
{
    if (matches(parser, RE_BLANK_LINE, text, NULL))
        return TRUE;
    g_autofree char *line = without_note(parser, text);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *name =
        matches(parser, RE_CHANGE_LINE, line, &match) ? group(match, "name") : NULL;
    if (!check_line(parser, line, match, name, error))
        return FALSE;
    g_autofree char *depends = group(match, "depends");
    g_autofree char *at = group(match, "at");
    if (at != NULL ? !add_tag(parser, name, depends, error)
                   : !add_change(parser, name, depends, error))
        return FALSE;
    GPtrArray *changes = parser->plan->changes;
    PgsSqitchChange *change = g_ptr_array_index(changes, changes->len - 1);
    PgsSqitchPlanned planned = planned_of(match, text, strlen(line));
    if (at != NULL)
        g_ptr_array_add(change->tags_planned, g_memdup2(&planned, sizeof planned));
    else
        change->planned = planned;
    return TRUE;
}

/* A line in front of the first blank one.  *ended: this is that one. */
static gboolean
parse_pragma(Parser *parser, const char *text, gboolean *ended, GError **error)
{
    g_autoptr(GMatchInfo) blank = NULL;
    if (matches(parser, RE_BLANK_LINE, text, &blank)) {
        g_autofree char *note = group(blank, "note");
        *ended = note == NULL;
        return TRUE;
    }
    g_autofree char *line = without_note(parser, text);
    g_autoptr(GMatchInfo) match = NULL;
    if (!matches(parser, RE_PRAGMA_LINE, line, &match))
        return refuse(parser, error, "write %name=value, and a blank line behind the last of them",
                      "invalid pragma; a blank line must come between pragmas and changes");
    g_autofree char *name = group(match, "name");
    g_autofree char *value = group(match, "value");
    if (strcmp(name, "uri") == 0) {
        g_free(parser->plan->uri);
        parser->plan->uri = g_strdup(value != NULL ? value : "1");
    }
    if (strcmp(name, "project") != 0)
        return TRUE;
    if (value == NULL || !matches(parser, RE_NAME, value, NULL))
        return refuse(parser, error, NULL, "invalid project name \"%s\"",
                      value != NULL ? value : "");
    g_free(parser->plan->project);
    parser->plan->project = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
parse_text(Parser *parser, char *text, GError **error)
{
    gboolean in_header = TRUE;
    char *line = text;
    while (line != NULL && *line != '\0') {
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        gsize length = strlen(line);
        if (next != NULL && length > 0 && line[length - 1] == '\r')
            line[length - 1] = '\0';
        parser->line++;
        gboolean ended = FALSE;
        if (in_header ? !parse_pragma(parser, line, &ended, error)
                      : !parse_line(parser, line, error))
            return FALSE;
        if (ended && parser->plan->project == NULL)
            break;
        in_header = in_header && !ended;
        line = next;
    }
    if (parser->plan->project == NULL)
        return refuse(parser, error, "write %project=name into its first lines",
                      "missing %%project pragma");
    return check_section(parser, error);
}

static void
parser_init(Parser *parser, PgsSqitchPlan *plan)
{
    static const char *const patterns[N_RES] = {
        [RE_BLANK_LINE] = BLANK_LINE,   [RE_INLINE_NOTE] = INLINE_NOTE,
        [RE_PRAGMA_LINE] = PRAGMA_LINE, [RE_CHANGE_LINE] = CHANGE_LINE,
        [RE_DEPEND] = DEPEND,           [RE_NAME] = "\\A" NAME "\\z",
        [RE_TIMESTAMP] = TIMESTAMP,
    };
    for (gsize i = 0; i < N_RES; i++)
        parser->res[i] = g_regex_new(patterns[i], 0, 0, NULL);
    parser->plan = plan;
    parser->lines_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    parser->section = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    parser->current = g_ptr_array_new();
    parser->named = g_hash_table_new(g_str_hash, g_str_equal);
}

static void
parser_clear(Parser *parser)
{
    for (gsize i = 0; i < N_RES; i++)
        g_regex_unref(parser->res[i]);
    g_hash_table_unref(parser->lines_of);
    g_hash_table_unref(parser->section);
    g_ptr_array_unref(parser->current);
    g_hash_table_unref(parser->named);
}

static gboolean
check_utf8(const char *path, const char *text, gsize length, GError **error)
{
    const char *end;
    if (g_utf8_validate_len(text, length, &end))
        return TRUE;
    guint line = 1;
    for (const char *at = text; at < end; at++)
        line += *at == '\n';
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER, "save the plan as UTF-8",
                  "%s:%u: no valid UTF-8", path, line);
    return FALSE;
}

PgsSqitchPlan *
pgs_sqitch_plan_parse(const char *path, const char *text, gsize length, GError **error)
{
    if (!check_utf8(path, text, length, error))
        return NULL;
    g_autoptr(PgsSqitchPlan) plan = g_new0(PgsSqitchPlan, 1);
    plan->path = g_strdup(path);
    plan->changes = g_ptr_array_new_with_free_func(change_free);
    g_autofree char *lines = g_strndup(text, length);
    Parser parser = {0};
    parser_init(&parser, plan);
    gboolean ok = parse_text(&parser, lines, error);
    parser_clear(&parser);
    return ok ? g_steal_pointer(&plan) : NULL;
}

#include "check/folder_findings.h"

#include "base/error.h"
#include "base/text.h"
#include "check/folder_rules.h"

#include <stdio.h>
#include <string.h>

#define GIT_PREFIX "git:"

/* ---- what is merged ---- */

gboolean
pgs_folder_ask_merged(const PgsSystem *system, const PgsHistory *history, GCancellable *cancellable,
                      PgsMerged **merged, gint *since, GError **error)
{
    gboolean is_git = system->since != NULL && g_str_has_prefix(system->since, GIT_PREFIX);
    const char *base = is_git ? system->since + strlen(GIT_PREFIX) : history->settings->git_base;
    *since = -1;
    *merged = NULL;
    if (base != NULL) {
        *merged = pgs_merged_read(history, base, cancellable, error);
        if (*merged == NULL)
            return FALSE;
    }
    if (is_git)
        *since = (*merged)->since;
    else if (system->since != NULL)
        return pgs_history_find(history, system->since, since, error);
    return TRUE;
}

static PgsFinding *
new_finding(const PgsSink *sink, const char *check, PgsStatus status, const char *revision,
            const char *file, const char *title)
{
    PgsFinding *finding = pgs_finding_new(check, status, sink->system->name, revision, title);
    finding->file = g_strdup(file);
    return finding;
}

/* With how to mend it, as the check has it. */
static void
add(const PgsSink *sink, PgsFinding *finding)
{
    if (finding->hint == NULL && finding->status != PGS_STATUS_PASSED &&
        finding->status != PGS_STATUS_INFO)
        finding->hint = g_strdup(pgs_check_find(finding->check)->mend);
    pgs_sink_add(sink, finding);
}

/* What becomes of a fact; texts are made of it by say_fact(). */
typedef struct {
    PgsMergedKind kind;
    const char *check;
    PgsStatus status;
} FactRule;

static const FactRule fact_rules[] = {
    {PGS_MERGED_EDITED, "folder.edited", PGS_STATUS_FAILED},
    {PGS_MERGED_REPAIRED, "folder.edited", PGS_STATUS_INFO},
    {PGS_MERGED_RENAMED, "folder.edited", PGS_STATUS_FAILED},
    {PGS_MERGED_REMOVED, "folder.edited", PGS_STATUS_FAILED},
    {PGS_MERGED_LATE, "folder.out-of-order", PGS_STATUS_FAILED},
    {PGS_MERGED_TWICE, "folder.duplicate", PGS_STATUS_FAILED},
    {PGS_MERGED_FORKED, "folder.heads", PGS_STATUS_FAILED},
    {PGS_MERGED_BEHIND, "folder.behind", PGS_STATUS_INFO},
};

static const FactRule *
rule_of(const PgsMergedFact *fact)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fact_rules); i++) {
        if (fact_rules[i].kind == fact->kind)
            return &fact_rules[i];
    }
    return &fact_rules[0];
}

static char *
say_edit(const PgsMergedFact *fact, const PgsMerged *merged, const PgsFolderRule *rule)
{
    if (fact->silent)
        return g_strdup_printf("its comments or white space are not as in %s%s%s", merged->base,
                               rule->checksum != NULL ? ": " : "; nothing that runs is",
                               rule->checksum != NULL ? rule->checksum : "");
    return g_strdup_printf("its upgrade is not the one in %s: databases that have run that one "
                           "will not run this one%s%s",
                           merged->base, rule->checksum != NULL ? "; " : "",
                           rule->checksum != NULL ? rule->checksum : "");
}

static char *
say_renaming(const PgsMergedFact *fact, const PgsMerged *merged, const PgsFolderRule *rule)
{
    const char *outcome = !fact->silent           ? "databases that have run it run it again"
                          : rule->renamed != NULL ? rule->renamed
                                                  : "the version is the same, and that counts";
    return g_strdup_printf("it is %s in %s: %s", fact->other, merged->base, outcome);
}

static char *
say_fact(const PgsMergedFact *fact, const PgsMerged *merged, const PgsFolderRule *rule)
{
    switch (fact->kind) {
    case PGS_MERGED_REPAIRED:
        return g_strdup_printf("its downgrade is not the one in %s, its upgrade is", merged->base);
    case PGS_MERGED_RENAMED:
        return say_renaming(fact, merged, rule);
    case PGS_MERGED_REMOVED:
        return g_strdup_printf("it is in %s, and not in the folder any more", merged->base);
    case PGS_MERGED_LATE:
        return g_strdup_printf("it is new, and comes before %s, which is in %s: %s", fact->other,
                               merged->base, rule->late_why);
    case PGS_MERGED_TWICE:
        return g_strdup_printf("%s has given this version to %s meanwhile", merged->base,
                               fact->other);
    case PGS_MERGED_FORKED:
        return g_strdup_printf("%s has put %s on the same revision meanwhile: once this is merged, "
                               "there are two heads",
                               merged->base, fact->other);
    case PGS_MERGED_BEHIND:
        return g_strdup_printf("%s has got it since this branch was made", merged->base);
    case PGS_MERGED_EDITED:
    default:
        return say_edit(fact, merged, rule);
    }
}

static PgsStatus
status_of(const PgsMergedFact *fact, const PgsFolderRule *rule)
{
    if (fact->kind == PGS_MERGED_LATE)
        return rule->late;
    if (fact->kind == PGS_MERGED_EDITED && fact->silent && rule->checksum == NULL)
        return PGS_STATUS_INFO;
    if (fact->kind == PGS_MERGED_RENAMED && fact->silent && rule->renamed == NULL)
        return PGS_STATUS_INFO;
    return rule_of(fact)->status;
}

static gboolean
has_failed(const PgsMerged *merged, const PgsFolderRule *rule, const char *check)
{
    for (guint i = 0; i < merged->facts->len; i++) {
        const PgsMergedFact *fact = merged->facts->pdata[i];
        if (strcmp(rule_of(fact)->check, check) == 0 && status_of(fact, rule) == PGS_STATUS_FAILED)
            return TRUE;
    }
    return FALSE;
}

static void
add_passed(const PgsSink *sink, const char *check, char *title)
{
    add(sink, new_finding(sink, check, PGS_STATUS_PASSED, NULL, NULL, title));
    g_free(title);
}

static void
add_merged(const PgsSink *sink, const PgsMerged *merged)
{
    const PgsFolderRule *rule = pgs_folder_rule(sink->history->format);
    for (guint i = 0; i < merged->facts->len; i++) {
        const PgsMergedFact *fact = merged->facts->pdata[i];
        PgsFinding *finding =
            new_finding(sink, rule_of(fact)->check, status_of(fact, rule),
                        fact->revision >= 0 ? fact->label : NULL, fact->path, fact->label);
        finding->line = fact->line;
        finding->message = say_fact(fact, merged, rule);
        add(sink, finding);
    }
    guint n_merged = merged->n_revisions - merged->n_new;
    g_autofree char *count = pgs_text_count(n_merged, "revision", NULL);
    if (n_merged > 0 && !has_failed(merged, rule, "folder.edited"))
        add_passed(sink, "folder.edited",
                   g_strdup_printf("%s as in %s (%s)", count, merged->base, merged->commit));
    g_autofree char *added = pgs_text_count(merged->n_new, "new revision", NULL);
    if (merged->n_new > 0 && sink->history->driver == PGS_DRIVER_SQL &&
        !has_failed(merged, rule, "folder.out-of-order"))
        add_passed(sink, "folder.out-of-order",
                   g_strdup_printf("%s above those in %s", added, merged->base));
}

/* ---- names ---- */

/* The number that a name begins with; "" for none. */
static char *
leading_digits(const char *label)
{
    return g_strndup(label, strspn(label, "0123456789"));
}

/* As far as it is a date: "20240315" and more, of which no more than 14 digits are looked at. */
static gboolean
is_date(const char *digits)
{
    guint year, month, day;
    gsize length = strlen(digits);
    return (length == 8 || length == 10 || length == 12 || length == 14 || length == 17) &&
           sscanf(digits, "%4u%2u%2u", &year, &month, &day) == 3 && year >= 1970 && year < 2100 &&
           month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static char *
pad_date(const char *digits)
{
    static const char zeros[] = "00000000000000000";
    return g_strconcat(digits, zeros + strlen(digits), NULL);
}

static gint
compare_numbers(const char *a, const char *b)
{
    a += strspn(a, "0");
    b += strspn(b, "0");
    gsize n = strlen(a), m = strlen(b);
    return n != m ? (n < m ? -1 : 1) : strcmp(a, b);
}

/* How a person reads the two: negative, the first comes first. */
static gint
compare_as_read(const char *first, const char *second)
{
    if (!is_date(first) || !is_date(second))
        return compare_numbers(first, second);
    g_autofree char *a = pad_date(first);
    g_autofree char *b = pad_date(second);
    return strcmp(a, b);
}

/* Numbers of one kind are in order where a tool goes by numbers. */
static gboolean
reads_otherwise(const PgsFolderRule *rule, const char *first, const char *second)
{
    if (*first == '\0' || *second == '\0')
        return FALSE;
    if (!rule->by_name && !(is_date(first) && is_date(second)))
        return FALSE;
    return compare_as_read(first, second) > 0;
}

static void
add_sort(const PgsSink *sink)
{
    const PgsFolderRule *rule = pgs_folder_rule(sink->history->format);
    const PgsRevision *before = NULL;
    if (sink->history->heads != NULL || rule->by_plan)
        return;
    for (guint i = 0; i < sink->history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(sink->history->revisions, i);
        if (revision->repeatable || revision->parents != NULL)
            continue;
        g_autofree char *digits = leading_digits(revision->label);
        g_autofree char *digits_before = leading_digits(before != NULL ? before->label : "");
        if (reads_otherwise(rule, digits_before, digits)) {
            PgsFinding *finding =
                new_finding(sink, "folder.sort", PGS_STATUS_WARNING, revision->label,
                            revision->up != NULL ? revision->up->path : NULL, revision->label);
            finding->message =
                g_strdup_printf("it runs right behind %s: the tool goes by the %s", before->label,
                                rule->by_name ? "name, as a text" : "number");
            add(sink, finding);
        }
        before = revision;
    }
}

static void
add_case(const PgsSink *sink)
{
    g_autoptr(GHashTable) folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < sink->history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(sink->history->revisions, i);
        const PgsStep *steps[] = {revision->up, revision->down};
        for (gsize j = 0; j < G_N_ELEMENTS(steps); j++) {
            if (steps[j] == NULL)
                continue;
            char *name = g_ascii_strdown(steps[j]->path, -1);
            const char *other = g_hash_table_lookup(folded, name);
            if (other != NULL && strcmp(other, steps[j]->path) != 0) {
                PgsFinding *finding = new_finding(sink, "folder.case", PGS_STATUS_WARNING,
                                                  revision->label, steps[j]->path, revision->label);
                finding->message = g_strdup_printf("its file and %s have one name where upper and "
                                                   "lower case are the same",
                                                   other);
                add(sink, finding);
            }
            g_hash_table_insert(folded, name, steps[j]->path);
        }
    }
}

/* ---- policies ---- */

static void
add_missing_downs(const PgsSink *sink)
{
    guint n = 0;
    if (sink->history->settings->downs != PGS_DOWNS_REQUIRED)
        return;
    for (guint i = 0; i < sink->history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(sink->history->revisions, i);
        if (revision->down != NULL || revision->repeatable || revision->up == NULL)
            continue;
        PgsFinding *finding = new_finding(sink, "folder.missing-down", PGS_STATUS_FAILED,
                                          revision->label, revision->up->path, revision->label);
        finding->message = g_strdup("it has no downgrade, and pgstair.yaml says \"downs: "
                                    "required\"");
        add(sink, finding);
        n++;
    }
    g_autofree char *count = pgs_text_count(sink->history->revisions->len, "revision", NULL);
    if (n == 0)
        add_passed(sink, "folder.missing-down", g_strdup_printf("downgrades of %s", count));
}

static gboolean
is_noted(const PgsHistory *history, const char *check)
{
    for (guint i = 0; i < history->notes->len; i++) {
        if (strcmp(((const PgsNote *)history->notes->pdata[i])->check, check) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_heads(const PgsSink *sink)
{
    char **heads = sink->history->heads;
    if (heads == NULL || g_strv_length(heads) < 2 || sink->history->settings->alembic.all_heads ||
        is_noted(sink->history, "folder.heads"))
        return;
    g_autofree char *list = g_strjoinv(", ", heads);
    PgsFinding *finding =
        new_finding(sink, "folder.heads", PGS_STATUS_FAILED, NULL, NULL, sink->history->folder);
    finding->message = g_strdup_printf("nothing joins these heads: %s", list);
    add(sink, finding);
}

void
pgs_findings_add_folder(const PgsSink *sink, const PgsMerged *merged)
{
    add_heads(sink);
    add_sort(sink);
    add_case(sink);
    add_missing_downs(sink);
    if (merged != NULL)
        add_merged(sink, merged);
}

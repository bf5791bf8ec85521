#include "check/versions.h"

#include "base/text.h"
#include "check/version_schema.h"

#include <string.h>

#define UNAVAILABLE "servers.available"
#define VERDICT "servers.verdict"

PgsVersionHead *
pgs_version_head_new(const char *server, PgsSnapshot *snapshot)
{
    PgsVersionHead *head = g_new0(PgsVersionHead, 1);
    head->server = g_strdup(server);
    head->snapshot = pgs_snapshot_ref(snapshot);
    return head;
}

void
pgs_version_head_free(PgsVersionHead *head)
{
    if (head == NULL)
        return;
    g_free(head->server);
    pgs_snapshot_unref(head->snapshot);
    g_free(head);
}

char *
pgs_versions_list(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        const char *separator = i == 0 ? "" : i + 1 == names->len ? " and " : ", ";
        g_string_append_printf(text, "%s%s", separator, (const char *)names->pdata[i]);
    }
    return g_string_free(text, FALSE);
}

void
pgs_versions_add_unavailable(PgsRecord *record, const char *system, const char *server,
                             const char *reason)
{
    g_autofree char *title = g_strdup_printf("%s is to be had", server);
    PgsFinding *finding = pgs_finding_new(UNAVAILABLE, PGS_STATUS_SKIPPED, system, NULL, title);
    const char *end = strchr(reason, '\n');
    const char *hint = strstr(reason, "\nHINT: ");
    g_autofree char *first =
        end != NULL ? g_strndup(reason, (gsize)(end - reason)) : g_strdup(reason);
    finding->message = g_strdup_printf("%s: %s", server, first);
    finding->hint = hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL;
    if (end != NULL && end != hint)
        finding->detail =
            hint != NULL ? g_strndup(end + 1, (gsize)(hint - end - 1)) : g_strdup(end + 1);
    finding->server = g_strdup(server);
    pgs_record_add(record, finding);
}

/* ---- verdicts ---- */

/* What a server's findings of one case come to; the greater decides. */
typedef enum {
    SAYS_NOTHING, /* it was not looked at, or nothing was found that deserves a word */
    SAYS_GOOD,
    SAYS_BAD,
} Word;

/* A case: one check, one revision, one title. */
typedef struct {
    const PgsFinding **worst; /* by server; NULL: none */
} Case;

/* A system's findings, case by case. */
typedef struct {
    const PgsSink *sink;
    const PgsRecordSystem *system;
    GPtrArray *cases;    /* Case, in the order of the first server */
    GHashTable *by_key;  /* char * → Case, borrowed */
    GHashTable **unseen; /* by server: groups of checks in which something was not judged */
} Verdicts;

static void
case_free(gpointer data)
{
    Case *one = data;
    g_free(one->worst);
    g_free(one);
}

static void
verdicts_clear(Verdicts *verdicts)
{
    for (guint i = 0; i < verdicts->system->servers->len; i++)
        g_hash_table_unref(verdicts->unseen[i]);
    g_free(verdicts->unseen);
    g_hash_table_unref(verdicts->by_key);
    g_ptr_array_unref(verdicts->cases);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verdicts, verdicts_clear)

static Word
word_of(const PgsFinding *finding)
{
    if (finding == NULL)
        return SAYS_NOTHING;
    switch (finding->status) {
    case PGS_STATUS_PASSED:
        return SAYS_GOOD;
    case PGS_STATUS_FAILED:
    case PGS_STATUS_ERROR:
    case PGS_STATUS_WARNING:
    case PGS_STATUS_ACCEPTED:
        return SAYS_BAD;
    case PGS_STATUS_INFO:
    case PGS_STATUS_SKIPPED:
        break;
    }
    return finding->lowered ? SAYS_BAD : SAYS_NOTHING;
}

static char *
group_of(const char *check)
{
    return g_strndup(check, strcspn(check, "."));
}

/* The index of the finding's server among its system's, or -1. */
static gint
server_index(const Verdicts *verdicts, const PgsFinding *finding)
{
    const PgsRecordServer *server = pgs_record_system_find_server(verdicts->system, finding);
    guint index;
    return server != NULL && g_ptr_array_find(verdicts->system->servers, server, &index)
               ? (gint)index
               : -1;
}

static void
take_finding(Verdicts *verdicts, const PgsFinding *finding)
{
    const PgsCheck *check = pgs_check_find(finding->check);
    gint server = server_index(verdicts, finding);
    if (server < 0 || check == NULL || check->scope != PGS_CHECK_SCOPE_SERVER)
        return;
    if (finding->status == PGS_STATUS_SKIPPED || finding->status == PGS_STATUS_ERROR)
        g_hash_table_add(verdicts->unseen[server], group_of(finding->check));
    /* Not about what was verified, but about whether it was. */
    if (pgs_check_is_named("run", finding->check) || pgs_check_is_named("servers", finding->check))
        return;
    char *key =
        g_strjoin("\x1f", finding->check, finding->revision != NULL ? finding->revision : "",
                  finding->title != NULL ? finding->title : "", NULL);
    Case *one = g_hash_table_lookup(verdicts->by_key, key);
    if (one == NULL) {
        one = g_new0(Case, 1);
        one->worst = g_new0(const PgsFinding *, verdicts->system->servers->len);
        g_ptr_array_add(verdicts->cases, one);
        g_hash_table_insert(verdicts->by_key, key, one);
    } else {
        g_free(key);
    }
    if (one->worst[server] == NULL || word_of(finding) > word_of(one->worst[server]))
        one->worst[server] = finding;
}

/* The case's first finding that says something bad, or NULL. */
static const PgsFinding *
find_bad(const Verdicts *verdicts, const Case *one)
{
    for (guint i = 0; i < verdicts->system->servers->len; i++) {
        if (word_of(one->worst[i]) == SAYS_BAD)
            return one->worst[i];
    }
    return NULL;
}

/* What a server says of a case that another says something bad of: no finding is good news where
 * the checks of that sort had nothing in their way. */
static Word
word_at(const Verdicts *verdicts, const Case *one, guint server, const PgsFinding *bad)
{
    const PgsRecordServer *facts = verdicts->system->servers->pdata[server];
    if (one->worst[server] != NULL || facts->version == NULL)
        return word_of(one->worst[server]);
    g_autofree char *group = group_of(bad->check);
    gboolean unseen = g_hash_table_contains(verdicts->unseen[server], group) ||
                      g_hash_table_contains(verdicts->unseen[server], "run");
    return unseen ? SAYS_NOTHING : SAYS_GOOD;
}

static const char *
bad_word(const PgsFinding *finding)
{
    static const char *const words[PGS_N_STATUSES] = {
        [PGS_STATUS_FAILED] = "fails",
        [PGS_STATUS_ERROR] = "could not be judged",
        [PGS_STATUS_WARNING] = "warns",
        [PGS_STATUS_INFO] = "fails",
        [PGS_STATUS_ACCEPTED] = "fails (accepted)",
    };
    return words[finding->status] != NULL ? words[finding->status] : "fails";
}

/* The servers that say the same of a case, in one part of the message. */
typedef struct {
    Word word;
    const PgsFinding *finding; /* of the first; NULL: none */
    GPtrArray *servers;        /* const char * */
} Side;

static void
side_free(gpointer data)
{
    Side *side = data;
    g_ptr_array_unref(side->servers);
    g_free(side);
}

static gboolean
is_on_side(const Side *side, Word word, const PgsFinding *finding)
{
    return side->word == word &&
           (word != SAYS_BAD || (side->finding->status == finding->status &&
                                 g_strcmp0(side->finding->message, finding->message) == 0));
}

static void
add_to_side(GPtrArray *sides, Word word, const PgsFinding *finding, char *server)
{
    Side *side = NULL;
    for (guint i = 0; i < sides->len && side == NULL; i++) {
        if (is_on_side(sides->pdata[i], word, finding))
            side = sides->pdata[i];
    }
    if (side == NULL) {
        side = g_new0(Side, 1);
        side->word = word;
        side->finding = finding;
        side->servers = g_ptr_array_new();
        g_ptr_array_add(sides, side);
    }
    g_ptr_array_add(side->servers, server);
}

static void
append_side(GString *text, const Side *side)
{
    g_autofree char *servers = pgs_versions_list(side->servers);
    g_string_append(text, text->len > 0 ? "; " : "");
    if (side->word == SAYS_GOOD)
        g_string_append_printf(text, "passes on %s", servers);
    else if (side->word == SAYS_NOTHING)
        g_string_append_printf(text, "not judged on %s", servers);
    else
        g_string_append_printf(text, "%s on %s%s%s", bad_word(side->finding), servers,
                               side->finding->message != NULL ? ": " : "",
                               side->finding->message != NULL ? side->finding->message : "");
}

/* "passes on docker:13 and docker:15; fails on docker:18: …" */
static char *
describe_sides(const GPtrArray *sides)
{
    static const Word order[] = {SAYS_GOOD, SAYS_NOTHING, SAYS_BAD};
    GString *text = g_string_new(NULL);
    for (gsize word = 0; word < G_N_ELEMENTS(order); word++) {
        for (guint i = 0; i < sides->len; i++) {
            const Side *side = sides->pdata[i];
            if (side->word == order[word])
                append_side(text, side);
        }
    }
    return g_string_free(text, FALSE);
}

static gboolean
has_good(const GPtrArray *sides)
{
    for (guint i = 0; i < sides->len; i++) {
        if (((Side *)sides->pdata[i])->word == SAYS_GOOD)
            return TRUE;
    }
    return FALSE;
}

/* Whether the servers say different things of it, which is then told. */
static gboolean
judge_case(const Verdicts *verdicts, const Case *one)
{
    const PgsFinding *bad = find_bad(verdicts, one);
    const GPtrArray *servers = verdicts->system->servers;
    g_autoptr(GPtrArray) sides = g_ptr_array_new_with_free_func(side_free);
    for (guint i = 0; bad != NULL && i < servers->len; i++) {
        const PgsRecordServer *server = servers->pdata[i];
        if (server->version != NULL)
            add_to_side(sides, word_at(verdicts, one, i, bad), one->worst[i], server->name);
    }
    if (!has_good(sides))
        return FALSE;
    g_autofree char *title =
        g_strdup_printf("%s, %s", bad->check, bad->title != NULL ? bad->title : "");
    PgsFinding *finding =
        pgs_finding_new(VERDICT, PGS_STATUS_INFO, verdicts->system->name, bad->revision, title);
    finding->object = g_strdup(bad->object);
    finding->file = g_strdup(bad->file);
    finding->line = bad->line;
    finding->column = bad->column;
    finding->message = describe_sides(sides);
    pgs_sink_add(verdicts->sink, finding);
    return TRUE;
}

static void
add_same(const Verdicts *verdicts)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < verdicts->system->servers->len; i++) {
        const PgsRecordServer *server = verdicts->system->servers->pdata[i];
        if (server->version != NULL && !g_hash_table_contains(verdicts->unseen[i], "run"))
            g_ptr_array_add(names, server->name);
    }
    if (names->len < 2)
        return;
    g_autofree char *list = pgs_versions_list(names);
    g_autofree char *title = g_strdup_printf("all checks say the same on %s", list);
    pgs_sink_add(verdicts->sink,
                 pgs_finding_new(VERDICT, PGS_STATUS_PASSED, verdicts->system->name, NULL, title));
}

static void
judge_verdicts(const PgsSink *sink, const PgsRecordSystem *system)
{
    guint n_servers = system->servers->len;
    g_auto(Verdicts) verdicts = {
        .sink = sink,
        .system = system,
        .cases = g_ptr_array_new_with_free_func(case_free),
        .by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .unseen = g_new0(GHashTable *, n_servers),
    };
    for (guint i = 0; i < n_servers; i++)
        verdicts.unseen[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < sink->record->findings->len; i++) {
        const PgsFinding *finding = sink->record->findings->pdata[i];
        if (strcmp(finding->system, system->name) == 0)
            take_finding(&verdicts, finding);
    }
    gboolean differ = FALSE;
    for (guint i = 0; i < verdicts.cases->len; i++)
        differ = judge_case(&verdicts, verdicts.cases->pdata[i]) || differ;
    if (!differ)
        add_same(&verdicts);
}

void
pgs_versions_judge(const PgsSink *sink, const GPtrArray *heads)
{
    const PgsRecordSystem *system = pgs_record_find_system(sink->record, sink->system->name);
    guint verified = 0;
    for (guint i = 0; system != NULL && i < system->servers->len; i++)
        verified += ((PgsRecordServer *)system->servers->pdata[i])->version != NULL;
    if (verified < 2)
        return;
    judge_verdicts(sink, system);
    if (heads->len > 1)
        pgs_version_schema_judge(sink, heads);
}

/* ---- what is the same on all ---- */

static gboolean
is_of_folder(const PgsFinding *finding)
{
    const PgsCheck *check = pgs_check_find(finding->check);
    return check != NULL && check->scope == PGS_CHECK_SCOPE_FOLDER && finding->server != NULL;
}

/* All that it says, but for the server and the time. */
static char *
folder_key(const PgsFinding *finding)
{
    return g_strdup_printf("%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%u\x1f%u", finding->system,
                           finding->check, finding->title != NULL ? finding->title : "",
                           finding->message != NULL ? finding->message : "",
                           finding->file != NULL ? finding->file : "", finding->line,
                           finding->column);
}

static guint
count_verified(const PgsRecord *record, const char *name)
{
    const PgsRecordSystem *system = pgs_record_find_system(record, name);
    guint n = 0;
    for (guint i = 0; system != NULL && i < system->servers->len; i++)
        n += ((PgsRecordServer *)system->servers->pdata[i])->version != NULL;
    return n;
}

/* How many servers said it. */
static GHashTable *
count_of_folder(const PgsRecord *record)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (!is_of_folder(finding))
            continue;
        char *key = folder_key(finding);
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
        g_hash_table_replace(counts, key, GUINT_TO_POINTER(n + 1));
    }
    return counts;
}

void
pgs_versions_settle(PgsRecord *record)
{
    g_autoptr(GHashTable) counts = count_of_folder(record);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len;) {
        PgsFinding *finding = record->findings->pdata[i];
        if (!is_of_folder(finding)) {
            i++;
            continue;
        }
        char *key = folder_key(finding);
        gboolean everywhere = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) >=
                              count_verified(record, finding->system);
        gboolean is_needed = strcmp(finding->check, "accept.unused") == 0 && !everywhere;
        if (!g_hash_table_add(told, key) || is_needed) {
            g_ptr_array_remove_index(record->findings, i);
            continue;
        }
        g_clear_pointer(&finding->server, g_free);
        g_clear_pointer(&finding->server_version, g_free);
        i++;
    }
}

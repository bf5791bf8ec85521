#include "check/climb_findings.h"

#include "base/text.h"
#include "check/part_finding.h"
#include "check/reproduction.h"
#include "cycle/downs.h"

#include <string.h>

static const PgsRevision *
revision_at(const PgsSink *sink, gint index)
{
    return g_ptr_array_index(sink->history->revisions, (guint)index);
}

static const char *
label_at(const PgsSink *sink, gint index)
{
    return pgs_part_label(sink->history, index);
}

#define ADVICE_DOWN                                                                                \
    "complete the downgrade: it has to undo all that the upgrade did, and nothing else"
#define ADVICE_AGAIN "the first upgrade succeeded: see what the downgrade left behind"

static const PgsPartWords cycle_down = {
    "the way down does not restore base",
    "the catalog as it was before the first upgrade",
    "is left behind",
    "the stairway names the revisions that leave it: complete their downgrades",
};
static const PgsPartWords cycle_again = {
    "the second way up does not make the same head",
    "the catalog of the first head",
    "was not there at first",
    "see what the way down left behind",
};
static const PgsPartWords cycle_twice = {
    "the same climb in another database does not make the same head",
    "the catalog of the first head",
    "is not there in the first database",
    "look for what depends on time, on chance or on what else the server holds",
};
static const PgsPartWords stairway_down = {
    "the downgrade does not restore the schema before it",
    "the catalog as it was before the upgrade",
    "is left behind",
    ADVICE_DOWN,
};
static const PgsPartWords stairway_again = {
    "the second upgrade does not give what the first gave",
    "the catalog that the first upgrade made",
    "was not there at first",
    ADVICE_AGAIN,
};
static const PgsPartWords stairway_repeat = {
    "its second run changes the schema",
    "the catalog that its first run made",
    "was not there after the first run",
    "write it so that it can be run again and again: CREATE OR REPLACE, IF NOT EXISTS",
};
static const PgsPartWords stairway_verify = {
    "the verify script changes the schema",
    "the catalog that the upgrade made",
    "was not there before",
    "let it only look: end it with ROLLBACK",
};

/* How a person sees it again. */
static void
add_reproduction(const PgsSink *sink, PgsFinding *finding, gint at, gint to)
{
    if (finding->status == PGS_STATUS_FAILED)
        finding->reproduce = pgs_reproduction_of_step(sink->system, sink->history, at, to);
}

#define FORWARD_ONLY "no revision has a downgrade: the folder only goes forward"

/* ---- the cycle ---- */

static const char *
part_revision(const PgsSink *sink, const PgsPart *part)
{
    return part->revision >= 0 ? label_at(sink, part->revision) : NULL;
}

/* The floor as it was given, or the revision's label. */
static const char *
bottom_word(const PgsSink *sink, const PgsCycle *cycle)
{
    const char *floor = sink->system->floor;
    gint index;
    return floor != NULL && pgs_history_find(sink->history, floor, &index, NULL) &&
                   index == cycle->bottom
               ? floor
               : label_at(sink, cycle->bottom);
}

static void
add_second_climb(const PgsSink *sink, const PgsCycle *cycle, const char *from)
{
    PgsFinding *again = pgs_part_finding(sink, "cycle.again", part_revision(sink, &cycle->again),
                                         g_strdup_printf("%s to head in another database", from),
                                         &cycle->again, &cycle_twice);
    if (again->hint == NULL && again->status == PGS_STATUS_FAILED)
        again->hint = g_strdup("the same climb succeeded in another database just before");
    pgs_sink_add(sink, again);
}

static void
add_way_back(const PgsSink *sink, const PgsCycle *cycle)
{
    const char *bottom = bottom_word(sink, cycle);
    pgs_sink_add(sink, pgs_part_finding(sink, "cycle.down", part_revision(sink, &cycle->down),
                                        g_strdup_printf("head to %s", bottom), &cycle->down,
                                        &cycle_down));
    if (!cycle->is_second)
        pgs_sink_add(sink, pgs_part_finding(sink, "cycle.again", part_revision(sink, &cycle->again),
                                            g_strdup_printf("%s to head again", bottom),
                                            &cycle->again, &cycle_again));
}

void
pgs_findings_add_cycle(const PgsSink *sink, const PgsCycle *cycle)
{
    const char *from = label_at(sink, cycle->start);
    gboolean forward_only = pgs_downs_is_forward_only(sink->history);
    pgs_sink_add(sink,
                 pgs_part_finding(sink, "cycle.up", part_revision(sink, &cycle->up),
                                  cycle->start < 0 ? g_strdup("base to head")
                                                   : g_strdup_printf("since %s: to head", from),
                                  &cycle->up, NULL));
    if (forward_only)
        pgs_sink_add_skipped(sink, "cycle.down", "head to base", FORWARD_ONLY);
    else
        add_way_back(sink, cycle);
    if (cycle->is_second || forward_only)
        add_second_climb(sink, cycle, from);
}

/* ---- the stairway ---- */

static void
add_up(const PgsSink *sink, const PgsRung *rung, const PgsRevision *revision)
{
    PgsFinding *up = pgs_part_finding(sink, "stairway.up", revision->label,
                                      g_strdup_printf("up %s", revision->label), &rung->up, NULL);
    add_reproduction(sink, up, rung->revision - 1, rung->revision);
    pgs_sink_add(sink, up);
}

static void
add_down(const PgsSink *sink, const PgsRung *rung, const PgsRevision *revision)
{
    gint below = rung->revision - 1;
    PgsFinding *down = pgs_part_finding(
        sink, "stairway.down", revision->label,
        g_strdup_printf("down %s restores %s", revision->label, label_at(sink, below)), &rung->down,
        &stairway_down);
    if (down->file == NULL && down->status == PGS_STATUS_FAILED && revision->down != NULL)
        down->file = g_strdup(revision->down->path);
    if (revision->down != NULL)
        add_reproduction(sink, down, rung->revision, below);
    pgs_sink_add(sink, down);
}

static void
add_again(const PgsSink *sink, const PgsRung *rung, const PgsRevision *revision)
{
    char *title = g_strdup_printf(revision->repeatable ? "up %s again changes nothing"
                                                       : "up %s again gives the same",
                                  revision->label);
    PgsFinding *again =
        pgs_part_finding(sink, "stairway.again", revision->label, title, &rung->again,
                         revision->repeatable ? &stairway_repeat : &stairway_again);
    if (again->status == PGS_STATUS_FAILED) {
        if (again->file == NULL && revision->up != NULL)
            again->file = g_strdup(revision->up->path);
        if (again->hint == NULL)
            again->hint = g_strdup(revision->repeatable ? stairway_repeat.advice : ADVICE_AGAIN);
    }
    pgs_sink_add(sink, again);
}

/* when: "after the second upgrade", "at head"; or NULL. */
static void
add_verify(const PgsSink *sink, const PgsPart *part, const PgsRevision *revision, const char *when)
{
    char *title = g_strdup_printf("verify %s%s%s", revision->label, when != NULL ? " " : "",
                                  when != NULL ? when : "");
    PgsFinding *verify =
        pgs_part_finding(sink, "stairway.verify", revision->label, title, part, &stairway_verify);
    if (verify->file == NULL && verify->status == PGS_STATUS_FAILED)
        verify->file = g_strdup(revision->verify->path);
    pgs_sink_add(sink, verify);
}

static void
add_rung(const PgsSink *sink, const PgsRung *rung, gboolean forward_only)
{
    const PgsRevision *revision = revision_at(sink, rung->revision);
    add_up(sink, rung, revision);
    if (rung->has_verify)
        add_verify(sink, &rung->verify, revision, rung->verify.reason);
    if (!revision->repeatable && !forward_only)
        add_down(sink, rung, revision);
    if (revision->repeatable || !forward_only)
        add_again(sink, rung, revision);
}

/* Of a part of a stairway: as far as the rung is in it. */
static gboolean
has_failed_on_rung(const PgsStairway *stairway, gint revision)
{
    gint index = revision - stairway->from;
    return index >= 0 && index < (gint)stairway->rungs->len &&
           g_array_index(stairway->rungs, PgsRung, (guint)index).verify.state == PGS_PART_FAILED;
}

/* Scripts that hold right behind their upgrade and not any more behind the last one. */
static void
add_head_verification(const PgsSink *sink, const PgsStairway *stairway)
{
    for (guint i = 0; i < stairway->at_head->len; i++) {
        const PgsPart *part = &g_array_index(stairway->at_head, PgsPart, i);
        if (has_failed_on_rung(stairway, part->revision))
            continue; /* told already */
        add_verify(sink, part, revision_at(sink, part->revision), "at head");
    }
    guint passed = stairway->n_verified - stairway->at_head->len;
    if (passed == 0)
        return;
    g_autofree char *count = pgs_text_count(passed, "verify script", NULL);
    g_autofree char *title = g_strdup_printf("%s at head", count);
    pgs_sink_add(sink, pgs_finding_new("stairway.verify", PGS_STATUS_PASSED, sink->system->name,
                                       NULL, title));
}

/* What is there already, and what is behind a failing upgrade: never left out in silence. */
static void
add_not_tried(const PgsSink *sink, const PgsStairway *stairway)
{
    if (stairway->first > 0) {
        g_autofree char *count = pgs_text_count((guint)stairway->first, "revision", NULL);
        g_autofree char *title =
            g_strdup_printf("the %s up to %s", count, label_at(sink, stairway->first - 1));
        pgs_sink_add_skipped(sink, "stairway.up", title,
                             "they are there already: only what is new since then is verified");
    }
    guint n_tried = (guint)(stairway->failed + 1 - stairway->first);
    if (stairway->failed < 0 || n_tried == stairway->n_revisions)
        return;
    const char *last = label_at(sink, stairway->failed);
    g_autofree char *count = pgs_text_count(stairway->n_revisions - n_tried, "revision", NULL);
    g_autofree char *title = g_strdup_printf("the %s above %s", count, last);
    g_autofree char *reason = g_strdup_printf("not reached: the upgrade of %s fails", last);
    pgs_sink_add_skipped(sink, "stairway.up", title, reason);
}

static gboolean
has_repeatable(const PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (revision->repeatable)
            return TRUE;
    }
    return FALSE;
}

void
pgs_findings_add_stairway(const PgsSink *sink, const PgsStairway *stairway)
{
    gboolean forward_only = pgs_downs_is_forward_only(sink->history);
    for (guint i = 0; i < stairway->rungs->len; i++)
        add_rung(sink, &g_array_index(stairway->rungs, PgsRung, i), forward_only);
    /* What is said of the whole stairway: once, by the part in which it ends, or by each that knows
       of the upgrade that ends it. */
    if (!stairway->has_end)
        return;
    add_head_verification(sink, stairway);
    if (forward_only) {
        pgs_sink_add_skipped(sink, "stairway.down", "downgrades", FORWARD_ONLY);
        if (!has_repeatable(sink->history))
            pgs_sink_add_skipped(sink, "stairway.again", "second upgrades", FORWARD_ONLY);
    }
    add_not_tried(sink, stairway);
}

/* ---- what is there already fails ---- */

void
pgs_findings_add_unreached(const PgsSink *sink, const char *check, const PgsOutcome *failure)
{
    pgs_sink_add(
        sink, pgs_part_unreached(sink, check, g_strdup("what is new"), failure, failure->revision));
}

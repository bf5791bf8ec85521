/* Covers check/shard.c and shard_weight.c: that each split is whole, the same everywhere, and as
 * even as any can be. */
#include "check/shard.h"
#include "check/shard_weight.h"
#include "migration/tree.h"

#define MAX_SYSTEMS 3

/* Some systems of generated folders. */
typedef struct {
    char *root;
    GPtrArray *systems, *histories, *durations;
    PgsCheckSelection checks;
} Work;

static void
add_system(Work *work, const char *name, guint n_revisions)
{
    for (guint i = 1; i <= n_revisions; i++) {
        g_autofree char *up = g_strdup_printf("%s/%04u_r.up.sql", name, i);
        g_autofree char *down = g_strdup_printf("%s/%04u_r.down.sql", name, i);
        g_autofree char *make = g_strdup_printf("CREATE TABLE t%u (id int);", i);
        g_autofree char *drop = g_strdup_printf("DROP TABLE t%u;", i);
        tree_write(work->root, up, make);
        tree_write(work->root, down, drop);
    }
    g_autofree char *folder = g_build_filename(work->root, name, NULL);
    g_autoptr(GError) error = NULL;
    PgsSystem *system = pgs_system_new(folder);
    PgsHistory *history = pgs_history_read(folder, "golang-migrate", &error);
    assert_true(history != NULL || n_revisions == 0);
    g_ptr_array_add(work->systems, system);
    g_ptr_array_add(work->histories, history);
}

static int
setup(void **state)
{
    Work *work = g_new0(Work, 1);
    work->root = tree_new();
    work->systems = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_system_free);
    work->histories = g_ptr_array_new();
    work->durations = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_free);
    *state = work;
    return 0;
}

static int
teardown(void **state)
{
    Work *work = *state;
    for (guint i = 0; i < work->histories->len; i++) {
        if (work->histories->pdata[i] != NULL)
            pgs_history_free(work->histories->pdata[i]);
    }
    g_ptr_array_unref(work->systems);
    g_ptr_array_unref(work->histories);
    g_ptr_array_unref(work->durations);
    tree_free(work->root);
    g_free(work);
    return 0;
}

static PgsShardPlan *
plan_new(const Work *work, guint index, guint count)
{
    return pgs_shard_plan_new(work->systems, work->histories, &work->checks, work->durations, index,
                              count);
}

/* A revision's upgrade took so long in an earlier run, its downgrade as long. */
static void
note_duration(PgsRecord *record, const char *system, guint revision, gint64 duration)
{
    static const char *const checks[] = {"stairway.up", "stairway.down", "stairway.again"};
    g_autofree char *label = g_strdup_printf("%04u_r", revision);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        PgsFinding *finding =
            pgs_finding_new(checks[i], PGS_STATUS_PASSED, system, label, "a title");
        finding->duration = duration;
        pgs_record_add(record, finding);
    }
}

/* ---- whole ---- */

/* Each block once, each rung once, in order, over all parts. */
static void
assert_whole(const Work *work, guint count)
{
    guint next[MAX_SYSTEMS] = {0}, blocks[MAX_SYSTEMS] = {0};
    for (guint index = 1; index <= count; index++) {
        g_autoptr(PgsShardPlan) plan = plan_new(work, index, count);
        for (guint i = 0; i < work->systems->len; i++) {
            PgsShardPart part = pgs_shard_plan_part(plan, i);
            blocks[i] += part.block;
            if (part.from < part.to) {
                assert_int_equal(part.from, next[i]);
                next[i] = part.to;
            }
        }
    }
    for (guint i = 0; i < work->systems->len; i++) {
        const PgsHistory *history = work->histories->pdata[i];
        assert_int_equal(blocks[i], 1);
        assert_int_equal(next[i], history != NULL ? history->revisions->len : 0);
    }
}

static void
test_whole(void **state)
{
    Work *work = *state;
    add_system(work, "first", 7);
    add_system(work, "second", 30);
    add_system(work, "unreadable", 0);
    for (guint count = 1; count <= 12; count++)
        assert_whole(work, count);
    assert_whole(work, 60); /* more than there is to do */
    g_autoptr(PgsShardPlan) last = plan_new(work, 60, 60);
    g_autofree char *text = pgs_shard_plan_describe(last);
    assert_string_equal(text, "nothing to do");
}

static void
test_given(void **state)
{
    Work *work = *state;
    add_system(work, "first", 9);
    PgsSystem *system = work->systems->pdata[0];
    system->since = g_strdup("0004_r");
    g_autoptr(PgsShardPlan) plan = plan_new(work, 1, 1);
    PgsShardPart part = pgs_shard_plan_part(plan, 0);
    assert_int_equal(part.from, 4);
    assert_int_equal(part.to, 9);
    g_autofree char *text = pgs_shard_plan_describe(plan);
    assert_string_equal(text, "first: all");
}

/* Where only rungs are to be judged, no part is left with a block that has no check. */
static void
test_rungs_alone(void **state)
{
    Work *work = *state;
    add_system(work, "first", 2);
    work->checks.only = (char *[]){(char *)"stairway", NULL};
    for (guint index = 1; index <= 2; index++) {
        g_autoptr(PgsShardPlan) plan = plan_new(work, index, 2);
        PgsShardPart part = pgs_shard_plan_part(plan, 0);
        assert_false(part.block);
        assert_int_equal(part.from, index - 1);
        assert_int_equal(part.to, index);
    }
    g_autoptr(PgsShardPlan) alone = plan_new(work, 1, 1);
    g_autofree char *text = pgs_shard_plan_describe(alone);
    assert_string_equal(text, "first: all");
    g_autoptr(PgsShardPlan) last = plan_new(work, 3, 3);
    g_autofree char *idle = pgs_shard_plan_describe(last);
    assert_string_equal(idle, "nothing to do");
}

static void
test_selection(void **state)
{
    Work *work = *state;
    add_system(work, "first", 9);
    work->checks.only = (char *[]){(char *)"cycle", NULL};
    g_autoptr(PgsShardPlan) plan = plan_new(work, 1, 3);
    PgsShardPart part = pgs_shard_plan_part(plan, 0);
    assert_true(part.block);
    assert_true(part.from >= part.to);
}

/* ---- even ---- */

/* The longest part of the best split of all, by trying each place for each cut. */
static guint64
best_split(const GArray *places, const PgsShardWeight *const *weights, guint count)
{
    guint n = places->len;
    g_autofree guint64 *best = g_new(guint64, (gsize)(count + 1) * (n + 1));
    for (guint parts = 0; parts <= count; parts++) {
        for (guint end = 0; end <= n; end++) {
            guint64 *longest = &best[parts * (n + 1) + end];
            *longest = end == 0 ? 0 : G_MAXUINT64;
            guint64 piece_of[MAX_SYSTEMS];
            for (guint from = 0; parts > 0 && from < end; from++) {
                guint64 piece = 0;
                guint first[MAX_SYSTEMS] = {0}, last[MAX_SYSTEMS] = {0};
                gboolean block[MAX_SYSTEMS] = {0}, seen[MAX_SYSTEMS] = {0};
                for (guint i = from; i < end; i++) {
                    const gint *place =
                        (const gint *)(const void *)(places->data + i * 2 * sizeof(gint));
                    if (place[1] < 0) {
                        block[place[0]] = TRUE;
                    } else {
                        if (!seen[place[0]])
                            first[place[0]] = (guint)place[1];
                        seen[place[0]] = TRUE;
                        last[place[0]] = (guint)place[1] + 1;
                    }
                }
                for (guint s = 0; s < MAX_SYSTEMS && weights[s] != NULL; s++) {
                    piece_of[s] = pgs_shard_weight_part(weights[s], block[s], first[s], last[s]);
                    piece += piece_of[s];
                }
                guint64 before = best[(parts - 1) * (n + 1) + from];
                *longest = MIN(*longest, MAX(piece, before));
            }
        }
    }
    return best[count * (n + 1) + n];
}

static void
assert_best(const Work *work, guint count)
{
    /* Pairs of a system and a rung, -1: its block. */
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, 2 * sizeof(gint));
    PgsShardWeight *weights[MAX_SYSTEMS + 1] = {0};
    for (guint i = 0; i < work->systems->len; i++) {
        weights[i] = pgs_shard_weight_new(work->systems->pdata[i], work->histories->pdata[i],
                                          &work->checks, work->durations);
        for (gint rung = -1; rung < (gint)weights[i]->end; rung++) {
            gint place[] = {(gint)i, rung};
            g_array_append_vals(places, place, 1);
        }
    }
    guint64 longest = 0;
    g_autoptr(PgsShardPlan) plan = plan_new(work, 1, count);
    for (guint index = 1; index <= count; index++)
        longest = MAX(longest, pgs_shard_plan_weight(plan, index));
    assert_true(longest == best_split(places, (const PgsShardWeight *const *)weights, count));
    for (guint i = 0; i < work->systems->len; i++)
        pgs_shard_weight_free(weights[i]);
}

static void
test_even(void **state)
{
    Work *work = *state;
    add_system(work, "first", 11);
    add_system(work, "second", 17);
    for (guint count = 1; count <= 6; count++)
        assert_best(work, count);
    PgsRecord *record = pgs_record_new("earlier");
    g_autoptr(GRand) chance = g_rand_new_with_seed(8);
    for (guint i = 1; i <= 17; i += 2)
        note_duration(record, "second", i, g_rand_int_range(chance, 1000, 900000));
    g_ptr_array_add(work->durations, record);
    for (guint count = 1; count <= 6; count++)
        assert_best(work, count);
}

static void
test_durations(void **state)
{
    Work *work = *state;
    add_system(work, "first", 40);
    work->checks.only = (char *[]){(char *)"stairway", NULL};
    PgsRecord *record = pgs_record_new("earlier");
    note_duration(record, "first", 3, 30 * G_USEC_PER_SEC);
    note_duration(record, "first", 4, 1000);
    g_ptr_array_add(work->durations, record);
    g_autoptr(PgsShardPlan) first = plan_new(work, 1, 2);
    g_autoptr(PgsShardPlan) second = plan_new(work, 2, 2);
    PgsShardPart part = pgs_shard_plan_part(first, 0);
    assert_int_equal(part.to, 3); /* none beside it that need not be */
    /* What no record knows weighs as the usual one, not as the slow one. */
    assert_true(pgs_shard_plan_weight(second, 2) < 60 * (guint64)G_USEC_PER_SEC);
}

/* ---- the same ---- */

static char *
digest_of(const Work *work, guint index, guint count)
{
    g_autoptr(PgsShardPlan) plan = plan_new(work, index, count);
    return g_strdup(pgs_shard_plan_digest(plan));
}

static void
test_digest(void **state)
{
    Work *work = *state;
    add_system(work, "first", 12);
    add_system(work, "second", 12);
    g_autofree char *one = digest_of(work, 1, 4);
    g_autofree char *other_part = digest_of(work, 3, 4);
    g_autofree char *other_count = digest_of(work, 1, 5);
    assert_string_equal(one, other_part);
    assert_string_not_equal(one, other_count);
    work->checks.skip = (char *[]){(char *)"cycle", NULL};
    g_autofree char *other_checks = digest_of(work, 1, 4);
    assert_string_not_equal(one, other_checks);
    work->checks.skip = NULL;
    PgsRevision *revision = ((PgsHistory *)work->histories->pdata[1])->revisions->pdata[2];
    g_free(revision->label);
    revision->label = g_strdup("0003_s");
    g_autofree char *other_label = digest_of(work, 1, 4);
    assert_string_not_equal(one, other_label);
}

static void
test_order_of_durations(void **state)
{
    Work *work = *state;
    add_system(work, "first", 30);
    for (guint i = 1; i <= 3; i++) {
        PgsRecord *record = pgs_record_new("earlier");
        for (guint revision = i; revision <= 30; revision += i)
            note_duration(record, "first", revision, (gint64)(revision * i) * 10000);
        g_ptr_array_add(work->durations, record);
    }
    g_autofree char *one = digest_of(work, 1, 4);
    g_ptr_array_add(work->durations, g_ptr_array_steal_index(work->durations, 0));
    g_autofree char *other = digest_of(work, 1, 4);
    assert_string_equal(one, other);
    g_ptr_array_set_size(work->durations, 0);
    g_autofree char *without = digest_of(work, 1, 4);
    assert_string_not_equal(one, without);
}

/* Whoever begins further up has to get there: a slow upgrade at the bottom is in each part. */
static void
test_the_way_up_weighs(void **state)
{
    Work *work = *state;
    add_system(work, "first", 6);
    PgsRecord *record = pgs_record_new("test");
    for (guint i = 1; i <= 6; i++)
        note_duration(record, "first", i, i == 1 ? 10 * G_USEC_PER_SEC : 1000);
    g_ptr_array_add(work->durations, record);
    g_autoptr(PgsShardPlan) plan = plan_new(work, 3, 3);
    PgsShardPart part = pgs_shard_plan_part(plan, 0);
    assert_true(part.from > 0 && part.from < part.to);
    assert_true(pgs_shard_plan_weight(plan, 3) > 10 * G_USEC_PER_SEC);
}

static void
test_describe(void **state)
{
    Work *work = *state;
    add_system(work, "first", 40);
    GString *all = g_string_new(NULL);
    for (guint index = 1; index <= 3; index++) {
        g_autoptr(PgsShardPlan) plan = plan_new(work, index, 3);
        g_autofree char *text = pgs_shard_plan_describe(plan);
        g_string_append_printf(all, "%s\n", text);
    }
    g_autofree char *text = g_string_free(all, FALSE);
    assert_true(g_str_has_prefix(text, "first: all but the stairway, stairway 0001_r to "));
    assert_true(g_str_has_suffix(text, " to 0040_r\n"));
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_whole),     TEST(test_given),       TEST(test_selection),
        TEST(test_even),      TEST(test_rungs_alone), TEST(test_the_way_up_weighs),
        TEST(test_durations), TEST(test_digest),      TEST(test_order_of_durations),
        TEST(test_describe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

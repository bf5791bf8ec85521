#include "values/pattern.h"

#include "values/pattern_write.h"

#include <string.h>

/* Exact upper bounds are tried up to here. */
#define TIMES_MAX 300
/* Texts that are made before the limit chooses among them. */
#define MADE_MAX 400
/* After so many that came to nothing (the pattern is too large) no more are tried. */
#define FAILURES_MAX 50
#define RANDOM_TEXTS 6

typedef struct {
    const PgsPiece *pattern;
    GPtrArray *texts; /* char * */
    GHashTable *seen; /* the same */
    guint n_failures;
} Collection;

/* Takes text over; NULL is none. */
static void
add_text(Collection *collection, char *text)
{
    if (text == NULL || collection->texts->len >= MADE_MAX ||
        g_hash_table_contains(collection->seen, text)) {
        g_free(text);
        return;
    }
    g_hash_table_add(collection->seen, text);
    g_ptr_array_add(collection->texts, text);
}

static void
add_written(Collection *collection, PgsChange change)
{
    if (collection->texts->len >= MADE_MAX || collection->n_failures >= FAILURES_MAX)
        return;
    char *text = pgs_pattern_write(collection->pattern, change);
    if (text == NULL)
        collection->n_failures++;
    add_text(collection, text);
}

static void
add_change(Collection *collection, PgsChangeKind kind, const PgsPiece *piece, guint option)
{
    add_written(collection, (PgsChange){.kind = kind, .piece = piece, .option = option});
}

/* Calls func for each piece of a kind, from left to right. */
static void
each_piece(Collection *collection, const PgsPiece *piece, PgsPieceKind kind,
           void (*func)(Collection *, const PgsPiece *))
{
    if (piece->kind == kind)
        func(collection, piece);
    for (guint i = 0; i < piece->children->len; i++)
        each_piece(collection, g_ptr_array_index(piece->children, i), kind, func);
}

/* Examples */

static void
add_branches(Collection *collection, const PgsPiece *alternation)
{
    for (guint i = 1; i < alternation->children->len; i++)
        add_change(collection, PGS_CHANGE_CHOOSE, alternation, i);
}

static void
add_times(Collection *collection, const PgsPiece *repeat)
{
    const guint64 times[] = {repeat->min, (guint64)repeat->min + 1, repeat->max,
                             (guint64)repeat->min + 2};
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++)
        if (times[i] <= repeat->max && times[i] <= TIMES_MAX)
            add_change(collection, PGS_CHANGE_CHOOSE, repeat, (guint)times[i]);
}

static void
add_members(Collection *collection, const PgsPiece *character)
{
    for (guint i = 1; pgs_characters_member(character->set, i) != 0; i++)
        add_change(collection, PGS_CHANGE_CHOOSE, character, i);
}

static void
add_random(Collection *collection, guint64 seed)
{
    GRand *random = g_rand_new_with_seed((guint32)(seed ^ seed >> 32));
    for (guint i = 0; i < RANDOM_TEXTS; i++) {
        add_written(collection, (PgsChange){.random = random});
    }
    g_rand_free(random);
}

/* With something around, where the pattern leaves room for it. */
static void
add_surrounded(Collection *collection)
{
    gboolean room_before = !pgs_piece_is_anchored(collection->pattern, FALSE);
    gboolean room_behind = !pgs_piece_is_anchored(collection->pattern, TRUE);
    PgsChange none = {PGS_CHANGE_NONE};
    g_autofree char *text = pgs_pattern_write(collection->pattern, none);
    if (text == NULL)
        return;
    if (room_before)
        add_text(collection, g_strconcat("x ", text, NULL));
    if (room_behind)
        add_text(collection, g_strconcat(text, " x", NULL));
    if (room_before && room_behind)
        add_text(collection, g_strconcat("x ", text, " x", NULL));
}

/* As many as the limit says, from the whole of them, in order. */
static GPtrArray *
choose(Collection *collection, guint limit)
{
    GPtrArray *chosen = g_ptr_array_new_with_free_func(g_free);
    guint n = collection->texts->len;
    for (guint i = 0; i < n; i++) {
        char *text = g_ptr_array_index(collection->texts, i);
        gboolean is_chosen =
            n <= limit || i == 0 || (guint64)i * limit / n != (guint64)(i - 1) * limit / n;
        if (is_chosen && chosen->len < limit)
            g_ptr_array_add(chosen, text);
        else
            g_free(text);
    }
    return chosen;
}

static GPtrArray *
collect(PgsPatternSyntax syntax, const char *pattern, guint limit, guint64 seed,
        void (*func)(Collection *, guint64))
{
    g_autoptr(PgsPiece) piece = pgs_pattern_parse(syntax, pattern);
    if (piece == NULL)
        return g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Collection collection = {.pattern = piece, .texts = texts, .seen = seen};
    func(&collection, seed);
    return choose(&collection, limit);
}

static void
collect_examples(Collection *collection, guint64 seed)
{
    static const PgsLookMode modes[] = {PGS_LOOK_OVERLAY, PGS_LOOK_INSERT, PGS_LOOK_IGNORE};
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        add_written(collection, (PgsChange){.look = modes[i]});
    }
    each_piece(collection, collection->pattern, PGS_PIECE_ALTERNATION, add_branches);
    each_piece(collection, collection->pattern, PGS_PIECE_REPEAT, add_times);
    add_surrounded(collection);
    each_piece(collection, collection->pattern, PGS_PIECE_CHARACTER, add_members);
    add_random(collection, seed);
}

GPtrArray *
pgs_pattern_examples(PgsPatternSyntax syntax, const char *pattern, guint64 seed, guint limit)
{
    return collect(syntax, pattern, limit, seed, collect_examples);
}

/* Near misses */

static void
add_outside(Collection *collection, const PgsPiece *character)
{
    for (guint i = 0; i < 2; i++)
        add_change(collection, PGS_CHANGE_OUTSIDE, character, i);
    add_change(collection, PGS_CHANGE_DROP, character, 0);
}

static void
add_wrong_times(Collection *collection, const PgsPiece *repeat)
{
    if (repeat->min > 0)
        add_change(collection, PGS_CHANGE_CHOOSE, repeat, repeat->min - 1);
    if (repeat->max < TIMES_MAX)
        add_change(collection, PGS_CHANGE_CHOOSE, repeat, repeat->max + 1);
}

static void
add_forbidden(Collection *collection, const PgsPiece *look)
{
    if (look->negated)
        add_change(collection, PGS_CHANGE_INCLUDE, look, 0);
}

static void
add_dropped(Collection *collection, const PgsPiece *piece)
{
    add_change(collection, PGS_CHANGE_DROP, piece, 0);
}

static void
add_distorted(Collection *collection, guint64 seed)
{
    (void)seed;
    PgsChange none = {PGS_CHANGE_NONE};
    g_autofree char *text = pgs_pattern_write(collection->pattern, none);
    if (text == NULL)
        return;
    add_text(collection, g_strdup(""));
    add_text(collection, g_strconcat(" ", text, NULL));
    add_text(collection, g_strconcat(text, " ", NULL));
    add_text(collection, g_strconcat("x", text, NULL));
    add_text(collection, g_strconcat(text, "x", NULL));
    add_text(collection, g_strconcat(text, "\n", NULL));
    add_text(collection, g_utf8_strup(text, -1));
    add_text(collection, g_utf8_strdown(text, -1));
}

static void
collect_near_misses(Collection *collection, guint64 seed)
{
    const PgsPiece *pattern = collection->pattern;
    each_piece(collection, pattern, PGS_PIECE_REPEAT, add_wrong_times);
    each_piece(collection, pattern, PGS_PIECE_LOOK, add_forbidden);
    add_distorted(collection, seed);
    each_piece(collection, pattern, PGS_PIECE_CHARACTER, add_outside);
    each_piece(collection, pattern, PGS_PIECE_GROUP, add_dropped);
    each_piece(collection, pattern, PGS_PIECE_LOOK, add_dropped);
    for (guint i = 0; i < 2; i++) {
        add_written(collection, (PgsChange){.look = i == 0 ? PGS_LOOK_IGNORE : PGS_LOOK_INSERT});
    }
}

GPtrArray *
pgs_pattern_near_misses(PgsPatternSyntax syntax, const char *pattern, guint64 seed, guint limit)
{
    return collect(syntax, pattern, limit, seed, collect_near_misses);
}

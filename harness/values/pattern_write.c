#include "values/pattern_write.h"

#define LENGTH_MAX 2000
#define STEPS_MAX 20000
#define GROUPS_MAX 20
/* Times that chance adds to the least. */
#define RANDOM_TIMES 3

typedef struct {
    PgsChange change;
    GString *text;
    GString *wanted; /* what looks still ask for */
    char *groups[GROUPS_MAX];
    guint n_steps;
    gboolean is_changed, failed;
} Writer;

static void write_piece(Writer *writer, const PgsPiece *piece);

/* The change concerns the piece itself. */
static gboolean
is_target(const Writer *writer, const PgsPiece *piece, PgsChangeKind kind)
{
    return writer->change.kind == kind && writer->change.piece == piece;
}

/* The piece that is changed is somewhere in this one, which therefore has to be written. */
static gboolean
holds_target(const Writer *writer, const PgsPiece *piece)
{
    return writer->change.piece != NULL && pgs_piece_is_within(writer->change.piece, piece);
}

static void
write_character(Writer *writer, gunichar character)
{
    if (character == 0 || writer->text->len > LENGTH_MAX)
        writer->failed = TRUE;
    else
        g_string_append_unichar(writer->text, character);
}

static guint
count_members(const PgsCharacters *set)
{
    guint n = 0;
    while (pgs_characters_member(set, n) != 0)
        n++;
    return n;
}

/* What a look asks for next, when the set has it. */
static gunichar
take_wanted(Writer *writer, const PgsCharacters *set)
{
    if (writer->wanted->len == 0)
        return 0;
    gunichar character = g_utf8_get_char(writer->wanted->str);
    if (!pgs_characters_has(set, character))
        return 0;
    g_string_erase(writer->wanted, 0, g_utf8_next_char(writer->wanted->str) - writer->wanted->str);
    return character;
}

static void
write_set(Writer *writer, const PgsPiece *piece)
{
    const PgsCharacters *set = piece->set;
    if (is_target(writer, piece, PGS_CHANGE_OUTSIDE) && !writer->is_changed) {
        writer->is_changed = TRUE;
        write_character(writer, pgs_characters_outsider(set, writer->change.option));
        return;
    }
    if (is_target(writer, piece, PGS_CHANGE_CHOOSE)) {
        writer->is_changed = TRUE;
        write_character(writer, pgs_characters_member(set, writer->change.option));
        return;
    }
    gunichar character = take_wanted(writer, set);
    guint n = 0;
    if (character == 0 && writer->change.random != NULL)
        n = (guint)g_rand_int_range(writer->change.random, 0, (gint32)MAX(count_members(set), 1));
    write_character(writer, character != 0 ? character : pgs_characters_member(set, n));
}

static void
write_alternation(Writer *writer, const PgsPiece *piece)
{
    const GPtrArray *branches = piece->children;
    guint branch = 0;
    if (is_target(writer, piece, PGS_CHANGE_CHOOSE)) {
        branch = writer->change.option;
        writer->is_changed = TRUE;
    } else if (holds_target(writer, piece)) {
        while (!holds_target(writer, g_ptr_array_index(branches, branch)))
            branch++;
    } else if (writer->change.random != NULL) {
        branch = (guint)g_rand_int_range(writer->change.random, 0, (gint32)branches->len);
    }
    write_piece(writer, g_ptr_array_index(branches, branch));
}

static guint
choose_times(Writer *writer, const PgsPiece *piece)
{
    if (is_target(writer, piece, PGS_CHANGE_CHOOSE)) {
        writer->is_changed = TRUE;
        return writer->change.option;
    }
    if (holds_target(writer, piece))
        return MAX(piece->min, 1);
    if (writer->change.random == NULL)
        return piece->min;
    guint64 most = MIN((guint64)piece->min + RANDOM_TIMES, piece->max);
    return (guint)g_rand_int_range(writer->change.random, (gint32)piece->min, (gint32)most + 1);
}

static void
write_repeat(Writer *writer, const PgsPiece *piece)
{
    guint times = choose_times(writer, piece);
    const PgsPiece *child = g_ptr_array_index(piece->children, 0);
    gboolean is_chosen = is_target(writer, piece, PGS_CHANGE_CHOOSE);
    for (guint i = 0; !writer->failed; i++) {
        gsize before = writer->wanted->len;
        if (i >= times && (is_chosen || before == 0 || i >= piece->max))
            return;
        gsize length = writer->text->len;
        write_piece(writer, child);
        /* More than was asked for is written only as long as it serves a look. */
        if (i >= times && writer->wanted->len >= before) {
            g_string_truncate(writer->text, length);
            return;
        }
    }
}

/* What a piece writes alone. */
static char *
write_aside(Writer *writer, const PgsPiece *piece)
{
    GString *text = writer->text;
    writer->text = g_string_new(NULL);
    write_piece(writer, piece);
    char *aside = g_string_free(writer->text, FALSE);
    writer->text = text;
    return aside;
}

static void
write_look(Writer *writer, const PgsPiece *piece)
{
    gboolean is_included = is_target(writer, piece, PGS_CHANGE_INCLUDE);
    if (is_included)
        writer->is_changed = TRUE;
    else if (piece->negated || writer->change.look == PGS_LOOK_IGNORE)
        return;
    g_autofree char *aside = write_aside(writer, g_ptr_array_index(piece->children, 0));
    if (piece->behind || writer->change.look == PGS_LOOK_INSERT)
        g_string_append(writer->text, aside);
    else
        g_string_append(writer->wanted, aside);
}

static void
write_group(Writer *writer, const PgsPiece *piece)
{
    gsize begin = writer->text->len;
    write_piece(writer, g_ptr_array_index(piece->children, 0));
    if (piece->number == 0 || piece->number >= GROUPS_MAX)
        return;
    g_free(writer->groups[piece->number]);
    writer->groups[piece->number] = g_strdup(writer->text->str + MIN(begin, writer->text->len));
}

static void
write_piece(Writer *writer, const PgsPiece *piece)
{
    if (writer->failed || writer->text->len > LENGTH_MAX || ++writer->n_steps > STEPS_MAX) {
        writer->failed = TRUE;
        return;
    }
    if (is_target(writer, piece, PGS_CHANGE_DROP) && !writer->is_changed) {
        writer->is_changed = TRUE;
        return;
    }
    switch (piece->kind) {
    case PGS_PIECE_CHARACTER:
        write_set(writer, piece);
        break;
    case PGS_PIECE_SEQUENCE:
        for (guint i = 0; i < piece->children->len; i++)
            write_piece(writer, g_ptr_array_index(piece->children, i));
        break;
    case PGS_PIECE_ALTERNATION:
        write_alternation(writer, piece);
        break;
    case PGS_PIECE_REPEAT:
        write_repeat(writer, piece);
        break;
    case PGS_PIECE_GROUP:
        write_group(writer, piece);
        break;
    case PGS_PIECE_REFERENCE:
        if (piece->number < GROUPS_MAX && writer->groups[piece->number] != NULL)
            g_string_append(writer->text, writer->groups[piece->number]);
        break;
    case PGS_PIECE_LOOK:
        write_look(writer, piece);
        break;
    case PGS_PIECE_BEGIN:
    case PGS_PIECE_END:
    case PGS_PIECE_PLACE:
        break;
    }
}

char *
pgs_pattern_write(const PgsPiece *pattern, PgsChange change)
{
    Writer writer = {.change = change, .text = g_string_new(NULL), .wanted = g_string_new(NULL)};
    write_piece(&writer, pattern);
    g_string_free(writer.wanted, TRUE);
    for (guint i = 0; i < GROUPS_MAX; i++)
        g_free(writer.groups[i]);
    gboolean is_good = !writer.failed && (change.piece == NULL || writer.is_changed);
    return g_string_free(writer.text, !is_good);
}

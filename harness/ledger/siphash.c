#include "ledger/siphash.h"

typedef struct {
    guint64 v0, v1, v2, v3;
} State;

static guint64
rotate(guint64 value, guint bits)
{
    return value << bits | value >> (64 - bits);
}

static void
turn(State *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static void
take(State *s, guint64 block)
{
    s->v3 ^= block;
    turn(s);
    s->v0 ^= block;
}

/* length: at most eight, the lowest byte first. */
static guint64
block_of(const guint8 *bytes, gsize length)
{
    guint64 block = 0;
    for (gsize i = 0; i < length; i++)
        block |= (guint64)bytes[i] << (8 * i);
    return block;
}

guint64
pgs_siphash_13(const guint8 *bytes, gsize length)
{
    State s = {0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573};
    gsize rest = length % 8;
    for (gsize i = 0; i + 8 <= length; i += 8)
        take(&s, block_of(bytes + i, 8));
    take(&s, (guint64)length << 56 | block_of(bytes + (length - rest), rest));
    s.v2 ^= 0xff;
    for (guint i = 0; i < 3; i++)
        turn(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

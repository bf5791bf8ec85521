#include "ledger/crc32.h"

guint32
pgs_crc32(const char *bytes, gsize length)
{
    return pgs_crc32_add(0, bytes, length);
}

guint32
pgs_crc32_add(guint32 crc, const char *bytes, gsize length)
{
    const guint32 polynomial = 0xedb88320;
    crc = ~crc;
    for (gsize i = 0; i < length; i++) {
        crc ^= (guint8)bytes[i];
        for (guint bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? polynomial : 0);
    }
    return ~crc;
}

#include "ledger/flyway_sum.h"

#include <string.h>

static guint32
crc_of(guint32 crc, guint8 byte)
{
    crc ^= byte;
    for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    return crc;
}

gint32
pgs_flyway_checksum(const char *text, gsize length)
{
    static const char mark[] = "\xef\xbb\xbf";
    gsize start = length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    guint32 crc = 0xffffffff;
    for (gsize i = start; i < length; i++) {
        if (text[i] != '\n' && text[i] != '\r')
            crc = crc_of(crc, (guint8)text[i]);
    }
    return (gint32)~crc;
}

gint32
pgs_flyway_hash_code(const char *text)
{
    glong length = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &length, NULL);
    guint32 hash = 0;
    for (glong i = 0; i < length; i++)
        hash = 31 * hash + units[i];
    return (gint32)hash;
}

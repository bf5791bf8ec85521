#include "ledger/flyway_sum.h"

#include "ledger/crc32.h"

#include <string.h>

gint32
pgs_flyway_checksum(const char *text, gsize length)
{
    static const char mark[] = "\xef\xbb\xbf";
    gsize start = length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    guint32 crc = 0;
    for (gsize i = start; i < length; i++) {
        if (text[i] != '\n' && text[i] != '\r')
            crc = pgs_crc32_add(crc, text + i, 1);
    }
    return (gint32)crc;
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

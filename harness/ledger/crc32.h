#ifndef PGS_LEDGER_CRC32_H
#define PGS_LEDGER_CRC32_H

#include <glib.h>

/* CRC-32 as zip has it (crc32.ChecksumIEEE() in Go, CRC_32_ISO_HDLC in Rust, Java's CRC32). */
guint32 pgs_crc32(const char *bytes, gsize length);

/* The same of several pieces: from 0, the sum of the ones before goes into the next. */
guint32 pgs_crc32_add(guint32 crc, const char *bytes, gsize length);

#endif

#ifndef PGS_LEDGER_SIPHASH_H
#define PGS_LEDGER_SIPHASH_H

#include <glib.h>

/* SipHash with one round for a block and three at the end, keys 0 and 0: Rust's first hasher, by
 * which refinery still computes its checksums (the crate siphasher, sip::SipHasher13::new()). */
guint64 pgs_siphash_13(const guint8 *bytes, gsize length);

#endif

#ifndef PGS_OPERATE_DRAFT_CHECK_H
#define PGS_OPERATE_DRAFT_CHECK_H

#include "operate/draft_format.h"

/*
 * The folder is read again as it is found, with the new files in it: it has to be of the same
 * format still, its newest revision the new one, and that one's statements those that were asked
 * for, each whole and in its own direction, whatever in them looks like a marker of the tool's.
 */
gboolean pgs_draft_check(const PgsDraftRequest *request, const PgsRevisionDraft *draft,
                         GCancellable *cancellable, GError **error);

#endif

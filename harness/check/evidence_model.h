#ifndef PGS_CHECK_EVIDENCE_MODEL_H
#define PGS_CHECK_EVIDENCE_MODEL_H

#include "project/system.h"

/*
 * The files that a model's schema is made of, as far as they can be seen: its SQL; those that its
 * command names; and the sources below its folder, when that is a folder of its own rather than one
 * that holds the migrations as well.  char *, g_ptr_array_unref().
 */
GPtrArray *pgs_evidence_list_model(const PgsModel *model, const PgsSystem *system);

/* What people wrote below a folder, as far as the name of a file tells; all: also where it tells
 * nothing.  None when it is too much: then it is an application.  char *, g_ptr_array_unref(). */
GPtrArray *pgs_evidence_list_sources(const char *folder, gboolean all);

#endif

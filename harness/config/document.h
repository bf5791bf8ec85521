#ifndef PGS_CONFIG_DOCUMENT_H
#define PGS_CONFIG_DOCUMENT_H

#include "config/node.h"

/*
 * A YAML file as a tree (config/node.h), read with libyaml, and held to what a configuration needs:
 * UTF-8, one document, at most 1 MB, 50 levels and 250 000 values once aliases are followed, no
 * key twice, no tags.  Anchors, aliases and merge keys ("<<: *base") work.
 */
typedef struct _PgsDocument PgsDocument;

/* The limits. */
#define PGS_DOCUMENT_MAX_BYTES (1024 * 1024)
#define PGS_DOCUMENT_MAX_DEPTH 50
#define PGS_DOCUMENT_MAX_NODES 250000

/* PGS_CONFIG_ERROR with the place of what is wrong.  Free with pgs_document_free(). */
PgsDocument *pgs_document_read(const char *path, GError **error);
/* The same of a text; name stands for the file in messages and places. */
PgsDocument *pgs_document_parse(const char *name, const char *text, gsize length, GError **error);
void pgs_document_free(PgsDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDocument, pgs_document_free)

/* Never NULL; belongs to the document. */
const PgsNode *pgs_document_root(const PgsDocument *document);

#endif

#ifndef PGS_SQL_CLASSIFY_H
#define PGS_SQL_CLASSIFY_H

#include "sql/script.h"
#include "sql/token.h"

/* As many of a statement's tokens are looked at; what decides stands in front of them. */
#define PGS_CLASSIFY_TOKENS 4096

/* What a statement is, from its tokens (comments left out).  *tag is interned. */
PgsStatementFlags pgs_classify(const PgsToken *tokens, guint n_tokens, const char **tag);

#endif

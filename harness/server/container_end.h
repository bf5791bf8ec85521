#ifndef PGS_SERVER_CONTAINER_END_H
#define PGS_SERVER_CONTAINER_END_H

#include "server/container.h"

/*
 * How a container ended, or why no server came up in it, for a person.
 */

/* "ended with status 137: killed, …"; g_free(). */
char *pgs_container_describe_end(int status);
/* What can be done about it, or NULL; g_free(). */
char *pgs_container_advise_end(const PgsContainer *container, int status);

/* The error that the engine does not answer, with what becomes of the container; g_free(). */
char *pgs_container_describe_lost_engine(PgsContainer *container, const GError *error);

/*
 * Sets *error to why it ended at its start, or is not ready, with its log.  what: what was waited
 * for in vain, when it has not ended.
 */
void pgs_container_set_start_error(PgsContainer *container, const char *what, GError **error);

#endif

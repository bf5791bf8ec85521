#ifndef PGS_CYCLE_GRAPH_H
#define PGS_CYCLE_GRAPH_H

#include "migration/history.h"

/* What lies below what in a history, by indexes. */
typedef struct _PgsGraph PgsGraph;

PgsGraph *pgs_graph_new(const PgsHistory *history);
void pgs_graph_free(PgsGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsGraph, pgs_graph_free)

/*
 * The revisions right below one: its parents and what it depends on, without those that another of
 * them needs anyway.  Of gint, in the list's order; belongs to the graph.
 */
const GArray *pgs_graph_below(PgsGraph *graph, gint revision);

/*
 * The order in which a revision is reached by way of one of those below it, itself last: first what
 * that one needs and that one, then the rest, each in the list's order.  by -1: the list's order
 * throughout.  Of gint; the caller's.
 */
GArray *pgs_graph_order(const PgsGraph *graph, gint revision, gint by);

#endif

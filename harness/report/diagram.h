#ifndef PGS_REPORT_DIAGRAM_H
#define PGS_REPORT_DIAGRAM_H

#include "record/record.h"
#include "report/diagram_state.h"

#include <libxml/tree.h>

/*
 * The schema at head as inline SVG, laid out by Graphviz's library (dot), drawn here: tables with
 * their columns and keys, an arrow for each foreign key with its delete rule.
 *
 * What is drawn carries the class names by which html.css colours it in light and dark ("table",
 * "key", "edge", "rule-cascade", …, and a PgsRuleState's name for what became of the rule),
 * <title>s for screen readers, and ids.  Large schemas are folded: see diagram.c.
 */

/*
 * A <div class="diagrams"> with one <svg> or several, in no document; free with xmlFreeNode().
 * NULL: the system has no relation.  Where Graphviz cannot lay out, a plain grid takes its place.
 */
xmlNode *pgs_diagram_new(const PgsRecordSystem *system, const PgsRuleStates *states);

#endif

#ifndef PGS_REPORT_WRITER_H
#define PGS_REPORT_WRITER_H

#include "record/record.h"

/* Formats that no stylesheet is for: what needs another text's escaping, or a limit to its size.
 * Each returns the whole report; the caller frees it with g_free(). */

/*
 * Markdown for a merge request's comment: the verdict, a table of the systems, what failed, and the
 * details folded.  limit: bytes of UTF-8 that the forge accepts; what does not fit is left out, the
 * least important first, and said.  0: PGS_MARKDOWN_LIMIT.
 */
char *pgs_markdown_render(const PgsRecord *record, gsize limit);
/* What GitHub accepts (65,536 characters), with room for a heading of the caller's. */
#define PGS_MARKDOWN_LIMIT 64000

/* SARIF 2.1.0, for code scanning: what failed, warned or is accepted, with file and line. */
char *pgs_sarif_render(const PgsRecord *record);

/* JSON, described by reports/record.schema.json; its "version" is raised when a member changes its
 * meaning or goes. */
char *pgs_json_render(const PgsRecord *record);

/* GitLab's Code Quality (a subset of Code Climate's): the widget of a merge request. */
char *pgs_codequality_render(const PgsRecord *record);

/*
 * Lines for the terminal of a CI system that shows them beside the code.  "github": workflow
 * commands (::error file=…,line=…::…), no more than GitHub shows of a step, the worst first, then
 * one that says how many there are.  "gitlab": the summary's details as a collapsible section.
 * NULL: the environment is of none that has such.  Free with g_free().
 */
char *pgs_annotations_render(const PgsRecord *record, const char *forge);
/* "github" (GITHUB_ACTIONS=true), "gitlab" (GITLAB_CI=true) or NULL, from the environment; NULL
 * with PGSTAIR_NO_ANNOTATIONS=1. */
const char *pgs_annotations_forge(void);
/*
 * What is printed where GITHUB_ACTIONS=true, so that no line of it is taken for a command: put
 * between stop-commands and its end where one would be, else a copy.  Free with g_free().
 */
char *pgs_annotations_guard(const char *text);
/*
 * The same for standard error, which the runner reads beside standard output, so that what is
 * stopped in one may go on by the other: each command is broken up.  Free with g_free().
 */
char *pgs_annotations_disarm(const char *text);
/* The line that shows an error of the program's own there; NULL: not on GitHub.  g_free(). */
char *pgs_annotations_error(const char *message);

#endif

#ifndef PGS_TESTS_RECORD_SAMPLE_HOSTILE_H
#define PGS_TESTS_RECORD_SAMPLE_HOSTILE_H

#include "record/sample.h"

/* Texts that a careless report would obey, or break on. */
static const char *const sample_hostile_texts[] = {
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>\"'`",
    "javascript:alert(1)//]]>--></style></script></svg>",
    "| @everyone [x](javascript:alert(1)) | ![x](http://example.invalid/x.png)",
    "</details>\n\n# A heading\n\n```\n**bold** ~~gone~~ <!-- hidden",
    "```\n````\n~~~ \\` \\",
    "::error file=x.sql,line=1::injected%0A::stop-commands::x",
    "\n::set-output name=x::y\n##[error]x\n##vso[task.complete]",
    "not ok 1 # SKIP \n  ---\n  ...\nBail out! \\#",
    "\xe2\x80\xae"
    "desrever si txet \xe2\x80\xac"
    "and \xe2\x80\x8f"
    "back",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85",
    "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x86\xcc\x87 Z\xcd\x91\xcc\xab\xcd\x83\xcd\xaa\xcc\x82",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 "
    "\xf0\x9f\x8f\xb4\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
    "zero\xe2\x80\x8bwidth\xef\xbb\xbf\xc2\xa0no\xc2\xad"
    "break",
    "\x1b[2J\x1b]0;title\x07\x1b[31mred \x7f\x08\x9b",
    "broken \xff\xc3\x28 \xed\xa0\x80 \xf4\x90\x80\x80 \xc0\xaf end",
    "tab\there, return\rthere, line\nfeed, \xc2\x85 next, \xe2\x80\xa8 separator",
    "' OR 1=1; DROP TABLE users; --",
    "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} $(id) `id`",
    "=1+1+cmd|' /C calc'!A0",
};

/* One finding for each, with the text in every member. */
static inline void
sample_add_hostile_commands(PgsRecord *record, const char *system)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sample_hostile_texts); i++) {
        const char *text = sample_hostile_texts[i];
        PgsStatus status = i % 4 == 3 ? PGS_STATUS_SKIPPED : (PgsStatus)(i % 3 + 1);
        PgsFinding *finding =
            pgs_record_add(record, pgs_finding_new("expect.table", status, system, text, text));
        char **const members[] = {&finding->message, &finding->detail, &finding->expected,
                                  &finding->actual,  &finding->sql,    &finding->file,
                                  &finding->hint,    &finding->object, &finding->reproduce};
        for (gsize m = 0; m < G_N_ELEMENTS(members); m++)
            *members[m] = g_strdup(text);
        finding->line = 1;
        PgsRecordPlan *plan = pgs_finding_add_plan(finding, "verdict", text);
        plan->query = g_strdup(text);
        plan->text = g_strdup(text);
        plan->settings = g_strdup(text);
        g_ptr_array_add(plan->parameters, g_strdup(text));
    }
}

static inline void
sample_add_hostile_table(PgsRecordSystem *system, const char *text, const char *last)
{
    PgsRecordRelation *table = pgs_record_relation_new("table", text, text);
    pgs_record_system_add_relation(system, table);
    table->comment = g_strdup(text);
    sample_column(table, text, text, TRUE)->value = g_strdup(text);
    PgsRecordConstraint *key = pgs_record_constraint_new("foreign key", text, text);
    key->definition = g_strdup(text);
    key->references = g_strdup(last);
    key->on_delete = g_strdup("CASCADE");
    g_ptr_array_add(key->columns, g_strdup(text));
    g_ptr_array_add(key->referenced, g_strdup(text));
    g_ptr_array_add(table->constraints, key);
}

static inline void
sample_add_hostile_evidence(PgsRecordSystem *system)
{
    const char *last = sample_hostile_texts[0];
    for (gsize i = 0; i < G_N_ELEMENTS(sample_hostile_texts); i++) {
        const char *text = sample_hostile_texts[i];
        sample_fact(system, text, text, NULL);
        sample_tolerance(system, text, text, text, text);
        sample_acceptance(system, text, text, text)->object = g_strdup(text);
        sample_file(system->files, text, "project", i);
        PgsRecordRevision *revision = sample_revision(system, text, text);
        sample_change(revision, "changed", text, text, text, text);
        sample_add_hostile_table(system, text, last);
        last = text;
    }
    system->git = pgs_record_git_new("--upload-pack=<b>", sample_hostile_texts[0], FALSE);
    g_ptr_array_add(system->git->dirty, g_strdup(sample_hostile_texts[3]));
    system->git->n_dirty = 1;
    g_autofree char *endless = g_strnfill(10000, 't');
    sample_add_hostile_table(system, endless, endless);
}

/* What a database may well contain, and a report must survive. */
static inline PgsRecord *
sample_hostile(void)
{
    PgsRecord *record = sample_record("pgstair verify 'a<b>&\"c'");
    PgsRecordSystem *system = sample_system(record, "sys<tem> & \"co.\" ]]> --> \x1b[31m", 1);
    PgsRecordRequirement *odd =
        sample_requirement(system, "R&D-1 <>", "<1>\n", "a\nb\x07 <&> \"c\" ]]> \xff");
    g_ptr_array_add(odd->needs, g_strdup("<need>"));
    odd->deferred = g_strdup("\x1b[1m later ]]>");
    PgsRecordPhase *phase = pgs_record_system_add_phase(system, "<1>\n", "\xff phase");
    g_ptr_array_add(phase->manual, g_strdup("sign <here> \x02"));
    g_free(system->folder);
    system->folder = g_strdup("migra\xfftions/\x01");

    PgsFinding *broken = pgs_record_add(
        record, pgs_finding_new("stairway.down", PGS_STATUS_FAILED, system->name, "0001_\xc3\x28",
                                "<b>&amp;\"'\n\x1b[31mred\x07 \xf0\x9f\x98\x80 ]]>"));
    broken->message = g_strdup("control \x02, broken \xe2\x82, U+FFFE \xef\xbf\xbe, \r return");
    broken->detail = g_strnfill(10000, 'x');
    broken->file = g_strdup("a\"b<c>.sql");
    broken->line = 70000;
    broken->sql = g_strdup("SELECT '<![CDATA[ ]]>' -- \x0b");
    broken->object = g_strdup("public.\"we\"\"ird <&>\"");
    broken->accepted = g_strdup("until <b> & \x1b[31m");
    pgs_finding_add_requirement(broken, "R&D-1 <>");

    sample_add_hostile_evidence(system);
    sample_add_hostile_commands(record, system->name);

    PgsFinding *lengthy = pgs_record_add(
        record, pgs_finding_new("cycle.up", PGS_STATUS_WARNING, system->name, NULL, NULL));
    lengthy->title = g_strnfill(10000, 'n');
    lengthy->message = g_strdup("名前 … ünïcödé");
    return record;
}

#endif

#include "plan/question.h"

const char *
pgs_question_kind_name(PgsQuestionKind kind)
{
    static const char *const names[] = {
        [PGS_QUESTION_DECLARED] = "declared",   [PGS_QUESTION_EQUALITY] = "equality",
        [PGS_QUESTION_RANGE] = "range",         [PGS_QUESTION_ORDER] = "order",
        [PGS_QUESTION_PREDICATE] = "predicate", [PGS_QUESTION_SEARCH] = "search",
        [PGS_QUESTION_NEAREST] = "nearest",     [PGS_QUESTION_REFERENCE] = "reference",
    };
    return names[kind];
}

PgsQuestion *
pgs_question_new(PgsQuestionKind kind, const PgsIndex *index)
{
    PgsQuestion *question = g_new0(PgsQuestion, 1);
    question->kind = kind;
    question->index = index;
    question->relation = index != NULL ? index->relation_oid : 0;
    question->parameters = g_ptr_array_new_with_free_func(g_free);
    return question;
}

void
pgs_question_free(PgsQuestion *question)
{
    if (question == NULL)
        return;
    g_free(question->title);
    g_free(question->sql);
    g_ptr_array_unref(question->parameters);
    g_free(question);
}

PgsQuery
pgs_question_query(const PgsQuestion *question)
{
    return (PgsQuery){
        .sql = question->sql,
        .parameters = (const char *const *)question->parameters->pdata,
        .n_parameters = question->parameters->len,
    };
}

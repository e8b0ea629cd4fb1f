/*
 * What `congchao content lint` tells an editor beyond what the loader refuses. Each part
 * goes to the end and tells report everything; none of them changes a file.
 */
#ifndef CTL_CONTENT_LINT_H
#define CTL_CONTENT_LINT_H

#include "common/conf.h"
#include "common/report.h"

struct lesson_pack;

/* All of them, for a pack at conf->path_content in the languages of conf. */
void content_lint_pack(const struct conf *conf, struct report *report);

/* Quotes and blanks, in every text of every language. */
void content_lint_texts(const struct lesson_pack *pack);
/* Options that are the same, stems that are, right options that length betrays. */
void content_lint_questions(const struct lesson_pack *pack);
/* The scripts of radio/LANG: whether they are there and can be read aloud. */
void content_lint_radio(const struct lesson_pack *pack);
/* Drafts, contacts that nobody has checked, files that nobody reads. */
void content_lint_files(const struct lesson_pack *pack);

#endif

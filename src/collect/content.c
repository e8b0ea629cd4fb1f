/*
 * congchao-collect content: the keys and sentences of a content pack, as gateways load it.
 * Without it answers are counted all the same, but nobody knows which of them are right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/db.h"
#include "collect/json.h"
#include "collect/task.h"
#include "common/lesson.h"
#include "common/log.h"

struct import {
	const struct task *task;
	const struct conf *conf; /* for its languages */
	const struct lesson_bank *bank;
};

/* {"vi": ..., "en": ...}: write puts the value of one language. The caller frees it. */
static char *texts(const struct import *import, const void *of,
		   void (*write)(FILE *out, const void *of, size_t language))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		fatal("memory");
	for (size_t i = 0; i < import->conf->language_count; i++) {
		fputs(i > 0 ? "," : "{", out);
		json_text(out, import->conf->languages[i]);
		fputc(':', out);
		write(out, of, i);
	}
	fputc('}', out);
	if (fclose(out) != 0)
		fatal("memory");
	return text;
}

static void lesson_write(FILE *out, const void *of, size_t language)
{
	const struct lesson *lesson = of;

	json_text(out, lesson->texts[language].title);
}

static void question_write(FILE *out, const void *of, size_t language)
{
	const struct lesson_question *question = of;

	fputc('[', out);
	json_text(out, question->texts[language].stem);
	for (unsigned i = 0; i < question->options; i++) {
		fputc(',', out);
		json_text(out, question->texts[language].options[i]);
	}
	fputc(']', out);
}

enum { NUMBER_SIZE = 12 };

static const char *number(unsigned value, char out[NUMBER_SIZE])
{
	snprintf(out, NUMBER_SIZE, "%u", value);
	return out;
}

static int lesson_put(const struct import *import, const struct lesson *lesson)
{
	char rev[NUMBER_SIZE], *text = texts(import, lesson, lesson_write);
	const char *const values[] = {lesson->id, number(lesson->rev, rev),
				      import->bank->audiences[lesson->audience].id, lesson->topic,
				      text};
	int rc = db_do(import->task->db,
		       "select congchao.lesson_put($1, $2::int, $3, $4, $5::jsonb)", 5, values);

	free(text);
	return rc;
}

static int question_put(const struct import *import, const struct lesson_question *question)
{
	char rev[NUMBER_SIZE], level[NUMBER_SIZE], options[NUMBER_SIZE];
	char form[] = {question->form, '\0'}, key[] = {(char)('a' + question->key), '\0'};
	char *text = texts(import, question, question_write);
	const char *const values[] = {question->id,
				      number(question->rev, rev),
				      import->bank->lessons[question->lesson].id,
				      form,
				      number(question->level, level),
				      number(question->options, options),
				      key,
				      text};
	int rc = db_do(import->task->db,
		       "select congchao.question_put($1, $2::int, $3, $4, $5::int, $6::int, $7, "
		       "$8::jsonb)",
		       8, values);

	free(text);
	return rc;
}

static int put_all(const struct import *import)
{
	PGconn *db = import->task->db;

	if (db_script(db, "begin; select congchao.content_begin()") < 0)
		return -1;
	for (size_t i = 0; i < import->bank->lesson_count; i++)
		if (lesson_put(import, &import->bank->lessons[i]) < 0)
			return -1;
	for (size_t i = 0; i < import->bank->question_count; i++)
		if (question_put(import, &import->bank->questions[i]) < 0)
			return -1;
	return db_script(db, "commit");
}

/* The languages that were named, else the usual two. */
static int languages_set(struct conf *conf, const struct task *task)
{
	if (task->count > 1)
		conf->language_count = 0;
	for (int i = 1; i < task->count; i++) {
		if (strlen(task->words[i]) >= CONF_LANGUAGE_SIZE ||
		    conf->language_count == CONF_LANGUAGES_MAX) {
			log_warnx("language \"%s\", expected such as \"vi\"", task->words[i]);
			return -1;
		}
		snprintf(conf->languages[conf->language_count++], CONF_LANGUAGE_SIZE, "%s",
			 task->words[i]);
	}
	return 0;
}

int content_run(const struct task *task)
{
	static struct conf conf;
	struct report report = {.out = stderr};
	struct import import = {.task = task, .conf = &conf};
	struct lesson_bank *bank;
	int rc;

	conf_defaults(&conf);
	snprintf(conf.path_content, sizeof(conf.path_content), "%s", task->words[0]);
	if (languages_set(&conf, task) < 0)
		return 1;
	bank = lesson_load(&conf, &report);
	if (bank == NULL)
		return 1;
	import.bank = bank;
	rc = put_all(&import);
	if (rc == 0)
		printf("%s %s: %zu lessons, %zu questions\n", bank->id, bank->version,
		       bank->lesson_count, bank->question_count);
	lesson_free(bank);
	return rc == 0 ? 0 : 1;
}

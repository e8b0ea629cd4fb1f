/*
 * congchao enrol, and congchao report rotate: how this gateway comes by its key. An answer
 * that is lost on its way must not cost the code, or the key: the same is asked again with
 * the same instance, and answered the same.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/conf_value.h"
#include "common/log.h"
#include "report/code.h"
#include "report/command.h"
#include "report/own.h"
#include "report/post.h"
#include "report/schedule.h"
#include "report/state.h"
#include "report/text.h"

enum { BODY_SIZE = 192 };

/* The instance of this enrolment: one that was begun and not ended is gone on with. */
static int take_instance(struct state *state, struct key *key, struct problem *problem)
{
	state_text(state, STATE_INSTANCE, key->instance, sizeof(key->instance));
	if (key_is_instance(key->instance))
		return 0;
	key_new_instance(key->instance);
	return state_put_text(state, STATE_INSTANCE, key->instance, problem);
}

static int refused(const struct post_answer *answer, struct problem *problem)
{
	if (answer->status == 403)
		return problem_say(problem,
				   "the department does not know this code, or it was used "
				   "or has ended: ask for a new one");
	if (answer->status == 429)
		return problem_say(problem, "too many wrong codes from here: try again in an hour");
	return post_unexpected(answer, problem);
}

static int ask(const struct conf *conf, const char *code, struct key *key, struct problem *problem)
{
	struct post *post = post_open(conf, problem);
	const struct post_answer *answer;
	char body[BODY_SIZE], url[CONF_URL_SIZE];
	int rc = -1;

	if (post == NULL)
		return -1;
	snprintf(body, sizeof(body), "{\"code\":\"%s\",\"instance\":\"%s\",\"sw\":\"%s\"}", code,
		 key->instance, VERSION);
	key_url(&(struct conf){.report_url = ""}, key, url);
	if (post_send(post, url, "/v1/enrol", NULL, body, &answer, problem) == 0)
		rc = answer->status == 200
			 ? answer_enrolled(answer->body, answer->size, key, problem)
			 : refused(answer, problem);
	post_close(post);
	return rc;
}

/*
 * What was delivered as another site says nothing about this one, but that these hours are
 * counted there: sent as this one's too, the province would have them twice.
 */
static int leave_others(struct state *state, struct problem *problem)
{
	int64_t until = state_sent_until(state);

	if (until > 0 && state_put_number(state, STATE_OTHERS, until, problem) < 0)
		return -1;
	return state_forget(state, INT64_MAX, problem);
}

static int begin_anew(struct state *state, const struct key *key, struct problem *problem)
{
	static const struct schedule none;
	char site[CONF_NAME_SIZE];

	state_text(state, STATE_SITE, site, sizeof(site));
	if (state_begin(state, problem) < 0)
		return -1;
	if ((strcmp(site, key->site) != 0 && leave_others(state, problem) < 0) ||
	    state_put_text(state, STATE_SITE, key->site, problem) < 0 ||
	    state_put_text(state, STATE_PROBLEM, "", problem) < 0 ||
	    state_put_schedule(state, &none, problem) < 0) {
		state_abandon(state);
		return -1;
	}
	return state_commit(state, problem);
}

static int enrol(const struct conf *conf, const char *code, struct key *key,
		 struct problem *problem)
{
	struct state *state = state_open(conf, problem);
	int rc = state != NULL ? take_instance(state, key, problem) : -1;

	if (rc == 0)
		rc = ask(conf, code, key, problem);
	key->enrolled = (int64_t)time(NULL);
	/* First what another site knew is gone, then the key is there, then the code is used up. */
	if (rc == 0)
		rc = begin_anew(state, key, problem);
	if (rc == 0)
		rc = key_write(conf, key, problem);
	if (rc == 0)
		rc = state_put_text(state, STATE_INSTANCE, "", problem);
	state_close(state);
	return rc;
}

static void say_enrolled(const struct key *key)
{
	static const struct schedule none;
	char text[TEXT_TIME_SIZE];

	printf("Enrolled as %s.\n"
	       "The department has to approve this site; what is sent before is kept there, and "
	       "counted then.\n"
	       "The first report goes at %s; congchao report now does not wait for it.\n",
	       key->site,
	       text_local(schedule_due(&none, schedule_slot(key->bytes), key->enrolled), text));
}

int enrol_run(const struct conf *conf, int count, char **words)
{
	struct key key = {0};
	struct problem problem;
	char code[CODE_SIZE];
	int rc;

	(void)count;
	if (!code_read(words[0], code)) {
		log_warnx("that is not a code, expected 8 letters and digits such as 7KQM-29XD");
		return COMMAND_USAGE;
	}
	if (!conf_is_https(words[1])) {
		log_warnx("that is not the department's address, expected one that begins with "
			  "https://");
		return COMMAND_USAGE;
	}
	snprintf(key.url, sizeof(key.url), "%s", words[1]);
	own_lock(conf, true);
	rc = enrol(conf, code, &key, &problem);
	if (rc == 0)
		say_enrolled(&key);
	else
		log_warnx("%s", problem.text);
	sodium_memzero(&key, sizeof(key));
	return rc == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}

static int rotate(const struct conf *conf, struct key *key, struct problem *problem)
{
	struct post *post = post_open(conf, problem);
	const struct post_answer *answer;
	char body[BODY_SIZE], url[CONF_URL_SIZE];
	int rc = -1;

	if (post == NULL)
		return -1;
	snprintf(body, sizeof(body), "{\"instance\":\"%s\"}", key->instance);
	key_url(conf, key, url);
	if (post_send(post, url, "/v1/rotate", key, body, &answer, problem) == 0)
		rc = answer->status == 200
			 ? answer_rotated(answer->body, answer->size, key, problem)
		     : answer->status == 401
			 ? problem_say(problem,
				       "the department does not accept the present key: ask "
				       "it for a new code, then congchao enrol")
			 : post_unexpected(answer, problem);
	post_close(post);
	return rc == 0 ? key_write(conf, key, problem) : -1;
}

int rotate_run(const struct conf *conf, int count, char **words)
{
	struct problem problem;
	struct key key;
	int rc;

	(void)count, (void)words;
	own_lock(conf, true);
	if (!command_key(conf, &key))
		return COMMAND_PROBLEM;
	rc = rotate(conf, &key, &problem);
	if (rc == 0)
		printf("The key is of version %u now.\n", (unsigned)key.version);
	else
		log_warnx("%s", problem.text);
	sodium_memzero(&key, sizeof(key));
	return rc == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}

/*
 * congchao-collect account: who may look at the dashboard. A password is typed, or comes in
 * a line on standard input; it is never a word of the command, which others could read.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "collect/db.h"
#include "collect/password.h"
#include "collect/task.h"
#include "common/log.h"

/* One line without its end; false when there is none, or it is too long. */
static bool line_read(char *out, size_t size)
{
	size_t length;

	if (fgets(out, (int)size, stdin) == NULL)
		return false;
	length = strcspn(out, "\r\n");
	if (out[length] == '\0' && length + 1 == size)
		return false;
	out[length] = '\0';
	return true;
}

/* Nothing that is typed shows. */
static bool typed(const char *prompt, char *out, size_t size)
{
	struct termios before, quiet;
	bool read;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return line_read(out, size);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fputs(prompt, stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	read = line_read(out, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return read;
}

static bool password_read(char *out, size_t size)
{
	char again[PASSWORD_MAX + 2] = "";
	bool same;

	if (!typed("Password: ", out, size) || strlen(out) < PASSWORD_MIN ||
	    strlen(out) > PASSWORD_MAX) {
		log_warnx("the password is no line of %d to %d bytes", PASSWORD_MIN, PASSWORD_MAX);
		return false;
	}
	if (!isatty(STDIN_FILENO))
		return true;
	same = typed("Once more: ", again, sizeof(again)) && strcmp(out, again) == 0;
	sodium_memzero(again, sizeof(again));
	if (!same)
		log_warnx("these were two different passwords");
	return same;
}

/* NAME --role ROLE, in any order; --role=ROLE too. */
static bool words_read(const struct task *task, const char **name, const char **role)
{
	for (int i = 0; i < task->count; i++) {
		const char *word = task->words[i];

		if (strcmp(word, "--role") == 0 && i + 1 < task->count)
			*role = task->words[++i];
		else if (strncmp(word, "--role=", 7) == 0)
			*role = word + 7;
		else if (*name == NULL && word[0] != '-')
			*name = word;
		else
			return false;
	}
	return *name != NULL && *role != NULL;
}

int account_add(const struct task *task)
{
	char password[PASSWORD_MAX + 2] = "", hash[crypto_pwhash_STRBYTES];
	const char *values[] = {NULL, NULL, hash};
	bool done = false;

	if (!words_read(task, &values[0], &values[1])) {
		log_warnx("account add takes NAME --role officer|reader|auditor");
		return 1;
	}
	if (password_read(password, sizeof(password))) {
		done = password_hash(password, hash);
		if (!done)
			log_warnx("there is no memory to hash a password");
	}
	sodium_memzero(password, sizeof(password));
	if (!done)
		return 1;
	return db_do(task->db, "select congchao.account_put($1, $2, $3)", 3, values) < 0;
}

int account_list(const struct task *task)
{
	PGresult *result =
	    db_ask(task->db,
		   "select account, role, case when enabled then 'yes' else 'no' end, "
		   "to_char(changed_at at time zone 'Asia/Ho_Chi_Minh', "
		   "'YYYY-MM-DD HH24:MI') from congchao.account order by account",
		   0, NULL);

	if (result == NULL)
		return 1;
	printf("%-32s %-8s %-7s %s\n", "ACCOUNT", "ROLE", "ENABLED", "CHANGED");
	for (int row = 0; row < PQntuples(result); row++)
		printf("%-32s %-8s %-7s %s\n", PQgetvalue(result, row, 0),
		       PQgetvalue(result, row, 1), PQgetvalue(result, row, 2),
		       PQgetvalue(result, row, 3));
	PQclear(result);
	return 0;
}

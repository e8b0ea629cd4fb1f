/* congchao-collect site, area: what an officer does with sites, by the schema's functions. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collect/code.h"
#include "collect/db.h"
#include "collect/key.h"
#include "collect/task.h"
#include "common/log.h"

static int do_with(const struct task *task, const char *sql, int count)
{
	const char *values[DB_PARAMS_MAX] = {NULL};

	for (int i = 0; i < task->count && i < count; i++)
		values[i] = task->words[i];
	return db_do(task->db, sql, count, values) < 0 ? 1 : 0;
}

int area_add(const struct task *task)
{
	return do_with(task, "select congchao.area_add($1, $2, coalesce($3, 'commune'), $4)", 4);
}

int site_add(const struct task *task)
{
	if (!sign_is_site(task->words[0])) {
		log_warnx("site \"%s\", expected 1 to 32 characters of a-z, 0-9 and \"-\"",
			  task->words[0]);
		return 1;
	}
	return do_with(task, "select congchao.site_add($1, $2, $3)", 3);
}

int site_approve(const struct task *task)
{
	return do_with(task, "select congchao.site_status($1, 'active')", 1);
}

int site_suspend(const struct task *task)
{
	return do_with(task,
		       "select congchao.site_status($1, 'suspended', session_user, coalesce($2, ''))",
		       2);
}

int site_revoke(const struct task *task)
{
	return do_with(task,
		       "select congchao.site_status($1, 'revoked', session_user, coalesce($2, ''))",
		       2);
}

int site_code(const struct task *task)
{
	char code[CODE_SIZE], hex[3 + 2 * SIGN_BYTES] = "\\x";
	const char *values[] = {task->words[0], hex};
	uint8_t hash[SIGN_BYTES];
	PGresult *result;

	code_make(code);
	key_hash("code", code, hash);
	sodium_bin2hex(hex + 2, sizeof(hex) - 2, hash, sizeof(hash));
	result = db_ask(task->db, "select to_char(congchao.site_code($1, $2::bytea), 'YYYY-MM-DD')", 2,
			values);
	if (result == NULL)
		return 1;
	printf("%s\n\nFor %s, one gateway, until %s. There:\n\n    congchao enrol %s %s\n", code,
	       task->words[0], PQgetvalue(result, 0, 0), code, task->conf->url);
	PQclear(result);
	return 0;
}

int site_list(const struct task *task)
{
	PGresult *result = db_ask(task->db,
				  "select site_id, status, area_id, key_ver, name from congchao.site "
				  "order by site_id",
				  0, NULL);

	if (result == NULL)
		return 1;
	printf("%-16s %-10s %-12s %3s  %s\n", "SITE", "STATUS", "AREA", "KEY", "NAME");
	for (int row = 0; row < PQntuples(result); row++)
		printf("%-16s %-10s %-12s %3s  %s\n", PQgetvalue(result, row, 0),
		       PQgetvalue(result, row, 1), PQgetvalue(result, row, 2),
		       PQgetvalue(result, row, 3), PQgetvalue(result, row, 4));
	PQclear(result);
	return 0;
}

/* congchao-collect site: what an officer does with sites, by the schema's functions. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collect/code.h"
#include "collect/db.h"
#include "collect/key.h"
#include "collect/task.h"
#include "common/log.h"

/* What `site set` may set, in the order of site_edit's parameters. */
static const char *const settings[] = {"name",	   "area",  "kind",  "address",
				       "capacity", "opens", "closes"};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* KEY=VALUE into its place; false when it is none. */
static bool setting(const char *word, const char *values[SETTINGS])
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < SETTINGS && word[length] == '='; i++)
		if (strlen(settings[i]) == length && strncmp(word, settings[i], length) == 0) {
			values[i] = word + length + 1;
			return true;
		}
	return false;
}

int site_set(const struct task *task)
{
	const char *values[1 + SETTINGS] = {task->words[0]};

	for (int i = 1; i < task->count; i++)
		if (!setting(task->words[i], values + 1)) {
			log_warnx(
			    "\"%s\", expected name=, area=, kind=, address=, capacity=, opens= or "
			    "closes= and a value",
			    task->words[i]);
			return 1;
		}
	return db_do(task->db,
		     "select congchao.site_edit($1, $2, $3, $4, $5, $6::int, $7::time, $8::time)",
		     1 + SETTINGS, values) < 0;
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
	result = db_ask(task->db, "select to_char(congchao.site_code($1, $2::bytea), 'YYYY-MM-DD')",
			2, values);
	if (result == NULL)
		return 1;
	printf("%s\n\nFor %s, one gateway, until %s. There:\n\n    congchao enrol %s %s\n", code,
	       task->words[0], PQgetvalue(result, 0, 0), code, task->conf->url);
	PQclear(result);
	return 0;
}

int site_list(const struct task *task)
{
	PGresult *result =
	    db_ask(task->db,
		   "select s.site_id, s.status, s.area_id, s.key_ver, coalesce(to_char(n.last_at "
		   "at time zone "
		   "'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI'), '-'), s.name from congchao.site s "
		   "left join congchao.site_seen n using (site_id) order by s.site_id",
		   0, NULL);

	if (result == NULL)
		return 1;
	printf("%-16s %-10s %-12s %3s  %-16s  %s\n", "SITE", "STATUS", "AREA", "KEY", "LAST REPORT",
	       "NAME");
	for (int row = 0; row < PQntuples(result); row++)
		printf("%-16s %-10s %-12s %3s  %-16s  %s\n", PQgetvalue(result, row, 0),
		       PQgetvalue(result, row, 1), PQgetvalue(result, row, 2),
		       PQgetvalue(result, row, 3), PQgetvalue(result, row, 4),
		       PQgetvalue(result, row, 5));
	PQclear(result);
	return 0;
}
